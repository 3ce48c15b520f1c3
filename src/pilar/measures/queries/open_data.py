"""Public measures as open data: which regions have some, and their values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Max, OuterRef, Subquery
from django.db.models.functions import Coalesce

from pilar.measures.models import Measure, Value
from pilar.measures.queries.measures import measures
from pilar.measures.queries.rows import MeasureRow
from pilar.measures.rules.periods import Period
from pilar.people.rules import Standing


@dataclass(frozen=True, slots=True)
class OpenMeasures:
    """The public measures of a region with a value: since when, and when a value was last reported or corrected;
    ``synthetic``: some are made up."""

    region: str
    name: str
    since: date
    changed: datetime
    synthetic: bool
    standards: frozenset[str]


def open_measures(since: date) -> tuple[OpenMeasures, ...]:
    """Each region with a value that everybody may read, by code. One query.

    ``since``: changes of earlier periods do not count, unless a measure has no other.
    """
    values = Value.objects.filter(measure=OuterRef("pk"))
    newest = values.order_by("-starts_on", "-number").values("reported_at")[:1]
    # A correction of an earlier period is newer than the value of the newest one.
    last = values.filter(starts_on__gte=since).order_by().values("measure").annotate(last=Max("reported_at"))
    rows = (
        Measure.objects.filter(public=True)
        .annotate(changed=Coalesce(Subquery(last.values("last")), Subquery(newest)))
        .filter(changed__isnull=False)
        .order_by("region")
        .values_list("region", "region__name", "starts_on", "changed", "synthetic", "standards")
    )
    open_of: dict[str, OpenMeasures] = {}
    for region, name, starts_on, changed, synthetic, marked in rows:
        known = open_of.get(region) or OpenMeasures(region, name, starts_on, changed, synthetic, frozenset())
        open_of[region] = OpenMeasures(
            region,
            name,
            min(starts_on, known.since),
            max(changed, known.changed),
            synthetic or known.synthetic,
            known.standards | set(marked),
        )
    return tuple(open_of.values())


def open_values(
    region: str, since: date, *, scope: Standing, now: datetime
) -> Iterator[tuple[MeasureRow, Period, Decimal]]:
    """The value that counts of each period from a day on, of the measures of a region that ``scope`` reads, by code
    and period. Five queries."""
    known = {row.key: row for row in measures(region, scope=scope, now=now, size=None)}
    rows = (
        Value.objects.filter(measure__in=known, starts_on__gte=since)
        .order_by("measure__code", "measure", "starts_on", "-number")
        .distinct("measure__code", "measure", "starts_on")
        .values_list("measure", "starts_on", "value")
    )
    for key, starts_on, value in rows.iterator():
        row = known[key]
        period = Period(row.kind, starts_on)
        yield row, period, row.shown(period, value)
