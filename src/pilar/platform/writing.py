"""Write numbers and days in the reader's language; ``platform.reading`` reads them back.

Pure: nothing is rounded here, a figure keeps the digits it has.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Any

MINUS = "\N{MINUS SIGN}"
DECIMAL_SEPARATOR = {"id": ",", "en": "."}
THOUSANDS_SEPARATOR = {"id": ".", "en": ","}
MONTHS = {
    "id": (
        "Januari", "Februari", "Maret", "April", "Mei", "Juni",
        "Juli", "Agustus", "September", "Oktober", "November", "Desember",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip

WEEKDAYS = {
    "id": ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def plain(value: Decimal, language: str) -> str:
    """``Decimal("3.35")`` as ``3,35`` (id) or ``3.35`` (en); a negative number gets a real minus sign."""
    text = f"{value:f}".replace(".", DECIMAL_SEPARATOR[language])
    return MINUS + text[1:] if text.startswith("-") else text


def grouped(value: Decimal, language: str) -> str:
    """``Decimal("1250000.5")`` as ``1.250.000,5`` (id) or ``1,250,000.5`` (en), with a real minus sign."""
    whole, _point, rest = f"{value:,f}".partition(".")
    grouping, point = THOUSANDS_SEPARATOR[language], DECIMAL_SEPARATOR[language]
    text = whole.replace(",", grouping) + (point + rest if rest else "")
    return MINUS + text[1:] if text.startswith("-") else text


def signed(value: Decimal, language: str) -> str:
    """A difference with its sign: ``+0,12``, and with a real minus sign ``-0,64``; no sign at zero."""
    if value == 0:
        return plain(abs(value), language)
    return plain(value, language) if value < 0 else "+" + plain(value, language)


def day(value: dt.date, language: str) -> str:
    """``25 November 2026``."""
    return f"{value.day} {MONTHS[language][value.month - 1]} {value.year}"


def dated(value: dt.date, language: str) -> str:
    """``Rabu, 25 November 2026``; in English without the comma."""
    return f"{WEEKDAYS[language][value.weekday()]}{',' if language == 'id' else ''} {day(value, language)}"


def clock(value: dt.time, language: str) -> str:
    """``08.40``; in English ``08:40``."""
    return f"{value:%H.%M}" if language == "id" else f"{value:%H:%M}"


def in_words(value: Any, language: str) -> Any:
    """Return what stands for ``value`` in a sentence: a number with its separators, a day with its month, an hour,
    several behind each other; anything else as it is. Whole numbers are counts, years and codes: they stay as they are.
    """
    match value:
        case Decimal() if value.is_finite():
            return grouped(value, language)
        case float() if isfinite(value):
            return f"{value:g}".replace("-", MINUS, 1 if value < 0 else 0).replace(".", DECIMAL_SEPARATOR[language])
        case dt.date() if not isinstance(value, dt.datetime):
            return day(value, language)
        case dt.time():
            return clock(value, language)
        case tuple() | list():
            texts = [str(in_words(item, language)) for item in value]
            return ("; " if any("," in text for text in texts) else ", ").join(texts)
        case Fraction():
            raise TypeError("a fraction has no end: round it first")
        case _:
            return value
