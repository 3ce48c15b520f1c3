"""How sure ranks are, as JSON: ``router`` is open to everybody, ``inside`` for the secretariat.

Probabilities are numbers from 0 to 1; the same choices and version give the same numbers.
"""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from ninja.decorators import decorate_view
from pydantic import Field

from pilar.evaluation.api.computed import Group, PhaseNumber, Version
from pilar.evaluation.api.published import PageNumber, PageSize
from pilar.evaluation.api.published_schemas import Problem
from pilar.evaluation.api.results import REFUSED, VersionNumber
from pilar.evaluation.conditional import public
from pilar.evaluation.queries import PUBLIC
from pilar.evaluation.queries import analysis as reads
from pilar.evaluation.queries.analysis import PhaseAnalysis, RankLine, RegionAnalysis, Subject
from pilar.evaluation.rules.analysis import DRAWS, SPREAD, Choices, Levels, Missing
from pilar.people.signin import standing_of

router = Router(tags=["computed results"])
inside = Router(tags=["results of the cycle"])


class ChoicesIn(Schema):
    """What varies at once. ``spread``: weights, ± per cent; ``assessors``: whether each panel is drawn anew."""

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
    version: VersionNumber
    region: str


class RankOut(Schema):
    """A region's rank; ``lowest`` and ``highest`` hold nine draws of ten. All are null without a final.

    ``reweighted``: share of the weight that other answers took over from blanks; ``blanks_pay``: it gains places by it.
    """

    region: str
    name: str
    final: str | None
    rank: int | None
    lowest: int | None
    median: int | None
    highest: int | None
    first_ten: float | None
    keeps_predicate: float | None
    tier: int | None
    reweighted: float | None
    blanks_pay: bool


class SubjectOut(Schema):
    """``draws`` were made: fewer than asked for where many marks are drawn anew. ``compared``: regions with a final."""

    campaign: str
    phase: int
    version: int
    synthetic: bool
    instrument_sha256: str
    result_sha256: str
    seed: int
    draws: int
    spread: int
    assessors: bool
    missing: Missing
    group: str
    levels: Levels
    compared: int


class PhaseAnalysisOut(SubjectOut):
    """``mean_shift``: places that a rank moves by on average; ``tiers`` can be told apart."""

    mean_shift: float
    tiers: int
    page: int
    pages: int
    regions: list[RankOut]


class ShareOut(Schema):
    rank: int
    share: float


class NeighbourOut(RankOut):
    """``below``: probability that the region asked about is strictly above this one."""

    below: float


class BoundsOut(Schema):
    """Ranks that no weights within the spread leave; ``exact`` unless different blanks make them wider."""

    best: int
    worst: int
    exact: bool


class FirstOut(Schema):
    """Whether some weights put it first. ``shares``: how, exact, among siblings. ``mix``: codes and parts of regions
    whose mix is always above it. ``lead``: over the next, or over that mix (below 0), in points.
    """

    verdict: Literal["first", "never", "undecided"]
    lead: str | None
    exact: bool
    shares: dict[str, str]
    mix: dict[str, str]


class DecidesOut(Schema):
    """Sobol' indices of a weight, ``node`` empty for the rule for blanks: first order and total, with 95 % interval."""

    node: str
    first: float
    total: float
    total_low: float
    total_high: float


class RegionAnalysisOut(SubjectOut):
    region: RankOut
    shares: list[ShareOut]
    neighbours: list[NeighbourOut]
    bounds: BoundsOut | None
    first: FirstOut | None
    weights: list[DecidesOut]


@router.get(
    "/computed-results/{campaign}/{phase}/analysis",
    response={200: PhaseAnalysisOut, 404: Problem, 422: Problem},
    summary="How sure the ranks of a published version are",
)
@decorate_view(public)
def phase_analysis(
    request: HttpRequest, campaign: str, phase: PhaseNumber, asked: Query[PublishedPageIn]
) -> PhaseAnalysisOut:
    found = reads.published_analysis(
        campaign, phase, scope=PUBLIC, choices=asked.choices(), version=asked.version, page=asked.page, size=asked.size
    )
    return _phase(found)


