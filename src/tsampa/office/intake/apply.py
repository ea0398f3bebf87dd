"""Writes a plan, and takes it back: bulk statements inside one change, after asking whether the rows still stand as planned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import msgspec
from django.db.models import Model, TextField
from django.db.models.functions import Cast

from tsampa.errors import TsampaError
from tsampa.office.history import Version
from tsampa.office.intake import bulk
from tsampa.office.intake.layout import Layout
from tsampa.office.intake.models import Batch, PlannedRow
from tsampa.office.intake.plan import fingerprint
from tsampa.office.register.columns import MODELS, fields_of, model_of, read_codes, read_rows, to_fields
from tsampa.office.register.identity import from_text
from tsampa.office.register.models import Record
from tsampa.schema import Table

__all__ = ["apply_plan", "take_back"]

Progress = Callable[[str, int, int], None]
Values = dict[str, Any]


class Part(NamedTuple):
    """What is written at once: a table, or those of its rows that wait for another (``late``)."""

    table: Table
    late: bool = False


class Planned(NamedTuple):
    """A planned row, without the weight of a model."""

    code: str
    kind: str
    before: Values
    after: Values
    stood: str


_read = msgspec.json.Decoder(dict[str, Any]).decode
_NAMED = 5
_CHUNK = 10_000


def apply_plan(batch: Batch, layout: Layout, progress: Progress | None = None) -> None:
    """Writes what the batch planned; call it inside a change. Raises TsampaError ``intake-stale``."""
    parts = _parts(layout)
    for done, (table, late) in enumerate(parts):
        if progress:
            progress("applying", done, len(parts))
        planned = _planned(batch, table, late)
        stands = {row[table.key]: row for row in read_rows(table, (one.code for one in planned if one.stood))}
        taken = read_codes(table, (one.code for one in planned if not one.stood))
        _fail_if_stale(planned, stands, taken)
        _change(table, [(one, {**stands[one.code], **one.after}) for one in planned if one.kind == "changed"])
        new = ({table.key: one.code, **one.after} for one in planned if one.kind == "new")
        bulk.insert(model_of(table), (_fields(table, row) for row in new))
    if progress:
        progress("applying", len(parts), len(parts))


def take_back(batch: Batch, layout: Layout, progress: Progress | None = None) -> None:
    """Restores what stood before the batch; call it inside a change. Raises TsampaError ``intake-undo-touched``."""
    parts = list(reversed(_parts(layout)))
    for done, (table, late) in enumerate(parts):
        if progress:
            progress("undoing", done, len(parts))
        planned = _planned(batch, table, late)[::-1]
        keys = _keys(table, planned)
        _fail_if_touched(batch, table, planned, keys)
        changed = [one for one in planned if one.kind == "changed"]
        stands = {row[table.key]: row for row in read_rows(table, (one.code for one in changed))}
        bulk.delete(model_of(table), (keys[one.code] for one in planned if one.kind == "new"))
        _change(table, [(one, {**stands[one.code], **one.before}) for one in changed], before=True)
    if progress:
        progress("undoing", len(parts), len(parts))


def _parts(layout: Layout) -> list[Part]:
    """In the order of writing; the other way round all is taken back.

    Persons whose birth moves to a later day wait for their memberships: the register holds at no moment a member not yet born.
    """
    found = []
    for sheet in layout.sheets:
        found.append(Part(sheet.table))
        if sheet.table.name == "persons":
            found += [Part(layout.schema.by_name["memberships"]), Part(sheet.table, late=True)]
    return found


def _planned(batch: Batch, table: Table, late: bool) -> list[Planned]:
    # By kind, which each caller takes by itself: so the index ``planned_in_order`` leads to the rows, one after the other.
    kinds = ("changed",) if late else ("changed", "new")
    rows = PlannedRow.objects.filter(batch=batch, table=table.name, kind__in=kinds).order_by("kind", "pk")
    rows = rows.filter(after__has_key="birth_date") if late else rows
    texts = [Cast(name, TextField()) for name in ("before", "after")]
    # As texts, and read here: Django's own reading of JSON takes longer than all the rest.
    found = rows.values_list("code", "kind", *texts, "stood").iterator(_CHUNK)
    planned = [
        Planned(code, kind, _read(before), _read(after), stood) for code, kind, before, after, stood in found
    ]
    return [one for one in planned if _born_later(one) == late] if table.name == "persons" else planned


def _born_later(one: Planned) -> bool:
    """Whether the row changes a birth to a later day, or says one that was unknown."""
    before, after = (str(side.get("birth_date") or "") for side in (one.before, one.after))
    return one.kind == "changed" and after > before


def _fail_if_stale(planned: list[Planned], stands: dict[str, Values], taken: set[str]) -> None:
    wrong = [
        one.code for one in planned
        if (one.code in taken if not one.stood else one.code not in stands or fingerprint(stands[one.code]) != one.stood)
    ]  # fmt: skip
    if wrong:
        raise TsampaError(
            "intake-stale", f"{len(wrong)} rows changed in the register after the preview: {_some(wrong)}",
            remedy="Check the batch again and look at what would change now.",
        )  # fmt: skip


def _fail_if_touched(batch: Batch, table: Table, planned: list[Planned], keys: dict[str, Any]) -> None:
    assert batch.change is not None
    codes = {str(key): code for code, key in keys.items()}
    touched = {one.code for one in planned if one.code not in keys}
    versions = Version.objects.filter(table=model_of(table)._meta.db_table).order_by("pk")
    for chunk in _chunks(list(codes)):
        later = dict(versions.filter(key__in=chunk, change_id__gt=batch.change).values_list("key", "payload"))
        left = dict(
            versions.filter(key__in=list(later), change_id=batch.change).values_list("key", "payload")
        )
        # What a later batch changed and its undoing restored stands as this batch left it.
        touched |= {codes[key] for key, payload in later.items() if payload != left.get(key)}
    if touched:
        raise TsampaError(
            "intake-undo-touched", f"{len(touched)} rows were changed after the batch: {_some(sorted(touched))}",
            remedy="Correct these rows by hand, or undo what came later first.",
        )  # fmt: skip


def _keys(table: Table, planned: list[Planned]) -> dict[str, Any]:
    """The primary keys of the planned rows that stand, by code."""
    found: dict[str, Any] = {}
    for chunk in _chunks([one.code for one in planned]):
        rows = _rows(table).filter(code__in=chunk)
        found |= dict(rows.values_list("code", "pk"))
    return found


def _rows(table: Table) -> Any:
    rows = model_of(table)._default_manager.all()
    return rows if table.name in MODELS else rows.filter(table=table.name)


def _change(table: Table, rows: list[tuple[Planned, Values]], *, before: bool = False) -> None:
    """Ends and un-heads first: nothing may hold twice, not even between two statements."""
    model, keys = model_of(table), _keys(table, [one for one, _ in rows])
    updates: dict[bool, list[tuple[Any, Values]]] = defaultdict(list)
    for one, row in rows:
        says = one.before if before else one.after
        fields = _changed_fields(model, table, row, set(says))
        updates[not _frees(says)].append((keys[one.code], fields))
    for later in (False, True):
        bulk.update(model, updates[later])


def _frees(says: Values) -> bool:
    return bool(says.get("until")) or says.get("relationship", "head") != "head" or says.get("main") is False


def _changed_fields(model: type[Model], table: Table, row: Values, changed: set[str]) -> Values:
    fields = _fields(table, row)
    if model is Record:
        return {name: value for name, value in fields.items() if name not in ("table", "code")}
    attributes = fields_of(table.name)
    found = {attributes[name]: fields[attributes[name]] for name in changed if name in attributes}
    return found | ({"own": fields["own"]} if changed - set(attributes) else {})


def _fields(table: Table, row: Values) -> Values:
    fields = to_fields(table, row)
    cipher = fields.get("identity_cipher")
    return fields | {"identity_cipher": from_text(cipher)} if isinstance(cipher, str) else fields


def _some(codes: Iterable[str]) -> str:
    shown = list(codes)
    return ", ".join(shown[:_NAMED]) + (", …" if len(shown) > _NAMED else "")


def _chunks(keys: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(keys), _CHUNK):
        yield keys[start : start + _CHUNK]
