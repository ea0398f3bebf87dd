"""Triggers as they should be and as they are: generated from the tables, installed, compared; what both databases share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from tsampa.errors import TsampaError
from tsampa.office.history.derived import Derived, all_derived
from tsampa.office.history.guards import Guard, all_guards

__all__ = ["HISTORY_TABLES", "Trigger", "Triggers", "recorded_tables"]

HISTORY_TABLES = (
    "history_change", "history_version", "history_cut", "history_seal", "history_leaves", "history_redaction", "history_mark",
)  # fmt: skip
"""Only ever added to."""


def recorded_tables() -> list[str]:
    """The tables of all recorded models. Asked for late: Django loads this backend while it reads the models."""
    from tsampa.office.history import recorded

    return recorded.recorded_tables()


@dataclass(frozen=True)
class Trigger:
    """A trigger by name and table; ``text`` is what the database shows of it, ``create`` the statements that make it."""

    name: str
    table: str
    text: str
    create: tuple[str, ...]


@dataclass(frozen=True)
class Parts:
    """What JSON columns hold, as tables: ``parts.own`` is the text of one."""

    template: str
    row: str

    def __getattr__(self, column: str) -> str:
        return self.template.format(f'{self.row}."{column}"')


class Triggers(ABC):
    """The triggers of one connection's database."""

    parts: ClassVar[str]
    """A table of what a JSON column holds; see ``Guard``."""
    lines: ClassVar[tuple[str, str]]
    """What stands before and behind a text to join those of a group, each on a line."""
    distinct: ClassVar[str]
    """How the database asks whether two values differ, where nothing differs from nothing not."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.required = False

    # What each database says for itself.

    @abstractmethod
    def installed(self) -> dict[tuple[str, str], str]:
        """Our triggers in the database: (table, name) and text."""

    @abstractmethod
    def recording(self, tables: list[str]) -> list[Trigger]:
        """Those that write the history of tables."""

    @abstractmethod
    def keeping(self) -> list[Trigger]:
        """Those that let nothing be taken from history."""

    @abstractmethod
    def guarding(self, guard: Guard) -> list[Trigger]:
        """Those that hold a guard."""

    @abstractmethod
    def deriving(self, derived: Derived) -> list[Trigger]:
        """Those that keep derived rows right."""

    @abstractmethod
    def drop(self, table: str, name: str) -> None:
        """Takes one trigger away."""

    @abstractmethod
    def live(self, table: str) -> str:
        """A query of key and payload of each row as it stands, as the trigger would write them."""

    @abstractmethod
    def salt(self) -> str:
        """An expression for sixteen random bytes."""

    @abstractmethod
    def hold_still(self, *, shared: bool = False) -> None:
        """In a transaction: waits until nobody writes, and lets nobody begin; ``shared`` is what each writer takes."""

    # What follows from it.

    def run(self, sql: str, parameters: tuple[Any, ...] | None = None) -> list[tuple[Any, ...]]:
        """All rows of a statement."""
        with self.connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall()) if cursor.description else []

    def offence(self, guard: Guard, new: str, old_key: str) -> str:
        """The guard's query, of the row ``new``."""
        return guard.offence.format(new=new, old_key=old_key, parts=Parts(self.parts, new))

    def tables(self) -> set[str]:
        """The tables there are."""
        return set(self.connection.introspection.table_names())

    def expected(self) -> dict[tuple[str, str], Trigger]:
        """Every trigger that should be there."""
        there = self.tables()
        tables = [one for one in recorded_tables() if one in there]
        guards = [one for guard in all_guards() if guard.table in there for one in self.guarding(guard)]
        derived = [one for each in self.derived() for one in self.deriving(each)]
        wanted = [*self.recording(tables), *self.keeping(), *guards, *derived]
        return {(one.table, one.name): one for one in wanted}

    def derived(self) -> list[Derived]:
        """The derived tables whose origins are all there."""
        there = self.tables()
        return [one for one in all_derived() if one.tables() <= there]

    def wrong(self) -> list[str]:
        """Names of triggers that are missing, are others than generated, or have no business here."""
        expected, installed = self.expected(), self.installed()
        missing = [key for key, one in expected.items() if installed.get(key) != one.text]
        missing += [key for key in installed if key not in expected]
        unmade = [(table, "table") for table in recorded_tables() if table not in self.tables()]
        return [f"{table}: {name}" for table, name in sorted([*missing, *unmade])]

    def require(self) -> None:
        """Refuses to go on where a trigger is not as it should be; asked once a connection.

        Raises TsampaError ``history-triggers``.
        """
        if self.required:
            return
        found = self.wrong()
        if found:
            raise TsampaError(
                "history-triggers", f"triggers that write history are missing or altered: {', '.join(found)}",
                remedy="Run tsampa verify to see what was changed without them, then tsampa office migrate to put them back.",
            )  # fmt: skip
        self.required = True

    def install(self) -> None:
        """Puts every trigger in place as it should be; rows whose triggers were away are derived anew."""
        expected, installed = self.expected(), self.installed()
        for table, name in installed:
            if installed[table, name] != getattr(expected.get((table, name)), "text", None):
                self.drop(table, name)
        for key, one in expected.items():
            if installed.get(key) != one.text:
                self.create(one)
        for derived in self.derived():
            if any(installed.get((one.table, one.name)) != one.text for one in self.deriving(derived)):
                self.derive(derived)
        self.required = False

    def derive(self, derived: Derived) -> None:
        """Makes all derived rows of a table anew."""
        for statement in derived.statements(derived.every, self.lines):
            self.run(statement)

    def create(self, one: Trigger) -> None:
        """Makes one trigger."""
        for statement in one.create:
            self.run(statement)

    def drop_from(self, tables: list[str] | None = None, prefix: str = "tsampa_") -> None:
        """Takes our triggers away from tables, or from all."""
        for table, name in self.installed():
            if (tables is None or table in tables) and name.startswith(prefix):
                self.drop(table, name)
        self.required = False

    # Rows that stand otherwise than their history says.

    def _compared(self, table: str) -> str:
        quoted = "'" + table.replace("'", "''") + "'"
        last = (
            'SELECT v.payload FROM history_version v WHERE v."table" = '
            f'{quoted} AND v."key" = live.k ORDER BY v.id DESC LIMIT 1'
        )
        return f"SELECT live.k, live.p, ({last}) AS last FROM ({self.live(table)}) live"

    def _gone(self, table: str, there: bool) -> str:
        quoted = "'" + table.replace("'", "''") + "'"
        latest = (
            f'SELECT v."key" AS k FROM history_version v WHERE v."table" = {quoted} AND v.operation <> \'delete\' '
            'AND NOT EXISTS (SELECT 1 FROM history_version w WHERE w."table" = v."table" AND w."key" = v."key" AND w.id > v.id)'
        )
        # EXCEPT and no correlated query: SQLite would read the whole table once for every row of it.
        return f"{latest} EXCEPT SELECT live.k FROM ({self.live(table)}) live" if there else latest

    def astray(self, table: str) -> list[tuple[str, str]]:
        """Keys of rows that are not as their latest version, with how: ``changed``, ``inserted`` or ``deleted``."""
        there = table in self.tables()
        found: list[tuple[str, str]] = []
        if there:
            query = f"SELECT k, last FROM ({self._compared(table)}) c WHERE p {self.distinct} last"
            found = [(k, "inserted" if last in (None, "null") else "changed") for k, last in self.run(query)]
        return found + [(k, "deleted") for (k,) in self.run(self._gone(table, there))]

    def record_as_it_stands(self, table: str, change: int) -> None:
        """Writes a version for each row that is not as its latest version: what a migration did to the table."""
        there = table in self.tables()
        quoted = "'" + table.replace("'", "''") + "'"
        into = 'INSERT INTO history_version (change_id, "table", "key", operation, payload, salt) '
        if there:
            operation = "CASE WHEN last IS NULL OR last = 'null' THEN 'insert' ELSE 'update' END"
            self.run(
                f"{into} SELECT {change}, {quoted}, k, {operation}, p, {self.salt()} "
                f"FROM ({self._compared(table)}) c WHERE p {self.distinct} last"
            )
        self.run(
            f"{into} SELECT {change}, {quoted}, k, 'delete', 'null', {self.salt()} "
            f"FROM ({self._gone(table, there)}) g"
        )
