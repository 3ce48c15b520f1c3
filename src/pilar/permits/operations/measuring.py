"""Report what the one-stop office of each region achieved in the last month as measures of that office, daily."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from pilar.areas.reference import today_in
from pilar.measures.operations import Part
from pilar.people.rules import NotAllowed, Standing
from pilar.permits.models import Case
from pilar.permits.queries.investment import realised_sums
from pilar.permits.queries.measures import finished, forecasts_of_month
from pilar.permits.rules.measures import DEFINITIONS, DUE_DAYS, LATER_CASES, OFFICE_WORDS, SOURCE_TITLE, figures
from pilar.platform.jobs import every
from pilar.surveys.queries import satisfaction

MEASURES = Part("permits", SOURCE_TITLE, OFFICE_WORDS, DEFINITIONS, DUE_DAYS, LATER_CASES)


def define_measures(*, by: Standing, region: str, synthetic: bool = False, now: datetime) -> Standing | None:
    """Define the missing measures of a region's permits; see :meth:`Part.define`."""
    return MEASURES.define(by=by, region=region, synthetic=synthetic, now=now)


@every("permits.report-measures", cron="40 17 * * *")  # 0.40 WIB
@transaction.atomic
def report_measures(*, by: Standing, now: datetime) -> int:
    """Report the figures of the last month of each region that took applications; returns how many were stored.

    For the schedule and the operator only.
    """
    if not by.unrestricted:
        raise NotAllowed
    regions = Case.objects.exclude(accepted_at=None).order_by("region").values_list("region", flat=True).distinct()
    return sum(_report(by, region, now) for region in regions)


def _report(by: Standing, region: str, now: datetime) -> int:
    last: date = today_in(region, now).replace(day=1) - timedelta(days=1)
    cases, forecasts = finished(region, last.replace(day=1), last), forecasts_of_month(region, last)
    quarter, rest = divmod(last.month, 3)
    invested = None if rest else realised_sums(region, last.year, [quarter], scope=by)[""][1]
    asked = [
        satisfied for satisfied in satisfaction(region, OFFICE_WORDS, scope=by)
        if (satisfied.until.year, satisfied.until.month) == (last.year, last.month)
    ]  # fmt: skip
    count = sum(satisfied.count for satisfied in asked)
    ikm = (
        round(sum((satisfied.score * satisfied.count for satisfied in asked), Decimal()) / count, 2) if count else None
    )
    sums = figures(cases, forecasts, ikm=ikm, invested=invested or None)
    return MEASURES.report(by=by, region=region, day=last, figures=sums, now=now)
