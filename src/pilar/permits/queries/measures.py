"""Read the monthly figures that become measures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from pilar.areas import reference
from pilar.areas.queries import working_days
from pilar.permits.models import Case, CaseEvent
from pilar.permits.queries.forecasts import past_cases
from pilar.permits.queries.trail import reading, service_of
from pilar.permits.rules.cases import CaseState
from pilar.permits.rules.clock import Pace
from pilar.permits.rules.forecast import Coverage, coverage
from pilar.permits.rules.measures import Finished
from pilar.platform.calendar import Leave, WorkingDays

_DAY = timedelta(days=1)


def finished(region: str, first: date, last: date) -> tuple[Finished, ...]:
    """The cases of a region that were finished between two days, by their clock."""
    cases = Case.objects.filter(
        region=region, state__in=[CaseState.ISSUED, CaseState.REFUSED], accepted_at__isnull=False,
        closed_at__gte=reference.midnight_in(region, first), closed_at__lt=reference.midnight_in(region, last + _DAY),
    )  # fmt: skip
    events: dict[int, list[CaseEvent]] = defaultdict(list)
    for event in CaseEvent.objects.filter(case__in=cases).order_by("case_id", "number"):
        events[event.case_id].append(event)
    calendars = {leave: working_days(region, leave=leave) for leave in Leave}
    return tuple(_finished(case, events[case.pk], calendars) for case in cases)


def _finished(case: Case, events: list[CaseEvent], calendars: Mapping[Leave, WorkingDays]) -> Finished:
    service = service_of(case)
    calendar, closed = calendars[service.leave], case.closed_at
    assert closed is not None, "only what was finished is read"
    read_off = reading(case, service, now=closed, days=calendar, events=events)
    days = read_off.used
    if not isinstance(days, int):
        assert read_off.day_zero, "what was accepted has a day 0"
        days = calendar.between(read_off.day_zero, reference.today_in(case.region_id, closed))
    return Finished(days, read_off.pace is Pace.IN_TIME, case.returns > 0, case.state == CaseState.ISSUED)


def forecasts_of_month(region: str, last: date) -> Coverage:
    """The share of forecasts, made with what was known at the beginning of a month, whose interval held for the cases
    finished in it."""
    calendar = working_days(region)
    first, until = (calendar.between(calendar.first, day) for day in (last.replace(day=1) - _DAY, last))
    services = Case.objects.filter(region=region).order_by("version__key").values_list("version__key", flat=True)
    coverages = [
        coverage(tuple(past_cases(region, service, calendar, last)), since=first, until=until)
        for service in services.distinct()
    ]
    return Coverage(sum(coverage.held for coverage in coverages), sum(coverage.judged for coverage in coverages))
