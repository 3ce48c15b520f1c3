"""The last that is allowed and the first that is not: moments of booking and check-in, places, numbers, signs."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.selection import examples
from pilar.hospital.rules import entries, moving, patients, privacy, schedule, tasks, triage
from pilar.hospital.rules.booking import (
    CHANNELS,
    Asked,
    BookingState,
    Channel,
    Offer,
    Payer,
    Policy,
    SessionState,
    Visit,
    check_in_faults,
    facts_of,
    faults,
    label,
    left,
    may_leave,
    policy_of,
    reference_faults,
    window,
)
from pilar.hospital.rules.entries import Entry
from pilar.hospital.rules.indicators import Standard, Visited, Waits, Why, waits
from pilar.hospital.rules.moving import Room
from pilar.hospital.rules.patients import Person
from pilar.hospital.rules.tasks import ORDER, TICK, TaskId

WIB = dt.timezone(dt.timedelta(hours=7))
DAY = dt.date(2026, 3, 31)
MINUTE, ONE = dt.timedelta(minutes=1), dt.timedelta(days=1)
APP = Asked(Channel.APP, Payer.GENERAL, Visit.REFERRAL)
RULES = Policy(opens_before=30, from_hour=dt.time(7))


def at(hour: int, minute: int = 0, day: dt.date = DAY) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), WIB)


def refused(now: dt.datetime, asked: Asked = APP, policy: Policy = RULES, *, is_open: bool = True) -> list[str]:
    return [one.code for one in faults(asked, Offer(DAY, at(11), is_open), policy, now)]


def test_a_day_is_booked_from_the_hour_of_its_first_day_until_the_session_ends() -> None:
    first = at(7, day=DAY - 30 * ONE)
    assert [refused(now) for now in (first - MINUTE, first, at(10, 59), at(11))] == [
        ["too-early"], [], [], ["session-over"],
    ]  # fmt: skip
    assert refused(first, is_open=False) == ["session-closed"]
    assert refused(at(11), is_open=False) == ["session-over"], "that it is over says more"


@pytest.mark.parametrize(
    ("policy", "last"),
    [
        (Policy(same_day=True, closes_before=0), DAY),
        (Policy(same_day=False, closes_before=0), DAY - ONE),
        (Policy(same_day=True, closes_before=1), DAY - ONE),
        (Policy(same_day=False, closes_before=3), DAY - 3 * ONE),
    ],
)
def test_the_last_day_of_booking(policy: Policy, last: dt.date) -> None:
    assert window(policy, DAY) == (DAY - 30 * ONE, last)
    assert refused(at(8, day=last), policy=policy) == []
    after = at(8, day=last + ONE)
    late = "session-over" if last == DAY else "too-late"
    for channel in CHANNELS:
        told = refused(after, replace(APP, channel=channel), policy)
        assert told == ([] if channel is Channel.DESK and last < DAY else [late]), channel


def test_a_referral_holds_on_its_last_day_and_has_nineteen_signs() -> None:
    def told(asked: Asked, day: dt.date = DAY) -> list[str]:
        return [one.code for one in reference_faults(asked, day)]

    referred = Asked(Channel.APP, Payer.BPJS, Visit.REFERRAL, "A" * 19, DAY)
    assert (told(referred), told(referred, DAY + ONE)) == ([], ["reference-over"])
    assert told(replace(referred, referred_until=None), DAY + ONE) == []
    for wrong in ("A" * 18, "A" * 20, "A" * 18 + "-"):
        assert told(replace(referred, reference=wrong)) == ["reference-format"]
    control = Asked(Channel.DESK, Payer.BPJS, Visit.CONTROL)
    assert told(control) == []
    for other in (replace(control, channel=Channel.APP), replace(control, visit=Visit.REFERRAL)):
        assert told(other) == ["reference-missing"]


def test_check_in_is_open_from_its_first_minute_until_the_session_ends() -> None:
    def told(now: dt.datetime) -> list[str]:
        return [one.code for one in check_in_faults(now, at(9), at(11), Policy(early=60))]

    assert [told(now) for now in (at(7, 59), at(8), at(10, 59), at(11))] == [
        ["check-in-early"], [], [], ["check-in-over"],
    ]  # fmt: skip


def test_what_is_kept_for_others_is_free_from_its_release_on() -> None:
    release = (at(9), at(9), at(9), at(9))
    for now, places in ((at(9) - MINUTE, 1), (at(9), 6)):
        assert left(Channel.DESK, 6, ((3, 2, 1, 1), (0, 1, 0, 0), release), now) == places
    assert left(Channel.APP, 6, ((3, 2, 1, 1), (5, 0, 0, 0), release), at(8)) == 2, "the own share is not kept from it"
    assert left(Channel.DESK, 6, ((3, 2, 0, 1), (9, 0, 0, 0), release), at(8)) == 3, "more than a share keeps nothing"
    assert left(Channel.DESK, 1, ((3, 2, 0, 1), (0, 0, 0, 0), release), at(8)) == 0


@settings(max_examples=examples(100), deadline=None)
@given(
    shares=st.lists(st.integers(0, 5), min_size=4, max_size=4), more=st.integers(0, 5),
    releases=st.lists(st.integers(0, 12), min_size=4, max_size=4),
    asked=st.lists(st.tuples(st.integers(0, 12), st.sampled_from(CHANNELS)), max_size=60),
)  # fmt: skip
def test_no_channel_starves_and_no_seat_stays_empty(
    shares: list[int], more: int, releases: list[int], asked: list[tuple[int, Channel]]
) -> None:
    """However many come, and however early: a channel has its share until its release, and after the last release
    the first to ask takes what is left. Nobody is booked beyond the capacity."""
    capacity, taken = sum(shares) + more, [0] * len(CHANNELS)
    kept = (shares, taken, [at(hour) for hour in releases])
    for hour, channel in sorted(asked):
        mine, now = CHANNELS.index(channel), at(hour)
        places = left(channel, capacity - sum(taken), kept, now)
        assert places <= capacity - sum(taken)
        assert places > 0 or now >= kept[2][mine] or taken[mine] >= shares[mine]
        assert now < max(kept[2]) or places == capacity - sum(taken)
        taken[mine] += places > 0


def test_a_booking_leaves_before_its_patient_is_here_or_where_the_session_is_not_held() -> None:
    free = {(state, of) for state in BookingState for of in SessionState if may_leave(state, of)}
    assert free == {
        *((BookingState.BOOKED, of) for of in SessionState), (BookingState.ARRIVED, SessionState.CANCELLED)
    }  # fmt: skip


def test_rules_of_a_clinic_are_read_as_they_were_kept() -> None:
    assert policy_of(facts_of(RULES)) == RULES
    assert policy_of({}) == Policy()
    assert [label("A", number) for number in (7, 1000)] == ["A-007", "A-1000"]


@pytest.mark.parametrize(
    ("starts", "ends", "capacity", "shares", "places"),
    [
        (8, 9, 1, (1, 0, 0, 0), []),
        (8, 9, 200, (0, 0, 0, 0), []),
        (8, 9, 201, (0, 0, 0, 0), ["capacity"]),
        (8, 9, 0, (0, 0, 0, 0), ["capacity"]),
        (8, 8, 4, (1, 1, 1, 1), ["ends"]),
        (8, 9, 4, (2, 1, 1, 1), ["shares"]),
        (8, 9, 4, (-1, 0, 0, 0), ["shares"]),
    ],
)
def test_a_weekly_session_fits(
    starts: int, ends: int, capacity: int, shares: tuple[int, ...], places: list[str]
) -> None:
    found = schedule.weekly_faults(dt.time(starts), dt.time(ends), capacity, shares)
    assert [one.place for one in found] == places


def test_tasks_follow_each_other_by_a_millisecond_at_least() -> None:
    for one, other in pairwise(ORDER):
        after = {other, TaskId.ABSENT} if one < TaskId.PHARMACY_WAIT else {other}
        assert tasks.following([one], new=False) == after
    for over in (TaskId.READY, TaskId.ABSENT):
        assert tasks.following([over], new=False) == set()
    assert tasks.following([], new=True) == {TaskId.ADMISSION_WAIT, TaskId.ABSENT}
    assert tasks.following([], new=False) == {TaskId.CLINIC_WAIT, TaskId.ABSENT}
    done = [(TaskId.CLINIC_WAIT, at(9))]
    for now in (at(8), at(9)):
        assert tasks.moment(done, TaskId.CLINIC, now, new=False) == at(9) + TICK
    assert tasks.moment(done, TaskId.CLINIC, at(10), new=False) == at(10)
    with pytest.raises(tasks.TaskOutOfOrder):
        tasks.moment(done, TaskId.READY, at(10), new=False)


def test_signs_lie_within_their_limits_which_belong_to_them() -> None:
    for name, (least, most) in triage.LIMITS.items():
        for value, places in ((least, []), (most, []), (least - 1, [name]), (most + 1, [name])):
            assert [one.place for one in triage.faults({name: str(value)})] == places
    assert [one.place for one in triage.faults({})] == [triage.COMPLAINT]


def test_a_person_is_elderly_from_the_sixtieth_birthday_on() -> None:
    born = Person("Siti", birth_date=dt.date(1966, 3, 31))
    assert [born.elderly(DAY + days * ONE) for days in (-1, 0)] == [False, True]
    assert not Person("Siti").elderly(DAY)


def test_what_is_wrong_with_a_person() -> None:
    def places(**given: str) -> list[str]:
        return [one.place for one in Person(**{"name": "Siti", **given}).faults(DAY)]

    assert places(name="x" * 100, nik="1" * 16, card="2" * 13, family_card="3" * 16, sex="L") == []
    for wrong in (
        {"name": "x" * 101}, {"name": " "}, {"nik": "1" * 15}, {"nik": "1" * 17}, {"card": "2" * 14},
        {"family_card": "3" * 13}, {"sex": "X"},
    ):  # fmt: skip
        assert places(**wrong) == [*wrong]


def test_only_who_knows_all_three_proves_who_they_are() -> None:
    known = Person("Siti", nik="1" * 16, phone="0812-3456", birth_date=dt.date(1990, 1, 1))
    said = replace(known, name="", phone="08123456")
    assert patients.proves(said, known)
    for wrong in ({"nik": "2" * 16}, {"phone": "08123457"}, {"birth_date": dt.date(1990, 1, 2)}):
        assert not patients.proves(replace(said, **wrong), known), wrong
    for unknown in ({"nik": ""}, {"phone": ""}):
        same = replace(known, **unknown)
        assert not patients.proves(same, same), unknown
    assert patients.own_fields(known) == ("phone", "address", "card")


def test_a_reason_has_fifteen_letters_and_a_short_number_is_no_number() -> None:
    assert [bool(privacy.reason_faults("x" * length)) for length in (14, 15)] == [True, False]
    assert (privacy.masked("12345678"), privacy.masked("1234567")) == ("1234••78", "1234567")
    facts = dict.fromkeys(("happened", "data", "consequences", "remedy", "contact"), "x") | {"noticed_at": at(9)}
    assert [[one.place for one in privacy.breach_faults(facts, now)] for now in (at(9), at(8, 59))] == [
        [], ["noticed_at"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "facts", "places"),
    [
        (Entry.CLINIC, {"name": "x" * 80, "code": "a" * 20, "prefix": "ABC", "poli": "INT", "kind": "umum"}, []),
        (Entry.CLINIC, {"name": "x" * 81}, ["name"]),
        (Entry.CLINIC, {"code": "a" * 21, "prefix": "ABCD", "kind": "U"}, ["code", "prefix", "kind"]),
        (Entry.CLINIC, {"poli": "IN"}, ["poli"]),
        (Entry.CLINIC, {"discreet": True, "group": " "}, ["group"]),
        (Entry.CLINIC, {"discreet": True, "group": "x" * 40, "poli": ""}, []),
        (Entry.CLINIC, {"group": "x" * 41, "fingerprint": "ya"}, ["fingerprint", "group"]),
        (Entry.DOCTOR, {"name": " ", "hfis": 0}, ["name", "hfis"]),
        (Entry.DOCTOR, {"name": "x" * 100, "hfis": 1}, []),
        (Entry.DOCTOR, {"hfis": 2**31 - 1}, []),
        (Entry.DOCTOR, {"hfis": 2**31}, ["hfis"]),
        (Entry.HOSPITAL, {"name": "x" * 120, "address": "x" * 200, "ppk": "0" * 12, "organization": "1" * 12}, []),
        (Entry.HOSPITAL, {"name": "x" * 121, "address": "x" * 201}, ["name", "address"]),
        (Entry.ROOM, {"name": "x" * 40}, []),
        (Entry.ROOM, {"name": "x" * 41}, ["name"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_entry(entry: Entry, facts: dict[str, object], places: list[str]) -> None:
    assert [one.place for one in entries.entry_faults(entry, facts)] == places


def test_bookings_go_to_the_next_day_then_to_the_same_doctor_while_places_last() -> None:
    def room(session: int, doctor: int, day: int, hour: int, places: int) -> Room:
        when = at(hour, day=DAY + day * ONE)
        return Room(session, doctor, when.date(), when, (places, 0, places, 0))

    rooms = [room(1, 8, 1, 8, 1), room(2, 7, 1, 9, 1), room(3, 7, 2, 8, 2), room(4, 8, 1, 7, 1)]
    app = Channel.APP
    assert moving.proposals([app] * 6, 7, rooms) == (2, 4, 1, 3, 3, None)
    assert moving.proposals([Channel.JKN, app], 7, rooms) == (None, 2)
    assert moving.proposals([app, Channel.DESK], 7, rooms[1:2]) == (2, None), "one place, whoever comes for it"


def test_nobody_comes_earlier_whose_time_lies_before_the_new_end() -> None:
    assert moving.kept_time(at(9), at(8), at(10)) == at(9)
    assert moving.kept_time(at(8), at(9), at(10)) == at(9)
    assert moving.kept_time(at(10), at(8), at(10)) == at(8)


def test_a_wait_of_an_hour_is_in_time_and_who_came_far_off_is_left_out() -> None:
    standard = Standard(within=60, share=80, kinds=frozenset({"igd"}), far=30)

    def visit(came: int, waited: int, kind: str = "umum", *, examined: bool = False) -> Visited:
        arrived = at(9) + came * MINUTE
        return Visited(kind, at(9), arrived, arrived + waited * MINUTE, examined)

    visits = [
        visit(30, 60),
        visit(-30, 61),
        visit(31, 1),
        visit(-31, 1),
        visit(0, 1, "igd"),
        visit(0, 1, examined=True),
    ]
    found = waits(visits, standard)
    assert found == Waits(2, 1, 60.5, {Why.FAR: 2, Why.KIND: 1, Why.EXAMINED: 1})
    assert (found.share, waits([], standard).share) == (50, None)
