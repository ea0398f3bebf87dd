"""The rulebook as canonical JSON and back: data that no one executes, the same bytes for the same content.

An assessment keeps its rulebook in this form, so that its figures open and its decisions explain themselves for ever.
"""

from __future__ import annotations

import hashlib
from dataclasses import Field, fields, replace
from datetime import date
from fractions import Fraction
from typing import Any

import msgspec

from tsampa.documents import canonical_json
from tsampa.errors import TsampaError
from tsampa.rules import nodes as n
from tsampa.rules.parameter import ParameterValues
from tsampa.rules.rulebook import Figure, Formula, Rulebook

__all__ = ["decode_rulebook", "encode_rulebook", "tree_of", "written_version"]

FORMAT = 1

_NODES: dict[str, type[n.Node]] = {kind.__name__: kind for kind in n.Node.__subclasses__()}


def encode_rulebook(rulebook: Rulebook) -> bytes:
    """The rulebook as canonical JSON, with the places its formulas were written at."""
    return canonical_json(_plain(rulebook))


def written_version(data: bytes) -> str:
    """The version of the rulebook that ``encode_rulebook`` wrote as ``data``: the SHA-256 of the content, places left out."""
    plain = msgspec.json.decode(data)
    for kind in ("formulas", "figures", "parameters"):
        for one in plain[kind]:
            one["at"] = ""
    return hashlib.sha256(canonical_json(plain)).hexdigest()


def decode_rulebook(data: bytes, where: str = "rulebook.json") -> Rulebook:
    """The rulebook that ``encode_rulebook`` wrote. Raises TsampaError ``rulebook-malformed``."""
    try:
        plain = msgspec.json.decode(data)
        if plain["format"] != FORMAT:
            raise TsampaError(
                "rulebook-format",
                f"format {plain['format']}, and this version reads {FORMAT}",
                where=where,
                remedy="Use the version of Tsampa that wrote it.",
            )
        return _rulebook(plain)
    except (msgspec.MsgspecError, KeyError, TypeError, IndexError, ValueError) as error:
        raise TsampaError(
            "rulebook-malformed",
            f"not a rulebook: {error}",
            where=where,
            remedy="The file was altered or cut short; assess again.",
        ) from None


def _plain(rulebook: Rulebook) -> dict[str, Any]:
    formulas = sorted(rulebook.all_formulas(), key=lambda f: (f.entity, f.name, f.since))
    return {
        "format": FORMAT,
        "programme": rulebook.programme,
        "label": msgspec.to_builtins(rulebook.label),
        "schema": msgspec.to_builtins(replace(rulebook.schema, units=frozenset()))
        | {"units": sorted(rulebook.schema.units)},
        "shows": list(rulebook.shows),
        "time_zone": rulebook.time_zone,
        "unit_labels": {
            name: msgspec.to_builtins(label) for name, label in sorted(rulebook.unit_labels.items())
        },
        "parameters": [_tagged(one) for _, one in sorted(rulebook.parameters.items())],
        "formulas": [_with_tree(one) for one in formulas],
        "figures": [_with_tree(one) for _, one in sorted(rulebook.figures.items())],
    }


def _with_tree(one: Formula | Figure) -> dict[str, Any]:
    own = {
        field.name: msgspec.to_builtins(getattr(one, field.name))
        for field in fields(one)
        if field.name != "node"
    }
    return own | {"tree": tree_of(one.node)}


def tree_of(root: n.Node) -> list[dict[str, Any]]:
    """The nodes, each after those below it, referring to them by position; the last is the root."""
    order = _children_first(root)
    place = {id(node): index for index, node in enumerate(order)}

    def encode(value: Any) -> Any:
        if isinstance(value, n.Node):
            return {"node": place[id(value)]}
        return [encode(item) for item in value] if isinstance(value, tuple) else _tagged(value)

    return [
        {"op": type(node).__name__}
        | {f.name: encode(getattr(node, f.name)) for f in fields(node) if _is_written(node, f)}
        for node in order
    ]


def _is_written(node: n.Node, field: Field[Any]) -> bool:
    return field.name != "at" and not ("later" in field.metadata and getattr(node, field.name) is None)


