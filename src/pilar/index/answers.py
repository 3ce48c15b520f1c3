"""Possible answers at a node, and how a raw answer becomes a mark.

A leaf is of one kind: a whole mark with rubric levels, a banded quantity, a ratio of realised to planned, or the mean
of a survey.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from pilar.index.faults import Fault

if TYPE_CHECKING:
    from pilar.index.instrument import Node, Scale

MAX_DIGITS = 500


@dataclass(frozen=True)
class Level:
    """One level of a rubric."""

    value: Decimal
    title: dict[str, str]


@dataclass(frozen=True)
class Band:
    """Quantities from ``start`` (included) to ``end`` (excluded; included in the last band) get the mark ``value``.

    Without ``end`` the band has no upper edge.
    """

    start: Decimal
    end: Decimal | None
    value: Decimal


@dataclass(frozen=True)
class LevelMark:
    """A whole mark; the levels are consecutive whole numbers, lowest first."""

    kind: ClassVar[str] = "level"
    levels: tuple[Level, ...]
    source: str


@dataclass(frozen=True)
class SurveyMark:
    """The mean of a survey's answers, which is a score as it stands."""

    kind: ClassVar[str] = "survey"
    minimum: Decimal
    maximum: Decimal
    source: str


@dataclass(frozen=True)
class BandMark:
    """A quantity in ``unit``; the bands give its mark."""

    kind: ClassVar[str] = "band"
    unit: dict[str, str]
    bands: tuple[Band, ...]
    source: str


@dataclass(frozen=True)
class RatioMark:
    """Realised over planned (realisasi/rencana); the bands on the percentage give its mark."""

    kind: ClassVar[str] = "ratio"
    bands: tuple[Band, ...]
    source: str


MarkKind: TypeAlias = LevelMark | SurveyMark | BandMark | RatioMark


@dataclass(frozen=True)
class Mark:
    """A score on the scale, said expressly: where a leaf would take a plain number for a quantity or a percentage."""

    value: Decimal


@dataclass(frozen=True)
class Quantity:
    """A measured quantity, for a banded leaf."""

    value: Decimal


@dataclass(frozen=True)
class Ratio:
    """Realised and planned, for a ratio leaf. More realised than planned is a percentage above 100."""

    realised: Decimal
    planned: Decimal


Number: TypeAlias = Decimal | Fraction | int
Answer: TypeAlias = Number | Mark | Quantity | Ratio


def mark_of(node: Node, answer: object, scale: Scale) -> Decimal | Fraction | Fault:
    """The score that ``answer`` stands for at ``node``, or its fault, which has no place yet.

    A plain number is the score itself, except at a banded leaf, where it is the quantity, and at a ratio leaf, where
    it is the percentage.
    """
    kind = node.mark
    if isinstance(answer, Ratio):
        return _ratio_mark(kind, answer)
    number = _number(answer.value if isinstance(answer, (Mark, Quantity)) else answer)
    if number is None:
        return Fault("not-a-number", "The answer for %(node)s is not a number.")
    if isinstance(answer, Quantity) and not isinstance(kind, BandMark):
        return Fault("not-a-quantity", "%(node)s does not take a quantity.")
    if isinstance(kind, (BandMark, RatioMark)) and not isinstance(answer, Mark):
        return _banded(kind.bands, number)
    return _checked(node, number, scale)


def _checked(node: Node, number: Decimal | Fraction, scale: Scale) -> Decimal | Fraction | Fault:
    """``number`` if it can be a score of ``node``."""
    lowest, highest = score_range(node, scale)
    if not lowest <= number <= highest:
        return Fault(
            "out-of-scale",
            "The score of %(node)s is %(value)s; it must lie between %(minimum)s and %(maximum)s.",
            {"value": number, "minimum": lowest, "maximum": highest},
        )
    if isinstance(node.mark, LevelMark) and number != int(number):
        return Fault("not-whole", "The mark of %(node)s must be a whole number.")
    return number


def score_range(node: Node, scale: Scale) -> tuple[Decimal, Decimal]:
    """Lowest and highest score that can be answered at a node: a rubric and a survey may be narrower than the scale."""
    if isinstance(node.mark, LevelMark):
        return node.mark.levels[0].value, node.mark.levels[-1].value
    if isinstance(node.mark, SurveyMark):
        return node.mark.minimum, node.mark.maximum
    return scale.minimum, scale.maximum


def _number(value: object) -> Decimal | Fraction | None:
    """An exact, finite number of sensible length; a float is none, since it carries digits nobody wrote."""
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        usable = isinstance(exponent, int) and exponent >= -MAX_DIGITS and value.adjusted() <= MAX_DIGITS
        return value if usable else None
    return value if isinstance(value, Fraction) else None


def _ratio_mark(kind: MarkKind | None, ratio: Ratio) -> Decimal | Fault:
    realised, planned = _number(ratio.realised), _number(ratio.planned)
    if not isinstance(kind, RatioMark):
        return Fault("not-a-ratio", "%(node)s does not take a ratio of realised to planned.")
    if realised is None or planned is None:
        return Fault("not-a-number", "The answer for %(node)s is not a number.")
    if realised < 0 or planned <= 0:
        return Fault(
            "ratio", "%(node)s: planned must be above 0 and realised at least 0; leave blank what was not planned."
        )
    return _banded(kind.bands, Fraction(realised) / Fraction(planned) * 100)


def _banded(bands: tuple[Band, ...], quantity: Decimal | Fraction) -> Decimal | Fault:
    if quantity >= bands[0].start:
        for band in bands:
            if band.end is None or quantity < band.end:
                return band.value
        if quantity == bands[-1].end:
            return bands[-1].value
    return Fault("outside-bands", "The quantity of %(node)s lies outside all bands of the instrument.")
