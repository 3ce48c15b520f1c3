"""What PostgreSQL counts in the event log, against the clock that reads case after case."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import pytest
from django.db import connection

from kit.selection import examples
from permits.histories import HOURS, WIB, at, clock
from permits.world import OWN, definition, publish
from pilar.areas import reference
from pilar.people.rules import OPERATOR
from pilar.permits.benchmark_log import Simulated, load
from pilar.permits.models import ServiceVersion
from pilar.permits.queries.mining import mined
from pilar.permits.rules.cases import EventKind as K
from pilar.permits.rules.clock import Event, Limit, Reading, Terms
from pilar.permits.rules.mining import Counted, Mined, lines, whole
from pilar.platform.calendar import received_on

pytestmark = pytest.mark.django_db
SINCE, UNTIL, SPLIT = dt.date(2025, 2, 3), dt.date(2025, 11, 28), dt.date(2025, 7, 1)
NOW = at(2026, 6, 1, 9)
ENDS = (K.ISSUED, K.REFUSED)
CLOSINGS = (K.DONE, K.SENT_BACK)
IN_DAYS, IN_HOURS = Limit(days=9), Limit(hours=30)
SERVICE, BY_HOURS = "izin-uji", "izin-uji-jam"
Case = Sequence[Event]


def drawn(cases: int, *, open_: float = 0.2) -> list[list[Event]]:
    """Cases that begin in 2025, a share of which is cut off after it was found complete."""
    draw, calendar = random.Random(1), reference.working_days()
    made = []
    for _case in range(cases):
        begun = at(2025, 1, 6) + dt.timedelta(minutes=draw.randrange(500_000))
        events = Simulated(draw, calendar, begun).go()
        accepted = next(place for place, event in enumerate(events) if event.kind is K.ACCEPTED)
        made.append(events[: draw.randint(accepted + 2, len(events))] if draw.random() < open_ else events)
    return made


def keep(cases: Sequence[Case], service: str = SERVICE, limit: Limit = IN_DAYS) -> int:
    """Store cases of a service with all kinds of stages; the key of the first."""
    version = ServiceVersion.objects.filter(region=OWN, key=service).first()
    if version is None:
        said = definition()
        levy = {"key": "levy", "kind": "levy", "name": {"id": "Retribusi"}, "role": "treasury", "after": ["decide"]}
        named = {"days": limit.days} if limit.days else {"hours": limit.hours}
        version = publish(OWN, {**said, "key": service, "stages": [*said["stages"], levy], "limit": named})
    return load(cases, region=OWN, version=version.pk)


def accepted(events: Case) -> dt.datetime:
    return next(event.at for event in events if event.kind is K.ACCEPTED)


def is_later(events: Case) -> bool:
    return accepted(events) >= dt.datetime.combine(SPLIT, dt.time(), WIB)


def read(events: Case) -> Reading:
    return clock(events, Terms(IN_DAYS), now=NOW)


def desks(events: Case) -> Iterable[Counted]:
    opened = Counter(event.stage for event in events if event.kind is K.OPENED)
    closed = Counter(event.stage for event in events if event.kind in CLOSINGS)
    for stage, found in read(events).stages.items():
        if opened[stage] == closed[stage]:
            yield Counted((stage,), is_later(events), opened[stage] > 1, used(found.used), 1)


def ways(events: Case) -> Iterable[Counted]:
    if events[-1].kind in ENDS:
        names = tuple(event.stage for event in events if event.kind in CLOSINGS)
        yield Counted(names, is_later(events), len({*names}) < len(names), used(read(events).used), 1)


def gaps(events: Case) -> Iterable[Counted]:
    calendar = reference.working_days()
    waiting: list[Event] = []
    for event in events:
        if event.kind in CLOSINGS:
            waiting.append(event)
        elif event.kind is K.OPENED:
            for closed in waiting:
                days = calendar.between(*(received_on(_local(one.at), calendar, HOURS) for one in (closed, event)))
                yield Counted((closed.stage, event.stage), is_later(events), False, days, 1)
            waiting = []


def used(amount: int | dt.timedelta) -> int:
    assert isinstance(amount, int)
    return amount


def _local(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(WIB).replace(tzinfo=None)


def stops(cases: Iterable[tuple[int, Case]], limit: Limit, share: float) -> set[tuple[str, int, int, float]]:
    every: Counter[str] = Counter()
    near: Counter[str] = Counter()
    for key, events in cases:
        for place, event in enumerate(events):
            if event.kind is K.STOPPED:
                left = clock(events[: place + 1], limit, now=event.at).left
                assert left is not None
                every[f"desk {key % 7}"] += 1
                near[f"desk {key % 7}"] += left <= 1 if isinstance(left, int) else left <= dt.timedelta(hours=1)
    return {(by, count, near[by], round(count * share, 6)) for by, count in every.items()}


def told(found: Mined) -> set[tuple[str, int, int, float]]:
    return {(one.by, one.stops, one.near, round(one.expected, 6)) for one in found.stops}


@pytest.mark.usefixtures("world")
def test_the_log_says_what_the_clock_says() -> None:
    cases = drawn(examples(600, one_in=5))
    first = keep(cases)
    found = mined(OWN, scope=OPERATOR, since=SINCE, until=UNTIL, split=SPLIT, now=NOW)
    within = [
        (key, one) for key, one in enumerate(cases, first)
        if SINCE <= accepted(one).astimezone(WIB).date() <= UNTIL
    ]  # fmt: skip

    def counted(of: Callable[[Case], Iterable[Counted]]) -> list[Counted]:
        return [row for _key, one in within for row in of(one)]

    assert found.desks == lines(counted(desks))
    assert found.ways == lines(counted(ways))
    assert found.whole == whole(counted(ways))
    assert found.gaps == lines(counted(gaps))
    assert told(found) == stops(within, IN_DAYS, 2 / 10)
    assert any(one.days.median for one in found.gaps)
    assert found.returned == sum(any(event.kind is K.RETURNED for event in one) for _key, one in within)
    assert any(one.again for one in found.desks)


@pytest.mark.usefixtures("world")
def test_stops_just_before_a_limit_in_office_hours() -> None:
    cases = drawn(examples(300, one_in=5))
    first = keep(cases, BY_HOURS, IN_HOURS)
    found = mined(OWN, scope=OPERATOR, since=dt.date(2025, 1, 1), until=NOW.date(), now=NOW)
    assert told(found) == stops(enumerate(cases, first), IN_HOURS, 1 / 30)
    assert any(0 < one.near < one.stops for one in found.stops)


@pytest.mark.usefixtures("world")
def test_what_comes_after_now_is_not_read() -> None:
    cases = drawn(60, open_=0)
    keep(cases)
    early = at(2025, 6, 2, 9)
    found = mined(OWN, scope=OPERATOR, since=SINCE, until=UNTIL, now=early)
    gone = [[event for event in one if event.at <= early] for one in cases]
    begun = [one for one in gone if any(event.kind is K.ACCEPTED for event in one) and accepted(one) >= at(2025, 2, 3)]
    assert found.ways == lines(row._replace(later=False) for one in begun for row in ways(one))
    assert 0 < len(begun) < len(cases)
    assert mined(OWN, scope=OPERATOR, since=UNTIL, until=UNTIL, now=early).whole is None
    keep([[Event(K.SUBMITTED, early), Event(K.ACCEPTED, early)]], "izin-baru")
    alone = mined(OWN, scope=OPERATOR, since=early.date(), until=UNTIL, service="izin-baru", now=early)
    assert (alone.whole, alone.desks, alone.gaps, alone.stops) == (None, (), (), ())


@pytest.mark.usefixtures("world")
def test_two_of_the_same_name_are_two_who_stop() -> None:
    keep(drawn(100, open_=0))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO platform_personname (reference, name) VALUES ('desk 1', 'Budi'), ('desk 2', 'Budi')"
        )
    found = mined(OWN, scope=OPERATOR, since=SINCE, until=UNTIL, now=NOW)
    assert sorted(one.by for one in found.stops) == ["Budi", "Budi", *(f"desk {one}" for one in (0, 3, 4, 5, 6))]
