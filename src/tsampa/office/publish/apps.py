"""The room ``publish`` as Django knows it."""

from django.apps import AppConfig


class PublishConfig(AppConfig):
    """Figures opened, bulletins prepared and published."""

    name = "tsampa.office.publish"
    label = "publish"
