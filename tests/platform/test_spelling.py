"""Amounts in words, read back by a reader that shares nothing with the writer."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilar.platform.spelling import rupiah_in_words

ONES = {
    "nol": 0, "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8, "sembilan": 9,
    "sepuluh": 10, "sebelas": 11,
}  # fmt: skip
POWERS = {"ribu": 3, "juta": 6, "miliar": 9, "triliun": 12, "kuadriliun": 15}
AMOUNTS = st.decimals(min_value="-9999999999999999.99", max_value="9999999999999999.99", places=2)


@pytest.mark.parametrize(("amount", "words"), [
    ("0", "nol rupiah"), ("0.05", "nol rupiah lima sen"), ("1", "satu rupiah"), ("10", "sepuluh rupiah"),
    ("11", "sebelas rupiah"), ("12", "dua belas rupiah"), ("19", "sembilan belas rupiah"), ("20", "dua puluh rupiah"),
    ("99", "sembilan puluh sembilan rupiah"), ("100", "seratus rupiah"), ("111", "seratus sebelas rupiah"),
    ("200", "dua ratus rupiah"), ("1000", "seribu rupiah"), ("1001", "seribu satu rupiah"),
    ("2000", "dua ribu rupiah"), ("11000", "sebelas ribu rupiah"), ("21000", "dua puluh satu ribu rupiah"),
    ("100000", "seratus ribu rupiah"), ("101000", "seratus satu ribu rupiah"), ("1000000", "satu juta rupiah"),
    ("1001000", "satu juta seribu rupiah"), ("1250000.50", "satu juta dua ratus lima puluh ribu rupiah lima puluh sen"),
    ("1000000000", "satu miliar rupiah"), ("1000000000000000", "satu kuadriliun rupiah"),
    ("-1500", "minus seribu lima ratus rupiah"),
    ("2426640", "dua juta empat ratus dua puluh enam ribu enam ratus empat puluh rupiah"),
])  # fmt: skip
def test_words(amount: str, words: str) -> None:
    assert rupiah_in_words(Decimal(amount)) == words


@pytest.mark.parametrize("amount", ["0.001", "10000000000000000", "-10000000000000000", "NaN", "Infinity"])
def test_what_is_no_amount(amount: str) -> None:
    with pytest.raises(ValueError, match=r"Decimal|NaN|Infinity|\d"):
        rupiah_in_words(Decimal(amount))


@given(AMOUNTS)
def test_words_read_back(amount: Decimal) -> None:
    assert _read(rupiah_in_words(amount)) == amount


@given(AMOUNTS, AMOUNTS)
def test_two_amounts_have_other_words(one: Decimal, other: Decimal) -> None:
    assert (rupiah_in_words(one) == rupiah_in_words(other)) == (one == other)


def _read(text: str) -> Decimal:
    """The amount by the words of a receipt."""
    words = text.split()
    sign = -1 if words[0] == "minus" else 1
    at = words.index("rupiah")
    sen = words[at + 1 : -1] if words[-1] == "sen" else []
    return sign * (_number(words[1 if sign < 0 else 0 : at]) + _number(sen) / 100)


def _number(words: list[str]) -> Decimal:
    total, group = 0, 0
    for word in words:
        if word in ONES:
            group += ONES[word]
        elif word == "belas":
            group += 10
        elif word == "puluh":
            group += group % 10 * 9
        elif word == "seratus":
            group += 100
        elif word == "ratus":
            group *= 100
        elif word == "seribu":
            total += 1000
        else:
            total, group = total + group * 10 ** POWERS[word], 0
    return Decimal(total + group)
