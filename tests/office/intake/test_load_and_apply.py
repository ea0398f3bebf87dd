"""From a sheet into the register: the good rows, each once, by two people."""

from __future__ import annotations

from datetime import date

import pytest

from office.intake.builders import HOUSEHOLDS, apply, codes, county, number, people, send, workbook
from tsampa.errors import TsampaError
from tsampa.office.history import Change, Version
from tsampa.office.intake import actions
from tsampa.office.intake.models import Batch, PlannedRow, Step
from tsampa.office.register import actions as register
from tsampa.office.register.models import Household, Income, Membership, Person, Status
from tsampa.office.register.queries import members_on, person_by_identity


@pytest.fixture
def sheets(office, tmp_path):
    county()
    return lambda name="a.xlsx", **told: workbook(tmp_path / name, **told)


def test_a_workbook_becomes_households_persons_and_memberships(sheets):
    batch = send(sheets(households=HOUSEHOLDS, persons=people()))
    assert codes(batch) == []
    assert batch.rows == {"read": 5, "good": 5, "bad": 0, "waiting": 0}
    assert batch.counts["persons"] == {"new": 3, "changed": 0, "unchanged": 0}
    assert not Person.objects.exists()

    actions.accept(str(batch.pk), by="tashi")
    assert list(Household.objects.order_by("code").values_list("code", "area", "address")) == [
        ("540228100201-0001", "540228100201", "一组"),
        ("540228100202-0001", "540228100202", ""),
    ]
    head = members_on("540228100201-0001", date(2020, 1, 1)).get(relationship="head")
    assert (head.code, head.person.code) == ("540228100201-0001-01-membership-1", "540228100201-0001-01")
    assert (head.person.name, head.person.sex, head.person.birth_date) == ("扎西", "male", date(1970, 1, 1))
    assert person_by_identity(number("1980-05-06", 3)).name == "次仁"


def test_history_says_who_and_from_which_batch(sheets):
    batch = apply(sheets(households=HOUSEHOLDS, persons=people()))
    made = Change.objects.get(pk=batch.change)
    assert (made.actor, made.source, made.reference) == ("tashi", "import", str(batch.pk))
    assert "pema" in made.reason
    assert Version.objects.filter(change=made).count() == 2 + 3 + 3
    assert list(Step.objects.order_by("pk").values_list("state", "by")) == [
        ("uploaded", "pema"), ("staged", "pema"), ("checked", "pema"), ("accepted", "tashi"), ("applied", "tashi"),
    ]  # fmt: skip


def test_who_prepared_does_not_accept(sheets):
    batch = send(sheets(households=HOUSEHOLDS, persons=people()), by="tashi")
    with pytest.raises(TsampaError) as error:
        actions.accept(str(batch.pk), by="tashi")
    assert error.value.code == "intake-same-person"
    assert not Person.objects.exists()


def test_the_same_file_twice_is_refused_and_the_same_content_changes_nothing(sheets):
    path = sheets(households=HOUSEHOLDS, persons=people())
    apply(path)
    with pytest.raises(TsampaError) as error:
        send(path)
    assert error.value.code == "intake-already-applied"

    again = send(sheets("b.xlsx", persons=people(), households=HOUSEHOLDS))
    assert {kind for counts in again.counts.values() for kind, n in counts.items() if n} == {"unchanged"}
    before = Version.objects.count()
    actions.accept(str(again.pk), by="tashi")
    assert Version.objects.count() == before


def test_a_change_is_previewed_with_what_stood_before_and_empty_cells_leave_it(sheets):
    apply(sheets(households=HOUSEHOLDS, persons=people()))
    batch = send(
        sheets(
            "b.xlsx",
            persons=f"""
            code                  | identity                  | name     | work capacity
            540228100201-0001-01  |                           | 扎西顿珠 |
                                  | {number("1972-03-04", 2)} |          | 无劳动力
        """,
        )
    )
    assert codes(batch) == []
    found = {one.code: (one.before, one.after) for one in PlannedRow.objects.filter(batch=batch)}
    assert found == {
        "540228100201-0001-01": ({"name": "扎西"}, {"name": "扎西顿珠"}),
        "540228100201-0001-02": ({"work_capacity": "ordinary"}, {"work_capacity": "none"}),
    }
    actions.accept(str(batch.pk), by="tashi")
    assert Person.objects.get(code="540228100201-0001-01").work_capacity == "ordinary"


