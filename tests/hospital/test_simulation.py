"""The simulation against what others measured, against a queue played patient by patient, and against a search."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from pilar.hospital.documents import simulation as document
from pilar.hospital.reference.simulation import assumed
from pilar.hospital.rules.schedule import GridRule, offsets
from pilar.hospital.rules.simulation import Observed, Outcome, Sessions, choose, expecting, overbooked
from pilar.hospital.rules.turns import NEVER, starts

GIVEN = assumed()
MEAN = GIVEN.consultations.mean
LENGTH = GIVEN.patients * MEAN
MINUTES, POINTS = 1.5, 1.5
"""How far the simulation may lie from what was measured with real consultations."""


def test_made_up_consultations_have_the_mean_the_spread_and_the_mix_that_are_asked_for() -> None:
    drawn = GIVEN.consultations.draw(np.random.default_rng(1), (100_000, 2))

    assert drawn.mean() == pytest.approx(13.4, rel=0.01)
    assert drawn.std() / drawn.mean() == pytest.approx(0.50, abs=0.015)
    assert GIVEN.consultations.returns == pytest.approx(1.7 / 2.8)
    assert drawn.min() > 0


def test_every_figure_that_was_measured_comes_out_again() -> None:
    found = document.rules(GIVEN)
    for rule, figures in GIVEN.measured.items():
        for name, figure in figures.items():
            most = POINTS if name in ("within_hour", "late") else MINUTES
            assert abs(found[rule][name] - figure) <= most, (rule, name)
    for places, figures in GIVEN.overbooked.items():
        for name, figure in figures.items():
            assert abs(document.booked(GIVEN, places)[name] - figure) <= MINUTES, (places, name)


def played(ready: list[float], minutes: list[float], free: float) -> list[float]:
    """One session, patient by patient."""
    called, waiting = [float("nan")] * len(ready), {place for place, at in enumerate(ready) if at < NEVER}
    while waiting:
        free = max(free, min(ready[place] for place in waiting))
        place = min(place for place in waiting if ready[place] <= free)
        waiting.remove(place)
        called[place] = free
        free += minutes[place]
    return called


def test_turns_are_those_of_a_queue_played_patient_by_patient() -> None:
    draw = random.Random(7)
    size = (200, 9)
    ready = [[draw.choice((NEVER, 0, draw.uniform(-20, 120))) for _ in range(size[1])] for _ in range(size[0])]
    minutes = [[draw.uniform(1, 40) for _ in range(size[1])] for _ in range(size[0])]
    free = [draw.uniform(-5, 45) for _ in range(size[0])]

    found = starts(np.array(ready), np.array(minutes), np.array(free))

    expected = [played(*one) for one in zip(ready, minutes, free, strict=True)]
    np.testing.assert_allclose(found, expected)


def cost(sessions: Sessions, times: np.ndarray, weight: float) -> float:
    return sessions.run(tuple(times), length=LENGTH).cost(weight)


def searched(sessions: Sessions, times: np.ndarray, weight: float) -> np.ndarray:
    """The best times that moving one place, or it and all after it, leads to."""
    least = cost(sessions, times, weight)
    for step in (8, 4, 2, 1):
        better = True
        while better:
            better = False
            for place in range(len(times)):
                for move in (-step, step):
                    for moved in (slice(place, place + 1), slice(place, None)):
                        other = times.copy()
                        other[moved] += move
                        other = np.maximum.accumulate(np.maximum(other, 0))
                        if (found := cost(sessions, other, weight)) < least - 1e-9:
                            times, least, better = other, found, True
    return times


@pytest.mark.parametrize("weight", [1, 3, 10])
@pytest.mark.thorough
def test_the_rule_that_is_chosen_is_within_five_per_cent_of_a_search(weight: float) -> None:
    chosen = choose(GIVEN.crowd, GIVEN.patients, length=LENGTH, weight=weight)
    begun = np.array(offsets(chosen.rule, GIVEN.patients, chosen.minutes, length=LENGTH))
    best = searched(Sessions(GIVEN.crowd, GIVEN.patients, sessions=500, seed=3), begun, weight)

    fresh = Sessions(GIVEN.crowd, GIVEN.patients, seed=4)
    assert cost(fresh, begun, weight) <= 1.05 * cost(fresh, best, weight)


def test_who_minds_waiting_is_given_times_of_their_own_and_who_minds_an_idle_doctor_two_at_the_opening() -> None:
    chosen = [
        choose(GIVEN.crowd, GIVEN.patients, length=LENGTH, weight=weight, sessions=1_000) for weight in (1, 3, 10, 100)
    ]
    assert (chosen[0].rule, chosen[-1].rule) == (GridRule.INDIVIDUAL, GridRule.BAILEY_WELCH)
    waits = [one.outcome for one in chosen]
    assert [one.wait for one in waits] == sorted(one.wait for one in waits)
    assert [one.idle for one in waits] == sorted((one.idle for one in waits), reverse=True)


def test_the_same_seed_gives_the_same_figures() -> None:
    def outcome(seed: int) -> Outcome:
        times = offsets(GridRule.INDIVIDUAL, 12, 12, length=144)
        return Sessions(GIVEN.crowd, 12, sessions=200, seed=seed).run(times, length=144)

    assert outcome(5) == outcome(5) != outcome(6)


def test_a_hospital_is_simulated_by_its_own_consultations() -> None:
    quick = replace(GIVEN.crowd, lasting=Observed((5.0, 6.0, 7.0)), no_show=0.0)
    found = Sessions(quick, 10, sessions=500).run(offsets(GridRule.OPENING, 10, 6, length=60), length=60)
    assert found.wait == pytest.approx(27, abs=4)


def test_more_are_booked_only_as_far_as_overtime_and_the_hour_allow_and_as_patients_are_absent() -> None:
    def most(no_show: float) -> int:
        crowd = expecting(GIVEN.crowd, [no_show] * 5)
        found = overbooked(
            crowd, GIVEN.patients, GridRule.INDIVIDUAL, minutes=13, length=LENGTH, most=8, overtime=20, within_hour=90
        )
        assert all(one.outcome.overtime <= 20 and one.outcome.within_hour >= 90 for one in found[1:])
        return found[-1].outcome.places

    assert most(0.0) == GIVEN.patients
    assert GIVEN.patients < most(0.1) < most(0.3)
    assert expecting(GIVEN.crowd, []) == GIVEN.crowd
