"""Forecasts: quantiles against numpy and a slow product, coverage on cases whose chances are known."""

from __future__ import annotations

import random
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.selection import examples
from pilar.permits.rules.cases import EventKind as K
from pilar.permits.rules.forecast import FEW, Coverage, Forecast, Forecaster, Past, coverage, quantile, step

LASTED = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=40)
LEVELS = st.sampled_from([0.05, 0.25, 0.5, 0.9, 0.95, 1.0])


@given(days=st.lists(st.integers(-30, 90), min_size=1, max_size=60), level=LEVELS)
def test_without_open_cases_quantiles_are_those_of_numpy(days: list[int], level: float) -> None:
    assert quantile([(one, True) for one in days], level) == np.quantile(days, level, method="inverted_cdf")


@given(lasted=LASTED, level=LEVELS)
def test_open_cases_count_as_long_as_they_are_known(lasted: list[tuple[int, bool]], level: float) -> None:
    going_on, expected = 1.0, None
    for day in range(21):
        ends = sum(finished and days == day for days, finished in lasted)
        if at_risk := sum(days >= day for days, _finished in lasted):
            going_on *= 1 - ends / at_risk
        if ends and expected is None and 1 - going_on >= level - 1e-9:
            expected = day
    assert quantile(lasted, level) == expected


def test_leaving_open_cases_out_would_promise_too_much() -> None:
    draw = random.Random(7)
    true = sorted(int(draw.expovariate(1 / 20)) for _case in range(4_000))
    seen = [(days, True) if days <= (known := draw.randrange(40)) else (known, False) for days in true]
    found, naive = quantile(seen, 0.5), quantile([one for one in seen if one[1]], 0.5)
    assert found is not None
    assert naive is not None
    assert abs(found - true[2_000]) <= 2
    assert naive < true[2_000] - 4


def made(chance: random.Random, begun: int, slow: float) -> Past:
    """A case with three steps and, one in four times, a return; how long each lasts is known by its mean."""
    path, days, day = [step(K.SUBMITTED)], [begun], begun
    if chance.random() < 0.25:
        for kind, mean in ((K.RETURNED, 1), (K.SUBMITTED, 6)):
            day += round(chance.expovariate(1 / mean))
            path.append(step(kind))
            days.append(day)
    for name, mean in ((step(K.ACCEPTED), 1), (step(K.DONE, "health"), 4), (step(K.DONE, "decide"), 2)):
        day += round(chance.expovariate(1 / (mean * slow)))
        path.append(name)
        days.append(day)
    return Past(tuple(path), tuple(days), day + round(chance.gammavariate(2, slow)), finished=True)


def history(seed: int, cases: int = 1_500, slow: float = 1.0) -> list[Past]:
    """Cases of three years, two on each working day."""
    chance = random.Random(seed)
    return [made(chance, number // 2, slow) for number in range(cases)]


@pytest.mark.parametrize("seed", range(examples(10)))
def test_the_interval_holds_for_cases_that_came_later(seed: int) -> None:
    """By what was known on the day on which the last quarter began: its cases were not learned from."""
    cases = history(seed)
    today = cases[len(cases) * 3 // 4].days[0]
    model = Forecaster(one.known_on(today) for one in cases if one.days[0] <= today)
    held = {0: 0, 3: 0}
    judged = {0: 0, 3: 0}
    for case in cases:
        if case.days[0] <= today:
            continue
        for steps in range(1, len(case.path) + 1):
            for waited in held:
                days, _finished = case.after(steps)
                if days < waited or not (found := model.forecast(case.path[:steps], waited)):
                    continue
                assert waited <= found.first <= found.likely <= found.last
                judged[waited] += 1
                held[waited] += found.first <= days <= found.last
    assert judged[0] > 1_300
    assert judged[3] > 500
    for waited, hits in held.items():
        # Whole days tie, so that an interval may hold for more than it promises.
        assert 0.86 <= hits / judged[waited] <= 0.985, (seed, waited)


def test_coverage_is_measured_on_the_cases_that_were_finished() -> None:
    cases = history(3)
    found = coverage(cases, since=600, until=660)
    assert found.judged > 400
    assert 0.86 <= found.held / found.judged <= 0.985
    assert coverage(cases, since=5_000, until=5_060) == Coverage(0, 0)
    # Cases that suddenly take five times as long show at once.
    slower = [*cases, *(moved(one, 750) for one in history(4, slow=5.0))]
    bad = coverage(slower, since=752, until=900)
    assert bad.held / bad.judged < 0.75


def moved(case: Past, days: int) -> Past:
    return Past(case.path, tuple(day + days for day in case.days), case.end + days, case.finished)


def test_a_case_is_known_as_it_was_on_a_day() -> None:
    case = Past(("submitted", "accepted", "done:health"), (10, 12, 20), 25, finished=True)
    assert case.known_on(15) == Past(("submitted", "accepted"), (10, 12), 15, finished=False)
    assert case.known_on(25) == case
    assert Past(case.path, case.days, 25, finished=False).known_on(40).end == 25, "withdrawn on that day"
    assert case.after(2) == (13, True)


def same(days: Iterable[int], path: tuple[str, ...] = ("submitted",)) -> list[Past]:
    return [Past(path, (number,) * len(path), number + lasted, finished=True) for number, lasted in enumerate(days)]


def test_of_few_cases_nothing_is_said() -> None:
    assert Forecaster(same([5] * (FEW * 3))).forecast(("submitted",), 0) == Forecast(5, 5, 5, FEW * 3)
    assert Forecaster(same([5] * (FEW * 3 - 3))).forecast(("submitted",), 0) is None
    assert Forecaster(same([5] * (FEW * 3))).forecast(("submitted",), 6) is None, "none waited so long"
    assert Forecaster([]).forecast(("submitted",), 0) is None


def test_a_rare_path_is_told_by_its_step() -> None:
    common, rare = ("submitted", "accepted"), ("submitted", "returned", "submitted", "accepted")
    model = Forecaster(same([*range(10)] * 20, common))
    assert model.forecast(rare, 0) == model.forecast(common, 0) == Forecast(0, 4, 9, 200)


def test_what_never_ended_has_no_last_day() -> None:
    def half_open(known: int) -> list[Past]:
        ends = [(5, True), (known, False)] * 100
        return [Past(("submitted",), (number,), number + days, known) for number, (days, known) in enumerate(ends)]

    assert Forecaster(half_open(2)).forecast(("submitted",), 0) == Forecast(5, 5, 5, 200)
    assert Forecaster(half_open(40)).forecast(("submitted",), 0) is None
