"""The office on the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

RUN = [sys.executable, "-m", "tsampa.cli"]


def run(home: Path, *arguments: str, code: int = 0, demonstration: str = "") -> str:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("TSAMPA_", "DJANGO_"))}
    told = env | {"TSAMPA_HOME": str(home), "TSAMPA_DEMONSTRATION": demonstration}
    done = subprocess.run([*RUN, *arguments], env=told, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


WRITE = """
from tsampa.office.areas.models import Area
from tsampa.office.register.models import Household
from tsampa.office.history import change
with change(by="zhaxi", reason="visit"):
    Area.objects.create(code="A", name="A", level="village")
    Household.objects.create(code="H1", area_id="A", address="upper lane")
with change(by="zhaxi", reason="moved"):
    Household.objects.filter(pk="H1").update(address="lower lane")
"""


@pytest.mark.slow
def test_from_an_empty_folder_to_a_receipt(tmp_path):
    home = tmp_path / "home"
    assert "office-empty" in run(home, "verify", code=2)
    run(home, "office", "migrate", "--verbosity", "0")
    run(home, "office", "shell", "-v", "0", "-c", WRITE)
    sealed = json.loads(run(home, "seal", "--json"))
    assert (sealed["seal"], sealed["size"], sealed["demonstration"]) == (1, 3, False)
    assert (home / "seal.key").stat().st_mode & 0o777 == 0o600
    receipt = tmp_path / "receipt.json"
    run(home, "receipt", "H1", str(receipt))
    said = json.loads(run(home, "verify", str(receipt), "--key", sealed["public_key"], "--json"))
    assert (said["values"]["address"], said["reason"]) == ("lower lane", "moved")
    receipt.write_text(receipt.read_text().replace("lower lane", "upper lane"))
    assert "receipt-wrong" in run(home, "verify", str(receipt), "--key", sealed["public_key"], code=1)
    run(home, "redact", "register_household", "H1", "--by", "clerk", "--reason", "court", "--lang", "en")
    found = json.loads(run(home, "verify", "--json"))
    assert [one["code"] for one in found["problems"]] == ["version-redacted"]
    assert (found["seals"], found["versions"], found["redacted"]) == (1, 3, 1)


@pytest.mark.slow
def test_verify_says_what_was_altered_and_ends_with_one(tmp_path):
    import sqlite3
    from contextlib import closing

    run(tmp_path, "office", "migrate", "--verbosity", "0")
    run(tmp_path, "office", "shell", "-v", "0", "-c", WRITE)
    run(tmp_path, "seal")
    with closing(sqlite3.connect(tmp_path / "register.sqlite3")) as client, client:
        client.execute("DROP TRIGGER tsampa_keep_update_history_change")
        client.execute("UPDATE history_change SET actor = 'somebody' WHERE actor = 'zhaxi'")
    said = json.loads(run(tmp_path, "verify", "--json", code=1))
    assert {one["code"] for one in said["problems"]} == {"version-altered", "seal-broken", "history-triggers"}
    assert "seal 1" in run(tmp_path, "verify", "--lang", "en", code=1)


def test_a_demonstration_says_so_in_every_seal(tmp_path):
    run(tmp_path, "office", "migrate", "--verbosity", "0", demonstration="1")
    assert json.loads(run(tmp_path, "seal", "--json"))["demonstration"] is True
    assert [one["code"] for one in json.loads(run(tmp_path, "verify", "--json"))["problems"]] == [
        "seal-demonstration"
    ]


def test_without_the_extra_the_command_says_what_to_install(tmp_path):
    (tmp_path / "django.py").write_text("raise ImportError(name='django')\n")
    done = subprocess.run(
        [*RUN, "seal"],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "extra-missing" in done.stderr


@pytest.mark.parametrize("given", ["not base64", "c2hvcnQ="])
def test_a_key_from_the_environment_is_checked(tmp_path, given):
    done = subprocess.run(
        [*RUN, "seal"], env=os.environ | {"TSAMPA_HOME": str(tmp_path), "TSAMPA_SEAL_KEY": given},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "office-key" in done.stderr
