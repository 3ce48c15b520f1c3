"""What PostgreSQL counts in the event log, against the clock that reads case after case."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import pytest

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
from pilar.permits.rules.mining import Counted, Stops, lines, whole
from pilar.platform.calendar import received_on

pytestmark = pytest.mark.django_db
SINCE, UNTIL, SPLIT = dt.date(2025, 2, 3), dt.date(2025, 11, 28), dt.date(2025, 7, 1)
NOW = at(2026, 6, 1, 9)
ENDS = (K.ISSUED, K.REFUSED)
CLOSINGS = (K.DONE, K.SENT_BACK)
DAYS = 9
SERVICE = "izin-uji"
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


def keep(cases: Sequence[Case]) -> int:
    """Store cases of a service with all kinds of stages; the key of the first."""
    version = ServiceVersion.objects.filter(region=OWN, key=SERVICE).first()
    if version is None:
        said = definition()
        levy = {"key": "levy", "kind": "levy", "name": {"id": "Retribusi"}, "role": "treasury", "after": ["decide"]}
        version = publish(OWN, {**said, "key": SERVICE, "stages": [*said["stages"], levy]})
    return load(cases, region=OWN, version=version.pk)


def accepted(events: Case) -> dt.datetime:
    return next(event.at for event in events if event.kind is K.ACCEPTED)


def is_later(events: Case) -> bool:
    return accepted(events) >= dt.datetime.combine(SPLIT, dt.time(), WIB)


def read(events: Case) -> Reading:
    return clock(events, Terms(Limit(days=DAYS)), now=NOW)


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
    closed = None
    for event in events:
        if event.kind in CLOSINGS:
            closed = event.at
        elif event.kind is K.OPENED and closed:
            days = calendar.between(*(received_on(_local(one), calendar, HOURS) for one in (closed, event.at)))
            yield Counted((event.stage,), is_later(events), False, days, 1)


def used(amount: int | dt.timedelta) -> int:
    assert isinstance(amount, int)
    return amount


def _local(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(WIB).replace(tzinfo=None)


def stops(cases: Iterable[tuple[int, Case]]) -> set[tuple[str, int, int, float]]:
    every: Counter[str] = Counter()
    near: Counter[str] = Counter()
    for key, events in cases:
        for place, event in enumerate(events):
            if event.kind is K.STOPPED:
                left = clock(events[: place + 1], Limit(days=DAYS), now=event.at).left
                assert isinstance(left, int)
                every[f"desk {key % 7}"] += 1
                near[f"desk {key % 7}"] += left <= 1
    return {(by, count, near[by], round(count * 2 / (DAYS + 1), 6)) for by, count in every.items()}


@pytest.mark.usefixtures("world")
def test_the_log_says_what_the_clock_says() -> None:
    cases = drawn(examples(600))
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
    assert {(one.by, one.stops, one.near, round(one.expected, 6)) for one in found.stops} == stops(within)
    assert found.returned == sum(any(event.kind is K.RETURNED for event in one) for _key, one in within)
    assert any(one.again for one in found.desks)
    assert isinstance(found.stops[0], Stops)
