"""Published results that Pilar computed, as JSON, open to everybody. Exact numbers are texts such as ``67/20``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from ninja.decorators import decorate_view

from pilar.evaluation.api.published import PageNumber, PageSize
from pilar.evaluation.api.published_schemas import Problem, RegionOut
from pilar.evaluation.conditional import public
from pilar.evaluation.queries import PUBLIC
from pilar.evaluation.queries import computed as reads
from pilar.evaluation.queries.computed import ComputedResult, PublishedPhase
from pilar.evaluation.queries.snapshots import ResultLine, SnapshotRow

router = Router(tags=["computed results"])

Group = Annotated[str, Query(max_length=40, description="Code of a group; all if left out")]
Version = Annotated[int | None, Query(ge=1, le=2_000_000_000, description="Published version; the newest if left out")]


PhaseNumber = Annotated[int, Path(ge=1, le=2)]


class VersionPage(Schema):
    """A page of a published version."""

    version: Version = None
    group: Group = ""
    page: PageNumber = 1
    size: PageSize = 50


class VersionOut(Schema):
    """One computed version. ``superseded_by`` is the later published one that counts in its place."""

    version: int
    instrument_code: str
    instrument_version: str
    instrument_sha256: str
    input_sha256: str
    result_sha256: str
    reason: str
    computed_at: datetime
    approved_at: datetime | None
    letter_number: str
    letter_date: date | None
    published_at: datetime | None
    superseded_by: int | None


class ComputedPhaseOut(Schema):
    """A phase of a campaign with its published versions, newest first. ``synthetic``: made-up data."""

    campaign: str
    title_id: str
    title_en: str
    year: int
    synthetic: bool
    phase: int
    regions: int
    versions: list[VersionOut]


class LineOut(Schema):
    """A region's result; ``no_score`` says why there is no final. ``improvement`` is signed."""

    region: RegionOut
    group: str
    final: str | None
    no_score: str
    rank_in_group: int | None
    rank_in_province: int | None
    rank_in_nation: int | None
    improvement: str | None
    previous_final: str | None
    previous_origin: str
    comparable: bool


class ComputedPageOut(Schema):
    phase: ComputedPhaseOut
    version: int
    total: int
    page: int
    pages: int
    results: list[LineOut]


class PartOut(Schema):
    """A node above the indicators. ``weight`` (a share of 1), ``score`` and ``contribution`` are exact."""

    code: str
    title_id: str
    title_en: str
    weight: str
    score: str | None
    contribution: str | None


class ComputedResultOut(LineOut):
    version: int
    final_exact: str | None
    parts: list[PartOut]


@router.get("/computed-results", response=list[ComputedPhaseOut], summary="Phases with results computed by Pilar")
@decorate_view(public)
def computed_phases(request: HttpRequest) -> list[ComputedPhaseOut]:
    return [_phase(one) for one in reads.computed_phases(scope=PUBLIC)]


@router.get(
    "/computed-results/{campaign}/{phase}",
    response={200: ComputedPageOut, 404: Problem},
    summary="Results of a phase, computed by Pilar",
)
@decorate_view(public)
def computed_results(
    request: HttpRequest, campaign: str, phase: PhaseNumber, asked: Query[VersionPage]
) -> ComputedPageOut:
    found = reads.computed_page(campaign, phase, scope=PUBLIC, **asked.dict())
    return ComputedPageOut(
        phase=_phase(found.phase),
        version=found.snapshot.version,
        total=found.page.paginator.count,
        page=found.page.number,
        pages=found.page.paginator.num_pages,
        results=[LineOut(**line_out(one)) for one in found.page],
    )


@router.get(
    "/computed-results/{campaign}/{phase}/{region}",
    response={200: ComputedResultOut, 404: Problem},
    summary="One region's computed result, explained",
)
@decorate_view(public)
def computed_result(
    request: HttpRequest, campaign: str, phase: PhaseNumber, region: str, version: Version = None
) -> ComputedResultOut:
    found = reads.computed_result(campaign, phase, region, scope=PUBLIC, version=version)
    return ComputedResultOut(
        **line_out(found.line),
        version=found.snapshot.version,
        final_exact=None if found.final_exact is None else str(found.final_exact),
        parts=_parts(found),
    )


def line_out(line: ResultLine) -> dict[str, object]:
    """A line as LineOut takes it."""
    region = line.region
    return {
        "region": {
            "code": region.code,
            "name": region.name,
            "kind": region.kind,
            "province": {"code": region.province.code, "name": region.province.name},
        },
        "group": line.group_code,
        "final": _text(line.final),
        "no_score": line.no_score,
        "rank_in_group": line.rank_in_group,
        "rank_in_province": line.rank_in_province,
        "rank_in_nation": line.rank_in_nation,
        "improvement": _text(line.improvement),
        "previous_final": _text(line.previous_final),
        "previous_origin": line.previous_origin,
        "comparable": line.comparable,
    }


def version_out(row: SnapshotRow) -> VersionOut:
    """A version without the names of those who worked on it."""
    return VersionOut(**{name: getattr(row, name) for name in VersionOut.model_fields})


def _phase(one: PublishedPhase) -> ComputedPhaseOut:
    header = one.header
    return ComputedPhaseOut(
        campaign=header.campaign,
        title_id=header.title.id,
        title_en=header.title.en,
        year=header.year,
        synthetic=header.synthetic,
        phase=header.number,
        regions=one.regions,
        versions=[version_out(row) for row in one.versions],
    )


def _parts(found: ComputedResult) -> list[PartOut]:
    return [
        PartOut(
            code=part.code,
            title_id=part.title.id,
            title_en=part.title.en,
            weight=str(part.weight),
            score=_text(part.score),
            contribution=_text(part.contribution),
        )
        for part in found.parts
    ]


def _text(value: object | None) -> str | None:
    return None if value is None else str(value)
