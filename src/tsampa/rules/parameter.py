"""Dated parameters: the numbers of a programme's rules, each with its unit, its source and the day it came into force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import msgspec

from tsampa.documents import read_yaml
from tsampa.errors import TsampaError
from tsampa.schema import NO_UNIT, Kind, Label, Schema, Unit, parse_unit

__all__ = [
    "Dated", "ParameterValues", "Scalar", "Steps", "digits_of", "parse_number", "parse_scalar", "read_parameters",
]  # fmt: skip

LONGEST = 60
"""So many places a number has before or after its point: ``1e999999999`` is eight letters, and would fill the memory."""

Scalar = Fraction | str | bool | date
Steps = tuple[tuple[Fraction, Fraction], ...]
"""A tariff: thresholds, rising, and the value from each on."""


@dataclass(frozen=True)
class Dated:
    """What a parameter is from ``since`` on: one value (key ``()``), one for each key, or a tariff's steps."""

    since: date
    values: tuple[tuple[tuple[str, ...], Scalar], ...]
    steps: Steps
    source: str


@dataclass(frozen=True)
class ParameterValues:
    """A parameter: its unit, and its values in order of date, each in force until the next one or ``until``.

    ``keys`` names what chooses among its series (a crop, a region); ``threshold_unit`` is set for a tariff only.
    ``digits`` is how many decimals its numbers have, None where one is no decimal fraction (1/3).
    """

    name: str
    label: Label
    kind: Kind
    unit: Unit
    digits: int | None
    keys: tuple[str, ...]
    threshold_unit: Unit | None
    dated: tuple[Dated, ...]
    until: date | None
    at: str

    def on(self, day: date) -> Dated | None:
        """The values in force on the day, or None before the first and from ``until`` on."""
        if self.until is not None and day >= self.until:
            return None
        return next((one for one in reversed(self.dated) if one.since <= day), None)


class DatedSpec(msgspec.Struct, forbid_unknown_fields=True):
    """One dated entry of a parameter file: ``value`` or ``steps``."""

    since: date
    value: Any = None
    steps: dict[str, str] | None = None
    source: str = ""


class ParameterSpec(msgspec.Struct, forbid_unknown_fields=True):
    """One parameter of a parameter file."""

    en: str
    zh: str
    values: list[DatedSpec]
    source: str = ""
    unit: str = "1"
    type: Literal["number", "text", "bool", "date"] = "number"
    keys: list[str] = []
    threshold_unit: str | None = None
    until: date | None = None


def read_parameters(folder: Path, schema: Schema) -> dict[str, ParameterValues]:
    """All parameters of the YAML files in ``folder``, by name.

    Raises TsampaError ``parameter-…`` naming file and parameter.
    """
    found: dict[str, ParameterValues] = {}
    for path in sorted(folder.glob("*.yaml")):
        for name, spec in read_yaml(path, dict[str, ParameterSpec]).items():
            where = f"{path}: parameter {name}"
            if name in found:
                raise _error(
                    "parameter-twice",
                    "this parameter is declared twice",
                    where,
                    f"Keep one; the other is in {found[name].at}.",
                )
            found[name] = _parameter(name, spec, schema, where)
    return found


def _parameter(name: str, spec: ParameterSpec, schema: Schema, where: str) -> ParameterValues:
    if not spec.values:
        raise _error("parameter-empty", "it has no value", where, "Give at least one dated value.")
    dated = tuple(_dated(one, spec, where) for one in spec.values)
    days = [one.since for one in dated]
    if days != sorted(set(days)):
        raise _error(
            "parameter-order",
            "its values are not in order of date, each day once",
            where,
            "List them from the earliest to the latest.",
        )
    kind = Kind(spec.type)
    try:
        unit = parse_unit(spec.unit, schema.units) if kind is Kind.NUMBER else NO_UNIT
        threshold = parse_unit(spec.threshold_unit, schema.units) if spec.threshold_unit is not None else None
    except TsampaError as error:
        raise _error(error.code, error.message, where, error.remedy) from None
    return ParameterValues(
        name,
        Label(spec.en, spec.zh),
        kind,
        unit,
        digits_of(dated),
        tuple(spec.keys),
        threshold,
        dated,
        spec.until,
        where,
    )


