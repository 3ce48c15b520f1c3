"""The record that the code on a signed document holds."""

from __future__ import annotations

import base64
import hashlib
from datetime import date, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from pilar.reports.signing.record import DAY_ZERO, LONGEST, NotARecord, Record, fitted, read, written

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = KEY.public_key().public_bytes_raw().hex()
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32).public_key().public_bytes_raw().hex()

texts = {
    name: st.text(st.characters(codec="utf-8"), max_size=most).filter(
        lambda text, most=most: len(text.encode()) <= most
    )
    for name, most in LONGEST.items()
}
records = st.builds(
    Record, **texts, day=st.integers(0, 65535).map(lambda days: DAY_ZERO + timedelta(days=days)),
    sha256=st.binary(min_size=32, max_size=32).map(bytes.hex),
)  # fmt: skip
LARGEST = Record("k" * 24, "s" * 16, "n" * 50, date(2179, 6, 6), "ff" * 32)


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def genuine(text: str) -> bool:
    try:
        return read(text).holds(PUBLIC)
    except NotARecord:
        return False


@given(records)
def test_what_is_written_is_read_and_holds(record: Record) -> None:
    text = written(record, KEY)
    found = read(text)
    assert found.record == record
    assert (found.holds(PUBLIC), found.holds(OTHER)) == (True, False)
    assert len(raw(text)) <= 200


def test_the_longest_values_stay_below_two_hundred_bytes() -> None:
    assert len(raw(written(LARGEST, KEY))) == 200


@given(records, st.integers(0))
def test_a_flipped_bit_is_refused_wherever_it_is(record: Record, place: int) -> None:
    content = bytearray(raw(written(record, KEY)))
    content[place % (8 * len(content)) // 8] ^= 1 << place % 8
    changed = base64.urlsafe_b64encode(bytes(content)).rstrip(b"=").decode()
    assert not genuine(changed)


@given(records, st.integers(0), st.characters(codec="utf-8"))
def test_a_changed_character_is_refused(record: Record, place: int, other: str) -> None:
    text = written(record, KEY)
    place %= len(text)
    changed = text[:place] + other + text[place + 1 :]
    assert genuine(changed) == (changed == text)


@given(st.text(max_size=400))
def test_no_other_text_is_a_record(text: str) -> None:
    assert not genuine(text)


@given(st.binary(max_size=250))
def test_no_other_bytes_are_a_record(content: bytes) -> None:
    assert not genuine(base64.urlsafe_b64encode(content).rstrip(b"=").decode())


@pytest.mark.parametrize("text", ["", "A", "A" * 270, "AQ==", "Ω"])
def test_what_is_too_short_or_padded_is_no_record(text: str) -> None:
    with pytest.raises(NotARecord):
        read(text)


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_a_number_too_long_is_cut_and_says_so(number: str) -> None:
    cut = fitted(number)
    assert len(cut.encode()) <= LONGEST["number"]
    assert cut == number or (cut.endswith("…") and number.startswith(cut[:-1]))


def test_what_does_not_fit_is_refused() -> None:
    good = hashlib.sha256(b"").hexdigest()
    for bad in (
        {"kind": "k" * 25}, {"number": "é" * 26}, {"sha256": "00"}, {"sha256": "zz" * 32}, {"day": date(1999, 12, 31)},
        {"day": date(2179, 6, 7)},
    ):  # fmt: skip
        with pytest.raises(ValueError):  # noqa: PT011 - the message is for programmers
            Record(**{"kind": "k", "scope": "s", "number": "1", "day": date(2026, 1, 1), "sha256": good, **bad})
