"""Marks of assessors: what an indicator takes, when a reason is due, what a region's answer amounts to, and how
the marks of a panel for one indicator become one: unanimous, the median, a tie broken by the chair, or the chair.

How marks merge is an assumption of Pilar (no official rule was found); docs/methodology.md and the pages state it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from statistics import median, median_high, median_low

from pilar import index
from pilar.evaluation.rules.campaigns import YEARS
from pilar.evaluation.rules.engine import told
from pilar.evaluation.rules.stages import Settlement
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.language import N_

CHAIR_FROM = Decimal(2)
"""Marks so many points of the scale apart are the chair's; the levels of a rubric are one point apart."""
CENT = Decimal("0.01")

SETTLEMENT_NAMES = {
    Settlement.UNANIMOUS: N_("All alike"),
    Settlement.MEDIAN: N_("Median"),
    Settlement.TIE: N_("Tie: the chair's mark"),
    Settlement.CHAIR: N_("Settled by the chair"),
}
DECIDED = N_("Decided by the secretariat")
"""What a mark is called that was changed on an objection or by a correction, by nobody of the panel."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """The settlement of an indicator, and its value; without a value it waits for the chair."""

    how: Settlement
    value: Decimal | None


def agree(marks: Sequence[Decimal], levels: Collection[Decimal] | None, *, chair: Decimal | None = None) -> Agreement:
    """Return what the marks of a panel agree on; one mark of each seat, in any order.

    ``levels`` are the marks that the indicator has; None for the mean of a survey, whose marks are numbers of at most
    two decimals. ``chair`` is the mark of the panel's chair, one of ``marks``: of a tie it takes the side. Raises
    ``ValueError`` without marks.
    """
    lowest, highest = min(marks), max(marks)
    if lowest == highest:
        return Agreement(Settlement.UNANIMOUS, lowest)
    if highest - lowest < CHAIR_FROM:
        middle = median(marks)
        if levels is None:
            return Agreement(Settlement.MEDIAN, middle.quantize(CENT, ROUND_HALF_UP))
        if middle in levels:
            return Agreement(Settlement.MEDIAN, middle)
        if chair is not None:
            lower, upper = median_low(marks), median_high(marks)
            return Agreement(Settlement.TIE, lower if chair <= lower else upper)
    return Agreement(Settlement.CHAIR, None)


MAX_TEXT = 10_000
NOT_APPLICABLE = Fault(
    "not-applicable",
    N_("The region says that this indicator does not apply to it: it takes no mark"),
    {},
    "value",
)


class MarkingFinished(PilarError):
    """The assessor has finished marking this region."""

    code = "marking-finished"
    status = 409
    sentence = N_("Your marks of this region are finished and fixed. Ask the chair of the panel to reopen them")


class StillBlind(PilarError):
    """Not every seat of the panel has finished."""

    code = "marking-unfinished"
    status = 409
    sentence = N_("The marks of the panel show when all its assessors have finished: %(finished)s of %(seats)s have")


class UnknownIndicator(PilarError):
    code = "unknown-indicator"
    status = 404
    sentence = N_("The instrument has no indicator “%(node)s”")


def leaf_of(instrument: index.Instrument, code: str) -> index.Node:
    """The indicator of that code; raises :class:`UnknownIndicator`."""
    node = instrument.by_code.get(code)
    if node is None or not node.is_leaf:
        raise UnknownIndicator(node=code)
    return node


def levels_of(node: index.Node, scale: index.Scale) -> tuple[Decimal, ...] | None:
    """The marks that an assessor can give, lowest first; None for the mean of a survey.

    Where bands give the mark they are the values of the bands, and the scale's minimum for what has no evidence.
    """
    match node.mark:
        case index.LevelMark(levels=levels):
            return tuple(level.value for level in levels)
        case index.BandMark(bands=bands) | index.RatioMark(bands=bands):
            return tuple(sorted({scale.minimum, *(band.value for band in bands)}))
    return None


def checked_mark(instrument: index.Instrument, node: index.Node, value: Decimal) -> Decimal:
    """``value`` if the indicator takes it; raises Faults at ``value``."""
    try:
        index.score(instrument, {node.code: index.Mark(value)})
    except index.IndexFaults as refused:
        # A zero in a geometric mean says something of the whole, not of this mark.
        faults = [told(fault, "value", instrument) for fault in refused.faults if fault.code != "zero-in-mean"]
        if faults:
            raise Faults(faults) from None
    levels = levels_of(node, instrument.scale)
    if levels is None and value != value.quantize(CENT):
        raise Faults([Fault("too-many-decimals", N_("Write at most two decimals"), {}, "value")])
    if levels is not None and value not in levels:
        sentence = N_("This indicator has the marks %(levels)s")
        raise Faults([Fault("no-such-level", sentence, {"levels": levels}, "value")])
    return value


def required_text(text: str, sentence: str, place: str) -> str:
    """``text`` without blanks around it; raises Faults at ``place`` with ``sentence`` if nothing is left."""
    written = optional_text(text, place)
    if not written:
        raise Faults([Fault(f"no-{place}", sentence, {}, place)])
    return written


def optional_text(text: str, place: str) -> str:
    """``text`` without blanks around it; raises Faults at ``place`` if it is too long or has a zero byte."""
    cleaned = text.replace("\r\n", "\n").strip()
    if len(cleaned) > MAX_TEXT:
        sentence = N_("Write at most %(longest)s characters")
        raise Faults([Fault("too-long", sentence, {"longest": MAX_TEXT}, place)])
    if "\0" in cleaned:
        raise Faults([Fault("not-text", N_("The text has characters that are no text"), {}, place)])
    return cleaned


def require_plausible(moment: datetime, place: str) -> None:
    """Raise Faults at ``place`` for a moment in a year that no campaign has."""
    if not YEARS[0] <= moment.year <= YEARS[1]:
        sentence = N_("The year must lie between %(first)s and %(last)s")
        raise Faults([Fault("year-out-of-range", sentence, {"first": YEARS[0], "last": YEARS[1]}, place)])
