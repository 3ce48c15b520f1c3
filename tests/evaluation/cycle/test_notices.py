"""Notices of a campaign: who gets which, and when it is over: nobody is left with something that is done."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from evaluation.cycle.agreed import LATER, agree, approve, compute, publish, published
from evaluation.cycle.panel import hand_in, mark_all
from evaluation.cycle.test_answers_operations import a_link
from evaluation.cycle.test_results_pages import signed_in, text
from evaluation.cycle.world import CODE, FAR, LEAVES, NEIGHBOUR, NOW, OWN, REGIONS, World
from kit.worlds import once
from people.team import account
from pilar.evaluation import operations
from pilar.evaluation.models import Allocation, Answer, Phase
from pilar.evaluation.operations.announcing import announce_invitations
from pilar.evaluation.queries.cases import tree_for
from pilar.evaluation.queries.final_acts import phase_reach
from pilar.evaluation.rules.meetings import Attendee, MeetingKind
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.evidence import operations as evidence
from pilar.evidence.operations import Link
from pilar.people.models import Notice, User
from pilar.people.operations import grant_membership
from pilar.people.queries.notices import row_of
from pilar.people.rules import OPERATOR, Role


def open_ones(kind: str) -> set[int]:
    """Who has an open notice of that kind."""
    return set(Notice.objects.filter(kind=kind, done_at=None).values_list("user", flat=True))


def move(world: World, target: PhaseState, number: int = 1, now: Any = NOW) -> None:
    operations.move_phase(
        by=world.who("secretariat"), campaign=CODE, phase=number, target=target, reason="Surat tugas", now=now
    )


# Contributors


@pytest.mark.parametrize("number", [1, 2])
def test_every_office_with_open_indicators_is_told_when_a_phase_opens(world: World, number: int) -> None:
    if number == 2:
        after_the_first(world)
    operations.allocate(
        by=world.who("coordinator", FAR), assessment=world.assessment(FAR, number).pk, nodes=["final"],
        office=world.offices[FAR][0], now=NOW,
    )  # fmt: skip
    Notice.objects.all().delete()
    move(world, PhaseState.OPEN, number)
    everybody = {world.key(name, region) for name in ("contributor", "colleague") for region in REGIONS}
    assert open_ones("evaluation.answer") == everybody - {world.key("colleague", FAR)}
    notice = Notice.objects.get(user=world.key("contributor"))
    assert (notice.address, notice.deadline, notice.region_id) == (
        f"/kerja/penilaian/{world.assessment(number=number).pk}/", world.phases[number].closes_at, OWN,
    )  # fmt: skip
    with translation.override("id"):
        assert f"tahap {number} dari 2. Perangkat daerah Anda memiliki indikator" in row_of(notice).text


def test_what_was_told_at_the_allocation_is_told_anew_and_not_twice(world: World) -> None:
    Allocation.objects.filter(participation=world.participations[OWN]).delete()
    operations.allocate(
        by=world.who("coordinator"), assessment=world.assessment().pk, nodes=LEAVES, office=world.offices[OWN][0],
        now=NOW,
    )  # fmt: skip
    move(world, PhaseState.OPEN)
    told = Notice.objects.filter(user=world.key("contributor"), kind="evaluation.answer")
    assert (told.count(), told.filter(done_at=None).count()) == (2, 1)
    assert "open" in told.get(done_at=None).sentence


def test_an_office_that_has_answered_everything_is_not_told(world: World) -> None:
    for node in LEAVES[::2]:
        Answer.objects.create(assessment=world.assessment(), node=node, mark=3)
    world.set_phase(PhaseState.CLOSED)
    move(world, PhaseState.OPEN)
    assert world.key("contributor") not in open_ones("evaluation.answer")
    assert world.key("colleague") in open_ones("evaluation.answer")


def after_the_first(world: World) -> None:
    """The first phase is published, and the opening time of the second has come."""
    world.set_phase(PhaseState.PUBLISHED)
    Phase.objects.filter(pk=world.phases[2].pk).update(opens_at=NOW - timedelta(hours=1))


def test_opening_costs_no_query_a_region(world: World) -> None:
    with CaptureQueriesContext(connection) as three:
        move(world, PhaseState.OPEN)
    for region in (FAR, NEIGHBOUR):
        operations.withdraw_region(by=world.who("secretariat"), campaign=CODE, region=region, now=NOW)
    after_the_first(world)
    with CaptureQueriesContext(connection) as one:
        move(world, PhaseState.OPEN, number=2)
    assert len(three) <= len(one)


def test_allocation_notices_are_over_when_the_phase_closes(world: World) -> None:
    move(world, PhaseState.OPEN)
    world.set_assessment(AssessmentState.SUBMITTED)
    assert open_ones("evaluation.answer")
    move(world, PhaseState.CLOSED, now=world.phases[1].closes_at)
    assert not open_ones("evaluation.answer")


def test_an_office_that_loses_its_indicators_has_nothing_to_do(world: World) -> None:
    move(world, PhaseState.OPEN)
    operations.allocate(
        by=world.who("coordinator"), assessment=world.assessment().pk, nodes=["final"], office=world.offices[OWN][0],
        now=NOW,
    )  # fmt: skip
    assert world.key("colleague") not in open_ones("evaluation.answer")
    assert world.key("contributor") in open_ones("evaluation.answer")


def test_offices_of_a_region_that_is_withdrawn_have_nothing_to_do(world: World) -> None:
    move(world, PhaseState.OPEN)
    operations.withdraw_region(by=world.who("secretariat"), campaign=CODE, region=FAR, now=NOW)
    assert not open_ones("evaluation.answer") & {world.key(name, FAR) for name in ("contributor", "colleague")}
    assert world.key("contributor") in open_ones("evaluation.answer")


# Who gets a role later


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CONTRIBUTOR])
def test_who_gets_a_role_later_finds_what_is_open_on_the_start_page(world: World, role: Role) -> None:
    move(world, PhaseState.OPEN)
    new = account(f"{role}@contoh.invalid", Role.VERIFIER, region=FAR)
    place = {"region": OWN} if role is Role.COORDINATOR else {"office": world.offices[OWN][0]}
    grant_membership(by=OPERATOR, user=new, role=role, now=NOW, **place)
    world.keys["new"] = new
    page = text(signed_in(world, "new"), "/beranda/")
    assert f'href="/kerja/penilaian/{world.assessment().pk}/"' in page
    assert "Diajukan paling lambat" in page
    assert ("Kebijakan" in page) == (role is Role.CONTRIBUTOR), "the next indicator of the office"


@pytest.mark.parametrize(("name", "asked"), [("coordinator", True), ("contributor", True), ("colleague", False)])
def test_the_start_page_counts_the_requests_that_the_reader_answers(world: World, name: str, asked: bool) -> None:
    key, now = hand_in(world), timezone.now()
    operations.request_evidence(by=world.who("chair"), assessment=key, node="policy", text="Salinan", now=now)
    Notice.objects.all().delete()
    page = text(signed_in(world, name), "/beranda/")
    assert ("Jawab 1 permintaan bukti" in page) == asked
    assert (f'href="/kerja/penilaian/{key}/permintaan/"' in page) == asked


def test_the_start_page_leads_to_the_result_while_it_can_be_contested(world: World) -> None:
    agree(world, state=PhaseState.AGREED)
    address = f'href="/kerja/hasil/{world.assessment().pk}/"'
    assert address not in text(signed_in(world, "coordinator"), "/beranda/")
    world.set_phase(PhaseState.OBJECTION)
    assert address in text(signed_in(world, "coordinator"), "/beranda/")


# Objections


@once
def contested(world: World) -> World:
    """The objection period runs and everybody was told."""
    agree(world)
    compute(world)
    approve(world)
    move(world, PhaseState.OBJECTION)
    return world


def test_objection_notices_are_over_with_acceptance(contested: World) -> None:
    coordinators = {contested.key("coordinator", region) for region in REGIONS}
    assert open_ones("evaluation.objection-period") == coordinators
    key = contested.assessment().pk
    objection = operations.make_objection(
        by=contested.who("coordinator"), assessment=key, node="policy", text="Mohon ditinjau", now=LATER
    )
    assert open_ones("evaluation.objection") == {contested.key("secretariat"), contested.key("approver")}
    operations.decide_objection(
        by=contested.who("secretariat"), objection=objection, accepted=False, reason="Tetap", now=LATER
    )
    assert not open_ones("evaluation.objection")
    assert open_ones("evaluation.objection-decided") == {contested.key("coordinator")}
    operations.accept_result(by=contested.who("coordinator"), assessment=key, now=LATER)
    assert not open_ones("evaluation.objection-decided")
    assert open_ones("evaluation.objection-period") == coordinators - {contested.key("coordinator")}


def test_the_signatory_of_a_region_is_told_what_becomes_of_it(world: World) -> None:
    signatory = account("sekda@contoh.invalid", Role.SIGNATORY, region=OWN)
    agree(world)
    compute(world)
    approve(world)
    with transaction.atomic():
        announce_invitations(
            by=world.who("secretariat"), participations=[world.participations[OWN]], campaign=world.campaign, now=NOW
        )
    move(world, PhaseState.OBJECTION)
    coordinators = {world.key("coordinator", region) for region in REGIONS}
    assert phase_reach(CODE, 1, scope=world.who("secretariat"), now=NOW).told == len(coordinators) + 1
    objection = operations.make_objection(
        by=world.who("coordinator"), assessment=world.assessment().pk, node="policy", text="Mohon ditinjau", now=LATER
    )
    operations.decide_objection(
        by=world.who("secretariat"), objection=objection, accepted=False, reason="Tetap", now=LATER
    )
    told = {row.kind: row for row in Notice.objects.filter(user=signatory, done_at=None)}
    client = Client()
    client.force_login(User.objects.get(pk=signatory))
    for kind in ("evaluation.invited", "evaluation.objection-period", "evaluation.objection-decided"):
        assert client.get(told.pop(kind).address).status_code == 200, kind
    assert not told
    world.set_phase(PhaseState.FINAL)
    publish(world)
    assert open_ones("evaluation.results-published") == coordinators | {signatory}
    assert not open_ones("evaluation.objection-decided")


def test_who_coordinates_and_signs_is_told_what_coordinators_do(world: World) -> None:
    both = world.key("coordinator")
    grant_membership(by=OPERATOR, user=both, role=Role.SIGNATORY, region=OWN, now=NOW)
    agree(world)
    compute(world)
    approve(world)
    with transaction.atomic():
        announce_invitations(
            by=world.who("secretariat"), participations=[world.participations[OWN]], campaign=world.campaign, now=NOW
        )
    move(world, PhaseState.OBJECTION)
    for kind, sentence in (("evaluation.invited", "Give its indicators"), ("evaluation.objection-period", "You may")):
        (told,) = Notice.objects.filter(user=both, kind=kind, done_at=None)
        assert sentence in told.sentence


def test_objection_notices_are_over_with_the_period(contested: World) -> None:
    Phase.objects.filter(pk=contested.phases[1].pk).update(objection_until=LATER)
    move(contested, PhaseState.FINAL, now=LATER + timedelta(hours=1))
    assert not open_ones("evaluation.objection-period")


def test_objection_notices_are_over_with_publication(contested: World) -> None:
    contested.set_phase(PhaseState.FINAL)
    publish(contested)
    assert not open_ones("evaluation.objection-period")
    assert open_ones("evaluation.results-published")


# Meetings, requests, evidence


def meeting(world: World, key: int) -> int:
    return operations.plan_meeting(
        by=world.who("chair"), assessment=key, kind=MeetingKind.INTERVIEW, starts_at=NOW + timedelta(days=1),
        ends_at=NOW + timedelta(days=1, hours=1), place="Zoom", now=NOW,
    )  # fmt: skip


@pytest.mark.parametrize("what", ["recorded", "called off", "the phase is over"])
def test_a_meetings_notice_is_over_when_it_is(world: World, what: str) -> None:
    key = hand_in(world)
    made = meeting(world, key)
    told = {world.key(name) for name in ("assessor1", "assessor2", "coordinator")}
    assert open_ones("evaluation.meeting") == told
    match what:
        case "recorded":
            operations.record_meeting(
                by=world.who("chair"), meeting=made, notes="Lancar", attendance=[Attendee("Siti", "")], seen_version=1,
                now=LATER,
            )  # fmt: skip
        case "called off":
            operations.cancel_meeting(by=world.who("chair"), meeting=made, now=LATER)
        case _:
            mark_all(world, key)
            world.set_phase(PhaseState.REVIEW)
            move(world, PhaseState.AGREED)
    assert not open_ones("evaluation.meeting")


def test_requests_are_over_with_the_panels_work(world: World) -> None:
    key = hand_in(world)
    operations.request_evidence(
        by=world.who("chair"), assessment=key, node="policy", text="Salinan", deadline=LATER, now=NOW
    )
    assert open_ones("evaluation.evidence-request") == {world.key("coordinator"), world.key("contributor")}
    mark_all(world, key)
    world.set_phase(PhaseState.REVIEW)
    move(world, PhaseState.AGREED, now=LATER + timedelta(hours=1))
    assert not open_ones("evaluation.evidence-request")


def test_returned_evidence_is_done_with_a_newer_version(world: World) -> None:
    world.set_phase(PhaseState.OPEN)
    piece, key = a_link(world), world.assessment().pk
    operations.attach(by=world.who("contributor"), assessment=key, node="policy", evidence=piece, now=NOW)
    operations.return_attached(
        by=world.who("verifier"), assessment=key, node="policy", evidence=piece, number=1, reason="Buram", now=NOW
    )
    assert open_ones("evaluation.evidence-returned") == {world.key("contributor")}
    evidence.add_revision(
        by=world.who("contributor"), evidence=piece, content=Link("https://example.org/baru.pdf"), now=LATER
    )
    assert not open_ones("evaluation.evidence-returned")


# Corrections


def test_a_correction_is_announced_as_one_with_its_version(world: World) -> None:
    published(world)
    operations.correct_results(
        by=world.who("secretariat"), campaign=CODE, phase=1, region=OWN, marks={"policy": Decimal(2)}, reason="Salah",
        now=LATER,
    )  # fmt: skip
    approve(world, version=2)
    publish(world, version=2, letter="B-13/EVAL/2026")
    told = Notice.objects.filter(user=world.key("coordinator"), kind="evaluation.results-published").order_by("id")
    with translation.override("id"):
        first, second = (row_of(one).text for one in told)
    assert "Hasil diumumkan" in first
    assert "Hasil diperbaiki" in second
    assert "versi 2" in second
    assert "B-13/EVAL/2026" in second


def test_a_notice_names_campaign_and_indicator_in_the_readers_language(world: World) -> None:
    move(world, PhaseState.OPEN)
    opened = row_of(Notice.objects.filter(user=world.key("coordinator"), kind="evaluation.opened").get())
    hand_in(world)
    operations.request_evidence(
        by=world.who("assessor1"), assessment=world.assessment(OWN).pk, node="policy", text="Surat tugas", now=NOW
    )
    asked = row_of(Notice.objects.filter(kind="evaluation.evidence-request")[0])
    leaf = tree_for(world.assessment(OWN)).node("policy").title
    assert leaf["id"] != leaf["en"]
    for language, campaign in (("id", "Evaluasi uji 2026"), ("en", "Test evaluation 2026")):
        with translation.override(language):
            assert campaign in opened.text
            assert leaf[language] in asked.text
