"""Book II, the master plan: vision, missions, strategies, bodies, and every programme with its whole content."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pilar.masterplan import wording
from pilar.masterplan.documents import writing
from pilar.masterplan.queries.books import PlanBook
from pilar.masterplan.queries.rows import BodyRow, ProgrammeRow
from pilar.masterplan.rules.content import Activity, Fund, Target
from pilar.masterplan.rules.decisions import OUTCOME_NAMES
from pilar.masterplan.rules.framework import Named
from pilar.masterplan.rules.statements import BodyKind, StatementPart
from pilar.platform.language import translate
from pilar.reports.document import Block, Bullets, Column, Document, Heading, Pair, Pairs, Paragraph, Row, Table

TITLE = "Buku II: Masterplan"
BODIES = {BodyKind.COUNCIL: "Dewan", BodyKind.TEAM: "Tim pelaksana", BodyKind.FORUM: "Forum"}


def plan_book_document(book: PlanBook) -> Document:
    landscape = len(writing.years_of(book.row)) > writing.WIDEST
    return writing.paper(book, TITLE, _blocks(book), contents=3, landscape=landscape)


def _blocks(book: PlanBook) -> Iterator[Block]:
    yield Heading("Arah", numbered=True)
    yield from writing.section(book, "Visi", StatementPart.VISION, "Belum ditulis.", 2)
    yield from writing.section(book, "Misi", StatementPart.MISSION, "Belum ditulis.", 2)
    yield from strategies(book)
    yield from _bodies(book)
    yield from _overview(book)
    for pillar in book.framework.pillars.entries:
        yield Heading(f"Pilar {pillar.title.id[:1].lower()}{pillar.title.id[1:]}", numbered=True)
        for part in pillar.parts:
            yield Heading(part.title.id, 2, numbered=True)
            programmes = book.of_part(part.code)
            if not programmes:
                yield Paragraph("Belum ada program pada subdimensi ini.", quiet=True)
            for programme in programmes:
                yield from _programme(book, programme)
    yield from _monitored(book)


def strategies(book: PlanBook) -> Iterator[Block]:
    """Yield the general strategies, then those of each pillar."""
    yield Heading("Strategi", 2, numbered=True)
    rows = book.statements[StatementPart.STRATEGY]
    if not rows:
        yield Paragraph("Belum ditulis.", quiet=True)
    for key in ("", *(entry.code for entry in book.framework.pillars.entries)):
        texts = tuple(row.stated.text for row in rows if row.stated.key == key)
        if texts:
            yield Paragraph("Umum" if not key else wording.part_name(key))
            yield Bullets(texts)


def _bodies(book: PlanBook) -> Iterator[Block]:
    yield Heading("Kelembagaan", numbered=True)
    if not book.bodies:
        yield Paragraph("Belum dibentuk.", quiet=True)
    for body in book.bodies:
        yield Heading(body.title, 2, numbered=True)
        yield Paragraph(_law_of(body))
        rows = (
            Row(
                (
                    member.duty,
                    member.position + (f", {member.person}" if member.person else ""),
                    member.office_name or writing.NONE,
                )
            )
            for member in body.members
        )
        columns = (Column("Tugas", share=2), Column("Jabatan", share=4), Column("Perangkat daerah", share=4))
        yield writing.table(f"Susunan {body.title}", columns, rows, "Susunannya belum diisi.")


def _law_of(body: BodyRow) -> str:
    law = f"{BODIES[body.kind]}; dasar: {body.decree or 'belum dicatat'}"
    law += f", {writing.day(body.decreed_on)}" if body.decreed_on else ""
    return law + (f". Sumber: {body.source}." if body.source else ".")


def _overview(book: PlanBook) -> Iterator[Block]:
    """Yield programmes and money by pillar and year."""
    row = book.row
    yield Heading("Program dan anggaran dalam ringkas", numbered=True)
    yield Paragraph("Anggaran dalam juta rupiah; dibulatkan per sel, sehingga jumlah dapat berselisih satu.")
    yield money_table(book)
    columns = [Column("Sumber dana", share=3), *writing.year_columns(row), Column("Jumlah", number=True)]
    rows = []
    for fund in Fund:
        by_year = [_sum(book.programmes, year, fund) for year in writing.years_of(row)]
        rows.append(
            Row(
                (
                    wording.fund_name(fund),
                    *(writing.millions(amount) for amount in (*by_year, sum(by_year, Decimal(0)))),
                )
            )
        )
    yield Table(tuple(columns), tuple(rows), "Anggaran menurut sumber dana, juta rupiah")


def money_table(book: PlanBook) -> Table:
    """Make the table of programmes and money of each pillar and year, in million rupiah."""
    row = book.row
    columns = [
        Column("Pilar", share=3), Column("Program", number=True), *writing.year_columns(row),
        Column("Jumlah", number=True),
    ]  # fmt: skip
    rows = []
    for pillar in (*book.framework.pillars.entries, None):
        programmes = book.programmes if pillar is None else book.of_pillar(pillar)
        by_year = [_sum(programmes, year) for year in writing.years_of(row)]
        cells = (writing.millions(amount) for amount in (*by_year, sum(by_year, Decimal(0))))
        rows.append(Row((pillar.title.id if pillar else "Jumlah", str(len(programmes)), *cells), strong=pillar is None))
    return Table(tuple(columns), tuple(rows), "Program dan anggaran menurut pilar, juta rupiah")


def _sum(programmes: tuple[ProgrammeRow, ...], year: int, fund: Fund | None = None) -> Decimal:
    return sum(
        (
            budget.amount
            for each in programmes
            for budget in each.content.budgets
            if budget.year == year and (fund is None or budget.fund is fund)
        ),
        Decimal(0),
    )


def _programme(book: PlanBook, programme: ProgrammeRow) -> Iterator[Block]:
    content = programme.content
    mark = " (program percepatan)" if content.quick_win else ""
    yield Heading(f"{programme.code} {content.title}{mark}", 3)
    if content.description:
        yield Paragraph(content.description)
    yield Pairs(tuple(Pair(*pair) for pair in _head(book, programme)))
    if content.targets:
        yield targets_table(book, programme)
    if content.budgets:
        yield _budget_table(book, programme)
    if content.activities:
        yield _activities(programme)
    if content.risks:
        rows = tuple(Row((risk.text, risk.response or writing.NONE)) for risk in content.risks)
        yield Table((Column("Risiko", share=1), Column("Tanggapan", share=1)), rows, f"Risiko {programme.code}")


def _head(book: PlanBook, programme: ProgrammeRow) -> Iterator[tuple[str, str]]:
    content = programme.content
    yield "Pelaksana", programme.owner_name
    partners = [book.offices.get(key, "") for key in content.partners]
    partners += [content.outside_partners] if content.outside_partners else []
    if partners:
        yield "Mitra", ", ".join(partners)
    if content.need:
        yield "Kebutuhan", content.need
    yield "Jangka", wording.horizon_name(content.horizon)
    if content.link:
        yield "Laman", content.link
    if content.sipd_code:
        yield "Kode SIPD", content.sipd_code
    if content.objective:
        yield "Tujuan/sasaran RPJMD", content.objective
    if content.weight is not None:
        yield "Bobot", wording.number(content.weight)
    if programme.decision is not None:
        decision = programme.decision
        outcome = translate(OUTCOME_NAMES[decision.outcome][0]).lower()
        proposal = f"usulan {decision.proposal_number}" if decision.proposal_number else "bagian umum"
        held = writing.day(decision.held_at.date())
        yield "Dasar", f"{decision.meeting_title}, {held}: {proposal} {outcome}"


def targets_table(book: PlanBook, programme: ProgrammeRow) -> Table:
    columns = (Column("Indikator sasaran", share=3), Column("Satuan"), Column("Awal", number=True),
               *writing.year_columns(book.row))  # fmt: skip
    rows = tuple(Row((target.title, target.unit, *_figures(book, target))) for target in programme.content.targets)
    return Table(columns, rows, f"Indikator sasaran {programme.code}")


def all_targets_table(book: PlanBook, programmes: tuple[ProgrammeRow, ...], caption: str) -> Block:
    """Make one table of the target indicators of several programmes."""
    columns = (Column("Kode"), Column("Indikator sasaran", share=3), Column("Satuan"), Column("Awal", number=True),
               *writing.year_columns(book.row))  # fmt: skip
    rows = [
        Row((programme.code, target.title, target.unit, *_figures(book, target)))
        for programme in programmes
        for target in programme.content.targets
    ]
    return writing.table(caption, columns, rows, "Belum ada indikator sasaran.")


def _figures(book: PlanBook, target: Target) -> Iterator[str]:
    base = writing.NONE if target.base is None else wording.number(target.base)
    yield f"{base} ({target.base_year})" if target.base is not None and target.base_year else base
    for year in writing.years_of(book.row):
        value = target.planned_for(year)
        yield writing.NONE if value is None else wording.number(value)


def _budget_table(book: PlanBook, programme: ProgrammeRow) -> Table:
    years = writing.years_of(book.row)
    rows = []
    for fund in Fund:
        amounts = {each.year: each.amount for each in programme.content.budgets if each.fund is fund}
        if amounts:
            cells = (writing.millions(amounts.get(year, Decimal(0))) for year in years)
            rows.append(Row((wording.fund_name(fund), *cells, writing.millions(sum(amounts.values(), Decimal(0))))))
    columns = (Column("Anggaran, juta rupiah", share=3), *writing.year_columns(book.row), Column("Jumlah", number=True))
    return Table(columns, tuple(rows), f"Anggaran {programme.code}")


def _activities(programme: ProgrammeRow) -> Table:
    columns = (Column("Kegiatan", share=4), Column("Mulai", share=1), Column("Selesai", share=1))
    rows = tuple(
        Row(("; ".join([each.title, *_budgeted(each)]), each.starts.name, each.ends.name),
            depth=0 if each.parent is None else 1)
        for each in programme.content.activities
    )  # fmt: skip
    return Table(columns, rows, f"Kegiatan {programme.code}")


def _budgeted(activity: Activity) -> Iterator[str]:
    """Yield the code in SIPD, the objective of the RPJMD and the weight of an activity, as far as they are given."""
    if activity.sipd_code:
        yield f"kode SIPD {activity.sipd_code}"
    if activity.objective:
        yield f"tujuan/sasaran RPJMD: {activity.objective}"
    if activity.weight is not None:
        yield f"bobot {wording.number(activity.weight)}"


def _monitored(book: PlanBook) -> Iterator[Block]:
    """Yield the monitored things by group, with their year and programme."""
    yield Heading("Yang dipantau", numbered=True)
    yield Paragraph(
        "Selain indikator sasaran dan peta jalan, yang dipantau adalah kebijakan, kelembagaan, infrastruktur, aplikasi,"
        f" dan literasi. Sumber susunan: {book.framework.monitored.source}."
    )
    for group in book.framework.monitored.entries:
        yield Heading(group.title.id, 2, numbered=True)
        columns = (Column("Yang harus ada", share=4), Column("Tahun", number=True), Column("Program", share=4))
        yield writing.table(f"Dipantau: {group.title.id}", columns, _there(book, group), "Tidak ada yang direncanakan.")


def _there(book: PlanBook, group: Named) -> Iterator[Row]:
    monitored = [
        (thing.year, row.code, thing.title, row.content.title)
        for row in book.programmes
        for thing in row.content.monitored
        if thing.group == group.code
    ]
    for year, code, title, programme in sorted(monitored):
        yield Row((title, str(year), f"{code} {programme}"))
