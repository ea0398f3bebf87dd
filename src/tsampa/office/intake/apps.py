"""The room ``intake`` as Django knows it."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Intake."""

    name = "tsampa.office.intake"
    label = "intake"
    verbose_name = "intake"
