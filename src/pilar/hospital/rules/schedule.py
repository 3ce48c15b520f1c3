"""The times at which the patients of a session are asked to come: appointment rules and the resulting grid.

Bailey-Welch: Bailey & Welch, "Appointment systems in hospital outpatient departments", Lancet 1952.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from enum import StrEnum

from pilar.platform.errors import Fault
from pilar.platform.language import N_

MAX_PLACES = 200


class GridRule(StrEnum):
    """Appointment rules: everyone at the opening, six at a time, two at a time, one at a time, or (Bailey-Welch) two at
    the opening and then one at a time."""

    OPENING = "opening"
    BLOCKS = "blocks"
    PAIRS = "pairs"
    INDIVIDUAL = "individual"
    BAILEY_WELCH = "bailey-welch"


RULE_NAMES = {
    GridRule.OPENING: N_("Everyone at the opening"),
    GridRule.BLOCKS: N_("Blocks of six"),
    GridRule.PAIRS: N_("Two at a time"),
    GridRule.INDIVIDUAL: N_("Each at a time of their own"),
    GridRule.BAILEY_WELCH: N_("Two at the opening, then one at a time (Bailey-Welch)"),
}
_TOGETHER = {GridRule.BLOCKS: 6, GridRule.PAIRS: 2, GridRule.INDIVIDUAL: 1, GridRule.BAILEY_WELCH: 1}
"""How many come at the same time."""
_AHEAD = {GridRule.BAILEY_WELCH: 1}
"""How many more come at the opening."""


def offsets(rule: GridRule, capacity: int, minutes: float, *, length: float) -> tuple[float, ...]:
    """The places, in minutes after the opening. ``minutes``: one mean consultation, shortened if the session is too
    short for all places; the last place is at the latest a minute before the end."""
    together = _TOGETHER.get(rule, capacity)
    steps = [max(0, place - _AHEAD.get(rule, 0)) // together * together for place in range(capacity)]
    apart = min(minutes, (length - 1) / max(1, *steps)) if steps else minutes
    return tuple(step * apart for step in steps)


def places(rule: GridRule, starts: datetime, ends: datetime, capacity: int, minutes: float) -> tuple[datetime, ...]:
    """The time of each place of a session, in order and in whole minutes, each before the end: see :func:`offsets`."""
    length = (ends - starts) / timedelta(minutes=1)
    return tuple(starts + timedelta(minutes=int(offset)) for offset in offsets(rule, capacity, minutes, length=length))


def weekly_faults(starts: time, ends: time, capacity: int, shares: Sequence[int]) -> tuple[Fault, ...]:
    """Find what is wrong with a weekly session by itself; ``shares`` of the places, one a channel."""
    misfits = []
    if ends <= starts:
        misfits.append(Fault("ends", N_("A session ends after it begins"), {}, "ends"))
    if not 1 <= capacity <= MAX_PLACES:
        sentence = N_("A session has 1 to %(most)s places")
        misfits.append(Fault("capacity", sentence, {"most": MAX_PLACES}, "capacity"))
    if min(shares) < 0 or sum(shares) > capacity:
        sentence = N_("The shares of the channels come to %(sum)s, more than the %(capacity)s places")
        misfits.append(Fault("shares", sentence, {"sum": sum(shares), "capacity": capacity}, "shares"))
    return tuple(misfits)
