"""An assessment is on disk, every file and every name of it, before it is seen under its name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assessment.test_broken_snapshots import counties
from assessment.test_partitions import DAY
from tsampa.assessment import assess


class Disk:
    """What was forced to disk: files, and of folders the names they had then."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.files, self.folders = set[str](), dict[str, set[str]]()
        self._sync = os.fsync
        monkeypatch.setattr(os, "fsync", self._note)

    def _note(self, handle: int) -> None:
        path = os.readlink(f"/proc/self/fd/{handle}")
        if os.path.isdir(path):
            self.folders[path] = set(os.listdir(path))
        else:
            self.files.add(path)
        self._sync(handle)


def lost_by_a_crash(out: Path, disk: Disk) -> list[str]:
    """Whatever of the folder was not safe when it got its name."""
    beside = f"{out.parent}/.{out.name}."
    (staged,) = {path for path in disk.folders if path.startswith(beside) and path.endswith(".part")}
    lost = []
    for root, folders, names in os.walk(out):
        made_as = staged + root[len(str(out)) :]
        lost += {*folders, *names} - disk.folders.get(made_as, set())
        fresh = [one for one in names if os.stat(f"{root}/{one}").st_nlink == 1]
        lost += [one for one in fresh if f"{made_as}/{one}" not in disk.files]
    return lost


@pytest.mark.parametrize("again", [False, True])
def test_all_is_on_disk_before_it_is_seen(
    again: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = counties(tmp_path, 3)
    earlier = assess(places, "middle_village", DAY, tmp_path / "earlier").path if again else None
    disk = Disk(monkeypatch)
    assess(places, "middle_village", DAY, tmp_path / "out", since=earlier)
    assert lost_by_a_crash(tmp_path / "out", disk) == []
    assert str(tmp_path) in disk.folders  # the name itself


def test_what_is_not_on_disk_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(monkeypatch)
    assess(counties(tmp_path, 2), "middle_village", DAY, tmp_path / "out")
    part = next((tmp_path / "out" / "results").rglob("*.parquet"))
    (part.parent / "late.parquet").write_bytes(b"")
    assert set(lost_by_a_crash(tmp_path / "out", disk)) == {"late.parquet"}
