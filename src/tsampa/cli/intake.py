"""``tsampa intake``: sheets into the register of an office, by two people."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tsampa.cli.data import print_problems
from tsampa.cli.office import open_register
from tsampa.cli.output import end, json_option, lang_option, print_json, print_table, progress_bar, say

if TYPE_CHECKING:
    from tsampa.office.intake.models import Batch

__all__ = ["COMMANDS"]

SHOWN = 20
"""How many changed rows are printed."""


@click.group()
def intake() -> None:
    """Take sheets into the register: load, look, accept by another person, undo.

    把表格录入登记册：载入、预览、由另一人核准、可整批撤销。
    """


def _by(command: Any) -> Any:
    return click.option("--by", required=True, metavar="USER", help="Who does it; a user of the office.")(
        command
    )


@intake.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--table", default="", help="Only this table; needed for CSV.")
@lang_option
def template(out: Path, table: str, lang: str) -> None:
    """Write an empty template OUT.xlsx or OUT.csv with the register's own columns and choices.

    生成空白模板，含登记册的全部栏目和选项。
    """
    open_register()
    from tsampa.office.intake.template import write_template

    write_template(out, table=table)
    click.echo(f"{say('template', lang)}: {out}")


@intake.command()
@click.argument("file", type=click.Path(path_type=Path))
@_by
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day it is taken in; today if left out.")
@click.option("--table", default="", help="The table of a CSV file whose name does not say it.")
@click.option("--encoding", default="", help="Of a CSV file: utf-8-sig, gb18030, …")
@click.option(
    "--bad", type=click.Path(path_type=Path), help="Where to write the bad rows with their reasons, as .xlsx."
)
@json_option
@lang_option
def load(
    file: Path, by: str, on: datetime | None, table: str, encoding: str, bad: Path | None, as_json: bool, lang: str
) -> None:  # fmt: skip
    """Stage and check FILE; the register stays as it is until another person accepts.

    载入并检查文件；在另一人核准之前，登记册不会改变。
    """
    open_register()
    from tsampa.office.intake.actions import load as run

    day = date(on.year, on.month, on.day) if on else None
    with progress_bar(as_json) as progress:
        batch = run(file, by=by, on=day, table=table, encoding=encoding, progress=progress)
    _show(batch, as_json, lang, bad)
    end(1 if batch.rows["bad"] else 0)


@intake.command()
@click.argument("batch")
@_by
@click.option(
    "--bad", type=click.Path(path_type=Path), help="Where to write the bad rows with their reasons, as .xlsx."
)
@json_option
@lang_option
def show(batch: str, by: str, bad: Path | None, as_json: bool, lang: str) -> None:
    """Show what BATCH would change, what is wrong with it and who is in doubt.

    查看批次：将有哪些变更、有哪些问题、哪些人员待认定。
    """
    open_register()
    from tsampa.office.intake.queries import batch_for, scope_named

    _show(batch_for(scope_named(by), batch), as_json, lang, bad)


@intake.command()
@click.argument("batch")
@click.argument("row", type=int)
@click.option("--person", help="The code of the person that the row is; left out: none of the candidates.")
@_by
@lang_option
def decide(batch: str, row: int, person: str | None, by: str, lang: str) -> None:
    """Say who a doubtful ROW of BATCH is; it is remembered for later sheets. Then check the batch again.

    认定待定行对应的人员；结果会保留，供以后的表格使用。
    """
    open_register()
    from tsampa.office.intake.actions import check_again
    from tsampa.office.intake.actions import decide as run
    from tsampa.office.intake.queries import batch_for, scope_named

    run(batch, row=row, person=person, by=by)
    found = batch_for(scope_named(by), batch)
    _show(check_again(batch, by=by) if found.state == "checked" else found, False, lang, None)


@intake.command()
@click.argument("batch")
@_by
@lang_option
def check(batch: str, by: str, lang: str) -> None:
    """Check BATCH again, against the register as it stands now.

    按登记册的现状重新检查批次。
    """
    open_register()
    from tsampa.office.intake.actions import check_again

    with progress_bar() as progress:
        found = check_again(batch, by=by, progress=progress)
    _show(found, False, lang, None)


@intake.command()
@click.argument("batch")
@_by
@lang_option
def accept(batch: str, by: str, lang: str) -> None:
    """Apply what the preview of BATCH shows, whole; not by the one who loaded it.

    核准并整批写入；载入人不得自行核准。
    """
    open_register()
    from tsampa.office.intake.actions import accept as run

    with progress_bar() as progress:
        found = run(batch, by=by, progress=progress)
    click.echo(f"{say('batch', lang)} {found.pk}: {say(found.state, lang)}")


@intake.command()
@click.argument("batch")
@_by
@click.option("--reason", required=True, help="Why it is taken back.")
@lang_option
def undo(batch: str, by: str, reason: str, lang: str) -> None:
    """Take BATCH back by a new change that restores what stood before.

    撤销批次：以一次新的变更恢复此前的内容。
    """
    open_register()
    from tsampa.office.intake.actions import undo as run

    with progress_bar() as progress:
        found = run(batch, by=by, reason=reason, progress=progress)
    click.echo(f"{say('batch', lang)} {found.pk}: {say(found.state, lang)}")


def _show(batch: Batch, as_json: bool, lang: str, bad: Path | None) -> None:
    from tsampa.office.intake.queries import problems
    from tsampa.office.intake.returned import write_bad_rows

    found = problems(batch)
    if bad is not None and batch.rows["bad"]:
        write_bad_rows(batch, bad)
    if as_json:
        print_json(_told(batch) | {"problems": [one.to_dict() for one in found]})
        return
    click.echo(f"{say('batch', lang)} {batch.pk}: {say(batch.state, lang)}")
    words = (
        ("rows read", "read"),
        ("rows kept", "good"),
        ("rows rejected", "bad"),
        ("rows waiting", "waiting"),
    )
    click.echo("  ".join(f"{say(word, lang)} {batch.rows.get(name, 0):,}" for word, name in words))
    heads = [say(word, lang) for word in ("table", "new", "changed", "unchanged")]
    counts = [
        (table, *(f"{one[kind]:,}" for kind in ("new", "changed", "unchanged")))
        for table, one in batch.counts.items()
    ]
    print_table(heads, counts, right=[1, 2, 3])
    _print_changes(batch, lang)
    _print_doubts(batch, lang)
    print_problems(found, lang, full=bad if bad is not None and batch.rows["bad"] else None)


def _told(batch: Batch) -> dict[str, Any]:
    doubts = [{"row": one.row, "candidates": one.candidates} for one in batch.doubts.order_by("row")]
    return {
        "batch": str(batch.pk),
        "state": batch.state,
        "rows": batch.rows,
        "tables": batch.counts,
        "doubts": doubts,
    }


def _print_changes(batch: Batch, lang: str) -> None:
    rows = [
        (one.table, one.code, name, one.before.get(name), value)
        for one in batch.planned.filter(kind="changed").order_by("table", "pk")[:SHOWN]
        for name, value in one.after.items()
        if not name.startswith("identity")
    ]
    if rows:
        print_table([say(word, lang) for word in ("table", "code", "column", "before", "after")], rows)


def _print_doubts(batch: Batch, lang: str) -> None:
    rows = [
        (one.row, who["person"], f"{who['probability']:.2f}", who["zh" if lang == "zh" else "en"])
        for one in batch.doubts.order_by("row")[:SHOWN]
        for who in one.candidates
    ]
    if rows:
        print_table([say(word, lang) for word in ("row", "code", "probability", "reasons")], rows)


COMMANDS = [intake]
