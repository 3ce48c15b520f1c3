"""The clock of a case: dates that were counted by hand, what stops, stages and sentences do."""

from __future__ import annotations

import datetime as dt

import pytest

from permits.histories import FAR, at, clock, stopped
from pilar.permits.reference.deadlines import lawful_limit
from pilar.permits.rules.cases import EventKind as K
from pilar.permits.rules.clock import Event, Limit, Pace, Terms
from pilar.permits.rules.explaining import explained
from pilar.platform.calendar import Leave

DAYS_5 = Limit(days=5)


@pytest.mark.parametrize(
    ("accepted", "days", "due"),
    [
        (at(2026, 3, 13, 9), 14, dt.date(2026, 4, 10)),
        (at(2025, 3, 26, 9), 14, dt.date(2025, 4, 25)),
        (at(2026, 3, 13, 9), 5, dt.date(2026, 3, 27)),
        (at(2026, 3, 13, 20), 5, dt.date(2026, 3, 30)),
        (at(2026, 3, 14, 9), 5, dt.date(2026, 3, 30)),
    ],
    ids=[
        "14 days over Idulfitri",
        "14 days over Idulfitri 2025",
        "5 days",
        "after the offices closed",
        "on a Saturday",
    ],
)
def test_days_counted_by_hand(accepted: dt.datetime, days: int, due: dt.date) -> None:
    found = clock([Event(K.ACCEPTED, accepted)], Limit(days=days))
    assert found.due == due
    assert found.deadline
    assert len(found.deadline.counted) == days
    assert found.deadline.counted[-1] == due


def test_joint_leave_is_worked_where_the_service_says_so() -> None:
    events = [Event(K.ACCEPTED, at(2026, 3, 13, 9))]
    assert clock(events, DAYS_5, leave=Leave.WORKED).due == dt.date(2026, 3, 23)


def test_days_are_those_of_the_region() -> None:
    late_in_utc = dt.datetime(2026, 4, 8, 23, 30, tzinfo=dt.UTC)  # 6.30 WIB of the 9th
    assert clock([Event(K.ACCEPTED, late_in_utc)], DAYS_5).day_zero == dt.date(2026, 4, 9)


def test_before_the_check_there_is_no_due_day() -> None:
    found = clock([Event(K.SUBMITTED, at(2026, 4, 9, 9))], DAYS_5)
    assert (found.day_zero, found.due, found.deadline, found.used, found.left) == (None, None, None, 0, 5)
    assert found.pace is Pace.NOT_BEGUN


def test_what_remains_goes_on_after_a_stop() -> None:
    stop = [Event(K.ACCEPTED, at(2026, 4, 6, 9)), Event(K.STOPPED, at(2026, 4, 8, 10), reason="papers")]
    standing = clock(stop, DAYS_5, now=at(2026, 4, 15, 9))
    assert (standing.pace, standing.due, standing.used, standing.left) == (Pace.STOPPED, None, 2, 3)
    assert standing.stopped_since == at(2026, 4, 8, 10)
    resumed = clock([*stop, Event(K.RESUMED, at(2026, 4, 16, 8))], DAYS_5, now=at(2026, 4, 17, 9))
    assert (resumed.due, resumed.used, resumed.left) == (dt.date(2026, 4, 21), 3, 2)
    assert [(one.reason, one.stood) for one in resumed.stops] == [("papers", 6)]


def test_a_stop_after_the_last_day_revives_nothing() -> None:
    found = clock(stopped(at(2026, 4, 6, 9), [9 * 24 * 60]), DAYS_5, now=at(2026, 5, 6, 9))
    assert (found.pace, found.due, found.left) == (Pace.LATE, dt.date(2026, 4, 13), -2)


def test_waiting_for_the_payment_of_a_levy_stands_too() -> None:
    events = [
        Event(K.ACCEPTED, at(2026, 4, 6, 9)),
        Event(K.LEVIED, at(2026, 4, 7, 9)),
        Event(K.STOPPED, at(2026, 4, 8, 9)),
        Event(K.PAID, at(2026, 4, 9, 9)),
    ]
    assert clock(events, DAYS_5).due is None, "the other stop has not ended"
    assert clock([*events, Event(K.RESUMED, at(2026, 4, 13, 9))], DAYS_5).due == dt.date(2026, 4, 17)


