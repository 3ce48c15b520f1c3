"""Report figures of the villages of each region, once a day, as measures of the office that guides them."""

from __future__ import annotations

from datetime import datetime

from pilar.areas.reference import today_in
from pilar.measures.operations import Part
from pilar.people.rules import NotAllowed, Standing
from pilar.platform.jobs import every
from pilar.platform.transactions import one_by_one
from pilar.villagefinance.models import Book
from pilar.villagefinance.queries.oversight import budgeted, counted, steps_of
from pilar.villagefinance.queries.realisation import consolidated, overseen
from pilar.villagefinance.rules.clocks import last_day
from pilar.villagefinance.rules.measures import (
    DEFINITIONS,
    DUE_DAYS,
    LATER_BOOKS,
    OFFICE_WORDS,
    SOURCE_TITLE,
    figures,
    month_to_report,
)

MEASURES = Part("villagefinance", SOURCE_TITLE, OFFICE_WORDS, DEFINITIONS, DUE_DAYS, LATER_BOOKS)


def define_measures(*, by: Standing, region: str, synthetic: bool = False, now: datetime) -> Standing | None:
    """Define the measures of a region's villages that do not exist yet; see :meth:`Part.define`."""
    return MEASURES.define(by=by, region=region, synthetic=synthetic, now=now)


@every("villagefinance.report-measures", cron="20 17 * * *")  # 0.20 WIB
def report_measures(*, by: Standing, now: datetime) -> int:
    """Report the figures of the last month whose reports were due, for each region whose villages keep their books here
    and that has an office for them; return the number of values reported. A region that has shut the source off is
    skipped. Each region has its own transaction.

    Only for the schedule and the operator.
    """
    if not by.unrestricted:
        raise NotAllowed
    regions = list(Book.objects.filter(entries__gt=0).order_by("region").values_list("region", flat=True).distinct())
    return one_by_one(regions, lambda region: _report(by, region, now), job="villagefinance.report-measures")


def _report(by: Standing, region: str, now: datetime) -> int:
    today = today_in(region, now)
    year, month = month_to_report(today)
    day = last_day(year, month)
    whole = consolidated(region, year, month, scope=by).realisation.head("5").per_cent
    villages = overseen(region, scope=by)
    steps = steps_of(region, villages, year, today)
    before = steps_of(region, budgeted(region, villages, year - 1), year - 1, today)
    measured = figures(steps, before, month, whole, counted(region, day))
    return MEASURES.report(by=by, region=region, day=day, figures=measured, now=now)
