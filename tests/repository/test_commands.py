"""The documented commands exist, and the ones that exist are documented."""

import os
import re

from repository.files import ROOT

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.MULTILINE))


def test_every_make_target_named_in_the_documents_exists():
    for name in ("README.md", "DEVELOPERS.md"):
        named = set(re.findall(r"`make ([a-z][a-z-]*)", (ROOT / name).read_text(encoding="utf-8")))
        assert named - TARGETS == set(), name


def test_developers_explains_every_make_target():
    text = (ROOT / "DEVELOPERS.md").read_text(encoding="utf-8")
    assert {target for target in TARGETS - {"help"} if f"`make {target}`" not in text} == set()


def test_continuous_integration_can_be_run():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_uv_is_pinned_exactly():
    assert re.search(r"^UV_VERSION := \d+\.\d+\.\d+$", MAKEFILE, re.MULTILINE)
