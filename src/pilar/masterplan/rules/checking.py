"""Requirements of a programme before it is proposed, and limits of what can be stored."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from pilar.masterplan.rules.content import (
    MAX_OBJECTIVE,
    MAX_TEXT,
    MAX_TITLE,
    MAX_UNIT,
    SIPD_SHAPE,
    WEIGHT_DECIMALS,
    WEIGHT_DIGITS,
    Activity,
    Content,
    Target,
)
from pilar.masterplan.rules.framework import Framework
from pilar.platform.errors import Fault
from pilar.platform.language import N_

MAX_DIGITS = 18
"""The most digits of a number before the decimal separator."""
MAX_ROWS = 60
"""The most targets, activities, and so on, of one programme."""
NO_SIPD_CODE = N_("A SIPD code is made of digits in groups of at most four between dots, with no dot at its end")
ADDRESS = ("https://", "http://")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame that a content is checked against: the years of the plan, the region's open offices, its codes of
    measures."""

    framework: Framework
    first_year: int
    last_year: int
    offices: Collection[int]
    measures: Collection[str]


def faults_of(content: Content, frame: Frame) -> list[Fault]:
    """Return the faults that prevent a content from being stored; the place of each is the field, rows counted from 0:
    ``budgets.2.amount``."""
    return [
        *_texts(content),
        *_head(content, frame),
        *(fault for row, target in enumerate(content.targets) for fault in _target(f"targets.{row}", target, frame)),
        *_budgets(content, frame),
        *_activities(content, frame),
        *_further(content, frame),
        *_numbered(content),
    ]


def missing_of(content: Content) -> list[Fault]:
    """Return what a draft still lacks for being handed in."""
    missing = []
    if not content.description.strip():
        missing.append(Fault("no-description", N_("Say what the programme does"), {}, "description"))
    if not content.need.strip():
        missing.append(Fault("no-need", N_("Say which need it answers"), {}, "need"))
    if not content.targets:
        missing.append(Fault("no-target", N_("Name at least one target indicator"), {}, "targets"))
    missing += [
        Fault("no-yearly-target", N_("Give a target for at least one year"), {}, f"targets.{row}.yearly")
        for row, target in enumerate(content.targets)
        if not target.yearly
    ]
    if not content.activities:
        missing.append(Fault("no-activity", N_("Put at least one activity on the road map"), {}, "activities"))
    return missing


def _texts(content: Content) -> Iterator[Fault]:
    if not content.title.strip():
        yield Fault("no-title", N_("Give the programme a title"), {}, "title")
    limits = {"title": MAX_TITLE, "description": MAX_TEXT, "need": MAX_TEXT,
              "outside_partners": MAX_TEXT, "link": MAX_TEXT}  # fmt: skip
    for name, most in limits.items():
        yield from _length(getattr(content, name), most, name)
    if content.link and not content.link.startswith(ADDRESS):
        yield Fault("no-address", N_("An address begins with https://"), {}, "link")
    yield from _budgeted(content, "")


def _head(content: Content, frame: Frame) -> Iterator[Fault]:
    if content.part not in {part.code for part in frame.framework.pillars.parts()}:
        yield Fault("unknown-part", N_("Choose one of the sub-dimensions"), {}, "part")
    if content.owner not in frame.offices:
        yield Fault("unknown-office", N_("Choose an open office of this region"), {}, "owner")
    if any(partner not in frame.offices for partner in content.partners):
        yield Fault("unknown-partner", N_("Partners are open offices of this region"), {}, "partners")
    if content.owner in content.partners:
        yield Fault("owner-is-partner", N_("The owner office is not its own partner"), {}, "partners")


