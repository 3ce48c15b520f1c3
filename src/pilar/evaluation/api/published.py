"""Results, regions and instruments as JSON and CSV; open to everybody. Every score is a string with a decimal point."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from ninja.decorators import decorate_view

from pilar import index
from pilar.evaluation import queries
from pilar.evaluation.api.published_schemas import (
    ExplainedOut,
    GroupOut,
    InstrumentName,
    InstrumentOut,
    InstrumentTreeOut,
    InstrumentUsed,
    NodeOut,
    Problem,
    ProvinceOut,
    RecomputationOut,
    RegionInList,
    RegionOut,
    RegionPage,
    RegionProfileOut,
    ResultOut,
    ResultPage,
    StepOut,
    YearOut,
)
from pilar.evaluation.conditional import public
from pilar.evaluation.queries import PUBLIC, Explained, Filters, InstrumentRow, RegionRow, Statement
from pilar.evidence.documents import limit_downloads
from pilar.people.signin import standing_of
from pilar.platform.tables import inert

router = Router(tags=["results"])


Year = Annotated[int, Query(ge=1945, le=9999, description="Year of the evaluation")]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
PageSize = Annotated[int, Query(ge=1, le=queries.LARGEST_PAGE)]
Text = Annotated[str, Query(max_length=100, description="Part of a region's name, or the beginning of its code")]
ProvinceCode = Annotated[str, Query(pattern=r"^([0-9]{2})?$", description="Kemendagri code such as 36")]
Kind = Literal["", "regency", "city"]


class ResultFilter(Schema):
    """What a list of results is narrowed to and ordered by."""

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
def years(request: HttpRequest) -> list[YearOut]:
    return [
        YearOut(
            year=row.year,
            statements=row.statements,
            regions=row.regions,
            computed=row.computed,
            synthetic=row.synthetic,
            instrument=row.instrument and InstrumentName(code=row.instrument[0], version=row.instrument[1]),
        )
        for row in queries.years(scope=PUBLIC)
    ]


@router.get("/results", response={200: ResultPage, 422: Problem}, summary="Published results")
@decorate_view(public)
def results(request: HttpRequest, asked: Query[ResultFilter], page: PageNumber = 1, size: PageSize = 50) -> ResultPage:
    found = queries.results(asked.filters(), scope=PUBLIC, sort=asked.sort, page=page, size=size)
    return ResultPage(
        total=found.paginator.count,
        page=found.number,
        pages=found.paginator.num_pages,
        results=[ResultOut(**_result(one)) for one in found],
    )


@router.get(
    "/results.csv",
    summary="Published results as CSV",
    openapi_extra={"responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}},
    description="UTF-8 without byte order mark, comma, decimal point. A text that a spreadsheet would take for a "
    "formula has an apostrophe in front.",
)
@decorate_view(public)
def results_csv(request: HttpRequest, asked: Query[ResultFilter]) -> HttpResponse:
    limit_downloads(request, by=standing_of(request))
    found = queries.every_result(asked.filters(), scope=PUBLIC, sort=asked.sort)
    name = "pilar-results.csv" if asked.year is None else f"pilar-results-{asked.year}.csv"
    answer = HttpResponse(
        content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
    csv.writer(answer).writerows(_table(found, queries.score_codes(scope=PUBLIC)))
    return answer


@router.get("/regions", response={200: RegionPage, 422: Problem}, summary="Regencies and cities")
@decorate_view(public)
def regions(
    request: HttpRequest, q: Text = "", province: ProvinceCode = "", page: PageNumber = 1, size: PageSize = 50
) -> RegionPage:
    found = queries.regions(scope=PUBLIC, text=q, province=province, page=page, size=size)
    return RegionPage(
        total=found.paginator.count,
        page=found.number,
        pages=found.paginator.num_pages,
        regions=[
            RegionInList(**_region(one.region), statements=one.statements, newest_year=one.newest_year) for one in found
        ],
    )


@router.get("/regions/{code}", response={200: RegionProfileOut, 404: Problem}, summary="One regency or city")
@decorate_view(public)
def region(request: HttpRequest, code: str) -> RegionProfileOut:
    profile = queries.region_profile(code, scope=PUBLIC)
    return RegionProfileOut(**_region(profile.region), years=[row.year for row in profile.years])


@router.get(
    "/regions/{code}/results", response={200: list[ExplainedOut], 404: Problem}, summary="A region's results, explained"
)
@decorate_view(public)
def region_results(request: HttpRequest, code: str) -> list[ExplainedOut]:
    profile = queries.region_profile(code, scope=PUBLIC)
    return [
        ExplainedOut(**_result(one.statement), recomputation=_recomputation(one), obstacle=one.obstacle)
        for row in profile.years
        for one in row.explained
    ]


@router.get("/instruments", response=list[InstrumentOut], summary="Instruments")
@decorate_view(public)
def instruments(request: HttpRequest) -> list[InstrumentOut]:
    return [InstrumentOut(**_instrument(row)) for row in queries.instruments(scope=PUBLIC)]


@router.get(
    "/instruments/{code}/{version}",
    response={200: InstrumentTreeOut, 404: Problem},
    summary="One version of an instrument",
)
@decorate_view(public)
def instrument(request: HttpRequest, code: str, version: str) -> InstrumentTreeOut:
    row, tree, document = queries.instrument(code, version, scope=PUBLIC)
    return InstrumentTreeOut(**_instrument(row), document=document, nodes=[*_nodes(tree.root, "", "100")])


def _region(region: RegionRow) -> dict[str, object]:
    province = ProvinceOut(code=region.province.code, name=region.province.name)
    return {"code": region.code, "name": region.name, "kind": region.kind, "province": province}


def _result(one: Statement) -> dict[str, object]:
    group = one.group and GroupOut(
        code=one.group.code,
        title_id=one.group.title.id,
        title_en=one.group.title.en,
        size=one.group.size,
        source_url=one.group.source_url,
    )
    return {
        "region": RegionOut(**_region(one.region)),
        "year": one.year,
        "phase": one.phase,
        "group": group,
        "scores": {code: str(value) for code, value in one.scores.items()},
        "final": _text(one.final),
        "improvement": _text(one.improvement),
        "improvement_origin": one.improvement_origin,
        "rank": one.rank,
        "rank_scope": one.rank_scope,
        "letter": one.letter,
        "source_url": one.source_url,
        "note_id": one.note.id,
        "note_en": one.note.en,
        "conflicting": one.conflicting,
    }


def _recomputation(one: Explained) -> RecomputationOut | None:
    found = one.recomputation
    if found is None or one.instrument is None:
        return None
    row = one.instrument[0]
    return RecomputationOut(
        instrument=InstrumentUsed(code=row.code, version=row.version, sha256=row.sha256),
        steps=[
            StepOut(
                code=step.code,
                weight=index.decimal_text(step.weight),
                score=str(step.score),
                contribution=index.decimal_text(step.contribution),
            )
            for step in one.steps
        ],
        final=str(found.rounded),
        final_unrounded=index.decimal_text(found.unrounded),
        difference=None if found.difference is None else index.decimal_text(found.difference),
        differs=found.differs,
    )


def _instrument(row: InstrumentRow) -> dict[str, object]:
    return {
        "code": row.code,
        "version": row.version,
        "sha256": row.sha256,
        "title_id": row.title.id,
        "title_en": row.title.en,
        "year": row.year,
        "scores_years": list(row.scores_years),
    }


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


def _table(found: Iterable[Statement], codes: tuple[str, ...]) -> Iterator[list[object]]:
    first = ["region", "name", "kind", "province_code", "province", "year", "phase", "group"]
    last = ["final", "improvement", "improvement_origin", "rank", "rank_scope", "letter", "source_url"]
    yield [*first, *codes, *last, "note_id", "note_en", "conflicting"]
    for one in found:
        province = one.region.province
        where = [one.region.code, one.region.name, one.region.kind, province.code, province.name]
        when = [one.year, one.phase, one.group.code if one.group else ""]
        outcome = [one.final, one.improvement, one.improvement_origin, one.rank, one.rank_scope, one.letter]
        notes = [one.source_url, one.note.id, one.note.en, "yes" if one.conflicting else ""]
        yield [inert(value) for value in (*where, *when, *(one.scores.get(code) for code in codes), *outcome, *notes)]


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
