"""``tsampa whatif``: a reform tried on the households of an assessment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tsampa.cli.output import json_option, lang_option, print_json, print_table, progress_bar, say

if TYPE_CHECKING:
    from tsampa.whatif import Effect, WhatIf

__all__ = ["COMMANDS"]


@click.command()
@click.argument("assessment", type=click.Path(path_type=Path))
@click.option(
    "--set",
    "values",
    multiple=True,
    metavar="PARAMETER=VALUE",
    help="Another value; may be given several times.",
)
@click.option("--rules", type=click.Path(path_type=Path), help="A programme's folder with other rules.")
@click.option("--level", help="The level of area to tell effects for; by default the one above the villages.")
@click.option("--by", help="A household variable that tells kinds of households apart.")
@click.option("--out", type=click.Path(path_type=Path), help="Keep the reform's assessment here.")
@json_option
@lang_option
def whatif(
    assessment: Path, values: tuple[str, ...], rules: Path | None, level: str | None, by: str | None, out: Path | None,
    as_json: bool, lang: str,
) -> None:  # fmt: skip
    """Try other parameters or rules on an ASSESSMENT: who gains, who loses, where, and what it costs.

    在测算结果上试用其他参数或规则：谁受益、谁受损、在哪里、要多少钱。
    """
    from tsampa.assessment import open_assessment
    from tsampa.whatif import try_reform

    if not values and rules is None:
        raise click.UsageError("nothing is changed: give --set PARAMETER=VALUE or --rules PATH")
    pairs = dict(_pair(one) for one in values)
    with progress_bar(as_json) as progress:
        found = try_reform(
            open_assessment(assessment), pairs, rules=rules, out=out, level=level, by=by, progress=progress
        )
    if as_json:
        print_json(found.to_dict())
    else:
        _print(found, lang)


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise click.UsageError(f"'{text}' sets nothing: write PARAMETER=VALUE")
    return name.strip(), value.strip()


def _print(found: WhatIf, lang: str) -> None:
    if not found.total and not found.figures:
        click.echo(say("no changes", lang))
        return
    _print_effects(found.total, lang, say("all households", lang))
    _print_effects(found.areas, lang, say("by area", lang))
    _print_effects(found.kinds, lang, say("by kind", lang))
    heads = [say(word, lang) for word in ("figure", "before", "after", "unit")]
    rows = [(one.before.id, one.before.amount, one.after.amount, one.before.unit) for one in found.figures]
    if rows:
        print_table(heads, rows, right=[1, 2], title=say("figures", lang))


def _print_effects(effects: list[Effect], lang: str, title: str) -> None:
    if not effects:
        return
    where = any(one.area or one.kind for one in effects)
    words = ("gain", "lose", "unknown", "before", "after", "change", "unit")
    heads = [say("variable", lang), *([""] if where else []), *(say(word, lang) for word in words)]
    rows = [
        (one.variable, *([one.area or one.kind] if where else []), *(f"{number:,}" for number in (one.gain, one.lose, one.unknown)),
         f"{one.before:,}", f"{one.after:,}", f"{one.change:+,}", one.unit)
        for one in effects
    ]  # fmt: skip
    print_table(heads, rows, right=range(2 if where else 1, 8 if where else 7), title=title)


COMMANDS = [whatif]
