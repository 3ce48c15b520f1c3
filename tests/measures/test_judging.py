"""What becomes of a reported row: numbers as people write them, and every way that a row can go."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.world import PERMITS
from pilar.measures.rules.definitions import DefinitionVersion, decimals_of
from pilar.measures.rules.figures import faults_of_value
from pilar.measures.rules.freshness import Schedule
from pilar.measures.rules.periods import Period, PeriodKind, parse_period
from pilar.measures.rules.reports import (
    MAX_NUMBER,
    Judge,
    Keyed,
    Known,
    Outcome,
    Report,
    Target,
    Verdict,
    read,
    read_value,
    summary,
)
from pilar.platform.errors import Fault
from pilar.platform.reading import Notation

ACCEPTED, UNCHANGED, CORRECTED, REFUSED = Outcome
TODAY = date(2026, 3, 10)
VERSION = DefinitionVersion(1, date(2026, 1, 1), None, PERMITS)
TARGET = Target("izin-terbit", Schedule(PeriodKind.DAY, date(2026, 1, 1), None, 1), (VERSION,))
FIRST = parse_period("2026-03-01")
PIECE = UUID(int=1)


# Numbers


@pytest.mark.parametrize(("given", "code"), [("", "no-value"), ("1.234.567", "grouped-number"), ("60%", "no-number")])
def test_a_program_writes_plain_numbers(given: str, code: str) -> None:
    found = read_value(given, "%", Notation.PLAIN)
    assert isinstance(found, Fault)
    assert (found.code, found.place) == (code, "value")
    assert read_value("1.200", "", Notation.PLAIN) == Decimal("1.2")


@pytest.mark.parametrize(
    ("value", "changed", "codes"),
    [
        ("5000", {}, []), ("0", {}, []), ("0.0", {}, []), ("-1", {}, ["implausible"]), ("5001", {}, ["implausible"]),
        ("1.5", {}, ["too-many-decimals"]), ("1.50", {"decimals": 1}, []),
        ("1.55", {"decimals": 1}, ["too-many-decimals"]),
        ("-0.5", {}, ["too-many-decimals", "implausible"]), ("1e18", {"highest": None}, ["value-too-large"]),
        ("999999999999999999", {"highest": None}, []), ("-7", {"lowest": None}, []),
        ("0.0000001", {"decimals": 6}, ["too-many-decimals"]),
    ],
)  # fmt: skip
def test_values_against_their_definition(value: str, changed: dict[str, Any], codes: list[str]) -> None:
    found = faults_of_value(Decimal(value), replace(PERMITS, **changed))
    assert [fault.code for fault in found] == codes
    assert all(fault.text() for fault in found)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=8, min_value=-1000, max_value=1000))
def test_decimals_are_those_that_rounding_would_lose(value: Decimal) -> None:
    needed = decimals_of(value)
    assert round(value, needed) == value
    assert needed == 0 or round(value, needed - 1) != value


# Rows


def judge(*reports: Report, known: Any = None, keyed: Any = None, **more: Any) -> list[Verdict]:
    judging = Judge(today=TODAY, known=known or {}, keyed=keyed, evidence={PIECE}, **more)
    return [judging.judge(read(report, TARGET)) for report in reports]


def row(period: Any = "2026-03-01", value: Any = "12", **more: Any) -> Report:
    return Report("izin-terbit", period, value, **more)


KNOWN = {("izin-terbit", FIRST): Known(2, Decimal(12))}


@pytest.mark.parametrize(
    ("report", "outcome", "number", "codes"),
    [
        (row("2026-03-02"), ACCEPTED, 1, []),
        (row(), UNCHANGED, 2, []),
        (row(value="12,00"), UNCHANGED, 2, []),
        (row(value="12", seen=1, reason="x"), UNCHANGED, 2, []),
        (row(value="13", reason="salah ketik"), CORRECTED, 3, []),
        (row(value="13", reason="salah ketik", seen=2), CORRECTED, 3, []),
        (row(value="13", reason="salah ketik", seen=2, evidence=PIECE), CORRECTED, 3, []),
        (row(value="13"), REFUSED, 2, ["already-reported"]),
        (row(value="13", reason="  "), REFUSED, 2, ["already-reported"]),
        (row(value="13", reason="x", seen=1), REFUSED, 2, ["outdated"]),
        (row(value="-1", seen=1), REFUSED, 2, ["implausible", "outdated", "already-reported"]),
        (row(value="x"), REFUSED, 0, ["no-number"]),
        (row("2026-03", "x"), REFUSED, 0, ["period-of-another-kind", "no-number"]),
        (row("2025-12-31"), REFUSED, 0, ["before-start"]),
        (row("2026-03-11"), REFUSED, 0, ["not-over"]),
        (row("2026-03-10"), ACCEPTED, 1, []),
        (row("2026-03-02", seen=1), REFUSED, 0, ["nothing-to-correct"]),
        (row("2026-03-02", evidence=UUID(int=2)), REFUSED, 0, ["unknown-evidence"]),
        (row("2026-03-02", evidence=PIECE), ACCEPTED, 1, []),
        (row("2026-03-02", key="a"), REFUSED, 0, ["key-of-a-person"]),
        (row("2026-03-02", reason="\x00"), REFUSED, 0, ["unprintable"]),
        (row("2026-03-02", reason="x" * 501), REFUSED, 0, ["too-long"]),
        (row(date(2026, 3, 2), Decimal(4)), ACCEPTED, 1, []),
        (row(datetime(2026, 3, 2, 8, tzinfo=UTC), Decimal(4)), ACCEPTED, 1, []),
    ],
)  # fmt: skip
def test_each_way_of_a_row(report: Report, outcome: Outcome, number: int, codes: list[str]) -> None:
    verdict = judge(report, known=KNOWN)[0]
    assert (verdict.outcome, [fault.code for fault in verdict.faults]) == (outcome, codes)
    assert verdict.number == number
    assert all(fault.text() for fault in verdict.faults)
    assert verdict.stored == (outcome in (ACCEPTED, CORRECTED))


def test_a_row_for_nobody_or_for_another() -> None:
    unknown = read(row(), None)
    assert [fault.code for fault in unknown.faults] == ["unknown-measure"]
    fault = Fault("not-allowed", "Another office reports this measure", {}, "measure")
    verdict = Judge(today=TODAY, known={}).judge(read(row("x"), replace(TARGET, why_not=fault)))
    assert [one.code for one in verdict.faults] == ["not-allowed", "unreadable-period"]


def test_after_its_end_nothing_is_taken() -> None:
    ended = replace(TARGET, schedule=replace(TARGET.schedule, ends_on=date(2026, 2, 28)))
    judging = Judge(today=TODAY, known={})
    assert judging.judge(read(row("2026-02-28"), ended)).outcome is ACCEPTED
    assert [one.code for one in judging.judge(read(row("2026-03-01"), ended)).faults] == ["after-end"]


@pytest.mark.parametrize(
    ("kind", "cell", "period"),
    [
        (PeriodKind.MONTH, date(2026, 3, 1), "2026-03"),
        (PeriodKind.MONTH, date(2026, 3, 2), None),
        (PeriodKind.QUARTER, date(2026, 4, 1), "2026-Q2"),
        (PeriodKind.YEAR, Decimal(2026), "2026"),
        (PeriodKind.YEAR, Decimal("2026.5"), None),
        (PeriodKind.YEAR, date(2026, 1, 1), "2026"),
        (PeriodKind.DAY, True, None),
    ],
)
def test_what_spreadsheets_make_of_periods(kind: PeriodKind, cell: Any, period: str | None) -> None:
    target = replace(TARGET, schedule=replace(TARGET.schedule, kind=kind))
    found = read(row(cell), target)
    assert str(found.period) == str(period)
    assert bool(found.faults) == (period is None)


def test_rows_count_for_those_after_them() -> None:
    verdicts = judge(row(), row(), row(value="13"), row(value="14", reason="salah"), row(value="14"), row(value="15"))
    assert [(one.outcome, one.number) for one in verdicts] == [
        (ACCEPTED, 1), (UNCHANGED, 1), (REFUSED, 1), (CORRECTED, 2), (UNCHANGED, 2), (REFUSED, 2),
    ]  # fmt: skip
    assert summary(verdicts) == {ACCEPTED: 1, UNCHANGED: 2, CORRECTED: 1, REFUSED: 2}
    assert verdicts[3].before == 12


def test_a_key_is_taken_once() -> None:
    first, again, other = row(key="a"), row(key="a"), row(value="13", key="a", reason="x")
    verdicts = judge(first, again, other, keyed={})
    assert [one.outcome for one in verdicts] == [ACCEPTED, UNCHANGED, REFUSED]
    assert [fault.code for fault in verdicts[2].faults] == ["key-used"]


def test_a_correction_that_is_sent_again_late_does_not_come_back() -> None:
    """Corrected to 13 with a key, then to 14; the first correction arrives once more."""
    sent = {"k13": Keyed("izin-terbit", FIRST, Decimal(13))}
    late = row(value="13", reason="salah", key="k13")
    known = {("izin-terbit", FIRST): Known(3, Decimal(14))}
    assert judge(late, known=known, keyed=sent)[0].outcome is UNCHANGED
    assert judge(replace(late, key=""), known=known, keyed=sent)[0].outcome is CORRECTED


def test_corrections_have_an_end() -> None:
    known = {("izin-terbit", FIRST): Known(MAX_NUMBER, Decimal(14))}
    assert [fault.code for fault in judge(row(reason="x"), known=known)[0].faults] == ["too-many-corrections"]
    known = {("izin-terbit", FIRST): Known(MAX_NUMBER - 1, Decimal(14))}
    assert judge(row(reason="x"), known=known)[0].number == MAX_NUMBER == 2**15 - 1, "what the column holds"


rows = st.builds(
    Report,
    measure=st.just("izin-terbit"),
    period=st.sampled_from(["2026-03-01", "2026-03-02", "2026-03-03", "x"]),
    value=st.sampled_from(["1", "2", "-1"]),
    reason=st.sampled_from(["", "salah"]),
    key=st.sampled_from(["", "a", "b"]),
)


@given(st.lists(rows, max_size=8))
def test_sending_all_of_it_again_adds_no_first_value(reports: list[Report]) -> None:
    judging = Judge(today=TODAY, known={}, keyed={})
    verdicts = [judging.judge(read(report, TARGET)) for report in reports]
    numbers: dict[Period, list[int]] = {}
    for one in verdicts:
        if one.stored and one.read.period:
            numbers.setdefault(one.read.period, []).append(one.number)
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())
    again = [judging.judge(read(report, TARGET)) for report in reports]
    assert not any(one.outcome is ACCEPTED for one in again)
    for one, two in zip(verdicts, again, strict=True):
        if one.stored and one.read.report.key:
            assert two.outcome is UNCHANGED


@given(st.lists(rows.map(lambda report: replace(report, reason="")), max_size=8))
def test_without_reasons_sending_again_changes_nothing(reports: list[Report]) -> None:
    judging = Judge(today=TODAY, known={}, keyed={})
    first = [judging.judge(read(report, TARGET)) for report in reports]
    again = [judging.judge(read(report, TARGET)) for report in reports]
    assert not any(one.stored for one in again)
    taken = [two.outcome for one, two in zip(first, again, strict=True) if one.outcome is ACCEPTED]
    assert taken == [UNCHANGED] * len(taken)
