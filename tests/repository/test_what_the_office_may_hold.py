"""No table, column, choice or template of the office speaks of what helping does not need; an offender planted in each is found.

What the register's free keys may hold is asked of the databases themselves, in tests/office/register/test_declared_guards.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from repository.files import SOURCE
from repository.sensitive import offences, said_by_file, said_by_schema
from repository.test_what_the_register_may_hold import (
    LABELS,
    OFFENDERS,
    PLANTED_NAMES,
    PROGRAMMES,
    planted_schema,
)
from tsampa.office.intake.layout import Layout, read_layout
from tsampa.office.register.columns import EXTRA
from tsampa.schema import read_schema

OURS = [one for one in apps.get_models() if one.__module__.startswith("tsampa.office.")]
FREE = {"own", "geometry"}
"""JSON of the register whose keys the database holds to the schema; other JSON is the platform's own, and listed below."""
PLATFORM = {
    "Job.arguments", "Job.outcome", "Job.error", "Batch.sheets", "Batch.counts", "Batch.rows", "PlannedRow.before", "PlannedRow.after",
    "Doubt.candidates", "Judgement.variables", "Result.values", "VillageSummary.standings", "VillageSummary.lights", "AreaFigures.values", "Trial.values", "Trial.found",
    "Export.filters", "Export.columns",
}  # fmt: skip
"""JSON written by code from the schema, a sheet or a rulebook, each guarded where it comes from."""


def said_by_model(model: type[models.Model]) -> Iterator[str]:
    """The names, labels, choices, help and permissions of a table and of every column."""
    meta = model._meta
    yield from (model.__name__, meta.db_table, str(meta.verbose_name), str(meta.verbose_name_plural))
    yield from (word for permission in meta.permissions for word in permission)
    for field in meta.get_fields(include_hidden=True):
        yield field.name
        if isinstance(field, models.Field):
            yield from (
                field.column or "",
                str(field.verbose_name),
                str(field.help_text),
                field.db_comment or "",
            )
            for value, label in field.flatchoices:
                yield from (str(value), str(label))


def said_by_layout(layout: Layout) -> Iterator[str]:
    """The titles, headers and choices of every sheet of the template."""
    for sheet in layout.sheets:
        yield sheet.title
        for column in sheet.columns:
            yield from (column.name, *column.headers, *column.column.type.choices)
            yield from (
                text for label in column.column.choice_labels.values() for text in (label.en, label.zh)
            )


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_no_table_of_the_office_holds_what_it_may_not(model: type[models.Model]) -> None:
    assert offences(said_by_model(model)) == []


@pytest.mark.parametrize("folder", PROGRAMMES, ids=lambda folder: folder.name)
def test_no_template_asks_for_what_it_may_not(folder: Any) -> None:
    assert offences(said_by_layout(read_layout(read_schema(folder)))) == []


def test_what_the_office_keeps_beside_the_schema_is_harmless() -> None:
    assert offences([name for names in EXTRA.values() for name in names]) == []


def test_the_words_of_messages_and_of_the_command_line_ask_for_nothing_more() -> None:
    said = [*said_by_file(SOURCE / "messages" / "zh.yaml"), *said_by_file(SOURCE / "cli" / "output.py")]
    assert offences(said) == []


def test_every_json_column_is_known() -> None:
    """A new one must be guarded in the database, or say here from what it is written."""
    found = {
        f"{model.__name__}.{field.name}"
        for model in OURS
        for field in model._meta.local_fields
        if isinstance(field, models.JSONField) and field.name not in FREE
    }
    assert found == PLATFORM


def planted_model(**planted: Any) -> type[models.Model]:
    """A table of one column, in no room, with a word somewhere."""
    told = {
        "name": "shape",
        "label": "shape",
        "help": "",
        "choice": "round",
        "said": "round",
        "title": "tool",
    } | planted
    field = models.CharField(
        told["label"], max_length=9, help_text=told["help"], choices=[(told["choice"], told["said"])]
    )
    meta = type("Meta", (), {"app_label": "planted", "verbose_name": told["title"]})
    made: type[models.Model] = type(
        "Tool", (models.Model,), {"__module__": "planted", "Meta": meta, told["name"]: field}
    )
    apps.all_models["planted"].clear()
    return made


def test_a_harmless_table_passes() -> None:
    assert offences(said_by_model(planted_model())) == []


@pytest.mark.parametrize(("subject", "word"), PLANTED_NAMES)
def test_a_planted_column_name_is_found(subject: str, word: str) -> None:
    assert subject in {found for found, _ in offences(said_by_model(planted_model(name=word)))}


@pytest.mark.parametrize("place", ["label", "help", "choice", "said", "title"])
@pytest.mark.parametrize(("subject", "word"), OFFENDERS)
def test_a_planted_word_of_a_table_is_found(place: str, subject: str, word: str) -> None:
    assert subject in {found for found, _ in offences(said_by_model(planted_model(**{place: word})))}


@pytest.mark.parametrize("place", ["table_zh", "en", "zh", "choice", "choice_en", "choice_zh", "column"])
@pytest.mark.parametrize(("subject", "word"), [(subject, words[-1]) for subject, words in LABELS.items()])
def test_a_planted_word_of_a_template_is_found(tmp_path: Any, place: str, subject: str, word: str) -> None:
    layout = read_layout(planted_schema(tmp_path, **{place: word}))
    assert subject in {found for found, _ in offences(said_by_layout(layout))}
    assert offences(said_by_schema(layout.schema))
