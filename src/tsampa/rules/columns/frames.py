"""Frames: the relations a plan is made of, each with the columns it adds to the one before and the rows it joins.

A frame holds one row for each row of its entity. Its own columns may read each other; a column's level is one more than that
of the highest column it reads, and each level becomes one nested SELECT, so that nothing is ever written out twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tsampa.rules.columns.sql import NO_REFS, Sql, quoted

__all__ = ["Aggregate", "Base", "Frame", "Join", "Parts", "Statement"]


@dataclass(frozen=True)
class Statement:
    """One step of a plan as SQL: a query under a name. ``uses`` counts the statements that read it."""

    name: str
    query: str
    uses: int


@dataclass(eq=False)
class Join:
    """Rows of another frame seen from this one: this frame's ``key`` is their key. ``columns`` are those read of them."""

    frame: Frame
    key: str
    name: str
    columns: set[str] = field(default_factory=set)


@dataclass(eq=False)
class Aggregate:
    """One pass over the rows of ``frame``, grouped by ``key``: ``columns`` maps each aggregate's text to its name."""

    frame: Frame
    key: str
    name: str
    columns: dict[str, str] = field(default_factory=dict)
    refs: set[str] = field(default_factory=set)
    beside: str = ""
    """The column of the frame that joins it which says whose pass it is; empty for that frame's key."""

    def column(self, aggregate: str, refs: frozenset[str]) -> Sql:
        """The name of the aggregate's column, shared by all who ask for the same text."""
        self.refs |= refs
        name = self.columns.setdefault(aggregate, f"a{len(self.columns)}")
        return Sql(f"{self.name}.{quoted(name)}")

    def query(self) -> str:
        """The SELECT of the pass."""
        found = [f"{text} AS {quoted(name)}" for text, name in self.columns.items()]
        key = quoted(self.key)
        return f"SELECT {', '.join([f'{key} AS k', *found])} FROM {self.frame.name} WHERE {key} IS NOT NULL GROUP BY {key}"


@dataclass(eq=False)
class Parts(Aggregate):
    """The parts of a pool, for the rows of ``frame`` that have any weight; ``key`` is those rows' own."""

    text: str = ""

    def query(self) -> str:
        """The SELECT of the rows that get a part."""
        return self.text


@dataclass(eq=False)
class Base:
    """The register's rows of an entity: which columns are wanted of them. ``plan`` writes its query when all is known."""

    wanted: dict[str, None] = field(default_factory=dict)


@dataclass(eq=False)
class Frame:
    """The rows of ``entity`` at one round of the plan. The first frame of an entity has a ``base`` and no ``before``.

    ``crossed`` holds columns that come from other rows, as text over the aggregates and joins of this frame.
    """

    name: str
    entity: str
    key: str
    before: Frame | None
    base: Base | None = None
    joins: list[Join] = field(default_factory=list)
    aggregates: list[Aggregate] = field(default_factory=list)
    crossed: dict[str, str] = field(default_factory=dict)
    columns: dict[str, Sql] = field(default_factory=dict)
    levels: dict[str, int] = field(default_factory=dict)
    wanted: set[str] = field(default_factory=set)
    bound: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, expression: Sql) -> None:
        """Adds a column, at the level its expression needs."""
        self.columns[name] = expression
        self.levels[name] = 1 + max((self.levels.get(ref, 0) for ref in expression.refs), default=0)

    def bind(self, expression: Sql) -> Sql:
        """A name for a piece that is used more than once; short pieces stay as they are."""
        if len(expression.text) < 32:
            return expression
        name = self.bound.get(expression.text)
        if name is None:
            name = self.bound[expression.text] = f"__t{len(self.bound)}_{self.name}"
            self.add(name, expression)
        return Sql(quoted(name), frozenset((name,)), expression.nullable)

    def named(self, expression: Sql) -> Sql:
        """A name for a piece that is read beside this frame's own columns, however short it is."""
        if expression.text == quoted(next(iter(expression.refs), "")):
            return expression
        name = f"__s{len(self.columns)}_{self.name}"
        self.add(name, expression)
        return Sql(quoted(name), frozenset((name,)), expression.nullable)

    def want(self, names: frozenset[str] | set[str]) -> None:
        """Marks columns as read by somebody; passed on to the frame before where they come from there."""
        fresh = set(names) - self.wanted
        if not fresh:
            return
        self.wanted |= fresh
        waiting = {name for name in fresh if name in self.columns}
        outside = fresh - waiting
        seen: set[str] = set()
        while waiting:
            name = waiting.pop()
            seen.add(name)
            for ref in self.columns[name].refs:
                if ref in self.columns:
                    if ref not in seen:
                        waiting.add(ref)
                else:
                    outside.add(ref)
        outside -= self.crossed.keys()
        if self.before is not None:
            self.before.want(outside)
        elif self.base is not None:
            self.base.wanted.update(dict.fromkeys(sorted(outside)))

    def source(self, before: str) -> str:
        """The rows of the frame before, with what comes from other rows beside them."""
        needed = self._needed()
        passed = sorted(name for name in needed if name not in self.columns and name not in self.crossed)
        parts = [f"p.{quoted(name)}" for name in passed] + [
            f"{text} AS {quoted(name)}" for name, text in self.crossed.items() if name in needed
        ]
        beside = [
            f"LEFT JOIN ({one.query()}) AS {one.name} ON {one.name}.k = p.{quoted(one.beside or self.key)}"
            for one in self.aggregates
        ]
        beside += [
            f"LEFT JOIN {one.frame.name} AS {one.name} ON {one.name}.{quoted(one.frame.key)} = p.{quoted(one.key)}"
            for one in self.joins
        ]
        return " ".join([f"SELECT {', '.join(parts)} FROM {before} AS p", *beside])

    def query(self, source: str, fence: str = "") -> str:
        """The frame as nested SELECTs over ``source``, one for each level; only columns somebody reads are kept."""
        needed = self._needed()
        top = max((self.levels[name] for name in needed if name in self.columns), default=0)
        text = source
        for level in range(1, top + 1):
            text = self._level(level, top, text, needed) + fence
        return text

    def _needed(self) -> set[str]:
        found, waiting = set(), set(self.wanted)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting |= self.columns[name].refs if name in self.columns else NO_REFS
        return found

    def _level(self, level: int, top: int, source: str, needed: set[str]) -> str:
        """One SELECT: the columns of this level, and those passed through that are still read above or outside."""
        above = [name for name in needed if self.levels.get(name, 0) > level]
        passed = (
            set(self.wanted).union(*(self.columns[name].refs for name in above))
            if above or level == top
            else set(self.wanted)
        )
        kept = sorted(name for name in passed if self.levels.get(name, 0) < level)
        own = sorted(name for name in needed if self.levels.get(name, 0) == level)
        parts = [quoted(name) for name in kept] + [
            f"{self.columns[name].text} AS {quoted(name)}" for name in own
        ]
        return f"SELECT {', '.join(parts)} FROM ({source}) AS s"
