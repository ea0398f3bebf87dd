"""Triggers of PostgreSQL: a statement at a time, over the rows it wrote. They name the change by a setting."""

from __future__ import annotations

from django.utils.functional import cached_property

from tsampa.errors import TsampaError
from tsampa.office.history.backends.triggers import HISTORY_TABLES, Trigger, Triggers
from tsampa.office.history.derived import Derived, Origin
from tsampa.office.history.guards import Guard

__all__ = ["PostgresqlTriggers"]

# A payload is the same text whatever the client's session has set.
SETTINGS = ("TimeZone=UTC", "bytea_output=hex")

RECORD = """
DECLARE
  change bigint := nullif(current_setting('tsampa.change', true), '')::bigint;
BEGIN
  IF change IS NULL OR NOT EXISTS (SELECT FROM history_change WHERE id = change) THEN
    -- A statement that wrote no row is no write.
    IF TG_OP = 'DELETE' THEN
      IF NOT EXISTS (SELECT FROM old_rows) THEN RETURN NULL; END IF;
    ELSIF NOT EXISTS (SELECT FROM new_rows) THEN RETURN NULL;
    END IF;
    RAISE EXCEPTION 'history-actor' USING ERRCODE = '23000';
  END IF;
  IF TG_OP = 'INSERT' THEN
    INSERT INTO history_version (change_id, "table", "key", operation, payload, salt)
    SELECT change, TG_TABLE_NAME, j->>TG_ARGV[0], 'insert', j::text, uuid_send(gen_random_uuid())
    FROM (SELECT to_jsonb(n) AS j FROM new_rows n) rows;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO history_version (change_id, "table", "key", operation, payload, salt)
    SELECT change, TG_TABLE_NAME, to_jsonb(o)->>TG_ARGV[0], 'delete', 'null', uuid_send(gen_random_uuid())
    FROM old_rows o;
  ELSE
    INSERT INTO history_version (change_id, "table", "key", operation, payload, salt)
    SELECT change, TG_TABLE_NAME, to_jsonb(o)->>TG_ARGV[0], 'delete', 'null', uuid_send(gen_random_uuid())
    FROM old_rows o
    WHERE to_jsonb(o)->>TG_ARGV[0] NOT IN (SELECT to_jsonb(n)->>TG_ARGV[0] FROM new_rows n);
    INSERT INTO history_version (change_id, "table", "key", operation, payload, salt)
    SELECT change, TG_TABLE_NAME, j->>TG_ARGV[0],
      CASE WHEN j->>TG_ARGV[0] IN (SELECT to_jsonb(o)->>TG_ARGV[0] FROM old_rows o) THEN 'update' ELSE 'insert' END,
      j::text, uuid_send(gen_random_uuid())
    FROM (SELECT to_jsonb(n) AS j FROM new_rows n) rows;
  END IF;
  RETURN NULL;
END
"""

TRUNCATE = """
BEGIN
  RAISE EXCEPTION 'history-truncate' USING ERRCODE = '23000';
END
"""

KEEP = """
BEGIN
  IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'history_version' THEN
    IF current_setting('tsampa.redacting', true) = '1' AND NEW.payload IS NULL AND NEW.salt IS NULL
      AND (NEW.id, NEW.change_id, NEW."table", NEW."key", NEW.operation)
        = (OLD.id, OLD.change_id, OLD."table", OLD."key", OLD.operation) THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'history-append-only' USING ERRCODE = '23000';
END
"""

MARK = """
BEGIN
  IF EXISTS (SELECT FROM history_mark) THEN RAISE EXCEPTION 'history-append-only' USING ERRCODE = '23000'; END IF;
  RETURN NEW;
END
"""


