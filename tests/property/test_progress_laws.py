"""Laws of progress: totals of parts are the total of the whole; lights and shares move one way only."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from pilar.masterplan.rules.content import Activity, Better, Budget, Content, Fund, Target
from pilar.masterplan.rules.due import Life, ReportState, expected, open_reports
from pilar.masterplan.rules.framework import ProgressRules
from pilar.masterplan.rules.progress import (
    Light,
    Reported,
    Standing,
    done_share,
    in_year,
    light_of,
    planned_share,
    planned_shares,
    standing,
    target_reached,
)
from pilar.masterplan.rules.quarters import Quarter, due_on, last_due, quarters
from pilar.masterplan.rules.summary import Total, total, totals, year_lines
from pilar.masterplan.rules.targets import Figure, figures_at
from property.test_index_laws import law

RULES = ProgressRules("assumption", report_due_days=20, good_from=90, fair_from=70, realised_from=90)
FIRST, LAST = Quarter(2021, 1), Quarter(2025, 4)
ORDER = [Light.POOR, Light.FAIR, Light.GOOD]
TODAY = date(2026, 6, 1)
PARTS = ("governance_public_service", "economy_industry", "living_health")
PLACES = st.integers(FIRST.place, LAST.place)
QUARTERS = PLACES.map(lambda place: Quarter(place // 4, place % 4 + 1))
SHARES = st.fractions(0, 1, max_denominator=60)
NUMBERS = st.decimals(-1000, 1000, places=2)
WEIGHTS = st.decimals("0.01", 100, places=2)


@dataclass(frozen=True)
class One:
    """What totals are made of."""

    content: Content
    reports: tuple[Reported, ...]
    standing: Standing
    figures: tuple[Figure, ...]


@st.composite
def contents(draw: st.DrawFn) -> Content:
    count = draw(st.integers(1, 5))
    activities = []
    weights = draw(st.sampled_from([st.none(), WEIGHTS, st.none() | WEIGHTS]))
    for number in range(1, count + 1):
        ends = sorted(draw(st.tuples(QUARTERS, QUARTERS)))
        parent = draw(st.sampled_from([None, 1])) if number > 1 else None
        activities.append(Activity(number, "Kegiatan", ends[0], ends[1], parent, weight=draw(weights)))
    yearly = tuple((year, draw(NUMBERS)) for year in draw(st.sets(st.integers(2021, 2025))))
    better = draw(st.sampled_from(Better))
    base = draw(st.none() | NUMBERS)
    return Content(
        title="Program",
        part=draw(st.sampled_from(PARTS)),
        owner=draw(st.integers(1, 4)),
        activities=tuple(activities),
        weight=draw(weights),
        targets=(Target(1, "Indikator", "buah", better, base, yearly=tuple(sorted(yearly))),),
        budgets=(Budget(2022, Fund.APBD, Decimal(draw(st.integers(0, 10**9)))),),
    )


@st.composite
def programmes(draw: st.DrawFn, until: Quarter = LAST) -> One:
    content = draw(contents())
    numbers = [one.number for one in content.leaves]
    reports = tuple(
        Reported(
            quarter,
            done={number: draw(st.integers(0, 100)) for number in numbers},
            readings={1: draw(NUMBERS)} if draw(st.booleans()) else {},
            spent=Decimal(draw(st.integers(0, 10**9))),
        )
        for quarter in draw(st.sets(QUARTERS, max_size=6))
    )
    found = standing(content, reports, until, since=FIRST, today=date(2026, 6, 1), rules=RULES)
    return One(content, reports, found, figures_at(content, reports, until, {}))


@law
@given(st.lists(programmes(), max_size=8))
def test_totals_of_parts_are_the_total_of_the_whole(rows: list[One]) -> None:
    whole = total(rows)
    for key in (lambda one: one.content.owner, lambda one: one.content.part, lambda one: one.content.part[:3]):
        made = totals(rows, key)
        assert sum(made.values(), Total()) == whole
    assert sum(whole.lights.values()) == whole.programmes == len(rows)
    assert 0 <= whole.reached <= whole.known <= whole.targeted


def mean(weights: list[Decimal | None], shares: list[Fraction]) -> Fraction:
    """By weights where there is one for each share, otherwise all the same: counted otherwise than in the rules."""
    if any(weight is None for weight in weights):
        return sum(shares, Fraction(0)) / len(shares)
    parts = [int(weight * 100) for weight in weights if weight is not None]
    return sum((Fraction(part, sum(parts)) * share for part, share in zip(parts, shares, strict=True)), Fraction(0))


@law
@given(contents(), QUARTERS, st.lists(st.integers(0, 100), min_size=5, max_size=5))
def test_activities_count_by_their_weights_where_each_has_one(
    content: Content, quarter: Quarter, per_cent: list[int]
) -> None:
    parents = {one.parent for one in content.activities}
    leaves = [one for one in content.activities if one.number not in parents]
    weights = [one.weight for one in leaves]
    done = {one.number: per_cent[one.number - 1] for one in leaves}
    assert done_share(content, done) == mean(weights, [Fraction(done[one.number], 100) for one in leaves])
    over = [
        Fraction(
            sum(at <= quarter for at in quarters(one.starts, one.ends)), len([*quarters(one.starts, one.ends)])
        )
        for one in leaves
    ]  # fmt: skip
    assert planned_share(content, quarter) == mean(weights, over)


@law
@given(st.lists(programmes(), min_size=1, max_size=6))
def test_programmes_count_by_their_weights_where_each_has_one(rows: list[One]) -> None:
    weights = [one.content.weight for one in rows]
    found = total(rows)
    assert found.weighted is (None not in weights)
    assert found.planned_share == mean(weights, [one.standing.planned for one in rows])
    assert found.done_share == mean(weights, [one.standing.done or Fraction(0) for one in rows])
    years = range(2021, 2026)
    for line in year_lines([(one.content, one.reports) for one in rows], years, LAST, LAST, RULES):
        planned = [one for one in rows if one.content.planned_in(line.year)]
        assert line.weighted is (bool(planned) and all(one.content.weight is not None for one in planned))
        if planned:
            shares = [planned_share(one.content, Quarter(line.year, 4)) for one in planned]
            assert line.planned == mean([one.content.weight for one in planned], shares)


@law
@given(SHARES, SHARES, SHARES)
def test_more_done_is_never_a_worse_light(planned: Fraction, done: Fraction, more: Fraction) -> None:
    low, high = sorted((done, more))
    found = [light_of(planned, share, RULES) for share in (low, high)]
    if planned:
        assert ORDER.index(found[0]) <= ORDER.index(found[1])
        assert light_of(planned, planned, RULES) is Light.GOOD
    else:
        assert Light.POOR not in found
        assert Light.FAIR not in found


@law
@given(contents(), QUARTERS, QUARTERS)
def test_the_planned_share_grows_from_nothing_to_all(content: Content, one: Quarter, other: Quarter) -> None:
    early, late = sorted((one, other))
    assert 0 <= planned_share(content, early) <= planned_share(content, late) <= 1
    starts = min(activity.starts for activity in content.leaves)
    ends = max(activity.ends for activity in content.leaves)
    assert planned_share(content, starts.shifted(-1)) == 0
    assert planned_share(content, ends) == 1
    assert planned_shares(content, (early, late)) == (planned_share(content, early), planned_share(content, late))


@law
@given(contents(), st.integers(0, 100), st.integers(0, 100))
def test_the_done_share_grows_with_every_activity(content: Content, one: int, other: int) -> None:
    low, high = sorted((one, other))
    numbers = [activity.number for activity in content.leaves]
    assert done_share(content, dict.fromkeys(numbers, low)) == Fraction(low, 100)
    changed = {**dict.fromkeys(numbers, low), numbers[0]: high}
    assert Fraction(low, 100) <= done_share(content, changed) <= Fraction(high, 100)


@law
@given(st.lists(programmes(), max_size=6), QUARTERS)
def test_never_more_is_realised_than_was_planned(rows: list[One], until: Quarter) -> None:
    due = last_due(TODAY, RULES)
    # Reports after ``until`` do not count, so nobody is held to what was planned for a later quarter.
    then = TODAY if due <= until else due_on(until, RULES) + timedelta(days=1)
    found = year_lines([(one.content, one.reports) for one in rows], range(2021, 2026), until, due, RULES)
    for line in found:
        planned = [one for one in rows if one.content.planned_in(line.year)]
        assert line.programmes == len(planned)
        if line.year > until.year:
            assert (line.realised, line.done, line.spent) == (None, None, None)
            continue
        assert line.realised is not None
        assert line.realised <= line.programmes
        known = [[report for report in one.reports if report.quarter <= until] for one in planned]
        assert line.realised == sum(
            in_year(one.content, reports, line.year, today=then, rules=RULES).realised
            for one, reports in zip(planned, known, strict=True)
        )
    assert sum(line.budget for line in found) == sum(one.content.budget_of(2022) for one in rows)


@law
@given(contents(), st.integers(0, 3), st.dates(date(2023, 1, 1), date(2024, 12, 31)))
def test_who_is_on_schedule_in_the_last_report_due_is_realised(content: Content, number: int, today: date) -> None:
    """What was planned by the quarter, no more, and reported in time."""
    quarter = Quarter(2023, number + 1)
    planned = planned_share(content, quarter)
    numbers = [one.number for one in content.leaves]
    report = Reported(quarter, done=dict.fromkeys(numbers, math.ceil(planned * 100)))
    found = in_year(content, [report], 2023, today=today, rules=RULES)
    held = max(quarter, min(last_due(today, RULES), Quarter(2023, 4)))
    assert found.quarter == held
    if held == quarter:
        assert found.realised is bool(planned)
    assert due_on(last_due(today, RULES), RULES) < today <= due_on(last_due(today, RULES).shifted(1), RULES)


@law
@given(programmes(), st.dates(date(2020, 12, 1), date(2027, 1, 1)))
def test_every_quarter_has_one_state_and_what_is_open_is_due_or_late(one: One, today: date) -> None:
    life, known = Life(FIRST, LAST), {report.quarter for report in one.reports}
    found = expected(one.content, life, known, today=today, rules=RULES)
    assert [row.quarter for row in found] == [*quarters(FIRST, LAST)]
    wanted = tuple(row for row in found if row.state in (ReportState.DUE, ReportState.LATE))
    assert open_reports(one.content, life, known, today=today, rules=RULES) == wanted
    assert {row.quarter for row in found if row.state is ReportState.DONE} == known
    late = standing(one.content, one.reports, LAST, since=FIRST, today=today, rules=RULES).late
    assert late == tuple(row.quarter for row in wanted if row.state is ReportState.LATE)


@law
@given(contents(), NUMBERS, NUMBERS)
def test_a_better_value_never_reaches_less(content: Content, one: Decimal, other: Decimal) -> None:
    (target,) = content.targets
    for year, wanted in target.yearly:
        assert target_reached(target, wanted, year) == 1
        towards = target.better is Better.UP
        if target.base is not None and target.base != wanted:
            towards = wanted > target.base
        worse, better = sorted((one, other), reverse=not towards)
        low, high = (target_reached(target, value, year) for value in (worse, better))
        assert low is not None
        assert high is not None
        assert 0 <= low <= high
