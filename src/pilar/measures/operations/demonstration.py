"""The made-up measures of the demonstration, defined and reported as the example accounts would have done it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from pilar.areas.queries import offices
from pilar.areas.reference import today_in
from pilar.measures.models import Measure, SourceSystem
from pilar.measures.operations.defining import NewMeasure, define_measure
from pilar.measures.operations.reporting import report_values
from pilar.measures.operations.sources import add_source, standing_of_source
from pilar.measures.rules import demonstration as plan
from pilar.measures.rules.definitions import written
from pilar.measures.rules.demonstration import REGION, SOURCES, Planned
from pilar.measures.rules.periods import Period
from pilar.measures.rules.reports import Report
from pilar.people import queries as accounts
from pilar.people.models import User
from pilar.people.rules import Role, Standing
from pilar.platform import locks

DUE_DAYS = {"day": 2, "month": 10, "quarter": 20, "year": 31}


def load_demo_measures(*, by: Standing, team: Mapping[Role, str], now: datetime) -> bool:
    """Make all measures unless they are there, which takes one query to see; says whether it made them.

    ``by`` defines them and needs ``manage-measures`` and ``manage-sources``; ``team``: e-mail address of the example
    account of each role, whose region and offices exist. All or nothing.
    """
    if _made():
        return False
    with transaction.atomic():
        locks.take("measures.demonstration")
        if _made():
            return False
        contributor = accounts.standing(User.objects.get(email=team[Role.CONTRIBUTOR]), now)
        by_office = {row.abbreviation: row.key for row in offices(REGION, scope=by)}
        sources = {
            code: add_source(by=by, region=REGION, code=code, title=title, now=now) for code, title in SOURCES.items()
        }
        for one in plan.PLANNED:
            _define(by, one, by_office, sources, now)
        for code, key in sources.items():
            system = SourceSystem.objects.get(pk=key)
            reporter = standing_of_source(system, key=f"demonstration-{code}", name=system.title)
            _report(reporter, [one for one in plan.PLANNED if one.source == code], now)
        _report(contributor, [one for one in plan.PLANNED if not one.source], now)
    return True


def _made() -> bool:
    # By their codes: a made-up survey leaves synthetic measures too.
    codes = [one.code for one in plan.PLANNED]
    return Measure.objects.filter(region=REGION, code__in=codes, synthetic=True).exists()


def _define(
    by: Standing, one: Planned, by_office: Mapping[str, int], sources: Mapping[str, int], now: datetime
) -> None:
    given = NewMeasure(
        code=one.code,
        kind=one.kind,
        office=by_office[one.office],
        starts_on=one.starts_on,
        due_days=DUE_DAYS[one.kind],
        definition=one.definition,
        source=sources.get(one.source),
        public=one.public,
        synthetic=True,
    )
    define_measure(by=by, region=REGION, given=given, now=now)


def _report(by: Standing, planned: Sequence[Planned], now: datetime) -> None:
    yesterday = today_in(REGION, now) - timedelta(days=1)
    for one in planned:
        values = list(plan.values(one, yesterday))
        reports = [_row(one, *value) for value in values]
        if one.corrected:
            period, value = values[-1 - one.corrected]
            reports[-1 - one.corrected] = _row(one, period, value + 1)
            reports.append(_row(one, period, value, plan.CORRECTION))
        report_values(by=by, region=REGION, reports=reports, whole=True, now=now)


def _row(one: Planned, period: Period, value: Decimal, reason: str = "") -> Report:
    return Report(one.code, str(period), written(value), reason=reason)
