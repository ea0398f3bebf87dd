"""One demonstration county for all tests of a process: making and assessing it takes some seconds."""

from pathlib import Path

import pytest

from tsampa.assessment import Assessment, assess
from tsampa.demo import make_demo
from tsampa.demo.scale import AS_OF


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    folder = tmp_path_factory.mktemp("demo")
    make_demo(folder / "snapshot")
    return assess(folder / "snapshot", "bailang", AS_OF, folder / "assessment")


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    make_demo(folder / "snapshot", households=600, seed=3)
    return folder / "snapshot"
