"""``tsampa demo`` and ``tsampa demo-office``: the demonstration county as a snapshot, and in an office."""

from __future__ import annotations

import os
from pathlib import Path

import click

from tsampa.cli.office import print_sign_ins, start_office
from tsampa.cli.output import json_option, lang_option, print_json, print_table, progress_bar, say

__all__ = ["COMMANDS"]


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed draws other people.")
@click.option("--households", type=int, help="About how many; by default 50,000 people, as on the page.")
@json_option
@lang_option
def demo(out: Path, seed: int, households: int | None, as_json: bool, lang: str) -> None:
    """Make the demonstration county as a snapshot OUT: areas are real; people, agreements and payments are made up.

    生成演示县快照：行政区域为真实区划，人员、协议和资金记录均为虚构。
    """
    from tsampa.demo import make_demo

    with progress_bar(as_json) as progress:
        snapshot = make_demo(out, seed=seed, households=households, progress=progress)
    rows = snapshot.manifest.rows
    if as_json:
        print_json(
            {
                "out": str(out),
                "snapshot": snapshot.manifest.id,
                "as_of": snapshot.manifest.as_of,
                "rows": rows,
            }
        )
        return
    names = {table.name: table.label for table in snapshot.schema.tables}
    print_table(
        (say("table", lang), say("rows", lang)),
        [(names[name].zh if lang == "zh" else names[name].en, f"{count:,}") for name, count in rows.items()],
        right=(1,),
    )
    click.echo(f"{say('snapshot', lang)}: {out}")


@click.command("demo-office")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed draws other people.")
@click.option("--households", type=int, help="About how many; by default 50,000 people, as on the page.")
@click.option("--counted", is_flag=True, help="Count it every summer, so that pages have years to show.")
@json_option
@lang_option
def demo_office(seed: int, households: int | None, counted: bool, as_json: bool, lang: str) -> None:
    """Make a demonstration office: the county enters by staged import, from 2015 to 2020, on a clock that is set.

    生成演示业务端：演示县自2015年至2020年逐季经分批导入登记，时钟可设定。
    """
    # Read when the database is made; one that stands already is what it was marked as.
    os.environ["TSAMPA_DEMONSTRATION"] = "1"
    start_office()
    from django.conf import settings
    from django.core.management import call_command

    Path(settings.HOME).mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0)
    from tsampa.office.demonstration import make_office

    with progress_bar(as_json) as progress:
        entered = make_office(seed=seed, households=households, counted=counted, progress=progress)
    if as_json:
        told = [
            {"day": str(one.day), "batch": one.batch, "rows": one.rows, "cut": one.cut.pk} for one in entered
        ]
        print_json({"home": str(settings.HOME), "batches": told})
        return
    heads = [say(word, lang) for word in ("day", "rows", "cut", "batch")]
    rows = [(str(one.day), f"{one.rows:,}", str(one.cut.pk), one.batch) for one in entered]
    print_table(heads, rows, right=(1, 2))
    print_sign_ins(lang)


COMMANDS = [demo, demo_office]
