"""Ten counties: the page's numbers by every seed, and both engines of one mind about every household."""

from pathlib import Path

import pytest

from demo.page import differing, records
from tsampa.assessment import assess
from tsampa.assessment.engines import reference_engine, snapshot_engine
from tsampa.demo import make_demo
from tsampa.demo.scale import AS_OF
from tsampa.snapshot import open_snapshot

SEEDS = range(1, 11)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_the_page_comes_out_by_every_seed(seed: int, tmp_path: Path) -> None:
    make_demo(tmp_path / "s", seed=seed)
    assert differing(assess(tmp_path / "s", "bailang", AS_OF, tmp_path / "a")) == {}


def agreement(folder: Path) -> int:
    """How many values of households, persons, cases and areas both engines agreed on; the first other one fails."""
    assessment = assess(folder / "s", "bailang", AS_OF, folder / "a")
    schema, snapshot = assessment.rulebook.schema, open_snapshot(folder / "s")
    register = {table.name: records(snapshot, table.name) for table in schema.tables}
    reference = reference_engine(assessment.rulebook, AS_OF, register)
    columns = snapshot_engine(assessment.rulebook, AS_OF, snapshot)
    compared = 0
    for entity, names in assessment.manifest.variables.items():
        table = schema.by_entity[entity].name
        for row in register[table]:
            if table == "areas" and row["level"] != entity:
                continue
            for name in names:
                compared += 1
                key = row["code"]
                assert columns((entity, name), key) == reference((entity, name), key), (entity, name, key)
    return compared


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_both_engines_agree_on_every_value(seed: int, tmp_path: Path) -> None:
    make_demo(tmp_path / "s", seed=seed, households=600)
    assert agreement(tmp_path) > 50_000


@pytest.mark.slow
def test_both_engines_agree_on_the_whole_county(tmp_path: Path) -> None:
    make_demo(tmp_path / "s")
    assert agreement(tmp_path) > 1_000_000
