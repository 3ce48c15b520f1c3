"""Book I, strategic analysis: link to the medium-term plan, readiness, SWOT, gaps."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pilar.design import charts
from pilar.design.svg import picture
from pilar.masterplan.documents import writing
from pilar.masterplan.queries.books import PlanBook
from pilar.masterplan.rules.framework import Named
from pilar.masterplan.rules.statements import StatementPart
from pilar.reports.document import (
    Bar,
    Block,
    Column,
    Document,
    Heading,
    Paragraph,
    Picture,
    Row,
    Table,
)

TITLE = "Buku I: Analisis Strategis"
SWOT = {
    StatementPart.STRENGTH: "Kekuatan",
    StatementPart.WEAKNESS: "Kelemahan",
    StatementPart.OPPORTUNITY: "Peluang",
    StatementPart.THREAT: "Ancaman",
}


def analysis(book: PlanBook) -> Document:
    return writing.paper(book, TITLE, _blocks(book))


def _blocks(book: PlanBook) -> Iterator[Block]:
    plan = book.row.plan
    yield Heading("Pendahuluan", numbered=True)
    yield Paragraph(
        f"Buku ini memuat analisis yang mendasari {plan.title}: keterkaitan dengan Rencana Pembangunan Jangka"
        " Menengah Daerah (RPJMD), kesiapan daerah, analisis kekuatan, kelemahan, peluang, dan ancaman (SWOT), serta"
        " kesenjangan yang hendak ditutup. Program yang menjawabnya ada dalam Buku II; peta jalan dan program"
        " percepatan ada dalam Buku III."
    )
    yield from writing.section(book, "Keterkaitan dengan RPJMD", StatementPart.RPJMD, "Belum ditulis.")
    yield from readiness(book)
    yield Heading("Analisis SWOT", numbered=True)
    for part, title in SWOT.items():
        yield from writing.section(book, title, part, "Belum ditulis.", 2)
    yield from writing.section(book, "Kesenjangan", StatementPart.GAP, "Belum ditulis.")
    yield from _answers(book)


def readiness(book: PlanBook) -> Iterator[Block]:
    """Yield the grid of three times three: marks as a chart, then each cell with its mark and text."""
    frame = book.framework
    said = {statement.stated.key: statement.stated for statement in book.statements[StatementPart.READINESS]}
    levels = frame.readiness_levels
    yield Heading("Kesiapan daerah", numbered=True)
    yield Paragraph(
        f"Kesiapan dinilai pada tiga unsur dengan masing-masing tiga bagian, dengan nilai {levels[0]} sampai"
        f" {levels[-1]}. Sumber susunan: {frame.readiness.source}."
    )
    marks = {part.title.id: said[part.code].level for part in frame.readiness.parts() if part.code in said}
    if any(mark is not None for mark in marks.values()):
        yield readiness_chart(book)
    for element in frame.readiness.entries:
        yield Heading(element.title.id, 2, numbered=True)
        rows = []
        for part in element.parts:
            stated = said.get(part.code)
            mark = stated.level if stated else None
            share = Bar(mark / levels[-1], str(mark)) if mark is not None else writing.NONE
            rows.append(Row((part.title.id, share, stated.text if stated else "Belum dinilai.")))
        columns = (Column("Bagian", share=2), Column("Nilai", share=1), Column("Keadaan", share=5))
        yield Table(columns, tuple(rows), f"Kesiapan: {element.title.id.lower()}")


def readiness_chart(book: PlanBook) -> Picture:
    said = {statement.stated.key: statement.stated.level for statement in book.statements[StatementPart.READINESS]}
    levels = book.framework.readiness_levels
    values: dict[str, Decimal | None] = {}
    for element in book.framework.readiness.entries:
        for part in element.parts:
            mark = said.get(part.code)
            values[_cell(element, part)] = None if mark is None else Decimal(mark)
    drawn = charts.bars(values, columns=("Bagian", "Nilai"), minimum=levels[0], maximum=levels[-1])
    figures = "; ".join(f"{name} {writing.NONE if value is None else value}" for name, value in values.items())
    return picture(drawn.spec, "id", f"Nilai kesiapan: {figures}", 76, "Nilai kesiapan menurut bagian")


def _cell(element: Named, part: Named) -> str:
    return f"{element.title.id}: {part.title.id.lower()}"


def _answers(book: PlanBook) -> Iterator[Block]:
    """Yield the needs that the programmes name, by pillar: the way from the analysis to Book II."""
    yield Heading("Dari analisis ke program", numbered=True)
    yield Paragraph("Kebutuhan yang dijawab program dalam Buku II, menurut pilar.")
    columns = (Column("Kode"), Column("Program", share=2), Column("Kebutuhan", share=3))
    for pillar in book.framework.pillars.entries:
        yield Heading(pillar.title.id, 2, numbered=True)
        rows = (
            Row((programme.code, programme.content.title, programme.content.need or writing.NONE))
            for programme in book.of_pillar(pillar)
        )
        caption = f"Kebutuhan dan program: {pillar.title.id}"
        yield writing.table(caption, columns, rows, "Belum ada program pada pilar ini.")
