from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from rules.builders import Spec
from rules.spec import SPECS
from tsampa.errors import TsampaError
from tsampa.rules.nodes import Node, walk
from tsampa.rules.reference import Reference

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.title)
def test_reference_engine_means_what_the_specification_says(spec: Spec, tmp_path: Path) -> None:
    reference = Reference(spec.rulebook(tmp_path), spec.day, spec.register)
    if spec.error:
        with pytest.raises(TsampaError) as caught:
            answers(reference, spec)
        assert caught.value.code == spec.error
        return
    assert answers(reference, spec) == spec.expected
    for id, areas in spec.figures.items():
        assert {code: reference.figure(id, code) for code in areas} == {
            c: Fraction(v) for c, v in areas.items()
        }


def answers(reference: Reference, spec: Spec) -> dict[str, dict[str, object]]:
    """The stored values of all that is expected."""
    found = {}
    for place in spec.expected:
        entity, _, word = place.partition(".")
        name = (entity, word)
        found[place] = {key: reference.storage(name, value) for key, value in reference.all(name).items()}
    return found


FIGURES_ONLY = {"Measure"}
"""No engine of rules works it out: a measure is a float, read from a figure's rows. See tests/figures/test_measured.py."""


def test_every_node_is_specified(tmp_path_factory: pytest.TempPathFactory) -> None:
    used = set()
    for spec in SPECS:
        rulebook = spec.rulebook(tmp_path_factory.mktemp("spec"))
        trees = [*rulebook.all_formulas(), *rulebook.figures.values()]
        used |= {type(node).__name__ for tree in trees for node in walk(tree.node)}
    assert {kind.__name__ for kind in Node.__subclasses__()} - used == FIGURES_ONLY
