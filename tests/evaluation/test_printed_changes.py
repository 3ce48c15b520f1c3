"""Why a printed final changed: what the figures of sources allow to say, and what they do not."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client

from evaluation.samples import document, row
from pilar import index
from pilar.evaluation import operations
from pilar.evaluation.queries.changes import FinalChange, NotKnown
from pilar.evaluation.queries.printed_changes import printed_changes
from pilar.evaluation.queries.regions import region_profile
from pilar.people.rules import OPERATOR, PUBLIC
from reports.reading import words

PAGE = "/en/wilayah/36.03/2023/"


@pytest.fixture
def before(tangerang: object) -> index.Instrument:
    """The instrument of 2022, with the same weights."""
    return _scores(2022)


def _scores(year: int, **weights: int) -> index.Instrument:
    text = document(f"smart-city-{year}", year=year, **weights)
    parsed = index.parse_instrument(text)
    operations.add_instrument(by=OPERATOR, instrument=parsed, document=text)
    operations.choose_instrument(by=OPERATOR, year=year, instrument=parsed)
    return parsed


def _change(year: int = 2023) -> FinalChange | None:
    found = printed_changes(region_profile("36.03", scope=PUBLIC), year)
    return next(iter(found.values()), None)


def _said(address: str = PAGE) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def _printed(address: str) -> str:
    answer = Client().get(address)
    assert answer["Content-Type"] == "application/pdf"
    return words(answer.content)


def test_tangerang_2023_as_in_the_method(before: index.Instrument) -> None:
    change = _change()
    assert change is not None
    assert change.printed is not None
    assert change.improvement == Decimal("0.12")
    assert change.printed.unknown == Fraction(12, 100)
    ends = {part.code: (part.lowest, part.highest) for part in change.printed.parts}
    assert ends["baseline"] == (Fraction("-0.0125"), Fraction("0.3885"))
    assert ends["outcome"] == (Fraction("-0.1695"), Fraction("0.6115"))
    page = _said()
    assert "Why the final changed" in page
    assert "between −0.0125 and +0.3885" in page
    assert "together they changed the final by about +0.12, but which of them rose and which fell is not known" in page
    assert "antara −0,0125 dan +0,3885" in _said("/wilayah/36.03/2023/")


def test_the_sheet_tells_it_too(before: index.Instrument) -> None:
    found = _printed("/wilayah/36.03/2023/lembar.pdf")
    assert "Mengapa nilai akhir berubah" in found
    assert "baseline id antara −0,0125 dan +0,3885" in found
    assert "Bagian yang tidak diketahui satu per satu, bersama-sama +0,12" in found
    assert "Peningkatan, dari nilai akhir menurut sumber +0,12" in found
    assert "tidak diketahui mana yang naik dan mana yang turun" in found
    english = _printed(f"{PAGE}lembar.pdf")
    assert "baseline en between −0.0125 and +0.3885" in english
    assert "which of them rose and which fell is not known" in english


def test_nodes_are_named_by_their_titles(before: index.Instrument) -> None:
    page = _said()
    assert "The weights of baseline en, output en, outcome en, impact en, quick_win en are the same" in page
    assert "Bobot baseline id, output id" in _said("/wilayah/36.03/2023/")


def test_what_last_years_source_prints_is_known(before: index.Instrument) -> None:
    scores = {"baseline": "3.8", "output": "3.2", "outcome": "3.3", "impact": "2.6", "quick_win": "3.5"}
    last = {code: Decimal(value) for code, value in scores.items()}
    # 0.38 + 0.64 + 0.99 + 0.52 + 0.7 = 3.23, which is 3.35 - 0.12.
    operations.record_statement(
        by=OPERATOR, row=row(year=2022, scores=last, final=Decimal("3.23"), improvement=None, improvement_origin="")
    )
    change = _change()
    assert change is not None
    assert change.printed is not None
    parts = {part.code: part.part for part in change.printed.parts}
    assert parts == {
        "baseline": Fraction("0.008"),
        "output": Fraction("0.012"),
        "outcome": Fraction("0.042"),
        "impact": Fraction("0.028"),
        "quick_win": Fraction("0.034"),
    }
    assert "outcome en +0.042" in _printed(f"{PAGE}lembar.pdf")
    page = _said()
    assert "+0.042" in page
    # The known parts sum to 0.124, the printed finals differ by 0.12.
    assert "−0.004" in page.partition("Rounding of the printed figures")[2][:60]


def test_other_weights_leave_only_the_change(tangerang: object) -> None:
    _scores(2022, baseline=20, output=10)
    change = _change()
    assert change is not None
    assert change.printed is not None
    assert (change.printed.parts, change.printed.unknown) == ((), None)
    assert "Weights or scale differ between the two years" in _said()


def test_without_an_instrument_of_last_year_nothing_is_divided(tangerang: object) -> None:
    change = _change()
    assert change is not None
    assert change.unknown is NotKnown.NO_INSTRUMENT
    assert "No instrument of one of the two years is known" in _said()
    assert "No instrument of one of the two years is known" in _printed(f"{PAGE}lembar.pdf")


def test_scores_that_do_not_fit_are_not_divided(before: index.Instrument) -> None:
    operations.record_statement(by=OPERATOR, row=row(scores={"unheard_of": Decimal(3)}))
    change = _change()
    assert change is not None
    assert change.unknown is NotKnown.DOES_NOT_FIT


@pytest.mark.parametrize(
    "changed",
    [{"phase": "I"}, {"improvement": None, "improvement_origin": ""}, {"final": None}],
    ids=["phase I", "no year before", "no final"],
)
def test_where_there_is_no_change_none_is_told(instrument: index.Instrument, changed: dict[str, Any]) -> None:
    operations.record_statement(by=OPERATOR, row=row(**changed))
    assert _change() is None
    assert "Why the final changed" not in _said()


def test_contradicting_sources_of_last_year_are_not_chosen_between(before: index.Instrument) -> None:
    operations.record_statement(
        by=OPERATOR, row=row(improvement=None, improvement_origin="", source_url="https://example.org/tangerang")
    )
    for final in ("3.23", "3.20"):
        operations.record_statement(
            by=OPERATOR,
            row=row(year=2022, final=Decimal(final), scores={}, source_url=f"https://example.org/{final}"),
        )
    change = _change()
    assert change is not None
    assert change.unknown is NotKnown.CONTRADICTED


def test_the_same_as_json(before: index.Instrument) -> None:
    (found,) = Client().get("/api/v1/regions/36.03/years/2023/change").json()
    assert (found["improvement"], found["unknown"], found["weights"]) == ("0.12", "3/25", "0")
    assert (found["parts"][0]["lowest"], found["parts"][0]["value"]) == ("-1/80", None)
    assert found["source_url"] == "https://example.org/tangerang"
    assert Client().get("/api/v1/regions/36.03/years/1999/change").status_code == 404
    assert Client().get("/api/v1/regions/99.99/years/2023/change").status_code == 404


def test_over_a_gap_the_last_final_before_counts_and_its_year_is_said(tangerang: object) -> None:
    _scores(2021)
    for year, final in ((2020, "3.00"), (2021, "3.10")):
        operations.record_statement(
            by=OPERATOR,
            row=row(year=year, scores={}, final=Decimal(final), improvement=None, improvement_origin=""),
        )
    operations.record_statement(by=OPERATOR, row=row(improvement=None, improvement_origin=""))
    change = _change()
    assert change is not None
    assert (change.year, change.improvement) == (2021, Decimal("0.25"))
    assert "Improvement since 2021 (2 years)" in _said()
    assert "difference of two printed finals" in _said()
    assert "Peningkatan sejak 2021 (2 tahun)" in _printed("/wilayah/36.03/2023/lembar.pdf")
    region = _said("/en/wilayah/36.03/")
    assert "Up 0.25 since 2021 (2 years)." in region
    assert '+0.25 <span class="muted small">since 2021 (2 years)</span>' in region
    assert "since 2020" not in region, "what 2021 gained on the year before needs no words"
    assert "2020 (1" not in region
    assert "sejak 2021 (2 tahun)" in _printed("/wilayah/36.03/lembar.pdf")


def test_what_the_source_prints_on_the_year_before_stays(before: index.Instrument) -> None:
    operations.record_statement(
        by=OPERATOR, row=row(year=2021, scores={}, final=Decimal("3.00"), improvement=None, improvement_origin="")
    )
    change = _change()
    assert change is not None
    assert (change.year, change.improvement) == (2022, Decimal("0.12"))
    assert "Improvement on the previous year" in _said()


def test_finals_of_two_scales_are_not_subtracted_over_a_gap(tangerang: object) -> None:
    text = document("hundred", year=2020).replace("maximum: 4", "maximum: 100")
    hundred = index.parse_instrument(text)
    operations.add_instrument(by=OPERATOR, instrument=hundred, document=text)
    operations.choose_instrument(by=OPERATOR, year=2020, instrument=hundred)
    operations.record_statement(
        by=OPERATOR, row=row(year=2020, scores={}, final=Decimal(87), improvement=None, improvement_origin="")
    )
    operations.record_statement(by=OPERATOR, row=row(improvement=None, improvement_origin=""))
    change = _change()
    assert change is not None
    assert (change.unknown, change.improvement) == (NotKnown.OTHER_SCALE, None)
    assert "since 2020" not in _said("/en/wilayah/36.03/")
