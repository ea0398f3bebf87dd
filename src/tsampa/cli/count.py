"""``tsampa figures``, ``trace``, ``explain`` and ``compare``: what came out, and why."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tsampa.cli.output import json_option, lang_option, print_json, print_table, progress_bar, say

if TYPE_CHECKING:
    from tsampa.figures import FigureValue

__all__ = ["COMMANDS", "print_figures"]


@click.command()
@click.argument("assessment", type=click.Path(path_type=Path))
@click.option("--area", help="The code of an area of any level; by default the topmost.")
@json_option
@lang_option
def figures(assessment: Path, area: str | None, as_json: bool, lang: str) -> None:
    """Print the programme's figures for an area.

    打印某一区域的指标数据。
    """
    from tsampa.assessment import open_assessment
    from tsampa.figures import compute_figures

    with progress_bar(as_json) as progress:
        values = compute_figures(open_assessment(assessment), area=area, progress=progress)
    if as_json:
        print_json([one.to_dict() for one in values])
    else:
        print_figures(values, lang)


def print_figures(values: list[FigureValue], lang: str) -> None:
    """The figures as a table, a new one wherever the area changes; how sure they are stands beside those it is known of."""
    heads = [say("figure", lang), "", say("value", lang), say("unit", lang), say("scope", lang)]
    for place, of_place in groupby(values, key=lambda one: f"{one.area_name} ({one.area}) {one.as_of}"):
        own = list(of_place)
        rows = [
            (one.id, one.label.say(lang), one.amount or say("unknown", lang), one.unit, one.scope.say(lang))
            for one in own
        ]
        more = [(say(head, lang), cells) for head, cells in _sureness(own).items() if any(cells)]
        body = [(*row, *(cells[place] for _, cells in more)) for place, row in enumerate(rows)]
        wide = [2, *range(5, 5 + len(more))]
        print_table([*heads, *(head for head, _ in more)], body, right=wide, title=place)


def _sureness(values: list[FigureValue]) -> dict[str, list[str]]:
    """What is said of measures: standard error and interval of samples, and the rows that could not be judged."""
    found = [one.sureness for one in values]
    return {
        "standard error": [f"{one.se:f}" if one and one.se is not None else "" for one in found],
        "interval": [one.interval or "" for one in values],
        "undecided": [f"{one.unknown:,}" if one and one.unknown else "" for one in found],
    }


@click.command()
@click.argument("assessment", type=click.Path(path_type=Path))
@click.argument("figure")
@click.option("--area", help="The code of an area of any level; by default the topmost.")
@click.option("--csv", "csv_file", type=click.Path(path_type=Path), help="Write every row to this file.")
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="How many rows to print of each part.",
)
@json_option
@lang_option
def trace(
    assessment: Path,
    figure: str,
    area: str | None,
    csv_file: Path | None,
    limit: int,
    as_json: bool,
    lang: str,
) -> None:
    """Open a FIGURE: the rows it was counted from, the rules and parameters in force.

    打开一个指标：由哪些记录、按哪些规则和参数得出。
    """
    from tsampa.assessment import open_assessment
    from tsampa.figures import trace_figure

    found = trace_figure(open_assessment(assessment), figure, area=area)
    if csv_file is not None:
        found.write_csv(csv_file)
    plain = found.to_dict(limit)
    if as_json:
        print_json(plain if csv_file else found.to_dict())
        return
    print_figures([found.value], lang)
    for part in plain["parts"]:
        click.echo(
            f"\n{part['how']} {part['entity']}: {say('counted', lang)} {part['counted']:,}, {say('undecided', lang)} {part['undecided']:,}"
        )
        rows = part["rows"] + part["undecided_rows"]
        if rows:
            print_table(list(rows[0]), [row.values() for row in rows])
    for word in ("formulas", "parameters"):
        if plain[word]:
            click.echo(f"\n{say(word, lang)}")
            print_table(["", "", ""], [(one["name"], one["since"], one["source"]) for one in plain[word]])


@click.command()
@click.argument("assessment", type=click.Path(path_type=Path))
@click.argument("household")
@json_option
@lang_option
def explain(assessment: Path, household: str, as_json: bool, lang: str) -> None:
    """Say in words why a HOUSEHOLD stands where it stands.

    用文字说明某一户为何是这样的结果。
    """
    from tsampa.assessment import explain_household, open_assessment

    found = explain_household(open_assessment(assessment), household, lang)
    if as_json:
        print_json(found.to_dict())
    else:
        click.echo(found.text())


@click.command()
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
@json_option
@lang_option
def compare(first: Path, second: Path, as_json: bool, lang: str) -> None:
    """Show which households stand differently in two assessments, and which rules changed.

    比较两次测算：哪些户有变化，哪些规则有变动。
    """
    from tsampa.assessment import compare_assessments, open_assessment

    found = compare_assessments(open_assessment(first), open_assessment(second))
    if as_json:
        print_json(found.to_dict())
        return
    if not found.changes:
        click.echo(say("no changes", lang))
    else:
        heads = [say(word, lang) for word in ("household", "variable", "before", "after")]
        rows = [
            (one.household, one.variable, _plain(one.before, lang), _plain(one.after, lang))
            for one in found.changes
        ]
        print_table(heads, rows)
    for word, names in (("formulas", [name for _, name in found.formulas]), ("parameters", found.parameters)):
        if names:
            click.echo(f"{say(word, lang)}: {', '.join(names)}")


def _plain(value: object, lang: str) -> str:
    return say("unknown", lang) if value is None else str(value)


COMMANDS = [figures, trace, explain, compare]
