"""Speed of making all papers of a large plan: 300 programmes of five years, ten files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

from pilar.index.benchmark import Measure, measure
from pilar.masterplan.documents import PAPERS, Format, document_of
from pilar.masterplan.documents.papers import WRITERS
from pilar.masterplan.queries.books import PlanBook
from pilar.masterplan.queries.rows import PlanRow, ProgrammeRow, StatementRow, VersionRow
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.content import Activity, Budget, Content, Fund, Judged, Monitored, Risk, Target
from pilar.masterplan.rules.framework import Framework
from pilar.masterplan.rules.quarters import Quarter
from pilar.masterplan.rules.stages import VersionState
from pilar.masterplan.rules.statements import Stated, StatementPart
from pilar.platform.benchmark import spent
from pilar.reports.document import Document
from pilar.reports.pdf import typeset

PROGRAMMES, OFFICES = 300, 30
NOW = datetime(2026, 1, 2, tzinfo=UTC)
YEARS = (2026, 2030)
TEXT = "Layanan tolok diselesaikan dari awal sampai akhir secara daring dan diukur setiap bulan."


def benchmark() -> Iterator[Measure]:
    """Make all papers; the floor is typesetting them once more, when Typst has everything cached.

    Reading the plan takes eight queries and is not measured.
    """
    book = _book()
    papers: list[Document] = []

    def make() -> None:
        for paper in PAPERS:  # as the archive of all papers, whose documents are kept here for the floor
            papers.append(document_of(paper, book))
            for writer in WRITERS.values():
                writer(papers[-1])

    def again() -> None:
        for document in papers:
            typeset(document)

    name = f"{len(PAPERS) * len(Format)} papers of a plan of {PROGRAMMES} programmes"
    yield measure(name, make, again, 15, 0, clock=spent)


def _book() -> PlanBook:
    """Make a draft with programmes of the usual length."""
    plan = PlanRow(1, "36.03", "Kabupaten Tolok", "regency", "Masterplan tolok", *YEARS, "", True)
    row = VersionRow(1, plan, 1, None, None, VersionState.DRAFT, "", None, "", None, None, None, None)
    frame = framework()
    keys = {StatementPart.READINESS: [named.code for named in frame.readiness.parts()]}
    return PlanBook(
        row=row,
        programmes=tuple(_programme(place, frame) for place in range(PROGRAMMES)),
        statements={
            part: tuple(StatementRow(part, Stated(TEXT, key), "Tolok", NOW, None) for key in keys.get(part, ["", ""]))
            for part in StatementPart
        },
        bodies=(),
        offices=dict.fromkeys(range(OFFICES), "Dinas Tolok"),
        province="Tolok",
        made_at=NOW,
        framework=frame,
    )


def _programme(place: int, frame: Framework) -> ProgrammeRow:
    first, last = YEARS
    years = range(first, last + 1)
    parts = [part.code for part in frame.pillars.parts()]
    quick_win = place % 10 == 0
    content = Content(
        title=f"Program tolok {place}",
        part=parts[place % len(parts)],
        owner=place % OFFICES,
        description=TEXT,
        need=TEXT,
        quick_win=quick_win,
        partners=(1, 2),
        targets=tuple(
            Target(number, "Layanan terukur", "layanan", base=Decimal(number), base_year=first - 1, source="Tolok",
                   yearly=tuple((year, Decimal(year - first + 1)) for year in years))
            for number in (1, 2)
        ),
        budgets=tuple(Budget(year, fund, Decimal(10**9)) for year in years for fund in (Fund.APBD, Fund.CSR)),
        activities=tuple(
            Activity(number, f"Kegiatan tolok {number}", Quarter(first, 1), Quarter(last, 4), parent)
            for number, parent in ((1, None), (2, None), (3, 2), (4, 2), (5, None), (6, None))
        ),
        risks=(Risk(TEXT, TEXT), Risk(TEXT, TEXT)),
        monitored=tuple(Monitored(number, "application", TEXT, last) for number in (1, 2)),
        judged=tuple(Judged(entry.code, 3, TEXT) for entry in frame.criteria.entries if quick_win),
    )  # fmt: skip
    return ProgrammeRow(place, f"P{place + 1:03d}", 1, content, "Dinas Tolok", "Tolok", None)
