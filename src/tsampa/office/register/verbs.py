"""What can be recorded of a household by a form: each verb with its fields, the rows it rests on, and the action it calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tsampa.errors import TsampaError
from tsampa.office.accounts.roles import May
from tsampa.office.accounts.scope import Scope, visible_to
from tsampa.office.areas.models import Area
from tsampa.office.history import Recorded
from tsampa.office.register import actions
from tsampa.office.register.columns import schema
from tsampa.office.register.forms import Choices, DayField, ReasonForm, field_of, form_of, row_form, stored
from tsampa.office.register.models import Check, Household, LandParcel, Membership, PovertyDriver, Status
from tsampa.office.register.writing import unknown

__all__ = ["VERBS", "Asking", "Verb", "identity_field", "villages"]

Act = Callable[["Asking", dict[str, Any]], Any]
Rests = Callable[["Asking"], QuerySet[Any] | None]


@dataclass(frozen=True)
class Asking:
    """Who asks, of which household, of which of its rows (if of one), on which day."""

    scope: Scope
    home: Household
    row: str
    on: date

    @property
    def by(self) -> dict[str, Any]:
        """The arguments that every action takes."""
        return {"by": self.scope.user.username}


@dataclass(frozen=True)
class Verb:
    """One thing to record. ``listed``: offered for the household as a whole, not only at a row."""

    label: str | Promise
    form: Callable[[Asking], type[ReasonForm]]
    act: Act
    rests_on: Rests = lambda asking: None
    listed: bool = True
    files: bool = False

    def locked(self, asking: Asking) -> list[Recorded]:
        """The rows it rests on, held until the change is done."""
        rows = self.rests_on(asking)
        return [] if rows is None else list(rows.select_for_update())


def _members(asking: Asking) -> Choices:
    now = Membership.objects.filter(household=asking.home, until=None).select_related("person").order_by("code")  # fmt: skip
    return [(one.person_id, one.person.name) for one in now]


def _members_now(asking: Asking) -> QuerySet[Membership]:
    return Membership.objects.filter(household=asking.home, until=None)


def _statuses_now(asking: Asking) -> QuerySet[Status]:
    return Status.objects.filter(household=asking.home, until=None)


def _day(asking: Asking, label: str | Promise) -> DayField:
    return DayField(latest=asking.on, label=label)


def _one(choices: Choices, label: str, *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(choices=[("", _("choose") if required else "–"), *choices], required=required, label=label)  # fmt: skip


def identity_field() -> forms.CharField:
    """A whole identity number."""
    return forms.CharField(
        max_length=18, required=False, label=_("identity number"), help_text=_("The whole number; it is shown masked afterwards."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


def _file(*, required: bool) -> forms.FileField:
    size = settings.EVIDENCE_BYTES // 1_000_000
    return forms.FileField(
        required=required, label=_("evidence"), help_text=_("A photograph (JPEG, PNG) or a PDF of at most %(size)s MB.") % {"size": size},
        allow_empty_file=True,
    )  # fmt: skip


def _relationship(asking: Asking, *, required: bool = False) -> forms.Field:
    return field_of(schema().by_name["memberships"].by_name["relationship"], asking.on, required=required)


def _person_form(asking: Asking, *, born: bool) -> type[ReasonForm]:
    day = {"on": _day(asking, _("born on"))} if born else {"since": _day(asking, _("member since"))}
    more = {"relationship": _relationship(asking), **day, "identity": identity_field()}
    skip = ("birth_date",) if born else ()
    return row_form("persons", asking.on, skip=skip, more=more)


def _add_member(asking: Asking, told: dict[str, Any]) -> Any:
    return actions.add_member(
        household=asking.home.code, since=told["since"], relationship=told["relationship"] or None, identity=told["identity"].strip(),
        **asking.by, **_person(told),
    )  # fmt: skip


def _birth(asking: Asking, told: dict[str, Any]) -> Any:
    return actions.record_birth(
        household=asking.home.code, on=told["on"], relationship=told["relationship"] or "child", identity=told["identity"].strip(),
        **asking.by, **_person(told),
    )  # fmt: skip


def _person(told: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in stored("persons", told).items() if value is not None and value != ""
    }


def _death(asking: Asking, told: dict[str, Any]) -> Any:
    actions.record_death(person=told["person"], on=told["on"], head=told["head"], **asking.by)


def _leave(asking: Asking, told: dict[str, Any]) -> Any:
    """Whoever leaves as head hands over to another member on the same day."""
    member = _members_now(asking).filter(person=told["person"]).first()
    if member is None:
        raise unknown("persons", told["person"])
    others = _members_now(asking).exclude(person=told["person"]).exists()
    if member.relationship == "head" and others and not told["head"]:
        raise TsampaError("register-head-needed", "the household would be left without a head", remedy="Say who is head then: head=, a member's code.")  # fmt: skip
    actions.end_membership(membership=member.code, until=told["on"], **asking.by)
    if told["head"]:
        actions.change_head(household=asking.home.code, person=told["head"], on=told["on"], **asking.by)


def _move_person(asking: Asking, told: dict[str, Any]) -> Any:
    """Only to a household that the user may change too; any other is unknown."""
    code = told["household"].strip()
    if not visible_to(asking.scope, Household.objects.filter(pk=code), May.EDIT_HOUSEHOLDS).exists():
        raise unknown("households", code)
    actions.move_person(person=told["person"], household=code, on=told["on"], relationship=told["relationship"] or None, head=told["head"], **asking.by)  # fmt: skip


def _leaving(asking: Asking, day: str, **more: forms.Field) -> type[ReasonForm]:
    members = _members(asking)
    fields = {"person": _one(members, _("member")), **more, "on": _day(asking, day)}
    head = _one(members, _("who is head then, if it was the head"), required=False)
    return form_of({**fields, "head": head})


def _head_form(asking: Asking) -> type[ReasonForm]:
    former = field_of(schema().by_name["memberships"].by_name["relationship"], asking.on, required=True)
    former.label = _("what the head before is to the new one")
    return form_of({"person": _one(_members(asking), _("new head")), "former": former, "on": _day(asking, _("from this day on"))})  # fmt: skip


def _income(asking: Asking, told: dict[str, Any]) -> Any:
    return actions.record_income(household=asking.home.code, **asking.by, **stored("incomes", _no_person(told)))  # fmt: skip


def _no_person(told: dict[str, Any]) -> dict[str, Any]:
    return {name: (value or None) if name == "person" else value for name, value in told.items()}


def _check(asking: Asking, told: dict[str, Any]) -> Any:
    made = actions.record_check(household=asking.home.code, **asking.by, **stored("checks", _no_person(told)))
    if told.get("evidence"):
        _attach(asking, str(made.pk), told["evidence"])
    return made


def _attach(asking: Asking, check: str, file: Any) -> None:
    if file.size > settings.EVIDENCE_BYTES:  # before it is read into memory
        raise TsampaError("evidence-size", f"a file of evidence has between 1 and {settings.EVIDENCE_BYTES} bytes", remedy="Take a smaller photograph, or raise TSAMPA_EVIDENCE_MB.")  # fmt: skip
    actions.attach_evidence(check=check, content=file.read(), name=file.name, **asking.by)


def _evidence(asking: Asking, told: dict[str, Any]) -> Any:
    _attach(asking, asking.row, told["evidence"])


def _of_row(model: Any) -> Rests:
    return lambda asking: model.objects.filter(pk=asking.row, household=asking.home)


def _land(asking: Asking, told: dict[str, Any]) -> Any:
    told = stored("land_parcels", told) | {"since": told["since"]}
    return actions.add_land(household=asking.home.code, **asking.by, **told)


def _driver(asking: Asking, told: dict[str, Any]) -> Any:
    found = stored("poverty_drivers", told)
    return actions.add_driver(household=asking.home.code, driver=found["driver"], main=found["main"], since=told["since"], **asking.by)  # fmt: skip


def _status(asking: Asking, told: dict[str, Any]) -> Any:
    return actions.set_status(household=asking.home.code, status=told["status"], kind=told["kind"] or None, since=told["since"], **asking.by)  # fmt: skip


def _set_identity(asking: Asking, told: dict[str, Any]) -> Any:
    actions.set_identity(person=told["person"], number=told["identity"].strip(), on=asking.on, **asking.by)


def _identity_form(asking: Asking) -> type[ReasonForm]:
    number = identity_field()
    number.required = True
    return form_of({"person": _one(_members(asking), _("member")), "identity": number})


def villages(scope: Scope) -> Choices:
    """The villages in force in which the user may change households."""
    mine = visible_to(scope, Area.objects.filter(level=schema().home_level, until=None).order_by("code"), May.EDIT_HOUSEHOLDS)  # fmt: skip
    return [(one.code, f"{one.name} ({one.code})") for one in mine]


def _move(asking: Asking, told: dict[str, Any]) -> Any:
    actions.move_household(household=asking.home.code, area=told["area"], on=told["on"], **asking.by)


def _until(label: str | Promise) -> Callable[[Asking], type[ReasonForm]]:
    return lambda asking: form_of({"until": _day(asking, label)})


VERBS: dict[str, Verb] = {
    "check": Verb(
        gettext_lazy("a check"), lambda asking: row_form("checks", asking.on, persons=_members(asking), more={"evidence": _file(required=False)}), _check,
        files=True,
    ),
    "income": Verb(gettext_lazy("an income"), lambda asking: row_form("incomes", asking.on, persons=_members(asking)), _income),
    "status": Verb(gettext_lazy("status"), lambda asking: row_form("statuses", asking.on, skip=("until",)), _status, _statuses_now),
    "end-monitoring": Verb(
        gettext_lazy("end of monitoring"), _until(gettext_lazy("no more monitored from")),
        lambda asking, told: actions.end_monitoring(household=asking.home.code, until=told["until"], **asking.by), _statuses_now,
    ),
    "member": Verb(gettext_lazy("a member"), lambda asking: _person_form(asking, born=False), _add_member, _members_now),
    "birth": Verb(gettext_lazy("a birth"), lambda asking: _person_form(asking, born=True), _birth, _members_now),
    "death": Verb(gettext_lazy("a death"), lambda asking: _leaving(asking, _("died on")), _death, _members_now),
    "leave": Verb(gettext_lazy("a member leaves"), lambda asking: _leaving(asking, _("left on")), _leave, _members_now),
    "move-person": Verb(
        gettext_lazy("a member moves to another household"),
        lambda asking: _leaving(
            asking, _("moves on"), household=forms.CharField(max_length=64, label=_("code of the household moved to")), relationship=_relationship(asking),
        ),
        _move_person, _members_now,
    ),
    "head": Verb(
        gettext_lazy("another head"), _head_form,
        lambda asking, told: actions.change_head(household=asking.home.code, person=told["person"], former=told["former"], on=told["on"], **asking.by),
        _members_now,
    ),
    "identity": Verb(gettext_lazy("identity number"), _identity_form, _set_identity, _members_now),
    "land": Verb(gettext_lazy("land"), lambda asking: row_form("land_parcels", asking.on, skip=("until",)), _land),
    "end-land": Verb(
        gettext_lazy("land given up"), _until(gettext_lazy("no more worked from")),
        lambda asking, told: actions.end_land(parcel=asking.row, until=told["until"], **asking.by), _of_row(LandParcel), listed=False,
    ),
    "driver": Verb(gettext_lazy("a poverty driver"), lambda asking: row_form("poverty_drivers", asking.on, skip=("until",)), _driver,
        lambda asking: PovertyDriver.objects.filter(household=asking.home, until=None)),
    "end-driver": Verb(
        gettext_lazy("a driver overcome"), _until(gettext_lazy("holds no more from")),
        lambda asking, told: actions.end_driver(driver=asking.row, until=told["until"], **asking.by), _of_row(PovertyDriver), listed=False,
    ),
    "evidence": Verb(
        gettext_lazy("evidence of a check"), lambda asking: form_of({"evidence": _file(required=True)}), _evidence, _of_row(Check), listed=False, files=True,
    ),
    "move": Verb(
        gettext_lazy("the household moves"), lambda asking: form_of({"area": _one(villages(asking.scope), _("village")), "on": _day(asking, _("lives there from"))}),
        _move, lambda asking: Household.objects.filter(pk=asking.home.pk),
    ),
}  # fmt: skip
"""In the order in which the file offers them."""
