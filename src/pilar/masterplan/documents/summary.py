"""The summary for leaders: the plan on a few pages, with charts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pilar.design import charts
from pilar.design.svg import picture
from pilar.masterplan import wording
from pilar.masterplan.documents import writing
from pilar.masterplan.documents.analysis import readiness_chart
from pilar.masterplan.documents.plan_book import money_table
from pilar.masterplan.documents.road_map import gantt
from pilar.masterplan.queries.books import PlanBook
from pilar.masterplan.queries.rows import ProgrammeRow
from pilar.masterplan.rules.statements import StatementPart
from pilar.reports.document import (
    Beside,
    Block,
    Column,
    Document,
    Fact,
    Facts,
    Heading,
    Paragraph,
    Picture,
    Row,
    Table,
)

TITLE = "Ringkasan Eksekutif"
SHOWN = 6
"""The most titles of programmes shown for a sub-dimension."""


def summary(book: PlanBook) -> Document:
    return writing.paper(book, TITLE, _blocks(book), contents=None)


def _blocks(book: PlanBook) -> Iterator[Block]:
    offices = {programme.content.owner for programme in book.programmes}
    targets = sum(len(programme.content.targets) for programme in book.programmes)
    quick = [programme for _pillar, programmes in book.quick_wins() for programme in programmes]
    yield Facts(
        (
            Fact("Program", str(len(book.programmes)), f"oleh {len(offices)} perangkat daerah"),
            Fact("Anggaran", f"Rp{wording.number(writing.billions(book.money))} miliar", "semua tahun dan sumber dana"),
            Fact("Indikator sasaran", str(targets), "dengan sasaran tahunan"),
            Fact("Program percepatan", str(len(quick)), "lazimnya satu setiap pilar"),
        )
    )
    for title, part in (("Visi", StatementPart.VISION), ("Misi", StatementPart.MISSION)):
        yield Heading(title)
        yield from writing.texts(book.statements[part], "Belum ditulis.")
    yield Heading("Program dan anggaran")
    yield Beside((_programmes_chart(book),), (_money_chart(book),))
    if len(writing.years_of(book.row)) <= writing.WIDEST:
        yield money_table(book)
    yield Heading("Titik tolak")
    yield from _start(book)
    yield Heading("Program percepatan")
    yield _quick_win_table(book, quick) if quick else Paragraph("Belum ada.", quiet=True)
    timed = [programme for programme in quick if programme.content.activities]
    if timed:
        yield gantt(book, timed, "program percepatan", width=92)
    yield from _pillars(book)
    yield from _largest(book)
    yield Heading("Pelaksanaan dan pemantauan")
    due = book.framework.progress.report_due_days
    yield Paragraph(
        f"Perangkat daerah pelaksana melaporkan kemajuan setiap triwulan, paling lambat {due} hari sesudah triwulan"
        f" berakhir. Kemajuan dihitung dari laporan dan dibandingkan dengan peta jalan; rencana ditinjau setiap tahun"
        f" bersama hasil evaluasi. Uraian lengkap ada dalam Buku I, II, dan III."
    )


def _programmes_chart(book: PlanBook) -> Picture:
    counts = {entry.title.id: Decimal(len(book.of_pillar(entry))) for entry in book.framework.pillars.entries}
    most = max(1, *(int(count) for count in counts.values()))
    drawn = charts.bars(counts, columns=("Pilar", "Program"), minimum=0, maximum=most)
    figures = "; ".join(f"{name} {count}" for name, count in counts.items())
    return picture(drawn.spec, "id", f"Jumlah program menurut pilar: {figures}", 80, "Jumlah program menurut pilar")


def _money_chart(book: PlanBook) -> Picture:
    by_year = {
        str(year): round(
            sum((programme.content.budget_of(year) for programme in book.programmes), Decimal(0)) / writing.BILLION
        )
        for year in writing.years_of(book.row)
    }
    drawn = charts.columns(by_year, columns=("Tahun", "Miliar rupiah"))
    figures = "; ".join(f"{year} {amount}" for year, amount in by_year.items())
    alt = f"Anggaran per tahun, miliar rupiah: {figures}"
    return picture(drawn.spec, "id", alt, 80, "Anggaran per tahun, miliar rupiah")


def _start(book: PlanBook) -> Iterator[Block]:
    said = book.statements[StatementPart.READINESS]
    gaps = writing.texts(book.statements[StatementPart.GAP], "Kesenjangan belum ditulis.")
    if any(statement.stated.level is not None for statement in said):
        left = (Paragraph("Kesenjangan yang hendak ditutup:"), *gaps)
        yield Beside(left, (readiness_chart(book),), 0.48)
    else:
        yield from gaps


def _quick_win_table(book: PlanBook, quick: list[ProgrammeRow]) -> Table:
    columns = (Column("Pilar", share=2), Column("Program percepatan", share=3), Column("Pelaksana", share=1),
               Column("Sasaran akhir", share=3), Column("Juta rupiah", number=True))  # fmt: skip
    rows = []
    for programme in quick:
        pillar = wording.part_name(wording.pillar_of(programme.content.part))
        rows.append(
            Row(
                (
                    pillar,
                    programme.content.title,
                    programme.owner_short,
                    _aim(programme),
                    writing.millions(_money(programme)),
                )
            )
        )
    return Table(columns, tuple(rows), "Program percepatan")


def _aim(programme: ProgrammeRow) -> str:
    """Return the last yearly target of the first indicator."""
    for target in programme.content.targets[:1]:
        if target.yearly:
            year, value = max(target.yearly)
            return f"{target.title} {wording.number(value)} {target.unit} ({year})"
    return writing.NONE


def _pillars(book: PlanBook) -> Iterator[Block]:
    """Yield each pillar on a quarter of a page: its strategy, its programmes by sub-dimension, its money."""
    yield Heading("Enam pilar")
    strategies = book.statements[StatementPart.STRATEGY]
    for pillar in book.framework.pillars.entries:
        yield Heading(pillar.title.id, 2)
        for strategy in strategies:
            if strategy.stated.key == pillar.code:
                yield Paragraph(strategy.stated.text)
        rows = [
            Row(
                (
                    part.title.id,
                    str(len(programmes)),
                    ", ".join(programme.content.title for programme in programmes[:SHOWN]) + _more(programmes),
                    writing.millions(sum((_money(programme) for programme in programmes), Decimal(0))),
                )
            )
            for part in pillar.parts
            for programmes in [book.of_part(part.code)]
        ]
        columns = (Column("Subdimensi", share=2), Column("Program", number=True), Column("Di antaranya", share=6),
                   Column("Juta rupiah", number=True))  # fmt: skip
        yield Table(columns, tuple(rows), f"Program pilar {pillar.title.id}")


def _more(programmes: tuple[ProgrammeRow, ...]) -> str:
    if not programmes:
        return writing.NONE
    return f", dan {len(programmes) - SHOWN} lainnya" if len(programmes) > SHOWN else ""


def _money(programme: ProgrammeRow) -> Decimal:
    return sum((each.amount for each in programme.content.budgets), Decimal(0))


def _largest(book: PlanBook) -> Iterator[Block]:
    """Yield the ten programmes with the most money."""
    programmes = sorted(book.programmes, key=lambda programme: (-_money(programme), programme.code))[:10]
    if programmes:
        yield Heading("Sepuluh program dengan anggaran terbesar")
        columns = (Column("Kode"), Column("Program", share=4), Column("Pelaksana", share=1),
                   Column("Sasaran akhir", share=3), Column("Juta rupiah", number=True))  # fmt: skip
        rows = tuple(
            Row(
                (
                    programme.code,
                    programme.content.title,
                    programme.owner_short,
                    _aim(programme),
                    writing.millions(_money(programme)),
                )
            )
            for programme in programmes
        )
        yield Table(columns, rows, "Program dengan anggaran terbesar, semua tahun")
