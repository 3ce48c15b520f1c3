from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from scipy import stats

from pilar.index.agreement import (
    AgreementFaults,
    Alpha,
    Interval,
    Leaning,
    MarkTable,
    Method,
    NoCoefficient,
    NoInterval,
    PanelMark,
    Sampling,
    Verdict,
    agreement_by_assessor,
    agreement_on,
    agreement_over_all,
    assess_agreement,
    severities,
    verdict,
)

X = np.nan


def test_severity_by_hand() -> None:
    """Own mark less the mean of the others': 1 - 2.5, 2 - 2.5, 1 - 2; the ordinary t interval of a mean."""
    ratings = np.array([[1, 2, 3], [2, 2, 3], [1, 2, X], [4, X, X]])
    found = severities(ratings)[0]
    assert found is not None
    assert (found.difference, found.items, found.regions) == (-1, 3, 3)
    assert isinstance(found.interval, Interval)
    expected = stats.ttest_1samp([-1.5, -0.5, -1], 0).confidence_interval(0.95)
    assert (found.interval.lower, found.interval.upper) == pytest.approx((expected.low, expected.high))
    assert found.interval.method is Method.T
    assert found.leaning is Leaning.NONE


def test_of_many_assessors_one_that_chance_may_make_differ_is_not_flagged() -> None:
    """4/6 with t = 3.16 of 5 degrees: outside 95 %, and within 1 - 0.05/6."""
    own = np.array([1, 1, 1, 0, 1, 0])
    others = np.full((6, 5), 2.0)
    found = severities(np.column_stack([2 + own, others]))[0]
    assert found is not None
    assert 0.05 / 6 < stats.ttest_1samp(own, 0).pvalue < 0.05
    assert isinstance(found.interval, Interval)
    assert found.interval.lower > 0
    assert found.leaning is Leaning.NONE


def test_items_of_one_region_count_as_one_when_they_go_together() -> None:
    """Each region's items repeated four times add nothing to what is known."""
    once = np.column_stack([[1, 2, 2, 3, 0.0], [2, 2, 3, 3, 2]])
    repeated = np.repeat(once, 4, axis=0)
    alone, together = severities(once)[0], severities(repeated, clusters=np.repeat(np.arange(5), 4))[0]
    assert alone is not None
    assert together is not None
    assert isinstance(alone.interval, Interval)
    assert isinstance(together.interval, Interval)
    assert (together.interval.lower, together.interval.upper) == pytest.approx(
        (alone.interval.lower, alone.interval.upper)
    )


def marks(severity: dict[str, int], regions: int = 40, noise: float = 0.3) -> list[PanelMark]:
    """Synthetic marks of one panel for two indicators, each assessor so many points off."""
    generator = np.random.default_rng(7)
    found = []
    for region in range(regions):
        for indicator in ("policy", "budget"):
            truth = generator.integers(1, 4)
            for assessor, shift in severity.items():
                value = int(np.clip(truth + shift + (generator.random() < noise) * generator.choice([-1, 1]), 0, 4))
                found.append(PanelMark(f"36.{region:02}", indicator, assessor, Decimal(value)))
    return found


def test_the_one_who_differs_is_found() -> None:
    report = assess_agreement(marks({"a": 0, "b": 0, "c": -1, "d": 0}))
    leanings = {name: one.severity.leaning for name, one in report.assessors.items() if one.severity}
    assert leanings == {"a": Leaning.LENIENT, "b": Leaning.LENIENT, "c": Leaning.SEVERE, "d": Leaning.LENIENT}
    severity = report.assessors["c"].severity
    assert severity is not None
    assert severity.difference < -0.7
    assert (severity.items, severity.regions) == (80, 40)
    without, with_it = report.assessors["c"].alpha_without, report.assessors["c"].alpha_with
    assert isinstance(without, Alpha)
    assert isinstance(with_it, Alpha)
    assert without.value > with_it.value + 0.1
    assert set(report.indicators) == {"policy", "budget"}
    assert report.over_all.verdict is Verdict.UNRELIABLE


def test_who_agrees_well_is_relied_on() -> None:
    report = assess_agreement(marks({"a": 0, "b": 0, "c": 0}, noise=0.02))
    assert report.over_all.verdict is Verdict.RELIABLE
    assert {one.severity.leaning for one in report.assessors.values() if one.severity} == {Leaning.NONE}


def test_the_order_of_marks_changes_nothing() -> None:
    given = marks({"a": 0, "b": 0, "c": 1}, regions=8)
    assert assess_agreement(given) == assess_agreement(given[::-1])


def test_an_assessor_alone_and_one_who_marks_all_alike() -> None:
    given = [PanelMark(f"r{place}", "policy", "alone", Decimal(2)) for place in range(12)]
    report = assess_agreement(given)
    assert report.assessors["alone"].severity is None
    assert report.assessors["alone"].uniform
    assert report.over_all.alpha is NoCoefficient.ONE_ASSESSOR
    assert report.over_all.verdict is Verdict.OPEN
    assert assess_agreement([]).assessors == {}


