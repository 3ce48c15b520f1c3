"""The public page of a plan is drawn once for all who have no session, and again once it would say something else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from masterplan.pages import client_of
from masterplan.reporting import IN_TIME, clock, said
from masterplan.world import World
from pilar.areas.operations import rename_office
from pilar.design import conditional
from pilar.design.views import drawn
from pilar.masterplan.pages import public
from pilar.masterplan.pages.programmes import by_pillar
from pilar.masterplan.queries import programmes
from pilar.masterplan.rules.reports import Given
from pilar.people.rules import OPERATOR, PUBLIC

pytestmark = pytest.mark.django_db
PLAN = "/rencana/36.03/"


@pytest.fixture
def draws(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages drawn of a plan in force."""
    clock(monkeypatch, IN_TIME)
    world.in_force()
    counted: list[str] = []
    monkeypatch.setattr(public, "drawn", lambda *given: counted.append(given[1]) or drawn(*given))
    return counted


def test_a_plan_is_drawn_again_only_once_it_says_something_else(world: World, draws: list[str]) -> None:
    first = Client().get(PLAN)
    assert Client().get(PLAN).content == first.content
    assert Client().get(PLAN, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert len(draws) == 1
    world.report(programmes(world.row())[0].key, given=Given(done={1: 60, 2: 0}))
    told = Client().get(PLAN, headers={"If-None-Match": first["ETag"]})
    assert "Sesuai rencana: 1" in said(told)
    assert len(draws) == 2


def test_languages_days_and_people_have_pages_of_their_own(
    world: World, draws: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Client().get(PLAN)
    english = Client().get(f"/en{PLAN}")
    assert english["ETag"] != page["ETag"]
    assert 'lang="en"' in english.content.decode()
    own = client_of(world, "coordinator").get(PLAN)
    assert (own["Cache-Control"], own.has_header("ETag")) == ("private, no-cache", False)
    assert "Semua versi" in own.content.decode()
    assert "Semua versi" not in Client().get(PLAN).content.decode()
    assert len(draws) == 3
    clock(monkeypatch, IN_TIME + timedelta(days=1))
    assert Client().get(PLAN)["ETag"] != page["ETag"]
    assert "2019" in Client().get(PLAN, {"day": "2019-05-01"}).content.decode()
    assert "2019" not in Client().get(PLAN).content.decode()


def test_nothing_is_asked_of_the_rows_of_a_plan_while_nothing_is_written(
    draws: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test's own transaction has written, so the moment is given by hand."""
    monkeypatch.setattr(conditional, "moment", lambda: "one")
    first = Client().get(PLAN).content
    with CaptureQueriesContext(connection) as asked:
        assert Client().get(PLAN).content == first
    assert not asked.captured_queries


def test_what_a_page_is_made_of_tells_all_that_it_shows(world: World, draws: list[str]) -> None:
    """By its place in memory a thing would tell nothing of what is in it."""
    world.report(programmes(world.row())[0].key, given=Given(done={1: 60, 2: 0}))
    assert " at 0x" not in repr(public.plan_shown("36.03", None, by=PUBLIC, now=IN_TIME))


def test_the_road_map_is_drawn_once_for_people_signed_in_and_again_for_another_name(
    world: World, draws: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    grouped: list[int] = []
    monkeypatch.setattr(public, "by_pillar", lambda rows: grouped.append(len(rows)) or by_pillar(rows))
    signed_in = client_of(world, "coordinator")
    first = signed_in.get(PLAN).content.decode()
    assert signed_in.get(PLAN).content.decode().count('id="road-map"') == 1
    assert len(grouped) == 1
    assert "Programmes on the road map" in signed_in.get(f"/en{PLAN}").content.decode()
    office = programmes(world.row())[0].content.owner
    assert "Dinas Peta Jalan" not in first
    rename_office(by=OPERATOR, office=office, name="Dinas Peta Jalan")
    assert "Dinas Peta Jalan" in signed_in.get(PLAN).content.decode()
    assert len(grouped) == 3
