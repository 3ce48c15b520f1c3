"""States of flags, the ranking of villages for audits, and the sample that is drawn for one."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from pilar.platform.errors import PilarError
from pilar.platform.language import N_
from pilar.platform.lifecycle import Lifecycle, Move

Key = TypeVar("Key")


class FlagState(StrEnum):
    """States of a flag, in order."""

    RAISED = "raised"
    TOLD = "told"
    ANSWERED = "answered"
    CLOSED = "closed"
    FALSE_ALARM = "false_alarm"


FLAG_NAMES = {
    FlagState.RAISED: N_("To be answered by the village"),
    FlagState.TOLD: N_("Not answered in time"),
    FlagState.ANSWERED: N_("Answered by the village"),
    FlagState.CLOSED: N_("Closed"),
    FlagState.FALSE_ALARM: N_("False alarm"),
}
FLAG_TONES = {
    FlagState.RAISED: "caution", FlagState.TOLD: "negative", FlagState.ANSWERED: "neutral",
    FlagState.CLOSED: "positive", FlagState.FALSE_ALARM: "neutral",
}  # fmt: skip
UNANSWERED = (FlagState.RAISED, FlagState.TOLD)
"""States in which a flag waits for the village."""
JUDGED = (FlagState.CLOSED, FlagState.FALSE_ALARM)
"""Verdicts of the inspectorate, each with its reason."""


class FlagElsewhere(PilarError):
    code = "flag-elsewhere"
    status = 409
    sentence = N_("This flag is in another state now. Look at it again")


_ANSWER, _CLOSE, _FALSE = N_("Answer it"), N_("Close the flag"), N_("Mark as a false alarm")
FLAGS: Lifecycle[FlagState, None] = Lifecycle(
    lambda _source, _target: FlagElsewhere(),
    Move(FlagState.RAISED, FlagState.TOLD, made_by="watch_books"),
    Move(FlagState.RAISED, FlagState.ANSWERED, _ANSWER),
    Move(FlagState.TOLD, FlagState.ANSWERED, _ANSWER),
    Move(FlagState.ANSWERED, FlagState.ANSWERED, N_("Answer again")),
    *(
        Move(source, target, name)
        for source in (FlagState.TOLD, FlagState.ANSWERED)
        for target, name in ((FlagState.CLOSED, _CLOSE), (FlagState.FALSE_ALARM, _FALSE))
    ),
    *(Move(source, target, made_by="correct_verdict") for source in JUDGED for target in JUDGED),
)


@dataclass(frozen=True, slots=True)
class Risk:
    """The rank and score of a village with flags, the number of flags counted, and of those still open."""

    rank: int
    village: str
    score: int
    flags: int
    open: int


def ranked(counted: Iterable[tuple[str, str, str, int]], weights: Mapping[str, int]) -> tuple[Risk, ...]:
    """Rank villages by the weights of their flags, the highest first; equal scores share a rank.

    ``counted``: village, rule, state and number of flags. A false alarm does not count, a closed flag does.
    """
    score, flags, still = defaultdict[str, int](int), defaultdict[str, int](int), defaultdict[str, int](int)
    for village, rule, state, number in counted:
        if state != FlagState.FALSE_ALARM:
            score[village] += weights.get(rule, 1) * number
            flags[village] += number
            still[village] += number if state != FlagState.CLOSED else 0
    order = sorted(score, key=lambda village: (-score[village], village))
    above = [score[village] for village in order]
    return tuple(
        Risk(above.index(score[village]) + 1, village, score[village], flags[village], still[village])
        for village in order
    )


def drawn(items: Iterable[tuple[Key, Decimal]], total: Decimal, *, size: int, seed: str) -> Iterator[tuple[Key, int]]:
    """Draw a sample by monetary units: each rupiah has the same chance, so an item's chance grows with its amount.

    Every ``total / size``-th rupiah is drawn, beginning at one that the seed decides; yields the items with the number
    of their rupiah drawn. The same seed and items in the same order give the same sample.
    """
    # Points lie at (n + u) * total / size with u from 0 to 1; in whole numbers, so that every computer finds the same.
    scale, whole = 2**64, _sen(total)
    u = int(hashlib.sha256(seed.encode()).hexdigest()[:16], 16)
    passed = before = 0
    for key, amount in items:
        passed += _sen(amount)
        reached = max(0, -((u * whole - passed * size * scale) // (whole * scale)))
        if reached > before:
            yield key, reached - before
        before = reached


def _sen(amount: Decimal) -> int:
    return int(amount * 100)
