"""Results before and after publication, objections and follow-up, as JSON, for the person who has a part in them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from ninja import Query, Schema
from pydantic import BeforeValidator, Field

from pilar.evaluation import operations
from pilar.evaluation.api.computed import Group, LineOut, PhaseNumber, VersionOut
from pilar.evaluation.api.published import REFUSED, PageSize
from pilar.evaluation.queries import follow_up as follow_up_reads
from pilar.evaluation.queries import region_result as region_reads
from pilar.evaluation.queries import snapshots as reads
from pilar.evaluation.queries.follow_up import FollowUpRow
from pilar.evaluation.queries.objections import AdviceRow, ContestedMark, contested_mark
from pilar.evaluation.queries.panel_marks import Beside
from pilar.evaluation.queries.region_result import ObjectionRow, RegionResult
from pilar.evaluation.queries.snapshots import PhaseResults, Ranking, SnapshotRow
from pilar.evaluation.rules.follow_up import Plan
from pilar.evaluation.rules.objections import MAX_PIECES, Response, Stance, Wish
from pilar.evidence.queries import RevisionRow
from pilar.people.routes import Routes
from pilar.people.rules import Standing
from pilar.platform.api import GivenKey, Key, PageNumber, RowSchema
from pilar.platform.errors import Fault

router = Routes(tags=["results of the cycle"])


Text = Annotated[str, Field(max_length=10_000)]
Mark = Annotated[Decimal, Field(ge=0, max_digits=9, decimal_places=4, allow_inf_nan=False)]


class GroupPage(Schema):
    """A page of all regions, or of one group."""

    group: Group = ""
    page: PageNumber = 1
    size: PageSize = 50


class RankingOut(
    RowSchema, of=Ranking, fields="regions scored page=page.number pages=page.paginator.num_pages results=page"
):
    """The provisional ranking: from the marks agreed so far, never a result."""


class SnapshotOut(VersionOut, of=SnapshotRow, fields="computed_by approved_by published_by"):
    pass


class NextStepOut(Schema):
    """A step, with the ``reasons`` why it is not possible now."""

    possible: bool
    reasons: list[str]


def _next(why_not: tuple[Fault, ...]) -> dict[str, object]:
    return {"possible": not why_not, "reasons": [fault.text() for fault in why_not]}


Next = Annotated[NextStepOut, BeforeValidator(_next)]


class PhaseResultsOut(
    RowSchema,
    of=PhaseResults,
    fields="state=header.state versions=snapshots open_objections compute=why_not_compute"
    " approve=why_not_approve publish=why_not_publish",
):
    state: str
    versions: list[SnapshotOut]
    compute: Next
    approve: Next
    publish: Next


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
    """``wish``: another mark, or that the indicator is left out because it does not apply. ``evidence``: pieces of the
    region that it rests on."""

    node: Annotated[str, Field(max_length=100)]
    text: Text
    wish: Literal["mark", "not_applicable"] = "mark"
    evidence: Annotated[list[UUID], Field(max_length=MAX_PIECES)] = []


class DecisionIn(Schema):
    """``value`` is the new agreed mark of an accepted objection, ``not_applicable`` leaves the indicator out in its
    place; ``lower_confirmed`` is due if it is the lower one."""

    accepted: bool
    reason: Text
    value: Mark | None = None
    not_applicable: bool = False
    lower_confirmed: bool = False


class AdviceIn(Schema):
    """The advice of an assessor of the panel; a later one replaces it."""

    stance: Literal["grant", "refuse"]
    text: Text


class ResponseIn(Schema):
    """The region's response to the decision; disagreement needs a ``text``."""

    response: Literal["accepted", "contested"]
    text: Text = ""


class ObjectionOut(
    RowSchema,
    of=ObjectionRow,
    fields="id=key assessment region=region_code node wish text made_by made_at decision decision_reason agreed"
    " outcome response response_text",
):
    """``outcome`` of an accepted one: a new mark, or the indicator is left out; empty where nothing but a mark could be
    contested. ``response``: what the region says to the decision."""

    wish: Literal["mark", "not_applicable"]
    decision: Literal["", "accepted", "refused"]
    outcome: Literal["", "mark", "not_applicable"]
    response: Literal["", "accepted", "contested"]


