"""Evidence belongs to a submission in the version of that moment, whatever is added later."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from evaluation.cycle.test_answers_operations import a_link, fill
from evaluation.cycle.test_answers_pages import words
from evaluation.cycle.world import NOW, World
from kit.worlds import once
from pilar.evaluation import operations
from pilar.evaluation.models import AnswerEvidence
from pilar.evaluation.queries.answers import form
from pilar.evaluation.queries.evidence_requests import request as one_request
from pilar.evaluation.queries.marking import marking_form
from pilar.evaluation.rules.stages import PhaseState
from pilar.evidence import operations as evidence
from pilar.evidence import queries as pieces
from pilar.evidence.operations import Link
from pilar.people import operations as people
from pilar.people.rules import NotFound
from pilar.platform.models import AuditEvent

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NEWER = "Version 1 was submitted. A newer version exists; it is no part of what was submitted."


@once
def piece(world: World) -> UUID:
    """Attached to an answer of a region that has submitted; a second version was added afterwards."""
    world.set_phase(PhaseState.OPEN)
    fill(world)
    key = a_link(world)
    by, assessment = world.who("coordinator"), world.assessment().pk
    operations.attach(by=by, assessment=assessment, node="policy", evidence=key, now=NOW)
    operations.submit(by=by, assessment=assessment, now=NOW)
    revise(world, key)
    return key


def revise(world: World, key: UUID) -> int:
    content = Link("https://example.org/kemudian")
    return evidence.add_revision(by=world.who("contributor"), evidence=key, content=content, now=NOW)


def region_sees(world: World, name: str = "coordinator") -> list[tuple[int, int]]:
    found = form(world.assessment().pk, scope=world.who(name), now=NOW).evidence["policy"]
    return [(row.number, row.newest) for row in found]


def panel_sees(world: World) -> list[tuple[int, int]]:
    items = marking_form(world.assessment().pk, scope=world.who("assessor1")).items
    return [(row.number, row.newest) for item in items if item.node.code == "policy" for row in item.evidence]


def at_the_panel(world: World) -> None:
    world.set_phase(PhaseState.DESK_CHECK)


def test_while_it_is_prepared_the_newest_version_counts(world: World) -> None:
    world.set_phase(PhaseState.OPEN)
    key = a_link(world)
    operations.attach(
        by=world.who("contributor"), assessment=world.assessment().pk, node="policy", evidence=key, now=NOW
    )
    revise(world, key)
    assert AnswerEvidence.objects.get().number is None
    assert region_sees(world) == [(2, 2)]


def test_submission_keeps_the_version_of_then_and_the_log_names_it(world: World, piece: UUID) -> None:
    assert AnswerEvidence.objects.get().number == 1
    assert AuditEvent.objects.get(action="submit").after["evidence"] == {str(piece): 1}
    assert region_sees(world) == region_sees(world, "secretariat") == [(1, 2)]
    at_the_panel(world)
    assert panel_sees(world) == [(1, 2)]


def test_the_panel_reads_no_later_version_and_no_file_of_one(world: World, piece: UUID) -> None:
    at_the_panel(world)
    panel = world.who("assessor1")
    assert [row.number for row in pieces.history(piece, scope=panel)] == [1]
    with pytest.raises(NotFound):
        pieces.revision(piece, 2, scope=panel)
    assert [row.number for row in pieces.history(piece, scope=world.who("coordinator"))] == [2, 1]


def test_what_is_verified_later_changes_nothing_that_was_submitted(world: World, piece: UUID) -> None:
    evidence.verify(by=world.who("verifier"), evidence=piece, number=2, now=NOW)
    at_the_panel(world)
    assert panel_sees(world) == [(1, 2)]
    (row,) = form(world.assessment().pk, scope=world.who("coordinator"), now=NOW).evidence["policy"]
    assert row.verification == "open"


def test_returned_it_is_prepared_with_the_newest_again(world: World, piece: UUID) -> None:
    by, key = world.who("coordinator"), world.assessment().pk
    operations.return_assessment(by=world.who("secretariat"), assessment=key, reason="Buram", now=NOW)
    assert AnswerEvidence.objects.get().number is None
    assert region_sees(world) == [(2, 2)]
    operations.submit(by=by, assessment=key, now=NOW)
    assert region_sees(world) == [(2, 2)]
    assert AnswerEvidence.objects.get().number == 2


def test_what_answers_a_request_is_read_as_it_was_sent(world: World, piece: UUID) -> None:
    at_the_panel(world)
    key = world.assessment().pk
    request = operations.request_evidence(
        by=world.who("assessor1"), assessment=key, node="policy", text="Versi yang ditetapkan", now=NOW
    )
    new = a_link(world)
    operations.answer_request(
        by=world.who("contributor"), request=request, reply="Terlampir", evidence=[piece, new], now=NOW
    )
    revise(world, piece)
    revise(world, new)
    assert panel_sees(world) == [(2, 3), (1, 2)]
    _all, _row, attached = one_request(request, scope=world.who("chair"), now=NOW)
    assert [row.number for row in attached] == [2, 1]
    assert AuditEvent.objects.get(target="evaluation.evidence-request", action="answer").after["evidence"] == {
        str(piece): 2,
        str(new): 1,
    }


def test_pages_say_that_a_newer_version_is_no_part_of_it(world: World, piece: UUID, client: Client) -> None:
    key = world.assessment().pk
    client.force_login(world.user("coordinator"), BACKEND)
    assert NEWER in words(client.get(f"/en/kerja/penilaian/{key}/indikator/policy/"))
    at_the_panel(world)
    client.force_login(world.user("assessor1"), BACKEND)
    page = client.get(f"/en/kerja/asesor/{key}/")
    assert NEWER in words(page)
    assert "https://example.org/kemudian" not in page.content.decode()


def test_pages_say_nothing_where_there_is_none(world: World, client: Client) -> None:
    world.set_phase(PhaseState.OPEN)
    key = a_link(world)
    operations.attach(
        by=world.who("contributor"), assessment=world.assessment().pk, node="policy", evidence=key, now=NOW
    )
    revise(world, key)
    client.force_login(world.user("coordinator"), BACKEND)
    page = words(client.get(f"/en/kerja/penilaian/{world.assessment().pk}/indikator/policy/"))
    assert "newer version" not in page


def test_the_api_names_the_versions(world: World, piece: UUID) -> None:
    at_the_panel(world)
    key = world.assessment().pk
    expected = [{"evidence": str(piece), "number": 1, "newest": 2}]
    for name, path in (("coordinator", f"assessments/{key}"), ("assessor1", f"marking/{key}")):
        now = timezone.now()
        token = people.create_token(by=world.who(name, now=now), name="Uji", days=1, now=now)
        found = Client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {token.secret}"}).json()
        (row,) = (row for row in found.get("answers", found.get("items")) if row["node"] == "policy")
        assert row["attached"] == expected


def test_a_version_counts_from_one(world: World, piece: UUID) -> None:
    with pytest.raises(IntegrityError, match="answer_evidence_number_from_one"), transaction.atomic():
        AnswerEvidence.objects.update(number=0)
