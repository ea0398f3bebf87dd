"""The menu: each room's first page, and what one must be able to do to see it there."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tsampa.office.accounts.roles import May

__all__ = ["MENU", "Entry"]


@dataclass(frozen=True)
class Entry:
    """A word of the menu. ``room`` is the namespace of its addresses; without ``needs`` it is for everybody."""

    room: str
    label: str | Promise
    url: str | Promise
    needs: frozenset[May] = frozenset()


MENU = (
    Entry("desk", _("Start"), reverse_lazy("desk:start")),
    Entry("register", _("Households"), reverse_lazy("register:list"), frozenset({May.SEE_HOUSEHOLDS})),
    Entry("intake", _("Sheets"), reverse_lazy("intake:list"), frozenset({May.SEND_SHEETS, May.ACCEPT_SHEETS})),
    Entry("publish", _("Figures"), reverse_lazy("publish:figures"), frozenset({May.SEE_FIGURES})),
    Entry("operations", _("Administration"), reverse_lazy("operations:home"), frozenset({May.ADMINISTER, May.AUDIT})),
)  # fmt: skip
