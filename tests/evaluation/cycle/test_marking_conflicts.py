"""A panel that is incomplete, or has somebody with a conflict of interest, reads and decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from evaluation.cycle.panel import finish, give, mark_all, settled_version
from evaluation.cycle.world import CODE, NOW, OWN, World
from pilar.evaluation import operations as do
from pilar.evaluation.models import AgreedMark, Seat
from pilar.evaluation.queries.findings import findings
from pilar.evaluation.queries.marking import marking_form
from pilar.evaluation.queries.meetings import meetings
from pilar.evaluation.queries.panel_marks import board
from pilar.evaluation.queries.work import panel_work
from pilar.evaluation.rules.authority import SeatInConflict
from pilar.evaluation.rules.findings import FindingKind
from pilar.evaluation.rules.meetings import MeetingKind
from pilar.evaluation.rules.panels import PanelIncomplete
from pilar.evaluation.rules.stages import AssessmentState, PhaseState, Settlement
from pilar.people.operations import grant_membership
from pilar.people.rules import OPERATOR, Role, Standing
from pilar.platform.errors import Faults
from pilar.platform.models import AuditEvent

D = Decimal
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def declare(world: World, name: str) -> int:
    return do.declare_conflict(
        by=world.who("secretariat"), assessor=world.key(name), region=OWN, kind="employer", now=NOW
    )


def settle(world: World, key: int, who: str = "chair", node: str = "policy") -> None:
    do.settle_mark(
        by=world.who(who),
        assessment=key,
        node=node,
        value=D(2),
        reason="Menurut bukti",
        seen_version=settled_version(key, node),
        now=NOW,
    )


def agreed(key: int) -> dict[str, str]:
    return {row.node: row.how for row in AgreedMark.objects.filter(assessment=key)}


ACTIONS: dict[str, Callable[[Standing, int], object]] = {
    "mark": lambda by, key: do.save_mark(by=by, assessment=key, node="policy", value=D(3), seen_version=0, now=NOW),
    "finish": lambda by, key: do.finish_marking(by=by, assessment=key, now=NOW),
    "find": lambda by, key: do.write_finding(by=by, assessment=key, kind=FindingKind.STRENGTH, text="Rapi", now=NOW),
    "meet": lambda by, key: do.plan_meeting(
        by=by,
        assessment=key,
        kind=MeetingKind.INTERVIEW,
        starts_at=NOW + timedelta(days=1),
        ends_at=NOW + timedelta(days=1, hours=1),
        place="Balai kota",
        now=NOW,
    ),
    "ask": lambda by, key: do.request_evidence(by=by, assessment=key, node="policy", text="Kirim SK", now=NOW),
    "settle": lambda by, key: do.settle_mark(
        by=by, assessment=key, node="policy", value=D(2), reason="Menurut bukti", seen_version=0, now=NOW
    ),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_a_seat_with_a_conflict_does_nothing_of_the_panels_work(world: World, key: int, action: str) -> None:
    declare(world, "chair")
    with pytest.raises(SeatInConflict) as refused:
        ACTIONS[action](world.who("chair"), key)
    assert refused.value.status == 403
    assert "konflik kepentingan" in refused.value.text().lower()


def test_it_still_reads_and_is_told_why_not(world: World, key: int, client: Client) -> None:
    declare(world, "chair")
    by = world.who("chair")
    said = SeatInConflict().text()
    form = marking_form(key, scope=by)
    assert (form.why_not, form.may_ask) == (said, False)
    assert {board(key, scope=by).why_not, findings(key, scope=by).why_not, meetings(key, scope=by).why_not} == {said}
    assert [one.to_mark for work in panel_work(scope=by) for one in work.regions if one.code == OWN] == [False]
    client.force_login(world.user("chair"), backend=BACKEND)
    page = client.get(f"/kerja/asesor/{key}/")
    assert page.status_code == 200
    assert said in page.content.decode()


def test_the_others_of_the_panel_go_on(world: World, key: int) -> None:
    declare(world, "assessor1")
    ACTIONS["mark"](world.who("assessor2"), key)
    ACTIONS["ask"](world.who("chair"), key)


def test_the_secretariat_asks_also_from_a_seat_with_a_conflict(world: World, key: int) -> None:
    """They ask by another role, which has no part in the marks."""
    grant_membership(by=OPERATOR, user=world.key("assessor1"), role=Role.SECRETARIAT, now=NOW)
    declare(world, "assessor1")
    ACTIONS["ask"](world.who("assessor1"), key)
    with pytest.raises(SeatInConflict):
        ACTIONS["mark"](world.who("assessor1"), key)


def test_nothing_is_agreed_while_a_conflict_stands(world: World, key: int) -> None:
    for who in ("chair", "assessor1", "assessor2"):
        give(world, key, who)
    for who in ("assessor1", "assessor2"):
        finish(world, key, who)
    conflict = declare(world, "assessor1")
    finish(world, key, "chair")
    assert agreed(key) == {}
    with pytest.raises(PanelIncomplete):
        settle(world, key)
    do.remove_conflict(by=world.who("secretariat"), conflict=conflict, reason="Salah orang", now=NOW)
    assert set(agreed(key).values()) == {Settlement.UNANIMOUS}
    assert world.assessment().state == AssessmentState.AGREED


def test_a_conflict_that_comes_to_light_takes_the_agreement_back_until_the_seat_is_anothers(
    world: World, key: int
) -> None:
    mark_all(world, key, assessor1={"policy": 1})
    settle(world, key)
    assert world.assessment().state == AssessmentState.AGREED
    declare(world, "assessor1")
    assert agreed(key) == {"policy": Settlement.CHAIR}
    assert world.assessment().state == AssessmentState.SUBMITTED
    assert AuditEvent.objects.get(action="take-back-agreement").area == OWN
    secretariat = world.who("secretariat")
    do.unseat(by=secretariat, campaign=CODE, region=OWN, assessor=world.key("assessor1"), reason="Konflik", now=NOW)
    assert agreed(key) == {"policy": Settlement.CHAIR}, "two are too few"
    do.seat(by=secretariat, campaign=CODE, region=OWN, assessor=world.key("assessor3"), now=NOW)
    give(world, key, "assessor3")
    finish(world, key, "assessor3")
    assert world.assessment().state == AssessmentState.AGREED


def test_what_a_chair_with_a_conflict_settled_does_not_stand(world: World, key: int) -> None:
    mark_all(world, key, assessor1={"policy": 1})
    settle(world, key)
    declare(world, "chair")
    assert agreed(key) == {}


def test_a_conflict_changes_nothing_where_the_panels_work_is_over(world: World, key: int) -> None:
    mark_all(world, key)
    before = agreed(key)
    world.set_phase(PhaseState.OBJECTION)
    declare(world, "assessor1")
    assert agreed(key) == before
    assert world.assessment().state == AssessmentState.AGREED


@pytest.mark.parametrize("flaw", ["too small", "no chair"])
def test_an_incomplete_panel_agrees_on_nothing(world: World, key: int, flaw: str) -> None:
    seats = Seat.objects.filter(participation=world.participations[OWN])
    names = ["chair", "assessor1", "assessor2"]
    if flaw == "too small":
        seats.filter(assessor=world.key("assessor2")).delete()
        names.pop()
    else:
        seats.update(is_chair=False)
    for who in names:
        give(world, key, who)
        finish(world, key, who)
    assert agreed(key) == {}
    assert world.assessment().state == AssessmentState.SUBMITTED


@pytest.mark.parametrize("source", [PhaseState.DESK_CHECK, PhaseState.REVIEW])
def test_a_phase_does_not_move_on_with_an_incomplete_panel(world: World, key: int, source: PhaseState) -> None:
    mark_all(world, key)
    world.set_phase(source)
    target = {PhaseState.DESK_CHECK: PhaseState.REVIEW, PhaseState.REVIEW: PhaseState.AGREED}[source]
    Seat.objects.filter(participation=world.participations[OWN], assessor=world.key("assessor2")).delete()
    with pytest.raises(Faults) as refused:
        do.move_phase(by=world.who("secretariat"), campaign=CODE, phase=1, target=target, now=NOW)
    assert [fault.code for fault in refused.value.faults] == ["panels-incomplete"]
    Seat.objects.create(participation=world.participations[OWN], assessor_id=world.key("assessor3"))
    do.move_phase(by=world.who("secretariat"), campaign=CODE, phase=1, target=target, now=NOW)
