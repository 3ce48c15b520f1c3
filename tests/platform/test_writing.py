"""Numbers, days and quarters as sentences write them, and that what is printed is read back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from pilar.areas import reference
from pilar.masterplan.rules.quarters import Quarter, quarter_in
from pilar.measures.rules.periods import Period, PeriodKind, first_day
from pilar.platform.errors import Fault
from pilar.platform.language import translate
from pilar.platform.reading import Span, read_day, read_moment, read_span
from pilar.platform.reading.periods import Moment
from pilar.platform.tables import Percent, shown
from pilar.platform.writing import day, grouped, in_words

LANGUAGES = st.sampled_from(["id", "en"])
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2999, 12, 31))


@pytest.mark.parametrize(
    ("value", "indonesian", "english"),
    [
        (Decimal("0.735"), "0,735", "0.735"), (Decimal("3.50"), "3,50", "3.50"), (Decimal("-0.5"), "−0,5", "−0.5"),
        (Decimal("1250000.5"), "1.250.000,5", "1,250,000.5"), (0.1, "0,1", "0.1"), (-2.5, "−2,5", "−2.5"),
        (1e-300, "1e-300", "1e-300"), (dt.date(2026, 8, 5), "5 Agustus 2026", "5 August 2026"), (2026, 2026, 2026),
        ((Decimal(0), Decimal(1)), "0, 1", "0, 1"), ((Decimal("0.5"), Decimal(1)), "0,5; 1", "0.5, 1"),
        (dt.time(8, 40, 7), "08.40", "08:40"),
        (True, True, True), ("3.55", "3.55", "3.55"), (Decimal("NaN"), Decimal("NaN"), Decimal("NaN")),
    ],
)  # fmt: skip
def test_what_stands_in_a_sentence(value: object, indonesian: object, english: object) -> None:
    assert str(in_words(value, "id")) == str(indonesian)
    assert str(in_words(value, "en")) == str(english)


def test_a_sentence_is_filled_in_the_language_of_its_reader() -> None:
    sentence = "The mark is %(now)s; last year the panel agreed on %(before)s. Explain what has changed"
    fault = Fault("big-jump", sentence, {"now": Decimal("3.55"), "before": Decimal("1.2")})
    with translation.override("id"):
        assert fault.text() == "Nilainya 3,55; tahun lalu panel menyepakati 1,2. Jelaskan perubahannya"
        assert shown(Decimal("45.5")) == "45,5"
        assert str(Percent(Decimal("45.5"))) == "45,5%"
    with translation.override("en"):
        assert "The mark is 3.55" in fault.text()


@given(DAYS, LANGUAGES)
def test_a_day_reads_back(value: dt.date, language: str) -> None:
    assert read_day(day(value, language)) == value


@given(DAYS, LANGUAGES)
def test_a_quarter_reads_back_in_all_rooms(value: dt.date, language: str) -> None:
    quarter = Quarter(value.year, (value.month + 2) // 3)
    with translation.override(language):
        period = Period(PeriodKind.QUARTER, first_day(PeriodKind.QUARTER, value))
        assert quarter_in(quarter.name) == quarter
        assert read_span(period.text()) == read_span(quarter.name) == Span("quarter", quarter.start)
        if language == "id":
            assert period.text() == quarter.name


@given(DAYS, st.sampled_from([PeriodKind.DAY, PeriodKind.MONTH, PeriodKind.YEAR]), LANGUAGES)
def test_a_period_reads_back(value: dt.date, kind: PeriodKind, language: str) -> None:
    start = first_day(kind, value)
    with translation.override(language):
        found = read_span(Period(kind, start).text())
    assert isinstance(found, Span)
    assert found.start == start


@pytest.mark.parametrize(("region", "zone"), [(None, "WIB"), ("36.03", "WIB"), ("73.71", "WITA"), ("91.71", "WIT")])
def test_what_midnight_ends_belongs_to_the_day_before(region: str | None, zone: str) -> None:
    hours = {"WIB": 7, "WITA": 8, "WIT": 9}[zone]
    midnight = dt.datetime(2026, 10, 21, tzinfo=dt.timezone(dt.timedelta(hours=hours)))
    with translation.override("id"):
        assert reference.local_end(midnight, region) == f"20 Oktober 2026 pukul 23.59 {zone}"
        assert reference.local_time(midnight, region) == f"21 Oktober 2026 pukul 00.00 {zone}"
        later = midnight + dt.timedelta(hours=16)
        assert reference.local_end(later, region) == reference.local_time(later, region)
        read = read_moment(reference.local_end(midnight, region))
    assert read == Moment(midnight.replace(tzinfo=None) - dt.timedelta(minutes=1), zone)


def test_months_are_those_of_the_locale_data() -> None:
    from pilar.platform.reading.periods import months
    from pilar.platform.writing import MONTHS

    for names in MONTHS.values():
        assert [months()[name.casefold()] for name in names] == list(range(1, 13))


def test_grouping_in_a_sentence_is_that_of_an_amount() -> None:
    with translation.override("id"):
        said = translate("at most %(high)s", high=Decimal(1250000))
    assert said == "paling banyak " + grouped(Decimal(1250000), "id") == "paling banyak 1.250.000"
