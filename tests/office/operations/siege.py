"""Kills workers and writers at random moments, and looks after each kill whether anything was lost, halved or left behind."""

from __future__ import annotations

import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from string import ascii_lowercase
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from office.intake.builders import number, workbook
from office.operations.offices import ended, now, start, waited
from office.operations.writer import VILLAGE
from tsampa.office.history import Version, verify
from tsampa.office.intake.models import Batch, PlannedRow
from tsampa.office.jobs.actions import ask_job, retry_job
from tsampa.office.jobs.models import Job, State
from tsampa.office.jobs.progress import read_progress
from tsampa.office.operations.backup import try_backup
from tsampa.office.register.models import Household, LandParcel, Membership, Person
from tsampa.snapshot import verify_snapshot

KINDS = ("intake-load", "intake-accept", "snapshot", "seal", "backup")
HOUSEHOLDS = 150
EXPLAINED = {"job-killed"}
"""Why a job that was begun three times may have failed; everything else must come to its end."""


class Siege:
    """One office, its workers and its writers, and what each of them said was done."""

    def __init__(self, home: Path, seed: int) -> None:
        self.home, self.random = home, Random(seed)
        self.outs = home / "outs"
        self.outs.mkdir()
        self.lasts: dict[str, float] = {}
        self.hits: Counter[str] = Counter()
        self.steps: Counter[str] = Counter()
        self.rounds = self.persons = 0
        self.batch = ""
        self.done: list[Job] = []
        self.notes: list[Path] = []
        self._work()

    def _work(self) -> None:
        """A new worker, which takes up what the last one left, and a new writer beside it."""
        self.worker = start(self.home, "tsampa.office.worker", stdout=subprocess.DEVNULL)
        self.notes.append(self.outs / f"writer{len(self.notes)}")
        with self.notes[-1].open("w") as told:
            self.writer = start(self.home, "office.operations.writer", f"{len(self.notes)}-", stdout=told)

    def calibrate(self) -> None:
        """How long each kind of job takes, from the first it says, when nobody is killed."""
        for kind in KINDS:
            job = self._ask(kind)
            self._begun(job)
            began = time.monotonic()
            job = ended(job)
            assert job.state == State.DONE, (kind, job.error)
            self.lasts[kind] = round(time.monotonic() - began, 2)
            self._keep(job)

    def _begun(self, job: Job) -> None:
        """Until the work itself has begun, and not only its imports."""
        waited(lambda: read_progress(job.pk) or now(job).state in (State.DONE, State.FAILED), "the beginning")

    def kill_one(self) -> None:
        """One job, killed at a random moment, looked at, begun again and brought to its end."""
        kind = KINDS[self.rounds % len(KINDS)]
        self.rounds += 1
        waited(lambda: self.notes[-1].stat().st_size, "the writer's first word")
        job = self._ask(kind)
        self._strike(job, self.lasts[kind])
        self.look()
        self._work()
        if self.random.random() < 0.2:  # and again, while it takes up what was left
            time.sleep(self.random.uniform(0, 1 + self.lasts[kind]))
            self._kill(self.worker)
            self._kill(self.writer)
            self.hits["while taking up"] += 1
            self.look()
            self._work()
        self._bring_to_end(job)

    def _ask(self, kind: str) -> Job:
        place = self.outs / f"{kind}{self.rounds}"
        told: dict[str, Any] = {
            "intake-load": lambda: {"file": self._sheet(place), "on": "2020-06-30"},
            "intake-accept": lambda: {"batch": self.batch},
            "snapshot": lambda: {"out": place, "as_of": "2020-06-30"},
            "seal": dict,
            "backup": lambda: {"out": place},
        }[kind]()
        return ask_job(kind, by="tashi" if kind == "intake-accept" else "pema", **told)

    def _sheet(self, place: Path) -> Path:
        first = self.rounds * HOUSEHOLDS
        refs = range(first, first + HOUSEHOLDS)
        homes = [["ref", "area", "address"], *([str(one), "540228100201", f"no {one}"] for one in refs)]
        heads = ["household", "relationship", "since", "name", "identity number", "劳动力"]
        people = [self._person(one, word) for one in refs for word in ("head", "spouse")]
        return workbook(place.with_suffix(".xlsx"), households=homes, persons=[heads, *people])

    def _person(self, household: int, relationship: str) -> list[str]:
        """Like nobody else, so that no one is taken for another."""
        name = "".join(self.random.choices(ascii_lowercase, k=12))
        self.persons += 1
        born = date(1930, 1, 1) + timedelta(days=self.persons // 900)
        told = number(born.isoformat(), self.persons % 900 + 1)
        return [str(household), relationship, "2015-01-01", name, told, "ordinary"]

    def _strike(self, job: Job, lasts: float) -> None:
        if self.random.random() < 0.15:  # between asking and beginning
            time.sleep(self.random.uniform(0, 1))
        else:
            self._begun(job)
            time.sleep(self.random.uniform(0, 1.1) * lasts)
        both = [self.worker, self.writer]
        self.random.shuffle(both)
        for one in both:
            self._kill(one)
            time.sleep(self.random.choice((0, 0, 0.05, 0.3)))
        self._count(now(job))

    def _count(self, job: Job) -> None:
        where = {State.WAITING: "before", State.RUNNING: "within"}.get(State(job.state), "after")
        step = read_progress(job.pk)
        # So that the next one of the kind hits its work, however busy the machine is meanwhile.
        self.lasts[job.kind] *= {"before": 1.0, "within": 1.05, "after": 0.8}[where]
        self.hits["begun, no step yet" if where == "within" and not step else where] += 1
        if where == "within" and step:
            self.steps[f"{job.kind}: {step[0].split()[0]}"] += 1

    def _kill(self, process: subprocess.Popen[str]) -> None:
        assert process.poll() is None, f"it ended by itself: {process.returncode}"
        process.send_signal(signal.SIGKILL)
        process.wait()

    def _bring_to_end(self, job: Job) -> None:
        found = ended(job)
        if found.state == State.FAILED:
            assert found.error["code"] in EXPLAINED, found.error
            self.hits["gave up with a reason"] += 1
            found = ended(retry_job(job.pk, by=found.asked_by))
        assert found.state == State.DONE, found.error
        self._keep(found)
        waited(lambda: not self.left_behind(), f"the sweeping of {self.left_behind()}", 5)

    def _keep(self, job: Job) -> None:
        self.done.append(job)
        if job.kind == "intake-load":
            self.batch = job.outcome["batch"]

    def left_behind(self) -> list[str]:
        """What killed processes left, which the next one should have swept away."""
        return [
            str(one) for one in self.home.rglob("*")
            if (one.name.startswith(".") or one.suffix in (".part", ".spill", ".new")) and "postgresql" not in str(one)
        ] + [str(one) for one in (self.home / "jobs").glob("*.json") if not self._runs(one)]  # fmt: skip

    def _runs(self, progress: Path) -> bool:
        return Job.objects.filter(pk=int(progress.stem), state=State.RUNNING).exists()

    def look(self) -> None:
        """Everything that must hold whenever anybody was killed."""
        self._wait_for_sessions()
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA integrity_check")
                assert cursor.fetchall() == [("ok",)]
        self._acknowledged_changes()
        self._whole_imports()
        self._whole_files(self.rounds)
        assert verify().problems == []
        for job in self.done[-len(KINDS) :]:
            assert now(job).state == State.DONE
            assert now(job).outcome == job.outcome

    def _wait_for_sessions(self) -> None:
        """PostgreSQL sees that a client is gone when it next speaks to it."""
        if connection.vendor != "postgresql":
            return
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        with connection.cursor() as cursor:

            def alone() -> bool:
                cursor.execute(query)
                return bool(cursor.fetchone() == (0,))

            waited(alone, "the end of the sessions of killed clients")

    def _acknowledged_changes(self) -> None:
        told = {
            line.removesuffix("\n")
            for note in self.notes
            for line in note.read_text().splitlines(keepends=True)
            if line.endswith("\n")  # the last may have been cut short
        }
        written = Household.objects.filter(code__startswith=f"{VILLAGE}-")
        codes = dict(written.values_list("code", "address"))
        assert told <= set(codes), (sorted(told - set(codes))[:5], len(told), len(codes))
        assert all(address == f"{code} again" for code, address in codes.items())
        assert set(LandParcel.objects.values_list("household_id", flat=True)) == set(codes)
        history = (
            Version.objects.filter(key__startswith=f"{VILLAGE}-").values("change").annotate(n=Count("id"))
        )
        assert [one for one in history if one["n"] != 3] == []
        assert len(history) == len(codes)

    def _whole_imports(self) -> None:
        for batch in Batch.objects.all():
            planned = PlannedRow.objects.filter(batch=batch)
            wanted = planned.aggregate(
                households=Count("pk", filter=Q(table="households")), persons=Count("pk", filter=Q(table="persons")),
                memberships=Count("pk", filter=Q(table="memberships")),
            )  # fmt: skip
            there = {
                name: model._default_manager.filter(code__in=planned.filter(table=name).values("code")).count()
                for name, model in (("households", Household), ("persons", Person), ("memberships", Membership))
            }  # fmt: skip
            staged = batch.staged.count()
            whole = {"households": HOUSEHOLDS, "persons": 2 * HOUSEHOLDS, "memberships": 2 * HOUSEHOLDS}
            nothing = dict.fromkeys(whole, 0)
            if batch.state in ("uploaded", "refused"):
                assert (staged, wanted) == (0, nothing), batch.state
            else:
                assert (staged, wanted) == (3 * HOUSEHOLDS, whole), (
                    batch.state,
                    batch.rows,
                    str(list(batch.problems.values_list("code", "row", "message")[:5])),
                )
                assert there == (whole if batch.state == "applied" else nothing), batch.state
                versions = Version.objects.filter(change_id=batch.change or 0).count()
                assert versions == (5 * HOUSEHOLDS if batch.state == "applied" else 0)

    def _whole_files(self, *rounds: int) -> None:
        for one in rounds:
            for kind, problems in OPENED.items():
                place = self.outs / f"{kind}{one}"
                assert not place.exists() or not problems(place)

    def end(self) -> None:
        """The last look, at everything that was ever made."""
        self.worker.send_signal(signal.SIGTERM)
        self.worker.wait(30)
        self._kill(self.writer)
        self._whole_files(*range(self.rounds + 1))
        assert all(now(job).outcome == job.outcome for job in self.done)
        self.look()
        for kind in KINDS:
            assert sum(job.kind == kind for job in self.done) >= self.rounds // len(KINDS)

    def told(self) -> str:
        """Where the kills hit."""
        return f"{dict(self.hits)} of jobs of { {kind: round(one, 2) for kind, one in self.lasts.items()} }; within: {dict(sorted(self.steps.items()))}"


def _no_snapshot(path: Path) -> list[Any]:
    return [
        one for one in verify_snapshot(path) if one.effect != "noted"
    ]  # the writer's households have nobody in them


def _no_backup(path: Path) -> list[Any]:
    try_backup(path)
    return []


OPENED: dict[str, Callable[[Path], list[Any]]] = {"snapshot": _no_snapshot, "backup": _no_backup}
