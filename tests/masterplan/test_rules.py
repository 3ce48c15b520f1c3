"""What a meeting may decide, and which days a regulation may have: each at its edge."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from pilar.masterplan.rules.decisions import MAX_REASON, Outcome, Verdict, faults_of
from pilar.masterplan.rules.stages import (
    FIRST_YEAR,
    LAST_YEAR,
    MAX_DECREE,
    Decree,
    LegalForm,
    faults_of_decree,
    faults_of_force,
    faults_of_period,
)
from pilar.platform.errors import Fault

MET, DAY = date(2026, 4, 14), timedelta(days=1)
GOOD = {
    Outcome.ACCEPTED: Verdict(Outcome.ACCEPTED, 1),
    Outcome.CHANGED: Verdict(Outcome.CHANGED, 1, "Sebab", changed=True),
    Outcome.MERGED: Verdict(Outcome.MERGED, 1, "Sebab", into=8),
    Outcome.DEFERRED: Verdict(Outcome.DEFERRED, 1, "Sebab"),
    Outcome.REFUSED: Verdict(Outcome.REFUSED, 1, "Sebab"),
}


def codes(found: list[Fault]) -> list[str]:
    return [fault.code for fault in found]


def told(verdict: Verdict, *, drop: bool = False) -> list[str]:
    return codes(faults_of(verdict, proposal=7, drop=drop, mergeable=frozenset({7, 8})))


@pytest.mark.parametrize("outcome", Outcome)
def test_a_decision_says_who_why_and_what(outcome: Outcome) -> None:
    good = GOOD[outcome]
    assert told(good) == []
    assert told(replace(good, decided_by=None)) == ["nobody-decided"]
    assert told(replace(good, reason=" ")) == ([] if outcome is Outcome.ACCEPTED else ["no-reason"])
    assert told(replace(good, reason="x" * MAX_REASON)) == []
    assert told(replace(good, reason="x" * (MAX_REASON + 1))) == ["too-long"]
    assert told(replace(good, changed=False)) == (["nothing-changed"] if outcome is Outcome.CHANGED else [])
    ends = outcome in (Outcome.ACCEPTED, Outcome.DEFERRED, Outcome.REFUSED)
    assert told(good, drop=True) == ([] if ends else ["end-unchanged"])


@pytest.mark.parametrize("into", [None, 7, 9])
def test_what_is_merged_goes_into_another_that_is_not_merged(into: int | None) -> None:
    assert told(replace(GOOD[Outcome.MERGED], into=into)) == ["no-target"]
    assert told(replace(GOOD[Outcome.REFUSED], into=into)) == []


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, []),
        ({"number": " "}, ["no-number"]),
        ({"number": "x" * MAX_DECREE}, []),
        ({"number": "x" * (MAX_DECREE + 1)}, ["too-long"]),
        ({"form": LegalForm.REGIONAL}, []),
        ({"form": LegalForm.MAYOR}, ["wrong-form"]),
        ({"day": MET - DAY}, ["decree-before-meeting"]),
        ({"day": MET + DAY}, []),
        ({"day": MET + 2 * DAY}, ["decree-in-future"]),
    ],
)
def test_a_decree_lies_between_the_meeting_and_today(changed: dict[str, object], wrong: list[str]) -> None:
    decree = replace(Decree(LegalForm.REGENT, "7 Tahun 2026", MET), **changed)  # type: ignore[arg-type]
    assert codes(faults_of_decree(decree, met_on=MET, today=MET + DAY, city=False)) == wrong
    assert "decree-before-meeting" not in codes(faults_of_decree(decree, met_on=None, today=MET + DAY, city=False))


def test_a_city_has_a_mayor() -> None:
    for form, wrong in ((LegalForm.MAYOR, []), (LegalForm.REGENT, ["wrong-form"])):
        assert codes(faults_of_decree(Decree(form, "7", MET), met_on=MET, today=MET, city=True)) == wrong


@pytest.mark.parametrize(
    ("since", "wrong"),
    [
        (MET - DAY, ["force-before-decree", "force-before-former"]),
        (MET, ["force-before-former"]),
        (MET + DAY, []),
        (MET + 9 * DAY, []),
        (MET + 10 * DAY, ["force-after-plan"]),
    ],
)
def test_force_begins_after_the_former_version_and_before_the_end(since: date, wrong: list[str]) -> None:
    assert codes(faults_of_force(since, decreed_on=MET, last_day=MET + 9 * DAY, before=MET)) == wrong
    first = [code for code in wrong if code != "force-before-former"]
    assert codes(faults_of_force(since, decreed_on=MET, last_day=MET + 9 * DAY, before=None)) == first


@pytest.mark.parametrize(
    ("first", "last", "good"),
    [
        (2026, 2030, True), (2026, 2025, False), (2026, 2028, True), (2026, 2027, False), (2026, 2031, False),
        (FIRST_YEAR, FIRST_YEAR + 4, True), (FIRST_YEAR - 1, FIRST_YEAR + 3, False),
        (LAST_YEAR, LAST_YEAR + 2, True), (LAST_YEAR + 1, LAST_YEAR + 3, False),
    ],
)  # fmt: skip
def test_the_years_of_a_plan(first: int, last: int, good: bool) -> None:
    assert (faults_of_period(first, last, shortest=3, longest=5) == []) is good
