"""The room ``web`` as Django knows it."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The frame of all pages."""

    name = "tsampa.office.web"
    label = "web"
