"""Laws of the clock: a second engine for days, minutes counted one by one, and what never changes a due date."""

from __future__ import annotations

import datetime as dt
import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.selection import examples
from permits.histories import HOURS, WIB, at, clock, is_open, stopped
from pilar.areas import reference
from pilar.permits.rules.cases import EventKind as K
from pilar.permits.rules.clock import Event, Limit, Reading, Terms
from pilar.platform.calendar import Decree, Holiday, Leave, WorkingDays, hours_on
from pilar.platform.language import Bilingual

CASES = 20_000
DAY = dt.timedelta(days=1)
ROWS = reference.calendar().holidays
DECREE = Decree("1/2026", dt.date(2026, 1, 2), "assumption")

MOMENTS = st.datetimes(dt.datetime(2025, 1, 6), dt.datetime(2026, 12, 20), timezones=st.just(WIB))  # noqa: DTZ001
GAPS = st.lists(st.integers(0, 6 * 24 * 60), max_size=7)
LIMITS = st.builds(Limit, days=st.integers(1, 15)) | st.builds(Limit, hours=st.integers(1, 40))


def effective(moment: dt.datetime, off: np.ndarray) -> dt.date:
    """The day as of which something counts, by numpy."""
    local = moment.astimezone(WIB)
    closed = local.time() > hours_on(local.date(), HOURS).parts(local.date())[-1][1]
    found: dt.date = np.busday_offset(local.date() + DAY * closed, 0, "forward", holidays=off).astype(object)
    return found


def test_numpy_finds_the_same_days_in_cases_with_stops() -> None:
    draw = random.Random(13)
    off_by = {
        leave: np.array(
            [row.day for row in ROWS if not row.dropped_by and not (row.joint_leave and leave is Leave.WORKED)],
            dtype="datetime64[D]",
        )
        for leave in Leave
    }
    seen: set[tuple[bool, bool, int]] = set()
    for _case in range(examples(CASES)):
        leave, days = draw.choice([*Leave]), draw.randint(1, 30)
        accepted = at(2024, 2, 1) + dt.timedelta(minutes=draw.randrange(1_600_000))
        events = stopped(accepted, [draw.randrange(12_000) for _gap in range(draw.randrange(8))])
        now = events[-1].at + dt.timedelta(minutes=draw.randrange(40_000))
        found = clock(events, Limit(days=days), leave=leave, now=now)

        off = off_by[leave]
        edges = [effective(event.at, off) for event in events]
        stops = zip(edges[1::2], [*edges[2::2], dt.date(2029, 12, 31)], strict=False)
        off = np.concatenate(
            [off, *(np.arange(since + DAY, until + DAY, dtype="datetime64[D]") for since, until in stops)]
        )
        first = edges[0] + DAY
        due = np.busday_offset(first, days - 1, "forward", holidays=off).astype(object)
        used = max(0, np.busday_count(first, now.date() + DAY, holidays=off))
        expected = None if due.year > 2029 else due
        assert (found.day_zero, found.due, found.used, found.left) == (edges[0], expected, used, days - used), events
        seen.add((expected is None, bool(used > days)))
    assert len(seen) == 4 - 1, "standing with something left, in time, late"


def outcome(found: Reading) -> tuple[object, ...]:
    """What a person is told, without how the stops were noted."""
    return found.day_zero, found.due, found.used, found.left, found.pace, found.deadline, found.stages


def staged(accepted: dt.datetime, gaps: list[int]) -> tuple[Event, ...]:
    """As :func:`stopped`, with a stage that opens with the case."""
    first, *others = stopped(accepted, gaps)
    return first, Event(K.OPENED, first.at, "health"), *others


def terms(limit: Limit) -> Terms:
    return Terms(limit, {"health": limit})


