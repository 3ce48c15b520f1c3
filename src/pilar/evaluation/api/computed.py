"""Published results that Pilar computed, as JSON, open to everybody. Exact numbers are texts such as ``67/20``."""

from __future__ import annotations

from typing import Annotated

from ninja import Path, Query, Schema
from ninja.decorators import decorate_view

from pilar.evaluation.api.published import PageSize, Problem
from pilar.evaluation.conditional import public
from pilar.evaluation.queries import PUBLIC
from pilar.evaluation.queries import computed as reads
from pilar.evaluation.queries.computed import ComputedPage, ComputedResult, Part, PublishedPhase
from pilar.evaluation.queries.snapshots import ResultLine, SnapshotRow
from pilar.evaluation.rules.campaigns import MAX_PHASES
from pilar.people.routes import Routes
from pilar.platform.api import PageNumber, RowSchema

router = Routes(tags=["computed results"])

Group = Annotated[str, Query(max_length=40, description="Code of a group; all if left out")]
Version = Annotated[int | None, Query(ge=1, le=2_000_000_000, description="Published version; the newest if left out")]


PhaseNumber = Annotated[int, Path(ge=1, le=MAX_PHASES)]


class VersionPage(Schema):
    """A page of a published version."""

    version: Version = None
    group: Group = ""
    page: PageNumber = 1
    size: PageSize = 50


class VersionOut(
    RowSchema,
    of=SnapshotRow,
    fields="version instrument_code instrument_version instrument_sha256 input_sha256 result_sha256 reason"
    " computed_at approved_at letter_number letter_date published_at superseded_by",
):
    """One computed version. ``superseded_by`` is the later published one that counts in its place."""


class ComputedPhaseOut(
    RowSchema,
    of=PublishedPhase,
    fields="campaign=header.campaign title_id=header.title.id title_en=header.title.en year=header.year"
    " synthetic=header.synthetic phase=header.number phase_count=header.phase_count regions versions",
):
    """One of ``phase_count`` phases of a campaign, its published versions newest first. ``synthetic``: made-up data."""


class LineOut(
    RowSchema,
    of=ResultLine,
    fields="region group=group_code final no_score rank_in_group rank_in_province rank_in_nation improvement"
    " previous_final previous_origin previous_year comparable",
):
    """A region's result; ``no_score`` says why there is no final. ``improvement`` is signed, on the final of
    ``previous_year``, which is null also where the version was computed before it was kept."""


class ComputedPageOut(
    RowSchema,
    of=ComputedPage,
    fields="phase version=snapshot.version total=page.paginator.count page=page.number"
    " pages=page.paginator.num_pages results=page",
):
    pass


class PartOut(RowSchema, of=Part, fields="code title_id=title.id title_en=title.en weight score contribution"):
    """A node above the indicators. ``weight`` (a share of 1), ``score`` and ``contribution`` are exact."""


class ComputedResultOut(LineOut, of=ComputedResult, base="line", fields="version=snapshot.version final_exact parts"):
    pass


@router.get("/computed-results", response=list[ComputedPhaseOut], summary="Phases with results computed by Pilar")
@decorate_view(public)
def computed_phases() -> tuple[PublishedPhase, ...]:
    return reads.computed_phases(scope=PUBLIC)


@router.get(
    "/computed-results/{campaign}/{phase}",
    response={200: ComputedPageOut, 404: Problem},
    summary="Results of a phase, computed by Pilar",
)
@decorate_view(public)
def computed_results(campaign: str, phase: PhaseNumber, asked: Query[VersionPage]) -> ComputedPage:
    return reads.computed_page(campaign, phase, scope=PUBLIC, **asked.dict())


@router.get(
    "/computed-results/{campaign}/{phase}/{region}",
    response={200: ComputedResultOut, 404: Problem},
    summary="One region's computed result, explained",
)
@decorate_view(public)
def computed_result(campaign: str, phase: PhaseNumber, region: str, version: Version = None) -> ComputedResult:
    return reads.computed_result(campaign, phase, region, scope=PUBLIC, version=version)
