"""Loads a programme's rulebook: runs its rule files once, turns functions into trees, and checks them all."""

from __future__ import annotations

import inspect
import re
import traceback
from pathlib import Path
from types import ModuleType

from tsampa.errors import TsampaError
from tsampa.rules.check import check_rulebook
from tsampa.rules.declare import Declared, collecting
from tsampa.rules.language import Expression, One, lift
from tsampa.rules.measured import require_whole
from tsampa.rules.parameter import ParameterValues, read_parameters
from tsampa.rules.relations import FIGURE_AREA, entity_table
from tsampa.rules.rulebook import Figure, Formula, Meaning, Name, Rulebook
from tsampa.schema import Label, Schema, find_programme, read_programme, read_schema

__all__ = ["build_rulebook", "load_rulebook", "trace_declared"]


def load_rulebook(programme: str | Path) -> Rulebook:
    """The rulebook of a programme, by name or path, checked whole.

    Raises TsampaError (codes ``rule-…``, ``parameter-…``, ``figure-…``) naming file, line and formula.
    """
    folder = find_programme(programme)
    file, schema = read_programme(folder), read_schema(folder)
    return build_rulebook(
        [one for path in _files(folder) for one in read_rule_file(path)],
        schema,
        read_parameters(folder / "parameters", schema),
        programme=file.name,
        label=Label(file.en, file.zh),
        shows=tuple(file.shows),
        time_zone=file.time_zone,
        folder=folder,
        unit_labels={name: Label(*label) for name, label in file.units.items()},
    )


def build_rulebook(
    declared: list[Declared], schema: Schema, parameters: dict[str, ParameterValues], *, programme: str, label: Label,
    shows: tuple[str, ...] = (), time_zone: str = "UTC", unit_labels: dict[str, Label] | None = None, folder: Path = Path(),
) -> Rulebook:  # fmt: skip
    """A checked rulebook of what has been declared; places are kept relative to ``folder``. Raises as ``load_rulebook`` does."""
    rulebook = Rulebook(
        programme=programme,
        label=label,
        schema=schema,
        parameters=parameters,
        formulas=_formulas([one for one in declared if one.kind == "formula"], schema, folder),
        figures=_figures([one for one in declared if one.kind == "figure"], schema, folder),
        shows=shows,
        unit_labels=unit_labels or {},
        time_zone=time_zone,
    )
    check_rulebook(rulebook)
    return rulebook


def _files(folder: Path) -> list[Path]:
    return [path for part in ("rules", "figures") for path in sorted((folder / part).glob("*.py"))]


def read_rule_file(path: Path) -> list[Declared]:
    """The declarations of one file, which is run once in a module of its own that nothing else can import."""
    found: list[Declared] = []
    token = collecting.set(found)
    module = ModuleType(f"tsampa_programme_{path.stem}")
    module.__file__ = str(path)
    try:
        code = compile(path.read_text(encoding="utf-8"), str(path), "exec", dont_inherit=True)
        exec(code, module.__dict__)
    except TsampaError:
        raise
    except SyntaxError as error:
        raise TsampaError(
            "rule-syntax",
            f"not valid Python: {error.msg}",
            where=f"{path}:{error.lineno}",
            remedy="Mend the line.",
        ) from None
    except Exception as error:
        raise _failed(error, path, "") from None
    finally:
        collecting.reset(token)
    return found


def _failed(error: Exception, path: Path, name: str) -> TsampaError:
    """A Python error inside a rule file, told by the line of that file."""
    lines = [
        frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)
    ]
    where = f"{path}:{lines[-1] if lines else 1}" + (f": {name}" if name else "")
    return TsampaError(
        "rule-failed",
        f"{type(error).__name__}: {error}",
        where=where,
        remedy="Rules are expressions over symbols; only the words of tsampa.rules work on them.",
    )


