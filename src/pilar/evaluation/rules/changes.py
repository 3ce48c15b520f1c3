"""Decompose a final's change on the year before by cause, and tell if a figure moved after a recommendation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from pilar import index
from pilar.evaluation.rules.computing import stored_answers
from pilar.evaluation.rules.engine import asked
from pilar.evaluation.rules.reports import shown_nodes
from pilar.index.change import (
    Change,
    PublishedChange,
    PublishedYear,
    RankChange,
    explain_change,
    explain_published,
    rank_changes,
)
from pilar.index.remarks import Remark
from pilar.platform.errors import Faults
from pilar.platform.language import N_

WRITTEN = 4
"""Decimals of a part as it is written; Pilar adds exact fractions."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A stored result of one year: the instrument it was computed by, and exact scores by node as text."""

    instrument: index.Instrument
    scores: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OwnPart:
    """The contribution of the scores at and below one node to the change, exact. ``depth`` is 0 for a dimension."""

    code: str
    depth: int
    is_leaf: bool
    value: Fraction


@dataclass(frozen=True, slots=True)
class Split:
    """A change divided without rest. ``parts`` stand in the order of the tree; those of depth 0 and ``elsewhere`` sum
    to the own performance. ``elsewhere``: own performance at nodes that only the older instrument has.
    """

    change: Change
    parts: tuple[OwnPart, ...]
    elsewhere: Fraction


def split(before: Scored, after: Scored, *, indicators: bool) -> Split:
    """Divide the change between two stored results that both have a final; ``indicators``: single ones too.

    Raises Faults where the stored scores cannot be scored again.
    """
    change = asked(
        lambda: explain_change(
            (before.instrument, stored_answers(before.instrument, before.scores)),
            (after.instrument, stored_answers(after.instrument, after.scores)),
        )
    )
    tree = after.instrument
    shown = tree.nodes[1:] if indicators else shown_nodes(tree)
    parts = tuple(
        OwnPart(node.code, sum(1 for _ in tree.ancestors(node.code)) - 1, node.is_leaf, change.below(node.code))
        for node in shown
    )
    named = sum((part.value for part in parts if part.depth == 0), Fraction(0))
    return Split(change, parts, change.own - named)


def printed_split(before: PublishedYear, after: PublishedYear) -> PublishedChange | None:
    """Divide a change as far as printed figures allow; None where they do not fit the instruments."""
    try:
        return asked(lambda: explain_published(before, after))
    except Faults:
        return None


def printed_nodes(instrument: index.Instrument, scores: Mapping[str, Fraction | Decimal]) -> dict[str, Decimal]:
    """The scores of the dimensions as they are printed."""
    return {
        child.code: index.round_published(scores[child.code], instrument.decimals, instrument.rounding)
        for child in instrument.root.children
        if child.code in scores
    }


def rank_split(
    before: Mapping[str, Fraction], after: Mapping[str, Fraction], region: str, ties: index.Ties
) -> RankChange | None:
    """A region's change of rank among those of both years, by exact finals; None where one year has none of it."""
    return rank_changes(before, after, ties, of=[region])[region]


def lists_codes(remark: Remark, field: str) -> tuple[str, ...]:
    """The codes of nodes in a field of a remark, for anyone who writes titles in their place."""
    return tuple(str(remark.fields[field]).split(", ")) if field in remark.fields else ()


def written(value: Fraction) -> Decimal:
    """A part as it is written: four decimals, without zeros at the end."""
    return Decimal(index.decimal_text(index.round_published(value, WRITTEN)))


class Movement(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    UNCHANGED = "unchanged"
    NOT_BEFORE = "not-before"
    NOT_SINCE = "not-since"
    UNLIKE = "unlike"


MOVEMENT_NAMES = {
    Movement.BETTER: (N_("Moved: better"), "positive"),
    Movement.WORSE: (N_("Moved: worse"), "negative"),
    Movement.UNCHANGED: (N_("Did not move"), "caution"),
    Movement.NOT_BEFORE: (N_("Not known before"), "neutral"),
    Movement.NOT_SINCE: (N_("Nothing known since"), "neutral"),
    Movement.UNLIKE: (N_("Not comparable: counted in another way since"), "neutral"),
}
"""The name of each, and the tone in which it is shown."""
YEARS = 3
"""The evaluations of so many years, the newest with recommendations among them."""


@dataclass(frozen=True, slots=True)
class Known:
    """A value, the last day that it is about, and that day's period in words."""

    value: Decimal
    until: date
    period: str


def movement(before: Known | None, after: Known | None, *, rising: bool, alike: bool = True) -> Movement:
    """Return how a figure moved; ``rising``: higher is better; ``alike``: both were counted in the same way."""
    if after is None:
        return Movement.NOT_SINCE
    if before is None:
        return Movement.NOT_BEFORE
    if not alike:
        return Movement.UNLIKE
    if before.value == after.value:
        return Movement.UNCHANGED
    return Movement.BETTER if (after.value > before.value) is rising else Movement.WORSE


def wanted_years(years: set[int]) -> set[int]:
    """The years of evaluations that are shown."""
    return {year for year in years if year > max(years) - YEARS}
