"""Results before and after publication, objections and follow-up, as JSON, for who has a part in them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router, Schema, Status
from pydantic import Field

from pilar.evaluation import operations
from pilar.evaluation.api.computed import Group, LineOut, PhaseNumber, VersionOut, line_out, version_out
from pilar.evaluation.api.published import PageNumber, PageSize
from pilar.evaluation.api.published_schemas import Problem
from pilar.evaluation.queries import follow_up as follow_up_reads
from pilar.evaluation.queries import region_result as region_reads
from pilar.evaluation.queries import snapshots as reads
from pilar.evaluation.queries.follow_up import FollowUpRow
from pilar.evaluation.queries.region_result import ObjectionRow
from pilar.evaluation.rules.follow_up import Plan
from pilar.people.signin import standing_of
from pilar.platform.errors import Fault

router = Router(tags=["results of the cycle"])

REFUSED = {403: Problem, 404: Problem, 409: Problem, 422: Problem}
LARGEST = 2_147_483_647

Key = Annotated[int, Path(ge=1, le=LARGEST)]
VersionNumber = Annotated[int, Path(ge=1, le=LARGEST)]
Text = Annotated[str, Field(max_length=10_000)]
Mark = Annotated[Decimal, Field(ge=0, max_digits=9, decimal_places=4, allow_inf_nan=False)]


class GroupPage(Schema):
    """A page of all regions, or of one group."""

    group: Group = ""
    page: PageNumber = 1
    size: PageSize = 50


class RankingOut(Schema):
    """The provisional ranking: from the marks agreed so far, never a result."""

    regions: int
    scored: int
    page: int
    pages: int
    results: list[LineOut]


class SnapshotOut(VersionOut):
    computed_by: str
    approved_by: str
    published_by: str


class NextStepOut(Schema):
    """Whether a step can be made now; ``reasons`` says why not."""

    possible: bool
    reasons: list[str]


class PhaseResultsOut(Schema):
    state: str
    versions: list[SnapshotOut]
    open_objections: int
    compute: NextStepOut
    approve: NextStepOut
    publish: NextStepOut


class ComputeIn(Schema):
    """``reason`` is required from the second version on."""

    reason: Text = ""


class ComputedOut(Schema):
    """``new`` is false if nothing had changed since ``version``."""

    version: int
    new: bool


class PublishIn(Schema):
    letter_number: Annotated[str, Field(max_length=200)]
    letter_date: date


class CorrectionIn(Schema):
    """Agreed marks to change, by code of the indicator."""

    region: Annotated[str, Field(max_length=5)]
    marks: Annotated[dict[str, Mark], Field(min_length=1, max_length=1000)]
    reason: Text


class ObjectionIn(Schema):
    node: Annotated[str, Field(max_length=100)]
    text: Text


class DecisionIn(Schema):
    """``value`` is the new agreed mark of an accepted objection; ``lower_confirmed`` is due if it is the lower one."""

    accepted: bool
    reason: Text
    value: Mark | None = None
    lower_confirmed: bool = False


class ObjectionOut(Schema):
    id: int
    assessment: int
    region: str
    node: str
    text: str
    made_by: str
    made_at: datetime
    decision: Literal["", "accepted", "refused"]
    decision_reason: str
    agreed: str | None


class CreatedOut(Schema):
    id: int


class MarkPairOut(Schema):
    """Own mark beside the agreed one; ``applies`` is false if the region said that it does not apply.

    ``reason`` is the chair's; ``reasons`` are the assessors', without names, of a mark that came about by the rule.
    """

    node: str
    own: str | None
    agreed: str | None
    reason: str
    reasons: list[str]
    applies: bool


class RegionResultOut(Schema):
    """``version`` is the published one, before publication the approved one; null before approval."""

    campaign: str
    phase: int
    region: str
    accepted_at: datetime | None
    version: int | None
    result: LineOut | None
    indicators: list[MarkPairOut]
    objections: list[ObjectionOut]


class FollowUpIn(Schema):
    """``version`` is the one that was read. ``office`` and ``due`` are the coordinator's to change."""

    office: Annotated[int, Field(ge=1, le=LARGEST)] | None
    due: date | None
    state: Literal["open", "under_way", "done", "dropped"]
    note: Text
    version: Annotated[int, Field(ge=1, le=LARGEST)]


