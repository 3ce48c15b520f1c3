"""What was put on record wrongly is corrected with a reason, and what stood there stays to be read."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pgtrigger
import pytest
from django.db import connection, transaction
from django.db.utils import Error as DatabaseError
from django.urls import reverse

from kit.worlds import once
from pilar.people.rules import SCHEDULE, NotAllowed, NotFound
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import BudgetStep, BudgetVersion, Correction, Flag, ReportStep
from pilar.villagefinance.operations.deciding import _judged
from pilar.villagefinance.queries.budgets import ItemRow, budget, items_seen
from pilar.villagefinance.rules.auditing import FlagElsewhere, FlagState
from pilar.villagefinance.rules.budgets import BudgetElsewhere
from pilar.villagefinance.rules.reports import ReportAct
from villagefinance import accounts, corrected, drafting, ntpn
from villagefinance.drafting import COMING, DAY, DRAWN
from villagefinance.payments import faults
from villagefinance.world import NOW, VILLAGE, YEAR, World

pytestmark = pytest.mark.django_db
FLAG = {"village": VILLAGE, "year": YEAR, "number": 1}
JULY = date(YEAR, 7, 10)


@once
def evaluated(world: World) -> World:
    drafting.evaluate(world)
    return world


@once
def returned(world: World) -> World:
    drafting.evaluate(world, fit=False)
    return world


@once
def sent(world: World) -> World:
    corrected.sent(world)
    return world


@once
def judged(world: World) -> World:
    corrected.judged(world)
    return world


def retract(world: World, who: str = "camat", **more: Any) -> None:
    given = {"reason": "Salah surat", "now": DRAWN} | more
    do.retract_evaluation(by=world.who(who), **drafting.AT, **given)


def state() -> str:
    return BudgetVersion.objects.get(village=VILLAGE, year=COMING, number=1).state


def test_the_camat_takes_a_result_back_and_gives_another(evaluated: World) -> None:
    due = BudgetStep.objects.get(act="submitted").due
    for who in ("head", "secretary", "council"):
        with pytest.raises(NotAllowed):
            retract(evaluated, who)
    retract(evaluated)
    assert state() == "submitted"
    with pytest.raises(BudgetElsewhere):
        retract(evaluated)
    do.evaluate_budget(
        by=evaluated.who("camat"), **drafting.AT, fit=False, letter="900/2", day=DAY, told="Uji", now=DRAWN
    )  # fmt: skip
    steps = BudgetStep.objects.order_by("no").values_list("act", "paper", "told", "due")
    assert list(steps)[2:-1] == [("evaluated", "900/1", "Uji", None), ("submitted", "", "Salah surat", due)]
    assert state() == "returned"


def test_only_a_result_is_taken_back_and_only_an_agreed_budget_is_sent(evaluated: World) -> None:
    with pytest.raises(BudgetElsewhere):
        do.submit_budget(by=evaluated.who("head"), **drafting.AT, letter="900/3", now=DRAWN)
    assert state() == "evaluated"
    do.take_back_budget(by=evaluated.who("secretary"), **drafting.AT, reason="Salah hitung", now=DRAWN)
    with pytest.raises(BudgetElsewhere):
        retract(evaluated)
    assert state() == "draft"


def test_of_what_is_agreed_no_result_is_taken_back(world: World) -> None:
    drafting.agree(world)
    with pytest.raises(BudgetElsewhere):
        retract(world)
    assert state() == "agreed"


def test_the_time_of_the_camat_goes_on_running(evaluated: World) -> None:
    later = DRAWN + timedelta(days=60)
    with faults("silence-over"):
        retract(evaluated, now=later)
    retract(evaluated)
    assert do.deem_budgets(by=SCHEDULE, now=later) == 1
    assert state() == "deemed"


def test_what_the_village_has_begun_to_correct_is_not_taken_back(returned: World) -> None:
    rows = budget(VILLAGE, COMING, 1, scope=returned.who("camat")).lines
    line = next(one for one in rows if one.activity)
    item = line.items[0]
    half = do.Given(line.activity, line.account, line.fund, "Lain", item.volume, item.unit, item.unit_price / 2)
    other = replace(half, description="Lagi")
    for given in ([half], [half, other]):  # the second adds up to what was evaluated
        with transaction.atomic():
            do.set_lines(by=returned.who("secretary"), **drafting.AT, activities=[line.activity], given=given)
            with faults("being-corrected"):
                retract(returned)
            transaction.set_rollback(True)
    with transaction.atomic():
        do.set_posts(by=returned.who("secretary"), **drafting.AT, posts=replace(drafting.POSTS, staff=9))
        with faults("being-corrected"):
            retract(returned)
        transaction.set_rollback(True)
    retract(returned)
    assert state() == "submitted"


@pytest.mark.parametrize("kept", ["nothing", "lines"])
def test_a_step_that_kept_less_is_judged_by_its_sheet(returned: World, kept: str) -> None:
    found = budget(VILLAGE, COMING, 1, scope=returned.who("camat"))
    sign = None if kept == "nothing" else items_seen(found.lines)
    with pgtrigger.ignore("villagefinance.BudgetStep:budget_step_stays"):
        BudgetStep.objects.filter(act="returned").update(lines=sign)
    line = next(one for one in found.lines if one.activity)
    for change in (
        lambda by: do.set_posts(by=by, **drafting.AT, posts=replace(drafting.POSTS, staff=9)),
        lambda by: do.set_lines(by=by, **drafting.AT, activities=[line.activity], given=[]),
    ):
        with transaction.atomic():
            change(returned.who("secretary"))
            with faults("being-corrected"):
                retract(returned)
            transaction.set_rollback(True)
    retract(returned)
    assert state() == "submitted"


def test_the_sign_of_what_is_judged_outlives_the_form_of_its_rows(returned: World) -> None:
    class Renamed(ItemRow):
        __slots__ = ()

    found = budget(VILLAGE, COMING, 1, scope=returned.who("camat"))
    given = ("description", "package", "output", "volume", "unit", "unit_price", "amount")
    lines = [
        replace(one, items=tuple(Renamed(*(getattr(item, name) for name in given)) for item in one.items))
        for one in found.lines
    ]
    renamed = replace(found, lines=tuple(lines))
    assert repr(renamed.lines) != repr(found.lines)
    assert _judged(renamed) == _judged(found) == BudgetStep.objects.get(act="returned").lines


def test_number_and_day_of_a_letter_are_corrected_and_what_was_entered_stays(evaluated: World) -> None:
    at: dict[str, Any] = {**drafting.AT, "step": 3, "now": DRAWN}
    right = {"paper": "900/7", "day": DAY - timedelta(1), "reason": "Salah ketik"}
    for who in ("head", "council", "office"):
        with pytest.raises(NotAllowed):
            do.correct_step(by=evaluated.who(who), **at, **right)
    camat = evaluated.who("camat")
    for wrong, code in (
        ({"paper": " "}, "no-paper"),
        ({"day": date(2030, 1, 1)}, "in-future"),
        ({"reason": ""}, "no-reason"),
    ):
        with faults(code):
            do.correct_step(by=camat, **at, **(right | wrong))
    do.correct_step(by=camat, **at, **right)
    with faults("same-paper"):
        do.correct_step(by=camat, **at, **right)
    assert BudgetStep.objects.get(no=3, version=1).paper == "900/1"
    row = Correction.objects.get()
    assert (row.before, row.after) == (
        {"paper": "900/1", "day": str(DAY)},
        {"paper": "900/7", "day": str(DAY - timedelta(1))},
    )
    with pytest.raises(NotFound):
        do.correct_step(by=camat, **(at | {"step": 9}), **right)
    client = accounts.client_of(evaluated, "camat")
    page = html.unescape(client.get(reverse("villagefinance:budget", args=[VILLAGE, COMING, 1])).content.decode())
    assert "900/1" in page
    assert "900/7" in page
    assert "Salah ketik" in page
    correct = reverse("villagefinance:correct-step", args=[VILLAGE, COMING, 1, 3])
    assert correct in page
    assert 'value="900/7"' in client.get(correct).content.decode()
    posted = {"paper": "900/8", "day": str(DAY), "reason": "Salah lagi"}
    assert client.post(correct, posted).status_code == 302
    assert client.post(correct, posted).status_code == 422
    assert accounts.client_of(evaluated, "head").get(correct).status_code == 403


def test_the_paper_of_a_report_is_corrected(sent: World) -> None:
    client = accounts.client_of(sent, "head")
    correct = reverse("villagefinance:correct-report", args=[VILLAGE, YEAR, "semester"])
    listed = reverse("villagefinance:papers", args=[VILLAGE, YEAR])
    assert correct in client.get(listed).content.decode()
    assert client.post(correct, {"paper": "88", "day": "2025-07-11", "reason": "Salah ketik"}).status_code == 302
    assert "88, 11 Juli 2025" in client.get(listed).content.decode()
    assert ReportStep.objects.get().paper == "8"
    assert correct not in accounts.client_of(sent, "secretary").get(listed).content.decode()
    with pytest.raises(NotFound):
        do.correct_report(
            by=sent.who("council"), village=VILLAGE, year=YEAR, act=ReportAct.AGREED, paper="1", day=JULY, reason="x",
            now=NOW,
        )  # fmt: skip


def test_a_verdict_is_corrected_by_the_inspectorate_and_the_first_stays(judged: World) -> None:
    given: dict[str, Any] = {**FLAG, "verdict": FlagState.CLOSED, "reason": "Ditindak", "why": "Salah baca", "now": NOW}
    for who, error in (("head", NotAllowed), ("neighbour", NotFound)):
        with pytest.raises(error):
            do.correct_verdict(by=judged.who(who), **given)
    auditor = judged.who("inspectorate")
    with pytest.raises(FlagElsewhere):
        do.judge_flag(by=auditor, **FLAG, verdict=FlagState.CLOSED, reason="Lain", now=NOW)
    with faults("unfit-text"):
        do.correct_verdict(by=auditor, **(given | {"why": " "}))
    with faults("unfit-text"):
        do.correct_verdict(by=auditor, **(given | {"why": "x" * 1001}))
    do.correct_verdict(by=auditor, **given)
    with faults("same-verdict"):
        do.correct_verdict(by=auditor, **given)
    row = Flag.objects.get()
    assert (row.state, row.reason, row.reply) == ("closed", "Ditindak", "Benar")
    assert Correction.objects.get().before["reason"] == "Wajar"
    shown = accounts.client_of(judged, "head").get(reverse("villagefinance:flag", args=[*FLAG.values()]))
    assert "Wajar" in shown.content.decode()
    client = accounts.client_of(judged, "inspectorate")
    correct = reverse("villagefinance:correct-verdict", args=[*FLAG.values()])
    assert client.get(correct).status_code == 200
    assert accounts.client_of(judged, "head").get(correct).status_code == 403


@pytest.mark.parametrize("statement", [
    "UPDATE villagefinance_flag SET state = 'closed', reason = 'x', judged_at = now()",
    "UPDATE villagefinance_flag SET reason = 'x'",
    "UPDATE villagefinance_flag SET state = 'answered', reason = '', judged_by = '', judged_at = NULL",
])  # fmt: skip
def test_no_verdict_changes_by_sql_without_its_correction(judged: World, statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_corrected_receipt_number_that_is_wrong_is_dropped(world: World) -> None:
    ntpn.asked(world)
    with pytest.raises(NotAllowed):
        do.drop_ntpn(by=world.who("executor"), village=VILLAGE, no=1, reason="Salah", now=NOW)
    with faults("no-reason"):
        do.drop_ntpn(by=world.who("treasurer"), village=VILLAGE, no=1, reason=" ", now=NOW)
    client = accounts.client_of(world, "secretary")
    drop = reverse("villagefinance:drop-ntpn", args=[VILLAGE, 1])
    assert drop in client.get(reverse("villagefinance:taxes", args=[VILLAGE])).content.decode()
    assert client.get(drop).status_code == 200
    do.drop_ntpn(by=world.who("treasurer"), village=VILLAGE, no=1, reason="Salah baca", now=NOW)
    for act in (
        lambda: ntpn.confirm(world, world.who("secretary")),
        lambda: do.drop_ntpn(by=world.who("head"), village=VILLAGE, no=1, reason="Lagi", now=NOW),
    ):
        with pytest.raises(do.ChangeElsewhere):
            act()
    assert client.get(drop).status_code == 302
    assert ntpn.ask(world, world.who("treasurer")) == 2
    ntpn.confirm(world, world.who("secretary"), 2)
