"""Whatever a database owner alters with the triggers away, verify names the seal, and the row where leaf hashes are intact."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import connection, transaction

from tsampa.office.areas.models import Area
from tsampa.office.history import change, seal, verify
from tsampa.office.history.models import Change, Seal, Version
from tsampa.office.history.seals import folder

SEALS = 3
AREAS = 12


@pytest.fixture
def sealed(office):
    """Three seals over some sixty versions, and a change after the last."""
    draw = random.Random(1)
    for number in range(SEALS):
        with change(by=f"worker {number}", reason="visit"):
            for code in range(AREAS):
                Area(
                    code=f"{number}-{code}", name="x", level="village", own={"elevation": draw.randrange(100)}
                ).save()
        with change(by="clerk", reason="correction"):
            for one in draw.sample(list(Area.objects.order_by("code")), 6):
                Area.objects.filter(pk=one.pk).update(name=f"y{number}")
            Area.objects.filter(pk=f"{number}-0").delete()
        seal()
    with change(by="clerk"):
        Area.objects.filter(pk="0-1").update(name="after")
    connection.history.drop_from()
    return office


@dataclass
class Expected:
    """What must be named: a place, a code, and what the message says."""

    place: str
    codes: set[str]
    says: str = ""


def run(sql: str, *parameters: object) -> None:
    connection.history.run(sql, parameters)


def covering(version: int) -> str:
    return next(
        f"seal {one.number}" for one in Seal.objects.order_by("number") if one.stated["version"] >= version
    )


def some_version(draw: random.Random) -> Version:
    last = Seal.objects.latest("number").stated["version"]
    return draw.choice(list(Version.objects.filter(id__lte=last)))


def altered(
    column: str, value: Callable[[random.Random, Version], object]
) -> Callable[[random.Random], Expected]:
    def alter(draw: random.Random) -> Expected:
        one = some_version(draw)
        run(f'UPDATE history_version SET "{column}" = %s WHERE id = %s', value(draw, one), one.id)
        return Expected(covering(one.id), {"version-altered"}, f"version {one.id} ")

    return alter


def another_payload(draw: random.Random, one: Version) -> str:
    at = draw.randrange(len(one.payload))
    other = draw.choice([c for c in "0123456789abcdef" if c != one.payload[at]])
    return one.payload[:at] + other + one.payload[at + 1 :]


def altered_change(column: str, value: object) -> Callable[[random.Random], Expected]:
    def alter(draw: random.Random) -> Expected:
        one = some_version(draw)
        run(f"UPDATE history_change SET {column} = %s WHERE id = %s", value, one.change_id)
        return Expected(covering(one.id), {"version-altered"}, f"version {one.id} ")

    return alter


def deleted_change(draw: random.Random) -> Expected:
    one = some_version(draw)
    run("DELETE FROM history_change WHERE id = %s", one.change_id)
    return Expected(covering(one.id), {"version-altered"}, f"version {one.id} ")


def deleted(draw: random.Random) -> Expected:
    one = some_version(draw)
    run("DELETE FROM history_version WHERE id = %s", one.id)
    return Expected(covering(one.id), {"version-deleted"}, f"version {one.id} ")


def emptied(draw: random.Random) -> Expected:
    one = some_version(draw)
    run("UPDATE history_version SET payload = NULL, salt = NULL WHERE id = %s", one.id)
    return Expected(covering(one.id), {"version-altered"}, f"version {one.id} ")


def inserted(draw: random.Random) -> Expected:
    one, number = some_version(draw), -draw.randrange(50)
    run(
        'INSERT INTO history_version (id, change_id, "table", "key", operation, payload, salt) SELECT %s, change_id, "table", '
        '"key", operation, payload, salt FROM history_version WHERE id = %s', number, one.id,
    )  # fmt: skip
    return Expected("seal 1", {"version-inserted"}, f"version {number} ")


def reordered(draw: random.Random) -> Expected:
    one, other = some_version(draw), some_version(draw)
    while one.id == other.id:
        other = some_version(draw)
    for number, to in ((one.id, -1), (other.id, one.id), (-1, other.id)):
        run("UPDATE history_version SET id = %s WHERE id = %s", to, number)
    return Expected(covering(one.id), {"version-altered"}, f"version {one.id} ")


def a_seal(draw: random.Random) -> Seal:
    return draw.choice(list(Seal.objects.all()))


def altered_seal(draw: random.Random) -> Expected:
    one = a_seal(draw)
    at = draw.randrange(len(one.content))
    content = one.content[:at] + chr(ord(one.content[at]) ^ 1) + one.content[at + 1 :]
    run("UPDATE history_seal SET content = %s WHERE number = %s", content, one.number)
    return Expected(f"seal {one.number}", {"seal-signature"})


def forged_signature(draw: random.Random) -> Expected:
    one = a_seal(draw)
    run("UPDATE history_seal SET signature = %s WHERE number = %s", "00" * 64, one.number)
    return Expected(f"seal {one.number}", {"seal-signature"})


def deleted_seal(draw: random.Random) -> Expected:
    one = a_seal(draw)
    run("DELETE FROM history_seal WHERE number = %s", one.number)
    return Expected(f"seal {one.number}", {"seal-missing"})


def altered_cut(draw: random.Random) -> Expected:
    one = a_seal(draw)
    run("UPDATE history_cut SET version = version - 1 WHERE id = %s", one.cut_id)
    return Expected(f"seal {one.number}", {"seal-cut"})


def altered_leaves(draw: random.Random) -> Expected:
    one = a_seal(draw)
    part = one.leaves.get()
    hashes = bytearray(part.hashes)
    hashes[draw.randrange(len(hashes) // 40) * 40 + 8 + draw.randrange(32)] ^= 1
    run("UPDATE history_leaves SET hashes = %s WHERE id = %s", bytes(hashes), part.pk)
    return Expected(f"seal {one.number}", {"leaves-altered"})


def an_area(draw: random.Random) -> str:
    return draw.choice(list(Area.objects.order_by("code").values_list("code", flat=True)))


def live_changed(draw: random.Random) -> Expected:
    code = an_area(draw)
    run("UPDATE areas_area SET level = 'secret' WHERE code = %s", code)
    return Expected("areas_area", {"row-astray"}, f"areas_area {code} was changed")


def live_deleted(draw: random.Random) -> Expected:
    code = an_area(draw)
    run("DELETE FROM areas_area WHERE code = %s", code)
    return Expected("areas_area", {"row-astray"}, f"areas_area {code} was deleted")


def live_inserted(draw: random.Random) -> Expected:
    run("INSERT INTO areas_area (code, name, level, own) VALUES ('new', 'x', 'y', '{}')")
    return Expected("areas_area", {"row-astray"}, "areas_area new was inserted")


ALTERATIONS: list[Callable[[random.Random], Expected]] = [
    altered("payload", another_payload), altered("payload", another_payload), altered("payload", another_payload),
    altered("operation", lambda draw, one: "insert" if one.operation != "insert" else "update"),
    altered("key", lambda draw, one: one.key + "0"), altered("table", lambda draw, one: "areas_other"),
    altered("salt", lambda draw, one: draw.randbytes(16)), altered("change_id", lambda draw, one: one.change_id + 1),
    altered_change("actor", "somebody else"), altered_change("reason", "another reason"),
    altered_change("at", "2001-01-01 00:00:00+00:00"), altered_change("source", "visit"),
    deleted_change, deleted, emptied, inserted, reordered,
    altered_seal, forged_signature, deleted_seal, altered_cut, altered_leaves, live_changed, live_deleted, live_inserted,
]  # fmt: skip


def found_after(alter: Callable[[random.Random], Expected], draw: random.Random) -> tuple[Expected, list]:
    """What verify says of one alteration, which is then undone."""
    with transaction.atomic():
        expected = alter(draw)
        problems = verify().problems
        transaction.set_rollback(True)
    return expected, [one for one in problems if one.code != "history-triggers"]


def is_named(expected: Expected, problems: list) -> bool:
    return any(
        one.sheet == expected.place and one.code in expected.codes and expected.says in one.message and one.effect != "noted"
        for one in problems
    )  # fmt: skip


def search(times: int) -> int:
    """So many single alterations; how many of them were named."""
    draw = random.Random(20261126)
    named = 0
    for number in range(times):
        alter = ALTERATIONS[number % len(ALTERATIONS)]
        expected, problems = found_after(alter, draw)
        assert is_named(expected, problems), (number, expected, problems)
        named += 1
    assert [one.code for one in verify().problems if one.code != "history-triggers"] == []
    return named


def test_a_hundred_single_alterations_are_all_found(sealed):
    assert search(100) == 100


@pytest.mark.slow
def test_a_thousand_single_alterations_are_all_found(sealed):
    assert search(1000) == 1000


def alter_with_leaves(draw: random.Random) -> Expected:
    one = Version.objects.get(pk=5)
    run("UPDATE history_version SET payload = '{}' WHERE id = 5")
    run("UPDATE history_leaves SET hashes = %s", b"\x00" * 80)
    return Expected("seal 1", {"version-altered"}, f"version {one.id} ")


def test_an_outside_copy_names_the_row_where_the_leaves_were_altered_too(sealed, tmp_path):
    expected, problems = found_after(alter_with_leaves, random.Random(1))
    assert is_named(expected, problems)
    copies = tmp_path / "elsewhere"
    shutil.move(folder(), copies)
    expected, problems = found_after(alter_with_leaves, random.Random(1))
    assert not is_named(expected, problems)
    assert is_named(Expected("seal 1", {"seal-broken"}), problems)
    with transaction.atomic():
        alter_with_leaves(random.Random(1))
        problems = verify(copies=copies).problems
        transaction.set_rollback(True)
    assert is_named(expected, problems)


def test_one_who_signs_anew_with_another_key_is_found(sealed, home, monkeypatch):
    """An owner of the database who lacks the office's key."""
    from tsampa.office.history.keys import public_key

    ours = public_key()
    (home / "seal.key").unlink()
    shutil.rmtree(folder())
    with transaction.atomic():
        run("DELETE FROM history_seal")
        run("DELETE FROM history_leaves")
        run("UPDATE history_version SET payload = '{}' WHERE id = 5")
        seal()
        assert not [one for one in verify().problems if one.code.startswith("seal")]
        problems = verify(key=ours).problems
        transaction.set_rollback(True)
    assert is_named(Expected("seal 1", {"seal-signature"}), problems)


def test_a_seal_follows_only_a_seal_that_holds(sealed):
    from tsampa.errors import TsampaError

    run("UPDATE history_seal SET peaks = %s", b"\x00" * 64)
    with pytest.raises(TsampaError) as found:
        seal()
    assert found.value.code == "seal-peaks"


def test_a_change_without_versions_is_outside_the_promise(sealed):
    run("UPDATE history_change SET actor = 'x' WHERE id = %s", Change.objects.earliest("id").id)
    assert [one.code for one in verify().problems if one.code != "history-triggers"] == []
