"""The command line: parses, calls one function of the library, prints. Heavy imports wait until a command runs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import pairwise

import click

from tsampa.cli import bridge, bulletin, count, data, demo, intake, office, operations, rules, start, whatif
from tsampa.cli.output import default_lang, say

__all__ = ["cli", "main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tsampa")
def cli() -> None:
    """Tsampa: a register of households, judged by a dated rulebook, every figure opened.

    户帮扶工作平台：按有日期的规则逐户测算，每个数字都能打开。
    """


for _group in (data, count, rules, demo, bulletin, whatif, start, intake, bridge, office, operations):
    for _command in _group.COMMANDS:
        cli.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command line and ends the process: 0 fine, 1 problems in the data, 2 wrong usage."""
    from tsampa.errors import TsampaError

    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        # Without standalone mode click hands back the exit code of the command instead of ending the process.
        code = cli.main(given, prog_name="tsampa", standalone_mode=False)
    except TsampaError as error:
        _say_error(error, "--json" in given, _lang_of(given))
        sys.exit(2 if error.usage else 1)
    except click.Abort:
        click.echo("stopped", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        code = 0
    sys.exit(code if isinstance(code, int) else 0)


def _lang_of(given: list[str]) -> str:
    """What ``--lang`` says, wherever the error came from; otherwise the terminal's language."""
    told = [after for option, after in pairwise(given) if option == "--lang"]
    told += [one.removeprefix("--lang=") for one in given if one.startswith("--lang=")]
    return told[-1] if told else default_lang()


def _say_error(error: object, as_json: bool, lang: str) -> None:
    from tsampa.errors import TsampaError

    assert isinstance(error, TsampaError)
    if as_json:
        from tsampa.cli.output import print_json

        print_json({"error": error.to_dict()})
    else:
        from tsampa.messages import say_error

        click.echo(f"{say('error', lang)}: {say_error(error, lang)}", err=True)
