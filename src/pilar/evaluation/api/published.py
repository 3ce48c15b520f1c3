"""Results, regions and instruments as JSON and CSV; open to everybody. Every score is a string with a decimal point."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Annotated, Any, Literal

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from ninja import Query, Schema
from ninja.decorators import decorate_view
from pydantic import BeforeValidator

from pilar import index
from pilar.evaluation import queries
from pilar.evaluation.conditional import public
from pilar.evaluation.queries import PUBLIC, Explained, Filters, InstrumentRow, RegionRow, Statement
from pilar.evaluation.queries.regions import RegionProfile, RegionSummary, Step
from pilar.evaluation.queries.rows import GroupRow, ProvinceRow, YearRow
from pilar.people.downloads import limit_downloads
from pilar.people.routes import Routes
from pilar.people.rules import Standing
from pilar.platform.api import PageNumber, PageOut, ProblemOut, RowSchema, refusals
from pilar.platform.tables import inert

router = Routes(tags=["results"])

Year = Annotated[int, Query(ge=1945, le=9999, description="Year of the evaluation")]
PageSize = Annotated[int, Query(ge=1, le=queries.MAX_PAGE)]
Text = Annotated[str, Query(max_length=100, description="Part of a region's name, or the beginning of its code")]
ProvinceCode = Annotated[str, Query(pattern=r"^([0-9]{2})?$", description="Kemendagri code such as 36")]
Kind = Literal["", "regency", "city"]


class Problem(ProblemOut):
    """RFC 9457 problem; ``code`` is stable, ``title`` says what to do.

    ``outdated`` (409) brings the ``version`` and the ``stored`` values that stand there now.
    """

    version: int | None = None
    stored: dict[str, Any] | None = None


NOT_THERE = refusals(Problem, 404)
REFUSED = refusals(Problem, 403, 404, 409, 422)
Exact = Annotated[str, BeforeValidator(lambda number: index.decimal_text(Fraction(number)))]


class ProvinceOut(RowSchema, of=ProvinceRow, fields="code name"):
    pass


class RegionOut(RowSchema, of=RegionRow, fields="code name kind province"):
    kind: Literal["regency", "city"]


class InstrumentName(RowSchema, of=tuple[str, str], fields="code=0 version=1"):
    pass


class YearOut(RowSchema, of=YearRow, fields="year statements regions computed synthetic instrument"):
    """A year with published statements, or with ``computed`` phases whose results Pilar computed.

    ``regions`` have one or the other. ``instrument`` is null where it is not known. ``synthetic``: all of the year was
    made up for a demonstration.
    """


class GroupOut(RowSchema, of=GroupRow, fields="code title_id=title.id title_en=title.en size source_url"):
    """``size`` is the number of regions evaluated in the group, as the source states it."""


class ResultOut(
    RowSchema,
    of=Statement,
    fields="region year phase group scores final improvement improvement_origin rank rank_scope letter source_url"
    " note_id=note.id note_en=note.en conflicting",
):
    """A result as one source prints it. ``conflicting``: another source prints another final for the same region and
    year."""

    region: RegionOut
    group: GroupOut | None
    improvement_origin: Literal["", "printed", "derived"]


class ResultPage(PageOut):
    results: list[ResultOut]


class RegionInList(RegionOut, of=RegionSummary, base="region", fields="statements newest_year"):
    pass


class RegionPage(PageOut):
    regions: list[RegionInList]


class RegionProfileOut(RegionOut, of=RegionProfile, base="region", fields="years=years.*.year"):
    """``years`` are those with published statements, newest first."""


class InstrumentUsed(InstrumentName, of=InstrumentRow, fields="code version sha256"):
    pass


class StepOut(RowSchema, of=Step, fields="code weight score contribution"):
    """``contribution`` = ``weight`` (a share of 1) times ``score``."""

    weight: Exact
    contribution: Exact


class RecomputationOut(
    RowSchema,
    of=Explained,
    fields="instrument=instrument.0 steps final=recomputation.rounded final_unrounded=recomputation.unrounded"
    " difference=recomputation.difference differs=recomputation.differs",
):
    """Published scores through the year's instrument. ``difference`` = ``final_unrounded`` less the printed final."""

    instrument: InstrumentUsed
    final: str
    final_unrounded: Exact
    difference: Exact | None
    differs: bool


class ExplainedOut(ResultOut, of=Explained, base="statement", fields="recomputation=recomputed obstacle"):
    """``obstacle`` says why there is no recomputation."""


class InstrumentOut(InstrumentUsed, of=InstrumentRow, fields="title_id=title.id title_en=title.en year scores_years"):
    pass


class NodeOut(Schema):
    """``weight`` is per cent of its siblings; ``source`` an address, or ``assumption``."""

    code: str
    parent: str
    title_id: str
    title_en: str
    weight: str
    aggregation: str | None
    mark: str | None
    source: str


class InstrumentTreeOut(
    InstrumentOut, of=tuple[InstrumentRow, str, tuple[object, ...]], base="0", fields="document=1 nodes=2"
):
    """``document`` is the text of the file; ``nodes`` stand parents first."""

    nodes: list[NodeOut]