class PostgresqlTriggers(Triggers):
    """The triggers of a PostgreSQL database."""

    distinct = "IS DISTINCT FROM"
    lines = ("string_agg(", ", chr(10))")
    parts = (
        "(SELECT key AS k, CASE jsonb_typeof(value) WHEN 'boolean' THEN 'bool' WHEN 'string' THEN 'text' ELSE jsonb_typeof(value) END AS kind, "
        "value #>> '{{}}' AS v, CASE WHEN jsonb_typeof(value) = 'number' THEN "
        "CASE WHEN (value #>> '{{}}')::numeric % 1 = 0 THEN (value #>> '{{}}')::numeric END END AS n "
        "FROM jsonb_each(CASE jsonb_typeof({0}) WHEN 'object' THEN {0} ELSE jsonb_build_object('', 1) END))"
    )

    def tables(self) -> set[str]:
        """The ordinary tables of the schema in use."""
        found = self.run(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
        )
        return {str(name) for (name,) in found}

    def installed(self) -> dict[tuple[str, str], str]:
        """As the catalogue has them: the trigger, whether it is enabled, and its function."""
        query = """
            SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid), t.tgenabled::text, p.prosrc, coalesce(p.proconfig, '{}')
            FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
            WHERE NOT t.tgisinternal AND t.tgname LIKE 'tsampa\\_%' AND c.relnamespace = current_schema()::regnamespace
        """
        return {
            (table, name): shown(definition, body, enabled, tuple(settings))
            for table, name, definition, enabled, body, settings in self.run(query)
        }

    @cached_property
    def schema(self) -> str:
        """Where the office's tables lie."""
        return str(self.run("SELECT current_schema()")[0][0])

    def drop(self, table: str, name: str) -> None:
        """By table and name."""
        self.run(f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"')

    def _keys(self) -> dict[str, list[str]]:
        query = """
            SELECT c.relname, a.attname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(i.indkey)
            WHERE i.indisprimary AND c.relnamespace = current_schema()::regnamespace
        """
        found: dict[str, list[str]] = {}
        for table, column in self.run(query):
            found.setdefault(str(table), []).append(str(column))
        return found

    def _key(self, table: str, keys: dict[str, list[str]]) -> str:
        if len(keys.get(table, [])) != 1:
            raise TsampaError(
                "history-table", f"{table} has no history: it needs one column as its key",
                remedy="Give it a key of one column.",
            )  # fmt: skip
        return keys[table][0]

    def recording(self, tables: list[str]) -> list[Trigger]:
        """One for each kind of statement."""
        keys, made = self._keys(), []
        for table in tables:
            call = f"tsampa_record('{self._key(table, keys)}')"
            for event, rows in (
                ("INSERT", "NEW TABLE AS new_rows"),
                ("DELETE", "OLD TABLE AS old_rows"),
                ("UPDATE", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
            ):
                when = f"AFTER {event}"
                made.append(self._trigger(f"record_{event.lower()}", table, when, call, RECORD, rows))
            made.append(
                self._trigger("record_truncate", table, "BEFORE TRUNCATE", "tsampa_truncate()", TRUNCATE)
            )
        return made

    def _trigger(
        self, name: str, table: str, when: str, call: str, body: str, rows: str = "", each: str = "STATEMENT"
    ) -> Trigger:
        named = f"tsampa_{name}" if name.startswith("guard_") else f"tsampa_{name}_{table}"
        over = f"REFERENCING {rows} " if rows else ""
        # Written as PostgreSQL itself shows it, so that the two can be compared.
        made = f"CREATE TRIGGER {named} {when} ON {self.schema}.{table} {over}FOR EACH {each} EXECUTE FUNCTION {call}"
        function = call.split("(")[0]
        set_ = " ".join("SET " + one.replace("=", " = '") + "'" for one in SETTINGS)
        create = f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql {set_} AS $tsampa${body}$tsampa$"
        return Trigger(named, table, shown(made, body), (create, made))

    def keeping(self) -> list[Trigger]:
        """Nothing of history is altered, deleted or emptied; a redaction empties a payload and its salt."""
        made = []
        for table in HISTORY_TABLES:
            for event in ("UPDATE", "DELETE"):
                made.append(
                    self._trigger(
                        f"keep_{event.lower()}", table, f"BEFORE {event}", "tsampa_keep()", KEEP, each="ROW"
                    )
                )
            made.append(self._trigger("keep_truncate", table, "BEFORE TRUNCATE", "tsampa_keep()", KEEP))
        mark = self._trigger(
            "keep_insert", "history_mark", "BEFORE INSERT", "tsampa_mark()", MARK, each="ROW"
        )
        return [*made, mark]

    def guarding(self, guard: Guard) -> list[Trigger]:
        """After the statement, over the rows it wrote; what a concurrent writer wrote is waited for."""
        key = self._key(guard.table, self._keys())
        offence = self.offence(guard, "written", f'written."{key}"')
        if guard.locks:
            table, column, link = guard.locks
            wait = (
                f'PERFORM 1 FROM "{table}" held WHERE held."{column}" IN (SELECT written."{link}" FROM new_rows written) '
                f'ORDER BY held."{column}" FOR NO KEY UPDATE'
            )
        elif not guard.waits:
            wait = "NULL"
        else:
            wait = f"PERFORM pg_advisory_xact_lock(hashtext('tsampa_guard_{guard.name}'))"
        body = (
            f"\nBEGIN\n  {wait};\n  IF EXISTS (SELECT FROM new_rows written WHERE EXISTS ({offence})) THEN\n"
            f"    RAISE EXCEPTION '{guard.code}' USING ERRCODE = '23000';\n  END IF;\n  RETURN NULL;\nEND\n"
        )
        return [
            self._trigger(
                f"guard_{event.lower()}_{guard.name}", guard.table, f"AFTER {event}",
                f"tsampa_guard_{guard.name}()", body, "NEW TABLE AS new_rows",
            )
            for event in ("INSERT", "UPDATE")
        ]  # fmt: skip

    def deriving(self, derived: Derived) -> list[Trigger]:
        """After the statement, and after the guards, which come before by their names."""
        return [
            self._refreshing(derived, origin, event, rows)
            for origin in derived.origins
            for event, rows in (("INSERT", "NEW"), ("DELETE", "OLD"), ("UPDATE", "OLD NEW"))
        ]

    def _refreshing(self, derived: Derived, origin: Origin, event: str, rows: str) -> Trigger:
        columns = ", ".join(f'"{one}"' for one in origin.columns)
        old, new = f"SELECT {columns} FROM old_rows", f"SELECT {columns} FROM new_rows"
        written = {"NEW": new, "OLD": old, "OLD NEW": f"({old} EXCEPT {new}) UNION ({new} EXCEPT {old})"}[
            rows
        ]
        keys = origin.keys.format(rows=f"({written}) written")
        table, column = derived.locks
        body = (
            f"\nDECLARE\n  keys text[] := ARRAY(SELECT DISTINCT k FROM ({keys}) found(k));\nBEGIN\n"
            "  IF cardinality(keys) = 0 THEN RETURN NULL; END IF;\n"
            f'  PERFORM 1 FROM "{table}" held WHERE held."{column}" = ANY(keys) ORDER BY held."{column}" FOR NO KEY UPDATE;\n'
            + "".join(f"  {one};\n" for one in derived.statements("SELECT unnest(keys)", self.lines))
            + "  RETURN NULL;\nEND\n"
        )
        over = " ".join(f"{one} TABLE AS {one.lower()}_rows" for one in rows.split())
        name = f"refresh_{event.lower()}_{derived.name}"
        return self._trigger(
            name, origin.table, f"AFTER {event}", f"tsampa_{name}_{origin.table}()", body, over
        )

    def live(self, table: str) -> str:
        """The rows as the triggers would write them."""
        key = self._key(table, self._keys())
        return f"SELECT to_jsonb(r)->>'{key}' AS k, to_jsonb(r)::text AS p FROM \"{table}\" r"

    def salt(self) -> str:
        """122 random bits, without an extension."""
        return "uuid_send(gen_random_uuid())"

    def hold_still(self, *, shared: bool = False) -> None:
        """Each change locks the table of changes as a writer does; a cut waits until all have ended."""
        if shared:
            self.run("LOCK TABLE history_change IN ROW EXCLUSIVE MODE")
        else:
            self.run("LOCK TABLE history_change, history_version IN SHARE ROW EXCLUSIVE MODE")


def shown(definition: str, body: str, enabled: str = "O", settings: tuple[str, ...] = SETTINGS) -> str:
    """All that makes a trigger what it is, as one text."""
    return "\n".join([definition, enabled, body, *settings])
