"""Spark stopped, killed, or without room in the middle of a count: a clear error, nothing left, and the next count works."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from assessment.test_broken_snapshots import counties, left
from assessment.test_partitions import DAY
from tsampa.assessment import assess
from tsampa.errors import TsampaError

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


def stop() -> None:
    """As somebody does who ends the application, in good order."""
    from pyspark.sql import SparkSession

    SparkSession._instantiatedSession.stop()


def stop_in_java() -> None:
    """As a cluster does: Python is not told."""
    from pyspark import SparkContext

    SparkContext._active_spark_context._jsc.stop()


def kill() -> None:
    """As the machine does when its memory is needed elsewhere."""
    from pyspark import SparkContext

    os.kill(SparkContext._gateway.proc.pid, signal.SIGKILL)


def ends(how: Callable[[], None], ended: threading.Event) -> None:
    """Ends the application as soon as it is in the middle of something."""
    from pyspark.sql import SparkSession

    limit = time.monotonic() + 120
    while not ended.is_set() and time.monotonic() < limit:
        running = SparkSession._instantiatedSession
        if running is not None and running.sparkContext.statusTracker().getActiveStageIds():
            ended.set()
            how()
        time.sleep(0.01)


@pytest.mark.parametrize("how", [stop, stop_in_java, kill], ids=lambda one: one.__name__)
def test_an_application_that_ends_midway(how: Callable[[], None], spark: str, tmp_path: Path) -> None:
    places, ended = counties(tmp_path, 4), threading.Event()
    watcher = threading.Thread(target=ends, args=(how, ended))
    watcher.start()
    try:
        with pytest.raises(TsampaError) as caught:
            assess(places, "middle_village", DAY, tmp_path / "out", backend=spark)
        assert ended.is_set()
    finally:
        ended.set()
        watcher.join()
    assert caught.value.code == "backend-lost"
    assert "spark" in caught.value.message
    assert left(tmp_path) == []
    found = assess(places[:1], "middle_village", DAY, tmp_path / "out", backend=spark)
    assert found.manifest.rows["household"] == 2


FULL = {
    "too little for one task": ("spark.memory.fraction=0.0001", ""),
    "Java's own": ("spark.testing.memory=1000000000", "-Xmx90m"),
}


@pytest.mark.parametrize("full", FULL)
def test_an_application_without_memory(full: str, spark: str, tmp_path: Path) -> None:
    setting, options = FULL[full]
    words = [
        "assess",
        *map(str, counties(tmp_path, 2)),
        "--programme",
        "middle_village",
        "--on",
        "2020-06-30",
    ]
    words += [str(tmp_path / "out"), "--backend", f"{spark}&{setting}", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "tsampa.cli", *words], env=os.environ | ({"_JAVA_OPTIONS": options} if options else {}),
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == "backend-exhausted"
    assert left(tmp_path) == []


def test_an_error_whose_words_java_took_with_it(spark: str) -> None:
    from py4j.protocol import Py4JError

    from tsampa.rules.columns.spark import _spoken

    class MuteError(Py4JError):
        """As py4j's own: its text is asked for from a Java that has ended meanwhile."""

        def __str__(self) -> str:
            raise ConnectionRefusedError

    with pytest.raises(TsampaError) as caught, _spoken():
        raise MuteError
    assert (caught.value.code, caught.value.message) == ("backend-lost", "spark cannot be reached: MuteError")
