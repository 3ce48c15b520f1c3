"""Every page for those who work with surveys, asked by everybody in every state of a survey."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from design.mistakes import sent_empty
from kit.selection import turns
from kit.written import points_of
from pilar.surveys.models import FormDraft
from surveys import addresses
from surveys.addresses import PEOPLE, READ, SENT
from surveys.questionnaires import plant_draft
from surveys.world import OTHER, OWN, World

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["draft", "open", "closed"])
def state(request: pytest.FixtureRequest, world: World) -> str:
    plant_draft()
    if request.param != "draft":
        world.open()
        world.answer()
    if request.param == "closed":
        world.close()
    return str(request.param)


def address(page: str, world: World) -> str:
    key = (
        FormDraft.objects.get().pk if "questionnaire-draft" in page or page == "release-questionnaire" else world.survey
    )
    values = {"code": OWN, "key": key, "place": 0, "kind": "xlsx", "form": "ikm-2017"}
    return reverse(f"surveys:{page}", kwargs={name: values[name] for name in addresses.page_arguments()[page]})


def test_every_address_is_in_the_tables() -> None:
    for table in READ.values():
        assert {*addresses.read(table)} == {*addresses.page_arguments()}
    for table in SENT.values():
        assert {*addresses.read(table)} <= {*addresses.page_arguments()}


def test_what_each_finds(world: World, state: str) -> None:
    clients, differing = {who: world.client(who) for who in PEOPLE}, list[tuple[Any, ...]]()
    sent, closed = addresses.read(SENT[state]), {who: 302 if who == "visitor" else 405 for who in PEOPLE}
    asked = (
        (page, method, answers, who)
        for page, expected in addresses.read(READ[state]).items()
        for method, answers in (("GET", expected), ("POST", sent.get(page, closed)))
        for who in sorted(turns(answers, at=f"{method} {page} {state}"))
    )
    for page, method, answers, who in asked:
        with transaction.atomic():
            answer = clients[who].generic(method, address(page, world))
            transaction.set_rollback(True)
        if answer.status_code != answers[who]:
            differing.append((method, page, who, answer.status_code, answers[who]))
        differing += [(method, page, who, said) for said in points_of(answer)]
        if who == "visitor" and answer.status_code == 302:
            assert answer["Location"].startswith("/akun/login/?next="), page
    assert differing == []


def test_an_empty_form_is_refused_at_the_top_and_in_the_title(world: World, state: str) -> None:
    client, wrong = world.client("coordinator"), []
    for page in addresses.read(READ[state]):
        with transaction.atomic():
            _said_no, missing = sent_empty(client, address(page, world))
            transaction.set_rollback(True)
        wrong += [f"{page}: {one}" for one in missing]
    assert wrong == []


def test_a_survey_of_nowhere(world: World) -> None:
    client = world.client("coordinator")
    for path in (
        f"/kerja/survei/daerah/{OTHER}/",
        "/kerja/survei/999999/",
        f"/kerja/survei/{world.survey}/tautan/9.svg",
    ):
        assert client.get(path).status_code == 404


def test_a_recap_has_two_kinds(world: World) -> None:
    world.open()
    world.close()
    assert world.client("coordinator").get(f"/kerja/survei/{world.survey}/rekap.docx").status_code == 404
    assert Client().get(f"/s/{world.token()}/").status_code == 200
