"""Files that are missing, cut, flipped or exchanged, before the count and during it; counts that are killed or find no room."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from assessment.test_partitions import DAY, freeze, register
from tsampa.assessment import assess
from tsampa.cli import main
from tsampa.errors import TsampaError

HOUSES = "households/county=01/part-0.parquet"


def missing(path: Path) -> None:
    path.unlink()


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 255
    path.write_bytes(data)


def exchanged(path: Path) -> None:
    """Another sound Parquet file of the same columns: one household renamed."""
    source = f"read_parquet('{path}', hive_partitioning = false)"
    other = path.with_suffix(".other")
    duckdb.execute(
        f"COPY (SELECT * REPLACE (replace(code, 'A', 'Z') AS code) FROM {source}) TO '{other}' (FORMAT parquet)"
    )
    other.replace(path)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


BREAKS = [missing, truncated, flipped, exchanged, emptied]
by_name = pytest.mark.parametrize("broken", BREAKS, ids=lambda one: one.__name__)


def counties(folder: Path, number: int = 3) -> list[Path]:
    return [freeze(folder / f"s{c}", register(1, c)).path for c in range(number)]


def left(folder: Path) -> list[str]:
    """What stands beside the snapshots."""
    return sorted(one.name for one in folder.iterdir() if not one.name.startswith("s"))


@by_name
def test_a_partition_broken_before_the_count(broken: Callable[[Path], None], tmp_path: Path) -> None:
    paths = counties(tmp_path)
    broken(paths[1] / HOUSES)
    with pytest.raises(TsampaError) as caught:
        assess(paths, "middle_village", DAY, tmp_path / "out")
    assert caught.value.code == "snapshot-broken"
    assert HOUSES in caught.value.message
    assert caught.value.where == str(paths[1])
    assert left(tmp_path) == []


@by_name
@pytest.mark.parametrize("stage", ["verify", "assess"])
def test_a_partition_broken_after_it_was_verified(
    broken: Callable[[Path], None], stage: str, tmp_path: Path
) -> None:
    paths = counties(tmp_path)

    def progress(now: str, done: int, total: int) -> None:
        if now == stage and done == total:
            broken(paths[1] / HOUSES)

    with pytest.raises(TsampaError) as caught:
        assess(paths, "middle_village", DAY, tmp_path / "out", progress=progress)
    assert caught.value.code == "snapshot-changed"
    assert HOUSES in caught.value.message
    assert caught.value.where == str(paths[1])
    assert left(tmp_path) == []


def test_a_file_written_anew_with_the_same_bytes_is_no_fault(tmp_path: Path) -> None:
    paths = counties(tmp_path)

    def progress(now: str, done: int, total: int) -> None:
        if now == "verify" and done == total:
            place = paths[1] / HOUSES
            shutil.copy(place, tmp_path / "s-copy")
            (tmp_path / "s-copy").replace(place)

    assert (
        assess(paths, "middle_village", DAY, tmp_path / "out", progress=progress).manifest.rows["household"]
        == 6
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_command_says_it_in_both_languages(
    lang: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    paths = [str(one) for one in counties(tmp_path)]
    missing(Path(paths[1]) / HOUSES)
    words = ["assess", *paths, "--programme", "middle_village", "--on", "2020-06-30", str(tmp_path / "out")]
    with pytest.raises(SystemExit) as ended:
        main([*words, "--lang", lang])
    said = capfd.readouterr()
    assert (ended.value.code, said.out) == (1, "")
    assert "[snapshot-broken]" in said.err
    assert ("缺少" in said.err) == (lang == "zh")
    with pytest.raises(SystemExit) as ended:
        main([*words, "--json"])
    told = json.loads(capfd.readouterr().out)
    assert (ended.value.code, told["error"]["code"]) == (1, "snapshot-broken")
    assert left(tmp_path) == []


SLOW = """
import sys, time
from datetime import date
from tsampa.assessment import assess

def progress(stage, done, total):
    if stage == "assess":
        print("counting", flush=True)
        time.sleep(60)

assess(sys.argv[2:], "middle_village", date(2020, 6, 30), sys.argv[1], progress=progress)
"""


def test_a_killed_count_leaves_no_result_and_the_next_run_clears_away(tmp_path: Path) -> None:
    paths, out = counties(tmp_path), tmp_path / "out"
    command = [sys.executable, "-c", SLOW, str(out), *map(str, paths)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == b"counting\n"
        running = left(tmp_path)
        # Somebody else's count into the same place takes nothing from one that is still running.
        assess(paths, "middle_village", DAY, out)
        assert set(running) <= set(left(tmp_path))
        shutil.rmtree(out)
        first.send_signal(signal.SIGKILL)
    assert [name for name in left(tmp_path) if not name.startswith(".out.")] == []
    assert left(tmp_path) == running != []
    assess(paths, "middle_village", DAY, out)
    assert left(tmp_path) == ["out"]


def test_a_full_disk_is_said_and_nothing_is_left(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-rm", "true"], check=False).returncode:
        pytest.skip("no file system of a few pages can be mounted here")
    words = [
        sys.executable,
        "-m",
        "tsampa.cli",
        "assess",
        *map(str, counties(tmp_path)),
        "--programme",
        "middle_village",
    ]
    words += ["--on", "2020-06-30", str(small / "out"), "--json"]
    script = f'mount -t tmpfs -o size=32k none {small} && "$@"; code=$?; ls -A {small} >&2; exit $code'
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, "sh", *words], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads(done.stdout)["error"]["code"] in ("backend-exhausted", "output-unwritable")


def test_too_little_memory_is_said_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tsampa.assessment.run as running

    connect = running.connect
    monkeypatch.setattr(
        running, "connect", lambda spill=None, memory=None: connect(None, "1MB" if memory else None)
    )
    with pytest.raises(TsampaError) as caught:
        assess(counties(tmp_path), "middle_village", DAY, tmp_path / "out")
    assert caught.value.code == "backend-exhausted"
    assert left(tmp_path) == []