class AdviceOut(RowSchema, of=AdviceRow, fields="assessor stance text advised_at"):
    stance: Literal["grant", "refuse"]


class ContestedPieceOut(RowSchema, of=RevisionRow, fields="evidence number title"):
    """A piece of evidence in the version of then."""


class ContestedMarkOut(
    ObjectionOut, of=ContestedMark, base="row", fields="applies may_be_left_out evidence handed_in advice"
):
    """An objection with what it is judged by; ``advice`` is empty for the region."""

    evidence: list[ContestedPieceOut]
    handed_in: list[ContestedPieceOut]
    advice: list[AdviceOut]


class CreatedOut(Schema):
    id: int


class MarkPairOut(
    RowSchema, of=Beside, fields="node=code own agreed=agreed.value reason=agreed.reason reasons applies"
):
    """Own mark next to the agreed one; ``applies`` is false if the region said that it does not apply.

    ``reason`` is the chair's; ``reasons`` are the assessors', without names, of a mark that came about by the rule.
    """

    reason: Annotated[str, BeforeValidator(lambda reason: reason or "")]


class RegionResultOut(
    RowSchema,
    of=RegionResult,
    fields="campaign=header.campaign phase=header.phase region=header.region_code accepted_at"
    " version=snapshot.version result=line indicators=rows objections",
):
    """``version`` is the published one, before publication the approved one; null before approval."""

    result: LineOut | None
    indicators: list[MarkPairOut]


class FollowUpIn(Schema):
    """``version`` is the one that was read. ``office`` and ``due`` are the coordinator's to change."""

    office: GivenKey | None
    due: date | None
    state: Literal["open", "under_way", "done", "dropped"]
    note: Text
    version: GivenKey


class FollowUpOut(
    RowSchema, of=FollowUpRow, fields="id=key node recommendation office due state note version attachments"
):
    state: str


class SavedOut(Schema):
    version: int


@router.get(
    "/campaigns/{code}/phases/{number}/ranking", response={200: RankingOut, **REFUSED}, summary="Provisional ranking"
)
def ranking(by: Standing, code: str, number: PhaseNumber, asked: Query[GroupPage]) -> Ranking:
    return reads.ranking(code, number, by=by, **asked.dict())


@router.get(
    "/campaigns/{code}/phases/{number}/results",
    response={200: PhaseResultsOut, **REFUSED},
    summary="Versions of a phase's results, and what can be done next",
)
def phase_results(by: Standing, code: str, number: PhaseNumber) -> PhaseResults:
    return reads.phase_results(code, number, by=by)


@router.post(
    "/campaigns/{code}/phases/{number}/results",
    response={200: ComputedOut, **REFUSED},
    summary="Compute the results of a phase",
)
def compute_results(
    by: Standing, now: datetime, code: str, number: PhaseNumber, given: ComputeIn
) -> operations.Computed:
    return operations.compute_results(by=by, campaign=code, phase=number, reason=given.reason, now=now)


@router.post(
    "/campaigns/{code}/phases/{number}/results/{version}/approval",
    response={204: None, **REFUSED},
    summary="Approve a version",
)
def approve_results(by: Standing, now: datetime, code: str, number: PhaseNumber, version: Key) -> None:
    operations.approve_results(by=by, campaign=code, phase=number, version=version, now=now)


@router.post(
    "/campaigns/{code}/phases/{number}/results/{version}/publication",
    response={204: None, **REFUSED},
    summary="Publish a version by a letter",
)
def publish_results(
    *, by: Standing, now: datetime, code: str, number: PhaseNumber, version: Key, given: PublishIn
) -> None:
    operations.publish_results(by=by, campaign=code, phase=number, version=version, now=now, **given.dict())


