"""``tsampa snapshot`` and ``tsampa attach``: from the office to the count, and back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from tsampa.cli.data import print_problems
from tsampa.cli.office import open_register
from tsampa.cli.output import end, json_option, lang_option, print_json, progress_bar, say

__all__ = ["COMMANDS"]

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--as-of", required=True, type=DAY, help="The day whose facts are frozen.")
@click.option(
    "--known",
    help="As it had been recorded by this cut: its number, or a moment such as 2020-06-30T18:00+08:00.",
)
@click.argument("out", type=click.Path(path_type=Path))
@json_option
@lang_option
def snapshot(as_of: datetime, known: str | None, out: Path, as_json: bool, lang: str) -> None:
    """Freeze the office's register as the snapshot OUT, while others go on working.

    把登记册冻结为快照；其他人可照常工作。
    """
    open_register()
    from tsampa.office.bridge.cuts import find_cut
    from tsampa.office.bridge.freeze import freeze_register

    with progress_bar(as_json) as progress:
        cut = find_cut(known) if known else None
        frozen = freeze_register(out, as_of=as_of.date(), known=cut, progress=progress)
    if as_json:
        told = {
            "out": str(out),
            "snapshot": frozen.snapshot.id,
            "cut": frozen.cut.pk,
            "rows": frozen.snapshot.manifest.rows,
        }
        print_json(told | {"problems": [one.to_dict() for one in frozen.problems]})
    else:
        click.echo(f"{say('snapshot', lang)}: {out}  ({say('cut', lang)} {frozen.cut.pk})")
        print_problems(frozen.problems, lang)
    end(1 if frozen.problems else 0)


@click.command()
@click.argument("assessment", type=click.Path(path_type=Path))
@click.option("--by", required=True, help="Whose act it is: a username of the office.")
@json_option
@lang_option
def attach(assessment: Path, by: str, as_json: bool, lang: str) -> None:
    """Bring the results of an ASSESSMENT back to the households of the office.

    把测算结果带回登记册中的各户。
    """
    open_register()
    from django.utils import timezone

    from tsampa.office.accounts.queries import find_user
    from tsampa.office.bridge.results import attach_results

    found = attach_results(assessment, by=find_user(by).get_username(), at=timezone.now())
    count = found.results.count()
    if as_json:
        print_json({"judgement": found.pk, "households": count, "rulebook": found.rulebook})
    else:
        click.echo(f"{say('assessment', lang)} {found.day}: {count:,} {say('household', lang)}")


COMMANDS = [snapshot, attach]
