"""Runs web server and worker as one: both start, both stop, and neither is left alone."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from types import FrameType

__all__ = ["serve"]

PATIENCE = 20.0
"""Seconds in which a process may end what it is doing before it is killed."""
PAUSE = 0.2


def serve(host: str, port: int, workers: int = 1) -> int:
    """Serves until told to stop (SIGINT, SIGTERM) or until one of the two ends; gives the exit code, 0 when told to stop."""
    stopped = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True

    before = {one: signal.signal(one, stop) for one in (signal.SIGINT, signal.SIGTERM)}
    running = [
        subprocess.Popen(command, start_new_session=True) for command in _commands(host, port, workers)
    ]
    try:
        while not stopped and all(one.poll() is None for one in running):
            time.sleep(PAUSE)
    finally:
        _end(running)
        for one, handler in before.items():
            signal.signal(one, handler)
    return 0 if stopped else next((one.returncode for one in running if one.returncode), 1)


def _commands(host: str, port: int, workers: int) -> list[list[str]]:
    web = ["granian", "--interface", "asginl", "--host", host, "--port", str(port), "--workers", str(workers), "tsampa.office.asgi:application"]  # fmt: skip
    worker = ["tsampa.office.worker"]
    return [[sys.executable, "-m", *one] for one in (web, worker)]


def _end(running: Sequence[subprocess.Popen[bytes]]) -> None:
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