def _target(place: str, target: Target, frame: Frame) -> Iterator[Fault]:
    if not target.title.strip():
        yield Fault("no-title", N_("Name the indicator"), {}, f"{place}.title")
    if not target.unit.strip():
        yield Fault("no-unit", N_("Name the unit"), {}, f"{place}.unit")
    yield from _length(target.title, MAX_TITLE, f"{place}.title")
    yield from _length(target.unit, MAX_UNIT, f"{place}.unit")
    yield from _length(target.source, MAX_TEXT, f"{place}.source")
    if target.measure and target.measure not in frame.measures:
        fields = {"given": target.measure}
        yield Fault("unknown-measure", N_("The region has no measure “%(given)s”"), fields, f"{place}.measure")
    if target.base is not None:
        yield from _number(target.base, f"{place}.base")
    for year, value in target.yearly:
        yield from _year(year, frame, f"{place}.yearly.{year}")
        yield from _number(value, f"{place}.yearly.{year}")
    for year in _twice(year for year, _value in target.yearly):
        yield Fault("year-twice", N_("The year %(year)s stands twice"), {"year": str(year)}, f"{place}.yearly.{year}")


def _budgets(content: Content, frame: Frame) -> Iterator[Fault]:
    for row, budget in enumerate(content.budgets):
        place = f"budgets.{row}.amount"
        yield from _year(budget.year, frame, f"budgets.{row}.year")
        if budget.amount < 0:
            yield Fault("budget-below-zero", N_("Money is not below zero"), {}, place)
        elif budget.amount != budget.amount.to_integral_value():
            yield Fault("part-of-rupiah", N_("Write whole rupiah"), {}, place)
        else:
            yield from _number(budget.amount, place)
    for year, fund in _twice((budget.year, budget.fund) for budget in content.budgets):
        row = max(row for row, budget in enumerate(content.budgets) if (budget.year, budget.fund) == (year, fund))
        sentence = N_("This source of funds already stands for %(year)s")
        yield Fault("budget-twice", sentence, {"year": str(year)}, f"budgets.{row}.year")


def _activities(content: Content, frame: Frame) -> Iterator[Fault]:
    by_number = {activity.number: activity for activity in content.activities}
    parents = {activity.parent for activity in content.activities}
    for row, activity in enumerate(content.activities):
        place = f"activities.{row}"
        if not activity.title.strip():
            yield Fault("no-title", N_("Name the activity"), {}, f"{place}.title")
        yield from _length(activity.title, MAX_TITLE, f"{place}.title")
        yield from _year(activity.starts.year, frame, f"{place}.starts")
        yield from _year(activity.ends.year, frame, f"{place}.ends")
        if activity.ends < activity.starts:
            yield Fault("ends-before-start", N_("It ends before it begins"), {}, f"{place}.ends")
        if activity.parent is not None:
            yield from _parent(place, activity, by_number.get(activity.parent))
        yield from _budgeted(activity, f"{place}.")
        if activity.weight is not None and activity.number in parents:
            sentence = N_("The weight of an activity is that of its sub-activities together: give it to them")
            yield Fault("weight-of-parts", sentence, {}, f"{place}.weight")


def _budgeted(of: Content | Activity, place: str) -> Iterator[Fault]:
    if of.sipd_code and not re.fullmatch(SIPD_SHAPE, of.sipd_code):
        yield Fault("no-sipd-code", NO_SIPD_CODE, {}, f"{place}sipd_code")
    yield from _length(of.objective, MAX_OBJECTIVE, f"{place}objective")
    if of.weight is None:
        return
    if not of.weight.is_finite() or of.weight <= 0 or of.weight >= 10**WEIGHT_DIGITS:
        sentence = N_("A weight is a number above 0 and below a million, such as 25 or 12.5; leave it empty for none")
        yield Fault("no-weight", sentence, {}, f"{place}weight")
    elif of.weight != round(of.weight, WEIGHT_DECIMALS):
        sentence = N_("A weight has at most %(most)s decimals")
        yield Fault("weight-too-fine", sentence, {"most": WEIGHT_DECIMALS}, f"{place}weight")


