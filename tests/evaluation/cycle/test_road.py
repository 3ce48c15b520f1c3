"""The roads of a mark, and of an answer of a survey to the published index (docs/roads.md)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evaluation.cycle import surveyed
from evaluation.cycle.agreed import agree, approve, compute, publish
from evaluation.cycle.panel import finish, give, hand_in
from evaluation.cycle.test_survey_figures import take
from evaluation.cycle.world import CODE, OWN, World
from kit.roads import road
from pilar.evaluation.models import AgreedMark, Answer, Mark
from pilar.evaluation.rules.stages import PhaseState
from pilar.people.rules import OPERATOR
from pilar.surveys import operations as surveys
from pilar.surveys import queries
from pilar.surveys.models import Response, Survey
from pilar.surveys.operations import Source
from surveys.test_answering import PAGES, START
from surveys.world import impact


def test_a_mark_is_saved(world: World, key: int) -> None:
    client, address = Client(), reverse("evaluation:save-mark", args=[key, "survey"])
    client.force_login(world.user("assessor1"))
    sent = {"value": "3,25", "reason": "Sampel", "version": "0"}
    with road("A mark is saved") as step:
        step(lambda: client.post(address, sent))
    assert Mark.objects.get().reason == "Sampel"


def test_an_answer_arrives_in_the_published_index(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    surveyed.ask_for_survey(monkeypatch)
    world.set_phase(PhaseState.OPEN)
    world.let_two_decide()
    key, now = surveyed.drawn_up(world, "Survei dampak 2026"), timezone.now()
    Survey.objects.filter(pk=key).update(opens_at=now - timedelta(hours=1), closes_at=now + timedelta(days=30))
    surveys.open_survey(by=OPERATOR, survey=key)
    cells = queries.cells(queries.survey(key, scope=OPERATOR), scope=OPERATOR)
    for cell in cells:  # of fewer nothing is told
        for _ in range(6):
            began, given = now - timedelta(minutes=4), impact(answers={"easier": 4})
            surveys.answer(token=cell.token, key=uuid4(), given=given, began_at=began, source=Source(), now=now)
    with road("A survey answer arrives in the published index") as step:
        step(lambda: _answer(Client(), f"/s/{cells[0].token}/"))
        step(lambda: surveys.close_survey(by=OPERATOR, survey=key, now=now + timedelta(days=31)))
        step(lambda: take(world))
        assert Answer.objects.get().node == "survey"
        said = _hand_in_the_rest(world)
        for who in ("chair", "assessor1", "assessor2"):
            step(lambda who=who: give(world, world.assessment().pk, who, survey=said))
            step(lambda who=who: finish(world, world.assessment().pk, who))
        AgreedMark.objects.all().delete()
        agree(world)
        step(lambda: compute(world))
        step(lambda: approve(world))
        world.set_phase(PhaseState.FINAL)
        step(lambda: publish(world))
        public = reverse("evaluation:computed-region", args=[CODE, 1, OWN])
        step(lambda: Client().get(public))
    assert Response.objects.filter(survey=key).count() == 13
    assert Client().get(public).status_code == 200


def _answer(phone: Client, link: str) -> None:
    phone.post(link, START)
    for number, page in enumerate(PAGES, start=1):
        phone.post(f"{link}{number}/", page)
    assert phone.post(f"{link}kirim/", {}).status_code == 302


def _hand_in_the_rest(world: World) -> str:
    """Answer what the survey does not; the mark that the survey led to."""
    taken = Answer.objects.values().get()
    Answer.objects.all().delete()
    hand_in(world)
    Answer.objects.filter(node="survey").update(mark=taken["mark"])
    return str(taken["mark"])
