"""Each area lies in one of a wider level, so none lies in itself; what succeeds it lasts; geometry is a shape and nothing else."""

from __future__ import annotations

from django.conf import settings

from tsampa.office.history import Guard
from tsampa.schema import read_schema

__all__ = ["guards"]


def guards() -> tuple[Guard, ...]:
    """The guards of this room."""
    return (
        Guard(
            name="area_level", table="areas_area", code="area-level-order", message="an area would lie in one that is not of a wider level",
            remedy="Give it the level it has, and put it in an area of a wider one.", offence=_levels(),
            constraints=("area_not_above_itself",),
        ),
        Guard(
            name="area_geometry", table="areas_area", code="area-geometry", message="the geometry is no point or polygon of GeoJSON",
            remedy="Give type and coordinates, and nothing else.", offence=_geometry(), waits=False,
        ),
        Guard(
            name="area_successor", table="areas_area", code="area-successor",
            message="an area would be succeeded by one that is no more, of another level, or itself, or while it is still in force",
            remedy="End the area first, and name one of its level that lasts longer.", offence=_successor(),
        ),
    )  # fmt: skip


def _levels() -> str:
    levels = read_schema(settings.PROGRAMME).levels

    def rank(row: str) -> str:
        return (
            f'CASE {row}."level" '
            + " ".join(f"WHEN '{one}' THEN {at}" for at, one in enumerate(levels))
            + " END"
        )

    other = 'SELECT 1 FROM "areas_area" other WHERE'
    return (
        f'{other} other."code" = {{new}}."parent_id" AND {rank("other")} >= {rank("{new}")} '
        f'UNION ALL {other} other."parent_id" = {{new}}."code" AND {rank("other")} <= {rank("{new}")}'
    )


def _geometry() -> str:
    """Keys and kinds; coordinates are numbers in brackets, so no text hides among them."""
    return (
        'SELECT 1 FROM {parts.geometry} part WHERE {new}."geometry" IS NOT NULL AND NOT coalesce(CASE part.k '
        "WHEN 'type' THEN part.v IN ('Point', 'MultiPoint', 'Polygon', 'MultiPolygon') "
        "WHEN 'coordinates' THEN part.kind = 'array' AND ltrim(part.v, '[]0123456789.,-+eE ') = '' ELSE 1 = 0 END, 1 = 0)"
    )


def _successor() -> str:
    return (
        'SELECT 1 WHERE {new}."succeeded_by_id" IS NOT NULL AND ({new}."until" IS NULL OR {new}."succeeded_by_id" = {new}."code") '
        'UNION ALL SELECT 1 FROM "areas_area" other WHERE other."code" = {new}."succeeded_by_id" '
        'AND (other."level" <> {new}."level" OR other."until" <= {new}."until") '
        'UNION ALL SELECT 1 FROM "areas_area" other WHERE other."succeeded_by_id" = {new}."code" '
        'AND (other."level" <> {new}."level" OR {new}."until" <= other."until")'
    )
