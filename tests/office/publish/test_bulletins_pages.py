"""A bulletin from its draft to its published files: by two people, under a seal, every number leading to its rows."""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from office.publish.conftest import NOW, Counted
from office.web.people import COUNTY, HERE, add_somebody, signed_in
from tsampa.bulletin import build_bulletin
from tsampa.errors import TsampaError
from tsampa.figures import compute_figures
from tsampa.office.accounts.roles import Role
from tsampa.office.accounts.scope import scope_of
from tsampa.office.areas.models import Area
from tsampa.office.bridge.models import Judgement
from tsampa.office.history import Refused, Seal, verify, versions_of
from tsampa.office.jobs.actions import run_job
from tsampa.office.jobs.models import Job
from tsampa.office.publish import actions
from tsampa.office.publish.models import Publication, PublishedFile
from tsampa.office.publish.queries import waiting_of

FIELDS = {"area": COUNTY, "title": "简报", "languages": ["zh"], "note": ""}


@pytest.fixture
def preparer(county: Counted) -> Client:
    return signed_in(add_somebody(Role.COUNTY_OFFICER))


@pytest.fixture
def approver(county: Counted) -> Client:
    return signed_in(add_somebody(Role.APPROVER))


def drafted(client: Client, **fields: Any) -> str:
    answer = client.post("/figures/bulletins/new/", FIELDS | fields)
    assert answer.status_code == 302
    return str(answer["Location"])


def proposed(client: Client) -> str:
    where = drafted(client)
    assert client.post(where, {"act": "propose"}).status_code == 302
    return where


def published(preparer: Client, approver: Client) -> str:
    where = proposed(preparer)
    assert approver.post(where, {"act": "approve"}).status_code == 302
    job = Job.objects.get(kind="publish")
    assert run_job(job.pk).state == "done"
    return where


def test_a_bulletin_is_published_under_a_seal_with_the_bytes_on_record(
    preparer: Client, approver: Client
) -> None:
    where = published(preparer, approver)
    found = Publication.objects.get()
    assert (found.state, found.prepared_by, found.decided_by) == ("published", "county_officer", "approver")
    assert found.seal == Seal.objects.get().number
    assert [one.code for one in verify().problems] == ["seal-demonstration"]
    reader = signed_in(add_somebody(Role.ANALYST))
    files = list(PublishedFile.objects.all())
    assert {one.name.rpartition(".")[2] for one in files} == {"pdf", "html", "json"}
    for one in files:
        answer = reader.get(f"{where}files/{one.name}")
        assert sha256(answer.content).hexdigest() == one.sha256
        assert answer["Content-Disposition"].startswith("attachment")
    assert reader.get(f"{where}files/../../secret").status_code == 404


def test_three_numbers_of_a_published_bulletin_open_to_their_rows(preparer: Client, approver: Client) -> None:
    where = published(preparer, approver)
    text = preparer.get(f"{where}preview/").content.decode()
    for id in ("households", "registered_households", "A1.population"):
        link = re.search(rf'href="(/figures/{re.escape(id)}/[^"]*)"', text)
        assert link is not None
        answer = preparer.get(link[1].replace("&amp;", "&"))
        assert answer.context["rows"].lines
        assert answer.context["line"].amount in text


def test_the_preview_has_the_bulletins_own_numbers(county: Counted, preparer: Client) -> None:
    where = drafted(preparer, languages=["zh", "en"], title="Ours", note="Said first.")
    for lang in ("zh", "en"):
        content = preparer.get(f"{where}preview/", {"lang": lang}).context["content"]
        built = build_bulletin(county.latest, lang, area=COUNTY)
        assert replace(content, title=built.title, note=built.note, made_with=built.made_with) == built
        assert (content.title, content.note) == ("Ours", "Said first.")
    assert preparer.get(f"{where}preview/", {"lang": "fr"}).status_code == 404


def test_a_bulletin_of_a_township_has_its_numbers(county: Counted) -> None:
    built = build_bulletin(county.latest, "en", area="540228101")
    values = {one.id: one.text for one in compute_figures(county.latest, area="540228101")}
    assert {one.id: one.value for one in built.lead} == {one.id: values[one.id] for one in built.lead}


def test_who_prepared_a_bulletin_does_not_approve_it(county: Counted, judgement: Judgement) -> None:
    area = Area.objects.get(code=COUNTY)
    made = actions.prepare(area=area, judgement=judgement, title="a", languages=["en"], by="both", at=NOW)
    actions.propose(made.pk, by="both")
    for act in (
        lambda: actions.approve(made.pk, by="both", at=NOW),
        lambda: actions.refuse(made.pk, reason="no", by="both", at=NOW),
    ):
        with pytest.raises(TsampaError) as refused:
            act()
        assert refused.value.code == "publication-same-person"


def test_the_page_offers_approval_to_another_only(preparer: Client, approver: Client) -> None:
    where = proposed(preparer)
    assert b'value="approve"' not in preparer.get(where).content
    assert b'value="approve"' in approver.get(where).content
    assert preparer.post(where, {"act": "approve"}).status_code == 404
    assert Publication.objects.get().state == "proposed"


