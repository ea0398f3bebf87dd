"""Pools, weights and bounds up to the largest there can be, in many villages at once: for every database."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

from rules.builders import AREAS, DAY, rulebook_of, variable
from rules.spec_values import home
from tsampa.rules import share
from tsampa.rules.rulebook import Rulebook

__all__ = ["DAY", "LARGEST", "NAMES", "TABLES", "register", "rulebook"]

LARGEST = 2**63 - 1
NUMBER = {"type": "number", "unit": "1", "low": 0, "high": LARGEST, "en": "number", "zh": "数"}
SMALL = NUMBER | {"high": 2**31 - 1}
TABLES = {"households": {"columns": {**dict.fromkeys(("w", "floor", "cap", "pool"), NUMBER), "small": SMALL}}}
NAMES = ["both", "least", "most", "light"]


def rulebook(folder: Path) -> Rulebook:
    """A pool of the village, split between floors and caps, with floors alone, with caps alone, and by small weights."""
    return rulebook_of(
        variable(lambda v: v.households.pool.max(), "1", entity="village", name="pool"),
        variable(lambda h: share(h.village.pool, by=h.w, at_least=h.floor, at_most=h.cap), "1", name="both"),
        variable(lambda h: share(h.village.pool, by=h.w, at_least=h.floor), "1", name="least"),
        variable(lambda h: share(h.village.pool, by=h.w, at_most=h.cap), "1", name="most"),
        variable(
            lambda h: share(h.village.pool, by=h.small, at_least=h.floor, at_most=h.cap), "1", name="light"
        ),
        folder=folder,
        tables=TABLES,
    )


def register(seed: int, villages: int = 150) -> dict[str, list[dict[str, Any]]]:
    """Villages whose pools are small or as large as can be, with thresholds that lie close together or are equal."""
    random = Random(seed)
    areas = [area for area in AREAS if area["level"] != "village"]
    homes = []
    for v in range(villages):
        areas.append({"code": f"v{v}", "name": "x", "level": "village", "parent": "t1"})
        homes += _homes(random, f"v{v}")
    return {"areas": areas, "households": homes}


def _homes(random: Random, village: str) -> list[dict[str, Any]]:
    many, largest = random.randint(1, 7), random.choice([3, 100, 10**6, 2**62, LARGEST])
    floors, caps = random.choice([1, 2, many, 10 * many]), random.choice([1, 2, many, many**2 + 1])
    heaviest, pool = random.choice([2, 5, 2**20, largest, LARGEST]), random.randint(0, largest)
    near = random.randint(1, heaviest)
    return [
        home(
            f"{village}-{index}", village, pool=pool, small=random.randint(0, min(heaviest, 2**31 - 1)),
            w=random.choice([random.randint(0, heaviest), min(heaviest, near + random.randint(0, 1))]),
            floor=random.randint(0, max(pool // floors, 1)), cap=random.randint(0, max(1, min(LARGEST, pool // caps * 3))),
        )
        for index in range(many)
    ]  # fmt: skip
