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
from pilar.villagefinance.queries.oversight import counted, steps_of
from pilar.villagefinance.queries.realisation import consolidated, overseen
from pilar.villagefinance.rules.clocks import last_day
from pilar.villagefinance.rules.measures import (
    CODES,
    DUE_DAYS,
    LATER_BOOKS,
    OFFICE_WORDS,
    SOURCE,
    SOURCE_TITLE,
    definition_of,
    figures,
    month_to_report,
)


@transaction.atomic
def define_measures(
    *, by: Standing, region: str, since: date | None = None, synthetic: bool = False, now: datetime
) -> Standing | None:
    """Define the measures of a region's villages that are not there yet, from a first day of a month on (that of the
    year before), for the office that guides them; the source that reports them. ``synthetic``: of made-up books.

    None where no office guides them or the region has shut the source off. For the schedule and the operator only.
    """
    if not by.unrestricted:
        raise NotAllowed
    office = next((one.key for one in offices(region, scope=by) if OFFICE_WORDS in one.name.casefold()), None)
    if office is None:
        return None
    locks.take(f"villagefinance.measures.{region}")
    try:
        source = measures.built_in_source(by=by, region=region, code=SOURCE, title=SOURCE_TITLE, now=now)
    except measures.SourceOff:
        return None
    known = set(Measure.objects.filter(region=region, code__in=CODES).values_list("code", flat=True))
    for code in sorted(CODES - known):
        given = NewMeasure(
            code, PeriodKind.MONTH, office, since or date(today_in(region, now).year - 1, 1, 1), DUE_DAYS,
            definition_of(code), source=source.source, synthetic=synthetic, public=True,
        )  # fmt: skip
        measures.define_measure(by=by, region=region, given=given, now=now)
    return source


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
    today = today_in(region, now)
    year, month = month_to_report(today)
    source = define_measures(by=by, region=region, since=date(year, month, 1), now=now)
    if source is None:
        return 0
    whole = consolidated(region, year, month, scope=by).realisation.head("5").per_cent
    steps = steps_of(region, overseen(region, scope=by), year, today)
    found = figures(steps, month, whole, counted(region, last_day(year, month)))
    period = str(period_of(PeriodKind.MONTH, last_day(year, month)))
    reports = [Report(code, period, str(figure)) for code, figure in sorted(found.items())]
    told = measures.report_values(by=source, region=region, reports=reports, now=now)
    later = [
        replace(report, reason=LATER_BOOKS) for report, one in zip(reports, told, strict=True)
        if "already-reported" in {fault.code for fault in one.faults}
    ]  # fmt: skip
    corrected = measures.report_values(by=source, region=region, reports=later, now=now) if later else ()
    return sum(one.stored for one in (*told, *corrected))
