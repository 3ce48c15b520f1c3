"""Public measures as open data: which regions have some, and their values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import OuterRef, Subquery

from pilar.measures.models import Measure, Value
from pilar.measures.queries.measures import measures
from pilar.measures.queries.rows import MeasureRow
from pilar.measures.rules.periods import Period
from pilar.people.rules import Standing


@dataclass(frozen=True, slots=True)
class OpenMeasures:
    """The public measures of a region with a value: since when, and when the newest value was reported; ``synthetic``:
    some are made up."""

    region: str
    name: str
    since: date
    changed: datetime
    synthetic: bool
    standards: frozenset[str]


def open_measures() -> tuple[OpenMeasures, ...]:
    """Each region with a value that everybody may read, by code. One query, which looks at one value of each
    measure."""
    newest = Value.objects.filter(measure=OuterRef("pk")).order_by("-starts_on", "-number")
    rows = (
        Measure.objects.filter(public=True)
        .annotate(changed=Subquery(newest.values("reported_at")[:1]))
        .filter(changed__isnull=False)
        .order_by("region")
        .values_list("region", "region__name", "starts_on", "changed", "synthetic", "standards")
    )
    found: dict[str, OpenMeasures] = {}
    for region, name, since, changed, synthetic, marked in rows:
        known = found.get(region) or OpenMeasures(region, name, since, changed, synthetic, frozenset())
        found[region] = OpenMeasures(
            region,
            name,
            min(since, known.since),
            max(changed, known.changed),
            synthetic or known.synthetic,
            known.standards | set(marked),
        )
    return tuple(found.values())


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
