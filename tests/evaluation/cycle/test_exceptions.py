"""A region or an assessor that is late or silent holds up nobody, and a phase goes back with a reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from evaluation.cycle.panel import PANEL, finish, give, hand_in, mark_all
from evaluation.cycle.world import CODE, FAR, LEAVES, NEIGHBOUR, NOW, OWN, World
from pilar.evaluation import operations
from pilar.evaluation.models import (
    AgreedMark,
    Assessment,
    EvidenceRequest,
    Mark,
    MarkingDone,
    Objection,
    Participation,
    Phase,
    PhaseMove,
    Seat,
)
from pilar.evaluation.queries.assessment_lists import own_assessments
from pilar.evaluation.queries.computing import inputs
from pilar.evaluation.rules.answers import Given
from pilar.evaluation.rules.authority import SelfAssessmentOver, WrongState
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.people.models import Notice
from pilar.people.rules import NotAllowed
from pilar.platform import audit
from pilar.platform.errors import Faults

S, A = PhaseState, AssessmentState
CLOSED_AT = NOW - timedelta(hours=1)
UNTIL = NOW + timedelta(days=3)


def move(world: World, target: PhaseState, reason: str = "") -> None:
    operations.move_phase(by=world.who("secretariat"), campaign=CODE, phase=1, target=target, reason=reason, now=NOW)


def codes(refused: pytest.ExceptionInfo[Faults]) -> set[str]:
    return {fault.code for fault in refused.value.faults}


def state(world: World) -> str:
    return Phase.objects.get(pk=world.phases[1].pk).state


@pytest.fixture
def closing(opened: World) -> World:
    """The closing time has come, and one of three regions has submitted."""
    Phase.objects.filter(pk=opened.phases[1].pk).update(closes_at=CLOSED_AT)
    opened.set_assessment(A.SUBMITTED, FAR)
    return opened


def extend(world: World, region: str = OWN, **more: object) -> None:
    given = {"by": world.who("secretariat"), "until": UNTIL, "reason": "Banjir", "now": NOW} | more
    operations.extend(assessment=world.assessment(region).pk, **given)


def save(world: World, region: str, now: object = NOW) -> None:
    operations.save_answer(
        by=world.who("coordinator", region), assessment=world.assessment(region).pk, node="policy",
        given=Given(mark=3, explanation="Perbup 7/2020"), seen_version=0, now=now,
    )  # fmt: skip


# More time for one region


def test_one_region_answers_on_while_the_phase_closes_and_the_desk_check_runs(closing: World) -> None:
    with pytest.raises(SelfAssessmentOver):
        save(closing, OWN)
    extend(closing)
    (told,) = Notice.objects.filter(kind="evaluation.extended")
    assert (told.user_id, told.deadline) == (closing.key("coordinator"), UNTIL)
    assert "Banjir" in str(told.fields)
    move(closing, S.CLOSED)
    move(closing, S.DESK_CHECK)
    save(closing, OWN)
    with pytest.raises(WrongState):
        save(closing, NEIGHBOUR)
    (own,) = [row for row in own_assessments(scope=closing.who("coordinator"), now=NOW) if row.header.phase == 1]
    assert (own.is_open, own.header.closes_at) == (True, UNTIL)
    with pytest.raises(SelfAssessmentOver):
        save(closing, OWN, now=UNTIL)


def test_closing_leaves_the_notices_of_who_has_more_time(world: World) -> None:
    move(world, S.OPEN)
    Phase.objects.filter(pk=world.phases[1].pk).update(closes_at=CLOSED_AT)
    world.set_assessment(A.SUBMITTED, FAR)
    extend(world)
    move(world, S.CLOSED)
    left = Notice.objects.filter(done_at=None).exclude(region=FAR)
    assert {row.region_id for row in left} == {OWN}
    assert {row.kind for row in left} == {"evaluation.extended", "evaluation.answer"}


def test_the_review_waits_for_a_running_extension_and_for_nothing_longer(closing: World) -> None:
    extend(closing)
    move(closing, S.CLOSED)
    move(closing, S.DESK_CHECK)
    mark_all(closing, hand_in(closing, FAR))
    with pytest.raises(Faults) as refused:
        move(closing, S.REVIEW)
    assert codes(refused) == {"extensions-run"}
    operations.move_phase(
        by=closing.who("secretariat"), campaign=CODE, phase=1, target=S.REVIEW, now=UNTIL + timedelta(seconds=1)
    )
    assert state(closing) == S.REVIEW


def test_who_submits_late_is_marked_with_the_others(closing: World) -> None:
    extend(closing)
    key = hand_in(closing)
    Assessment.objects.filter(pk=key).update(state=A.PREPARING, submitted_at=None, submitted_by=None)
    operations.submit(by=closing.who("coordinator"), assessment=key, now=NOW)
    told = Notice.objects.filter(kind="evaluation.late")
    assert {row.user_id for row in told} == {closing.key(name) for name in PANEL}
    mark_all(closing, key)
    assert Assessment.objects.get(pk=key).state == A.AGREED


@pytest.mark.parametrize(
    ("given", "place"), [({"until": CLOSED_AT}, "until"), ({"until": NOW}, "until"), ({"reason": " "}, "reason")]
)
def test_an_extension_says_until_when_and_why(closing: World, given: dict[str, object], place: str) -> None:
    with pytest.raises(Faults) as refused:
        extend(closing, **given)
    assert {fault.place for fault in refused.value.faults} == {place}
    assert closing.assessment().extended_until is None


def test_an_extension_is_for_who_has_not_submitted(closing: World) -> None:
    with pytest.raises(WrongState):
        extend(closing, FAR)
    with pytest.raises(NotAllowed):
        extend(closing, by=closing.who("coordinator"))


def test_a_second_click_on_an_extension_tells_nobody_twice(closing: World) -> None:
    extend(closing)
    extend(closing)
    assert Notice.objects.filter(kind="evaluation.extended").count() == 1
    assert len(audit.events(target="evaluation.assessment", key=closing.assessment().pk)) == 1


# Going on without a region


def aside(world: World, region: str = OWN, reason: str = "Tidak menjawab") -> None:
    by = world.who("secretariat")
    operations.set_aside(by=by, assessment=world.assessment(region).pk, reason=reason, now=NOW)


def test_a_silent_panel_and_open_requests_of_one_region_hold_up_nobody(world: World) -> None:
    hand_in(world)
    mark_all(world, hand_in(world, FAR))
    Seat.objects.filter(participation=world.participations[OWN], is_chair=True).delete()
    EvidenceRequest.objects.create(assessment=world.assessment(), node="policy", text="SK", deadline=UNTIL)
    with pytest.raises(Faults) as refused:
        move(world, S.REVIEW)
    assert codes(refused) == {"panels-incomplete", "marking-unfinished"}
    aside(world)
    move(world, S.REVIEW)
    move(world, S.AGREED)
    counted = inputs(Phase.objects.select_related("campaign__instrument").get(pk=world.phases[1].pk))
    assert {entry.region for entry in counted.entries if entry.marks} == {FAR}
    (told,) = Notice.objects.filter(kind="evaluation.set-aside")
    assert told.user_id == world.key("coordinator")


def test_what_was_handed_in_is_there_when_a_region_is_taken_up_again(world: World) -> None:
    key = hand_in(world)
    give(world, key, "chair")
    aside(world)
    with pytest.raises(WrongState):
        finish(world, key, "chair")
    operations.take_up_again(by=world.who("secretariat"), assessment=key, reason="Data lengkap", now=NOW)
    found = Assessment.objects.get(pk=key)
    assert (found.state, found.set_aside_reason) == (A.SUBMITTED, "")
    finish(world, key, "chair")
    events = reversed(audit.events(target="evaluation.assessment", key=key))
    assert [(row.action, row.after.get("reason")) for row in events if row.action != "finish-marking"] == [
        ("set-aside", "Tidak menjawab"), ("take-up-again", "Data lengkap"),
    ]  # fmt: skip


def test_an_agreed_region_is_agreed_again_when_it_comes_back(world: World) -> None:
    key = hand_in(world)
    mark_all(world, key)
    aside(world)
    counted = inputs(Phase.objects.select_related("campaign__instrument").get(pk=world.phases[1].pk))
    assert not [entry for entry in counted.entries if entry.marks], "agreed marks that stay do not count"
    assert Assessment.objects.get(pk=key).agreed_at is None
    operations.take_up_again(by=world.who("secretariat"), assessment=key, reason="Selesai", now=NOW)
    assert Assessment.objects.get(pk=key).state == A.AGREED


def test_a_region_that_never_submitted_comes_back_as_it_was(closing: World) -> None:
    aside(closing)
    by = closing.who("secretariat")
    operations.take_up_again(by=by, assessment=closing.assessment().pk, reason="Kembali", now=NOW)
    assert closing.assessment().state == A.PREPARING


def test_setting_aside_takes_a_reason_and_the_secretariat(closing: World) -> None:
    with pytest.raises(Faults) as refused:
        aside(closing, reason=" ")
    assert {fault.place for fault in refused.value.faults} == {"reason"}
    with pytest.raises(NotAllowed):
        operations.set_aside(
            by=closing.who("coordinator"), assessment=closing.assessment().pk, reason="Kami mundur", now=NOW
        )
    closing.set_phase(S.AGREED)
    with pytest.raises(WrongState):
        aside(closing)


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "set_aside"}, {"set_aside_reason": "Tanpa keadaan"}, {"extended_until": UNTIL},
        {"extension_reason": "Tanpa waktu"},
    ],
)  # fmt: skip
def test_the_database_asks_for_the_reasons(world: World, wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.filter(pk=world.assessment().pk).update(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"smallest_panel": 2}, {"smaller_reason": "Tanpa jumlah"}, {"smallest_panel": 1, "smaller_reason": "Satu"},
        {"smallest_panel": 0, "smaller_reason": "Nol"},
    ],
)  # fmt: skip
def test_the_database_asks_why_a_panel_is_smaller(world: World, wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Participation.objects.filter(pk=world.participations[OWN].pk).update(**wrong)


def test_setting_aside_closes_what_its_panel_was_told(world: World) -> None:
    key = hand_in(world)
    mark_all(world, key, assessor1={"policy": 0})
    assert Notice.objects.filter(kind="evaluation.settle", done_at=None).count() == 1
    aside(world)
    assert not Notice.objects.filter(kind="evaluation.settle", done_at=None).exists()


def test_who_is_taken_up_again_in_time_is_told_what_to_do(opened: World) -> None:
    aside(opened)
    assert not Notice.objects.filter(kind="evaluation.opened", done_at=None, region=OWN).exists()
    operations.take_up_again(by=opened.who("secretariat"), assessment=opened.assessment().pk, reason="Kembali", now=NOW)
    left = Notice.objects.filter(region=OWN, done_at=None, kind__in=["evaluation.opened", "evaluation.answer"])
    assert {row.kind for row in left} == {"evaluation.opened", "evaluation.answer"}


def test_an_extension_that_ended_leaves_no_to_do(closing: World) -> None:
    extend(closing)
    move(closing, S.CLOSED)
    move(closing, S.DESK_CHECK)
    mark_all(closing, hand_in(closing, FAR))
    operations.move_phase(
        by=closing.who("secretariat"), campaign=CODE, phase=1, target=S.REVIEW, now=UNTIL + timedelta(seconds=1)
    )
    assert not Notice.objects.filter(region=OWN, done_at=None).exists()


# A panel whose assessor is gone


def smaller(world: World, reason: str = "Sakit, tidak ada pengganti") -> None:
    operations.allow_smaller_panel(by=world.who("secretariat"), campaign=CODE, region=OWN, reason=reason, now=NOW)


def test_a_panel_agrees_without_the_assessor_who_never_marked(world: World) -> None:
    key = hand_in(world)
    for name in ("chair", "assessor1"):
        give(world, key, name)
        finish(world, key, name)
    operations.unseat(by=world.who("secretariat"), campaign=CODE, region=OWN, assessor=world.key("assessor2"), now=NOW)
    assert world.assessment().state == A.SUBMITTED
    smaller(world)
    assert world.assessment().state == A.AGREED
    row = Participation.objects.get(pk=world.participations[OWN].pk)
    assert (row.smallest_panel, row.smaller_reason) == (2, "Sakit, tidak ada pengganti")


@pytest.mark.parametrize(
    ("left", "code"),
    [(PANEL, "panel-large-enough"), (("assessor1", "assessor2"), "panel-too-small"), (("chair",), "panel-too-small")],
)  # fmt: skip
def test_a_smaller_panel_has_two_and_a_chair(world: World, left: tuple[str, ...], code: str) -> None:
    Seat.objects.filter(participation=world.participations[OWN]).exclude(
        assessor__in=[world.key(name) for name in left]
    ).delete()
    with pytest.raises(Faults) as refused:
        smaller(world)
    assert codes(refused) == {code}


# Going back


@pytest.mark.parametrize(
    ("source", "target"),
    [(S.CLOSED, S.OPEN), (S.DESK_CHECK, S.CLOSED), (S.REVIEW, S.DESK_CHECK), (S.AGREED, S.REVIEW),
     (S.OBJECTION, S.AGREED), (S.FINAL, S.OBJECTION)],
)  # fmt: skip
def test_a_phase_goes_back_one_state_with_a_reason(world: World, source: PhaseState, target: PhaseState) -> None:
    world.set_phase(source)
    with pytest.raises(Faults) as refused:
        move(world, target, " ")
    assert {fault.place for fault in refused.value.faults} == {"reason"}
    move(world, target, "Salah tekan")
    assert state(world) == target
    assert PhaseMove.objects.get().reason == "Salah tekan"


def test_answers_that_go_back_to_their_region_are_agreed_anew(world: World) -> None:
    key = hand_in(world)
    mark_all(world, key)
    for target in (S.CLOSED, S.OPEN):
        move(world, target, "Data dasar keliru")
    Assessment.objects.filter(pk=key).update(state=A.SUBMITTED, agreed_at=None)
    operations.return_assessment(by=world.who("secretariat"), assessment=key, reason="Perbaiki", now=NOW)
    assert not MarkingDone.objects.filter(assessment=key).exists()
    assert not AgreedMark.objects.filter(assessment=key).exists()
    assert Mark.objects.filter(assessment=key).count() == 3 * len(LEAVES), "marks stay, and are looked at again"


def test_panels_are_told_that_they_have_their_work_again(world: World) -> None:
    hand_in(world)
    world.set_phase(S.AGREED)
    move(world, S.REVIEW, "Bukti baru")
    told = Notice.objects.filter(kind="evaluation.moved-back")
    assert {row.user_id for row in told} == {world.key(name) for name in PANEL}


def test_a_period_that_a_region_has_answered_is_not_taken_back(world: World) -> None:
    world.set_phase(S.OBJECTION)
    world.set_assessment(A.AGREED)
    Objection.objects.create(
        assessment=world.assessment(), node="policy", text="Keberatan", made_by=world.user("coordinator")
    )
    with pytest.raises(Faults) as refused:
        move(world, S.AGREED, "Salah tekan")
    assert codes(refused) == {"result-answered"}


def test_objecting_opens_again_with_a_new_end(world: World) -> None:
    world.set_phase(S.FINAL)
    world.set_assessment(A.AGREED)
    Phase.objects.filter(pk=world.phases[1].pk).update(objection_until=CLOSED_AT)
    move(world, S.OBJECTION, "Surat keberatan datang terlambat")
    assert Phase.objects.get(pk=world.phases[1].pk).objection_until == NOW + timedelta(days=7)
    assert Notice.objects.filter(kind="evaluation.objection-period").count() == 1


# Pages


def secretariat(world: World) -> Client:
    client = Client()
    client.force_login(world.user("secretariat"))
    return client


def test_the_secretariat_sets_a_region_aside_and_takes_it_up_again_by_page(closing: World) -> None:
    client, key = secretariat(closing), closing.assessment().pk
    board = client.get(f"/kerja/periode/{CODE}/kemajuan/1/").text
    assert f"/kerja/penilaian/{key}/pengecualian/" in board
    for address, wanted in (("kesampingkan", A.SET_ASIDE), ("ikutkan", A.PREPARING)):
        shown = client.get(f"/kerja/penilaian/{key}/{address}/")
        said = {"checked": shown.context["check"].seen, "reason": "Keputusan Ketua Tim"}
        client.post(f"/kerja/penilaian/{key}/{address}/", said)
        assert closing.assessment().state == wanted
        again = client.post(f"/kerja/penilaian/{key}/{address}/", said)
        assert again.status_code == 302, "a second click is no error"
    assert "Keputusan Ketua Tim" not in client.get(f"/kerja/penilaian/{key}/pengecualian/").text


def test_the_secretariat_gives_a_region_more_time_by_page(opened: World) -> None:
    key, client = opened.assessment().pk, secretariat(opened)
    page = client.post(f"/kerja/penilaian/{key}/pengecualian/", {"until": "2099-04-01T10:00", "reason": ""})
    assert page.status_code == 422
    page = client.post(f"/kerja/penilaian/{key}/pengecualian/", {"until": "2099-04-01T10:00", "reason": "Gempa"})
    assert page.status_code == 302
    assert opened.assessment().extended_until.isoformat() == "2099-04-01T03:00:00+00:00"
    assert "Gempa" in client.get(f"/kerja/penilaian/{key}/pengecualian/").text
    assert client.get(f"/kerja/periode/{CODE}/kemajuan/1/").text.count("1 April 2099") == 1
