"""Splitting the self-assessment over offices, and what each of them is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from evaluation.cycle.test_answers_operations import fill, save
from evaluation.cycle.world import CLOSES, FAR, NOW, OWN, World
from pilar.areas.operations import UnknownOffice, close_office
from pilar.evaluation import operations
from pilar.evaluation.models import Allocation
from pilar.evaluation.operations.announcing import announce_invitations
from pilar.evaluation.rules.marking import UnknownIndicator
from pilar.evaluation.rules.stages import AssessmentState
from pilar.people.models import Notice
from pilar.people.rules import OPERATOR, NotAllowed, NotFound
from pilar.platform.errors import Faults
from pilar.platform.models import AuditEvent


def test_a_subtree_is_given_at_once_and_its_office_is_told_once(opened: World) -> None:
    by, key = opened.who("coordinator"), opened.assessment().pk
    second = opened.offices[OWN][1]
    assert operations.allocate(by=by, assessment=key, nodes=["outcome", "policy"], office=second, now=NOW) == 3
    held = dict(Allocation.objects.filter(participation__region=OWN).values_list("node", "office"))
    assert {held[node] for node in ("programmes", "poverty", "survey", "policy")} == {second}
    assert operations.allocate(by=by, assessment=key, nodes=["outcome"], office=second, now=NOW) == 0
    notice = Notice.objects.get(user=opened.key("colleague"))
    assert (notice.deadline, notice.region_id, notice.needs_action) == (CLOSES, OWN, True)
    assert notice.address == f"/kerja/penilaian/{key}/"
    assert AuditEvent.objects.filter(action="allocate").count() == 1


def test_an_allocation_is_taken_back(opened: World) -> None:
    by, key = opened.who("coordinator"), opened.assessment().pk
    assert operations.allocate(by=by, assessment=key, nodes=["final"], office=None, now=NOW) == 5
    assert not Allocation.objects.filter(participation__region=OWN).exists()
    assert Allocation.objects.filter(participation__region=FAR).exists()


def test_the_invitation_is_done_when_every_indicator_has_its_office(opened: World) -> None:
    by, key = opened.who("coordinator"), opened.assessment().pk
    announce_invitations(
        by=opened.who("secretariat"), participations=[opened.participations[OWN]], campaign=opened.campaign, now=NOW
    )
    invitation = Notice.objects.get(kind="evaluation.invited")
    first, second = opened.offices[OWN]
    operations.allocate(by=by, assessment=key, nodes=["final"], office=None, now=NOW)
    operations.allocate(by=by, assessment=key, nodes=["output"], office=first, now=NOW)
    invitation.refresh_from_db()
    assert invitation.done_at is None
    operations.allocate(by=by, assessment=key, nodes=["outcome"], office=second, now=NOW)
    invitation.refresh_from_db()
    assert invitation.done_at == NOW


def test_what_cannot_be_allocated(opened: World) -> None:
    by, key = opened.who("coordinator"), opened.assessment().pk
    first = opened.offices[OWN][0]
    with pytest.raises(UnknownOffice):
        operations.allocate(by=by, assessment=key, nodes=["final"], office=opened.offices[FAR][0], now=NOW)
    with pytest.raises(UnknownIndicator):
        operations.allocate(by=by, assessment=key, nodes=["nothing"], office=first, now=NOW)
    with pytest.raises(Faults):
        operations.allocate(by=by, assessment=key, nodes=[], office=first, now=NOW)
    close_office(by=OPERATOR, office=first, now=NOW + timedelta(days=3650))
    with pytest.raises(UnknownOffice):
        operations.allocate(by=by, assessment=key, nodes=["final"], office=first, now=NOW)


@pytest.mark.parametrize(
    ("name", "region", "error"),
    [
        ("contributor", OWN, NotAllowed), ("verifier", OWN, NotAllowed), ("secretariat", OWN, NotAllowed),
        ("coordinator", FAR, NotFound), ("assessor3", OWN, NotFound),
    ],
)  # fmt: skip
def test_who_may_not_allocate_nor_submit(opened: World, name: str, region: str, error: type[Exception]) -> None:
    fill(opened)
    by, key = opened.who(name, region), opened.assessment().pk
    with pytest.raises(error):
        operations.allocate(by=by, assessment=key, nodes=["final"], office=None, now=NOW)
    with pytest.raises(error):
        operations.submit(by=by, assessment=key, now=NOW)
    assert opened.assessment().state == AssessmentState.PREPARING


def test_the_notice_of_an_office_goes_away_with_its_last_open_indicator(opened: World) -> None:
    by, key = opened.who("coordinator"), opened.assessment().pk
    Allocation.objects.filter(participation__region=OWN).delete()
    operations.allocate(by=by, assessment=key, nodes=["output"], office=opened.offices[OWN][0], now=NOW)
    save(opened, "policy", by=opened.who("contributor"))
    assert Notice.objects.get(user=opened.key("contributor")).done_at is None
    save(opened, "budget", by=opened.who("contributor"))
    assert Notice.objects.get(user=opened.key("contributor")).done_at == NOW
