"""Runs web server and worker as one: both start, both stop, and neither is left alone."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Collection
from contextlib import suppress
from types import FrameType

from tsampa.errors import TsampaError

__all__ = ["serve"]

PATIENCE = 20.0
"""Seconds in which a process may end what it is doing before it is killed."""
PAUSE = 0.2
THREADS = 8
"""Pages made at once: more than cores, as some wait for the database's one write lock."""


def serve(host: str, port: int, workers: int = 1) -> None:
    """Serves until told to stop (SIGINT, SIGTERM).

    Raises TsampaError ``office-port`` where nothing can listen there, and ``office-ended`` when one of the two ended by itself:
    the other is stopped then.
    """
    _require_free(host, port)
    stopped = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True

    before = {one: signal.signal(one, stop) for one in (signal.SIGINT, signal.SIGTERM)}
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in _commands(host, port, workers).items():
            running[name] = subprocess.Popen(command, start_new_session=True, preexec_fn=_end_with_parent)
        while not stopped and all(one.poll() is None for one in running.values()):
            time.sleep(PAUSE)
        ended = [(name, one.returncode) for name, one in running.items() if one.returncode is not None]
    finally:
        _end(running.values())
        for one, handler in before.items():
            signal.signal(one, handler)
    if not stopped:
        name, code = ended[0]
        raise TsampaError(
            "office-ended", f"the {name} ended ({code}), and everything with it", remedy="See the log above, and start it again."
        )  # fmt: skip


def _require_free(host: str, port: int) -> None:
    try:
        with socket.create_server((host, port)):
            pass
    except (OSError, OverflowError) as error:
        raise TsampaError(
            "office-port", f"nothing can listen at {host}:{port}: {getattr(error, 'strerror', None) or error}", usage=True,
            remedy="Stop what listens there, or choose another --port.",
        ) from None  # fmt: skip


def _end_with_parent() -> None:
    """Linux stops this process when the one that started it is killed; elsewhere it must be stopped by hand."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def _commands(host: str, port: int, workers: int) -> dict[str, list[str]]:
    web = [
        "granian", "--interface", "wsgi", "--blocking-threads", str(THREADS), "--host", host, "--port", str(port), "--workers", str(workers),
        "tsampa.office.wsgi:application",
    ]  # fmt: skip
    worker = ["tsampa.office.worker"]
    return {name: [sys.executable, "-m", *one] for name, one in (("web server", web), ("worker", worker))}


def _end(running: Collection[subprocess.Popen[bytes]]) -> None:
    """Asks each to stop, and kills what does not in time; a job that is killed is found by the next worker."""
    for one in running:
        if one.poll() is None:
            one.send_signal(signal.SIGTERM)
    until = time.monotonic() + PATIENCE
    for one in running:
        try:
            one.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            one.kill()
            one.wait()
    for one in running:  # the web server has processes of its own, which outlive it where it was killed
        with suppress(ProcessLookupError):
            os.killpg(one.pid, signal.SIGKILL)
