"""Book III, quick wins and road map: marks of the quick wins, the schedule, results and costs of each year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from pilar.design import charts
from pilar.design.svg import picture
from pilar.masterplan import wording
from pilar.masterplan.documents import writing
from pilar.masterplan.documents.plan_book import targets_table
from pilar.masterplan.queries.books import PlanBook
from pilar.masterplan.queries.rows import ProgrammeRow
from pilar.masterplan.rules.content import Activity, Content
from pilar.masterplan.rules.quarters import Quarter
from pilar.reports.document import Bar, Block, Column, Document, Heading, Paragraph, Picture, Row, Table

TITLE = "Buku III: Program Percepatan dan Peta Jalan"
MAX_BARS = 12
"""The most bars of a drawing, so that it fits a page."""
TONES: dict[charts.Tone, str] = {"positive": "program percepatan", "neutral": "program lain"}
ROMAN = ("I", "II", "III", "IV")


def road_map(book: PlanBook) -> Document:
    landscape = len(writing.years_of(book.row)) > writing.WIDEST
    return writing.paper(book, TITLE, _blocks(book), landscape=landscape)


def _blocks(book: PlanBook) -> Iterator[Block]:
    yield from _quick_wins(book)
    yield Heading("Peta jalan", numbered=True)
    yield Paragraph(
        "Setiap batang terentang dari kegiatan pertama sampai kegiatan terakhir program. Tabel di bawahnya menyebut"
        " triwulan setiap kegiatan."
    )
    for pillar in book.framework.pillars.entries:
        programmes = [programme for programme in book.of_pillar(pillar) if programme.content.activities]
        yield Heading(pillar.title.id, 2, numbered=True)
        if not programmes:
            yield Paragraph("Belum ada program dengan kegiatan pada pilar ini.", quiet=True)
        for some in _pages(programmes):
            yield gantt(book, some, pillar.title.id)
        if programmes:
            yield _activities(book, programmes, pillar.title.id)
    yield from _years(book)


def _pages(programmes: Sequence[ProgrammeRow]) -> Iterator[Sequence[ProgrammeRow]]:
    for start in range(0, len(programmes), MAX_BARS):
        yield programmes[start : start + MAX_BARS]


def _quick_wins(book: PlanBook) -> Iterator[Block]:
    criteria, levels = book.framework.criteria, book.framework.criteria_levels
    yield Heading("Program percepatan (quick win)", numbered=True)
    yield Paragraph(
        f"Program percepatan cepat selesai dan langsung dirasakan warga, lazimnya satu pada setiap pilar. Masing-masing"
        f" dinilai dengan {len(criteria.entries)} kriteria, dengan nilai {levels[0]} sampai {levels[-1]}."
    )
    for pillar, programmes in book.quick_wins():
        yield Heading(pillar.title.id, 2, numbered=True)
        if not programmes:
            yield Paragraph("Belum ada program percepatan pada pilar ini.", quiet=True)
        for programme in programmes:
            yield Heading(f"{programme.code} {programme.content.title}", 3, numbered=True)
            yield Paragraph(f"Pelaksana: {programme.owner_name}. {programme.content.description}".strip())
            if programme.content.judged:
                yield _judged(programme, levels[-1])
            if programme.content.targets:
                yield targets_table(book, programme)


def _judged(programme: ProgrammeRow, highest: int) -> Table:
    rows = [
        Row(
            (
                wording.criterion_name(each.criterion),
                Bar(each.mark / highest, str(each.mark)),
                each.reason or writing.NONE,
            )
        )
        for each in programme.content.judged
    ]
    marks = [each.mark for each in programme.content.judged]
    mean = Decimal(sum(marks)) / len(marks)
    text = wording.number(round(mean, 2))
    rows.append(Row(("Rata-rata", Bar(float(mean) / highest, text), ""), strong=True))
    columns = (Column("Kriteria", share=2), Column("Nilai", share=1), Column("Alasan", share=3))
    return Table(columns, tuple(rows), f"Penilaian {programme.code}")


def gantt(book: PlanBook, programmes: Sequence[ProgrammeRow], title: str, *, width: float = 96) -> Picture:
    """Draw the programmes over the plan's years; quick wins are marked."""
    row = book.row
    spans = [
        charts.Span(
            label=f"{programme.code} {programme.content.title}",
            group="",
            starts=first.start,
            ends=last.end,
            done=Decimal(1),
            tone="positive" if programme.content.quick_win else "neutral",
        )
        for programme in programmes
        for first, last in [_span(programme.content)]
    ]
    drawn = charts.gantt(
        spans,
        today=date(row.plan.first_year, 1, 1) - timedelta(days=1),
        today_label="",
        tones=TONES,
        columns=("Program", "Pilar", "Mulai", "Selesai", "Selesai, %", "Jenis"),
        shares=False,
    )
    said = "; ".join(f"{span.label}: {span.starts.year} sampai {span.ends.year}" for span in spans)
    return picture(drawn.spec, "id", f"Peta jalan. {said}", width, f"Peta jalan: {title}")


