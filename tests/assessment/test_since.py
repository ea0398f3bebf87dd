"""Counting again since an earlier assessment: what is kept, what is counted, and what is refused."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from assessment.test_partitions import DAY, freeze, register
from generative.test_counting_again import freeze as frozen
from rules.builders import rulebook_of, variable
from tsampa.assessment import Assessment, assess
from tsampa.assessment.manifest import Since
from tsampa.errors import TsampaError
from tsampa.rules import Rulebook
from tsampa.snapshot.sql import connect

PROGRAMME = "middle_village"


def counted(
    folder: Path,
    *snapshots: Path,
    since: Path | None = None,
    on: date = DAY,
    programme: str | Rulebook = PROGRAMME,
) -> Assessment:
    return assess(list(snapshots), programme, on, folder, since=since)


def local(folder: Path) -> Rulebook:
    """Rules that look no further than the village."""
    folder.mkdir()
    size = variable(lambda h: h.members.count(), "person", name="size")
    people = variable(lambda v: v.households.size.sum(), "person", name="people", entity="village")
    return rulebook_of(size, people, folder=folder)


def done(one: Assessment) -> tuple[int, int, int]:
    since = one.manifest.since
    assert isinstance(since, Since)
    return since.kept, since.villages, since.counted


def same_files(one: Assessment, other: Assessment) -> bool:
    first, second = ([(entry.path, entry.sha256) for entry in each.manifest.files] for each in (one, other))
    return first == second and one.verify() == []


def with_income(rows: dict[str, list[dict[str, Any]]], household: str) -> dict[str, list[dict[str, Any]]]:
    """Another person in the household."""
    person = f"{household}new"
    rows["persons"].append({"code": person, "birth_date": date(1990, 1, 1)})
    rows["memberships"].append(
        {"code": f"m{person}", "person": person, "household": household, "since": date(2019, 1, 1), "until": None}
    )  # fmt: skip
    return rows


def villages(counties: int, number: int = 8) -> dict[str, list[dict[str, Any]]]:
    """The register with more villages, a household each."""
    rows = register(counties)
    for c in (f"{one:02}" for one in range(counties)):
        for index in range(number):
            rows["areas"].append({"code": f"{c}w{index}", "name": "w", "level": "village", "parent": f"{c}t"})
            rows["households"].append({"code": f"{c}w{index}", "area": f"{c}w{index}"})
    return rows


def test_an_unchanged_register_keeps_everything_by_links(tmp_path: Path) -> None:
    freeze(tmp_path / "s", register(2))
    first = counted(tmp_path / "a", tmp_path / "s")
    second = counted(tmp_path / "b", tmp_path / "s", since=tmp_path / "a")
    assert done(second) == (2, 0, 0)
    assert same_files(first, second)
    name = next(one.path for one in first.manifest.files if one.table)
    assert (tmp_path / "a" / name).stat().st_ino == (tmp_path / "b" / name).stat().st_ino


def test_only_the_changed_village_is_counted(tmp_path: Path) -> None:
    rules = local(tmp_path / "rules")
    frozen(tmp_path / "s", rules, villages(2))
    frozen(tmp_path / "t", rules, with_income(villages(2), "01w3"))
    counted(tmp_path / "a", tmp_path / "s", programme=rules)
    again = counted(tmp_path / "b", tmp_path / "t", since=tmp_path / "a", programme=rules)
    assert done(again) == (1, 1, 0)
    assert same_files(again, counted(tmp_path / "c", tmp_path / "t", programme=rules))
    found = again.results("household")
    assert dict(zip(found["code"].to_pylist(), found["size"].to_pylist(), strict=True))["01w3"] == 1


def test_rules_that_look_above_the_village_count_the_county(tmp_path: Path) -> None:
    freeze(tmp_path / "s", villages(2))
    freeze(tmp_path / "t", with_income(villages(2), "01w3"))
    counted(tmp_path / "a", tmp_path / "s")
    again = counted(tmp_path / "b", tmp_path / "t", since=tmp_path / "a")
    assert done(again) == (1, 0, 1)
    assert same_files(again, counted(tmp_path / "c", tmp_path / "t"))


def test_counties_of_their_own_are_compared_one_by_one(tmp_path: Path) -> None:
    apart = [freeze(tmp_path / f"s{c}", register(1, c)).path for c in (0, 1, 2)]
    changed = freeze(tmp_path / "t1", with_income(register(1, 1), "01A")).path
    counted(tmp_path / "a", *apart)
    again = counted(tmp_path / "b", apart[0], changed, apart[2], since=tmp_path / "a")
    assert done(again) == (2, 0, 1)
    assert same_files(again, counted(tmp_path / "c", apart[0], changed, apart[2]))


def test_a_county_that_is_kept_is_neither_read_nor_verified(tmp_path: Path) -> None:
    apart = [freeze(tmp_path / f"s{c}", register(1, c)).path for c in (0, 1)]
    counted(tmp_path / "a", *apart)
    for path in (apart[0] / "persons").rglob("*.parquet"):
        path.write_bytes(b"")
    assert done(counted(tmp_path / "b", *apart, since=tmp_path / "a")) == (2, 0, 0)


def test_nothing_is_counted_from_an_altered_county(tmp_path: Path) -> None:
    apart = [freeze(tmp_path / f"s{c}", register(1, c)).path for c in (0, 1)]
    changed = freeze(tmp_path / "t1", with_income(register(1, 1), "01A")).path
    counted(tmp_path / "a", *apart)
    path = next((changed / "persons").rglob("*.parquet"))
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(TsampaError) as caught:
        counted(tmp_path / "b", apart[0], changed, since=tmp_path / "a")
    assert caught.value.code == "snapshot-broken"
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize("content", [b"", None])
def test_altered_or_missing_results_are_refused(tmp_path: Path, content: bytes | None) -> None:
    freeze(tmp_path / "s", register(1))
    first = counted(tmp_path / "a", tmp_path / "s")
    path = first.files("household")[0]
    path.write_bytes(content) if content is not None else path.unlink()
    with pytest.raises(TsampaError) as caught:
        counted(tmp_path / "b", tmp_path / "s", since=tmp_path / "a")
    assert caught.value.code == "assessment-altered"


def test_results_that_are_counted_with_are_compared_to_the_byte(tmp_path: Path) -> None:
    rules = local(tmp_path / "rules")
    frozen(tmp_path / "s", rules, villages(1))
    frozen(tmp_path / "t", rules, with_income(villages(1), "00w3"))
    path = counted(tmp_path / "a", tmp_path / "s", programme=rules).files("household")[0]
    content = bytearray(path.read_bytes())
    content[20] ^= 1
    path.write_bytes(content)
    with pytest.raises(TsampaError) as caught:
        counted(tmp_path / "b", tmp_path / "t", since=tmp_path / "a", programme=rules)
    assert caught.value.code == "assessment-altered"


def test_another_programme_is_refused(tmp_path: Path) -> None:
    freeze(tmp_path / "s", register(1))
    counted(tmp_path / "a", tmp_path / "s")
    path = tmp_path / "a" / "manifest.json"
    manifest = msgspec.json.decode(path.read_bytes())
    path.write_bytes(msgspec.json.encode(manifest | {"programme": "another"}))
    with pytest.raises(TsampaError) as caught:
        counted(tmp_path / "b", tmp_path / "s", since=tmp_path / "a")
    assert caught.value.code == "since-programme"


def test_another_day_spares_nothing(tmp_path: Path) -> None:
    freeze(tmp_path / "s", register(2))
    counted(tmp_path / "a", tmp_path / "s")
    earlier = date(2018, 6, 30)
    again = counted(tmp_path / "b", tmp_path / "s", since=tmp_path / "a", on=earlier)
    assert done(again) == (0, 0, 2)
    assert same_files(again, counted(tmp_path / "c", tmp_path / "s", on=earlier))


def test_where_the_earlier_snapshot_is_gone_the_county_is_counted(tmp_path: Path) -> None:
    freeze(tmp_path / "s", villages(1))
    freeze(tmp_path / "t", with_income(villages(1), "00w3"))
    counted(tmp_path / "a", tmp_path / "s")
    shutil.rmtree(tmp_path / "s")
    again = counted(tmp_path / "b", tmp_path / "t", since=tmp_path / "a")
    assert done(again) == (0, 0, 1)
    assert same_files(again, counted(tmp_path / "c", tmp_path / "t"))


def large(per_village: int) -> dict[str, list[dict[str, Any]]]:
    """One county whose villages have so many households each."""
    rows = villages(1)
    rows["households"] += [
        {"code": f"00w{index}x{number:04}", "area": f"00w{index}"}
        for index in range(8)
        for number in range(per_village)
    ]
    return rows


def without(rows: dict[str, list[dict[str, Any]]], *households: str) -> dict[str, list[dict[str, Any]]]:
    rows["households"] = [row for row in rows["households"] if row["code"] not in households]
    return rows


def with_household(rows: dict[str, list[dict[str, Any]]], code: str) -> dict[str, list[dict[str, Any]]]:
    rows["households"].append({"code": code, "area": code[:4]})
    return rows


@pytest.mark.parametrize(
    ("change", "carried"),
    [
        (lambda rows: with_income(rows, "00w4x0005"), [0, 2]),  # one part changes
        (lambda rows: with_income(rows, "00w2x0005"), [2]),  # a village that stands in two parts
        (lambda rows: without(rows, "00w4x0005"), [0]),  # all that follows moves
        (lambda rows: without(rows, "00w2"), []),  # the first row of a village, in the first part
        (lambda rows: with_household(rows, "00w7y"), [0, 1]),
        (lambda rows: with_household(with_income(rows, "00w0"), "00w7y"), [1]),
        (lambda rows: with_household(without(rows, "00w4x0005"), "00w4x0005y"), [0, 2]),  # one for another
        (lambda rows: without(rows, *(f"00w7x{number:04}" for number in range(400, 900))), [0, 1]),
    ],
)  # fmt: skip
def test_only_the_parts_that_a_change_reaches_are_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Any, carried: list[int]
) -> None:
    monkeypatch.setattr("tsampa.assessment.parts.ROWS", 2048)
    rules = local(tmp_path / "rules")
    frozen(tmp_path / "s", rules, large(700))
    frozen(tmp_path / "t", rules, change(large(700)))
    first = counted(tmp_path / "a", tmp_path / "s", programme=rules)
    again = counted(tmp_path / "b", tmp_path / "t", since=tmp_path / "a", programme=rules)
    assert done(again) == (0, 1, 0) or done(again) == (0, 2, 0)
    assert same_files(again, counted(tmp_path / "c", tmp_path / "t", programme=rules))
    assert len(first.files("household")) == 3
    linked = [path.stat().st_ino for path in first.files("household")]
    assert [
        linked.index(ino) for path in again.files("household") if (ino := path.stat().st_ino) in linked
    ] == carried


def test_folders_may_be_named_from_where_one_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    freeze(tmp_path / "s", register(1))
    monkeypatch.chdir(tmp_path)
    first = counted(Path("a"), Path("s"))
    assert same_files(counted(Path("deep/b"), Path("s"), since=Path("a")), first)


def test_rows_of_a_person_who_moved_tie_two_villages(tmp_path: Path) -> None:
    rows = villages(1)
    left = next(row for row in rows["memberships"] if row["person"] == "00A0")
    left["until"] = date(2020, 1, 1)
    rows["memberships"].append(
        left | {"code": "far", "household": "00w3", "since": date(2020, 1, 1), "until": None}
    )
    ties = freeze(tmp_path / "s", rows).path / "ties.parquet"
    with connect() as con:
        assert con.execute(f"FROM '{ties}'").fetchall() == [("00", "00v", "00w3")]
