"""Read the data portal mappings of a region, and the source of values taken over by them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max

from pilar.measures.models import MappedFile, MappedValue, Measure, SourceMapping
from pilar.measures.queries.rows import MeasureRow, said
from pilar.measures.queries.scoping import readable
from pilar.measures.rules.authority import AUTHORITY, Action, Case, may, reports_in
from pilar.measures.rules.definitions import Wording
from pilar.measures.rules.mapping import SeriesMapping
from pilar.measures.rules.periods import Period
from pilar.people.queries import within
from pilar.people.rules import NotFound, Standing, existing
from pilar.platform.tables import folded


@dataclass(frozen=True, slots=True)
class MappingRow:
    """The version of a mapping that holds, and who has confirmed it."""

    key: int
    shape: str
    number: int
    title: str
    mapping: SeriesMapping
    confirmed_by: str
    confirmed_at: datetime

    @property
    def measures(self) -> tuple[str, ...]:
        """The codes of the measures that are read by it."""
        return tuple(sorted({meant.measure for meant in self.mapping.series.values()} - {""}))


@dataclass(frozen=True, slots=True)
class KeptMapping:
    """A mapping of a region, how many files were taken over by it or by a version before, and when the last one."""

    region: str
    row: MappingRow
    files: int
    taken_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReportedMeasure:
    """A measure that somebody reports: its code, title and unit."""

    code: str
    title: Wording
    unit: Wording

    @property
    def named(self) -> str:
        """As it is chosen among others, with the unit in which it counts."""
        return f"{said(self.title)} ({self.code}), {said(self.unit)}"


@dataclass(frozen=True, slots=True)
class MappedFrom:
    """The origin of a value: file, series and row, and the version of the mapping by which it was read."""

    number: int
    file: str
    series: str
    row: int
    mapping: str
    version: int


def mapping_of(region: str, shape: str) -> MappingRow | None:
    """Return what the files of a source mean in a region; None while nobody has said so, or since it was removed. Who
    has a file at hand, which alone tells its shape, may read it."""
    row = newest_of(region, shape)
    return None if row is None or row.removed else _row(row)


def newest_of(region: str, shape: str) -> SourceMapping | None:
    """The newest version of a mapping, also one that says that it is removed. For the operations."""
    return SourceMapping.objects.filter(region=region, shape=shape).order_by("-number").first()


def mappings(region: str, *, scope: Standing) -> tuple[KeptMapping, ...]:
    """The mappings of a region by title; raises :class:`NotFound` unless ``scope`` reads there by a role. Two
    queries."""
    if not may(scope, Action.READ, Case(region)):
        raise NotFound
    newest = SourceMapping.objects.filter(region=region).order_by("shape", "-number").distinct("shape")
    taken = MappedFile.objects.filter(mapping__region=region).order_by().values_list("mapping__shape")
    files = {shape: taken_of for shape, *taken_of in taken.annotate(Count("pk"), Max("taken_at"))}
    rows = (KeptMapping(region, _row(row), *files.get(row.shape, (0, None))) for row in newest if not row.removed)
    return tuple(sorted(rows, key=lambda kept_mapping: (kept_mapping.row.title.casefold(), kept_mapping.row.shape)))


def mapping(region: str, shape: str, *, scope: Standing) -> KeptMapping:
    """One of :func:`mappings`."""
    return existing(
        next((kept_mapping for kept_mapping in mappings(region, scope=scope) if kept_mapping.row.shape == shape), None)
    )


def was_removed(region: str, shape: str, *, scope: Standing) -> bool:
    """Return whether a mapping was removed, for anyone who reads those of the region."""
    row = newest_of(region, shape) if may(scope, Action.READ, Case(region)) else None
    return row is not None and row.removed


def removes(region: str, *, scope: Standing) -> bool:
    """Return whether ``scope`` may remove mappings of a region of which nobody else reads a measure."""
    return manages(region, scope=scope) or reports_in(scope, region)


def others_beside(region: str, *, scope: Standing) -> frozenset[str]:
    """The codes of measures whose series a mapping keeps if ``scope`` removes it: none for anyone who manages
    measures."""
    return frozenset() if manages(region, scope=scope) else codes_of_others(region, scope=scope)


def manages(region: str, *, scope: Standing) -> bool:
    """Return whether ``scope`` manages the measures of a region."""
    return may(scope, Action.MANAGE_MEASURES, Case(region))


def codes_of_others(region: str, *, scope: Standing) -> frozenset[str]:
    """The codes of the measures of a region that are reported by form or file and run, but not by ``scope``."""
    rows = Measure.objects.filter(region=region, ends_on=None).exclude(source__built_in=True).order_by()
    return frozenset(rows.values_list("code", flat=True)) - reported_codes(region, scope=scope)


def reported_codes(region: str, *, scope: Standing) -> frozenset[str]:
    """The codes of the measures of a region that ``scope`` reports."""
    return frozenset(_reported(region, scope))


def reported_titles(region: str, *, scope: Standing) -> tuple[ReportedMeasure, ...]:
    """The measures of a region that ``scope`` reports by form or file, by code."""
    return tuple(_reported(region, scope).values())


def mapped_from(row: MeasureRow, period: Period, *, scope: Standing) -> tuple[MappedFrom, ...]:
    """Return where the values of a period came from that were read from files of a data portal, the newest first.

    Nothing for anyone who reads the measure only because it is public. One query.
    """
    if not may(scope, Action.READ, row.case):
        return ()
    rows = MappedValue.objects.filter(measure=row.key, starts_on=period.start).select_related("file__mapping")
    return tuple(
        MappedFrom(
            value.number, value.file.name, value.series, value.row, value.file.mapping.title, value.file.mapping.number
        )
        for value in rows.order_by("-number")
    )


def titles_folded(measures: tuple[ReportedMeasure, ...]) -> list[tuple[str, str]]:
    """Codes and titles, in either language, as headings are compared."""
    return [
        (measure.code, folded(title)) for measure in measures for title in {measure.title.id, measure.title.en} if title
    ]


def _row(row: SourceMapping) -> MappingRow:
    mapping = SeriesMapping.from_content(row.content)
    return MappingRow(row.pk, row.shape, row.number, row.title, mapping, str(row.confirmed_by), row.confirmed_at)


def _reported(region: str, scope: Standing) -> Mapping[str, ReportedMeasure]:
    reach = AUTHORITY.extent(scope, Action.REPORT)
    if not reach.touched:
        return {}
    rows = Measure.objects.filter(readable(scope), within(reach, office="office"), region=region, ends_on=None)
    rows = rows.exclude(source__built_in=True).prefetch_related("definitions").order_by("code")
    newest = {row.code: max(row.definitions.all(), key=lambda row: row.number) for row in rows}
    return {
        code: ReportedMeasure(
            code, Wording(version.title_id, version.title_en), Wording(version.unit_id, version.unit_en)
        )
        for code, version in newest.items()
    }
