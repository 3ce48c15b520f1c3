"""The common parts of a plan's papers: law, days, money, tables, and the first page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.text import slugify

from pilar.masterplan import wording
from pilar.masterplan.queries.books import PlanBook
from pilar.masterplan.queries.rows import StatementRow, VersionRow
from pilar.masterplan.rules.stages import LAW, VERSION_NAMES, LegalForm, VersionState
from pilar.masterplan.rules.statements import StatementPart
from pilar.platform.language import translate
from pilar.reports.document import (
    Block,
    Bullets,
    Column,
    Contents,
    Document,
    Heading,
    Notice,
    PageBreak,
    Pair,
    Pairs,
    Paragraph,
    Row,
    Table,
)

AUTHOR = "Pilar"
NONE = "–"


def for_word(document: Document) -> bytes:
    """Write the document as a Word file."""
    from pilar.reports.docx import write_docx  # loading it takes half a second, which only a Word file is worth

    return write_docx(document)


MILLION, BILLION = 1_000_000, 1_000_000_000
DRAFT, SYNTHETIC = "RANCANGAN", "DATA CONTOH"
WIDEST = 6
"""With more years than these, they do not fit side by side on a portrait page."""
FORMS = {
    LegalForm.REGENT: "Peraturan Bupati",
    LegalForm.MAYOR: "Peraturan Wali Kota",
    LegalForm.REGIONAL: "Peraturan Daerah",
}


def day(value: date) -> str:
    return date_format(value, "j F Y")


def short_region(row: VersionRow) -> str:
    """Return ``Tangerang`` for Kabupaten Tangerang."""
    name = row.plan.region_name
    return name.removeprefix("Kabupaten ").removeprefix("Kota ")


def head_of_region(row: VersionRow) -> str:
    """Return Bupati or Wali Kota with the name of the region."""
    return f"{'Wali Kota' if row.plan.kind == 'city' else 'Bupati'} {short_region(row)}"


def law(row: VersionRow) -> str:
    """Return a sentence about the regulation that sets the version, or that there is none yet."""
    if row.form is None or row.decreed_on is None or row.state not in LAW:
        return f"Belum ditetapkan ({translate(VERSION_NAMES[row.state]).lower()})."
    of = row.plan.region_name if row.form is LegalForm.REGIONAL else short_region(row)
    return f"{FORMS[row.form]} {of} Nomor {row.decree_number}, ditetapkan {day(row.decreed_on)}."


def years_of(row: VersionRow) -> range:
    return range(row.plan.first_year, row.plan.last_year + 1)


def stamp(row: VersionRow, *, draft: bool = False) -> str:
    """Return the words printed across every page: made-up data, not law yet, or (``draft``) a draft that is never law
    itself."""
    said = [DRAFT] if draft or row.state not in LAW else []
    return " ".join([*said, SYNTHETIC] if row.plan.synthetic else said)


def notices(row: VersionRow, *, draft: bool = False) -> list[Block]:
    """Return the notices that must not be overlooked, in sentences."""
    blocks: list[Block] = []
    if row.plan.synthetic:
        source = row.plan.source.replace("\n", ", ")
        said = "Data contoh: dibuat untuk peragaan dan tidak mengatakan apa pun tentang daerah ini"
        blocks.append(Notice(f"{said}, kecuali yang bersumber: {source}" if "://" in source else f"{said}."))
    if draft or row.state not in LAW:
        blocks.append(Notice("Rancangan: isinya masih dapat berubah dan belum mengikat."))
    if row.state is VersionState.REVISED and row.in_force_until is not None:
        blocks.append(Notice(f"Versi ini berlaku sampai {day(row.in_force_until)}, lalu digantikan oleh perubahannya."))
    last_day = date(row.plan.last_year, 12, 31)
    if row.state is VersionState.EXPIRED and row.in_force_until is not None and row.in_force_until < last_day:
        said = f"Rencana ini berlaku sampai {day(row.in_force_until)}, lalu digantikan oleh rencana berikutnya."
        blocks.append(Notice(said))
    return blocks


def facts_of_law(row: VersionRow) -> Pairs:
    """Return law, force and version, for the first page."""
    force = NONE
    if row.in_force_since is not None and row.in_force_until is not None:
        force = f"{day(row.in_force_since)} sampai {day(row.in_force_until)}"
    items = [
        Pair("Daerah", row.plan.region_name),
        Pair("Masa rencana", f"{row.plan.first_year}–{row.plan.last_year}"),
        Pair("Dasar hukum", law(row)),
        Pair("Masa berlaku", force),
        Pair("Versi", str(row.number) if row.base is None else f"{row.number}, perubahan atas versi {row.base}"),
    ]
    if row.reason:
        items.append(Pair("Alasan perubahan", row.reason))
    return Pairs(tuple(items))


def paper(
    book: PlanBook,
    title: str,
    blocks: Iterable[Block],
    *,
    contents: int | None = 2,
    landscape: bool = False,
    draft: bool = False,
) -> Document:
    """Make a paper of the plan: its first page, the contents down to a level (None: none), then ``blocks``."""
    row = book.row
    first: list[Block] = [*notices(row, draft=draft), facts_of_law(row)]
    if contents is not None:
        first += [Contents("Daftar isi", contents), PageBreak()]
    return Document(
        title=title,
        language="id",
        author=AUTHOR,
        made_at=book.made_at,
        eyebrow=row.plan.title,
        lead=law(row),
        stamp=stamp(row, draft=draft),
        running=f"{title} · {row.plan.region_name} · versi {row.number}",
        landscape=landscape,
        blocks=(*first, *blocks),
    )


def file_name(row: VersionRow, name: str, ending: str) -> str:
    return f"{slugify(row.plan.region_name)}-{row.plan.first_year}-{row.plan.last_year}-v{row.number}-{name}.{ending}"


def rupiah(value: Decimal) -> str:
    """Format ``Rp750.000.000``; a dash for nothing."""
    return wording.money(value) if value else NONE


def millions(value: Decimal) -> str:
    """Format million rupiah, whole; a dash for nothing."""
    return wording.number(Decimal(round(value / MILLION))) if value else NONE


def billions(value: Decimal) -> Decimal:
    return Decimal(round(value / BILLION, 1))


def texts(rows: Sequence[StatementRow], nothing: str) -> list[Block]:
    """Return statements as a list, or a sentence that there is none."""
    if not rows:
        return [Paragraph(nothing, quiet=True)]
    if len(rows) == 1:
        return [Paragraph(rows[0].stated.text)]
    return [Bullets(tuple(row.stated.text for row in rows))]


def section(book: PlanBook, title: str, part: StatementPart, nothing: str, level: int = 1) -> list[Block]:
    """Return a numbered heading and the statements of a part below it, with their sources."""
    rows = book.statements[part]
    sources = dict.fromkeys(row.stated.source for row in rows if row.stated.source)
    blocks: list[Block] = [Heading(title, level, numbered=True), *texts(rows, nothing)]
    if sources:
        blocks.append(Paragraph(f"Sumber: {'; '.join(sources)}.", quiet=True))
    return blocks


def table(caption: str, columns: Sequence[Column], rows: Iterable[Row], nothing: str) -> Block:
    """Return a table, or a sentence where it would be empty."""
    kept = tuple(rows)
    return Table(tuple(columns), kept, caption) if kept else Paragraph(nothing, quiet=True)


def year_columns(row: VersionRow) -> list[Column]:
    return [Column(str(year), number=True) for year in years_of(row)]
