"""What the programme's schema does not declare is refused by the database itself, whatever door it comes by.

Each offender is planted by the ORM, by a bulk write and by plain SQL; in English and Chinese, in every table of the register.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection

from office.intake.builders import UPPER, apply, county, workbook
from tsampa.errors import TsampaError
from tsampa.office.history import Refused, change
from tsampa.office.intake import bulk
from tsampa.office.intake.queries import problems
from tsampa.office.register import actions, models
from tsampa.office.register.columns import MODELS, fields_of, schema
from tsampa.office.register.models import Household, Record

OFFENDERS = ["religion", "民族", "political_status", "政治面貌", "gps_track", "活动轨迹", "colour"]
DAY = date(2015, 1, 1)
TABLES = {one._meta.db_table for one in [*MODELS.values(), Record]}


@pytest.fixture
def household(office) -> str:
    """A household with one row of every table that has a model."""
    county()
    household = actions.register_household(area=UPPER, by="pema").code
    actions.add_member(
        household=household, name="扎西", relationship="head", since=DAY, by="pema", birth_date="1970-01-01"
    )
    actions.set_status(household=household, status="registered", since=DAY, by="pema")
    actions.record_income(household=household, source="wage", accounting_year=2019, amount=1, by="pema")
    actions.record_check(household=household, guarantee="housing", date="2019-01-01", by="pema")
    actions.add_land(household=household, kind="arable", since=DAY, by="pema")
    actions.add_driver(household=household, driver="illness", since=DAY, by="pema")
    actions.record(table="pools", area=UPPER, name="dividend", year=2019, amount=1, by="pema")
    actions.record(table="shocks", household=household, kind="disaster", date="2019-05-01", by="pema")
    return household


def plainly(table: str, column: str, value: Any) -> str:
    """The code with which one UPDATE of a row in plain SQL is refused."""
    with pytest.raises(Refused) as found, change(by="test"), connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{table}" SET "{column}" = %s', [value])
    return found.value.code


def test_every_table_with_free_keys_is_tried():
    free = {
        one._meta.db_table
        for one in apps.get_models()
        if any(field.name == "own" for field in one._meta.fields)
    }
    assert free == TABLES


def test_a_planted_key_is_refused_in_every_table(household):
    keys = [
        json.dumps({word: value}, ensure_ascii=False)
        for word in OFFENDERS
        for value in ("x", None, True, {"a": 1})
    ]
    for table in sorted(TABLES):
        for told in (*keys, '["religion"]', '"religion"', "1", "null"):
            assert plainly(table, "own", told) == "register-own-refused", (table, told)


@pytest.mark.parametrize("word", ["religion", "民族"])
def test_a_planted_key_is_refused_by_every_door(household, word):
    def save() -> None:
        Household(code="X", area_id=UPPER, own={word: "x"}).save()

    def create_many() -> None:
        Household.objects.bulk_create([Household(code="X", area_id=UPPER, own={word: "x"})])

    def update() -> None:
        Household.objects.update(own={word: "x"})

    def copy() -> None:
        bulk.insert(Household, [{"code": "X", "area_id": UPPER, "own": {word: "x"}}])

    def insert() -> None:
        with connection.cursor() as cursor:
            told = json.dumps({word: "x"}, ensure_ascii=False)
            cursor.execute(
                "INSERT INTO register_household (code, area_id, address, own) VALUES ('X', %s, '', %s)",
                [UPPER, told],
            )

    for door in (save, create_many, update, copy, insert):
        with pytest.raises(Refused) as found, change(by="test"):
            door()
        assert found.value.code == "register-own-refused", door
    with pytest.raises(TsampaError) as error:
        actions.register_household(area=UPPER, by="pema", **{word: "x"})
    assert error.value.code == "register-column"
    assert not Household.objects.exclude(pk=household).exists()


@pytest.mark.parametrize("word", ["religion", "民族"])
def test_a_planted_column_of_a_sheet_is_not_read(household, tmp_path, word):
    path = workbook(tmp_path / "a.xlsx", households=f"ref | area | {word}\n1 | {UPPER} | x")
    batch = apply(path)
    assert [one.code for one in problems(batch)] == ["column-unknown"]
    assert Household.objects.exclude(pk=household).get().own == {}


OWN = [
    ("register_person", {"livelihood": "monk"}), ("register_person", {"livelihood": ["none"]}), ("register_person", {"in_school": "yes"}),
    ("register_person", {"in_school": {"religion": "x"}}), ("register_check", {"supply_days": 1.5}), ("register_check", {"supply_days": "9"}),
    ("register_check", {"supply_days": -1}), ("register_record", {"household": "X", "kind": "disaster", "date": "2019-05-01"}),
    ("register_record", {"date": "religion"}), ("register_record", {"date": "2019-13-01"}), ("register_record", {"kind": "faith"}),
    ("areas_area", {"water_zone": "x"}), ("register_record", {"code": "religion"}),
]  # fmt: skip


def test_a_value_in_own_is_of_its_columns_kind(household):
    for table, own in OWN:
        assert plainly(table, "own", json.dumps(own)) == "register-own-refused", (table, own)


def test_what_the_programme_declares_is_taken(household):
    told = {"minutes_to_fetch": 20, "supply_days": None, "quality": True}
    with change(by="test"):
        models.Check.objects.update(own=told)
        models.Person.objects.update(own={"livelihood": "none", "in_school": False})
    assert models.Check.objects.get().own == told


WORDS = [
    (MODELS[table.name]._meta.db_table, fields_of(table.name)[column.name])
    for table in schema().tables
    if table.name in MODELS
    for column in table.columns
    if column.type.choices and column.name in fields_of(table.name)
]


def test_a_word_is_one_of_the_programmes(household):
    assert len(WORDS) > 8
    for table, column in WORDS:
        for word in ("religion", "民族", ""):
            assert plainly(table, column, word) == "register-value-refused", (table, column)


BOUNDS = [
    ("register_income", "amount", -1), ("register_income", "amount", 10**12), ("register_income", "accounting_year", 1899),
    ("register_pool", "amount", -1), ("register_pool", "year", 2201), ("register_landparcel", "size", 10**9), ("register_check", "value", 10**12),
    ("areas_area", "level", "宗教"),
]  # fmt: skip


def test_a_number_is_within_its_bounds(household):
    for table, column, value in BOUNDS:
        assert plainly(table, column, value) == "register-value-refused", (table, column)


def test_a_row_is_of_one_of_the_programmes_tables(household):
    assert plainly("register_record", "table", "faiths") in ("register-value-refused", "register-own-refused")


AGREE = [
        ("register_person", "birth_date", "2015-01-02", "register-born-later"), ("register_membership", "since", "1969-12-31", "register-born-later"),
        ("register_household", "area_id", "540228", "register-home-level"), ("register_income", "gross", 5, "register-net-income"),
]  # fmt: skip


def test_dates_places_and_net_incomes_agree(household):
    for table, column, value, code in AGREE:
        assert plainly(table, column, value) == code, (table, column)


def test_sqlite_takes_no_text_for_a_day(request):
    request.getfixturevalue("office_sqlite")
    county()
    actions.register_household(area=UPPER, by="pema", code="H")
    actions.add_member(household="H", name="扎西", since=DAY, by="pema")
    for wrong in ("yesterday", "2019-13-01", "2019-1-1"):
        assert plainly("register_membership", "since", wrong) == "register-value-refused"


def test_required_links_lead_to_rows(household):
    for table, column in (
        ("register_membership", "person_id"),
        ("register_status", "household_id"),
        ("register_household", "area_id"),
    ):
        for value in (None, "nobody"):
            with pytest.raises(IntegrityError) as found, change(by="test"), connection.cursor() as cursor:
                cursor.execute(f'UPDATE "{table}" SET "{column}" = %s', [value])
            assert not isinstance(found.value, Refused)


def test_a_programme_that_changed_asks_for_its_triggers(household, monkeypatch):
    """Guards are made from the schema: what is installed is compared with what it demands now."""
    from tsampa.office.history import guards, require_triggers

    require_triggers()
    mine = [one for one in guards.all_guards() if one.name != "persons_values"]
    monkeypatch.setattr("tsampa.office.history.backends.triggers.all_guards", lambda: tuple(mine))
    with pytest.raises(TsampaError) as error:
        require_triggers()
    assert error.value.code == "history-triggers"
