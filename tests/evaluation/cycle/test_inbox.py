"""Items of the evaluation in the inbox of each role."""

from __future__ import annotations

import pytest
from django.urls import reverse

from evaluation.cycle.panel import hand_in
from evaluation.cycle.test_marking_requests import HOUR, ask
from evaluation.cycle.world import CLOSES, NEIGHBOUR, NOW, OWN, World
from pilar.evaluation.models import Assessment, EvidenceRequest
from pilar.evaluation.queries.inbox import waiting
from pilar.people.queries.inbox import inbox
from pilar.people.rules import PUBLIC

pytestmark = pytest.mark.django_db


def said(world: World, name: str, region: str = OWN) -> list[str]:
    return [one.text for one in waiting(world.who(name, region), NOW)]


def test_a_self_assessment_waits_for_who_hands_it_in_and_who_answers(opened: World) -> None:
    key = Assessment.objects.get(participation__region=OWN, phase__number=1).pk
    (line,) = waiting(opened.who("coordinator"), NOW)
    assert line.text.startswith("Kabupaten Tangerang: ajukan penilaian mandiri (0 dari ")
    assert (line.address, line.due) == (f"/kerja/penilaian/{key}/pengajuan/", CLOSES)
    assert line.otherwise == "Setelah itu tidak ada lagi yang dapat dijawab atau diajukan."
    (neighbours,) = waiting(opened.who("coordinator", NEIGHBOUR), NOW)
    assert neighbours.region == NEIGHBOUR
    assert said(opened, "verifier") == []
    assert [*waiting(PUBLIC, NOW)] == []
    assert [*waiting(opened.who("coordinator"), CLOSES)] == [], "nothing can be handed in any more"


def test_a_region_waits_for_the_marks_of_each_assessor(world: World) -> None:
    key = hand_in(world)
    found = [*waiting(world.who("chair"), NOW)]
    assert f"/kerja/asesor/{key}/" in [one.address for one in found]
    assert said(world, "coordinator") == []


def test_requests_for_evidence_stand_once_by_the_first_deadline(world: World, key: int) -> None:
    ask(world, key)
    ask(world, key, node="budget", deadline=NOW + HOUR)
    found = {one.address: one for one in inbox(scope=world.who("coordinator"), now=NOW)}
    line = found[f"/kerja/penilaian/{key}/permintaan/"]
    assert (line.due, line.otherwise) == (NOW + HOUR, "Setelah itu tidak dapat dijawab lagi.")
    single = {reverse("evaluation:request", args=[one.pk]) for one in EvidenceRequest.objects.all()}
    assert len(single) == 2
    assert not single & found.keys()
