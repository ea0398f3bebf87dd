"""``{% load register %}``: what templates of household files say of lights and amounts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template

from tsampa.office.register.said import NOTHING, say_number

register = template.Library()


@register.filter
def all_met(lights: Iterable[Any]) -> bool:
    """Whether every light is met."""
    return all(one.state == "meets" for one in lights)


@register.filter
def decimals(value: int | None, digits: int) -> str:
    """A whole number of smallest parts with so many decimals."""
    return NOTHING if value is None else say_number(value, digits)
