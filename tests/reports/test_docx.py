"""Documents for Word: what python-docx and a strict reader of XML find in them."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import docx
import pytest
from docx.document import Document as Opened
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import nsmap
from docx.shared import Mm
from lxml import etree

from pilar.reports.codes import qr_svg
from pilar.reports.document import (
    Bar,
    Beside,
    Block,
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
from pilar.reports.docx import write_docx
from pilar.reports.docx.tables import widths

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ADDRESS = "https://contoh.invalid/rencana/?a=1&b=dua tiga"
PLAIN = Document(
    title="Rencana Uji", language="id", author="Pilar", made_at=datetime(2026, 3, 1, 8, 30, 5, 9, tzinfo=UTC), blocks=()
)
FIGURES = Table(
    (Column("Nama", share=1), Column("Nilai", share=1), Column("Bobot", number=True)),
    (Row(("Output", Bar(0.8, "3,25"), "40 %"), strong=True), Row(("Kebijakan", Bar(2, "9,99"), "20 %"), depth=1)),
    caption="Tabel 1. Nilai",
)
BOOK = replace(
    PLAIN,
    eyebrow="Alis",
    lead="Kalimat pembuka",
    corner=Picture(qr_svg("https://contoh.invalid/"), "Kode QR", 28, "Periksa"),
    stamp="DATA CONTOH",
    running="Kaki halaman",
    blocks=(
        Notice("Perhatian"),
        Facts((Fact("Nilai", "3,25", "skala"), Fact("Peringkat", "2"))),
        Contents("Daftar isi"),
        Heading("Kata pengantar"),
        Heading("Pendahuluan", numbered=True),
        Heading("Latar", 2, numbered=True),
        Heading("Hukum", 3, numbered=True),
        Heading("Analisis", numbered=True),
        Heading("Kesiapan", 2, numbered=True),
        FIGURES,
        Beside((Heading("Kiri", 2), FIGURES), (Paragraph("Teks kanan", quiet=True),)),
        PageBreak(),
        Bullets(("Butir satu", "Butir dua")),
        Division("BAB I", "KETENTUAN UMUM"),
        Numbered((Item("Ayat satu"), Item("Ayat dua", Numbered((Item("huruf"), Item("huruf")), "a."))), "(1)"),
        Numbered((Item("Lagi"),), "(1)"),
        Pairs((Pair("SHA-256", "ab" * 32, code=True), Pair("Alamat", "https://contoh.invalid/x", link=True))),
    ),
)


def written(*blocks: Block, **more: object) -> Opened:
    return opened(replace(PLAIN, blocks=blocks, **more))


def opened(document: Document) -> Opened:
    return docx.Document(io.BytesIO(write_docx(document)))


def at(element: Any, path: str) -> Any:
    """What an XPath finds, for elements that python-docx knows and for others."""
    return etree.XPath(path, namespaces=nsmap)(element)


def said(element: Any) -> str:
    """The words of an element; a tab and a new line are blanks."""
    return "".join(" " if one.tag in {f"{W}tab", f"{W}br"} else one.text or "" for one in element.iter(*WORDS))


WORDS = (f"{W}t", f"{W}tab", f"{W}br")


def test_headings_have_the_styles_that_word_navigates_by() -> None:
    found = [(one.style.name, one.text) for one in opened(BOOK).paragraphs if one.style.name.startswith("Heading")]
    assert found == [
        ("Heading 1", "Kata pengantar"), ("Heading 1", "Pendahuluan"), ("Heading 2", "Latar"), ("Heading 3", "Hukum"),
        ("Heading 1", "Analisis"), ("Heading 2", "Kesiapan"), ("Heading 1", "BAB I\nKETENTUAN UMUM"),
    ]  # fmt: skip
    styles = opened(BOOK).styles.element
    assert [at(styles, f"w:style[@w:styleId='Heading{n}']//w:outlineLvl/@w:val") for n in (1, 2, 3)] == [
        ["0"], ["1"], ["2"],
    ]  # fmt: skip


def test_headings_count_where_they_are_numbered_and_nowhere_else() -> None:
    found = opened(BOOK)
    without = {
        said(one).split()[0]
        for one in at(found.element, "//w:p[starts-with(w:pPr/w:pStyle/@w:val, 'Heading')][w:pPr/w:numPr/w:numId]")
    }
    assert without == {"Kata", "Kiri", "BAB"}
    styles = found.styles.element
    assert [at(styles, f"w:style[@w:styleId='Heading{n}']/w:pPr/w:numPr/*/@w:val") for n in (1, 2, 3)] == [
        ["0", "1"], ["1", "1"], ["2", "1"],
    ]  # fmt: skip
    assert not at(written(Heading("A")).styles.element, "//w:numPr")


def test_contents_are_a_field_with_the_headings_as_they_are_each_leading_to_its_place() -> None:
    body = opened(BOOK).element
    (field,) = at(body, "//w:sdt[w:sdtPr//w:docPartGallery/@w:val='Table of Contents']")
    assert at(field, ".//w:instrText")[0].text.split() == ["TOC", "\\o", '"1-3"', "\\h", "\\z", "\\u"]
    assert at(field, ".//w:fldChar/@w:dirty") == ["true"]
    lines = [(at(one, "string(w:pPr/w:pStyle/@w:val)"), said(one).strip()) for one in at(field, ".//w:p")]
    assert lines[:9] == [
        ("TOCHeading", "Daftar isi"), ("TOC1", "Kata pengantar"), ("TOC1", "1 Pendahuluan"), ("TOC2", "1.1 Latar"),
        ("TOC3", "1.1.1 Hukum"), ("TOC1", "2 Analisis"), ("TOC2", "2.1 Kesiapan"), ("TOC2", "Kiri"),
        ("TOC1", "BAB I KETENTUAN UMUM"),
    ]  # fmt: skip
    marks = at(body, "//w:bookmarkStart/@w:name")
    assert at(field, ".//w:hyperlink/@w:anchor") == marks
    assert len(set(marks)) == 8


def test_every_level_of_the_contents_leads_to_its_page_with_dots() -> None:
    styles = opened(BOOK).styles.element
    for level in (1, 2, 3):
        assert at(styles, f"w:style[@w:styleId='TOC{level}']//w:tab/@w:leader") == ["dot"]


def test_contents_end_at_their_depth_and_may_be_empty() -> None:
    levels = at(written(Contents("Isi", 1), Heading("A"), Heading("B", 2)).element, "//w:hyperlink/@w:anchor")
    assert levels == ["_Toc000001"]
    (empty,) = at(written(Contents("Isi")).element, "//w:sdt")
    assert at(empty, ".//w:fldChar/@w:fldCharType") == ["begin", "separate", "end"]


def test_the_head_of_a_table_is_repeated_and_rows_stay_whole() -> None:
    table = next(one for one in opened(BOOK).tables if one.style.name == "Figures")
    assert [[cell.text.strip() for cell in row.cells] for row in table.rows] == [
        ["Nama", "Nilai", "Bobot"], ["Output", "3,25", "40 %"], ["Kebijakan", "9,99", "20 %"],
    ]  # fmt: skip
    assert [bool(at(row._tr, "w:trPr/w:tblHeader")) for row in table.rows] == [True, False, False]
    assert all(at(row._tr, "w:trPr/w:cantSplit") for row in table.rows)
    assert at(table._tbl, "w:tblPr/w:tblCaption/@w:val") == ["Tabel 1. Nilai"]
    assert table.rows[1].cells[0].paragraphs[0].runs[0].bold
    assert table.rows[2].cells[0].paragraphs[0].paragraph_format.left_indent > 0


def test_rows_with_bars_and_rows_of_words_alone_keep_their_order() -> None:
    """Rows of words are made together; a bar stands before its words, and a new line in a cell stays one."""
    rows = (("a\nb", "1"), ("c", Bar(0.5, "2")), ("d", "3"), ("e", "4"), ("f", Bar(1, "5")))
    found = written(Table((Column("Nama"), Column("Nilai", number=True)), tuple(Row(cells) for cells in rows)))
    table = found.tables[0]
    texts = [[cell.text.strip() for cell in row.cells] for row in table.rows[1:]]
    assert texts == [["a\nb", "1"], ["c", "2"], ["d", "3"], ["e", "4"], ["f", "5"]]
    drawn = [bool(at(row.cells[1]._tc, "w:p/w:r[1]/w:drawing")) for row in table.rows[1:]]
    assert drawn == [False, True, False, False, True]
    assert all(at(row.cells[1]._tc, "w:p/w:pPr/w:jc/@w:val") == ["right"] for row in table.rows[1:])


def test_captions_have_their_style_and_stay_with_what_they_name() -> None:
    body = opened(BOOK).element
    captions = at(body, "//w:p[w:pPr/w:pStyle/@w:val='Caption']")
    assert [said(one) for one in captions] == ["Periksa", "Tabel 1. Nilai", "Tabel 1. Nilai"]
    assert all(at(one, "w:pPr/w:keepNext") for one in captions[1:])
    assert at(captions[0].getprevious(), "w:pPr/w:keepNext")


def test_pictures_say_in_words_what_they_show_and_bars_are_decoration() -> None:
    drawings = at(opened(BOOK).element, "//wp:docPr")
    assert [one.get("descr") for one in drawings if one.get("descr")] == ["Kode QR"]
    decorations = [one for one in drawings if not one.get("descr")]
    assert len(decorations) == 4
    assert all("decorative" in "".join(inner.tag for inner in one.iter()) for one in decorations)
    assert len({one.get("id") for one in drawings}) == 5


def test_a_picture_keeps_its_proportions_and_fits_the_page() -> None:
    tall = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 100"/>'
    shapes = written(Picture(tall, "Tinggi", 100), Picture(qr_svg("x"), "Kode", 500)).inline_shapes
    assert shapes[0].height < Mm(252)
    assert shapes[0].height == pytest.approx(10 * shapes[0].width, rel=0.01)
    assert shapes[1].width == Mm(160)


def test_pages_are_a4_with_the_margins_of_official_letters() -> None:
    section = opened(BOOK).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(one.mm) for one in margins] == [20, 25, 30, 20]
    wide = opened(replace(BOOK, landscape=True)).sections[0]
    assert (round(wide.page_width.mm), round(wide.page_height.mm)) == (297, 210)
    assert wide.orientation == WD_ORIENT.LANDSCAPE


def test_the_stamp_heads_every_page_and_the_foot_counts_them() -> None:
    section = opened(BOOK).sections[0]
    assert [one.text for one in section.header.paragraphs] == ["DATA CONTOH"]
    assert not section.different_first_page_header_footer
    (foot,) = section.footer.paragraphs
    assert foot.text.startswith("Kaki halaman\t")
    assert [one.text.strip() for one in at(foot._p, ".//w:instrText")] == ["PAGE", "NUMPAGES"]
    assert opened(replace(BOOK, stamp="")).sections[0].header.is_linked_to_previous


@pytest.mark.parametrize(("language", "spelling"), [("id", "id-ID"), ("en", "en-GB")])
def test_the_file_says_its_language_title_and_author(language: str, spelling: str) -> None:
    found = opened(replace(BOOK, language=language))
    assert at(found.styles.element, "w:docDefaults//w:lang/@w:val") == [spelling]
    known = found.core_properties
    assert (known.title, known.author, known.language) == ("Rencana Uji", "Pilar", spelling)
    assert known.created == known.modified == datetime(2026, 3, 1, 8, 30, 5, tzinfo=UTC)
    assert known.comments == ""


def test_lists_count_anew_each_by_its_own_sign() -> None:
    found = opened(BOOK)
    items = [one for one in found.paragraphs if one.style.name == "List Number"]
    places = [(one.text, *at(one._p, "w:pPr/w:numPr/*/@w:val")) for one in items]
    assert places == [
        ("Ayat satu", "0", "3"), ("Ayat dua", "0", "3"), ("huruf", "1", "4"), ("huruf", "1", "4"), ("Lagi", "0", "5"),
    ]  # fmt: skip
    counts = found.part.numbering_part.element

    def sign(number: int, depth: int) -> list[str]:
        kind = at(counts, f"w:num[@w:numId={number}]/w:abstractNumId/@w:val")[0]
        level = at(counts, f"w:abstractNum[@w:abstractNumId={kind}]/w:lvl[@w:ilvl={depth}]")[0]
        begun = at(counts, f"w:num[@w:numId={number}]/w:lvlOverride[@w:ilvl={depth}]/w:startOverride/@w:val")
        return [*at(level, "w:numFmt/@w:val | w:lvlText/@w:val"), *begun]

    assert sign(3, 0) == ["decimal", "(%1)", "1"]
    assert sign(4, 1) == ["lowerLetter", "%2.", "1"]
    assert sign(5, 0) == ["decimal", "(%1)", "1"]


def test_equal_documents_are_equal_bytes_and_the_moment_counts() -> None:
    once = write_docx(BOOK)
    assert write_docx(BOOK) == once
    jakarta = BOOK.made_at.astimezone(timezone(timedelta(hours=7)))
    assert write_docx(replace(BOOK, made_at=jakarta)) == once
    assert write_docx(replace(BOOK, made_at=datetime(2026, 3, 2, 8, tzinfo=UTC))) != once
    with zipfile.ZipFile(io.BytesIO(once)) as archive:
        assert {one.date_time for one in archive.infolist()} == {(2026, 3, 1, 8, 30, 4)}
        names = archive.namelist()
    assert not [name for name in names if "thumbnail" in name or "customXml" in name or "app.xml" in name]


def test_what_xml_forbids_is_left_out_and_its_signs_stay_words() -> None:
    signs = "A & B <w:p/> \"x\" 'y' ]]> \x00\x0b\ud800\ufffe 😀 e\u0301"
    kept = "A & B <w:p/> \"x\" 'y' ]]>    😀 é"
    table = Table((Column(signs),), (Row((signs,)),), caption=signs)
    found = written(
        Paragraph(signs), Heading(signs), table, Contents(signs), Pairs((Pair(signs, signs),)),
        title=signs, author=signs, stamp=signs, running=signs,
    )  # fmt: skip
    assert kept in found.paragraphs[1].text
    assert found.tables[0].rows[1].cells[0].text == kept
    assert found.core_properties.title == kept
    assert found.sections[0].header.paragraphs[0].text == kept
    assert written(Paragraph("satu\r\ndua\ttiga")).paragraphs[1].text == "satu\ndua tiga"
    assert len(written(title="x" * 400).core_properties.title) == 255


def test_only_an_address_is_a_link() -> None:
    pairs = (
        Pair("A", ADDRESS, link=True),
        Pair("B", "https://contoh.invalid/é?x=<1>", link=True),
        Pair("C", "javascript:x", link=True),
    )
    found = written(Pairs(pairs))
    links = [one.target_ref for one in found.part.rels.values() if one.is_external]
    assert links == ["https://contoh.invalid/%C3%A9?x=%3C1%3E"]
    assert ADDRESS in at(found.element, "string(//w:body)")


def test_empty_tables_lists_and_sides_are_written() -> None:
    found = written(
        Table((Column("Kosong"), Column("Juga", number=True)), ()), Table((), ()), Bullets(()), Pairs(()), Facts(()),
        Beside((), (Paragraph("kanan"),)),
    )  # fmt: skip
    assert [len(one.rows) for one in found.tables] == [1, 1]
    assert all(cell.paragraphs for table in found.tables for row in table.rows for cell in row.cells)


@pytest.mark.parametrize("columns", [(Column("a"), Column("b")), (Column("a", share=1), Column("b"))])
def test_a_table_is_never_wider_than_its_page(columns: tuple[Column, ...]) -> None:
    long = Table(columns, (Row(("x" * 4000, "kata " * 300)),))
    assert sum(widths(long, 160)) == pytest.approx(160)
    many = Table((Column("Judul kolom"),) * 40, (Row(("1",) * 40),))
    assert sum(widths(many, 160)) == pytest.approx(160)
    assert min(widths(many, 160)) > 0
    assert sum(widths(Table(columns[:1], (Row(("x",)),)), 160)) <= 160


def test_side_by_side_every_cell_ends_with_a_paragraph() -> None:
    for cell in at(opened(BOOK).element, "//w:tc"):
        assert cell[-1].tag == f"{W}p"
