"""Stages of disbursement: amounts that add up, and what the next one still lacks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilar.villagefinance.reference import stage_plans
from pilar.villagefinance.rules.stages import STAGE_NAMES, FundFacts, StageState, plan_for, readiness
from villagefinance.drafts import RULES

PLANS = stage_plans(region="36.03", day=date(2026, 6, 1))
BASIC = plan_for(PLANS, fund="DDS", status="berkembang")
assert BASIC is not None
FIRST = {"1": Decimal(400)}
FACTS = FundFacts(Decimal(1_000), enacted=True, received=FIRST, spent=Decimal(240), reported=("1",))


def states(facts: FundFacts, today: date) -> list[str]:
    return [one.state.value for one in readiness(BASIC, facts, year=2026, today=today)]


@pytest.mark.parametrize(("facts", "day", "found"), [
    (FundFacts(Decimal(1_000), enacted=False), "2026-02-01", ["lacking", "ahead"]),
    (FundFacts(Decimal(1_000), enacted=True), "2026-02-01", ["ready", "ahead"]),
    (FundFacts(Decimal(1_000), enacted=True), "2026-07-01", ["missed", "lacking"]),
    (FACTS, "2026-03-31", ["received", "ahead"]),
    (FACTS, "2026-04-01", ["received", "ready"]),
    (replace(FACTS, received={**FIRST, "2": Decimal(600)}), "2026-12-31", ["received", "received"]),
])  # fmt: skip
def test_states(facts: FundFacts, day: str, found: list[str]) -> None:
    assert states(facts, date.fromisoformat(day)) == found


@pytest.mark.parametrize(("facts", "lacking"), [
    (replace(FACTS, received={}), ["stage-before"]),
    (replace(FACTS, reported=()), ["not-reported"]),
    (replace(FACTS, spent=Decimal("239.99")), ["spent-too-little"]),
    (replace(FACTS, unaccounted=Decimal(1)), ["unaccounted"]),
    (replace(FACTS, enacted=False, reported=(), spent=Decimal(0), unaccounted=Decimal(5)), [
        "not-enacted", "unaccounted", "not-reported", "spent-too-little",
    ]),
])  # fmt: skip
def test_what_the_second_stage_lacks(facts: FundFacts, lacking: list[str]) -> None:
    second = readiness(BASIC, facts, year=2026, today=date(2026, 5, 1))[1]
    assert ([one.code for one in second.lacking], second.state) == (lacking, StageState.LACKING)


def test_what_the_state_settles_is_not_received() -> None:
    found = readiness(BASIC, FACTS, year=2026, today=date(2026, 5, 1), earmarks=RULES.earmarks)
    assert [str(one.amount) for one in found] == ["167", "252"]


def test_plans_by_status_and_region() -> None:
    def shares(fund: str, status: str, region: str = "36.03", year: int = 2026) -> list[str]:
        plan = plan_for(stage_plans(region=region, day=date(year, 6, 1)), fund=fund, status=status)
        return [str(one.share) for one in plan.stages] if plan else []

    assert shares("DDS", "mandiri") == ["0.6", "0.4"]
    assert shares("DDS", "maju") == shares("DDS", "") == ["0.4", "0.6"]
    assert shares("DDS", "maju", year=2025) == ["0.4", "0.6"]
    assert shares("ADD", "") == ["0.25"] * 4
    assert shares("ADD", "", region="32.01") == shares("PBK", "") == []
    assert {*STAGE_NAMES} == {*StageState}


@given(st.decimals(min_value=0, max_value=10**12, places=2), st.sampled_from(PLANS))
def test_stages_add_up_to_what_is_granted(ceiling: Decimal, plan: object) -> None:
    found = readiness(plan, FundFacts(ceiling, enacted=True), year=2026, today=date(2026, 5, 1))  # type: ignore[arg-type]
    assert sum(one.amount for one in found) == int(ceiling)
