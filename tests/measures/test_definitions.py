"""What a definition must say, when it can be changed, and when a measure can end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from measures.world import PERMITS
from pilar.measures.rules.definitions import (
    DefinitionVersion,
    Wording,
    bounds_text,
    faults_of,
    faults_of_closing,
    faults_of_code,
    faults_of_revision,
    version_for,
    written,
)
from pilar.measures.rules.periods import PeriodKind, parse_period

MONTH = PeriodKind.MONTH
NOW = DefinitionVersion(2, date(2026, 1, 1), None, PERMITS)


@pytest.mark.parametrize(
    ("changed", "places"),
    [
        ({}, []),
        ({"title": Wording(" "), "text": Wording(""), "unit": Wording("\n")}, ["title_id", "text_id", "unit_id"]),
        ({"title": Wording("x" * 201, "y" * 201)}, ["title_id", "title_en"]),
        ({"unit": Wording("izin", "\x00")}, ["unit_en"]),
        ({"decimals": 7}, ["decimals"]),
        ({"decimals": -1}, ["decimals"]),
        ({"lowest": Decimal(10**18)}, ["lowest", "highest"]),
        ({"highest": Decimal("0.0000001")}, ["highest"]),
        ({"lowest": Decimal(2), "highest": Decimal(1)}, ["highest"]),
        ({"lowest": Decimal(1), "highest": Decimal(1)}, []),
        ({"lowest": None, "highest": None}, []),
    ],
)
def test_all_faults_are_told_at_their_fields(changed: dict[str, Any], places: list[str]) -> None:
    found = list(faults_of(replace(PERMITS, **changed)))
    assert [fault.place for fault in found] == places
    assert all(fault.text() for fault in found)


@pytest.mark.parametrize("code", ["izin", "izin-terbit-2", "a" * 60])
def test_codes(code: str) -> None:
    assert not list(faults_of_code(code))


@pytest.mark.parametrize("code", ["", "Izin", "izin--terbit", "-izin", "izin_terbit", "a" * 61, "izin\n", "ízin"])
def test_what_is_no_code(code: str) -> None:
    assert [fault.code for fault in faults_of_code(code)] == ["unfit-code"]


def test_a_version_holds_from_its_first_day_until_before_the_next() -> None:
    old = DefinitionVersion(1, date(2025, 1, 1), date(2026, 1, 1), PERMITS)
    held = {text: version_for((old, NOW), parse_period(text)) for text in ("2024-12", "2025-01", "2025-12", "2026-01")}
    assert held == {"2024-12": None, "2025-01": old, "2025-12": old, "2026-01": NOW}


@pytest.mark.parametrize(
    ("since", "latest", "codes"),
    [
        (date(2026, 4, 1), "2026-03", []),
        (date(2026, 3, 1), "2026-03", ["values-reported"]),
        (date(2026, 4, 2), "2026-03", ["within-a-period"]),
        (date(2025, 12, 1), None, ["before-the-present"]),
        (date(2026, 1, 1), None, []),
    ],
)
def test_a_definition_is_never_changed_beneath_its_values(since: date, latest: str | None, codes: list[str]) -> None:
    newest = parse_period(latest) if latest else None
    found = list(faults_of_revision(MONTH, NOW, since=since, latest=newest))
    assert [fault.code for fault in found] == codes
    assert all(fault.text() for fault in found)


@pytest.mark.parametrize(
    ("ends_on", "latest", "codes"),
    [
        (date(2026, 3, 31), "2026-03", []),
        (date(2026, 3, 30), "2026-03", ["within-a-period"]),
        (date(2026, 2, 28), "2026-03", ["values-reported"]),
        (date(2025, 12, 31), None, ["ends-before-start"]),
        (date(2026, 1, 31), None, []),
    ],
)
def test_a_measure_ends_with_a_period_and_after_its_values(ends_on: date, latest: str | None, codes: list[str]) -> None:
    newest = parse_period(latest) if latest else None
    found = list(faults_of_closing(MONTH, date(2026, 1, 1), ends_on=ends_on, latest=newest))
    assert [fault.code for fault in found] == codes
    assert all(fault.text() for fault in found)


def test_wording() -> None:
    assert [Wording("izin", "permits").in_language(one) for one in ("id", "en", "en-gb")] == [
        "izin",
        "permits",
        "permits",
    ]
    assert Wording("izin").in_language("en") == "izin"
    assert bounds_text(PERMITS) == "dari 0 sampai 5.000"
    assert bounds_text(replace(PERMITS, lowest=None)) == "paling banyak 5.000"
    assert bounds_text(replace(PERMITS, highest=None)) == "paling sedikit 0"
    assert bounds_text(replace(PERMITS, lowest=None, highest=None)) == ""
    assert [written(Decimal(text)) for text in ("5000", "1E+3", "1.500000", "0.000000")] == ["5000", "1000", "1.5", "0"]
