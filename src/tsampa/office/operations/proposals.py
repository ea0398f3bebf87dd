"""Proposals: pools and parameters prepared by one, and put in force by another.

All raise TsampaError ``proposal-own`` (who prepared it decides) or ``proposal-state`` (it is decided already),
those of ``amend`` for a parameter, and what the register refuses of a pool.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from django.db.models import Q, QuerySet

from tsampa.errors import TsampaError
from tsampa.office.accounts.roles import May
from tsampa.office.accounts.scope import WHOLE, Scope, visible_to
from tsampa.office.bridge.rules import office_rulebook
from tsampa.office.history import Source, change
from tsampa.office.operations.models import Proposal
from tsampa.office.register.models import Pool
from tsampa.office.register.writing import correct, record
from tsampa.rules import amend
from tsampa.rules.parameter import decimals
from tsampa.schema import NO_UNIT, from_minor

__all__ = [
    "Setting",
    "approve",
    "may_decide",
    "proposals_of",
    "propose_parameter",
    "propose_pool",
    "refuse",
    "settings_on",
]  # fmt: skip

SEE = (May.PREPARE, May.APPROVE, May.AUDIT)


@dataclass(frozen=True)
class Setting:
    """A parameter, or one of its series or steps, with its value on a day as parameter files write it."""

    place: str
    en: str
    zh: str
    value: str
    unit: str
    since: date
    source: str


def settings_on(day: date) -> list[Setting]:
    """Every parameter in force on the day, as ``propose_parameter`` names it."""
    found = []
    for name, told in sorted(office_rulebook().parameters.items()):
        now = told.on(day)
        if now is None:
            continue
        places = [(f"{name}{''.join(f'[{key}]' for key in keys)}", value) for keys, value in now.values]
        places += [(f"{name}[{low}]", value) for low, value in now.steps]
        found += [
            Setting(
                place,
                told.label.en,
                told.label.zh,
                _written(value),
                "" if told.unit == NO_UNIT else str(told.unit),
                now.since,
                now.source,
            )
            for place, value in places
        ]
    return found


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Fraction) and (digits := decimals(value)) is not None:
        return f"{from_minor(int(value * 10**digits), digits):f}"
    return str(value)


def proposals_of(scope: Scope) -> QuerySet[Proposal]:
    """Those of the user's areas, and of parameters, which are everybody's who prepares, approves or audits."""
    found = Proposal.objects.filter(kind=Proposal.Kind.PARAMETER)
    for may in SEE:
        if may in scope.may:
            found = found | visible_to(scope, Proposal.objects.all(), may)
    return found


def may_decide(scope: Scope, proposal: Proposal) -> bool:
    """Whether the user approves for the proposal's area (a parameter: the whole register), and did not prepare it."""
    area = proposal.area_id or WHOLE
    return scope.holds(May.APPROVE, area) and scope.user.get_username() != proposal.prepared_by


def propose_pool(
    *, area: str, name: str, year: int, amount: int, source: str, reason: str, by: str, at: datetime
) -> Proposal:
    """A pool of an area and year, ``amount`` in minor units."""
    with change(by=by, reason=reason, source=Source("office")):
        return Proposal.objects.create(
            kind=Proposal.Kind.POOL, area_id=area, name=name, year=year, amount=amount, source=source, reason=reason,
            prepared_by=by, prepared_at=at,
        )  # fmt: skip


def propose_parameter(
    *, name: str, value: str, since: date, source: str, reason: str, by: str, at: datetime
) -> Proposal:
    """A parameter's value from a day on; the rules are tried with it first."""
    amend(office_rulebook(), since, {name: value}, source)
    with change(by=by, reason=reason, source=Source("office")):
        return Proposal.objects.create(
            kind=Proposal.Kind.PARAMETER, name=name, value=value, since=since, source=source, reason=reason,
            prepared_by=by, prepared_at=at,
        )  # fmt: skip


def approve(*, proposal: int, by: str, at: datetime, decision: str = "") -> Proposal:
    """Puts it in force: a pool's row is written in the same change; a parameter counts from the next count on."""
    source = Source("proposal", str(proposal))
    with change(by=by, reason=decision or f"proposal {proposal}", source=source):
        found = _decide(proposal, Proposal.State.APPROVED, by, at, decision)
        if found.kind == Proposal.Kind.POOL:
            _write_pool(found, by)
        else:
            office_rulebook()  # the rules hold with it, or nothing is kept
        return found


def refuse(*, proposal: int, by: str, at: datetime, decision: str) -> Proposal:
    """It does not come into force; why is kept."""
    with change(by=by, reason=decision, source=Source("proposal", str(proposal))):
        return _decide(proposal, Proposal.State.REFUSED, by, at, decision)


def _decide(number: int, state: str, by: str, at: datetime, decision: str) -> Proposal:
    found = Proposal.objects.filter(pk=number).first()
    if found is not None and found.prepared_by == by:
        raise TsampaError(
            "proposal-own", "who prepared a proposal does not decide on it", remedy="Ask another approver."
        )
    waiting = Q(pk=number, state=Proposal.State.OPEN)
    # Asked and written in one statement: of two approvers at once, one is told.
    if not Proposal.objects.filter(waiting).update(
        state=state, decided_by=by, decided_at=at, decision=decision
    ):
        raise TsampaError(
            "proposal-state", f"proposal {number} is decided already", remedy="Look at what was decided, and propose anew."
        )  # fmt: skip
    return Proposal.objects.get(pk=number)


def _write_pool(found: Proposal, by: str) -> None:
    assert found.year is not None
    there = Pool.objects.filter(area=found.area_id, name=found.name, year=found.year).first()
    if there is not None:
        correct(table="pools", code=there.pk, by=by, amount=found.amount)
        return
    record(
        table="pools", by=by, code=f"pool-{found.pk}", area=found.area_id, name=found.name, year=found.year, amount=found.amount,
    )  # fmt: skip
