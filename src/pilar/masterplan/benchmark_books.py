"""How fast all papers of a large plan are made: 300 programmes of five years, ten files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from pilar.index.benchmark import Measure, measure
from pilar.masterplan.documents import PAPERS, Format, document_of, papers_archive
from pilar.masterplan.queries.books import PlanBook
from pilar.masterplan.queries.rows import PlanRow, ProgrammeRow, StatementRow, VersionRow
from pilar.masterplan.reference import demonstration, framework
from pilar.masterplan.rules.content import Content
from pilar.masterplan.rules.demonstration import PlanOf, Years, content_of
from pilar.masterplan.rules.stages import VersionState
from pilar.masterplan.rules.statements import StatementPart
from pilar.platform.benchmark import spent
from pilar.reports.document import Document
from pilar.reports.pdf import typeset

PROGRAMMES = 300
NOW = datetime(2026, 1, 2, tzinfo=UTC)
YEARS = Years(PlanOf.NEXT, 2026, 2030)


def benchmark() -> Iterator[Measure]:
    """Make all papers; the floor is setting them in type once more, when Typst remembers what it has set.

    Reading the plan takes eight queries and is left out.
    """
    book = _book()
    papers: list[Document] = []

    def make() -> None:
        list(papers_archive(book))
        papers.extend(document_of(one, book) for one in PAPERS)

    def again() -> None:
        for one in papers:
            typeset(one)

    name = f"{len(PAPERS) * len(Format)} papers of a plan of {PROGRAMMES} programmes"
    yield measure(name, make, again, 30, 0, clock=spent)


def _book() -> PlanBook:
    """A draft with programmes of the demonstration's kind."""
    given, frame = demonstration(), framework()
    offices = {name: key for key, name in enumerate(sorted({one.office for one in given.programmes}))}
    plan = PlanRow(1, given.region, "Kabupaten Tolok", "regency", "Masterplan tolok", YEARS.first, YEARS.last, "", True)
    row = VersionRow(1, plan, 1, None, None, VersionState.DRAFT, "", None, "", None, None, None, None)
    criteria = [one.code for one in frame.criteria.entries]
    contents = [content_of(one, YEARS, offices, criteria=criteria) for one in given.programmes]
    return PlanBook(
        row=row,
        programmes=tuple(_programme(place, contents[place % len(contents)]) for place in range(PROGRAMMES)),
        statements={
            part: tuple(StatementRow(part, one, "Tolok", NOW, None) for one in given.stated(part, YEARS.plan))
            for part in StatementPart
        },
        bodies=(),
        offices={key: name for name, key in offices.items()},
        province="Tolok",
        made_at=NOW,
        framework=frame,
    )


def _programme(place: int, content: Content) -> ProgrammeRow:
    named = replace(content, title=f"{content.title} {place}")
    return ProgrammeRow(place, f"P{place + 1:03d}", 1, named, "Dinas Tolok", "Tolok", None)
