"""What waits for administrators and auditors: failed jobs, missing second factors, backups, what the doctor finds, seals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tsampa.office.accounts.models import Grant, User
from tsampa.office.accounts.roles import ROLES, May
from tsampa.office.accounts.scope import Scope
from tsampa.office.desk.waiting import Waiting, waits
from tsampa.office.history import as_of
from tsampa.office.history.models import Seal
from tsampa.office.jobs.models import Job, State
from tsampa.office.operations.backup import last_backup
from tsampa.office.operations.doctor import glance
from tsampa.office.operations.models import Proposal
from tsampa.office.operations.proposals import proposals_of
from tsampa.office.operations.queries import last_verified

__all__: list[str] = []

DAY = timedelta(days=1)


@waits
def failed_jobs(scope: Scope) -> Iterator[Waiting]:
    """Jobs that failed."""
    if May.ADMINISTER in scope.may:
        count = Job.objects.filter(state=State.FAILED).count()
        yield Waiting(
            count, ngettext("job failed", "jobs failed", count), reverse("operations:jobs") + "?state=failed"
        )


@waits
def missing_second_factors(scope: Scope) -> Iterator[Waiting]:
    """Users who hold a role on which much rests, and who have set up no second factor."""
    if May.ADMINISTER not in scope.may:
        return
    from allauth.mfa.models import Authenticator

    roles = [role for role, told in ROLES.items() if told.second_factor]
    held = as_of(Grant.objects.filter(role__in=roles), timezone.localdate()).values("user")
    have = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES).values("user")
    count = User.objects.filter(is_active=True, pk__in=held).exclude(pk__in=have).count()
    said = ngettext(
        "user needs a second factor and has none", "users need a second factor and have none", count
    )
    yield Waiting(count, said, reverse("accounts:users"))


@waits
def backups(scope: Scope) -> Iterator[Waiting]:
    """That the last backup is older than a day."""
    if May.ADMINISTER in scope.may:
        last = last_backup()
        old = last is None or last < timezone.now() - DAY
        said = _("no backup was ever made") if last is None else _("the last backup is older than a day")
        yield Waiting(int(old), said, reverse("operations:backups"))


@waits
def findings(scope: Scope) -> Iterator[Waiting]:
    """What the doctor finds at a glance."""
    if May.ADMINISTER in scope.may:
        count = len(glance(timezone.now()))
        yield Waiting(
            count, ngettext("finding on the office's health", "findings on the office's health", count), reverse("operations:home")
        )  # fmt: skip


@waits
def unverified_seals(scope: Scope) -> Iterator[Waiting]:
    """Seals that no verification covered, and breaks that the last one found."""
    if May.AUDIT not in scope.may:
        return
    verified = last_verified()
    after = verified.outcome["seal"] if verified else 0
    count = Seal.objects.filter(number__gt=after).count()
    yield Waiting(
        count,
        ngettext("seal was not verified", "seals were not verified", count),
        reverse("operations:seals"),
    )
    breaks = verified.outcome["breaks"] if verified else 0
    yield Waiting(
        breaks, ngettext("break of history was found", "breaks of history were found", breaks), reverse("operations:seals")
    )  # fmt: skip


@waits
def proposals(scope: Scope) -> Iterator[Waiting]:
    """Pools and parameters that others prepared, in the areas for which the user approves."""
    if May.APPROVE in scope.may:
        asked = (
            proposals_of(scope)
            .filter(state=Proposal.State.OPEN)
            .exclude(prepared_by=scope.user.get_username())
        )
        count = asked.count()
        said = ngettext("proposal waits for approval", "proposals wait for approval", count)
        yield Waiting(count, said, reverse("operations:proposals") + "?state=open")
