"""What the demonstration draws of permits: whenever it is played, half of the cases take fewer days than before."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from pilar.areas.reference import calendar, local, midnight_in, today_in, working_days
from pilar.config.drawn import permits
from pilar.config.scenario.reading import read
from pilar.permits.operations import PastCase
from pilar.permits.queries.trail import terms
from pilar.permits.reference.services import demonstrated
from pilar.permits.rules import clock
from pilar.permits.rules.cases import EventKind
from pilar.permits.rules.mining import Spread, spread
from pilar.platform.folders import data_folder

pytestmark = pytest.mark.thorough

REGION, BEFORE = "36.03", date(2025, 9, 1)
SERVICES = dict(enumerate(demonstrated()))
TOLD = read(data_folder() / "demonstration" / "permits.yaml").given


def drawn(now: datetime) -> list[PastCase]:
    """The cases that are over, as the scenario asks for them."""
    services: Any = [
        SimpleNamespace(pk=key, key=one.key, region=one.region, service=one) for key, one in SERVICES.items()
    ]
    step = next(one for one in TOLD["steps"] if one.get("draw") == "permits.past")
    rows = TOLD["tables"]["past"]
    return permits.past(services=services, rows=rows, since=step["with"]["since"], now=local(now, REGION))


def of_month(cases: list[PastCase], first: date) -> Spread | None:
    """The working days of the cases that were decided in a month, by their clock."""
    since, until = midnight_in(REGION, first), midnight_in(REGION, (first + timedelta(days=31)).replace(day=1))
    days: Counter[int] = Counter()
    for case in cases:
        end = case.events[-1]
        if since <= end.at < until and end.kind in (EventKind.ISSUED, EventKind.REFUSED):
            days[used(case)] += 1
    return spread(days)


def used(case: PastCase) -> int:
    service, end = SERVICES[case.version], case.events[-1].at
    accepted = next(event.at for event in case.events if event.kind is EventKind.ACCEPTED)
    told = [clock.Event(one.kind, one.at, one.stage, one.reason) for one in case.events]
    days = working_days(REGION, leave=service.leave)
    limits = terms(service, accepted, REGION)
    assert end.tzinfo is not None
    reading = clock.read(limits, told, days, hours=calendar().hours, zone=end.tzinfo, now=end)
    assert isinstance(reading.used, int), "limits of the demonstration are in days"
    return reading.used


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 12, 1, 3, tzinfo=UTC),
        datetime(2027, 3, 31, 18, tzinfo=UTC),
        datetime(2028, 2, 29, 8, tzinfo=UTC),
    ],
    ids=str,
)
def test_permits_take_fewer_days_than_before(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(permits, "working_days", working_days)
    cases = drawn(now)
    last = (today_in(REGION, now).replace(day=1) - timedelta(days=1)).replace(day=1)
    before, after = of_month(cases, BEFORE), of_month(cases, last)
    assert before is not None
    assert after is not None
    assert min(before.cases, after.cases) > 20
    assert after.median < before.median
