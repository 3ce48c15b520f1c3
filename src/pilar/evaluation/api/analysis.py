"""API of the robustness of ranks: ``router`` is open to everybody, ``inside`` for the secretariat.

Probabilities are numbers from 0 to 1; the same choices and version give the same numbers.
"""

from __future__ import annotations

from math import isnan
from typing import Annotated, Literal

from ninja import Path, Query, Schema
from ninja.decorators import decorate_view
from pydantic import AfterValidator, Field

from pilar.evaluation.api.computed import Group, PhaseNumber, Version
from pilar.evaluation.api.published import REFUSED, PageSize, Problem
from pilar.evaluation.conditional import public
from pilar.evaluation.queries import PUBLIC
from pilar.evaluation.queries import analysis as reads
from pilar.evaluation.queries.analysis import Neighbour, PhaseAnalysis, RankLine, RegionAnalysis, Subject
from pilar.evaluation.rules.analysis import DRAWS, SPREAD, Choices, Levels, Missing
from pilar.evaluation.rules.rank_questions import Bounds, Decides, FirstPlace
from pilar.people.routes import Routes
from pilar.people.rules import Standing
from pilar.platform.api import Key, PageNumber, Rounded, RowSchema

router = Routes(tags=["computed results"])
inside = Routes(tags=["results of the cycle"])


class ChoicesIn(Schema):
    """The inputs that vary at once. ``spread``: weights, ± per cent; ``assessors``: whether each panel is drawn
    again."""

    spread: Annotated[int, Field(ge=0, le=100)] = SPREAD
    assessors: bool = False
    missing: Missing = Missing.INSTRUMENT
    draws: Literal[1000, 10000] = DRAWS[0]  # type: ignore[assignment]
    group: Group = ""

    def choices(self, levels: Levels = Levels.PARTS) -> Choices:
        return Choices(self.spread, self.assessors, self.missing, self.draws, self.group, levels)


class PublishedIn(ChoicesIn):
    version: Version = None


class PublishedPageIn(PublishedIn):
    page: PageNumber = 1
    size: PageSize = 50


class InsideIn(ChoicesIn):
    """``levels``: whether the weights of the indicators vary too."""

    levels: Levels = Levels.PARTS


class InsidePageIn(InsideIn):
    page: PageNumber = 1
    size: PageSize = 50


class RegionIn(Schema):
    """A region's result in any version."""

    code: str
    number: PhaseNumber
    version: Key
    region: str


class RankOut(
    RowSchema,
    of=RankLine,
    fields="region=line.region.code name=line.region.name final=line.final rank lowest=sure.lowest"
    " median=sure.median highest=sure.highest first_ten=sure.first keeps_predicate=sure.holds"
    " tier=sure.tier reweighted=blanks.reweighted blanks_pay",
):
    """A region's rank; ``lowest`` and ``highest`` hold nine draws of ten. All are null without a final.

    ``reweighted``: share of the weight that other answers took over from blanks; ``blanks_pay``: it gains places by it.
    """

    first_ten: Rounded | None
    keeps_predicate: Annotated[
        Rounded | None, AfterValidator(lambda share: None if share is None or isnan(share) else share)
    ]
    reweighted: Rounded | None


class SubjectOut(
    RowSchema,
    of=Subject,
    fields="campaign=header.campaign phase=header.number version=snapshot.version synthetic=header.synthetic"
    " instrument_sha256=snapshot.instrument_sha256 result_sha256=snapshot.result_sha256 seed draws"
    " spread=choices.spread assessors=choices.assessors missing=choices.missing group=choices.group"
    " levels=choices.levels compared",
):
    """``draws`` were made: fewer than asked for where many marks are resampled. ``compared``: regions with a final."""

    missing: Missing
    levels: Levels


class PhaseAnalysisOut(
    SubjectOut,
    of=PhaseAnalysis,
    base="subject",
    fields="mean_shift=shift tiers page=page.number pages=page.paginator.num_pages regions=page",
):
    """``mean_shift``: places that a rank moves by on average; ``tiers`` can be told apart."""

    mean_shift: Rounded


class ShareOut(RowSchema, of=tuple[int, float], fields="rank=0 share=1"):
    share: Rounded


class NeighbourOut(RankOut, of=Neighbour, base="line", fields="below"):
    """``below``: probability that the region asked about is strictly above this one."""

    below: Rounded


class BoundsOut(RowSchema, of=Bounds, fields="best worst exact"):
    """Ranks that no weights within the spread leave; ``exact`` unless different blanks make them wider."""


class FirstOut(RowSchema, of=FirstPlace, fields="verdict lead exact shares mix"):
    """The answer whether some weights put the region first. ``shares``: such weights, exact, among siblings. ``mix``:
    codes and parts of regions whose mix is always above it. ``lead``: over the next, or over that mix (below 0), in
    points."""


class DecidesOut(RowSchema, of=Decides, fields="node first=alone total=together total_low=lowest total_high=highest"):
    """Sobol' indices of a weight, ``node`` empty for the rule for blanks: first order and total, with 95 % interval."""

    first: Rounded
    total: Rounded
    total_low: Rounded
    total_high: Rounded


class RegionAnalysisOut(
    SubjectOut, of=RegionAnalysis, base="subject", fields="region=line shares neighbours bounds first weights"
):
    pass


@router.get(
    "/computed-results/{campaign}/{phase}/analysis",
    response={200: PhaseAnalysisOut, 404: Problem, 422: Problem},
    summary="How sure the ranks of a published version are",
)
@decorate_view(public)
def phase_analysis(campaign: str, phase: PhaseNumber, asked: Query[PublishedPageIn]) -> PhaseAnalysis:
    return reads.published_analysis(
        campaign, phase, scope=PUBLIC, choices=asked.choices(), version=asked.version, page=asked.page, size=asked.size
    )


@router.get(
    "/computed-results/{campaign}/{phase}/analysis/{region}",
    response={200: RegionAnalysisOut, 404: Problem, 422: Problem},
    summary="How sure one region's rank is",
)
@decorate_view(public)
def region_analysis(campaign: str, phase: PhaseNumber, region: str, asked: Query[PublishedIn]) -> RegionAnalysis:
    return reads.published_region_analysis(
        campaign, phase, region, scope=PUBLIC, choices=asked.choices(), version=asked.version
    )


@inside.get(
    "/campaigns/{code}/phases/{number}/results/{version}/analysis",
    response={200: PhaseAnalysisOut, **REFUSED},
    summary="How sure the ranks of any version are",
)
def version_analysis(
    by: Standing, code: str, number: PhaseNumber, version: Key, asked: Query[InsidePageIn]
) -> PhaseAnalysis:
    return reads.version_analysis(
        code, number, version, by=by, choices=asked.choices(asked.levels), page=asked.page, size=asked.size
    )


@inside.get(
    "/campaigns/{code}/phases/{number}/results/{version}/analysis/{region}",
    response={200: RegionAnalysisOut, **REFUSED},
    summary="How sure one region's rank in any version is",
)
def version_region_analysis(by: Standing, where: Path[RegionIn], asked: Query[InsideIn]) -> RegionAnalysis:
    return reads.version_region_analysis(
        where.code, where.number, where.version, where.region, by=by, choices=asked.choices(asked.levels)
    )