def _dated(one: DatedSpec, spec: ParameterSpec, where: str) -> Dated:
    where = f"{where}, since {one.since}"
    source = one.source or spec.source
    if not source:
        raise _error("parameter-source", "it names no source", where, "Say where the value comes from.")
    if (one.steps is not None) != (spec.threshold_unit is not None) or (one.steps is None) == (
        one.value is None
    ):
        raise _error(
            "parameter-value",
            "it needs either a value, or steps together with threshold_unit",
            where,
            "Give one of the two.",
        )
    if one.steps is not None:
        pairs = tuple(
            (parse_number(low, where), parse_number(value, where)) for low, value in one.steps.items()
        )
        if [low for low, _ in pairs] != sorted({low for low, _ in pairs}):
            raise _error(
                "parameter-order",
                "its thresholds are not rising",
                where,
                "List the steps from the lowest threshold up.",
            )
        return Dated(one.since, (), pairs, source)
    return Dated(one.since, tuple(_leaves(one.value, len(spec.keys), spec.type, where)), (), source)


def _leaves(value: Any, depth: int, type_: str, where: str) -> list[tuple[tuple[str, ...], Scalar]]:
    if isinstance(value, dict) != (depth > 0):
        raise _error(
            "parameter-keys",
            "its values do not have the keys it declares",
            where,
            "Nest one mapping for each name under keys.",
        )
    if depth == 0:
        return [((), parse_scalar(value, Kind(type_), where))]
    return [
        ((key, *rest), leaf)
        for key, below in value.items()
        for rest, leaf in _leaves(below, depth - 1, type_, where)
    ]


def parse_scalar(text: str, kind: Kind, where: str) -> Scalar:
    """One value as a parameter file writes it. Raises TsampaError ``parameter-value`` naming ``where``."""
    if kind is Kind.NUMBER:
        return parse_number(text, where)
    if kind is Kind.BOOL:
        if text not in ("true", "false"):
            raise _error(
                "parameter-value", f"'{text}' is neither true nor false", where, "Write true or false."
            )
        return text == "true"
    if kind is Kind.DATE:
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise _error(
                "parameter-value", f"'{text}' is not a date", where, "Write dates as 2020-06-30."
            ) from None
    return text


def parse_number(text: str, where: str) -> Fraction:
    """An exact number: 0.4, 2952, 1/3 or 12.5%."""
    try:
        plain = text.strip()
        if "/" in plain:
            return Fraction(plain)
        number = Decimal(plain.removesuffix("%"))
        if abs(number.adjusted()) > LONGEST:
            raise ValueError
        return Fraction(number) / (100 if plain.endswith("%") else 1)
    except (ValueError, InvalidOperation, ZeroDivisionError, AttributeError, OverflowError):
        raise _error(
            "parameter-value", f"'{text}' is not a number", where, "Write 2952, 0.4, 40% or 1/3."
        ) from None


def decimals(value: Fraction) -> int | None:
    """How many decimals write the value exactly, None where no number of them does."""
    digits, rest = 0, value.denominator
    for prime in (2, 5):
        power = 0
        while rest % prime == 0:
            rest //= prime
            power += 1
        digits = max(digits, power)
    return digits if rest == 1 else None


def digits_of(dated: tuple[Dated, ...]) -> int | None:
    """How many decimals the numbers have, None where one is no decimal fraction."""
    numbers = [value for one in dated for _, value in one.values if isinstance(value, Fraction)]
    found = [decimals(value) for value in [*numbers, *(v for one in dated for _, v in one.steps)]]
    return None if None in found else max((one for one in found if one is not None), default=0)


def _error(code: str, message: str, where: str, remedy: str) -> TsampaError:
    return TsampaError(code, message, where=where, remedy=remedy)
