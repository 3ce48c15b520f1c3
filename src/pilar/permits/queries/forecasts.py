"""Forecast when a case will be finished, from earlier cases of its service; and how often forecasts held."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache

from django.db.models import Count, Max

from pilar.areas import reference
from pilar.areas.queries import working_days
from pilar.people.rules import Standing
from pilar.permits.models import Case, CaseEvent
from pilar.permits.rules import authority
from pilar.permits.rules.authority import AUTHORITY, Action
from pilar.permits.rules.cases import APPLICANTS_TURN, CaseState, EventKind
from pilar.permits.rules.forecast import FINISHED, STEPS, Coverage, Forecaster, Past, Path, coverage, step
from pilar.platform.calendar import WorkingDays, received_on

LATEST = 2_000
"""The number of latest cases of a service used for learning."""
JUDGED = 60
"""Forecasts are judged by the cases finished within this many working days before today."""
LET_GO = 30
"""A case that has waited longer for its applicant (in working days) counts as withdrawn when it began to wait."""
MOMENT = timedelta(microseconds=1)
"""A day ends at midnight, which already belongs to the next day."""
FILED: Path = (step(EventKind.SUBMITTED),)
"""The path of a case that is filed now."""


@dataclass(frozen=True, slots=True)
class Finish:
    """From ``first`` to ``last`` for 90 of 100 cases, half of them by ``likely``; learned from ``cases``. ``coverage``:
    the share of recent forecasts for which it held."""

    first: date
    likely: date
    last: date
    cases: int
    coverage: Coverage

    @property
    def held(self) -> int | None:
        """For how many of 100 recent forecasts it held; None without any."""
        return round(100 * self.coverage.held / self.coverage.judged) if self.coverage.judged else None


@dataclass(frozen=True, slots=True)
class AtRisk:
    """A case that is likely to miss its limit, or is due tomorrow; ``likely`` is None if there is no forecast."""

    case: int
    number: str
    service: str
    due: date
    likely: date | None


def forecast_of(
    service: str, path: Path = FILED, *, region: str, today: date, since: date | None = None
) -> Finish | None:
    """Forecast when a case of a service will be finished, given its path so far and the day ``since`` its last step
    (default: today).

    None if there are too few earlier cases; then only the limit of the service is known.
    """
    __known = _learned(region, [service], today).get(service)
    return __known and _finish(__known, path, since or today, today)


def forecasts_at(region: str, services: Collection[str], *, today: date) -> dict[str, Finish]:
    """As :func:`forecast_of`, for a case filed now, for each service; one query unless a case has ended since the last
    call."""
    learned = _learned(region, services, today)
    return {key: finish for key, known in learned.items() if (finish := _finish(known, FILED, today, today))}


def forecasts_of(cases: Iterable[int], *, now: datetime) -> dict[int, Finish]:
    """As :func:`forecast_of`, for these cases with their events so far; cases without a forecast and finished ones are
    left out."""
    rows = Case.objects.filter(pk__in=[*cases], closed_at=None).values_list("pk", "region", "version__key")
    services = {pk: (region, service) for pk, region, service in rows}
    learned = {
        region: _learned(
            region, {key for of, key in services.values() if of == region}, reference.today_in(region, now)
        )
        for region in {region for region, _service in services.values()}
    }
    steps: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
    for pk, kind, stage, at in _steps(services):
        steps[pk].append((step(kind, stage), at))
    finishes = {}
    for pk, taken in steps.items():
        region, service = services[pk]
        today, day = (reference.today_in(region, moment) for moment in (now, taken[-1][1]))
        path = tuple(name for name, _at in taken)
        if (known := learned[region].get(service)) and (finish := _finish(known, path, day, today)):
            finishes[pk] = finish
    return finishes


def at_risk(region: str, *, scope: Standing, now: datetime) -> tuple[AtRisk, ...]:
    """The open cases that are likely to miss their limit, by due day.

    Raises :class:`NotFound` for users who may not analyse the cases of the region.
    """
    AUTHORITY.require(scope, Action.STUDY, authority.Case(region), known=False)
    rows = Case.objects.filter(region=region, state=CaseState.RUNNING, due_at__gt=now).select_related("version")
    finishes = forecasts_of([row.pk for row in rows], now=now)
    last = working_days(region).after(reference.today_in(region, now), 1)
    made = (
        AtRisk(
            row.pk, row.number, row.version.key, reference.today_in(region, due - MOMENT),
            finishes[row.pk].likely if row.pk in finishes else None,
        ) for row in rows if (due := row.due_at)
    )  # fmt: skip
    soon = [risk for risk in made if risk.due <= last or (risk.likely and risk.likely > risk.due)]
    return tuple(sorted(soon, key=lambda risk: (risk.due, risk.number)))


def _finish(known: _Known, path: Path, since: date, today: date) -> Finish | None:
    calendar, begun = known.calendar, known.calendar.from_day(since)
    forecast = known.forecaster.forecast(path, max(0, calendar.between(begun, today)))
    if forecast is None:
        return None
    first, likely, last = (
        calendar.after(begun, days) if days else begun for days in (forecast.first, forecast.likely, forecast.last)
    )
    return Finish(first, likely, last, forecast.cases, known.coverage)


@dataclass(frozen=True)
class _Known:
    """The cases of a service as known on a day."""

    cases: tuple[Past, ...]
    calendar: WorkingDays
    today: int

    @cached_property
    def forecaster(self) -> Forecaster:
        return Forecaster(self.cases)

    @cached_property
    def coverage(self) -> Coverage:
        return coverage(self.cases, since=self.today - JUDGED, until=self.today)


def _learned(region: str, services: Collection[str], today: date) -> dict[str, _Known]:
    """Learn from the cases of services as of today; repeated whenever a case is finished."""
    rows = Case.objects.filter(region=region, version__key__in=services).order_by().values_list("version__key")
    over = rows.annotate(Count("closed_at"), Max("closed_at"))
    return {service: _known(region, service, today, *last) for service, *last in over}


@lru_cache(maxsize=64)
def _known(region: str, service: str, today: date, *_over: object) -> _Known:
    calendar = working_days(region)
    return _Known(
        tuple(past_cases(region, service, calendar, today)), calendar, calendar.between(calendar.first, today)
    )


def past_cases(region: str, service: str, calendar: WorkingDays, today: date) -> Iterable[Past]:
    """The latest cases of a service up to a day, with the numbers of the working days on which their steps happened."""
    rows = Case.objects.filter(region=region, version__key=service, submitted_at__isnull=False)
    latest = rows.order_by("-submitted_at", "-pk").values_list("pk", "state", "closed_at")[:LATEST]
    ends = {pk: (state, closed) for pk, state, closed in latest}
    hours, zone = reference.calendar().hours, reference.midnight_in(region, today).tzinfo

    def number(moment: datetime) -> int:
        day = received_on(moment.astimezone(zone).replace(tzinfo=None), calendar, hours)
        return calendar.between(calendar.first, day)

    steps: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for pk, kind, stage, at in _steps(ends):
        steps[pk].append((step(kind, stage), number(at)))
    until = calendar.between(calendar.first, today)
    for pk, taken in steps.items():
        state, closed = ends[pk]
        path, days = zip(*taken, strict=True)
        end = number(closed) if closed else until
        if state in APPLICANTS_TURN and end - days[-1] > LET_GO:
            end = days[-1]
        yield Past(path, days, max(end, days[-1]), finished=state in FINISHED)


def _steps(cases: Iterable[int]) -> Iterable[tuple[int, EventKind, str, datetime]]:
    rows = CaseEvent.objects.filter(case__in=[*cases], kind__in=STEPS).order_by("case_id", "number")
    return ((pk, EventKind(kind), stage, at) for pk, kind, stage, at in rows.values_list("case", "kind", "stage", "at"))