def test_one_region_and_constant_differences_have_no_interval() -> None:
    one_region = severities(np.array([[1, 2.0], [2, 2]]), clusters=np.zeros(2))[0]
    assert one_region is not None
    assert (one_region.interval, one_region.leaning) == (NoInterval.ONE_REGION, Leaning.OPEN)
    few, many = (severities(np.array([[1, 2.0], [2, 3]] * times))[0] for times in (1, 5))
    assert few is not None
    assert many is not None
    assert (few.difference, few.interval, few.leaning) == (-1, NoInterval.CONSTANT, Leaning.OPEN)
    assert (many.difference, many.interval, many.leaning) == (-1, NoInterval.CONSTANT, Leaning.SEVERE)


@pytest.mark.parametrize(("regions", "leaning"), [(2, Leaning.OPEN), (9, Leaning.OPEN), (10, Leaning.LENIENT)])
def test_regions_of_one_mean_difference_have_no_interval(regions: int, leaning: Leaning) -> None:
    """In each region 1 and 0 above the others: the differences vary, their means by region do not."""
    ratings = np.array([[3, 2.0], [2, 2]] * regions)
    found = severities(ratings, clusters=np.repeat(np.arange(regions), 2))[0]
    assert found is not None
    assert (found.difference, found.interval, found.leaning) == (0.5, NoInterval.TOO_REGULAR, leaning)


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        (0.81, 0.9, Verdict.RELIABLE),
        (0.7, 0.9, Verdict.TENTATIVE),
        (0.5, 0.7, Verdict.OPEN),
        (0.2, 0.6, Verdict.UNRELIABLE),
    ],
)
def test_the_whole_interval_must_be_above_a_limit(lower: float, upper: float, expected: Verdict) -> None:
    assert verdict(Alpha(0.75, Interval(lower, upper, 0.95, Method.BOOTSTRAP), 9, 18)) is expected


@pytest.mark.parametrize(
    ("interval", "items", "expected"),
    [
        (NoInterval.PERFECT, 10, Verdict.RELIABLE),
        (NoInterval.PERFECT, 9, Verdict.OPEN),
        (NoInterval.NOT_ASKED, 9, Verdict.RELIABLE),
        *((reason, 99, Verdict.OPEN) for reason in NoInterval if reason.name not in {"PERFECT", "NOT_ASKED"}),
    ],
)
def test_without_an_interval_few_items_tell_nothing(interval: NoInterval, items: int, expected: Verdict) -> None:
    assert verdict(Alpha(1.0, interval, items, 2 * items)) is expected


def test_every_fault_of_the_marks_at_once() -> None:
    given = [
        PanelMark("36.03", "policy", "a", Decimal(2)),
        PanelMark("36.03", "policy", "a", Decimal(3)),
        PanelMark("36.03", "budget", "a", Decimal("NaN")),
    ]
    with pytest.raises(AgreementFaults) as caught:
        assess_agreement(given)
    assert [(fault.code, fault.place) for fault in caught.value.faults] == [
        ("marked-twice", "36.03, policy, a"),
        ("not-a-number", "36.03, budget, a"),
    ]


def test_whole_sheets_give_the_report_of_single_marks() -> None:
    generator = np.random.default_rng(8)
    sheets = [
        (region, who) for region in ("r2", "r1", "r3", "r4") for who in ("b", "a", "c") if (region, who) != ("r3", "a")
    ]
    values = generator.integers(0, 5, (len(sheets), 3)).astype(float)
    values[1, 2] = values[4, 0] = X
    codes = ("x", "y", "z")
    marks = [
        PanelMark(region, code, who, Decimal(str(value)))
        for (region, who), row in zip(sheets, values, strict=True)
        for code, value in zip(codes, row, strict=True)
        if not np.isnan(value)
    ]
    report = assess_agreement(marks)
    table = MarkTable.of_sheets([r for r, _ in sheets], [w for _, w in sheets], codes, values)
    assert agreement_over_all(table) == report.over_all
    assert {code: agreement_on(table, code) for code in codes} == report.indicators
    assert agreement_by_assessor(table) == report.assessors


def test_intervals_of_the_icc_are_made_only_where_they_are_asked_for() -> None:
    sheets = [(f"r{place}", who) for place in range(6) for who in "abc" if (place, who) != (2, "b")]
    values = np.random.default_rng(9).integers(0, 5, (len(sheets), 2)).astype(float)
    table = MarkTable.of_sheets([r for r, _ in sheets], [w for _, w in sheets], ("x", "y"), values)
    quick, whole = agreement_on(table, "y", icc=Sampling(draws=0)), agreement_on(table, "y")
    assert quick.alpha == whole.alpha
    assert not isinstance(quick.icc, NoCoefficient)
    assert not isinstance(whole.icc, NoCoefficient)
    assert quick.icc.single.value == whole.icc.single.value
    assert quick.icc.single.interval is NoInterval.NOT_ASKED
    assert isinstance(whole.icc.single.interval, Interval)


def test_two_sheets_of_one_assessor_are_refused() -> None:
    with pytest.raises(ValueError, match="two sheets"):
        MarkTable.of_sheets(("r", "r"), ("a", "a"), ("x",), np.ones((2, 1)))
