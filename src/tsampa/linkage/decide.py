"""From weighed pairs to proposals: each row to one person at most, each person to one row, households looked at together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Decided", "Pairs", "decide"]

# Probabilities from which pairs are accepted, pass by pass: the surest first, so that households can vouch for the others.
_PASSES = (0.9999, 0.999, 0.99)
_MOST_PASSES = 12
# Of persons whose household is found, this share is found in the register's same household; the others have moved.
_STAYED = 0.95


@dataclass(frozen=True)
class Pairs:
    """Pairs of a row and a register person by their places in the two tables, with the weights of their agreements in bits.

    Households are places too, -1 where none is known. ``persons`` and ``size`` are the register's number of persons and
    its average household.
    """

    row: NDArray[np.int64]
    person: NDArray[np.int64]
    weight: NDArray[np.float64]
    place: NDArray[np.float64]
    row_home: NDArray[np.int64]
    person_home: NDArray[np.int64]
    persons: int
    size: float


@dataclass(frozen=True)
class Decided:
    """For each pair: whether it is accepted, its probability, and how many others of the household vouch for it."""

    accepted: NDArray[np.bool_]
    probability: NDArray[np.float64]
    alone: NDArray[np.float64]
    vouched: NDArray[np.int64]


def decide(pairs: Pairs, same: NDArray[np.bool_], accept: float) -> Decided:
    """Accepts what is sure, sets its row and person aside, and looks again at the rest, till nothing more is sure.

    ``same`` marks pairs that a person has found to be one. A pair's probability sets it against every other pair of its row
    and of its person, and against the row being new. ``alone`` is the probability without those others.
    """
    accepted = same.copy()
    probability = np.where(same, 1.0, 0.0)
    vouched = np.zeros(len(same), np.int64)
    odds = np.zeros(len(same))
    for number in range(_MOST_PASSES):
        bar = _PASSES[number] if number < len(_PASSES) else accept
        open_ = ~(_touched(pairs.row, accepted) | _touched(pairs.person, accepted))
        vouched = _vouched(pairs, accepted)
        odds = _odds(pairs, accepted, vouched)
        probability = np.where(accepted, probability, _probability(pairs, np.where(open_, odds, 0.0)))
        found = open_ & (probability >= bar)
        if not found.any() and bar == accept:
            break
        accepted |= found
    return Decided(accepted, probability, odds / (1 + odds), vouched)


def _touched(ends: NDArray[np.int64], accepted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The pairs whose row (or person) has an accepted pair."""
    taken = np.zeros(int(ends.max(initial=-1)) + 1, np.bool_)
    taken[ends[accepted]] = True
    return taken[ends]


def _vouched(pairs: Pairs, accepted: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How many other accepted pairs lie between the same two households."""
    key = pairs.row_home * (int(pairs.person_home.max(initial=0)) + 1) + pairs.person_home
    known = (pairs.row_home >= 0) & (pairs.person_home >= 0)
    homes, counts = np.unique(key[accepted & known], return_counts=True)
    if not len(homes):
        return np.zeros(len(key), np.int64)
    at = np.minimum(np.searchsorted(homes, key), len(homes) - 1)
    return np.where(known & (homes[at] == key), counts[at], 0) - (accepted & known)


def _odds(pairs: Pairs, accepted: NDArray[np.bool_], vouched: NDArray[np.int64]) -> NDArray[np.float64]:
    """The odds of each pair against the row being new.

    Before looking, a row is as likely new as anybody in the register. Where others of the household are found in one
    household of the register, that replaces what village and head say: the row is then one of its few members. Where they
    are found elsewhere, the person would have to have moved.
    """
    stayed = np.log2(_STAYED * pairs.persons / pairs.size)
    elsewhere = _touched_home(pairs, accepted) & (vouched == 0)
    home = np.where(vouched > 0, np.maximum(stayed, pairs.place), pairs.place)
    home = np.where(elsewhere, home + np.log2(1 - _STAYED), home)
    bits = pairs.weight + home - np.log2(max(pairs.persons, 1))
    return np.exp2(np.clip(bits, -60, 60))


def _touched_home(pairs: Pairs, accepted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The pairs whose row's household has two members or more found."""
    found = pairs.row_home[accepted & (pairs.row_home >= 0)]
    counts = np.bincount(found, minlength=int(pairs.row_home.max(initial=0)) + 1)
    return (pairs.row_home >= 0) & (counts[pairs.row_home] >= 2)


def _probability(pairs: Pairs, odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Odds against all that competes for the row or for the person."""
    by_row = np.bincount(pairs.row, odds, int(pairs.row.max(initial=-1)) + 1)[pairs.row]
    by_person = np.bincount(pairs.person, odds, int(pairs.person.max(initial=-1)) + 1)[pairs.person]
    # bincount adds in the order of the pairs, which is stated: the same sums on any machine.
    return np.where(odds > 0, odds / (1 + np.maximum(by_row + by_person - odds, odds)), 0.0)
