"""The benchmark of engines still runs and agrees, and what the README says of it is what was recorded."""

import json
import subprocess
import sys

from repository.files import ROOT


def lines(*words):
    command = [sys.executable, str(ROOT / "benchmarks" / "assess.py"), *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [json.loads(one) for one in done.stdout.splitlines()]


def test_engines_agree_on_every_row(tmp_path):
    floor, tsampa, sql = lines(
        "--households", "3000", "--engines", "floor,tsampa,sql", "--times", "1", "--folder", str(tmp_path)
    )  # fmt: skip
    assert (floor["engine"], tsampa["engine"], sql["engine"]) == ("floor", "tsampa", "sql")
    assert (sql["rows_compared"], sql["rows_differ"]) == (3020, 0)


def test_an_engine_that_takes_too_long_says_so_and_the_run_goes_on(tmp_path):
    words = ["--households", "150", "--engines", "tsampa,floor", "--times", "1", "--folder", str(tmp_path)]
    assert [one["error"] for one in lines(*words, "--limit", "0.01")] == ["took longer than 0.01 s"] * 2


def test_a_changed_row_would_be_found(tmp_path):
    lines("--households", "300", "--engines", "tsampa,sql", "--times", "1", "--folder", str(tmp_path))
    import duckdb

    out = tmp_path / "300" / "out"
    changed = (
        ("household", "* REPLACE (CASE WHEN code LIKE '%-0007' THEN income + 1 ELSE income END AS income)"),
        ("village", "* REPLACE (nextafter(gap, 1) AS gap)"),
    )
    sys.path.insert(0, str(ROOT / "benchmarks"))
    from agree import compare

    for name, columns in changed:
        duckdb.sql(f"COPY (SELECT {columns} FROM '{out}/sql/{name}s.parquet') TO '{out}/{name}.parquet'")
        (out / f"{name}.parquet").rename(out / "sql" / f"{name}s.parquet")
    assert compare(out / "tsampa", out / "sql")["rows_differ"] == 4


def test_the_table_and_the_picture_are_what_was_recorded():
    command = [sys.executable, str(ROOT / "benchmarks" / "table.py"), "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
