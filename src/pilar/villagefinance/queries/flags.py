"""Flags as their readers see them, villages by risk, and samples for audits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, Min, Q

from pilar.areas.queries import village_names, working_days
from pilar.areas.reference import today_in
from pilar.people.queries import within
from pilar.people.rules import NotFound, Standing
from pilar.platform.language import translate
from pilar.platform.names import Signature
from pilar.platform.paging import PAGE, paged
from pilar.villagefinance import reference
from pilar.villagefinance.models import AuditSample, Entry, Flag, SampledEntry, StandardPrice
from pilar.villagefinance.rules.auditing import (
    FLAG_NAMES,
    FLAG_TONES,
    FLAGS,
    JUDGED,
    UNANSWERED,
    FlagState,
    Risk,
    ranked,
)
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of
from pilar.villagefinance.rules.flags import DAYS, INPUT_NAMES, MONEY, FlagRule, FlagRules, Standard


@dataclass(frozen=True, slots=True)
class FlagRow:
    """A flag with the rule that raised it, if that still holds, and the figures that raised it."""

    village: str
    village_name: str
    year: int
    number: int
    rule: str
    version: int
    title: str
    law: str
    assumed: bool
    day: date
    amount: Decimal
    inputs: dict[str, Any]
    raised_at: datetime
    told_on: date
    state: FlagState
    reply: str
    replied_by: Signature
    replied_at: datetime | None
    reason: str
    judged_by: Signature
    judged_at: datetime | None

    @property
    def state_name(self) -> str:
        return translate(FLAG_NAMES[self.state])

    @property
    def tone(self) -> str:
        return FLAG_TONES[self.state]

    @property
    def figures(self) -> list[tuple[str, str, Any]]:
        """The figures that raised it: name, kind and value of each."""
        return [_figure(name, value) for name, value in self.inputs.items()]


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A sample of the payments of a year."""

    number: int
    year: int
    size: int
    seed: str
    entries: int
    total: Decimal
    drawn_by: Signature
    drawn_at: datetime


@dataclass(frozen=True, slots=True)
class SampledRow:
    """An entry that was drawn."""

    village: str
    village_name: str
    place: int
    kind: str
    day: date
    document: str
    told: str
    amount: Decimal
    hits: int


@dataclass(frozen=True, slots=True)
class RiskRow:
    """A village by its risk."""

    village_name: str
    risk: Risk


def reads_flags(scope: Standing, region: str) -> bool:
    """Return whether there may be flags in a region that a reader may see."""
    reach = [AUTHORITY.extent(scope, action) for action in (Action.READ_FLAGS, Action.OVERSEE_FLAGS)]
    return any(extent.everywhere or region in extent.touched for extent in reach)


def readable_flags(scope: Standing) -> Q:
    """Return the condition for the flags that a reader may see: those of their village, or those that the inspectorate
    was told of."""
    own = within(AUTHORITY.extent(scope, Action.READ_FLAGS), unit="village")
    told = within(AUTHORITY.extent(scope, Action.OVERSEE_FLAGS), unit="village") & ~Q(state=FlagState.RAISED)
    return own | told


def flags(
    region: str, *, scope: Standing, now: datetime, search: str = "", rule: str = "", state: str = "",
    page: int | str = 1, size: int | None = PAGE,
) -> Page[FlagRow]:  # fmt: skip
    """Read flags of a region, the newest first; ``rule``, ``state`` and ``search`` (words in the village's name) filter
    them.

    Raises :class:`NotFound` if the reader may see none there. Four queries at most.
    """
    if not reads_flags(scope, region):
        raise NotFound
    rows = Flag.objects.filter(readable_flags(scope), region=region)
    rows = rows.filter(**{name: wanted for name, wanted in (("rule", rule), ("state", state)) if wanted})
    if words := search.casefold().split():
        names = village_names(region=region)
        rows = rows.filter(village__in=[code for code, name in names.items() if _says(f"{code} {name}", words)])
    ordered = rows.order_by("-raised_at", "village", "-year", "-number")
    return paged(ordered, lambda part: _rows(list(part), region, now), page=page, size=size)


def flag(village: str, year: int, number: int, *, scope: Standing, now: datetime) -> FlagRow:
    """Read a flag; raises :class:`NotFound`. Two queries."""
    rows = Flag.objects.filter(readable_flags(scope), region=village[:5], village=village, year=year, number=number)
    return next(_rows(list(rows), village[:5], now), None) or _not_found()


def to_answer(village: str, *, scope: Standing) -> tuple[int, date | None]:
    """Count the flags of a village that wait for its reply, and return their earliest deadline. One query."""
    rows = Flag.objects.filter(readable_flags(scope), region=village[:5], village=village, state__in=UNANSWERED)
    totals = rows.aggregate(all=Count("number"), first=Min("told_on"))
    return totals["all"], totals["first"] and totals["first"] - timedelta(days=1)


def moves_of(row: FlagRow, scope: Standing) -> tuple[bool, bool]:
    """Return whether a reader may answer a flag, and whether they may judge it."""
    case, targets = case_of(row.village), {move.target for move in FLAGS.moves(row.state) if not move.made_by}
    answers = FlagState.ANSWERED in targets and AUTHORITY.may(scope, Action.ANSWER_FLAG, case)
    return answers, bool(targets & {*JUDGED}) and AUTHORITY.may(scope, Action.JUDGE_FLAG, case)