def _span(content: Content) -> tuple[Quarter, Quarter]:
    return min(activity.starts for activity in content.activities), max(
        activity.ends for activity in content.activities
    )


def _activities(book: PlanBook, programmes: Sequence[ProgrammeRow], title: str) -> Table:
    """Make the table of the quarters of each year in which an activity runs."""
    columns = (Column("Program dan kegiatan", share=5), *(Column(str(year)) for year in writing.years_of(book.row)))
    blank = tuple("" for _year in writing.years_of(book.row))
    rows = []
    for programme in programmes:
        rows.append(Row((f"{programme.code} {programme.content.title}", *blank), strong=True))
        rows += [
            Row((each.title, *(_quarters(each, year) for year in writing.years_of(book.row))),
                depth=1 if each.parent is None else 2)
            for each in programme.content.activities
        ]  # fmt: skip
    return Table(columns, tuple(rows), f"Kegiatan menurut triwulan: {title}")


def _quarters(activity: Activity, year: int) -> str:
    """Return the first and last quarter of an activity in a year in Roman numerals; one if they are equal, empty if
    none."""
    first, last = max(activity.starts, Quarter(year, 1)), min(activity.ends, Quarter(year, 4))
    if last < first:
        return ""
    names = ROMAN[first.number - 1], ROMAN[last.number - 1]
    return names[0] if first == last else "–".join(names)


def _years(book: PlanBook) -> Iterator[Block]:
    """Yield each year with its programmes, targets and money."""
    yield Heading("Rencana tahunan", numbered=True)
    for year in writing.years_of(book.row):
        yield Heading(f"Tahun {year}", 2, numbered=True)
        programmes = [programme for programme in book.programmes if programme.content.planned_in(year)]
        rows = [
            Row((programme.code, programme.content.title, programme.owner_short, _targets_of(programme.content, year),
                 writing.millions(programme.content.budget_of(year))))
            for programme in programmes
        ]  # fmt: skip
        money = sum((programme.content.budget_of(year) for programme in programmes), Decimal(0))
        if rows:
            rows.append(Row(("", "Jumlah", "", f"{len(programmes)} program", writing.millions(money)), strong=True))
        columns = (
            Column("Kode"), Column("Program", share=3), Column("Pelaksana", share=1), Column("Sasaran", share=3),
            Column("Juta rupiah", number=True),
        )  # fmt: skip
        yield writing.table(f"Program tahun {year}", columns, rows, "Tidak ada program pada tahun ini.")


def _targets_of(content: Content, year: int) -> str:
    said = (
        f"{target.title}: {wording.number(value)} {target.unit}"
        for target in content.targets
        if (value := target.planned_for(year)) is not None
    )
    return "; ".join(said) or writing.NONE
