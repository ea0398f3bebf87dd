"""The word ``share`` of the rule language: a pool of the row above, split among the rows below it."""

from __future__ import annotations

from typing import Any

from tsampa.rules import nodes as n
from tsampa.rules.language import Expression, _join, here, lift, mistake

__all__ = ["share"]


def share(pool: Any, *, by: Any, at_least: Any = None, at_most: Any = None) -> Expression:
    """This row's part of ``pool`` (a value of the row above, as in ``h.village.dividend``), in proportion to ``by``.

    Each row with a weight gets ``at_least`` its floor and ``at_most`` its cap; what these take or leave is shared again in
    proportion among the others. Where all caps together are less than the pool, the rest stays in it; where all floors are
    more, the pool is split in proportion to the floors.
    """
    whole, weight = lift(pool), lift(by)
    if not isinstance(whole.node, n.Up):
        raise mistake(
            "rule-share-pool",
            "the pool of a share must be a value of the row above",
            "Write share(h.village.pool, by=h.weight), with pool a formula of the village.",
        )
    if isinstance(whole.node.value, n.Up):
        raise mistake(
            "rule-share-far",
            "the pool of a share must belong to the row directly above, or it is paid out once in each of the rows between",
            "Share in steps, or let the pool be a formula of the row above.",
        )
    tree = whole.node
    bounds = {"at_least": at_least, "at_most": at_most}
    given = {name: lift(bound) for name, bound in bounds.items() if bound is not None}
    return _join(
        lambda _, by, *found: n.Share(tree, by, **dict(zip(given, found, strict=True)), at=here()),
        whole,
        weight,
        *given.values(),
    )
