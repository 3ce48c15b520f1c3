"""Panels and conflicts of interest as JSON; for the secretariat."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Query, Schema
from pydantic import BeforeValidator, Field

from pilar.evaluation import operations
from pilar.evaluation.api.campaigns import Code, Reason, RegionCode, Text
from pilar.evaluation.api.published import REFUSED
from pilar.evaluation.queries import panels as reads
from pilar.evaluation.queries.panels import Board, ConflictRow, PanelRow, Proposed, SeatRow
from pilar.evaluation.rules.assignment import Assessor, ProposedPanel, ProposedSeat, Sitting
from pilar.people.routes import Routes
from pilar.people.rules import Standing
from pilar.platform.api import NO_NUL, GivenKey, Key, PageNumber, RowSchema

router = Routes(tags=["panels"])

ByAccount = Annotated[
    dict[str, int], BeforeValidator(lambda counts: {str(key): count for key, count in counts.items()})
]


class SeatOut(RowSchema, of=SeatRow, fields="assessor name chair=is_chair marked conflict=bar"):
    """``conflict`` is one that came to light after the seat was given; ``marked`` whether marks came from it."""

    conflict: str | None


class PanelOut(RowSchema, of=PanelRow, fields="region=region_code name=region complete seats"):
    pass


class PanelPage(
    RowSchema,
    of=Board,
    fields="incomplete total=page.paginator.count page=page.number pages=page.paginator.num_pages panels=page",
):
    pass


class ProposedSeatOut(
    RowSchema, of=ProposedSeat, fields="assessor=assessor.key name=assessor.name chair=is_chair kept reason=reason.text"
):
    """``kept`` stood before; ``reason`` says why in the language that the request asks for."""


class KeptOut(RowSchema, of=tuple[Assessor, str], fields="assessor=0.key name=0.name reason=1"):
    pass


class ProposedPanelOut(RowSchema, of=ProposedPanel, fields="region name seats kept_out=barred_named"):
    pass


class ProposalOut(
    RowSchema, of=Proposed, fields="seen size loads=proposal.loads chaired=proposal.chaired panels=proposal.panels"
):
    """``loads`` and ``chaired`` by account; give ``seen`` back with the seats to apply them."""

    loads: ByAccount
    chaired: ByAccount


class SittingIn(Schema):
    region: Annotated[str, Field(max_length=10, description="Kemendagri code such as 36.03")]
    assessor: GivenKey
    chair: bool = False


class ProposalIn(Schema):
    """Whole panels for the regions that are named."""

    seen: Annotated[str, Field(max_length=64)]
    seats: Annotated[list[SittingIn], Field(max_length=10_000)]


class ChangedOut(Schema):
    changed: int


class ChairIn(Schema):
    chair: bool = False


class ConflictIn(Schema):
    assessor: GivenKey
    region: Annotated[str, Field(max_length=10, description="Kemendagri code such as 36.03")]
    kind: Literal["home", "employer", "mentor"]
    note: Annotated[str, Field(max_length=300, pattern=NO_NUL)] = ""


class NoConflictIn(Schema):
    reason: Reason


class ConflictKey(Schema):
    key: int


class ConflictOut(RowSchema, of=ConflictRow, fields="key assessor region=region_code kind note"):
    kind: str


class ProposalQuery(Schema):
    """``size`` is the seats of a panel, the campaign's smallest if left out; another ``draw`` gives other panels."""

    size: Annotated[int | None, Query(ge=1, le=50)] = None
    keep: bool = True
    draw: Annotated[int, Query(ge=0, le=9_999)] = 0


@router.get("/campaigns/{code}/panels", response={200: PanelPage, **REFUSED})
def panels(
    *, by: Standing, now: datetime, code: Code, q: Text = "", incomplete: bool = False, page: PageNumber = 1
) -> Board:
    """All panels, by region code, 50 a page."""
    return reads.board(code, scope=by, now=now, text=q, only_incomplete=incomplete, page=page)


@router.get("/campaigns/{code}/panel-proposal", response={200: ProposalOut, **REFUSED})
def proposal(by: Standing, now: datetime, code: Code, asked: Query[ProposalQuery]) -> Proposed:
    """Panels that spread regions evenly and keep conflicts out, with the reason of each seat; nothing changes."""
    return reads.proposal(code, scope=by, now=now, size=asked.size, keep=asked.keep, draw=asked.draw)


@router.post("/campaigns/{code}/panel-proposal", response={200: ChangedOut, **REFUSED})
def apply_proposal(by: Standing, now: datetime, code: Code, given: ProposalIn) -> dict[str, int]:
    """Give whole panels; conflicts are checked again."""
    seats = [Sitting(sitting_in.region, sitting_in.assessor, sitting_in.chair) for sitting_in in given.seats]
    changed = operations.apply_proposal(by=by, campaign=code, seats=seats, seen=given.seen, now=now)
    return {"changed": changed}


@router.put("/campaigns/{code}/panels/{region}/{key}", response={204: None, **REFUSED})
def seat(*, by: Standing, now: datetime, code: Code, region: RegionCode, key: Key, given: ChairIn) -> None:
    """Give an account a seat, as chair if asked; who sits there already becomes chair if asked."""
    operations.seat(by=by, campaign=code, region=region, assessor=key, is_chair=given.chair, now=now)
    if given.chair:
        operations.make_chair(by=by, campaign=code, region=region, assessor=key, now=now)


@router.delete("/campaigns/{code}/panels/{region}/{key}", response={204: None, **REFUSED})
def unseat(
    *,
    by: Standing,
    now: datetime,
    code: Code,
    region: RegionCode,
    key: Key,
    reason: Annotated[str, Query(max_length=2_000, pattern=NO_NUL)] = "",
) -> None:
    """Take a seat away; one with marks takes a reason."""
    operations.unseat(by=by, campaign=code, region=region, assessor=key, reason=reason, now=now)


@router.get("/conflicts", response={200: list[ConflictOut], **REFUSED})
def conflicts(by: Standing, q: Text = "") -> tuple[ConflictRow, ...]:
    """All declared conflicts of interest."""
    return reads.conflicts(scope=by, text=q)


@router.post("/conflicts", response={201: ConflictKey, **REFUSED})
def declare_conflict(by: Standing, now: datetime, given: ConflictIn) -> dict[str, int]:
    """Declare why an account may not assess a region."""
    key = operations.declare_conflict(
        by=by, assessor=given.assessor, region=given.region, kind=given.kind, note=given.note, now=now
    )
    return {"key": key}


@router.post("/conflicts/{key}/remove", response={204: None, **REFUSED})
def remove_conflict(by: Standing, now: datetime, key: Key, given: NoConflictIn) -> None:
    """Take a conflict from the list, with the reason."""
    operations.remove_conflict(by=by, conflict=key, reason=given.reason, now=now)
