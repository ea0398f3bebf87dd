"""The command line from the outside: exit codes, JSON, both languages, no traceback for a user's mistake."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tsampa.schema import find_programme

SHEETS = find_programme("middle_village") / "sheets"
MAPPING = SHEETS / "households.yaml"


def tsampa(*arguments: object, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tsampa.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("village")
    tsampa("start", folder)
    return folder


def test_start_says_what_to_try_next_and_can_run_again(village: Path) -> None:
    said = tsampa("start", village, "--lang", "zh")
    assert "接下来可以试试" in said
    assert "人均纯收入" in said or "纯收入" in said


def test_start_as_json(village: Path) -> None:
    assert {"folder", "figures", "reasons"} == set(json.loads(tsampa("start", village, "--json")))


def test_import_with_mistakes_keeps_the_good_rows_and_lists_the_rest(tmp_path: Path) -> None:
    said = json.loads(
        tsampa(
            "import", SHEETS / "with_mistakes.csv", "--mapping", MAPPING, tmp_path / "out", "--json", code=1
        )
    )
    assert said["rows_read"] == said["rows_kept"] + said["rows_rejected"]
    assert said["rows_rejected"] == 3
    assert {"code", "sheet", "row", "column", "message", "remedy", "effect"} == set(said["problems"][0])
    assert (tmp_path / "out" / "problems.csv").is_file()


def test_a_missing_sheet_is_wrong_usage_and_leaves_nothing(tmp_path: Path) -> None:
    assert "file-missing" in tsampa(
        "import", tmp_path / "no.csv", "--mapping", MAPPING, tmp_path / "out", code=2
    )
    assert list(tmp_path.iterdir()) == []


def test_verify_takes_an_assessment_and_finds_what_was_carried_over_and_altered(
    village: Path, tmp_path: Path
) -> None:
    for out, more in (("a", ()), ("b", ("--since", tmp_path / "a"))):
        tsampa(
            "assess", village / "snapshot", "--programme", "middle_village", "--on", "2019-12-31", *more, tmp_path / out
        )  # fmt: skip
    assert json.loads(tsampa("verify", tmp_path / "b", "--json"))["problems"] == []
    file = next((tmp_path / "b" / "results").rglob("household-*.parquet"))
    assert file.stat().st_nlink == 2
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    found = json.loads(tsampa("verify", tmp_path / "b", "--json", code=1))
    assert found["assessment"] == str(tmp_path / "b")
    assert [one["code"] for one in found["problems"]] == ["file-altered"]
    assert "被改动过" in tsampa("verify", tmp_path / "a", "--lang", "zh", code=1)
    (tmp_path / "b" / "rulebook.json").unlink()
    file.unlink()
    found = json.loads(tsampa("verify", tmp_path / "b", "--json", code=1))
    assert [one["code"] for one in found["problems"]] == ["file-missing", "file-missing"]
    (tmp_path / "b" / "manifest.json").unlink()
    assert "snapshot-none" in tsampa("verify", tmp_path / "b", code=2)


def test_verify_finds_a_flipped_byte(village: Path, tmp_path: Path) -> None:
    tsampa("import", SHEETS / "households.csv", "--mapping", MAPPING, tmp_path / "s")
    tsampa("verify", tmp_path / "s")
    file = next((tmp_path / "s").rglob("incomes/**/*.parquet"))
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    assert "incomes" in tsampa("verify", tmp_path / "s", code=1)
    assert "snapshot-broken" in tsampa(
        "assess",
        tmp_path / "s",
        "--programme",
        "middle_village",
        "--on",
        "2019-12-31",
        tmp_path / "a",
        code=1,
    )
    assert not (tmp_path / "a").exists()


def test_figures_as_json_have_their_fields(village: Path) -> None:
    found = json.loads(tsampa("figures", village / "assessment", "--json"))
    assert {"id", "area", "value", "unit", "bound", "scope", "as_of"} == set(found[0])
    assert {one["id"]: one["value"] for one in found}["households"] == "25"
    assert tsampa("figures", village / "assessment", "--json") == tsampa(
        "figures", village / "assessment", "--json"
    )


def test_trace_recounts_the_figure(village: Path) -> None:
    found = json.loads(tsampa("trace", village / "assessment", "households", "--json"))
    assert len(found["parts"][0]["rows"]) == 25
    assert all(one["sha256"] for one in found["files"])
    assert "Did you mean" in tsampa("trace", village / "assessment", "houshold", code=2)


def test_explain_in_both_languages(village: Path) -> None:
    assert "net income" in tsampa("explain", village / "assessment", "A02", "--lang", "en")
    assert "纯收入" in tsampa("explain", village / "assessment", "A02", "--lang", "zh")
    assert "household-unknown" in tsampa("explain", village / "assessment", "ZZ", code=2)


def test_compare_two_days(village: Path, tmp_path: Path) -> None:
    tsampa(
        "assess", village / "snapshot", "--programme", "middle_village", "--on", "2019-06-30", tmp_path / "a"
    )
    found = json.loads(tsampa("compare", tmp_path / "a", village / "assessment", "--json"))
    assert found["days"] == ["2019-06-30", "2019-12-31"]
    assert found["changes"]


def test_assess_refuses_a_day_after_the_snapshot(village: Path, tmp_path: Path) -> None:
    assert "assessment-day" in tsampa(
        "assess",
        village / "snapshot",
        "--programme",
        "middle_village",
        "--on",
        "2021-01-01",
        tmp_path / "a",
        code=2,
    )


@pytest.mark.parametrize("programme", ["middle_village", "costa_rica"])
def test_rules_check_show_test_docs(programme: str, tmp_path: Path) -> None:
    assert json.loads(tsampa("rules", "check", programme, "--json"))["formulas"] > 20
    assert json.loads(tsampa("rules", "test", programme, "--json"))["failures"] == []
    for lang in ("en", "zh"):
        tsampa("rules", "docs", programme, "--lang", lang, "--out", tmp_path / f"{lang}.md")
        assert json.loads(tsampa("rules", "docs", programme, "--lang", lang, "--json"))[
            "markdown"
        ].startswith("# ")
    assert "net_income" in tsampa("rules", "show", "middle_village", "net_income")


def test_an_unknown_programme_names_those_there_are() -> None:
    assert "middle_village" in tsampa("rules", "check", "nowhere", code=2)
    assert (
        json.loads(tsampa("rules", "check", "nowhere", "--json", code=2))["error"]["code"]
        == "programme-unknown"
    )


def test_help_loads_no_engine() -> None:
    check = "import sys, tsampa, tsampa.cli; print([name for name in ('duckdb', 'arro3', 'rich', 'msgspec', 'yaml') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
