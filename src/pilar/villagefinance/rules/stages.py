"""Stages of a fund that a village has received, and the missing conditions of the next one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum

from pilar.platform.errors import Fault
from pilar.platform.language import N_
from pilar.villagefinance.rules.dated import Origin
from pilar.villagefinance.rules.limits import Earmark

ZERO = Decimal(0)
STATUSES = ("mandiri", "maju", "berkembang", "tertinggal", "sangat tertinggal")
"""Statuses of a village in the index of villages (IDM), the best first (Permendesa 2/2016)."""
UNKNOWN_STATUS = N_("“%(code)s” is no status of a village in the index of villages (IDM)")


class Need(StrEnum):
    """Conditions of a stage: an enacted budget, a report on the stage before it, all payments accounted for."""

    BUDGET = "budget"
    REPORT = "report"
    ACCOUNTS = "accounts"


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage: its share of the fund, its first and last day as month and day, and its conditions.

    ``spent``: the share of the money received so far that must be spent.
    """

    code: str
    share: Decimal
    since: tuple[int, int]
    until: tuple[int, int]
    needs: tuple[Need, ...]
    spent: Decimal


@dataclass(frozen=True, slots=True)
class StagePlan:
    """The stages of a fund, for villages of a status; an empty status means all that have no plan of their own."""

    origin: Origin
    fund: str
    status: str
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True)
class FundFacts:
    """A fund in a year: the region's grant, the amount of each stage received, and the total spent.

    ``unaccounted``: advances and payments without their evidence; ``reported``: stages that were reported on.
    """

    ceiling: Decimal
    enacted: bool
    received: Mapping[str, Decimal] = field(default_factory=dict)
    spent: Decimal = ZERO
    unaccounted: Decimal = ZERO
    reported: Collection[str] = ()


class StageState(StrEnum):
    """A stage was received, can be asked for, lacks a condition, is not open yet, or its last day has passed."""

    RECEIVED = "received"
    READY = "ready"
    LACKING = "lacking"
    AHEAD = "ahead"
    MISSED = "missed"


STAGE_NAMES = {
    StageState.RECEIVED: (N_("Received"), "positive"),
    StageState.READY: (N_("Can be asked for"), "positive"),
    StageState.LACKING: (N_("Lacks something"), "caution"),
    StageState.AHEAD: (N_("Not open yet"), "neutral"),
    StageState.MISSED: (N_("Last day has passed"), "negative"),
}
"""The name of each, and the tone in which it is shown."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """A stage of a village: its amount, when it can be asked for, and its missing conditions."""

    stage: Stage
    amount: Decimal
    first: date
    last: date
    state: StageState
    lacking: tuple[Fault, ...]


def plan_for(plans: Iterable[StagePlan], *, fund: str, status: str) -> StagePlan | None:
    """Return the plan of a fund for a village of this status; None where the fund has no known stages."""
    stage_plans = {plan.status: plan for plan in plans if plan.fund == fund}
    return stage_plans.get(status, stage_plans.get(""))


def readiness(
    plan: StagePlan, facts: FundFacts, *, year: int, today: date, earmarks: Iterable[Earmark] = ()
) -> tuple[Readiness, ...]:
    """Return every stage in order. ``earmarks``: amounts that the State settles outside the village's account are not
    received."""
    amounts = _amounts(plan, facts.ceiling, earmarks)
    return tuple(
        _ready(stage, amount, before, facts, year=year, today=today)
        for stage, amount, before in zip(plan.stages, amounts, (None, *plan.stages), strict=False)
    )


def received_stages(
    plan: StagePlan, ceiling: Decimal, received: Decimal, earmarks: Iterable[Earmark] = ()
) -> dict[str, Decimal]:
    """Return the stages received in full with their amounts, where only the sum ``received`` of the fund is known."""
    shares, rest = dict[str, Decimal](), received
    for stage, amount in zip(plan.stages, _amounts(plan, ceiling, earmarks), strict=True):
        if rest < amount or not amount:
            break
        shares[stage.code], rest = amount, rest - amount
    return shares


def _amounts(plan: StagePlan, ceiling: Decimal, earmarks: Iterable[Earmark]) -> tuple[Decimal, ...]:
    """Return whole rupiah for each stage; the last one gets the rest, so that they add up to the grant."""
    outside = (earmark.least or ZERO for earmark in earmarks if earmark.outside and earmark.fund == plan.fund)
    granted = ceiling * (1 - sum(outside, ZERO))
    whole = [(granted * stage.share).to_integral_value(ROUND_FLOOR) for stage in plan.stages[:-1]]
    return (*whole, granted.to_integral_value(ROUND_FLOOR) - sum(whole, ZERO))


def _ready(
    stage: Stage, amount: Decimal, before: Stage | None, facts: FundFacts, *, year: int, today: date
) -> Readiness:
    first, last = date(year, *stage.since), date(year, *stage.until)
    lacking = () if stage.code in facts.received else tuple(_lacking(stage, before, facts))
    if stage.code in facts.received:
        state = StageState.RECEIVED
    elif today > last:
        state = StageState.MISSED
    elif today < first:
        state = StageState.AHEAD
    else:
        state = StageState.LACKING if lacking else StageState.READY
    return Readiness(stage, amount, first, last, state, lacking)


def _lacking(stage: Stage, before: Stage | None, facts: FundFacts) -> Iterator[Fault]:
    if Need.BUDGET in stage.needs and not facts.enacted:
        yield Fault("not-enacted", N_("The budget of the year is not enacted"))
    if Need.ACCOUNTS in stage.needs and facts.unaccounted:
        sentence = N_("Rp%(amount)s paid from this fund is not accounted for")
        yield Fault("unaccounted", sentence, {"amount": _plain(facts.unaccounted)})
    if before is None:
        return
    if before.code not in facts.received:
        yield Fault("stage-before", N_("Stage %(stage)s was not received"), {"stage": before.code})
        return
    if Need.REPORT in stage.needs and before.code not in facts.reported:
        yield Fault("not-reported", N_("The report on stage %(stage)s is missing"), {"stage": before.code})
    least = sum(facts.received.values(), ZERO) * stage.spent
    if facts.spent < least:
        sentence = N_("Rp%(spent)s is spent of what was received; at least Rp%(least)s has to be")
        yield Fault("spent-too-little", sentence, {"spent": _plain(facts.spent), "least": _plain(least)})


def _plain(amount: Decimal) -> Decimal:
    """Format rupiah for a sentence: sen only where there are some."""
    return Decimal(int(amount)) if amount == int(amount) else round(amount, 2)