@router.post(
    "/campaigns/{code}/phases/{number}/corrections",
    response={200: ComputedOut, **REFUSED},
    summary="Correct agreed marks of a region after publication",
)
def correct_results(
    by: Standing, now: datetime, code: str, number: PhaseNumber, given: CorrectionIn
) -> operations.Computed:
    return operations.correct_results(by=by, campaign=code, phase=number, now=now, **given.dict())


@router.get(
    "/campaigns/{code}/phases/{number}/objections",
    response={200: list[ObjectionOut], **REFUSED},
    summary="Objections of a phase",
)
def objections(by: Standing, code: str, number: PhaseNumber) -> tuple[ObjectionRow, ...]:
    return region_reads.objections(code, number, by=by).rows


@router.post("/objections/{key}/decision", response={204: None, **REFUSED}, summary="Decide an objection")
def decide_objection(by: Standing, now: datetime, key: Key, given: DecisionIn) -> None:
    operations.decide_objection(by=by, objection=key, now=now, **given.dict())


@router.get(
    "/objections/{key}",
    response={200: ContestedMarkOut, **REFUSED},
    summary="An objection with its evidence and, but for the region, the panel's advice",
)
def objection(by: Standing, key: Key) -> ContestedMark:
    return contested_mark(key, by=by)


@router.put("/objections/{key}/advice", response={204: None, **REFUSED}, summary="Advise on an objection")
def advise_on_objection(by: Standing, now: datetime, key: Key, given: AdviceIn) -> None:
    operations.advise_on_objection(by=by, objection=key, stance=Stance(given.stance), text=given.text, now=now)


@router.post(
    "/objections/{key}/response",
    response={204: None, **REFUSED},
    summary="Say whether the region accepts what was decided",
)
def answer_decision(by: Standing, now: datetime, key: Key, given: ResponseIn) -> None:
    response = Response(given.response)
    operations.answer_decision(by=by, objection=key, response=response, text=given.text, now=now)


@router.get("/assessments/{key}/result", response={200: RegionResultOut, **REFUSED}, summary="A region's own result")
def region_result(by: Standing, now: datetime, key: Key) -> RegionResult:
    return region_reads.region_result(key, by=by, now=now)


@router.post("/assessments/{key}/objections", response={201: CreatedOut, **REFUSED}, summary="Object to a mark")
def make_objection(by: Standing, now: datetime, key: Key, given: ObjectionIn) -> dict[str, int]:
    said = given.dict() | {"wish": Wish(given.wish)}
    made = operations.make_objection(by=by, assessment=key, now=now, **said)
    return {"id": made}


@router.post("/assessments/{key}/acceptance", response={204: None, **REFUSED}, summary="Accept the result")
def accept_result(by: Standing, now: datetime, key: Key) -> None:
    operations.accept_result(by=by, assessment=key, now=now)


@router.get(
    "/assessments/{key}/follow-ups",
    response={200: list[FollowUpOut], **REFUSED},
    summary="Recommendations of a result and their follow-up",
)
def follow_ups(by: Standing, key: Key) -> tuple[FollowUpRow, ...]:
    return follow_up_reads.follow_ups(key, by=by).rows


@router.put("/follow-ups/{key}", response={200: SavedOut, **REFUSED}, summary="Save a follow-up")
def save_follow_up(by: Standing, now: datetime, key: Key, given: FollowUpIn) -> dict[str, int]:
    plan = Plan(office=given.office, due=given.due, state=given.state, note=given.note)
    version = operations.save_follow_up(by=by, follow_up=key, plan=plan, seen_version=given.version, now=now)
    return {"version": version}


@router.put("/follow-ups/{key}/evidence/{evidence}", response={204: None, **REFUSED}, summary="Attach evidence")
def attach_to_follow_up(by: Standing, now: datetime, key: Key, evidence: UUID) -> None:
    operations.attach_to_follow_up(by=by, follow_up=key, evidence=evidence, now=now)


@router.delete("/follow-ups/{key}/evidence/{evidence}", response={204: None, **REFUSED}, summary="Take evidence off")
def detach_from_follow_up(by: Standing, key: Key, evidence: UUID) -> None:
    operations.detach_from_follow_up(by=by, follow_up=key, evidence=evidence)
