"""The register counted in one go: frozen, judged by the office's programme, and the results brought back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

from django.conf import settings

from tsampa.assessment import assess
from tsampa.office.bridge.freeze import freeze_register
from tsampa.office.bridge.models import Judgement
from tsampa.office.bridge.results import attach_results
from tsampa.office.bridge.rules import office_rulebook
from tsampa.office.history.models import Cut

__all__ = ["count_before", "count_folders", "count_register"]

Progress = Callable[[str, int, int], None]
_NAMED = re.compile(r"\d{4}-\d\d-\d\d-\d+")


def count_register(
    *, as_of: date, by: str, at: datetime, known: Cut | None = None, since: Judgement | None = None,
    progress: Progress | None = None,
) -> Judgement:  # fmt: skip
    """The register of ``as_of`` frozen and judged on that day by the office's rules; with ``known`` as it had been recorded by that cut.

    Of what ``since`` found nothing is counted again that cannot have changed; the results are the same. Snapshot and
    assessment stay in ``TSAMPA_HOME/counts``, so that every figure opens. Raises what ``freeze_register``, ``assess`` and
    ``attach_results`` raise.
    """
    place = _free(Path(settings.HOME) / "counts", as_of)
    place.mkdir(parents=True)
    freeze_register(place / "snapshot", as_of=as_of, known=known, progress=progress)
    earlier = Path(since.path) if since else None
    assess(
        place / "snapshot", office_rulebook(), as_of, place / "assessment", since=earlier, progress=progress
    )
    return attach_results(place / "assessment", by=by, at=at)


def count_before(as_of: date) -> Judgement | None:
    """The last judgement of the same day of which the assessment is still there: a count again can begin from it."""
    before = Judgement.objects.defer("variables").filter(day=as_of)
    return next((one for one in before if (Path(one.path) / "manifest.json").is_file()), None)


def count_folders() -> Iterator[Path]:
    """Every folder that a count made for itself; what else lies beside them somebody put there."""
    for one in sorted((Path(settings.HOME) / "counts").glob("*")):
        if _NAMED.fullmatch(one.name) and one.is_dir() and not one.is_symlink():
            yield one


def _free(folder: Path, as_of: date) -> Path:
    number = 1
    while (found := folder / f"{as_of}-{number}").exists():
        number += 1
    return found
