"""Which stages open next: parallel ones join, conditions pass stages over, and what is sent back is done again."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from pilar.permits.rules.cases import EventKind, Outcome
from pilar.permits.rules.workflow import Step, applying, done, opening, undone


@dataclass(frozen=True)
class One:
    key: str
    after: tuple[str, ...] = ()
    when: str = ""


#        check ─┬─ health ─┬─ decide ─ sign
#               └─ visit* ─┘           (* where beds > 10)
WAY = (
    One("check"), One("health", ("check",)), One("visit", ("check",), "beds > 10"),
    One("decide", ("health", "visit")), One("sign", ("decide",)),
)  # fmt: skip


def keys(found: tuple[One, ...]) -> list[str]:
    return [one.key for one in found]


@pytest.mark.parametrize(
    ("beds", "finished", "open_", "opens"),
    [
        (4, "", "", "check"),
        (4, "", "check", ""),
        (4, "check", "", "health"),
        (12, "check", "", "health visit"),
        (12, "check health", "visit", ""),
        (12, "check health visit", "", "decide"),
        (4, "check health", "", "decide"),
        (4, "check health decide", "", "sign"),
        (4, "check health decide sign", "", ""),
    ],
)
def test_what_opens_next(beds: int, finished: str, open_: str, opens: str) -> None:
    found = opening(WAY, {"beds": beds}, done=finished.split(), open_=open_.split())
    assert keys(found) == opens.split()


def test_a_stage_that_is_passed_over_hands_on_what_it_waits_for() -> None:
    way = (One("check"), One("visit", ("check",), "beds > 10"), One("decide", ("visit",)))
    assert keys(opening(way, {"beds": 1}, done=(), open_=("check",))) == []
    assert keys(opening(way, {"beds": 1}, done=("check",), open_=())) == ["decide"]
    assert keys(applying(way, {"beds": 1})) == ["check", "decide"]


def test_what_is_sent_back_is_done_anew_with_all_that_comes_after() -> None:
    assert undone(WAY, "health") == {"health", "decide", "sign"}
    steps = [
        Step(EventKind.DONE, "check"), Step(EventKind.DONE, "health"), Step(EventKind.DONE, "visit"),
        Step(EventKind.SENT_BACK, "decide", to="health"),
    ]  # fmt: skip
    assert done(WAY, steps) == {"check", "visit"}
    assert done(WAY, [*steps, Step(EventKind.DONE, "health")]) == {"check", "health", "visit"}


def test_what_was_dropped_is_not_done() -> None:
    assert done(WAY, [Step(EventKind.DONE, "visit", Outcome.DROPPED)]) == frozenset()