def _parent(place: str, activity: Activity, parent: Activity | None) -> Iterator[Fault]:
    if parent is None or parent.parent is not None or parent is activity:
        sentence = N_("A sub-activity belongs to an activity of the same programme")
        yield Fault("no-parent", sentence, {}, f"{place}.parent")
    elif not (parent.starts <= activity.starts and activity.ends <= parent.ends):
        sentence = N_("A sub-activity lies within its activity: %(first)s to %(last)s")
        fields = {"first": str(parent.starts), "last": str(parent.ends)}
        yield Fault("outside-parent", sentence, fields, f"{place}.starts")


def _further(content: Content, frame: Frame) -> Iterator[Fault]:
    for row, risk in enumerate(content.risks):
        if not risk.text.strip():
            yield Fault("no-risk", N_("Name the risk"), {}, f"risks.{row}.text")
        yield from _length(risk.text, MAX_TEXT, f"risks.{row}.text")
        yield from _length(risk.response, MAX_TEXT, f"risks.{row}.response")
    for row, monitored in enumerate(content.monitored):
        place = f"monitored.{row}"
        if frame.framework.monitored.find(monitored.group) is None:
            yield Fault("unknown-group", N_("Choose one of the groups"), {}, f"{place}.group")
        if not monitored.title.strip():
            yield Fault("no-title", N_("Say what is to be there"), {}, f"{place}.title")
        yield from _length(monitored.title, MAX_TITLE, f"{place}.title")
        yield from _year(monitored.year, frame, f"{place}.year")
    if content.judged and not content.quick_win:
        yield Fault("no-quick-win", N_("Only a quick win is judged by the ten criteria"), {}, "judged")
    for row, judged in enumerate(content.judged):
        if frame.framework.criteria.find(judged.criterion) is None:
            yield Fault("unknown-criterion", N_("Choose one of the criteria"), {}, f"judged.{row}.criterion")
        if judged.mark not in frame.framework.criteria_levels:
            levels = frame.framework.criteria_levels
            fields = {"lowest": levels[0], "highest": levels[-1]}
            sentence = N_("A mark is a whole number from %(lowest)s to %(highest)s")
            yield Fault("mark-outside", sentence, fields, f"judged.{row}.mark")
        yield from _length(judged.reason, MAX_TEXT, f"judged.{row}.reason")
    for criterion in _twice(mark.criterion for mark in content.judged):
        yield Fault("judged-twice", N_("Each criterion is judged once"), {}, f"judged.{criterion}")


def _numbered(content: Content) -> Iterator[Fault]:
    for name in ("targets", "activities", "monitored", "budgets", "risks"):
        rows = getattr(content, name)
        if len(rows) > MAX_ROWS:
            yield Fault("too-many-rows", N_("At most %(most)s rows"), {"most": MAX_ROWS}, name)
        if name in ("targets", "activities", "monitored"):
            numbers = [row.number for row in rows]
            if len(set(numbers)) != len(numbers) or any(number < 1 for number in numbers):
                raise ValueError(f"the numbers of {name} are not unique")


def _year(year: int, frame: Frame, place: str) -> Iterator[Fault]:
    if not frame.first_year <= year <= frame.last_year:
        sentence = N_("%(year)s lies outside the plan, which runs from %(first)s to %(last)s")
        fields = {"year": str(year), "first": str(frame.first_year), "last": str(frame.last_year)}
        yield Fault("year-outside-plan", sentence, fields, place)


def _number(value: Decimal, place: str) -> Iterator[Fault]:
    if not value.is_finite() or abs(value) >= 10**MAX_DIGITS:
        yield Fault("number-too-large", N_("The number is too large"), {}, place)


def _length(text: str, most: int, place: str) -> Iterator[Fault]:
    if len(text) > most:
        yield Fault("too-long", N_("At most %(most)s characters"), {"most": most}, place)


def _twice(given: Iterable[T]) -> list[T]:
    return [value for value, count in Counter(given).items() if count > 1]
