"""What is typed about accounts, read and checked."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tsampa.errors import TsampaError
from tsampa.messages import say_message
from tsampa.office.accounts.queries import area_code
from tsampa.office.accounts.roles import May, Role
from tsampa.office.accounts.scope import WHOLE, Scope
from tsampa.office.web.language import language

__all__ = ["EndForm", "GrantForm", "InviteForm", "LookForm", "ReasonForm", "UserFilter", "add_error"]


def add_error(form: forms.Form, error: TsampaError) -> None:
    """What the office says of an act it refuses, with what to do, where the form was."""
    said = " ".join(say_message(text, language()) for text in (error.message, error.remedy) if text)
    form.add_error(None, f"{said} [{error.code}]")


def _day(**told: Any) -> forms.DateField:
    return forms.DateField(
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
        **told,
    )


def _reason(*, required: bool = True) -> forms.CharField:
    return forms.CharField(label=_("Reason"), max_length=500, required=required)


class GrantForm(forms.Form):
    """A role for an area, from a day on."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    area = forms.CharField(label=_("Area"), max_length=200, required=False)
    since = _day(label=_("From"))
    reason = _reason(required=False)

    def __init__(self, scope: Scope, on: date, data: Any = None) -> None:
        super().__init__(data, initial={"since": on})
        self.scope = scope
        self.whole = WHOLE in scope.roots(May.ADMINISTER)
        area = self.fields["area"]
        area.required = not self.whole
        area.help_text = _("Code or name. The role also covers all below it.")
        if self.whole:
            area.help_text = _("Code or name; the role also covers all below it. Empty: the whole register.")

    def clean_area(self) -> str | None:
        """The area's code, None for the whole register."""
        told = str(self.cleaned_data["area"]).strip()
        if not told:
            return None
        found = area_code(self.scope, told, May.ADMINISTER)
        if found is None:
            raise forms.ValidationError(
                _("No area of yours has this code, or more than one has this name."), code="area-unknown"
            )
        return found

    def told(self) -> dict[str, Any]:
        """As the actions take it."""
        return self.cleaned_data | {"role": Role(self.cleaned_data["role"])}


class InviteForm(GrantForm):
    """Somebody new, with a first role."""

    username = forms.CharField(
        label=_("Username"), max_length=150, help_text=_("For ever: history names people by it."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )  # fmt: skip
    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        help_text=_("As colleagues know them."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("username", "name", "role", "area", "since", "reason")


class EndForm(forms.Form):
    """The day from which a role is no more held."""

    until = _day(label=_("No more from"))
    reason = _reason()

    def __init__(self, grant: int, on: date, data: Any = None) -> None:
        super().__init__(data, initial={"until": on}, auto_id=f"id_{grant}_%s")
        self.grant = grant


class ReasonForm(forms.Form):
    """Why."""

    reason = _reason()

    def __init__(self, act: str, data: Any = None) -> None:
        super().__init__(data, auto_id=f"id_{act}_%s")
        self.act = act


class UserFilter(forms.Form):
    """Which users are listed."""

    search = forms.CharField(label=_("Name"), max_length=150, required=False)
    role = forms.ChoiceField(label=_("Role"), choices=[("", _("any")), *Role.choices], required=False)
    area = forms.CharField(label=_("Area"), max_length=200, required=False)
    active = forms.ChoiceField(
        label=_("Account"), choices=[("", _("any")), ("yes", _("in use")), ("no", _("switched off"))], required=False
    )  # fmt: skip


class LookForm(forms.Form):
    """Whose looks, or at whose file."""

    household = forms.CharField(label=_("Household code"), max_length=64, required=False)
    user = forms.CharField(label=_("Username"), max_length=150, required=False)
