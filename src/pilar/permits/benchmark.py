"""Benchmark of permits: due dates, and a log of a million events mined and its due dates recomputed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count, takewhile
from typing import Any

from django.apps import apps
from django.db import connection

from pilar.areas import reference
from pilar.index.benchmark import Measure, measure
from pilar.people.rules import OPERATOR
from pilar.permits import operations
from pilar.permits.benchmark_log import Simulated, load
from pilar.permits.queries.mining import mined
from pilar.permits.rules import clock
from pilar.permits.rules.clock import Event, Limit, Terms
from pilar.platform.benchmark import spent
from pilar.platform.calendar import deadline

REGION, SERVICE, BEGUN = "36.03", "tolok-waktu", datetime(2024, 2, 1, 2, tzinfo=UTC)
CASES, EVENTS, OPEN, DAYS = 1_000, 1_000_000, 5_000, 14
STAGES = ("check", "health", "visit", "decide", "levy", "sign")
_KINDS = {"check": "check", "levy": "levy", "decide": "decide", "sign": "sign"}
A_DATE, THE_LOG, ANEW = 0.001, 2.0, 10.0
"""Limits in seconds: for one due date, for mining a million events, and for the due dates of 5,000 open cases."""


def benchmark() -> Iterator[Measure]:
    """Due dates of cases with stops and stages, against those of their days alone."""
    cases, calendar = simulated(CASES), reference.working_days(REGION)
    hours, zone = reference.calendar().hours, reference.midnight_in(REGION, BEGUN.date()).tzinfo
    terms = Terms(Limit(days=DAYS), dict.fromkeys(STAGES, Limit(days=3)))
    assert zone is not None, "a moment in a region has its zone"

    def dates() -> None:
        for events in cases:
            clock.read(terms, events, calendar, hours=hours, zone=zone, now=events[-1].at)

    def bare() -> None:
        for events in cases:
            deadline(calendar, day_zero=events[0].at.date(), days=DAYS)

    measured = measure(f"{CASES} due dates, with stages and why", dates, bare, 60, 5)
    yield within(measured, A_DATE * CASES)


def large() -> Iterator[Measure]:
    """A million events, against counting them; 5,000 cases computed again, against reading their events."""
    cases, version = simulated(CASES), _version()
    most = EVENTS // sum(map(len, cases)) + 1
    load(cases, region=REGION, version=version, weeks=range(most))
    now = datetime(2026, 11, 2, 2, tzinfo=UTC)

    def says() -> None:
        days = {"since": BEGUN.date(), "until": now.date(), "split": date(2024, 9, 2)}
        mined(REGION, scope=OPERATOR, service=SERVICE, now=now, **days)

    def counted() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT kind, stage, count(*), max(at) FROM permits_caseevent GROUP BY 1, 2")

    yield within(measure("what a million events say", says, counted, 16, 3, clock=spent), THE_LOG)
    yield within(_anew(cases, version, now), ANEW)


def _anew(cases: list[list[Event]], version: int, now: datetime) -> Measure:
    """Change the stored due date of every case, as after a change of the days off."""
    accepted = [[*takewhile(lambda event: event.stage != "decide", events)] for events in cases]
    first = load(accepted, region=REGION, version=version, weeks=range(140, 140 + OPEN // CASES))
    stored = count(1)
    events: Any = apps.get_model("permits", "CaseEvent").objects

    def change() -> None:
        with connection.cursor() as cursor:
            moved = timedelta(days=next(stored))
            cursor.execute("UPDATE permits_case SET due_at = accepted_at + %s WHERE id >= %s", [moved, first])

    def anew() -> None:
        change()
        operations.recalculate(by=OPERATOR, region=REGION, cause={}, now=now)

    def read() -> None:
        change()
        list(events.filter(case__gte=first).order_by("case_id", "number"))

    return measure(f"{OPEN} due dates computed anew and stored", anew, read, 20, 0, clock=spent)


def simulated(cases: int) -> list[list[Event]]:
    """So many whole cases."""
    draw, calendar = random.Random(cases), reference.working_days(REGION)  # noqa: S311 - made-up cases
    zone = reference.midnight_in(REGION, BEGUN.date()).tzinfo
    begun = (BEGUN.astimezone(zone) + timedelta(minutes=draw.randrange(200_000)) for _case in range(cases))
    return [Simulated(draw, calendar, moment).go() for moment in begun]


def within(measured: Measure, seconds: float) -> Measure:
    """A measure that also fails if it exceeds its limit in seconds.

    The wall clock counts where it is shorter: PostgreSQL reads a log on several cores at once, whose processor times
    add up.
    """
    return replace(measured, missed="" if min(measured.wall, measured.processor) <= seconds else f"> {seconds:g} s")


def _version() -> int:
    """A service with these stages."""
    stages = [
        {"key": stage, "kind": _KINDS.get(stage, "recommend"), "name": {"id": stage}, "role": "back_office"}
        for stage in STAGES
    ]
    said = {
        "key": SERVICE, "name": {"id": "Tolok"}, "region": REGION, "from_region": "-", "source": "-",
        "status": "synthetic", "limit": {"days": DAYS}, "stages": stages,
    }  # fmt: skip
    versions: Any = apps.get_model("permits", "ServiceVersion").objects
    made = versions.create(
        region_id=REGION, key=SERVICE, number=1, definition=said, state="published", shipped=True,
        valid_from=BEGUN.date(), published_at=BEGUN, publisher=OPERATOR.signature,
    )  # fmt: skip
    return int(made.pk)