def test_a_levy_that_is_taken_back_lets_the_clock_go_on() -> None:
    events = [
        Event(K.ACCEPTED, at(2026, 4, 6, 9)), Event(K.LEVIED, at(2026, 4, 7, 9)), Event(K.RESUMED, at(2026, 4, 9, 9)),
    ]  # fmt: skip
    found = clock(events, DAYS_5, now=at(2026, 4, 10, 9))
    assert (found.due, found.stopped_since, found.used) == (dt.date(2026, 4, 15), None, 2)
    (stop,) = found.stops
    assert (stop.kind, stop.ended_by, stop.stood) == (K.LEVIED, K.RESUMED, 2)
    assert not any("levy was paid" in one.text for one in explained(found))
    again = [*events, Event(K.LEVIED, at(2026, 4, 10, 9)), Event(K.PAID, at(2026, 4, 13, 9))]
    found = clock(again, DAYS_5, now=at(2026, 4, 13, 10))
    assert found.due == dt.date(2026, 4, 16)
    assert any("levy was paid" in one.text for one in explained(found))


@pytest.mark.parametrize(
    ("issued", "pace", "used"),
    [
        (at(2026, 4, 13, 21), Pace.IN_TIME, 5),
        (at(2026, 4, 14, 7), Pace.DONE_LATE, 6),
        (at(2026, 4, 7, 9), Pace.IN_TIME, 1),
    ],
)
def test_what_has_ended_keeps_its_due_day(issued: dt.datetime, pace: Pace, used: int) -> None:
    events = [Event(K.ACCEPTED, at(2026, 4, 6, 9)), Event(K.ISSUED, issued)]
    found = clock(events, DAYS_5, now=at(2026, 6, 1, 9))
    assert (found.pace, found.used, found.due, found.done) == (pace, used, dt.date(2026, 4, 13), issued)


def test_a_weekend_after_the_due_day_is_late_without_a_further_day() -> None:
    events = [Event(K.ACCEPTED, at(2026, 4, 10, 9))]
    on_friday, on_saturday = (clock(events, DAYS_5, now=at(2026, 4, day, 12)) for day in (17, 18))
    assert (on_friday.pace, on_friday.left) == (Pace.RUNNING, 0)
    assert (on_saturday.pace, on_saturday.left) == (Pace.LATE, 0)


def test_withdrawn_in_a_stop_is_over() -> None:
    found = clock([*stopped(at(2026, 4, 6, 9), [60]), Event(K.WITHDRAWN, at(2026, 4, 20, 9))], DAYS_5)
    assert (found.pace, found.due, found.stopped_since, found.used) == (Pace.IN_TIME, None, None, 0)
    assert [one.stood for one in found.stops] == [10]


STAGES = Terms(Limit(days=9), {"check": Limit(days=1), "health": Limit(days=3), "visit": Limit(hours=10)})


def test_the_check_has_its_clock_before_day_zero_and_stands_while_the_applicant_corrects() -> None:
    events = [
        Event(K.SUBMITTED, at(2026, 4, 6, 9)),
        Event(K.OPENED, at(2026, 4, 6, 9), "check"),
        Event(K.RETURNED, at(2026, 4, 6, 15)),
        Event(K.SUBMITTED, at(2026, 4, 20, 9)),
    ]
    check = clock(events, STAGES, now=at(2026, 4, 21, 9)).stages["check"]
    assert (check.due, check.used, check.left) == (dt.date(2026, 4, 21), 1, 0)
    done = clock([*events, Event(K.DONE, at(2026, 4, 22, 9), "check")], STAGES).stages["check"]
    assert (done.pace, done.done) == (Pace.DONE_LATE, at(2026, 4, 22, 9))


def test_stages_run_beside_each_other_and_stand_with_the_case() -> None:
    events = [
        Event(K.ACCEPTED, at(2026, 4, 6, 9)),
        Event(K.OPENED, at(2026, 4, 6, 9), "health"),
        Event(K.OPENED, at(2026, 4, 6, 9), "visit"),
        Event(K.OPENED, at(2026, 4, 6, 9), "unknown"),
        Event(K.STOPPED, at(2026, 4, 7, 9)),
        Event(K.RESUMED, at(2026, 4, 14, 9)),
    ]
    found = clock(events, STAGES, now=at(2026, 4, 14, 10)).stages
    assert found["health"].due == dt.date(2026, 4, 16)
    # 7.30 to 12 and 13 to 16: six hours on the 6th after 9, an hour and a half on the 7th, the rest after the stop.
    assert found["visit"].due == at(2026, 4, 14, 12) - dt.timedelta(minutes=30)
    assert found["visit"].used == dt.timedelta(hours=8, minutes=30)
    assert (found["unknown"].due, found["unknown"].left, found["unknown"].used) == (None, None, 1)


