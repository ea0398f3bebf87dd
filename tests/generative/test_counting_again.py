"""Random changes of random registers: what is carried over and counted again is, byte for byte, what a full count gives."""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from generative.language import DAY, VALUES, rules
from generative.test_engines_agree import ALLOWED, built
from tsampa.assessment import Assessment, assess
from tsampa.assessment.engines import load_register
from tsampa.errors import TsampaError
from tsampa.rules.rulebook import Rulebook
from tsampa.snapshot import write_snapshot
from tsampa.snapshot.sql import connect

Rows = dict[str, list[dict[str, Any]]]
COUNTIES = ("k", "m")
VILLAGES = [f"{county}v{number}" for county in COUNTIES for number in range(9)]
DONE: Counter[str] = Counter()


def areas(pools: dict[str, int | None]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for county in COUNTIES:
        rows.append({"code": county, "name": county, "level": "county", "parent": None})
        rows.append({"code": f"{county}t", "name": county, "level": "township", "parent": county})
    return rows + [
        {"code": village, "name": f"{village} {pools.get(village)}", "level": "village", "parent": f"{village[0]}t"}
        for village in VILLAGES
    ]  # fmt: skip


@st.composite
def nations(draw: st.DrawFn) -> Rows:
    """Two counties of nine villages; some persons moved between villages, some items are of persons who live elsewhere."""
    rows: Rows = {"areas": areas({}), "households": [], "persons": [], "memberships": [], "items": []}
    for index in range(draw(st.integers(0, 14))):
        home = f"h{index:02}"
        rows["households"].append({"code": home, "area": draw(st.sampled_from(VILLAGES)), **draw(VALUES)})
        for number in range(draw(st.integers(0, 2))):
            person = f"{home}p{number}"
            rows["persons"].append({"code": person, **draw(VALUES)})
            rows["memberships"].append(_member(f"m{person}", person, home, date(2000, 1, 1)))
    homes = [row["code"] for row in rows["households"]]
    people = [row["code"] for row in rows["persons"]]
    if homes and people:
        for _ in range(draw(st.integers(0, 3))):
            _leave(rows, draw(st.sampled_from(people)), draw(st.sampled_from(homes)), draw(LEFT))
    for number in range(draw(st.integers(0, 6)) if homes else 0):
        rows["items"].append(_item(draw, f"i{number}", homes, people))
    return rows


LEFT = st.sampled_from([date(2005, 1, 1), date(2020, 1, 1)])


def _member(code: str, person: str, household: str, since: date) -> dict[str, Any]:
    return {"code": code, "person": person, "household": household, "since": since, "until": None}


def _leave(rows: Rows, person: str, household: str, on: date) -> None:
    """The person's latest membership ends and another begins, once."""
    last = max((row for row in rows["memberships"] if row["person"] == person), key=lambda row: row["since"])
    if last["since"] < on:
        last["until"] = on
        rows["memberships"].append(_member(f"x{person}{on.year}", person, household, on))


def _item(draw: st.DrawFn, code: str, homes: list[str], people: list[str]) -> dict[str, Any]:
    item = {
        "code": code,
        "household": draw(st.sampled_from(homes)),
        "person": draw(st.sampled_from([None, *people])),
    }
    return item | {"seen": date(2019, 1, 1)} | draw(VALUES)  # fmt: skip


def change(draw: st.DrawFn, before: Rows) -> Rows:
    """The register with one or two rows altered, moved, removed, or added."""
    rows = {name: [dict(row) for row in found] for name, found in before.items()}
    for _ in range(draw(st.integers(0, 2))):
        CHANGES[draw(st.sampled_from(sorted(CHANGES)))](draw, rows)
    return rows


def _alter(draw: st.DrawFn, rows: Rows) -> None:
    found = rows[draw(st.sampled_from(["households", "persons", "items"]))]
    if found:
        draw(st.sampled_from(found)).update(draw(VALUES))


def _move(draw: st.DrawFn, rows: Rows) -> None:
    if rows["households"]:
        draw(st.sampled_from(rows["households"]))["area"] = draw(st.sampled_from(VILLAGES))


def _remove(draw: st.DrawFn, rows: Rows) -> None:
    if rows["households"]:
        home = draw(st.sampled_from(rows["households"]))["code"]
        gone = {row["person"] for row in rows["memberships"] if row["household"] == home}
        rows["households"] = [row for row in rows["households"] if row["code"] != home]
        rows["memberships"] = [row for row in rows["memberships"] if row["person"] not in gone]
        rows["persons"] = [row for row in rows["persons"] if row["code"] not in gone]
        known = {row["code"] for row in rows["persons"]}
        rows["items"] = [
            row for row in rows["items"] if row["household"] != home and row["person"] in {None, *known}
        ]


def _add(draw: st.DrawFn, rows: Rows) -> None:
    rows["households"].append(
        {"code": f"z{len(rows['households'])}", "area": draw(st.sampled_from(VILLAGES)), **draw(VALUES)}
    )


def _member_moves(draw: st.DrawFn, rows: Rows) -> None:
    if rows["persons"] and rows["households"]:
        person, to = draw(st.sampled_from(rows["persons"])), draw(st.sampled_from(rows["households"]))
        if any(row["person"] == person["code"] for row in rows["memberships"]):
            _leave(rows, person["code"], to["code"], draw(LEFT))


def _rename(draw: st.DrawFn, rows: Rows) -> None:
    draw(st.sampled_from(rows["areas"]))["name"] += "'"


def _reparent(draw: st.DrawFn, rows: Rows) -> None:
    """A village comes to the other county."""
    code = draw(st.sampled_from(VILLAGES))
    village = next(row for row in rows["areas"] if row["code"] == code)
    village["parent"] = draw(st.sampled_from(["kt", "mt"]))


CHANGES = {
    "alter": _alter, "move": _move, "remove": _remove, "add": _add, "member moves": _member_moves, "rename": _rename,
    "reparent": _reparent,
}  # fmt: skip


def freeze(folder: Path, rulebook: Rulebook, rows: Rows) -> Path:
    schema = rulebook.schema
    with connect() as con:
        here = load_register(con, schema, rows)
        tables = {name: con.sql(f"FROM {source}") for name, source in here.tables.items()}
        write_snapshot(folder, tables, schema=schema, programme=rulebook.programme, as_of=DAY)
    return folder


def files(one: Assessment) -> list[tuple[str, str, int]]:
    return [(entry.path, entry.sha256, entry.rows) for entry in one.manifest.files]


def same_again(rulebook: Rulebook, before: Rows, after: Rows, folder: Path) -> None:
    old, new = (freeze(folder / name, rulebook, rows) for name, rows in (("s", before), ("t", after)))
    try:
        earlier = assess(old, rulebook, DAY, folder / "a")
        whole = assess(new, rulebook, DAY, folder / "b")
    except TsampaError as error:
        assume(error.code != "rule-overflow")
        raise
    again = assess(new, rulebook, DAY, folder / "c", since=folder / "a")
    assert files(again) == files(whole)
    assert (again.manifest.rows, again.manifest.variables) == (whole.manifest.rows, whole.manifest.variables)
    assert again.verify() == []
    since = again.manifest.since
    assert since is not None
    DONE.update({"kept": since.kept, "villages": since.villages, "counted": since.counted})
    assert earlier.verify() == []


def search(examples: int) -> None:
    @settings(
        max_examples=examples, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.data())
    def run(data: st.DataObject) -> None:
        drawn = data.draw(rules())
        # Most have nothing above the village, so that villages can be counted by themselves.
        assume(all(one[0] != "township" for one in drawn) or data.draw(st.integers(0, 4)) == 0)
        try:
            rulebook = built(drawn)
        except TsampaError as error:
            assume(error.code not in ALLOWED)
            raise
        before = data.draw(nations())
        after = change(data.draw, before)
        with tempfile.TemporaryDirectory() as folder:
            try:
                same_again(rulebook, before, after, Path(folder))
            except TsampaError as error:
                assume(error.code != "snapshot-integrity")
                raise

    run()


def test_counting_again_gives_the_same_bytes() -> None:
    search(12)
    assert min(DONE["kept"], DONE["villages"], DONE["counted"]) > 0, DONE


@pytest.mark.slow
def test_counting_again_gives_the_same_bytes_in_a_long_search() -> None:
    search(1500)
    assert min(DONE["kept"], DONE["villages"], DONE["counted"]) > 0, DONE
