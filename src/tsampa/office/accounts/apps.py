"""The room ``accounts`` as Django knows it."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users."""

    name = "tsampa.office.accounts"
    label = "accounts"
    verbose_name = "accounts"
