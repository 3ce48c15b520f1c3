"""Write a number in the reader's language. Pure: nothing is rounded here, a figure keeps the digits it has."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from pilar.platform.writing import DECIMAL_SEPARATOR, MINUS, MONTHS, THOUSANDS_SEPARATOR, grouped, plain, signed

__all__ = [
    "DATE_LOCALES",
    "DECIMAL_SEPARATOR",
    "MINUS",
    "NUMBER_LOCALES",
    "THOUSANDS_SEPARATOR",
    "as_decimal",
    "grouped",
    "plain",
    "signed",
]

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
    "months": list(MONTHS["id"]),
    "shortMonths": ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"],
}  # fmt: skip
_DATES_EN = {
    "dateTime": "%A, %e %B %Y %X",
    "date": "%d/%m/%Y",
    "time": "%H:%M:%S",
    "periods": ["AM", "PM"],
    "days": ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
    "shortDays": ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
    "months": list(MONTHS["en"]),
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
