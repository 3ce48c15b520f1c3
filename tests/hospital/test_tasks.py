"""Tasks of a visit: every way through them by the catalogue's order, and strictly growing times."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilar.hospital.rules import tasks
from pilar.hospital.rules.tasks import TaskId, TaskOutOfOrder

START = dt.datetime(2026, 11, 30, 8, tzinfo=dt.UTC)


def ways(new: bool) -> list[tuple[int, ...]]:
    """Every complete way: no task may follow."""
    found, open_ways = [], [()]
    while open_ways:
        way = open_ways.pop()
        after = tasks.following([TaskId(one) for one in way], new=new)
        open_ways += [(*way, int(one)) for one in after]
        found += [] if after else [way]
    return sorted(found)


def test_these_are_all_the_ways() -> None:
    assert ways(new=True) == [(1, 2, 3, 4, 5, 6, 7), (1, 2, 3, 4, 99), (1, 2, 3, 99), (1, 2, 99), (1, 99), (99,)]
    assert ways(new=False) == [(3, 4, 5, 6, 7), (3, 4, 99), (3, 99), (99,)]


@given(st.booleans(), st.lists(st.tuples(st.sampled_from([*TaskId]), st.integers(-300, 300)), max_size=12))
def test_what_is_taken_is_in_order_and_its_times_grow_whatever_the_clock_does(new, given_tasks) -> None:
    done: list[tuple[TaskId, dt.datetime]] = []
    for task, second in given_tasks:
        if task in tasks.following([one for one, _at in done], new=new):
            done.append((task, tasks.moment(done, task, START + dt.timedelta(seconds=second), new=new)))
        else:
            with pytest.raises(TaskOutOfOrder):
                tasks.moment(done, task, START, new=new)
    assert all(one[1] < other[1] for one, other in pairwise(done))
    assert any(way[: len(done)] == tuple(int(one) for one, _at in done) for way in ways(new))


def test_the_time_is_the_given_one_unless_a_clock_was_set_back() -> None:
    done = [(TaskId.CLINIC_WAIT, START)]
    later = START + dt.timedelta(minutes=4)
    assert tasks.moment(done, TaskId.CLINIC, later, new=False) == later
    assert tasks.moment(done, TaskId.CLINIC, START, new=False) == START + tasks.TICK
    assert tasks.moment([], TaskId.ABSENT, START, new=True) == START
