"""Conditions that a region sets for its next steps: efforts, other costs, budgets, caps."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from pilar.index.faults import Fault, IndexFaults
from pilar.index.instrument import Instrument

Cost: TypeAlias = int | Decimal | Fraction
StepCosts: TypeAlias = Cost | list[Cost] | tuple[Cost, ...]
EFFORT, EFFORTS = "effort", "efforts"
TOO_FEW = Fault("too-few", "%(node)s has %(steps)s steps above its mark, but costs are given for %(given)s.")


class StepsFaults(IndexFaults):
    """The next steps cannot be found."""


@dataclass(frozen=True)
class Conditions:
    """The conditions that a region sets, by node code.

    ``efforts``: of one step, for all steps alike or one number for each step above the present mark, the first for the
    next one; 1 where nothing is said. ``costs``: further costs by name, in the same form, 0 where nothing is said.
    ``budgets``: the most of a further cost, or of ``effort``. ``caps``: the highest mark that can be reached.
    ``grains``: the steps of a survey's mean or of a node answered above the leaves, 1 where nothing is said.
    ``at_most``: how many indicators may be raised.
    """

    efforts: Mapping[str, StepCosts] = field(default_factory=dict)
    costs: Mapping[str, Mapping[str, StepCosts]] = field(default_factory=dict)
    budgets: Mapping[str, Cost] = field(default_factory=dict)
    caps: Mapping[str, Decimal] = field(default_factory=dict)
    grains: Mapping[str, Decimal] = field(default_factory=dict)
    at_most: int | None = None

    def costs_of(self, code: str, count: int) -> tuple[list[dict[str, Fraction]], list[Fault]]:
        """The costs by name, ``effort`` among them, of each of ``count`` steps; faults for lists that are too short."""
        costs_by_step: list[dict[str, Fraction]] = [{} for _ in range(count)]
        faults: list[Fault] = []
        for what, given in [(EFFORTS, self.efforts), *self.costs.items()]:
            name = EFFORT if what == EFFORTS else what
            cost = given.get(code, 1 if name == EFFORT else 0)
            costs = list(cost) if isinstance(cost, (list, tuple)) else [cost] * count
            if len(costs) < count:
                fields = {"node": code, "given": len(costs), "steps": count}
                faults.append(replace(TOO_FEW, fields=fields, place=f"{what}, {code}"))
            for step, price in zip(costs_by_step, costs, strict=False):
                step[name] = Fraction(price)
        return costs_by_step, faults

    def faults(self, instrument: Instrument) -> Iterator[Fault]:
        """Yield what makes no sense in the conditions, whatever the answers."""
        by_node = [(EFFORTS, self.efforts), *self.costs.items(), ("caps", self.caps), ("grains", self.grains)]
        for what, given in by_node:
            for code, value in given.items():
                place = f"{what}, {code}"
                if code not in instrument.by_code:
                    yield Fault("unknown-node", "The instrument has no node %(node)s.", {"node": code}, place)
                for number in value if isinstance(value, (list, tuple)) else [value]:
                    yield from _number_faults(number, place, lowest=-math.inf if what == "caps" else 0)
                    if what == "grains" and number == 0:
                        yield Fault("no-grain", "A step must be above 0.", {}, place)
        for name in sorted({EFFORT, EFFORTS} & self.costs.keys()):
            yield Fault("effort-twice", "A further cost cannot be named %(cost)s.", {"cost": name}, "costs")
        for name, limit in self.budgets.items():
            if name != EFFORT and name not in self.costs:
                yield Fault("unknown-cost", "There is no cost named %(cost)s.", {"cost": name}, f"budgets, {name}")
            yield from _number_faults(limit, f"budgets, {name}")
        if self.at_most is not None:
            yield from _number_faults(self.at_most, "at_most")


def _number_faults(number: object, place: str, lowest: float = 0) -> Iterator[Fault]:
    known = isinstance(number, (int, Fraction)) or (isinstance(number, Decimal) and not number.is_nan())
    if not known or not lowest <= number < math.inf:  # type: ignore[operator]
        yield Fault("negative", "This must be a number that is not below 0.", {}, place)
