"""The pages of programmes, of what a revision changes and of the plan in force; how often they ask the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from kit.neighbours import own
from masterplan.pages import client_of
from masterplan.reporting import clock
from masterplan.shown import at, planted, revised, said
from masterplan.world import AFTER_SECOND_QUARTER, LATER, NOW, OWN, World, content
from pilar.masterplan import operations
from pilar.masterplan.models import Entry, Version
from pilar.masterplan.operations import Member, NewBody
from pilar.masterplan.operations.contents import keep_all
from pilar.masterplan.rules.content import Judged
from pilar.masterplan.rules.stages import VersionState
from pilar.masterplan.rules.statements import BodyKind, Stated, StatementPart, fingerprint

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_who(world: World) -> Callable[[str], Client]:
    return lambda who: client_of(world, who)


# Programmes


def test_programmes_are_narrowed(world: World, as_who: Callable[[str], Client]) -> None:
    planted(world, 8)
    client = as_who("verifier")
    address = at(world, "program/")
    assert "8 program, Rp6.800.000.000" in said(client.get(address))
    assert "2 program, Rp1.700.000.000" in said(client.get(f"{address}?pillar=living"))
    assert "1 program, Rp850.000.000" in said(client.get(f"{address}?q=P003+program"))
    assert "8 program" in said(client.get(f"{address}?office={world.office}"))
    assert "Tidak ada program yang cocok" in said(client.get(f"{address}?office=x"))


def test_quick_wins_tell_pillars_without_and_with_several(world: World, as_who: Callable[[str], Client]) -> None:
    world.call()
    judged = (Judged("benefit", 4, "Langsung dirasakan"),)
    keys = [
        world.submitted(title, quick_win=True, judged=judged, part=part)
        for title, part in (("Satu", "living_health"), ("Dua", "living_mobility"), ("Tiga", "economy_industry"))
    ]
    world.met(*keys)
    page = said(as_who("coordinator").get(at(world, "quick-win/")))
    assert "Lebih dari satu: Kehidupan (smart living)" in page
    assert "Tanpa Quick Win: Tata kelola (smart governance), Citra daerah (smart branding), Masyarakat" in page
    assert "Manfaat 4 Langsung dirasakan" in page


def test_a_revision_tells_field_by_field_what_it_changes(world: World, as_who: Callable[[str], Client]) -> None:
    revised(world)
    page = said(as_who("coordinator").get(at(world, "perubahan/")))
    for words in (
        "Perubahan versi 2 terhadap versi 1",
        "P001 Layanan desa daring Dipindahkan Target atau anggaran berubah",
        "Subdimensi: Tata kelola (smart governance), Pelayanan publik → menjadi Kehidupan (smart living), Kesehatan",
        "Jangka waktu: jangka pendek → menjadi jangka panjang",
        "Quick Win: tidak → menjadi ya",
        "Perangkat daerah mitra: – → menjadi Dinas Kesehatan",
        "Indikator sasaran: Desa terhubung, Target 2026: 80 → menjadi 100",
        "Indikator sasaran: Desa terhubung, Target 2027: 246 → menjadi –",
        "Indikator sasaran: Desa terhubung, Target 2028: – → menjadi 246",
        "Indikator sasaran: – → menjadi Waktu layanan (jam) 2027: 2",
        "P002 Pasar digital Dihentikan",
        "P003 Posyandu digital Ditambahkan",
        "Diterima oleh Sekretaris Daerah, 14 April 2026",
    ):
        assert words in page, words
    assert page.count("Diterima oleh Sekretaris Daerah") == 3
    history = said(as_who("coordinator").get(at(world, "program/P001/")))
    assert "Versi 2 Dalam rapat koordinasi Dipindahkan" in history
    assert "Versi 1 Berlaku versi pertama" in history


def test_a_programme_names_its_decision(world: World, as_who: Callable[[str], Client]) -> None:
    world.in_force()
    page = as_who("coordinator").get(at(world, "program/P001/"))
    assert "Rapat Koordinasi Finalisasi" in said(page)
    assert 'href="/kerja/rencana/rapat/' in page.content.decode()
    visitor = Client().get(at(world, "program/P001/"))
    assert "Diterima oleh Sekretaris Daerah" in said(visitor)
    assert 'href="/kerja/rencana/rapat/' not in visitor.content.decode()


# What everybody reads


def test_there_may_be_no_plan_at_all(client: Client) -> None:
    assert "Belum ada rencana yang ditetapkan" in said(client.get("/rencana/"))


def test_everybody_reads_the_plan_in_force(world: World) -> None:
    client = Client()
    assert f"/rencana/{OWN}/" not in client.get("/rencana/").content.decode()
    assert client.get(f"/rencana/{OWN}/").status_code == 404
    by = world.who("coordinator")
    operations.write_part(
        by=by, version=world.version, part=StatementPart.VISION, given=[Stated("Tangerang yang melayani")],
        seen=fingerprint([]), now=NOW,
    )  # fmt: skip
    body = NewBody(BodyKind.COUNCIL, "Dewan Smart City", members=(Member("ketua", "Bupati"),))
    operations.save_body(by=by, plan=world.row().plan.key, given=body)
    world.call()
    quick = {"quick_win": True, "link": "https://contoh.invalid/desa"}
    world.decreed(world.submitted(**quick))
    operations.bring_into_force(by=by, version=world.version, since=date(2026, 4, 30), now=LATER)
    page = client.get(f"/rencana/{OWN}/")
    words = said(page)
    for one in (
        "Peraturan Bupati 7 Tahun 2026", "Tangerang yang melayani", "Dewan Smart City", "APBD 750.000.000",
        "Jumlah 750.000.000 100.000.000 0 0 0 850.000.000", "I–IV I–II",
    ):  # fmt: skip
        assert one in words, one
    for link in ("https://contoh.invalid/desa", f"/kerja/rencana/versi/{world.version}/dokumen/"):
        assert f'href="{link}"' in page.content.decode()
    assert "Data contoh" not in words
    assert "Kabupaten Tangerang" in said(client.get("/rencana/?q=tanger"))
    assert "Tidak ada yang cocok" in said(client.get("/rencana/?q=bogor"))
    operations.start_revision(by=by, version=world.version, reason="Rahasia", now=AFTER_SECOND_QUARTER)
    assert "Rahasia" not in said(client.get(f"/rencana/{OWN}/"))
    assert "master plan of Kabupaten Tangerang" in client.get(f"/en/rencana/{OWN}/").content.decode()


def test_an_expired_plan_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.in_force()
    after = LATER.replace(year=2031)
    operations.move_version(by=world.who("coordinator"), version=world.version, target=VersionState.EXPIRED, now=after)
    clock(monkeypatch, after)
    assert "Berakhir" in said(Client().get("/rencana/"))


# How often the database is asked


@pytest.mark.parametrize(
    ("page", "most"),
    [("", 11), ("naskah/", 6), ("program/", 6), ("program/P001/", 9), ("quick-win/", 6), ("lembaga/", 7)],
)
@pytest.mark.thorough
def test_pages_ask_as_often_with_many_programmes_as_with_few(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries, page: str, most: int
) -> None:
    planted(world, 300)
    client = client_of(world, "verifier")
    with django_assert_max_num_queries(most):
        assert client.get(at(world, page)).status_code == 200


@pytest.mark.thorough
def test_public_pages_ask_as_often_with_many_programmes_as_with_few(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    planted(world, 300)
    world.in_force()
    with django_assert_max_num_queries(1):
        Client().get("/rencana/")
    # Two of them for the progress, once a quarter has ended; two ask whether what is kept still holds.
    with django_assert_max_num_queries(11):
        Client().get(f"/rencana/{OWN}/")


@pytest.mark.thorough
def test_a_long_difference_asks_as_often_as_a_short_one(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    planted(world, 300)
    world.in_force()
    by = world.who("coordinator")
    world.version = operations.start_revision(by=by, version=world.version, reason="Baru", now=LATER)
    kept = keep_all(by, Version.objects.get(pk=world.version).plan, [content(world.office, "Lain")], now=NOW)
    own(Entry).filter(version=world.version).update(content=kept[0])
    client = client_of(world, "verifier")
    with django_assert_max_num_queries(12):
        assert "Lain" in said(client.get(at(world, "perubahan/")))
