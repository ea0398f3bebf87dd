"""Identity numbers rest encrypted, are found by a keyed hash and never shown whole."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import settings

from office.intake.builders import number
from tsampa.errors import TsampaError
from tsampa.office.register.identity import identity_hash, mask, protect, read_identity, reveal, seal, unseal

NUMBER = number("1980-05-06", 3)
ON = date(2020, 6, 30)


def test_a_number_is_revealed_only_with_its_key(monkeypatch):
    kept = protect(NUMBER)
    assert NUMBER.encode() not in kept.cipher
    assert reveal(kept.cipher) == NUMBER
    monkeypatch.setattr(settings, "IDENTITY_KEY", b"another key of thirty-two bytes!")
    with pytest.raises(TsampaError) as error:
        reveal(kept.cipher)
    assert error.value.code == "identity-key-wrong"


def test_the_same_number_is_found_by_its_hash_and_never_encrypted_alike(monkeypatch):
    first, second = protect(NUMBER), protect(NUMBER)
    assert first.hash == second.hash == identity_hash(NUMBER)
    assert first.cipher != second.cipher
    monkeypatch.setattr(settings, "IDENTITY_KEY", b"another key of thirty-two bytes!")
    assert identity_hash(NUMBER) != first.hash


def test_a_cipher_that_was_altered_or_is_of_another_purpose_is_not_read():
    cipher = seal(b"x", "identity cipher")
    for wrong in (cipher[:-1], cipher[:-1] + bytes([cipher[-1] ^ 1]), b""):
        with pytest.raises(TsampaError):
            unseal(wrong, "identity cipher")
    with pytest.raises(TsampaError):
        unseal(cipher, "intake cells")


def test_the_middle_is_masked():
    assert mask(NUMBER) == f"{NUMBER[:6]}********{NUMBER[-4:]}"


@pytest.mark.parametrize(
    ("text", "made_up", "code"),
    [
        (NUMBER, False, None),
        (f" {NUMBER[:6]} {NUMBER[6:]}", False, None),
        (number("1980-05-06", 3, place="540228"), False, "identity-place-unknown"),
        (number("1980-05-06", 3, place="999999"), False, "identity-made-up"),
        (number("1980-05-06", 3, place="999999"), True, None),
        (number("1980-02-31", 3), False, "identity-birth-date-wrong"),
        (number("2021-01-01", 3), False, "identity-birth-date-wrong"),
        (NUMBER[:-1], False, "identity-malformed"),
        (NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2"), False, "identity-check-wrong"),
    ],
)
def test_what_is_right_wrong_or_only_unknown(text, made_up, code):
    found, trouble = read_identity(text, ON, made_up=made_up)
    assert (trouble.code if trouble else None) == code
    assert (found is not None) == (code in (None, "identity-place-unknown"))
    assert trouble is None or NUMBER not in trouble.message
