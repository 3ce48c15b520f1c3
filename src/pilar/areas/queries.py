"""Reads of areas and offices.

Areas are a public code list and take no scope. Offices do: closed ones are for those who manage them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, Q, QuerySet

from pilar.areas import models, reference, rules
from pilar.areas.models import District, Office, Province, Region, RegionFigure, Village
from pilar.areas.rules import (
    FIGURE_NAMES,
    FISCAL_CLASSES,
    MANAGE_OFFICES,
    AreaKind,
    FigureKind,
    GivenFigure,
    RegionKind,
    UnknownRegion,
)
from pilar.platform.actors import Authority
from pilar.platform.calendar import Decree, Holiday, Leave, WorkingDays
from pilar.platform.language import Bilingual, reader_language, translate
from pilar.platform.paging import paged
from pilar.platform.writing import in_words


@dataclass(frozen=True, slots=True)
class ProvinceRow:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A regency or city; ``ended`` says that newer reference data no longer has it."""

    code: str
    name: str
    kind: RegionKind
    province_code: str
    province: str
    ended: bool


@dataclass(frozen=True, slots=True)
class DistrictRow:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class VillageRow:
    code: str
    name: str
    kind: AreaKind
    district: str


@dataclass(frozen=True, slots=True)
class OfficeRow:
    key: int
    region_code: str
    name: str
    abbreviation: str
    closed: bool


def provinces() -> tuple[ProvinceRow, ...]:
    """All provinces, by code."""
    return tuple(ProvinceRow(row.code, row.name) for row in Province.objects.filter(ended_at=None))


def province_names(*, region: str = "", codes: Collection[str] = ()) -> Mapping[str, str]:
    """Names of provinces by code (``platform.units``); a region has none below it."""
    rows = Province.objects.filter(pk__in=codes) if codes else Province.objects.filter(ended_at=None)
    return {} if region else dict(rows.order_by("name").values_list("code", "name"))


def regions(*, search: str = "", province: str = "") -> tuple[RegionRow, ...]:
    """Regencies and cities by code; ``search`` is words of the name in any order, or the beginning of a code."""
    rows = _regions().filter(ended_at=None)
    if province:
        rows = rows.filter(province=province)
    if search[:2].isdigit():
        rows = rows.filter(code__startswith=search)
    else:
        for word in search.replace(".", " ").split():
            rows = rows.filter(name__icontains=word)
    return tuple(_region_row(row) for row in rows)


def region(code: str) -> RegionRow:
    """One region, also an ended one; raises :class:`UnknownRegion`."""
    row = _regions().filter(code=code).first()
    if row is None:
        raise UnknownRegion(given=code, nearest="")
    return _region_row(row)


def districts(region_code: str) -> tuple[DistrictRow, ...]:
    """Districts (kecamatan) of a region, by code."""
    rows = District.objects.filter(region=region_code, ended_at=None)
    return tuple(DistrictRow(row.code, row.name) for row in rows)


def villages(region_code: str) -> tuple[VillageRow, ...]:
    """Villages and urban wards (desa, kelurahan, desa adat) of a region, by code."""
    rows = Village.objects.filter(district__region=region_code, ended_at=None).select_related("district")
    return tuple(VillageRow(row.code, row.name, row.kind, row.district.name) for row in rows)


def district_names(*, region: str = "", codes: Collection[str] = ()) -> dict[str, str]:
    """Names of the districts of a region, or of those with these codes (also ended ones), by code."""
    return dict(District.objects.filter(_named(region, "region", codes)).values_list("code", "name"))


def village_names(*, region: str = "", codes: Collection[str] = ()) -> dict[str, str]:
    """As :func:`district_names` of villages and urban wards, each with its district."""
    rows = Village.objects.filter(_named(region, "district__region", codes))
    return {code: f"{name}, {district}" for code, name, district in rows.values_list("code", "name", "district__name")}


def _named(region: str, path: str, codes: Collection[str]) -> Q:
    return Q(**{path: region}, ended_at=None) if region else Q(code__in=codes)


