"""Runs a plan in Apache Spark: rows go in and out as Parquet; what several read is worked out once and held."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl
from uuid import uuid4

from tsampa.errors import TsampaError
from tsampa.rules.columns.backend import Backend, exhausted, lost, missing, selected
from tsampa.rules.columns.sql import SPARK, quoted
from tsampa.schema import Kind

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from tsampa.rules.columns.plan import Output, Plan

try:
    from py4j.protocol import Py4JError
    from pyspark import SparkContext
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession
    from pyspark.sql.types import BooleanType, DataType, DateType, LongType, StringType, StructType
except ImportError:
    raise missing("pyspark", "spark") from None

__all__ = ["Spark"]

TYPES: dict[Kind, DataType] = {
    Kind.BOOL: BooleanType(), Kind.NUMBER: LongType(), Kind.TEXT: StringType(), Kind.DATE: DateType(),
}  # fmt: skip

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.ansi.enabled": "true",  # what does not fit is an error, not a null
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.caseSensitive": "true",
    "spark.sql.session.timeZone": "UTC",
}

FORGOTTEN = {
    "spark.sql.maxPlanStringLength": "1000",
    "spark.sql.ui.retainedExecutions": "1",
    "spark.ui.retainedJobs": "1",
    "spark.ui.retainedStages": "1",
    "spark.ui.retainedTasks": "1",
}
"""Spark keeps the last thousand plans, written out, for its web page; a rulebook's are deep, and nobody looks."""

LOCAL = {
    "spark.driver.memory": "4g",
    "spark.sql.shuffle.partitions": "2",
}
"""Where everything runs in one process; a cluster has settings of its own."""

SMALL = 100_000
"""Rows up to which compiling a plan to Java, and cutting its rows into parts, take longer than they save."""

AT_ONCE = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    "spark.sql.shuffle.partitions": "1",
}
"""How few rows are counted: by one thread from beginning to end."""

OUT_OF_MEMORY = 52
"""The exit code by which Spark's Java says so."""

PATIENCE = 5
"""Seconds in which a Java that no longer answers has ended, or has not."""

opening = Lock()


class Spark(Backend):
    """A session of a Spark application; sessions of one process share the application.

    ``address`` is the master, and after a question mark Spark's own settings: ``local[2]?spark.driver.memory=8g``.
    """

    dialect = SPARK

    def __init__(self, con: duckdb.DuckDBPyConnection, address: str, spill: Path | None = None) -> None:
        super().__init__(con, spill)
        master, _, own = address.partition("?")
        local = LOCAL if master.startswith("local") else {}
        settings = SETTINGS | local | dict(parse_qsl(own))
        with _spoken():
            self.session = _application(master, FORGOTTEN | settings).newSession()
            self._set(settings)
            self._closed = self._watched()
        self._rows = 0
        self._held: list[Any] = []

    def load(self, name: str, columns: dict[str, Kind], query: str) -> str:
        """Takes the rows of a DuckDB query under a name; gives what stands after FROM to read them."""
        file = self.scratch(f"{name}.parquet")
        listed = ", ".join(map(quoted, columns))
        copy = f"COPY (SELECT {listed} FROM ({query})) TO '{file}' (FORMAT parquet)"
        (rows,) = self.con.execute(copy).fetchone() or (0,)
        self._rows += rows
        schema = StructType()
        for column, kind in columns.items():
            schema.add(column, TYPES[kind])
        with _spoken():
            found = self.session.read.schema(schema).parquet(str(file))
            # Rows that stand in one part are never sent anywhere.
            (found.coalesce(1) if rows < SMALL else found).createOrReplaceTempView(name)
        return quoted(name)

    def run(self, plan: Plan) -> None:
        """Runs the plan's statements. Raises TsampaError ``rule-overflow``, ``backend-lost`` or ``backend-exhausted``.

        What several read is worked out at once and held: a view of views would be planned again wherever it is read.
        """
        with _spoken():
            if self._rows < SMALL:
                self._set(AT_ONCE)
            for one in plan.statements:
                found = self.session.sql(one.query)
                if one.uses > 1:
                    found = found.localCheckpoint()
                    self._held.append(found)
                found.createOrReplaceTempView(one.name)

    def bring(self, output: Output) -> str:
        """The output's rows as something DuckDB's connection can read: text that stands after FROM. Raises as ``run``."""
        folder = self.scratch(f"{output.entity}-{uuid4().hex}")
        with _spoken():
            self.session.sql(selected(output, self.dialect.types)).write.parquet(str(folder))
        return f"read_parquet('{folder}/*.parquet', hive_partitioning = false)"

    def close(self) -> None:
        """Gives up what is held; the application goes on for the next session."""
        self._closed.set()
        with _spoken():
            for one in self._held:
                one._jdf.queryExecution().analyzed().rdd().unpersist(False)

    def _watched(self) -> Event:
        """Has somebody look whether the application is stopped while we wait for it, until the event is set."""
        application, closed = self.session.sparkContext, Event()
        ours = application._jvm.java.lang.Thread.currentThread()
        Thread(target=_interrupt_if_stopped, args=(application._jsc, ours, closed), daemon=True).start()
        return closed

    def _set(self, settings: dict[str, str]) -> None:
        for name, value in settings.items():
            if name.startswith("spark.sql."):
                self.session.conf.set(name, value)


