"""Every command and every piece of Python in the how-to documents is run, in a folder of its own."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [page for page in sorted((ROOT / "docs" / "how-to").glob("*.md")) if page.name != "add-a-rule.md"]
BLOCK = re.compile(r"^```(console|python)( exit=(\d))?\n(.*?)^```", re.DOTALL | re.MULTILINE)


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_says_works(page: Path, tmp_path: Path) -> None:
    (tmp_path / "src").symlink_to(ROOT / "src")
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    assert blocks
    for kind, _, code, text in blocks:
        if kind == "python":
            run([sys.executable, "-c", text], tmp_path, 0)
            continue
        for line in text.splitlines():
            assert line.startswith("$ tsampa "), line
            run([sys.executable, "-m", "tsampa.cli", *shlex.split(line)[2:]], tmp_path, int(code or 0))


def run(command: list[str], folder: Path, code: int) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=180)
    assert done.returncode == code, f"{command}\n{done.stdout}{done.stderr}"


def test_the_readme_names_make_targets_that_exist() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make (\w+)", text, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_the_benchmark_of_the_readme_runs() -> None:
    command = [sys.executable, str(ROOT / "benchmarks" / "count.py")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    figures = {one["figure"]: one["value"] for one in map(json.loads, done.stdout.splitlines())}
    assert figures["households exactly on the line judged below it"] == 0
    assert figures["households exactly on the line judged to meet it"] == 200_000
    assert figures["variables"] >= 40
