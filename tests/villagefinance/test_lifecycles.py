"""Lives of a budget and of a payment request: every move by hand, each condition, and who may not act twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest

from pilar.platform.errors import Fault
from pilar.platform.lifecycle import Lifecycle
from pilar.villagefinance.rules.budgets import (
    BUDGET_NAMES,
    BUDGETS,
    SHIFTS,
    BudgetElsewhere,
    BudgetFacts,
    BudgetState,
    ShiftState,
)
from pilar.villagefinance.rules.requests import (
    COMMITTED,
    KIND_NAMES,
    REQUEST_NAMES,
    REQUESTS,
    WRITTEN,
    RequestElsewhere,
    RequestFacts,
    RequestKind,
    RequestState,
)

FAULT = Fault("broken", "Broken")
BUDGET = BudgetFacts(
    date(2026, 12, 1), lines=3, minutes="BA/1/2026", regulation="5/2026", elaboration="6/2026", told_council=True
)
REQUEST = RequestFacts(
    RequestKind.DIRECT, acting="user 4", maker="user 1", checker="user 2", amount=Decimal(1_000_000), evidence=2,
    progress_report=True, may_spend=True, execution_approved=True, cash_plan_approved=True, used=Decimal(1_000_000),
)  # fmt: skip


def moves(lifecycle: Lifecycle[Any, Any]) -> list[str]:
    return [f"{one.source} > {one.target}" for one in lifecycle.all]


def faults(lifecycle: Lifecycle[Any, Any], source: StrEnum, target: StrEnum, facts: object) -> list[str]:
    return [one.code for one in lifecycle.move(source, target).faults(facts)]


def test_moves_of_a_budget() -> None:
    assert moves(BUDGETS) == [
        "draft > agreed", "draft > dropped", "agreed > draft", "agreed > submitted", "submitted > evaluated",
        "submitted > returned", "submitted > deemed", "returned > corrected", "returned > dropped",
        "evaluated > enacted", "evaluated > draft", "deemed > enacted", "corrected > enacted", "corrected > draft",
        "evaluated > submitted", "returned > submitted",
    ]  # fmt: skip
    assert moves(SHIFTS) == ["draft > enacted", "draft > dropped"]
    assert {*BUDGET_NAMES} == {*BudgetState}
    with pytest.raises(BudgetElsewhere):
        BUDGETS.move(BudgetState.ENACTED, BudgetState.DRAFT)


B = BudgetState


@pytest.mark.parametrize(("source", "target", "changed", "found"), [
    (B.DRAFT, B.AGREED, {}, []),
    (B.DRAFT, B.AGREED, {"lines": 0, "minutes": "", "form": (FAULT,)}, ["no-lines", "form-broken", "no-minutes"]),
    (B.AGREED, B.SUBMITTED, {"faults": (FAULT,)}, []),
    (B.SUBMITTED, B.EVALUATED, {"faults": (FAULT,)}, ["rules-broken"]),
    (B.SUBMITTED, B.RETURNED, {"faults": (FAULT,)}, []),
    (B.SUBMITTED, B.EVALUATED, {"evaluation_due": date(2026, 12, 1)}, []),
    (B.SUBMITTED, B.EVALUATED, {"evaluation_due": date(2026, 11, 30)}, ["silence-over"]),
    (B.SUBMITTED, B.RETURNED, {"evaluation_due": date(2026, 11, 30)}, ["silence-over"]),
    (B.SUBMITTED, B.DEEMED, {}, ["still-time"]),
    (B.SUBMITTED, B.DEEMED, {"evaluation_due": date(2026, 12, 1)}, ["still-time"]),
    (B.SUBMITTED, B.DEEMED, {"evaluation_due": date(2026, 11, 30)}, []),
    (B.RETURNED, B.CORRECTED, {"faults": (FAULT, FAULT)}, ["rules-broken"]),
    (B.RETURNED, B.CORRECTED, {"minutes": ""}, ["no-minutes"]),
    (B.RETURNED, B.DROPPED, {"correction_due": date(2026, 12, 1)}, ["still-time"]),
    (B.RETURNED, B.DROPPED, {"correction_due": date(2026, 11, 30)}, []),
    (B.EVALUATED, B.SUBMITTED, {"evaluation_due": date(2026, 12, 1)}, []),
    (B.RETURNED, B.SUBMITTED, {"evaluation_due": date(2026, 11, 30)}, ["silence-over"]),
    (B.EVALUATED, B.ENACTED, {}, []),
    (B.EVALUATED, B.ENACTED, {"regulation": ""}, ["no-number"]),
    (B.EVALUATED, B.ENACTED, {"elaboration": ""}, ["no-number"]),
    (B.CORRECTED, B.ENACTED, {"faults": (FAULT,)}, ["rules-broken"]),
    # Silence is consent to what the law would have refused, but not to sums that do not add up.
    (B.DEEMED, B.ENACTED, {"faults": (FAULT,)}, []),
    (B.DEEMED, B.ENACTED, {"faults": (FAULT,), "form": (FAULT,)}, ["form-broken"]),
])  # fmt: skip
def test_conditions_of_a_budget(source: B, target: B, changed: dict[str, Any], found: list[str]) -> None:
    assert faults(BUDGETS, source, target, replace(BUDGET, **changed)) == found


@pytest.mark.parametrize(("changed", "found"), [
    ({}, []),
    ({"regulation": ""}, []),
    ({"told_council": False, "elaboration": "", "faults": (FAULT,), "lines": 0}, [
        "no-lines", "rules-broken", "council-not-told", "no-number",
    ]),
])  # fmt: skip
def test_conditions_of_a_shift(changed: dict[str, Any], found: list[str]) -> None:
    assert faults(SHIFTS, ShiftState.DRAFT, ShiftState.ENACTED, replace(BUDGET, **changed)) == found


def test_moves_of_a_request() -> None:
    assert moves(REQUESTS) == [
        "draft > submitted", "returned > submitted", "submitted > checked", "submitted > returned",
        "checked > approved", "checked > returned", "approved > paid", "approved > returned", "paid > settled",
        "paid > cancelled", "settled > cancelled", "settled > paid", "draft > cancelled",
        "returned > cancelled", "submitted > cancelled", "checked > cancelled", "approved > cancelled",
    ]  # fmt: skip
    assert ({*REQUEST_NAMES}, {*KIND_NAMES}) == ({*RequestState}, {*RequestKind})
    assert COMMITTED.isdisjoint(WRITTEN)
    with pytest.raises(RequestElsewhere):
        REQUESTS.move(RequestState.PAID, RequestState.RETURNED)


R = RequestState


@pytest.mark.parametrize(("source", "target", "changed", "found"), [
    (R.DRAFT, R.SUBMITTED, {}, []),
    (R.DRAFT, R.SUBMITTED, {"amount": Decimal(0)}, ["nothing-asked"]),
    (R.DRAFT, R.SUBMITTED, {"may_spend": False}, ["not-enacted"]),
    (R.DRAFT, R.SUBMITTED, {"execution_approved": False, "cash_plan_approved": False}, ["no-dpa", "no-rak"]),
    (R.DRAFT, R.SUBMITTED, {"kind": RequestKind.FINANCING, "execution_approved": False, "progress_report": False}, []),
    (R.DRAFT, R.SUBMITTED, {"evidence": 0, "progress_report": False}, ["no-evidence", "no-progress-report"]),
    (R.DRAFT, R.SUBMITTED, {"kind": RequestKind.ADVANCE, "evidence": 0}, []),
    (R.DRAFT, R.SUBMITTED, {"kind": RequestKind.ADVANCE, "late_advances": 2}, ["late-advance"]),
    (R.DRAFT, R.SUBMITTED, {"late_advances": 2}, []),
    (R.DRAFT, R.SUBMITTED, {"over": {"1.3.02 5.2.1.01 ADD": Decimal(5)}}, ["line-exceeded"]),
    (R.DRAFT, R.SUBMITTED, {"withheld": Decimal(1_000_001)}, ["tax-beyond"]),
    (R.RETURNED, R.SUBMITTED, {"evidence": 0}, ["no-evidence"]),
    (R.SUBMITTED, R.CHECKED, {}, []),
    (R.SUBMITTED, R.CHECKED, {"acting": "user 1"}, ["own-request"]),
    (R.SUBMITTED, R.CHECKED, {"over": {"x": Decimal(1)}}, ["line-exceeded"]),
    (R.CHECKED, R.APPROVED, {}, []),
    (R.CHECKED, R.APPROVED, {"acting": "user 1"}, ["own-request"]),
    (R.CHECKED, R.APPROVED, {"acting": "user 2"}, ["own-request"]),
    (R.APPROVED, R.PAID, {}, []),
    (R.APPROVED, R.PAID, {"short": {"DDS": Decimal(7), "ADD": Decimal(3)}}, ["money-short"]),
    (R.APPROVED, R.PAID, {"may_spend": False}, ["not-enacted"]),
    (R.PAID, R.SETTLED, {}, []),
    (R.PAID, R.SETTLED, {"used": Decimal(900_000)}, ["account-differs"]),
    (R.PAID, R.SETTLED, {"used": Decimal(900_000), "returned": Decimal(100_000)}, []),
    (R.PAID, R.SETTLED, {"evidence": 0}, ["no-evidence"]),
    (R.PAID, R.SETTLED, {"evidence": 0, "used": Decimal(0), "returned": Decimal(1_000_000)}, []),
])  # fmt: skip
def test_conditions_of_a_request(source: R, target: R, changed: dict[str, Any], found: list[str]) -> None:
    assert faults(REQUESTS, source, target, replace(REQUEST, **changed)) == found


def test_reasons_tell_how_much() -> None:
    short = replace(REQUEST, short={"DDS": Decimal(7_000), "ADD": Decimal(3_000)})
    (fault,) = REQUESTS.move(R.APPROVED, R.PAID).faults(short)
    assert fault.said() == "Uang ADD, DDS kurang Rp10.000"
