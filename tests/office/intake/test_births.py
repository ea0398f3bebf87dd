"""Nobody is of a household before being born: told with the row when a sheet is checked, not refused whole when it is accepted."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import python_calamine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from office.intake.builders import HOUSEHOLDS, apply, codes, county, number, send, workbook
from office.web.people import signed_in
from tsampa.office.accounts.models import User
from tsampa.office.intake import actions
from tsampa.office.intake.actions import last_step
from tsampa.office.intake.models import Batch
from tsampa.office.jobs.actions import run_job
from tsampa.office.jobs.models import Job
from tsampa.office.register.models import Membership, Person
from tsampa.office.web import pages

HOME = "540228100201-0001"
ZHAXI, BAIMA, GESANG = f"{HOME}-01", f"{HOME}-02", f"{HOME}-03"
PEOPLE = """
    household | relationship | since      | name | birth date
    1         | head         | 2015-01-01 | 扎西 | 1970-01-01
    1         | child        | 2016-05-01 | 白玛 | 2016-01-01
    1         | parent       | 2015-01-01 | 格桑 |
"""


@pytest.fixture
def standing(office: Any, tmp_path: Path) -> Any:
    """A household of three on each database, and workbooks of persons."""
    county()
    apply(workbook(tmp_path / "first.xlsx", households=HOUSEHOLDS, persons=PEOPLE))
    return lambda rows, name="next.xlsx": workbook(tmp_path / name, persons=rows)


def born(code: str) -> str:
    return str(Person.objects.get(code=code).birth_date)


def since(person: str) -> list[str]:
    found = Membership.objects.filter(person=person).order_by("since")
    return [str(one) for one in found.values_list("since", flat=True)]


BEFORE_BIRTH = [
    (f"code | birth date\n{BAIMA} | 2016-05-02", "birth_date"),
    (f"code | birth date\n{GESANG} | 2015-01-02", "birth_date"),
    (f"code | identity\n{GESANG} | {number('2015-01-02', 1)}", "birth_date"),
    (f"code | household | birth date\n{BAIMA} | {HOME} | 2016-05-02", "birth_date"),
    (f"code | household | since\n{BAIMA} | {HOME} | 2015-12-31", "since"),
    (f"code | household | since | birth date\n{BAIMA} | {HOME} | 2016-06-01 | 2016-06-02", "since"),
    (f"code | household | since | birth date\n{BAIMA} | 540228100202-0001 | 2018-01-01 | 2017-01-01", "since"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "column"), BEFORE_BIRTH)
def test_a_row_that_would_have_a_member_not_yet_born_is_a_bad_row(
    standing: Any, rows: str, column: str
) -> None:
    batch = send(standing(rows))
    assert codes(batch) == [(2, "member-not-born")]
    assert batch.problems.get().column == {"birth_date": "出生日期", "since": "加入日期"}[column]
    assert batch.planned.count() == 0


def test_who_has_left_does_not_join_before_being_born(standing: Any) -> None:
    apply(standing(f"code | household | until\n{BAIMA} | {HOME} | 2016-06-01", "left.xlsx"))
    earlier = (
        "code | household | since | until | relationship\n{} | 540228100202-0001 | {} | 2016-04-01 | child"
    )
    assert codes(send(standing(earlier.format(BAIMA, "2015-12-31")))) == [(2, "member-not-born")]
    assert codes(apply(standing(earlier.format(BAIMA, "2016-01-01"), "right.xlsx"))) == []
    assert since(BAIMA) == ["2016-01-01", "2016-05-01"]


def test_two_rows_of_one_person_are_one_too_many_whatever_they_are_named_by(standing: Any) -> None:
    apply(standing(f"code | identity\n{GESANG} | {number('1940-01-01', 1)}", "identity.xlsx"))
    twice = f"""
        code     | identity                  | household | since
        {GESANG} |                           |           |
                 | {number("1940-01-01", 1)} | {HOME}    | 2014-01-01
    """
    assert codes(send(standing(twice))) == [(3, "row-twice")]


TOGETHER = [
    (f"code | household | since | birth date\n{BAIMA} | {HOME} | 2016-07-01 | 2016-06-01", "2016-06-01", ["2016-07-01"]),
    (f"code | household | since | birth date\n{BAIMA} | {HOME} | 2015-02-01 | 2015-01-31", "2015-01-31", ["2015-02-01"]),
    (f"code | household | since | birth date\n{GESANG} | {HOME} | 2015-03-01 | 2015-02-01", "2015-02-01", ["2015-03-01"]),
    (f"code | household | birth date\n{BAIMA} | {HOME} | 2016-05-01", "2016-05-01", ["2016-05-01"]),
    (f"code | birth date\n{BAIMA} | 2016-05-01", "2016-05-01", ["2016-05-01"]),
    (f"code | household | since | birth date\n{BAIMA} | {HOME} | 2014-01-01 | unknown", "None", ["2014-01-01"]),
    (f"code | household | since | birth date\n{BAIMA} | 540228100202-0001 | 2017-01-01 | 2016-05-01",
     "2016-05-01", ["2016-05-01", "2017-01-01"]),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "day", "days"), TOGETHER)
def test_a_birth_and_a_membership_are_corrected_together_and_taken_back(
    standing: Any, rows: str, day: str, days: list[str]
) -> None:
    code = BAIMA if BAIMA in rows else GESANG
    before = born(code), since(code)
    batch = send(standing(rows))
    assert codes(batch) == []
    actions.accept(str(batch.pk), by="tashi")
    assert (born(code), since(code)) == (day, days)
    actions.undo(str(batch.pk), by="dawa", reason="the sheet was of another household")
    assert (born(code), since(code)) == before


def test_some_are_born_later_and_others_earlier_in_one_batch(standing: Any) -> None:
    rows = f"""
        code     | household | since      | birth date
        {BAIMA}  | {HOME}    | 2016-07-01 | 2016-06-01
        {GESANG} | {HOME}    | 2014-01-01 | 1940-01-01
        {ZHAXI}  | {HOME}    | 1969-01-01 | 1968-01-01
    """
    batch = apply(standing(rows))
    assert codes(batch) == []
    assert [since(one) for one in (ZHAXI, BAIMA, GESANG)] == [["1969-01-01"], ["2016-07-01"], ["2014-01-01"]]
    actions.undo(str(batch.pk), by="dawa", reason="another register's sheet")
    assert [born(one) for one in (ZHAXI, BAIMA, GESANG)] == ["1970-01-01", "2016-01-01", "None"]


def test_an_ended_membership_before_the_new_birth_counts_too(standing: Any) -> None:
    apply(standing(f"code | household | since\n{BAIMA} | 540228100202-0001 | 2018-01-01", "moved.xlsx"))
    batch = send(
        standing(
            f"code | household | since | birth date\n{BAIMA} | 540228100202-0001 | 2018-02-01 | 2017-01-01"
        )
    )
    assert codes(batch) == [(2, "member-not-born")]


def test_the_others_of_the_batch_are_applied_and_the_row_goes_back_with_words(
    standing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "lacks_second_factor", lambda scope: False)
    pema, tashi = (signed_in(User.objects.get(username=name)) for name in ("pema", "tashi"))
    rows = f"""
        code     | name | birth date
        {BAIMA}  |      | 2016-05-02
        {ZHAXI}  | 丹增 | 1971-01-01
    """
    with standing(rows).open("rb") as file:
        sent = pema.post("/sheets/send", {"file": file})
    assert run_job(Job.objects.latest("pk").pk).state == "done"
    batch = Batch.objects.latest("sent_at")
    assert sent["Location"] == f"/sheets/{batch.pk}/"
    assert codes(batch) == [(2, "member-not-born")]

    told = pema.get(f"/sheets/{batch.pk}/bad-rows.xlsx")
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(b"".join(told.streaming_content)))
    head, row = book.get_sheet_by_index(0).to_python()
    assert (row[head.index("birth date")], row[3]) == ("2016-05-02", 2)
    assert row[-4:] == [
        "the person would be of a household before being born",
        "Correct the date of birth, or the day the membership begins.",
        "此人在出生之前就已属于某户",
        "请更正出生日期，或成员关系的起始日期。",
    ]

    accepted = tashi.post(f"/sheets/{batch.pk}/accept", {"seen": last_step(batch)})
    assert accepted.status_code == 302
    assert run_job(Job.objects.latest("pk").pk).state == "done"
    batch.refresh_from_db()
    assert (batch.state, batch.rows["good"], batch.rows["bad"]) == ("applied", 1, 1)
    assert (born(ZHAXI), born(BAIMA), Person.objects.get(code=ZHAXI).name) == (
        "1971-01-01",
        "2016-01-01",
        "丹增",
    )


def test_ten_births_ask_no_more_of_the_database_than_one(standing: Any, tmp_path: Path) -> None:
    many = "household | relationship | since | name | birth date\n" + "\n".join(
        f"{HOME} | other | 2016-01-01 | 央{at} | 1990-01-01" for at in range(12)
    )
    apply(standing(many, "many.xlsx"))
    persons = sorted(set(Person.objects.values_list("code", flat=True)) - {ZHAXI, BAIMA, GESANG})

    def asked(count: int) -> int:
        rows = "code | birth date\n" + "\n".join(f"{one} | 2016-01-02" for one in persons[:count])
        path = standing(rows, f"{count}.xlsx")
        with CaptureQueriesContext(connection) as queries:
            batch = send(path)
        assert codes(batch) == [(2 + at, "member-not-born") for at in range(count)]
        return len(queries)

    assert asked(12) == asked(1)
