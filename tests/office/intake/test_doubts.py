"""Rows without code and identity number: the plainly equal are matched, the doubtful wait for a person, whose word is kept."""

from __future__ import annotations

import pytest

from office.intake.builders import HOUSEHOLDS, apply, codes, county, people, send, workbook
from tsampa.errors import TsampaError
from tsampa.office.intake import actions, linking
from tsampa.office.intake.models import Decision
from tsampa.office.register.models import Household, Person


@pytest.fixture
def sheets(office, tmp_path, monkeypatch):
    county()
    monkeypatch.setattr(linking, "_installed", lambda: False)
    made = lambda name="a.xlsx", **told: workbook(tmp_path / name, **told)  # noqa: E731
    apply(made(households=HOUSEHOLDS, persons=people()))
    return made


EQUAL = """
    household         | name | birth date | sex | relationship | since      | work capacity
    540228100201-0001 | 扎西 | 1970-01-01 | 男  | head         | 2015-01-01 | 弱劳动力
"""
MOVED = EQUAL.replace("540228100201-0001", "540228100202-0001").replace("head", "other")


def test_the_plainly_equal_is_the_same_person(sheets):
    batch = apply(sheets("b.xlsx", persons=EQUAL))
    assert batch.counts["persons"] == {"new": 0, "changed": 1, "unchanged": 0}
    assert Person.objects.get(name="扎西").work_capacity == "weak"


def test_the_doubtful_waits_and_does_not_stop_the_others(sheets):
    other = MOVED + "    540228100202-0001 | 央金 | 2010-01-01 | 女 | child | 2015-01-01 | "
    batch = apply(sheets("b.xlsx", persons=other))
    assert batch.rows == {"read": 2, "good": 1, "bad": 0, "waiting": 1}
    assert [(one.row, [who["person"] for who in one.candidates]) for one in batch.doubts.all()] == [
        (2, ["540228100201-0001-01"])
    ]
    assert Person.objects.count() == 4


@pytest.mark.parametrize(("person", "new"), [("540228100201-0001-01", 0), (None, 1)])
def test_a_decision_is_remembered_for_this_and_every_later_sheet(sheets, person, new):
    moved = MOVED.replace("2015-01-01", "2019-01-01")
    batch = send(sheets("b.xlsx", persons=moved))
    actions.decide(str(batch.pk), row=2, person=person, by="pema")
    checked = actions.check_again(str(batch.pk), by="pema")
    assert (checked.rows["waiting"], checked.counts["persons"]["new"]) == (0, new)
    later = send(sheets("c.xlsx", persons=moved.replace("弱劳动力", "无劳动力")))
    assert (later.rows["waiting"], later.counts["persons"]["new"]) == (0, new)
    assert Decision.objects.get().by == "pema"


def test_only_what_is_in_doubt_can_be_decided(sheets):
    batch = send(sheets("b.xlsx", persons=MOVED))
    for row, person in ((3, None), (2, "540228100202-0001-01")):
        with pytest.raises(TsampaError) as error:
            actions.decide(str(batch.pk), row=row, person=person, by="pema")
        assert error.value.code == "intake-no-doubt"


def test_a_household_without_a_code_is_found_by_its_members_and_waits_with_them(sheets):
    home = "ref | area\nx | 洛江村"
    mine = EQUAL.replace("540228100201-0001", "x")
    batch = send(sheets("b.xlsx", households=home, persons=mine))
    assert batch.counts["households"] == {"new": 0, "changed": 0, "unchanged": 1}
    doubtful = mine.replace("男", "女") + "    x | 旺姆 | 2011-01-01 | 女 | child | 2015-01-01 | "
    batch = apply(sheets("c.xlsx", households=home, persons=doubtful))
    assert batch.rows == {"read": 3, "good": 0, "bad": 0, "waiting": 3}
    assert (codes(batch), Household.objects.count()) == ([], 2)


def test_two_rows_of_one_persons_looks_are_both_asked_about(sheets):
    twice = EQUAL + EQUAL.strip().splitlines()[1]
    assert send(sheets("b.xlsx", persons=twice)).rows["waiting"] == 2


def test_a_row_decided_after_the_others_were_applied_is_taken_with_the_same_file(sheets):
    other = (
        MOVED.replace("2015-01-01", "2019-01-01")
        + "    540228100202-0001 | 央金 | 2010-01-01 | 女 | child | 2015-01-01 | "
    )
    path = sheets("b.xlsx", persons=other)
    batch = apply(path)
    assert (batch.rows["waiting"], Person.objects.count()) == (1, 4)
    actions.decide(str(batch.pk), row=2, person="540228100201-0001-01", by="pema")
    again = apply(path)
    assert again.rows["waiting"] == 0
    assert again.counts["persons"] == {"new": 0, "changed": 1, "unchanged": 1}
    with pytest.raises(TsampaError) as error:
        send(path)
    assert error.value.code == "intake-already-applied"
