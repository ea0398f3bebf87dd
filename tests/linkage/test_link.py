"""What is proposed for rows of small sheets, each with one thing about it."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from arro3.core import Table

from linkage.mistakes import make_case, table
from linkage.people import COLUMNS
from tsampa.errors import TsampaError
from tsampa.extras import require
from tsampa.linkage import Linkage, link_records

Row = dict[str, str | None]
VILLAGE = "990024100200"
REGISTER = make_case(7, 400).register


def row(**given: str | None) -> Row:
    return dict.fromkeys(COLUMNS) | {"id": "row 2"} | given


def somebody(**changed: str | None) -> tuple[Row, str]:
    """A row that says of a member of the register's what the register says, but for what is changed; and who it is."""
    found = next(
        one for one in REGISTER
        if one["relationship"] == "spouse" and len(str(one["name"])) == 4 and one["birth_date"][5:] > "02-00"
    )  # fmt: skip
    return {**found, "identity_hash": None, "id": "row 2"} | changed, str(found["id"])


def proposals(linkage: Linkage) -> dict[str, tuple[str, str | None]]:
    names = ("id", "outcome", "register_id")
    return {
        one: (outcome, who)
        for one, outcome, who in zip(*(linkage.rows[name].to_pylist() for name in names), strict=True)
    }


def link(rows: list[Row], register: list[Row] = REGISTER, **given: Any) -> Linkage:
    return link_records(table(rows), table(register), **given)


def candidates(linkage: Linkage) -> list[dict[str, Any]]:
    names = linkage.candidates.schema.names
    return [
        dict(zip(names, values, strict=True))
        for values in zip(*(linkage.candidates[name].to_pylist() for name in names), strict=True)
    ]


def test_who_is_written_as_in_the_register_is_matched() -> None:
    given, who = somebody()
    found = link([given])
    assert proposals(found) == {"row 2": ("matched", who)}
    assert candidates(found)[0]["reasons_en"].startswith("same name; same birth date; same sex; ")
    assert candidates(found)[0]["reasons_zh"].startswith("姓名相同；出生日期相同；性别相同；")


def test_nobody_alike_is_new() -> None:
    stranger = row(name="欧阳震华", birth_date="1931-03-07", sex="male", village="110000000000")
    found = link([stranger])
    assert proposals(found) == {"row 2": ("new", None)}
    assert candidates(found) == []


SLIPS = {
    "dot": (lambda one: {"name": f"{one['name'][:2]}·{one['name'][2:]}"}, "same name"),
    "order": (lambda one: {"name": one["name"][2:] + one["name"][:2]}, "another order"),
    "character": (lambda one: {"name": one["name"][:3] + "山"}, "one character"),
    "left out": (lambda one: {"name": one["name"][0] + one["name"][2:]}, "one character"),
    "half": (lambda one: {"name": one["name"][:2]}, "shortened"),
    "initials": (lambda one: {"name": one["name"][::2]}, "shortened"),
    "year": (lambda one: {"birth_date": one["birth_date"][:4]}, "one without a day"),
    "first day": (lambda one: {"birth_date": one["birth_date"][:4] + "-01-01"}, "one without a day"),
    "digit": (lambda one: {"birth_date": one["birth_date"][:9] + str((int(one["birth_date"][9]) + 5) % 10)}, "one digit"),
    "no date": (lambda one: {"birth_date": None}, "same sex"),
    "sex": (lambda one: {"sex": "male"}, "another sex"),
    "village": (lambda one: {"village": "990024199299"}, "same household head"),
}  # fmt: skip


@pytest.fixture(scope="module")
def slips() -> tuple[Linkage, dict[str, str]]:
    """A sheet in which each of some people is written with one slip, and who they are."""
    people = [
        one for one in REGISTER
        if one["relationship"] == "spouse" and one["sex"] == "female" and one["birth_date"][5:] > "02-00"
        and len(one["name"]) == 4 and one["name"][:2] != one["name"][2:]
    ]  # fmt: skip
    sheet = [
        one | {"id": kind, "identity_hash": None} | slip(one)
        for one, (kind, (slip, _)) in zip(people, SLIPS.items(), strict=False)
    ]
    return link(sheet), {kind: str(one["id"]) for one, kind in zip(people, SLIPS, strict=False)}


