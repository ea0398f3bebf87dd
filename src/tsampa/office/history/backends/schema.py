"""Migrations that keep history: triggers leave a table before it is altered and come back after, and what a migration did to
rows is recorded as a change of its own."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from django.utils import timezone

from tsampa.errors import TsampaError
from tsampa.office.history.backends.triggers import HISTORY_TABLES, recorded_tables

__all__ = ["HistorySchema"]


class HistorySchema:
    """Stands before Django's schema editor."""

    connection: Any
    collect_sql: bool

    def __enter__(self) -> Any:
        editor = super().__enter__()  # type: ignore[misc]
        self.touched: list[str] = []
        if not self.collect_sql and set(HISTORY_TABLES) <= self.connection.history.tables():
            self._open_change()
        return editor

    def _open_change(self) -> None:
        from tsampa.office.history.models import Change

        name = f"migration {self.connection.migration}".strip()
        if self.connection.change is None:
            made = Change(
                at=timezone.now(), actor=name, source="migration", reference=self.connection.migration
            )
            made.save(force_insert=True)
            self.connection.set_change(made)
            self.opened = made

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._settle()
                self._close_change(True)
        except BaseException as found:
            kind, error, trace = type(found), found, found.__traceback__
            raise
        finally:
            self._close_change(False)
            super().__exit__(kind, error, trace)  # type: ignore[misc]

    opened: Any = None

    def _close_change(self, well: bool) -> None:
        if self.opened is not None:
            self.connection.set_change(None, tell=well)
            self.opened = None

    def touch(self, table: str) -> None:
        """Before a table is altered. Raises TsampaError ``history-astray``."""
        triggers = self.connection.history
        if self.collect_sql or table in self.touched:
            return
        if table in HISTORY_TABLES:
            triggers.drop_from()
            return
        had = any(on == table and name.startswith("tsampa_record") for on, name in triggers.installed())
        if table not in recorded_tables() and not had:
            return
        astray = triggers.astray(table) if had else []
        if astray:
            raise TsampaError(
                "history-astray", f"{table} was changed without history, so no migration may build on it",
                remedy="Run tsampa verify, and mend what it finds first.",
            )  # fmt: skip
        self.touched.append(table)
        triggers.drop_from([table])
        # They read other tables than their own.
        triggers.drop_from(prefix="tsampa_guard_")
        triggers.drop_from(prefix="tsampa_refresh_")

    def _settle(self) -> None:
        """Triggers come back, and the rows are recorded as the migration left them."""
        triggers = self.connection.history
        there = triggers.tables()
        if self.opened is None or not set(HISTORY_TABLES) <= there:
            return
        self.connection.check_constraints()
        wanted = [table for table in {*self.touched, *recorded_tables()} if table in there]
        kept = triggers.installed()
        for one in [*triggers.recording(sorted(wanted)), *triggers.keeping()]:
            if (one.table, one.name) not in kept:
                triggers.create(one)
        for table in self.touched:
            triggers.record_as_it_stands(table, self.opened.pk)

    def create_model(self, model: Any) -> None:
        """As Django's."""
        self.touch(model._meta.db_table)
        super().create_model(model)  # type: ignore[misc]

    def delete_model(self, model: Any, *args: Any, **kwargs: Any) -> None:
        """As Django's."""
        self.touch(model._meta.db_table)
        super().delete_model(model, *args, **kwargs)  # type: ignore[misc]

    def alter_db_table(self, model: Any, old_db_table: str, new_db_table: str) -> None:
        """As Django's."""
        self.touch(old_db_table)
        self.touch(new_db_table)
        super().alter_db_table(model, old_db_table, new_db_table)  # type: ignore[misc]

    def add_field(self, model: Any, field: Any) -> None:
        """As Django's."""
        self.touch(model._meta.db_table)
        super().add_field(model, field)  # type: ignore[misc]

    def remove_field(self, model: Any, field: Any) -> None:
        """As Django's."""
        self.touch(model._meta.db_table)
        super().remove_field(model, field)  # type: ignore[misc]

    def alter_field(self, model: Any, old_field: Any, new_field: Any, strict: bool = False) -> None:
        """As Django's."""
        self.touch(model._meta.db_table)
        super().alter_field(model, old_field, new_field, strict)  # type: ignore[misc]

    def add_constraint(self, model: Any, constraint: Any) -> None:
        """As Django's."""
        self.touch(model._meta.db_table)
        super().add_constraint(model, constraint)  # type: ignore[misc]

    def remove_constraint(self, model: Any, constraint: Any) -> None:
        """As Django's."""
        self.touch(model._meta.db_table)
        super().remove_constraint(model, constraint)  # type: ignore[misc]

    def alter_unique_together(self, model: Any, old: Any, new: Any) -> None:
        """As Django's."""
        self.touch(model._meta.db_table)
        super().alter_unique_together(model, old, new)  # type: ignore[misc]
