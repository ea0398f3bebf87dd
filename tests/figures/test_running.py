"""Where the database fails on a mistake of its own, a figure is worked out another way and not given up."""

from __future__ import annotations

import duckdb
import pytest

from tsampa.figures.running import running

SETTING = "SELECT current_setting('disabled_optimizers')"


def test_a_mistake_of_the_database_is_gone_around() -> None:
    tried: list[str] = []

    def work(con: duckdb.DuckDBPyConnection) -> int:
        tried.append(con.execute(SETTING).fetchall()[0][0])
        if len(tried) == 1:
            raise duckdb.InternalException("dict-surviving join")
        return 7

    assert running(work) == 7
    assert tried[0] == ""
    assert "join_order" in tried[1]


def test_any_other_mistake_stays_one() -> None:
    with pytest.raises(duckdb.CatalogException):
        running(lambda con: con.execute("SELECT * FROM nothing"))
