"""The room ``areas`` as Django knows it."""

from django.apps import AppConfig


class AreasConfig(AppConfig):
    """Areas."""

    name = "tsampa.office.areas"
    label = "areas"
    verbose_name = "areas"
