"""Goals in published terms, since readers compare printed numbers; and the unrounded final that each takes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import TypeAlias

from pilar.index.faults import Fault
from pilar.index.instrument import Instrument
from pilar.index.numbers import round_published


@dataclass(frozen=True)
class Gain:
    """A published final at least ``points`` above the present one."""

    points: Decimal


@dataclass(frozen=True)
class Reach:
    """A published final with the predicate of that code, or a higher one."""

    predicate: str


@dataclass(frozen=True)
class Final:
    """A published final of at least ``published``."""

    published: Decimal


Goal: TypeAlias = Gain | Reach | Final


@dataclass(frozen=True)
class Threshold:
    """The goal is reached when the unrounded final is at least ``least``, or above it if ``above``.

    ``published``: the lowest printed final that reaches the goal.
    """

    published: Decimal
    least: Fraction
    above: bool

    def holds(self, final: Fraction) -> bool:
        return final > self.least or (final == self.least and not self.above)


def threshold(instrument: Instrument, goal: Goal, published: Decimal) -> Threshold | Fault:
    """Return what the goal takes from a present ``published`` final; a fault for a predicate that is not in the
    instrument.

    Half a unit below the wanted number is where rounding turns: half-up rounds that edge up, half-even only to an
    even digit. The wanted number is first raised to the next one that can be printed.
    """
    if isinstance(goal, Gain):
        wanted = Fraction(published + goal.points)
    elif isinstance(goal, Final):
        wanted = Fraction(goal.published)
    else:
        amounts = [predicate.threshold for predicate in instrument.predicates if predicate.code == goal.predicate]
        if not amounts:
            fields = {"predicate": goal.predicate}
            return Fault("unknown-predicate", "The instrument has no predicate %(predicate)s.", fields, "goal")
        wanted = Fraction(amounts[0])
    unit = Fraction(1, 10**instrument.decimals)
    target = ceil(wanted / unit) * unit
    least = target - unit / 2
    printed = round_published(target, instrument.decimals, instrument.rounding)
    above = round_published(least, instrument.decimals, instrument.rounding) < printed
    return Threshold(printed, least, above)
