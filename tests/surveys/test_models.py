"""What the database itself refuses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from kit.neighbours import own
from pilar.surveys.models import Cell, Contact, FollowUp, Form, Response, Survey, Trace, Unfinished
from surveys.world import CLOSES, NOW, OTHER, OWN, World, make_survey

pytestmark = pytest.mark.django_db


@contextmanager
def refused(name: str, kind: type[DatabaseError] = IntegrityError) -> Iterator[None]:
    with pytest.raises(kind, match=name), transaction.atomic():
        yield


def run(statement: str, *given: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)


def test_forms(world: World) -> None:
    with refused("form_fingerprint_format"):
        Form.objects.create(code="x", version="1", fingerprint="0" * 63, text="")
    form = Form.objects.get(code="impact-2023")
    with refused("fingerprint"):
        Form.objects.create(code="x", version="1", fingerprint=form.fingerprint, text="")
    for statement in ("UPDATE surveys_form SET text = 'lain'", "DELETE FROM surveys_form"):
        with refused("annot", ProgrammingError):
            run(statement)


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"title": "Survei impact-2023"}, "survey_title_once_a_year"),
        ({"title": " "}, "survey_has_a_title"),
        ({"state": "paused"}, "survey_state_known"),
        ({"closes_at": NOW}, "survey_closes_after_opening"),
        ({"stated_on": date(2026, 5, 1), "stated_by": "Bupati"}, "survey_stated_when_closed"),
        ({"state": "closed", "stated_on": date(2026, 5, 1), "stated_by": " "}, "survey_stated_when_closed"),
        ({"districts": {}}, "survey_districts_are_a_list"),
    ],
)
def test_surveys(world: World, changed: dict[str, Any], name: str) -> None:
    given = {
        "region_id": OWN, "form": Form.objects.get(code="impact-2023"), "title": "Lain", "year": 2026, "opens_at": NOW,
        "closes_at": CLOSES, "created_at": NOW,
    }  # fmt: skip
    with refused(name):
        Survey.objects.create(**given | changed)
    assert Survey.objects.create(**given).pk


@pytest.mark.parametrize(
    ("state", "changed"),
    [
        ("draft", {"region_id": OTHER}),
        ("draft", {"synthetic": True}),
        ("draft", {"districts": []}),
        ("open", {"state": "draft"}),
        ("closed", {"state": "open"}),
        ("closed", {"state": "draft"}),
    ],
)
def test_a_survey_stays(world: World, state: str, changed: dict[str, Any]) -> None:
    if state != "draft":
        world.open()
    if state == "closed":
        world.close()
    with refused("survey_stays"):
        Survey.objects.filter(pk=world.survey).update(**changed)


def test_a_survey_keeps_its_form_and_is_never_deleted(world: World) -> None:
    other = make_survey(world.cast, "ikm-2017")
    with refused("survey_stays"):
        Survey.objects.filter(pk=world.survey).update(form=Survey.objects.get(pk=other).form)
    with refused("annot delete", ProgrammingError):
        run("DELETE FROM surveys_survey")


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"place": 0}, "cell_place_once"),
        ({"programme": "\t"}, "cell_names_a_programme"),
        ({"quota": 0}, "cell_quota_from_one"),
        ({"population": 0}, "cell_population_from_one"),
        ({"token": "PENDEK"}, "cell_token_format"),
        ({"token": "a" * 11}, "cell_token_format"),
    ],
)
def test_cells(world: World, changed: dict[str, Any], name: str) -> None:
    given = {
        "survey_id": world.survey, "place": 9, "programme": "Lain", "office_id": world.cast.office, "quota": 1,
        "token": "a" * 16,
    }  # fmt: skip
    with refused(name):
        Cell.objects.create(**given | changed)
    assert Cell.objects.create(**given).pk
    with refused("token"):
        Cell.objects.create(**given | {"place": 10})


def test_cells_belong_to_an_office_of_the_region_and_stay_once_it_is_open(world: World) -> None:
    from pilar.areas.operations import add_office
    from pilar.people.rules import OPERATOR

    elsewhere = add_office(by=OPERATOR, region=OTHER, name="Dinas lain")
    with refused("cell_office_in_region"):
        own(Cell).filter(survey=world.survey).update(office=elsewhere)
    world.open()
    with refused("cell_while_set_up"):
        own(Cell).filter(survey=world.survey).update(quota=1)
    with refused("cell_while_set_up"):
        run("DELETE FROM surveys_cell")
    with refused("cell_while_set_up"):
        Cell.objects.create(
            survey_id=world.survey, place=9, programme="Lain", office_id=world.cast.office, quota=1, token="b" * 16
        )


def test_what_is_done_about_an_element(world: World) -> None:
    given = {
        "survey_id": world.survey, "place": 0, "element": "time", "act": "Tambah loket", "who": "Dinas",
        "due_on": CLOSES.date(),
    }  # fmt: skip
    with refused("follow_up_when_closed"):
        FollowUp.objects.create(**given)
    world.open()
    world.close()
    with refused("follow_up_says_something"):
        FollowUp.objects.create(**given | {"who": " "})
    assert FollowUp.objects.create(**given).pk
    with refused("follow_up_place_once"):
        FollowUp.objects.create(**given)


def response(world: World, **changed: Any) -> Response:
    given = {
        "survey_id": world.survey, "cell_id": world.cell(), "key": uuid4(), "mode": "web", "profile": {},
        "answers": {}, "marks": [4], "flags": [], "weight": 100, "ended_on": NOW.date(), "received_at": NOW,
    }  # fmt: skip
    return Response.objects.create(**given | changed)


def test_answers(world: World) -> None:
    with refused("response_while_open"):
        response(world)
    world.open()
    kept = response(world)
    person = world.cast.user("contributor")
    for changed, name in (
        ({"key": kept.key}, "key"),
        ({"mode": "radio", "entered_by": person}, "response_mode_known"),
        ({"weight": 101}, "response_weight_at_most_whole"),
        ({"mode": "paper"}, "response_entered_by_somebody"),
        ({"entered_by": person}, "response_entered_by_somebody"),
    ):
        with refused(name):
            response(world, **changed)
    assert response(world, mode="paper", entered_by=person).pk
    for statement in ("UPDATE surveys_response SET weight = 1", "DELETE FROM surveys_response"):
        with refused("annot", ProgrammingError):
            run(statement)
    world.close()
    with refused("response_while_open"):
        response(world)


def test_an_answer_belongs_to_a_cell_of_its_survey(world: World) -> None:
    other = replace(world, survey=make_survey(world.cast, "ikm-2017"))
    world.open()
    with refused("response_cell_of_survey"):
        response(world, cell_id=other.cell())


def test_what_tells_who_answered(world: World) -> None:
    world.open()
    kept = response(world)
    given = {"response": kept, "survey_id": world.survey, "at": NOW, "erase_on": CLOSES.date()}
    Trace.objects.create(**given)
    with refused("response_id"):
        Trace.objects.create(**given)
    left = {"survey_id": world.survey, "address": "0812", "left_on": NOW.date()}
    with refused("contact_has_an_address"):
        Contact.objects.create(**left | {"address": " ", "erase_on": CLOSES.date()})
    with refused("contact_erased_after_left"):
        Contact.objects.create(**left, erase_on=NOW.date())
    assert Contact.objects.create(**left, erase_on=NOW.date() + timedelta(days=1)).pk
    assert Unfinished.objects.create(cell_id=world.cell(), began_at=NOW, saved_at=NOW).pk


def test_the_neighbour_has_rows_of_every_kind(world: World) -> None:
    """Otherwise a filter that forgets the region would find no more than it should."""
    assert world.neighbour.lacks() == set()