def test_facts_are_tied_by_the_numbers_of_the_workbook_and_found_again_by_what_they_say(sheets):
    facts = """
        household | person                    | source       | accounting_year | amount
        1         | {number}                  | 工资性收入   | 2019            | 1,234.50
        2         |                           | transfer     | 2019            | {amount}
    """
    facts = facts.replace("{number}", number("1972-03-04", 2))
    told = {"households": HOUSEHOLDS, "persons": people()}
    apply(sheets(**told, incomes=facts.replace("{amount}", "300")))
    assert sorted(Income.objects.values_list("code", "person", "amount")) == [
        ("540228100201-0001-income-1", "540228100201-0001-02", 123450),
        ("540228100202-0001-income-1", None, 30000),
    ]
    batch = apply(sheets("b.xlsx", **told, incomes=facts.replace("{amount}", "350")))
    assert batch.counts["incomes"] == {"new": 0, "changed": 1, "unchanged": 1}
    assert Income.objects.get(code="540228100202-0001-income-1").amount == 35000


def test_who_moves_leaves_the_former_household_and_a_status_ends_where_the_next_begins(sheets):
    apply(
        sheets(
            households=HOUSEHOLDS,
            persons=people(),
            statuses="""
            household | status     | since
            1         | registered | 2015-01-01
        """,
        )
    )
    apply(
        sheets(
            "b.xlsx",
            persons=f"""
            identity                  | household         | relationship | since
            {number("1972-03-04", 2)} | 540228100202-0001 | spouse       | 2019-07-01
        """,
            statuses="""
            household         | status | since
            540228100201-0001 | exited | 2018-12-31
        """,
        )
    )
    assert list(
        Membership.objects.filter(person="540228100201-0001-02")
        .order_by("code")
        .values_list("household", "since", "until")
    ) == [
        ("540228100201-0001", date(2015, 1, 1), date(2019, 7, 1)),
        ("540228100202-0001", date(2019, 7, 1), None),
    ]
    assert list(Status.objects.order_by("since").values_list("status", "until")) == [
        ("registered", date(2018, 12, 31)),
        ("exited", None),
    ]


def test_a_preview_that_the_register_has_overtaken_is_not_applied_and_can_be_checked_again(sheets):
    apply(sheets(households=HOUSEHOLDS, persons=people()))
    told = "code | name\n540228100201-0001-01 | 扎西顿珠"
    first, second = (
        send(sheets("b.xlsx", persons=told)),
        send(sheets("c.xlsx", persons=told.replace("顿珠", "平措"))),
    )
    actions.accept(str(first.pk), by="tashi")
    with pytest.raises(TsampaError) as error:
        actions.accept(str(second.pk), by="tashi")
    assert error.value.code == "intake-stale"
    assert Batch.objects.get(pk=second.pk).state == "checked"

    actions.check_again(str(second.pk), by="pema")
    assert PlannedRow.objects.get(batch=second).before == {"name": "扎西顿珠"}
    actions.accept(str(second.pk), by="dawa")
    assert Person.objects.get(code="540228100201-0001-01").name == "扎西平措"


def test_a_batch_is_accepted_once(sheets):
    batch = apply(sheets(households=HOUSEHOLDS, persons=people()))
    with pytest.raises(TsampaError) as error:
        actions.accept(str(batch.pk), by="dawa")
    assert error.value.code == "intake-state"


def test_what_the_databases_guards_refuse_leaves_the_batch_to_be_checked_again(sheets):
    apply(sheets(households=HOUSEHOLDS, persons=people(户主="其他")))
    head = f"""
        household         | name | identity                  | relationship | since
        540228100202-0001 | 旺姆 | {number("1990-01-01", 2)} | head         | 2019-01-01
    """
    batch = send(sheets("b.xlsx", persons=head))
    register.add_member(
        household="540228100202-0001", name="平措", relationship="head", since=date(2018, 1, 1), by="dawa"
    )
    before = Version.objects.count()
    with pytest.raises(TsampaError) as error:
        actions.accept(str(batch.pk), by="tashi")
    assert (error.value.code, Version.objects.count()) == ("intake-stale", before)
    assert actions.check_again(str(batch.pk), by="pema").rows["bad"] == 1
    assert codes(batch) == [(2, "two-heads")]
