"""An instrument that is written as text and read again is the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.trees import SMALL, instrument, node
from pilar import index
from pilar.index import Aggregation, Band, BandMark, Level, LevelMark, MissingRule, RatioMark, Statement, SurveyMark

FOLDER = Path(__file__).parents[2] / "data" / "instruments"
FILES = sorted(FOLDER.glob("*.yaml"))

texts = st.one_of(
    st.sampled_from(
        [
            "null",
            "~",
            "true",
            "1.50",
            "- a",
            "a: b",
            "# c",
            "'",
            '"',
            "*x",
            "!t",
            "{x}",
            "a\n\nb",
            "a\tb",
            "a\x85b",
            "a\u2028b\u2029c",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1),
).filter(lambda text: bool(text.strip()) and text == text.strip())
titles = st.fixed_dictionaries({"id": texts, "en": texts})
digits = st.integers(0, 12)
sources = st.sampled_from(["assumption", "https://example.org/a?b=c#d"])
bases = st.builds(
    index.Basis,
    st.sampled_from(index.Paper),
    texts.filter(lambda text: len(text) < 200),
    st.dates(date(1945, 1, 1)),
    st.sampled_from(index.Certainty),
    st.none() | titles,
)


@st.composite
def numbers(draw: st.DrawFn, lowest: int = 0, highest: int = 4) -> Decimal:
    """A number as somebody wrote it, zeros at the end included."""
    places = draw(digits)
    unit = 10**places
    return Decimal(draw(st.integers(lowest * unit, highest * unit))).scaleb(-places)


@st.composite
def kinds(draw: st.DrawFn) -> index.MarkKind:
    source = draw(sources)
    match draw(st.integers(0, 3)):
        case 0:
            levels = [Level(Decimal(value), draw(titles)) for value in range(draw(st.integers(1, 5)))]
            return LevelMark(tuple(levels), source)
        case 1:
            return SurveyMark(draw(numbers(0, 1)), draw(numbers(2, 4)), source)
        case 2:
            bands = (
                Band(Decimal("-2.50"), Decimal(7), draw(numbers())),
                Band(Decimal(7), draw(st.sampled_from([None, Decimal("1E+3")])), draw(numbers())),
            )
            return BandMark(draw(titles), bands, source)
    return RatioMark((Band(Decimal(0), Decimal(50), draw(numbers())), Band(Decimal(50), None, draw(numbers()))), source)


@st.composite
def instruments(draw: st.DrawFn) -> index.Instrument:
    shared = draw(kinds())
    leaves = [
        replace(
            node(f"leaf_{place}"),
            title=draw(titles),
            mark=shared if draw(st.booleans()) else draw(kinds()),
            evidence=draw(st.none() | st.builds(Statement, titles, sources)),
            note=draw(st.none() | titles),
            # One indicator of each part always applies: the parts' weights are drawn, and either may be all of it.
            not_applicable=place % 2 == 1 and draw(st.booleans()),
            question=draw(st.none() | titles),
            guidance=draw(st.none() | titles),
            examples=draw(st.none() | titles),
        )
        for place in range(4)
    ]
    share = draw(numbers(0, 100))
    parts = (
        replace(
            node("left", None, *leaves[:2], missing=MissingRule.REWEIGHT, minimum_share=Decimal("0.250")),
            weight=share,
            meaning=draw(st.none() | st.builds(Statement, titles, sources)),
        ),
        replace(
            node("right", None, *leaves[2:], missing=MissingRule.REWEIGHT),
            weight=100 - share,
            aggregation=Aggregation.POWER,
            power=Decimal("0.5"),
            weights_source=draw(sources),
        ),
    )
    root = node("final", None, *parts, missing=MissingRule.REWEIGHT, missing_source=draw(sources))
    predicate = index.Predicate("best", draw(titles), Decimal("3.60"), draw(sources), draw(sources))
    return instrument(
        root,
        predicates=draw(st.sampled_from([(), (predicate,)])),
        note=draw(st.none() | titles),
        basis=draw(st.none() | bases),
        status=draw(st.sampled_from(index.Status)),
        ties=draw(st.sampled_from(index.Ties)),
        rounding=draw(st.sampled_from(index.Rounding)),
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_shipped_instruments_come_back(path: Path) -> None:
    read = index.read_instrument(path)
    again = index.parse_instrument(index.instrument_text(read))
    assert index.compare(read, again) == ()
    assert again.sha256 == read.sha256


@given(instruments())
def test_any_instrument_comes_back(written: index.Instrument) -> None:
    text = index.instrument_text(written)
    assert index.check_instrument(text) == ()
    again = index.parse_instrument(text)
    assert index.compare(written, again) == ()
    assert again.sha256 == written.sha256


def test_writing_again_what_was_read_gives_the_same_text() -> None:
    text = index.instrument_text(index.parse_instrument(SMALL))
    assert index.instrument_text(index.parse_instrument(text)) == text


def test_numbers_keep_their_digits_and_are_no_words() -> None:
    text = index.instrument_text(index.parse_instrument(SMALL.replace("weight: 40", "weight: 40.0")))
    assert "weight: 40.0\n" in text
    assert "weight: 30\n" in text
    assert "minimum_share: 0.25\n" in text


def test_an_indicator_without_a_kind_of_mark_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="leaf has no kind of mark"):
        index.instrument_text(instrument(node("final", None, node("leaf"))))


@pytest.mark.parametrize("sign", ["\x85", "\u2028", "\u2029", "\ufeff", "\r", "\x07"])
def test_signs_that_yaml_takes_for_line_breaks_are_spelled_out(sign: str) -> None:
    read = index.parse_instrument(SMALL)
    written = replace(read, title={"id": f"a{sign}b", "en": f"a {sign} b"})
    assert index.parse_instrument(index.instrument_text(written)).title == written.title
