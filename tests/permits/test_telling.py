"""What follows from a case: other systems are told without a name, and everybody who was served is asked, once."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from kit.worlds import once
from people.team import account
from permits.around import subscribe
from permits.test_appointments import filed
from permits.world import NIK, NOW, NURSE, OWN, World
from pilar.areas import operations as areas
from pilar.evidence.operations import sign_documents
from pilar.people import queries as people
from pilar.people.models import User
from pilar.people.rules import OPERATOR, SCHEDULE, NotAllowed, Role
from pilar.permits import operations as do
from pilar.permits.models import HookDelivery, Permit, Subscription
from pilar.permits.operations.notices import tell_walk_in
from pilar.permits.rules.hooks import HookEvent
from pilar.permits.rules.register import PermitState
from pilar.surveys import operations as surveys
from pilar.surveys.models import Invitation
from pilar.surveys.operations import NewSurvey
from pilar.surveys.rules.surveys import NewCell

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=2)


@once
def asked(world: World) -> World:
    """The satisfaction survey asks about the licence, by the one-stop office."""
    name = "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu"
    office = areas.add_office(by=OPERATOR, region=OWN, name=name, abbreviation="DPMPTSP")
    key = account("koordinator@contoh.invalid", Role.COORDINATOR, region=OWN)
    by = people.standing(User.objects.get(pk=key), NOW)
    given = NewSurvey("ikm-2017", "IKM perizinan", 2026, NOW - timedelta(days=1), NOW + timedelta(days=60))
    survey = surveys.create_survey(by=by, region=OWN, given=given, now=NOW)
    cells = [NewCell("Layanan lain", office, 2), NewCell("Surat izin praktik perawat", office, 2)]
    surveys.set_cells(by=by, survey=survey, cells=cells)
    surveys.open_survey(by=by, survey=survey)
    return world


def issued(world: World) -> None:
    world.to_sign()
    world.sign()
    do.mark_issued(by=SCHEDULE, case=world.case, now=LATER)


def test_whoever_got_a_permit_is_asked_about_their_service_once(asked: World, client: Any) -> None:
    issued(asked)
    for _ in range(2):
        do.invite_applicant(by=SCHEDULE, case=asked.case, now=LATER)
    (invitation,) = Invitation.objects.all()
    assert (invitation.subject, invitation.cell.programme) == (
        f"permits.case:{asked.case}",
        "Surat izin praktik perawat",
    )
    assert client.get(reverse("surveys:answer", args=[invitation.token])).status_code == 200
    with pytest.raises(NotAllowed):
        do.invite_applicant(by=asked.who("head"), case=asked.case, now=LATER)


def test_nobody_is_asked_where_no_survey_runs(world: World) -> None:
    issued(world)
    do.invite_applicant(by=SCHEDULE, case=world.case, now=LATER)
    assert not Invitation.objects.exists()


def test_systems_are_told_what_happens_and_of_nobody(world: World) -> None:
    HookDelivery.objects.all().delete()
    subscribe(by=world.who("head"))
    Subscription.objects.filter(region=OWN).update(events=sorted(HookEvent))
    issued(world)
    told = [json.loads(one.body) for one in HookDelivery.objects.order_by("made_at", "event")]
    assert [one["type"] for one in told] == ["case.accepted", "case.decided", "permit.issued"]
    assert {one["data"]["subject"] for one in told} == {world.row().number}
    assert {one["data"]["service"] for one in told} == {"sip-perawat"}
    for one in HookDelivery.objects.all():
        assert all(name not in one.body for name in (NURSE.name, NIK, NURSE.phone, NURSE.address))


def test_a_refusal_and_a_withdrawal_are_told(world: World) -> None:
    HookDelivery.objects.all().delete()
    subscribe(by=world.who("head"))
    Subscription.objects.filter(region=OWN).update(events=["case.withdrawn"])
    world.submit()
    do.withdraw_case(by=world.who("nurse"), case=world.case, now=LATER)
    (one,) = HookDelivery.objects.all()
    assert (one.event, json.loads(one.body)["data"]["state"]) == ("case.withdrawn", "withdrawn")


def test_a_revoked_permit_is_told_by_its_number(world: World) -> None:
    HookDelivery.objects.all().delete()
    subscribe(by=world.who("head"))
    Subscription.objects.filter(region=OWN).update(events=["permit.revoked"])
    world.to_sign()
    world.sign()
    sign_documents(by=SCHEDULE, now=LATER)
    permit = Permit.objects.get(case=world.case)
    given = {"permit": permit.pk, "reason": "Data tidak benar", "now": LATER}
    do.decide_permit(by=world.who("head"), to=PermitState.SUSPENDED, **given)
    assert not HookDelivery.objects.exists()
    do.decide_permit(by=world.who("head"), to=PermitState.REVOKED, **given)
    (one,) = HookDelivery.objects.all()
    assert json.loads(one.body)["data"] == {"subject": permit.number, "service": "sip-perawat"}


@pytest.mark.parametrize(("email", "asked_for"), [("loket@contoh.invalid", 1), ("", 0)])
def test_who_came_to_the_counter_is_asked_where_they_can_be_reached(asked: World, email: str, asked_for: int) -> None:
    filed(asked, email)
    asked.accept()
    asked.recommend()
    asked.decide()
    asked.sign()
    do.mark_issued(by=SCHEDULE, case=asked.case, now=LATER)
    do.invite_applicant(by=SCHEDULE, case=asked.case, now=LATER)
    assert Invitation.objects.count() == asked_for
    for one in Invitation.objects.all():
        path = reverse("surveys:answer", args=[one.token])
        job = ProcrastinateJob.objects.filter(task_name="permits.tell-walk-in").latest("pk")
        assert job.args["path"] == path
        tell_walk_in(by=SCHEDULE, case=asked.case, path=path)
        assert path in mail.outbox[-1].body