def village_counts() -> dict[str, int]:
    """The number of villages and urban wards of every region that has any, by its code. One query."""
    rows = Village.objects.filter(ended_at=None).order_by().values_list("district__region")
    return dict(rows.annotate(Count("pk")))


def offices(region_code: str, *, scope: Authority) -> tuple[OfficeRow, ...]:
    """Offices of a region, by name; closed ones only for a reader who manages the region's offices."""
    rows = Office.objects.filter(region=region_code)
    if not scope.may(MANAGE_OFFICES, area=region_code):
        rows = rows.filter(closed_at=None)
    return tuple(
        OfficeRow(row.pk, row.region_id, row.name, row.abbreviation, row.closed_at is not None) for row in rows
    )


def office_counts() -> dict[str, int]:
    """Return how many offices that are not closed each region has; regions without one are left out. One query."""
    rows = Office.objects.filter(closed_at=None).order_by().values_list("region")
    return dict(rows.annotate(Count("pk")))


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A dated figure of a region: who brought it in, from which source; ``value`` None takes back the one before."""

    region: str
    kind: FigureKind
    year: int
    number: int
    value: Decimal | None
    source: str
    address: str
    entered_by: str
    entered_at: datetime

    @property
    def name(self) -> str:
        """The name of the figure in the reader's language."""
        return translate(FIGURE_NAMES[self.kind])

    @property
    def said(self) -> str:
        """The value as people read it; empty for none."""
        if self.value is None:
            return ""
        if self.kind is FigureKind.FISCAL_CLASS:
            return translate(FISCAL_CLASSES[int(self.value) - 1])
        return str(in_words(self.value, reader_language()))

    def says(self, given: GivenFigure) -> bool:
        """Return whether bringing it in again would change nothing."""
        if given.value is None:
            return self.value is None
        said = (given.value, given.source.strip(), given.address.strip())
        return (self.value, self.source, self.address) == said


@dataclass(frozen=True, slots=True)
class FiguredRegion:
    """A region with its newest figure of each kind; a kind of which there is none is left out."""

    region: RegionRow
    figures: Mapping[FigureKind, FigureRow]

    @property
    def told(self) -> tuple[FigureRow, ...]:
        """The figures by their kinds."""
        return tuple(self.figures.values())


Place = tuple[str, FigureKind, int]
"""Region, kind and year of a figure."""


def standing_figures(*, regions: Collection[str] | None = None) -> dict[Place, FigureRow]:
    """Return the latest figure of each kind and year, including withdrawals, of some regions or of all. One query."""
    rows = RegionFigure.objects.order_by("region_id", "kind", "year", "-number").distinct("region_id", "kind", "year")
    if regions is not None:
        rows = rows.filter(region__in=regions)
    rows_read = (_figure(row) for row in rows)
    return {(figure.region, figure.kind, figure.year): figure for figure in rows_read}


def newest_figures(
    *, regions: Collection[str] | None = None, until: int | None = None
) -> dict[str, dict[FigureKind, FigureRow]]:
    """The newest figure of each kind, none of a year after ``until``, by region. One query."""
    newest: dict[str, dict[FigureKind, FigureRow]] = {}
    for (region, kind, year), row in standing_figures(regions=regions).items():
        if row.value is not None and (until is None or year <= until):
            newest.setdefault(region, {})[kind] = row
    return newest


def figured_regions(
    *, search: str = "", province: str = "", page: int | str = 1, size: int | None = 50
) -> Page[FiguredRegion]:
    """Regions by code, each with its newest figures; see :func:`regions`. Three queries."""

    def made(rows: Sequence[RegionRow]) -> list[FiguredRegion]:
        figures = newest_figures(regions={row.code for row in rows})
        return [FiguredRegion(row, figures.get(row.code, {})) for row in rows]

    return paged(regions(search=search, province=province), made, page=page, size=size)


