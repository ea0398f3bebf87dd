"""What the pages of the administration are asked, and what they are sent."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tsampa.office.jobs.models import State
from tsampa.office.operations.words import KINDS, STATES

__all__ = ["AskForm", "ChangesForm", "ConfirmForm", "JobsForm"]

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class JobsForm(forms.Form):
    """Which jobs are listed."""

    state = forms.ChoiceField(
        label=_("state"),
        required=False,
        choices=[("", _("all")), *((one, STATES[one]) for one in State.values)],
    )
    kind = forms.ChoiceField(label=_("kind"), required=False, choices=[("", _("all")), *KINDS.items()])


class AskForm(forms.Form):
    """A job that is asked for; a count needs its day."""

    kind = forms.ChoiceField(
        label=_("kind"), choices=[(one, KINDS[one]) for one in ("count", "seal", "verify", "backup")]
    )
    as_of = forms.DateField(
        label=_("as of (for a count)"), required=False, widget=DAY, input_formats=["%Y-%m-%d"]
    )

    def clean(self) -> dict[str, object]:
        """A count is of a day."""
        told = super().clean() or self.cleaned_data
        if told.get("kind") == "count" and not told.get("as_of"):
            self.add_error("as_of", _("Say as of which day the register is counted."))
        return told


class ConfirmForm(forms.Form):
    """That somebody means it."""

    confirmed = forms.BooleanField(label=_("Delete for good what is past its time"))


class ChangesForm(forms.Form):
    """Which changes are listed: by whom, on which day, of which table; ``before`` is the number of one already seen."""

    actor = forms.CharField(label=_("changed by"), max_length=200, required=False)
    on = forms.DateField(label=_("on the day"), required=False, widget=DAY, input_formats=["%Y-%m-%d"])
    table = forms.ChoiceField(label=_("table"), required=False)
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *told: object, tables: dict[str, str], **named: object) -> None:
        super().__init__(*told, **named)  # type: ignore[arg-type]
        self.fields["table"].choices = [("", _("all")), *tables.items()]  # type: ignore[attr-defined]
