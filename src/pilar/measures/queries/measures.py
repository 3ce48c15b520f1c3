"""Measures of a region, and one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from django.core.paginator import Page
from django.db.models import Count, Max, OuterRef, Prefetch, Q, QuerySet, Subquery

from pilar.areas.reference import today_in
from pilar.measures.models import Definition, Measure, Value
from pilar.measures.queries.rows import MeasureRow, is_built_in, schedule_of, versions_of
from pilar.measures.queries.scoping import knows_region, readable
from pilar.measures.rules.authority import AUTHORITY, Action
from pilar.measures.rules.definitions import CODE
from pilar.measures.rules.freshness import late_since
from pilar.measures.rules.periods import Period
from pilar.people.queries import within
from pilar.people.rules import NotFound, Standing, existing
from pilar.platform.paging import PAGE, paged

MAX_PAGE = 200


def measures(
    region: str,
    *,
    scope: Standing,
    now: datetime,
    search: str = "",
    office: int | None = None,
    page: int = 1,
    size: int | None = PAGE,
) -> Page[MeasureRow]:
    """The measures of a region that ``scope`` reads, by code; ``search`` is words of title or code.

    Raises :class:`NotFound` for a region of which ``scope`` reads nothing and may not know. Four queries, whatever
    there is.
    """
    if not is_known(region, scope=scope):
        raise NotFound
    rows = _rows(scope).filter(region=region)
    for word in search.split()[:10]:
        titled = Definition.objects.filter(Q(title_id__icontains=word) | Q(title_en__icontains=word), until=None)
        rows = rows.filter(Q(code__icontains=word) | Q(pk__in=titled.values("measure")))
    if office is not None:
        rows = rows.filter(office=office)
    today = today_in(region, now)
    return paged(rows, lambda rows: [_row(row, today) for row in rows], page=page, size=size)


def measure(region: str, code: str, *, scope: Standing, now: datetime) -> MeasureRow:
    """One measure; raises :class:`NotFound` also where ``scope`` may not know of it. Two queries."""
    row = existing(_rows(scope).filter(region=region, code=code).first() if CODE.fullmatch(code) else None)
    return _row(row, today_in(region, now))


def is_known(region: str, *, scope: Standing) -> bool:
    """Return whether ``scope`` reads a measure of a region, or may know of what it measures."""
    return knows_region(scope, region) or Measure.objects.filter(readable(scope), region=region).exists()


def measures_by_region(*, scope: Standing) -> Mapping[str, Mapping[str, int | date | None]]:
    """By region how many measures ``scope`` reads, and the begin of the newest period with a figure. One query."""
    rows = Measure.objects.filter(readable(scope)).order_by().values("region")
    counted = rows.annotate(count=Count("pk", distinct=True), newest=Max("values__starts_on"))
    return {row["region"]: {"count": row["count"], "newest": row["newest"]} for row in counted}


def measures_by_key(keys: Iterable[int], *, scope: Standing, now: datetime) -> dict[int, MeasureRow]:
    """The measures with these keys that ``scope`` reads. Two queries; for rooms above that bind to measures."""
    return {row.pk: _row(row, today_in(row.region_id, now)) for row in _rows(scope).filter(pk__in=set(keys))}


def measures_by_code(region: str, codes: Iterable[str], *, scope: Standing, now: datetime) -> dict[str, MeasureRow]:
    """The measures of a region with these codes that ``scope`` reads. Two queries, none without a code."""
    wanted = set(codes)
    if not wanted:
        return {}
    rows = _rows(scope).filter(region=region, code__in=wanted)
    today = today_in(region, now)
    return {row.code: _row(row, today) for row in rows}


def measures_to_report(*, scope: Standing, now: datetime) -> tuple[MeasureRow, ...]:
    """The measures whose values people report and ``scope`` may, by region and code. Two queries, none for most."""
    reach = AUTHORITY.extent(scope, Action.REPORT)
    if not reach.touched:
        return ()
    rows = _rows(scope).filter(within(reach, office="office"), source=None).order_by("region", "code")
    return tuple(_row(row, today_in(row.region_id, now)) for row in rows)


def _rows(scope: Standing) -> QuerySet[Measure]:
    newest = Value.objects.filter(measure=OuterRef("pk")).order_by("-starts_on", "-number")
    return (
        Measure.objects.filter(readable(scope))
        .select_related("region", "office", "source")
        .prefetch_related(Prefetch("definitions", Definition.objects.order_by("number")))
        .annotate(
            latest_start=Subquery(newest.values("starts_on")[:1]), latest_value=Subquery(newest.values("value")[:1])
        )
        .order_by("code", "pk")
    )


def _row(row: Measure, today: date) -> MeasureRow:
    schedule = schedule_of(row)
    latest = None if row.latest_start is None else Period(schedule.kind, row.latest_start)
    made = MeasureRow(
        key=row.pk,
        code=row.code,
        region_code=row.region_id,
        region=row.region.name,
        office=row.office_id,
        office_name=row.office.name,
        source=row.source_id,
        source_code=row.source.code if row.source else "",
        source_title=row.source.title if row.source else "",
        built_in=is_built_in(row),
        schedule=schedule,
        public=row.public,
        synthetic=row.synthetic,
        versions=versions_of(row.definitions.all()),
        latest=latest,
        latest_value=None,
        late_since=late_since(schedule, latest, today),
        standards=tuple(row.standards),
    )
    if latest is None:
        return made
    return replace(made, latest_value=made.shown(latest, row.latest_value))
