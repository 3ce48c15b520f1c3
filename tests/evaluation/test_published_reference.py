"""The data folder's published results: complete, sourced, and faithful to their traps."""

from __future__ import annotations

import shutil
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from pilar.areas.reference import directory
from pilar.evaluation import reference
from pilar.evaluation.rules.published import PublishedRow, recompute
from pilar.platform.errors import Faults

ROWS = reference.published_results()
DIMENSIONS = ("baseline", "output", "outcome", "impact", "quick_win")
GROUPS = {group.code: group for group in reference.groups()}


def rows(name: str, year: int) -> list[PublishedRow]:
    return [row for row in ROWS if row.region == name and row.year == year]


def test_every_row_is_a_region_a_year_and_a_source() -> None:
    assert len(ROWS) == 51
    for row in ROWS:
        entry = directory().get(row.region_code)
        assert entry is not None
        assert entry.name == row.region
        assert 2019 <= row.year <= 2024
        assert row.source_url.startswith("https://")
        assert row.final is not None or row.improvement is not None
        assert (row.improvement is None) == (row.improvement_origin == "")
        assert bool(row.note_en) == bool(row.note_id)


def test_no_source_states_two_things_about_one_region_and_year() -> None:
    statements = Counter((row.region_code, row.year, row.source_url) for row in ROWS)
    assert set(statements.values()) == {1}


def test_every_number_is_on_the_scale() -> None:
    for row in ROWS:
        for score in [*row.scores.values(), *([row.final] if row.final is not None else [])]:
            assert 0 <= score <= 4
            assert -score.as_tuple().exponent <= 2
        assert set(row.scores) in (set(), set(DIMENSIONS))


def test_kabupaten_tangerang_2023() -> None:
    (row,) = rows("Kabupaten Tangerang", 2023)
    assert row.region_code == "36.03"
    assert [row.scores[code] for code in DIMENSIONS] == [
        Decimal(score) for score in ("3.88", "3.26", "3.44", "2.74", "3.67")
    ]
    assert (row.final, row.improvement, row.improvement_origin) == (Decimal("3.35"), Decimal("0.12"), "printed")
    assert (row.rank, row.rank_scope, row.group) == (None, "141", "")


def test_both_statements_on_kota_bandung_2022_are_kept() -> None:
    both = rows("Kota Bandung", 2022)
    assert [row.final for row in both] == [Decimal("3.71"), Decimal("3.88")]
    assert len({row.source_url for row in both}) == 2


def test_an_improvement_may_be_negative_and_stand_without_a_final() -> None:
    (row,) = rows("Kota Banjarbaru", 2020)
    assert (row.final, row.improvement) == (None, Decimal("-0.64"))


def test_derived_improvements_follow_from_the_finals_beside_them() -> None:
    derived = [row for row in ROWS if row.improvement_origin == "derived"]
    assert derived
    for row in derived:
        (before,) = rows(row.region, row.year - 1)
        assert row.final is not None
        assert before.final is not None
        assert row.final - before.final == row.improvement


def test_ranks_count_within_groups_and_follow_the_finals() -> None:
    for code, group in GROUPS.items():
        members = [row for row in ROWS if row.group == code]
        assert members
        assert {row.year for row in members} == {group.year}
        ranked = sorted((row for row in members if row.rank is not None), key=lambda row: row.rank or 0)
        finals = [row.final for row in ranked]
        assert finals == sorted(finals, reverse=True)
        assert all((row.rank or 0) <= group.size for row in ranked)
    assert [row.rank for row in rows("Kabupaten Batanghari", 2024)] == [8]
    assert GROUPS["2024-cohort-2023"].size == 50
    assert {row.rank for row in rows("Kota Denpasar", 2020) + rows("Kota Surakarta", 2020)} == {1}


@pytest.mark.parametrize(
    ("name", "year", "unrounded"),
    [("Kabupaten Tangerang", 2023, "3.354"), ("Kota Kediri", 2022, "3.315"), ("Kota Jambi", 2024, "3.475")],
)
def test_complete_rows_are_computed_again_within_rounding(name: str, year: int, unrounded: str) -> None:
    (row,) = rows(name, year)
    instrument = reference.instrument_for_year(year)
    assert instrument is not None
    computed = recompute(row, instrument)
    assert computed is not None
    assert computed.unrounded == Fraction(unrounded)
    assert sum(part.contribution for part in computed.contributions) == computed.unrounded
    assert not computed.differs
    assert computed.difference == Fraction(unrounded) - Fraction(row.final or 0)


def test_a_difference_beyond_rounding_is_seen() -> None:
    (row,) = rows("Kabupaten Banjar", 2020)
    other_year = reference.instrument_for_year(2021)
    assert other_year is not None
    computed = recompute(row, other_year)
    assert computed is not None
    assert computed.unrounded == Fraction("3.455")
    assert computed.differs


def test_no_instrument_is_known_for_2020_and_none_is_guessed() -> None:
    assert reference.instrument_for_year(2020) is None
    assert [year for year in range(2015, 2030) if reference.instrument_for_year(year)] == [2021, 2022, 2023, 2024]


def test_a_row_without_all_scores_is_not_computed() -> None:
    instrument = reference.instrument_for_year(2022)
    assert instrument is not None
    assert recompute(rows("Kota Bandung", 2022)[0], instrument) is None


def test_every_instrument_goes_by_its_file_name() -> None:
    for instrument in reference.instruments():
        assert reference.instrument(instrument.code).sha256 == instrument.sha256


def test_an_unknown_instrument_is_refused_with_those_there_are() -> None:
    with pytest.raises(reference.UnknownInstrument) as refused:
        reference.instrument("smart-city-1999")
    assert "smart-city-2023" in refused.value.fields["known"]


def test_another_data_folder_is_checked_row_by_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("published", "instruments"):
        shutil.copytree(reference.data_folder() / folder, tmp_path / folder)
    path = tmp_path / "published" / "results.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    row = "99.99,,,III,no-group,x,,,,,3.5x,,guessed,1.5,,,,,"
    path.write_text("\n".join([lines[0], row]), encoding="utf-8")
    monkeypatch.setenv("PILAR_DATA", str(tmp_path))
    with pytest.raises(Faults) as refused:
        reference.published_results()
    codes = Counter(fault.code for fault in refused.value.faults)
    assert codes == {"blank-cell": 3, "unknown-word": 3, "not-a-number": 3}
    assert all(fault.place.startswith("results.csv, ") for fault in refused.value.faults)


def test_a_data_file_without_its_columns_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "published").mkdir()
    (tmp_path / "published" / "groups.csv").write_text("code,year\nx,2020\n", encoding="utf-8")
    monkeypatch.setenv("PILAR_DATA", str(tmp_path))
    with pytest.raises(Faults) as refused:
        reference.groups()
    assert {fault.fields["node"] for fault in refused.value.faults} == {"title_id", "title_en", "size", "source_url"}
