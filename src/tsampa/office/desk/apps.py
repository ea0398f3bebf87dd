"""The room ``desk`` as Django knows it."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class DeskConfig(AppConfig):
    """What waits for somebody, and how their area stands."""

    name = "tsampa.office.desk"
    label = "desk"

    def ready(self) -> None:
        """Every room's ``waiting.py`` says what waits there."""
        autodiscover_modules("waiting", "waiting_sheets", "waiting_bulletins")
