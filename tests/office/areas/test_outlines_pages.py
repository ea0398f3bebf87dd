"""Outlines in the browser: sent, looked at, confirmed in one change; nobody's beyond the areas of who sends them."""

from __future__ import annotations

import json
import os
import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from office.areas.geojsons import collection, feature, grid, square
from office.operations.secured import administrator
from office.web.people import COUNTY, HERE, NEXT, TOWNSHIP, add_somebody, add_villages, signed_in
from tsampa.office.accounts.roles import Role
from tsampa.office.areas.actions import draw_area, draw_areas, merge_areas
from tsampa.office.areas.models import Area
from tsampa.office.history import Change, Refused, Version, change
from tsampa.office.operations.retention import apply_retention

AREAS = "/administration/areas/"
SEND, PREVIEW, DOWNLOAD = f"{AREAS}outlines", f"{AREAS}outlines/preview", f"{AREAS}outlines.geojson"
BOTH = (feature(HERE, square(88.0)), feature(NEXT, square(88.1)))


@pytest.fixture
def keeper(office: Any) -> Client:
    add_villages()
    return administrator()


def send(browser: Client, content: bytes, **told: Any) -> Any:
    file = SimpleUploadedFile("villages.geojson", content)
    return browser.post(SEND, {"file": file, "property": "code", "reason": "survey of 2019", **told})


def looked_at(browser: Client) -> Any:
    answer = browser.get(PREVIEW)
    assert answer.status_code == 200
    return answer


def confirm(browser: Client, mark: str = "") -> Any:
    return browser.post(PREVIEW, {"act": "draw", "mark": mark or looked_at(browser).context["plan"].mark})


def drawn() -> dict[str, Any]:
    return dict(Area.objects.filter(geometry__isnull=False).values_list("pk", "geometry"))


def read(answer: Any) -> str:
    return str(answer.content.decode())


def test_outlines_are_looked_at_and_then_drawn_in_one_change(keeper: Client) -> None:
    answer = send(keeper, collection(*BOTH))
    assert (answer.status_code, answer["Location"], drawn()) == (302, PREVIEW, {})
    shown = looked_at(keeper)
    assert [one.pk for one in shown.context["plan"].draws] == [HERE, NEXT]
    assert (len(shown.context["chart"]["rows"]), shown.context["bounds"][:2]) == (2, ["88.000", "88.200"])
    assert drawn() == {}
    before = Change.objects.count()
    answer = confirm(keeper)
    assert (answer.status_code, answer["Location"]) == (302, SEND)
    assert drawn() == {HERE: square(88.0), NEXT: square(88.1)}
    made = Change.objects.latest("pk")
    assert (Change.objects.count() - before, made.actor, made.reason) == (
        1,
        "administrator",
        "survey of 2019",
    )
    assert Version.objects.filter(change=made, table="areas_area").count() == 2
    assert keeper.get(PREVIEW).status_code == keeper.post(PREVIEW, {"act": "draw"}).status_code == 302


def test_what_stands_already_is_not_drawn_again_and_what_differs_is_told(keeper: Client) -> None:
    draw_area(area=HERE, geometry=square(88.0), by="test")
    draw_area(area=NEXT, geometry=square(89.0), by="test")
    send(keeper, collection(*BOTH, feature(TOWNSHIP, square(88.0))))
    plan = looked_at(keeper).context["plan"]
    assert [[one.pk for one in some] for some in (plan.same, plan.other, plan.new)] == [[HERE], [NEXT], [TOWNSHIP]]  # fmt: skip
    confirm(keeper)
    made = Change.objects.latest("pk")
    assert set(Version.objects.filter(change=made).values_list("key", flat=True)) == {NEXT, TOWNSHIP}


def test_the_preview_says_what_is_refused_unknown_and_left_out(keeper: Client) -> None:
    line = {"type": "LineString", "coordinates": [[88, 29], [89, 29]]}
    send(keeper, collection(BOTH[0], feature("999", square(88.0)), feature(TOWNSHIP, line), feature(None, line)))  # fmt: skip
    told = looked_at(keeper).context
    assert [one.pk for one in told["plan"].draws] == [HERE]
    assert [(one.number, one.code, said["code"]) for one, said in told["refused"]] == [
        (3, TOWNSHIP, "outline-type"), (4, "", "outline-no-code"),
    ]  # fmt: skip
    assert told["unknown"] == [(2, "999")]
    assert [area.pk for area, _level in told["missing"]] == [NEXT]
    confirm(keeper)
    assert drawn() == {HERE: square(88.0)}


