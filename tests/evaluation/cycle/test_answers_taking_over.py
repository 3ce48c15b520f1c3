"""A phase begins with what the region answered last in those before."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pgtrigger
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from evaluation.cycle.test_answers_operations import GOOD, a_link, save
from evaluation.cycle.world import LEAVES, NEIGHBOUR, NOW, OWN, World
from kit.worlds import once
from pilar.evaluation import operations
from pilar.evaluation.models import Answer, AnswerEvidence, Assessment, Campaign, Phase
from pilar.evaluation.queries.answers import earlier_answers, form
from pilar.evaluation.rules.answers import Given
from pilar.evaluation.rules.authority import WrongState
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.people.rules import NotAllowed, NotFound
from pilar.platform.models import AuditEvent


@once
def second(world: World) -> World:
    """The first phase is answered, one indicator with evidence; the second is open."""
    world.set_phase(PhaseState.OPEN)
    for node in LEAVES:
        save(world, node)
    operations.attach(
        by=world.who("contributor"), assessment=world.assessment().pk, node="policy", evidence=a_link(world), now=NOW
    )
    world.set_phase(PhaseState.PUBLISHED)
    world.set_phase(PhaseState.OPEN, 2)
    return world


def take(world: World, name: str = "coordinator", region: str = OWN) -> int:
    return operations.take_over_answers(by=world.who(name, region), assessment=world.assessment(OWN, 2).pk, now=NOW)


def test_answers_and_evidence_are_copied_once_and_logged(second: World) -> None:
    assert take(second) == len(LEAVES)
    for node in LEAVES:
        now = Answer.objects.get(assessment=second.assessment(OWN, 2), node=node)
        then = Answer.objects.get(assessment=second.assessment(), node=node)
        fields = ("mark", "quantity", "realised", "planned", "not_applicable", "explanation", "source")
        assert [getattr(now, name) for name in fields] == [getattr(then, name) for name in fields]
        assert (now.version, now.changed_by_id) == (1, second.key("coordinator"))
        logged = AuditEvent.objects.get(action="answer", key=str(now.pk))
        assert logged.after["assessment"] == second.assessment(OWN, 2).pk
    attached = AnswerEvidence.objects.filter(answer__node="policy").values_list("evidence", flat=True)
    assert len(attached) == 2
    assert len(set(attached)) == 1
    assert take(second) == 0
    assert AuditEvent.objects.filter(action="attach").count() == 2


def test_what_is_answered_already_stays(second: World) -> None:
    key = second.assessment(OWN, 2).pk
    save(second, "policy", Given(mark=Decimal(1), explanation="Baru"), assessment=key)
    assert take(second) == len(LEAVES) - 1
    assert Answer.objects.get(assessment=key, node="policy").mark == 1
    assert Answer.objects.get(assessment=second.assessment(), node="policy").mark == GOOD["policy"].mark


def test_an_office_takes_over_what_is_its_own(second: World) -> None:
    operations.allocate(
        by=second.who("coordinator"), assessment=second.assessment(OWN, 2).pk, nodes=["outcome"],
        office=second.offices[OWN][1], now=NOW,
    )  # fmt: skip
    assert take(second, "colleague") == 4, "the budget was its own before"
    assert take(second, "contributor") == 1


@pytest.mark.parametrize(
    ("name", "region", "error"),
    [("verifier", OWN, NotAllowed), ("secretariat", OWN, NotAllowed), ("coordinator", NEIGHBOUR, NotFound)],
)
def test_who_does_not_answer_takes_nothing_over(second: World, name: str, region: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        take(second, name, region)
    assert not Answer.objects.filter(assessment=second.assessment(OWN, 2)).exists()


def test_nothing_is_taken_over_when_the_phase_has_closed(second: World) -> None:
    second.set_phase(PhaseState.CLOSED, 2)
    with pytest.raises(WrongState):
        take(second)


def test_the_first_phase_has_nothing_before_it(
    second: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = form(second.assessment().pk, scope=second.who("coordinator"), now=NOW)
    with django_assert_num_queries(0):
        assert earlier_answers(first) == {}


def test_a_phase_in_which_the_region_was_set_aside_hides_no_answer_before_it(second: World) -> None:
    with pgtrigger.ignore("evaluation.Campaign:campaign_keeps_its_phases"):
        Campaign.objects.filter(pk=second.campaign.pk).update(phase_count=3)
    key = second.assessment(OWN, 2).pk
    save(second, "budget", Given(mark=Decimal(1), explanation="Baru"), assessment=key)
    second.set_phase(PhaseState.PUBLISHED, 2)
    second.set_assessment(AssessmentState.SET_ASIDE, OWN, 2)
    second.phases[3] = Phase.objects.create(
        campaign=second.campaign, number=3, state=PhaseState.OPEN, opens_at=NOW, closes_at=NOW + timedelta(days=9)
    )
    third = Assessment.objects.create(participation=second.participations[OWN], phase=second.phases[3])
    assert operations.take_over_answers(by=second.who("coordinator"), assessment=third.pk, now=NOW) == len(LEAVES)
    answers = {row.node: row for row in Answer.objects.filter(assessment=third)}
    assert answers["budget"].mark == 1
    assert answers["policy"].mark == GOOD["policy"].mark
    assert AnswerEvidence.objects.filter(answer=answers["policy"]).count() == 1


def test_the_page_offers_it_and_says_what_was_copied(second: World, client: Client) -> None:
    client.force_login(second.user("coordinator"), backend="allauth.account.auth_backends.AuthenticationBackend")
    page = f"/kerja/penilaian/{second.assessment(OWN, 2).pk}/"
    assert "5 indikator yang masih kosong di sini" in client.get(page).content.decode()
    answer = client.post(f"{page}salin/", follow=True).content.decode()
    assert "5 jawaban disalin" in answer
    assert "Salin jawaban" not in answer
    assert client.get(f"{page}salin/")["Location"] == page, "the page that it is sent from"
