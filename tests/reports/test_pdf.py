"""Documents in type: what a reader's program finds in them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pilar.reports.codes import qr_svg
from pilar.reports.document import (
    Bar,
    Beside,
    Bullets,
    Column,
    Contents,
    Division,
    Document,
    Fact,
    Facts,
    Heading,
    Item,
    Notice,
    Numbered,
    PageBreak,
    Pair,
    Pairs,
    Paragraph,
    Picture,
    Row,
    Table,
)
from pilar.reports.pdf import typeset, writable
from reports.reading import archived, codes, pages, words

ADDRESS = "https://contoh.invalid/hasil/pilar/2026-uji/1/versi/1/36.03/"
EVERYTHING = Document(
    title="Kabupaten Uji",
    language="id",
    author="Pilar",
    made_at=datetime(2026, 3, 1, 8, 30, 5, 123456, tzinfo=UTC),
    eyebrow="Alis",
    lead="Kalimat pembuka",
    corner=Picture(qr_svg(ADDRESS), "Kode QR", 28, "Periksa"),
    stamp="DATA CONTOH",
    running="Kaki halaman",
    blocks=(
        Notice("Perhatian"),
        Facts((Fact("Nilai", "3,25", "skala"), Fact("Peringkat", "2"))),
        Heading("Bagian"),
        Table(
            (Column("Nama", share=1), Column("Nilai", share=1), Column("Bobot", number=True)),
            (
                Row(("Output", Bar(0.8, "3,25"), "40 %"), strong=True),
                Row(("Kebijakan", Bar(2, "9,99"), "20 %"), depth=1),
            ),
        ),
        Beside((Heading("Kiri", 2), Paragraph("Teks kiri")), (Paragraph("Teks kanan", quiet=True),)),
        PageBreak(),
        Bullets(("Butir satu", "Butir dua")),
        Pairs((Pair("SHA-256", "ab" * 32, code=True), Pair("Alamat", ADDRESS, link=True))),
    ),
)


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_document_is_archivable_and_accessible(language: str) -> None:
    found = archived(typeset(replace(EVERYTHING, language=language)))
    assert (found.part, found.conformance, found.ua_part) == ("2", "A", "1")
    assert found.output_intent == "/GTS_PDFA1"
    assert found.marked
    assert found.language.startswith(language)
    assert (found.title, found.shows_title) == ("Kabupaten Uji", True)
    assert found.fonts_embedded
    assert not found.scripts
    assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/TD", "/L", "/LI", "/Figure", "/Link"} <= found.tags
    assert found.alternatives == ("Kode QR",)


def test_every_word_is_there_and_the_stamp_lies_on_every_page() -> None:
    content = typeset(EVERYTHING)
    said = words(content)
    for text in (
        "Kabupaten Uji", "Alis", "Kalimat pembuka", "Periksa", "Perhatian", "3,25", "Output", "9,99", "Teks kiri",
        "Teks kanan", "Butir dua", "ab" * 32, ADDRESS,
    ):  # fmt: skip
        assert text in said, text
    assert pages(content) == 2
    assert said.count("DATA CONTOH") == 2
    assert said.count("Kaki halaman") == 2
    assert "DATA CONTOH" not in words(typeset(replace(EVERYTHING, stamp="")))


def test_a_camera_reads_the_code() -> None:
    assert codes(typeset(EVERYTHING)) == [ADDRESS]


def test_equal_documents_are_equal_bytes_and_the_moment_counts() -> None:
    once = typeset(EVERYTHING)
    assert typeset(EVERYTHING) == once
    assert typeset(replace(EVERYTHING, made_at=datetime(2026, 3, 2, 8, tzinfo=UTC))) != once


def test_threads_set_their_own_documents() -> None:
    titles = [f"Daerah {number}" for number in range(12)]
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda title: typeset(replace(EVERYTHING, title=title)), titles))
    assert [archived(content).title for content in made] == titles


@pytest.mark.parametrize(
    "text", ["#panic()", "$ x $", "*tebal* _miring_ `kode`", "@ref <label>", "// komentar", "\\ #import"]
)
def test_text_is_text_and_never_markup(text: str) -> None:
    made = typeset(replace(EVERYTHING, title=text, stamp="", blocks=(Paragraph(text), Bullets((text,)))))
    assert words(made).count(text) == 3
    assert archived(made).title == text


def test_what_no_font_has_becomes_a_square_and_the_document_is_made() -> None:
    assert writable("Kota 😀 中 Ω é − ≤") == "Kota □ □ Ω é − ≤"
    assert writable("a\x00b\u200bc\ud800d\r\ne\tf") == "a bcd\ne f"
    assert writable("e\u0301") == "é"
    made = typeset(replace(EVERYTHING, blocks=(Paragraph("Catatan 😀 \x00 akhir"),)))
    assert "Catatan □ akhir" in words(made)


def test_a_row_that_does_not_fit_its_table_is_refused() -> None:
    with pytest.raises(ValueError, match="as many cells"):
        Table((Column("A"), Column("B")), (Row(("nur",)),))


LAW = (
    Contents("Daftar isi", 2),
    Heading("Pendahuluan", numbered=True),
    Heading("Latar", 2, numbered=True),
    Heading("Hukum", 3, numbered=True),
    Heading("Lampiran"),
    Heading("Analisis", numbered=True),
    Table((Column("Nama"),), (Row(("Satu",)),), caption="Tabel 1"),
    Table((Column("Kosong"),), ()),
    Division("BAB I", "KETENTUAN UMUM"),
    Division("Pasal 1", level=2),
    Numbered(
        (Item("ayat"), Item("ayat", Numbered((Item("huruf"), Item("huruf", Numbered((Item("angka"),)))), "a."))), "(1)"
    ),
    Beside((), (Paragraph("BUPATI CONTOH"),)),
)


def test_books_and_legal_texts_count_and_list_their_parts_and_stay_accessible() -> None:
    content = typeset(replace(EVERYTHING, stamp="", blocks=LAW))
    found = archived(content)
    assert (found.conformance, found.ua_part) == ("A", "1")
    assert {"/TOC", "/TOCI", "/H4", "/Caption", "/L", "/LI", "/Lbl"} <= found.tags
    said = words(content)
    for text in (
        "1 Pendahuluan", "1.1 Latar", "1.1.1 Hukum", "2 Analisis", "BAB I KETENTUAN UMUM", "Tabel 1",
        "(1) ayat (2) ayat a. huruf b. huruf 1. angka", "BUPATI CONTOH",
    ):  # fmt: skip
        assert text in said, text
    assert said.count("Pendahuluan") == 2
    assert said.count("Hukum") == 1


@pytest.mark.parametrize("level", [0, 4])
def test_headings_have_three_levels(level: int) -> None:
    for made in (Heading, Division):
        with pytest.raises(ValueError, match="level 1 to 3"):
            made("A", level=level)


def test_lists_are_five_deep_at_most() -> None:
    deep = Numbered((Item("paling dalam"),))
    for _depth in range(4):
        deep = Numbered((Item("luar", deep),))
    assert deep.depth == 5
    with pytest.raises(ValueError, match="at most 5 deep"):
        Numbered((Item("luar", deep),))
