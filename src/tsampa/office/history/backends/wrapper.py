"""What a connection to either database knows besides Django's: the change under way, and the triggers."""

from __future__ import annotations

from typing import Any

from django.db.utils import DatabaseErrorWrapper
from django.utils.functional import cached_property

from tsampa.office.history.backends.triggers import Triggers
from tsampa.office.history.refusals import CodedErrors

__all__ = ["HistoryConnection"]


class HistoryConnection:
    """Stands before Django's connection. ``migration`` names the migration under way."""

    change: Any = None
    migration = ""
    triggers_class: type[Triggers]

    @cached_property
    def history(self) -> Triggers:
        """The triggers of this database."""
        return self.triggers_class(self)

    @cached_property
    def wrap_database_errors(self) -> DatabaseErrorWrapper:
        """Driver errors become Django's, and ours get their code."""
        return CodedErrors(self)

    def connect(self) -> None:
        """A new connection is asked anew for its triggers."""
        self.history.required = False
        super().connect()  # type: ignore[misc]

    def set_change(self, change: Any, *, tell: bool = True) -> None:
        """Names the change that rows written from now on belong to; None ends it, ``tell`` where the database still listens."""
        self.change = change

    def writing_allowed(self, what: str, allowed: bool) -> None:
        """Lets one kind of act through the triggers that keep history, until told otherwise."""
        raise NotImplementedError  # how, each database's own wrapper says