def _application(master: str, settings: dict[str, str]) -> SparkSession:
    """The application of this process, or a new one where there is none, or none that still runs."""
    with opening:
        _forget_dead_java()
        found = _started(master, settings)
        if found._jsc.sc().isStopped():
            found.stop()
            found = _started(master, settings)
        return found


def _interrupt_if_stopped(application: Any, waiting: Any, closed: Event) -> None:
    """A job handed in at the moment when Spark stops is never answered; Java's thread that waits for it is woken."""
    try:
        while not closed.wait(1):
            if application.sc().isStopped() and not closed.wait(1):
                waiting.interrupt()
    except (Py4JError, ConnectionError):
        return  # Java itself has ended: whoever waits hears that


def _started(master: str, settings: dict[str, str]) -> SparkSession:
    builder = SparkSession.builder.master(master).appName("tsampa")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _forget_dead_java() -> None:
    """pyspark would go on speaking to a Java that has ended, for ever."""
    if SparkContext._gateway is None or _exit_code() is None:
        return
    if SparkContext._active_spark_context is not None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it could not be stopped in good order
            SparkContext._active_spark_context.stop()
    SparkContext._gateway.shutdown()
    SparkContext._gateway = SparkContext._jvm = None
    SparkSession._instantiatedSession = SparkSession._activeSession = None


def _exit_code() -> int | None:
    """With what code our Java ended; None while it runs, or where it is not ours."""
    process = getattr(SparkContext._gateway, "proc", None)
    return None if process is None else process.poll()


@contextmanager
def _spoken() -> Iterator[Any]:
    """Spark's errors as ours: numbers too large, an application that is full or gone."""
    try:
        yield
    except PySparkException as error:
        said = _words(error)
        if any(word in said for word in ("OVERFLOW", "OUT_OF_RANGE", "NUMERIC_VALUE_OUT_OF_RANGE")):
            raise TsampaError(
                "rule-overflow",
                f"a number grew too large to be held: {said.splitlines()[0]}",
                remedy="Look for absurd values in the snapshot, or for a product of large numbers in the rules.",
            ) from None
        raise _ended(said) or error from None
    except (Py4JError, ConnectionError) as error:
        said = _words(error)
        raise _ended(said) or _silent(said) from None


def _words(error: Exception) -> str:
    """What the error says. Some ask Java for it, which may have ended meanwhile."""
    try:
        return str(error)
    except (Py4JError, ConnectionError):
        return str(getattr(error, "errmsg", "")) or type(error).__name__


def _silent(said: str) -> TsampaError:
    """What a Java that does not answer died of, if it has: its exit code says whether it ran out of memory."""
    limit = time.monotonic() + PATIENCE
    while SparkContext._gateway is not None and _exit_code() is None and time.monotonic() < limit:
        time.sleep(0.05)
    return (exhausted if _exit_code() == OUT_OF_MEMORY else lost)("spark", said)


FULL = ("OutOfMemory", "UNABLE_TO_ACQUIRE_MEMORY", "No space left on device", "Not enough memory")
GONE = (
    "stopped SparkContext",
    "SparkContext was shut down",
    "shut down",
    "shutdown",
    "Checkpoint block",
    "InterruptedException",
)


def _ended(said: str) -> TsampaError | None:
    """Spark says in words alone that it has no room, that it was stopped, or that what a machine held is gone with it.

    A Java that ends for want of memory stops its application first.
    """
    if any(word in said for word in FULL):
        return exhausted("spark", said)
    return _silent(said) if any(word in said for word in GONE) else None