@given(accepted=MOMENTS, gaps=GAPS, limit=LIMITS, off=st.integers(0, 60), now=st.integers(0, 60 * 24 * 60))
@settings(max_examples=examples(400))
def test_a_further_holiday_makes_no_due_date_earlier(
    accepted: dt.datetime, gaps: list[int], limit: Limit, off: int, now: int
) -> None:
    events, moment = staged(accepted, gaps), accepted + dt.timedelta(minutes=now)
    holiday = Holiday(accepted.date() + DAY * off, Bilingual("Libur", "Holiday"), DECREE)
    more = WorkingDays([*ROWS, holiday], weekend=[6, 7])
    without, with_it = (clock(events, terms(limit), now=moment, calendar=one) for one in (None, more))
    assert with_it.due is None or (without.due is not None and with_it.due >= without.due)
    assert with_it.used <= without.used
    assert with_it.stages["health"].used <= without.stages["health"].used


@given(accepted=MOMENTS, gaps=st.lists(st.integers(0, 9_000), min_size=1, max_size=7), limit=LIMITS, data=st.data())
@settings(max_examples=examples(400))
def test_a_stop_in_two_pieces_is_the_same_stop(
    accepted: dt.datetime, gaps: list[int], limit: Limit, data: st.DataObject
) -> None:
    events = staged(accepted, gaps)
    stop = data.draw(st.sampled_from([place for place, event in enumerate(events) if event.kind is K.STOPPED]))
    until = events[stop + 1].at if stop + 1 < len(events) else events[stop].at + 5 * DAY
    cut = data.draw(st.datetimes(_naive(events[stop].at), _naive(until), timezones=st.just(WIB)))
    pieces = (*events[: stop + 1], Event(K.RESUMED, cut), Event(K.STOPPED, cut), *events[stop + 1 :])
    assert outcome(clock(pieces, terms(limit))) == outcome(clock(events, terms(limit)))


@given(accepted=MOMENTS, gaps=GAPS, limit=LIMITS, cut=st.integers(0, 40 * 24 * 60), later=st.integers(0, 90_000))
@settings(max_examples=examples(400))
def test_cut_at_any_moment_and_resumed_it_goes_on_as_before(
    accepted: dt.datetime, gaps: list[int], limit: Limit, cut: int, later: int
) -> None:
    events, moment = staged(accepted, gaps), accepted + dt.timedelta(minutes=cut)
    before = tuple(event for event in events if event.at <= moment)
    after = events[len(before) :]
    assert clock(events, terms(limit), now=moment) == clock(before, terms(limit), now=moment), "later events count"
    if before[-1].kind is K.STOPPED:
        pieces = (*before, Event(K.RESUMED, moment), Event(K.STOPPED, moment), *after)
    else:
        pieces = (*before, Event(K.STOPPED, moment), Event(K.RESUMED, moment), *after)
    now = moment + dt.timedelta(minutes=later)
    assert outcome(clock(pieces, terms(limit), now=now)) == outcome(clock(events, terms(limit), now=now))


def _naive(moment: dt.datetime) -> dt.datetime:
    return moment.replace(tzinfo=None)


@given(
    accepted=MOMENTS.map(lambda moment: moment.replace(second=0, microsecond=0)),
    gaps=st.lists(st.integers(0, 4_000), max_size=5),
    hours=st.integers(1, 30),
    now=st.integers(0, 30_000),
)
@settings(max_examples=examples(100))
def test_office_hours_against_minutes_counted_one_by_one(
    accepted: dt.datetime, gaps: list[int], hours: int, now: int
) -> None:
    calendar, events, minute = reference.working_days(), stopped(accepted, gaps), dt.timedelta(minutes=1)
    now_at = events[-1].at + dt.timedelta(minutes=now)
    counted, due, moment, stands = 0, None, accepted, [event.at for event in events[1:]]
    while moment < max(now_at, events[-1].at):
        runs = sum(edge <= moment for edge in stands) % 2 == 0
        counted += runs and is_open(_naive(moment), calendar)
        moment += minute
        if due is None and counted == hours * 60:
            due = moment
    found = clock(events, Limit(hours=hours), now=now_at)
    assert found.used == counted * minute
    if due is not None:
        assert found.due == due
    elif len(events) % 2:
        assert found.due is not None
        assert found.due > now_at  # type: ignore[operator]
        assert clock(events, Limit(hours=hours), now=found.due).left == dt.timedelta()  # type: ignore[arg-type]
    else:
        assert found.due is None
