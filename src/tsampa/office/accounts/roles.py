"""Roles: what each may do, in words that who grants one understands. Where, a grant says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = ["ROLES", "May", "Role", "RoleTold"]


class May(StrEnum):
    """One thing that a page or verb asks of who uses it."""

    SEE_FIGURES = "see_figures"
    SEE_HOUSEHOLDS = "see_households"
    EDIT_HOUSEHOLDS = "edit_households"
    EXPORT = "export"
    SEND_SHEETS = "send_sheets"
    ACCEPT_SHEETS = "accept_sheets"
    COUNT = "count"
    TRY_REFORMS = "try_reforms"
    PREPARE = "prepare"
    """Bulletins, pools and parameters, for somebody else to approve."""
    APPROVE = "approve"
    AUDIT = "audit"
    """Seals, verification, who looked at whose file."""
    ADMINISTER = "administer"


class Role(TextChoices):
    """What somebody does in the programme."""

    VILLAGE_WORKER = "village_worker", _("village worker")
    TOWNSHIP_CLERK = "township_clerk", _("township clerk")
    COUNTY_OFFICER = "county_officer", _("county officer")
    APPROVER = "approver", _("approver")
    AUDITOR = "auditor", _("auditor")
    ANALYST = "analyst", _("analyst")
    ADMINISTRATOR = "administrator", _("administrator")


@dataclass(frozen=True)
class RoleTold:
    """What a role may do, and how that is said. ``second_factor``: not without one, as much rests on it."""

    about: str | Promise
    may: frozenset[May]
    second_factor: bool = False


ROLES: dict[Role, RoleTold] = {
    Role.VILLAGE_WORKER: RoleTold(
        _("Visits households of one or more villages, sees their files and records what is found."),
        frozenset({May.SEE_HOUSEHOLDS, May.EDIT_HOUSEHOLDS, May.SEE_FIGURES}),
    ),
    Role.TOWNSHIP_CLERK: RoleTold(
        _("Keeps the register of a township: corrects files, sends in sheets and takes lists out."),
        frozenset({May.SEE_HOUSEHOLDS, May.EDIT_HOUSEHOLDS, May.SEE_FIGURES, May.SEND_SHEETS, May.EXPORT}),
    ),
    Role.COUNTY_OFFICER: RoleTold(
        _("Runs the programme of a county: counts, prepares bulletins, pools and parameters for approval."),
        frozenset(
            {
                May.SEE_HOUSEHOLDS, May.EDIT_HOUSEHOLDS, May.SEE_FIGURES, May.SEND_SHEETS, May.EXPORT, May.COUNT,
                May.TRY_REFORMS, May.PREPARE,
            }
        ),
    ),
    Role.APPROVER: RoleTold(
        _("Puts in force what others prepared: sheets, bulletins, pools and parameters; prepares none of it."),
        frozenset({May.SEE_HOUSEHOLDS, May.SEE_FIGURES, May.ACCEPT_SHEETS, May.APPROVE}),
        second_factor=True,
    ),
    Role.AUDITOR: RoleTold(
        _("Sees everything of an area, its history and who looked at it, and changes nothing."),
        frozenset({May.SEE_HOUSEHOLDS, May.SEE_FIGURES, May.EXPORT, May.AUDIT}),
    ),
    Role.ANALYST: RoleTold(
        _("Sees figures and tries reforms; no household's file."),
        frozenset({May.SEE_FIGURES, May.TRY_REFORMS}),
    ),
    Role.ADMINISTRATOR: RoleTold(
        _("Keeps users, areas, jobs and backups; sees no household's file."),
        frozenset({May.ADMINISTER}),
        second_factor=True,
    ),
}  # fmt: skip