def test_sent_back_a_stage_finds_what_remained() -> None:
    events = [
        Event(K.ACCEPTED, at(2026, 4, 6, 9)),
        Event(K.OPENED, at(2026, 4, 6, 9), "health"),
        Event(K.DONE, at(2026, 4, 8, 9), "health"),
        Event(K.OPENED, at(2026, 4, 8, 9), "decide"),
        Event(K.SENT_BACK, at(2026, 4, 10, 9), "decide"),
        Event(K.OPENED, at(2026, 4, 10, 9), "health"),
    ]
    health, decide = (clock(events, STAGES, now=at(2026, 4, 13, 9)).stages[key] for key in ("health", "decide"))
    assert (health.due, health.used, health.left, health.done) == (dt.date(2026, 4, 13), 3, 0, None)
    assert (decide.used, decide.done) == (2, at(2026, 4, 10, 9))
    before = clock(events, STAGES, now=at(2026, 4, 9, 9)).stages["health"]
    assert (before.due, before.used, before.pace) == (dt.date(2026, 4, 9), 2, Pace.IN_TIME)


@pytest.mark.parametrize(
    ("day", "days"), [(dt.date(2020, 11, 1), 10), (dt.date(2020, 11, 2), 5), (dt.date(2026, 11, 30), 5)]
)
def test_the_law_sets_a_limit_where_the_service_sets_none(day: dt.date, days: int) -> None:
    found = lawful_limit(day)
    assert (found.limit, found.law[:10], found.source[:8]) == (Limit(days=days), "UU 30/2014", "https://")
    with pytest.raises(ValueError, match="empty"):
        lawful_limit(dt.date(2014, 10, 16))


@pytest.mark.parametrize("unfit", [{}, {"days": 0}, {"hours": -1}, {"days": 1, "hours": 1}])
def test_a_limit_has_one_unit_and_begins_with_one(unfit: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="Limit"):
        Limit(**unfit)


def said(*events: Event, limit: Limit | None = DAYS_5, now: dt.datetime = FAR) -> list[str]:
    found = clock(events, Terms(limit), now=now)
    return [one.text % one.fields for one in explained(found)]


def test_sentences_tell_how_to_count_again() -> None:
    accepted = Event(K.ACCEPTED, at(2026, 3, 13, 9))
    day_zero, held, due = explained(clock([accepted], DAYS_5, now=at(2026, 3, 17, 9)))
    assert day_zero.fields == {"day": dt.date(2026, 3, 13)}
    assert held.fields["days"] == tuple(dt.date(2026, 3, day) for day in (18, 19, 20, 23, 24))
    assert due.fields == {"limit": 5, "used": 2, "left": 3, "due": dt.date(2026, 3, 27), "time": ""}
    assert said() == ["The clock begins when the papers are found complete"]
    assert said(accepted, limit=None, now=at(2026, 3, 16, 9))[-1] == "No limit is set; 1 working days are used"
    assert said(accepted, limit=Limit(hours=3), now=at(2026, 3, 13, 10))[-1] == (
        "3 office hours end on 2026-03-13 at 13:00:00: 1.0 are used, 2.0 are left"
    )
    stop = stopped(at(2026, 4, 6, 9), [60, 24 * 60])
    assert said(*stop, now=at(2026, 4, 8, 9))[1:] == [
        "The clock stood still from 2026-04-06 to 2026-04-07: 1 working days",
        "5 working days end on 2026-04-14: 1 are used, 4 are left",
    ]
    assert said(*stop[:2], now=at(2026, 4, 8, 9))[1:] == [
        "The clock stands still since 2026-04-06",
        "Of 5 working days 0 are used; 5 are left and go on when the stop has ended",
    ]
    assert said(*stop, limit=Limit(hours=20), now=at(2026, 4, 8, 9))[1].endswith(": 7.5 office hours")
    assert said(*stop, now=at(2026, 5, 4, 9))[-1] == "5 working days ended on 2026-04-14; 18 are used"
    assert said(*stop, Event(K.ISSUED, at(2026, 4, 14, 9)))[-1] == "It took 5 of 5 working days"
    assert said(*stop, Event(K.ISSUED, at(2026, 4, 15, 9)))[-1] == (
        "It took 6 working days where 5 were allowed; it was due on 2026-04-14"
    )
    far = said(Event(K.ACCEPTED, at(2027, 12, 29, 9)), now=at(2027, 12, 29, 10))
    assert far[-1] == "The holidays of (2028,) are not decreed yet: the date can still change"
