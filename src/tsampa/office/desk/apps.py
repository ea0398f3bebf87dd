"""The room ``desk`` as Django knows it."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """What waits for somebody, and how their area stands."""

    name = "tsampa.office.desk"
    label = "desk"
