"""Each day the villages of each region become measures of the office that guides them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from pilar.areas.queries import offices
from pilar.areas.reference import today_in
from pilar.measures import operations as measures
from pilar.measures.models import Measure
from pilar.measures.operations import NewMeasure
from pilar.measures.rules.periods import PeriodKind, period_of
from pilar.measures.rules.reports import Report
from pilar.people.rules import NotAllowed, Standing
from pilar.platform import locks
from pilar.platform.jobs import every
from pilar.villagefinance.models import Book
from pilar.villagefinance.queries.oversight import steps_of
from pilar.villagefinance.queries.realisation import consolidated, overseen
from pilar.villagefinance.rules.clocks import last_day
from pilar.villagefinance.rules.measures import (
    DUE_DAYS,
    LATER_BOOKS,
    OFFICE_WORDS,
    SOURCE,
    SOURCE_TITLE,
    definition_of,
    figures,
    month_to_report,
)


@every("villagefinance.report-measures", cron="20 17 * * *")  # 0.20 WIB
@transaction.atomic
def report_measures(*, by: Standing, now: datetime) -> int:
    """Report the figures of the last month whose reports were due, of each region whose villages keep their books here
    and that has an office for them; returns how many values were reported. Where the region has shut the source off,
    nothing is.

    For the schedule and the operator only.
    """
    if not by.unrestricted:
        raise NotAllowed
    regions = Book.objects.filter(entries__gt=0).order_by("region").values_list("region", flat=True).distinct()
    return sum(_report(by, region, now) for region in regions)


def _report(by: Standing, region: str, now: datetime) -> int:
    office = next((one.key for one in offices(region, scope=by) if OFFICE_WORDS in one.name.casefold()), None)
    if office is None:
        return 0
    locks.take(f"villagefinance.measures.{region}")
    try:
        source = measures.built_in_source(by=by, region=region, code=SOURCE, title=SOURCE_TITLE, now=now)
    except measures.SourceOff:
        return 0
    today = today_in(region, now)
    year, month = month_to_report(today)
    whole = consolidated(region, year, month, scope=by).realisation.head("5").per_cent
    found = figures(steps_of(region, overseen(region, scope=by), year, today), month, whole)
    known = set(Measure.objects.filter(region=region, code__in=found).values_list("code", flat=True))
    for code in found.keys() - known:
        given = NewMeasure(
            code, PeriodKind.MONTH, office, date(year, month, 1), DUE_DAYS, definition_of(code), source=source.source,
            public=True,
        )  # fmt: skip
        measures.define_measure(by=by, region=region, given=given, now=now)
    period = str(period_of(PeriodKind.MONTH, last_day(year, month)))
    reports = [Report(code, period, str(figure)) for code, figure in sorted(found.items())]
    told = measures.report_values(by=source, region=region, reports=reports, now=now)
    later = [
        replace(report, reason=LATER_BOOKS) for report, one in zip(reports, told, strict=True)
        if "already-reported" in {fault.code for fault in one.faults}
    ]  # fmt: skip
    corrected = measures.report_values(by=source, region=region, reports=later, now=now) if later else ()
    return sum(one.stored for one in (*told, *corrected))
