"""The grid of a session: as many places as it has seats, in order, within its hours, as far apart as the rule says."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from pilar.hospital.rules.schedule import GridRule, places

EIGHT = datetime(2026, 12, 1, 8, tzinfo=ZoneInfo("Asia/Jakarta"))
NOON = EIGHT + timedelta(hours=4)


def clock(rule: GridRule, capacity: int = 8, minutes: float = 10) -> list[str]:
    return [f"{at:%H.%M}" for at in places(rule, EIGHT, NOON, capacity, minutes)]


def test_each_rule_has_its_grid() -> None:
    assert clock(GridRule.OPENING) == ["08.00"] * 8
    assert clock(GridRule.BLOCKS) == ["08.00"] * 6 + ["09.00"] * 2
    assert clock(GridRule.PAIRS) == ["08.00", "08.00", "08.20", "08.20", "08.40", "08.40", "09.00", "09.00"]
    assert clock(GridRule.INDIVIDUAL, 3, 13.4) == ["08.00", "08.13", "08.26"]
    assert clock(GridRule.BAILEY_WELCH, 4) == ["08.00", "08.00", "08.10", "08.20"]


def test_a_session_too_short_for_its_seats_is_divided_evenly() -> None:
    assert clock(GridRule.INDIVIDUAL, 25, 15)[:3] == ["08.00", "08.09", "08.19"]
    assert clock(GridRule.INDIVIDUAL, 25, 15)[-1] == "11.59"


@given(
    rule=st.sampled_from(GridRule),
    length=st.integers(1, 720),
    capacity=st.integers(0, 200),
    minutes=st.floats(0.5, 120),
)
def test_a_grid_holds_all_seats_within_the_session_in_order(
    rule: GridRule, length: int, capacity: int, minutes: float
) -> None:
    ends = EIGHT + timedelta(minutes=length)
    found = places(rule, EIGHT, ends, capacity, minutes)

    assert len(found) == capacity
    assert list(found) == sorted(found)
    assert all(EIGHT <= at < ends and at.second == at.microsecond == 0 for at in found)
    assert found[:1] == (EIGHT,) * min(1, capacity)
    if rule is GridRule.INDIVIDUAL and minutes >= 1 and length >= capacity:
        assert max(Counter(found).values(), default=0) <= 1
