"""Roles are given and ended by dated grants; nobody decides over themselves, and somebody administers; a look counts once in ten minutes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from office.web.people import COUNTY, HERE, NEXT, TOWNSHIP, add_somebody, add_villages
from tsampa.errors import TsampaError
from tsampa.office.accounts import actions, queries
from tsampa.office.accounts.links import LINKS
from tsampa.office.accounts.models import Act, Grant, Look, User
from tsampa.office.accounts.roles import May, Role
from tsampa.office.accounts.scope import scope_of, visible_to
from tsampa.office.history import change, verify, versions_of

DAY, NOW = date(2020, 6, 30), datetime(2020, 6, 30, 9, tzinfo=UTC)


@pytest.fixture
def keeper(office: Any) -> User:
    add_villages()
    return add_somebody(Role.ADMINISTRATOR, None, "keeper")


def refused(code: str) -> Any:
    return pytest.raises(TsampaError, check=lambda error: error.code == code)


def end(user: User, by: User | str, until: date = DAY) -> None:
    actions.end_grant(grant=user.grants.get(until=None).pk, until=until, by=by, reason="left")


def test_a_role_given_twice_stands_once(keeper: User) -> None:
    user = User.objects.create_user("pema")
    for area in (HERE, HERE, None, None):
        actions.grant(user=user, role=Role.ANALYST, area=area, since=DAY, by=keeper)
    assert user.grants.count() == 2


def test_the_database_itself_holds_a_role_once(keeper: User) -> None:
    for area in (HERE, None):
        user = add_somebody(Role.ANALYST, area, f"user-{area}")
        with pytest.raises((IntegrityError, TsampaError)), change(by="test"):
            Grant.objects.create(user=user, role=Role.ANALYST, area_id=area, since=DAY)


def test_a_role_that_ends_today_is_not_held_today(keeper: User) -> None:
    user = add_somebody(Role.VILLAGE_WORKER, HERE, "pema")
    end(user, keeper)
    assert scope_of(user, DAY - timedelta(days=1)).may
    assert not scope_of(user, DAY).may
    assert [one.change.actor for one in versions_of(user.grants.get())] == ["test", "keeper"]


def test_a_role_ends_after_it_began_and_once(keeper: User) -> None:
    user = add_somebody(Role.VILLAGE_WORKER, HERE, "pema")
    with refused("grant-dates"):
        end(user, keeper, date(2014, 1, 1))
    number = user.grants.get().pk
    end(user, keeper)
    with refused("grant-unknown"):
        actions.end_grant(grant=number, until=DAY, by=keeper, reason="left")
    assert [one.operation for one in versions_of(user.grants.get())] == ["insert", "update"]


def test_nobody_decides_over_their_own_account(keeper: User) -> None:
    grants = list(keeper.grants.values())
    with refused("user-own-account"):
        actions.grant(user=keeper, role=Role.APPROVER, area=None, since=DAY, by=keeper)
    with refused("user-own-account"):
        end(keeper, keeper)
    for act in (actions.give_link, actions.switch_on, actions.take_factor_off):
        with refused("user-own-account"):
            act(user=keeper, by=keeper, at=NOW, reason="x")
    with refused("user-own-account"):
        actions.switch_off(user=keeper, on=DAY, by=keeper, at=NOW, reason="x")
    keeper.refresh_from_db()
    assert (keeper.is_active, list(keeper.grants.values())) == (True, grants)


def test_the_last_administrator_stays(keeper: User) -> None:
    other = add_somebody(Role.ADMINISTRATOR, COUNTY, "county-keeper")
    with refused("user-last-administrator"):
        end(keeper, other)
    with refused("user-last-administrator"):
        actions.switch_off(user=keeper, on=DAY, by=other, at=NOW, reason="left")
    second = add_somebody(Role.ADMINISTRATOR, None, "second")
    actions.switch_off(user=second, on=DAY, by=keeper, at=NOW, reason="ill")
    with refused("user-last-administrator"):
        end(keeper, second)
    actions.switch_on(user=second, by=keeper, at=NOW, reason="well")
    end(keeper, second)
    assert scope_of(second, DAY).may


def test_what_is_done_to_an_account_is_remembered_and_sealed(keeper: User) -> None:
    made = actions.invite(username="pema", name="白玛", role=Role.VILLAGE_WORKER, area=HERE, since=DAY, by=keeper, at=NOW, reason="new")  # fmt: skip
    actions.switch_off(user=made, on=DAY, by=keeper, at=NOW, reason="left")
    actions.switch_off(user=made, on=DAY, by=keeper, at=NOW, reason="again")
    assert list(Act.objects.values_list("user__username", "done", "by", "reason")) == [
        ("pema", "invited", "keeper", "new"), ("pema", "switched_off", "keeper", "left"),
    ]  # fmt: skip
    assert verify().holds
    with refused("user-reason"):
        actions.switch_on(user=made, by=keeper, at=NOW, reason=" ")


def test_who_is_switched_off_may_nothing_and_no_link_lets_them_in(keeper: User) -> None:
    made = actions.invite(username="pema", name="", role=Role.VILLAGE_WORKER, area=HERE, since=DAY, by=keeper, at=NOW)  # fmt: skip
    token = LINKS.make_token(made)
    assert LINKS.check_token(made, token)
    actions.switch_off(user=made, on=DAY, by=keeper, at=NOW, reason="left")
    made.refresh_from_db()
    assert not LINKS.check_token(made, token)
    assert not scope_of(made, DAY).may


def test_a_new_link_voids_the_old_one_and_the_password(keeper: User) -> None:
    user = add_somebody(Role.VILLAGE_WORKER, HERE, "pema")
    old = LINKS.make_token(user)
    actions.give_link(user=user, by=keeper, at=NOW, reason="forgot it")
    user.refresh_from_db()
    assert not user.check_password("a long password")
    assert not LINKS.check_token(user, old)


@pytest.mark.parametrize("name", ["pema", "PEMA", "a name with spaces", ""])
def test_a_username_is_new_and_well_formed(keeper: User, name: str) -> None:
    User.objects.create_user("pema")
    with refused("user-name"):
        actions.invite(username=name, name="", role=Role.ANALYST, area=None, since=DAY, by=keeper, at=NOW)
    assert User.objects.count() == 2


def test_who_is_invited_to_an_unknown_area_is_not_added(keeper: User) -> None:
    with refused("area-unknown"):
        actions.invite(username="pema", name="", role=Role.ANALYST, area="99", since=DAY, by=keeper, at=NOW)
    assert User.objects.count() == 1


def test_an_administrator_of_an_area_sees_the_users_and_roles_of_it(keeper: User) -> None:
    here, there = add_somebody(Role.VILLAGE_WORKER, HERE, "here"), add_somebody(Role.VILLAGE_WORKER, NEXT, "there")  # fmt: skip
    local = add_somebody(Role.ADMINISTRATOR, HERE, "local")
    scope = scope_of(local, DAY)
    assert [one.username for one in queries.users(scope, DAY)] == ["here", "local"]
    assert queries.user_of(scope, there.pk) is None
    assert queries.governs(scope, here, DAY)
    actions.grant(user=here, role=Role.ANALYST, area=TOWNSHIP, since=DAY, by=keeper)
    assert not queries.governs(scope, here, DAY)
    assert [one.area_id for one in queries.grants_of(scope, here)] == [HERE]
    actions.grant(user=here, role=Role.ANALYST, area=HERE, since=DAY, by=keeper)
    assert visible_to(scope, User.objects.filter(username="here"), May.ADMINISTER).count() == 1


def test_who_can_give_more_administers_an_area_above(keeper: User) -> None:
    for area in (COUNTY, TOWNSHIP, NEXT):
        add_somebody(Role.ADMINISTRATOR, area, f"keeper-{area}")
    worker = scope_of(add_somebody(Role.VILLAGE_WORKER, HERE, "pema"), DAY)
    assert [one.username for one in queries.administrators_for(worker, DAY)] == ["keeper", f"keeper-{COUNTY}", f"keeper-{TOWNSHIP}"]  # fmt: skip


def test_a_look_counts_once_in_ten_minutes(keeper: User) -> None:
    for minutes in (0, 9, 10, 15):
        actions.record_look(household="H1", by=keeper, page="file", at=NOW + timedelta(minutes=minutes))
    for page, by, household in (("statement", "keeper", "H1"), ("file", "pema", "H1"), ("file", "keeper", "H2")):  # fmt: skip
        actions.record_look(household=household, by=by, page=page, at=NOW)
    assert Look.objects.count() == 5
    assert [(one.by, one.page) for one in queries.looks_at("H1")][:2] == [("keeper", "file"), ("pema", "file")]  # fmt: skip


def test_looks_at_several_households_at_once_take_two_queries(keeper: User) -> None:
    actions.record_look(household="H1", by=keeper, page="doubts", at=NOW)
    homes = [f"H{one}" for one in range(30)]
    for minutes, found in ((5, 30), (9, 30), (30, 60)):
        with CaptureQueriesContext(connection) as queries_asked:
            actions.record_looks(
                households=homes, by=keeper, page="doubts", at=NOW + timedelta(minutes=minutes)
            )
        told = [one["sql"] for one in queries_asked if one["sql"].startswith(("SELECT", "INSERT"))]
        assert (len(told) <= 2, Look.objects.count()) == (True, found)
