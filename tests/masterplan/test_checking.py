"""Why a programme cannot be stored: one change each, with the fault and its place."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from masterplan.world import content
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.checking import MAX_ROWS, Frame, faults_of, missing_of
from pilar.masterplan.rules.content import (
    MAX_TEXT,
    MAX_TITLE,
    MAX_UNIT,
    Activity,
    Budget,
    Fund,
    Judged,
    Monitored,
    Risk,
    Target,
)
from pilar.masterplan.rules.quarters import Quarter

OFFICE, OTHER = 1, 2
FRAME = Frame(framework(), 2026, 2030, {OFFICE, OTHER}, {"ikm"})
GOOD = content(OFFICE, partners=(OTHER,), link="https://contoh.invalid")
(TARGET,), (FIRST, SECOND) = GOOD.targets, GOOD.activities
CRITERION = framework().criteria.entries[0].code
Q = Quarter


def target(**changed: Any) -> dict[str, Any]:
    return {"targets": (replace(TARGET, **changed),)}


def below(starts: Quarter, ends: Quarter, parent: int = 1) -> dict[str, Any]:
    """A sub-activity of the first activity, which is the whole of 2026."""
    return {"activities": (FIRST, Activity(3, "Bagian", starts, ends, parent))}


def money(*amounts: str, year: int = 2026) -> dict[str, Any]:
    return {"budgets": tuple(Budget(year, Fund.APBD, Decimal(one)) for one in amounts)}


TOLD: list[tuple[dict[str, Any], list[str]]] = [
    ({}, []),
    ({"title": "x" * MAX_TITLE, "need": "x" * MAX_TEXT}, []),
    ({"title": " "}, ["no-title title"]),
    ({"title": "x" * (MAX_TITLE + 1)}, ["too-long title"]),
    ({"need": "x" * (MAX_TEXT + 1)}, ["too-long need"]),
    ({"link": "ftp://contoh.invalid"}, ["no-address link"]),
    ({"part": "x"}, ["unknown-part part"]),
    ({"owner": 9}, ["unknown-office owner"]),
    ({"partners": (OTHER, 9)}, ["unknown-partner partners"]),
    ({"partners": (OFFICE,)}, ["owner-is-partner partners"]),
    (target(title=" "), ["no-title targets.0.title"]),
    (target(unit=" "), ["no-unit targets.0.unit"]),
    (target(unit="x" * (MAX_UNIT + 1)), ["too-long targets.0.unit"]),
    (target(measure="ikm"), []),
    (target(measure="lain"), ["unknown-measure targets.0.measure"]),
    (target(yearly=((2026, Decimal(1)), (2030, Decimal(2)))), []),
    (target(yearly=((2025, Decimal(1)),)), ["year-outside-plan targets.0.yearly.2025"]),
    (target(yearly=((2031, Decimal(1)),)), ["year-outside-plan targets.0.yearly.2031"]),
    (target(yearly=((2026, Decimal(1)), (2026, Decimal(2)))), ["year-twice targets.0.yearly.2026"]),
    (money("0"), []),
    (money("-1"), ["budget-below-zero budgets.0.amount"]),
    (money("0.5"), ["part-of-rupiah budgets.0.amount"]),
    (money("1", year=2031), ["year-outside-plan budgets.0.year"]),
    (money("1", "2"), ["budget-twice budgets.1.year"]),
    ({"activities": (replace(FIRST, title=" "),)}, ["no-title activities.0.title"]),
    ({"activities": (replace(FIRST, ends=FIRST.starts),)}, []),
    ({"activities": (replace(FIRST, starts=Q(2026, 2), ends=Q(2026, 1)),)}, ["ends-before-start activities.0.ends"]),
    (below(Q(2026, 1), Q(2026, 4)), []),
    (below(Q(2026, 1), Q(2027, 1)), ["outside-parent activities.1.starts"]),
    (
        {"activities": (SECOND, Activity(3, "Bagian", Q(2026, 2), Q(2027, 2), 2))},
        ["outside-parent activities.1.starts"],
    ),
    (below(Q(2026, 1), Q(2026, 4), parent=8), ["no-parent activities.1.parent"]),
    (below(Q(2026, 1), Q(2026, 4), parent=3), ["no-parent activities.1.parent"]),
    ({"risks": (Risk(" "),)}, ["no-risk risks.0.text"]),
    ({"monitored": (Monitored(1, "x", "Aplikasi", 2026),)}, ["unknown-group monitored.0.group"]),
    ({"monitored": (Monitored(1, "application", " ", 2026),)}, ["no-title monitored.0.title"]),
    ({"monitored": (Monitored(1, "application", "Aplikasi", 2031),)}, ["year-outside-plan monitored.0.year"]),
    ({"judged": (Judged(CRITERION, 3),)}, ["no-quick-win judged"]),
    ({"quick_win": True, "judged": (Judged(CRITERION, 3),)}, []),
    ({"quick_win": True, "judged": (Judged("x", 3),)}, ["unknown-criterion judged.0.criterion"]),
    ({"quick_win": True, "judged": (Judged(CRITERION, 99),)}, ["mark-outside judged.0.mark"]),
    ({"quick_win": True, "judged": (Judged(CRITERION, 3),) * 2}, [f"judged-twice judged.{CRITERION}"]),
    ({"risks": (Risk("x"),) * MAX_ROWS}, []),
    ({"risks": (Risk("x"),) * (MAX_ROWS + 1)}, ["too-many-rows risks"]),
]


@pytest.mark.parametrize(("changed", "told"), TOLD)
def test_what_cannot_be_stored_is_told_at_its_place(changed: dict[str, Any], told: list[str]) -> None:
    assert [f"{one.code} {one.place}" for one in faults_of(replace(GOOD, **changed), FRAME)] == told


@pytest.mark.parametrize("numbers", [(1, 1), (0, 1)])
def test_rows_that_cannot_be_told_apart_are_a_fault_of_the_program(numbers: tuple[int, int]) -> None:
    rows = tuple(replace(TARGET, number=number) for number in numbers)
    with pytest.raises(ValueError, match="targets"):
        faults_of(replace(GOOD, targets=rows), FRAME)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, []),
        ({"description": " "}, ["no-description description"]),
        ({"need": ""}, ["no-need need"]),
        ({"targets": ()}, ["no-target targets"]),
        ({"targets": (Target(1, "x", "x"),)}, ["no-yearly-target targets.0.yearly"]),
        ({"activities": ()}, ["no-activity activities"]),
    ],
)
def test_what_a_draft_still_lacks(changed: dict[str, Any], told: list[str]) -> None:
    assert [f"{one.code} {one.place}" for one in missing_of(replace(GOOD, **changed))] == told


def test_money_is_summed_by_year_and_of_all_years() -> None:
    assert [GOOD.budget_of(year) for year in (2026, 2027, 2028)] == [750_000_000, 100_000_000, 0]
    assert GOOD.money == 850_000_000


def test_a_year_is_planned_in_by_an_activity_money_or_a_target() -> None:
    bare = replace(GOOD, targets=(), budgets=(), activities=())
    planned = [
        replace(bare, budgets=GOOD.budgets[1:]),
        replace(bare, activities=(SECOND,)),
        replace(bare, targets=(TARGET,)),
    ]
    years = [[year for year in range(2025, 2031) if one.planned_in(year)] for one in (bare, *planned)]
    assert years == [[], [2027], [2026, 2027], [2026, 2027]]
