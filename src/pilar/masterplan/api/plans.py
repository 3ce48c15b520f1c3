"""Plans and their versions as JSON: read, written, moved and decreed by the same operations as the pages."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status

from pilar.areas.reference import today_in
from pilar.masterplan import operations, queries, wording
from pilar.masterplan.api.schemas import (
    PlanBody,
    PlanBodyIn,
    PlanChanges,
    PlanDecision,
    PlanDecree,
    PlanFieldChange,
    PlanForce,
    PlanIn,
    PlanPart,
    PlanProblem,
    PlanProgramme,
    PlanProgrammeChange,
    PlanProgrammeDetail,
    PlanPublic,
    PlanReason,
    PlanStatement,
    PlanStatementsIn,
    PlanStep,
    PlanTextChange,
    PlanVersion,
    PlanVersionDetail,
    PlanVersionKey,
)
from pilar.masterplan.operations import Member, NewBody, NewPlan
from pilar.masterplan.queries import BodyRow, DecisionRow, ProgrammeRow, VersionRow
from pilar.masterplan.rules.bodies import body_fingerprint
from pilar.masterplan.rules.content import stored
from pilar.masterplan.rules.stages import Decree, LegalForm, VersionState
from pilar.masterplan.rules.statements import BodyKind, Stated, StatementPart, fingerprint
from pilar.people.signin import standing_of

reading = Router(tags=["masterplan"])
writing = Router(tags=["masterplan"])

NotThere = {404: PlanProblem, 422: PlanProblem}
Refused = {403: PlanProblem, 404: PlanProblem, 409: PlanProblem, 422: PlanProblem}


@reading.get("/plans", response={200: list[PlanPublic], 422: PlanProblem}, summary="Plans that are law")
def plans(request: HttpRequest) -> list[PlanPublic]:
    """Of every region the plan in force, otherwise the newest that is law."""
    return [
        PlanPublic(version=_version(one.version), programmes=one.programmes, quick_wins=one.quick_wins)
        for one in queries.public_plans()
    ]


@reading.get("/regions/{code}/plan", response={200: PlanVersionDetail, **NotThere}, summary="The plan in force")
def plan(request: HttpRequest, code: str) -> PlanVersionDetail:
    """Of a region: the version in force today, otherwise the newest that is law."""
    return _detail(queries.public_plan(code, today_in(code, timezone.now())))


@reading.get("/regions/{code}/plan-versions", response={200: list[PlanVersion], **NotThere}, summary="All versions")
def versions(request: HttpRequest, code: str) -> list[PlanVersion]:
    """Of a region's plans, as far as the caller reads them, newest first."""
    return [_version(row) for row in queries.versions(code, scope=standing_of(request))]


@reading.get("/plan-versions/{version}", response={200: PlanVersionDetail, **NotThere}, summary="One version")
def version(request: HttpRequest, version: int) -> PlanVersionDetail:
    """With its size, and what changes of its parts have to name."""
    return _detail(_row(request, version))


@reading.get(
    "/plan-versions/{version}/programmes", response={200: list[PlanProgramme], **NotThere}, summary="Its programmes"
)
def programmes(request: HttpRequest, version: int) -> list[PlanProgramme]:
    """By code, in short."""
    return [PlanProgramme(**_programme(one)) for one in queries.programmes(_row(request, version))]


@reading.get(
    "/plan-versions/{version}/programmes/{programme}",
    response={200: PlanProgrammeDetail, **NotThere},
    summary="One programme",
)
def programme(request: HttpRequest, version: int, programme: str) -> PlanProgrammeDetail:
    """All that it says, and the decision that it comes from."""
    one = queries.programme(_row(request, version), programme)
    said = stored(one.content)
    said["targets"] = [{**target, "yearly": dict(target["yearly"])} for target in said["targets"]]
    return PlanProgrammeDetail(**{**said, **_programme(one)}, decision=_decision(one.decision))


