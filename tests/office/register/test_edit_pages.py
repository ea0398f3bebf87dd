"""Forms that change a household's file: with a reason, exactly what was typed, once, and never over somebody else's change."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as some

from office.intake.builders import number
from office.register.homes import opened, pages_office, sent, typed, worker
from office.web.people import COUNTY, HERE, NEXT
from tsampa.office.accounts.models import User
from tsampa.office.accounts.roles import Role
from tsampa.office.history import Change
from tsampa.office.history.models import Version
from tsampa.office.register import actions
from tsampa.office.register.models import (
    Check,
    Evidence,
    Household,
    Income,
    LandParcel,
    Membership,
    Person,
    PovertyDriver,
    Status,
)
from tsampa.office.register.verbs import VERBS

PHOTO = b"\xff\xd8\xff\xe0 a photograph"


@pytest.fixture
def homes(office_sqlite: Any) -> tuple[str, str]:
    return pages_office()


@pytest.fixture
def mine(homes: tuple[str, str]) -> str:
    return homes[0]


def edit(home: str, verb: str, query: str = "") -> str:
    return f"/households/{home}/edit/{verb}{query}"


def income_of(home: str) -> Income:
    return Income.objects.get(household=home)


def done(answer: Any, home: str) -> None:
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, f"/households/{home}/"), answer.status_code  # fmt: skip


def person_of(home: str, relationship: str) -> str:
    return str(Membership.objects.get(household=home, relationship=relationship, until=None).person_id)


# --- what is recorded ---


def test_an_income_is_corrected_to_the_fen_with_its_reason(mine: str) -> None:
    url = edit(mine, f"incomes/{income_of(mine).pk}")
    done(sent(worker(), url, amount="12,345.67", reason="a pay slip was seen"), mine)
    assert income_of(mine).amount == 1_234_567
    last = Change.objects.latest("id")
    assert (last.actor, last.reason) == (f"village_worker-{HERE}", "a pay slip was seen")


@pytest.mark.parametrize(
    "amount", ["1.234", "x", "-1", "1e3", "∞", "1" * 30, "1_000", "１２", "0x10", "NaN", "10000000000.00"]
)
def test_an_amount_that_is_none_is_refused_and_kept_in_the_form(mine: str, amount: str) -> None:
    before = Version.objects.filter(table__startswith="register_").count()
    answer = sent(worker(), edit(mine, f"incomes/{income_of(mine).pk}"), amount=amount)
    if answer.status_code == 302:  # full-width digits are digits
        assert income_of(mine).amount == 1200
        return
    assert answer.status_code == 400
    assert answer.context["form"]["amount"].value() == amount
    assert Version.objects.filter(table__startswith="register_").count() == before


def test_a_form_without_a_reason_changes_nothing(mine: str) -> None:
    answer = sent(worker(), edit(mine, f"incomes/{income_of(mine).pk}"), amount="5", reason="  ")
    assert answer.status_code == 400
    assert income_of(mine).amount == 2_000_000


def test_only_what_was_changed_is_written(mine: str) -> None:
    before = Version.objects.filter(table__startswith="register_").count()
    done(sent(worker(), edit(mine, f"incomes/{income_of(mine).pk}")), mine)
    done(sent(worker(), edit(mine, f"persons/{person_of(mine, 'head')}")), mine)
    assert Version.objects.filter(table__startswith="register_").count() == before


def test_a_value_is_emptied(mine: str) -> None:
    done(sent(worker(), edit(mine, f"incomes/{income_of(mine).pk}"), amount=""), mine)
    assert income_of(mine).amount is None


def test_a_person_is_corrected_with_the_programmes_own_columns(mine: str) -> None:
    head = person_of(mine, "head")
    done(sent(worker(), edit(mine, f"persons/{head}"), name="央金", livelihood="employed", in_school="false", birth_date="1981-01-02"), mine)  # fmt: skip
    found = Person.objects.get(pk=head)
    assert (found.name, found.birth_date, found.own) == ("央金", date(1981, 1, 2), {"livelihood": "employed", "in_school": False})  # fmt: skip


def test_what_the_database_refuses_is_told_with_its_code(mine: str) -> None:
    url = edit(mine, f"persons/{person_of(mine, 'head')}")
    answer = sent(worker(), url, birth_date="2019-01-01")
    assert (answer.status_code, answer.context["error"]["code"]) == (409, "register-born-later")
    assert answer.context["form"]["birth_date"].value() == "2019-01-01"


def test_a_check_comes_with_its_evidence(mine: str) -> None:
    file = SimpleUploadedFile("../../house.jpg", PHOTO)
    done(sent(worker(), edit(mine, "check"), guarantee="housing", grade="C", date="2020-06-01", evidence=file), mine)  # fmt: skip
    made = Check.objects.latest("date")
    assert (made.grade, made.evidence.get().name) == ("C", "house.jpg")
    again = SimpleUploadedFile("more.jpg", PHOTO + b"2")
    done(sent(worker(), edit(mine, "evidence", f"?row={made.pk}"), evidence=again), mine)
    assert made.evidence.count() == 2


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "evidence-size"), (b"MZ an executable", "evidence-kind"), (b"\xff\xd8\xff" + b"x" * 2000, "evidence-size")]
)  # fmt: skip
def test_a_file_that_is_no_evidence_leaves_nothing(mine: str, content: bytes, code: str, monkeypatch: Any) -> None:  # fmt: skip
    monkeypatch.setattr(settings, "EVIDENCE_BYTES", 1000)
    checks = Check.objects.count()
    file = SimpleUploadedFile("a.jpg", content)
    answer = sent(
        worker(), edit(mine, "check"), guarantee="food", grade="yes", date="2020-06-01", evidence=file
    )
    if answer.status_code == 409:
        assert answer.context["error"]["code"] == code
    else:
        done(answer, mine)  # an empty file is no file
        checks += 1
    assert (Check.objects.count(), Evidence.objects.count()) == (checks, 0)


def test_each_verb_records_what_it_says(mine: str) -> None:
    client = worker()
    child = person_of(mine, "child")
    done(sent(client, edit(mine, "income"), source="business", accounting_year="2019", gross="100.01", norm="40"), mine)  # fmt: skip
    assert Income.objects.get(source="business", household=mine).amount == 6001
    done(sent(client, edit(mine, "land"), kind="arable", size="2.5", since="2020-01-01"), mine)
    parcel = LandParcel.objects.get()
    assert parcel.size == 250
    done(sent(client, edit(mine, "end-land", f"?row={parcel.pk}"), until="2020-05-01"), mine)
    done(sent(client, edit(mine, "driver"), driver="illness", main="true", since="2020-01-01"), mine)
    done(sent(client, edit(mine, "end-driver", f"?row={PovertyDriver.objects.get().pk}"), until="2020-05-01"), mine)  # fmt: skip
    done(sent(client, edit(mine, "status"), status="monitored", kind="near_poor", since="2020-01-01"), mine)
    done(sent(client, edit(mine, "end-monitoring"), until="2020-05-01"), mine)
    done(
        sent(client, edit(mine, "birth"), name="新生", sex="female", relationship="child", on="2020-04-01"),
        mine,
    )
    done(sent(client, edit(mine, "member"), name="奶奶", relationship="parent", since="2020-02-01"), mine)
    done(sent(client, edit(mine, "head"), person=child, former="parent", on="2020-03-01"), mine)
    assert person_of(mine, "head") == child
    done(sent(client, edit(mine, "death"), person=Person.objects.get(name="奶奶").pk, on="2020-04-01"), mine)
    done(
        sent(client, edit(mine, "leave"), person=child, head=person_of(mine, "parent"), on="2020-05-01"), mine
    )
    done(sent(client, edit(mine, "identity"), person=Person.objects.get(name="卓玛").pk, identity=number("1980-02-03", 105)), mine)  # fmt: skip
    assert Person.objects.get(name="卓玛").identity_hash
    done(sent(client, edit(mine, f"households/{mine}"), address="村东头"), mine)
    assert Household.objects.get(pk=mine).address == "村东头"
    assert Membership.objects.filter(household=mine, until=None).count() == 2


def test_a_head_does_not_leave_without_another(mine: str) -> None:
    answer = sent(worker(), edit(mine, "leave"), person=person_of(mine, "head"), on="2020-05-01")
    assert (answer.status_code, answer.context["error"]["code"]) == (409, "register-head-needed")


def test_a_wrong_identity_number_is_refused(mine: str) -> None:
    answer = sent(
        worker(), edit(mine, "identity"), person=person_of(mine, "head"), identity="110105198002031010"
    )
    assert answer.status_code == 409
    assert answer.context["error"]["code"].startswith("identity-")


def test_nobody_is_moved_into_a_neighbouring_village(homes: tuple[str, str]) -> None:
    mine, theirs = homes
    child = person_of(mine, "child")
    refused = sent(worker(), edit(mine, "move-person"), person=child, household=theirs, on="2020-05-01")
    assert (refused.status_code, refused.context["error"]["code"]) == (409, "register-unknown")
    assert sent(worker(), edit(mine, "move"), area=NEXT, on="2020-05-01").status_code == 400
    clerk = worker(COUNTY, Role.COUNTY_OFFICER)
    done(sent(clerk, edit(mine, "move-person"), person=child, household=theirs, on="2020-05-01"), mine)
    done(sent(clerk, edit(mine, "move"), area=NEXT, on="2020-06-01"), mine)
    assert Household.objects.get(pk=mine).area_id == NEXT


def test_a_day_that_lies_ahead_is_refused(mine: str) -> None:
    answer = sent(worker(), edit(mine, "check"), guarantee="food", grade="yes", date="2199-01-01")
    assert answer.context["form"].errors["date"]


def test_a_household_is_registered_with_its_head(mine: str) -> None:
    client = worker()
    url = "/households/new"
    form = typed(opened(client, url), area=HERE, name="多吉", other_name="Dorje", sex="male", birth_date="1990-01-01", since="2020-01-01")  # fmt: skip
    first, second = client.post(url, form), client.post(url, form)
    assert first["Location"] == second["Location"]
    made = Household.objects.filter(area=HERE).latest("code")
    assert made.memberships.get().relationship == "head"
    assert Household.objects.count() == 3
    elsewhere = client.post(url, form | {"area": NEXT, "form": "x" * 20})
    assert elsewhere.status_code == 400


def test_who_only_looks_changes_nothing(mine: str) -> None:
    for role in (Role.AUDITOR, Role.APPROVER):
        client = worker(COUNTY, role)
        for url in (edit(mine, "income"), edit(mine, f"incomes/{income_of(mine).pk}"), "/households/new"):
            assert client.get(url).status_code in (302, 403)
            assert client.post(url, {"form": "x" * 20}).status_code in (302, 403)


# --- once, and never over another's change ---


def test_a_stale_form_overwrites_nothing_and_shows_both(mine: str) -> None:
    url = edit(mine, f"persons/{person_of(mine, 'head')}")
    pema, lhamo = worker(name="pema"), worker(name="lhamo")
    hers = typed(opened(lhamo, url), name="央金")
    done(sent(pema, url, name="德吉", work_capacity="weak", reason="seen at home"), mine)
    clash = lhamo.post(url, hers)
    assert clash.status_code == 409
    assert Person.objects.get(pk=person_of(mine, "head")).name == "德吉"
    lines = {line[0]: line[1:] for line in clash.context["lines"]}
    assert ("卓玛", "德吉", "央金") in lines.values()
    assert clash.context["events"][0].change.actor == "pema"
    form = clash.context["form"]
    assert form["name"].value() == "央金"
    assert form["work_capacity"].value() == "weak"
    done(lhamo.post(url, typed(clash)), mine)
    found = Person.objects.get(pk=person_of(mine, "head"))
    assert (found.name, found.work_capacity) == ("央金", "weak")


def test_two_who_set_the_status_do_not_undo_each_other(mine: str) -> None:
    url = edit(mine, "status")
    pema, lhamo = worker(name="pema"), worker(name="lhamo")
    hers = typed(opened(lhamo, url), status="exited", since="2020-03-01")
    done(sent(pema, url, status="exited", since="2020-02-01"), mine)
    clash = lhamo.post(url, hers)
    assert clash.status_code == 409
    assert Status.objects.get(household=mine, until=None).since == date(2020, 2, 1)
    assert clash.context["events"]


@pytest.mark.parametrize("stamp", ["", "-1", "x", "0", "999999999", "9" * 40])
def test_a_forged_stamp_is_stale_or_refused(mine: str, stamp: str) -> None:
    url = edit(mine, f"incomes/{income_of(mine).pk}")
    assert sent(worker(), url, amount="1", stamp=stamp).status_code in (400, 409)
    assert income_of(mine).amount == 2_000_000


def test_a_form_sent_twice_acts_once(mine: str) -> None:
    client, url = worker(), edit(mine, "income")
    form = typed(opened(client, url), source="transfer", accounting_year="2019", amount="5")
    done(client.post(url, form), mine)
    done(client.post(url, form), mine)
    assert Income.objects.filter(source="transfer").count() == 1
    form["reason"] = ""  # what failed was not sent: the same form may be mended
    again = typed(opened(client, url), source="transfer", accounting_year="2018", amount="x")
    assert client.post(url, again).status_code == 400
    done(client.post(url, again | {"amount": "6"}), mine)


def test_both_databases_hold_what_forms_rest_on(office: Any) -> None:
    mine, _theirs = pages_office()
    url = edit(mine, f"incomes/{income_of(mine).pk}")
    first, second = worker(name="a"), worker(name="b")
    hers = typed(opened(second, url), amount="2")
    form = typed(opened(first, url), amount="1")
    done(first.post(url, form), mine)
    done(first.post(url, form), mine)
    assert second.post(url, hers).status_code == 409
    assert income_of(mine).amount == 100
    answer = sent(first, url, amount="3", person="nobody")
    assert answer.status_code == 400


# --- nothing typed is lost ---


def test_what_was_typed_outlives_the_session(mine: str) -> None:
    """The session ends, the form is sent, one signs in in another tab, takes the form up and sends it: as typed, once."""
    browser = Client(enforce_csrf_checks=True)
    user = User.objects.create(username="pema")
    from tsampa.office.accounts.actions import grant

    grant(user=user, role=Role.VILLAGE_WORKER, area=HERE, since=date(2015, 1, 1), by="test")
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    url = edit(mine, "income")
    page = opened(browser, url)
    form = typed(page, source="transfer", accounting_year="2019", amount="77.70") | {"csrfmiddlewaretoken": str(page.context["csrf_token"])}  # fmt: skip
    browser.cookies.pop("sessionid")
    lost = browser.post(url, form)
    assert lost.status_code == 401
    kept = dict(lost.context["typed"])
    assert kept["amount"] == "77.70"
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    opened(browser, "/households/")
    taken_up = browser.post(url, kept | {"csrfmiddlewaretoken": "stale"})
    assert taken_up.status_code == 200
    assert not Income.objects.filter(source="transfer").exists()
    assert taken_up.context["form"]["amount"].value() == "77.70"
    assert taken_up.context["form"]["form"].value() == kept["form"]
    right = typed(taken_up, reason=kept["reason"]) | {
        "csrfmiddlewaretoken": str(taken_up.context["csrf_token"])
    }
    done(browser.post(url, right), mine)
    assert Income.objects.get(source="transfer").amount == 7770


def test_a_form_of_another_site_does_nothing(mine: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies.update(worker().cookies)
    url = edit(mine, f"incomes/{income_of(mine).pk}")
    form = typed(opened(browser, url), amount="1")
    assert browser.post(url, form).status_code == 200
    assert income_of(mine).amount == 2_000_000
    assert browser.post("/households/search", {"text": "x"}).status_code == 403


# --- whatever is sent, no error of ours ---

ANYTHING = some.one_of(
    some.text(max_size=30),
    some.sampled_from(["", "0", "-1", "true", "head", "2020-02-30", "9999-12-31", "0001-01-01", "\x00", "1.5", "𠮷", "NaN", "9" * 19]),
)  # fmt: skip
URLS = [*(f"edit/{verb}" for verb in VERBS), *(f"edit/{table}/ROW" for table in ("persons", "memberships", "incomes", "checks", "statuses", "households"))]  # fmt: skip


def row_in(home: str, table: str) -> str:
    found = {
        "persons": Person.objects.filter(memberships__household=home), "memberships": Membership.objects.filter(household=home),
        "incomes": Income.objects.filter(household=home), "checks": Check.objects.filter(household=home),
        "statuses": Status.objects.filter(household=home), "households": Household.objects.filter(pk=home),
    }[table]  # fmt: skip
    return str(found.order_by("pk").values_list("pk", flat=True)[0])


PLACES = some.integers(0, 99)


def fuzz(home: str, data: Any, client: Client) -> None:
    # All is drawn before the page is asked for: earlier forms that were taken have changed what it shows.
    url = data.draw(some.sampled_from(URLS))
    typing = data.draw(some.lists(some.tuples(PLACES, ANYTHING), max_size=4))
    choosing = data.draw(some.lists(some.tuples(PLACES, PLACES), max_size=4))
    if url.endswith("ROW"):
        url = url.replace("ROW", row_in(home, url.split("/")[1]))
    elif "end-" in url or "evidence" in url:
        url += f"?row={Check.objects.filter(household=home).first().pk}"
    address = f"/households/{home}/{url}"
    answer = client.get(address)
    if answer.status_code == 404:
        return
    form = typed(answer)
    named, listed = sorted(form), list(answer.context["form"].fields.items())
    for at, said in typing:
        form[named[at % len(named)]] = said
    for at, chosen in choosing:
        name, field = listed[at % len(listed)]
        choices = [key for key, _label in getattr(field, "choices", ())]
        if choices:
            form[name] = choices[chosen % len(choices)]
    assert client.post(address, form).status_code in (200, 302, 400, 409)


@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=some.data())
def test_no_form_fails_whatever_is_sent(mine: str, data: Any) -> None:
    fuzz(mine, data, worker())


@pytest.mark.slow
@hypothesis_settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=some.data())
def test_no_form_fails_whatever_is_sent_a_thousand_times(mine: str, data: Any) -> None:
    fuzz(mine, data, worker())


@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=some.data())
def test_no_search_or_new_household_fails_whatever_is_sent(mine: str, data: Any) -> None:
    client = worker()
    client.raise_request_exception = True
    text = data.draw(ANYTHING)
    assert client.post("/households/search", {"text": text, "keep": data.draw(ANYTHING)}, follow=True).status_code == 200  # fmt: skip
    form = typed(client.get("/households/new"), area=HERE, name="某", since="2020-01-01")
    for name in data.draw(some.sets(some.sampled_from(sorted(form)), max_size=4)):
        form[name] = data.draw(ANYTHING)
    assert client.post("/households/new", form).status_code in (302, 400, 409)


def test_every_verb_has_a_page(mine: str) -> None:
    client = worker()
    actions.add_land(household=mine, kind="arable", since=date(2020, 1, 1), by="test", reason="x")
    for verb, told in VERBS.items():
        answer = client.get(edit(mine, verb))
        assert answer.status_code == (200 if told.listed else 404)
    assert client.get(edit(mine, "burn")).status_code == 404
    assert client.get(edit(mine, "pools/x")).status_code == 404
