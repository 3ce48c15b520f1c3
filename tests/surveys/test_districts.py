"""The district of a respondent: asked by the list that the survey was drawn up with, and told of nobody alone."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client

from pilar.areas.models import District
from pilar.platform.errors import Faults
from pilar.surveys import queries
from pilar.surveys.documents import answers_csv
from pilar.surveys.models import Form, Response, Survey
from pilar.surveys.operations.surveys import form_of
from pilar.surveys.reference import questionnaire
from surveys.world import CLOSES, NOW, OWN, PROFILE, World, impact

pytestmark = pytest.mark.django_db
BALARAJA, JAYANTI = "36.03.01", "36.03.02"


def living(code: str, **more: Any) -> Any:
    """An answer of somebody who lives in a district."""
    return impact(profile={**PROFILE, "district": code}, **more)


def test_a_survey_keeps_the_districts_of_the_day_it_was_drawn_up(world: World) -> None:
    District.objects.filter(code=JAYANTI).update(name="Jayanti Baru")
    District.objects.create(code="36.03.99", region_id=OWN, name="Sesudahnya")
    field = world.row().questionnaire.district
    assert field is not None
    assert [(one.code, str(one.title)) for one in field.options] == [
        (BALARAJA, "Balaraja"), (JAYANTI, "Jayanti"), ("outside", "Di luar daerah ini"),
    ]  # fmt: skip
    assert form_of(Survey.objects.get(pk=world.survey)) == world.row().questionnaire


def test_a_district_is_stored_and_an_unknown_one_refused(world: World) -> None:
    world.open()
    for code in (BALARAJA, "outside", ""):
        world.answer(living(code))
    with pytest.raises(Faults) as caught:
        world.answer(living("36.71.01"))
    assert [(one.code, one.place) for one in caught.value.faults] == [("no-profile", "district")]
    stored = [one.profile for one in Response.objects.order_by("pk")]
    assert stored == [{**PROFILE, "district": BALARAJA}, {**PROFILE, "district": "outside"}, PROFILE]


def test_a_survey_without_districts_does_not_ask(world: World) -> None:
    old = Survey.objects.create(
        region_id=OWN, form=Form.objects.get(), title="Lama", year=2025, opens_at=NOW, closes_at=CLOSES, created_at=NOW
    )
    form = queries.survey(old.pk, scope=world.who("coordinator")).questionnaire
    assert (form.district, len(form.profile)) == (None, 4)
    assert questionnaire("impact-2023").district is not None


def test_the_start_page_has_a_list_for_many_districts(world: World, client: Client) -> None:
    token = world.token()
    world.open()
    few = queries.open_form(token).survey.questionnaire
    assert len(few.profile[-1].options) == 3
    from pilar.surveys.forms.answering import StartForm
    from pilar.surveys.rules.questionnaire import Option

    title = few.title
    many = questionnaire("impact-2023").within([Option(str(number), title) for number in range(29)])
    drawn = str(StartForm(None, questionnaire=many)["district"])
    assert drawn.count("<option") == 31
    assert str(StartForm(None, questionnaire=few)["district"]).count('type="radio"') == 3


def test_single_answers_tell_no_district(world: World) -> None:
    world.open()
    for _ in range(5):
        world.answer(living(BALARAJA))
    world.close()
    by = world.who("coordinator")
    given = queries.answers(world.row(), scope=by)
    assert {one.about for one in given} == {("public", *PROFILE.values())}
    text = answers_csv(world.row(), queries.cells(world.row(), scope=by), given).decode("utf-8-sig")
    assert "district" not in next(csv.reader(io.StringIO(text)))
    assert BALARAJA not in text
