"""Programmes of others in a village: entered for the account of the year, and shown in it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from pilar.villagefinance import operations as do
from pilar.villagefinance.models import OtherProgramme
from pilar.villagefinance.queries.plans import programmes
from pilar.villagefinance.rules.reports import ReportAct
from villagefinance.accounts import client_of
from villagefinance.reporting import made, record
from villagefinance.test_budget_pages import said
from villagefinance.world import VILLAGE, YEAR, World

pytestmark = pytest.mark.django_db


def at(name: str, *more: object) -> str:
    return reverse(f"villagefinance:{name}", args=[VILLAGE, *more])


def given(*rows: dict[str, str], **more: Any) -> dict[str, Any]:
    cells = {f"of-{no}-{name}": value for no, row in enumerate(rows) for name, value in row.items()}
    return {"of-rows": len(rows), "do": "save", **cells, **more}


ROAD = {"name": "Jalan kabupaten", "source": "APBD Kabupaten", "place": "RW 02", "amount": "750.000.000"}


def test_they_stand_in_the_account_of_the_year(world: World) -> None:
    secretary, page = client_of(world, "secretary"), at("programmes", YEAR)
    assert page in said(secretary.get(at("papers", YEAR)))
    assert secretary.post(page, given(ROAD, {"name": "Bedah rumah", "source": "Kementerian", "amount": "40.000.000"}))[
        "Location"
    ] == at("papers", YEAR)
    lpj = said(client_of(world, "head").get(at("paper", "lpj", YEAR)))
    assert all(one in lpj for one in ("Jalan kabupaten", "APBD Kabupaten", "RW 02", "750.000.000", "Bedah rumah"))
    assert "Bedah rumah" in said(client_of(world, "council").get(page))
    assert secretary.post(page, given(ROAD)).status_code == 302
    assert [one["name"] for one in programmes(VILLAGE, YEAR)] == ["Jalan kabupaten"]


def test_bad_input_and_a_slower_person_are_told(world: World) -> None:
    secretary, page = client_of(world, "secretary"), at("programmes", YEAR)
    for row in ({**ROAD, "amount": "-5"}, {**ROAD, "amount": "banyak"}, {**ROAD, "source": ""}):
        said(secretary.post(page, given(row)), 422)
    assert client_of(world, "head").post(page, given(ROAD)).status_code == 403
    assert secretary.post(page, given(ROAD)).status_code == 302
    said(secretary.post(page, given(sign="7")), 409)
    assert OtherProgramme.objects.count() == 1


def test_once_the_account_is_agreed_they_stay(world: World) -> None:
    made(world)
    record(world, world.who("council"), ReportAct.AGREED, paper="Perdes 2", day=date(2026, 1, 19))
    with pytest.raises(do.AccountAgreed):
        do.set_programmes(by=world.who("secretary"), village=VILLAGE, year=YEAR, given=[])
    said(client_of(world, "secretary").post(at("programmes", YEAR), given(ROAD)), 409)
