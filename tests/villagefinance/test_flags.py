"""What in the books of a village is worth a question: each rule just before and just beyond its limit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilar.areas.reference import working_days
from pilar.platform.errors import Faults
from pilar.villagefinance import reference
from pilar.villagefinance.reference import flags as reader
from pilar.villagefinance.rules import auditing
from pilar.villagefinance.rules.auditing import FlagState, drawn, ranked
from pilar.villagefinance.rules.facts import Booked, Copied, Facts, Moved, Paid, Priced
from pilar.villagefinance.rules.flags import CHECKS, LIMITS, FlagRules, Found, flags

MILLION = Decimal(1_000_000)
TODAY = date(2025, 12, 31)


@pytest.fixture(scope="module")
def rules() -> FlagRules:
    return reference.flag_rules(region="36.03", day=TODAY, calendar=working_days("36.03"))


def paid(number: int, millions: int, day: int, payee: str = "CV Maju", **more: Any) -> Paid:
    return Paid(number, date(2025, 3, 1) + timedelta(day), "2.3.10", payee, millions * MILLION, **more)


def booked(amounts: Iterable[Any], day: date = date(2025, 3, 1), late: int = 0) -> tuple[Booked, ...]:
    return tuple(Booked(place, day, day + timedelta(late), Decimal(one)) for place, one in enumerate(amounts, 1))


def raised(rules: FlagRules, **known: Any) -> list[Found]:
    return list(flags(Facts(2025, known.pop("today", TODAY), **known), rules))


def names(found: Iterable[Found]) -> list[str]:
    return [one.rule for one in found]


def test_there_is_a_check_for_each_rule_and_a_rule_for_each_check(rules: FlagRules) -> None:
    assert {one.origin.rule for one in rules.rules} == set(CHECKS) == set(LIMITS)
    assert all(one.title.id and one.title.en and one.weight for one in rules.rules)


def test_nothing_is_worth_a_question_where_nothing_happened(rules: FlagRules) -> None:
    assert raised(rules) == []


def test_a_payment_that_was_split_below_the_threshold(rules: FlagRules) -> None:
    (found,) = raised(rules, paid=(paid(1, 20, 0), paid(2, 25, 3, "cv  maju"), paid(3, 10, 13), paid(4, 10, 40)))
    assert (found.rule, found.amount, found.inputs["requests"]) == ("split", 55 * MILLION, [1, 2, 3])
    assert raised(rules, paid=(paid(1, 20, 0), paid(2, 29, 3))) == []
    assert raised(rules, paid=(paid(1, 30, 0), paid(2, 30, 14))) == []
    assert raised(rules, paid=(paid(1, 30, 0), paid(2, 30, 3, "CV Lain"))) == []
    assert raised(rules, paid=(paid(1, 60, 0),)) == []


def test_the_same_split_stays_the_same_flag_when_more_is_paid(rules: FlagRules) -> None:
    before, after = ((paid(1, 30, 0), paid(2, 30, 3)), (paid(1, 30, 0), paid(2, 30, 3), paid(3, 5, 5)))
    assert {one.subject for one in raised(rules, paid=before)} == {one.subject for one in raised(rules, paid=after)}


def test_the_same_evidence_twice(rules: FlagRules) -> None:
    (found,) = raised(rules, copied=(Copied("ab" * 32, (3, 7), TODAY, MILLION, 1),))
    assert (found.rule, found.inputs["requests"], found.inputs["elsewhere"]) == ("evidence", (3, 7), 1)


def test_wages_and_honoraria_of_an_official_are_a_question_above_what_is_usual(rules: FlagRules) -> None:
    work = {"work": True, "own": True, "villages": 40, "cash": True}
    few = [paid(number, 2, number, "Kepala", **work) for number in (1, 2, 3)]
    assert raised(rules, paid=(*few, paid(4, 90, 4, "Asep", work=True))) == []
    (one,) = raised(rules, paid=(*few, paid(4, 1, 4, "Kepala", **work)))
    assert (one.rule, one.version, one.amount, one.inputs["limit"]) == ("official", 2, 7 * MILLION, 6 * MILLION)


def test_a_payee_who_is_an_official_and_one_in_many_villages(rules: FlagRules) -> None:
    found = raised(rules, paid=(paid(1, 1, 0, "Budi", own=True), paid(2, 2, 9, "BUDI", own=True)))
    assert [(one.rule, one.amount) for one in found] == [("official", 3 * MILLION)]
    assert names(raised(rules, paid=(paid(1, 1, 0, villages=10),))) == ["supplier"]
    assert raised(rules, paid=(paid(1, 1, 0, villages=9),)) == []


def test_an_advance_is_late_after_ten_working_days(rules: FlagRules) -> None:
    moved = (Moved("1.1.4", "2.3.10", date(2025, 6, 10), MILLION),)
    assert raised(rules, moved=moved, today=date(2025, 6, 24)) == []
    (found,) = raised(rules, moved=moved, today=date(2025, 6, 26))
    assert (found.rule, found.day, found.inputs["activity"]) == ("advance", date(2025, 6, 24), "2.3.10")


def test_what_comes_back_is_of_the_oldest_advance(rules: FlagRules) -> None:
    first, second = date(2025, 2, 3), date(2025, 11, 3)
    moved = (
        Moved("1.1.4", "2.3.10", first, 5 * MILLION), Moved("1.1.4", "2.3.10", date(2025, 2, 10), -5 * MILLION),
        Moved("1.1.4", "2.3.10", second, 2 * MILLION), Moved("1.1.4", "2.3.10", date(2025, 11, 4), -MILLION),
    )  # fmt: skip
    (found,) = raised(rules, moved=moved)
    assert (found.inputs["first"], found.amount) == (second, MILLION)


def test_a_tax_is_held_past_its_date(rules: FlagRules) -> None:
    moved = (
        Moved("7.1.1", "pph23", date(2025, 1, 1), -MILLION), Moved("7.1.1", "pph23", date(2025, 3, 4), -2 * MILLION),
        Moved("7.1.1", "pph23", date(2025, 3, 30), -MILLION),
    )  # fmt: skip
    found = raised(rules, moved=moved)
    # What the year began with was withheld in the year before. 15 March 2025 was a Saturday.
    assert [(one.rule, one.inputs["due"], one.amount) for one in found] == [
        ("tax", date(2025, 1, 15), MILLION), ("tax", date(2025, 4, 15), 3 * MILLION),
    ]  # fmt: skip
    remitted = (*moved, Moved("7.1.1", "pph23", date(2025, 4, 10), 4 * MILLION))
    assert raised(rules, moved=remitted) == []
    assert raised(rules, moved=moved[1:], today=date(2025, 4, 15)) == []


def test_a_price_above_the_neighbours_or_the_standard(rules: FlagRules) -> None:
    def priced(price: int, villages: int = 5) -> tuple[Priced, ...]:
        return (Priced("semen", "sak", Decimal(price), MILLION, Decimal(60_000), villages),)

    assert names(raised(rules, priced=priced(90_001))) == ["price"]
    assert raised(rules, priced=priced(90_000)) == []
    assert raised(rules, priced=priced(900_000, villages=4)) == []
    standard = FlagRules(
        rules.rules, rules.term, {("semen", "sak"): Decimal(65_000)}, rules.advance, rules.taxes, rules.calendar
    )
    (found,) = raised(standard, priced=priced(65_001, villages=1))
    assert (found.inputs["standard"], "median" in found.inputs) == (Decimal(65_000), False)


def test_spending_in_the_last_days_of_the_year(rules: FlagRules) -> None:
    def year(late: int) -> tuple[Booked, ...]:
        return booked([100 - late]) + booked([late], date(2025, 12, 22))

    assert raised(rules, booked=year(25)) == []
    (found,) = raised(rules, booked=year(26))
    assert (found.rule, found.amount, found.inputs["share"]) == ("last_days", 26, "26.0%")
    assert raised(rules, booked=booked([74]) + booked([26], date(2025, 12, 21))) == []


def test_too_many_round_amounts(rules: FlagRules) -> None:
    odd = [f"{one}123456.50" for one in range(1, 21)]
    assert raised(rules, booked=booked([*odd, *[5 * MILLION] * 30])) == []
    (found,) = raised(rules, booked=booked([*odd[:19], *[5 * MILLION] * 31]))
    assert (found.rule, found.inputs["payments"], found.amount) == ("round", 50, 155 * MILLION)
    assert raised(rules, booked=booked([MILLION] * 49)) == []


def test_first_digits_out_of_proportion(rules: FlagRules) -> None:
    natural = [f"{10 ** (1 + one / 60):.2f}" for one in range(300)]
    assert raised(rules, booked=booked(natural)) == []
    invented = [f"{one % 9 + 1}234.50" for one in range(300)]
    (found,) = raised(rules, booked=booked(invented))
    assert (found.rule, sum(found.inputs["digits"])) == ("digits", 300)
    assert raised(rules, booked=booked(invented[:299])) == []


def test_cash_over_its_limit_is_one_flag_as_long_as_it_lasts(rules: FlagRules) -> None:
    days = [(2, 10), (5, 1), (6, 4), (9, -12), (20, 8)]
    moved = tuple(Moved("1.1.1.01", "1", date(2025, 5, day), amount * MILLION) for day, amount in days)
    first, second = raised(rules, moved=moved, today=date(2025, 5, 16))
    assert (first.day, first.amount, second.day) == (date(2025, 5, 5), 15 * MILLION, date(2025, 5, 20))
    assert names(raised(rules, moved=moved[:3], today=date(2025, 5, 12))) == ["cash"]
    assert raised(rules, moved=moved[:1], today=date(2025, 5, 12)) == []


def test_cash_that_lies_in_the_box_for_too_long(rules: FlagRules) -> None:
    moved = tuple(
        Moved("1.1.1.01", "1", date(2025, 5, day), amount * MILLION) for day, amount in ((2, 5), (4, 1), (9, -2))
    )
    assert raised(rules, moved=moved, today=date(2025, 5, 12)) == []
    (found,) = raised(rules, moved=moved, today=date(2025, 5, 13))
    assert (found.rule, found.amount, found.inputs["first"]) == ("cash", 3 * MILLION, date(2025, 5, 2))
    (later,) = raised(rules, moved=moved, today=date(2025, 5, 31))
    assert (later.subject, later.amount) == (found.subject, 4 * MILLION)


def test_a_supplier_paid_in_cash_above_the_limit(rules: FlagRules) -> None:
    assert raised(rules, paid=(paid(1, 10, 0, cash=True), paid(2, 11, 0))) == []
    (found,) = raised(rules, paid=(paid(3, 11, 0, cash=True, reason="Bank tutup"),))
    assert (found.rule, found.subject, found.inputs["reason"]) == ("cash_paid", "3", "Bank tutup")


def test_a_cluster_of_backdated_entries(rules: FlagRules) -> None:
    (found,) = raised(rules, booked=booked([1] * 10, late=15))
    assert (found.rule, len(found.inputs["entries"]), found.inputs["recorded"]) == ("backdated", 10, date(2025, 3, 16))
    assert raised(rules, booked=booked([1] * 10, late=14)) == []
    assert raised(rules, booked=booked([1] * 9, late=99)) == []


def test_a_limit_that_is_none_is_refused(tmp_path: Any) -> None:
    text = (reference.flags.data_folder() / "villagefinance" / "flags.yaml").read_text(encoding="utf-8")
    for before, after in (("share: 0.25", "share: 0"), ("    times: 1.5\n", ""), ("rule: cash", "rule: gold")):
        path = tmp_path / f"{len(after)}.yaml"
        path.write_text(text.replace(before, after), encoding="utf-8")
        with pytest.raises(Faults):
            reader._read(path)


def test_villages_come_by_the_weight_of_their_flags() -> None:
    counted = [
        ("a", "evidence", FlagState.ANSWERED, 1), ("b", "split", FlagState.CLOSED, 1), ("b", "tax", FlagState.TOLD, 1),
        ("c", "evidence", FlagState.FALSE_ALARM, 9), ("d", "tax", FlagState.TOLD, 1),
    ]  # fmt: skip
    found = ranked(counted, {"evidence": 5, "split": 3, "tax": 2})
    assert [(one.rank, one.village, one.score, one.flags, one.open) for one in found] == [
        (1, "a", 5, 1, 1), (1, "b", 5, 2, 1), (3, "d", 2, 1, 1),
    ]  # fmt: skip


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=60), st.integers(1, 40), st.text(max_size=8))
def test_a_sample_has_its_size_and_is_found_again(amounts: list[int], size: int, seed: str) -> None:
    items = [(at, Decimal(one)) for at, one in enumerate(amounts)]
    total = Decimal(sum(amounts))
    found = dict(drawn(items, total, size=size, seed=seed))
    assert sum(found.values()) == size
    assert dict(drawn(items, total, size=size, seed=seed)) == found
    # Whatever is larger than the interval is drawn for sure, and no item by more points than fit into it.
    assert all(abs(found.get(at, 0) - amount * size / total) < 1 for at, amount in items)


def test_each_rupiah_has_the_same_chance() -> None:
    items = [("small", Decimal(10)), ("large", Decimal(90))]
    hits = [next(drawn(items, Decimal(100), size=1, seed=str(one)))[0] for one in range(2_000)]
    assert 140 < hits.count("small") < 260


def test_a_flag_goes_from_the_village_to_the_inspectorate() -> None:
    """A verdict can be corrected by another one, or by other reasons."""
    ways = {(one.source.value, one.target.value) for one in auditing.FLAGS.all}
    assert ways == {
        ("raised", "told"), ("raised", "answered"), ("told", "answered"), ("answered", "answered"),
        ("told", "closed"), ("told", "false_alarm"),
        ("answered", "closed"), ("answered", "false_alarm"),
        ("closed", "closed"), ("closed", "false_alarm"), ("false_alarm", "closed"), ("false_alarm", "false_alarm"),
    }  # fmt: skip