@pytest.mark.parametrize("kind", SLIPS)
def test_one_slip_hides_nobody(slips: tuple[Linkage, dict[str, str]], kind: str) -> None:
    found, who = slips
    assert proposals(found)[kind] == ("matched", who[kind])
    (reasons,) = [one["reasons_en"] for one in candidates(found) if one["id"] == kind]
    assert SLIPS[kind][1] in reasons


def test_day_and_month_swapped() -> None:
    given, who = somebody(birth_date="1980-04-09")
    register = [one | {"birth_date": "1980-09-04"} if one["id"] == who else one for one in REGISTER]
    found = link([given], register)
    assert proposals(found) == {"row 2": ("matched", who)}
    assert "day and month of birth swapped" in candidates(found)[0]["reasons_en"]


def test_a_household_vouches_for_the_member_who_is_written_badly() -> None:
    family = family_of_four()
    sheet = [
        one | {"id": f"row {place}", "household": "12", "identity_hash": None}
        for place, one in enumerate(family)
    ]
    sheet[3] |= {"name": sheet[3]["name"][0] + "山", "birth_date": None, "head_name": None}
    alone = proposals(link([sheet[3]]))["row 3"]
    together = link(sheet)
    assert alone[0] != "matched"
    assert proposals(together)["row 3"] == ("matched", family[3]["id"])
    assert "3 others of the household match" in candidates(together)[-1]["reasons_en"]


def family_of_four() -> list[Row]:
    homes: dict[str | None, list[Row]] = {}
    for one in REGISTER:
        homes.setdefault(one["household"], []).append(one)
    return next(
        own for own in homes.values() if len(own) == 4 and own[2]["birth_date"] != own[3]["birth_date"]
    )


def twins() -> list[Row]:
    alike = {
        "birth_date": "2012-08-13",
        "sex": "male",
        "village": VILLAGE,
        "household": "T",
        "relationship": "child",
    }
    return [row(id=one, name=name, **alike) for one, name in (("A", "扎西平措"), ("B", "扎西多吉"))]


def test_twins_are_told_apart_by_their_names() -> None:
    sheet = [one | {"id": f"row {one['id']}", "household": "1"} for one in twins()]
    assert proposals(link(sheet, [*REGISTER, *twins()])) == {
        "row A": ("matched", "A"),
        "row B": ("matched", "B"),
    }


def test_a_twin_without_a_name_is_matched_to_whoever_is_left() -> None:
    sheet = [one | {"id": f"row {one['id']}", "household": "1"} for one in twins()]
    found = proposals(link([sheet[0], sheet[1] | {"name": "扎西"}], [*REGISTER, *twins()]))
    assert found["row A"] == ("matched", "A")
    assert found["row B"][1] in ("B", None)


def test_namesakes_born_on_one_day_in_one_village_are_asked_about() -> None:
    alike = {"name": "扎西", "birth_date": "1990-05-05", "sex": "male", "village": VILLAGE}
    register = [*REGISTER, row(id="A", household="a", **alike), row(id="B", household="b", **alike)]
    found = link([row(**alike)], register)
    assert proposals(found) == {"row 2": ("doubtful", None)}
    assert [one["register_id"] for one in candidates(found)] == ["A", "B"]


def test_whoever_is_written_twice_is_matched_once_and_asked_about() -> None:
    given, who = somebody()
    found = link([given, given | {"id": "row 3"}])
    assert proposals(found) == {"row 2": ("matched", who), "row 3": ("doubtful", None)}
    assert [one["taken_by"] for one in candidates(found)] == [None, "row 2"]


