"""Figures of answers that are shown, so that nobody can be told apart: pure rules."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilar.surveys.reference import pillars, questionnaire
from pilar.surveys.rules.anonymous import Single, anonymised
from pilar.surveys.rules.answers import Mode
from pilar.surveys.rules.scores import Mean, interval_of_items, interval_of_programmes
from pilar.surveys.rules.surveys import NewCell, faults_of_cells, gaps_of, quotas_of

QUOTA = questionnaire("impact-2023").quota


def single(cell: int, about: str, value: int = 1, mode: Mode = Mode.WEB, weight: int = 100) -> Single:
    return Single(cell, mode, (about, about), {"easier": value}, (), weight)


ROW = st.tuples(
    st.integers(0, 2),
    st.sampled_from("abcdef"),
    st.integers(1, 4),
    st.sampled_from(Mode),
    st.sampled_from((0, 50, 100)),
)


@given(st.lists(ROW, max_size=60))
def test_whoever_is_told_of_is_one_of_five(rows: list[tuple[int, str, int, Mode, int]]) -> None:
    told = anonymised(single(*row) for row in rows)
    counting = Counter(row[0] for row in rows if row[-1])
    enough = {cell for cell, count in counting.items() if count >= 5}
    assert Counter(one.cell for one in told) == Counter(row[0] for row in rows if row[0] in enough)
    alike = Counter((one.cell, one.about, one.mode) for one in told if one.weight)
    assert all(alike[one.cell, one.about, one.mode] >= 5 for one in told)
    assert told == anonymised(single(*row) for row in reversed(rows))


def test_the_next_rarest_hides_who_would_be_alone() -> None:
    told = anonymised([*(single(1, "a") for _ in range(9)), *(single(1, "b") for _ in range(6)), single(1, "c")])
    assert Counter(one.about[0] for one in told) == {"a": 9, "": 7}


def test_who_answered_often_is_not_five() -> None:
    again = [single(1, "a", weight=0) for _ in range(4)]
    assert anonymised([single(1, "a"), *again]) == ()
    told = anonymised(
        [single(1, "a"), *again, *(single(1, "b") for _ in range(9)), *(single(1, "c") for _ in range(5))]
    )
    assert Counter(one.about[0] for one in told) == {"b": 9, "": 10}


def test_the_only_one_on_paper_is_not_told_apart() -> None:
    told = anonymised([*(single(1, "a") for _ in range(12)), single(1, "a", 4, Mode.PAPER)])
    assert Counter((one.mode, one.about[0]) for one in told) == {(None, "a"): 13}
    some = [single(1, str(number % 7), 1, Mode.PAPER if number % 2 else Mode.WEB) for number in range(14)]
    assert Counter((one.mode, one.about[0]) for one in anonymised(some)) == {(Mode.WEB, ""): 7, (Mode.PAPER, ""): 7}


def test_intervals_of_items_and_programmes() -> None:
    items = [Mean(9, Fraction(9), Fraction(3), 2.5, 3.5), Mean(9, Fraction(9), Fraction(2), 1.7, 2.3)]
    assert interval_of_items(items) == pytest.approx((2.1, 2.9))
    assert interval_of_items([Mean(0, Fraction(0), None)]) is None
    found = interval_of_programmes([(Fraction(3), (2.7, 3.3)), (Fraction(2), (1.6, 2.4))])
    assert found == pytest.approx((2.25, 2.75))
    assert interval_of_programmes([(Fraction(39, 10), (3.0, 4.0))]) == pytest.approx((3.0, 4.0))
    assert interval_of_programmes([]) is None


@given(st.lists(st.sampled_from([one.code for one in pillars()]), max_size=30), st.booleans())
def test_a_pillar_has_the_respondents_of_the_method(codes: list[str], split: bool) -> None:
    parts = {one.code: one.parts[0].code for one in pillars()}
    cells = [NewCell("x", 1, 1, code, parts[code]) for code in codes]
    quotas = quotas_of(cells, QUOTA, split=split)
    for code in set(codes):
        assert sum(quota for quota, one in zip(quotas, codes, strict=True) if one == code) == 50


def test_what_is_wrong_with_a_cell_is_told_at_its_row() -> None:
    cells = [
        NewCell("a", 1, 1, "living", "economy_welfare"),
        NewCell("b", 1, 1, "nowhere"),
        NewCell("c", 1, 1, "", "living_health"),
        NewCell("d", 1, 1),
        NewCell("e", 1, 1, "living"),
    ]
    assert [one.place for one in faults_of_cells(cells, pillars(), split=False)] == ["0.part", "1.part", "2.part"]
    assert [one.code for one in faults_of_cells(cells, pillars(), split=True)][3:] == ["no-part", "no-part"]


def test_pillars_with_too_few_programmes_or_too_many() -> None:
    gaps = gaps_of(["living"] * 3 + ["economy"] * 4, QUOTA, pillars())
    assert {one.pillar: one.programmes for one in gaps} == {
        "governance": 0, "branding": 0, "economy": 4, "society": 0, "environment": 0,
    }  # fmt: skip
    assert gaps_of([], questionnaire("ikm-2017").quota, pillars()) == []
