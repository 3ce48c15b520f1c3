"""What a programme says, and how two contents differ, with names in the place of codes and keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language

from pilar.design import numbers
from pilar.masterplan.forms.content import in_order
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.comparing import differences
from pilar.masterplan.rules.content import (
    BETTER_NAMES,
    FUND_NAMES,
    HORIZON_NAMES,
    Activity,
    Budget,
    Content,
    Fund,
    Judged,
    Monitored,
    Risk,
    Target,
)
from pilar.measures.rules.definitions import written
from pilar.platform.language import mark, translate

FIELD_NAMES = {
    "title": mark("Title"),
    "part": mark("Sub-dimension"),
    "owner": mark("Owner office"),
    "description": mark("What the programme does"),
    "need": mark("Which need it answers"),
    "horizon": mark("Horizon"),
    "quick_win": mark("Quick win"),
    "partners": mark("Partners in the region's government"),
    "outside_partners": mark("Partners outside"),
    "link": mark("Address on the web"),
    "targets": mark("Target indicator"),
    "budgets": mark("Money"),
    "activities": mark("Activity"),
    "monitored": mark("What is to be there"),
    "judged": mark("Mark of the criterion"),
    "risks": mark("Risk"),
}


@dataclass(frozen=True, slots=True)
class ShownTarget:
    """A target with its figure for each of the plan's years; ``None`` where a year has none."""

    target: Target
    better: str
    base: Decimal | None
    yearly: tuple[tuple[int, Decimal | None], ...]


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
    money: tuple[tuple[str, tuple[tuple[int, Decimal | None], ...], Decimal], ...]
    money_by_year: tuple[tuple[int, Decimal], ...]
    total: Decimal
    activities: tuple[Activity, ...]
    monitored: tuple[tuple[str, Monitored], ...]
    judged: tuple[tuple[str, Judged], ...]


@dataclass(frozen=True, slots=True)
class NamedDifference:
    """A field that differs, in words; empty where there was or is nothing."""

    name: str
    before: str
    after: str


def shown_content(content: Content, years: range, offices: Mapping[int, str]) -> ShownContent:
    """A content of a plan of these years; ``offices`` are names by key."""
    rules = framework()
    funds = [fund for fund in Fund if any(one.fund is fund for one in content.budgets)]
    amounts = {(one.year, one.fund): one.amount for one in content.budgets}
    criteria = {one.code: str(one.title) for one in rules.criteria.entries}
    groups = {one.code: str(one.title) for one in rules.monitored.entries}
    return ShownContent(
        content=content,
        pillar=str(rules.pillars.above(content.part).title),
        part=_title_of_part(content.part),
        owner=offices.get(content.owner, ""),
        partners=tuple(offices.get(one, "") for one in content.partners),
        horizon=translate(HORIZON_NAMES[content.horizon]),
        years=tuple(years),
        targets=tuple(
            ShownTarget(
                one,
                translate(BETTER_NAMES[one.better]),
                one.base,
                tuple((year, one.planned_for(year)) for year in years),
            )
            for one in content.targets
        ),
        money=tuple(
            (
                translate(FUND_NAMES[fund]),
                tuple((year, amounts.get((year, fund))) for year in years),
                sum((one.amount for one in content.budgets if one.fund is fund), Decimal(0)),
            )
            for fund in funds
        ),
        money_by_year=tuple((year, content.budget_of(year)) for year in years),
        total=sum((one.amount for one in content.budgets), Decimal(0)),
        activities=tuple(in_order(content.activities)),
        monitored=tuple((groups.get(one.group, one.group), one) for one in content.monitored),
        judged=tuple((criteria.get(one.criterion, one.criterion), one) for one in content.judged),
    )


def named_differences(before: Content, after: Content, offices: Mapping[int, str]) -> tuple[NamedDifference, ...]:
    """All that differs between two contents, in the order of the fields."""
    found = []
    for one in differences(before, after):
        name, _dot, _row = one.field.partition(".")
        said_before, said_after = _said(one.before, name, offices), _said(one.after, name, offices)
        if said_before != said_after:
            found.append(NamedDifference(translate(FIELD_NAMES[name]), said_before, said_after))
    return tuple(found)


def _said(value: Any, name: str, offices: Mapping[int, str]) -> str:
    if value in (None, "", ()):
        return ""
    if isinstance(value, (Target, Budget, Activity, Risk, Monitored, Judged)):
        return _said_row(value)
    if name == "partners":
        return "; ".join(offices.get(one, str(one)) for one in value)
    named = {
        "quick_win": lambda: translate("yes") if value else translate("no"),
        "owner": lambda: offices.get(value, str(value)),
        "part": lambda: _title_of_part(value),
        "horizon": lambda: translate(HORIZON_NAMES[value]),
    }
    return str(named[name]() if name in named else value)


def _said_row(row: Target | Budget | Activity | Risk | Monitored | Judged) -> str:
    rules = framework()
    match row:
        case Target():
            return "; ".join(_said_target(row))
        case Budget():
            return f"{row.year}, {translate(FUND_NAMES[row.fund])}: Rp {_grouped(row.amount)}"
        case Activity():
            return f"{row.title}: {row.starts.name} – {row.ends.name}"
        case Risk():
            return f"{row.text} → {row.response}" if row.response else row.text
        case Monitored():
            group = rules.monitored.find(row.group)
            return f"{group.title if group else row.group}: {row.title} ({row.year})"
    criterion = rules.criteria.find(row.criterion)
    return f"{criterion.title if criterion else row.criterion}: {row.mark} {row.reason}".strip()


def _said_target(one: Target) -> Iterator[str]:
    yield f"{one.title} ({one.unit}), {translate(BETTER_NAMES[one.better])}"
    if one.base is not None:
        since = f" ({one.base_year})" if one.base_year else ""
        yield translate("at the start %(value)s", value=_grouped(one.base)) + since
    yield from (f"{year}: {_grouped(value)}" for year, value in one.yearly)
    if one.measure:
        yield translate("measured as %(code)s", code=one.measure)
    if one.source:
        yield one.source


def _title_of_part(code: str) -> str:
    part = framework().pillars.find(code)
    return str(part.title) if part else code


def _grouped(value: Decimal) -> str:
    return numbers.grouped(Decimal(written(value)), (get_language() or "id")[:2])