def risks(region: str, *, scope: Standing, year: int, now: datetime) -> tuple[RiskRow, ...]:
    """The villages of a region by the weights of the flags of a year. Raises :class:`NotFound`. Three queries."""
    _require_audit(scope, Action.OVERSEE_FLAGS, region)
    counted = (
        Flag.objects.filter(readable_flags(scope), region=region, year=year)
        .order_by().values_list("village", "rule", "state").annotate(Count("number"))
    )  # fmt: skip
    weights = {rule.origin.rule: rule.weight for rule in rules_of(region, now).rules}
    risks, names = ranked(counted, weights), village_names(region=region)
    return tuple(RiskRow(names.get(risk.village, risk.village), risk) for risk in risks)


def samples(region: str, *, scope: Standing) -> tuple[SampleRow, ...]:
    """The samples of a region, the newest first. Raises :class:`NotFound`. One query."""
    _require_audit(scope, Action.DRAW_SAMPLE, region)
    return tuple(
        _sample(audit_sample) for audit_sample in AuditSample.objects.filter(region=region).order_by("-number")
    )


def sample(region: str, number: int, *, scope: Standing) -> tuple[SampleRow, tuple[SampledRow, ...]]:
    """A sample with its entries by village. Raises :class:`NotFound`. Four queries."""
    _require_audit(scope, Action.DRAW_SAMPLE, region)
    row = AuditSample.objects.filter(region=region, number=number).first() or _not_found()
    drawn = list(SampledEntry.objects.filter(region=region, sample=number).order_by("village", "place"))
    places = {(sampled_entry.village, sampled_entry.place) for sampled_entry in drawn}
    entries = {
        (entry.village, entry.place): entry
        for entry in Entry.objects.filter(region=region, year=row.year, place__in={place for _village, place in places})
        if (entry.village, entry.place) in places
    }
    names = village_names(codes={sampled_entry.village for sampled_entry in drawn})
    return _sample(row), tuple(
        SampledRow(
            sampled_entry.village,
            names.get(sampled_entry.village, sampled_entry.village),
            sampled_entry.place,
            entry.kind,
            entry.date,
            entry.document,
            entry.told,
            sampled_entry.amount,
            sampled_entry.hits,
        )
        for sampled_entry in drawn
        if (entry := entries[sampled_entry.village, sampled_entry.place])
    )


def rules_of(region: str, now: datetime, year: int | None = None) -> FlagRules:
    """Return the flag rules of today; a budget of a ``year`` is not judged by prices that came after it."""
    today = today_in(region, now)
    prices = {
        standard.key: standard.price for standard in prices_of(region, min(today, date(year or today.year, 12, 31)))
    }
    return reference.flag_rules(region=region, day=today, calendar=working_days(region), prices=prices)


def prices_of(region: str, day: date = date.max) -> tuple[Standard, ...]:
    """Read the standard prices of a region that hold on a day, or will: the latest of each item. One query."""
    standards = sorted(
        (price for price in dated_prices(region).values() if price.since <= day), key=lambda standard: standard.since
    )
    return tuple({standard.key: standard for standard in standards}.values())


def dated_prices(region: str) -> dict[tuple[str, str, date], Standard]:
    """Read all standard prices of a region by item and day; the last one stored for a day counts. One query."""
    rows = StandardPrice.objects.filter(region=region).order_by("no")
    standards = (Standard(*row) for row in rows.values_list("item", "unit", "price", "rule", "since"))
    return {standard.dated: standard for standard in standards}


def _says(name: str, words: list[str]) -> bool:
    return all(word in name.casefold() for word in words)


def _require_audit(scope: Standing, action: Action, region: str) -> None:
    reach = AUTHORITY.extent(scope, action)
    if not (reach.everywhere or region in reach.regions):
        raise NotFound


def _rows(rows: list[Flag], region: str, now: datetime) -> Iterator[FlagRow]:
    names = village_names(codes={row.village for row in rows})
    rules = {rule.origin.rule: rule for rule in rules_of(region, now).rules} if rows else {}
    return (_row(row, names.get(row.village, row.village), rules.get(row.rule)) for row in rows)


def _row(row: Flag, name: str, rule: FlagRule | None) -> FlagRow:
    return FlagRow(
        row.village, name, row.year, row.number, row.rule, row.version, str(rule.title) if rule else row.rule,
        rule.origin.law if rule else "", rule is not None and rule.origin.is_assumption, row.day, row.amount,
        row.inputs, row.raised_at, row.told_on, FlagState(row.state), row.reply, row.replied_by, row.replied_at,
        row.reason, row.judged_by, row.judged_at,
    )  # fmt: skip


def _sample(row: AuditSample) -> SampleRow:
    return SampleRow(
        row.number, row.year, row.size, row.seed, row.entries, row.total, row.drawn_by, row.drawn_at
    )  # fmt: skip


LEADING = {"requests": "request", "entries": "entry"}
"""Figures whose parts have a page, by its name."""


def _figure(name: str, value: Any) -> tuple[str, str, Any]:
    title = translate(INPUT_NAMES[name])
    if name in MONEY:
        return title, "money", Decimal(value)
    if name in DAYS:
        return title, "day", date.fromisoformat(value)
    if name in LEADING:
        return title, LEADING[name], value
    return title, "", ", ".join(map(str, value)) if isinstance(value, list) else value


def _not_found() -> Any:
    raise NotFound