@reading.get(
    "/plan-versions/{version}/statements", response={200: list[PlanStatement], **NotThere}, summary="Its texts"
)
def statements(request: HttpRequest, version: int) -> list[PlanStatement]:
    """Vision, missions, analysis and strategies, in the order of the books."""
    found = queries.statements(_row(request, version))
    return [
        PlanStatement(part=part.value, decision=_decision(one.decision), **asdict(one.stated))
        for part, rows in found.items()
        for one in rows
    ]


@reading.get(
    "/plan-versions/{version}/changes", response={200: PlanChanges, **NotThere}, summary="What a revision changes"
)
def changes(request: HttpRequest, version: int) -> PlanChanges:
    """Of the version that it revises; 404 for one that revises nothing."""
    row = _row(request, version)
    found = queries.changes(row, scope=standing_of(request))
    offices = queries.office_names(row.plan.region)
    told = []
    for one in found.programmes:
        content = one.change.after or one.change.before
        assert content is not None
        told.append(
            PlanProgrammeChange(
                code=one.change.code,
                title=content.title,
                kinds=[kind.value for kind in one.change.kinds],
                fields=[PlanFieldChange(**asdict(field)) for field in wording.field_changes(one.change, offices)],
            )
        )
    texts = [PlanTextChange(part=one.part.value, gone=list(one.gone), new=list(one.new)) for one in found.texts]
    return PlanChanges(base=found.base.key, unchanged=found.unchanged, programmes=told, texts=texts)


@reading.get("/plan-versions/{version}/bodies", response={200: list[PlanBody], **NotThere}, summary="Its bodies")
def bodies(request: HttpRequest, version: int) -> list[PlanBody]:
    """Council, executing team and forum, with members and decrees."""
    return [_body(one) for one in queries.bodies(_row(request, version).plan.key)]


@writing.post("/regions/{code}/plans", response={201: PlanVersionKey, **Refused}, summary="Begin a plan")
def start(request: HttpRequest, code: str, given: PlanIn) -> Status[PlanVersionKey]:
    """With its first version, a draft."""
    made = operations.start_plan(
        by=standing_of(request), region=code, given=NewPlan(**given.dict()), now=timezone.now()
    )
    return Status(201, PlanVersionKey(key=made))


@writing.post("/plan-versions/{version}/revision", response={201: PlanVersionKey, **Refused}, summary="Revise a plan")
def revise(request: HttpRequest, version: int, given: PlanReason) -> Status[PlanVersionKey]:
    """Begin the next version as a copy of the one in force."""
    made = operations.start_revision(by=standing_of(request), version=version, reason=given.reason, now=timezone.now())
    return Status(201, PlanVersionKey(key=made))


@writing.put(
    "/plan-versions/{version}/statements/{part}", response={200: PlanVersionDetail, **Refused}, summary="Write a part"
)
def write(request: HttpRequest, version: int, part: PlanPart, given: PlanStatementsIn) -> PlanVersionDetail:
    """Put statements in the place of all of one part; what is unchanged keeps its decision."""
    said = [Stated(**one.dict()) for one in given.statements]
    operations.write_part(
        by=standing_of(request), version=version, part=StatementPart(part), given=said, seen=given.seen,
        now=timezone.now(),
    )  # fmt: skip
    return _detail(_row(request, version))


@writing.post("/plan-versions/{version}/step", response={200: PlanVersionDetail, **Refused}, summary="Move a version")
def step(request: HttpRequest, version: int, given: PlanStep) -> PlanVersionDetail:
    """To a state that needs nothing but its conditions; a repeated move changes nothing."""
    target = VersionState(given.state)
    operations.move_version(by=standing_of(request), version=version, target=target, now=timezone.now())
    return _detail(_row(request, version))


@writing.post("/plan-versions/{version}/return", response={200: PlanVersionDetail, **Refused}, summary="Send it back")
def send_back(request: HttpRequest, version: int, given: PlanReason) -> PlanVersionDetail:
    """From legal review to a further meeting."""
    operations.return_to_meeting(by=standing_of(request), version=version, reason=given.reason, now=timezone.now())
    return _detail(_row(request, version))


