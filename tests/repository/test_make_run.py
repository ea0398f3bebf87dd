"""The README's first command, in a folder as a newcomer has it: a clone of what is committed, nothing else."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_make_run_leaves_a_bulletin_whose_numbers_open(tmp_path: Path) -> None:
    here = tmp_path / "tsampa"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(here)], check=True, timeout=60)
    made = subprocess.run(["make", "run"], cwd=here, capture_output=True, text=True, check=False, timeout=300)
    assert made.returncode == 0, made.stdout + made.stderr
    assert (here / "build/bailang/bulletin.pdf").read_bytes().startswith(b"%PDF")
    command = made.stdout.strip().splitlines()[-1].split()
    opened = subprocess.run(
        [*command, "--json"], cwd=here, capture_output=True, text=True, check=True, timeout=60
    )
    assert json.loads(opened.stdout)["figure"]["value"] == "4071"
