"""Content of a programme as JSON, for input and output. Numbers are text; quarters are written ``2026-Q1``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

from pilar.masterplan.rules.checking import MAX_ROWS
from pilar.masterplan.rules.content import (
    MAX_OBJECTIVE,
    MAX_SIPD,
    MAX_TEXT,
    MAX_TITLE,
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
from pilar.masterplan.rules.quarters import Quarter, read_quarter
from pilar.platform.api import NO_NUL, RowSchema
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.platform.reading import Notation, read_figure

Rows = Field(max_length=MAX_ROWS)
Number = Annotated[int, Field(ge=1, le=9_999)]
Year = Annotated[int, Field(ge=1, le=9_999)]
Figure = Annotated[str, StringConstraints(max_length=60)]
Title = Annotated[str, StringConstraints(max_length=MAX_TITLE, pattern=NO_NUL)]
QuarterText = Annotated[str, StringConstraints(max_length=10)]
Text = Annotated[str, StringConstraints(max_length=MAX_TEXT, pattern=NO_NUL)]
SipdCode = Annotated[str, StringConstraints(max_length=MAX_SIPD, pattern=NO_NUL)]
Objective = Annotated[str, StringConstraints(max_length=MAX_OBJECTIVE, pattern=NO_NUL)]
Key = Annotated[int, Field(ge=1, le=2**31)]


class PlanTarget(RowSchema, of=Target, fields="number title unit better base base_year source measure yearly=by_year"):
    """A target indicator: ``yearly`` is the value to reach by the end of each year."""


class PlanBudget(RowSchema, of=Budget, fields="year fund amount"):
    pass


class PlanActivity(RowSchema, of=Activity, fields="number title starts ends parent sipd_code objective weight"):
    """An activity from one quarter to another, both included; ``parent`` is the number of its activity."""


class PlanRisk(RowSchema, of=Risk, fields="text response"):
    pass


class PlanMonitored(RowSchema, of=Monitored, fields="number group title year"):
    pass


class PlanJudged(RowSchema, of=Judged, fields="criterion mark reason"):
    pass


class PlanTargetIn(Schema):
    """A target indicator; without ``number`` it is new and gets the next one."""

    number: Number | None = None
    title: Title
    unit: Annotated[str, StringConstraints(max_length=100, pattern=NO_NUL)]
    better: Literal["up", "down"] = "up"
    base: Figure | None = None
    base_year: Year | None = None
    source: Text = ""
    measure: Annotated[str, StringConstraints(max_length=100, pattern=NO_NUL)] = ""
    yearly: dict[Year, Figure] = {}


class PlanBudgetIn(Schema):
    year: Year
    fund: Literal["apbd", "apbn", "csr", "other"]
    amount: Figure


class PlanActivityIn(Schema):
    """An activity; ``parent`` is the number of its main activity."""

    number: Number | None = None
    title: Title
    starts: Annotated[str, StringConstraints(max_length=10)]
    ends: Annotated[str, StringConstraints(max_length=10)]
    parent: Number | None = None
    sipd_code: SipdCode = ""
    objective: Objective = ""
    weight: Figure | None = None


class PlanRiskIn(Schema):
    text: Text
    response: Text = ""


class PlanMonitoredIn(Schema):
    number: Number | None = None
    group: Title
    title: Title
    year: Year


class PlanJudgedIn(Schema):
    criterion: Title
    mark: int
    reason: Text = ""


class PlanContentIn(Schema):
    """The whole content of a programme; ``part`` is the code of its sub-dimension, ``partners`` are keys of offices.

    ``sipd_code``: digits and dots, checked for their shape alone; ``objective``: of the RPJMD; ``weight``: above 0, it
    counts if every other programme of the plan has one.
    """

    title: Title
    part: Title
    description: Text = ""
    need: Text = ""
    horizon: Literal["short", "middle", "long"] = "short"
    quick_win: bool = False
    partners: Annotated[list[Key], Rows] = []
    outside_partners: Text = ""
    link: Text = ""
    sipd_code: SipdCode = ""
    objective: Objective = ""
    weight: Figure | None = None
    targets: Annotated[list[PlanTargetIn], Rows] = []
    budgets: Annotated[list[PlanBudgetIn], Rows] = []
    activities: Annotated[list[PlanActivityIn], Rows] = []
    risks: Annotated[list[PlanRiskIn], Rows] = []
    monitored: Annotated[list[PlanMonitoredIn], Rows] = []
    judged: Annotated[list[PlanJudgedIn], Rows] = []


class PlanContent(
    RowSchema,
    of=Content,
    fields="title part owner description need horizon quick_win partners outside_partners link sipd_code"
    " objective weight targets budgets activities risks monitored judged",
):
    """The whole content of a programme."""


def read_content(given: PlanContentIn, owner: int, above: Mapping[str, int]) -> Content:
    """Read the content of a request; raises Faults for numbers and quarters that cannot be read, at their places.

    ``above``: the highest numbers that rows of each list ever had.
    """
    faults: list[Fault] = []
    read = _Reader(faults)
    numbers = {
        name: list(_numbers(getattr(given, name), above.get(name, 0), name, faults))
        for name in ("targets", "activities", "monitored")
    }
    named = ("title", "part", "description", "need", "quick_win", "outside_partners", "link", "sipd_code", "objective")
    targets = []
    for row, (target, number) in enumerate(zip(given.targets, numbers["targets"], strict=True)):
        place = f"targets.{row}"
        base = None if target.base is None else read.figure(target.base, f"{place}.base")
        yearly = tuple(
            (year, read.figure(text, f"{place}.yearly.{year}")) for year, text in sorted(target.yearly.items())
        )
        targets.append(
            Target(
                number,
                target.title,
                target.unit,
                Better(target.better),
                base,
                target.base_year,
                target.source,
                target.measure,
                yearly,
            )
        )
    activities = [
        Activity(
            number, activity.title, read.quarter(activity.starts, f"activities.{row}.starts"),
            read.quarter(activity.ends, f"activities.{row}.ends"), activity.parent, activity.sipd_code,
            activity.objective, read.weight(activity.weight, f"activities.{row}.weight"),
        )
        for row, (activity, number) in enumerate(zip(given.activities, numbers["activities"], strict=True))
    ]  # fmt: skip
    budgets = [
        Budget(budget.year, Fund(budget.fund), read.figure(budget.amount, f"budgets.{row}.amount"))
        for row, budget in enumerate(given.budgets)
    ]
    weight = read.weight(given.weight, "weight")
    if faults:
        raise Faults(faults)
    return Content(
        owner=owner,
        weight=weight,
        horizon=Horizon(given.horizon),
        partners=tuple(given.partners),
        targets=tuple(targets),
        budgets=tuple(budgets),
        activities=tuple(activities),
        risks=tuple(Risk(risk.text, risk.response) for risk in given.risks),
        monitored=tuple(
            Monitored(number, monitored.group, monitored.title, monitored.year)
            for monitored, number in zip(given.monitored, numbers["monitored"], strict=True)
        ),
        judged=tuple(
            Judged(plan_judged_in.criterion, plan_judged_in.mark, plan_judged_in.reason)
            for plan_judged_in in given.judged
        ),
        **{name: getattr(given, name) for name in named},
    )


class _Reader:
    """Reads texts, and collects those that cannot be read."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults

    def figure(self, text: str, place: str) -> Decimal:
        figure = read_figure(text, "", Notation.PLAIN)
        if figure is None:
            figure = Fault("no-value", N_("This is missing"))
        if isinstance(figure, Fault):
            self.faults.append(Fault(figure.code, figure.sentence, figure.fields, place))
            return Decimal(0)
        return figure

    def weight(self, text: str | None, place: str) -> Decimal | None:
        return None if text is None else self.figure(text, place)

    def quarter(self, text: str, place: str) -> Any:
        quarter = read_quarter(text)
        if quarter is None:
            self.faults.append(Fault("no-quarter", N_("Write a quarter like 2026-Q1"), {}, place))
        return quarter


def _numbers(rows: Sequence[Any], above: int, name: str, faults: list[Fault]) -> Iterator[int]:
    given = [row.number for row in rows]
    following = max([above, *(number or 0 for number in given)]) + 1
    for row, number in enumerate(given):
        if number is None:
            yield following
            following += 1
            continue
        if number in given[:row]:
            sentence = N_("Rows of a programme have different numbers from 1 on")
            faults.append(Fault("number-twice", sentence, {}, f"{name}.{row}.number"))
        yield number


def asked_quarter(text: str, place: str = "quarter") -> Quarter:
    """Read a quarter from a caller; raises Faults at ``place``."""
    quarter = read_quarter(text)
    if quarter is None:
        raise Faults([Fault("no-quarter", N_("Write a quarter like 2026-Q2"), {}, place)])
    return quarter
