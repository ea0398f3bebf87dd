"""Seals, and what verify finds."""

from __future__ import annotations

import json
from hashlib import sha256

from tsampa.office.areas.models import Area
from tsampa.office.history import change, check_receipt, receipt, redact, seal, verify
from tsampa.office.history.merkle import Levels, Tree, path_root
from tsampa.office.history.models import Version


def areas(*codes: str, **more: object) -> None:
    with change(by="zhaxi", reason="test"):
        for code in codes:
            Area.objects.create(code=code, name=code, level="village", **more)


def codes(found) -> list[str]:
    return [one.code for one in found.problems]


def test_a_sealed_history_verifies(office):
    areas("1", "2")
    seal()
    areas("3")
    last = seal()
    assert last.stated["size"] == 3
    found = verify()
    assert (found.problems, found.seals, found.versions) == ([], 2, 3)


def test_a_receipt_verifies_offline(office):
    areas("1", "2", "3")
    made = seal()
    given = json.loads(json.dumps(receipt(Area.objects.get(pk="2")).to_dict()))
    said = check_receipt(given, made.stated["public_key"])
    assert (said["values"]["name"], said["actor"], said["seal"]["seal"]) == ("2", "zhaxi", 1)


def test_a_redaction_is_no_tampering(office):
    areas("1")
    with change(by="zhaxi"):
        Area.objects.filter(pk="1").update(name="x")
    seal()
    assert redact("areas_area", "1", by="zhaxi", reason="court") is not None
    found = verify()
    assert codes(found) == ["version-redacted"]
    assert found.holds
    assert Version.objects.get(payload=None).salt is None
    seal()
    assert verify().holds


def test_roots_are_those_of_rfc_6962():
    def root(leaves: list[bytes]) -> bytes:
        if not leaves:
            return sha256(b"").digest()
        if len(leaves) == 1:
            return leaves[0]
        half = 1 << ((len(leaves) - 1).bit_length() - 1)
        return sha256(b"\x01" + root(leaves[:half]) + root(leaves[half:])).digest()

    for size in range(70):
        leaves = [sha256(bytes([at])).digest() for at in range(size)]
        tree = Tree()
        tree.extend(leaves)
        assert tree.root() == root(leaves)
        if leaves:
            levels = Levels(leaves)
            for index in range(size):
                assert path_root(leaves[index], index, size, levels.path(index)) == root(leaves)
