"""The room ``operations`` as Django knows it."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Backups and the doctor."""

    name = "tsampa.office.operations"
    label = "operations"
    verbose_name = "operations"
