"""What a survey asks about is picked from the plan: programmes with their owners, and the respondents of the method."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from masterplan.world import OWN, World
from pilar.surveys import operations, queries
from pilar.surveys.models import Cell
from pilar.surveys.operations import NewSurvey
from surveys.world import BACKEND, CLOSES, NOW

pytestmark = pytest.mark.django_db
OPENS = datetime(2026, 6, 1, 3, tzinfo=UTC)


def drawn_up(world: World, form: str = "impact-2023", **changed: object) -> int:
    given = {"opens_at": OPENS, "closes_at": OPENS + timedelta(days=60)} | changed
    return operations.create_survey(
        by=world.who("coordinator"), region=OWN,
        given=NewSurvey(form, f"Survei {form}", 2026, **given), now=NOW,  # type: ignore[arg-type]
    )  # fmt: skip


def client(world: World, who: str) -> Client:
    made = Client()
    made.force_login(world.cast.user(who), BACKEND)  # type: ignore[union-attr]
    return made


def planned(world: World, key: int, who: str = "coordinator") -> list[tuple[str, int, str, str]]:
    by = world.who(who)
    found = queries.planned_programmes(queries.survey(key, scope=by), scope=by)
    return [(one.programme, one.office, one.pillar, one.part) for one in found]


def test_the_plan_in_force_on_the_day_of_opening_is_told(world: World) -> None:
    world.in_force()
    (row,) = planned(world, drawn_up(world))
    part = row[3]
    assert row == ("Layanan desa daring", world.office, part.split("_")[0], part)
    before = drawn_up(world, "ikm-2017", opens_at=NOW.replace(year=2025), closes_at=CLOSES)
    assert planned(world, before) == []


def test_a_coordinator_picks_programmes_with_owner_and_respondents(world: World) -> None:
    world.in_force()
    key = drawn_up(world)
    browser, page = client(world, "coordinator"), f"/kerja/survei/{key}/program/"
    first = browser.get(page).content.decode()
    assert first.count('name="picked"') == 1
    code = first.split('name="picked" value="')[1].split('"')[0]
    sent = {"cells-rows": "1", "do": "pick", "picked": [code, "tidak-ada"]}
    shown = browser.post(page, sent).content.decode()
    assert shown.count("<fieldset") == 1
    assert ('value="Layanan desa daring"' in shown, f'value="{world.office}" selected' in shown) == (True, True)
    assert ('name="picked"' in shown, 'name="cells-0-quota" value="50"' in shown) == (False, True)
    (row,) = planned(world, key)
    kept = {
        "cells-rows": "1", "do": "save", "cells-0-programme": row[0], "cells-0-office": str(row[1]),
        "cells-0-part": row[3], "cells-0-quota": "50", "cells-0-population": "",
    }  # fmt: skip
    assert browser.post(page, kept).status_code == 302
    cell = Cell.objects.get(survey=key)
    assert (cell.programme, cell.office_id, cell.part, cell.quota) == (row[0], row[1], row[3], 50)


def test_the_api_tells_them_to_who_sets_up(world: World) -> None:
    world.in_force()
    key = drawn_up(world, "ikm-2017")
    path = f"/api/v1/surveys/{key}/plan-programmes"
    (told,) = client(world, "coordinator").get(path).json()
    assert (told["programme"], told["office"], told["pillar"], told["part"]) == (
        "Layanan desa daring", world.office, "", "",
    )  # fmt: skip
    assert client(world, "verifier").get(path).status_code == 403


def test_without_a_plan_nothing_is_offered(world: World) -> None:
    key = drawn_up(world)
    page = client(world, "coordinator").get(f"/kerja/survei/{key}/program/").content.decode()
    assert ('name="picked"' in page, "Tidak ada rencana yang berlaku" in page) == (False, True)
