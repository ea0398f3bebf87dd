"""Areas in six steps of one colour, as ``web/areas.html`` shows them in a table and ``draw_map`` draws them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tsampa.office.areas.tree import Place

__all__ = ["SHARES", "AreaMap", "Cell", "Row", "Scale", "scale_for"]

NICE = (1, 2, 3, 4, 5, 6, 8)
"""Widths of a step that people read easily, and ten times, a hundred times as much."""

TILE = '<li><a class="step-{}" href="{}">{} <span class="cell-number">{}</span>{}</a></li>'
SHARE = ' <span class="cell-share">{} %</span>'


@dataclass(frozen=True)
class Scale:
    """Where a number takes the next step of colour: the first bound is none, above the last it has the darkest."""

    bounds: tuple[int, ...]
    unit: str = ""

    def step(self, value: Decimal | int | None) -> str:
        """The step of a number, ``none`` where it is not known."""
        return "none" if value is None else str(sum(value > one for one in self.bounds))

    @property
    def legend(self) -> list[tuple[int, str]]:
        """Each step with its words."""
        told = [f"≤ {one:,}{self.unit}" for one in self.bounds[1:]]
        return list(enumerate([f"{self.bounds[0]}{self.unit}", *told, f"> {self.bounds[-1]:,}{self.unit}"]))


SHARES = Scale((0, 5, 10, 20, 40), " %")
"""Of shares in per cent."""


def scale_for(most: int) -> Scale:
    """Even steps for numbers up to this."""
    least, ten = -(-most // 5), 1
    while NICE[-1] * ten < least:
        ten *= 10
    width = next(one * ten for one in NICE if one * ten >= least)
    return Scale(tuple(width * at for at in range(5)))


@dataclass(frozen=True)
class Cell:
    """An area of the map: how many of its households, their share in per cent where that is told, and the step of colour."""

    place: Place
    count: int
    step: str
    url: str
    share: Decimal | None = None


@dataclass(frozen=True)
class Row:
    """A line of the map: an area and the areas below it."""

    head: Cell
    cells: list[Cell]

    @property
    def tiles(self) -> SafeString:
        """The cells as they stand in the table: a template takes ten times as long for thousands of them."""
        return format_html_join("", TILE, (_shown(one) for one in self.cells))


def _shown(cell: Cell) -> tuple[str, ...]:
    share = "" if cell.share is None else format_html(SHARE, cell.share)
    return cell.step, cell.url, cell.place.name, f"{cell.count:,}", share


@dataclass(frozen=True)
class AreaMap:
    """Households by area: coloured by their share (``shares``) or by their number.

    ``blank`` are areas beside them of which there is nothing to tell: their outline only is drawn.
    """

    title: str
    unit: str
    scale: Scale
    rows: list[Row]
    shares: bool = False
    blank: list[Place] = field(default_factory=list)

    @property
    def lowest(self) -> list[Cell]:
        """The areas below, and those of a line that has none."""
        return [one for row in self.rows for one in row.cells or [row.head]]

    @property
    def shown(self) -> list[Row]:
        """The lines of the table: without those of no household, where it is their number that is told."""
        return [row for row in self.rows if self.shares or row.head.count]

    @property
    def left_out(self) -> int:
        """How many lines the table is without."""
        return len(self.rows) - len(self.shown)

    def value(self, cell: Cell) -> Decimal | int | None:
        """What of the area is coloured."""
        return cell.share if self.shares else cell.count

    def words(self, cell: Cell) -> str:
        """The same as it is written."""
        value = self.value(cell)
        return "–" if value is None else f"{value:,}{self.scale.unit}"
