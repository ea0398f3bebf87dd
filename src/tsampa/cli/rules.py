"""``tsampa rules``: check, show, test and document a rulebook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tsampa.cli.output import end, json_option, lang_option, print_json, print_table, say

if TYPE_CHECKING:
    from tsampa.rules import Formula, Rulebook

__all__ = ["COMMANDS"]


@click.group()
def rules() -> None:
    """Check, show, test and document a programme's rulebook.

    检查、查看、测试规则手册并生成文档。
    """


@rules.command()
@click.argument("programme")
@json_option
@lang_option
def check(programme: str, as_json: bool, lang: str) -> None:
    """Load a PROGRAMME's rulebook and find its mistakes.

    载入规则手册并检查错误。
    """
    from tsampa.rules import load_rulebook

    found = load_rulebook(programme)
    counts = {
        "formulas": sum(1 for _ in found.all_formulas()),
        "parameters": len(found.parameters),
        "figures": len(found.figures),
    }
    if as_json:
        print_json({"programme": found.programme, "version": found.version, **counts})
    else:
        said = ", ".join(f"{say(word, lang)} {count}" for word, count in counts.items())
        click.echo(f"{found.programme}: {said}; {say('no problems', lang)}\n{found.version}")


@rules.command()
@click.argument("programme")
@click.argument("variable", required=False)
@json_option
@lang_option
def show(programme: str, variable: str | None, as_json: bool, lang: str) -> None:
    """List a PROGRAMME's variables, or show one VARIABLE whole.

    列出全部变量，或查看其中一个。
    """
    from tsampa.rules import load_rulebook

    found = load_rulebook(programme)
    formulas = list(found.all_formulas()) if variable is None else _versions(found, variable)
    if as_json:
        print_json([_plain(one, found, lang) for one in formulas])
    elif variable is None:
        print_table(
            ["", "", "", ""], [(one.entity, one.name, one.label.say(lang), one.unit) for one in formulas]
        )
    else:
        for one in formulas:
            for value in _plain(one, found, lang).values():
                if value:
                    click.echo(str(value))


def _versions(found: Rulebook, variable: str) -> list[Formula]:
    from difflib import get_close_matches

    from tsampa.errors import TsampaError

    formulas = [one for one in found.all_formulas() if variable in (one.name, f"{one.entity}.{one.name}")]
    if not formulas:
        near = get_close_matches(variable, [one.name for one in found.all_formulas()], 3)
        remedy = f"Did you mean {', '.join(near)}?" if near else "List all with 'tsampa rules show'."
        raise TsampaError(
            "variable-unknown",
            f"no variable '{variable}'",
            where=f"programme {found.programme}",
            remedy=remedy,
            usage=True,
        )
    return formulas


def _plain(one: Formula, rulebook: Rulebook, lang: str) -> dict[str, Any]:
    from tsampa.rules.words import in_words

    return {
        "name": f"{one.entity}.{one.name}", "label": one.label.say(lang), "meaning": one.meaning.say(lang), "unit": one.unit,
        "since": one.since.isoformat(), "until": one.until.isoformat() if one.until else "",
        "words": in_words(one.node, rulebook, lang), "source": one.source, "at": one.at,
    }  # fmt: skip


@rules.command()
@click.argument("programme")
@json_option
@lang_option
def test(programme: str, as_json: bool, lang: str) -> None:
    """Run a PROGRAMME's cases on both engines.

    用两种引擎运行全部案例。
    """
    from tsampa.assessment.engines import columns_engine, reference_engine
    from tsampa.rules import load_rulebook
    from tsampa.rules.cases import read_cases, run_case
    from tsampa.schema import find_programme

    rulebook = load_rulebook(programme)
    cases = read_cases(find_programme(programme) / "cases", rulebook)
    failures = [
        {"engine": name, "failure": str(failure)}
        for name, engine in (("reference", reference_engine), ("columns", columns_engine))
        for case in cases for failure in run_case(case, rulebook, engine)
    ]  # fmt: skip
    if as_json:
        print_json({"cases": len(cases), "failures": failures})
    else:
        for one in failures:
            click.echo(f"{one['engine']}: {one['failure']}")
        click.echo(
            f"{say('passed' if not failures else 'failed', lang)}: {len(cases)}"
            + (f", {len(failures)}" if failures else "")
        )
    end(1 if failures else 0)


@rules.command()
@click.argument("programme")
@click.option("--out", type=click.Path(path_type=Path), help="Write to this file instead of the terminal.")
@json_option
@lang_option
def docs(programme: str, out: Path | None, as_json: bool, lang: str) -> None:
    """Write the reference of every variable, parameter and figure of a PROGRAMME.

    生成全部变量、参数和指标的参考文档。
    """
    from tsampa.rules import load_rulebook
    from tsampa.rules.docs import rulebook_reference

    text = rulebook_reference(load_rulebook(programme), lang)
    if out is not None:
        out.write_text(text, encoding="utf-8")
    if as_json:
        print_json(
            {"programme": programme, "out": str(out) if out else None, "markdown": None if out else text}
        )
    elif out is None:
        click.echo(text)


COMMANDS = [rules]
