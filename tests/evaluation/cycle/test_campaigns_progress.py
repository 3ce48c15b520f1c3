"""The progress board: what it counts, what it narrows to, and its queries with 514 regions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from evaluation.cycle.crowd import make_crowd
from evaluation.cycle.world import CODE, FAR, LEAVES, NEIGHBOUR, NOW, OWN, World
from pilar.evaluation.models import Answer, EvidenceRequest, MarkingDone, Seat
from pilar.evaluation.queries.campaigns import campaign, campaigns
from pilar.evaluation.queries.panels import board, proposal
from pilar.evaluation.queries.participation import participants
from pilar.evaluation.queries.progress import Progress, ProgressFilter, ProgressRow, progress
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.people.rules import NotAllowed, NotFound

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
MAX_QUERIES = 12


def page(world: World, by: str = "secretariat", **filters: str) -> Progress:
    return progress(CODE, 1, scope=world.who(by), now=NOW, filters=ProgressFilter(**filters))


def rows(world: World, **filters: str) -> list[str]:
    return [row.region_code for row in page(world, **filters).page]


def own(world: World) -> ProgressRow:
    return next(row for row in page(world).page if row.region_code == OWN)


def test_it_counts_answers_finished_seats_and_open_requests(world: World) -> None:
    Answer.objects.create(assessment=world.assessment(), node="policy", mark=3)
    Answer.objects.create(assessment=world.assessment(), node="poverty", not_applicable=True)
    Answer.objects.create(assessment=world.assessment(), node="budget", explanation="Belum dinilai")
    Answer.objects.create(assessment=world.assessment(number=2), node="survey", mark=3)
    for name in ("assessor1", "assessor4"):
        MarkingDone.objects.create(assessment=world.assessment(), assessor_id=world.key(name))
    for hours in (1, -1):
        EvidenceRequest.objects.create(
            assessment=world.assessment(), node="policy", text="SK", deadline=NOW + timedelta(hours=hours)
        )
    row = own(world)
    assert (row.answered, row.indicators, row.percent) == (2, len(LEAVES), 40)
    assert (row.finished, row.seats, row.chair) == (1, 3, "Ketua")
    assert row.open_requests == 1


def test_it_narrows_and_orders(world: World) -> None:
    world.set_assessment(AssessmentState.SUBMITTED, OWN)
    for name in ("chair", "assessor1", "assessor2"):
        MarkingDone.objects.create(assessment=world.assessment(FAR), assessor_id=world.key(name))
    world.set_assessment(AssessmentState.SUBMITTED, FAR)
    Seat.objects.filter(participation=world.participations[NEIGHBOUR]).delete()
    EvidenceRequest.objects.create(
        assessment=world.assessment(FAR), node="policy", text="SK", deadline=NOW + timedelta(hours=1)
    )
    assert rows(world) == [FAR, OWN, NEIGHBOUR]
    assert rows(world, sort="-region") == [NEIGHBOUR, OWN, FAR]
    assert rows(world, sort="submitted")[-1] == NEIGHBOUR
    assert rows(world, text="kabupaten tangerang") == [OWN]
    assert rows(world, text="36") == [OWN, NEIGHBOUR]
    assert rows(world, state="submitted") == [FAR, OWN]
    assert rows(world, group="regular") == [FAR, OWN, NEIGHBOUR]
    assert rows(world, group="none") == []
    assert rows(world, attention="panel") == [NEIGHBOUR]
    assert rows(world, attention="marking") == [OWN]
    assert rows(world, attention="requests") == [FAR]
    assert rows(world, attention="none") == []
    assert rows(world, text="nul\0") == []
    assert dict(page(world).states) == {"preparing": 1, "submitted": 2, "agreed": 0, "set_aside": 0}


@pytest.mark.parametrize(
    ("name", "error"), [("coordinator", NotAllowed), ("chair", NotAllowed), ("assessor4", NotFound)]
)
def test_it_is_the_secretariats(world: World, name: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        page(world, by=name)
    with pytest.raises(error):
        participants(CODE, scope=world.who(name))


@pytest.mark.thorough
def test_the_number_of_queries_does_not_grow_with_the_regions(world: World) -> None:
    world.set_phase(PhaseState.DESK_CHECK)
    by = world.who("secretariat")
    reads = {
        "progress": lambda: progress(CODE, 1, scope=by, now=NOW, filters=ProgressFilter()),
        "board": lambda: board(CODE, scope=by, now=NOW),
        "campaign": lambda: campaign(CODE, scope=by, now=NOW),
        "campaigns": lambda: campaigns(scope=by),
        "participants": lambda: participants(CODE, scope=by),
        "proposal": lambda: proposal(CODE, scope=by, now=NOW),
    }

    def counts() -> dict[str, int]:
        found = {}
        for name, read in reads.items():
            with CaptureQueriesContext(connection) as seen:
                read()
            found[name] = len(seen)
        return found

    few = counts()
    make_crowd(world)
    assert counts() == few
    assert max(few.values()) <= MAX_QUERIES


@pytest.mark.thorough
def test_the_page_takes_at_most_twelve_queries_with_514_regions(world: World, client: Client) -> None:
    make_crowd(world)
    world.set_phase(PhaseState.DESK_CHECK)
    client.force_login(world.user("secretariat"), BACKEND)
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(f"/kerja/periode/{CODE}/kemajuan/1/")
    assert len(seen) <= MAX_QUERIES
    assert answer.content.decode().count("<tr>") > 50
