"""The pages of plans: what they say, that what was typed is not lost, and how often they ask the database."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from evidence import samples
from masterplan.test_addresses import client_of
from masterplan.world import AFTER_SECOND_QUARTER, LATER, NOW, OTHER, OWN, World, content
from pilar.masterplan import operations, queries
from pilar.masterplan.models import Body, Entry, Line, Statement, Version
from pilar.masterplan.operations import Member, NewBody, Proposed
from pilar.masterplan.operations.contents import keep_all
from pilar.masterplan.rules.content import Horizon, Judged, Target
from pilar.masterplan.rules.stages import ProposalKind, VersionState
from pilar.masterplan.rules.statements import BodyKind, Stated, StatementPart, fingerprint

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_who(world: World) -> Callable[[str], Client]:
    return lambda who: client_of(world, who)


def said(answer: Any, status: int = 200) -> str:
    """The words of a page, without markup."""
    assert answer.status_code == status, answer.content.decode()[:2000]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def at(world: World, more: str = "") -> str:
    return f"/kerja/rencana/versi/{world.version}/{more}"


def rows(name: str, *given: dict[str, str], **more: str) -> dict[str, str]:
    """A form of rows as a browser sends it."""
    sent = {f"{name}-rows": str(len(given)), "do": "save", **more}
    for place, one in enumerate(given):
        sent.update({f"{name}-{place}-{field}": value for field, value in one.items()})
    return sent


def planted(world: World, count: int) -> None:
    """So many programmes in the draft, over the pillars."""
    parts = ("governance_public_service", "branding_tourism", "living_health", "environment_waste")
    plan = Version.objects.get(pk=world.version).plan
    given = [content(world.office, f"Program {number}", part=parts[number % 4]) for number in range(count)]
    kept = keep_all(world.who("coordinator"), plan, given, now=NOW)
    lines = Line.objects.bulk_create(
        Line(plan=plan, code=f"P{number:03d}", opened_at=NOW) for number in range(1, count + 1)
    )
    Entry.objects.bulk_create(
        Entry(version_id=world.version, line=line, content=one) for line, one in zip(lines, kept, strict=True)
    )


# Lists


def test_the_secretariat_looks_a_region_up(as_who: Callable[[str], Client]) -> None:
    client = as_who("secretariat")
    page = client.get("/kerja/rencana/?q=tangerang").content.decode()
    assert f'href="/kerja/rencana/daerah/{OWN}/"' in page
    assert f'href="/kerja/rencana/daerah/{OTHER}/"' in page
    assert "Tidak ada daerah yang cocok" in said(client.get("/kerja/rencana/?q=atlantis"))


def test_an_office_finds_the_call(world: World, as_who: Callable[[str], Client]) -> None:
    client = as_who("contributor")
    assert client.get("/kerja/rencana/")["Location"] == f"/kerja/rencana/daerah/{OWN}/"
    assert "Belum ada rencana" in said(client.get(f"/kerja/rencana/daerah/{OWN}/"))
    world.call()
    page = said(client.get(f"/kerja/rencana/daerah/{OWN}/"))
    assert "diminta mengajukan usulan" in page
    assert "1 April 2026 pukul 10.00 WIB" in page
    assert client.get(at(world)).status_code == 404


def test_a_plan_is_begun(as_who: Callable[[str], Client]) -> None:
    client, address = as_who("coordinator"), f"/kerja/rencana/daerah/{OWN}/mulai/"
    given = {"title": "Rencana berikutnya", "first_year": "2031", "last_year": "2033"}
    answer = client.post(address, given)
    assert "Masterplan berlaku 5 sampai 10 tahun; ini 3 tahun" in said(answer, 422)
    assert 'value="Rencana berikutnya"' in answer.content.decode()
    answer = client.post(address, given | {"first_year": "tigapuluh"})
    assert 'value="tigapuluh"' in answer.content.decode()
    made = client.post(address, given | {"last_year": "2040"})
    assert "Sedang disusun" in said(client.get(made["Location"]))


# Overview and moves


def test_the_overview_says_what_is_missing(world: World, as_who: Callable[[str], Client]) -> None:
    client = as_who("coordinator")
    page = said(client.get(at(world)))
    assert "Jadwalkan rapat koordinasi finalisasi terlebih dahulu" in page
    assert "Batalkan versi ini" in page
    assert "Rencana dimulai" in page
    refused = said(client.post(at(world, "langkah/"), {"target": "meeting"}), 422)
    assert "Langkah ini belum dapat dilakukan Jadwalkan rapat" in refused
    assert "Langkah selanjutnya" not in said(as_who("verifier").get(at(world)))
    assert client.post(at(world, "langkah/"), {"target": "dropped"})["Location"] == f"/kerja/rencana/daerah/{OWN}/"
    assert world.state() is VersionState.DROPPED
    assert "Dibatalkan" in said(client.get(at(world)))


def test_a_decree_is_entered_with_a_file_that_stays_held(world: World, as_who: Callable[[str], Client]) -> None:
    client = as_who("coordinator")
    world.call()
    world.met(world.submitted())
    operations.move_version(
        by=world.who("coordinator"), version=world.version, target=VersionState.LEGAL_REVIEW, now=LATER
    )
    page = client.get(at(world, "penetapan/")).content.decode()
    assert "Peraturan Wali Kota" not in page
    text = SimpleUploadedFile("perbup.pdf", b"Peraturan", "application/pdf")
    given = {"form": "regent", "number": "7 Tahun 2026", "day": "2026-04-13"}
    assert "berkas" in said(client.post(at(world, "penetapan/"), given | {"file": text}), 422).lower()
    good = SimpleUploadedFile("perbup.pdf", samples.pdf(), "application/pdf")
    early = client.post(at(world, "penetapan/"), given | {"file": good})
    assert "mendahului rapat koordinasi tanggal 14 April 2026" in said(early, 422)
    assert 'value="7 Tahun 2026"' in early.content.decode()
    held = re.search(r'name="held" value="([^"]+)"', early.content.decode())
    assert held is not None
    answer = client.post(at(world, "penetapan/"), given | {"day": "2026-04-30", "held": held[1]})
    assert answer.status_code == 302
    assert world.row().decree_file is not None
    assert "Peraturan Bupati 7 Tahun 2026" in said(client.get(at(world)))
    wrong = client.post(at(world, "pemberlakuan/"), {"since": "2026-04-29"})
    assert "tidak berlaku sebelum tanggal penetapannya, 30 April 2026" in said(wrong, 422)
    assert client.post(at(world, "pemberlakuan/"), {"since": "2026-05-01"}).status_code == 302
    assert world.row().in_force_since == date(2026, 5, 1)


def test_evidence_and_a_new_file_at_once_are_refused(world: World, as_who: Callable[[str], Client]) -> None:
    client, piece = as_who("coordinator"), world.cast.add()
    world.call()
    world.met(world.submitted())
    operations.move_version(
        by=world.who("coordinator"), version=world.version, target=VersionState.LEGAL_REVIEW, now=LATER
    )
    given = {"form": "regent", "number": "7", "day": "2026-04-30", "evidence": str(piece)}
    good = SimpleUploadedFile("perbup.pdf", samples.pdf(), "application/pdf")
    assert "jangan keduanya" in said(client.post(at(world, "penetapan/"), given | {"file": good}), 422)
    back = client.post(at(world, "kembali/"), {"reason": ""})
    assert "Hasil penelaahan hukum" in said(back, 422)
    assert client.post(at(world, "penetapan/"), given).status_code == 302
    assert world.row().decree_file == piece
    assert f'href="/bukti/{piece}/"' in client.get(at(world)).content.decode()
    assert f'href="/bukti/{piece}/"' not in Client().get(at(world)).content.decode()


# Texts


def test_rows_are_added_taken_out_and_kept(world: World, as_who: Callable[[str], Client]) -> None:
    client, address = as_who("coordinator"), at(world, "naskah/mission/")
    seen = fingerprint([])
    first, second = {"text": "Melayani", "source": "RPJMD"}, {"text": "Tangguh", "source": ""}
    more = client.post(address, rows("rows", first, seen=seen, do="add-rows")).content.decode()
    assert 'name="rows-1-text"' in more
    assert "Melayani" in more
    assert "RPJMD" in more
    less = client.post(address, rows("rows", first, second, seen=seen, do="remove-rows-0")).content.decode()
    assert "Tangguh" in less
    assert "Melayani" not in less
    blank = {"text": " ", "source": ""}
    assert client.post(address, rows("rows", first, blank, second, seen=seen)).status_code == 302
    assert [*Statement.objects.values_list("text", flat=True)] == ["Melayani", "Tangguh"]
    page = said(client.get(at(world, "naskah/")))
    assert "Ditulis oleh Siti" in page
    assert "Sumber: RPJMD" in page


def test_what_is_wrong_stays_typed_at_its_row(world: World, as_who: Callable[[str], Client]) -> None:
    client, address = as_who("coordinator"), at(world, "naskah/mission/")
    sent = rows("rows", {"text": "Melayani"}, {"text": "", "source": "Tanpa naskah"}, seen=fingerprint([]))
    answer = client.post(address, sent)
    assert "2. Naskah: Bidang ini tidak boleh kosong." in said(answer, 422)
    assert "Tanpa naskah" in answer.content.decode()
    vision = rows("rows", {"text": "Cerdas"}, {"text": "Pintar"}, seen=fingerprint([]))
    answer = client.post(at(world, "naskah/vision/"), vision)
    assert "2. Naskah: Rencana memiliki satu visi" in said(answer, 422)


def test_both_versions_are_shown_to_who_comes_second(world: World, as_who: Callable[[str], Client]) -> None:
    client, address = as_who("both"), at(world, "naskah/mission/")
    operations.write_part(
        by=world.who("coordinator"), version=world.version, part=StatementPart.MISSION, given=[Stated("Melayani")],
        seen=fingerprint([]), now=NOW,
    )  # fmt: skip
    answer = client.post(address, rows("rows", {"text": "Tangguh"}, seen=fingerprint([])))
    page = said(answer, 409)
    assert "Siti sudah mengubah" in page
    assert "Melayani" in page
    assert "Tangguh" in page
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', answer.content.decode())
    assert seen is not None
    assert client.post(address, rows("rows", {"text": "Tangguh"}, seen=seen[1])).status_code == 302
    assert Statement.objects.get().text == "Tangguh"


def test_the_grid_keeps_its_cells(world: World, as_who: Callable[[str], Client]) -> None:
    client, address = as_who("coordinator"), at(world, "naskah/readiness/")
    page = client.get(address).content.decode()
    assert page.count("<fieldset") == 9
    sent = rows(
        "rows",
        {"key": "structure_people", "text": "Cukup", "level": "3"},
        {"key": "structure_finance", "text": "", "level": "2"},
        {"key": "structure_governance", "text": "", "level": ""},
        seen=fingerprint([]),
    )
    wrong = client.post(address, sent)
    assert wrong.status_code == 422
    assert wrong.content.decode().count("<fieldset") == 9
    sent["rows-1-text"] = "Terbatas"
    assert client.post(address, sent).status_code == 302
    assert [*Statement.objects.values_list("key", "level")] == [("structure_people", 3), ("structure_finance", 2)]
    shown = said(client.get(at(world, "naskah/")))
    assert "Sumber daya manusia 3 Cukup" in shown


# Bodies


def test_a_body_is_added_and_changed(world: World, as_who: Callable[[str], Client]) -> None:
    client, address = as_who("coordinator"), at(world, "lembaga/baru/")
    head = {"kind": "council", "title": "Dewan Smart City", "decree": "", "decreed_on": "", "source": ""}
    member = {"duty": "ketua", "position": "Bupati", "person": "", "office": str(world.office), "pillar": "living"}
    more = client.post(address, {**rows("members", member, do="add-members"), **head}).content.decode()
    assert 'value="Dewan Smart City"' in more
    assert 'name="members-1-duty"' in more
    wrong = client.post(address, {**rows("members", member | {"position": ""}), **head, "decreed_on": "kemarin"})
    assert 'value="kemarin"' in wrong.content.decode()
    assert "1. Jabatan pemegangnya" in said(wrong, 422)
    assert client.post(address, {**rows("members", member), **head}).status_code == 302
    assert "Kehidupan (smart living)" in said(client.get(at(world, "lembaga/")))
    key = Body.objects.get().pk
    stale = client.post(at(world, f"lembaga/{key}/"), {**rows("members", member, seen="lama"), **head, "title": "Lain"})
    assert "Lembaga ini sudah diubah" in said(stale, 409)
    assert 'value="Lain"' in stale.content.decode()
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', stale.content.decode())
    assert seen is not None
    sent = {**rows("members", member, seen=seen[1]), **head, "title": "Lain"}
    assert client.post(at(world, f"lembaga/{key}/"), sent).status_code == 302
    assert Body.objects.get().title == "Lain"


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


def revised(world: World) -> None:
    """A revision in its meeting: P001 moved and retargeted, P002 ended, P003 added."""
    world.call()
    world.decreed(world.submitted(), world.submitted("Pasar digital"))
    by, office = world.who("coordinator"), world.who("contributor")
    operations.bring_into_force(by=by, version=world.version, since=date(2026, 4, 30), now=LATER)
    lines = [one.key for one in queries.programmes(world.row())]
    world.version = operations.start_revision(by=by, version=world.version, reason="Rekomendasi", now=LATER)
    world.call()
    (target,) = content(world.office).targets
    more = replace(target, yearly=((2026, Decimal(100)), (2028, Decimal(246))), measure="")
    other = Target(2, "Waktu layanan", "jam", yearly=((2027, Decimal(2)),))
    changed = content(
        world.office, part="living_health", horizon=Horizon.LONG, partners=(world.cast.colleagues_office,),
        targets=(more, other), quick_win=True,
    )  # fmt: skip
    given = [
        Proposed(ProposalKind.CHANGE, changed, lines[0]),
        Proposed(ProposalKind.DROP, None, lines[1], "Digabung provinsi"),
        Proposed(ProposalKind.ADD, content(world.office, "Posyandu digital")),
    ]
    keys = []
    for one in given:
        key = operations.propose(by=office, version=world.version, office=world.office, given=one, now=NOW)
        operations.submit_proposal(by=office, proposal=key, now=NOW)
        keys.append(key)
    world.met(*keys)


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


def test_everybody_reads_the_plan_in_force(world: World) -> None:
    client = Client()
    assert "Belum ada rencana yang ditetapkan" in said(client.get("/rencana/"))
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
    assert 'href="https://contoh.invalid/desa"' in page.content.decode()
    assert "Sintetis" not in words
    assert "Kabupaten Tangerang" in said(client.get("/rencana/?q=tanger"))
    assert "Tidak ada daerah yang cocok" in said(client.get("/rencana/?q=bogor"))
    operations.start_revision(by=by, version=world.version, reason="Rahasia", now=AFTER_SECOND_QUARTER)
    assert "Rahasia" not in said(client.get(f"/rencana/{OWN}/"))
    assert "master plan of Kabupaten Tangerang" in client.get(f"/en/rencana/{OWN}/").content.decode()


def test_an_expired_plan_says_so(world: World) -> None:
    world.in_force()
    operations.move_version(
        by=world.who("coordinator"), version=world.version, target=VersionState.EXPIRED, now=LATER.replace(year=2031)
    )
    assert "Berakhir" in said(Client().get("/rencana/"))


# How often the database is asked


@pytest.mark.parametrize(
    ("page", "most"),
    [("", 11), ("naskah/", 6), ("program/", 6), ("program/P001/", 9), ("quick-win/", 6), ("lembaga/", 7)],
)
def test_pages_ask_as_often_with_many_programmes_as_with_few(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries, page: str, most: int
) -> None:
    planted(world, 300)
    client = client_of(world, "verifier")
    with django_assert_max_num_queries(most):
        assert client.get(at(world, page)).status_code == 200


def test_public_pages_ask_as_often_with_many_programmes_as_with_few(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    planted(world, 300)
    world.in_force()
    with django_assert_max_num_queries(1):
        Client().get("/rencana/")
    with django_assert_max_num_queries(8):
        Client().get(f"/rencana/{OWN}/")


def test_a_long_difference_asks_as_often_as_a_short_one(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    planted(world, 300)
    world.in_force()
    by = world.who("coordinator")
    world.version = operations.start_revision(by=by, version=world.version, reason="Baru", now=LATER)
    kept = keep_all(by, Version.objects.get(pk=world.version).plan, [content(world.office, "Lain")], now=NOW)
    Entry.objects.filter(version=world.version).update(content=kept[0])
    client = client_of(world, "verifier")
    with django_assert_max_num_queries(12):
        assert "Lain" in said(client.get(at(world, "perubahan/")))
