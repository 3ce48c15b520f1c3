"""Report what the hospitals of each region achieved in the last month as measures of its health office, daily; and send
the satisfaction survey to patients of the day before."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse

from pilar.areas.queries import offices
from pilar.areas.reference import midnight_in, today_in
from pilar.hospital.models import Booking, Hospital
from pilar.hospital.queries.forecasts import judged
from pilar.hospital.queries.management import figures_of
from pilar.hospital.rules.booking import BookingState
from pilar.hospital.rules.forecast import coverage
from pilar.hospital.rules.measures import (
    ABSENT,
    AHEAD,
    DEFINITIONS,
    DUE_DAYS,
    FORECAST,
    IKM,
    IN_TIME,
    LATER_VISITS,
    MEDIAN,
    OFFICE_WORDS,
    PROGRAMME,
    SOURCE_TITLE,
    rounded,
)
from pilar.measures.operations import Part
from pilar.people.operations.public import tell_citizen
from pilar.people.queries import reached_for
from pilar.people.rules import Standing
from pilar.platform.jobs import every
from pilar.surveys.operations import invite
from pilar.surveys.queries import Satisfied, satisfaction

MEASURES = Part("hospital", SOURCE_TITLE, OFFICE_WORDS, DEFINITIONS, DUE_DAYS, LATER_VISITS)
_DAY = timedelta(days=1)


def define_measures(*, by: Standing, region: str, synthetic: bool = False, now: datetime) -> Standing | None:
    """Define the missing measures of a region's hospitals; see :meth:`Part.define`."""
    return MEASURES.define(by=by, region=region, synthetic=synthetic, now=now)


@every("hospital.report-measures", cron="50 17 * * *")  # 0.50 WIB
@transaction.atomic
def report_measures(*, by: Standing, now: datetime) -> int:
    """Report the figures of the last month of each region that had bookings in it; returns how many were stored.

    For the schedule and the operator only.
    """
    by.require_server()
    regions = Hospital.objects.order_by("region").values_list("region", flat=True).distinct()
    return sum(_report(by, region, now) for region in regions)


@every("hospital.invite-patients", cron="0 2 * * *")  # 9.00 WIB
@transaction.atomic
def invite_patients(*, by: Standing, now: datetime) -> int:
    """Send patients of the day before who have an account a link to the satisfaction survey, if one is open; returns
    how many. Nobody is asked twice about a visit. For the schedule and the operator only."""
    by.require_server()
    regions = Hospital.objects.order_by("region").values_list("region", flat=True).distinct()
    return sum(_invite(by, region, now) for region in regions)


def _invite(by: Standing, region: str, now: datetime) -> int:
    office = next((office.key for office in offices(region, scope=by) if OFFICE_WORDS in office.name.casefold()), None)
    seen = Booking.objects.filter(
        hospital__region=region, day=today_in(region, now) - _DAY, state=BookingState.SERVED,
        patient__account__isnull=False,
    )  # fmt: skip
    asked = 0
    for row in seen.select_related("patient", "hospital") if office is not None else ():
        subject = f"hospital.booking:{row.pk}"
        reached = reached_for(row.patient.account_id, purpose="hospital", now=now)
        token = bool(reached) and invite(
            by=by, region=region, office=office, programme=PROGRAMME, subject=subject, now=now
        )
        if token:
            for account in reached:
                # Only the hospital is named: a clinic may reveal a disease, and a code opens its booking.
                tell_citizen.later(
                    account=account, about=row.hospital.name, path=reverse("surveys:answer", args=[token])
                )
            asked += 1
    return asked


def _report(by: Standing, region: str, now: datetime) -> int:
    last: date = today_in(region, now).replace(day=1) - _DAY
    first = last.replace(day=1)
    whole = figures_of(region, first, last, scope=by)
    if not whole.booked:
        return 0
    since, until = midnight_in(region, first), midnight_in(region, last + _DAY)
    codes = Hospital.objects.filter(region=region).values_list("code", flat=True)
    told = [forecast for code in codes for forecast in judged(code, since, until)]
    asked = [index for index in satisfaction(region, OFFICE_WORDS, scope=by) if _asked(index, last)]
    ikm = max(asked, key=lambda index: index.until).score if asked else None
    figures = rounded({
        IN_TIME: whole.share, MEDIAN: whole.median, AHEAD: whole.booked_ahead, ABSENT: whole.absence,
        FORECAST: coverage(told), IKM: ikm,
    })  # fmt: skip
    return MEASURES.report(by=by, region=region, day=last, figures=figures, now=now)


def _asked(satisfied: Satisfied, last: date) -> bool:
    """Return whether this is the index of hospital visits from a survey that ended in the month."""
    return satisfied.programme == PROGRAMME and (satisfied.until.year, satisfied.until.month) == (last.year, last.month)
