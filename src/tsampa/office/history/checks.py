"""What a recorded model may not have: a column whose value a payload would not hold to the last digit."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.db import models

from tsampa.office.history.recorded import recorded_models

__all__ = ["exact_columns"]


@register
def exact_columns(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Decimals are scaled integers; there are no floats."""
    return [
        Error(
            f"{model._meta.label}.{field.name} is a float or decimal",
            hint="Keep a scaled integer.", id="history.E001",
        )
        for model in recorded_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.FloatField | models.DecimalField)
    ]  # fmt: skip
