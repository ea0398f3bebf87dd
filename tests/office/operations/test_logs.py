"""A log says what happened, and nothing about anybody."""

from __future__ import annotations

import json
import logging
import sys

from tsampa.office.logs import JsonFormatter

SECRETS = ("Tashi", "540228001001-00017", "/households/540228001001-00017")


def line(**given: object) -> dict[str, object]:
    record = logging.makeLogRecord({"name": "tsampa", "levelname": "INFO", **given})
    found: dict[str, object] = json.loads(JsonFormatter().format(record))
    return found


def test_the_message_is_told_without_what_was_filled_in() -> None:
    told = line(msg="Not Found: %s", args=(SECRETS[2],))
    assert told["message"] == "Not Found: %s"


def test_only_named_numbers_pass() -> None:
    told = line(msg="sealed", seal=3, request=SECRETS[2], household=SECRETS[1])
    assert told["seal"] == 3
    assert not any(secret in json.dumps(told) for secret in SECRETS)


def test_an_error_is_told_by_kind_and_place() -> None:
    try:
        raise ValueError(f"{SECRETS[0]} earned nothing")
    except ValueError:
        told = line(msg="job failed", exc_info=sys.exc_info())
    assert told["error"] == "ValueError"
    assert str(told["at"]).count("test_logs.py") == 1
    assert SECRETS[0] not in json.dumps(told)


def test_an_error_given_as_the_message_is_told_by_kind() -> None:
    assert line(msg=ValueError(SECRETS[0]))["message"] == "ValueError"
