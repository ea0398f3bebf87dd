"""Migrations keep history: what they do to rows is recorded as theirs, and triggers stand before and after."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState
from django.db.models import Manager
from django.test.utils import isolate_apps

from tsampa.errors import TsampaError
from tsampa.office.areas.models import Area
from tsampa.office.history import Recorded, change, known_at, require_triggers, seal, verify
from tsampa.office.history.backends import triggers as module
from tsampa.office.history.models import Version


@pytest.fixture
def recorded(monkeypatch) -> Callable[[str], None]:
    """Says which table of the throw-away room is recorded now, as its models would."""
    ours = module.recorded_tables()
    names = list(ours)
    monkeypatch.setattr(module, "recorded_tables", lambda: sorted(names))
    for user in ("schema", "triggers"):
        monkeypatch.setattr(f"tsampa.office.history.backends.{user}.recorded_tables", lambda: sorted(names))
    monkeypatch.setattr("tsampa.office.history.verifying.recorded_tables", lambda: sorted(names))

    def now(*tables: str) -> None:
        names[:] = [*ours, *tables]

    return now


class Room:
    """A room whose migrations are written in the test."""

    def __init__(self) -> None:
        self.state = ProjectState()
        self.count = 0

    def migrate(self, *operations: Any, atomic: bool = True) -> None:
        self.count += 1
        made = type("Migration", (migrations.Migration,), {"operations": list(operations), "atomic": atomic})
        migration = made(f"000{self.count}", "throwaway")
        connection.migration = str(migration)
        with connection.schema_editor(atomic=migration.atomic) as editor:
            self.state = migration.apply(self.state, editor)
        connection.migration = ""
        connection.history.install()  # as after each ``migrate``

    @property
    def rows(self) -> Manager:
        return self.state.apps.get_model("throwaway", "Thing").objects


def create() -> migrations.CreateModel:
    fields = [
        ("code", models.CharField(max_length=10, primary_key=True)), ("size", models.IntegerField(default=1)),
        ("note", models.CharField(max_length=20, null=True)),
    ]  # fmt: skip
    return migrations.CreateModel("Thing", fields)


@pytest.fixture
def room(office, recorded) -> Room:
    recorded("throwaway_thing")
    found = Room()
    found.migrate(create())
    require_triggers()
    with change(by="zhaxi"):
        found.rows.bulk_create(
            [found.rows.model(code=code, size=size) for code, size in (("a", 1), ("b", 2))]
        )
    return found


def history(after: int = 0) -> list[tuple[str, str, str, Any]]:
    found = (
        Version.objects.filter(table__startswith="throwaway", id__gt=after)
        .select_related("change")
        .order_by("key", "id")
    )
    return [(one.change.actor, one.operation, one.key, json.loads(one.payload)) for one in found]


BOTH = [{"code": "a", "size": 1, "note": None}, {"code": "b", "size": 2, "note": None}]


def latest() -> list[dict[str, Any]]:
    found = {key: payload for _, _, key, payload in history()}
    return [found[key] for key in sorted(found)]


def test_rows_are_recorded_from_the_first_migration_on(room):
    assert [(actor, how) for actor, how, _, _ in history()] == [("zhaxi", "insert")] * 2
    assert latest() == BOTH


OPERATIONS = {
    "add a nullable field": (
        lambda: [migrations.AddField("thing", "more", models.CharField(max_length=5, null=True))],
        [one | {"more": None} for one in BOTH]),
    "add a field with a default": (
        lambda: [migrations.AddField("thing", "more", models.IntegerField(default=7))], [one | {"more": 7} for one in BOTH]),
    "rename a field": (
        lambda: [migrations.RenameField("thing", "size", "length")],
        [{"code": "a", "length": 1, "note": None}, {"code": "b", "length": 2, "note": None}]),
    "remove a field": (
        lambda: [migrations.RemoveField("thing", "note")], [{"code": "a", "size": 1}, {"code": "b", "size": 2}]),
    "alter a field": (
        lambda: [migrations.AlterField("thing", "note", models.CharField(max_length=30, default="none"))],
        [one | {"note": "none"} for one in BOTH]),
    "move data": (
        lambda: [migrations.RunPython(lambda apps, _: apps.get_model("throwaway", "Thing").objects.update(size=9))],
        [one | {"size": 9} for one in BOTH]),
    "move data after a field": (
        lambda: [
            migrations.AddField("thing", "double", models.IntegerField(null=True)),
            migrations.RunPython(
                lambda apps, _: apps.get_model("throwaway", "Thing").objects.update(double=models.F("size") * 2))],
        [one | {"double": 2 * one["size"]} for one in BOTH]),
    "delete by a migration": (
        lambda: [migrations.RunSQL("DELETE FROM throwaway_thing WHERE code = 'b'")], [BOTH[0], None]),
}  # fmt: skip


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_a_migration_does_is_recorded_as_its_own(room, name):
    operations, expected = OPERATIONS[name]
    seal()
    before = Version.objects.latest("id").id
    room.migrate(*operations())
    assert latest() == expected
    assert {actor for actor, *_ in history(before)} == {"migration throwaway.0002"}
    assert [payload for *_, payload in history()[:1]] == [BOTH[0]]
    require_triggers()
    with change(by="zhaxi"):
        room.rows.filter(pk="a").update(code="z")
    assert history()[-1][:3] == ("zhaxi", "insert", "z")
    assert verify().problems == []


def test_what_alters_no_row_writes_no_version(room):
    before = Version.objects.latest("id").id
    room.migrate(
        migrations.AddIndex("thing", models.Index(fields=["size"], name="by_size")),
        migrations.AddConstraint(
            "thing", models.CheckConstraint(condition=models.Q(size__gte=0), name="size_not_negative")
        ),
        migrations.AlterField("thing", "note", models.CharField(max_length=25, null=True)),
    )
    assert history(before) == []
    require_triggers()
    assert verify().problems == []


def test_a_renamed_table_ends_in_one_name_and_begins_in_another(room, recorded):
    recorded("throwaway_item")
    room.migrate(migrations.RenameModel("Thing", "Item"))
    assert [(how, key) for _, how, key, _ in history()] == [
        ("insert", "a"), ("delete", "a"), ("insert", "a"), ("insert", "b"), ("delete", "b"), ("insert", "b")]  # fmt: skip
    require_triggers()
    assert verify().problems == []


def test_a_removed_table_keeps_its_history(room, recorded):
    recorded()
    room.migrate(migrations.DeleteModel("Thing"))
    assert [(how, key) for _, how, key, _ in history()] == [
        ("insert", "a"), ("delete", "a"), ("insert", "b"), ("delete", "b")]  # fmt: skip
    require_triggers()
    assert verify().problems == []


def test_a_migration_does_not_build_on_rows_changed_without_history(room):
    connection.history.drop_from(["throwaway_thing"])
    room.rows.filter(pk="a").update(size=100)
    connection.history.install()
    with pytest.raises(TsampaError) as found:
        room.migrate(migrations.AddField("thing", "more", models.IntegerField(null=True)))
    assert found.value.code == "history-astray"
    assert "more" not in json.dumps(latest())


def test_a_migration_that_fails_leaves_all_as_it_was(room):
    def fail(apps: Any, editor: Any) -> None:
        raise ZeroDivisionError

    before = connection.history.installed()
    with pytest.raises(ZeroDivisionError):
        room.migrate(
            migrations.AddField("thing", "more", models.IntegerField(default=3)), migrations.RunPython(fail)
        )
    assert connection.change is None
    assert connection.history.installed() == before
    assert latest() == BOTH
    require_triggers()


def test_known_at_reads_versions_of_an_earlier_shape(office):
    with change(by="zhaxi"):
        Area.objects.create(code="1", name="x", level="village")
    at = seal().cut

    with isolate_apps("tsampa.office.history"):
        later = a_model_that_came_later()
    (found,) = known_at(later, at)
    assert (found.code, found.name, found.colour) == ("1", "x", "red")


def a_model_that_came_later() -> type[Recorded]:
    class Later(Recorded):
        code = models.CharField(max_length=32, primary_key=True)
        name = models.CharField(max_length=200)
        colour = models.CharField(max_length=10, default="red")

        class Meta:
            app_label = "throwaway"
            db_table = "areas_area"
            managed = False

    return Later
