"""Dated figures of regions that others publish: population, SPBE index, fiscal capacity; each with its source."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from pilar.areas.models import Region, RegionFigure
from pilar.areas.queries import standing_figures
from pilar.areas.reference import today_in
from pilar.areas.rules import LOAD_REFERENCE_DATA, GivenFigure, UnknownRegion, figure_faults
from pilar.platform import audit, locks
from pilar.platform.actors import Authority
from pilar.platform.errors import Faults

TARGET = "areas.region-figure"


@transaction.atomic
def record_figures(*, by: Authority, figures: Sequence[GivenFigure], now: datetime) -> int:
    """Add what differs from what stands there, as the next number of its region, kind and year; returns how many.

    A figure without a value takes back the one that stands; where none stands nothing happens. Raises
    :class:`UnknownRegion`, Faults of :func:`figure_faults`; needs ``load-reference-data``.
    """
    by.require(LOAD_REFERENCE_DATA)
    locks.take("areas.figures")
    known = set(Region.objects.filter(pk__in={figure.region for figure in figures}).values_list("pk", flat=True))
    for figure in figures:
        if figure.region not in known:
            raise UnknownRegion(given=figure.region)
        if faults := figure_faults(figure, this_year=today_in("", now).year):
            raise Faults(faults)
    held = standing_figures(regions=known)
    rows, changes = [], []
    for given in figures:
        place = (given.region, given.kind, given.year)
        was = held.get(place)
        if (was is None and given.value is None) or (was is not None and was.says(given)):
            continue
        number = (was.number if was else 0) + 1
        row = RegionFigure(
            region_id=given.region, kind=given.kind, year=given.year, number=number, value=given.value,
            source=given.source.strip(), address=given.address.strip(), entered_by_name=by.actor.name, entered_at=now,
        )  # fmt: skip
        rows.append(row)
        said = {"kind": given.kind, "year": given.year, "value": given.value, "source": row.source}
        before = None if was is None else {"value": was.value, "source": was.source}
        changes.append(audit.Change(":".join(map(str, place)), given.region, before, said))
    RegionFigure.objects.bulk_create(rows)
    audit.record_each(by=by, action="record", target=TARGET, changes=changes)
    return len(rows)
