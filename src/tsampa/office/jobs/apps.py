"""The room ``jobs`` as Django knows it."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """Every room's ``work.py`` says which kinds of job it can do."""

    name = "tsampa.office.jobs"
    label = "jobs"
    verbose_name = "jobs"

    def ready(self) -> None:
        """Finds the kinds of job."""
        autodiscover_modules("work")
