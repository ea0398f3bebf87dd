"""``tsampa serve`` as it is run: web server and worker, started and stopped as one."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from office.operations.offices import ended, environment, free_port, start, started, waited
from tsampa.office.accounts.models import User
from tsampa.office.jobs.actions import ask_job
from tsampa.office.jobs.models import Job, State

SOON = 25.0
"""Seconds in which both must have stopped: what a process may take to end, and a little."""


@contextmanager
def served(home: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = free_port()
    with started(home, "tsampa.cli", "serve", "--port", str(port)) as server:
        waited(lambda: answer(port) == (200, b"ok\n"), "an answer")
        yield server, port
    for pid in children(server.pid):
        os.kill(pid, signal.SIGKILL)


def answer(port: int) -> tuple[int, bytes]:
    link = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        link.request("GET", "/health")
        told = link.getresponse()
        return told.status, told.read()
    except OSError:
        return 0, b""
    finally:
        link.close()


def children(pid: int) -> list[int]:
    found = []
    for one in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(one.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(one.parent.name))
        except OSError:
            continue
    return found


def command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().decode()


def gone(pids: list[int]) -> bool:
    return not any(
        Path(f"/proc/{pid}").exists() and " Z " not in Path(f"/proc/{pid}/stat").read_text() for pid in pids
    )


def test_it_answers_works_and_stops(office: Any, home: Path) -> None:
    with served(home) as (server, _):
        job = ended(ask_job("seal", by="pema"))
        assert (job.state, job.outcome) == (State.DONE, {"seal": 1, "cut": 1})
        both = children(server.pid)
        assert len(both) == 2
        began = time.monotonic()
        server.send_signal(signal.SIGTERM)
        assert server.wait(SOON) == 0
        assert time.monotonic() - began < 10
        assert gone(both)


def test_ctrl_c_stops_both(office_sqlite: Any, home: Path) -> None:
    with served(home) as (server, port):
        both = children(server.pid)
        server.send_signal(signal.SIGINT)
        assert server.wait(SOON) == 0
        assert gone(both)
        assert answer(port)[0] == 0


@pytest.mark.parametrize("which", ["office.worker", "granian"])
def test_when_one_is_killed_the_other_stops(office_sqlite: Any, home: Path, which: str) -> None:
    with served(home) as (server, _):
        both = children(server.pid)
        os.kill(next(one for one in both if which in command(one)), signal.SIGKILL)
        assert server.wait(SOON) == 1
        assert server.stdout is not None
        assert "office-ended" in server.stdout.read()
        assert gone(both)


def test_when_it_is_killed_itself_neither_is_left(office_sqlite: Any, home: Path) -> None:
    with served(home) as (server, _):
        both = children(server.pid)
        server.kill()
        waited(lambda: gone(both), "the end of both", SOON)
        assert gone(both)


def test_a_port_that_is_taken_is_told_before_anything_starts(office_sqlite: Any, home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = start(home, "tsampa.cli", "serve", "--port", str(taken.getsockname()[1]))
        told, _ = server.communicate(timeout=60)
    assert (server.returncode, "office-port" in told) == (2, True)


@pytest.mark.slow
def test_jobs_are_asked_for_and_listed_on_the_command_line(
    office_sqlite: Any, home: Path, tmp_path: Path
) -> None:
    User.objects.create_user("pema")

    def tsampa(*words: str, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "tsampa.cli", "jobs", *words, "--lang", "en"], env=environment(home), cwd=tmp_path,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    said = tsampa("--ask", "snapshot", "out=frozen", "as_of=2020-06-30", "--by", "pema")
    assert "snapshot" in said
    assert "waiting" in said
    for wrong in (["out=frozen"], ["out=a", "as_of=soon"], ["out=a", "as_of=2020-06-30", "for=you"]):
        assert "job-arguments" in tsampa("--ask", "snapshot", *wrong, "--by", "pema", code=2)
    assert "job-kind" in tsampa("--ask", "bread", "--by", "pema", code=2)
    assert "user-unknown" in tsampa("--ask", "seal", "--by", "nobody", code=2)
    assert "NAME=VALUE" in tsampa("--ask", "seal", "now", "--by", "pema", code=2)
    assert Job.objects.get().arguments == {"out": str(tmp_path / "frozen"), "as_of": "2020-06-30"}
