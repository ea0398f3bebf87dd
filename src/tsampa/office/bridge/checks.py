"""How old the checks are that a household's lights rest on: its oldest latest check, and from which day checks still hold."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Any

import duckdb

from tsampa.assessment import Assessment
from tsampa.errors import TsampaError
from tsampa.office.bridge.glance import glance_of
from tsampa.schema import Schema
from tsampa.snapshot.sql import literal, quote, word_list

__all__ = ["hold_from", "is_stale", "read_checks"]

CHECKS = "checks"


def hold_from(day: date) -> date | None:
    """The first day of which a check still holds on ``day``; None where the programme does not say how long checks hold.

    At the end of a month that is shorter, that month's last day: of 29 February, a year earlier, 28 February.
    """
    glance = glance_of()
    if glance is None or glance.checks_hold is None:
        return None
    months = day.year * 12 + day.month - 1 - glance.checks_hold
    year, month = divmod(months, 12)
    if year < 1:
        return date.min
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def is_stale(light: str, since: date | None, values: Mapping[str, Any], on: date) -> bool:
    """Whether the latest check of a light, of this day, does not hold any more, in a household that was found to be so."""
    glance, held = glance_of(), hold_from(on)
    if glance is None or held is None or since is None:
        return False
    needed = values.get(glance.checked_if.get(light, ""))
    return since < held and (needed is None or needed != 0)


def read_checks(con: duckdb.DuckDBPyConnection, found: Assessment) -> date | None:
    """Makes ``checked`` in ``con``: by ``_household``, ``_since``, the day of its oldest latest check; and gives ``hold_from``.

    ``con`` has the households as ``judged``. Of each guarantee that is a light of the programme the latest check counts that is
    not after the assessment's day, whether of the household or of one of its members; the oldest of these is ``_since``. A
    guarantee that has nothing to check in the household is passed over (``checked_if``). Empty, and None, where checks hold for
    ever or a snapshot is gone: how old they were is not known then.
    """
    con.execute("CREATE TABLE checked (_household VARCHAR, _since DATE)")
    held = hold_from(found.day)
    if held is None:
        return None
    try:
        for one in [found.opened(made) for made in found.manifest.snapshots]:
            one.relation(con, CHECKS).create_view("_checks", replace=True)
            con.execute(f"INSERT INTO checked {_oldest_latest(one.schema, found.day)}")
    except TsampaError:
        con.execute("DELETE FROM checked")
        return None
    return held


def _oldest_latest(schema: Schema, day: date) -> str:
    glance, kinds = glance_of(), schema.by_name[CHECKS].by_name["guarantee"].type.choices
    guarantees = [one for one in (glance.lights if glance else ()) if one in kinds]
    rests = f"guarantee IN {word_list(guarantees)}" if guarantees else "false"
    return (
        "SELECT l.household, min(l.latest) FROM (SELECT household, guarantee, max(date) AS latest FROM _checks"
        f" WHERE date <= DATE {literal(day.isoformat())} AND {rests} GROUP BY household, guarantee) AS l"
        f" LEFT JOIN judged AS j ON j.code = l.household WHERE {_something_to_check()} GROUP BY l.household"
    )


def _something_to_check() -> str:
    """Where it is not known whether there is something to check, there is."""
    glance = glance_of()
    nothing = [
        f"coalesce(l.guarantee = {literal(light)} AND CAST(j.{quote(name)} AS BIGINT) = 0, false)"
        for light, name in (glance.checked_if.items() if glance else ())
    ]
    return f"NOT ({' OR '.join(nothing)})" if nothing else "true"
