"""Assessments as pages need them: opened once in a process, since one never changes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from tsampa.assessment import Assessment, open_assessment
from tsampa.figures import in_force
from tsampa.office.bridge.models import Judgement
from tsampa.rules import Rulebook, load_rulebook

__all__ = ["LARGE", "figures_in_force", "is_large", "opened", "rules_in_use"]

KEPT = 8
LARGE = 50_000
"""From so many households on, figures are worked out by a job and not while somebody waits for a page."""


def opened(judgement: Judgement) -> Assessment:
    """The judgement's assessment. Raises TsampaError as ``open_assessment``."""
    return _opened(str(_place(judgement)), judgement.pk)


@lru_cache(maxsize=KEPT)
def _opened(path: str, id: str) -> Assessment:
    return open_assessment(path)


def _place(judgement: Judgement) -> Path:
    """Where it was written; or, where the office's folder was moved since, in the folder's ``counts``."""
    written = Path(judgement.path)
    if written.exists():
        return written
    moved = Path(settings.HOME).joinpath("counts", *written.parts[-2:])
    return moved if moved.exists() else written


def figures_in_force(judgement: Judgement) -> frozenset[str]:
    """The ids of the figures whose rules were in force on the judgement's day."""
    if judgement.pk not in _IN_FORCE:
        assessment = opened(judgement)
        found = (id for id, one in assessment.rulebook.figures.items() if in_force(assessment, one))
        _IN_FORCE[judgement.pk] = frozenset(found)
    return _IN_FORCE[judgement.pk]


_IN_FORCE: dict[str, frozenset[str]] = {}


def is_large(judgement: Judgement) -> bool:
    """Whether working out its figures takes longer than somebody waits."""
    return opened(judgement).snapshot.count("households") >= LARGE


def rules_in_use() -> Rulebook:
    """The rules by which the latest judgement was made; the office's programme where there is none."""
    latest = Judgement.objects.only("id", "path").first()
    return _loaded(str(settings.PROGRAMME)) if latest is None else opened(latest).rulebook


@lru_cache(maxsize=2)
def _loaded(programme: str) -> Rulebook:
    return load_rulebook(programme)
