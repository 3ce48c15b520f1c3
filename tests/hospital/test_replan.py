"""New times when the doctor is late or absent: the least delay, as by trying all, nobody earlier without consent."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise, permutations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from kit.selection import examples
from pilar.hospital.rules.replan import Affected, Effect, Free, Plan, _places, replan, starts

EIGHT = dt.datetime(2026, 11, 30, 8, tzinfo=dt.UTC)
TEN_MINUTES = dt.timedelta(minutes=10)
NONE = dt.timedelta()


def at(minutes: float) -> dt.datetime:
    return EIGHT + dt.timedelta(minutes=minutes)


def minutes(of: dt.timedelta) -> float:
    return of.total_seconds() / 60


@st.composite
def cases(draw: st.DrawFn, most: int, until: tuple[int, ...]) -> tuple[list[Affected], dict[str, object]]:
    people = []
    for key in range(draw(st.integers(1, most))):
        planned = at(draw(st.integers(0, 18)) * 10)
        here = draw(st.none() | st.integers(-60, 0))
        sooner = dt.timedelta(minutes=draw(st.sampled_from([0, 0, 30, 120])))
        people.append(Affected(key, planned, sooner, None if here is None else at(here)))
    elsewhere = [Free(at(draw(st.integers(-6, 60)) * 7), session=7) for _one in range(draw(st.integers(0, 3)))]
    return people, {
        "resume": draw(st.none() | st.integers(0, 120).map(at)),
        "until": at(draw(st.sampled_from(until))),
        "each": dt.timedelta(minutes=draw(st.sampled_from([7, 10, 13]))),
        "elsewhere": elsewhere,
        "now": EIGHT,
    }


@settings(max_examples=examples(400))
@given(cases(most=12, until=(90, 240)))
def test_the_laws_of_a_plan(case) -> None:
    people, told = case
    plan: Plan = replan(people, **told)
    placed = [one.person.key for one in plan.given]
    assert sorted([*placed, *(one.key for one in plan.unplaced)]) == [one.key for one in people]
    for one in plan.given:
        assert one.place.at >= one.person.planned - one.person.sooner
        assert one.place.at >= one.person.earliest(EIGHT)
    own = sorted(one.place.at for one in plan.given if one.place.session is None)
    assert all(other - one >= told["each"] for one, other in pairwise(own))
    assert all(told["resume"] <= one < told["until"] for one in own)
    assert len(plan.given) - len(own) <= len(told["elsewhere"])
    assert plan.then.unseen <= plan.nothing.unseen
    if plan.then.unseen == plan.nothing.unseen:
        assert plan.then.delay <= plan.nothing.delay
    for one, other in pairwise(plan.given):
        assert one.place.at <= other.place.at or other.place.at < one.person.earliest(EIGHT)
    assert replan(reversed(people), **told) == plan


@settings(max_examples=examples(150))
@given(cases(most=4, until=(60, 80)))
def test_no_other_assignment_places_more_or_delays_less(case) -> None:
    people, told = case
    plan = replan(people, **told)
    ordered = sorted(people, key=lambda one: (one.planned, one.key))
    resume, until, each = told["resume"], told["until"], told["each"]
    places = [one.at for one in told["elsewhere"]]
    if resume is not None:
        places += _places(starts([one.planned for one in ordered], resume, each), resume, until, each)
    best = None
    for chosen in _choices(len(ordered), places):
        if all(place is None or place >= one.earliest(EIGHT) for one, place in zip(ordered, chosen, strict=True)):
            unplaced = sum(place is None for place in chosen)
            delay = sum(
                (max(place - one.planned, NONE) for one, place in zip(ordered, chosen, strict=True) if place), NONE
            )
            best = min(best, (unplaced, delay)) if best else (unplaced, delay)
    assert best == (len(plan.unplaced), plan.then.delay)


def _choices(people: int, places: list[dt.datetime]):
    for taken in product((True, False), repeat=people):
        for chosen in permutations(places, sum(taken)):
            each = iter(chosen)
            yield [next(each) if one else None for one in taken]


def test_forty_minutes_late_shifts_all_and_spares_them_the_waiting() -> None:
    people = [Affected(key, at(key * 10)) for key in range(12)]
    plan = replan(people, resume=at(40), until=at(240), each=TEN_MINUTES, now=at(-60))
    assert [minutes(one.delay) for one in plan.given] == [40] * 12
    assert plan.nothing == Effect(dt.timedelta(minutes=480), dt.timedelta(minutes=480), 12, 0)
    assert plan.then == Effect(NONE, dt.timedelta(minutes=480), 12, 0)


def test_gaps_take_the_delay_up_and_those_after_them_keep_their_time() -> None:
    people = [Affected(key, at(planned)) for key, planned in enumerate([0, 10, 60, 70])]
    plan = replan(people, resume=at(30), until=at(240), each=TEN_MINUTES, now=at(-60))
    assert [one.place.at for one in plan.given] == [at(30), at(40), at(60), at(70)]
    assert [one.person.key for one in plan.moved] == [0, 1]


def test_who_agreed_comes_sooner_and_only_as_far_as_they_agreed_and_with_notice() -> None:
    agreed = dt.timedelta(minutes=60)
    late = [Affected(0, at(0)), Affected(1, at(100), sooner=agreed), Affected(2, at(100))]
    plan = replan(late, resume=at(30), until=at(240), each=TEN_MINUTES, now=at(-60))
    assert [one.place.at for one in plan.given] == [at(30), at(40), at(100)]
    soon = replan(late, resume=at(30), until=at(240), each=TEN_MINUTES, now=at(20))
    assert [one.place.at for one in soon.given][1] >= at(80)


def test_an_absent_doctor_leaves_the_free_places_of_others_and_says_who_has_none() -> None:
    people = [Affected(key, at(key * 10)) for key in range(3)]
    free = [Free(at(15), session=7), Free(at(60), session=8)]
    plan = replan(people, resume=None, until=at(240), each=TEN_MINUTES, elsewhere=free, now=at(-60))
    assert [(one.person.key, one.place) for one in plan.given] == [(1, free[0]), (2, free[1])]
    assert [one.key for one in plan.unplaced] == [0]
    assert (plan.nothing.unseen, plan.then.unseen, plan.then.delay) == (3, 1, dt.timedelta(minutes=45))


def test_what_no_longer_fits_before_the_doctor_goes_is_told() -> None:
    people = [Affected(key, at(key * 10)) for key in range(6)]
    plan = replan(people, resume=at(40), until=at(70), each=TEN_MINUTES, now=at(-60))
    assert [len(plan.given), len(plan.unplaced)] == [3, 3]
    assert (plan.then.unseen, plan.nothing.unseen) == (3, 3)
