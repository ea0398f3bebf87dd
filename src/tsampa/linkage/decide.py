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
_MOST_PASSES = 20
# Of persons whose household is found, this share is found in the register's same household; the others have moved.
_STAYED = 0.95


@dataclass(frozen=True)
class Pairs:
    """Pairs of a row and a register person by their places in the two tables, with the weights of their agreements in bits.

    Households are places too, -1 where none is known. ``rows`` is the sheet's number of rows, ``persons`` and ``size`` the
    register's number of persons and its average household.
    """

    row: NDArray[np.int64]
    person: NDArray[np.int64]
    weight: NDArray[np.float64]
    place: NDArray[np.float64]
    row_home: NDArray[np.int64]
    person_home: NDArray[np.int64]
    rows: int
    persons: int
    size: float


@dataclass(frozen=True)
class Decided:
    """For each pair: whether it is accepted, whether its person is matched to another row, its probability among its rivals
    and without them, and how many others of the household vouch for it."""

    accepted: NDArray[np.bool_]
    taken: NDArray[np.bool_]
    probability: NDArray[np.float64]
    alone: NDArray[np.float64]
    vouched: NDArray[np.int64]


def decide(pairs: Pairs, same: NDArray[np.bool_], accept: float) -> Decided:
    """Accepts what is sure, sets its row and person aside, and looks again at the rest, till nothing more is sure.

    ``same`` marks pairs that a person has found to be one. A pair's probability sets it against every other pair of its row
    and of its person, and against the row being new. ``alone`` is the probability without those others.
    """
    accepted, probability = same.copy(), np.where(same, 1.0, 0.0)
    known = 0.5
    for bar in (*_PASSES, *[accept] * _MOST_PASSES):
        odds = _odds(pairs, accepted, known)
        open_ = ~(_touched(pairs.row, accepted) | _touched(pairs.person, accepted))
        probability = np.where(accepted, probability, _probability(pairs, np.where(open_, odds, 0.0)))
        found = open_ & (probability >= bar)
        if bar == accept and not found.any():
            found = _written_twice(pairs, np.where(open_, odds, 0.0), accept)
            probability = np.where(found, odds / (1 + odds), probability)
        accepted |= found
        if bar == accept and not found.any():
            break
        known = _share_known(pairs, probability)
    taken = _touched(pairs.person, accepted) & ~accepted
    return Decided(accepted, taken, probability, odds / (1 + odds), _vouched(pairs, accepted))


def _share_known(pairs: Pairs, probability: NDArray[np.float64]) -> float:
    """The share of the sheet's rows that the register knows, as far as seen; never so near 1 that nobody could be new."""
    return float(np.clip(np.sum(probability) / max(pairs.rows, 1), 0.05, 0.95))


def _written_twice(pairs: Pairs, odds: NDArray[np.float64], accept: float) -> NDArray[np.bool_]:
    """Where two rows of one household would each be accepted for a person but for the other: the likelier, or the first."""
    by_row = _sums(pairs.row, odds)
    likely = np.where((pairs.row_home >= 0) & (odds >= accept * (1 + by_row)), odds, 0.0)
    order = np.lexsort((pairs.row, -likely, pairs.person))
    person, home, likely = pairs.person[order], pairs.row_home[order], likely[order]
    found = np.zeros(len(order), np.bool_)
    if len(order) > 1:
        next_is_same = person[1:] == person[:-1]
        first = np.append(True, ~next_is_same)
        twice = np.append(next_is_same & (home[1:] == home[:-1]) & (likely[1:] > 0), False)
        found[order[first & twice]] = True
    return found


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


def _odds(pairs: Pairs, accepted: NDArray[np.bool_], known: float) -> NDArray[np.float64]:
    """The odds of each pair against the row being new.

    Before looking, a row is somebody of the register with probability ``known``, and anybody alike. Where others of the
    household are found in one household of the register, that replaces what village and head say: the row is then one of its
    few members. Where they are found elsewhere, the person must have moved, and another village is no surprise.
    """
    vouched = _vouched(pairs, accepted)
    stayed = np.log2(_STAYED * pairs.persons / pairs.size)
    home = np.where(vouched > 0, np.maximum(stayed, pairs.place), pairs.place)
    elsewhere = _settled(pairs, accepted) & (vouched == 0)
    home = np.where(elsewhere, np.maximum(pairs.place, 0) + np.log2(1 - _STAYED), home)
    bits = pairs.weight + home - np.log2(max(pairs.persons, 1)) + np.log2(known / (1 - known))
    return np.asarray(np.exp2(np.clip(bits, -60, 60)), np.float64)


def _settled(pairs: Pairs, accepted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The pairs whose row's household has two members or more found."""
    found = pairs.row_home[accepted & (pairs.row_home >= 0)]
    counts = np.bincount(found, minlength=int(pairs.row_home.max(initial=0)) + 1)
    return (pairs.row_home >= 0) & (counts[pairs.row_home] >= 2)


def _probability(pairs: Pairs, odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Odds against all that competes for the row or for the person."""
    rivals = np.maximum(_sums(pairs.row, odds) + _sums(pairs.person, odds) - odds, odds)
    return np.asarray(odds / (1 + rivals), np.float64)


def _sums(ends: NDArray[np.int64], odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each pair the odds of all pairs of its end; added in the order of pairs, so the same on any machine."""
    return np.asarray(np.bincount(ends, odds, int(ends.max(initial=-1)) + 1)[ends], np.float64)
