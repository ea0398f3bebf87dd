"""The room ``bridge`` as Django knows it."""

from django.apps import AppConfig


class BridgeConfig(AppConfig):
    """Snapshots out, results in."""

    name = "tsampa.office.bridge"
    label = "bridge"
    verbose_name = "bridge"
