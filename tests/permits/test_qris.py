"""Codes to pay a levy, read by a parser that shares nothing with what writes them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilar.permits.rules.qris import NotQris, crc, dynamic, parse


def crc16(text: str) -> int:
    """CRC-16/CCITT-FALSE bit by bit."""
    register = 0xFFFF
    for byte in text.encode():
        for bit in range(8):
            top = (register >> 15 & 1) ^ (byte >> (7 - bit) & 1)
            register = register << 1 & 0xFFFF ^ (0x1021 if top else 0)
    return register


def read(text: str) -> list[tuple[str, str]]:
    """The fields of a code, one behind the other."""
    found, rest = [], text
    while rest:
        name, length, rest = rest[:2], int(rest[2:4]), rest[4:]
        assert len(rest) >= length
        found.append((name, rest[:length]))
        rest = rest[length:]
    return found


def code(*fields: tuple[str, str]) -> str:
    body = "".join(f"{name}{len(value):02}{value}" for name, value in fields) + "6304"
    return f"{body}{crc16(body):04X}"


MERCHANT = (
    ("00", "01"), ("01", "11"), ("26", "0014ID.CO.CONTOH.WWW0118936009110000000001"),
    ("51", "0014ID.CO.QRIS.WWW0215ID10200000000010303UME"), ("52", "9311"), ("53", "360"), ("58", "ID"),
    ("59", "KAS DAERAH CONTOH"), ("60", "TANGERANG"), ("61", "15720"), ("62", "0703A01"),
)  # fmt: skip
STATIC = code(*MERCHANT)


def test_the_check_sum_is_that_of_the_standard() -> None:
    assert crc("123456789") == "29B1"
    assert crc16("123456789") == 0x29B1


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126)))
def test_two_ways_to_compute_it_agree(text: str) -> None:
    assert crc(text) == f"{crc16(text):04X}"


def test_a_code_for_one_sum_keeps_the_merchant_and_says_what_it_is_for() -> None:
    made = dynamic(STATIC, Decimal(1250000), "SKRD-00001-36.03-2026")
    assert crc16(made[:-4]) == int(made[-4:], 16)
    found = read(made)
    names = [name for name, _value in found]
    assert names == sorted(names)
    assert names[-1] == "63"
    said = dict(found)
    assert (said["01"], said["54"], said["53"], said["58"]) == ("12", "1250000", "360", "ID")
    assert dict(read(said["62"])) == {"01": "SKRD-00001-36.03-2026", "07": "A01"}
    for name, value in MERCHANT:
        if name not in ("01", "62"):
            assert said[name] == value, name


def test_a_sum_of_the_static_code_and_tips_do_not_stay() -> None:
    given_code = code(*MERCHANT, ("54", "5"), ("55", "02"), ("56", "1000"))
    said = dict(read(dynamic(given_code, Decimal("100"), "1")))
    assert (said["54"], "55" in said, "56" in said) == ("100", False, False)


@given(st.integers(1, 10**12), st.from_regex(r"[A-Z0-9-]{1,25}", fullmatch=True))
def test_whatever_is_built_is_read_back(amount: int, bill: str) -> None:
    made = dynamic(STATIC, Decimal(amount), bill)
    found = parse(made)
    assert found == dict(read(made))
    assert (found["54"], dict(read(found["62"]))["01"]) == (str(amount), bill)


@pytest.mark.parametrize(
    "text",
    [
        "", "63", "6304FFFF", STATIC[:-1], STATIC + "0", STATIC[:-4] + "0000", STATIC.replace("KAS", "KAZ"),
        code(("00", "01"), ("00", "01")),
        code(*(one for one in MERCHANT if one[0] != "53"), ("53", "840")),
        code(("00", "01"), ("01", "12"), *MERCHANT[2:]),
        "0002016304é",
    ],
)  # fmt: skip
def test_what_is_no_static_code_in_rupiah_is_refused(text: str) -> None:
    with pytest.raises(NotQris):
        dynamic(text, Decimal(1), "1")


@pytest.mark.parametrize("amount", ["0", "-1", "1.5"])
def test_only_a_whole_sum_above_zero_is_paid(amount: str) -> None:
    with pytest.raises(ValueError, match="no sum"):
        dynamic(STATIC, Decimal(amount), "1")
