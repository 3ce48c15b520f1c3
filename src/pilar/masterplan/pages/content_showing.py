"""Show the content of a programme with names in place of codes and keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from pilar.masterplan.forms.content import in_order
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.content import (
    BETTER_NAMES,
    FUND_NAMES,
    HORIZON_NAMES,
    Activity,
    Content,
    Fund,
    Judged,
    Monitored,
    Target,
)
from pilar.platform.language import translate


@dataclass(frozen=True, slots=True)
class ShownTarget:
    """A target with its figure for each of the plan's years; ``None`` where a year has none."""

    target: Target
    better: str
    base: Decimal | None
    yearly: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class ShownContent:
    """A programme for a reader; ``money`` has a row for each source of funds that gives some, and the totals."""

    content: Content
    pillar: str
    part: str
    owner: str
    partners: tuple[str, ...]
    horizon: str
    years: tuple[int, ...]
    targets: tuple[ShownTarget, ...]
    money: tuple[tuple[str, tuple[Decimal | None, ...], Decimal], ...]
    money_by_year: tuple[tuple[int, Decimal], ...]
    total: Decimal
    activities: tuple[Activity, ...]
    monitored: tuple[tuple[str, Monitored], ...]
    judged: tuple[tuple[str, Judged], ...]


def shown_content(content: Content, years: range, offices: Mapping[int, str]) -> ShownContent:
    """Convert the content of a programme for a plan of these years; ``offices`` are names by key."""
    rules = framework()
    funds = [fund for fund in Fund if any(budget.fund is fund for budget in content.budgets)]
    amounts = {(budget.year, budget.fund): budget.amount for budget in content.budgets}
    criteria = {entry.code: str(entry.title) for entry in rules.criteria.entries}
    groups = {entry.code: str(entry.title) for entry in rules.monitored.entries}
    return ShownContent(
        content=content,
        pillar=str(rules.pillars.above(content.part).title),
        part=_title_of_part(content.part),
        owner=offices.get(content.owner, ""),
        partners=tuple(offices.get(partner, "") for partner in content.partners),
        horizon=translate(HORIZON_NAMES[content.horizon]),
        years=tuple(years),
        targets=tuple(
            ShownTarget(
                target,
                translate(BETTER_NAMES[target.better]),
                target.base,
                tuple(target.planned_for(year) for year in years),
            )
            for target in content.targets
        ),
        money=tuple(
            (
                translate(FUND_NAMES[fund]),
                tuple(amounts.get((year, fund)) for year in years),
                sum((budget.amount for budget in content.budgets if budget.fund is fund), Decimal(0)),
            )
            for fund in funds
        ),
        money_by_year=tuple((year, content.budget_of(year)) for year in years),
        total=sum((budget.amount for budget in content.budgets), Decimal(0)),
        activities=tuple(in_order(content.activities)),
        monitored=tuple((groups.get(monitored.group, monitored.group), monitored) for monitored in content.monitored),
        judged=tuple((criteria.get(judged.criterion, judged.criterion), judged) for judged in content.judged),
    )


def _title_of_part(code: str) -> str:
    part = framework().pillars.find(code)
    return str(part.title) if part else code
