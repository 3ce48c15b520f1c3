"""The change on last year as pages show it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from pilar import index
from pilar.evaluation.pages.rank_figures import in_brackets
from pilar.evaluation.queries.changes import FinalChange, RankMove
from pilar.evaluation.queries.changes_told import ROUNDING, causes, printed_lines, printed_rest, remarks
from pilar.evaluation.rules.changes import written
from pilar.evaluation.rules.reports import ranked
from pilar.platform.language import translate

PLACES = 2
"""Decimals of a part of a rank."""


@dataclass(frozen=True)
class Line:
    """One part; without a ``value`` it lies from ``lowest`` to ``highest``, where these are known."""

    title: str
    value: Decimal | None
    depth: int = 0
    lowest: Decimal | None = None
    highest: Decimal | None = None
    strong: bool = False

    @property
    def indent(self) -> str:
        return "· " * self.depth


@dataclass(frozen=True)
class RankLine:
    """A change of rank, each rank with its interval in brackets; parts below 0 are places won."""

    title: str
    before: str
    after: str
    own: Decimal
    others: Decimal
    company: Decimal
    total: int


@dataclass(frozen=True)
class ShownChange:
    """``lines`` sum to the last one of ``sums``. ``lists`` name parts that the two years do not share."""

    year: int | None
    improvement: Decimal | None
    lines: tuple[Line, ...]
    sums: tuple[Line, ...]
    ranks: tuple[RankLine, ...]
    basis: str
    remarks: tuple[str, ...]
    lists: tuple[tuple[str, str], ...]
    indicators: bool
    printed: bool

    @property
    def known(self) -> tuple[Line, ...]:
        """The parts that have a value."""
        return tuple(line for line in self.lines if line.value is not None)

    @property
    def between(self) -> tuple[Line, ...]:
        """Those of which only the ends are known, between which they lie."""
        return tuple(line for line in self.lines if line.value is None)


def shown(change: FinalChange) -> ShownChange:
    """The change in the reader's language."""
    said = (change.unknown.sentence,) if change.unknown is not None else remarks(change)
    return ShownChange(
        year=change.year,
        improvement=change.improvement,
        lines=tuple(_lines(change)),
        sums=tuple(_sums(change)),
        ranks=tuple(_rank(move) for move in change.ranks),
        basis=next((in_brackets(rank.after) for rank in change.ranks if rank.after is not None), ""),
        remarks=said,
        lists=tuple(_lists(change)),
        indicators=change.indicators,
        printed=change.printed is not None,
    )


def _lines(change: FinalChange) -> Iterator[Line]:
    for part in change.parts:
        yield Line(str(change.title(part.code)), written(part.value), part.depth, strong=part.depth == 0)
    for title, value in causes(change):
        yield Line(title, written(value), strong=True)
    for line in printed_lines(change):
        yield Line(line.title, line.value, lowest=line.lowest, highest=line.highest, strong=True)


def _sums(change: FinalChange) -> Iterator[Line]:
    if change.split is not None:
        split_change = change.split.change
        yield Line(_("Change of the unrounded final"), written(split_change.total))
        yield Line(translate(ROUNDING), written(split_change.rounding))
    rest = printed_rest(change)
    if rest is not None:
        yield Line(*rest)
    if change.split is not None or change.printed is not None:
        yield Line(_("Improvement, from the printed finals"), change.improvement)


def _rank(move: RankMove) -> RankLine:
    change = move.change
    titles = {"group": _("In its group"), "nation": _("Nationally")}
    own, others, company = (_places(part) for part in (change.own, change.others, change.company))
    before, after = ranked(change.before, move.before), ranked(change.after, move.after)
    return RankLine(titles[move.within], before, after, own, others, company, change.after - change.before)


def _places(value: Fraction) -> Decimal:
    return Decimal(index.decimal_text(index.round_published(value, PLACES)))


def _lists(change: FinalChange) -> Iterator[tuple[str, str]]:
    """Only for anyone who is told of single indicators."""
    if change.split is None or not change.indicators:
        return
    split_change = change.split.change
    lists = {
        _("New in the instrument"): split_change.added,
        _("No longer in the instrument"): split_change.removed,
        _("Moved to another place"): split_change.moved,
        _("Answered then, blank now"): split_change.now_blank,
        _("Blank then, answered now"): split_change.no_longer_blank,
    }
    for title, codes in lists.items():
        if codes:
            yield title, ", ".join(str(change.title(code)) for code in codes)