def test_an_area_beyond_the_scope_is_as_one_that_does_not_exist(office: Any) -> None:
    add_villages()
    browser = administrator(HERE, "village-keeper")
    draw_area(area=NEXT, geometry=square(88.5), by="test")
    refused = feature(NEXT, {"type": "LineString", "coordinates": []})
    pages = []
    for other in (NEXT, "999", NEXT):
        send(browser, collection(BOTH[0], feature(other, square(88.1)) if not pages else refused | {"properties": {"code": other}}))  # fmt: skip
        told = looked_at(browser).context
        pages.append((told["unknown"] == [(2, other)], told["refused"], told["missing_count"], told["many"]))
    assert pages == [(True, [], 0, 1)] * 3
    confirm(browser)
    assert drawn() == {HERE: square(88.0), NEXT: square(88.5)}
    told = json.loads(browser.get(DOWNLOAD).content)
    assert [one["properties"]["code"] for one in told["features"]] == [HERE]
    assert [one[1:] for one in browser.get(SEND).context["rows"]] == [(1, 1)]
    assert browser.get(f"{AREAS}{NEXT}/undraw").status_code == 404


def test_an_area_that_is_no_more_is_not_drawn(keeper: Client) -> None:
    send(keeper, collection(*BOTH))
    mark = looked_at(keeper).context["plan"].mark
    merge_areas(areas=[NEXT], into=HERE, on=date(2020, 1, 1), by="test")
    answer = confirm(keeper, mark)
    assert (answer.status_code, "outline-stale" in read(answer), drawn()) == (409, True, {})
    assert looked_at(keeper).context["plan"].gone == [NEXT]
    confirm(keeper)
    assert list(drawn()) == [HERE]


def test_only_what_was_shown_is_drawn(keeper: Client) -> None:
    send(keeper, collection(*BOTH))
    mark = looked_at(keeper).context["plan"].mark
    for wrong in ("x", "é\0", mark[:-1]):
        assert confirm(keeper, wrong).status_code == 409
    assert keeper.post(PREVIEW, {"act": "draw"}).status_code == 409
    # Somebody else draws an area meanwhile: it is not drawn over unseen.
    draw_area(area=NEXT, geometry=square(90.0), by="test")
    assert (confirm(keeper, mark).status_code, drawn()) == (409, {NEXT: square(90.0)})
    # Another file of one's own, in another window.
    mark = looked_at(keeper).context["plan"].mark
    send(keeper, collection(*BOTH))
    assert (confirm(keeper, mark).status_code, drawn()) == (409, {NEXT: square(90.0)})
    assert confirm(keeper).status_code == 302


def test_nobody_confirms_the_file_of_another(keeper: Client) -> None:
    send(keeper, collection(*BOTH))
    mark = looked_at(keeper).context["plan"].mark
    other = administrator(name="other")
    assert other.get(PREVIEW)["Location"] == SEND
    assert (confirm(other, mark)["Location"], drawn()) == (SEND, {})
    clerk = signed_in(add_somebody(Role.TOWNSHIP_CLERK))
    for page in (SEND, PREVIEW, DOWNLOAD, f"{AREAS}{HERE}/undraw"):
        assert clerk.get(page).status_code == 403
    assert confirm(keeper).status_code == 302


def test_a_file_is_left_and_what_is_left_goes_after_a_week(keeper: Client, home: Path) -> None:
    send(keeper, collection(*BOTH))
    (kept,) = (home / "outlines").iterdir()
    assert (stat.S_IMODE(kept.stat().st_mode), stat.S_IMODE(kept.parent.stat().st_mode)) == (0o600, 0o700)
    assert "villages.geojson" in read(keeper.get(SEND))
    assert keeper.post(PREVIEW, {"act": "leave"})["Location"] == SEND
    assert not kept.exists()
    send(keeper, collection(*BOTH))
    sent = datetime.fromtimestamp(kept.stat().st_mtime, UTC)
    apply_retention(sent + timedelta(days=6))
    assert kept.exists()
    apply_retention(sent + timedelta(days=8))
    assert not kept.exists()
    kept.write_bytes(b'{"of": "another version"}')
    assert keeper.get(PREVIEW).status_code == 302


@pytest.mark.parametrize("kept", ["a", "b.part"])
def test_what_broken_work_left_is_in_nobodys_way(keeper: Client, home: Path, kept: str) -> None:
    (home / "outlines").mkdir()
    (home / "outlines" / kept).write_bytes(b"{")
    os.utime(home / "outlines" / kept, (1, 1))
    assert send(keeper, collection(*BOTH)).status_code == 302
    apply_retention(datetime.fromtimestamp(10**6, UTC))
    assert [one.suffix for one in (home / "outlines").iterdir()] == [".json"]


