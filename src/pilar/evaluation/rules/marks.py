"""From a cell to an answer: what numbers and percentages mean to an indicator."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from pilar import index
from pilar.platform.errors import Fault
from pilar.platform.language import N_
from pilar.platform.reading import Notation, in_unit, read_number
from pilar.platform.tables import Cell, Percent, shown

MAX_DIGITS = 12
"""Of an answer, before the decimal sign and after it."""

_RATIO = re.compile(r"([\d., ]+?)\s*/\s*([\d., ]+)", re.ASCII)
_DATE = re.compile(r"\d{1,4}[-/. ](?:\d{1,2}|[a-z]{3,9})(?:[-/. ]\d{2,4})?", re.ASCII | re.IGNORECASE)


def read_mark(
    cell: Cell, notation: Notation | None = None, *, node: index.Node | None = None, highest: Decimal | None = None
) -> Decimal | index.Ratio | Fault | None:
    """The answer in ``cell``, None where it is blank or a dash, or the fault, still without its place.

    ``9/10`` is nine realised of ten planned. A percentage belongs to a quantity whose unit is per cent, and is a share
    of a hundred where the indicator is a ratio; ``node``: the indicator. ``notation``, ``highest``: as in
    :func:`pilar.platform.reading.read_number`.
    """
    if isinstance(cell, str) and (ratio := _RATIO.fullmatch(cell.strip())):
        parts = [read_number(part, notation) for part in ratio.groups()]
        if isinstance(parts[0], Decimal) and isinstance(parts[1], Decimal):
            return index.Ratio(parts[0], parts[1])
    number = read_number(cell, notation, highest=highest)
    if isinstance(number, Percent):
        return _percentage(number, node)
    if isinstance(number, Decimal):
        fits = abs(number) < 10**MAX_DIGITS and round(number, MAX_DIGITS) == number
        return number if fits or not isinstance(cell, str) else _not_a_number(cell)
    return _refused(cell, number) if isinstance(number, Fault) else None


def highest_of(node: index.Node, scale: index.Scale) -> Decimal | None:
    """The highest number that answers a node; None where it is a quantity or a ratio."""
    match node.mark:
        case index.BandMark() | index.RatioMark():
            return None
        case index.SurveyMark(maximum=maximum):
            return max(maximum, scale.maximum)
    return scale.maximum


def highest_mark(instrument: index.Instrument) -> Decimal:
    """The highest mark that an assessor can give an indicator."""
    surveys = (leaf.mark.maximum for leaf in instrument.leaves if isinstance(leaf.mark, index.SurveyMark))
    return max([instrument.scale.maximum, *surveys])


def unit_of(node: index.Node | None) -> str:
    """The unit of a quantity, in Indonesian; empty for other indicators."""
    return node.mark.unit.get("id", "") if node is not None and isinstance(node.mark, index.BandMark) else ""


def _percentage(percent: Percent, node: index.Node | None) -> Decimal | index.Ratio | Fault:
    if node is not None and isinstance(node.mark, index.RatioMark):
        return index.Ratio(percent.value, Decimal(100))
    unit = unit_of(node)
    if unit:
        return in_unit(percent, unit)
    sentence = N_("%(given)s is a percentage, but a number is asked here: write it without the sign %%")
    return Fault("percent-sign", sentence, {"given": shown(percent)})


def _refused(cell: Cell, fault: Fault) -> Fault:
    """Return why the cell is no answer, and how to write one."""
    if fault.code == "date" or (isinstance(cell, str) and _DATE.fullmatch(cell.strip())):
        sentence = N_(
            "“%(given)s” is a date. Spreadsheets turn 9/10 into a date: set the column to “text” first, "
            "or write the share as a number."
        )
        given = cell if isinstance(cell, str | dt.date | dt.time | dt.timedelta) else ""
        return Fault("date", sentence, {"given": shown(given)})
    return _not_a_number(cell) if fault.code == "no-number" else fault


def _not_a_number(cell: Cell) -> Fault:
    sentence = N_("“%(given)s” is not a number. Leave the cell blank, or write -, where there is no mark.")
    return Fault("not-a-number", sentence, {"given": shown(cell if isinstance(cell, str) else str(cell))})
