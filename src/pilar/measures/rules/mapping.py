"""Mapping of a data portal's file: the columns of period and value, and the measure of each series.

A mapping is data, confirmed by a person and kept in versions for the region; the next file of the same source is read
by it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from enum import StrEnum
from typing import Any, Self

from pilar.measures.rules.reports import MAX_REASON
from pilar.platform.errors import Fault
from pilar.platform.language import N_
from pilar.platform.tables import shown

MAX_SERIES = 500
"""That a mapping tells of; the others of a file are left out by a condition."""
MAX_COLUMNS = 60
MAX_CELL = 200
MAX_TITLE = 200
MAX_LABEL = 300
ONE = Decimal(1)
_NUMBER = re.compile(r"[+-]?\d{1,20}(?:([.,])\d{1,20})?(?:[eE][+-]?\d{1,2})?", re.ASCII)
_FACTOR = re.compile(r"-?\d{1,12}(?:[.,]\d{1,12})?", re.ASCII)
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity)", re.IGNORECASE)


class Part(StrEnum):
    """The part that a column plays."""

    PERIOD = "period"
    VALUE = "value"
    SERIES = "series"
    """Tells one series from another, such as the kind of permit or the area."""
    LEFT_OUT = "-"


PART_NAMES = {
    Part.PERIOD: N_("period"),
    Part.VALUE: N_("value"),
    Part.SERIES: N_("tells series apart"),
    Part.LEFT_OUT: N_("(leave out)"),
}

Series = tuple[str, ...]
"""A series of a file: the key of the column with its values, then what the columns say that tell series apart."""


@dataclass(frozen=True, slots=True)
class Meant:
    """The measure that a series is, by its code, empty for none; each value counts ``factor`` of the measure's unit."""

    measure: str
    factor: Decimal = ONE


@dataclass(frozen=True, slots=True)
class SeriesMapping:
    """A mapping: what each column is, by its key; ``only``: what a column has to say for a row to count; ``comma``:
    numbers have a decimal comma; ``reason``: why values that are reported already are corrected, empty: they are not.
    """

    parts: Mapping[str, Part]
    only: Mapping[str, str] = field(default_factory=dict)
    comma: bool = False
    reason: str = ""
    series: Mapping[Series, Meant] = field(default_factory=dict)

    def of(self, part: Part) -> tuple[str, ...]:
        """The keys of the columns that are ``part``, in the order of their names."""
        return tuple(sorted(key for key, meant in self.parts.items() if meant is part))

    @property
    def frame(self) -> tuple[Any, ...]:
        """All but the series."""
        return dict(self.parts), dict(self.only), self.comma, self.reason

    def label(self, series: Series) -> str:
        """A series in words: ``nilai; jenis: izin usaha``."""
        value, *said = series
        told = [value, *(f"{key}: {text}" for key, text in zip(self.of(Part.SERIES), said, strict=False))]
        return shown("; ".join(told), MAX_LABEL)

    def content(self) -> dict[str, Any]:
        """Fit for JSON."""
        return {
            "parts": {key: part.value for key, part in self.parts.items()},
            "only": dict(self.only),
            "comma": self.comma,
            "reason": self.reason,
            "series": [[list(series), meant.measure, f"{meant.factor:f}"] for series, meant in self.series.items()],
        }

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        """A mapping from its content."""
        return cls(
            {key: Part(part) for key, part in content["parts"].items()},
            content["only"],
            content["comma"],
            content["reason"],
            {tuple(series): Meant(code, Decimal(factor)) for series, code, factor in content["series"]},
        )


def faults_of(given: SeriesMapping) -> list[Fault]:
    """Return why a mapping cannot be kept."""
    return list(_faults(given))


def _faults(given: SeriesMapping) -> Iterator[Fault]:
    if len(given.of(Part.PERIOD)) not in (1, 2):
        sentence = N_("Say of one column that it is the period, or of two: the year, and its month or quarter")
        yield Fault("one-period", sentence, {}, "parts")
    if not given.of(Part.VALUE):
        yield Fault("no-value-column", N_("Say of at least one column that it is the value"), {}, "parts")
    if len(given.parts) > MAX_COLUMNS or len(given.only) > MAX_COLUMNS:
        sentence = N_("A file of a data portal has at most %(most)s columns")
        yield Fault("too-many-columns", sentence, {"most": MAX_COLUMNS}, "parts")
    if len(given.series) > MAX_SERIES:
        sentence = N_("At most %(most)s series are told of; leave rows out by what a column has to say")
        yield Fault("too-many-series", sentence, {"most": MAX_SERIES}, "series")
    if not any(meant.measure for meant in given.series.values()):
        yield Fault("no-series", N_("Say of at least one series which measure it is"), {}, "series")
    if any(not meant.factor for meant in given.series.values()):
        yield Fault("no-factor", N_("Nothing can be counted by the factor 0"), {}, "series")
    if len(given.reason) > MAX_REASON:
        yield Fault("too-long", N_("At most %(most)s characters"), {"most": MAX_REASON}, "reason")
    words = [given.reason, *given.parts, *given.only.values(), *(cell for parts in given.series for cell in parts)]
    if any(not word.isprintable() for word in words):
        yield Fault("unprintable", N_("There is a character in it that cannot be shown"), {}, "parts")
    if any(len(word) > MAX_LABEL for word in words[1:]):
        yield Fault("too-long", N_("At most %(most)s characters"), {"most": MAX_LABEL}, "parts")


