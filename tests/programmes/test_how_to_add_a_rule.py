"""Follows docs/how-to/add-a-rule.md to the letter, in a folder of its own."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from repository.files import ROOT

PAGE = ROOT / "docs" / "how-to" / "add-a-rule.md"
BLOCK = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ALLOWED = ("cp", "tsampa")


def blocks() -> list[tuple[str, str, str]]:
    return BLOCK.findall(PAGE.read_text(encoding="utf-8"))


def commands(block: str) -> Iterator[tuple[str, list[str]]]:
    """Each command with the lines the page shows below it."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, *shown = part.splitlines()
        yield command, [line for line in shown if line.strip()]


def follow(folder: Path) -> None:
    for kind, file, text in blocks():
        if file:
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif kind == "console":
            for command, shown in commands(text):
                said = output(command, folder)
                assert [line for line in shown if line not in said] == [], f"$ {command}\n{said}"


def output(command: str, folder: Path) -> str:
    """What the command prints, on lines joined so that the width of the terminal does not matter."""
    words = shlex.split(command)
    assert words[0] in ALLOWED, command
    if words[0] == "tsampa":
        words = [sys.executable, "-m", "tsampa.cli", *words[1:]]
    path = {"PYTHONPATH": str(ROOT / "src"), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        words,
        cwd=folder,
        env=os.environ | path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.slow
def test_a_newcomer_gets_there_by_the_page_alone(tmp_path):
    home = tmp_path / "tsampa"
    home.mkdir()
    (home / "src").symlink_to(ROOT / "src")
    follow(home)
    assert (tmp_path / "my_village" / "rules" / "fuel.py").is_file()


def test_every_block_of_the_page_is_a_file_or_a_command():
    found = blocks()
    assert len(found) == PAGE.read_text(encoding="utf-8").count("\n```") // 2
    assert [kind for kind, file, _ in found if not file and kind != "console"] == []


def test_the_page_leaves_the_shipped_programme_alone():
    assert all(file.startswith("../my_village/") for _, file, _ in blocks() if file)
