"""Numbers as readers see them: language, sign, blanks; nothing is ever rounded on the way."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation

from pilar import index
from pilar.design.templatetags.design import amount, host, score, share_of_scale, signed


@pytest.mark.parametrize(
    ("value", "id_", "en"),
    [
        (Decimal("3.35"), "3,35", "3.35"),
        (Decimal("4.00"), "4,00", "4.00"),
        (Decimal("3.354"), "3,354", "3.354"),
        ("3.10", "3,10", "3.10"),
        (4, "4", "4"),
        (Decimal("-0.64"), "−0,64", "−0.64"),
        (Decimal("1E+1"), "10", "10"),
    ],
)
def test_a_score_keeps_its_digits(value: object, id_: str, en: str) -> None:
    with translation.override("id"):
        assert score(value) == id_
    with translation.override("en"):
        assert score(value) == en


@pytest.mark.parametrize("blank", [None, "", *index.NoScore])
def test_no_score_is_a_dash_and_a_word_for_listeners(blank: object) -> None:
    for shown in (score(blank), signed(blank)):
        assert "–" in shown
        assert "visually-hidden" in shown
    assert "0" not in score(blank)


@pytest.mark.parametrize("wrong", [3.35, float("nan"), 0.0, True, False, "three", object(), "1,5"])
def test_what_is_no_exact_number_is_a_bug(wrong: object) -> None:
    with pytest.raises(TypeError):
        score(wrong)


@pytest.mark.parametrize(
    ("value", "shown"), [("0.12", "+0,12"), ("-0.64", "−0,64"), ("0.00", "0,00"), ("-0.00", "0,00"), ("10", "+10")]
)
def test_a_difference_shows_its_sign(value: str, shown: str) -> None:
    with translation.override("id"):
        assert signed(Decimal(value)) == shown


@pytest.mark.parametrize(
    ("value", "share"), [("3.35", "83.75"), ("0", "0.00"), ("4", "100.00"), ("9", "100.00"), ("-1", "0.00")]
)
def test_a_bar_stays_inside_its_track(value: str, share: str) -> None:
    with translation.override("id"):
        assert share_of_scale(Decimal(value), Decimal(0), "4") == share


@pytest.mark.parametrize(
    ("value", "share"), [("1", "0.00"), ("3", "50.00"), ("4.2", "80.00"), ("5", "100.00"), ("0", "0.00")]
)
def test_a_bar_begins_at_the_lowest_score(value: str, share: str) -> None:
    assert share_of_scale(Decimal(value), 1, 5) == share


def test_a_bar_without_a_score_has_no_length() -> None:
    assert share_of_scale(None, 0, "4") == "0"


def test_the_host_of_a_source() -> None:
    assert host("https://www.example.go.id/a?b") == "example.go.id"
    assert host("no address") == ""


@pytest.mark.parametrize(
    ("value", "id_", "en"),
    [
        (Decimal("1250000.50"), "1.250.000,50", "1,250,000.50"),
        (Decimal("-1234"), "−1.234", "−1,234"),
        (Decimal("1E+3"), "1.000", "1,000"),
        (Decimal("999.9"), "999,9", "999.9"),
        (0, "0", "0"),
    ],
)
def test_a_figure_has_its_thousands_apart(value: object, id_: str, en: str) -> None:
    with translation.override("id"):
        assert amount(value) == id_
    with translation.override("en"):
        assert amount(value) == en


def test_no_figure_is_a_dash_and_a_word_for_listeners() -> None:
    with translation.override("id"):
        assert "tidak ada angka" in amount(None)
    with pytest.raises(TypeError):
        amount(1.5)
