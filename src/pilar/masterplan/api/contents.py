"""A whole programme as it is given by JSON: of a proposal, or of what the meeting accepts with changes."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

from pilar.masterplan.api.schemas import NO_NUL, PlanYear, Text, Title
from pilar.masterplan.rules.checking import MOST_DIGITS, MOST_ROWS
from pilar.masterplan.rules.content import (
    LONGEST_UNIT,
    Activity,
    Better,
    Budget,
    Content,
    Fund,
    Horizon,
    Judged,
    Monitored,
    Risk,
    Target,
)
from pilar.masterplan.rules.quarters import read_quarter
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import mark

LARGEST = 2_147_483_647
MOST_DECIMALS = 6
OfficeKey = Annotated[int, Field(ge=1, le=LARGEST)]
Number = Annotated[
    Decimal, Field(allow_inf_nan=False, max_digits=MOST_DIGITS + MOST_DECIMALS, decimal_places=MOST_DECIMALS)
]
RowNumber = Annotated[int, Field(ge=1, le=10_000)]
QuarterText = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-Q[1-4]$")]
Code = Annotated[str, StringConstraints(max_length=100, pattern=NO_NUL)]


class PlanTargetIn(Schema):
    """A target indicator; ``number`` names it for as long as the programme lives."""

    number: RowNumber
    title: Title
    unit: Annotated[str, StringConstraints(max_length=LONGEST_UNIT, pattern=NO_NUL)]
    better: Literal["up", "down"] = "up"
    base: Number | None = None
    base_year: Annotated[int, Field(ge=1900, le=2200)] | None = None
    source: Text = ""
    measure: Code = ""
    yearly: Annotated[dict[PlanYear, Number], Field(max_length=MOST_ROWS)] = {}


class PlanBudgetIn(Schema):
    """Money of a year in whole rupiah."""

    year: PlanYear
    fund: Literal["apbd", "apbn", "csr", "other"]
    amount: Number


class PlanActivityIn(Schema):
    """An activity from one quarter to another, ``2026-Q1``, both included; ``parent`` is the number of its activity."""

    number: RowNumber
    title: Title
    starts: QuarterText
    ends: QuarterText
    parent: RowNumber | None = None


class PlanRiskIn(Schema):
    text: Text
    response: Text = ""


class PlanMonitoredIn(Schema):
    number: RowNumber
    group: Code
    title: Title
    year: PlanYear


class PlanJudgedIn(Schema):
    criterion: Code
    mark: Annotated[int, Field(ge=-1000, le=1000)]
    reason: Text = ""


class PlanContentIn(Schema):
    """All that a programme says; ``owner`` and ``partners`` are keys of offices of the region."""

    title: Title
    part: Code
    owner: OfficeKey
    description: Text = ""
    need: Text = ""
    horizon: Literal["short", "middle", "long"] = "short"
    quick_win: bool = False
    partners: Annotated[list[OfficeKey], Field(max_length=500)] = []
    outside_partners: Text = ""
    link: Text = ""
    targets: Annotated[list[PlanTargetIn], Field(max_length=MOST_ROWS)] = []
    budgets: Annotated[list[PlanBudgetIn], Field(max_length=MOST_ROWS)] = []
    activities: Annotated[list[PlanActivityIn], Field(max_length=MOST_ROWS)] = []
    risks: Annotated[list[PlanRiskIn], Field(max_length=MOST_ROWS)] = []
    monitored: Annotated[list[PlanMonitoredIn], Field(max_length=MOST_ROWS)] = []
    judged: Annotated[list[PlanJudgedIn], Field(max_length=MOST_ROWS)] = []


def content_given(given: PlanContentIn) -> Content:
    """For an operation; raises Faults for rows of one list that have the same number, and for a year before 1."""
    _check_numbers(given)
    return Content(
        title=given.title,
        part=given.part,
        owner=given.owner,
        description=given.description,
        need=given.need,
        horizon=Horizon(given.horizon),
        quick_win=given.quick_win,
        partners=tuple(given.partners),
        outside_partners=given.outside_partners,
        link=given.link,
        targets=tuple(
            Target(
                one.number, one.title, one.unit, Better(one.better), one.base, one.base_year, one.source, one.measure,
                tuple(sorted(one.yearly.items())),
            )
            for one in given.targets
        ),
        budgets=tuple(Budget(one.year, Fund(one.fund), one.amount) for one in given.budgets),
        activities=tuple(_activity(place, one) for place, one in enumerate(given.activities)),
        risks=tuple(Risk(one.text, one.response) for one in given.risks),
        monitored=tuple(Monitored(one.number, one.group, one.title, one.year) for one in given.monitored),
        judged=tuple(Judged(one.criterion, one.mark, one.reason) for one in given.judged),
    )  # fmt: skip


def _activity(place: int, one: PlanActivityIn) -> Activity:
    starts, ends = read_quarter(one.starts), read_quarter(one.ends)
    if starts is None or ends is None or min(starts.year, ends.year) < 1:
        sentence = mark("Write a quarter such as 2026-Q1")
        raise Faults([Fault("no-quarter", sentence, {}, f"activities.{place}.starts")])
    return Activity(one.number, one.title, starts, ends, one.parent)


def _check_numbers(given: PlanContentIn) -> None:
    found = []
    for name in ("targets", "activities", "monitored"):
        numbers = [one.number for one in getattr(given, name)]
        found += [
            Fault("number-twice", mark("Another row has this number"), {}, f"{name}.{place}.number")
            for place, number in enumerate(numbers)
            if number in numbers[:place]
        ]
    if found:
        raise Faults(found)
