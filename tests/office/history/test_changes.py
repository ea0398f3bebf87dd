"""Every door by which a row can be written goes through history, or is shut."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from tsampa.errors import TsampaError
from tsampa.office.areas.models import Area
from tsampa.office.history import Refused, Source, change
from tsampa.office.history.models import Change, Version


def told() -> list[tuple[str, str, str]]:
    return list(Version.objects.order_by("id").values_list("operation", "table", "key"))


def test_a_change_says_who_why_and_from_where(office):
    with change(by="zhaxi", reason="first visit", source=Source("visit", "V1")):
        Area.objects.create(code="1", name="One", level="village")
    made = Change.objects.get(versions__key="1")
    assert (made.actor, made.reason, made.source, made.reference) == ("zhaxi", "first visit", "visit", "V1")
    assert told() == [("insert", "areas_area", "1")]


def test_a_write_outside_a_change_is_refused(office):
    with pytest.raises(Refused) as found:
        Area.objects.create(code="1", name="One", level="village")
    assert found.value.code == "history-actor"
    assert isinstance(found.value, IntegrityError)
    assert (Area.objects.count(), Version.objects.count()) == (0, 0)


def test_a_change_without_an_actor_is_refused(office):
    with pytest.raises(TsampaError) as found, change(by=" "):
        pass
    assert found.value.code == "history-actor"
