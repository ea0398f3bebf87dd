"""Whatever is written, in whatever order: as_of on known_at gives what a model that remembers everything gives."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tsampa.errors import TsampaError
from tsampa.office.areas.models import Area
from tsampa.office.history import (
    Refused,
    as_of,
    change,
    cut,
    cut_at,
    holds_on,
    known_at,
    seal,
    verify,
    versions_of,
)
from tsampa.office.history.models import Change, Cut, Version

CODES = st.sampled_from("abcdef")
DAYS = st.integers(0, 6).map(lambda number: date(2020, 1, 1) + timedelta(number))
NAMES = st.sampled_from(["x", "é", "扎西", "'\"\\\n"])

Row = tuple[str, date | None, date | None]


class Register(RuleBasedStateMachine):
    """Areas written at random, beside a dictionary that is copied at each cut."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[str, Row] = {}
        self.recorded: list[tuple[str, str]] = []
        self.cuts: list[tuple[int, dict[str, Row]]] = []
        self.clock = datetime(2021, 1, 1, tzinfo=UTC)
        self.aborted = 0

    def _tick(self) -> datetime:
        self.clock += timedelta(minutes=1)
        return self.clock

    @initialize()
    def begin(self) -> None:
        self.first = Version.objects.count()

    def _write(self, writes: list[tuple[str, Row | None]], door: str) -> None:
        """The writes by one of the doors, in the register and in the dictionary."""
        puts = {code: row for code, row in writes if row is not None}
        made = [area(code, row) for code, row in puts.items()]
        with change(by="worker", at=self._tick()):
            for code in [code for code, row in writes if row is None and code not in puts]:
                if Area.objects.filter(pk=code).delete()[0]:
                    self.recorded.append(("delete", code))
                    self.rows.pop(code, None)
            if door == "save":
                for one in made:
                    one.save()
            elif door == "upsert":
                Area.objects.bulk_create(
                    made,
                    update_conflicts=True,
                    unique_fields=["code"],
                    update_fields=["name", "since", "until"],
                )
            else:
                there = [one for one in made if one.pk in self.rows]
                Area.objects.bulk_create([one for one in made if one.pk not in self.rows])
                Area.objects.bulk_update(there, ["name", "since", "until"])
        for code, row in puts.items():
            self.recorded.append(("update" if code in self.rows else "insert", code))
            self.rows[code] = row

    rows_of = st.tuples(NAMES, DAYS, st.none() | DAYS).filter(lambda row: row[2] is None or row[1] < row[2])
    writes = st.lists(st.tuples(CODES, st.none() | rows_of), max_size=5, unique_by=lambda one: one[0])

    @rule(writes=writes, door=st.sampled_from(["save", "upsert", "bulk"]))
    def write(self, writes: list[tuple[str, Row | None]], door: str) -> None:
        self._write(writes, door)

    @rule(code=CODES, name=NAMES)
    def update(self, code: str, name: str) -> None:
        with change(by="worker", at=self._tick()):
            changed = Area.objects.filter(pk=code).update(name=name)
        if changed:
            self.rows[code] = (name, *self.rows[code][1:])
            self.recorded.append(("update", code))

    @rule(code=CODES, name=NAMES)
    def fail(self, code: str, name: str) -> None:
        """What was not kept leaves no trace."""
        with pytest.raises(ZeroDivisionError):
            self._fail(code, name)

    def _fail(self, code: str, name: str) -> None:
        with change(by="worker", at=self._tick()):
            area(code, (name, date(2020, 1, 1), None)).save()
            raise ZeroDivisionError

    @rule(code=CODES)
    def fail_in_part(self, code: str) -> None:
        with change(by="worker", at=self._tick()), pytest.raises(ZeroDivisionError):
            self._fail_inside(code)

    def _fail_inside(self, code: str) -> None:
        with transaction.atomic():
            area(code, ("lost", date(2020, 1, 1), None)).save()
            raise ZeroDivisionError

    @rule(code=CODES)
    def without_a_change(self, code: str) -> None:
        with pytest.raises(Refused), transaction.atomic():
            area(code, ("x", date(2020, 1, 1), None)).save()

    @rule(sealed=st.booleans())
    def stand_still(self, sealed: bool) -> None:
        made = seal(at=self._tick()).cut if sealed else cut(at=self._tick())
        self.cuts.append((made.pk, copy.copy(self.rows)))

    @rule(day=DAYS, back=st.integers(0, 5))
    def look(self, day: date, back: int) -> None:
        """Any cut, any day; the present by the rows themselves."""
        if self.cuts:
            number, rows = self.cuts[max(0, len(self.cuts) - 1 - back)]
            at = Cut.objects.get(pk=number)
            assert {one.pk: told(one) for one in known_at(Area, at)} == rows
            assert {one.pk for one in known_at(Area, at) if holds_on(one, day)} == on(rows, day)
            assert {one.pk for one in known_at(Area, at.at)} == set(rows)
        assert set(as_of(Area.objects.all(), day).values_list("pk", flat=True)) == on(self.rows, day)

    @invariant()
    def history_is_whole(self) -> None:
        written = Version.objects.order_by("id").values_list("operation", "key")
        assert sorted(written) == sorted(self.recorded)
        for code, row in self.rows.items():
            last = versions_of(Area, code)[-1]
            assert last.values["name"] == row[0]

    def teardown(self) -> None:
        assert [one.code for one in verify().problems if one.code != "seal-demonstration"] == []