def figures_of(region_code: str) -> tuple[FigureRow, ...]:
    """All that was ever brought in of a region: by kind, the newest year and number first."""
    rows = RegionFigure.objects.filter(region=region_code).order_by("kind", "-year", "-number")
    return tuple(map(_figure, rows))


def newest_recorded() -> tuple[int, datetime | None]:
    """The key of the figure that was brought in last, and when; 0 and None before the first. One query."""
    return RegionFigure.objects.order_by("-pk").values_list("pk", "entered_at").first() or (0, None)


def _figure(row: RegionFigure) -> FigureRow:
    value = None if row.value is None else _short(row.value)
    return FigureRow(
        row.region_id, FigureKind(row.kind), row.year, row.number, value, row.source, row.address,
        row.entered_by_name, row.entered_at,
    )  # fmt: skip


def _short(value: Decimal) -> Decimal:
    """The value without the zeros at its end."""
    return value.to_integral_value() if value == value.to_integral_value() else value.normalize()


def holidays() -> tuple[Holiday, ...]:
    """All days off with the decrees that say so, in their order; those of the file until they are loaded. One query."""
    return _holidays(_stored_days()) or reference.calendar().holidays


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day off as the list shows it; ``key`` is 0 for one of the file that no table holds yet."""

    key: int
    holiday: Holiday
    entered: bool = False


def days_off(area: str, year: int) -> tuple[DayOff, ...]:
    """The days off of a year in a region, of the nation and its own, also those that were taken back."""
    rows = models.Holiday.objects.filter(day__year=year, decree__area__in=("", area[:2], area))
    return _days_off(rows) or tuple(
        DayOff(0, holiday) for holiday in reference.calendar().holidays if holiday.day.year == year
    )


def day_off(key: int) -> DayOff | None:
    """A day off by its key."""
    return next(iter(_days_off(models.Holiday.objects.filter(pk=key))), None)


def _days_off(rows: QuerySet[models.Holiday]) -> tuple[DayOff, ...]:
    return tuple(DayOff(key, _holiday(row), entered) for key, entered, *row in rows.values_list("pk", "entered", *_DAY))


def working_days(area: str = "", *, leave: Leave = Leave.OFF, known: date | None = None) -> WorkingDays:
    """The calendar of a province or region (``36.03``), with what holds for the nation; empty is the nation alone."""
    weekend = reference.calendar().weekend
    if stored := _stored_days():
        return _working_days(stored, weekend, area, leave, known)
    return rules.working_days(reference.calendar().holidays, weekend, area=area, leave=leave, known=known)


_DECREE = ("number", "made_on", "source", "sets", "area")
_DAY = (
    "day", "name_id", "name_en", "joint_leave",
    *(f"{of}__{name}" for of in ("decree", "dropped_by") for name in _DECREE),
)  # fmt: skip
Stored = tuple[tuple[Any, ...], ...]


def _stored_days() -> Stored:
    return tuple(models.Holiday.objects.values_list(*_DAY))


@lru_cache(maxsize=4)
def _holidays(stored: Stored) -> tuple[Holiday, ...]:
    """Asked many times between two changes of the rows, which come from the database each time."""
    return tuple(_holiday(row) for row in stored)


def _holiday(row: Sequence[Any]) -> Holiday:
    (day, *names, leave), of = row[:4], row[4:]
    return Holiday(day, Bilingual(*names), Decree(*of[:5]), leave, Decree(*of[5:]) if of[5] else None)


@lru_cache(maxsize=32)
def _working_days(
    stored: Stored, weekend: tuple[int, ...], area: str, leave: Leave, known: date | None
) -> WorkingDays:  # fmt: skip
    return rules.working_days(_holidays(stored), weekend, area=area, leave=leave, known=known)


def _regions() -> QuerySet[Region]:
    return Region.objects.select_related("province")


def _region_row(row: Region) -> RegionRow:
    return RegionRow(row.code, row.name, row.kind, row.province_id, row.province.name, ended=row.ended_at is not None)