@pytest.mark.parametrize(("lang", "at"), [("en", 0), ("zh-hans", 1)])
def test_a_file_that_is_refused_says_why(keeper: Client, lang: str, at: int) -> None:
    keeper.post("/language", {"language": lang, "next": "/"})
    for content, property, code, said in (
        (b"no", "code", "outline-format", ("the file is no JSON", "文件不是 JSON")),
        (b"\xff", "code", "outline-encoding", ("not in UTF-8", "不是 UTF-8 编码")),
        (collection(*BOTH), "PAC", "outline-property", ("The file has: code, note", "文件中有：code, note")),
    ):
        answer = send(keeper, content, property=property)
        assert (answer.status_code, code in read(answer), said[at] in read(answer)) == (400, True, True)
        assert f'value="{property}"' in read(answer)
    assert keeper.get(PREVIEW).status_code == 302
    assert send(keeper, b"").status_code == 400
    assert send(keeper, collection(*BOTH), reason="").status_code == 400


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    keeper: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tsampa.office.areas.geojson.MOST_BYTES", 100_000)
    answer = send(keeper, collection(*BOTH) + b" " * 100_000)
    assert (answer.status_code, "outline-too-large" in read(answer)) == (413, True)
    assert answer.context["form"].is_bound
    unread = send(keeper, collection(*BOTH) + b" " * 200_000)
    assert (unread.status_code, unread.context["form"].is_bound) == (413, False)


def test_sending_asks_for_the_token_of_the_form(keeper: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = keeper.cookies
    assert (send(strict, collection(*BOTH)).status_code, keeper.get(PREVIEW).status_code) == (403, 302)


def test_what_stands_is_taken_out_and_may_be_sent_again(keeper: Client) -> None:
    draw_areas(shapes={HERE: square(88.0), COUNTY: {"type": "Point", "coordinates": [88.5, 29.5]}}, by="test")
    answer = keeper.get(DOWNLOAD)
    assert answer["Content-Type"] == "application/geo+json"
    told = msgspec.json.decode(answer.content)
    assert [one["properties"]["code"] for one in told["features"]] == [COUNTY, HERE]
    send(keeper, answer.content)
    plan = looked_at(keeper).context["plan"]
    assert (len(plan.same), plan.draws) == (2, [])
    assert "Draw 0" not in read(looked_at(keeper))
    send(keeper, collection(feature(COUNTY, {"type": "Point", "coordinates": [88.6, 29.5]})))
    told = looked_at(keeper).context
    assert (told["chart"], told["places"], [area.pk for area, _level in told["listed"]]) == (
        None,
        1,
        [COUNTY],
    )


def test_an_area_shows_its_outline_which_is_taken_away_with_a_reason(keeper: Client) -> None:
    page = f"{AREAS}{HERE}/"
    assert (keeper.get(page).context["chart"], keeper.get(f"{page}undraw").status_code) == (None, 404)
    draw_area(area=HERE, geometry=square(88.0), by="test")
    assert keeper.get(page).context["chart"]["option"]["map"]["geo"]["features"][0]["geometry"] == square(88.0)  # fmt: skip
    assert keeper.post(f"{page}undraw", {"reason": ""}).status_code == 400
    assert list(drawn()) == [HERE]
    assert keeper.post(f"{page}undraw", {"reason": "wrong sheet"})["Location"] == page
    assert (drawn(), Change.objects.latest("pk").reason) == ({}, "wrong sheet")
    assert [one.operation for one in keeper.get(page).context["versions"]] == ["update", "update", "insert"]
    with change(by="test"):
        Area.objects.filter(pk=HERE).update(geometry={"type": "Point", "coordinates": [88, 29]})
    assert keeper.get(page).context["chart"] is None


def test_names_of_a_file_are_words_and_nothing_else(keeper: Client) -> None:
    script = "<script>alert(1)</script>"
    answer = send(keeper, collection(feature("1", square(88.0), name=script)))
    assert (answer.status_code, script in read(answer)) == (400, False)
    file = SimpleUploadedFile(f"{script}.geojson", collection(*BOTH))
    keeper.post(SEND, {"file": file, "property": "code", "reason": script})
    assert script not in read(looked_at(keeper))
    with change(by="test"):
        Area.objects.filter(pk=HERE).update(name=script)
    assert script not in read(looked_at(keeper))


def test_more_areas_take_no_more_queries(keeper: Client) -> None:
    send(keeper, collection(*BOTH))
    pages = (SEND, PREVIEW, DOWNLOAD)
    few, many = [], []
    for counts in (few, many):
        for page in pages:
            with CaptureQueriesContext(connection) as asked:
                keeper.get(page)
            counts.append(len(asked))
        if counts is few:
            with change(by="test"):
                for one in grid(5, 1):
                    Area.objects.create(code=one, name="村", level="village", parent_id=TOWNSHIP)
            send(keeper, collection(*(feature(code, one) for code, one in grid(5, 30).items())))
            confirm(keeper)
            send(keeper, collection(*(feature(code, one) for code, one in grid(5, 31).items())))
    assert looked_at(keeper).context["many"] == 25
    assert few == many


def test_several_are_drawn_or_none(keeper: Client) -> None:
    with pytest.raises(Refused):
        draw_areas(shapes={HERE: square(88.0), NEXT: {"religion": 1}}, by="test")
    assert drawn() == {}
