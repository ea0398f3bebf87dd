"""``tsampa start``: the middle village, imported, assessed and shown; what ``make run`` runs."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import click

from tsampa.cli.count import print_figures
from tsampa.cli.output import json_option, lang_option, print_json, say

__all__ = ["COMMANDS"]

DAY = date(2019, 12, 31)
HOUSEHOLD = "A02"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("build/middle_village"))
@json_option
@lang_option
def start(folder: Path, as_json: bool, lang: str) -> None:
    """Make the invented middle village in FOLDER, assess it, and show its figures and one household's reasons.

    建立虚构的“中间村”示例，测算并展示结果。
    """
    from tsampa.assessment import assess, explain_household
    from tsampa.figures import compute_figures
    from tsampa.schema import find_programme
    from tsampa.sheets import import_to_snapshot

    _make_room(folder)
    sheets = find_programme("middle_village") / "sheets"
    import_to_snapshot(sheets / "households.csv", sheets / "households.yaml", folder / "snapshot")
    found = assess(folder / "snapshot", "middle_village", DAY, folder / "assessment")
    figures, reasons = compute_figures(found), explain_household(found, HOUSEHOLD, lang)
    if as_json:
        print_json(
            {
                "folder": str(folder),
                "figures": [one.to_dict() for one in figures],
                "reasons": reasons.to_dict(),
            }
        )
        return
    print_figures(figures, lang)
    click.echo()
    click.echo(reasons.text())
    click.echo(f"\n{say('try next', lang)}:")
    for command in _next(folder):
        click.echo(f"  {command}")


def _make_room(folder: Path) -> None:
    """Removes what an earlier start left in the folder, and nothing else."""
    for part in ("assessment", "snapshot"):
        if (folder / part / "manifest.json").is_file():
            shutil.rmtree(folder / part)


def _next(folder: Path) -> list[str]:
    assessment = folder / "assessment"
    tsampa = ".venv/bin/tsampa"
    return [
        f"{tsampa} trace {assessment} households_in_need",
        f"{tsampa} explain {assessment} {HOUSEHOLD} --lang zh",
        f"{tsampa} figures {assessment} --area 999901101",
        f"{tsampa} rules show middle_village meets_standard",
        f"{tsampa} rules test middle_village",
    ]


COMMANDS = [start]
