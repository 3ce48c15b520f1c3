"""Four eyes: who computed does not approve, who approved does not publish, nobody decides about a mark of their own."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from evaluation.cycle.agreed import LATER, LETTER, LETTER_DATE, agree, approve, compute, publish
from evaluation.cycle.world import CODE, NOW, OWN, World
from pilar.evaluation import operations
from pilar.evaluation.models import AgreedMark, Approval, Mark, Objection, Publication, Snapshot
from pilar.evaluation.rules.publishing import ApprovesOwn, DecidesOwn, PublishesOwn
from pilar.evaluation.rules.stages import PhaseState
from pilar.people.operations import grant_membership
from pilar.people.rules import OPERATOR, Role
from pilar.platform.audit import events


def approving(world: World, name: str, version: int = 1) -> None:
    operations.approve_results(by=world.who(name), campaign=CODE, phase=1, version=version, now=LATER)


def publishing(world: World, name: str) -> None:
    operations.publish_results(
        by=world.who(name), campaign=CODE, phase=1, version=1, letter_number=LETTER, letter_date=LETTER_DATE, now=LATER
    )


def objected(world: World, by: str = "coordinator") -> int:
    agree(world, state=PhaseState.OBJECTION)
    return operations.make_objection(
        by=world.who(by), assessment=world.assessment().pk, node="policy", text="Perbup sudah terbit", now=LATER
    )


def deciding(world: World, name: str, key: int) -> None:
    operations.decide_objection(
        by=world.who(name), objection=key, accepted=True, value=Decimal(4), reason="Terbukti", now=LATER
    )


def test_who_computed_does_not_approve_and_who_approved_does_not_publish(world: World) -> None:
    agree(world, state=PhaseState.FINAL)
    compute(world)
    with pytest.raises(ApprovesOwn):
        approving(world, "secretariat")
    assert not Approval.objects.exists()
    approving(world, "approver")
    with pytest.raises(PublishesOwn):
        publishing(world, "approver")
    assert not Publication.objects.exists()
    publishing(world, "secretariat")
    assert (Approval.objects.get().four_eyes, Publication.objects.get().four_eyes) == (True, True)
    assert events(target="evaluation.snapshot", key=Snapshot.objects.get().pk)[0].after["four_eyes"] is True


def test_who_corrects_has_computed(world: World) -> None:
    agree(world, state=PhaseState.FINAL)
    compute(world)
    approve(world)
    publish(world)
    operations.correct_results(
        by=world.who("approver"), campaign=CODE, phase=1, region=OWN, marks={"policy": Decimal(2)}, reason="Keliru",
        now=LATER,
    )  # fmt: skip
    with pytest.raises(ApprovesOwn):
        approving(world, "approver", version=2)
    approving(world, "secretariat", version=2)


def test_the_console_cannot_be_told_from_itself(world: World) -> None:
    agree(world)
    operations.compute_results(by=OPERATOR, campaign=CODE, phase=1, now=NOW)
    with pytest.raises(ApprovesOwn):
        approving(world, "operator")
    approving(world, "secretariat")


def test_an_installation_of_one_person_switches_it_off(world: World, settings: Any) -> None:
    settings.PILAR_FOUR_EYES = False
    agree(world, state=PhaseState.FINAL)
    compute(world)
    client = Client()
    client.force_login(world.user("secretariat"))
    assert "Setujui hasil" in client.get(f"/kerja/periode/{CODE}/hasil/1/").content.decode()
    approving(world, "secretariat")
    publishing(world, "secretariat")
    assert (Approval.objects.get().four_eyes, Publication.objects.get().four_eyes) == (False, False)


def test_the_database_refuses_a_row_of_four_eyes_by_two(world: World) -> None:
    agree(world, state=PhaseState.FINAL)
    compute(world)
    snapshot, own = Snapshot.objects.get(), world.key("secretariat")
    with pytest.raises(IntegrityError, match="approval_by_another_person"), transaction.atomic():
        Approval.objects.create(snapshot=snapshot, four_eyes=True, approved_by_id=own, approved_by_name="Ani")
    Approval.objects.create(
        snapshot=snapshot, four_eyes=True, approved_by_id=world.key("approver"), approved_by_name="Budi"
    )
    letter = {"snapshot": snapshot, "letter_number": "1", "letter_date": LETTER_DATE, "published_by_name": "Budi"}
    with pytest.raises(IntegrityError, match="publication_by_another_person"), transaction.atomic():
        Publication.objects.create(**letter, four_eyes=True, published_by_id=world.key("approver"))
    Publication.objects.create(**letter, four_eyes=True, published_by_id=own)


@pytest.mark.parametrize("named", ["marked", "settled", "objected"])
def test_nobody_decides_about_a_mark_or_an_objection_of_their_own(world: World, settings: Any, named: str) -> None:
    settings.PILAR_FOUR_EYES = False
    own = world.key("secretariat")
    if named == "objected":
        grant_membership(by=OPERATOR, user=own, role=Role.COORDINATOR, region=OWN, now=NOW)
    key = objected(world, "secretariat" if named == "objected" else "coordinator")
    if named == "marked":
        Mark.objects.create(assessment=world.assessment(), node="policy", assessor_id=own, value=3)
    if named == "settled":
        AgreedMark.objects.filter(assessment=world.assessment(), node="policy").update(settled_by=own)
    with pytest.raises(DecidesOwn):
        deciding(world, "secretariat", key)
    client = Client()
    client.force_login(world.user("secretariat"))
    page = client.get(f"/kerja/sanggahan/{key}/").content.decode()
    assert "orang lain di sekretariat harus memutuskannya" in page
    assert ">Putuskan<" not in page
    deciding(world, "approver", key)
    assert Objection.objects.get().decided_by_id == world.key("approver")


def test_who_accepted_one_objection_may_decide_the_next(world: World) -> None:
    deciding(world, "secretariat", objected(world))
    settled = AgreedMark.objects.get(assessment=world.assessment(), node="policy")
    assert settled.settled_by_id == world.key("secretariat")
    again = operations.make_objection(
        by=world.who("coordinator"), assessment=world.assessment().pk, node="policy", text="Masih kurang", now=LATER
    )
    operations.decide_objection(
        by=world.who("secretariat"), objection=again, accepted=False, reason="Sudah sesuai", now=LATER
    )
    assert Objection.objects.get(pk=again).decision == Objection.Decision.REFUSED


def test_the_database_refuses_a_decision_by_the_marker_or_the_objector(world: World) -> None:
    key, own = objected(world), world.key("secretariat")
    decision = {"decision": "refused", "decision_reason": "Tidak", "decided_at": LATER}
    with pytest.raises(IntegrityError, match="objection_decided_by_another"), transaction.atomic():
        Objection.objects.filter(pk=key).update(**decision, decided_by=world.key("coordinator"))
    Mark.objects.create(assessment=world.assessment(), node="policy", assessor_id=own, value=3)
    with pytest.raises(IntegrityError, match="objection_not_decided_by_its_marker"), transaction.atomic():
        Objection.objects.filter(pk=key).update(**decision, decided_by=own)
    Objection.objects.filter(pk=key).update(**decision, decided_by=world.key("approver"))
