"""The room ``publish`` as Django knows it."""

from typing import Any

from django.apps import AppConfig


class PublishConfig(AppConfig):
    """Figures opened, bulletins prepared and published."""

    name = "tsampa.office.publish"
    label = "publish"

    def ready(self) -> None:
        """When results come back, the worker works their figures out, so that nobody waits for them later."""
        from tsampa.office.bridge.results import attached

        attached.connect(_ask_figures, dispatch_uid="publish figures")


def _ask_figures(judgement: Any, by: str, **_told: Any) -> None:
    from tsampa.office.jobs.actions import ask_job

    ask_job("figures", by=by, judgement=judgement.pk)
