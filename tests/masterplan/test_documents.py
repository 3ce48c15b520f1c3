"""The papers of a plan: what stands in them, how the files are built, who gets them, and the archive of all."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import Any

import docx
import pypdf
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from design.attending import NOBODY, heard_of
from kit.neighbours import own
from kit.worlds import once
from masterplan.pages import client_of
from masterplan.world import NOW, World, content
from pilar.evidence.rules.batches import BatchState
from pilar.masterplan import operations
from pilar.masterplan.documents import PAPERS, Format, document_of, paper_of, written
from pilar.masterplan.documents.writing import law, stamp
from pilar.masterplan.models import PaperBatch
from pilar.masterplan.queries.books import PlanBook, plan_book
from pilar.masterplan.reference import regulation
from pilar.masterplan.rules.content import Judged
from pilar.masterplan.rules.statements import Stated, StatementPart, fingerprint
from pilar.people.rules import OPERATOR, NotAllowed, NotFound
from pilar.reports.document import Contents, Division, Heading, Numbered

pytestmark = pytest.mark.django_db

VISION = "Kabupaten yang dekat & terbuka <semua>"
TITLE = "Layanan desa daring"


@once
def book(world: World) -> PlanBook:
    """A plan in force with a quick win and texts."""
    by = world.who("coordinator")
    for part, given in {
        StatementPart.VISION: [Stated(VISION)],
        StatementPart.GAP: [Stated("Desa pesisir tertinggal")],
        StatementPart.READINESS: [Stated("Cukup", "structure_people", 3)],
        StatementPart.STRATEGY: [Stated("Bersama lebih dahulu"), Stated("Selesai daring", "governance")],
    }.items():
        operations.write_part(by=by, version=world.version, part=part, given=given, seen=fingerprint(()), now=NOW)
    world.call()
    key = world.submitted(quick_win=True, judged=(Judged("benefit", 4, "Dirasakan"), Judged("risk", 2)))
    world.decreed(key)
    return plan_book(world.row())


def text_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def words_of(file: bytes) -> str:
    found = docx.Document(io.BytesIO(file))
    cells = (cell.text for table in found.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(one.text for one in found.paragraphs), *cells])


EXPECTED = {
    "buku-1": ("Desa pesisir tertinggal", "Sumber daya manusia", "Warga menempuh jarak jauh"),
    "buku-2": (VISION, "Selesai daring", f"P001 {TITLE}", "Desa terhubung", "Listrik padam", "Aplikasi surat desa"),
    "buku-3": ("Manfaat", "Dirasakan", "Melatih perangkat desa", "Tahun 2027"),
    "ringkasan": (VISION, "Enam pilar", TITLE, "246 desa"),
    "rancangan-peraturan": ("BAB VI", "Pasal 12", "LAMPIRAN", "Bagian Hukum mengisi", VISION, "Desa terhubung"),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_both_files_say_what_the_plan_says(book: PlanBook, name: str) -> None:
    paper = paper_of(name)
    pdf, word = (written(paper, form, book) for form in Format)
    said, words = text_of(pdf), words_of(word)
    for one in EXPECTED[name]:
        assert one in said, one
        assert one in words, one
    assert "Peraturan Bupati Tangerang Nomor 7 Tahun 2026, ditetapkan 30 April 2026" in said
    assert written(paper, Format.PDF, book) == pdf
    assert written(paper, Format.DOCX, book) == word


def test_the_files_are_built_for_readers(book: PlanBook) -> None:
    pdf = pypdf.PdfReader(io.BytesIO(written(paper_of("buku-2"), Format.PDF, book)))
    root: Any = pdf.trailer["/Root"]
    assert root["/Lang"] == "id"
    assert root["/MarkInfo"]["/Marked"]
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Buku II: Masterplan"
    outline = [one.title for one in pdf.outline[0:1]]
    assert outline == ["Buku II: Masterplan"]
    word = docx.Document(io.BytesIO(written(paper_of("buku-2"), Format.DOCX, book)))
    headings = [one.text for one in word.paragraphs if one.style is not None and one.style.name.startswith("Heading")]
    assert f"P001 {TITLE} (program percepatan)" in headings
    assert word.core_properties.language == "id-ID"


def test_books_have_contents_and_a_regulation_its_divisions(book: PlanBook) -> None:
    for name in ("buku-1", "buku-2", "buku-3"):
        blocks = document_of(paper_of(name), book).blocks
        assert any(isinstance(one, Contents) for one in blocks)
        assert [one.text for one in blocks if isinstance(one, Heading) and one.level == 1 and one.numbered]
    blocks = document_of(paper_of("rancangan-peraturan"), book).blocks
    labels = [one.label for one in blocks if isinstance(one, Division)]
    articles = sum(len(chapter.articles) for chapter in regulation().chapters)
    assert [one for one in labels if one.startswith("Pasal")] == [f"Pasal {one + 1}" for one in range(articles)]
    assert {one.sign for one in blocks if isinstance(one, Numbered)} == {"a.", "1.", "(1)"}
    assert regulation().source == "assumption"


def test_what_is_no_law_and_what_is_made_up_is_stamped(book: PlanBook) -> None:
    assert (stamp(book.row), stamp(book.row, draft=True)) == ("", "RANCANGAN")
    assert document_of(paper_of("rancangan-peraturan"), book).stamp == "RANCANGAN"
    made_up = replace(book, row=replace(book.row, plan=replace(book.row.plan, synthetic=True)))
    assert stamp(made_up.row) == "DATA CONTOH"
    assert "DATA CONTOH" in words_header(written(paper_of("ringkasan"), Format.DOCX, made_up))
    assert "Data contoh" in text_of(written(paper_of("ringkasan"), Format.PDF, made_up))


def words_header(file: bytes) -> str:
    return docx.Document(io.BytesIO(file)).sections[0].header.paragraphs[0].text


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.thorough
def test_an_empty_draft_has_its_papers(world: World, name: str) -> None:
    book = plan_book(world.row())
    assert law(book.row).startswith("Belum ditetapkan")
    said = text_of(written(paper_of(name), Format.PDF, book))
    assert "Rancangan: isinya masih dapat berubah" in said
    assert written(paper_of(name), Format.DOCX, book)


@pytest.mark.thorough
def test_the_book_is_read_in_a_few_queries(world: World, django_assert_max_num_queries: Any) -> None:
    world.call()
    keys = [world.submitted(f"Program {number}") for number in range(12)]
    world.decreed(*keys)
    row = world.row()
    with django_assert_max_num_queries(8):
        assert len(plan_book(row).programmes) == 12


def test_pages_and_files_are_for_those_who_read_the_version(world: World) -> None:
    page = reverse("masterplan:documents", args=[world.version])
    file = reverse("masterplan:paper", args=[world.version, "ringkasan", "pdf"])
    for name, status in {
        "coordinator": 200,
        "secretariat": 200,
        "verifier": 200,
        "neighbour": 404,
        "contributor": 404,
    }.items():
        assert (client_of(world, name).get(page).status_code, client_of(world, name).get(file).status_code) == (
            status,
        ) * 2
    assert (Client().get(page).status_code, Client().get(file).status_code) == (404, 404)
    world.call()
    world.decreed(world.submitted())
    found = Client().get(file)
    assert (found.status_code, found["Content-Type"]) == (200, "application/pdf")
    assert found["Content-Disposition"].endswith('kabupaten-tangerang-2026-2030-v1-ringkasan.pdf"')
    for name, form in (("buku-9", "pdf"), ("ringkasan", "txt")):
        assert Client().get(reverse("masterplan:paper", args=[world.version, name, form])).status_code == 404
    shown = Client().get(page).content.decode()
    assert all(one.title in shown for one in PAPERS)
    assert "arsip/" not in shown


def test_all_papers_are_made_once_with_progress(world: World) -> None:
    world.call()
    world.decreed(world.submitted())
    client = client_of(world, "coordinator")
    order = reverse("masterplan:order-papers", args=[world.version])
    assert client.post(order).status_code == client.post(order).status_code == 302
    batch = own(PaperBatch).get()
    archive = reverse("masterplan:papers-archive", args=[world.version, batch.pk])
    assert client.get(archive).status_code == 409
    page = reverse("masterplan:documents", args=[world.version])
    shown = client.get(page).content.decode()
    assert "hx-get" in shown
    assert NOBODY in shown
    heard_of(seconds_ago=1)
    assert NOBODY not in client.get(page).content.decode()
    operations.make_papers(by=OPERATOR, batch=batch.pk)
    operations.make_papers(by=OPERATOR, batch=batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.attempt, batch.done, batch.total) == (BatchState.DONE, 1, 10, 10)
    content_ = b"".join(client.get(archive).streaming_content)  # type: ignore[attr-defined]
    names = zipfile.ZipFile(io.BytesIO(content_)).namelist()
    assert len(names) == 10
    assert all(name.startswith("kabupaten-tangerang-2026-2030-v1-") for name in names)
    assert client_of(world, "neighbour").get(archive).status_code == 404
    client.post(order)
    operations.make_papers(by=OPERATOR, batch=own(PaperBatch).latest("pk").pk)
    assert own(PaperBatch).count() == 1


def test_who_may_not_order(world: World) -> None:
    for name in ("neighbour", "contributor"):
        with pytest.raises(NotFound):
            operations.order_papers(by=world.who(name), version=world.version, now=timezone.now())
    with pytest.raises(NotAllowed):
        operations.make_papers(by=world.who("coordinator"), batch=1)
    world.call()
    world.decreed(world.submitted(content(world.office).title))
    with pytest.raises(NotAllowed):
        operations.order_papers(by=world.who("neighbour"), version=world.version, now=timezone.now())


BATCH_FAULTS = {
    "paper_batch_state_known": {"state": "lost"},
    "paper_batch_done_of_total": {"done": 11},
    "paper_batch_done_has_its_file": {"state": BatchState.DONE, "done": 10},
    "paper_batch_one_unfinished": {},
}


@pytest.mark.parametrize("name", BATCH_FAULTS)
def test_the_database_refuses(world: World, name: str) -> None:
    given = {"version_id": world.version, "total": 10, "ordered_by_name": "x", "ordered_at": NOW, "progressed_at": NOW}
    if name == "paper_batch_one_unfinished":
        PaperBatch.objects.create(**given)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        PaperBatch.objects.create(**given, **BATCH_FAULTS[name])
