"""How a number is written in the reader's language. Pure: nothing is rounded here, a figure keeps the digits it has."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

MINUS = "\N{MINUS SIGN}"
DECIMAL_SEPARATOR = {"id": ",", "en": "."}
THOUSANDS_SEPARATOR = {"id": ".", "en": ","}

# d3-format and d3-time-format locales of the charts; vl-convert knows no name for Indonesian.
NUMBER_LOCALES = {
    "id": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["Rp", ""], "minus": MINUS},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["Rp", ""], "minus": MINUS},
}
_DATES_ID = {
    "dateTime": "%A, %e %B %Y %X",
    "date": "%d/%m/%Y",
    "time": "%H.%M.%S",
    "periods": ["AM", "PM"],
    "days": ["Minggu", "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu"],
    "shortDays": ["Min", "Sen", "Sel", "Rab", "Kam", "Jum", "Sab"],
    "months": [
        "Januari", "Februari", "Maret", "April", "Mei", "Juni",
        "Juli", "Agustus", "September", "Oktober", "November", "Desember",
    ],
    "shortMonths": ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"],
}  # fmt: skip
_DATES_EN = {
    "dateTime": "%A, %e %B %Y %X",
    "date": "%d/%m/%Y",
    "time": "%H:%M:%S",
    "periods": ["AM", "PM"],
    "days": ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
    "shortDays": ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
    "months": [
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ],
    "shortMonths": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
}  # fmt: skip
DATE_LOCALES = {"id": _DATES_ID, "en": _DATES_EN}


def as_decimal(value: object) -> Decimal | None:
    """The decimal of a score as it comes from a query or from JSON.

    ``None``, an empty text and anything falsy that is not a number (``NoScore``) mean that there is no score.
    Raises ``TypeError`` for a float, whose digits are not the printed ones, and for what is no number at all.
    """
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, str) and value:
        try:
            return Decimal(value)
        except InvalidOperation as error:
            raise TypeError(f"not a number: {value!r}") from error
    if value is None or (not value and not isinstance(value, (float, bool))):
        return None
    raise TypeError(f"a score is a Decimal, not {type(value).__name__}")


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
