"""Starts the office within this process: for the command line, scripts and notebooks."""

from __future__ import annotations

import os

from tsampa.extras import require

__all__ = ["start_office"]


def start_office() -> None:
    """Makes Django ready with the office's settings; again, it does nothing.

    Raises TsampaError ``extra-missing`` where the extra ``office`` is not installed, and ``office-…`` where the environment is
    wrong.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tsampa.office.settings")
    require("cryptography", "office")
    django = require("django", "office")
    django.setup()