def test_somebody_with_both_roles_is_told_to_ask_another(county: Counted) -> None:
    from datetime import date

    from tsampa.office.accounts.actions import grant

    user = add_somebody(Role.COUNTY_OFFICER)
    grant(user=user, role=Role.APPROVER, area=COUNTY, since=date(2015, 1, 1), by="test")
    client = signed_in(user)
    answer = client.post(proposed(client), {"act": "approve"})
    assert answer.status_code == 409
    assert b"publication-same-person" in answer.content


def test_a_refusal_needs_a_reason_and_shows_it(preparer: Client, approver: Client) -> None:
    where = proposed(preparer)
    answer = approver.post(where, {"act": "refuse", "reason": "  "})
    assert answer.status_code == 409
    assert b"publication-reason" in answer.content
    assert approver.post(where, {"act": "refuse", "reason": "数字有误"}).status_code == 302
    assert "数字有误" in preparer.get(where).content.decode()
    assert preparer.post(where, {"act": "propose"}).status_code == 409


def test_a_second_click_changes_nothing(preparer: Client, approver: Client) -> None:
    where = proposed(preparer)
    answer = preparer.post(where, {"act": "propose"})
    assert answer.status_code == 409
    assert b"publication-state" in answer.content
    assert drafted(preparer) == drafted(preparer)
    approver.post(where, {"act": "approve"})
    assert approver.post(where, {"act": "approve"}).status_code == 409
    assert Job.objects.filter(kind="publish").count() == 1


def test_a_withdrawn_bulletin_is_no_longer_handed_out(preparer: Client, approver: Client) -> None:
    where = published(preparer, approver)
    name = PublishedFile.objects.first().name  # type: ignore[union-attr]
    assert approver.post(where, {"act": "withdraw", "reason": "表二有误"}).status_code == 302
    assert preparer.get(f"{where}files/{name}").status_code == 404
    assert signed_in(add_somebody(Role.ANALYST)).get(where).status_code == 404
    assert [one.values["state"] for one in versions_of(Publication.objects.get())][-1] == "withdrawn"


def test_an_altered_file_is_not_handed_out(preparer: Client, approver: Client, home: Any) -> None:
    where = published(preparer, approver)
    one = PublishedFile.objects.filter(name__endswith=".json").get()
    place = home / "bulletins" / str(one.publication_id) / one.name
    place.write_bytes(place.read_bytes() + b" ")
    answer = preparer.get(f"{where}files/{one.name}")
    assert answer.status_code == 409
    assert b"publication-altered" in answer.content


def test_a_draft_is_seen_by_who_works_on_it_only(preparer: Client, approver: Client) -> None:
    where = drafted(preparer)
    outside = signed_in(add_somebody(Role.COUNTY_OFFICER, "540102", name="next"))
    worker = signed_in(add_somebody(Role.VILLAGE_WORKER, HERE))
    for client in (outside, worker):
        for path in (where, f"{where}preview/"):
            assert client.get(path).status_code == 404
        assert len(client.get("/figures/bulletins/").context["shown"]) == 0
    assert worker.get("/figures/bulletins/new/").status_code == 403
    assert outside.get("/figures/bulletins/new/", {"area": COUNTY}).status_code == 404
    assert approver.get(where).status_code == 200
    assert preparer.get(f"{where}draft.json", {"lang": "zh"}).status_code == 200
    assert preparer.get(f"{where}draft.exe", {"lang": "zh"}).status_code == 404


@pytest.mark.parametrize("wrong", [{"title": ""}, {"languages": []}, {"languages": ["xx"]}, {"title": "a" * 201}, {"title": "\x00"}])  # fmt: skip
def test_a_wrong_form_comes_back_as_it_was_typed(preparer: Client, wrong: dict[str, Any]) -> None:
    answer = preparer.post("/figures/bulletins/new/", FIELDS | {"note": "typed before"} | wrong)
    assert answer.status_code == 400
    assert b"typed before" in answer.content
    assert not Publication.objects.exists()


def test_where_the_extra_is_missing_nothing_is_approved(
    preparer: Client, approver: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    where = proposed(preparer)
    monkeypatch.setitem(sys.modules, "typst", None)
    answer = approver.post(where, {"act": "approve"})
    assert answer.status_code == 409
    assert b"extra-missing" in answer.content
    assert Publication.objects.get().state == "proposed"


def test_the_start_page_is_told_what_waits(preparer: Client, approver: Client) -> None:
    from tsampa.office.accounts.models import User

    proposed(preparer)
    told = {name: waiting_of(scope_of(User.objects.get(username=name), NOW.date())) for name in ("county_officer", "approver")}  # fmt: skip
    assert told == {"county_officer": {"to_approve": 0}, "approver": {"to_approve": 1}}


def test_the_database_too_refuses_one_person_for_both(county: Counted, judgement: Judgement) -> None:
    from django.db import IntegrityError

    from tsampa.office.history import change

    area = Area.objects.get(code=COUNTY)
    made = actions.prepare(area=area, judgement=judgement, title="a", languages=["en"], by="both", at=NOW)
    with pytest.raises((IntegrityError, Refused)), change(by="both"):
        Publication.objects.filter(pk=made.pk).update(state="published", decided_by="both")


def test_the_list_asks_as_much_for_many_as_for_one(preparer: Client) -> None:
    counts = []
    for titles in (["a"], ["b", "c", "d", "e"]):
        for title in titles:
            drafted(preparer, title=title)
        with CaptureQueriesContext(connection) as queries:
            preparer.get("/figures/bulletins/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
