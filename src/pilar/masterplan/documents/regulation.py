"""The draft regulation that sets the plan, with the plan as its annex. Its wording is data (regulation.yaml): a draft
by this project, which the legal office checks and completes."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pilar.masterplan.documents import writing
from pilar.masterplan.documents.plan_book import all_targets_table, money_table, strategies
from pilar.masterplan.queries.books import PlanBook
from pilar.masterplan.reference import regulation
from pilar.masterplan.rules.regulation import Article, Clause
from pilar.masterplan.rules.stages import LegalForm
from pilar.masterplan.rules.statements import StatementPart
from pilar.reports.document import (
    Block,
    Column,
    Division,
    Document,
    Heading,
    Item,
    Notice,
    Numbered,
    PageBreak,
    Paragraph,
    Row,
    Table,
)

TITLE = "Rancangan Peraturan"
BODIES = ("Dewan Smart City;", "Tim Pelaksana Smart City; dan", "Forum Smart City.")
CHAPTERS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
TO_FILL = "[Bagian Hukum mengisi]"


def draft_regulation(book: PlanBook) -> Document:
    landscape = len(writing.years_of(book.row)) > writing.WIDEST
    title = f"Rancangan {_form(book)} {writing.short_region(book.row)}"
    return writing.paper(book, title, _blocks(book), contents=None, landscape=landscape, draft=True)


def _form(book: PlanBook) -> str:
    if book.row.form is LegalForm.REGIONAL:
        return writing.FORMS[LegalForm.REGIONAL]
    return writing.FORMS[LegalForm.MAYOR if book.row.plan.kind == "city" else LegalForm.REGENT]


def _words(book: PlanBook) -> dict[str, str]:
    plan = book.row.plan
    vision = book.statements[StatementPart.VISION]
    return {
        "head": "Wali Kota" if plan.kind == "city" else "Bupati",
        "region": plan.region_name,
        "short": writing.short_region(book.row),
        "first": str(plan.first_year),
        "last": str(plan.last_year),
        "title": plan.title,
        "vision": vision[0].stated.text.rstrip(".") if vision else "[belum ditulis]",
        "due": str(book.framework.progress.report_due_days),
    }


def _blocks(book: PlanBook) -> Iterator[Block]:
    words, wording_ = _words(book), regulation()
    yield Notice(
        "Susunan kata rancangan ini dibuat oleh aplikasi dan bukan naskah resmi. Bagian Hukum memeriksa, mengubah, dan"
        " melengkapi semua yang bertanda [ ]."
    )
    head = writing.head_of_region(book.row).upper()
    yield Division(head, f"PROVINSI {book.province.upper()}")
    yield Division(f"{_form(book).upper()} {words['short'].upper()}", "NOMOR [nomor] TAHUN [tahun]")
    yield Division("TENTANG", words["title"].upper())
    yield Division("DENGAN RAHMAT TUHAN YANG MAHA ESA", f"{head},")
    yield Paragraph("Menimbang:")
    yield Numbered(tuple(Item(consideration.format(**words)) for consideration in wording_.considering), "a.")
    yield Paragraph("Mengingat:")
    yield Numbered(tuple(Item(basis.format(**words)) for basis in wording_.in_view_of), "1.")
    yield Division("MEMUTUSKAN:")
    yield Paragraph(f"Menetapkan: {_form(book).upper()} TENTANG {words['title'].upper()}.")
    number = 0
    for place, chapter in enumerate(wording_.chapters):
        yield Division(f"BAB {CHAPTERS[place]}", chapter.title)
        for article in chapter.articles:
            number += 1
            yield Division(f"Pasal {number}", level=2)
            yield from _article(book, article, words)
    yield from _signature(book)
    yield from _annex(book)


def _article(book: PlanBook, article: Article, words: dict[str, str]) -> Iterator[Block]:
    entries = book.framework.pillars.entries
    ends = [";"] * (len(entries) - 2) + ["; dan", "."]
    lists = {
        "pillars": tuple(named.title.id.lower() + end for named, end in zip(entries, ends, strict=True)),
        "bodies": BODIES,
    }
    filled = [clause.filled(words, lists) for clause in article.clauses]
    if article.paragraphs:
        yield Numbered(tuple(Item(clause.text, _below(clause)) for clause in filled), "(1)")
        return
    for clause in filled:
        yield Paragraph(clause.text)
        below = _below(clause)
        if below is not None:
            yield below


def _below(clause: Clause) -> Numbered | None:
    if clause.letters:
        return Numbered(tuple(Item(each) for each in clause.letters), "a.")
    return Numbered(tuple(Item(each) for each in clause.numbers), "1.") if clause.numbers else None


def _signature(book: PlanBook) -> Iterator[Block]:
    head = writing.head_of_region(book.row).upper()
    rows = (
        Row((f"Ditetapkan di {TO_FILL}", f"Diundangkan di {TO_FILL}")),
        Row((f"pada tanggal {TO_FILL}", f"pada tanggal {TO_FILL}")),
        Row((f"{head},", "SEKRETARIS DAERAH,"), strong=True),
        Row(("[tanda tangan]", "[tanda tangan]")),
        Row(("[nama]", "[nama]")),
    )
    yield Table((Column("Penetapan", share=1), Column("Pengundangan", share=1)), rows)


def _annex(book: PlanBook) -> Iterator[Block]:
    """Yield the annex: vision, missions, strategies, programmes with targets and money; the books have the rest."""
    yield PageBreak()
    yield Division("LAMPIRAN", book.row.plan.title.upper())
    yield Paragraph("Buku I, Buku II, dan Buku III yang lengkap dilampirkan sebagai berkas tersendiri.")
    yield Heading("Visi dan misi", 2)
    for part in (StatementPart.VISION, StatementPart.MISSION):
        yield from writing.texts(book.statements[part], "Belum ditulis.")
    yield from (strategy for strategy in strategies(book) if not isinstance(strategy, Heading))
    yield Heading("Anggaran", 2)
    yield money_table(book)
    for pillar in book.framework.pillars.entries:
        yield Heading(pillar.title.id, 2)
        rows = [
            Row((programme.code, programme.content.title, programme.owner_name,
                 writing.millions(sum((each.amount for each in programme.content.budgets), Decimal(0)))))
            for programme in book.of_pillar(pillar)
        ]  # fmt: skip
        columns = (Column("Kode"), Column("Program", share=3), Column("Pelaksana", share=3),
                   Column("Juta rupiah", number=True))  # fmt: skip
        yield writing.table(f"Program: {pillar.title.id}", columns, rows, "Belum ada program pada pilar ini.")
        yield all_targets_table(book, book.of_pillar(pillar), f"Indikator sasaran: {pillar.title.id}")