def faults_of_measures(
    given: SeriesMapping, before: SeriesMapping | None, *, reported: Collection[str], others: Collection[str]
) -> list[Fault]:
    """Return why somebody who reports the measures ``reported`` may not say this: what has been said stays of the
    measures that ``others`` report. A measure that has ended belongs to no office.

    ``before``: the version that holds now.
    """
    said = dict(before.series) if before else {}
    kept = kept_of_others(before, others)
    if before is not None and kept and given.frame != before.frame:
        sentence = N_(
            "Another office reads its measures by this mapping too: its columns and conditions stay as they are. Save "
            "the file under another name for a mapping of your own"
        )
        return [Fault("mapping-of-others", sentence, {}, "parts")]
    if any(given.series.get(series) != meant for series, meant in kept.items()):
        return [
            Fault("series-of-others", N_("What another office has said of its series stays as it is"), {}, "series")
        ]
    new = [meant.measure for series, meant in given.series.items() if meant.measure and said.get(series) != meant]
    unknown = next((code for code in new if code not in reported), None)
    if unknown is not None:
        sentence = N_("There is no measure “%(given)s” for you to report")
        return [Fault("unknown-measure", sentence, {"given": shown(unknown)}, "series")]
    return []


def read_factor(text: str) -> Decimal | Fault:
    """The factor that a person has typed, exactly; 1 for nothing."""
    given = text.strip()
    if not given:
        return ONE
    if not _FACTOR.fullmatch(given):
        sentence = N_("“%(given)s” is no factor: write a number such as 1000 or 0,001, without separators of thousands")
        return Fault("no-factor", sentence, {"given": shown(given)}, "series")
    return Decimal(given.replace(",", "."))


def read_exactly(text: str, *, comma: bool = False) -> Decimal | Fault:
    """The number in a cell that a program has written, digit by digit; a fault at ``value``."""
    given = text.strip()
    match = _NUMBER.fullmatch(given)
    if match and match[1] in (None, "," if comma else "."):
        return Decimal(given.replace(",", "."))
    if _NOT_FINITE.fullmatch(given):
        sentence = N_("“%(given)s” is no number: a period without a value is left blank")
    elif comma:
        sentence = N_("“%(given)s” is no number with a decimal comma and without separators of thousands")
    else:
        sentence = N_("“%(given)s” is no number with a decimal point and without separators of thousands")
    return Fault("no-plain-number", sentence, {"given": shown(given)}, "value")


def counted(value: Decimal, factor: Decimal) -> Decimal:
    """A value in the unit of its measure, exactly."""
    with localcontext() as exact:
        exact.prec = 200
        return value if factor == ONE else (value * factor).normalize()


def kept_of_others(before: SeriesMapping | None, others: Collection[str]) -> Mapping[Series, Meant]:
    """Return what a mapping says of the series whose measures ``others`` report."""
    said = before.series if before else {}
    return {series: meant for series, meant in said.items() if meant.measure in others}


def faults_of_removing(mapping: SeriesMapping, others: Collection[str]) -> list[Fault]:
    """Return why a mapping cannot be removed by somebody while ``others`` report measures of it, too."""
    codes = sorted({meant.measure for meant in kept_of_others(mapping, others).values()})
    if not codes:
        return []
    sentence = N_(
        "Another office reads %(measures)s by this mapping: the coordinator of the region can remove it, or leave your "
        "own series out of it"
    )
    return [Fault("removes-of-others", sentence, {"measures": ", ".join(codes)})]


def titles_alike(series: Series, measures: Sequence[tuple[str, str]]) -> str:
    """The code of the one measure that a series seems to be: it is called as its column or as what tells it apart.

    ``measures``: code and folded title.
    """
    codes = {code for code, title in measures for word in series if word in (code, title, code.replace("-", " "))}
    return codes.pop() if len(codes) == 1 else ""