def trace_declared(one: Declared, schema: Schema) -> Expression:
    """Calls the function with a symbol for its row. Raises TsampaError naming formula, file and line."""
    if one.entity != FIGURE_AREA and entity_table(schema, one.entity) is None:
        known = ", ".join(schema.by_entity)
        raise TsampaError(
            "rule-entity-unknown",
            f"there is no entity '{one.entity}'",
            where=f"{one.at}: {one.kind} {one.name}",
            remedy=f"Use one of {known}.",
        )
    symbol = One(schema, one.entity, lambda node: Expression(node, one.entity))
    try:
        found = lift(one.function(symbol))
    except TsampaError as error:
        raise TsampaError(
            error.code, error.message, where=f"{error.where}: {one.kind} {one.name}", remedy=error.remedy
        ) from None
    except Exception as error:
        raise _failed(error, Path(one.function.__code__.co_filename), f"{one.kind} {one.name}") from None
    require_whole(found.node, one)
    return _require_one(found, one)


def _require_one(found: Expression, one: Declared) -> Expression:
    if found.rows is not None:
        raise TsampaError(
            "rule-wrong-entity",
            f"it gives a value of each of the {found.rows.back}, but must give one for the {one.entity}",
            where=f"{one.at}: {one.kind} {one.name}",
            remedy="Fold the rows into one value with sum(), count(), any(), all(), min() or max().",
        )
    if found.entity not in (None, one.entity):
        raise TsampaError(
            "rule-wrong-entity",
            f"it gives a value of a {found.entity}, but must give one for the {one.entity}",
            where=f"{one.at}: {one.kind} {one.name}",
            remedy=f"Start from the {one.entity} it is called with.",
        )
    return found


def _formulas(declared: list[Declared], schema: Schema, folder: Path) -> dict[Name, tuple[Formula, ...]]:
    found: dict[Name, list[Formula]] = {}
    for one in declared:
        says, node = one.says, trace_declared(one, schema).node
        found.setdefault((one.entity, one.name), []).append(
            Formula(
                one.entity,
                one.name,
                node,
                Label(says["en"], says["zh"]),
                _meaning(one),
                says["unit"],
                says["digits"],
                says["since"],
                says["until"],
                says["source"],
                _short(one.at, folder),
            )
        )
    return {name: tuple(sorted(versions, key=lambda f: f.since)) for name, versions in sorted(found.items())}


def _figures(declared: list[Declared], schema: Schema, folder: Path) -> dict[str, Figure]:
    found: dict[str, Figure] = {}
    for one in declared:
        if one.name in found:
            raise TsampaError(
                "figure-twice",
                "two figures have this id",
                where=f"{one.at}: figure {one.name}",
                remedy=f"Rename one; the other is at {found[one.name].at}.",
            )
        says, node = one.says, trace_declared(one, schema).node
        found[one.name] = Figure(
            one.name,
            node,
            Label(says["en"], says["zh"]),
            _meaning(one),
            says["unit"],
            says["digits"],
            says["bound"],
            Label(*says["scope"]),
            Label(*says["overlap"]),
            says["source"],
            _short(one.at, folder),
            says["area"],
        )
    return found


_CHINESE = re.compile(r"[一-鿿]")


def _meaning(one: Declared) -> Meaning:
    """The docstring's English and Chinese paragraphs."""
    paragraphs = [
        " ".join(part.split())
        for part in re.split(r"\n\s*\n", inspect.cleandoc(one.function.__doc__ or ""))
        if part.strip()
    ]
    chinese = [part for part in paragraphs if _CHINESE.search(part)]
    english = [part for part in paragraphs if not _CHINESE.search(part)]
    if not chinese or not english:
        raise TsampaError(
            "rule-meaning",
            "its docstring does not say what it means in English and in Chinese",
            where=f"{one.at}: {one.kind} {one.name}",
            remedy="Write one paragraph of each, with an empty line between them.",
        )
    return Meaning(" ".join(english), "".join(chinese))


def _short(at: str, folder: Path) -> str:
    """The place as it is kept: relative to the programme, so that it means the same on any machine."""
    return at.removeprefix(f"{folder}/")
