"""The register's rows of each entity as a query: its columns, its links, variables known already, and only what is wanted."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tsampa.rules import nodes as n
from tsampa.rules.columns.frames import Statement
from tsampa.rules.columns.sql import Dialect, quoted
from tsampa.rules.relations import FIGURE_AREA, entity_table, link_target, ways_to_area
from tsampa.rules.rulebook import Name
from tsampa.schema import Kind, Schema, Table

if TYPE_CHECKING:
    from tsampa.rules.columns.plan import AlignedRows, Sources

__all__ = ["BaseQueries"]

TREE = "t_tree"
FIGURE_KEY = "__figure"


class BaseQueries:
    """Writes base queries for one day. ``level`` is the level of area that figures are worked out for."""

    def __init__(
        self,
        schema: Schema,
        day: date,
        dialect: Dialect,
        sources: Sources,
        given: frozenset[Name],
        level: str | None,
    ) -> None:
        self.schema, self.day, self.dialect, self.sources, self.given, self.level = (
            schema,
            day,
            dialect,
            sources,
            given,
            level,
        )
        self._tree_used = False

    def key(self, entity: str) -> str:
        """The column that tells the entity's rows apart."""
        return self.schema.by_name[self.table(entity)].key

    def link_target(self, entity: str, link: str) -> str:
        """The entity a link leads to."""
        found = link_target(self.schema, entity, link)
        assert found is not None
        return found

    def link_column(self, entity: str, link: str) -> str:
        """The column that holds the key of the linked row."""
        return f"__{link}"

    def always_linked(self, entity: str, link: str) -> bool:
        """Whether every row has such a linked row, as a verified snapshot assures."""
        if link in self.schema.levels:
            return True
        table = self.schema.by_entity[entity]
        found = table.link(link)
        return found is not None and found.required

    def group_column(self, rows: n.Rows) -> str:
        """The column by which the rows are gathered for their parent."""
        if rows.parent == FIGURE_AREA:
            return FIGURE_KEY
        if rows.parent in self.schema.levels and (
            rows.entity == "household" or rows.entity in self.schema.levels
        ):
            return f"__{rows.parent}"
        if rows.entity == "person":
            return "__household"
        table = self.schema.by_entity[rows.entity]
        own = self.table(rows.parent)
        return next(f"__{link.name}" for link in table.links if link.back == rows.back and link.table == own)

    def output_keys(self, entity: str) -> list[tuple[str, str]]:
        """The key columns of a result: a name here and the name it is stored under."""
        key = self.key(entity)
        if entity == "household":
            return [("area", "area"), (key, key)]
        if entity == "person":
            return [("__household", "household"), (key, key)]
        table = self.schema.by_entity[entity]
        links = (
            [("__household", "household")]
            if table.link("household") and entity not in self.schema.levels
            else []
        )
        return [*links, (key, key)]

    def statements(self) -> list[Statement]:
        """The tree of areas, where some base query joins it."""
        return [Statement(TREE, self._tree_query(), 99)] if self._tree_used else []

    def query(self, entity: str, wanted: list[str]) -> str:
        """The SELECT of the wanted columns over the rows in force on the day."""
        if entity in self.schema.levels or entity == FIGURE_AREA:
            return self._areas(entity, wanted)
        if entity == "household":
            return self._households(wanted)
        if entity == "person":
            return self._persons(wanted)
        return self._records(entity, wanted)

    # each kind of entity

    def _areas(self, entity: str, wanted: list[str]) -> str:
        level = self.level if entity == FIGURE_AREA else entity
        assert level is not None
        known = {f"__{one}": f"t.{quoted(one)}" for one in self.schema.levels} | {
            FIGURE_KEY: f"t.{quoted(self.level or level)}"
        }
        joins = [self._tree("b.code")] if any(name in known for name in wanted) else []
        source = (
            f"(SELECT * FROM {self.sources.tables['areas']} WHERE level = {self.dialect.text(level)}) AS b"
        )
        return self._select(entity, wanted, source, joins, known)

    def _households(self, wanted: list[str]) -> str:
        home = self.schema.home_level
        known = {f"__{one}": f"t.{quoted(one)}" for one in self.schema.levels} | {
            FIGURE_KEY: f"t.{quoted(self.level or home)}"
        }
        known[f"__{home}"] = "b.area"
        if self.level == home:
            known[FIGURE_KEY] = "b.area"
        joins = [self._tree("b.area")] if any(known.get(name, "").startswith("t.") for name in wanted) else []
        source = self.sources.placed.get("households", self.sources.tables["households"])
        return self._select("household", wanted, f"{source} AS b", joins, known)

    def _persons(self, wanted: list[str]) -> str:
        aligned = self.sources.aligned
        given = any(("person", name.removesuffix("__n").removesuffix("__d")) in self.given for name in wanted)
        if aligned is None or given or FIGURE_KEY in wanted or not self._of_membership().keys() & set(wanted):
            return self._joined_persons(
                wanted, self.sources.tables["persons"], self.sources.tables["memberships"]
            )
        others = self._joined_persons(wanted, aligned.other_persons, aligned.other_memberships)
        return f"{self._aligned_persons(wanted, aligned)} UNION ALL {others}"

    def _of_membership(self) -> dict[str, str]:
        """The columns a person has from the membership in force."""
        persons, memberships = self.schema.by_name["persons"], self.schema.by_name["memberships"]
        own = (name for name in memberships.by_name if name not in persons.by_name and name != "person")
        return {name: f"m.{quoted(name)}" for name in own} | {"__household": "m.household"}

    def _aligned_persons(self, wanted: list[str], aligned: AlignedRows) -> str:
        """Persons beside their only memberships, without a join."""
        of_membership, in_force = (
            self._of_membership(),
            " AND ".join(self._dates(self.schema.by_name["memberships"], "m.")),
        )
        parts = [
            f"CASE WHEN {in_force} THEN {of_membership[name]} END AS {quoted(name)}" if name in of_membership else f"b.{quoted(name)}"
            for name in wanted
        ]  # fmt: skip
        return f"SELECT {', '.join(parts)} FROM {aligned.persons} AS b POSITIONAL JOIN {aligned.memberships} AS m"

    def _joined_persons(self, wanted: list[str], persons: str, members: str) -> str:
        known = self._of_membership() | {FIGURE_KEY: f"t.{quoted(self.level or '')}"}
        joins = []
        if any(name in known for name in wanted):
            memberships = self.schema.by_name["memberships"]
            joins.append(f"LEFT JOIN {self._in_force(memberships, members)} AS m ON m.person = b.code")
        if FIGURE_KEY in wanted:
            joins += [
                f"LEFT JOIN {self.sources.tables['households']} AS h ON h.code = m.household",
                self._tree("h.area"),
            ]
        return self._select("person", wanted, f"{persons} AS b", joins, known)

    def _records(self, entity: str, wanted: list[str]) -> str:
        table = self.schema.by_entity[entity]
        known = {f"__{link.name}": f"b.{quoted(link.column)}" for link in table.links}
        known[FIGURE_KEY] = f"t.{quoted(self.level or '')}"
        joins = self._record_area(table) if FIGURE_KEY in wanted else []
        return self._select(entity, wanted, f"{self._in_force(table)} AS b", joins, known)

    def _record_area(self, table: Table) -> list[str]:
        """The way from a record to the area it counts in: its household's, its own, or its person's."""
        joins, areas = list[str](), list[str]()
        for link in ways_to_area(table):
            column = f"b.{quoted(link.column)}"
            if link.table == "areas":
                areas.append(column)
                continue
            if link.table == "persons":
                members = self._in_force(self.schema.by_name["memberships"])
                joins.append(f"LEFT JOIN {members} AS hm ON hm.person = {column}")
                column = "hm.household"
            home = f"h{len(joins)}"
            joins.append(f"LEFT JOIN {self.sources.tables['households']} AS {home} ON {home}.code = {column}")
            areas.append(f"{home}.area")
        return [*joins, self._tree(areas[0] if len(areas) == 1 else f"COALESCE({', '.join(areas)})")]

    # pieces

    def _select(
        self, entity: str, wanted: list[str], source: str, joins: list[str], known: dict[str, str]
    ) -> str:
        parts, given = [], False
        for name in wanted:
            if name in known:
                parts.append(f"{known[name]} AS {quoted(name)}")
            elif (entity, name.removesuffix("__n").removesuffix("__d")) in self.given:
                parts.append(f"r.{quoted(name)}")
                given = True
            else:
                parts.append(f"b.{quoted(name)}")
        if given:
            key = quoted(self.key(entity))
            joins = [*joins, f"LEFT JOIN {self.sources.results[entity]} AS r ON r.{key} = b.{key}"]
        return " ".join([f"SELECT {', '.join(parts)} FROM {source}", *joins])

    def _in_force(self, table: Table, source: str = "") -> str:
        source, conditions = source or self.sources.tables[table.name], self._dates(table)
        return f"(SELECT * FROM {source} WHERE {' AND '.join(conditions)})" if conditions else source

    def _dates(self, table: Table, of: str = "") -> list[str]:
        """Whether a row is in force on the day."""
        day, found = self.dialect.date(self.day), []
        if table.since:
            found.append(f"{of}{quoted(table.since)} <= {day}")
        if table.until:
            found.append(f"({of}{quoted(table.until)} IS NULL OR {of}{quoted(table.until)} > {day})")
        return found

    def _tree(self, key: str) -> str:
        self._tree_used = True
        return f"LEFT JOIN {TREE} AS t ON t.code = {key}"

    def _tree_query(self) -> str:
        """Every area with its ancestor, or itself, at each level."""
        return " UNION ALL ".join(self._tree_of(level) for level in self.schema.levels)

    def _tree_of(self, level: str) -> str:
        levels, areas = self.schema.levels, self.sources.tables["areas"]
        depth = levels.index(level)
        parts, joins = ["a0.code AS code"], []
        for index, name in enumerate(levels):
            if index > depth:
                parts.append(f"CAST(NULL AS {self.dialect.types[Kind.TEXT]}) AS {quoted(name)}")
            else:
                parts.append(f"a{depth - index}.code AS {quoted(name)}")
        for step in range(1, depth + 1):
            joins.append(f"LEFT JOIN {areas} AS a{step} ON a{step}.code = a{step - 1}.parent")
        return " ".join(
            [
                f"SELECT {', '.join(parts)} FROM {areas} AS a0",
                *joins,
                f"WHERE a0.level = {self.dialect.text(level)}",
            ]
        )

    def table(self, entity: str) -> str:
        """The table that holds the entity's rows."""
        found = entity_table(self.schema, entity)
        assert found is not None
        return found
