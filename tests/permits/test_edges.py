"""The last that is allowed and the first that is not: levies, entries of investors, places, quarters, drawings."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from pilar.permits.reference.services import demonstrated
from pilar.permits.rules import investment, places, register
from pilar.permits.rules.drawing import DOWN, GAP, LINE, PAD, WIDE, drawing
from pilar.permits.rules.forecast import Coverage, Past, quantile
from pilar.permits.rules.investment import Capital, OssEntry, PotentialEntry, PotentialKind, RealisedEntry
from pilar.permits.rules.letters import Template, Written
from pilar.permits.rules.levies import Account, Interest, LevyRow, LevyState, PaymentRow, account, interest_on
from pilar.permits.rules.measures import Finished, figures
from pilar.permits.rules.objections import Span
from pilar.permits.rules.places import Point
from pilar.permits.rules.quarterly import days_of
from pilar.permits.rules.services import (
    Applicant,
    Fee,
    Gap,
    Limit,
    Service,
    Stage,
    StageKind,
    Status,
    Validity,
    gaps,
    is_open,
)
from pilar.platform import hooks
from pilar.platform.language import Bilingual

DUE = dt.date(2026, 3, 31)
MILLION = Decimal(1_000_000)
RULE = Interest(Decimal(2), 3, "Perda", "https://contoh.invalid/")
CODES = {"86201", "8620", "86", "Q"}
DISTRICTS = {"36.03.01": "Balaraja"}


def places_of(faults: list[Any]) -> list[str]:
    return [one.place for one in faults]


def test_being_late_costs_by_the_month_and_no_more_than_the_rule_says() -> None:
    def owed(day: dt.date, *paid: tuple[dt.date, int]) -> int:
        return int(interest_on(MILLION, RULE, DUE, day, [(on, Decimal(one)) for on, one in paid]))

    assert [owed(dt.date(2026, month, 1)) for month in (4, 5, 6, 7)] == [20_000, 40_000, 60_000, 60_000]
    assert owed(dt.date(2027, 3, 31)) == 60_000
    half = (dt.date(2026, 4, 30), 500_000)
    assert owed(dt.date(2026, 5, 31), half) == 30_000, "half of it was paid before the second month began"
    assert owed(dt.date(2026, 5, 31), (dt.date(2026, 5, 1), 500_000)) == 40_000
    assert owed(dt.date(2026, 5, 31), (dt.date(2026, 3, 1), 1_500_000)) == 0, "too much is no interest to get"


def test_a_levy_that_is_paid_too_late_owes_what_the_day_says() -> None:
    late = dt.date(2026, 5, 1)
    found = account(MILLION, RULE, DUE, [(late, MILLION)], late)
    assert (found.settled_on, found.left, found.over) == (None, Decimal(40_000), Decimal(0))
    found = account(MILLION, RULE, DUE, [(late, Decimal(1_050_000))], dt.date(2026, 9, 1))
    assert (found.settled_on, found.left, found.over) == (late, Decimal(0), Decimal(10_000))


def levy(state: LevyState = LevyState.OPEN, *, paid: tuple[int, ...] = (), owed: int = 100, code: str = "x") -> LevyRow:
    rows = tuple(PaymentRow(1, "r", DUE, Decimal(one), "") for one in paid)
    held = Account(Decimal(sum(paid)), Decimal(owed), None)
    return LevyRow(
        1, 1, "K", "36.03", "SKRD", Decimal(owed), "", {}, DUE, DUE, state, "", code, held, Decimal(0), rows
    )  # fmt: skip


def test_a_levy_says_how_far_it_is() -> None:
    assert (levy().by_code, levy(code="").by_code, levy(paid=(1,)).by_code) == (True, False, False)
    assert (levy(LevyState.PAID).by_code, levy(LevyState.VOID).left, levy(paid=(40,)).left) == (False, 0, 60)
    names = [
        levy().state_name, levy(paid=(40,)).state_name, levy(LevyState.PAID, paid=(100,)).state_name,
        levy(LevyState.PAID, paid=(101,)).state_name, levy(LevyState.VOID, paid=(1,)).state_name,
    ]  # fmt: skip
    assert len({*names}) == 5
    tones = [levy(LevyState.PAID, paid=(one,)).tone for one in (100, 101)]
    assert tones == ["positive", "caution"]
    assert [levy(paid=one).given_back for one in ((5,), (5, -1), (5, 0))] == [False, True, False]


def test_a_business_reports_a_quarter() -> None:
    entry = RealisedEntry(2026, 1, "PT Contoh", "1" * 13, "86201", Capital.PMA, Decimal(0), Decimal(0))

    def told(**changed: Any) -> list[str]:
        return places_of(investment.realised_faults(replace(entry, **changed), CODES, DISTRICTS))

    fine = [{}, {"quarter": 4}, {"year": 2010}, {"year": 2099}, {"district": "36.03.01"}]
    assert [told(**one) for one in fine] == [[]] * len(fine)
    for field, values in {
        "quarter": (0, 5), "year": (2009, 2100), "planned": (Decimal(-1),), "realised": (Decimal(-1),),
        "district": ("36.03.02",), "business": (" ",), "nib": ("1" * 12, "1" * 14, "x" * 13),
        "kbli": ("8620", "86202", "Q"),
    }.items():  # fmt: skip
        for value in values:
            assert told(**{field: value}) == [field], value


def test_a_plot_is_meant_for_codes_and_has_a_source() -> None:
    entry = PotentialEntry("kavling-1", PotentialKind.PLOT, "Kavling", "assumption")

    def told(**changed: Any) -> list[str]:
        return places_of(investment.potential_faults(replace(entry, **changed), CODES, DISTRICTS))

    fine = [
        {},
        {"kbli": ("86", "8620")},
        {"source": "https://contoh.invalid"},
        {"area": Decimal("0.01")},
        {"code": "a" * 40},
    ]
    assert [told(**one) for one in fine] == [[]] * len(fine)
    for field, values in {
        "code": ("", "A", "-a", "a" * 41), "name": (" ",), "source": ("http://contoh.invalid", ""),
        "area": (Decimal(0), Decimal(-1)), "kbli": (("Q",), ("86", "99")), "district": ("x",),
    }.items():  # fmt: skip
        for value in values:
            assert told(**{field: value}) == [field], value


def test_what_the_oss_says_has_a_level_of_risk_or_none() -> None:
    entry = OssEntry("1" * 13, "86201", "PT Contoh", "aktif", DUE)
    told = [places_of(investment.oss_faults(replace(entry, risk=one), CODES, {"low"})) for one in ("", "low", "high")]
    assert told == [[], [], ["risk"]]


def test_codes_and_sums_of_investment() -> None:
    assert [investment.covers(one, "86201") for one in ((), ("86",), ("86201",), ("862012",), ("85", "862"))] == [
        True, True, True, False, True,
    ]  # fmt: skip
    rows = [(Capital.PMA, Decimal(1), Decimal(2), 3), (Capital.PMDN, Decimal(10), Decimal(20), 30)] * 2
    assert investment.sums(rows) == {"": (22, 44, 66), "pma": (2, 4, 6), "pmdn": (20, 40, 60)}
    assert investment.sums([]) == {"": (0, 0, 0)}


def test_distances_are_those_of_the_sphere() -> None:
    def far(*degrees: str) -> int:
        one, other = Point(Decimal(degrees[0]), Decimal(degrees[1])), Point(Decimal(degrees[2]), Decimal(degrees[3]))
        assert places.metres(one, other) == places.metres(other, one)
        return places.metres(one, other)

    assert far("0", "106", "1", "106") == 111_195
    assert far("0", "106", "0", "107") == 111_195
    assert far("-6", "106", "-6", "107") == 110_586
    assert far("-6", "106", "-7", "107") == 156_748
    assert far("-8", "110", "3", "98") == 1_807_665


@pytest.mark.parametrize(
    ("latitude", "longitude", "inside"),
    [
        ("-12", "94", True), ("7", "142", True), ("-12.00001", "94", False), ("-12", "93.99999", False),
        ("7.00001", "142", False), ("7", "142.00001", False),
    ],
)  # fmt: skip
def test_indonesia_lies_between_its_lines(latitude: str, longitude: str, inside: bool) -> None:
    assert places.in_indonesia(Decimal(latitude), Decimal(longitude)) is inside
    written = f"{Decimal(latitude):.5f} {Decimal(longitude):.5f}"
    assert (places.read_point(written) is not None) is inside


def test_what_is_read_as_a_place_has_eighty_characters_at_most() -> None:
    text = "-6.1701, 106.6403"
    assert places.read_point(f"-6.1701, 106.{'6' * 67}") is not None
    assert places.read_point(f"-6.1701, 106.{'6' * 68}") is None
    assert places.read_point(text) == Point(Decimal("-6.17010"), Decimal("106.64030"))


def test_quarters_follow_each_other_without_a_day_between() -> None:
    quarters = [days_of(year, quarter) for year in (2023, 2024) for quarter in (1, 2, 3, 4)]
    assert quarters[0] == (dt.date(2023, 1, 1), dt.date(2023, 3, 31))
    assert quarters[-1] == (dt.date(2024, 10, 1), dt.date(2024, 12, 31))
    assert all(one[1] + dt.timedelta(days=1) == other[0] for one, other in pairwise(quarters))


def test_a_system_is_told_again_after_each_pause_and_no_more_after_the_last() -> None:
    now = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    told = [hooks.next_try(attempts, now) for attempts in range(1, len(hooks.PAUSES) + 2)]
    assert told == [*(now + pause for pause in hooks.PAUSES), None]


def test_a_month_ends_within_the_month() -> None:
    def after(day: dt.date, months: int) -> dt.date:
        return Span(months=months).after(day, None)  # type: ignore[arg-type]

    assert after(dt.date(2026, 8, 31), 6) == dt.date(2027, 2, 28)
    assert after(dt.date(2026, 12, 1), 1) == dt.date(2027, 1, 1)
    assert after(dt.date(2026, 11, 30), 1) == dt.date(2026, 12, 30)
    assert after(dt.date(2026, 1, 15), 12) == dt.date(2027, 1, 15)


def test_a_paragraph_without_facts_is_left_out() -> None:
    letter = Template("Judul", ("Halo.", "Karena {reason}.", "{day}, {place}"))
    assert letter.filled({"reason": "", "day": "", "place": "Tigaraksa"}).text == "Halo.\n\n, Tigaraksa"
    assert letter.filled({"reason": "x", "day": "", "place": ""}).text == "Halo.\n\nKarena x."
    signs = [Written("a", "b").sign, Written("a", "c").sign, Written("c", "b").sign]
    assert (len({*signs}), len(signs[0])) == (3, 32)


def test_a_person_stands_in_the_register_by_initials_and_a_permit_until_its_last_day() -> None:
    named = [register.initials(one) for one in ("siti nur halimah", "dr. Budi Santoso, Sp.A", "")]
    assert named == ["S. N. H.", "D. B. S.", ""]
    row = register.PermitRow(
        1, "1/IP", "36.03", "sip", "SIP", "S.", "Balaraja", DUE, DUE, register.PermitState.VALID, 1, synthetic=False
    )  # fmt: skip
    assert [row.over(DUE + dt.timedelta(days=days)) for days in (0, 1)] == [False, True]


def test_a_service_with_a_gap_or_an_end_takes_nothing() -> None:
    def stage(key: str, kind: StageKind, *after: str) -> Stage:
        return Stage(key, kind, Bilingual(key, key), "officer", after=after)

    whole = Service(
        "s", Bilingual("S", "S"), "36.03", "36.03", "https://contoh.invalid", Status.OFFICIAL,
        applicants=(Applicant.PERSON,), limit=Limit(days=3), fee=Fee(free=True), validity=Validity(years=1),
        stages=(stage("a", StageKind.CHECK), stage("b", StageKind.DECIDE, "a"), stage("c", StageKind.SIGN, "b")),
    )  # fmt: skip
    assert (gaps(whole), is_open(whole), is_open(replace(whole, closed="2026"))) == ((), True, False)
    for field, gap in (("limit", Gap.LIMIT), ("fee", Gap.FEE), ("validity", Gap.VALIDITY)):
        assert gaps(replace(whole, **{field: None})) == (gap,)
    for left_out in range(3):
        stages = tuple(one for place, one in enumerate(whole.stages) if place != left_out)
        assert gaps(replace(whole, stages=stages)) == (Gap.STAGES,)
    for wrong in ({"free": True, "formula": "1"}, {}):
        with pytest.raises(ValueError, match="Fee"):
            Fee(**wrong)
    for wrong in ({}, {"years": 1, "until": "x"}, {"cluster": {"a": Validity(cluster={"b": Validity(years=1)})}}):
        with pytest.raises(ValueError, match="Validity"):
            Validity(**wrong)


def test_the_boxes_of_a_drawing_stand_apart_within_it_and_each_line_ends_at_its_box() -> None:
    for service in demonstrated():
        if not service.stages:
            continue
        drawn = drawing(service, "Alur")
        wide, high = (int(one) for one in re.search(r'viewBox="0 0 (\d+) (\d+)"', drawn).groups())  # type: ignore[union-attr]
        boxes = [tuple(map(int, one)) for one in re.findall(r'x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"', drawn)]
        assert {width for _x, _y, width, _height in boxes} == {WIDE}
        by_top: dict[int, list[tuple[int, ...]]] = {}
        for box in boxes:
            by_top.setdefault(box[1], []).append(box)
        assert [len(row) for row in by_top.values()] == [len(level) for level in service.levels]
        widest = max(len(level) for level in service.levels)
        assert wide == widest * WIDE + (widest + 2) * GAP
        for row in by_top.values():
            assert all(other[0] - one[0] == WIDE + GAP for one, other in pairwise(row))
            around = row[0][0], wide - (row[-1][0] + WIDE)
            assert abs(around[0] - around[1]) <= GAP, "in the middle"
            assert min(around) >= GAP // 2
        tops = [*by_top]
        assert tops[0] == 2
        assert all(
            below == above + max(box[3] for box in by_top[above]) + DOWN for above, below in pairwise(tops)
        )  # fmt: skip
        assert high == max(box[1] + box[3] for box in boxes) + 2
        texts = [(int(x), int(y)) for x, y in re.findall(r'<text x="(\d+)" y="(\d+)"', drawn)]
        middles = {box[0] + WIDE // 2 for box in boxes}
        assert {x for x, _y in texts} == middles
        for left, top, _width, tall in boxes:
            inside = [y for x, y in texts if x == left + WIDE // 2 and top <= y <= top + tall]
            assert len(inside) * LINE + 2 * PAD == tall
            assert inside == [top + PAD + LINE * place + 11 for place in range(len(inside))]
        begins = re.findall(
            r'<path d="M(\d+) (\d+) C(\d+) (\d+) (\d+) (\d+) (\d+) (\d+)" fill="none" class="line', drawn
        )
        assert len(begins) == sum(len(one.after) for level in service.levels for one in level)
        bottoms = {(box[0] + WIDE // 2, box[1] + box[3]) for box in boxes}
        heads = {(box[0] + WIDE // 2, box[1] - 6) for box in boxes}
        for x, y, x1, y1, x2, y2, end_x, end_y in (tuple(map(int, one)) for one in begins):
            assert (x, y) in bottoms
            assert (x1, y1 - y) == (x, 18)
            assert (end_x, end_y) in heads
            assert (x2, end_y - y2) == (end_x, 16)


def test_the_share_that_is_finished_by_a_day() -> None:
    lasted = [(days, True) for days in (1, 2, 3, 4)]
    assert [quantile(lasted, level) for level in (0.25, 0.26, 0.5, 1)] == [1, 2, 2, 4]
    assert quantile([(1, False), (2, True), (3, False)], 0.5) == 2, "of the two that are left one ends"
    assert quantile([(1, True), (2, False)], 0.75) is None
    assert quantile([], 0.5) is None


def test_a_case_is_known_as_it_was_on_a_day() -> None:
    past = Past(("a", "b"), (1, 5), 9, finished=True)
    assert past.known_on(4) == Past(("a",), (1,), 4, finished=False)
    assert past.known_on(5) == Past(("a", "b"), (1, 5), 5, finished=False)
    assert past.known_on(9) == past
    assert replace(past, finished=False).known_on(9).finished is False
    assert (past.after(1), past.after(2)) == ((8, True), (4, True))


def test_figures_of_a_month() -> None:
    cases = [Finished(days, in_time=days < 5, returned=days == 1, issued=days != 2) for days in (1, 2, 3, 9)]
    found = figures(cases, Coverage(9, 10), ikm=Decimal(80), invested=Decimal(1_234_567_890))
    assert [str(one) for one in found.values()] == ["2", "9", "75.00", "25.00", "3", "90.00", "80", "1.23"]
    nothing = figures([], Coverage(0, 0))
    assert {*nothing.values()} == {Decimal(0)}
    assert len(nothing) == 1
