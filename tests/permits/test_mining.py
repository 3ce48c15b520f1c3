"""Lines of the event log from counts: quantiles by numpy, halves, order."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilar.permits.rules.forecast import Coverage
from pilar.permits.rules.measures import (
    DEFINITIONS,
    FORECAST,
    IKM,
    IN_TIME,
    INVESTED,
    ISSUED,
    MEDIAN,
    NINTH,
    RETURNED,
    Finished,
    figures,
)
from pilar.permits.rules.mining import Counted, Line, Spread, lines, quantile, spread, whole


@given(days=st.lists(st.integers(0, 60), min_size=1, max_size=80), level=st.sampled_from([0.1, 0.5, 0.9, 1.0]))
def test_quantiles_of_counts_are_those_of_numpy(days: list[int], level: float) -> None:
    assert quantile(Counter(days), level) == np.quantile(days, level, method="inverted_cdf")


def test_of_nothing_there_is_no_spread() -> None:
    assert spread({}) is None
    assert whole([]) is None
    with pytest.raises(ValueError, match="Counter"):
        quantile(Counter(), 0.5)


COUNTS = [
    Counted(("check",), False, False, 1, 3),
    Counted(("health",), False, False, 4, 2),
    Counted(("health",), True, True, 2, 1),
    Counted(("health",), True, False, 2, 1),
]


def test_what_took_most_days_comes_first_with_its_halves() -> None:
    health, check = lines(COUNTS)
    assert health == Line(("health",), Spread(4, 2, 4), Spread(2, 4, 4), Spread(2, 2, 2), 1)
    assert check == Line(("check",), Spread(3, 1, 1), Spread(3, 1, 1), None, 0)
    assert whole(COUNTS) == Line((), Spread(7, 2, 4), Spread(5, 1, 4), Spread(2, 2, 2), 1)


def test_figures_of_a_month() -> None:
    cases = [
        Finished(3, in_time=True, returned=False, issued=True),
        Finished(5, in_time=True, returned=True, issued=False),
        Finished(12, in_time=False, returned=False, issued=True),
    ]
    found = figures(cases, Coverage(held=19, judged=20))
    assert found == {
        MEDIAN: 5, NINTH: 12, IN_TIME: Decimal("66.67"), RETURNED: Decimal("33.33"), ISSUED: 2, FORECAST: 95,
    }  # fmt: skip
    assert figures([], Coverage(0, 0)) == {ISSUED: 0}
    more = figures([], Coverage(0, 0), ikm=Decimal("88.31"), invested=Decimal(12_345_678_901))
    assert more == {ISSUED: 0, IKM: Decimal("88.31"), INVESTED: Decimal("12.35")}
    assert {MEDIAN, NINTH, IN_TIME, RETURNED, ISSUED, FORECAST, IKM, INVESTED} == {*DEFINITIONS}
