"""The tree of areas has no cycle, whoever writes."""

from __future__ import annotations

import pytest

from tsampa.office.areas.models import Area
from tsampa.office.history import Refused, change


@pytest.fixture
def tree(office) -> None:
    with change(by="test"):
        for code, above in (("a", None), ("b", "a"), ("c", "b"), ("d", "a")):
            Area.objects.create(code=code, name=code, level="village", parent_id=above)


@pytest.mark.parametrize(("code", "above"), [("a", "c"), ("a", "b"), ("b", "c"), ("a", "a")])
def test_an_area_never_lies_in_itself(tree, code, above):
    with pytest.raises(Refused) as found, change(by="test"):
        Area.objects.filter(pk=code).update(parent_id=above)
    assert found.value.code == "area-cycle"


def test_areas_may_move(tree):
    with change(by="test"):
        Area.objects.filter(pk="c").update(parent_id="d")
        Area.objects.filter(pk="b").update(parent_id="c")
    assert Area.objects.get(pk="b").parent_id == "c"
