"""Moments in the three time zones; the zones themselves as the data file holds them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from pilar.areas import reference, rules
from pilar.areas.forms import MomentField, RegionTimes
from pilar.areas.rules import TimeZone, UnknownRegion

MOMENT = datetime(2026, 11, 24, 9, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("region", "indonesian", "english"),
    [
        ("36.03", "24 November 2026 pukul 16.05 WIB", "24 November 2026 at 16:05 WIB"),
        ("64.71", "24 November 2026 pukul 17.05 WITA", "24 November 2026 at 17:05 WITA"),
        ("81.71", "24 November 2026 pukul 18.05 WIT", "24 November 2026 at 18:05 WIT"),
        ("91", "24 November 2026 pukul 18.05 WIT", "24 November 2026 at 18:05 WIT"),
        (None, "24 November 2026 pukul 16.05 WIB", "24 November 2026 at 16:05 WIB"),
    ],
)
def test_each_zone_in_both_languages(region: str | None, indonesian: str, english: str) -> None:
    with translation.override("id"):
        assert reference.local_time(MOMENT, region) == indonesian
    with translation.override("en"):
        assert reference.local_time(MOMENT, region) == english


def test_the_day_and_the_month_are_those_of_the_place() -> None:
    late = datetime(2026, 7, 31, 16, 30, tzinfo=UTC)
    with translation.override("id"):
        assert reference.local_time(late, "36.03") == "31 Juli 2026 pukul 23.30 WIB"
        assert reference.local_time(late, "51.71") == "1 Agustus 2026 pukul 00.30 WITA"


class Appointment(RegionTimes, forms.Form):
    at = MomentField(label="at")


@pytest.mark.parametrize("language", ["id", "en"])
@given(moment=st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001
def test_moments_that_pages_print_are_read_back(language: str, moment: datetime) -> None:
    moment = moment.replace(second=0, microsecond=0)
    with translation.override(language):
        for region in ("36.03", "64.71", "81.71"):
            form = Appointment({"at": reference.local_time(moment, region)}, region_code=region, now=MOMENT)
            assert form.is_valid(), form.errors
            assert form.cleaned_data["at"] == moment


@pytest.mark.parametrize("text", ["24/11/2026 16:05", "24-11-2026 16.05", "2026-11-24T16:05", "24 Nov 2026 16.05"])
def test_moments_as_people_write_them(text: str) -> None:
    form = Appointment({"at": text}, region_code="36.03", now=MOMENT)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["at"] == MOMENT


def test_a_moment_of_another_zone_is_refused() -> None:
    form = Appointment({"at": "24 November 2026 pukul 16.05 WIT"}, region_code="36.03", now=MOMENT)
    assert "WIB" in str(form.errors["at"])
    assert "besok" in str(Appointment({"at": "besok"}, region_code="36.03", now=MOMENT).errors["at"])


def test_every_province_has_one_zone_with_its_offset_and_its_source() -> None:
    zones = reference.time_zones()
    assert sorted(zone.province_code for zone in zones) == sorted(reference.provinces())
    assert {(zone.name, zone.hours) for zone in zones} == {("WIB", 7), ("WITA", 8), ("WIT", 9)}
    by_name = {
        name: " ".join(sorted(zone.province_code for zone in zones if zone.name == name))
        for name in ("WIB", "WITA", "WIT")
    }
    assert by_name == {
        "WIB": "11 12 13 14 15 16 17 18 19 21 31 32 33 34 35 36 61 62",
        "WITA": "51 52 53 63 64 65 71 72 73 74 75 76",
        "WIT": "81 82 91 92 93 94 95 96",
    }


def test_what_the_decree_does_not_name_is_marked_as_our_assumption() -> None:
    text = (reference.data_folder() / "areas" / "time-zones.csv").read_text(encoding="utf-8")
    assumed = [line[:2] for line in text.splitlines() if ",assumption," in line]
    assert " ".join(assumed) == "19 21 36 65 75 76 82 92 93 94 95 96"


def test_the_zone_is_the_one_that_holds_on_that_day() -> None:
    zones = (TimeZone("51", "WITA", 8, date(1988, 1, 1)), TimeZone("51", "WIB", 7, date(2030, 1, 1)))
    assert rules.zone_of("51.71", MOMENT, zones).name == "WITA"
    assert rules.zone_of("51.71", datetime(2030, 1, 1, tzinfo=UTC), zones).name == "WIB"
    for code, moment in (("99.01", MOMENT), ("51.71", datetime(1987, 12, 31, tzinfo=UTC))):
        with pytest.raises(UnknownRegion):
            rules.zone_of(code, moment, zones)


def test_a_moment_without_offset_is_a_bug() -> None:
    with pytest.raises(ValueError, match="offset"):
        reference.local_time(datetime(2026, 11, 24, 9, 5), "36.03")  # noqa: DTZ001


def test_the_filter_of_templates() -> None:
    shown = Template("{% load areas %}{{ moment|local_time:region }}|{{ nothing|local_time }}")
    with translation.override("id"):
        said = shown.render(Context({"moment": MOMENT, "region": "73.71", "nothing": None}))
    assert said == "24 November 2026 pukul 17.05 WITA|"