def test_a_register_person_is_matched_to_one_row_at_most() -> None:
    case = make_case(8, 1500)
    who = link_records(table(case.sheet), table(case.register)).rows["register_id"].to_pylist()
    matched = [one for one in who if one]
    assert len(matched) == len(set(matched)) > 1000


def test_what_a_person_decided_stands() -> None:
    given, who = somebody()
    other = next(str(one["id"]) for one in REGISTER if one["id"] != who)
    assert proposals(link([given], different=[("row 2", who)]))["row 2"][1] is None
    found = link([given], same=[("row 2", other)])
    assert proposals(found) == {"row 2": ("matched", other)}
    assert candidates(found)[0]["reasons_zh"].startswith("已由人工认定为同一人")
    assert proposals(link([given], same=[("row of another sheet", other)])) == {"row 2": ("matched", who)}


@pytest.mark.parametrize(
    "decided",
    [
        {"same": [("row 2", "A")], "different": [("row 2", "A")]},
        {"same": [("row 2", "A"), ("row 2", "B")]},
        {"same": [("row 2", "A"), ("row 3", "A")]},
    ],
)
def test_decisions_that_contradict_each_other_are_refused(decided: dict[str, list[tuple[str, str]]]) -> None:
    with pytest.raises(TsampaError) as caught:
        link([row(name="扎西")], **decided)
    assert caught.value.code == "linkage-decision"


def test_an_empty_sheet_or_register_is_no_mistake() -> None:
    assert link([]).counts() == {"matched": 0, "doubtful": 0, "new": 0}
    given, _ = somebody()
    assert link([given], []).counts() == {"matched": 0, "doubtful": 0, "new": 1}


def test_rows_that_say_nothing_are_new() -> None:
    assert link([row(), row(id="row 3", name="  ", birth_date="unknown")]).counts()["new"] == 2


def test_a_register_of_one_person() -> None:
    given, who = somebody()
    assert proposals(link([given], [one for one in REGISTER if one["id"] == who]))["row 2"] == (
        "matched",
        who,
    )


def test_columns_that_may_be_missing_may_be_missing() -> None:
    given, who = somebody()
    few = table([given]).select(["id", "name", "birth_date", "village"])
    assert proposals(link_records(few, table(REGISTER))) == {"row 2": ("matched", who)}


def test_a_relation_of_another_database_will_do() -> None:
    given, who = somebody()
    con = duckdb.connect()
    con.register("sheet", table([given]))
    relation = con.sql("SELECT * REPLACE (birth_date::DATE AS birth_date) FROM sheet")
    assert proposals(link_records(relation, table(REGISTER))) == {"row 2": ("matched", who)}


def test_a_column_that_must_be_there_is_asked_for() -> None:
    few = table([row()]).select(["id", "name", "village"])
    with pytest.raises(TsampaError) as caught:
        link_records(few, table(REGISTER))
    assert (caught.value.code, caught.value.where) == ("linkage-column", "incoming")


@pytest.mark.parametrize("given", [[], {"id": []}, "sheet.csv"])
def test_what_is_no_table_is_refused(given: Any) -> None:
    with pytest.raises(TsampaError) as caught:
        link_records(given, table(REGISTER))
    assert caught.value.code == "linkage-input"


@pytest.mark.parametrize("rows", [[row(), row()], [row(id=None)], [row(id="")]])
def test_every_row_needs_an_id_of_its_own(rows: list[Row]) -> None:
    with pytest.raises(TsampaError) as caught:
        link(rows)
    assert caught.value.code == "linkage-id"


def test_a_missing_package_says_what_to_install() -> None:
    with pytest.raises(TsampaError) as caught:
        require("no_such_package_at_all", "linkage")
    assert caught.value.code == "extra-missing"
    assert "tsampa[linkage]" in str(caught.value)


def test_results_are_arrow() -> None:
    found = link([row(name="扎西")])
    assert isinstance(found.rows, Table)
    assert isinstance(found.candidates, Table)
