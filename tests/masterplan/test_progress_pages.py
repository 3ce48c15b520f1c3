"""The pages of progress: lights, totals, road map, one programme; and how many queries they need."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from masterplan.pages import client_of
from masterplan.reporting import IN_TIME, TOO_LATE, add_measure, bound, clock, in_force, said, tell
from masterplan.world import LATER, World, content
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.content import Monitored
from pilar.masterplan.rules.monitored import GroupCount, monitored_by_group
from pilar.masterplan.rules.progress import Reported
from pilar.masterplan.rules.quarters import Quarter
from pilar.masterplan.rules.reports import Given

pytestmark = pytest.mark.django_db

PEOPLE = ("visitor", "neighbour", "assessor", "secretariat", "coordinator", "verifier", "contributor", "colleague")


@pytest.fixture(autouse=True)
def _in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock(monkeypatch, IN_TIME)


def at(world: World, more: str = "") -> str:
    return f"/kerja/rencana/versi/{world.version}/kemajuan/{more}"


def test_figures_and_lights_are_for_everybody_names_and_obstacles_are_not(world: World) -> None:
    line = world.in_force()
    world.report(line, given=Given(done={1: 60, 2: 0}, spent=Decimal(200_000_000), obstacles="Listrik padam"))
    for who in PEOPLE:
        client = client_of(world, who)
        page = said(client.get(at(world)))
        for text in ("30 %", "25 %", "200.000.000", "Sesuai rencana"):
            assert text in page, who
        one = said(client.get(at(world, "P001/")))
        assert "Sesuai rencana" in one
        reads = who in ("secretariat", "coordinator", "verifier", "contributor")
        assert ("Listrik padam" in one) is reads, who
        assert ("Dewi" in one) is (reads or who == "contributor"), who


def test_the_rule_stands_on_the_page(world: World) -> None:
    world.in_force()
    page = said(client_of(world, "visitor").get(at(world)))
    for text in ("90 %", "70 %", "20 hari", "asumsi"):
        assert text in page


def test_what_was_never_reported_has_no_light(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.in_force()
    clock(monkeypatch, TOO_LATE)
    page = said(client_of(world, "visitor").get(at(world)))
    assert "Belum dilaporkan: 1" in page
    assert "Laporan terlambat: 1" in page


def test_a_late_report_and_works_behind_plan_are_two_signs(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """In November the third quarter is not reported: one programme was on course in June, the other far behind."""
    first, second = in_force(world, 2)
    world.report(first, given=Given(done={1: 50, 2: 0}))
    world.report(second, given=Given(done={1: 10, 2: 0}))
    client = client_of(world, "visitor")
    assert ", Laporan terlambat" not in said(client.get(at(world, "peta-jalan/")))
    clock(monkeypatch, datetime(2026, 11, 27, 3, tzinfo=UTC))
    page = said(client.get(at(world)))
    for text in ("Sesuai rencana: 1", "Jauh tertinggal: 1", "Laporan terlambat: 2", "Laporan terlambat: triwulan III"):
        assert text in page, text
    assert "Belum dilaporkan: 1" not in page
    drawn = said(client.get(at(world, "peta-jalan/")))
    for text in ("Sesuai rencana, Laporan terlambat", "Jauh tertinggal, Laporan terlambat"):
        assert text in drawn, text
    late = said(client.get(at(world, "?light=late")))
    assert "Program nomor 0" in late
    assert "Laporan terlambat: triwulan III 2026" in said(client.get(at(world, "P001/")))


def test_it_is_narrowed_and_added_up(world: World) -> None:
    lines = in_force(world, 3)
    world.report(lines[0], given=Given(done={1: 100, 2: 0}))
    world.report(lines[1], given=Given(done={1: 10, 2: 0}))
    client = client_of(world, "visitor")
    good = said(client.get(at(world, "?light=good")))
    assert "Program nomor 0" in good
    assert "Program nomor 1" not in good
    assert "Program nomor 1" in said(client.get(at(world, "?light=poor&by=year")))
    assert "Tidak ada program" in said(client.get(at(world, "?pillar=economy")))
    for by in ("pillar", "part", "office", "year"):
        page = said(client.get(at(world, f"?by={by}")))
        assert page.count("<figure") == 2, by
    assert "Dinas Komunikasi dan Informatika" in said(client.get(at(world, "?by=office")))
    # What cannot be chosen is as if nothing was.
    assert "triwulan II 2026" in said(client.get(at(world, "?quarter=1999-Q1&by=x&page=x")))


def test_the_road_map_is_drawn(world: World) -> None:
    in_force(world, 2)
    page = said(client_of(world, "visitor").get(at(world, "peta-jalan/")))
    assert "<svg" in page
    assert "Program nomor 1" in page


def test_a_measured_target_shows_its_measure(world: World) -> None:
    add_measure(world)
    in_force(world, 1, targets=(bound(yearly=500),))
    tell(world, *((f"2026-{month:02}", "100") for month in range(1, 7)))
    client = client_of(world, "visitor")
    assert "1 / 1" in said(client.get(at(world)))
    page = said(client.get(at(world, "P001/")))
    assert "/nilai/izin-terbit/" in page
    assert ">600<" in page


def test_a_measure_that_is_not_public_is_not_told(world: World) -> None:
    add_measure(world, public=False)
    in_force(world, 1, targets=(bound(yearly=500),))
    tell(world, *((f"2026-{month:02}", "100") for month in range(1, 7)))
    for who, wanted in (("visitor", "0 / 1"), ("neighbour", "0 / 1"), ("contributor", "1 / 1")):
        assert wanted in said(client_of(world, who).get(at(world))), who
        assert (">600<" in said(client_of(world, who).get(at(world, "P001/")))) is (who == "contributor")


def test_before_the_first_quarter_has_ended_there_is_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    clock(monkeypatch, LATER)
    world.in_force()
    client = client_of(world, "visitor")
    for more in ("", "peta-jalan/", "P001/"):
        assert "Belum ada yang dilaporkan" in said(client.get(at(world, more))), more


def test_a_version_that_is_no_law_has_no_progress(world: World) -> None:
    for who in PEOPLE:
        for more in ("", "peta-jalan/", "P001/", "terlambat/"):
            answer = client_of(world, who).get(at(world, more))
            assert answer.status_code == (302 if who == "visitor" and more == "terlambat/" else 404), (who, more)


@pytest.mark.thorough
def test_queries_do_not_grow(world: World, django_assert_max_num_queries: Any) -> None:
    add_measure(world)
    lines = in_force(world, 20, targets=(bound(),))
    tell(world, ("2026-01", "5"))
    for line in lines:
        world.report(line, given=Given(done={1: 60, 2: 0}))
    client = client_of(world, "coordinator")
    for more in ("", "?by=office", "?by=year", "peta-jalan/", "P001/", "terlambat/"):
        with django_assert_max_num_queries(15):
            said(client.get(at(world, more)))


def test_the_public_page_tells_progress_by_pillar(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    clock(monkeypatch, LATER)
    line = world.in_force()
    assert "Kemajuan pada akhir" not in said(client_of(world, "visitor").get("/rencana/36.03/"))
    clock(monkeypatch, IN_TIME)
    world.report(line, given=Given(done={1: 60, 2: 0}, there=frozenset({1})))
    page = said(client_of(world, "visitor").get("/rencana/36.03/"))
    assert "Kemajuan pada akhir triwulan II 2026" in page
    assert "Sesuai rencana: 1" in page
    for shown in (page, said(client_of(world, "visitor").get(at(world)))):
        _before, _sign, table = shown.partition("Direncanakan sampai akhir 2026")
        assert re.findall(r">\s*(\d+)\s*<", table)[:3] == ["1", "1", "1"]


def test_the_public_page_reads_its_programmes_once(world: World) -> None:
    world.report(world.in_force(), given=Given(done={1: 60, 2: 0}))
    with CaptureQueriesContext(connection) as asked:
        assert "Kemajuan pada akhir" in said(client_of(world, "visitor").get("/rencana/36.03/"))
    contents = [query["sql"] for query in asked if '"masterplan_content"."body"' in query["sql"]]
    assert len(contents) == 1, contents


def test_monitored_things_are_counted_by_group() -> None:
    """By the last report up to the quarter; two of three were to be there by the end of 2026."""
    groups = framework().monitored
    first, second = (entry.code for entry in groups.entries[:2])
    things = (Monitored(1, first, "Satu", 2026), Monitored(2, first, "Dua", 2027), Monitored(5, second, "Tiga", 2026))
    one = content(1, monitored=things)
    told = [
        Reported(Quarter(2026, 1), there=frozenset({1})),
        Reported(Quarter(2026, 2), there=frozenset({2})),
        Reported(Quarter(2026, 3), there=frozenset({1, 2, 5})),
    ]
    found = monitored_by_group([(one, told), (content(1, monitored=()), ())], Quarter(2026, 2), groups)
    assert found == (GroupCount(first, 2, 1, 1), GroupCount(second, 1, 1, 0))
    assert monitored_by_group([(one, ())], Quarter(2026, 2), groups)[0].there == 0


def test_the_start_page_of_an_office_leads_to_its_reports(world: World) -> None:
    assert "/kerja/rencana/laporan/" in said(client_of(world, "contributor").get("/beranda/"))
    assert "/kerja/rencana/laporan/" not in said(client_of(world, "coordinator").get("/beranda/"))
