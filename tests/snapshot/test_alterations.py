"""Whatever is done to a snapshot after it was written, verify names it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tsampa.errors import TsampaError
from tsampa.schema import find_programme
from tsampa.sheets import import_to_snapshot
from tsampa.snapshot import open_snapshot, verify_snapshot, write_snapshot

SHEETS = find_programme("middle_village") / "sheets"


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    import_to_snapshot(SHEETS / "households.csv", SHEETS / "households.yaml", tmp_path / "s")
    assert [one for one in verify_snapshot(tmp_path / "s") if one.effect != "noted"] == []
    return tmp_path / "s"


def parquet(folder: Path) -> Path:
    return next((folder / "checks").rglob("*.parquet"))


def flip(folder: Path) -> str:
    data = bytearray(parquet(folder).read_bytes())
    data[len(data) // 2] ^= 255
    parquet(folder).write_bytes(data)
    return "checks"


def truncate(folder: Path) -> str:
    parquet(folder).write_bytes(parquet(folder).read_bytes()[:100])
    return "checks"


def delete(folder: Path) -> str:
    parquet(folder).unlink()
    return "checks"


def add(folder: Path) -> str:
    (folder / "extra.txt").write_text("x", encoding="utf-8")
    return "extra.txt"


def lie(folder: Path) -> str:
    place = folder / "manifest.json"
    manifest = json.loads(place.read_text(encoding="utf-8"))
    manifest["rows"]["checks"] += 1
    place.write_text(json.dumps(manifest), encoding="utf-8")
    return "checks"


@pytest.mark.parametrize("alter", [flip, truncate, delete, add, lie], ids=lambda one: one.__name__)
def test_an_alteration_is_found_and_named(alter: Callable[[Path], str], snapshot: Path) -> None:
    named = alter(snapshot)
    found = [one for one in verify_snapshot(snapshot) if one.effect != "noted"]
    assert found
    assert any(named in f"{one.sheet} {one.message}" for one in found)


def test_a_manifest_cut_short_is_a_clear_error(snapshot: Path) -> None:
    place = snapshot / "manifest.json"
    place.write_bytes(place.read_bytes()[:50])
    with pytest.raises(TsampaError) as caught:
        open_snapshot(snapshot)
    assert caught.value.code == "snapshot-manifest"


def test_a_household_of_no_area_is_not_written_and_nothing_is_left(tmp_path: Path, snapshot: Path) -> None:
    from arro3.core import Array, DataType, Table

    opened = open_snapshot(snapshot)
    tables = {
        "households": Table.from_pydict(
            {"code": Array(["x"], type=DataType.utf8()), "area": Array(["nowhere"], type=DataType.utf8())}
        )
    }
    with pytest.raises(TsampaError) as caught:
        write_snapshot(
            tmp_path / "new",
            tables,
            schema=opened.schema,
            programme="middle_village",
            as_of=date(2019, 12, 31),
        )
    assert caught.value.code == "snapshot-integrity"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s"]
