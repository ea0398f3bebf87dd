"""``tsampa intake`` from the template to the undone batch, and what it says where something is wrong."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest

from office.intake.builders import HOUSEHOLDS, county, people, workbook
from tsampa.cli import main
from tsampa.office.register.models import Person


@pytest.fixture
def tsampa(office_sqlite, tmp_path, capfdbinary, monkeypatch):
    county()
    monkeypatch.chdir(tmp_path)

    def run(*words, code=0):
        with pytest.raises(SystemExit) as ended:
            main(["intake", *map(str, words), *(() if words[0] in "--json" else ("--lang", "en"))])
        said = capfdbinary.readouterr()
        text = (said.out + said.err).decode()
        assert ended.value.code == code, text
        return text

    return run


def batch_of(text):
    return re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", text)[0]


def test_from_the_template_to_the_undone_batch(tsampa, tmp_path):
    assert "out.xlsx" in tsampa("template", "out.xlsx")
    path = workbook(tmp_path / "a.xlsx", households=HOUSEHOLDS, persons=people(head="cousin"))
    said = tsampa("load", path, "--by", "pema", "--on", "2020-06-30", "--bad", "bad.xlsx", code=1)
    batch = batch_of(said)
    assert "rows read 5  rows kept 4  rows rejected 1  rows waiting 0" in said
    assert "choice-unknown" in said
    assert (tmp_path / "bad.xlsx").exists()
    told = json.loads(tsampa("show", batch, "--by", "pema", "--json"))
    assert told["tables"]["persons"] == {"new": 2, "changed": 0, "unchanged": 0}
    assert "intake-same-person" in tsampa("accept", batch, "--by", "pema", code=1)
    assert "applied" in tsampa("accept", batch, "--by", "tashi")
    assert Person.objects.count() == 2
    assert "intake-reason" in tsampa("undo", batch, "--by", "tashi", "--reason", " ", code=2)
    assert "undone" in tsampa("undo", batch, "--by", "tashi", "--reason", "of last year")
    assert not Person.objects.exists()


def test_a_preview_shows_old_and_new(tsampa, tmp_path):
    for name, rows in (("a.xlsx", people()), ("b.xlsx", people(扎西="扎西顿珠"))):
        path = workbook(tmp_path / name, households=HOUSEHOLDS, persons=rows)
        said = tsampa("load", path, "--by", "pema", "--on", "2020-06-30")
        if name == "a.xlsx":
            tsampa("accept", batch_of(said), "--by", "tashi")
    assert re.search(r"persons +540228100201-0001-01 +name +扎西 +扎西顿珠", said)
    assert "checked" in tsampa("check", batch_of(said), "--by", "pema")


def test_who_is_in_doubt_is_shown_and_decided(tsampa, tmp_path, monkeypatch):
    # Record linkage is sure of so rare a name; whoever is without it waits for a person's decision.
    monkeypatch.setattr("tsampa.office.intake.linking._installed", lambda: False)
    path = workbook(tmp_path / "a.xlsx", households=HOUSEHOLDS, persons=people())
    tsampa("accept", batch_of(tsampa("load", path, "--by", "pema", "--on", "2020-06-30")), "--by", "tashi")
    moved = """
        household         | name | birth date | relationship | since
        540228100202-0001 | 扎西 | 1970-01-01 | other        | 2019-01-01
    """
    said = tsampa("load", workbook(tmp_path / "b.xlsx", persons=moved), "--by", "pema", "--on", "2020-06-30")
    assert "rows waiting 1" in said
    assert "540228100201-0001-01" in said
    said = tsampa("decide", batch_of(said), 2, "--person", "540228100201-0001-01", "--by", "pema")
    assert "rows waiting 0" in said


def test_a_user_who_is_none_and_a_batch_that_is_none(tsampa, tmp_path):
    path = workbook(tmp_path / "a.xlsx", households=HOUSEHOLDS)
    assert "user-unknown" in tsampa("load", path, "--by", "nobody", code=2)
    assert "intake-unknown" in tsampa("show", "17", "--by", "pema", code=1)


def test_without_a_register_it_says_so(tmp_path):
    env = os.environ | {"TSAMPA_HOME": str(tmp_path)}
    words = [sys.executable, "-m", "tsampa.cli", "intake", "template", "out.xlsx", "--lang", "zh"]
    done = subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, "office-empty" in done.stderr) == (2, True)
