"""Who sends and who accepts stay in their areas: rows of others are returned, and a batch needs one who approves for all of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from office.intake.builders import HOUSEHOLDS, SINCE, apply, codes, county, people, send, workbook
from tsampa.errors import TsampaError
from tsampa.office.accounts.actions import end_grant, grant
from tsampa.office.accounts.models import User
from tsampa.office.accounts.roles import Role
from tsampa.office.intake import actions, linking
from tsampa.office.intake.models import Batch, PlannedRow
from tsampa.office.intake.queries import batch_for, scope_named, visible_to, waiting_of

UPPER, LOWER, TOWN = "540228100201", "540228100202", "540228100"


def somebody(name: str, role: Role, *areas: str | None) -> User:
    made = User.objects.create_user(name)
    for area in areas:
        grant(user=made, role=role, area=area, since=SINCE, by="setup")
    return made


@pytest.fixture
def sheets(office: Any, tmp_path: Path) -> Any:
    county()
    somebody("clerk", Role.TOWNSHIP_CLERK, UPPER)
    somebody("below", Role.APPROVER, LOWER)
    somebody("above", Role.APPROVER, UPPER)
    somebody("town", Role.APPROVER, TOWN)
    return lambda name="a.xlsx", **told: workbook(tmp_path / name, **told)


def outside(batch: Batch) -> list[int]:
    return [row for row, code in codes(batch) if code == "intake-outside-area"]


def test_new_households_of_other_areas_and_their_members_are_returned(sheets: Any) -> None:
    batch = send(sheets(households=HOUSEHOLDS, persons=people()), by="clerk")
    assert sorted(outside(batch)) == [3, 4]
    assert batch.rows == {"read": 5, "good": 3, "bad": 2, "waiting": 0}
    assert list(batch.touched.values_list("area", flat=True)) == [UPPER]


def test_known_households_persons_and_facts_of_other_areas_are_returned(sheets: Any) -> None:
    apply(sheets(households=HOUSEHOLDS, persons=people()))
    batch = send(
        sheets(
            "b.xlsx",
            households=f"code | area | address\n{LOWER}-0001 | {LOWER} | 二组\n{UPPER}-0001 | {UPPER} | 二组",
            persons=f"code | name\n{LOWER}-0001-01 | 次仁顿珠\n{UPPER}-0001-01 | 扎西顿珠",
        ),
        by="clerk",
    )
    assert outside(batch) == [2, 2]
    facts = f"household | status | since\n{LOWER}-0001 | registered | 2016-01-01\n{UPPER}-0001 | registered | 2016-01-01"
    alone = send(sheets("c.xlsx", statuses=facts), by="clerk")
    assert outside(alone) == [2], codes(alone)
    for one in (batch, alone):
        assert {row.code[:12] for row in one.planned.all()} == {UPPER}


def test_a_household_is_not_fetched_from_a_neighbour(sheets: Any) -> None:
    apply(sheets(households=HOUSEHOLDS, persons=people()))
    moved = f"code | area\n{LOWER}-0001 | {UPPER}"
    fetched = f"code | household | relationship | since\n{LOWER}-0001-01 | {UPPER}-0001 | other | 2019-01-01"
    batch = send(sheets("b.xlsx", households=moved, persons=fetched), by="clerk")
    assert outside(batch) == [2, 2]
    assert not batch.planned.exists()


def test_areas_are_kept_by_who_has_those_above(sheets: Any) -> None:
    new = f"code | name | level | parent\n{TOWN}203 | 新村 | village | {TOWN}"
    assert outside(send(sheets(areas=new), by="clerk")) == [2]
    somebody("town clerk", Role.TOWNSHIP_CLERK, TOWN)
    assert outside(send(sheets("b.xlsx", areas=new), by="town clerk")) == []


def test_an_area_is_moved_by_who_has_where_it_comes_to(sheets: Any) -> None:
    send_areas = f"code | name | level | parent\n{TOWN[:-1]}1 | 新镇 | township | 540228"
    apply(sheets(areas=send_areas))
    moved = f"code | name | level | parent\n{UPPER} | 洛江村 | village | {TOWN[:-1]}1"
    assert outside(send(sheets("b.xlsx", areas=moved), by="clerk")) == [2]
    assert outside(send(sheets("c.xlsx", areas=moved))) == []


def test_who_is_of_another_area_is_not_compared_with(sheets: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linking, "_installed", lambda: False)
    apply(sheets(households=HOUSEHOLDS, persons=people()))
    row = f"household | name | birth date\n{LOWER}-0001 | 次仁 | 1980-05-06"
    batch = send(sheets("b.xlsx", persons=row), by="clerk")
    assert (outside(batch), batch.doubts.count()) == ([2], 0)


@pytest.mark.parametrize("name", ["nobody", "village"])
def test_who_holds_no_role_that_sends_sends_nothing(sheets: Any, name: str) -> None:
    somebody("nobody", Role.VILLAGE_WORKER)
    somebody("village", Role.VILLAGE_WORKER, UPPER)
    with pytest.raises(TsampaError) as error:
        send(sheets(households=HOUSEHOLDS), by=name)
    assert error.value.code == "intake-not-allowed"
    assert not Batch.objects.exists()


def test_who_accepts_covers_every_row(sheets: Any) -> None:
    both = send(sheets(households=HOUSEHOLDS, persons=people()))
    upper = send(sheets("b.xlsx", households="ref | area\n1 | 洛江村"), by="clerk")
    seen = {name: set(visible_to(scope_named(name))) for name in ("above", "below", "town", "tashi", "clerk")}
    assert seen == {
        "above": {upper}, "below": set(), "town": {both, upper}, "tashi": {both, upper}, "clerk": {upper},
    }  # fmt: skip
    with pytest.raises(TsampaError) as error:
        actions.accept(str(both.pk), by="above")
    assert error.value.code == "intake-unknown"
    assert waiting_of(scope_named("above")) == {"to_accept": 1, "with_problems": 0}
    assert actions.accept(str(upper.pk), by="above").state == "applied"
    assert waiting_of(scope_named("above")) == {"to_accept": 0, "with_problems": 0}


def test_what_changed_between_the_look_and_the_acceptance_is_asked_again(sheets: Any) -> None:
    batch = send(sheets("b.xlsx", households="ref | area\n1 | 洛江村"), by="clerk")
    scope = scope_named("above")
    found = batch_for(scope, str(batch.pk))
    batch.touched.create(area=LOWER)
    with pytest.raises(TsampaError) as error:
        actions.require_acceptor(scope, found)
    assert error.value.code == "intake-outside-area"


def test_a_batch_is_checked_again_by_the_areas_that_its_sender_has_now(sheets: Any) -> None:
    batch = send(sheets(households="ref | area\n1 | 洛江村"), by="clerk")
    assert batch.planned.count() == 1
    end_grant(grant=User.objects.get(username="clerk").grants.get().pk, until=date(2016, 1, 1), by="setup")
    again = actions.check_again(str(batch.pk), by="tashi")
    assert (outside(again), again.planned.count()) == ([2], 0)
    assert not PlannedRow.objects.exists()


def test_problems_in_their_own_sheets_wait_for_the_sender(sheets: Any) -> None:
    send(sheets(households=HOUSEHOLDS, persons=people()), by="clerk")
    assert waiting_of(scope_named("clerk")) == {"to_accept": 0, "with_problems": 1}
    assert waiting_of(scope_named("tashi")) == {"to_accept": 1, "with_problems": 0}


def test_what_leads_to_a_refused_row_is_returned_with_it(sheets: Any) -> None:
    donors = f"code | area | name | kind\nO1 | {UPPER} | 某企业 | firm"
    given = f"code | area | organisation | purpose | pledged\nD1 | {LOWER} | O1 | households | 2019-01-01\nD2 | {UPPER} | O1 | households | 2019-01-01"
    got = f"code | area | donation | amount | date\nR1 | {UPPER} | D1 | 5 | 2019-02-01\nR2 | {UPPER} | D2 | 5 | 2019-02-01"
    batch = send(sheets(organisations=donors, donations=given, donation_receipts=got), by="clerk")
    assert sorted(codes(batch)) == [(2, "intake-outside-area"), (2, "link-unknown")]
    assert sorted(batch.planned.values_list("code", flat=True)) == ["D2", "O1", "R2"]
    assert actions.accept(str(batch.pk), by="above").state == "applied"


def test_a_fact_about_a_person_alone_stands_where_the_person_lives(sheets: Any) -> None:
    apply(sheets(households=HOUSEHOLDS, persons=people()))
    named = "code | other name\n"
    for code, refused in ((f"{UPPER}-0001-01", []), (f"{LOWER}-0001-01", [2])):
        batch = send(sheets(f"{code}.xlsx", persons=f"{named}{code} | Tashi"), by="clerk")
        assert outside(batch) == refused
