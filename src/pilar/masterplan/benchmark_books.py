"""How fast all papers of a large plan are made: 300 programmes of five years, ten files."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from pilar.areas.operations import add_office
from pilar.masterplan.documents import PAPERS, Format, document_of, papers_archive
from pilar.masterplan.models import Entry, Line, Version
from pilar.masterplan.operations.contents import keep_all
from pilar.masterplan.operations.plans import NewPlan, start_plan, write_part
from pilar.masterplan.queries import version
from pilar.masterplan.queries.books import plan_book
from pilar.masterplan.reference import demonstration, framework
from pilar.masterplan.rules.demonstration import PlanOf, Years, content_of
from pilar.masterplan.rules.statements import StatementPart, fingerprint
from pilar.people.rules import OPERATOR
from pilar.reports.pdf import typeset

REGION, PROGRAMMES = "36.72", 300
NOW = datetime(2026, 1, 2, tzinfo=UTC)
YEARS = Years(PlanOf.NEXT, 2026, 2030)


@dataclass(frozen=True)
class Measure:
    """Wall time in seconds beside that of a floor, and what is aimed at."""

    name: str
    seconds: float
    floor_seconds: float
    aim: str


def benchmark() -> Iterator[Measure]:
    """Make all papers in the database of this process; the floor is the summary alone, as PDF."""
    book = plan_book(version(_prepare(), scope=OPERATOR))
    summary = next(one for one in PAPERS if one.name == "ringkasan")
    floor = _timed(lambda: typeset(document_of(summary, book)))
    seconds = _timed(lambda: list(papers_archive(book)))
    files = len(PAPERS) * len(Format)
    yield Measure(f"{files} papers of a plan of {PROGRAMMES} programmes", seconds, floor, "≤ 60 s")


def _prepare() -> int:
    """A draft with 300 programmes of the demonstration's kind."""
    given = demonstration()
    names = sorted({one.office for one in given.programmes})
    offices = {name: add_office(by=OPERATOR, region=REGION, name=f"Tolok {name}", abbreviation=name) for name in names}
    new = NewPlan("Masterplan tolok", YEARS.first, YEARS.last, synthetic=True)
    key = start_plan(by=OPERATOR, region=REGION, given=new, now=NOW)
    for part in StatementPart:
        stated = given.stated(part, PlanOf.NEXT)
        write_part(by=OPERATOR, version=key, part=part, given=stated, seen=fingerprint(()), now=NOW)
    row = Version.objects.select_related("plan").get(pk=key)
    written = partial(content_of, years=YEARS, offices=offices, criteria=[
        one.code for one in framework().criteria.entries
    ])  # fmt: skip
    contents = [
        replace(written(given.programmes[place % len(given.programmes)]), title=f"Program tolok {place}")
        for place in range(PROGRAMMES)
    ]
    kept = keep_all(OPERATOR, row.plan, contents, now=NOW)
    lines = Line.objects.bulk_create(
        Line(plan=row.plan, code=f"P{place:03d}", opened_at=NOW) for place in range(1, PROGRAMMES + 1)
    )
    Entry.objects.bulk_create(
        Entry(version=row, line=line, content=content) for line, content in zip(lines, kept, strict=True)
    )
    return key


def _timed(run: object) -> float:
    assert callable(run)
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
