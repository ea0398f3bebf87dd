"""Folders that counts and opened figures left behind, and to which nothing leads any more.

A count's folder is needed by the judgement that is its assessment, by every judgement that was made from its snapshot, and by
a bulletin that prints its numbers. A count that began from an earlier one has its own links to the results it carried over, and
needs no more of the earlier folder once it has ended; until then it is a job that runs.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from django.db.models import QuerySet

from tsampa.assessment.manifest import MANIFEST, read_manifest_file
from tsampa.errors import TsampaError
from tsampa.office.bridge.count import count_folders
from tsampa.office.bridge.models import Judgement
from tsampa.office.jobs.actions import is_lost
from tsampa.office.jobs.models import Job, State
from tsampa.office.publish.printed import printed_judgements
from tsampa.office.publish.traced import figure_folders
from tsampa.snapshot.manifest import file_sha256

__all__ = ["unneeded_folders"]

ASSESSMENT = "assessment"


def unneeded_folders(before: datetime, going: QuerySet[Judgement]) -> list[Path]:
    """Those in which nothing was written since ``before`` and that nothing needs but judgements that are ``going``.

    None at all while a job waits or runs: it may write one of them, or read one that is about to be unneeded.
    """
    if any(not is_lost(one) for one in Job.objects.filter(state__in=(State.WAITING, State.RUNNING))):
        return []
    staying = dict(Judgement.objects.exclude(pk__in=going.values("pk")).values_list("pk", "path"))
    counts = list(count_folders())
    needed = _needed(counts, staying)
    found = [one for one in counts if one not in needed]
    found += [one for one in figure_folders() if one.name not in staying or not any(one.iterdir())]
    return [one for one in found if _last_written(one) < before.timestamp()]


def _needed(counts: list[Path], staying: dict[str, str]) -> set[Path]:
    assessments = [Path(one) for one in staying.values()]
    # Where the office's folder was moved, its judgements are found by the last two parts of where they were.
    names = {part for one in assessments for part in one.parts[-2:-1]}
    moved = [one / ASSESSMENT for one in counts if one.name in names]
    bulletins = printed_judgements()
    printed = [
        one / ASSESSMENT for one in counts if one.name not in names and _id(one / ASSESSMENT) in bulletins
    ]
    places = {place for one in (*assessments, *moved, *printed) for place in (one, *_snapshots(one))}
    needed = {above for place in places for above in (place.resolve(), *place.resolve().parents)}
    return {one for one in counts if one.resolve() in needed}


def _id(assessment: Path) -> str:
    """The id that its judgement has or had; empty where there is no assessment."""
    manifest = assessment / MANIFEST
    return file_sha256(manifest) if manifest.is_file() else ""


def _snapshots(assessment: Path) -> Iterator[Path]:
    """Where the snapshots stand that the assessment was made from; of one that is gone nobody knows."""
    try:
        made = read_manifest_file(assessment / MANIFEST)
    except (TsampaError, OSError):
        return
    yield from (assessment / one.path for one in made.snapshots)


def _last_written(folder: Path) -> float:
    return max(one.stat().st_mtime for one in _all(folder))


def _all(folder: Path) -> Iterable[Path]:
    yield folder
    for here, folders, files in os.walk(folder):
        yield from (Path(here, one) for one in (*folders, *files))
