"""The minutes as a document: what stands in them, as PDF and as a Word document."""

from __future__ import annotations

import io
from typing import Any

import docx
import pytest
from django.utils import translation
from pypdf import PdfReader

from kit.neighbours import own
from kit.worlds import once
from masterplan.test_meeting_pages import ask, at, client_of
from masterplan.world import MET, World, content
from pilar.masterplan import operations, queries
from pilar.masterplan.documents.minutes import check_address, minutes_document, minutes_file
from pilar.masterplan.models import Attendance, Meeting
from pilar.masterplan.queries import meetings as reads
from pilar.masterplan.rules.decisions import Outcome, Verdict
from pilar.reports.document import Table

pytestmark = pytest.mark.django_db


@once
def signed(world: World) -> int:
    """A signed meeting with every outcome, and what it changed of one proposal."""
    world.call()
    titles = ("Surat desa daring", "Antrean puskesmas", "Izin satu pintu", "Tong sampah pintar", "Peta wisata")
    first, second, third, fourth, fifth = [world.submitted(title) for title in titles]
    meeting = world.meeting(running=False)
    by = world.who("coordinator")
    row = own(Meeting).get()
    operations.save_meeting(
        by=by, meeting=meeting, title=row.title, held_at=row.held_at, venue="Aula Setda", seen=row.saves,
        agenda="Pembukaan\nPembahasan usulan", notes="Rapat berjalan lancar.",
    )  # fmt: skip
    operations.begin_meeting(by=by, meeting=meeting, now=MET)
    world.decide(meeting, first)
    other = content(world.office, "Antrean puskesmas daring", budgets=())
    world.decide(meeting, second, Outcome.CHANGED, reason="Tanpa anggaran dahulu", content=other)
    world.decide(meeting, third, Outcome.MERGED, reason="Sama dengan usulan 1", into=first)
    world.decide(meeting, fourth, Outcome.DEFERRED, reason="Belum dihitung")
    world.decide(meeting, fifth, Outcome.REFUSED, reason="Tugas provinsi")
    world.decide(meeting, None)
    world.sign(meeting)
    return meeting


def found(world: World, meeting: int) -> Any:
    return reads.minutes(meeting, scope=world.who("coordinator"))


def names(world: World) -> dict[int, str]:
    return dict(queries.office_names(world.row().plan.region))


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_pdf_says_all_in_indonesian(world: World, signed: int, language: str) -> None:
    with translation.override(language):
        name, media_type, made = minutes_file(found(world, signed), names(world), "pdf")
    assert (name, media_type) == (
        "notulen-36.03-rapat-koordinasi-finalisasi-2026-04-14.pdf", "application/pdf",
    )  # fmt: skip
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    flat = " ".join(text.split())
    for said in (
        "Notulen: Rapat Koordinasi Finalisasi", "14 April 2026 pukul 09.00 WIB", "Aula Setda", "Pembahasan usulan",
        "Sekretaris Daerah", "pimpinan rapat", "Diterima dengan perubahan", "Antrean puskesmas daring",
        "Tanpa anggaran dahulu", "Digabung, ke usulan 1", "Ditunda", "Ditolak", "Tugas provinsi", "Tata kelola",
        "Rapat berjalan lancar.", "Tanda tangan", "BA/001/36.03/IV/2026",
    ):  # fmt: skip
        assert said in flat, said
    assert "Not decided" not in flat
    assert "apbd" not in flat, "names, not codes"
    digits = own(Meeting).get().minutes
    assert digits in "".join(text.split())


def test_equal_minutes_give_equal_bytes(world: World, signed: int) -> None:
    for kind in ("pdf", "docx"):
        first, second = (minutes_file(found(world, signed), names(world), kind)[2] for _ in range(2))
        assert first == second


def test_the_word_document_opens_with_its_headings_and_tables(world: World, signed: int) -> None:
    _name, _media_type, made = minutes_file(found(world, signed), names(world), "docx")
    opened = docx.Document(io.BytesIO(made))
    headings = [one.text for one in opened.paragraphs if one.style.name.startswith("Heading")]
    assert {"Daftar hadir", "Keputusan", "Tanda tangan"} <= set(headings)
    cells = {cell.text for table in opened.tables for row in table.rows for cell in row.cells}
    assert {"Sekretaris Daerah", "Antrean puskesmas daring"} <= cells


def test_a_draft_says_so_and_has_no_hash(world: World) -> None:
    meeting = world.meeting()
    document = minutes_document(found(world, meeting), names(world))
    assert document.stamp == "KONSEP"
    assert document.corner is None
    answer = ask(client_of(world, "verifier"), "minutes-file", meeting, "pdf")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    assert ask(client_of(world), "minutes-file", meeting, "odt").status_code == 404


def test_the_hash_leads_to_a_page_that_checks_it(world: World, signed: int) -> None:
    row = own(Meeting).get()
    assert check_address(row.minutes).endswith(at("check-minutes", row.minutes))
    assert reads.checked_minutes(row.minutes).whole
    document = minutes_document(found(world, signed), names(world))
    assert document.corner is not None
    assert check_address(row.minutes) in document.corner.alt
    signing = next(one for one in reversed(document.blocks) if isinstance(one, Table))
    assert signing.rows[0].cells[0] == "Sekretaris Daerah"


def test_offices_see_what_became_of_their_proposals(world: World, signed: int) -> None:
    office, colleague = client_of(world, "contributor"), client_of(world, "colleague")
    second = own(Meeting).get().version.proposals.get(number=2).pk
    text = ask(office, "proposal", second).content.decode()
    for said in ("Diterima dengan perubahan", "Tanpa anggaran dahulu", "Antrean puskesmas daring"):
        assert said in text
    assert ask(colleague, "proposal", second).status_code == 404
    third = own(Meeting).get().version.proposals.get(number=3).pk
    assert "Masuk ke usulan 1" in ask(office, "proposal", third).content.decode()


def test_offices_see_nothing_before_the_minutes_are_signed_off(world: World) -> None:
    world.call()
    key = world.submitted()
    meeting = world.meeting()
    world.decide(meeting, key, Outcome.REFUSED, reason="Rahasia dulu")
    assert "Rahasia dulu" not in ask(client_of(world, "contributor"), "proposal", key).content.decode()


def test_what_is_merged_into_nothing_is_told_before_signing(world: World) -> None:
    world.call()
    first, second = world.submitted("Surat desa daring"), world.submitted("Surat desa")
    meeting = world.meeting()
    world.decide(meeting, second, Outcome.MERGED, reason="Sama", into=first)
    world.decide(meeting, first, Outcome.REFUSED, reason="Tidak")
    text = ask(client_of(world), "sign-off", meeting).content.decode()
    assert "Usulan 2 digabungkan ke usulan 1 yang tidak masuk rencana" in text


def test_a_merger_that_was_taken_back_is_a_target_again(world: World) -> None:
    world.call()
    first, second = world.submitted("Surat desa daring"), world.submitted("Surat desa")
    meeting = world.meeting()
    world.decide(meeting, second, Outcome.MERGED, reason="Sama", into=first)
    world.decide(meeting, second, seen=1)
    by, chair = world.who("coordinator"), own(Attendance).get(signs=True).pk
    verdict = Verdict(Outcome.MERGED, chair, "Sebaliknya", second)
    assert operations.decide(by=by, meeting=meeting, proposal=first, verdict=verdict, seen=0, now=MET) == 1