class ResultFilter(Schema):
    """Filters and order of a list of results."""

    year: Annotated[int | None, Query(ge=1945, le=9999, description="Year of the evaluation; all if left out")] = None
    group: Annotated[str, Query(max_length=60, description="Code of a group inside which ranks are meant")] = ""
    province: ProvinceCode = ""
    kind: Kind = ""
    q: Text = ""
    sort: Annotated[
        str,
        Query(
            max_length=101,
            description="name, province, year, group, final, improvement, rank or the code of a score such as outcome;"
            " a minus in front turns it round. Blanks stand last.",
        ),
    ] = queries.DEFAULT_SORT

    def filters(self) -> Filters:
        """The same for the queries."""
        return Filters(year=self.year, group=self.group, province=self.province, kind=self.kind, text=self.q)


@router.get("/years", response=list[YearOut], summary="Years with published results")
@decorate_view(public)
def years() -> tuple[YearRow, ...]:
    return queries.years(scope=PUBLIC)


@router.get("/results", response={200: ResultPage, 422: Problem}, summary="Published results")
@decorate_view(public)
def results(asked: Query[ResultFilter], page: PageNumber = 1, size: PageSize = 50) -> Page[Statement]:
    return queries.results(asked.filters(), scope=PUBLIC, sort=asked.sort, page=page, size=size)


@router.get(
    "/results.csv",
    summary="Published results as CSV",
    openapi_extra={"responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}},
    description="UTF-8 without byte order mark, comma, decimal point. A text that a spreadsheet would take for a "
    "formula has an apostrophe in front.",
)
@decorate_view(public)
def results_csv(request: HttpRequest, by: Standing, asked: Query[ResultFilter]) -> HttpResponse:
    limit_downloads(request, by=by)
    page = queries.results(asked.filters(), scope=PUBLIC, sort=asked.sort, size=None)
    name = "pilar-results.csv" if asked.year is None else f"pilar-results-{asked.year}.csv"
    answer = HttpResponse(
        content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
    csv.writer(answer).writerows(_table(page, queries.score_codes(scope=PUBLIC)))
    return answer


@router.get("/regions", response={200: RegionPage, 422: Problem}, summary="Regencies and cities")
@decorate_view(public)
def regions(
    q: Text = "", province: ProvinceCode = "", page: PageNumber = 1, size: PageSize = 50
) -> Page[RegionSummary]:
    return queries.regions(scope=PUBLIC, text=q, province=province, page=page, size=size)


@router.get("/regions/{code}", response={200: RegionProfileOut, **NOT_THERE}, summary="One regency or city")
@decorate_view(public)
def region(code: str) -> RegionProfile:
    return queries.region_profile(code, scope=PUBLIC)


@router.get(
    "/regions/{code}/results", response={200: list[ExplainedOut], **NOT_THERE}, summary="A region's results, explained"
)
@decorate_view(public)
def region_results(code: str) -> list[Explained]:
    return [explained for row in queries.region_profile(code, scope=PUBLIC).years for explained in row.explained]


@router.get("/instruments", response=list[InstrumentOut], summary="Instruments")
@decorate_view(public)
def instruments() -> tuple[InstrumentRow, ...]:
    return queries.instruments(scope=PUBLIC)


@router.get(
    "/instruments/{code}/{version}",
    response={200: InstrumentTreeOut, **NOT_THERE},
    summary="One version of an instrument",
)
@decorate_view(public)
def instrument(code: str, version: str) -> tuple[InstrumentRow, str, list[NodeOut]]:
    row, tree, document = queries.instrument(code, version, scope=PUBLIC)
    return row, document, [*_nodes(tree.root, "", "100")]


def _nodes(node: index.Node, parent: str, weight: str) -> Iterator[NodeOut]:
    yield NodeOut(
        code=node.code,
        parent=parent,
        title_id=node.title["id"],
        title_en=node.title["en"],
        weight=weight,
        aggregation=None if node.is_leaf else node.aggregation,
        mark=None if node.mark is None else node.mark.kind,
        source=node.source,
    )
    for child, share in zip(node.children, node.shares, strict=True):
        yield from _nodes(child, node.code, index.decimal_text(share * 100))


def _table(statements: Iterable[Statement], codes: tuple[str, ...]) -> Iterator[list[object]]:
    first = ["region", "name", "kind", "province_code", "province", "year", "phase", "group"]
    last = ["final", "improvement", "improvement_origin", "rank", "rank_scope", "letter", "source_url"]
    yield [*first, *codes, *last, "note_id", "note_en", "conflicting"]
    for statement in statements:
        province = statement.region.province
        where = [statement.region.code, statement.region.name, statement.region.kind, province.code, province.name]
        when = [statement.year, statement.phase, statement.group.code if statement.group else ""]
        outcome = [
            statement.final,
            statement.improvement,
            statement.improvement_origin,
            statement.rank,
            statement.rank_scope,
            statement.letter,
        ]
        notes = [statement.source_url, statement.note.id, statement.note.en, "yes" if statement.conflicting else ""]
        yield [
            inert(value) for value in (*where, *when, *(statement.scores.get(code) for code in codes), *outcome, *notes)
        ]
