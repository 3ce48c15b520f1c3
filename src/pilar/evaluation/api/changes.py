"""API of the causes of a final's change, and of a region's peers. Parts are exact texts such as ``7/20``."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from ninja import Query, Schema
from ninja.decorators import decorate_view
from pydantic import Field

from pilar.areas.queries import FigureRow
from pilar.evaluation.api.computed import LineOut, PhaseNumber, Version
from pilar.evaluation.api.published import Problem
from pilar.evaluation.conditional import figured, public
from pilar.evaluation.queries import PUBLIC
from pilar.evaluation.queries import peers as peer_reads
from pilar.evaluation.queries.changes import FinalChange, RankMove, public_change
from pilar.evaluation.queries.changes_told import remarks
from pilar.evaluation.queries.peers import PeerPart, PeerRow, Peers
from pilar.evaluation.queries.printed_changes import changes_of_year
from pilar.evaluation.rules.peers import COUNTS, Basis
from pilar.evaluation.rules.reports import RankInterval
from pilar.index.peers import Attempt
from pilar.people.routes import Routes
from pilar.platform.api import RowSchema

router = Routes(tags=["change and peers"])


class ChangePartOut(Schema):
    """The contribution of one node to the change. Without ``value`` it lies from ``lowest`` to ``highest``."""

    code: str
    title_id: str
    title_en: str
    depth: int
    value: str | None
    lowest: str | None
    highest: str | None


class IntervalOut(RowSchema, of=RankInterval, fields="lowest highest"):
    """Ranks at 5 and at 95 % of the draws."""


class RankChangeOut(
    RowSchema,
    of=RankMove,
    fields="within before=change.before after=change.after own=change.own others=change.others"
    " company=change.company interval_before=before interval=after",
):
    """A change of rank in the ``group`` or the ``nation``; below 0 is up. The parts sum to ``after`` - ``before``.

    ``interval_before`` and ``interval``: of the two ranks.
    """


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


class PeersAsked(Schema):
    """``alike``: what the peers are chosen by, empty for all figures that are known; ``count``: of the nearest."""

    version: Version = None
    alike: Basis = Basis.USUAL
    count: Annotated[int, Field(ge=1, le=50)] = COUNTS[1]


class FigureOut(RowSchema, of=FigureRow, fields="kind year value source address"):
    """A dated figure of a region with the source that says it; a fiscal capacity class from 1, very low, to 5."""

    kind: str
    value: Decimal


class PeerOut(LineOut, of=PeerRow, base="line", fields="villages own interval figures"):
    """``interval``: of the rank in the nation; null without a final. ``figures``: the newest of each kind."""


class PeerPartOut(RowSchema, of=PeerPart, fields="code title_id=title.id title_en=title.en score median"):
    """A dimension compared with the median of the peers, both as printed; null without a score."""


class DroppedOut(RowSchema, of=Attempt, fields="traits count reason=reason.code"):
    """Traits that were asked for first; ``count`` other regions share them, null if one is not known."""

    traits: list[str]


class PeersOut(
    RowSchema,
    of=Peers,
    fields="version=snapshot.version shared=group.shared dropped=group.dropped enough=group.enough"
    " rank=comparison.rank interval ranked=comparison.ranked median=comparison.median"
    " difference=comparison.difference dimensions=parts regions=rows by=chosen.by left_out=chosen.left_out",
):
    """``rank``, and ``interval`` of it, are among the peers and the region itself; ``median`` and ``difference`` are
    exact. ``by``: the figures in which the peers are the nearest of their kind, none where they share traits instead;
    ``left_out``: codes of regions of the kind of which one of them is not known."""

    shared: list[str]
    by: list[str]


@router.get(
    "/computed-results/{campaign}/{phase}/{region}/change",
    response={200: ExplainedChangeOut, 404: Problem},
    summary="Why a computed final changed on the year before",
)
@decorate_view(public)
def computed_change(campaign: str, phase: PhaseNumber, region: str, version: Version = None) -> dict[str, object]:
    return change_out(public_change(campaign, phase, region, scope=PUBLIC, version=version))


@router.get(
    "/regions/{code}/years/{year}/change",
    response={200: list[StatedChangeOut], 404: Problem},
    summary="Why the finals that sources print changed on the year before, as far as it is known",
)
@decorate_view(public)
def stated_change(code: str, year: int) -> list[dict[str, object]]:
    changes = changes_of_year(code, year, scope=PUBLIC)
    return [{"source_url": address, **change_out(change)} for address, change in changes]


@router.get(
    "/computed-results/{campaign}/{phase}/{region}/peers",
    response={200: PeersOut, 404: Problem},
    summary="A region beside its peers, each with the interval of its rank",
)
@decorate_view(figured)
def peers(campaign: str, phase: PhaseNumber, region: str, asked: Query[PeersAsked]) -> Peers:
    wanted = {"version": asked.version, "basis": asked.alike, "count": asked.count}
    return peer_reads.peers(campaign, phase, region, scope=PUBLIC, **wanted)


def change_out(change: FinalChange) -> dict[str, object]:
    """A change as ExplainedChangeOut takes it; sentences are in the reader's language."""
    split, printed = change.split, change.printed
    parts = [_part(change, part.code, part.depth, value=_text(part.value)) for part in change.parts]
    for published_part in () if printed is None else printed.parts:
        ends = (
            {"lowest": str(published_part.lowest), "highest": str(published_part.highest)}
            if published_part.part is None
            else {}
        )
        parts.append(_part(change, published_part.code, 0, value=_text(published_part.part), **ends))
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
        "ranks": change.ranks,
        "remarks": [change.unknown.sentence] if change.unknown is not None else list(remarks(change)),
    }


def _part(change: FinalChange, code: str, depth: int, **values: str | None) -> dict[str, object]:
    title = change.title(code)
    return {
        "code": code,
        "title_id": title.id,
        "title_en": title.en,
        "depth": depth,
        "lowest": None,
        "highest": None,
    } | values


def _text(value: object | None) -> str | None:
    return None if value is None else str(value)
