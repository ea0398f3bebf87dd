"""The README's table of commands: each row is run as it stands, with something real in each of its places; by test-slow."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from office.operations.offices import free_port, waited

ROOT = Path(__file__).resolve().parents[2]
VILLAGE = ROOT / "src" / "tsampa" / "programmes" / "middle_village"
ROWS = re.findall(r"^\| `tsampa (.*?)` \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
PAGES = [
    ROOT / "README.md",
    ROOT / "DEVELOPERS.md",
    ROOT / "GLOSSARY.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]


WRITE = """
from tsampa.office.areas.models import Area
from tsampa.office.history import change
from tsampa.office.register.models import Household
with change(by="zhaxi"):
    above = None
    for level in ("province", "prefecture", "county", "township", "village"):
        above = Area.objects.create(code=level, name=level, level=level, parent=above)
    Household.objects.create(code="A01", area_id="village")
from tsampa.office.accounts.models import User
User.objects.create_user("zhaxi")
"""


def serve(words: list[str], folder: Path, home: Path) -> int:
    """Until it answers, and then it is stopped; its exit code."""
    given = words if "--port" in words else [*words, "--port", str(free_port())]
    command = [sys.executable, "-m", "tsampa.cli", *given]
    told = os.environ | {"TSAMPA_HOME": str(home)}
    with subprocess.Popen(command, cwd=folder, env=told, stdout=subprocess.DEVNULL) as server:
        try:
            waited(lambda: _answers(int(given[-1])), "an answer")
        finally:
            server.send_signal(signal.SIGTERM)
        return server.wait(30)


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def tsampa(words: list[str], folder: Path, home: Path | None = None) -> int:
    """The command's exit code, nought or else all that was said fails the test."""
    done = subprocess.run(
        [sys.executable, "-m", "tsampa.cli", *words], cwd=folder, capture_output=True, text=True, check=False, timeout=180,
        env=os.environ | {"TSAMPA_HOME": str(home or folder / "office")},
    )  # fmt: skip
    assert done.returncode == 0, f"{words}\n{done.stdout}{done.stderr}"
    return done.returncode


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot and two assessments of each programme that the rows need."""
    folder = tmp_path_factory.mktemp("made")
    sheet = [
        str(VILLAGE / "sheets" / "households.csv"),
        "--mapping",
        str(VILLAGE / "sheets" / "households.yaml"),
    ]
    tsampa(["import", *sheet, "snapshot"], folder)
    for name in ("assessment", "other"):
        tsampa(["assess", "snapshot", "--programme", "middle_village", "--on", "2019-12-31", name], folder)
    tsampa(["demo", "county", "--households", "600"], folder)
    for words in (
        ["office", "migrate"],
        ["office", "shell", "-c", WRITE],
        ["seal"],
        ["backup", "backup.age"],
    ):
        tsampa(words, folder)
    tsampa(["assess", "county", "--programme", "bailang", "--on", "2020-06-30", "judged"], folder)
    return folder


def spelled(row: str) -> list[list[str]]:
    """The commands that a row stands for: each choice, without and with what may be left out."""
    row = row.replace("\\|", "|")
    bare, whole = re.sub(r" \[[^]]*\]", "", row), row.replace("[", "").replace("]", "")
    found = []
    for text in dict.fromkeys((bare, whole)):
        choices = re.search(r"(\S*\|\S*)", text)
        options = choices[1].split("|") if choices else [""]
        stem = options[0].partition(".")[0]
        for option in options:
            filled = f"{stem}{option}" if option.startswith(".") else option
            found.append(shlex.split(text.replace(choices[1], filled) if choices else text))
    return found


def places(words: list[str], made: Path, out: Path) -> list[str]:
    bulletin = words[0] == "bulletin"
    given = {
        "SHEET": str(VILLAGE / "sheets" / "households.csv"), "FILE": str(VILLAGE / "sheets" / "households.yaml"),
        "SNAPSHOT": str(made / "snapshot"), "NAME": "middle_village", "PROGRAMME": "middle_village", "DATE": "2019-12-31",
        "ASSESSMENT": str(made / ("judged" if bulletin else "assessment")), "FIGURE": "households", "HOUSEHOLD": "A01",
        "CODE": "999901", "USERNAME": "zhaxi", "ROLE": "village_worker", "VILLAGE": "village", "PORT": str(free_port()), "CUT": "1", "BACKUP": str(made / "backup.age"), "TABLE": "register_household", "KEY": "A01", "TEXT": "court", "N": "600", "PARAMETER=VALUE": "poverty_line=4000", "OUT": str(out), **{f"OUT.{kind}": f"{out}.{kind}" for kind in ("pdf", "html", "json")},
    }  # fmt: skip
    return [given.get(word, word) for word in words]


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS)
def test_the_row_can_be_run(row: str, made: Path, tmp_path: Path) -> None:
    commands = spelled(row)
    for number, words in enumerate(commands):
        # These make an office where there is none.
        new = words[0] in ("demo-office", "restore")
        home = tmp_path / f"office{number}" if new else made / "office"
        if words[0] == "restore":
            home.mkdir()
            shutil.copy(made / "office" / "backup.key", home)
        run = serve if words[0] == "serve" else tsampa
        assert run(places(words, made, tmp_path / f"out{number}"), tmp_path, home) == 0


def test_choices_and_options_are_all_spelled_out() -> None:
    assert [" ".join(one) for one in spelled("rules check\\|show PROGRAMME")] == [
        "rules check PROGRAMME",
        "rules show PROGRAMME",
    ]
    assert [" ".join(one) for one in spelled("b OUT.pdf\\|.html [--lang zh]")] == [
        "b OUT.pdf", "b OUT.html", "b OUT.pdf --lang zh", "b OUT.html --lang zh",
    ]  # fmt: skip


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_looks_like_a_command_stands_in_a_block_that_is_run(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    kinds = set(re.findall(r"^```(\w+)", text, re.MULTILINE))
    if page.parent.name == "how-to":
        assert kinds <= {"console", "python", "yaml"}
        text = re.sub(r"^```console.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    else:
        assert kinds == set()
    assert not re.search(r"^\$ ", text, re.MULTILINE)
