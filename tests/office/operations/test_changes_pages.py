"""History in the browser: an auditor reads who changed what, field by field, and nothing of areas that are not theirs."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from office.web.people import HERE, NEXT, add_somebody, add_villages, signed_in
from tsampa.office.accounts.roles import Role
from tsampa.office.history import Change, Source, change
from tsampa.office.register.models import Household, Income, Person

CHANGES = "/administration/changes/"
HOME, OTHER = "540228101201-0001", "540228101202-0001"


@pytest.fixture
def auditor(office: Any) -> Client:
    add_villages()
    for code, area, address in ((HOME, HERE, "here"), (OTHER, NEXT, "there")):
        with change(by="pema", reason=f"visit {address}", source=Source("visit", code)):
            Household.objects.create(code=code, area_id=area, address=address)
            Income.objects.create(
                code=f"{code}-I", household_id=code, source="wage", accounting_year=2019, amount=123_456
            )
    with change(by="lhamo", reason="moved"):
        Household.objects.filter(pk=HOME).update(address="corner")
    return signed_in(add_somebody(Role.AUDITOR, None))


def of_village() -> Client:
    return signed_in(add_somebody(Role.AUDITOR, HERE, "local"))


def read(answer: Any) -> str:
    return str(answer.content.decode())


def number(reason: str) -> int:
    return Change.objects.get(reason=reason).pk


def test_changes_are_found_by_who_and_when_and_what(auditor: Client) -> None:
    def reasons(**asked: str) -> list[str]:
        return [one.reason for one in auditor.get(CHANGES, asked).context["changes"]]

    assert reasons()[1:4] == ["moved", "visit there", "visit here"]
    assert reasons(actor="pema") == ["visit there", "visit here"]
    assert reasons(table="register_income") == ["visit there", "visit here"]
    assert reasons(on="2001-01-01") == []
    assert reasons(before=str(number("visit there")))[0] == "visit here"
    for wrong in ({"on": "soon"}, {"table": "auth_user"}, {"before": "0"}):
        assert auditor.get(CHANGES, wrong).status_code == 400


def test_a_change_says_what_it_wrote(auditor: Client) -> None:
    shown = read(auditor.get(f"{CHANGES}{number('moved')}/"))
    assert '<del class="diff-before">here</del>' in shown
    assert '<ins class="diff-after">corner</ins>' in shown
    assert "1,234.56" in read(auditor.get(f"{CHANGES}{number('visit here')}/"))


def test_a_row_tells_its_whole_history(auditor: Client) -> None:
    versions = auditor.get(f"{CHANGES}register_household/{HOME}/").context["versions"]
    assert [one.operation for one in versions] == ["update", "insert"]
    assert auditor.get(f"{CHANGES}register_household/none/").status_code == 404
    assert auditor.get(f"{CHANGES}auth_user/1/").status_code == 404


def test_an_auditor_of_a_village_reads_of_no_other(auditor: Client) -> None:
    local = of_village()
    assert {one.reason for one in local.get(CHANGES).context["changes"]} >= {"moved", "visit here"}
    assert "visit there" not in read(local.get(CHANGES))
    assert local.get(f"{CHANGES}{number('visit there')}/").status_code == 404
    assert local.get(f"{CHANGES}register_household/{OTHER}/").status_code == 404
    assert local.get(f"{CHANGES}register_household/{HOME}/").status_code == 200
    with change(by="pema", reason="both"):
        Household.objects.update(address="same")
    both = local.get(f"{CHANGES}{number('both')}/")
    assert [one.key for one in both.context["versions"]] == [HOME]
    assert OTHER not in read(both)


def test_no_identity_number_is_shown(auditor: Client) -> None:
    with change(by="pema", reason="number"):
        Person.objects.create(
            code="P1", name="某人", identity_cipher=b"secret-cipher", identity_hash="h" * 64
        )
    shown = read(auditor.get(f"{CHANGES}{number('number')}/"))
    assert b"secret-cipher".hex().upper() not in shown.upper()
    assert "h" * 64 not in shown
    assert "某人" in shown


def test_a_change_that_is_not_there(auditor: Client) -> None:
    assert auditor.get(f"{CHANGES}99999/").status_code == 404


def test_more_rows_take_no_more_queries(auditor: Client) -> None:
    with change(by="pema", reason="one"):
        Household.objects.filter(pk=HOME).update(address="1")
    with change(by="pema", reason="many"):
        for one in range(40):
            Household.objects.create(code=f"H{one}", area_id=HERE)
    auditor.get(CHANGES)
    with CaptureQueriesContext(connection) as few:
        auditor.get(f"{CHANGES}{number('one')}/")
    with CaptureQueriesContext(connection) as many:
        auditor.get(f"{CHANGES}{number('many')}/")
    assert len(many) == len(few)
