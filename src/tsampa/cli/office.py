"""``tsampa seal``, ``redact``, ``receipt``, ``office``, and ``verify`` of a register: thin over the office, which is an extra."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tsampa.cli.output import json_option, lang_option, print_json, print_table, progress_bar, say

__all__ = ["COMMANDS", "open_register", "print_sign_ins", "start_office", "verify_office", "verify_receipt"]


def start_office() -> None:
    """Django, with the office's settings. Raises TsampaError ``extra-missing``."""
    from tsampa.office.start import start_office as start

    start()


def open_register() -> None:
    """The office, on a database that has its tables. Raises TsampaError ``office-empty``, ``extra-missing``."""
    from tsampa.errors import TsampaError

    start_office()
    from django.db import DatabaseError, connection

    from tsampa.office.history.models import Mark

    try:
        there = connection.vendor != "sqlite" or Path(connection.settings_dict["NAME"]).exists()
        there = there and Mark.objects.exists()
    except DatabaseError:
        there = False
    if not there:
        raise TsampaError(
            "office-empty", "there is no register here yet", usage=True,
            remedy="Set TSAMPA_HOME or TSAMPA_DATABASE, or make one with tsampa office migrate.",
        )  # fmt: skip


def print_sign_ins(lang: str) -> None:
    """Who may sign in to a demonstration, and with what; nothing in any other office."""
    from django.utils.translation import override

    from tsampa.office.demonstration import PASSWORD, sign_ins

    heads = [say(word, lang) for word in ("user", "role", "area", "password")]
    with override("zh-hans" if lang == "zh" else "en"):
        rows = [(one.username, str(one.role.label), one.area or "", PASSWORD) for one in sign_ins()]
    if rows:
        print_table(heads, rows)


def verify_office(copies: Path | None, key: str, as_json: bool, lang: str) -> bool:
    """Verifies the register and prints what was found; whether all holds."""
    open_register()
    from tsampa.cli.data import print_problems
    from tsampa.office.history import verify

    with progress_bar(as_json) as progress:
        found = verify(copies=copies, key=key, progress=progress)
    if as_json:
        counted = {"seals": found.seals, "versions": found.versions, "redacted": found.redacted}
        print_json(counted | {"problems": [one.to_dict() for one in found.problems]})
    else:
        click.echo(
            f"{say('seals', lang)} {found.seals:,}  {say('sealed versions', lang)} {found.versions:,}"
            f"  {say('redacted', lang)} {found.redacted:,}"
        )
        print_problems(found.problems, lang)
    return found.holds


def verify_receipt(file: Path, key: str, as_json: bool, lang: str) -> None:
    """Checks a receipt offline and prints what it proves. Raises TsampaError ``receipt-wrong``, ``receipt-key``."""
    from tsampa.documents import read_json
    from tsampa.errors import TsampaError

    if not key:
        raise TsampaError(
            "receipt-key", "a receipt is checked with the office's public key", usage=True,
            remedy="Give --key; the office publishes it, and each file in its folder seals names it.",
        )  # fmt: skip
    from tsampa.office.history.proofs import check_receipt

    said = check_receipt(read_json(file, dict[str, Any]), key)
    if as_json:
        print_json(said)
    else:
        click.echo(f"{said['table']} {said['key']}  {said['at']}  {said['actor']}  {said['reason']}")
        click.echo(f"{say('seal', lang)} {said['seal']['seal']}  {said['seal']['at']}")
        for name, value in said["values"].items():
            click.echo(f"  {name}: {value}")


@click.command("seal")
@json_option
@lang_option
def seal_(as_json: bool, lang: str) -> None:
    """Seal the register's history as it stands; the files in TSAMPA_HOME/seals are meant to be copied elsewhere.

    给登记册的历史加封；封存文件应另行保存。
    """
    open_register()
    from tsampa.office.history import seal

    made = seal()
    if as_json:
        print_json(made.stated | {"signature": made.signature})
    else:
        stated = made.stated
        click.echo(f"{say('seal', lang)} {made.number}  {stated['at']}  {stated['root']}")
        click.echo(f"{say('sealed versions', lang)} {stated['size']:,}")


@click.command("redact")
@click.argument("table")
@click.argument("key")
@click.option("--by", required=True, help="Who redacts: a username.")
@click.option("--reason", required=True, help="What demands it, such as a court's decision.")
@json_option
@lang_option
def redact_(table: str, key: str, by: str, reason: str, as_json: bool, lang: str) -> None:
    """Take the payloads of a row's earlier versions out of history, by a signed act; their hashes stay.

    依法删除某行历史版本的内容；其哈希值保留，并签名留痕。
    """
    open_register()
    from tsampa.office.history import redact

    made = redact(table, key, by=by, reason=reason)
    count = len(made.stated["versions"]) if made else 0
    if as_json:
        print_json({"redacted": count, "act": made.stated if made else None})
    else:
        click.echo(f"{say('redacted', lang)} {count}")


@click.command("receipt")
@click.argument("household")
@click.argument("out", type=click.Path(path_type=Path))
@json_option
@lang_option
def receipt_(household: str, out: Path, as_json: bool, lang: str) -> None:
    """Write the receipt of a HOUSEHOLD's record under the latest seal to OUT, to be checked by anybody.

    出具某户记录的凭据，任何人都可核对。
    """
    open_register()
    from tsampa.documents import canonical_json
    from tsampa.errors import TsampaError
    from tsampa.office.history import receipt
    from tsampa.office.register.models import Household

    row = Household.objects.filter(pk=household).first()
    if row is None:
        raise TsampaError("household-unknown", f"there is no household {household}", remedy="Check the code.")
    made = receipt(row)
    out.write_bytes(canonical_json(made.to_dict()))
    if as_json:
        print_json(made.to_dict())
    else:
        click.echo(f"{say('receipt', lang)} {made.code}")


@click.command("office", context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def office_(arguments: tuple[str, ...]) -> None:
    """Run a command of the office's framework: migrate, createsuperuser, shell …

    运行业务端的管理命令。
    """
    start_office()
    from django.conf import settings
    from django.core.management import execute_from_command_line

    Path(settings.HOME).mkdir(mode=0o700, parents=True, exist_ok=True)
    execute_from_command_line(["tsampa office", *arguments])


COMMANDS = [seal_, redact_, receipt_, office_]
