"""Forms made from the schema: a field for each column, of its type, with its choices and bounds; values come out in storage form."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from tsampa.office.register.columns import schema
from tsampa.office.register.said import say_number
from tsampa.office.web.language import language
from tsampa.schema import Column, Kind, from_minor, to_minor

__all__ = [
    "DayField",
    "ExactField",
    "ReasonForm",
    "extra_fields",
    "field_of",
    "form_of",
    "plain_initial",
    "row_form",
    "stored",
]

Choices = list[tuple[str, str]]
_EXACT = re.compile(r"-?\d{1,18}(\.\d{1,12})?")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
AHEAD_FIELDS = ("until",)
"""Days that may lie ahead whatever the schema says."""


class ExactField(forms.CharField):
    """A number typed with decimals, kept as a whole number of smallest parts; more decimals than it holds are refused."""

    def __init__(self, *, digits: int, low: int | None, high: int | None, **told: Any) -> None:
        super().__init__(max_length=40, **told)
        self.digits, self.low, self.high = digits, low, high
        self.widget.attrs["inputmode"] = "decimal"

    def clean(self, value: Any) -> int | None:
        """The number, None where nothing is typed. Raises ValidationError."""
        typed = (super().clean(value) or "").replace(",", "").replace(",", "").replace(" ", "")
        if not typed:
            return None
        if not _EXACT.fullmatch(typed):
            raise forms.ValidationError(_("Write a number such as 4000 or 4000.50."), code="number")
        try:
            found = to_minor(Decimal(typed), self.digits)
        except ValueError:
            raise forms.ValidationError(_("At most %(digits)s decimals.") % {"digits": self.digits}, code="decimals") from None  # fmt: skip
        if (self.low is not None and found < self.low) or (self.high is not None and found > self.high):
            raise forms.ValidationError(_("Between %(low)s and %(high)s.") % {"low": self._said(self.low), "high": self._said(self.high)}, code="bounds")  # fmt: skip
        return found

    def _said(self, bound: int | None) -> str:
        return "…" if bound is None else say_number(bound, self.digits)


class DayField(forms.DateField):
    """A day as ``2020-06-30``, and not one that lies ahead where it may not."""

    def __init__(self, *, latest: date | None, **told: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(input_formats=["%Y-%m-%d"], widget=widget, **told)
        self.latest = latest

    def clean(self, value: Any) -> date | None:
        """The day. Raises ValidationError."""
        found: date | None = super().clean(value)
        if found is not None and found.year < 1850:
            raise forms.ValidationError(_("This day is too long ago."), code="bounds")
        if found is not None and self.latest is not None and found > self.latest:
            raise forms.ValidationError(_("This day lies ahead."), code="ahead")
        return found


class ReasonForm(forms.Form):
    """What every form that changes the register asks and carries: the reason, which showing of the form it is, and what it rests on.

    ``form`` is given once, so that it acts once; ``stamp`` is the number of the latest version of the rows it was shown with.
    """

    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    form = forms.CharField(widget=forms.HiddenInput, max_length=64)
    stamp = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**62)

    def clean_form(self) -> str:
        """A mark as the office gives it."""
        found: str = self.cleaned_data["form"]
        if not _TOKEN.fullmatch(found):
            raise forms.ValidationError(_("Load the page anew."), code="form")
        return found

    @staticmethod
    def fresh() -> str:
        """A mark that no form had before."""
        return secrets.token_urlsafe(24)


def field_of(column: Column, latest: date, *, required: bool | None = None) -> forms.Field:
    """The field of a column."""
    must = column.required if required is None else required
    told: dict[str, Any] = {"label": column.label.say(language()), "required": must}
    kind = column.type.kind
    if kind is Kind.BOOL:
        choices = [("true", _("yes")), ("false", _("no"))]
        return forms.ChoiceField(choices=choices if must else [("", _("unknown")), *choices], **told)
    if kind is Kind.NUMBER:
        return ExactField(digits=column.type.digits, low=column.low, high=column.high, help_text=_unit(column), **told)  # fmt: skip
    if kind is Kind.DATE:
        ahead = column.ahead or column.name in AHEAD_FIELDS
        return DayField(latest=None if ahead else latest, **told)
    if column.type.choices:
        words = [(one, column.choice_labels[one].say(language())) for one in column.type.choices]
        return forms.ChoiceField(choices=[("", _("unknown") if not must else _("choose")), *words], **told)
    return forms.CharField(max_length=32, **told)


def _unit(column: Column) -> str:
    if column.type.digits:
        return _("at most %(digits)s decimals") % {"digits": column.type.digits}
    return ""


def extra_fields(table: str) -> dict[str, forms.Field]:
    """What the office keeps of a row beside the schema."""
    if table == "persons":
        return {
            "name": forms.CharField(max_length=200, label=_("full name")),
            "other_name": forms.CharField(max_length=200, required=False, label=_("name in another script")),
        }
    if table == "households":
        return {"address": forms.CharField(max_length=200, required=False, label=_("address"))}
    if table == "incomes":
        amount = schema().by_name["incomes"].by_name["amount"]
        gross = ExactField(digits=amount.type.digits, low=0, high=amount.high, required=False, label=_("gross, where the amount follows by a cost norm"))  # fmt: skip
        norm = ExactField(digits=2, low=0, high=10_000, required=False, label=_("cost norm in per cent"), help_text=_("Of 40 % costs, 60 % of the gross is the amount; leave the amount empty then."))  # fmt: skip
        return {"gross": gross, "norm": norm}
    return {}


def form_of(fields: Mapping[str, forms.Field], reason_label: str = "") -> type[ReasonForm]:
    """A form of these fields, with the reason last."""
    made: type[ReasonForm] = type("RowForm", (ReasonForm,), dict(fields))
    made.base_fields["reason"].label = reason_label or _("Why: what is this change known from?")
    made.base_fields = {name: made.base_fields[name] for name in (*fields, "reason", "form", "stamp")}
    return made


def row_form(table: str, latest: date, *, skip: Iterable[str] = (), persons: Choices | None = None, more: Mapping[str, forms.Field] | None = None) -> type[ReasonForm]:  # fmt: skip
    """A form of a row of the table. ``persons`` are who a link to a person may name."""
    declared = schema().by_name[table]
    left_out = {declared.key, "household", *skip}
    fields = {name: one for name, one in extra_fields(table).items() if name not in skip}
    for column in declared.columns:
        if column.name in left_out:
            continue
        if persons is not None and column.name == "person":
            fields["person"] = forms.ChoiceField(choices=[("", "–"), *persons], required=False, label=column.label.say(language()))  # fmt: skip
        else:
            fields[column.name] = field_of(column, latest)
    return form_of({**fields, **(more or {})})


def stored(table: str, cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, in storage form; nothing typed is None, of the office's own texts the empty text."""
    declared, found = schema().by_name[table], dict[str, Any]()
    for name, value in cleaned.items():
        column = declared.by_name.get(name)
        if column is None:
            if name in extra_fields(table):
                found[name] = value
        elif isinstance(value, date):
            found[name] = value.isoformat()
        elif column.type.kind is Kind.BOOL:
            found[name] = {"true": True, "false": False}.get(value)
        else:
            found[name] = None if value == "" else value
    return found


def plain_initial(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row in storage form as its form shows it."""
    return {name: _plain(table, name, value) for name, value in row.items()}


def _plain(table: str, name: str, value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    column = schema().by_name[table].by_name.get(name)
    digits = column.type.digits if column else {"gross": schema().exponent, "norm": 2}.get(name, 0)
    if isinstance(value, int) and digits:
        return f"{from_minor(value, digits):f}"
    return str(value)