def area(code: str, row: Row) -> Area:
    return Area(code=code, name=row[0], level="village", since=row[1], until=row[2])


def told(one: Area) -> Row:
    return one.name, one.since, one.until


def on(rows: dict[str, Row], day: date) -> set[str]:
    return {
        code for code, (_, since, until) in rows.items() if since <= day and (until is None or day < until)
    }


def search(examples: int, steps: int, office: Any) -> int:
    """Random changes, each compared with the model by the machine's invariants; how many examples came to their end."""
    ended = 0

    class InTransaction(Register):
        """Each example is undone at its end."""

        def __init__(self) -> None:
            self.around = transaction.atomic()
            self.around.__enter__()
            super().__init__()

        def teardown(self) -> None:
            nonlocal ended
            try:
                super().teardown()
                ended += 1
            finally:
                transaction.set_rollback(True)
                self.around.__exit__(None, None, None)
                for file in (office / "seals").glob("*"):
                    file.unlink()

    run_state_machine_as_test(
        InTransaction,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, database=None,
            derandomize=True, suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    return ended


def test_two_times_are_kept_apart(demonstration_office, home):
    assert search(12, 15, home) >= 12


@pytest.mark.slow
def test_two_times_are_kept_apart_for_long(demonstration_office, home):
    assert search(300, 40, home) >= 300


def test_a_moment_is_answered_by_the_latest_cut_before_it(demonstration_office):
    def at(minute: int) -> datetime:
        return datetime(2021, 1, 1, 0, minute, tzinfo=UTC)

    with change(by="a", at=at(1)):
        area("a", ("one", date(2020, 1, 1), None)).save()
    cut(at=at(2))
    with change(by="a", at=at(3)):
        Area.objects.update(name="two")
    cut(at=at(4))
    assert [one.name for one in known_at(Area, at(3))] == ["one"]
    assert [one.name for one in known_at(Area, at(4))] == ["two"]
    with pytest.raises(TsampaError) as found:
        cut_at(at(1))
    assert found.value.code == "history-no-cut"


def test_only_a_demonstration_has_a_clock(office):
    moment = datetime(2021, 1, 1, tzinfo=UTC)
    for write in (
        lambda: change(by="a", at=moment).__enter__(),
        lambda: cut(at=moment),
        lambda: seal(at=moment),
    ):
        with pytest.raises(TsampaError) as found:
            write()
        assert found.value.code == "history-clock"


def test_a_demonstration_keeps_its_clock_and_its_mark(demonstration_office):
    moment = datetime(2015, 5, 5, tzinfo=UTC)
    with change(by="a", at=moment):
        area("a", ("x", date(2015, 1, 1), None)).save()
    assert Change.objects.get(actor="a").at == moment
    made = seal(at=moment)
    assert (made.stated["demonstration"], made.stated["at"]) == (True, "2015-05-05T00:00:00.000000Z")
    found = verify()
    assert [one.code for one in found.problems] == ["seal-demonstration"]
    assert found.holds
