"""Starts the office within this process: for the command line, scripts and notebooks."""

from __future__ import annotations

import os

from tsampa.errors import TsampaError

__all__ = ["start_office"]


def start_office() -> None:
    """Makes Django ready with the office's settings; again, it does nothing.

    Raises TsampaError ``extra-missing`` where the extra ``office`` is not installed, and ``office-…`` where the environment is
    wrong.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tsampa.office.settings")
    try:
        import cryptography  # noqa: F401
        import django
    except ImportError as error:
        raise TsampaError(
            "extra-missing", f"the office needs '{error.name}', which is not installed", usage=True,
            remedy="Install it: pip install 'tsampa[office]'.",
        ) from None  # fmt: skip
    django.setup()
