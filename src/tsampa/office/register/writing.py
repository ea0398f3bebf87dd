"""How a verb writes: one change, rows checked by the schema, and what the database refuses told with a code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import IntegrityError, models

from tsampa.errors import TsampaError
from tsampa.office.history import Refused, Source, change
from tsampa.office.history.clock import is_demonstration
from tsampa.office.register.codes import next_code
from tsampa.office.register.columns import check_row, model_of, read_rows, schema, to_fields
from tsampa.office.register.identity import protect, read_identity

__all__ = ["correct", "insert", "one_change", "protected", "record", "unknown"]


def record(*, table: str, by: str, reason: str = "", code: str = "", **values: Any) -> models.Model:
    """A row of any table, the programme's own too."""
    declared = schema().by_name[table]
    owner = next((values[link.column] for link in declared.links if values.get(link.column)), table)
    with one_change(by, reason):
        made: models.Model = insert(table, {declared.key: code or next_code(table, owner), **values})
        return made


def correct(*, table: str, code: str, by: str, reason: str = "", **values: Any) -> None:
    """Other values in a row that stands; None empties a column. Raises TsampaError ``register-unknown``."""
    declared = schema().by_name[table]
    with one_change(by, reason):
        stands = read_rows(declared, [code])
        if not stands:
            raise unknown(table, code)
        if declared.key in values:
            raise TsampaError(
                "register-column", f"'{declared.key}' is not corrected", where=table, remedy="A code once given stays."
            )  # fmt: skip
        check_row(declared, values, whole=False)
        fields = to_fields(declared, {**stands[0], **values})
        rows = model_of(declared)._default_manager.filter(code=code)
        (rows if "table" not in fields else rows.filter(table=table)).update(**fields)


def insert(table: str, row: Mapping[str, Any]) -> Any:
    """A new row, checked; inside ``one_change``."""
    declared = schema().by_name[table]
    check_row(declared, row)
    return model_of(declared)._default_manager.create(**to_fields(declared, row))


def protected(number: str, on: date) -> dict[str, Any]:
    """The identity number as it is kept; nothing where there is none. Raises TsampaError ``identity-…``."""
    if not number:
        return {}
    found, trouble = read_identity(number, on, made_up=is_demonstration())
    if found is None:
        assert trouble is not None
        raise TsampaError(trouble.code, trouble.message, remedy=trouble.remedy)
    kept = protect(found.number)
    return {"identity_cipher": kept.cipher, "identity_hash": kept.hash}


@contextmanager
def one_change(by: str, reason: str) -> Iterator[None]:
    """The change of a verb; a verb within a verb is part of it. Raises TsampaError ``register-conflict``."""
    try:
        with change(by=by, reason=reason, source=Source("office")):
            yield
    except Refused:
        raise
    except IntegrityError as error:
        raise TsampaError(
            "register-conflict", f"the register does not hold together so: {error}",
            remedy="Look at the household's file: end what was before, then enter what is now.",
        ) from None  # fmt: skip


def unknown(table: str, code: str) -> TsampaError:
    """That there is no such row."""
    return TsampaError("register-unknown", f"no '{code}'", where=table, remedy="Check the code.")
