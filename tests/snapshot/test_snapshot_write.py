"""What write_snapshot writes, in which order, and that it is the same bytes each time."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
import pytest

import tsampa.snapshot.write as writing
from snapshot.builders import AS_OF, Rows, arrow, codes, freeze, make_schema, register, tables
from tsampa.errors import TsampaError
from tsampa.schema import AreaLevels, build_schema
from tsampa.snapshot import Snapshot, open_snapshot, verify_snapshot, write_snapshot
from tsampa.snapshot.sql import connect

if TYPE_CHECKING:
    from pathlib import Path

    from tsampa.schema import Schema


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_written_then_opened_then_verified(snapshot: Snapshot, schema: Schema) -> None:
    opened = open_snapshot(snapshot.path)
    assert opened == snapshot
    assert opened.schema == schema
    assert opened.manifest.programme == "hills"
    assert opened.manifest.as_of == AS_OF
    assert opened.manifest.rows["persons"] == 6
    # P6 was planted to belong nowhere, and nothing else is worth a note.
    assert [problem.code for problem in verify_snapshot(snapshot.path)] == ["person-without-household"]


def test_files_are_split_by_partition(snapshot: Snapshot) -> None:
    assert snapshot.partitions == ["C1", "C2"]
    assert [entry.path for entry in snapshot.manifest.files] == [
        "areas/part-0.parquet", "checks/county=C1/part-0.parquet", "grants/county=C1/part-0.parquet",
        "grants/county=C2/part-0.parquet", "households/county=C1/part-0.parquet", "households/county=C2/part-0.parquet",
        "incomes/county=C1/part-0.parquet", "incomes/county=C2/part-0.parquet", "memberships/county=C1/part-0.parquet",
        "memberships/county=C1/part-1.parquet", "memberships/county=C2/part-0.parquet", "memberships/county=C2/part-1.parquet",
        "notes/problems.csv", "payments/county=C1/part-0.parquet", "payments/county=C2/part-0.parquet",
        "persons/county=C1/part-0.parquet", "persons/county=C2/part-0.parquet", "persons/county=C2/part-1.parquet",
        "persons/part-0.parquet", "pools/county=C1/part-0.parquet", "pools/part-0.parquet", "prices/part-0.parquet",
        "schema.json", "statuses/county=C1/part-0.parquet", "ties.parquet", "villages.parquet",
    ]  # fmt: skip


def test_rows_are_sorted_by_area_household_and_key(snapshot: Snapshot) -> None:
    assert codes(snapshot, "areas") == ["C1", "C2", "S", "T1", "T2", "V1", "V2", "V3"]
    assert codes(snapshot, "households", "C1") == ["H3", "H1", "H2"]
    assert codes(snapshot, "persons", "C1") == ["P3", "P1", "P2"]
    assert codes(snapshot, "memberships", "C1") == ["M3", "M1", "M2", "M5"]  # P5 has another one too
    assert codes(snapshot, "incomes", "C1") == ["I2", "I1"]


def test_persons_with_one_membership_stand_row_beside_row_with_it(snapshot: Snapshot) -> None:
    def column(files: list[Path], name: str) -> list[str]:
        found = duckdb.read_parquet([str(file) for file in files]).select(name).fetchall()
        return [value for (value,) in found]

    for code, alone, others in (("C1", ["P3", "P1", "P2"], []), ("C2", ["P4"], ["P5"])):
        found = snapshot.aligned(code)
        assert found is not None
        assert column(found.persons, "code") == column(found.memberships, "person") == alone
        assert (column(found.other_persons, "code") if found.other_persons else []) == others
    assert snapshot.aligned("") is None


def test_a_person_is_placed_by_the_latest_membership(snapshot: Snapshot) -> None:
    assert codes(snapshot, "persons", "C2") == ["P4", "P5"]
    assert codes(snapshot, "memberships", "C2") == [
        "M4",
        "M6",
    ]  # the ended membership stays with its household


def test_own_tables_are_placed_through_whatever_link_leads_to_an_area(snapshot: Snapshot) -> None:
    assert codes(snapshot, "grants", "C2") == ["G1"]  # by its person
    assert codes(snapshot, "grants", "C1") == ["G2"]  # by its area
    assert codes(snapshot, "payments", "C2") == ["Y2"]  # by the grant's person


def test_every_row_is_in_one_partition_or_in_none(snapshot: Snapshot) -> None:
    for table in ("households", "persons", "memberships", "incomes", "pools", "grants"):
        parts = [code for part in ["", *snapshot.partitions] for code in codes(snapshot, table, part)]
        assert sorted(parts) == sorted(codes(snapshot, table)), table
    assert codes(snapshot, "pools", "") == ["L1"]
    assert codes(snapshot, "persons", "") == ["P6"]


def test_tables_that_are_not_split_are_whole_for_every_partition(snapshot: Snapshot) -> None:
    assert codes(snapshot, "prices", "C2") == ["rice"]
    assert len(codes(snapshot, "areas", "C2")) == 8


def test_files_hold_the_columns_of_the_schema_and_no_more(snapshot: Snapshot, schema: Schema) -> None:
    for table in schema.tables:
        assert snapshot.table(table.name).column_names == [column.name for column in table.columns]


def test_same_rows_in_any_order_and_on_any_number_of_threads_give_the_same_bytes(
    schema: Schema, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = freeze(schema, tmp_path / "a")
    shuffled = {name: random.Random(7).sample(rows, len(rows)) for name, rows in register().items()}

    def one_thread(spill: Path, memory: str) -> duckdb.DuckDBPyConnection:
        con = connect(spill, memory)
        con.execute("set threads = 1")
        return con

    monkeypatch.setattr(writing, "connect", one_thread)
    again = freeze(schema, tmp_path / "b", shuffled)
    assert contents(plain.path) == contents(again.path)


def test_bytes_of_many_row_groups_are_the_same(schema: Schema, tmp_path: Path) -> None:
    def write(name: str, order: str) -> Snapshot:
        with duckdb.connect() as con:
            incomes = con.sql(f"""
                select 'I' || i as code, 'H' || (1 + i % 4) as household, 'wage' as source,
                2019::bigint as accounting_year, i as amount from range(300000) r(i) order by {order}""")
            given = tables(schema, register()) | {"incomes": incomes}
            return write_snapshot(tmp_path / name, given, schema=schema, programme="hills", as_of=AS_OF)

    first, second = write("a", "i"), write("b", "hash(i)")
    assert first.manifest.rows["incomes"] == 300_000
    assert first.id == second.id
    assert contents(first.path) == contents(second.path)


def test_id_follows_from_content_and_day(schema: Schema, tmp_path: Path) -> None:
    rows = register()
    rows["incomes"][0]["amount"] += 1
    ids = {
        freeze(schema, tmp_path / "a").id,
        freeze(schema, tmp_path / "b", rows).id,
        freeze(schema, tmp_path / "c", as_of=AS_OF + timedelta(days=1)).id,
        freeze(make_schema(tmp_path, "tables: {}"), tmp_path / "d", {"areas": register()["areas"]}).id,
    }
    assert len(ids) == 4


def test_moment_of_recording_is_kept_in_utc(schema: Schema, tmp_path: Path) -> None:
    lhasa = timezone(timedelta(hours=8))
    found = freeze(schema, tmp_path / "a", recorded_until=datetime(2020, 7, 1, 8, tzinfo=lhasa))
    assert found.manifest.recorded_until == datetime(2020, 7, 1, tzinfo=UTC)
    assert b'"2020-07-01T00:00:00Z"' in (found.path / "manifest.json").read_bytes()
    with pytest.raises(TsampaError) as caught:
        freeze(schema, tmp_path / "b", recorded_until=datetime(2020, 7, 1))
    assert caught.value.code == "time-zone-missing"


def test_missing_tables_are_empty_and_missing_columns_unknown(schema: Schema, tmp_path: Path) -> None:
    rows = {"areas": register()["areas"], "households": [{"code": "H1", "area": "V1"}]}
    given = tables(schema, rows)
    persons = pl.DataFrame({"code": ["P1"], "work_capacity": pl.Series(["weak"], dtype=pl.Categorical)})
    found = write_snapshot(
        tmp_path / "a", {**given, "persons": persons}, schema=schema, programme="hills", as_of=AS_OF
    )
    assert found.files("incomes") == []
    assert found.table("incomes").schema == arrow(schema, "incomes", []).schema
    assert [value.as_py() for value in found.table("persons").column("work_capacity")] == ["weak"]
    assert [value.as_py() for value in found.table("persons").column("birth_date")] == [None]
    assert {problem.code for problem in verify_snapshot(found.path)} == {
        "household-empty",
        "person-without-household",
    }


def test_an_empty_register_is_a_snapshot_too(schema: Schema, tmp_path: Path) -> None:
    found = write_snapshot(tmp_path / "a", {}, schema=schema, programme="hills", as_of=AS_OF)
    assert found.partitions == []
    assert verify_snapshot(found.path) == []
    with duckdb.connect() as con:
        relation = found.relation(con, "households", "C1")
        assert relation.columns == ["code", "area"]
        assert [str(type_) for type_ in relation.types] == ["VARCHAR", "VARCHAR"]
        assert relation.fetchall() == []


def test_one_level_of_area_is_enough(tmp_path: Path) -> None:
    schema = build_schema("CRC", 2, AreaLevels(names={"country": ("country", "国家")}, partition="country"))
    rows: dict[str, Rows] = {
        "areas": [{"code": "CR", "name": "Costa Rica", "level": "country"}],
        "households": [{"code": "H1", "area": "CR"}],
    }
    assert freeze(schema, tmp_path / "a", rows).partitions == ["CR"]


@pytest.mark.parametrize("code", ["../x", "a b/c", "540228*", "县'甲\"[0]", "."])
def test_codes_and_paths_of_any_letters_are_kept_apart(schema: Schema, tmp_path: Path, code: str) -> None:
    rows: dict[str, Rows] = {
        "areas": [
            {"code": "S", "name": "S", "level": "province"},
            {"code": code, "name": "C", "level": "county", "parent": "S"},
            {"code": "T", "name": "T", "level": "township", "parent": code},
            {"code": "V", "name": "V", "level": "village", "parent": "T"},
        ],
        "households": [{"code": "H1", "area": "V"}],
    }
    found = freeze(schema, tmp_path / "it's [2020] 100%*?" / "frozen", rows)
    assert found.partitions == [code]
    assert codes(found, "households", code) == ["H1"]
    assert {problem.code for problem in verify_snapshot(found.path)} == {"household-empty"}


def test_relations_of_the_callers_own_connection_are_read(schema: Schema, tmp_path: Path) -> None:
    with duckdb.connect() as con:
        given: dict[str, object] = {"areas": con.sql("select 'S' as code, 'S' as name, 'province' as level")}
        found = write_snapshot(tmp_path / "a", given, schema=schema, programme="hills", as_of=AS_OF)
    assert codes(found, "areas") == ["S"]


def test_progress_is_told(schema: Schema, tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    found = freeze(schema, tmp_path / "a", progress=lambda *step: steps.append(step))
    assert {name for name, _, _ in steps} == {"reading", "checking", "writing"}
    assert all(0 <= done <= total for _, done, total in steps)
    steps.clear()
    verify_snapshot(found.path, lambda *step: steps.append(step))
    assert {name for name, _, _ in steps} == {"hashing", "checking"}


@pytest.mark.parametrize(
    ("table", "given", "code"),
    [
        ("planets", "select 'a' as code", "table-unknown"),
        ("households", "select 'a' as code, 'x' as colour", "column-unknown"),
        ("households", "select 'a' as code, 'b' as code", "column-duplicate"),
        ("incomes", "select 'a' as code, 1.5::double as amount", "column-type"),
        ("incomes", "select 'a' as code, 1.5::decimal(18, 2) as amount", "column-type"),
        ("incomes", "select 'a' as code, 1::integer as amount", "column-type"),
        ("persons", "select 'a' as code, '2001-01-01' as birth_date", "column-type"),
        ("persons", "select 'a' as code, timestamp '2001-01-01' as birth_date", "column-type"),
        ("persons", "select 1 as code", "column-type"),
        ("grants", "select 'a' as code, 1 as paid", "column-type"),
    ],
)
def test_tables_that_do_not_fit_the_schema_are_refused(
    schema: Schema, tmp_path: Path, table: str, given: str, code: str
) -> None:
    with duckdb.connect() as con, pytest.raises(TsampaError) as caught:
        write_snapshot(tmp_path / "a", {table: con.sql(given)}, schema=schema, programme="hills", as_of=AS_OF)
    assert caught.value.code == code
    assert caught.value.remedy


@pytest.mark.parametrize("given", [None, 3, [{"code": "a"}]])
def test_what_is_no_table_is_refused(schema: Schema, tmp_path: Path, given: Any) -> None:
    with pytest.raises(TsampaError) as caught:
        write_snapshot(tmp_path / "a", {"areas": given}, schema=schema, programme="hills", as_of=AS_OF)
    assert caught.value.code == "table-not-arrow"


@pytest.mark.parametrize("name", ["", "/etc/x", "../x", "manifest.json", "schema.json", "areas/x", "a//b"])
def test_extra_files_keep_to_their_place(schema: Schema, tmp_path: Path, name: str) -> None:
    with pytest.raises(TsampaError) as caught:
        freeze(schema, tmp_path / "a", extra_files={name: b""})
    assert caught.value.code == "extra-file-name"
    assert not (tmp_path / "a").exists()


def test_what_does_not_fit_in_memory_is_spilled(tmp_path: Path) -> None:
    with connect(tmp_path, "60MB") as con:
        con.execute(
            "create table wide as select range as i, repeat(md5(range::varchar), 8) as text from range(500000)"
        )
        assert any(tmp_path.iterdir())
        assert con.execute("select count(distinct text) from wide").fetchone() == (500_000,)
