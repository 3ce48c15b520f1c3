"""A budget drawn up, agreed, evaluated, enacted and carried out: who may, in which order, and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from pilar.people.rules import SCHEDULE, Standing
from pilar.platform.errors import Faults, NotAllowed
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import BudgetAmount, BudgetStep, BudgetVersion, CashPlan, Ceiling
from pilar.villagefinance.operations import ChangeUnderWay, NothingToChange
from pilar.villagefinance.operations.drafting import spread
from pilar.villagefinance.queries.budgets import budget, lacking, sheet_of, stored_sheet
from pilar.villagefinance.queries.comparing import compared
from pilar.villagefinance.queries.versions import versions, waiting_since
from pilar.villagefinance.rules.budgets import BudgetElsewhere, BudgetKind
from pilar.villagefinance.rules.evaluation import BudgetRow, Posts
from pilar.villagefinance.rules.refusals import Refused
from villagefinance import drafting
from villagefinance.drafting import AT, COMING, DAY, DRAWN
from villagefinance.drafts import POSTS, row, rows
from villagefinance.world import PEOPLE, VILLAGE, World

pytestmark = pytest.mark.django_db


def state(number: int = 1, year: int = COMING) -> str:
    return str(BudgetVersion.objects.get(village=VILLAGE, year=year, number=number).state)


def codes(error: pytest.ExceptionInfo[Faults]) -> list[str]:
    return [one.code for one in error.value.faults]


def test_a_budget_goes_from_draft_to_its_documents_of_execution(world: World) -> None:
    drafting.check(world)
    with pytest.raises(BudgetElsewhere):
        do.enact_budget(by=PEOPLE["head"], **AT, regulation="x", elaboration="x", day=DAY, now=DRAWN)
    do.approve_execution(by=PEOPLE["head"], **AT, now=DRAWN)
    (found,) = versions(VILLAGE, COMING, scope=PEOPLE["council"])
    assert [one.act for one in found.steps] == [
        "agreed", "submitted", "evaluated", "enacted", "checked", "approved",
    ]  # fmt: skip
    who = ("council", "head", "camat", "head", "secretary", "head")
    assert [one.by for one in found.steps] == [PEOPLE[one].actor.name.reference for one in who]
    assert (found.rule_number, found.in_force_from, found.approved is not None) == ("1/2026", DAY, True)
    whole = budget(VILLAGE, COMING, 1, scope=PEOPLE["camat"])
    assert whole.draft.total("4") == Decimal(1_650_000_000)
    assert not whole.unplanned


def test_a_draft_without_balance_is_not_agreed_and_says_why(world: World) -> None:
    drafting.draft(world, [*rows()[1:]])
    with pytest.raises(Faults) as refused:
        do.agree_budget(by=PEOPLE["council"], **AT, minutes="BA 1", day=DAY, now=DRAWN)
    assert codes(refused) == ["form-broken"]
    assert state() == "draft"


def test_rules_that_do_not_hold_let_the_camat_return_a_budget_alone(world: World) -> None:
    drafting.submit(world, changed("1.1.01 5.1.1.01 ADD 20000000", "1.1.04 5.2.1.01 ADD 210000000"))
    given = {"letter": "900/1", "day": DAY, "now": DRAWN}
    with pytest.raises(Faults) as refused:
        do.evaluate_budget(by=PEOPLE["camat"], **AT, fit=True, **given)
    assert codes(refused) == ["rules-broken"]
    do.evaluate_budget(by=PEOPLE["camat"], **AT, fit=False, told="Siltap kurang", **given)
    found = versions(VILLAGE, COMING, scope=PEOPLE["head"])[0]
    assert found.steps[-1].due is not None
    kept = stored_sheet(found)
    assert kept is not None
    assert kept == sheet_of(budget(VILLAGE, COMING, 1, scope=PEOPLE["head"]), now=DRAWN)
    assert [one.code for one in kept.faults] == ["income-too-low"]
    assert {one.origin.version for one in kept.checks} >= {1}
    with pytest.raises(Faults):
        do.agree_budget(by=PEOPLE["council"], **AT, minutes="BA 2", day=DAY, now=DRAWN)
    do.set_lines(
        by=PEOPLE["secretary"], **AT, activities={"1.1.01"}, given=drafting.given([row("1.1.01 5.1.1.01 ADD 30000000")])
    )
    do.set_lines(
        by=PEOPLE["secretary"], **AT, activities={"1.1.04"},
        given=drafting.given([row("1.1.04 5.2.1.01 ADD 200000000")]),
    )  # fmt: skip
    do.agree_budget(by=PEOPLE["council"], **AT, minutes="BA 2", day=DAY, now=DRAWN)
    assert state() == "corrected"
    do.enact_budget(by=PEOPLE["head"], **AT, regulation="1/2026", elaboration="2/2026", day=DAY, now=DRAWN)
    assert state() == "enacted"


def test_what_is_not_corrected_in_time_the_camat_cancels(world: World) -> None:
    drafting.evaluate(world, fit=False)
    with pytest.raises(NotAllowed):
        do.drop_budget(by=PEOPLE["secretary"], **AT, reason="Uji", now=DRAWN)
    with pytest.raises(Faults) as refused:
        do.drop_budget(by=PEOPLE["camat"], **AT, reason="Uji", now=DRAWN)
    assert codes(refused) == ["still-time"]
    do.drop_budget(by=PEOPLE["camat"], **AT, reason="Uji", now=DRAWN + timedelta(days=60))
    assert state() == "dropped"
    assert do.begin_budget(by=PEOPLE["secretary"], village=VILLAGE, year=COMING, posts=POSTS) == 2


def test_silence_lets_a_budget_be_enacted_with_what_its_sheet_says(world: World) -> None:
    drafting.submit(world, changed("1.1.01 5.1.1.01 ADD 20000000", "1.1.04 5.2.1.01 ADD 210000000"))
    sent = versions(VILLAGE, COMING, scope=PEOPLE["head"])[0]
    waits = waiting_since(sent, DAY)
    assert waits is not None
    # 20 working days after 20 January 2026; 16 and 17 February are off for the Lunar New Year.
    assert waits.day == date(2026, 2, 19)
    assert do.deem_budgets(by=SCHEDULE, now=datetime(2026, 2, 19, 10, tzinfo=UTC)) == 0
    with pytest.raises(Faults) as late:
        do.evaluate_budget(
            by=PEOPLE["camat"], **AT, fit=False, letter="900/1", day=date(2026, 2, 19),
            now=datetime(2026, 2, 19, 17, 5, tzinfo=UTC),
        )  # fmt: skip
    assert codes(late) == ["silence-over"]
    assert do.deem_budgets(by=SCHEDULE, now=datetime(2026, 2, 19, 17, 30, tzinfo=UTC)) == 1
    assert state() == "deemed"
    with pytest.raises(NotAllowed):
        do.deem_budgets(by=PEOPLE["head"], now=DRAWN)
    later = datetime(2026, 2, 20, 3, tzinfo=UTC)
    do.enact_budget(
        by=PEOPLE["head"], **AT, regulation="1/2026", elaboration="2/2026", day=date(2026, 2, 20), now=later
    )
    assert BudgetVersion.objects.get(village=VILLAGE, year=COMING).in_force_from == date(2026, 2, 20)


@pytest.mark.parametrize("step", ["agree", "evaluate", "tell"])
def test_no_paper_is_of_a_day_to_come(world: World, step: str) -> None:
    later = {"day": DAY + timedelta(days=1), "now": DRAWN}
    act: Callable[[], None]
    if step == "agree":
        drafting.draft(world)
        act = partial(do.agree_budget, by=PEOPLE["council"], **AT, minutes="BA 1", **later)
    elif step == "evaluate":
        drafting.submit(world)
        act = partial(do.evaluate_budget, by=PEOPLE["camat"], **AT, fit=True, letter="900/1", **later)
    else:
        at = _change(world, BudgetKind.SHIFT, SHIFTED)
        act = partial(do.tell_council, by=PEOPLE["secretary"], **at, letter="12", **later)
    with pytest.raises(Faults) as refused:
        act()
    assert codes(refused) == ["day-to-come"]


def test_a_regulation_is_not_of_a_day_before_what_it_rests_on(world: World) -> None:
    early = DAY - timedelta(days=1)
    drafting.evaluate(world)
    with pytest.raises(Faults) as refused:
        do.enact_budget(by=PEOPLE["head"], **AT, regulation="1", elaboration="2", day=early, now=DRAWN)
    assert codes(refused) == ["day-too-early"]
    do.enact_budget(by=PEOPLE["head"], **AT, regulation="1", elaboration="2", day=DAY, now=DRAWN)
    at = {"village": VILLAGE, "year": COMING}
    at |= {"number": do.begin_change(by=PEOPLE["secretary"], **at, kind=BudgetKind.SHIFT, now=DRAWN)}
    do.tell_council(by=PEOPLE["secretary"], **at, letter="12", day=DAY, now=DRAWN)
    with pytest.raises(Faults) as refused:
        do.enact_budget(by=PEOPLE["head"], **at, elaboration="3", day=early, now=DRAWN)
    assert codes(refused) == ["day-too-early"]


def test_a_budget_is_enacted_neither_ahead_of_its_day_nor_before_its_year(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafting, "DAY", date(2025, 12, 30))
    monkeypatch.setattr(drafting, "DRAWN", datetime(2025, 12, 30, 3, tzinfo=UTC))
    drafting.evaluate(world)
    papers = {"regulation": "1/2026", "elaboration": "2/2026", "now": DRAWN}
    with pytest.raises(Faults) as refused:
        do.enact_budget(by=PEOPLE["head"], **AT, day=DAY + timedelta(days=1), **papers)
    assert codes(refused) == ["day-to-come"]
    do.enact_budget(by=PEOPLE["head"], **AT, day=date(2025, 12, 30), **papers)
    assert BudgetVersion.objects.get(village=VILLAGE, year=COMING).in_force_from == date(2026, 1, 1)


def test_what_is_agreed_is_written_again_only_after_it_is_taken_back(world: World) -> None:
    drafting.agree(world)
    with pytest.raises(BudgetElsewhere):
        do.set_posts(by=PEOPLE["secretary"], **AT, posts=Posts(1, 1, 4))
    do.take_back_budget(by=PEOPLE["secretary"], **AT, reason="Salah hitung", now=DRAWN)
    do.set_posts(by=PEOPLE["secretary"], **AT, posts=Posts(1, 1, 4))
    assert versions(VILLAGE, COMING, scope=PEOPLE["head"])[0].posts == Posts(1, 1, 4)


@pytest.mark.parametrize("fit", [True, False])
def test_what_is_evaluated_and_no_longer_keeps_the_rules_goes_the_whole_way_again(world: World, fit: bool) -> None:
    drafting.evaluate(world, fit=fit)
    if not fit:
        do.agree_budget(by=PEOPLE["council"], **AT, minutes="BA 2", day=DAY, now=DRAWN)
    drafting.grant()
    Ceiling.objects.create(
        region=VILLAGE[:5], village=VILLAGE, year=COMING, fund="DDS", number=2, amount=1, rule="Perbup 9", made_on=DAY
    )
    papers = {"regulation": "1/2026", "elaboration": "2/2026", "day": DAY, "now": DRAWN}
    with pytest.raises(Faults) as refused:
        do.enact_budget(by=PEOPLE["head"], **AT, **papers)
    assert codes(refused) == ["rules-broken"]
    do.take_back_budget(by=PEOPLE["secretary"], **AT, reason="Pagu turun", now=DRAWN)
    do.agree_budget(by=PEOPLE["council"], **AT, minutes="BA 3", day=DAY, now=DRAWN)
    assert state() == "agreed"
    with pytest.raises(BudgetElsewhere):
        do.enact_budget(by=PEOPLE["head"], **AT, **papers)


def test_lines_keep_their_key_and_lose_the_plan_that_is_theirs_no_more(world: World) -> None:
    drafting.draft(world)
    lines = {one.budgeted: one for one in budget(VILLAGE, COMING, 1, scope=PEOPLE["head"]).lines}
    road, path = row("2.3.10 5.3.5.03 DDS 300000000"), row("2.3.10 5.3.5.02 DDS 119700000")
    for one in (road, path):
        months = {lines[one].key: spread(one.amount)}
        do.set_cash_plan(by=PEOPLE["treasurer"], **AT, months=months)
    do.set_lines(by=PEOPLE["executor"], **AT, activities={"2.3.10"}, given=drafting.given([road]))
    after = {one.budgeted: one for one in budget(VILLAGE, COMING, 1, scope=PEOPLE["head"]).lines}
    assert after[road].key == lines[road].key
    assert after[road].planned
    assert path not in after
    assert {one.line for one in CashPlan.objects.filter(village=VILLAGE, year=COMING)} == {lines[road].key}


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("9.9.99 5.2.1.01 DDS 5", "unknown-activity", "0.activity"),
        ("2.3.10 4.2.1.01 DDS 5", "unknown-account", "0.account"),
        ("2.3.10 5.2.1 DDS 5", "unknown-account", "0.account"),
        ("2.3.10 5.2.1.01 XYZ 5", "unknown-fund", "0.fund"),
        ("2.3.10 5.2.1.01 DDS -5", "unfit-amount", "0.unit_price"),
    ],
)
def test_a_line_that_is_not_in_order_is_refused_at_its_place(world: World, text: str, code: str, place: str) -> None:
    drafting.draft(world)
    before = BudgetAmount.objects.filter(village=VILLAGE, year=COMING).count()
    wrong = drafting.given([row(text)])
    with pytest.raises(Faults) as refused:
        do.set_lines(by=PEOPLE["executor"], **AT, activities={text.split(maxsplit=1)[0]}, given=wrong)
    assert [(one.code, one.place) for one in refused.value.faults] == [(code, place)]
    assert BudgetAmount.objects.filter(village=VILLAGE, year=COMING).count() == before


def test_months_add_up_and_stay_once_the_dpa_is_checked_by_another_than_approves(world: World) -> None:
    drafting.enact(world)
    line = BudgetAmount.objects.filter(village=VILLAGE, year=COMING).order_by("line")[0]
    with pytest.raises(Faults) as refused:
        do.set_cash_plan(by=PEOPLE["treasurer"], **AT, months={line.line: [Decimal(1)] * 12})
    assert codes(refused) == ["months-differ"]
    with pytest.raises(Faults) as refused:
        do.check_execution(by=PEOPLE["secretary"], **AT, now=DRAWN)
    assert codes(refused) == ["cash-unplanned"]
    amounts = BudgetAmount.objects.filter(village=VILLAGE, year=COMING).values_list("line", "amount")
    do.set_cash_plan(by=PEOPLE["treasurer"], **AT, months={key: spread(amount) for key, amount in amounts})
    with pytest.raises(BudgetElsewhere):
        do.approve_execution(by=PEOPLE["head"], **AT, now=DRAWN)
    both = Standing(PEOPLE["secretary"].actor, (*PEOPLE["secretary"].memberships, *PEOPLE["head"].memberships))
    do.check_execution(by=both, **AT, now=DRAWN)
    with pytest.raises(BudgetElsewhere):
        do.set_cash_plan(by=PEOPLE["treasurer"], **AT, months={line.line: spread(line.amount)})
    with pytest.raises(Refused) as twice, transaction.atomic():
        do.approve_execution(by=both, **AT, now=DRAWN)
    assert twice.value.rule == "execution_of_two_people"
    do.approve_execution(by=PEOPLE["head"], **AT, now=DRAWN)
    assert versions(VILLAGE, COMING, scope=PEOPLE["head"])[0].approved


def test_the_council_sees_draft_last_year_and_plan_side_by_side(world: World) -> None:
    planned = [
        do.Planned("2.3.10", "Jalan RT 1", Decimal(300_000_000)), do.Planned("2.3.10", "RT 2", Decimal(100_000_000)),
        do.Planned("2.3.11", "Jembatan", Decimal(5)),
    ]  # fmt: skip
    do.set_plan(by=PEOPLE["secretary"], village=VILLAGE, year=COMING, given=planned)
    drafting.draft(world)
    found = budget(VILLAGE, COMING, 1, scope=PEOPLE["council"])
    shown = {one.code: (one.draft, one.before, one.planned) for one in compared(found, scope=PEOPLE["council"])}
    assert shown["2.3.10"] == (Decimal(419_700_000), Decimal(800), Decimal(400_000_000))
    assert shown["2.3.11"] == (None, None, Decimal(5))
    assert shown["1.1.03"] == (None, Decimal(400), None)
    faults = {one.code for one in sheet_of(found, now=DRAWN).faults}
    assert faults == {"unplanned"}
    assert [one.code for one in lacking(found)] == ["2.3.11"]


def test_a_change_begins_with_what_is_in_force_one_at_a_time(world: World) -> None:
    at = {"village": VILLAGE, "year": COMING}
    with pytest.raises(NothingToChange):
        do.begin_change(by=PEOPLE["secretary"], **at, kind=BudgetKind.AMENDED, now=DRAWN)
    drafting.enact(world)
    assert do.begin_change(by=PEOPLE["secretary"], **at, kind=BudgetKind.SHIFT, now=DRAWN) == 2
    old, new = (budget(VILLAGE, COMING, number, scope=PEOPLE["head"]) for number in (1, 2))
    assert new.lines == old.lines
    with pytest.raises(ChangeUnderWay):
        do.begin_change(by=PEOPLE["secretary"], **at, kind=BudgetKind.AMENDED, now=DRAWN)


SHIFTED = ("2.3.10 5.3.5.03 DDS 310000000", "2.3.10 5.3.5.02 DDS 109700000")
MOVED_ON = ("2.3.10 5.3.5.03 DDS 290000000", "1.2.03 5.3.4.03 DDS 10000000")


def _change(world: World, kind: BudgetKind, lines: tuple[str, ...]) -> dict[str, Any]:
    """An enacted budget, and a change of it that moves some lines."""
    drafting.enact(world)
    at = {"village": VILLAGE, "year": COMING}
    number = do.begin_change(by=PEOPLE["secretary"], **at, kind=kind, now=DRAWN)
    found = {(one.activity, one.account, one.fund): one for one in rows()}
    found |= {(one.activity, one.account, one.fund): one for one in map(row, lines)}
    kept = [one for one in found.values() if one.activity in {"2.3.10", "1.2.03"}]
    do.set_lines(
        by=PEOPLE["secretary"], **at, number=number, activities={"2.3.10", "1.2.03"}, given=drafting.given(kept)
    )
    return {**at, "number": number}


def test_a_shift_moves_objects_within_their_kind_after_the_council_is_told(world: World) -> None:
    at = _change(world, BudgetKind.SHIFT, SHIFTED)
    papers = {"elaboration": "5/2026", "day": DAY, "now": DRAWN}
    with pytest.raises(Faults) as refused:
        do.enact_budget(by=PEOPLE["head"], **at, **papers)
    assert codes(refused) == ["council-not-told"]
    do.tell_council(by=PEOPLE["secretary"], **at, letter="12", day=DAY, now=DRAWN)
    do.enact_budget(by=PEOPLE["head"], **at, **papers)
    found = BudgetVersion.objects.get(village=VILLAGE, year=COMING, number=2)
    assert (found.state, found.rule_number) == ("enacted", "5/2026")


def test_the_share_of_officials_and_the_least_income_are_asked_and_kept_at_enactment_and_at_each_change(
    world: World,
) -> None:
    at = _change(world, BudgetKind.SHIFT, SHIFTED)
    do.tell_council(by=PEOPLE["secretary"], **at, letter="12", day=DAY, now=DRAWN)
    do.enact_budget(by=PEOPLE["head"], **at, elaboration="5/2026", day=DAY, now=DRAWN)
    for version in versions(VILLAGE, COMING, scope=PEOPLE["head"]):
        kept = stored_sheet(version)
        assert kept is not None
        found = {one.origin.rule: one for one in kept.checks}
        assert (found["operational_share"].origin.version, found["fixed_income"].origin.version) == (2, 1)
        assert found["operational_share"].figures["amount"] == 170_000_000
        assert found["operational_share"].holds
        assert found["fixed_income"].holds
    changed_at = {"village": VILLAGE, "year": COMING}
    number = do.begin_change(by=PEOPLE["secretary"], **changed_at, kind=BudgetKind.AMENDED, now=DRAWN)
    low = [row("1.1.01 5.1.1.01 ADD 29000000"), row("1.1.02 5.1.2.01 ADD 101000000")]
    do.set_lines(by=PEOPLE["secretary"], **changed_at, number=number, activities={"1.1.01", "1.1.02"},
                 given=drafting.given(low))  # fmt: skip
    at = {**changed_at, "number": number}
    do.agree_budget(by=PEOPLE["council"], **at, minutes="BA 9", day=DAY, now=DRAWN)
    do.submit_budget(by=PEOPLE["head"], **at, letter="141/9", now=DRAWN)
    with pytest.raises(Faults) as refused:
        do.evaluate_budget(by=PEOPLE["camat"], **at, fit=True, letter="900/9", day=DAY, now=DRAWN)
    assert codes(refused) == ["rules-broken"]
    with pytest.raises(BudgetElsewhere):
        do.enact_budget(by=PEOPLE["head"], **at, regulation="3/2026", elaboration="4/2026", day=DAY, now=DRAWN)


def test_a_shift_goes_no_further_than_it_may(world: World) -> None:
    at = _change(world, BudgetKind.SHIFT, MOVED_ON)
    do.tell_council(by=PEOPLE["secretary"], **at, letter="12", day=DAY, now=DRAWN)
    with pytest.raises(Faults) as refused:
        do.enact_budget(by=PEOPLE["head"], **at, elaboration="5/2026", day=DAY, now=DRAWN)
    assert codes(refused) == ["rules-broken"]
    sheet = sheet_of(budget(**at, scope=PEOPLE["head"]), now=DRAWN)
    assert [one.code for one in sheet.faults] == ["kind-lowered", "raised-beyond"]


def test_an_amendment_goes_the_way_of_a_budget_and_comes_once_a_year(world: World) -> None:
    at = _change(world, BudgetKind.AMENDED, MOVED_ON)
    do.agree_budget(by=PEOPLE["council"], **at, minutes="BA 9", day=DAY, now=DRAWN)
    do.submit_budget(by=PEOPLE["head"], **at, letter="141/9", now=DRAWN)
    do.evaluate_budget(by=PEOPLE["camat"], **at, fit=True, letter="900/9", day=DAY, now=DRAWN)
    do.enact_budget(by=PEOPLE["head"], **at, regulation="3/2026", elaboration="4/2026", day=DAY, now=DRAWN)
    once = {"village": VILLAGE, "year": COMING, "kind": BudgetKind.AMENDED, "now": DRAWN}
    with pytest.raises(Refused) as refused, transaction.atomic():
        do.begin_change(by=PEOPLE["secretary"], **once)
    assert refused.value.rule == "budget_amended_once_a_year"
    number = do.begin_change(by=PEOPLE["secretary"], **once, extraordinary="Perbup 9/2026")
    sheet = sheet_of(budget(VILLAGE, COMING, number, scope=PEOPLE["head"]), now=DRAWN)
    assert sheet.faults == ()


def test_steps_are_kept_as_they_were(world: World) -> None:
    drafting.agree(world)
    with pytest.raises(DatabaseError), transaction.atomic():
        BudgetStep.objects.filter(village=VILLAGE).update(paper="x")


def changed(*texts: str) -> list[BudgetRow]:
    """The lines of the budget that keeps every rule, some of them with other amounts."""
    found = {(one.activity, one.account, one.fund): one for one in rows()}
    return [*(found | {(one.activity, one.account, one.fund): one for one in map(row, texts)}).values()]
