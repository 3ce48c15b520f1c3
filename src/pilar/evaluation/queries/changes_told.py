"""A change on last year in words: what remarks say with titles for codes, and the steps of a result sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pilar.design import numbers
from pilar.evaluation.queries.changes import Compared, FinalChange, NotKnown
from pilar.evaluation.rules.changes import lists_codes, written
from pilar.evaluation.rules.reports import ChangeExplained, ChangeStep
from pilar.index.remarks import Remark
from pilar.platform.language import N_, reader_language, translate

OWN_ELSEWHERE = N_("Own performance where only the earlier instrument has a part")
WEIGHTS = N_("Other weights")
MISSING = N_("Other answers left out, or another rule for them")
INSTRUMENT = N_("Another instrument: parts, means, scale or bands")
ROUNDING = N_("Rounding of the printed finals")
TOGETHER = N_("Parts that are not printed of the year before, together")
UNKNOWN_TOGETHER = N_("Parts that are not known singly, together")
PRINTED_ROUNDING = N_("Rounding of the printed figures")
NUMBERS = ("change", "part")


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A dimension's part of a printed change; without a ``value`` it lies from ``lowest`` to ``highest``."""

    title: str
    value: Decimal | None
    lowest: Decimal | None = None
    highest: Decimal | None = None


class Explanations(Mapping[str, ChangeExplained]):
    """The change of every region of a version as its sheet tells it, in the reader's language, when asked."""

    def __init__(self, compared: Compared) -> None:
        self._compared = compared

    def __getitem__(self, region: str) -> ChangeExplained:
        told = on_a_sheet(self._compared.change(region))
        if told is None:
            raise KeyError(region)
        return told

    def __iter__(self) -> Iterator[str]:
        return (region for region in self._compared.rows if region in self)

    def __len__(self) -> int:
        return sum(1 for _region in self)


def on_a_sheet(change: FinalChange) -> ChangeExplained | None:
    """The steps that sum to the printed improvement, and what is not known; None where nothing can have changed."""
    if change.unknown in (NotKnown.NO_PREVIOUS, NotKnown.NO_FINAL):
        return None
    if change.unknown is not None:
        return ChangeExplained((), change.unknown.sentence)
    said = " ".join(remarks(change))
    return ChangeExplained(tuple(ChangeStep(title, written(value)) for title, value in steps(change)), said)


def steps(change: FinalChange) -> Iterator[tuple[str, Fraction]]:
    """Title and part of each cause: every dimension, and of the other causes those that changed something.

    With both years in full they sum to the improvement of the printed finals, exactly.
    """
    if change.split is not None:
        split_change = change.split.change
        yield from ((str(change.title(part.code)), part.value) for part in change.parts if part.depth == 0)
        yield from ((title, part) for title, part in causes(change) if part)
        if split_change.rounding:
            yield translate(ROUNDING), split_change.rounding
    elif change.printed is not None:
        known = [part for part in change.printed.parts if part.part is not None]
        yield from ((str(change.title(part.code)), part.part) for part in known if part.part is not None)
        if change.printed.unknown:
            yield translate(TOGETHER), change.printed.unknown


def causes(change: FinalChange) -> tuple[tuple[str, Fraction], ...]:
    """Everything but own performance at this year's nodes, whether or not it changed anything."""
    if change.split is None:
        return ()
    split_change = change.split.change
    parts = [(WEIGHTS, split_change.weights), (MISSING, split_change.missing), (INSTRUMENT, split_change.instrument)]
    if change.split.elsewhere:
        parts.insert(0, (OWN_ELSEWHERE, change.split.elsewhere))
    return tuple((translate(title), part) for title, part in parts)


def printed_lines(change: FinalChange) -> Iterator[PrintedLine]:
    """Every dimension of a printed change, known or not."""
    for part in () if change.printed is None else change.printed.parts:
        title = str(change.title(part.code))
        if part.part is None:
            yield PrintedLine(title, None, written(part.lowest), written(part.highest))
        else:
            yield PrintedLine(title, written(part.part))


def printed_rest(change: FinalChange) -> tuple[str, Decimal] | None:
    """Return what the known parts of a printed change leave of it; None where that cannot be told."""
    published_change = change.printed
    if published_change is None or not published_change.parts or published_change.unknown is None:
        return None
    if published_change.unknown:
        return translate(UNKNOWN_TOGETHER), written(published_change.unknown)
    known = sum((part.part for part in published_change.parts if part.part is not None), Fraction(0))
    return translate(PRINTED_ROUNDING), written(Fraction(published_change.change) - known)


def remarks(change: FinalChange) -> tuple[str, ...]:
    """Return what must be known to read the parts, in the reader's language."""
    if change.split is not None:
        return tuple(_told(remark, change) for remark in change.split.change.remarks)
    return () if change.printed is None else tuple(_told(remark, change) for remark in change.printed.remarks)


def _told(remark: Remark, change: FinalChange) -> str:
    fields: dict[str, Any] = dict(remark.fields)
    for name in NUMBERS:
        if name in fields:
            fields[name] = numbers.signed(Decimal(str(fields[name])), reader_language())
    if "nodes" in fields:
        fields["nodes"] = ", ".join(str(change.title(code)) for code in lists_codes(remark, "nodes"))
    return translate(remark.sentence, **fields)
