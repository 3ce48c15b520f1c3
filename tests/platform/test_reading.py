"""What people write, and what is refused; what the pages print is read back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils.formats import date_format
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from pilar.design import numbers
from pilar.platform.errors import Fault
from pilar.platform.reading import (
    Moment,
    Notation,
    Span,
    Words,
    column_notation,
    is_none,
    read_day,
    read_figure,
    read_moment,
    read_number,
    read_percentage,
    read_rupiah,
    read_span,
    read_yes,
    rupiah_text,
    several,
    typed_notation,
    typed_text,
)
from pilar.platform.tables import Percent

COMMA, POINT, PLAIN = Notation
LANGUAGES = pytest.mark.parametrize("language", ["id", "en"])
values = st.decimals(-(10**15), 10**15, allow_nan=False, allow_infinity=False, places=3)
days = st.dates(dt.date(1900, 1, 1), dt.date(2299, 12, 31))


def code(found: object) -> str:
    assert isinstance(found, Fault), found
    assert len(found.text()) < 500
    return found.code


# Numbers


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("12", "12"), (" 12,5 ", "12.5"), ("12.50", "12.50"), ("12,50", "12.50"), ("-3", "-3"), ("+4", "4"),
        ("\N{MINUS SIGN}3", "-3"), ("1e3", "1000"), ("1,5E+03", "1500"), ("007", "7"), ("0.125", "0.125"),
        ("1.234.567", "1234567"), ("1,234,567", "1234567"), ("1.234,5", "1234.5"), ("1,234.5", "1234.5"),
        ("12 500", "12500"), ("1\N{NO-BREAK SPACE}234,5", "1234.5"), ("1234.567", "1234.567"),
        (12, "12"), (12.1, "12.1"), (Decimal("1.200"), "1.200"), (10**20, "100000000000000000000"), (1e-7, "1E-7"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("notation", [None, COMMA, POINT])
def test_what_means_one_thing_is_read_wherever_it_stands(cell: Any, number: str, notation: Notation | None) -> None:
    assert read_number(cell, notation) == Decimal(number)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("dua belas", "no-number"), ("1,2,3", "no-number"), ("1.50.000", "no-number"), ("1.000.00", "no-number"),
        (".5", "no-number"), ("3.", "no-number"), ("--3", "no-number"), ("NaN", "no-number"), ("1e9999", "no-number"),
        ("9" * 61, "no-number"), (float("nan"), "no-number"), (float("inf"), "no-number"), (True, "no-number"),
        ("１２", "foreign-digits"), ("\x00", "no-number"), (dt.date(2026, 3, 1), "date"), (dt.time(8, 30), "date"),
        ("%", "no-number"), ("Rp5", "no-number"),
    ],
)  # fmt: skip
def test_what_is_no_number(cell: Any, said: str) -> None:
    found = read_number(cell, COMMA)
    assert code(found) == said
    assert "\x00" not in found.text()  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["1.200", "12.500", "1,200", "-1.200"])
def test_what_can_mean_two_things_is_read_as_the_place_says(text: str) -> None:
    whole, part = Decimal(text.replace(".", "").replace(",", "")), Decimal(text.replace(",", "."))
    assert code(read_number(text)) == "two-ways"
    assert read_number(text, COMMA) == (whole if "." in text else part)
    assert read_number(text, POINT) == (part if "." in text else whole)
    assert read_number(text, PLAIN) == part


def test_a_bound_says_what_a_number_cannot_be() -> None:
    assert read_number("3.125", COMMA, highest=Decimal(4)) == Decimal("3.125")
    assert read_number("1.200", COMMA, highest=Decimal(5000)) == 1200


@pytest.mark.parametrize("text", ["1.234.567", "1.234,5", "1,234.5", "12 500", "60%", "-", "–"])
def test_programs_write_plain_numbers(text: str) -> None:
    assert code(read_number(text, PLAIN)) in {"grouped-number", "no-number"}


@pytest.mark.parametrize("cell", ["", "   ", "-", "–", "—"])
def test_nothing_is_blank_or_a_dash(cell: str) -> None:
    assert is_none(cell)
    assert read_number(cell) is None
    assert read_rupiah(cell) is None
    assert read_yes(cell) is None


@pytest.mark.parametrize(
    ("column", "notation"),
    [
        (["1.200", "2,5"], COMMA), (["950", "1.200", "1.234.567"], COMMA), (["1.200", "12,50"], COMMA),
        (["1.200", "0.5"], POINT), (["1,200", "2.5"], POINT), (["1.200", "12.5", ""], POINT),
        (["1.200", "60,5 %"], COMMA),
        (["9/10", "2,5/1.200"], COMMA), (["1.200", "1.234,5"], COMMA),
        (["950", "12500"], None), (["2,5", "0.5"], None), ([Decimal("1.2"), "3"], None), ([], None),
    ],
)  # fmt: skip
def test_a_column_says_how_its_numbers_are_written(column: list[Any], notation: Notation | None) -> None:
    assert column_notation(column) == notation


@pytest.mark.parametrize(
    "column", [["950", "1.200", "12.500"], ["1.200"], ["1.200", "2,5", "0.5"], ["1.200", "1,500"], ["1.200 %", "5"]]
)
def test_a_column_that_says_nothing_or_both_is_refused(column: list[str]) -> None:
    found = column_notation(column)
    assert code(found) == "two-ways"
    with override("id"):
        assert "1200" in found.text()  # type: ignore[union-attr]
        assert "1,2000" in found.text()  # type: ignore[union-attr]


def test_marks_end_before_thousands_begin() -> None:
    assert column_notation(["3.125", "4"], highest=Decimal(4)) is None
    assert code(column_notation(["3.125", "4"])) == "two-ways"


@pytest.mark.parametrize("unit", ["%", " % ", "persen", "Persen", "% penduduk", "percent"])
def test_a_percentage_belongs_where_the_unit_is_per_cent(unit: str) -> None:
    for cell in (Percent(Decimal(60)), "60%", "60 %", "60", Decimal(60)):
        assert read_figure(cell, unit) == 60
    assert read_figure(Decimal("0.6"), unit) == Decimal("0.6")


@pytest.mark.parametrize("unit", ["desa", "rasio", "poin", "", "permil"])
def test_a_percentage_in_another_unit_is_refused(unit: str) -> None:
    for cell in (Percent(Decimal(60)), "60%"):
        found = read_figure(cell, unit)
        assert code(found) == "percent-sign"
        with override("id"):
            assert "60 %" in found.text()  # type: ignore[union-attr]
            assert unit in found.text()  # type: ignore[union-attr]


def test_percentages() -> None:
    assert read_percentage("45,5 %") == Decimal("45.5")
    assert read_percentage("1.200%", COMMA) == 1200
    assert code(read_percentage("%")) == "no-number"


@LANGUAGES
@given(value=values)
def test_numbers_that_pages_print_are_read_back(language: str, value: Decimal) -> None:
    with override(language):
        assert read_number(typed_text(value), typed_notation()) == value
        for printed in (numbers.plain, numbers.grouped, numbers.signed):
            for shown in (value, value.normalize()):
                assert read_number(printed(shown, language), typed_notation()) == value
        assert read_number(f"{value:f}", PLAIN) == value


@given(st.decimals(-(10**12), 10**12, places=6), st.booleans())
def test_a_program_may_write_either_sign(value: Decimal, comma: bool) -> None:
    text = f"{value:f}"
    assert read_number(text.replace(".", ",") if comma else text, PLAIN) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_means_its_shortest_digits(value: float) -> None:
    found = read_number(value)
    assert isinstance(found, Decimal)
    assert float(found) == value


@given(st.text(max_size=40), st.sampled_from([None, *Notation]))
def test_any_text_is_read_or_refused(text: str, notation: Notation | None) -> None:
    for found in (read_number(text, notation), read_rupiah(text, notation), read_span(text), read_day(text)):
        assert found is None or isinstance(found, Decimal | Percent | Fault | Span | dt.date)
    read_moment(text)
    read_yes(text)
    several(text)


@given(st.lists(st.sampled_from(["950", "1.200", "2,5", "0.5", "1.234.567", "1,200", "-", "", "x"]), max_size=8))
def test_the_order_of_a_column_does_not_matter(column: list[str]) -> None:
    one, other = column_notation(column), column_notation(column[::-1])
    assert isinstance(one, Fault) == isinstance(other, Fault)
    assert isinstance(one, Fault) or one == other


# Rupiah


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("750000000", 750_000_000), ("750.000.000", 750_000_000), ("Rp 750.000.000", 750_000_000),
        ("Rp750 000 000", 750_000_000), ("1.500", 1500), ("1,500,000", 1_500_000), ("1.500.000,00", 1_500_000),
        ("-1.000", -1000), ("12,5", Decimal("12.5")), ("Rp. 1.250.000.000,-", 1_250_000_000),
        ("Rp1.250.000.000", 1_250_000_000), ("Rp 1.250.000,--", 1_250_000), ("Rp 1.250.000.-", 1_250_000),
        ("1,5 miliar", 1_500_000_000), ("Rp 1,5 M", 1_500_000_000), ("75 juta", 75_000_000),
        ("1.500 juta", 1_500_000_000),
        ("2 triliun rupiah", 2_000_000_000_000), ("500rb", 500_000), ("IDR 5.000", 5000), ("5.000 rupiah", 5000),
    ],
)  # fmt: skip
def test_rupiah_is_read(text: str, value: Decimal) -> None:
    assert read_rupiah(text) == value


@pytest.mark.parametrize(
    "text", ["1,500", "1.500,000", "1.50.000", "Rp", "1.000.00", "sejuta", "juta", "Rp 1,500 miliar"]
)
def test_rupiah_that_may_mean_two_things_is_refused(text: str) -> None:
    assert code(read_rupiah(text)) in {"two-ways", "no-amount"}
    assert code(read_rupiah(Percent(Decimal(60)))) == "percent-sign"


@LANGUAGES
@given(value=values)
def test_rupiah_that_pages_print_are_read_back(language: str, value: Decimal) -> None:
    whole = value.to_integral_value()
    with override(language):
        assert read_rupiah(rupiah_text(whole)) == whole
        assert read_rupiah("Rp" + numbers.grouped(whole, language), typed_notation()) == whole


# Days, periods, moments


@pytest.mark.parametrize(
    ("text", "kind", "start"),
    [
        ("TW I 2024", "quarter", (2024, 1, 1)), ("triwulan I 2024", "quarter", (2024, 1, 1)),
        ("Triwulan III 2026", "quarter", (2026, 7, 1)), ("tw.IV/2025", "quarter", (2025, 10, 1)),
        ("Triwulan ke-3 tahun 2026", "quarter", (2026, 7, 1)), ("2026-Q1", "quarter", (2026, 1, 1)),
        ("2026-TW1", "quarter", (2026, 1, 1)), ("2026Q4", "quarter", (2026, 10, 1)),
        ("Q2 2026", "quarter", (2026, 4, 1)),
        ("quarter III of 2026", "quarter", (2026, 7, 1)),
        ("Maret 2024", "month", (2024, 3, 1)), ("Oktober 2026", "month", (2026, 10, 1)),
        ("Okt 2026", "month", (2026, 10, 1)),
        ("Mei-2026", "month", (2026, 5, 1)), ("Nopember 2025", "month", (2025, 11, 1)),
        ("Agt. 2025", "month", (2025, 8, 1)),
        ("bulan Maret 2024", "month", (2024, 3, 1)), ("2024-03", "month", (2024, 3, 1)),
        ("03/2024", "month", (2024, 3, 1)),
        ("20 Oktober 2026", "day", (2026, 10, 20)), ("20/10/2026", "day", (2026, 10, 20)),
        ("3/4/2026", "day", (2026, 4, 3)), ("2026-10-20", "day", (2026, 10, 20)),
        ("20-Okt-2026", "day", (2026, 10, 20)),
        ("Selasa, 20 Oktober 2026", "day", (2026, 10, 20)), ("October 20, 2026", "day", (2026, 10, 20)),
        ("2026", "year", (2026, 1, 1)), ("Tahun 2026", "year", (2026, 1, 1)),
    ],
)  # fmt: skip
def test_periods_are_read(text: str, kind: str, start: tuple[int, int, int]) -> None:
    assert read_span(text) == Span(kind, dt.date(*start))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["besok", "10/20/2026", "31 Februari 2026", "TW V 2026", "20/10/26", "2026-13", "1899", "Smarch 2026", "2"]
)
def test_what_is_no_period(text: str) -> None:
    assert code(read_span(text)) == "unreadable-period"
    assert code(read_day(text)) == "no-day"


def test_spreadsheets_make_days_of_months() -> None:
    assert read_span(dt.date(2026, 10, 1)) == Span("day", dt.date(2026, 10, 1))
    assert read_day(dt.datetime(2026, 10, 1, tzinfo=dt.UTC)) == dt.date(2026, 10, 1)
    assert read_span(Decimal(2026)) == Span("year", dt.date(2026, 1, 1))
    assert code(read_day("Oktober 2026")) == "no-day"


@LANGUAGES
@given(day=days)
def test_days_that_pages_print_are_read_back(language: str, day: dt.date) -> None:
    with override(language):
        for form in ("j F Y", "Y-m-d", "d/m/Y"):
            assert read_day(date_format(day, form)) == day
        assert read_span(date_format(day, "F Y")) == Span("month", day.replace(day=1))


@pytest.mark.parametrize(
    "text",
    [
        "24 November 2026 pukul 16.00 WIB", "24/11/2026 16:00", "2026-11-24T16:00", "2026-11-24T16:00:00",
        "24-11-2026 16.00", "24 November 2026 at 16:00 WIB", "24 Nov 2026, 16.00",
    ],
)  # fmt: skip
def test_moments_are_read(text: str) -> None:
    found = read_moment(text)
    assert isinstance(found, Moment)
    assert found.local == dt.datetime(2026, 11, 24, 16, 0)  # noqa: DTZ001 - by the clock of a region
    assert found.zone == ("WIB" if "WIB" in text else "")


@pytest.mark.parametrize("text", ["24 November 2026", "16.00", "24 November 2026 pukul 25.00", "besok 16.00"])
def test_what_is_no_moment(text: str) -> None:
    assert code(read_moment(text)) == "no-moment"


# Words


@pytest.mark.parametrize(
    ("cell", "yes"),
    [
        ("Ya", True),
        ("x", True),
        (True, True),
        (Decimal(1), True),
        ("tidak", False),
        ("0", False),
        (False, False),
    ],
)
def test_yes_and_no(cell: Any, yes: bool) -> None:
    assert read_yes(cell) is yes
    assert code(read_yes("mungkin")) == "not-yes"


def test_one_of_a_list() -> None:
    words = Words({1: ("pendek", "short term"), 2: ("menengah",)}, dropped=["jangka"])
    assert [words.find(text) for text in ("Pendek", "jangka pendek", "Jangka-Menengah", "short term", "lama")] == [
        1, 1, 2, 1, None,
    ]  # fmt: skip
    assert code(words.read("lama")) == "not-in-list"
    assert "pendek, menengah" in words.read("lama").text()  # type: ignore[union-attr]
    assert code(words.read("-")) == "no-value"


def test_several_of_a_list() -> None:
    assert (
        several("APBD/CSR")
        == several("APBD, CSR")
        == several("APBD dan CSR")
        == several("APBD + CSR;")
        == ("APBD", "CSR")
    )
    assert several("-") == several("") == ()


@pytest.mark.parametrize(("text", "amount"), [("9" * 40, int("9" * 40)), ("9" * 30 + " miliar", int("9" * 30) * 10**9)])
def test_an_amount_of_many_digits_is_not_rounded(text: str, amount: int) -> None:
    assert read_rupiah(text) == amount
