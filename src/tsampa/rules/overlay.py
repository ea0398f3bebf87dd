"""A reform: parameters of a rulebook set to other values. The rulebook itself stays as it is; what comes back is another."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from difflib import get_close_matches

from tsampa.errors import TsampaError
from tsampa.rules.check import check_rulebook
from tsampa.rules.parameter import Dated, ParameterValues, digits_of, parse_number, parse_scalar
from tsampa.rules.rulebook import Rulebook

__all__ = ["amend", "overlay"]

NAMED = re.compile(r"(\w+)((?:\[[^\]]*\])*)")


def overlay(rulebook: Rulebook, on: date, values: Mapping[str, str]) -> Rulebook:
    """The rulebook with parameters set for the period in force on the day: ``{"poverty_line": "4200"}``.

    A series is named by its keys, ``grant[wheat]``; a step of a tariff by its threshold, ``reward_tariff[4000]``. Values are
    written as in parameter files, in the parameter's own unit.

    Raises TsampaError ``overlay-parameter``, ``overlay-key``, ``parameter-value``, and those of ``check_rulebook`` where the
    rules cannot hold with such a value.
    """
    parameters = dict(rulebook.parameters)
    for place, text in values.items():
        name, keys = _named(place)
        if name not in parameters:
            raise _unknown(name, list(parameters))
        parameters[name] = _with_value(parameters[name], on, keys, text)
    found = replace(rulebook, parameters=parameters)
    check_rulebook(found)
    return found


def amend(rulebook: Rulebook, since: date, values: Mapping[str, str], source: str) -> Rulebook:
    """The rulebook with parameters that have other values from a day on, until their next value in force.

    ``source`` names the decision that they rest on. Values before the day stay. Raises TsampaError as ``overlay`` does.
    """
    parameters = dict(rulebook.parameters)
    for place, text in values.items():
        name, keys = _named(place)
        if name not in parameters:
            raise _unknown(name, list(parameters))
        found = parameters[name]
        made = replace(_changed(found, since, keys, text)[1], since=since, source=source)
        others = (one for one in found.dated if one.since != since)
        dated = tuple(sorted([*others, made], key=lambda one: one.since))
        parameters[name] = replace(found, dated=dated, digits=digits_of(dated))
    amended = replace(rulebook, parameters=parameters)
    check_rulebook(amended)
    return amended


def _named(place: str) -> tuple[str, tuple[str, ...]]:
    found = NAMED.fullmatch(place.strip())
    if found is None:
        raise TsampaError(
            "overlay-parameter",
            f"'{place}' names no parameter",
            remedy="Write name, name[key] or name[threshold].",
            usage=True,
        )
    return found[1], tuple(re.findall(r"\[([^\]]*)\]", found[2]))


def _unknown(name: str, known: list[str]) -> TsampaError:
    near = get_close_matches(name, known, 3)
    remedy = f"Did you mean {', '.join(near)}?" if near else f"Use one of {', '.join(sorted(known))}."
    return TsampaError("overlay-parameter", f"there is no parameter '{name}'", remedy=remedy, usage=True)


def _with_value(found: ParameterValues, on: date, keys: tuple[str, ...], text: str) -> ParameterValues:
    now, changed = _changed(found, on, keys, text)
    dated = tuple(changed if one is now else one for one in found.dated)
    return replace(found, dated=dated, digits=digits_of(dated), at=f"{found.at} (set to {text})")


def _changed(found: ParameterValues, on: date, keys: tuple[str, ...], text: str) -> tuple[Dated, Dated]:
    """The values in force on the day, and the same with one of them set."""
    now = found.on(on)
    if now is None:
        raise TsampaError(
            "overlay-parameter",
            f"the parameter '{found.name}' has no value on {on}",
            remedy="Set one that is in force on the day.",
            usage=True,
        )
    changed = (
        _step(found, now, keys, text) if found.threshold_unit is not None else _value(found, now, keys, text)
    )
    return now, changed


def _value(found: ParameterValues, now: Dated, keys: tuple[str, ...], text: str) -> Dated:
    known = [own for own, _ in now.values]
    if keys not in known:
        listed = ", ".join(found.name + "".join(f"[{key}]" for key in own) for own in known)
        raise _bad_key(found.name, listed)
    value = parse_scalar(text, found.kind, found.name)
    return replace(now, values=tuple((own, value if own == keys else kept) for own, kept in now.values))


def _step(found: ParameterValues, now: Dated, keys: tuple[str, ...], text: str) -> Dated:
    if len(keys) != 1:
        raise _bad_key(found.name, ", ".join(f"{found.name}[{low}]" for low, _ in now.steps))
    steps = dict(now.steps) | {parse_number(keys[0], found.name): parse_number(text, found.name)}
    return replace(now, steps=tuple(sorted(steps.items())))


def _bad_key(name: str, listed: str) -> TsampaError:
    return TsampaError(
        "overlay-key", f"the parameter '{name}' is not set so", remedy=f"Use one of {listed}.", usage=True
    )
