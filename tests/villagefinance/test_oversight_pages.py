"""Pages of the regency over its villages: who sees them, what stands there, as a file and on paper."""

from __future__ import annotations

import html
import io
import re
import zipfile
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kit.worlds import once
from villagefinance import accounts
from villagefinance.world import REGION, VILLAGE, YEAR, World

pytestmark = pytest.mark.django_db
JUNE = datetime(YEAR, 6, 16, 3, tzinfo=UTC)
PAGES = ("consolidation", "region-papers", "village-sums", "late", "stages", "cash-ahead")


@once
def booked(world: World) -> World:
    world.receive()
    world.pay()
    return world


@pytest.fixture(autouse=True)
def _june(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: JUNE)


def client_of(world: World, who: str) -> Client:
    """Somebody who has held their role since the year before."""
    accounts.account(who).memberships.update(since=JUNE.replace(year=YEAR - 1))
    return accounts.client_of(world, who)


def address(name: str) -> str:
    return reverse(f"villagefinance:{name}", args=[REGION, YEAR])


def test_the_office_sees_its_villages(booked: World) -> None:
    client = client_of(booked, "office")
    said = {name: client.get(address(name)).content.decode() for name in PAGES}
    assert "Belanja" in said["consolidation"]
    assert "1.300" in said["village-sums"]
    assert "Cangkudu" in said["village-sums"]
    assert "Laporan kaur keuangan" in said["late"]
    assert "Asumsi" in said["stages"]
    assert "400" in said["cash-ahead"]


def test_who_has_recorded_nothing_is_not_late_and_found_by_a_link(booked: World) -> None:
    client = client_of(booked, "office")
    late = client.get(address("late")).content.decode()
    (silent,) = re.findall(r'desa belum mencatat apa pun.*<a href="([^"]+)"', late)
    shown = client.get(html.unescape(silent)).content.decode()
    table = shown.partition("<table")[2]
    assert "Belum ada catatan" in table
    assert "Terlambat" not in table
    assert "Cangkudu" not in table
    assert "Cangkudu" in late


@pytest.mark.parametrize("name", ["village-sums", "late", "stages"])
def test_a_village_is_found_by_its_name_or_district(booked: World, name: str) -> None:
    client = client_of(booked, "office")
    shown = client.get(address(name), {"q": "cangkudu balaraja"}).content.decode()
    link = re.search(r'<a href="([^"]+)">[^<]*Cangkudu', shown.partition("<table")[2])
    assert link, "the village stands in the table and leads to its page"
    assert client.get(link[1]).status_code == 200
    other = client.get(address(name), {"q": "cangkudu tigaraksa"}).content.decode()
    assert "Tidak ada yang cocok" in other
    assert "<table" not in other


@pytest.mark.parametrize("name", PAGES)
def test_nobody_else_sees_them(booked: World, name: str) -> None:
    assert client_of(booked, "neighbour").get(address(name)).status_code == 404
    assert Client().get(address(name)).status_code == 302
    assert client_of(booked, "head").get(address(name) + "?dana=XXX&bulan=13").status_code in (200, 404)


def test_as_a_file_and_on_paper(booked: World) -> None:
    client = client_of(booked, "office")
    for name in PAGES[2:]:
        content = client.get(address(name) + "?as=xlsx").content
        assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    assert client.get(address("consolidation") + "?dana=XXX").status_code == 404
    assert client.get(address("village-sums") + "?bulan=13").status_code == 404
    rows = client.get(address("village-sums") + "?as=csv").content.decode()
    assert VILLAGE in rows
