"""Objections within their period, their decision, and the follow-up of recommendations."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from evaluation.cycle.agreed import LATER, agree, approve, compute, publish, published, recommend
from evaluation.cycle.world import CODE, FAR, NEIGHBOUR, NOW, OWN, World
from people.phones import told_by_phone
from pilar.evaluation import operations
from pilar.evaluation.models import (
    AgreedMark,
    Finding,
    FollowUp,
    FollowUpEvidence,
    Objection,
    Snapshot,
)
from pilar.evaluation.queries import follow_up as follow_ups
from pilar.evaluation.queries import region_result as reads
from pilar.evaluation.queries.computing import approved_current
from pilar.evaluation.rules.authority import WrongState
from pilar.evaluation.rules.follow_up import Plan
from pilar.evaluation.rules.marking import UnknownIndicator
from pilar.evaluation.rules.publishing import ObjectionDecided, ObjectionOpen, ObjectionPeriodOver, ObjectionUndecided
from pilar.evaluation.rules.stages import PhaseState
from pilar.evidence.models import Evidence, Revision
from pilar.people.models import Notice
from pilar.people.rules import SCHEDULE, NotAllowed, NotFound
from pilar.platform.audit import events
from pilar.platform.errors import Faults
from pilar.platform.models import AuditEvent
from pilar.platform.versions import Outdated


def contested(world: World) -> None:
    """The objection period runs, on approved results."""
    agree(world)
    compute(world)
    approve(world)
    world.set_phase(PhaseState.OBJECTION)


def make(world: World, node: str = "policy", text: str = "Perbup sudah terbit", name: str = "coordinator") -> int:
    return operations.make_objection(
        by=world.who(name), assessment=world.assessment().pk, node=node, text=text, now=LATER
    )


def decide(
    world: World,
    key: int,
    value: str | None = "4",
    name: str = "secretariat",
    reason: str = "Terbukti",
    confirmed: bool = False,
) -> None:
    operations.decide_objection(
        by=world.who(name), objection=key, accepted=value is not None, reason=reason,
        value=None if value is None else Decimal(value), lower_confirmed=confirmed, now=LATER,
    )  # fmt: skip


def test_an_objection_is_kept_and_told_to_the_secretariat(world: World) -> None:
    contested(world)
    key = make(world)
    stored = Objection.objects.get(pk=key)
    assert (stored.node, stored.text, stored.made_by_id) == ("policy", "Perbup sudah terbit", world.key("coordinator"))
    notice = Notice.objects.get(kind="evaluation.objection", user=world.key("secretariat"))
    assert (notice.user_id, notice.address) == (world.key("secretariat"), f"/kerja/periode/{CODE}/sanggahan/1/")
    with pytest.raises(ObjectionOpen):
        make(world)
    assert [event.action for event in events(target="evaluation.objection", key=key)] == ["object"]


def test_an_objection_says_something_about_an_indicator_with_an_agreed_mark(world: World) -> None:
    contested(world)
    with pytest.raises(Faults):
        make(world, text="  ")
    for node in ("output", "unknown"):
        with pytest.raises(UnknownIndicator):
            make(world, node=node)
    AgreedMark.objects.filter(assessment=world.assessment(), node="survey").delete()
    with pytest.raises(UnknownIndicator):
        make(world, node="survey")
    assert not Objection.objects.exists()


@pytest.mark.parametrize("state", sorted(set(PhaseState) - {PhaseState.OBJECTION}))
def test_nobody_objects_outside_the_period(world: World, state: PhaseState) -> None:
    contested(world)
    world.set_phase(state)
    with pytest.raises(WrongState):
        make(world)


def test_nobody_objects_after_its_end(world: World) -> None:
    contested(world)
    with pytest.raises(ObjectionPeriodOver):
        operations.make_objection(
            by=world.who("coordinator"), assessment=world.assessment().pk, node="policy", text="x",
            now=NOW + timedelta(days=7),
        )  # fmt: skip


@pytest.mark.parametrize("name", ["contributor", "verifier", "chair", "assessor1", "secretariat"])
def test_only_the_coordinator_objects(world: World, name: str) -> None:
    contested(world)
    with pytest.raises(NotAllowed):
        make(world, name=name)


def test_a_region_accepts_once_and_an_objection_takes_it_back(world: World) -> None:
    contested(world)
    key, by = world.assessment().pk, world.who("coordinator")
    for now in (LATER, LATER + timedelta(hours=1)):
        operations.accept_result(by=by, assessment=key, now=now)
    row = world.assessment()
    assert (row.accepted_at, row.accepted_by_id) == (LATER, world.key("coordinator"))
    found = reads.region_result(key, by=by, now=LATER)
    assert (found.accepted_at, found.may_accept, found.why_not) == (LATER, False, "")
    made = make(world)
    assert world.assessment().accepted_at is None
    assert not reads.region_result(key, by=by, now=LATER).may_accept
    with pytest.raises(ObjectionUndecided):
        operations.accept_result(by=by, assessment=key, now=LATER)
    decide(world, made, value=None)
    found = reads.region_result(key, by=by, now=LATER)
    assert (found.may_accept, found.outdated) == (True, False)
    assert not reads.region_result(key, by=world.who("contributor"), now=LATER).may_accept
    actions = [event.action for event in events(target="evaluation.assessment", key=key)]
    assert [one for one in actions if "accept" in one] == ["take-back-acceptance", "accept"], "newest first"


def test_nothing_is_accepted_after_the_period(world: World) -> None:
    contested(world)
    with pytest.raises(ObjectionPeriodOver):
        operations.accept_result(
            by=world.who("coordinator"), assessment=world.assessment().pk, now=NOW + timedelta(days=7)
        )
    assert world.assessment().accepted_at is None


def test_another_region_learns_nothing(world: World) -> None:
    contested(world)
    key = make(world)
    neighbour = world.who("coordinator", NEIGHBOUR)
    with pytest.raises(NotFound):
        operations.make_objection(by=neighbour, assessment=world.assessment().pk, node="policy", text="x", now=LATER)
    with pytest.raises(NotFound):
        operations.decide_objection(by=neighbour, objection=key, accepted=False, reason="x", now=LATER)
    with pytest.raises(NotFound):
        reads.region_result(world.assessment().pk, by=neighbour, now=LATER)
    with pytest.raises(NotFound):
        reads.objection(key, by=neighbour)
    with pytest.raises(NotAllowed):
        reads.objections(CODE, 1, by=neighbour)


def test_an_accepted_objection_sets_the_mark_and_asks_for_new_results(world: World) -> None:
    contested(world)
    key = make(world)
    assert approved_current(world.assessment().phase)
    decide(world, key)
    mark = AgreedMark.objects.get(assessment=world.assessment(), node="policy")
    assert (mark.value, mark.how, mark.reason, mark.settled_by_id) == (4, "chair", "Terbukti", world.key("secretariat"))
    assert not approved_current(world.assessment().phase)
    assert reads.region_result(world.assessment().pk, by=world.who("coordinator"), now=LATER).outdated
    assert compute(world, reason="Sanggahan diterima").version == 2
    assert {one.done_at for one in Notice.objects.filter(kind="evaluation.objection")} == {LATER}
    told = Notice.objects.get(kind="evaluation.objection-decided")
    assert (told.user_id, told.needs_action) == (world.key("coordinator"), False)
    with pytest.raises(ObjectionDecided):
        decide(world, key, "3")
    assert AuditEvent.objects.filter(target="evaluation.agreed-mark").count() == 1


def test_a_refused_objection_leaves_the_mark(world: World) -> None:
    contested(world)
    decide(world, make(world), None, reason="Tidak ada bukti baru")
    assert AgreedMark.objects.get(assessment=world.assessment(), node="policy").value == 3
    assert Objection.objects.get().decision == "refused"
    assert approved_current(world.assessment().phase)
    make(world, text="Bukti baru")


@pytest.mark.parametrize("name", ["coordinator", "verifier", "chair", "assessor1"])
def test_only_the_secretariat_decides(world: World, name: str) -> None:
    contested(world)
    with pytest.raises(NotAllowed):
        decide(world, make(world), name=name)


def test_nothing_is_decided_outside_the_period(world: World) -> None:
    contested(world)
    key = make(world)
    world.set_phase(PhaseState.FINAL)
    with pytest.raises(WrongState):
        decide(world, key)


def test_the_region_sees_its_result_from_the_objection_period_on(world: World) -> None:
    contested(world)
    make(world)
    found = reads.region_result(world.assessment().pk, by=world.who("contributor"), now=LATER)
    assert (found.line.final, found.snapshot.version) == (Decimal("3.25"), 1)
    assert {row.code: row.agreed.value for row in found.rows}["survey"] == Decimal("3.25")
    assert [one.decision for one in found.objections] == [""]
    assert found.why_not
    assert not reads.region_result(world.assessment().pk, by=world.who("coordinator"), now=LATER).why_not
    world.set_phase(PhaseState.AGREED)
    with pytest.raises(WrongState):
        reads.region_result(world.assessment().pk, by=world.who("coordinator"), now=LATER)


def test_objections_of_many_regions_take_few_queries(world: World, django_assert_max_num_queries: Any) -> None:
    contested(world)
    for region in (OWN, NEIGHBOUR, FAR):
        for node in ("policy", "budget"):
            Objection.objects.create(
                assessment=world.assessment(region), node=node, text="x", made_by_id=world.key("coordinator", region)
            )
    by = world.who("secretariat")
    with django_assert_max_num_queries(4):
        assert len(reads.objections(CODE, 1, by=by).rows) == 6


def followed(world: World) -> int:
    recommend(world)
    published(world)
    return FollowUp.objects.get().pk


def save(world: World, key: int, name: str = "coordinator", seen: int = 1, region: str = OWN, **plan: object) -> int:
    given = Plan(**{"office": None, "due": None, "state": "open", "note": ""} | plan)
    return operations.save_follow_up(
        by=world.who(name, region), follow_up=key, plan=given, seen_version=seen, now=LATER
    )


def test_the_coordinator_assigns_and_the_office_reports(world: World) -> None:
    key = followed(world)
    office = world.offices[OWN][0]
    assert save(world, key, office=office, due=date(2026, 6, 1)) == 2
    done = {"office": office, "due": date(2026, 6, 1), "state": "done", "note": "Perbup 3/2026"}
    assert save(world, key, "contributor", 2, **done) == 3
    assert save(world, key, "contributor", 2, **done) == 3, "the same once more changes nothing"
    stored = FollowUp.objects.get()
    assert (stored.state, stored.note, stored.changed_by_id) == ("done", "Perbup 3/2026", world.key("contributor"))
    assert len(events(target="evaluation.follow-up", key=key)) == 2


def test_an_office_neither_assigns_nor_touches_what_is_anothers(world: World) -> None:
    key = followed(world)
    with pytest.raises(NotAllowed):
        save(world, key, "contributor", state="under_way")
    office, other = world.offices[OWN]
    save(world, key, office=office)
    with pytest.raises(NotAllowed):
        save(world, key, "contributor", 2, office=other)
    with pytest.raises(NotAllowed):
        save(world, key, "contributor", 2, office=office, due=date(2026, 6, 1))
    with pytest.raises(NotAllowed):
        save(world, key, "colleague", 2, office=office, state="under_way")


@pytest.mark.parametrize("name", ["verifier", "secretariat", "chair"])
def test_others_do_not_change_a_follow_up(world: World, name: str) -> None:
    key = followed(world)
    with pytest.raises(NotAllowed):
        save(world, key, name, state="under_way")


def test_another_region_does_not_learn_of_a_follow_up(world: World) -> None:
    key = followed(world)
    with pytest.raises(NotFound):
        save(world, key, region=NEIGHBOUR, state="under_way")
    with pytest.raises(NotFound):
        follow_ups.follow_up(key, by=world.who("coordinator", NEIGHBOUR))
    with pytest.raises(NotFound):
        follow_ups.follow_ups(world.assessment().pk, by=world.who("coordinator", NEIGHBOUR))
    with pytest.raises(NotAllowed):
        follow_ups.follow_ups(world.assessment().pk, by=world.who("chair"))


def test_who_has_not_seen_the_newest_version_is_told_and_shown_it(world: World) -> None:
    key = followed(world)
    save(world, key, state="under_way", note="Disusun")
    with pytest.raises(Outdated) as refused:
        save(world, key, state="dropped", note="Tidak perlu")
    assert (refused.value.stored.version, refused.value.stored.values["note"]) == (2, "Disusun")
    assert FollowUp.objects.get().state == "under_way"


@pytest.mark.parametrize(
    ("plan", "place"),
    [({"state": "done"}, "note"), ({"state": "x"}, "state"), ({"office": 10**9}, "office"), ({"note": "a\0"}, "note")],
)
def test_a_plan_that_is_not_whole_is_refused(world: World, plan: dict[str, object], place: str) -> None:
    key = followed(world)
    with pytest.raises(Faults) as refused:
        save(world, key, **plan)
    assert refused.value.faults[0].place == place


def test_an_office_of_another_region_is_refused(world: World) -> None:
    key = followed(world)
    with pytest.raises(Faults):
        save(world, key, office=world.offices[FAR][0])


def test_nothing_is_followed_up_before_publication(world: World) -> None:
    recommend(world)
    contested(world)
    key = FollowUp.objects.create(finding=recommendation(world)).pk
    with pytest.raises(WrongState):
        save(world, key, state="under_way")


def recommendation(world: World) -> Finding:
    return world.assessment().findings.get()


def piece(world: World, region: str = OWN) -> Evidence:
    made = Evidence.objects.create(
        region_id=region, title="Perbup 3/2026", created_by_id=world.key("coordinator", region), created_at=NOW
    )
    Revision.objects.create(
        evidence=made, number=1, link="https://example.org/perbup", uploaded_by_id=world.key("coordinator", region),
        uploaded_at=NOW,
    )  # fmt: skip
    return made


def test_evidence_of_the_region_is_attached_once_and_taken_off(world: World) -> None:
    key = followed(world)
    by, own = world.who("coordinator"), piece(world)
    for _ in range(2):
        operations.attach_to_follow_up(by=by, follow_up=key, evidence=own.pk, now=LATER)
    assert FollowUpEvidence.objects.count() == 1
    found = follow_ups.follow_up(key, by=by)
    assert [one.title for one in found.evidence] == ["Perbup 3/2026"]
    assert (found.pieces, found.row.attachments, found.may_assign, found.why_not) == ((), 1, True, "")
    with pytest.raises(NotFound):
        operations.attach_to_follow_up(by=by, follow_up=key, evidence=piece(world, FAR).pk, now=LATER)
    operations.detach_from_follow_up(by=by, follow_up=key, evidence=own.pk)
    with pytest.raises(NotFound):
        operations.detach_from_follow_up(by=by, follow_up=key, evidence=own.pk)
    assert [event.action for event in events(target="evaluation.follow-up", key=key)] == ["detach", "attach"]


def test_a_follow_up_that_is_due_reaches_the_phone_of_who_chose_that(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    key = followed(world)
    save(world, key, office=world.offices[OWN][0], due=timezone.localdate(LATER) + timedelta(days=7))
    operations.remind_of_follow_ups(by=SCHEDULE, now=LATER)
    (text,) = told_by_phone(world.who("contributor"), settings, tmp_path, LATER)
    assert "Tenggat terdekat: " in text


def test_who_must_act_is_reminded_a_week_before_once(world: World) -> None:
    key = followed(world)
    office = world.offices[OWN][0]
    today = timezone.localdate(LATER)
    save(world, key, office=office, due=today + timedelta(days=8))
    assert operations.remind_of_follow_ups(by=SCHEDULE, now=LATER) == 0
    assert operations.remind_of_follow_ups(by=SCHEDULE, now=LATER + timedelta(days=1)) == 2
    assert operations.remind_of_follow_ups(by=SCHEDULE, now=LATER + timedelta(days=1)) == 0
    told = Notice.objects.filter(kind="evaluation.follow-up-due")
    assert set(told.values_list("user", flat=True)) == {world.key("coordinator"), world.key("contributor")}
    assert told[0].deadline.astimezone(timezone.get_default_timezone()).isoformat() == "2026-03-10T00:00:00+07:00"
    done = Plan(office, today + timedelta(days=8), "done", "Selesai")
    operations.save_follow_up(
        by=world.who("coordinator"), follow_up=key, plan=done, seen_version=2, now=LATER + timedelta(days=2)
    )
    assert not told.filter(done_at=None).exists()
    with pytest.raises(NotAllowed):
        operations.remind_of_follow_ups(by=world.who("secretariat"), now=LATER)


def test_a_correction_begins_follow_ups_for_new_recommendations_only(world: World) -> None:
    followed(world)
    recommend(world, "Bentuk forum")
    operations.correct_results(
        by=world.who("secretariat"), campaign=CODE, phase=1, region=OWN, marks={"policy": Decimal(2)}, reason="x",
        now=LATER,
    )  # fmt: skip
    approve(world, version=2)
    publish(world, version=2, letter="B-2")
    assert FollowUp.objects.count() == Snapshot.objects.count() == 2
