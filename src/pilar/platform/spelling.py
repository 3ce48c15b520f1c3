"""Amounts in words (terbilang), as receipts and notices need them: Indonesian, whatever the reader's language."""

from __future__ import annotations

from decimal import Decimal

DIGITS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
SCALES = ("", "ribu", "juta", "miliar", "triliun", "kuadriliun")
"""Names of the powers of 1000."""
LIMIT = Decimal(10) ** 16
"""Amounts are kept with so many digits before the decimal sign."""


def rupiah_in_words(amount: Decimal) -> str:
    """``1250000.50`` as ``satu juta dua ratus lima puluh ribu rupiah lima puluh sen``.

    Raises ValueError for what is no amount: parts of a sen, more than can be kept.
    """
    if not amount.is_finite() or abs(amount) >= LIMIT or amount != round(amount, 2):
        raise ValueError(amount)
    rupiah, sen = divmod(int(abs(amount) * 100), 100)
    words = [_whole(rupiah), "rupiah"]
    if sen:
        words += [_whole(sen), "sen"]
    return " ".join(["minus", *words] if amount < 0 else words)


def _whole(number: int) -> str:
    """A whole number from 0 on."""
    if number == 0:
        return DIGITS[0]
    groups, place = [], 0
    while number:
        number, group = divmod(number, 1000)
        if group:
            groups.append(_group(group, place))
        place += 1
    return " ".join(reversed(groups))


def _group(number: int, place: int) -> str:
    """Up to 999 of a power of 1000; one thousand alone is ``seribu``."""
    if place == 1 and number == 1:
        return "seribu"
    return f"{_hundreds(number)} {SCALES[place]}".rstrip()


def _hundreds(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    words = [] if hundreds == 0 else ["seratus" if hundreds == 1 else f"{DIGITS[hundreds]} ratus"]
    return " ".join([*words, *([_tens(rest)] if rest else [])])


def _tens(number: int) -> str:
    tens, ones = divmod(number, 10)
    if number < 10:
        return DIGITS[number]
    if tens == 1:
        return {10: "sepuluh", 11: "sebelas"}.get(number, f"{DIGITS[ones]} belas")
    return f"{DIGITS[tens]} puluh" + (f" {DIGITS[ones]}" if ones else "")
