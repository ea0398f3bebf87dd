"""One plan serves partitions of about one size: filled in, it is the plan that each would have had."""

from __future__ import annotations

from pathlib import Path

import pytest

import tsampa.assessment.plans as plans
from assessment.test_partitions import DAY, freeze, register
from tsampa.assessment.sources import partition_sources
from tsampa.rules import load_rulebook
from tsampa.rules.columns import compile_variables


@pytest.mark.parametrize("placed", [False, True])
def test_a_plan_that_is_filled_in_is_the_plan_of_its_sources(
    placed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot, rulebook = freeze(tmp_path / "s", register(3)), load_rulebook("middle_village")
    compiled: list[object] = []

    def compiling(*words, **more):
        compiled.append(words)
        return compile_variables(*words, **more)

    monkeypatch.setattr(plans, "compile_variables", compiling)
    made = plans.Plans(rulebook, DAY)
    for partition in ["", *snapshot.partitions]:
        sources = partition_sources(snapshot, partition, placed=placed)
        assert made.of(sources) == compile_variables(rulebook, DAY, sources)
    assert len(snapshot.partitions) == 3
    assert len(compiled) == 2  # of the counties one, and one of what is in none
