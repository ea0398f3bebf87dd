"""Triggers of SQLite: a row at a time. They name the change by a function, since a trigger cannot see a temporary table; a
client that lacks the function is refused."""

from __future__ import annotations

from tsampa.errors import TsampaError
from tsampa.office.history.backends.triggers import HISTORY_TABLES, Trigger, Triggers
from tsampa.office.history.derived import Derived, Origin
from tsampa.office.history.guards import Guard

__all__ = ["SqliteTriggers"]

COLUMNS_AT_MOST = 63
"""A function of SQLite takes 127 values, and a column is two of them."""


def text(value: str) -> str:
    """A text in SQL."""
    return "'" + value.replace("'", "''") + "'"


class SqliteTriggers(Triggers):
    """The triggers of a SQLite database."""

    distinct = "IS NOT"
    lines = ("group_concat(", ", char(10))")
    parts = (
        "(SELECT key AS k, CASE type WHEN 'true' THEN 'bool' WHEN 'false' THEN 'bool' WHEN 'integer' THEN 'number' ELSE type END AS kind, "
        "value AS v, CASE type WHEN 'integer' THEN value END AS n "
        "FROM json_each(CASE json_type({0}) WHEN 'object' THEN {0} ELSE json_object('', 1) END))"
    )

    def installed(self) -> dict[tuple[str, str], str]:
        """As ``sqlite_master`` has them."""
        query = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'tsampa\\_%' ESCAPE '\\'"
        return {(table, name): sql for table, name, sql in self.run(query)}

    def drop(self, table: str, name: str) -> None:
        """By its name, which is the database's."""
        self.run(f'DROP TRIGGER IF EXISTS "{name}"')

    def _columns(self, table: str) -> tuple[str, list[tuple[str, str]]]:
        rows = self.run(f'PRAGMA table_info("{table}")')
        keys = [str(name) for _, name, _, _, _, key in rows if key]
        if len(keys) != 1 or len(rows) > COLUMNS_AT_MOST:
            raise TsampaError(
                "history-table", f"{table} has no history: it needs one column as its key, and 63 columns at most",
                remedy="Give it a key of one column, or part the table.",
            )  # fmt: skip
        return keys[0], [(str(name), str(kind).upper()) for _, name, kind, _, _, _ in rows]

    def _payload(self, columns: list[tuple[str, str]], row: str) -> str:
        parts = []
        for name, kind in columns:
            value = f'{row}"{name}"'
            if kind == "BLOB":
                value = f"CASE WHEN {value} IS NULL THEN NULL ELSE hex({value}) END"
            parts.append(f"{text(name)}, {value}")
        return f"json_object({', '.join(parts)})"

    def recording(self, tables: list[str]) -> list[Trigger]:
        """Three for each table."""
        return [one for table in tables for one in self._three(table)]

    def _three(self, table: str) -> list[Trigger]:
        key, columns = self._columns(table)
        new, old = f'CAST(NEW."{key}" AS TEXT)', f'CAST(OLD."{key}" AS TEXT)'
        payload = self._payload(columns, "NEW.")
        moved = f'OLD."{key}" IS NOT NEW."{key}"'
        return [
            self._trigger("insert", table, self._version(table, new, "'insert'", payload)),
            self._trigger("delete", table, self._version(table, old, "'delete'", "'null'")),
            self._trigger(
                "update", table,
                self._version(table, old, "'delete'", "'null'", f" WHERE {moved}")
                + self._version(table, new, f"CASE WHEN {moved} THEN 'insert' ELSE 'update' END", payload),
            ),
        ]  # fmt: skip

    def _version(self, table: str, key: str, operation: str, payload: str, where: str = "") -> str:
        change = "coalesce(tsampa_change(), RAISE(ABORT, 'history-actor'))"
        return (
            'INSERT INTO "history_version" ("change_id", "table", "key", "operation", "payload", "salt") '
            f"SELECT {change}, {text(table)}, {key}, {operation}, {payload}, tsampa_salt(){where}; "
        )

    def _trigger(self, event: str, table: str, body: str) -> Trigger:
        name = f"tsampa_record_{event}_{table}"
        sql = f'CREATE TRIGGER "{name}" AFTER {event.upper()} ON "{table}" BEGIN {body}END'
        return Trigger(name, table, sql, (sql,))

    def keeping(self) -> list[Trigger]:
        """Nothing of history is altered or deleted; a redaction empties a payload and its salt."""
        made = []
        for table in HISTORY_TABLES:
            for event in ("update", "delete"):
                when = ""
                if (table, event) == ("history_version", "update"):
                    kept = " AND ".join(
                        f'NEW."{one}" IS OLD."{one}"'
                        for one in ("id", "change_id", "table", "key", "operation")
                    )
                    when = f"WHEN NOT (tsampa_redacting() AND NEW.payload IS NULL AND NEW.salt IS NULL AND {kept}) "
                made.append(self._refusing(table, event, when))
        return [*made, self._one_mark()]

    def _refusing(self, table: str, event: str, when: str = "", name: str = "keep") -> Trigger:
        named = f"tsampa_{name}_{event}_{table}"
        sql = f'CREATE TRIGGER "{named}" BEFORE {event.upper()} ON "{table}" {when}BEGIN SELECT RAISE(ABORT, \'history-append-only\'); END'
        return Trigger(named, table, sql, (sql,))

    def _one_mark(self) -> Trigger:
        return self._refusing("history_mark", "insert", "WHEN EXISTS (SELECT 1 FROM history_mark) ")

    def guarding(self, guard: Guard) -> list[Trigger]:
        """Before the row is written, so that the guard speaks and not an index."""
        made = []
        for event in ("INSERT", "UPDATE"):
            name = f"tsampa_guard_{event.lower()}_{guard.name}"
            key, _ = self._columns(guard.table)
            old = f'OLD."{key}"' if event == "UPDATE" else f'NEW."{key}"'
            offence = self.offence(guard, "NEW", old)
            sql = (
                f'CREATE TRIGGER "{name}" BEFORE {event} ON "{guard.table}" WHEN EXISTS ({offence}) '
                f"BEGIN SELECT RAISE(ABORT, {text(guard.code)}); END"
            )
            made.append(Trigger(name, guard.table, sql, (sql,)))
        return made

    def deriving(self, derived: Derived) -> list[Trigger]:
        """After each row."""
        return [
            self._refreshing(derived, origin, event, rows)
            for origin in derived.origins
            for event, rows in (("insert", ("NEW",)), ("delete", ("OLD",)), ("update", ("OLD", "NEW")))
        ]

    def _refreshing(self, derived: Derived, origin: Origin, event: str, rows: tuple[str, ...]) -> Trigger:
        written = " UNION ".join(
            "SELECT " + ", ".join(f'{row}."{one}" AS "{one}"' for one in origin.columns) for row in rows
        )
        of = origin.keys.format(rows=f"({written})")
        when = ""
        if event == "update":
            when = "WHEN " + " OR ".join(f'OLD."{one}" IS NOT NEW."{one}"' for one in origin.columns) + " "
        name = f"tsampa_refresh_{event}_{derived.name}_{origin.table}"
        body = "".join(f"{one}; " for one in derived.statements(of, self.lines))
        sql = f'CREATE TRIGGER "{name}" AFTER {event.upper()} ON "{origin.table}" {when}BEGIN {body}END'
        return Trigger(name, origin.table, sql, (sql,))

    def live(self, table: str) -> str:
        """The rows as the triggers would write them."""
        key, columns = self._columns(table)
        return f'SELECT CAST("{key}" AS TEXT) AS k, {self._payload(columns, "")} AS p FROM "{table}"'

    def salt(self) -> str:
        """By the office's function."""
        return "tsampa_salt()"

    def hold_still(self, *, shared: bool = False) -> None:
        """The transaction is IMMEDIATE already: there is one writer at a time."""
