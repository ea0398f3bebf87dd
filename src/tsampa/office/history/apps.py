"""The room ``history`` as Django knows it."""

from django.apps import AppConfig


class HistoryConfig(AppConfig):
    """History."""

    name = "tsampa.office.history"
    label = "history"
    verbose_name = "history"
