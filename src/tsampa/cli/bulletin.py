"""``tsampa bulletin``: an assessment's figures as a publication."""

from __future__ import annotations

from pathlib import Path

import click

from tsampa.cli.output import json_option, lang_option, print_json

__all__ = ["COMMANDS"]


@click.command()
@click.argument("assessment", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
@json_option
@lang_option
def bulletin(assessment: Path, out: Path, as_json: bool, lang: str) -> None:
    """Write the bulletin of an ASSESSMENT to OUT, which ends in .pdf, .html or .json.

    把测算结果排成简报，输出为 .pdf、.html 或 .json。
    """
    from tsampa.assessment import open_assessment
    from tsampa.bulletin import write_bulletin

    found = write_bulletin(open_assessment(assessment), out, lang=lang)
    if as_json:
        print_json({"out": str(out), "figures": len(found.numbers)})
    else:
        click.echo(str(out))


COMMANDS = [bulletin]