@router.get(
    "/computed-results/{campaign}/{phase}/analysis/{region}",
    response={200: RegionAnalysisOut, 404: Problem, 422: Problem},
    summary="How sure one region's rank is",
)
@decorate_view(public)
def region_analysis(
    request: HttpRequest, campaign: str, phase: PhaseNumber, region: str, asked: Query[PublishedIn]
) -> RegionAnalysisOut:
    found = reads.published_region_analysis(
        campaign, phase, region, scope=PUBLIC, choices=asked.choices(), version=asked.version
    )
    return _region(found)


@inside.get(
    "/campaigns/{code}/phases/{number}/results/{version}/analysis",
    response={200: PhaseAnalysisOut, **REFUSED},
    summary="How sure the ranks of any version are",
)
def version_analysis(
    request: HttpRequest, code: str, number: PhaseNumber, version: VersionNumber, asked: Query[InsidePageIn]
) -> PhaseAnalysisOut:
    found = reads.version_analysis(
        code,
        number,
        version,
        by=standing_of(request),
        choices=asked.choices(asked.levels),
        page=asked.page,
        size=asked.size,
    )
    return _phase(found)


@inside.get(
    "/campaigns/{code}/phases/{number}/results/{version}/analysis/{region}",
    response={200: RegionAnalysisOut, **REFUSED},
    summary="How sure one region's rank in any version is",
)
def version_region_analysis(request: HttpRequest, where: Path[RegionIn], asked: Query[InsideIn]) -> RegionAnalysisOut:
    found = reads.version_region_analysis(
        where.code,
        where.number,
        where.version,
        where.region,
        by=standing_of(request),
        choices=asked.choices(asked.levels),
    )
    return _region(found)


def _phase(found: PhaseAnalysis) -> PhaseAnalysisOut:
    return PhaseAnalysisOut(
        **_subject(found.subject),
        mean_shift=round(found.shift, 4),
        tiers=found.tiers,
        page=found.page.number,
        pages=found.page.paginator.num_pages,
        regions=[RankOut(**_line(one)) for one in found.page],
    )


def _region(found: RegionAnalysis) -> RegionAnalysisOut:
    first = found.first
    return RegionAnalysisOut(
        **_subject(found.subject),
        region=RankOut(**_line(found.line)),
        shares=[ShareOut(rank=rank, share=round(share, 4)) for rank, share in found.shares],
        neighbours=[NeighbourOut(**_line(one.line), below=round(one.below, 4)) for one in found.neighbours],
        bounds=None if found.bounds is None else BoundsOut.from_orm(found.bounds),
        first=None
        if first is None
        else FirstOut(
            verdict=first.verdict.value,
            lead=None if first.lead is None else str(first.lead),
            exact=first.exact,
            shares={code: str(share) for code, share in first.shares.items()},
            mix={code: str(part) for code, part in first.mix.items()},
        ),
        weights=[
            DecidesOut(
                node=one.node,
                first=round(one.alone, 4),
                total=round(one.together, 4),
                total_low=round(one.lowest, 4),
                total_high=round(one.highest, 4),
            )
            for one in found.weights
        ],
    )


def _subject(subject: Subject) -> dict[str, object]:
    choices, snapshot = subject.choices, subject.snapshot
    return {
        "campaign": subject.header.campaign,
        "phase": subject.header.number,
        "version": snapshot.version,
        "synthetic": subject.header.synthetic,
        "instrument_sha256": snapshot.instrument_sha256,
        "result_sha256": snapshot.result_sha256,
        "seed": subject.seed,
        "draws": subject.draws,
        "spread": choices.spread,
        "assessors": choices.assessors,
        "missing": choices.missing,
        "group": choices.group,
        "levels": choices.levels,
        "compared": subject.compared,
    }


def _line(one: RankLine) -> dict[str, object]:
    ranked, blanks = one.rank is not None, one.blanks
    return {
        "region": one.line.region.code,
        "name": one.line.region.name,
        "final": None if one.line.final is None else str(one.line.final),
        "rank": one.rank,
        "lowest": one.lowest if ranked else None,
        "median": one.median if ranked else None,
        "highest": one.highest if ranked else None,
        "first_ten": round(one.first, 4) if ranked else None,
        "keeps_predicate": round(one.holds, 4) if ranked and one.holds == one.holds else None,
        "tier": one.tier if ranked else None,
        "reweighted": None if blanks is None else round(blanks.reweighted, 4),
        "blanks_pay": blanks is not None and blanks.alert,
    }