@writing.post("/plan-versions/{version}/decree", response={200: PlanVersionDetail, **Refused}, summary="Enter a decree")
def decree(request: HttpRequest, version: int, given: PlanDecree) -> PlanVersionDetail:
    """The regulation that sets a version makes it law."""
    said = Decree(LegalForm(given.form), given.number, given.day)
    operations.enter_decree(by=standing_of(request), version=version, decree=said, file=given.file, now=timezone.now())
    return _detail(_row(request, version))


@writing.post("/plan-versions/{version}/force", response={200: PlanVersionDetail, **Refused}, summary="Into force")
def force(request: HttpRequest, version: int, given: PlanForce) -> PlanVersionDetail:
    """Bring a decreed version into force; the one that it revises ends the day before."""
    operations.bring_into_force(by=standing_of(request), version=version, since=given.since, now=timezone.now())
    return _detail(_row(request, version))


@writing.post("/plans/{plan}/bodies", response={201: PlanBody, **Refused}, summary="Add a body")
def add_body(request: HttpRequest, plan: int, given: PlanBodyIn) -> Status[PlanBody]:
    """To a plan."""
    return Status(201, _save_body(request, plan, given, None))


@writing.put("/plans/{plan}/bodies/{body}", response={200: PlanBody, **Refused}, summary="Change a body")
def change_body(request: HttpRequest, plan: int, body: int, given: PlanBodyIn) -> PlanBody:
    """Members and all."""
    return _save_body(request, plan, given, body)


def _save_body(request: HttpRequest, plan: int, given: PlanBodyIn, body: int | None) -> PlanBody:
    members = tuple(Member(**one.dict()) for one in given.members)
    said = NewBody(BodyKind(given.kind), given.title, given.decree, given.decreed_on, given.source, members, given.file)
    key = operations.save_body(by=standing_of(request), plan=plan, given=said, body=body, seen=given.seen)
    return _body(queries.body(plan, key))


def _row(request: HttpRequest, version: int) -> VersionRow:
    return queries.version(version, scope=standing_of(request))


def _version(row: VersionRow) -> PlanVersion:
    return PlanVersion(**_fields(row))


def _detail(row: VersionRow) -> PlanVersionDetail:
    seen = {part.value: fingerprint(one.stated for one in rows) for part, rows in queries.statements(row).items()}
    return PlanVersionDetail(**_fields(row), programmes=queries.programme_count(row), seen=seen)


def _fields(row: VersionRow) -> dict[str, Any]:
    plan = row.plan
    return {
        "key": row.key, "plan": plan.key, "region": plan.region, "region_name": plan.region_name,
        "title": plan.title, "first_year": plan.first_year, "last_year": plan.last_year, "source": plan.source,
        "synthetic": plan.synthetic, "number": row.number, "base": row.base_key, "state": row.state.value,
        "reason": row.reason, "form": row.form.value if row.form else None, "decree_number": row.decree_number,
        "decreed_on": row.decreed_on, "decree_file": row.decree_file, "in_force_since": row.in_force_since,
        "in_force_until": row.in_force_until,
    }  # fmt: skip


def _programme(row: ProgrammeRow) -> dict[str, Any]:
    content = row.content
    return {
        "code": row.code, "title": content.title, "pillar": wording.pillar_of(content.part), "part": content.part,
        "owner": content.owner, "owner_name": row.owner_name, "horizon": content.horizon.value,
        "quick_win": content.quick_win, "link": content.link,
        "money": str(sum(one.amount for one in content.budgets)),
    }  # fmt: skip


def _decision(row: DecisionRow | None) -> PlanDecision | None:
    if row is None:
        return None
    return PlanDecision(
        outcome=row.outcome.value, reason=row.reason, decided_by=row.decided_by, position=row.position,
        meeting=row.meeting, meeting_title=row.meeting_title, held_at=row.held_at,
    )  # fmt: skip


def _body(row: BodyRow) -> PlanBody:
    said = asdict(row.given)
    return PlanBody(**{**said, "kind": row.kind.value}, key=row.key, seen=body_fingerprint(row.given))
