"""``tsampa import``, ``verify`` and ``assess``: from a sheet to results."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tsampa.cli.output import end, json_option, lang_option, print_json, print_table, progress_bar, say

if TYPE_CHECKING:
    from tsampa.errors import Problem

__all__ = ["COMMANDS", "print_problems"]

SHOWN = 20
"""How many problems are printed; the full list stands in the snapshot."""


@click.command("import")
@click.argument("sheet", type=click.Path(path_type=Path))
@click.option(
    "--mapping",
    required=True,
    type=click.Path(path_type=Path),
    help="How the sheet's columns become the register.",
)
@click.argument("out", type=click.Path(path_type=Path))
@json_option
@lang_option
def import_(sheet: Path, mapping: Path, out: Path, as_json: bool, lang: str) -> None:
    """Turn a CSV or XLSX SHEET into a snapshot OUT; problems are listed, good rows kept.

    把表格导入为快照；逐条列出问题，保留无误的行。
    """
    from tsampa.sheets import import_to_snapshot

    with progress_bar(as_json) as progress:
        found = import_to_snapshot(sheet, mapping, out, progress=progress)
    totals = found.totals
    if as_json:
        made = {
            "out": str(out) if totals.rows_kept else None,
            "rows_read": totals.rows_read,
            "rows_kept": totals.rows_kept,
        }
        counted = {
            "rows_rejected": totals.rows_rejected,
            "records": totals.records,
            "problem_counts": totals.problems,
        }
        print_json(made | counted | {"problems": [one.to_dict() for one in found.problems]})
    else:
        pairs = [
            ("rows read", totals.rows_read),
            ("rows kept", totals.rows_kept),
            ("rows rejected", totals.rows_rejected),
        ]
        click.echo("  ".join(f"{say(word, lang)} {number:,}" for word, number in pairs))
        print_table(
            [say("table", lang), say("rows", lang)],
            [(n, f"{c:,}") for n, c in totals.records.items() if c],
            right=[1],
        )
        print_problems(found.problems, lang, full=out / "problems.csv" if totals.rows_kept else None)
    end(1 if found.problems else 0)


@click.command()
@click.argument(
    "what", required=False, metavar="[SNAPSHOT|ASSESSMENT|RECEIPT]", type=click.Path(path_type=Path)
)
@click.option("--copies", type=click.Path(path_type=Path), help="A folder of seals copied elsewhere.")
@click.option("--key", default="", help="The office's public key, as known from elsewhere.")
@json_option
@lang_option
def verify(what: Path | None, copies: Path | None, key: str, as_json: bool, lang: str) -> None:
    """Check a SNAPSHOT or ASSESSMENT against its manifest, a RECEIPT against its seal; without any, the register against its seals.

    核对快照、测算结果或凭据；不带参数时核对登记册的历史与封存。
    """
    if what is None:
        from tsampa.cli.office import verify_office

        end(0 if verify_office(copies, key, as_json, lang) else 1)
    if what.is_file():
        from tsampa.cli.office import verify_receipt

        verify_receipt(what, key, as_json, lang)
        end(0)
    end(1 if _verify_folder(what, as_json, lang) else 0)


def _verify_folder(folder: Path, as_json: bool, lang: str) -> bool:
    """Whether anything does not hold of a snapshot or an assessment."""
    from tsampa.assessment import is_assessment, verify_assessment
    from tsampa.snapshot import open_snapshot, verify_snapshot

    kind = "assessment" if is_assessment(folder) else "snapshot"
    if kind == "snapshot":
        open_snapshot(folder)
    with progress_bar(as_json) as progress:
        problems = (verify_snapshot if kind == "snapshot" else verify_assessment)(folder, progress)
    if as_json:
        print_json({kind: str(folder), "problems": [one.to_dict() for one in problems]})
    else:
        print_problems(problems, lang)
    return any(one.effect != "noted" for one in problems)


@click.command()
@click.argument("snapshots", nargs=-1, required=True, metavar="SNAPSHOT...", type=click.Path(path_type=Path))
@click.option("--programme", required=True, help="A programme's name, or the path of its folder.")
@click.option(
    "--on", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The day to judge by, as 2019-12-31."
)
@click.option(
    "--backend",
    default="duckdb",
    show_default=True,
    help="The database that counts: duckdb, postgresql://…, spark:local[2].",
)
@click.option(
    "--since",
    type=click.Path(path_type=Path),
    help="An earlier assessment: only villages that changed since are counted again.",
)
@click.argument("out", type=click.Path(path_type=Path))
@json_option
@lang_option
def assess(
    snapshots: tuple[Path, ...],
    programme: str,
    on: datetime,
    backend: str,
    since: Path | None,
    out: Path,
    as_json: bool,
    lang: str,
) -> None:
    """Judge every household of a SNAPSHOT by a programme's rules on a day, into OUT; several are counted as one.

    按项目规则对快照中的每一户进行测算；多个快照合并测算。
    """
    from tsampa.assessment import assess as run

    day = date(on.year, on.month, on.day)
    with progress_bar(as_json) as progress:
        found = run(list(snapshots), programme, day, out, backend=backend, since=since, progress=progress)
    made = found.manifest
    if as_json:
        from msgspec import to_builtins

        print_json(
            {
                "out": str(out),
                "programme": made.programme,
                "rulebook": made.rulebook_version,
                "on": day,
                "rows": made.rows,
                "snapshot": made.snapshot_id,
            }
            | ({"since": to_builtins(made.since)} if made.since else {})
        )
    else:
        click.echo(f"{say('assessment', lang)} {out}")
        if made.since:
            click.echo(
                f"{say('partitions kept', lang)} {made.since.kept:,}  {say('villages counted again', lang)}"
                f" {made.since.villages:,}  {say('partitions counted', lang)} {made.since.counted:,}"
            )
        rows = [
            (entity, f"{count:,}", len(found.manifest.variables[entity]))
            for entity, count in found.manifest.rows.items()
        ]
        print_table([say("table", lang), say("rows", lang), say("variable", lang)], rows, right=[1, 2])


def print_problems(problems: Sequence[Problem], lang: str, full: Path | None = None) -> None:
    """The first problems as a table, and where all of them stand."""
    if not problems:
        click.echo(say("no problems", lang))
        return
    from tsampa.messages import say_message

    heads = [say(word, lang) for word in ("code", "where", "what", "remedy")]
    rows = [
        (one.code, _place(one), say_message(one.message, lang), say_message(one.remedy, lang))
        for one in problems[:SHOWN]
    ]
    print_table(heads, rows, title=f"{say('problems', lang)}: {len(problems):,}")
    if len(problems) > SHOWN:
        click.echo(say("and more", lang).format(f"{len(problems) - SHOWN:,}"))
    if full is not None:
        click.echo(f"{say('full list', lang)}: {full}")


def _place(one: Problem) -> str:
    row = f" {one.row}" if one.row else ""
    return f"{one.sheet}{row}" + (f" {one.column}" if one.column else "")


COMMANDS = [import_, verify, assess]
