"""Around the results of a region on its page: quick wins with what is measured, and the doors of services."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client
from django.utils.html import strip_tags

from evaluation.cycle import plan
from evaluation.cycle.agreed import CODE, published
from evaluation.cycle.world import OWN, World
from masterplan import reporting
from masterplan import world as plans
from pilar.evaluation.models import Campaign

pytestmark = pytest.mark.django_db


def said(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", html.unescape(strip_tags(answer.content.decode())))


@pytest.fixture
def decreed(world: World, monkeypatch: pytest.MonkeyPatch) -> plans.World:
    """A plan in force with a quick win that two measures tell of, one of them not for everybody, and another one."""
    made = plan.start(world)
    reporting.add_measure(made)
    reporting.add_measure(made, code="izin-rahasia", public=False)
    made.call()
    wins = (
        made.submitted(
            "SIPINTER", quick_win=True, targets=(reporting.bound(), replace(reporting.bound("izin-rahasia"), number=2))
        ),
        made.submitted("Sekolah digital", quick_win=True),
        made.submitted("Program biasa"),
    )
    made.decreed(*wins)
    plans.operations.bring_into_force(
        by=made.who("coordinator"), version=made.version, since=plans.DECREED, now=plans.LATER
    )
    reporting.tell(made, ("2026-04", "1250"))
    reporting.tell(made, ("2026-04", "77"), code="izin-rahasia")
    reporting.clock(monkeypatch, reporting.IN_TIME)
    return made


def test_a_quick_win_shows_what_everybody_may_read(decreed: plans.World, client: Client) -> None:
    page = said(client, f"/wilayah/{OWN}/")
    assert "SIPINTER 1.250 izin Izin terbit, April 2026" in page
    assert "77" not in page
    assert "Tanpa angka terbuka: Sekolah digital." in page
    assert "Program biasa" not in page
    assert "Masterplan: 3 program" in page
    assert "SIPINTER 1,250 izin" in said(client, f"/en/wilayah/{OWN}/")
    body = client.get(f"/wilayah/{OWN}/").content.decode()
    assert f'href="/ukuran/{OWN}/nilai/izin-terbit/"' in body
    assert "izin-rahasia" not in body


def test_a_new_figure_shows_at_once(decreed: plans.World, client: Client) -> None:
    assert "1.250 izin" in said(client, f"/wilayah/{OWN}/")
    reporting.tell(decreed, ("2026-05", "1400"))
    assert "1.400 izin Izin terbit, Mei 2026" in said(client, f"/wilayah/{OWN}/")


def test_a_region_without_a_plan_has_no_door_to_one(decreed: plans.World, client: Client) -> None:
    page = said(client, "/wilayah/36.71/")
    assert "Masterplan:" not in page
    assert "SIPINTER" not in page


def test_a_result_that_pilar_computed_leads_once_it_is_published(world: World, client: Client) -> None:
    assert client.get(f"/wilayah/{OWN}/").context["lead"] is None
    published(world)
    assert client.get(f"/wilayah/{OWN}/").context["lead"] is None, "what was made up leads nothing"
    Campaign.objects.update(synthetic=False)
    lead = client.get(f"/en/wilayah/{OWN}/").context["lead"]
    assert (lead.year, lead.final, lead.rank, lead.statement) == (2026, Decimal("3.25"), 1, None)
    assert lead.address == f"/en/hasil/pilar/{CODE}/1/{OWN}/"
    assert [str(title) for title, _value in lead.scores] != []
    assert "computed by Pilar" in said(client, f"/en/wilayah/{OWN}/").split("Result of 2026")[1][:40]
