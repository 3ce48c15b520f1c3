"""What the files of data portals mean in a region, and where values came from that were read by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pilar.measures.models import MappedValue, Measure, SourceMapping
from pilar.measures.queries.rows import MeasureRow
from pilar.measures.queries.scoping import readable
from pilar.measures.rules.authority import AUTHORITY, Action, may
from pilar.measures.rules.mapping import SeriesMapping
from pilar.measures.rules.periods import Period
from pilar.people.queries import within
from pilar.people.rules import Standing
from pilar.platform.tables import folded


@dataclass(frozen=True, slots=True)
class MappingRow:
    """The version of a mapping that holds, and who has confirmed it."""

    key: int
    number: int
    title: str
    mapping: SeriesMapping
    confirmed_by: str
    confirmed_at: datetime


@dataclass(frozen=True, slots=True)
class MappedFrom:
    """Where a value came from: file, series and row, and the version of the mapping by which it was read."""

    number: int
    file: str
    series: str
    row: int
    mapping: str
    version: int


def mapping_of(region: str, shape: str) -> MappingRow | None:
    """What the files of a source mean in a region; None while nobody has said so. Who has a file at hand, which alone
    tells its shape, may read it."""
    row = SourceMapping.objects.filter(region=region, shape=shape).order_by("-number").first()
    if row is None:
        return None
    mapping = SeriesMapping.from_content(row.content)
    return MappingRow(row.pk, row.number, row.title, mapping, str(row.confirmed_by), row.confirmed_at)


def reported_codes(region: str, *, scope: Standing) -> frozenset[str]:
    """The codes of the measures of a region that ``scope`` reports."""
    return frozenset(_reported(region, scope))


def reported_titles(region: str, *, scope: Standing) -> tuple[tuple[str, str], ...]:
    """Codes and titles of the measures of a region that ``scope`` reports by form or file, by code."""
    return tuple(_reported(region, scope).items())


def mapped_from(row: MeasureRow, period: Period, *, scope: Standing) -> tuple[MappedFrom, ...]:
    """Where the values of a period came from that were read from files of a data portal, the newest first.

    Nothing for who reads the measure only because it is public. One query.
    """
    if not may(scope, Action.READ, row.case):
        return ()
    rows = MappedValue.objects.filter(measure=row.key, starts_on=period.start).select_related("file__mapping")
    return tuple(
        MappedFrom(one.number, one.file.name, one.series, one.row, one.file.mapping.title, one.file.mapping.number)
        for one in rows.order_by("-number")
    )


def titles_folded(titles: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """Codes and titles as headings are compared."""
    return [(code, folded(title)) for code, title in titles]


def _reported(region: str, scope: Standing) -> Mapping[str, str]:
    reach = AUTHORITY.extent(scope, Action.REPORT)
    if not reach.touched:
        return {}
    rows = Measure.objects.filter(readable(scope), within(reach, office="office"), region=region, ends_on=None)
    rows = rows.exclude(source__built_in=True).prefetch_related("definitions").order_by("code")
    return {row.code: max(row.definitions.all(), key=lambda one: one.number).title_id for row in rows}
