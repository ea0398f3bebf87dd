"""The household's printed statement (明白卡): one page in plain words, with the receipt by which anybody can hold it against the register."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Max
from django.http import HttpResponse
from django.shortcuts import render

from tsampa.errors import TsampaError
from tsampa.office.accounts.models import Look, User
from tsampa.office.accounts.roles import May
from tsampa.office.bridge.glance import glance_of
from tsampa.office.history import Receipt, receipt
from tsampa.office.history.models import Seal
from tsampa.office.register.charts import currency
from tsampa.office.register.columns import schema
from tsampa.office.register.household_file import (
    area_path,
    default_day,
    judged,
    light_cards,
    members_of,
    programme,
    say_variable,
)
from tsampa.office.register.models import Household, Record
from tsampa.office.register.queries import as_of_day, everything
from tsampa.office.register.said import say_number, say_status, say_value
from tsampa.office.register.views_file import asked_day, open_home, standing_of, why_context
from tsampa.office.web.pages import Request, page, today

__all__ = ["statement"]

LOOKERS = 8
PAYMENTS = 8


@page(May.SEE_HOUSEHOLDS)
def statement(request: Request, household: str) -> HttpResponse:
    """The statement as of the day asked for."""
    home = open_home(request, household, "statement")
    on = asked_day(request, "on") or default_day(today())
    found = everything(home.code)
    file, judgement = as_of_day(found, on), judged(home.code, on)
    told = {
        "home": home, "on": on, "place": area_path(home.area), "members": members_of(found, file, on), "judged": judgement,
        "statuses": [(one, say_status(one.status, one.kind)) for one in file.statuses], "cards": light_cards(judgement, file, on),
        "payments": _payments(file.records, on.isoformat())[:PAYMENTS], "currency": currency(), "looks": _looks(home.code),
        "receipt": _receipt(home), **standing_of(judgement), **why_context(home, on), "programme_told": programme(),
        "amounts": _amounts(judgement),
    }  # fmt: skip
    return render(request, "register/statement.html", told)


def _amounts(judgement: Any) -> list[Any]:
    """What the programme shows in money: entitlements, and what of them is still to be paid."""
    if judgement is None or judgement.values is None:
        return []
    glance, values = glance_of(), judgement.values
    left_out = {glance.per_head, glance.line} if glance else set()
    return [
        say_variable(judgement.judgement, name, values[name])
        for name in programme().shows
        if name in values and name not in left_out and isinstance(values[name], int) and not isinstance(values[name], bool)
    ]  # fmt: skip


def _payments(rows: list[Record], upto: str) -> list[dict[str, str]]:
    """What was paid to the household: the rows of every table that has money and a day, the latest first."""
    found = []
    for table in schema().tables:
        money = next((one for one in table.columns if one.name == "amount" and one.type.digits == schema().exponent), None)  # fmt: skip
        if money is None or table.name != "payments":
            continue
        what = table.by_name.get("benefit")
        for one in rows:
            day = str(one.own.get(table.since or "") or "")
            if one.table == table.name and day <= upto and isinstance(one.own.get("amount"), int):
                said = say_value(what, one.own.get("benefit")) if what else table.label.en
                found.append({"day": day, "what": said, "amount": say_number(one.own["amount"], schema().exponent)})  # fmt: skip
    return sorted(found, key=lambda one: one["day"], reverse=True)


def _looks(household: str) -> list[dict[str, Any]]:
    """Who looked at the file, by name, the latest first."""
    looks = Look.objects.filter(household=household).values("by")
    counted = list(looks.annotate(last=Max("at"), times=Count("id")).order_by("-last")[:LOOKERS])
    names = {one.username: one.get_full_name() or one.username for one in User.objects.filter(username__in=[one["by"] for one in counted])}  # fmt: skip
    return [{"who": names.get(one["by"], one["by"]), "last": one["last"], "times": one["times"]} for one in counted]  # fmt: skip


def _receipt(home: Household) -> Receipt | None:
    """The receipt of the household's row; None where no seal covers it yet."""
    if not Seal.objects.exists():
        return None
    try:
        return receipt(home)
    except TsampaError:
        return None