def _children_first(root: n.Node) -> list[n.Node]:
    order: list[n.Node] = []
    seen: set[int] = set()
    waiting: list[tuple[n.Node, bool]] = [(root, False)]
    while waiting:
        node, below_done = waiting.pop()
        if below_done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            waiting.append((node, True))
            waiting.extend((child, False) for child in reversed(list(n.children(node))))
    return order


def _tagged(value: Any) -> Any:
    """Plain JSON; exact numbers and dates marked, so that they come back as what they were."""
    if isinstance(value, Fraction):
        return {"number": str(value)}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, (tuple, list)):
        return [_tagged(item) for item in value]
    if isinstance(value, ParameterValues):
        return {field.name: _tagged(getattr(value, field.name)) for field in fields(value)}
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: _tagged(getattr(value, field.name)) for field in fields(value)}
    return value


def _untagged(value: Any) -> Any:
    if isinstance(value, dict) and value.keys() == {"number"}:
        return Fraction(value["number"])
    if isinstance(value, dict) and value.keys() == {"date"}:
        return date.fromisoformat(value["date"])
    if isinstance(value, list):
        return tuple(_untagged(item) for item in value)
    if isinstance(value, dict):
        return {key: _untagged(item) for key, item in value.items()}
    return value


def _decode_tree(plain: list[dict[str, Any]]) -> n.Node:
    made: list[n.Node] = []

    def decode(value: Any) -> Any:
        if isinstance(value, dict) and value.keys() == {"node"}:
            return made[value["node"]]
        return tuple(decode(item) for item in value) if isinstance(value, list) else _untagged(value)

    for one in plain:
        kind = _NODES[one["op"]]
        made.append(kind(**{name: decode(value) for name, value in one.items() if name != "op"}))
    return made[-1]


def _rulebook(plain: dict[str, Any]) -> Rulebook:
    from tsampa.schema import Label, Schema

    parameters = [_parameter(one) for one in plain["parameters"]]
    formulas: dict[tuple[str, str], list[Formula]] = {}
    for one in plain["formulas"]:
        formula = _declared(one, Formula)
        formulas.setdefault((formula.entity, formula.name), []).append(formula)
    return Rulebook(
        programme=plain["programme"], label=msgspec.convert(plain["label"], Label), schema=msgspec.convert(plain["schema"], Schema),
        parameters={one.name: one for one in parameters}, formulas={name: tuple(versions) for name, versions in formulas.items()},
        figures={one["id"]: _declared(one, Figure) for one in plain["figures"]}, shows=tuple(plain["shows"]),
        unit_labels={name: msgspec.convert(label, Label) for name, label in plain["unit_labels"].items()}, time_zone=plain["time_zone"],
    )  # fmt: skip


def _declared(plain: dict[str, Any], kind: type[Any]) -> Any:
    """A formula or figure: every field but the tree converted to its declared type."""
    hints = {"since": date, "until": date | None}
    own: dict[str, Any] = {"node": _decode_tree(plain["tree"])}
    for field in fields(kind):
        if field.name != "node":
            type_ = hints.get(field.name) or _FIELD_TYPES.get(field.name)
            own[field.name] = msgspec.convert(plain[field.name], type_) if type_ else plain[field.name]
    return kind(**own)


def _parameter(plain: dict[str, Any]) -> ParameterValues:
    from tsampa.rules.parameter import Dated
    from tsampa.schema import Kind, Label, Unit

    own = _untagged(plain)
    dated = tuple(Dated(one["since"], one["values"], one["steps"], one["source"]) for one in own["dated"])
    threshold = plain["threshold_unit"]
    return ParameterValues(
        own["name"], Label(**plain["label"]), Kind(own["kind"]), msgspec.convert(plain["unit"], Unit), own["digits"], own["keys"],
        None if threshold is None else msgspec.convert(threshold, Unit), dated, own["until"], own["at"],
    )  # fmt: skip


def _field_types() -> dict[str, Any]:
    from tsampa.rules.rulebook import Meaning
    from tsampa.schema import Label

    return {"label": Label, "meaning": Meaning, "scope": Label, "overlap": Label}


_FIELD_TYPES = _field_types()
