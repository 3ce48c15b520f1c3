"""The pages on which plans are begun, written, moved and decreed: what they say, and that nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from confirming import confirmed
from evidence import samples
from kit.neighbours import own
from masterplan.pages import BACKEND, client_of
from masterplan.shown import at, rows, said
from masterplan.world import LATER, NOW, OTHER, OWN, World
from pilar.masterplan import operations
from pilar.masterplan.models import Body, Statement
from pilar.masterplan.operations import NewPlan
from pilar.masterplan.rules.stages import VersionState
from pilar.masterplan.rules.statements import Stated, StatementPart, fingerprint

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_who(world: World) -> Callable[[str], Client]:
    return lambda who: client_of(world, who)


# Lists


def test_the_secretariat_looks_a_region_up(as_who: Callable[[str], Client]) -> None:
    client = as_who("secretariat")
    page = client.get("/kerja/rencana/?q=tangerang").content.decode()
    assert f'href="/kerja/rencana/daerah/{OWN}/"' in page
    assert f'href="/kerja/rencana/daerah/{OTHER}/"' in page
    assert "Tidak ada yang cocok" in said(client.get("/kerja/rencana/?q=atlantis"))


def test_an_office_finds_the_call(world: World, as_who: Callable[[str], Client]) -> None:
    client = as_who("contributor")
    assert client.get("/kerja/rencana/")["Location"] == f"/kerja/rencana/daerah/{OWN}/"
    assert "Belum ada rencana" in said(client.get(f"/kerja/rencana/daerah/{OWN}/"))
    closes = datetime(timezone.now().year + 1, 4, 1, 3, tzinfo=UTC)
    operations.open_call(by=world.who("coordinator"), version=world.version, text="", closes_at=closes, now=NOW)
    page = said(client.get(f"/kerja/rencana/daerah/{OWN}/"))
    assert "diminta mengajukan usulan" in page
    assert f"1 April {closes.year} pukul 10.00 WIB" in page
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


def test_a_source_is_a_link_only_where_it_is_an_address(world: World, as_who: Callable[[str], Client]) -> None:
    source = "Data contoh; tidak ada sumber\nhttps://contoh.invalid/berita"
    given = NewPlan("Rencana contoh", 2031, 2035, source, synthetic=True)
    version = operations.start_plan(by=world.who("coordinator"), region=OWN, given=given, now=NOW)
    client = as_who("coordinator")
    for address in (f"/kerja/rencana/versi/{version}/", f"/kerja/rencana/daerah/{OWN}/"):
        page = client.get(address)
        assert "Data contoh; tidak ada sumber" in said(page)
        links = re.findall(r'href="([^"]*)"', page.content.decode())
        assert "https://contoh.invalid/berita" in links
        assert not [one for one in links if "Contoh" in one]


def test_the_overview_says_what_is_missing(world: World, as_who: Callable[[str], Client]) -> None:
    client = as_who("coordinator")
    page = said(client.get(at(world)))
    assert "Jadwalkan rapat koordinasi finalisasi terlebih dahulu" in page
    assert "Batalkan versi ini" in page
    assert "Rencana dimulai" in page
    refused = said(client.get(at(world, "langkah/meeting/")))
    assert "Ini harus diperbaiki lebih dahulu Jadwalkan rapat" in refused
    assert world.state() is VersionState.DRAFT
    assert "Langkah selanjutnya" not in said(as_who("verifier").get(at(world)))
    assert confirmed(client, at(world, "langkah/dropped/"))["Location"] == f"/kerja/rencana/daerah/{OWN}/"
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
    assert "berkas" in said(confirmed(client, at(world, "penetapan/"), given | {"file": text}), 422).lower()
    good = SimpleUploadedFile("perbup.pdf", samples.pdf(), "application/pdf")
    early = confirmed(client, at(world, "penetapan/"), given | {"file": good})
    assert "mendahului rapat koordinasi tanggal 14 April 2026" in said(early, 422)
    assert 'value="7 Tahun 2026"' in early.content.decode()
    again = SimpleUploadedFile("perbup.pdf", samples.pdf(), "application/pdf")
    unticked = confirmed(client, at(world, "penetapan/"), given | {"file": again, "agreed": ""})
    for refused in (early, unticked):
        held = re.search(r'name="held" value="([^"]+)"', refused.content.decode())
        assert held is not None, "the file is kept, whatever has to be mended"
    answer = confirmed(client, at(world, "penetapan/"), given | {"day": "2026-04-30", "held": held[1]})
    assert answer.status_code == 302
    assert world.row().decree_file is not None
    assert "Peraturan Bupati 7 Tahun 2026" in said(client.get(at(world)))
    wrong = confirmed(client, at(world, "pemberlakuan/"), {"since": "2026-04-29"})
    assert "tidak berlaku sebelum tanggal penetapannya, 30 April 2026" in said(wrong, 422)
    assert confirmed(client, at(world, "pemberlakuan/"), {"since": "2026-05-01"}).status_code == 302
    assert world.row().in_force_since == date(2026, 5, 1)


def test_a_revision_is_begun_by_its_button(world: World, as_who: Callable[[str], Client]) -> None:
    client = as_who("coordinator")
    world.call()
    world.decreed(world.submitted())
    operations.bring_into_force(by=world.who("coordinator"), version=world.version, since=date(2026, 4, 30), now=LATER)
    page = client.get(at(world, "revisi/")).content.decode()
    assert re.search(r"<button[^>]*>\s*Mulai revisi\s*</button>", page)
    made = client.post(at(world, "revisi/"), {"reason": "Rekomendasi evaluasi"})
    assert "Sedang disusun" in said(client.get(made["Location"]))


def test_evidence_and_a_new_file_at_once_are_refused(world: World, as_who: Callable[[str], Client]) -> None:
    client, piece = as_who("coordinator"), world.cast.add()
    world.call()
    world.met(world.submitted())
    operations.move_version(
        by=world.who("coordinator"), version=world.version, target=VersionState.LEGAL_REVIEW, now=LATER
    )
    given = {"form": "regent", "number": "7", "day": "2026-04-30", "evidence": str(piece)}
    assert Client().get(f"/bukti/{piece}/1/").status_code == 404
    good = SimpleUploadedFile("perbup.pdf", samples.pdf(), "application/pdf")
    assert "jangan keduanya" in said(confirmed(client, at(world, "penetapan/"), given | {"file": good}), 422)
    back = confirmed(client, at(world, "kembali/"), {"reason": ""})
    assert "Hasil harmonisasi" in said(back, 422)
    assert confirmed(client, at(world, "penetapan/"), given).status_code == 302
    assert world.row().decree_file == piece
    for who in ("verifier", "visitor"):
        assert f'href="/bukti/{piece}/1/"' in as_who(who).get(at(world)).content.decode()
        assert as_who(who).get(f"/bukti/{piece}/1/").status_code == 200


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
    assert [*own(Statement).values_list("text", flat=True)] == ["Melayani", "Tangguh"]
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


def test_a_sign_in_that_ended_loses_no_text(world: World, as_who: Callable[[str], Client]) -> None:
    client, where = as_who("coordinator"), at(world, "naskah/mission/")
    sent = rows("rows", {"text": "Layanan yang mudah"}) | {"do": "save", "seen": fingerprint([])}
    sent["person"] = client.get(where).context["person"]
    client.logout()
    assert client.post(where, sent)["Location"] == f"/akun/login/?next={where}"
    client.force_login(world.cast.user("coordinator"), BACKEND)
    assert "Layanan yang mudah" in said(client.get(where))
    assert not own(Statement).exists()


def test_an_origin_that_all_texts_of_a_part_share_stands_once(world: World, as_who: Callable[[str], Client]) -> None:
    by, dinas, rpjmd = world.who("coordinator"), Stated("Melayani", source="Bappeda"), "RPJMD 2025"
    parts = {
        StatementPart.MISSION: [dinas, Stated("Hijau", source="Bappeda")],
        StatementPart.GAP: [Stated("Data terpisah", source=rpjmd), Stated("Jaringan desa", source="Survei")],
        StatementPart.VISION: [Stated("Cerdas", source="Visi bupati")],
    }
    for part, given in parts.items():
        operations.write_part(by=by, version=world.version, part=part, given=given, seen=fingerprint(()), now=NOW)
    page = said(as_who("coordinator").get(at(world, "naskah/")))
    assert re.findall(r"Sumber: (Visi bupati|Bappeda|RPJMD 2025|Survei)", page) == [
        "Visi bupati", "Bappeda", "RPJMD 2025", "Survei",
    ]  # fmt: skip
    assert re.search(r"Melayani Hijau Semua yang di atas: Sumber: Bappeda", page)
    assert page.count("Semua yang di atas:") == 1


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
    assert own(Statement).get().text == "Tangguh"


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
    assert [*own(Statement).values_list("key", "level")] == [("structure_people", 3), ("structure_finance", 2)]
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
    key = own(Body).get().pk
    stale = client.post(at(world, f"lembaga/{key}/"), {**rows("members", member, seen="lama"), **head, "title": "Lain"})
    assert "Lembaga ini sudah diubah" in said(stale, 409)
    assert 'value="Lain"' in stale.content.decode()
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', stale.content.decode())
    assert seen is not None
    piece = world.cast.add("coordinator", title="SK Dewan")
    assert "SK Dewan" in said(client.get(at(world, f"lembaga/{key}/")))
    sent = {**rows("members", member, seen=seen[1]), **head, "title": "Lain", "file": str(piece)}
    assert client.post(at(world, f"lembaga/{key}/"), sent).status_code == 302
    assert (own(Body).get().title, own(Body).get().decree_file_id) == ("Lain", piece)
