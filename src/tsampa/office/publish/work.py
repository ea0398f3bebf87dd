"""The jobs of the room: figures worked out, a bulletin published, a reform tried."""

from __future__ import annotations

from typing import Any

from tsampa.office.jobs.kinds import Running, work


@work("figures")
def figures(running: Running, *, judgement: str) -> dict[str, Any]:
    """Works out the figures of every area by a judgement, so that pages find them."""
    from tsampa.office.bridge.models import Judgement
    from tsampa.office.publish.known import know_all

    return {"areas": know_all(Judgement.objects.get(pk=judgement), running.progress)}


@work("rows")
def rows(running: Running, *, judgement: str, figure: str, area: str) -> dict[str, Any]:
    """Lays the rows behind a figure out."""
    from tsampa.office.bridge.models import Judgement
    from tsampa.office.publish.traced import lay_down

    lay_down(Judgement.objects.get(pk=judgement), figure, area)
    return {"figure": figure, "area": area}


@work("publish")
def publish(running: Running, *, publication: int) -> dict[str, Any]:
    """Sets an approved bulletin, keeps its files and what their bytes are, and seals the history that says so."""
    from tsampa.office.history import seal
    from tsampa.office.publish.actions import keep_files, note_seal
    from tsampa.office.publish.models import Publication, State
    from tsampa.office.publish.setting import set_files

    found = Publication.objects.get(pk=publication)
    if found.state == State.APPROVED:  # a worker that was killed may have come further
        running.progress("setting", 0, 2)
        found = keep_files(publication, set_files(found), by=running.by)
    if found.state == State.PUBLISHED and found.seal is None:
        note_seal(publication, seal(progress=running.progress).number, by=running.by)
    return {"publication": publication}


@work("whatif")
def whatif(running: Running, *, trial: int) -> dict[str, Any]:
    """Tries a reform."""
    from tsampa.office.publish.trials import run_trial

    run_trial(trial, running.progress)
    return {"trial": trial}
