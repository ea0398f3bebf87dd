"""Sheets in the browser: from the upload to the change undone, by two people, each in their areas."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from office.intake.builders import HOUSEHOLDS, SINCE, county, number, people, send, workbook
from office.web.people import signed_in
from tsampa.office.accounts.actions import grant
from tsampa.office.accounts.models import Look, User
from tsampa.office.accounts.roles import Role
from tsampa.office.history import Change
from tsampa.office.history import change as writing
from tsampa.office.intake import actions, linking
from tsampa.office.intake.files import kept_files
from tsampa.office.intake.models import Batch, Decision, PlannedRow
from tsampa.office.jobs.actions import run_job
from tsampa.office.jobs.models import Job
from tsampa.office.register.models import Household, Income, Membership, Person
from tsampa.office.web import pages

UPPER, LOWER, TOWN = "540228100201", "540228100202", "540228100"


@pytest.fixture(autouse=True)
def office(office_sqlite: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # The second factor is asked for elsewhere.
    monkeypatch.setattr(pages, "lacks_second_factor", lambda scope: False)
    county()
    add("clerk", Role.TOWNSHIP_CLERK, UPPER)
    add("neighbour", Role.TOWNSHIP_CLERK, LOWER)
    add("above", Role.APPROVER, UPPER)


def add(name: str, role: Role, area: str | None) -> None:
    grant(user=User.objects.create_user(name), role=role, area=area, since=SINCE, by="setup")


def browser(name: str, lang: str = "en") -> Client:
    found = signed_in(User.objects.get(username=name))
    found.post("/language", {"language": "zh-hans" if lang == "zh" else lang, "next": "/"})
    return found


def upload(client: Client, path: Path, **told: str) -> Any:
    with path.open("rb") as file:
        return client.post("/sheets/send", {"file": file, **told})


def run(kind: str) -> Job:
    return run_job(Job.objects.filter(kind=kind).latest("pk").pk)


def at(batch: Batch, part: str = "") -> str:
    return f"/sheets/{batch.pk}/{part}"


def good(tmp_path: Path) -> Path:
    return workbook(tmp_path / "march.xlsx", households="ref | area | address\n1 | 洛江村 | 一组")


def codes_of(answer: Any) -> set[str]:
    told = answer.context.get("error") or {}
    return {told["code"]} if told else set()


def test_a_workbook_with_bad_rows_goes_from_the_upload_to_the_undone_change(tmp_path: Path) -> None:
    pema, tashi = browser("pema"), browser("tashi")
    path = workbook(tmp_path / "march.xlsx", households=HOUSEHOLDS, persons=people(head="cousin"))
    sent = upload(pema, path)
    batch = Batch.objects.get()
    assert (sent.status_code, sent["Location"]) == (302, at(batch))
    assert (batch.state, batch.name, len(kept_files())) == ("uploaded", "march.xlsx", 1)
    assert "hx-trigger" in pema.get(at(batch)).content.decode()
    assert pema.get(at(batch, "progress"))["Location"] == at(batch)

    assert run("intake-load").state == "done"
    assert kept_files() == []
    ended = pema.get(at(batch, "progress"), headers={"HX-Request": "true"})
    assert ended["HX-Refresh"] == "true"
    batch.refresh_from_db()
    assert (batch.state, batch.rows["good"], batch.rows["bad"]) == ("checked", 4, 1)
    problems = pema.get(at(batch, "problems"))
    assert [one["code"] for one in problems.context["groups"]] == ["choice-unknown"]
    assert problems.context["rows"][0].column == "relationship to head"
    bad = b"".join(pema.get(at(batch, "bad-rows.xlsx")).streaming_content)
    assert bad.startswith(b"PK")
    preview = pema.get(at(batch, "preview") + "?table=persons")
    assert [one.whose for one in preview.context["rows"]] == ["卓玛", "次仁"]
    assert number("1972-03-04", 2) not in preview.content.decode()

    asked = tashi.get(at(batch, "accept"))
    assert ("persons", {"new": 2, "changed": 0, "unchanged": 0}) in asked.context["tables"]
    confirmed = tashi.post(at(batch, "accept"), {"seen": asked.context["seen"]})
    assert confirmed["Location"] == at(batch)
    assert not Person.objects.exists()
    assert run("intake-accept").state == "done"
    assert Person.objects.count() == 2
    batch.refresh_from_db()
    change = Change.objects.get(pk=batch.change)
    assert (change.actor, batch.state) == ("tashi", "applied")
    assert tashi.get(at(batch)).context["changes"][0]["change"] == change

    assert tashi.post(at(batch, "undo"), {"reason": " "}).status_code == 400
    assert tashi.post(at(batch, "undo"), {"reason": "the village sent a newer one"}).status_code == 302
    assert run("intake-undo").state == "done"
    assert not Household.objects.exists()
    batch.refresh_from_db()
    assert (batch.state, batch.steps.latest("pk").reason) == ("undone", "the village sent a newer one")


def test_who_sent_a_batch_does_not_accept_it(tmp_path: Path) -> None:
    batch = send(good(tmp_path), by="tashi")
    client = browser("tashi")
    assert client.get(at(batch)).context["may_accept"] is False
    answer = client.post(at(batch, "accept"), {"seen": actions.last_step(batch)})
    assert (answer.status_code, codes_of(answer)) == (403, {"intake-same-person"})
    other = send(workbook(tmp_path / "b.xlsx", households="ref | area\n1 | 下村"), by="pema")
    refused = browser("pema").post(at(other, "accept"), {"seen": 1})
    assert (refused.status_code, codes_of(refused)) == (403, {"intake-same-person"})
    assert not Job.objects.exists()


PARTS = ("", "progress", "problems", "bad-rows.xlsx", "preview", "doubts", "accept", "refuse")


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("name", ["neighbour", "clerk"])
def test_a_batch_of_others_is_as_one_that_does_not_exist(tmp_path: Path, part: str, name: str) -> None:
    path = workbook(tmp_path / "a.xlsx", households=HOUSEHOLDS, persons=people())
    batch = send(path, by="pema")
    client = browser(name)
    assert client.get(at(batch, part)).status_code == 404
    assert client.get(f"/sheets/4faab5a5-4aed-4a2f-b8ec-cd10085404f8/{part}").status_code == 404
    assert list(client.get("/sheets/").context["shown"]) == []


def test_posts_to_a_batch_of_others_are_404_too(tmp_path: Path) -> None:
    batch = send(good(tmp_path), by="pema")
    for part in ("check", "doubts", "accept", "refuse"):
        answer = browser("neighbour").post(at(batch, part), {"reason": "mine", "row": "2", "seen": "1"})
        assert answer.status_code == 404
    assert browser("neighbour").post(at(batch, "undo"), {"reason": "mine"}).status_code == 403
    assert Batch.objects.get().state == "checked"


def test_a_stranger_signs_in_first_and_other_roles_have_no_sheets(tmp_path: Path) -> None:
    batch = send(good(tmp_path))
    add("worker", Role.VILLAGE_WORKER, UPPER)
    for address in ("/sheets/", "/sheets/send", "/sheets/templates/", at(batch)):
        assert Client().get(address)["Location"].startswith("/account/login/")
        assert browser("worker").get(address).status_code == 403
    assert browser("above").get("/sheets/send").status_code == 403


def test_rows_of_the_neighbours_are_refused(tmp_path: Path) -> None:
    client = browser("clerk")
    upload(client, workbook(tmp_path / "a.xlsx", households=HOUSEHOLDS, persons=people()))
    run("intake-load")
    batch = Batch.objects.get()
    found = client.get(at(batch, "problems") + "?code=intake-outside-area")
    assert [one.row for one in found.context["rows"]] == [3, 4]
    assert LOWER not in {one.household[:12] for one in client.get(at(batch, "preview")).context["rows"]}
    assert browser("above").get(at(batch)).context["may_accept"] is True


def test_accepting_twice_makes_one_change(tmp_path: Path) -> None:
    batch = send(good(tmp_path))
    tashi, dawa = browser("tashi"), browser("dawa")
    seen = tashi.get(at(batch, "accept")).context["seen"]
    assert tashi.post(at(batch, "accept"), {"seen": seen}).status_code == 302
    for client in (tashi, dawa):
        again = client.post(at(batch, "accept"), {"seen": seen})
        assert (again.status_code, codes_of(again)) == (409, {"intake-busy"})
    assert Job.objects.count() == 1
    run("intake-accept")
    late = dawa.post(at(batch, "accept"), {"seen": seen})
    assert (late.status_code, codes_of(late)) == (409, {"intake-state"})
    assert Change.objects.filter(source="import").count() == 1


def test_a_preview_that_was_checked_again_meanwhile_is_looked_at_again(tmp_path: Path) -> None:
    batch = send(good(tmp_path))
    tashi = browser("tashi")
    seen = tashi.get(at(batch, "accept")).context["seen"]
    actions.check_again(str(batch.pk), by="pema")
    answer = tashi.post(at(batch, "accept"), {"seen": seen})
    assert (answer.status_code, codes_of(answer)) == (409, {"intake-preview-changed"})
    assert tashi.post(at(batch, "accept"), {"seen": "x"}).status_code == 409
    assert tashi.post(at(batch, "accept"), {"seen": answer.context["seen"]}).status_code == 302


def test_back_after_the_end_changes_nothing(tmp_path: Path) -> None:
    batch = send(good(tmp_path))
    actions.accept(str(batch.pk), by="tashi")
    tashi = browser("tashi")
    assert tashi.get(at(batch, "accept"))["Location"] == at(batch)
    assert tashi.get(at(batch, "refuse"))["Location"] == at(batch)
    for part in ("check", "accept", "refuse"):
        answer = tashi.post(at(batch, part), {"seen": "1", "reason": "no"})
        assert (answer.status_code, codes_of(answer)) == (409, {"intake-state"})
    assert Batch.objects.get().state == "applied"


@pytest.mark.parametrize("name", ["clerk", "above"])
def test_a_batch_is_withdrawn_or_refused_with_a_reason(tmp_path: Path, name: str) -> None:
    batch = send(good(tmp_path), by="clerk")
    client = browser(name)
    assert client.post(at(batch, "refuse"), {"reason": ""}).status_code == 400
    assert Batch.objects.get().state == "checked"
    assert client.post(at(batch, "refuse"), {"reason": "of last year"}).status_code == 302
    batch.refresh_from_db()
    step = batch.steps.latest("pk")
    assert (batch.state, step.by, step.reason) == ("refused", name, "of last year")
    assert client.get(at(batch)).context["steps"][-1]["withdrawn"] is (name == "clerk")


def test_what_came_later_stands_in_the_way_of_an_undo_and_is_shown(tmp_path: Path) -> None:
    batch = send(good(tmp_path))
    actions.accept(str(batch.pk), by="tashi")
    with writing(by="dawa", reason="the card says so"):
        Household.objects.update(address="三组")
    tashi = browser("tashi")
    blocking = tashi.get(at(batch, "undo")).context["blocking"]
    assert [(one.code, one.by, one.reason) for one in blocking] == [
        (f"{UPPER}-0001", "dawa", "the card says so")
    ]
    tashi.post(at(batch, "undo"), {"reason": "wrong"})
    assert run("intake-undo").error["code"] == "intake-undo-touched"
    told = tashi.get(at(batch))
    assert told.context["working"].error["code"] == "intake-undo-touched"
    assert (told.context["may_undo"], Household.objects.get().address) == (True, "三组")


def test_where_no_worker_runs_it_is_said(tmp_path: Path) -> None:
    client = browser("pema")
    upload(client, good(tmp_path))
    batch = Batch.objects.get()
    assert client.get(at(batch)).context["working"].stuck is False
    job = Job.objects.get()
    Job.objects.update(asked_at=job.asked_at.replace(year=2020))
    assert client.get(at(batch)).context["working"].stuck is True


MOVED = f"household | name | birth date | sex | relationship | since\n{LOWER}-0001 | 扎西 | 1970-01-01 | 男 | other | 2019-01-01"


def test_who_is_in_doubt_is_decided_side_by_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linking, "_installed", lambda: False)
    first = send(workbook(tmp_path / "a.xlsx", households=HOUSEHOLDS, persons=people()))
    actions.accept(str(first.pk), by="tashi")
    batch = send(workbook(tmp_path / "b.xlsx", persons=MOVED))
    pema = browser("pema")
    page = pema.get(at(batch, "doubts"))
    (doubt,) = page.context["doubts"]
    (candidate,) = doubt.candidates
    assert (candidate.person, candidate.known["village"], candidate.known["kin"]) == (
        f"{UPPER}-0001-01", "洛江村", "卓玛（spouse）",
    )  # fmt: skip
    assert candidate.known["identity"] == "110105********0011"[:14] + number("1970-01-01", 1)[14:]
    assert number("1970-01-01", 1) not in page.content.decode()
    assert looks() == [("pema", f"{UPPER}-0001", "doubts")]
    same = {label: cells[0][1] for label, _, cells in doubt.lines}
    assert (same["name"], same["village"]) == (True, False)

    answer = pema.post(at(batch, "doubts"), {"row": 2, "person": f"{UPPER}-0001-01"})
    assert answer["Location"] == at(batch, "doubts") + "#row-2"
    assert (Decision.objects.get().by, Decision.objects.get().same) == ("pema", True)
    assert pema.get(at(batch, "doubts")).context["doubts"][0].decided is True
    pema.post(at(batch, "doubts"), {"row": 2, "person": ""})
    assert Decision.objects.get().same is False
    wrong = pema.post(at(batch, "doubts"), {"row": 2, "person": f"{LOWER}-0001-01"})
    assert codes_of(wrong) == {"intake-no-doubt"}
    assert pema.post(at(batch, "doubts"), {"row": "²"}).status_code == 404
    assert pema.post(at(batch, "check")).status_code == 302
    assert run("intake-check").state == "done"
    batch.refresh_from_db()
    assert (batch.rows["waiting"], batch.counts["persons"]["new"]) == (0, 1)


def test_a_candidate_of_another_area_is_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linking, "_installed", lambda: False)
    first = send(workbook(tmp_path / "a.xlsx", households=HOUSEHOLDS, persons=people()))
    actions.accept(str(first.pk), by="tashi")
    batch = send(workbook(tmp_path / "b.xlsx", persons=MOVED), by="neighbour")
    page = browser("neighbour").get(at(batch, "doubts"))
    assert page.context["doubts"][0].candidates[0].known == {}
    assert "卓玛" not in page.content.decode()
    assert looks() == []


def test_who_looks_at_doubts_looked_at_the_households_beside_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linking, "_installed", lambda: False)
    first = send(workbook(tmp_path / "a.xlsx", households=HOUSEHOLDS, persons=people()))
    actions.accept(str(first.pk), by="tashi")
    with writing(by="pema", reason="left"):
        Membership.objects.filter(person=f"{LOWER}-0001-01").update(until="2019-01-01")
    both = f"{MOVED}\n{UPPER}-0001 | 次仁 | 1980-05-06 | 男 | other | 2019-06-01"
    batch = send(workbook(tmp_path / "b.xlsx", persons=both))
    client = browser("pema")
    client.get(at(batch, "preview"))
    assert looks() == []
    client.get(at(batch, "doubts"))
    client.get(at(batch, "doubts"))
    # Of who left, the household they were of last; what was opened again within ten minutes is one look.
    assert looks() == [("pema", f"{UPPER}-0001", "doubts"), ("pema", f"{LOWER}-0001", "doubts")]
    add("judge", Role.AUDITOR, LOWER)
    told = browser("judge").get("/account/looks/")
    assert [one.household for one in told.context["rows"]] == [f"{LOWER}-0001"]
    assert "doubtful rows of a sheet" in told.content.decode()


def test_who_looks_at_a_preview_looked_at_the_households_it_shows(tmp_path: Path) -> None:
    first = send(workbook(tmp_path / "a.xlsx", households=HOUSEHOLDS, persons=people()))
    # What would be new stands nowhere yet: nobody's file was looked at.
    browser("tashi").get(at(first, "preview"))
    assert looks() == []
    actions.accept(str(first.pk), by="tashi")
    paid = "household | source | accounting year | amount"
    batch = send(workbook(tmp_path / "b.xlsx", incomes=f"{paid}\n{UPPER}-0001 | wage | 2019 | 100"))
    browser("pema").get(at(batch, "preview"))
    browser("pema").get(at(batch, "preview"))
    assert looks() == [("pema", f"{UPPER}-0001", "preview")]
    add("judge", Role.AUDITOR, UPPER)
    told = browser("judge").get("/account/looks/")
    assert "what a sheet would change" in told.content.decode()


@pytest.mark.parametrize("table", ["households", "persons", "memberships", "incomes"])
def test_a_look_is_at_the_household_whatever_of_it_would_change(tmp_path: Path, table: str) -> None:
    first = send(workbook(tmp_path / "a.xlsx", households=HOUSEHOLDS, persons=people()))
    actions.accept(str(first.pk), by="tashi")
    household, person = f"{UPPER}-0001", f"{UPPER}-0001-01"
    with writing(by="pema"):
        member = Membership.objects.get(person=person)
        income = Income.objects.create(code="I1", household_id=household, source="wage", accounting_year=2019, amount=1)  # fmt: skip
    code = {"households": household, "persons": person, "memberships": member.pk, "incomes": income.pk}[table]
    batch = send(workbook(tmp_path / "b.xlsx", persons=f"code | work capacity\n{UPPER}-0001-02 | 弱劳动力"))
    PlannedRow.objects.filter(batch=batch).update(
        table=table, code=code, stood="x", before={}, after={"note": "x"}
    )
    browser("pema").get(at(batch, "preview"))
    assert looks() == [("pema", household, "preview")]


def looks() -> list[tuple[str, str, str]]:
    return list(Look.objects.order_by("household").values_list("by", "household", "page"))


def test_changed_rows_are_shown_with_what_stands(tmp_path: Path) -> None:
    first = send(workbook(tmp_path / "a.xlsx", households=HOUSEHOLDS, persons=people()))
    actions.accept(str(first.pk), by="tashi")
    rows = f"code | work capacity | identity\n{UPPER}-0001-01 | 弱劳动力 | {number('1970-01-01', 3)}"
    batch = send(workbook(tmp_path / "b.xlsx", persons=rows))
    page = browser("pema").get(at(batch, "preview"))
    (row,) = page.context["rows"]
    assert row.whose == "扎西"
    shown = {one.label: (one.before, one.after) for one in row.changes}
    assert shown["work capacity"] == ("ordinary", "weak")
    assert {text[6:14] for text in shown["identity number"]} == {"********"}
    assert number("1970-01-01", 3) not in page.content.decode()


def test_a_row_about_a_person_of_another_area_does_not_tell_the_name(tmp_path: Path) -> None:
    first = send(workbook(tmp_path / "a.xlsx", households=HOUSEHOLDS, persons=people()))
    actions.accept(str(first.pk), by="tashi")
    rows = f"household | person | source | accounting year | amount\n{UPPER}-0001 | {LOWER}-0001-01 | wage | 2019 | 100"
    batch = send(workbook(tmp_path / "b.xlsx", incomes=rows), by="clerk")
    page = browser("clerk").get(at(batch, "preview"))
    assert "次仁" not in page.content.decode()
    assert page.status_code == 200


def test_odd_values_in_the_address_are_no_errors(tmp_path: Path) -> None:
    batch = send(workbook(tmp_path / "a.xlsx", households=HOUSEHOLDS, persons=people(head="cousin")))
    client = browser("pema")
    for part in ("problems", "preview", "doubts", "../"):
        address = at(batch, part).replace(f"{batch.pk}/../", "")
        for odd in (
            "code=%00&table=%00&kind=%00&state=%00&whose=%00",
            "page=9999999999999999999",
            "page=%00",
            "code=%F0%9F%98%80",
        ):
            assert client.get(f"{address}?{odd}").status_code == 200
    assert client.post(at(batch, "doubts") + "?page=%00", {"row": "2", "person": "\x00"}).status_code == 400
    assert client.post(at(batch, "refuse"), {"reason": "a\x00b"}).status_code == 400


def test_pages_are_in_both_languages(tmp_path: Path) -> None:
    batch = send(workbook(tmp_path / "a.xlsx", households=HOUSEHOLDS, persons=people(head="cousin")))
    for part, en, zh in (
        ("", "Overview", "概览"),
        ("problems", "What is wrong", "问题"),
        ("preview", "Table", "表"),
    ):
        assert en in browser("pema").get(at(batch, part)).content.decode()
        told = browser("pema", "zh").get(at(batch, part)).content.decode()
        assert zh in told
        assert en not in told
    zh = browser("pema", "zh").get(at(batch, "problems")).context["rows"][0]
    assert zh.column == "与户主关系"
    assert not zh.message.isascii()


@pytest.mark.parametrize("words", ["both", "en", "zh"])
def test_templates_are_downloaded_filled_in_and_recognised(tmp_path: Path, words: str) -> None:
    client = browser("pema")
    assert client.get("/sheets/templates/").status_code == 200
    book = b"".join(client.get(f"/sheets/templates/all.xlsx?words={words}").streaming_content)
    assert book.startswith(b"PK")
    text = b"".join(client.get(f"/sheets/templates/households.csv?words={words}").streaming_content).decode()
    path = tmp_path / "households.csv"
    header = text.strip().lstrip("\ufeff").split(",")
    row = ["1" if "number" in one or "序号" in one else "洛江村" if one.endswith(("village", "村", "area")) else "" for one in header]  # fmt: skip
    path.write_text(f"{','.join(header)}\n{','.join(row)}\n", encoding="utf-8-sig")
    upload(client, path)
    assert run("intake-load").state == "done", text
    assert Batch.objects.get().rows["good"] == 1


def test_templates_that_are_none_are_404() -> None:
    client = browser("pema")
    for one in ("all.csv", "all.pdf", "nothing.xlsx", "households.csv?words=fr"):
        assert client.get(f"/sheets/templates/{one}").status_code == 404


def test_lists_are_narrowed_and_empty_ones_say_what_to_do(tmp_path: Path) -> None:
    client = browser("pema")
    assert "/sheets/send" in client.get("/sheets/").content.decode()
    batch = send(good(tmp_path))
    assert list(client.get("/sheets/?state=checked&whose=mine").context["shown"]) == [batch]
    assert list(client.get("/sheets/?state=applied").context["shown"]) == []
    assert list(client.get("/sheets/?state=nonsense&page=-3").context["shown"]) == [batch]
    assert list(browser("tashi").get("/sheets/?whose=mine").context["shown"]) == []


def test_pages_ask_as_much_of_one_row_as_of_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linking, "_installed", lambda: False)
    first = send(workbook(tmp_path / "a.xlsx", households=HOUSEHOLDS, persons=people()))
    actions.accept(str(first.pk), by="tashi")
    asked = []
    for name, rows in (("b", 1), ("c", 20)):
        lines = [f"{LOWER}-0001 | 扎西 | 1970-01-01 | other | 2019-01-0{at % 9 + 1}" for at in range(rows)]
        lines += [f"{LOWER}-0001 | 人{at} | 1990-01-01 | other | 2019-01-01" for at in range(rows)]
        lines += [f"{LOWER}-0001 | 错{at} | 1990-01-01 | cousin | 2019-01-01" for at in range(rows)]
        sheet = "household | name | birth date | relationship | since\n" + "\n".join(lines)
        batch = send(workbook(tmp_path / f"{name}.xlsx", persons=sheet))
        client = browser("pema")
        Look.objects.all().delete()
        counts = {}
        for part in ("", "problems", "preview", "doubts", "../"):
            with CaptureQueriesContext(
                connection,
            ) as found:
                assert client.get(at(batch, part).replace(f"{batch.pk}/../", "")).status_code == 200
            counts[part] = len(found)
        asked.append(counts)
    assert asked[0] == asked[1]
    assert max(asked[0].values()) < 25


def small(content: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_file_that_is_missing_is_asked_for() -> None:
    answer = browser("pema").post("/sheets/send", {})
    assert answer.status_code == 400
    assert answer.context["form"].errors["file"]


def test_what_was_chosen_stays_when_the_file_is_refused() -> None:
    answer = browser("pema").post(
        "/sheets/send", {"file": small(b"\xff\xfe\x00", "a.csv"), "table": "incomes", "encoding": "gb18030"}
    )
    assert answer.status_code == 400
    assert answer.context["form"]["table"].value() == "incomes"
    assert kept_files() == []


def test_the_stream_of_a_template_outlives_its_folder() -> None:
    answer = browser("pema").get("/sheets/templates/incomes.xlsx")
    assert io.BytesIO(b"".join(answer.streaming_content)).read(2) == b"PK"
