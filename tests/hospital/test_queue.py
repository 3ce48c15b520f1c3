"""Laws of the queue: total, deterministic, a share for priority that starves nobody, the same rule for all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilar.hospital.rules import queue
from pilar.hospital.rules.booking import Priority
from pilar.hospital.rules.queue import Called, Kind, Next, QueueRefused, Reason, Waiting, next_of, order

START = dt.datetime(2026, 11, 30, 8, tzinfo=dt.UTC)
EARLY = dt.timedelta(minutes=60)


def at(minutes: float) -> dt.datetime:
    return START + dt.timedelta(minutes=minutes)


def people(*, priorities: Sequence[Priority] = tuple(Priority)) -> st.SearchStrategy[list[Waiting]]:
    one = st.tuples(st.integers(0, 90), st.sampled_from(priorities))
    return st.lists(one, max_size=14).map(
        lambda drawn: [Waiting(number, at(turn), priority) for number, (turn, priority) in enumerate(drawn, 1)]
    )


EVERY = st.integers(1, 5)
SHARED = (Priority.NONE, Priority.NONE, Priority.ELDERLY, Priority.DISABLED)


@given(people(), EVERY, st.integers(0, 4), st.integers(-60, 90), st.randoms(use_true_random=False))
def test_the_order_is_total_and_does_not_hang_on_how_the_rows_come(waiting, every, overtaken, now, random) -> None:
    rules = {"overtaken": overtaken, "every": every, "early": EARLY, "now": at(now)}
    found = order(waiting, **rules)
    mixed = [*waiting]
    random.shuffle(mixed)
    assert sorted(one.number for one in found) == [one.number for one in waiting]
    assert order(mixed, **rules) == found
    assert next_of(mixed, **rules) == (found[0] if found else None)


@given(people(priorities=SHARED), st.lists(st.tuples(st.integers(0, 90), st.sampled_from(SHARED)), max_size=30), EVERY)
def test_nobody_is_overtaken_by_more_than_the_share_however_others_come(first, later, every) -> None:
    waiting, calls, now = {one.number: one for one in first}, [], 0
    suffered = dict.fromkeys(waiting, 0)
    before = dict.fromkeys(waiting, 0)
    coming = iter(later)
    while waiting:
        one = next_of(
            [*waiting.values()], overtaken=queue.overtaken(calls), every=every, early=EARLY, now=at(now := now + 5)
        )
        assert one is not None
        gone = waiting.pop(one.number)
        calls.append(Called(one.why, ordinary=gone.priority is Priority.NONE))
        for number, other in waiting.items():
            if other.priority is Priority.NONE:
                suffered[number] += one.why is Reason.PRIORITY
                before[number] += gone.priority is Priority.NONE
                assert suffered[number] <= (every - 1) * (before[number] + 1)
                if one.why is Reason.TURN:
                    assert gone.place < other.place
        if comes := next(coming, None):
            number = len(suffered) + 1
            waiting[number] = Waiting(number, at(comes[0]), comes[1])
            suffered[number] = before[number] = 0


@given(people(), EVERY, st.integers(0, 4), st.integers(-60, 90))
def test_priority_never_makes_somebody_wait_longer(waiting, every, overtaken, now) -> None:
    rules = {"overtaken": overtaken, "every": every, "early": EARLY, "now": at(now)}

    def rank(rows: list[Waiting], number: int) -> int:
        return [one.number for one in order(rows, **rules)].index(number)

    for one in waiting:
        if one.priority is Priority.NONE:
            given_it = [replace(other, priority=Priority.ELDERLY) if other is one else other for other in waiting]
            assert rank(given_it, one.number) <= rank(waiting, one.number)


@given(people(priorities=(Priority.NONE,)), EVERY, st.integers(-60, 90))
def test_without_priority_it_is_the_order_of_the_turns(waiting, every, now) -> None:
    found = order(waiting, overtaken=0, every=every, early=EARLY, now=at(now))
    assert [one.number for one in found] == [one.number for one in sorted(waiting, key=lambda one: one.place)]


@given(people(), EVERY, st.integers(0, 4), st.integers(-60, 90))
def test_an_emergency_is_next_whatever_the_share_says(waiting, every, overtaken, now) -> None:
    found = next_of(
        [*waiting, Waiting(99, at(500), Priority.EMERGENCY)], overtaken=overtaken, every=every, early=EARLY, now=at(now)
    )
    assert found is not None
    assert found.why is Reason.EMERGENCY


@given(people(priorities=(Priority.NONE,)), st.integers(0, 90))
def test_who_is_skipped_goes_behind_the_next_two_and_is_called_again(waiting, now) -> None:
    skipped = Waiting(99, queue.behind(waiting, at(now)))
    found = order([*waiting, skipped], overtaken=0, every=2, early=EARLY, now=at(now))
    ahead = [one.number for one in found].index(99)
    assert ahead >= min(len(waiting), queue.BEHIND)
    assert all(one.turn <= skipped.turn for one in waiting if one.number in {other.number for other in found[:ahead]})
    assert skipped.turn >= at(now)


@pytest.mark.parametrize(
    ("planned", "arrived", "late", "turn"),
    [(0, -40, 30, 0), (0, 30, 30, 0), (0, 31, 30, 31), (20, 10, 0, 20), (0, 10, 0, 10)],
    ids=["early", "in time", "late", "number of the desk, place ahead", "number of the desk, place behind"],
)
def test_the_turn_is_the_booked_place_or_the_moment_of_who_comes_late(planned, arrived, late, turn) -> None:
    assert queue.turn(at(planned), at(arrived), late=dt.timedelta(minutes=late)) == at(turn)


def test_at_least_one_of_so_many_calls_goes_to_who_has_no_priority() -> None:
    waiting = [Waiting(number, at(number)) for number in (1, 2, 3)]
    waiting += [Waiting(number, at(number), Priority.ELDERLY) for number in (11, 12, 13, 14)]
    found = order(waiting, overtaken=0, every=3, early=EARLY, now=at(0))
    assert found == (
        Next(11, Reason.PRIORITY), Next(12, Reason.PRIORITY), Next(1, Reason.TURN),
        Next(13, Reason.PRIORITY), Next(14, Reason.PRIORITY), Next(2, Reason.TURN), Next(3, Reason.TURN),
    )  # fmt: skip
    assert [one.number for one in order(waiting, overtaken=0, every=1, early=EARLY, now=at(0))] == [
        1,
        2,
        3,
        11,
        12,
        13,
        14,
    ]


def test_priority_overtakes_only_shortly_before_the_own_turn() -> None:
    waiting = [Waiting(1, at(0)), Waiting(9, at(180), Priority.ELDERLY)]
    assert next_of(waiting, overtaken=0, every=2, early=EARLY, now=at(0)) == Next(1, Reason.TURN)
    assert next_of(waiting, overtaken=0, every=2, early=EARLY, now=at(120)) == Next(9, Reason.PRIORITY)


def test_calls_by_priority_count_until_somebody_without_is_called() -> None:
    by, turn = Called(Reason.PRIORITY, ordinary=False), Called(Reason.TURN, ordinary=True)
    own_turn = Called(Reason.TURN, ordinary=False)
    assert [queue.overtaken(calls) for calls in ([], [by], [by, own_turn, by], [by, turn], [by, turn, by])] == [
        0,
        1,
        2,
        0,
        1,
    ]


@pytest.mark.parametrize(
    ("reason", "calls", "now", "codes"),
    [
        (Reason.NOT_THERE, [0], 5, ["called-too-few"]),
        (Reason.NOT_THERE, [0, 3], 4, ["called-just-now"]),
        (Reason.NOT_THERE, [0, 3], 5, []),
        (Reason.EXAMINATION, [0], 0, []),
    ],
)
def test_nobody_is_skipped_as_absent_who_was_not_called_often_enough(reason, calls, now, codes) -> None:
    found = queue.skip_faults(reason, [at(one) for one in calls], at(now))
    assert [one.code for one in found] == codes


def test_reasons_are_those_of_the_list() -> None:
    for kind, reasons in queue.REASONS.items():
        for reason in Reason:
            if reason in reasons:
                queue.require_reason(kind, reason)
            else:
                with pytest.raises(QueueRefused):
                    queue.require_reason(kind, reason)
    assert not {Reason.TURN, Reason.PRIORITY, Reason.EMERGENCY} & frozenset[Reason]().union(*queue.REASONS.values())
    assert ({*queue.KIND_NAMES}, {*queue.REASON_NAMES}) == ({*Kind}, {*Reason})
