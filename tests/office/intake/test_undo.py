"""A batch is taken back whole, by a new change, or not at all."""

from __future__ import annotations

import pytest

from office.intake.builders import HOUSEHOLDS, apply, county, number, people, workbook
from tsampa.errors import TsampaError
from tsampa.office.history import Change, Version, change, cut, known_at
from tsampa.office.intake import actions
from tsampa.office.intake.models import Batch
from tsampa.office.register.actions import record_income
from tsampa.office.register.identity import reveal
from tsampa.office.register.models import Household, Income, Membership, Person

TABLES = (Household, Person, Membership, Income)


@pytest.fixture
def sheets(office, tmp_path):
    county()
    return lambda name="a.xlsx", **told: workbook(tmp_path / name, **told)


def everything():
    return [list(model.objects.order_by("pk").values()) for model in TABLES]


def second(sheets):
    """A batch that adds, changes, moves and gives an identity number anew."""
    return apply(
        sheets(
            "b.xlsx",
            households="ref | area\n9 | 下村",
            persons=f"""
            code                 | ref | household | relationship | since      | name | identity
            540228100201-0001-02 |     | 9         | head         | 2019-01-01 |      |
            540228100202-0001-01 |     |           |              |            | 丹增 | {number("1980-05-06", 5)}
                                 | n   | 9         | child        | 2019-01-01 | 央金 | {number("2010-05-06", 2)}
        """,
            incomes="household | person | source | accounting_year | amount\n9 | n | wage | 2019 | 10",
        )
    )


def test_an_undone_batch_leaves_the_register_as_it_was(sheets):
    first = apply(sheets(households=HOUSEHOLDS, persons=people()))
    before = everything()
    batch = second(sheets)
    after = everything()
    assert after != before

    actions.undo(str(batch.pk), by="dawa", reason="the sheet was of last year")
    assert everything() == before
    undone = Change.objects.get(pk=batch.undo or Batch.objects.get(pk=batch.pk).undo)
    assert (undone.actor, undone.reason, undone.source) == (
        "dawa",
        "the sheet was of last year",
        "undo of import",
    )
    actions.undo(str(first.pk), by="tashi", reason="all of it")
    assert everything() == [[], [], [], []]


def test_history_keeps_what_was_undone(sheets):
    batch = apply(sheets(households=HOUSEHOLDS, persons=people()))
    applied = cut()
    actions.undo(str(batch.pk), by="dawa", reason="wrong file")
    assert not Person.objects.exists()
    assert len(list(known_at(Person, applied))) == 3


def test_an_identity_number_is_restored_readable(sheets):
    apply(sheets(households=HOUSEHOLDS, persons=people()))
    batch = second(sheets)
    actions.undo(str(batch.pk), by="dawa", reason="wrong file")
    cipher = Person.objects.get(code="540228100202-0001-01").identity_cipher
    assert reveal(cipher) == number("1980-05-06", 3)


def test_what_was_changed_later_is_not_trampled_on(sheets):
    apply(sheets(households=HOUSEHOLDS, persons=people()))
    batch = second(sheets)
    with change(by="tashi", reason="visit"):
        Person.objects.filter(code="540228100202-0001-01").update(name="平措")
    before, versions = everything(), Version.objects.count()
    with pytest.raises(TsampaError) as error:
        actions.undo(str(batch.pk), by="dawa", reason="wrong file")
    assert error.value.code == "intake-undo-touched"
    assert "540228100202-0001-01" in error.value.message
    assert (everything(), Version.objects.count()) == (before, versions)
    assert Batch.objects.get(pk=batch.pk).state == "applied"


def test_a_row_that_others_lead_to_is_not_taken_from_under_them(sheets):
    batch = apply(sheets(households=HOUSEHOLDS, persons=people()))
    record_income(household="540228100202-0001", source="wage", accounting_year=2019, amount=5, by="tashi")
    before = everything()
    with pytest.raises(TsampaError) as error:
        actions.undo(str(batch.pk), by="dawa", reason="wrong file")
    assert error.value.code == "intake-undo-touched"
    assert everything() == before


@pytest.mark.parametrize(
    ("by", "reason", "code"),
    [
        ("dawa", "  ", "intake-reason"),
        ("pema", "wrong", "intake-not-allowed"),
        ("nobody", "wrong", "user-unknown"),
    ],
)
def test_undoing_needs_a_reason_and_leave(sheets, by, reason, code):
    batch = apply(sheets(households=HOUSEHOLDS, persons=people()))
    with pytest.raises(TsampaError) as error:
        actions.undo(str(batch.pk), by=by, reason=reason)
    assert error.value.code == code
    assert Person.objects.count() == 3


def test_an_undone_file_may_be_sent_again(sheets):
    batch = apply(sheets(households=HOUSEHOLDS, persons=people()))
    actions.undo(str(batch.pk), by="dawa", reason="too early")
    apply(sheets(households=HOUSEHOLDS, persons=people()))
    assert Person.objects.count() == 3
