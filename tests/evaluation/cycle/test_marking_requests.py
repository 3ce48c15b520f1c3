"""Requests for missing evidence, with a deadline."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from confirming import confirmed
from evaluation.cycle.world import CODE, FAR, NOW, OWN, World
from pilar.evaluation import operations
from pilar.evaluation.models import AnswerEvidence, EvidenceRequest, Seat
from pilar.evaluation.queries.cases import phase_for
from pilar.evaluation.queries.evidence_requests import request as one_request
from pilar.evaluation.queries.evidence_requests import requests
from pilar.evaluation.queries.marking import duties
from pilar.evaluation.queries.phases import phase_facts
from pilar.evaluation.rules.authority import WrongState
from pilar.evaluation.rules.evidence_requests import RequestClosed, RequestState
from pilar.evaluation.rules.findings import FindingKind
from pilar.evaluation.rules.marking import UnknownIndicator
from pilar.evaluation.rules.stages import PhaseState
from pilar.evidence import operations as evidence
from pilar.people import operations as people
from pilar.people.models import Notice
from pilar.people.rules import NotAllowed, NotFound
from pilar.platform import audit
from pilar.platform.errors import Faults

HOUR = timedelta(hours=1)
WEAKNESS, STRENGTH, RECOMMENDATION = FindingKind.WEAKNESS, FindingKind.STRENGTH, FindingKind.RECOMMENDATION


def codes(refused: pytest.ExceptionInfo[Faults]) -> list[tuple[str, str]]:
    return [(fault.code, fault.place) for fault in refused.value.faults]


def ask(world: World, key: int, who: str = "assessor1", **changed: Any) -> int:
    given = {"node": "policy", "text": "Lampirkan Perbup", **changed}
    return operations.request_evidence(by=world.who(who), assessment=key, now=NOW, **given)


def reply(world: World, request: int, who: str = "contributor", **changed: Any) -> None:
    given = {"reply": "Terlampir", "now": NOW + HOUR, **changed}
    operations.answer_request(by=world.who(who), request=request, **given)


def piece(world: World, region: str = OWN) -> Any:
    return evidence.add_evidence(
        by=world.who("coordinator", region),
        region=region,
        title="Perbup",
        content=evidence.Link("https://example.org/perbup"),
        now=NOW,
    )


def test_a_request_has_the_campaigns_deadline_and_tells_coordinator_and_office(world: World, key: int) -> None:
    ask(world, key)
    assert EvidenceRequest.objects.get().deadline == NOW + 24 * HOUR
    rows = Notice.objects.filter(kind="evaluation.evidence-request")
    assert set(rows.values_list("user", flat=True)) == {world.key("coordinator"), world.key("contributor")}
    assert {(row.deadline, row.region_id, row.needs_action) for row in rows} == {(NOW + 24 * HOUR, OWN, True)}
    world.campaign.evidence_hours = 48
    world.campaign.save()
    ask(world, key, node="budget")
    assert EvidenceRequest.objects.get(node="budget").deadline == NOW + 48 * HOUR
    budget = Notice.objects.filter(
        kind="evaluation.evidence-request", subject__endswith=str(EvidenceRequest.objects.latest("id").pk)
    )
    assert set(budget.values_list("user", flat=True)) == {world.key("coordinator"), world.key("colleague")}


def test_a_request_may_have_its_own_deadline_in_the_future(world: World, key: int) -> None:
    ask(world, key, deadline=NOW + HOUR)
    with pytest.raises(Faults) as refused:
        ask(world, key, deadline=NOW)
    assert codes(refused) == [("deadline-passed", "deadline")]
    ask(world, key, deadline=NOW + 30 * 24 * HOUR)
    with pytest.raises(Faults) as refused:
        ask(world, key, deadline=NOW + 30 * 24 * HOUR + timedelta(seconds=1))
    assert codes(refused) == [("deadline-far", "deadline")]
    with pytest.raises(Faults) as refused:
        ask(world, key, text="")
    assert codes(refused) == [("no-text", "text")]
    with pytest.raises(UnknownIndicator):
        ask(world, key, node="output")


@pytest.mark.parametrize("who", ["secretariat", "chair", "assessor2"])
def test_panel_and_secretariat_ask(world: World, key: int, who: str) -> None:
    ask(world, key, who)
    assert EvidenceRequest.objects.get().asked_by_id == world.key(who)


@pytest.mark.parametrize("who", ["coordinator", "contributor", "verifier"])
def test_the_region_does_not_ask_itself(world: World, key: int, who: str) -> None:
    with pytest.raises(NotAllowed):
        ask(world, key, who)


def test_the_office_of_the_indicator_answers_with_evidence(world: World, key: int) -> None:
    request, found = ask(world, key), piece(world)
    reply(world, request, evidence=[found, found])
    row = EvidenceRequest.objects.get()
    assert (row.reply, row.answered_by_id, row.answered_at) == ("Terlampir", world.key("contributor"), NOW + HOUR)
    assert AnswerEvidence.objects.get().answer.node == "policy"
    assert not Notice.objects.filter(kind="evaluation.evidence-request", done_at=None).exists()
    assert Notice.objects.get(kind="evaluation.evidence-answered").user_id == world.key("assessor1")
    _all, shown, attached = one_request(request, scope=world.who("assessor2"), now=NOW)
    assert shown.state is RequestState.ANSWERED
    assert [one.title for one in attached] == ["Perbup"]
    with pytest.raises(RequestClosed):
        reply(world, request)


@pytest.mark.parametrize("who", ["colleague", "verifier", "assessor1", "secretariat"])
def test_another_office_and_other_roles_do_not_answer(world: World, key: int, who: str) -> None:
    request = ask(world, key)
    with pytest.raises(NotAllowed):
        reply(world, request, who)


def test_another_region_does_not_know_of_a_request(world: World, key: int) -> None:
    request = ask(world, key)
    with pytest.raises(NotFound):
        operations.answer_request(by=world.who("coordinator", FAR), request=request, reply="x", now=NOW)
    with pytest.raises(NotFound):
        one_request(request, scope=world.who("coordinator", FAR), now=NOW)
    with pytest.raises(NotFound):
        reply(world, request + 1)


def test_a_reply_says_or_shows_something_of_the_own_region(world: World, key: int) -> None:
    request, foreign = ask(world, key), piece(world, FAR)
    with pytest.raises(Faults) as refused:
        reply(world, request, reply=" ")
    assert codes(refused) == [("no-reply", "reply")]
    with pytest.raises(Faults) as refused:
        reply(world, request, "coordinator", evidence=[foreign])
    assert codes(refused) == [("foreign-evidence", "evidence")]
    assert not AnswerEvidence.objects.exists()
    assert EvidenceRequest.objects.get().answered_at is None


def test_a_request_closes_itself_at_its_deadline(world: World, key: int) -> None:
    request = ask(world, key)
    for now, state, mine in (
        (NOW + 24 * HOUR - timedelta(seconds=1), "open", True),
        (NOW + 24 * HOUR, "closed", False),
    ):
        (row,) = requests(key, scope=world.who("contributor"), now=now).rows
        assert (row.state, row.mine) == (state, mine)
    with pytest.raises(RequestClosed):
        reply(world, request, now=NOW + 24 * HOUR)
    assert EvidenceRequest.objects.get().answered_at is None


def test_requests_belong_to_the_panels_work(world: World, key: int) -> None:
    request = ask(world, key)
    world.set_phase(PhaseState.AGREED)
    with pytest.raises(WrongState):
        ask(world, key)
    with pytest.raises(WrongState):
        reply(world, request)


def withdraw(world: World, request: int, who: str) -> None:
    operations.withdraw_request(by=world.who(who), request=request, now=NOW + HOUR)


@pytest.mark.parametrize(("asker", "others"), [("assessor1", ["chair", "assessor2"]), ("secretariat", ["secretariat"])])
def test_who_asked_withdraws(world: World, key: int, asker: str, others: list[str]) -> None:
    for who in [asker, *others]:
        request = ask(world, key, asker)
        withdraw(world, request, who)
        withdraw(world, request, who)
        row = EvidenceRequest.objects.get(pk=request)
        assert (row.withdrawn_by_id, row.withdrawn_at) == (world.key(who), NOW + HOUR)
        assert not Notice.objects.filter(kind="evaluation.evidence-request", done_at=None).exists()
        (event,) = audit.events(target="evaluation.evidence-request", key=request)[:1]
        assert (event.action, event.after) == ("withdraw", {"state": "withdrawn"})
        with pytest.raises(RequestClosed):
            reply(world, request)
        _all, shown, _attached = one_request(request, scope=world.who(who), now=NOW)
        assert (shown.state, shown.withdrawable) == (RequestState.WITHDRAWN, False)


@pytest.mark.parametrize(
    ("asker", "who"),
    [("assessor1", "secretariat"), ("secretariat", "chair"), ("secretariat", "assessor1"), ("chair", "coordinator")],
)
def test_nobody_else_withdraws(world: World, key: int, asker: str, who: str) -> None:
    request = ask(world, key, asker)
    with pytest.raises(NotAllowed):
        withdraw(world, request, who)
    assert not one_request(request, scope=world.who(who), now=NOW)[1].withdrawable


def test_what_somebody_asked_who_left_the_panel_is_the_secretariats_to_withdraw(world: World, key: int) -> None:
    request = ask(world, key, "assessor1")
    Seat.objects.filter(assessor=world.key("assessor1")).delete()
    with pytest.raises(NotAllowed):
        withdraw(world, request, "chair")
    withdraw(world, request, "secretariat")


def test_what_is_answered_or_over_is_not_withdrawn(world: World, key: int) -> None:
    answered, over = ask(world, key), ask(world, key, node="budget", deadline=NOW + timedelta(minutes=1))
    reply(world, answered)
    for request in (answered, over):
        with pytest.raises(RequestClosed):
            withdraw(world, request, "assessor1")


def test_a_withdrawn_request_holds_up_nothing(world: World, key: int) -> None:
    request = ask(world, key)
    world.set_phase(PhaseState.REVIEW)
    phase = phase_for(world.who("secretariat"), CODE, 1)
    assert phase_facts(phase, NOW).open_requests == 1
    withdraw(world, request, "assessor1")
    assert phase_facts(phase, NOW + HOUR).open_requests == 0
    (duty,) = duties(scope=world.who("assessor1"), now=NOW + HOUR)
    assert (duty.open_requests, duty.next_deadline) == (0, None)


def test_an_indicator_that_is_asked_about_narrows_no_list(world: World, key: int, client: Client) -> None:
    client.force_login(world.user("chair"), "allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(f"/kerja/penilaian/{key}/permintaan/?indikator=policy").content.decode()
    assert "Belum ada permintaan bukti dukung" in page
    assert 'value="policy" selected' in page


def test_page_and_api_withdraw(world: World, key: int, client: Client) -> None:
    now = timezone.now()
    keys = [
        operations.request_evidence(by=world.who("chair", now=now), assessment=key, node="policy", text="SK", now=now)
        for _each in range(2)
    ]
    client.force_login(world.user("chair"), "allauth.account.auth_backends.AuthenticationBackend")
    assert "Tarik permintaan" in client.get(f"/kerja/permintaan/{keys[0]}/").content.decode()
    page = confirmed(client, f"/kerja/permintaan/{keys[0]}/tarik/", follow=True).content.decode()
    assert "Permintaan sudah ditarik" in page
    assert "Tarik permintaan" not in page
    token = people.create_token(by=world.who("chair", now=now), name="Uji", days=1, now=now)
    answer = Client().post(
        f"/api/v1/evidence-requests/{keys[1]}/withdrawal", headers={"Authorization": f"Bearer {token.secret}"}
    )
    assert answer.status_code == 204
    assert not EvidenceRequest.objects.filter(withdrawn_at=None).exists()