class FollowUpOut(Schema):
    id: int
    node: str
    recommendation: str
    office: int | None
    due: date | None
    state: str
    note: str
    version: int
    attachments: int


class SavedOut(Schema):
    version: int


@router.get(
    "/campaigns/{code}/phases/{number}/ranking", response={200: RankingOut, **REFUSED}, summary="Provisional ranking"
)
def ranking(request: HttpRequest, code: str, number: PhaseNumber, asked: Query[GroupPage]) -> RankingOut:
    found = reads.ranking(code, number, by=standing_of(request), **asked.dict())
    return RankingOut(
        regions=found.regions,
        scored=found.scored,
        page=found.page.number,
        pages=found.page.paginator.num_pages,
        results=[LineOut(**line_out(one)) for one in found.page],
    )


@router.get(
    "/campaigns/{code}/phases/{number}/results",
    response={200: PhaseResultsOut, **REFUSED},
    summary="Versions of a phase's results, and what can be done next",
)
def phase_results(request: HttpRequest, code: str, number: PhaseNumber) -> PhaseResultsOut:
    found = reads.phase_results(code, number, by=standing_of(request))

    def step(faults: tuple[Fault, ...]) -> NextStepOut:
        return NextStepOut(possible=not faults, reasons=[fault.text() for fault in faults])

    return PhaseResultsOut(
        state=found.header.state,
        versions=[
            SnapshotOut(
                **version_out(one).dict(),
                computed_by=one.computed_by,
                approved_by=one.approved_by,
                published_by=one.published_by,
            )
            for one in found.snapshots
        ],
        open_objections=found.open_objections,
        compute=step(found.why_not_compute),
        approve=step(found.why_not_approve),
        publish=step(found.why_not_publish),
    )


@router.post(
    "/campaigns/{code}/phases/{number}/results",
    response={200: ComputedOut, **REFUSED},
    summary="Compute the results of a phase",
)
def compute_results(request: HttpRequest, code: str, number: PhaseNumber, given: ComputeIn) -> operations.Computed:
    return operations.compute_results(
        by=standing_of(request), campaign=code, phase=number, reason=given.reason, now=timezone.now()
    )


@router.post(
    "/campaigns/{code}/phases/{number}/results/{version}/approval",
    response={204: None, **REFUSED},
    summary="Approve a version",
)
def approve_results(request: HttpRequest, code: str, number: PhaseNumber, version: VersionNumber) -> Status[None]:
    operations.approve_results(
        by=standing_of(request), campaign=code, phase=number, version=version, now=timezone.now()
    )
    return Status(204, None)


@router.post(
    "/campaigns/{code}/phases/{number}/results/{version}/publication",
    response={204: None, **REFUSED},
    summary="Publish a version by a letter",
)
def publish_results(
    request: HttpRequest, code: str, number: PhaseNumber, version: VersionNumber, given: PublishIn
) -> Status[None]:
    operations.publish_results(
        by=standing_of(request), campaign=code, phase=number, version=version, now=timezone.now(), **given.dict()
    )
    return Status(204, None)


@router.post(
    "/campaigns/{code}/phases/{number}/corrections",
    response={200: ComputedOut, **REFUSED},
    summary="Correct agreed marks of a region after publication",
)
def correct_results(request: HttpRequest, code: str, number: PhaseNumber, given: CorrectionIn) -> operations.Computed:
    return operations.correct_results(
        by=standing_of(request), campaign=code, phase=number, now=timezone.now(), **given.dict()
    )


@router.get(
    "/campaigns/{code}/phases/{number}/objections",
    response={200: list[ObjectionOut], **REFUSED},
    summary="Objections of a phase",
)
def objections(request: HttpRequest, code: str, number: PhaseNumber) -> list[ObjectionOut]:
    return [_objection(row) for row in region_reads.objections(code, number, by=standing_of(request)).rows]


