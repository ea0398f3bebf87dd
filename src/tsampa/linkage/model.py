"""The model of Fellegi and Sunter, run by splink: pairs worth comparing, each with the weight of its agreements."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from tsampa.documents import read_yaml
from tsampa.extras import require
from tsampa.linkage.comparisons import BLOCKING, COMPARISONS, Comparison, Level
from tsampa.linkage.frequency import register_frequencies
from tsampa.linkage.prepare import INCOMING, KNOWN

if TYPE_CHECKING:
    import duckdb

__all__ = ["make_linker", "read_weights", "score"]

_WEIGHTS = Path(__file__).with_name("weights.yaml")
# Bits below which a pair stays out of reach even where the rest of the household matches (see decide.py).
_FLOOR = -6.0

_NOTHING = (
    "CREATE TABLE pairs (id VARCHAR, register_id VARCHAR, weight DOUBLE, place_weight DOUBLE, "
    + ", ".join(f"gamma_{one.name} INTEGER" for one in COMPARISONS)
    + ")"
)


class Weights(msgspec.Struct, forbid_unknown_fields=True):
    """For each comparison and level, how often it holds of one person's two records (m) and of two persons' (u).

    ``typical`` says for each column how often two persons have one value.
    """

    levels: dict[str, dict[str, tuple[float, float]]]
    typical: dict[str, float]


def read_weights() -> Weights:
    """The weights that come with Tsampa."""
    return read_yaml(_WEIGHTS, Weights)


def score(con: duckdb.DuckDBPyConnection) -> None:
    """From the prepared tables makes the table ``pairs``: two ids, a gamma for each comparison, weights in bits.

    ``place_weight`` is what village and head's name are worth, ``weight`` what all the rest is.
    """
    if not all(con.execute(f"SELECT count(*) FROM {side}").fetchall()[0][0] for side in (INCOMING, KNOWN)):
        con.execute(_NOTHING)
        return
    linker = make_linker(con, read_weights())
    found = linker.inference.predict(threshold_match_weight=_FLOOR, warning_mode="never").physical_name
    names = [one.name for one in COMPARISONS]
    adjusted = {one.name for one in COMPARISONS if any(level.frequency for level in one.levels)}
    worth = {name: f"mw_{name}" + (f" + mw_tf_adj_{name}" if name in adjusted else "") for name in names}
    rest = " + ".join(text for name, text in worth.items() if name != "place")
    con.execute(
        f"CREATE TABLE pairs AS SELECT unique_id_l AS id, unique_id_r AS register_id, {rest} AS weight,"
        f" {worth['place']} AS place_weight, {', '.join(f'gamma_{name}' for name in names)}"
        f" FROM {found} ORDER BY id, register_id"
    )


def make_linker(con: duckdb.DuckDBPyConnection, weights: Weights | None) -> Any:
    """A splink linker of the prepared tables; without weights, one to be trained."""
    splink = require("splink", "linkage")
    logging.getLogger("splink").setLevel(logging.ERROR)
    settings = splink.SettingsCreator(
        link_type="link_only",
        # Half: before looking, a row is as likely new as known. The register's size is put in when deciding.
        probability_two_random_records_match=0.5,
        comparisons=[_comparison(one, weights) for one in COMPARISONS],
        blocking_rules_to_generate_predictions=[
            {"blocking_rule": _sides(rule), "sql_dialect": "duckdb"} for rule in BLOCKING
        ],
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=True,
    )
    database = splink.DuckDBAPI(connection=con)
    tables = [database.register(side, table_name=side) for side in (INCOMING, KNOWN)]
    # The settings are ours; to validate them against the columns takes longer than to link a village.
    linker = splink.Linker(tables, settings, log_level=logging.ERROR, validate_settings=False)
    if weights:
        register_frequencies(con, linker, database, weights.typical)
    return linker


def _comparison(one: Comparison, weights: Weights | None) -> dict[str, Any]:
    unknown = {"sql_condition": one.unknown, "label_for_charts": "unknown", "is_null_level": True}
    own = weights.levels[one.name] if weights else {}
    return {
        "output_column_name": one.name,
        "comparison_levels": [unknown, *(_level(level, own.get(level.code)) for level in one.levels)],
    }


def _level(level: Level, own: tuple[float, float] | None) -> dict[str, Any]:
    found: dict[str, Any] = {"sql_condition": level.sql, "label_for_charts": level.code}
    if own:
        found |= {"m_probability": own[0], "u_probability": own[1]}
        if level.frequency:
            found |= {"tf_adjustment_column": level.frequency, "disable_tf_exact_match_detection": True}
    return found


def _sides(rule: str) -> str:
    """``sound_l = sound_r`` as blocking rules spell it: ``l.sound = r.sound``."""
    words = rule.split(" ")
    return " ".join(f"{word[-1]}.{word[:-2]}" if word.endswith(("_l", "_r")) else word for word in words)
