"""Logs as JSON lines that cannot hold anything about a person.

What is written is the message as it stands in the source, never what is filled into it: a path, a query or an error's text may
hold a name or a code. Numbers of jobs, batches and the like pass by name; of an error, its kind and where it arose.
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

__all__ = ["LOGGING", "JsonFormatter"]

PASSED = ("job", "kind", "batch", "cut", "seal", "snapshot", "status_code", "rows", "milliseconds")
"""What may be said beside the message: ``logger.info("sealed", extra={"seal": 3})``."""


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and of ``PASSED`` what was given."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON; arguments of the message are left out."""
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": str(record.msg)
            if record.args or not isinstance(record.msg, BaseException)
            else type(record.msg).__name__,
        }
        told |= {
            name: value for name in PASSED if isinstance(value := getattr(record, name, None), int | str)
        }
        if record.exc_info and record.exc_info[1] is not None:
            told["error"] = type(record.exc_info[1]).__name__
            told["at"] = _places(record.exc_info[1])
        return json.dumps(told, ensure_ascii=False)


def _places(error: BaseException) -> list[str]:
    steps = traceback.extract_tb(error.__traceback__)
    return [f"{Path(step.filename).name}:{step.lineno} {step.name}" for step in reversed(steps)]


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "tsampa.office.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # Django's own handlers would write the message with all that is filled in, and mail it.
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        # Each query with its values: never.
        "django.db.backends": {"handlers": [], "level": "WARNING", "propagate": True},
    },
}
"""Django's setting of the same name."""
