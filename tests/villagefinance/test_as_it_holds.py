"""A paper that was corrected counts as it holds now: in printed forms, in what rests on it, and in clocks."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from confirming import seen
from kit.worlds import once
from pilar.people.models import Notice
from pilar.people.rules import NotAllowed
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import BudgetVersion, Correction, Flag
from pilar.villagefinance.queries.oversight import on_record
from pilar.villagefinance.queries.reports import reports
from pilar.villagefinance.queries.versions import version, waiting_since
from pilar.villagefinance.rules.auditing import FlagState
from pilar.villagefinance.rules.budgets import BudgetKind
from pilar.villagefinance.rules.reports import ReportAct
from villagefinance import accounts, corrected, drafting
from villagefinance.drafting import AT, COMING, DAY, DRAWN
from villagefinance.payments import faults
from villagefinance.test_payment_pages import said
from villagefinance.world import NOW, REGION, VILLAGE, YEAR, World

pytestmark = pytest.mark.django_db
JULY = date(YEAR, 7, 10)


@once
def evaluated(world: World) -> World:
    drafting.evaluate(world)
    return world


@once
def sent(world: World) -> World:
    corrected.sent(world)
    return world


def correct(world: World, step: int, day: date, who: str = "camat", **more: Any) -> None:
    given: dict[str, Any] = {"paper": "900/7", "reason": "Salah ketik"} | more
    do.correct_step(by=world.who(who), **AT, step=step, day=day, now=DRAWN, **given)


def enact(world: World, day: date) -> None:
    do.enact_budget(by=world.who("head"), **AT, regulation="1/2026", elaboration="2/2026", day=day, now=DRAWN)


def twice(client: Client, address: str, **given: Any) -> tuple[int, int]:
    key = re.search(r'name="once"[^>]* value="([^"]+)"', said(client.get(address)))
    assert key is not None
    first, second = (client.post(address, given | {"once": key[1]}) for _time in range(2))
    return first.status_code, second.status_code


def test_a_report_is_printed_by_the_paper_that_holds(sent: World) -> None:
    do.correct_report(
        by=sent.who("head"), village=VILLAGE, year=YEAR, act=ReportAct.SENT, paper="88", day=JULY + timedelta(1),
        reason="Salah ketik", now=NOW,
    )  # fmt: skip
    client = accounts.client_of(sent, "head")
    shown = said(client.get(reverse("villagefinance:paper", args=[VILLAGE, "semester", YEAR])))
    assert "88 tanggal 11 Juli 2025" in shown
    row = next(one for one in reports(VILLAGE, YEAR, scope=sent.who("head"), now=NOW) if one.act is ReportAct.SENT)
    assert (row.paper, row.day) == ("88", JULY + timedelta(1))
    (listed,) = (
        one for one in on_record(REGION, YEAR, ReportAct.SENT, scope=sent.who("office")) if one.code == VILLAGE
    )
    assert listed.paper == "88"


def test_a_regulation_rests_on_the_day_that_holds(evaluated: World) -> None:
    correct(evaluated, 3, DAY - timedelta(5))
    with faults("day-too-early"):
        enact(evaluated, DAY - timedelta(6))
    enact(evaluated, DAY - timedelta(4))
    assert BudgetVersion.objects.get(**evaluated.of_village, year=COMING).rule_date == DAY - timedelta(4)
    with faults("after-regulation"):
        correct(evaluated, 3, DAY, paper="900/8")
    correct(evaluated, 3, DAY - timedelta(4), paper="900/8")
    assert version(VILLAGE, COMING, 1, scope=evaluated.who("camat")).steps[2].paper == "900/8"


def test_a_clock_runs_from_the_day_that_holds(world: World) -> None:
    drafting.agree(world)

    def until() -> date:
        due = waiting_since(version(VILLAGE, COMING, 1, scope=world.who("head")), DAY)
        assert due is not None
        return due.day

    before = until()
    correct(world, 1, DAY - timedelta(7), who="council")
    assert until() < before


def test_the_letter_that_told_the_council_is_corrected(world: World) -> None:
    do.begin_change(by=world.who("secretary"), village=VILLAGE, year=YEAR, kind=BudgetKind.SHIFT, now=NOW)
    at: dict[str, Any] = {"village": VILLAGE, "year": YEAR, "number": 2, "now": NOW}
    do.tell_council(by=world.who("secretary"), **at, letter="5", day=DAY)
    with pytest.raises(NotAllowed):
        do.correct_step(by=world.who("head"), **at, step=1, paper="6", day=DAY, reason="Salah")
    do.correct_step(by=world.who("secretary"), **at, step=1, paper="6", day=DAY, reason="Salah")
    row = version(VILLAGE, YEAR, 2, scope=world.who("head"))
    assert row.told_council is not None
    assert row.told_council.paper == "6"


def test_what_is_corrected_twice_is_kept_once(sent: World) -> None:
    address = reverse("villagefinance:correct-report", args=[VILLAGE, YEAR, "semester"])
    given = {"paper": "88", "day": "2025-07-11", "reason": "Salah ketik"}
    assert twice(accounts.client_of(sent, "head"), address, **given) == (302, 302)
    assert Correction.objects.count() == 1


def test_a_step_is_corrected_once(evaluated: World) -> None:
    address = reverse("villagefinance:correct-step", args=[VILLAGE, COMING, 1, 3])
    given = {"paper": "900/8", "day": str(DAY), "reason": "Salah ketik"}
    assert twice(accounts.client_of(evaluated, "camat"), address, **given) == (302, 302)
    assert Correction.objects.count() == 1


def test_a_verdict_is_corrected_once_and_leads_to_the_flag(world: World) -> None:
    corrected.judged(world)
    client, at = accounts.client_of(world, "inspectorate"), [VILLAGE, YEAR, 1]
    address = reverse("villagefinance:correct-verdict", args=at)
    given = {"verdict": FlagState.CLOSED.value, "reason": "Ditindak", "why": "Salah baca"}
    shown = given | {"checked": seen(client, address)}
    for _time in range(2):
        answer = client.post(address, shown)
        assert (answer.status_code, answer["Location"]) == (302, reverse("villagefinance:flag", args=at))
    assert (Flag.objects.get().state, Correction.objects.count()) == (FlagState.CLOSED, 1)
    assert client.post(address, shown | {"why": "Lain"}).status_code == 409


def test_a_result_that_is_taken_back_is_told_to_head_and_secretary_as_no_task(evaluated: World) -> None:
    both = {accounts.account(who).pk for who in ("head", "secretary")}
    do.retract_evaluation(by=evaluated.who("camat"), **AT, reason="Salah surat", now=DRAWN)
    rows = Notice.objects.filter(kind="villagefinance.budget-submitted", done_at=None)
    told = [one for one in rows if "retract" in one.sentence or "taken back" in one.sentence]
    assert {one.user_id for one in told} == both
    assert not any(one.needs_action for one in told)
