"""The room ``register`` as Django knows it."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """Register."""

    name = "tsampa.office.register"
    label = "register"
    verbose_name = "register"
