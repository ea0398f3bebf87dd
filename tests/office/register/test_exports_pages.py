"""A list that is taken out is remembered, without a name, and shown to who audits the villages it came from."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from office.register.homes import add_home, count_it, opened, pages_office, worker
from office.web.people import COUNTY, HERE, NEXT, TOWNSHIP
from tsampa.office.accounts.roles import Role
from tsampa.office.register import views
from tsampa.office.register.models import Export, ExportedVillage

TAKEN = "/households/exports"


@pytest.fixture
def homes(office: Any) -> tuple[str, str]:
    """On each database a household in each of two villages, and a second here."""
    found = pages_office()
    add_home(HERE, "达瓦", amount=10_000)
    return found


def officer() -> Any:
    return worker(COUNTY, Role.COUNTY_OFFICER, name="pema")


def auditor(area: str | None = COUNTY) -> Any:
    return worker(area, Role.AUDITOR, name=f"auditor-of-{area}")  # type: ignore[arg-type]


def take(client: Any, query: str = "", kind: str = "csv") -> bytes:
    return b"".join(client.get(f"/households/households.{kind}{query}").streaming_content)


def shown(client: Any, query: str = "") -> list[tuple[str, int, list[str]]]:
    rows = opened(client, f"{TAKEN}{query}").context["rows"]
    return [
        (one.by, count, [f"{label}: {said}" for label, said in filters]) for one, count, filters, _ in rows
    ]


def test_an_export_says_who_when_how_many_and_by_which_filters(homes: Any) -> None:
    count_it()
    before = timezone.now()
    taken = take(officer(), f"?area={TOWNSHIP}&gap=income_meets_line&status=registered&column=head")
    assert len(taken.splitlines()) == 2
    made = Export.objects.get()
    assert (made.by, made.kind, made.households, made.columns) == ("pema", "csv", 1, ["head"])
    assert before <= made.at <= timezone.now()
    assert made.filters == {
        "area": TOWNSHIP, "status": "registered", "gap": ["income_meets_line"], "on": "2020-06-30",
    }  # fmt: skip
    assert list(ExportedVillage.objects.values_list("area", "households")) == [(HERE, 1)]
    ((by, count, filters),) = shown(auditor())
    assert (by, count) == ("pema", 1)
    assert filters[0] == "行政区域: 洛江镇"
    assert [one.split(": ")[0] for one in filters] == ["行政区域", "户状态", "未达标", "测算日期"]
    assert not any("income" in one or "registered" in one for one in filters)


def test_an_export_by_the_age_of_checks_says_so(homes: Any) -> None:
    take(officer(), "?checks=stale")
    [(_by, _count, filters)] = shown(auditor(None))
    assert "核查: 有核查已过期" in [one.replace("：", ": ") for one in filters]


def test_names_that_were_looked_for_are_nowhere_kept(homes: Any) -> None:
    client = officer()
    take(client, "?area=卓玛&column=卓玛&status=卓玛&gap=卓玛&on=卓玛")
    assert Export.objects.get().filters == {"area": "?"}
    Export.objects.all().delete()
    led = client.post("/households/search", {"text": "卓玛", "keep": ""})["Location"]
    token = led.split("who=")[1]
    assert len(take(client, f"?who={token}").splitlines()) == 2
    take(client, "?q=卓玛")
    for made in Export.objects.all():
        assert made.households == 1
        assert made.filters["words"] is True
        kept = f"{made.filters} {made.columns}"
        assert "卓玛" not in kept
        assert token[:12] not in kept
    assert "卓玛" not in opened(auditor(), TAKEN).content.decode()


def test_who_audits_a_village_sees_what_was_taken_from_there_and_no_more(homes: Any) -> None:
    client = officer()
    take(client)
    take(client, f"?area={NEXT}")
    assert [count for _, count, _ in shown(auditor())] == [1, 3]
    assert [count for _, count, _ in shown(auditor(HERE))] == [2]
    assert [count for _, count, _ in shown(auditor(NEXT))] == [1, 1]
    assert NEXT not in opened(auditor_again(HERE), TAKEN).content.decode()


def auditor_again(area: str) -> Any:
    return worker(area, Role.AUDITOR, name=f"second-{area}")


def test_an_export_of_nothing_is_seen_by_who_audits_the_whole_register(homes: Any) -> None:
    take(officer(), "?q=540228101299")
    assert [count for _, count, _ in shown(auditor(None))] == [0]
    assert shown(auditor()) == []


def test_a_workbook_is_an_export_too_and_users_are_asked_for(homes: Any) -> None:
    take(officer(), kind="xlsx")
    take(worker(NEXT, Role.TOWNSHIP_CLERK, name="lhamo"))
    client = auditor()
    assert [(by, count) for by, count, _ in shown(client)] == [("lhamo", 1), ("pema", 3)]
    assert [(by, count) for by, count, _ in shown(client, "?user=pema")] == [("pema", 3)]
    assert shown(client, "?user=%00x") == []


def test_what_cannot_be_remembered_is_not_given(homes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**told: Any) -> None:
        raise OSError

    monkeypatch.setattr(views, "record_export", fails)
    client = officer()
    client.raise_request_exception = False
    assert client.get("/households/households.csv").status_code == 500


@pytest.mark.parametrize(
    "role", [one for one in Role if one not in (Role.AUDITOR, Role.APPROVER, Role.ADMINISTRATOR)]
)
def test_who_does_not_audit_does_not_see_it(homes: Any, role: Role) -> None:
    assert worker(COUNTY, role).get(TAKEN).status_code == 403


@pytest.mark.parametrize(("language", "words"), [("en", "Lists taken out"), ("zh-hans", "名单导出")])
def test_it_is_said_in_both_languages(homes: Any, language: str, words: str) -> None:
    client = auditor()
    client.post("/language", {"language": language, "next": "/"})
    assert words in opened(client, TAKEN).content.decode()


def test_many_exports_ask_as_often_as_one(homes: Any) -> None:
    client, counts = auditor(HERE), []
    for number in (1, 45):
        for one in range(number):
            made = Export.objects.create(
                by=f"user-{one}", at=timezone.now() - timedelta(days=one), kind="csv", households=2
            )
            ExportedVillage.objects.create(export=made, area=HERE, households=2)
        opened(client, TAKEN)
        with CaptureQueriesContext(connection) as queries:
            opened(client, TAKEN)
        counts.append(len(queries))
    assert counts[0] == counts[1]
