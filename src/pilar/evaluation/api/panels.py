"""Panels and conflicts of interest as JSON; for the secretariat."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from pilar.evaluation import operations
from pilar.evaluation.api.campaigns import REFUSED, Code, Key, PageNumber, Reason, RegionCode, Text
from pilar.evaluation.queries import panels as reads
from pilar.evaluation.rules.assignment import Sitting
from pilar.people.signin import standing_of

router = Router(tags=["panels"])

Account = Annotated[int, Field(ge=1, le=2_147_483_647)]


class SeatOut(Schema):
    """``conflict`` is one that came to light after the seat was given; ``marked`` whether marks came from it."""

    assessor: int
    name: str
    chair: bool
    marked: bool
    conflict: str | None


class PanelOut(Schema):
    region: str
    name: str
    complete: bool
    seats: list[SeatOut]


class PanelPage(Schema):
    incomplete: int
    total: int
    page: int
    pages: int
    panels: list[PanelOut]


class ProposedSeatOut(Schema):
    """``kept`` stood before; ``reason`` says why in the language that the request asks for."""

    assessor: int
    name: str
    chair: bool
    kept: bool
    reason: str


class KeptOut(Schema):
    assessor: int
    name: str
    reason: str


class ProposedPanelOut(Schema):
    region: str
    name: str
    seats: list[ProposedSeatOut]
    kept_out: list[KeptOut]


class ProposalOut(Schema):
    """``loads`` and ``chaired`` by account; give ``seen`` back with the seats to apply them."""

    seen: str
    size: int
    loads: dict[str, int]
    chaired: dict[str, int]
    panels: list[ProposedPanelOut]


class SittingIn(Schema):
    region: Annotated[str, Field(max_length=10, description="Kemendagri code such as 36.03")]
    assessor: Account
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
    assessor: Account
    region: Annotated[str, Field(max_length=10, description="Kemendagri code such as 36.03")]
    kind: Literal["home", "employer", "mentor"]
    note: Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")] = ""


class NoConflictIn(Schema):
    reason: Reason


class ConflictKey(Schema):
    key: int


class ConflictOut(Schema):
    key: int
    assessor: str
    region: str
    kind: str
    note: str


class ProposalQuery(Schema):
    """``size`` is the seats of a panel, the campaign's smallest if left out; another ``draw`` gives other panels."""

    size: Annotated[int | None, Query(ge=1, le=50)] = None
    keep: bool = True
    draw: Annotated[int, Query(ge=0, le=9_999)] = 0


@router.get("/campaigns/{code}/panels", response={200: PanelPage, **REFUSED})
def panels(request: HttpRequest, code: Code, q: Text = "", incomplete: bool = False, page: PageNumber = 1) -> PanelPage:
    """All panels, by region code, 50 a page."""
    found = reads.board(
        code, scope=standing_of(request), now=timezone.now(), text=q, only_incomplete=incomplete, number=page
    )
    return PanelPage(
        incomplete=found.incomplete,
        total=found.page.paginator.count,
        page=found.page.number,
        pages=found.page.paginator.num_pages,
        panels=[
            PanelOut(
                region=row.region_code,
                name=row.region,
                complete=row.complete,
                seats=[
                    SeatOut(
                        assessor=one.assessor, name=one.name, chair=one.is_chair, marked=one.marked, conflict=one.bar
                    )
                    for one in row.seats
                ],
            )
            for row in found.page
        ],
    )


@router.get("/campaigns/{code}/panel-proposal", response={200: ProposalOut, **REFUSED})
def proposal(request: HttpRequest, code: Code, asked: Query[ProposalQuery]) -> ProposalOut:
    """Panels that spread regions evenly and keep conflicts out, with the reason of each seat; nothing changes."""
    found = reads.proposal(
        code, scope=standing_of(request), now=timezone.now(), size=asked.size, keep=asked.keep, draw=asked.draw
    )
    return ProposalOut(
        seen=found.seen,
        size=found.size,
        loads={str(key): load for key, load in found.proposal.loads.items()},
        chaired={str(key): count for key, count in found.proposal.chaired.items()},
        panels=[
            ProposedPanelOut(
                region=panel.region,
                name=panel.name,
                seats=[
                    ProposedSeatOut(
                        assessor=seat.assessor.key,
                        name=seat.assessor.name,
                        chair=seat.is_chair,
                        kept=seat.kept,
                        reason=seat.reason.text(),
                    )
                    for seat in panel.seats
                ],
                kept_out=[KeptOut(assessor=one.key, name=one.name, reason=why) for one, why in panel.barred_named],
            )
            for panel in found.proposal.panels
        ],
    )


@router.post("/campaigns/{code}/panel-proposal", response={200: ChangedOut, **REFUSED})
def apply_proposal(request: HttpRequest, code: Code, given: ProposalIn) -> ChangedOut:
    """Give whole panels; conflicts are checked again."""
    seats = [Sitting(one.region, one.assessor, one.chair) for one in given.seats]
    changed = operations.apply_proposal(
        by=standing_of(request), campaign=code, seats=seats, seen=given.seen, now=timezone.now()
    )
    return ChangedOut(changed=changed)


@router.put("/campaigns/{code}/panels/{region}/{key}", response={204: None, **REFUSED})
def seat(request: HttpRequest, code: Code, region: RegionCode, key: Key, given: ChairIn) -> Status[None]:
    """Give an account a seat, as chair if asked; who sits there already becomes chair if asked."""
    by, now = standing_of(request), timezone.now()
    operations.seat(by=by, campaign=code, region=region, assessor=key, is_chair=given.chair, now=now)
    if given.chair:
        operations.make_chair(by=by, campaign=code, region=region, assessor=key, now=now)
    return Status(204, None)


@router.delete("/campaigns/{code}/panels/{region}/{key}", response={204: None, **REFUSED})
def unseat(
    request: HttpRequest,
    code: Code,
    region: RegionCode,
    key: Key,
    reason: Annotated[str, Query(max_length=2_000, pattern=r"^[^\x00]*$")] = "",
) -> Status[None]:
    """Take a seat away; one with marks takes a reason."""
    operations.unseat(
        by=standing_of(request), campaign=code, region=region, assessor=key, reason=reason, now=timezone.now()
    )
    return Status(204, None)


@router.get("/conflicts", response={200: list[ConflictOut], **REFUSED})
def conflicts(request: HttpRequest, q: Text = "") -> list[ConflictOut]:
    """All declared conflicts of interest."""
    return [
        ConflictOut(key=row.key, assessor=row.assessor, region=row.region_code, kind=row.kind, note=row.note)
        for row in reads.conflicts(scope=standing_of(request), text=q)
    ]


@router.post("/conflicts", response={201: ConflictKey, **REFUSED})
def declare_conflict(request: HttpRequest, given: ConflictIn) -> Status[ConflictKey]:
    """Declare why an account may not assess a region."""
    key = operations.declare_conflict(
        by=standing_of(request),
        assessor=given.assessor,
        region=given.region,
        kind=given.kind,
        note=given.note,
        now=timezone.now(),
    )
    return Status(201, ConflictKey(key=key))


@router.post("/conflicts/{key}/remove", response={204: None, **REFUSED})
def remove_conflict(request: HttpRequest, key: Key, given: NoConflictIn) -> Status[None]:
    """Take a conflict from the list, with the reason."""
    operations.remove_conflict(by=standing_of(request), conflict=key, reason=given.reason, now=timezone.now())
    return Status(204, None)
