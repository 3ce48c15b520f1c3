"""Forecasts against sessions kept back from learning: coverage, width against its floor, and what corrects them."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from statistics import fmean

import numpy as np
import pytest

from pilar.hospital.documents import simulation as document
from pilar.hospital.reference.simulation import assumed
from pilar.hospital.rules.forecast import (
    LEAST,
    MOST,
    Forecast,
    Forecaster,
    InService,
    Judged,
    Person,
    Played,
    Seen,
    corrected,
    coverage,
    replayed,
)
from pilar.hospital.rules.schedule import GridRule, offsets
from pilar.hospital.rules.simulation import Consultations
from pilar.hospital.rules.turns import NEVER, starts

GIVEN = assumed()
LASTING = GIVEN.consultations
PATIENTS, LEARNED, KEPT_BACK = 18, 300, 400
KIND = "INT"


def day(draw: np.random.Generator, lasting: Consultations = LASTING, pace: float = 1) -> list[Seen]:
    """A session of one doctor."""
    returning = draw.random(PATIENTS) < lasting.returns
    means = np.where(returning, lasting.returning, lasting.new)
    minutes = pace * means * lasting.relative(draw, (PATIENTS,))
    return [Seen(KIND, 7, bool(back), float(one), -5) for back, one in zip(returning, minutes, strict=True)]


def judged(forecaster: Forecaster, session: list[Seen], *, kind: str = KIND, doctor: int = 7) -> dict[int, Judged]:
    """By people ahead: what was said at the opening, everyone there, and when each was called."""
    queue = [Person(one.returning) for one in session]
    called = np.cumsum([0, *(one.minutes for one in session)])
    found = forecaster.forecast(queue, kind=kind, doctor=doctor)
    return {ahead: Judged(found[ahead], float(called[ahead])) for ahead in range(1, len(session))}


def history(sessions: int, seed: int, **given: float) -> list[list[Seen]]:
    draw = np.random.default_rng(seed)
    return [day(draw, **given) for _session in range(sessions)]


LEARNT = Forecaster((one for session in history(LEARNED, 1) for one in session), GIVEN.crowd, LASTING)


def test_on_sessions_kept_back_the_interval_holds_for_eighty_of_a_hundred_and_is_as_narrow_as_can_be() -> None:
    by_ahead: dict[int, list[Judged]] = defaultdict(list)
    for session in history(KEPT_BACK, 2):
        for ahead, one in judged(LEARNT, session).items():
            by_ahead[ahead].append(one)
    share = coverage([one for found in by_ahead.values() for one in found])

    assert share is not None
    assert LEAST <= share <= MOST
    for floor in (GIVEN.floor, document.floor(GIVEN)):
        for ahead, (low, high) in floor.items():
            width = fmean(one.forecast.high - one.forecast.low for one in by_ahead[ahead])
            assert width <= 1.1 * (high - low), ahead


def test_in_the_middle_of_a_consultation_it_holds_as_well() -> None:
    found = []
    draw = random.Random(3)
    for session in history(KEPT_BACK, 4):
        since = draw.uniform(0, session[0].minutes)
        queue = [Person(one.returning) for one in session[1:6]]
        serving = InService(session[0].returning, since)
        forecasts = LEARNT.forecast(queue, kind=KIND, doctor=7, serving=serving)
        called = np.cumsum([one.minutes for one in session[:5]]) - since
        found += [Judged(one, at) for one, at in zip(forecasts, called, strict=True)]

    share = coverage(found)
    assert share is not None
    assert LEAST - 1 <= share <= MOST + 1


def test_a_clinic_without_records_takes_what_is_assumed_and_a_new_doctor_what_the_kind_of_clinic_says() -> None:
    nothing = Forecaster([], GIVEN.crowd, LASTING)
    share = coverage([one for session in history(100, 5) for one in judged(nothing, session).values()])
    assert share is not None
    assert 75 <= share <= 85

    slow = Forecaster((one for session in history(LEARNED, 6, pace=2) for one in session), GIVEN.crowd, LASTING)
    queue = [Person(returning=True)] * 6
    of_kind, elsewhere = (slow.forecast(queue, kind=kind, doctor=99)[5].likely for kind in (KIND, "ANA"))
    assert of_kind == pytest.approx(2 * elsewhere, rel=0.1)


def test_a_doctor_is_known_by_their_own_pace_once_there_are_records() -> None:
    quick = [Seen(KIND, 3, one.returning, one.minutes / 2, -5) for session in history(40, 8) for one in session]
    both = Forecaster([*(one for session in history(40, 9) for one in session), *quick], GIVEN.crowd, LASTING)
    queue = [Person(returning=False)] * 8
    slower, quicker = (both.forecast(queue, kind=KIND, doctor=doctor)[7].likely for doctor in (7, 3))
    assert quicker < 0.65 * slower


def test_who_may_not_come_who_comes_later_and_a_late_doctor_count() -> None:
    def likely(*queue: Person, begins: float | None = None) -> float:
        return LEARNT.forecast(queue, kind=KIND, doctor=7, begins=begins)[-1].likely

    here = Person(returning=True)
    usual = likely(here, here, here, here)
    assert likely(here, Person(True, due=10, chance=0.3), Person(True, due=10, chance=0.3), here) < usual
    assert likely(here, here, here, here, begins=40) == pytest.approx(usual + 40)
    assert likely(Person(True, due=60), here) < likely(here, here)
    assert likely(Person(True, due=60)) == 60
    assert likely(Person(True, due=30, chance=0.0)) == 30
    # Who should have come an hour ago hardly comes any more.
    assert likely(here, Person(True, due=-60, chance=0.9), here) == pytest.approx(likely(here, here), abs=1)


def test_played_days_with_times_of_their_own_absences_and_turnover_hold_after_a_week_of_correction() -> None:
    draw, rule = np.random.default_rng(11), offsets(GridRule.INDIVIDUAL, PATIENTS, 13, length=240)

    def drawn() -> tuple[list[Seen], np.ndarray]:
        session = day(draw)
        off = draw.normal(-15, 10, PATIENTS)
        absent = draw.random(PATIENTS) < 0.1
        return [replace(one, off=float(late)) for one, late in zip(session, off, strict=True)], absent

    def week(width: float) -> list[Judged]:
        known = (one for _ in range(60) for one in drawn()[0])
        forecaster, found = Forecaster(known, GIVEN.crowd, LASTING, width=width), []
        for _session in range(25):
            session, absent = drawn()
            minutes = np.array([one.minutes for one in session])
            arrived = np.where(absent, NEVER, np.array(rule) + [one.off for one in session])
            called = starts(arrived[None], minutes[None], np.zeros(1))[0]
            played = [
                Played(one.returning, due) if gone
                else Played(one.returning, due, float(came), float(begun), float(begun + one.minutes))
                for one, due, gone, came, begun in zip(session, rule, absent, arrived, called, strict=True)
            ]  # fmt: skip
            told = replayed(forecaster, played, kind=KIND, doctor=7, chance=0.9)
            found += [Judged(said, float(called[place] - arrived[place]) + 0.5) for place, _ahead, said in told]
        return found

    first = week(1.0)
    share, then = coverage(first), coverage(week(corrected(1.0, first)))
    assert share is not None
    assert then is not None
    assert 68 <= share <= 88
    assert 74 <= then <= 86


def test_nobody_is_called_before_now_a_late_doctor_is_late_as_ever_and_long_consultations_end_any_moment() -> None:
    late = Forecaster([], GIVEN.crowd, LASTING, late=[*range(40)])
    first = late.forecast([Person(True)], kind=KIND, doctor=7, begins=-30)[0]
    assert first.low >= 0
    assert first.high < 10  # it has been late for half an hour: by forty minutes it never was
    found = LEARNT.forecast([Person(True)] * 3, kind=KIND, doctor=7, serving=InService(False, 600))
    assert all(0 <= one.low <= one.likely <= one.high for one in found)
    assert found[0].high <= 2
    assert LEARNT.forecast([], kind=KIND, doctor=7) == ()


def test_a_week_in_which_too_few_or_too_many_held_makes_the_next_one_hold() -> None:
    uneven = Consultations(13.4, 1.1, 15.1, 12.3, 0.03, 2.6, 0.3)
    width = 1.0
    shares = []
    for week in range(3):
        week_of = Forecaster([], GIVEN.crowd, LASTING, width=width)
        seen = [one for session in history(60, 20 + week, lasting=uneven) for one in judged(week_of, session).values()]
        share = coverage(seen)
        assert share is not None
        shares.append(share)
        width = corrected(width, seen)
    assert shares[0] < LEAST
    assert LEAST - 1 <= shares[1] <= MOST + 1
    assert LEAST - 1 <= shares[2] <= MOST + 1


def test_the_width_stays_where_coverage_is_right_and_follows_few_forecasts_by_a_part() -> None:
    sure = Forecast(10, 20, 40)
    right = [Judged(sure, 20)] * 80 + [Judged(sure, 60)] * 20
    assert corrected(1.3, right) == 1.3
    assert corrected(1.3, []) == 1.3
    assert corrected(1.0, [Judged(sure, 60)] * 200) == pytest.approx(2)
    assert corrected(1.0, [Judged(sure, 60)] * 20) == pytest.approx(2**0.1)
    assert corrected(2.0, [Judged(sure, 25)] * 200) == pytest.approx(0.5)
    assert corrected(1.0, [Judged(sure, 20)] * 200) == pytest.approx(0.2)
    assert coverage([]) is None
