"""What the front page and the page about the method show, gathered from the rooms below."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pilar import index
from pilar.evaluation import queries
from pilar.evaluation.queries import Bilingual, GroupRow, InstrumentRow, Statement, YearRow
from pilar.platform.actors import Authority

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Leaders:
    """The highest finals published of one group, or of a year whose sources name none.

    ``regions`` counts the regions with a statement; a rank means nothing outside its group, so groups stay apart.
    """

    group: GroupRow | None
    regions: int
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Front:
    """``newest`` is None while nothing is published."""

    years: tuple[YearRow, ...]
    newest: YearRow | None
    leaders: tuple[Leaders, ...]


@dataclass(frozen=True, slots=True)
class Weighted:
    """A dimension of an instrument with its weight in per cent; ``meaning``: what it measures, where known."""

    title: Bilingual
    weight: Decimal
    meaning: Bilingual | None


@dataclass(frozen=True, slots=True)
class Method:
    """The instrument of the newest scored year: scale, dimensions, rounding."""

    row: InstrumentRow
    lowest: Decimal
    highest: Decimal
    decimals: int
    dimensions: tuple[Weighted, ...]


def front(*, scope: Authority) -> Front:
    """The newest year and who stands highest in each of its groups."""
    years = queries.years(scope=scope)
    newest = next((row for row in years if row.statements), None)
    if newest is None:
        return Front(years, None, ())
    groups = queries.coverage(newest.year, scope=scope).groups
    if groups:
        leaders = tuple(
            Leaders(one.group, one.regions, _highest(newest.year, one.group.code, scope))
            for one in groups
            if one.regions
        )
    else:
        leaders = (Leaders(None, newest.regions, _highest(newest.year, "", scope)),)
    return Front(years, newest, leaders)


def method(*, scope: Authority) -> Method | None:
    """How the newest scored year is scored; None while no instrument is loaded."""
    scored = queries.scoring_instruments(scope=scope)
    if not scored:
        return None
    row, instrument = scored[max(scored)]
    dimensions = tuple(
        Weighted(
            title=Bilingual(**node.title),
            weight=Decimal(index.decimal_text(share * 100)),
            meaning=None if node.meaning is None else Bilingual(**node.meaning.text),
        )
        for node, share in zip(instrument.root.children, instrument.root.shares, strict=True)
    )
    return Method(row, instrument.scale.minimum, instrument.scale.maximum, instrument.decimals, dimensions)


def _highest(year: int, group: str, scope: Authority) -> tuple[Statement, ...]:
    filters = queries.Filters(year=year, group=group)
    page = queries.results(filters, scope=scope, sort="-final", size=SHOWN)
    return tuple(one for one in page.object_list if one.final is not None)
