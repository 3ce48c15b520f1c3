"""The rule by which the marks of a panel become one: cases by hand, and laws that hold for all."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilar.evaluation.rules.marking import Agreement, agree
from pilar.evaluation.rules.stages import Settlement

D = Decimal
RUBRIC = tuple(D(level) for level in range(5))
UNANIMOUS, MEDIAN, TIE, CHAIR = Settlement.UNANIMOUS, Settlement.MEDIAN, Settlement.TIE, Settlement.CHAIR


def decimals(*texts: str) -> list[Decimal]:
    return [D(text) for text in texts]


@pytest.mark.parametrize(
    ("marks", "levels", "expected"),
    [
        (["3"], RUBRIC, (UNANIMOUS, "3")),
        (["2", "2", "2"], RUBRIC, (UNANIMOUS, "2")),
        (["2", "3", "3"], RUBRIC, (MEDIAN, "3")),
        (["2", "2", "2", "3"], RUBRIC, (MEDIAN, "2")),
        (["2", "3"], RUBRIC, (TIE, "2")),  # 2.5 is no level: the chair's, which stands first
        (["3", "2"], RUBRIC, (TIE, "3")),
        (["2", "2", "3", "3"], RUBRIC, (TIE, "2")),
        (["3", "3", "2", "2"], RUBRIC, (TIE, "3")),
        (["3", "2", "2", "2"], RUBRIC, (MEDIAN, "2")),
        (["2", "3", "2", "3", "3", "2"], RUBRIC, (TIE, "2")),
        (
            ["2", "2.5", "3", "3.5"],
            decimals("2", "2.5", "3", "3.5"),
            (TIE, "2.5"),
        ),  # the middle mark on the chair's side
        (["3.5", "2.5", "3", "2"], decimals("2", "2.5", "3", "3.5"), (TIE, "3")),
        (["2", "4"], RUBRIC, (CHAIR, None)),
        (["2", "3", "4"], RUBRIC, (CHAIR, None)),  # two levels apart, though the median is one
        (["0", "4", "4"], RUBRIC, (CHAIR, None)),
        (["1", "2", "2"], decimals("0", "1", "2", "4"), (MEDIAN, "2")),
        (["2", "4", "4"], decimals("0", "1", "2", "4"), (CHAIR, None)),
        (["3.125", "3.125"], None, (UNANIMOUS, "3.125")),
        (["3.10", "3.15"], None, (MEDIAN, "3.13")),  # half up
        (["3.10", "3.40", "3.30"], None, (MEDIAN, "3.30")),
        (["1.50", "3.49"], None, (MEDIAN, "2.50")),
        (["1.50", "3.50"], None, (CHAIR, None)),
    ],
)
def test_cases_by_hand(
    marks: list[str], levels: tuple[Decimal, ...] | None, expected: tuple[Settlement, str | None]
) -> None:
    how, value = expected
    given = decimals(*marks)
    assert agree(given, levels, chair=given[0]) == Agreement(how, None if value is None else D(value))


def test_without_a_chair_a_tie_waits() -> None:
    assert agree(decimals("2", "3"), RUBRIC) == Agreement(CHAIR, None)
    assert agree(decimals("2", "3", "3"), RUBRIC) == Agreement(MEDIAN, D(3))


def test_no_marks_agree_on_nothing() -> None:
    with pytest.raises(ValueError, match="empty"):
        agree([], RUBRIC)


panels_of_levels = st.lists(st.sampled_from(RUBRIC), min_size=1, max_size=6)
survey_panels = st.lists(st.decimals(D(1), D(4), places=2), min_size=1, max_size=6)
panels = st.one_of(panels_of_levels.map(lambda marks: (marks, RUBRIC)), survey_panels.map(lambda marks: (marks, None)))


@given(panels, st.randoms())
def test_the_order_of_marks_does_not_matter(panel: tuple[list[Decimal], tuple[Decimal, ...] | None], random) -> None:
    marks, levels = panel
    shuffled = [*marks]
    random.shuffle(shuffled)
    assert agree(shuffled, levels, chair=marks[0]) == agree(marks, levels, chair=marks[0])


@given(panels)
def test_what_is_agreed_lies_within_the_marks(panel: tuple[list[Decimal], tuple[Decimal, ...] | None]) -> None:
    marks, levels = panel
    found = agree(marks, levels, chair=marks[0])
    assert (found.value is None) == (found.how is CHAIR)
    if found.value is not None:
        assert min(marks) <= found.value <= max(marks)


@given(panels_of_levels)
def test_no_level_is_invented(marks: list[Decimal]) -> None:
    found = agree(marks, RUBRIC, chair=marks[0])
    assert found.value is None or found.value in marks


@given(panels_of_levels)
def test_one_level_apart_never_goes_to_the_chair_and_a_tie_is_the_chairs_own_mark(marks: list[Decimal]) -> None:
    found = agree(marks, RUBRIC, chair=marks[0])
    assert (found.how is CHAIR) == (max(marks) - min(marks) >= 2)
    if found.how is TIE:
        assert found.value == marks[0]


@given(panels)
def test_two_points_apart_always_go_to_the_chair(panel: tuple[list[Decimal], tuple[Decimal, ...] | None]) -> None:
    marks, levels = panel
    if max(marks) - min(marks) >= 2:
        assert agree(marks, levels, chair=marks[0]).how is CHAIR
    if len(set(marks)) == 1:
        assert agree(marks, levels) == Agreement(UNANIMOUS, marks[0])
