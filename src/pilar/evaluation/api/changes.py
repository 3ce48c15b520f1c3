"""Why a final changed on the year before, and a region's peers, as JSON. Parts are exact texts such as ``7/20``."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.decorators import decorate_view

from pilar.evaluation.api.computed import LineOut, PhaseNumber, Version, line_out
from pilar.evaluation.api.published_schemas import Problem
from pilar.evaluation.conditional import public
from pilar.evaluation.queries import PUBLIC
from pilar.evaluation.queries import peers as peer_reads
from pilar.evaluation.queries.changes import FinalChange, public_change
from pilar.evaluation.queries.changes_told import remarks
from pilar.evaluation.queries.printed_changes import changes_of_year
from pilar.evaluation.rules.reports import RankInterval

router = Router(tags=["change and peers"])


class ChangePartOut(Schema):
    """What one node adds to the change. Without ``value`` it lies from ``lowest`` to ``highest``."""

    code: str
    title_id: str
    title_en: str
    depth: int
    value: str | None
    lowest: str | None
    highest: str | None


class IntervalOut(Schema):
    """Ranks at 5 and at 95 % of the draws."""

    lowest: int
    highest: int


class RankChangeOut(Schema):
    """A change of rank in the ``group`` or the ``nation``; below 0 is up. The parts sum to ``after`` - ``before``.

    ``interval_before`` and ``interval``: of the two ranks.
    """

    within: str
    before: int
    after: int
    own: str
    others: str
    company: str
    interval_before: IntervalOut | None
    interval: IntervalOut | None


class ExplainedChangeOut(Schema):
    """The change on ``year``. ``parts`` of depth 0 are own performance; with ``elsewhere``, ``weights``, ``missing``
    and ``instrument`` they sum to ``total``, and with ``rounding`` to the printed ``improvement``.

    Where last year's result is only printed, ``total`` and the causes are null as far as they are not known,
    ``unknown`` is what all parts without a value changed together, and ``remarks`` says why.
    """

    region: str
    year: int | None
    improvement: str | None
    parts: list[ChangePartOut]
    elsewhere: str | None
    weights: str | None
    missing: str | None
    instrument: str | None
    total: str | None
    rounding: str | None
    unknown: str | None
    ranks: list[RankChangeOut]
    remarks: list[str]


class StatedChangeOut(ExplainedChangeOut):
    """The change behind a statement of a source."""

    source_url: str


class PeerOut(LineOut):
    """``interval``: of the rank in the nation; null without a final."""

    villages: int
    own: bool
    interval: IntervalOut | None


class PeerPartOut(Schema):
    """A dimension beside the median of the peers, both as printed; null without a score."""

    code: str
    title_id: str
    title_en: str
    score: str | None
    median: str | None


class DroppedOut(Schema):
    """Traits that were asked for first; ``count`` other regions share them, null if one is not known."""

    traits: list[str]
    count: int | None
    reason: str


class PeersOut(Schema):
    """``rank``, and ``interval`` of it, are among the peers and the region itself; ``median`` and ``difference`` are
    exact."""

    version: int
    shared: list[str]
    dropped: list[DroppedOut]
    enough: bool
    rank: int | None
    interval: IntervalOut | None
    ranked: int
    median: str | None
    difference: str | None
    dimensions: list[PeerPartOut]
    regions: list[PeerOut]


@router.get(
    "/computed-results/{campaign}/{phase}/{region}/change",
    response={200: ExplainedChangeOut, 404: Problem},
    summary="Why a computed final changed on the year before",
)
@decorate_view(public)
def computed_change(
    request: HttpRequest, campaign: str, phase: PhaseNumber, region: str, version: Version = None
) -> ExplainedChangeOut:
    return ExplainedChangeOut(**change_out(public_change(campaign, phase, region, scope=PUBLIC, version=version)))


@router.get(
    "/regions/{code}/years/{year}/change",
    response={200: list[StatedChangeOut], 404: Problem},
    summary="Why the finals that sources print changed on the year before, as far as it is known",
)
@decorate_view(public)
def stated_change(request: HttpRequest, code: str, year: int) -> list[StatedChangeOut]:
    found = changes_of_year(code, year, scope=PUBLIC)
    return [StatedChangeOut(source_url=address, **change_out(change)) for address, change in found]


@router.get(
    "/computed-results/{campaign}/{phase}/{region}/peers",
    response={200: PeersOut, 404: Problem},
    summary="A region beside its peers, each with the interval of its rank",
)
@decorate_view(public)
def peers(request: HttpRequest, campaign: str, phase: PhaseNumber, region: str, version: Version = None) -> PeersOut:
    found = peer_reads.peers(campaign, phase, region, scope=PUBLIC, version=version)
    compared = found.comparison
    return PeersOut(
        version=found.snapshot.version,
        shared=list(found.group.shared),
        dropped=[
            DroppedOut(traits=list(one.traits), count=one.count, reason=one.reason.name.lower())
            for one in found.group.dropped
        ],
        enough=found.group.enough,
        rank=compared.rank,
        interval=_ends(found.interval),
        ranked=compared.ranked,
        median=_text(compared.median),
        difference=_text(compared.difference),
        dimensions=[
            PeerPartOut(
                code=one.code,
                title_id=one.title.id,
                title_en=one.title.en,
                score=_text(one.score),
                median=_text(one.median),
            )
            for one in found.parts
        ],
        regions=[
            PeerOut(
                **line_out(row.line),
                villages=row.villages,
                own=row.own,
                interval=_ends(row.interval),
            )
            for row in found.rows
        ],
    )


def change_out(change: FinalChange) -> dict[str, object]:
    """A change as ExplainedChangeOut takes it; sentences are in the reader's language."""
    split, printed = change.split, change.printed
    parts = [_part(change, one.code, one.depth, value=_text(one.value)) for one in change.parts]
    for one in () if printed is None else printed.parts:
        ends = {"lowest": str(one.lowest), "highest": str(one.highest)} if one.part is None else {}
        parts.append(_part(change, one.code, 0, value=_text(one.part), **ends))
    divided = None if split is None else split.change
    return {
        "region": change.region,
        "year": change.year,
        "improvement": _text(change.improvement),
        "parts": parts,
        "elsewhere": None if split is None else str(split.elsewhere),
        "weights": _text(divided.weights if divided else printed and printed.weights),
        "missing": _text(divided.missing if divided else printed and printed.missing),
        "instrument": None if divided is None else str(divided.instrument),
        "total": None if divided is None else str(divided.total),
        "rounding": None if divided is None else str(divided.rounding),
        "unknown": None if printed is None else _text(printed.unknown),
        "ranks": [
            RankChangeOut(
                within=move.within,
                before=move.change.before,
                after=move.change.after,
                own=str(move.change.own),
                others=str(move.change.others),
                company=str(move.change.company),
                interval_before=_ends(move.before),
                interval=_ends(move.after),
            )
            for move in change.ranks
        ],
        "remarks": [change.unknown.sentence] if change.unknown is not None else list(remarks(change)),
    }


def _part(change: FinalChange, code: str, depth: int, **values: str | None) -> ChangePartOut:
    title = change.title(code)
    ends = {"lowest": None, "highest": None}
    return ChangePartOut(code=code, title_id=title.id, title_en=title.en, depth=depth, **(ends | values))


def _ends(interval: RankInterval | None) -> IntervalOut | None:
    return None if interval is None else IntervalOut(lowest=interval.lowest, highest=interval.highest)


def _text(value: object | None) -> str | None:
    return None if value is None else str(value)
