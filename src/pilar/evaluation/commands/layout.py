"""Pieces of an answer: numbers in the reader's language, the name of an instrument."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from pilar import index
from pilar.platform.language import console_language, translate

NONE = "-"


def number(value: Decimal | Fraction | index.NoScore | None, *, signed: bool = False) -> str:
    """The number with all its digits, with a decimal comma in Indonesian; a dash where there is none."""
    if value is None or isinstance(value, index.NoScore):
        return NONE
    text = plain(value)
    if signed and value > 0:
        text = f"+{text}"
    return text.replace(".", ",") if console_language() == "id" else text


def plain(value: Decimal | Fraction) -> str:
    """The number as machines read it, with a point."""
    return index.decimal_text(value) if isinstance(value, Fraction) else f"{value:f}"


def percent(share: Fraction) -> str:
    """A share of 1 as a percentage, with two decimals where it does not end sooner."""
    return f"{number(Fraction(index.round_published(share * 100, 2)))}%"


def title(titles: dict[str, str]) -> str:
    """A title in the reader's language."""
    return titles[console_language()]


def heading(titles: dict[str, str]) -> str:
    """A title as the head of a narrow column: without what it explains in brackets."""
    return title(titles).partition(" (")[0]


def identity(instrument: index.Instrument) -> dict[str, str]:
    """Return what names an instrument beyond doubt."""
    return {"code": instrument.code, "version": instrument.version, "sha256": instrument.sha256}


def instrument_line(instrument: index.Instrument) -> str:
    """The same as a line for people."""
    return translate("Instrument %(code)s, version %(version)s, SHA-256 %(sha256)s", **identity(instrument))
