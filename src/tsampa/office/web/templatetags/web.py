"""``{% load web %}``: addresses that keep what is asked, numbers and money as people read them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django import template
from django.conf import settings

from tsampa.schema import from_minor, read_programme

register = template.Library()


@register.simple_tag(takes_context=True)
def here(context: dict[str, Any], **changed: Any) -> str:
    """This page's address with other values in its query; an empty value leaves the name out."""
    query = context["request"].GET.copy()
    for name, value in changed.items():
        query.pop(name, None)
        if value not in ("", None):
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.filter
def count(value: Any) -> str:
    """A whole number with thousands parted; a dash for what is not known."""
    return "–" if value is None else f"{value:,}"


@register.filter
def money(value: int | None) -> str:
    """An amount in minor units as ``4,000.00``; a dash for what is not known."""
    return "–" if value is None else f"{from_minor(value, _exponent()):,f}"


@register.filter
def share_of(part: int | None, whole: int | None) -> str:
    """``part`` of ``whole`` in per cent with one decimal; a dash where there is nothing to divide by."""
    if part is None or not whole:
        return "–"
    return f"{(Decimal(100) * part / whole).quantize(Decimal('0.1'))} %"


@register.filter
def day(value: date | None) -> str:
    """``2020-06-30``: a day as everything here writes it."""
    return value.isoformat()[:10] if value else "–"


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """The value of a key that a template holds in a variable."""
    return mapping.get(key) if mapping else None


@cache
def _exponent() -> int:
    return read_programme(settings.PROGRAMME).exponent
