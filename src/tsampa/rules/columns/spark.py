"""Runs a plan in Apache Spark: rows go in and out as Parquet; views that several read are kept in its cache."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
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
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession
except ImportError:
    raise missing("pyspark", "spark") from None

__all__ = ["Spark"]

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.sql.ansi.enabled": "true",  # what does not fit is an error, not a null
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.caseSensitive": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.binaryAsString": "true",
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


class Spark(Backend):
    """A session of a Spark application; sessions of one process share the application."""

    dialect = SPARK

    def __init__(self, con: duckdb.DuckDBPyConnection, master: str, spill: Path | None = None) -> None:
        super().__init__(con, spill)
        settings = SETTINGS | (LOCAL if master.startswith("local") else {})
        with _spoken():
            builder = SparkSession.builder.master(master).appName("tsampa")
            for name, value in (settings | FORGOTTEN).items():
                builder = builder.config(name, value)
            self.session = builder.getOrCreate().newSession()
            for name, value in settings.items():
                if name.startswith("spark.sql."):
                    self.session.conf.set(name, value)
        self._kept: list[str] = []

    def load(self, name: str, columns: dict[str, Kind], query: str) -> str:
        """Takes the rows of a DuckDB query under a name; gives what stands after FROM to read them."""
        file = self.scratch(f"{name}.parquet")
        listed = ", ".join(map(quoted, columns))
        self.con.execute(f"COPY (SELECT {listed} FROM ({query})) TO '{file}' (FORMAT parquet)")
        with _spoken():
            self.session.read.parquet(str(file)).createOrReplaceTempView(name)
        return quoted(name)

    def run(self, plan: Plan) -> None:
        """Runs the plan's statements. Raises TsampaError ``rule-overflow``, ``backend-lost`` or ``backend-exhausted``."""
        for one in plan.statements:
            with _spoken():
                self.session.sql(one.query).createOrReplaceTempView(one.name)
                if one.uses > 1:
                    self.session.catalog.cacheTable(one.name)
                    self._kept.append(one.name)

    def bring(self, output: Output) -> str:
        """The output's rows as something DuckDB's connection can read: text that stands after FROM. Raises as ``run``."""
        folder = self.scratch(f"{output.entity}-{uuid4().hex}")
        with _spoken():
            self.session.sql(selected(output, self.dialect.types)).write.parquet(str(folder))
        return f"read_parquet('{folder}/*.parquet', hive_partitioning = false)"

    def close(self) -> None:
        """Ends the session; the application goes on for the next one."""
        with _spoken():
            for name in self._kept:
                self.session.catalog.uncacheTable(name)


@contextmanager
def _spoken() -> Iterator[Any]:
    """Spark's errors as ours: numbers too large, an application that is full or gone."""
    try:
        yield
    except PySparkException as error:
        if any(word in str(error) for word in ("OVERFLOW", "OUT_OF_RANGE", "NUMERIC_VALUE_OUT_OF_RANGE")):
            raise TsampaError(
                "rule-overflow",
                f"a number grew too large to be held: {str(error).splitlines()[0]}",
                remedy="Look for absurd values in the snapshot, or for a product of large numbers in the rules.",
            ) from None
        raise _ended(error) or error from None
    except (Py4JError, ConnectionError) as error:
        raise _ended(error) or lost("spark", error) from None


def _ended(error: Exception) -> TsampaError | None:
    """Spark says in words alone that it has no room, or that its application was stopped."""
    said = str(error)
    if any(word in said for word in ("OutOfMemory", "No space left on device", "Not enough memory")):
        return exhausted("spark", error)
    if any(word in said for word in ("stopped SparkContext", "shut down", "shutdown")):
        return lost("spark", error)
    return None
