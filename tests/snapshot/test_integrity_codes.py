"""Each thing that no register may be: planted in a sound one, it is found under its code, and nothing is frozen."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest

from snapshot.builders import AS_OF, freeze, income, member, register, tables
from tsampa.errors import TsampaError
from tsampa.schema import Schema
from tsampa.snapshot import check_tables, open_snapshot, verify_snapshot
from tsampa.snapshot.load import load_tables
from tsampa.snapshot.manifest import Manifest, file_sha256, snapshot_id
from tsampa.snapshot.sql import connect

Rows = dict[str, list[dict[str, Any]]]
LATE = date(2030, 1, 1)


def change(table: str, key: str, **values: Any) -> Callable[[Rows], None]:
    def plant(rows: Rows) -> None:
        next(row for row in rows[table] if row["code"] == key).update(values)

    return plant


def add(table: str, *more: dict[str, Any]) -> Callable[[Rows], None]:
    return lambda rows: rows[table].extend(more)


PLANTED = {
    "value-missing": ("persons", change("persons", "P1", code="")),
    "choice-unknown": ("persons", change("persons", "P1", sex="green")),
    "number-range": ("incomes", change("incomes", "I1", accounting_year=1066)),
    "date-future": ("statuses", change("statuses", "S1", since=LATE)),
    "dates-reversed": ("memberships", change("memberships", "M5", until=date(2014, 1, 1))),
    "key-duplicate": ("incomes", add("incomes", income("I1", "H1"))),
    "link-broken": ("incomes", add("incomes", income("I9", "H999"))),
    "area-level": ("areas", change("areas", "V1", level="street")),
    "area-parent-missing": ("areas", change("areas", "V1", parent=None)),
    "area-parent-top": ("areas", change("areas", "S", parent="C1")),
    "area-parent-level": ("areas", change("areas", "V1", parent="C1")),
    "area-cycle": ("areas", change("areas", "T1", parent="V1")),
    "household-area-level": ("households", change("households", "H1", area="T1")),
    "membership-overlap": ("memberships", add("memberships", member("M9", "P1", "H2"))),
    "heads-overlap": ("memberships", change("memberships", "M5", relationship="head")),
}
NOTED = {
    "household-empty": ("households", add("households", {"code": "H9", "area": "V1"})),
    "person-without-household": ("persons", add("persons", {"code": "P9"})),
}


def found(schema: Schema, rows: Rows) -> set[tuple[str, str, str]]:
    with connect() as con:
        load_tables(con, tables(schema, rows), schema, lambda *_: None)
        return {(one.code, one.sheet, one.effect) for one in check_tables(con, schema, AS_OF)}


def test_the_sound_register_has_nothing_but_its_one_note(schema: Schema) -> None:
    assert found(schema, register()) == {("person-without-household", "persons", "noted")}


@pytest.mark.parametrize("code", PLANTED)
def test_what_no_register_may_be_is_found_and_not_frozen(code: str, schema: Schema, tmp_path: Path) -> None:
    table, plant = PLANTED[code]
    rows = register()
    plant(rows)
    assert (code, table, "row_rejected") in found(schema, rows)
    with pytest.raises(TsampaError) as caught:
        freeze(schema, tmp_path / "s", rows)
    assert caught.value.code == "snapshot-integrity"
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize("code", NOTED)
def test_what_is_only_worth_a_look_is_noted(code: str, schema: Schema) -> None:
    table, plant = NOTED[code]
    rows = register()
    plant(rows)
    assert (code, table, "noted") in found(schema, rows)


# ── files and manifests


def rewrite(folder: Path, **values: Any) -> None:
    """The manifest with other values and the id that follows from them, as a careful liar would write it."""
    place = folder / "manifest.json"
    told = json.loads(place.read_text(encoding="utf-8")) | values
    manifest = msgspec.convert(told, Manifest)
    told["id"] = snapshot_id(manifest)
    place.write_text(json.dumps(told), encoding="utf-8")


def replace_file(folder: Path, name: str, query: str) -> None:
    """Another Parquet file in the place of one, with its own size and hash in the manifest."""
    path = folder / name
    other = path.with_suffix(".new")
    duckdb.execute(f"copy ({query.format(path=path)}) to '{other}' (format parquet)")
    other.replace(path)
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for entry in told["files"]:
        if entry["path"] == name:
            entry.update(bytes=path.stat().st_size, sha256=file_sha256(path))
    rewrite(folder, files=told["files"])


HOUSES = "households/county=C1/part-0.parquet"
ALTERED: dict[str, Callable[[Path], None]] = {
    "file-missing": lambda s: (s / HOUSES).unlink(),
    "file-altered": lambda s: (s / HOUSES).write_bytes(b"other"),
    "file-extra": lambda s: (s / "more.txt").write_text("x", encoding="utf-8"),
    "file-unreadable": lambda s: (s / HOUSES).write_bytes(b"PAR1"),
    "content-unchecked": lambda s: (s / HOUSES).write_bytes(b"PAR1"),
    "snapshot-id": lambda s: (s / "manifest.json").write_text(
        (s / "manifest.json").read_text(encoding="utf-8").replace("builders", "somebody"), encoding="utf-8"
    ),
    "row-count": lambda s: replace_file(
        s, HOUSES, "select * from read_parquet('{path}', hive_partitioning = false) limit 1"
    ),
    "column-missing": lambda s: replace_file(
        s, HOUSES, "select code from read_parquet('{path}', hive_partitioning = false)"
    ),
    "column-extra": lambda s: replace_file(
        s, HOUSES, "select *, 1 as colour from read_parquet('{path}', hive_partitioning = false)"
    ),
    "column-type": lambda s: replace_file(
        s, HOUSES, "select code, 1 as area from read_parquet('{path}', hive_partitioning = false)"
    ),
    "rows-apart": lambda s: replace_file(
        s,
        "memberships/county=C1/part-0.parquet",
        "select * from read_parquet('{path}', hive_partitioning = false) order by person desc",
    ),
    "link-broken": lambda s: replace_file(
        s, HOUSES, "select code, 'nowhere' as area from read_parquet('{path}', hive_partitioning = false)"
    ),
}


@pytest.mark.parametrize("code", ALTERED)
def test_what_was_done_to_the_folder_is_named(code: str, schema: Schema, tmp_path: Path) -> None:
    freeze(schema, tmp_path / "s")
    ALTERED[code](tmp_path / "s")
    assert code in {one.code for one in verify_snapshot(tmp_path / "s")}


UNREADABLE: dict[str, Callable[[Path], None]] = {
    "snapshot-none": lambda s: (s / "manifest.json").unlink(),
    "snapshot-manifest": lambda s: (s / "manifest.json").write_text('{"format": 1}', encoding="utf-8"),
    "snapshot-format": lambda s: rewrite(s, format=99),
    "snapshot-schema": lambda s: (s / "schema.json").write_text("{}", encoding="utf-8"),
    "snapshot-schema-newer": lambda s: rewrite(s, schema_version=99),
}


@pytest.mark.parametrize("code", UNREADABLE)
def test_a_folder_that_cannot_be_opened_says_why(code: str, schema: Schema, tmp_path: Path) -> None:
    freeze(schema, tmp_path / "s")
    UNREADABLE[code](tmp_path / "s")
    with pytest.raises(TsampaError) as caught:
        open_snapshot(tmp_path / "s")
    assert caught.value.code == code
    assert caught.value.remedy


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(TsampaError) as caught:
        open_snapshot(tmp_path / "none")
    assert caught.value.code == "snapshot-missing"


def test_a_table_that_is_broken_says_so_when_it_is_read(schema: Schema, tmp_path: Path) -> None:
    snapshot = freeze(schema, tmp_path / "s")
    (snapshot.path / HOUSES).write_bytes(b"PAR1")
    with pytest.raises(TsampaError) as caught:
        snapshot.table("households")
    assert caught.value.code == "snapshot-unreadable"


def test_a_place_where_nothing_can_be_written(schema: Schema, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(TsampaError) as caught:
        freeze(schema, tmp_path / "file" / "s")
    assert caught.value.code == "output-unwritable"
