"""``tsampa demo``: the demonstration county as a snapshot."""

from __future__ import annotations

from pathlib import Path

import click

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


COMMANDS = [demo]