@router.post("/objections/{key}/decision", response={204: None, **REFUSED}, summary="Decide an objection")
def decide_objection(request: HttpRequest, key: Key, given: DecisionIn) -> Status[None]:
    operations.decide_objection(by=standing_of(request), objection=key, now=timezone.now(), **given.dict())
    return Status(204, None)


@router.get("/assessments/{key}/result", response={200: RegionResultOut, **REFUSED}, summary="A region's own result")
def region_result(request: HttpRequest, key: Key) -> RegionResultOut:
    found = region_reads.region_result(key, by=standing_of(request), now=timezone.now())
    header = found.header
    return RegionResultOut(
        campaign=header.campaign,
        phase=header.phase,
        region=header.region_code,
        accepted_at=found.accepted_at,
        version=None if found.snapshot is None else found.snapshot.version,
        result=None if found.line is None else LineOut(**line_out(found.line)),
        indicators=[
            MarkPairOut(
                node=row.code,
                own=_text(row.own),
                agreed=None if row.agreed is None else _text(row.agreed.value),
                reason="" if row.agreed is None else row.agreed.reason,
                reasons=list(row.reasons),
                applies=row.applies,
            )
            for row in found.rows
        ],
        objections=[_objection(row) for row in found.objections],
    )


@router.post("/assessments/{key}/objections", response={201: CreatedOut, **REFUSED}, summary="Object to a mark")
def make_objection(request: HttpRequest, key: Key, given: ObjectionIn) -> Status[dict[str, int]]:
    made = operations.make_objection(by=standing_of(request), assessment=key, now=timezone.now(), **given.dict())
    return Status(201, {"id": made})


@router.post("/assessments/{key}/acceptance", response={204: None, **REFUSED}, summary="Accept the result")
def accept_result(request: HttpRequest, key: Key) -> Status[None]:
    operations.accept_result(by=standing_of(request), assessment=key, now=timezone.now())
    return Status(204, None)


@router.get(
    "/assessments/{key}/follow-ups",
    response={200: list[FollowUpOut], **REFUSED},
    summary="Recommendations of a result and their follow-up",
)
def follow_ups(request: HttpRequest, key: Key) -> list[FollowUpOut]:
    return [_follow_up(row) for row in follow_up_reads.follow_ups(key, by=standing_of(request)).rows]


@router.put("/follow-ups/{key}", response={200: SavedOut, **REFUSED}, summary="Save a follow-up")
def save_follow_up(request: HttpRequest, key: Key, given: FollowUpIn) -> SavedOut:
    plan = Plan(office=given.office, due=given.due, state=given.state, note=given.note)
    version = operations.save_follow_up(
        by=standing_of(request), follow_up=key, plan=plan, seen_version=given.version, now=timezone.now()
    )
    return SavedOut(version=version)


@router.put("/follow-ups/{key}/evidence/{evidence}", response={204: None, **REFUSED}, summary="Attach evidence")
def attach_to_follow_up(request: HttpRequest, key: Key, evidence: UUID) -> Status[None]:
    operations.attach_to_follow_up(by=standing_of(request), follow_up=key, evidence=evidence, now=timezone.now())
    return Status(204, None)


@router.delete("/follow-ups/{key}/evidence/{evidence}", response={204: None, **REFUSED}, summary="Take evidence off")
def detach_from_follow_up(request: HttpRequest, key: Key, evidence: UUID) -> Status[None]:
    operations.detach_from_follow_up(by=standing_of(request), follow_up=key, evidence=evidence)
    return Status(204, None)


def _objection(row: ObjectionRow) -> ObjectionOut:
    return ObjectionOut(
        id=row.key,
        assessment=row.assessment,
        region=row.region_code,
        node=row.node,
        text=row.text,
        made_by=row.made_by,
        made_at=row.made_at,
        decision=row.decision,
        decision_reason=row.decision_reason,
        agreed=_text(row.agreed),
    )


def _follow_up(row: FollowUpRow) -> FollowUpOut:
    return FollowUpOut(
        id=row.key,
        node=row.node,
        recommendation=row.recommendation,
        office=row.office,
        due=row.due,
        state=row.state,
        note=row.note,
        version=row.version,
        attachments=row.attachments,
    )


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
