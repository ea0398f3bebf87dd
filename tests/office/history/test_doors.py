"""Every door by which a row can be written goes through history, or is shut."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import closing
from datetime import date

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction

from tsampa.errors import TsampaError
from tsampa.office.areas.models import Area
from tsampa.office.history import Refused, change, require_triggers, verify, versions_of
from tsampa.office.history.models import Change, Cut, Version
from tsampa.office.register.models import Person


def told() -> list[tuple[str, str]]:
    return list(Version.objects.order_by("id").values_list("operation", "key"))


def area(code: str, name: str = "x") -> Area:
    return Area(code=code, name=name, level="village")


def replace(sql: str) -> str:
    return sql.format(columns='"code", "name", "level", "own"')


ONE = "VALUES ('1', 'raw', 'village', '{{}}')"
DOORS = {
    "save": (lambda: area("2").save(), [("insert", "2")]),
    "save again": (lambda: area("1", "y").save(), [("update", "1")]),
    "bulk_create": (lambda: Area.objects.bulk_create([area("2"), area("3")]), [("insert", "2"), ("insert", "3")]),
    "bulk_update": (
        lambda: Area.objects.bulk_update([area("1", "y"), area("0", "y")], ["name"]), [("update", "0"), ("update", "1")]),
    "update": (lambda: Area.objects.all().update(name="z"), [("update", "0"), ("update", "1")]),
    "upsert": (
        lambda: Area.objects.bulk_create(
            [area("1", "y"), area("2")], update_conflicts=True, unique_fields=["code"], update_fields=["name"]),
        [("insert", "2"), ("update", "1")]),
    "ignored conflict": (
        lambda: Area.objects.bulk_create([area("1", "y"), area("2")], ignore_conflicts=True), [("insert", "2")]),
    "update_or_create": (
        lambda: Area.objects.update_or_create(code="1", defaults={"name": "y"}), [("update", "1")]),
    "delete": (lambda: Area.objects.get(pk="1").delete(), [("delete", "1")]),
    "queryset.delete": (lambda: Area.objects.all().delete(), [("delete", "0"), ("delete", "1")]),
    "queryset._raw_delete": (lambda: Area.objects.all()._raw_delete("default"), [("delete", "0"), ("delete", "1")]),
    "raw insert": (
        lambda: raw('INSERT INTO areas_area ("code", "name", "level", "own") VALUES (\'2\', \'r\', \'village\', \'{}\')'),
        [("insert", "2")]),
    "raw update": (lambda: raw("UPDATE areas_area SET name = 'r' WHERE code = '1'"), [("update", "1")]),
    "raw update of a key": (
        lambda: raw("UPDATE areas_area SET code = '9' WHERE code = '1'"), [("delete", "1"), ("insert", "9")]),
    "raw delete": (lambda: raw("DELETE FROM areas_area WHERE code = '1'"), [("delete", "1")]),
    "raw upsert": (
        lambda: raw('INSERT INTO areas_area ("code", "name", "level", "own") VALUES (\'1\', \'r\', \'village\', \'{}\') '
                    "ON CONFLICT (code) DO UPDATE SET name = excluded.name"), [("update", "1")]),
}  # fmt: skip


def raw(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def two(office):
    with change(by="before"):
        Area.objects.bulk_create([area("0"), area("1")])
    return office


@pytest.mark.parametrize("name", DOORS)
def test_each_door_is_recorded_in_a_change_and_shut_outside(two, name):
    door, expected = DOORS[name]
    with pytest.raises(Refused) as found:
        door()
    assert found.value.code == "history-actor"
    assert len(told()) == 2
    with change(by="door"):
        door()
    written = Version.objects.filter(change__actor="door")
    assert sorted(written.values_list("operation", "key")) == expected
    assert verify().problems == []


REPLACES = ["INSERT OR REPLACE INTO", "REPLACE INTO"]


@pytest.mark.parametrize("words", REPLACES)
def test_replace_is_seen_by_history(office_sqlite, words):
    sql = f"{words} areas_area (\"code\", \"name\", \"level\", \"own\") VALUES ('1', 'r', 'village', '{{}}')"
    with change(by="before"):
        area("1").save()
    with pytest.raises(Refused):
        raw(sql)
    with change(by="door"):
        raw(sql)
    assert told() == [("insert", "1"), ("delete", "1"), ("insert", "1")]
    assert verify().problems == []


def copy(rows: str) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy('COPY areas_area ("code", "name", "level", "own") FROM STDIN') as into,
    ):
        into.write(rows)


def test_copy_is_seen_by_history(office_postgresql):
    with change(by="import"):
        copy("1\ta\tvillage\t{}\n2\tb\tvillage\t{}\n")
    assert told() == [("insert", "1"), ("insert", "2")]
    with pytest.raises(psycopg.IntegrityError, match="history-actor"):
        copy("3\ta\tvillage\t{}\n")
    assert verify().problems == []


def test_truncate_and_merge(office_postgresql):
    with change(by="test"):
        area("1").save()
    with pytest.raises(Refused) as found, change(by="test"):
        raw("TRUNCATE areas_area CASCADE")
    assert found.value.code == "history-truncate"
    with change(by="test"):
        raw(
            "MERGE INTO areas_area a USING (VALUES ('1'), ('2')) AS n(code) ON a.code = n.code WHEN MATCHED THEN UPDATE SET "
            "name = 'm' WHEN NOT MATCHED THEN INSERT (code, name, level, own) VALUES (n.code, 'm', 'village', '{}')"
        )
    assert sorted(told()) == [("insert", "1"), ("insert", "2"), ("update", "1")]


FOREIGN = [
    "INSERT INTO areas_area (code, name, level, own) VALUES ('2', 'f', 'village', '{}')", "UPDATE areas_area SET name = 'f'",
    "DELETE FROM areas_area", "DELETE FROM history_version", "UPDATE history_version SET payload = '{}'",
    "UPDATE history_version SET payload = NULL, salt = NULL", "UPDATE history_change SET actor = 'f'",
    "DELETE FROM history_change", "DELETE FROM history_mark", "UPDATE history_mark SET demonstration = true",
    "INSERT INTO history_mark (demonstration, made_at) VALUES (true, '2020-01-01')", "DELETE FROM history_seal",
]  # fmt: skip


@pytest.mark.parametrize(
    "sql",
    [
        *FOREIGN,
        "INSERT OR REPLACE INTO areas_area (code, name, level, own) VALUES ('1', 'f', 'village', '{}')",
    ],
)
def test_a_foreign_client_of_sqlite_is_refused(office_sqlite, sql):
    with change(by="test"):
        area("1").save()
    connection.close()
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as client:
        if "history_seal" in sql:
            client.execute("INSERT INTO history_seal VALUES (1, '{}', '', x'', 1)")
        with pytest.raises(sqlite3.DatabaseError):
            client.execute(sql)


@pytest.mark.parametrize("sql", [*FOREIGN[:-1], "TRUNCATE history_version", "TRUNCATE areas_area CASCADE"])
def test_a_foreign_client_of_postgresql_is_refused(office_postgresql, sql):
    with change(by="test"):
        area("1").save()
    with psycopg.connect(**office_postgresql.get_connection_params() | {"context": None}) as client:
        with pytest.raises(psycopg.IntegrityError, match="history-"):
            client.execute(sql)
        client.rollback()
        client.execute("SELECT set_config('tsampa.change', '12345', false)")
        with pytest.raises(psycopg.IntegrityError, match="history-"):
            client.execute(sql)


def test_a_statement_without_rows_is_no_write(office):
    Area.objects.filter(pk="none").update(name="x")
    Area.objects.filter(pk="none").delete()
    assert not Version.objects.exists()


def test_all_or_nothing(office):
    def fail() -> None:
        area("1").save()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), change(by="test"):
        fail()
    made = Change.objects.filter(actor="test")
    assert (Area.objects.count(), Version.objects.count(), made.count()) == (0, 0, 0)
    with pytest.raises(Refused):
        area("1").save()


def test_after_a_part_that_failed_the_change_goes_on(office):
    def fail() -> None:
        area("1").save()
        raise ZeroDivisionError

    with change(by="test"):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            fail()
        area("2").save()
    assert told() == [("insert", "2")]
    with pytest.raises(Refused):
        area("3").save()


def test_a_change_inside_another_is_part_of_it(office):
    with change(by="a", reason="outer") as outer, change(by="a", reason="inner") as inner:
        assert inner == outer
        area("1").save()
    with pytest.raises(TsampaError) as found, change(by="a"), change(by="b"):
        pass
    assert found.value.code == "history-nested"
    assert Change.objects.get(versions__key="1").reason == "outer"


def test_a_change_in_a_transaction_of_others_ends_with_itself(office):
    with transaction.atomic():
        with change(by="a"):
            area("1").save()
        with pytest.raises(Refused), transaction.atomic():
            area("2").save()
    assert told() == [("insert", "1")]


def test_payloads_give_back_what_was_written(office):
    person = Person(
        code="P", name="扎西 'x' \"y\" \n小", birth_date=date(2000, 2, 29), identity_cipher=b"\x00\xff'", identity_hash="h",
        own={"livelihood": "none", "in_school": False},
    )  # fmt: skip
    with change(by="a"):
        person.save()
        Person.objects.filter(pk="P").update(birth_date=None)
    first, last = versions_of(person)
    assert first.until == last.change.at
    assert last.until is None
    from tsampa.office.history.reading import instance

    found = instance(Person, first.values)
    for field in Person._meta.concrete_fields:
        assert getattr(found, field.attname) == getattr(person, field.attname)
    assert instance(Person, last.values).birth_date is None


def drop_trigger(table: str) -> None:
    if connection.vendor == "sqlite":
        raw(f"DROP TRIGGER tsampa_record_update_{table}")
    else:
        raw(f"ALTER TABLE {table} DISABLE TRIGGER tsampa_record_update_{table}")


def test_a_table_without_its_trigger_stops_the_server(two):
    require_triggers()
    drop_trigger("areas_area")
    with pytest.raises(TsampaError) as found:
        require_triggers()
    assert found.value.code == "history-triggers"
    assert "areas_area" in found.value.message
    connection.close()
    with pytest.raises(TsampaError) as found, change(by="a"):
        pass
    assert found.value.code == "history-triggers"
    raw("UPDATE areas_area SET name = 'secret' WHERE code = '1'")
    assert {one.code for one in verify().problems} == {"row-astray", "history-triggers"}


def test_a_trigger_of_another_text_stops_the_server(two):
    if connection.vendor == "sqlite":
        raw("DROP TRIGGER tsampa_record_update_areas_area")
        raw("CREATE TRIGGER tsampa_record_update_areas_area AFTER UPDATE ON areas_area BEGIN SELECT 1; END")
    else:
        raw(
            "CREATE OR REPLACE FUNCTION tsampa_record() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
        )
    with pytest.raises(TsampaError) as found:
        require_triggers()
    assert found.value.code == "history-triggers"


def test_a_cut_waits_for_a_slow_writer(office):
    """Without the wait the slow writer's versions would be added behind the cut."""
    from tsampa.office.history import cut, known_at

    written, go_on, made = threading.Event(), threading.Event(), []

    def slow() -> None:
        with change(by="slow"):
            Person.objects.create(code="slow", name="slow")
            written.set()
            go_on.wait(10)
        connections["default"].close()

    def cutter() -> None:
        made.append(cut())
        connections["default"].close()

    threads = [threading.Thread(target=slow), threading.Thread(target=cutter)]
    threads[0].start()
    written.wait(10)
    if connection.vendor == "postgresql":
        with change(by="quick"):
            Person.objects.create(code="quick", name="quick")
    threads[1].start()
    threads[1].join(0.5)
    assert made == []
    go_on.set()
    for thread in threads:
        thread.join(20)
    with change(by="after"):
        Person.objects.create(code="after", name="after")
    (found,) = made
    names = {one.code for one in known_at(Person, Cut.objects.get(pk=found.pk))}
    assert "slow" in names
    assert "after" not in names


def test_a_driver_error_is_no_coded_one(office):
    with pytest.raises(DatabaseError) as found:
        raw("SELECT nothing FROM nowhere")
    assert not isinstance(found.value, Refused)


def test_numbers_are_as_written(office):
    with change(by="a"):
        Area.objects.create(code="1", name="x", level="village", own={"elevation": 1250})
    payload = json.loads(Version.objects.get().payload)
    own = payload["own"]
    assert (json.loads(own) if isinstance(own, str) else own) == {"elevation": 1250}
