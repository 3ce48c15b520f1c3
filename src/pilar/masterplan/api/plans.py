"""Plans and their versions as JSON: read, written, moved and decreed by the same operations as the pages.

Numbers are text, so that none loses a digit; money is whole rupiah.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from django.utils import timezone
from ninja import Schema
from pydantic import BeforeValidator, Field, StringConstraints, computed_field

from pilar.areas.reference import today_in
from pilar.masterplan import operations, queries, wording
from pilar.masterplan.api.bodies import PlanBody, PlanBodyIn, body_of
from pilar.masterplan.api.content import QuarterText, Text, Title, asked_quarter
from pilar.masterplan.operations import Member, NewBody, NewPlan
from pilar.masterplan.queries import (
    DecisionRow,
    ProgrammeRow,
    PublicPlan,
    StatementRow,
    TextChange,
    VersionRow,
)
from pilar.masterplan.queries.taking_over import seen_of
from pilar.masterplan.rules.comparing import ProgrammeChange
from pilar.masterplan.rules.stages import FIRST_YEAR, LAST_YEAR, MAX_DECREE, Decree, LegalForm, VersionState
from pilar.masterplan.rules.statements import MAX_STATEMENTS, BodyKind, Stated, StatementPart, fingerprint
from pilar.people.routes import Routes
from pilar.people.rules import Standing
from pilar.platform.api import RowSchema, problem_of, refusals

reading = Routes(tags=["masterplan"])
writing = Routes(tags=["masterplan"])

Detail = tuple[VersionRow, int, dict[StatementPart, str]]
PlanPart = Literal[
    "rpjmd", "readiness", "strength", "weakness", "opportunity", "threat", "gap", "vision", "mission", "strategy"
]
PlanYear = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
PlanProblem = problem_of("Plan", __name__)
NotThere = refusals(PlanProblem, 404, 422)
Refused = refusals(PlanProblem, 403, 404, 409, 422)


class PlanDecision(
    RowSchema, of=DecisionRow, fields="outcome reason decided_by position meeting meeting_title held_at"
):
    """The decision of the meeting that something is based on."""


class PlanVersion(
    RowSchema,
    of=VersionRow,
    fields="key plan=plan.key region=plan.region region_name=plan.region_name title=plan.title"
    " first_year=plan.first_year last_year=plan.last_year source=plan.source synthetic=plan.synthetic number"
    " base=base_key state reason form decree_number decreed_on decree_file in_force_since in_force_until"
    " reports_since=plan.reports_since reports_reason=plan.reports_reason",
):
    """A version of a plan with its law; ``synthetic``: everything not from ``source`` is made up; ``reports_since``:
    the first quarter for which the plan owes reports, if it was taken over while running. ``state``: the stage of its
    law; ``in_force``: it is in force today, which a version that begins later is not."""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def in_force(self) -> bool:
        today, since, until = today_in(self.region, timezone.now()), self.in_force_since, self.in_force_until
        return since is not None and until is not None and since <= today <= until


class PlanVersionDetail(PlanVersion, of=Detail, base="0", fields="programmes=1 seen=2"):
    """A version with its size; a change of a part must give its ``seen``."""


class PlanPublic(RowSchema, of=PublicPlan, fields="version programmes quick_wins"):
    """A region's newest plan that is law."""

    version: PlanVersion


class PlanStatement(
    RowSchema,
    of=StatementRow,
    fields="part text=stated.text key=stated.key level=stated.level source=stated.source decision",
):
    """A sentence of a plan: ``key`` names the cell of the readiness grid or the pillar of a strategy."""


class PlanProgramme(
    RowSchema,
    of=ProgrammeRow,
    fields="code title=content.title pillar=content.part part=content.part owner=content.owner owner_name"
    " horizon=content.horizon quick_win=content.quick_win link=content.link money=content.money"
    " sipd_code=content.sipd_code objective=content.objective weight=content.weight",
):
    """The short form of a programme of a version."""

    pillar: Annotated[str, BeforeValidator(wording.pillar_of)]


class PlanProgrammeDetail(
    PlanProgramme,
    of=ProgrammeRow,
    fields="description=content.description need=content.need partners=content.partners"
    " outside_partners=content.outside_partners targets=content.targets budgets=content.budgets"
    " activities=content.activities risks=content.risks monitored=content.monitored judged=content.judged decision",
):
    """The whole content of a programme, and the decision that it is based on."""


class PlanFieldChange(RowSchema, of=wording.FieldChange, fields="name before after"):
    """A field that differs, in the caller's language; empty where there was or is nothing."""


class PlanProgrammeChange(
    RowSchema,
    of=tuple[ProgrammeChange, tuple[wording.FieldChange, ...]],
    fields="code=0.code title=0.content.title kinds=0.kinds fields=1",
):
    pass


class PlanTextChange(RowSchema, of=TextChange, fields="part gone new"):
    pass


class PlanChanges(Schema):
    """The changes of a version against the one that it revises."""

    base: int
    unchanged: int
    programmes: list[PlanProgrammeChange]
    texts: list[PlanTextChange]


class PlanIn(Schema):
    """A plan to begin."""

    title: Title
    first_year: PlanYear
    last_year: PlanYear


class PlanReason(Schema):
    reason: Text


class PlanStep(Schema):
    """A move that needs no data, only its conditions."""

    state: Literal["meeting", "legal_review", "expired", "dropped"]


class PlanDecree(Schema):
    """The regulation that sets a version; ``file`` is evidence of the region."""

    form: Literal["regent", "mayor", "regional"]
    number: Annotated[str, StringConstraints(max_length=MAX_DECREE)]
    day: date
    file: UUID | None = None


class PlanForce(Schema):
    """``replaces``: the version in force of another plan of the region, which then ends the day before."""

    since: date
    replaces: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None


class PlanReporting(Schema):
    """The first quarter for which reports are owed, such as 2026-Q1 (null: the beginning of the plan), and the reason.

    ``seen``: ``reports_since`` of the plan as it was read.
    """

    since: QuarterText | None = None
    reason: Text
    seen: QuarterText | None = None


class PlanStatementIn(Schema):
    text: Text
    key: Annotated[str, StringConstraints(max_length=60)] = ""
    level: Annotated[int, Field(ge=0, le=100)] | None = None
    source: Text = ""


class PlanStatementsIn(Schema):
    """New statements of a part, replacing all present ones; ``seen`` is that of the part as it was read."""

    statements: Annotated[list[PlanStatementIn], Field(max_length=MAX_STATEMENTS)]
    seen: Annotated[str, StringConstraints(max_length=64)]


class PlanVersionKey(Schema):
    """The key of the new version."""

    key: int


@reading.get("/plans", response={200: list[PlanPublic], 422: PlanProblem}, summary="Plans that are law")
def plans(now: datetime) -> tuple[PublicPlan, ...]:
    """List one plan for each region: the one in force today, otherwise the newest that is law."""
    return queries.public_plans(today_in("", now))


@reading.get("/regions/{code}/plan", response={200: PlanVersionDetail, **NotThere}, summary="The plan in force")
def plan(now: datetime, code: str) -> Detail:
    """Return the version of a region in force today, otherwise the newest that is law."""
    return _detail(queries.public_plan(code, today_in(code, now)))


@reading.get("/regions/{code}/plan-versions", response={200: list[PlanVersion], **NotThere}, summary="All versions")
def versions(by: Standing, code: str) -> tuple[VersionRow, ...]:
    """List the versions of a region's plans that the caller may read, newest first."""
    return queries.versions(code, scope=by)


@reading.get("/plan-versions/{version}", response={200: PlanVersionDetail, **NotThere}, summary="One version")
def version(by: Standing, version: int) -> Detail:
    """Return a version with its size, and the ``seen`` that changes of its parts must give."""
    return _detail(queries.version(version, scope=by))


@reading.get(
    "/plan-versions/{version}/programmes", response={200: list[PlanProgramme], **NotThere}, summary="Its programmes"
)
def programmes(by: Standing, version: int) -> tuple[ProgrammeRow, ...]:
    """List the programmes by code, in short form."""
    return queries.programmes(queries.version(version, scope=by))


@reading.get(
    "/plan-versions/{version}/programmes/{programme}",
    response={200: PlanProgrammeDetail, **NotThere},
    summary="One programme",
)
def programme(by: Standing, version: int, programme: str) -> ProgrammeRow:
    """Return the whole content of a programme, and the decision that it is based on."""
    return queries.programme(queries.version(version, scope=by), programme)


@reading.get(
    "/plan-versions/{version}/statements", response={200: list[PlanStatement], **NotThere}, summary="Its texts"
)
def statements(by: Standing, version: int) -> list[StatementRow]:
    """List vision, missions, analysis and strategies, in the order of the books."""
    return [row for rows in queries.statements(queries.version(version, scope=by)).values() for row in rows]


@reading.get(
    "/plan-versions/{version}/changes", response={200: PlanChanges, **NotThere}, summary="What a revision changes"
)
def changes(by: Standing, version: int) -> dict[str, object]:
    """Return the changes against the version that it revises; 404 if it revises none."""
    row = queries.version(version, scope=by)
    version_changes = queries.changes(row, scope=by)
    offices = queries.office_names(row.plan.region)
    programmes = [
        (changed.change, wording.field_changes(changed.change, offices)) for changed in version_changes.programmes
    ]
    return {
        "base": version_changes.base.key,
        "unchanged": version_changes.unchanged,
        "programmes": programmes,
        "texts": version_changes.texts,
    }


@reading.get("/plan-versions/{version}/bodies", response={200: list[PlanBody], **NotThere}, summary="Its bodies")
def bodies(by: Standing, version: int) -> list[PlanBody]:
    """List council, executing team and forum, with members and decrees."""
    return [body_of(body) for body in queries.bodies(queries.version(version, scope=by).plan.key)]


@writing.post("/regions/{code}/plans", response={201: PlanVersionKey, **Refused}, summary="Begin a plan")
def start(by: Standing, now: datetime, code: str, given: PlanIn) -> dict[str, int]:
    """Begin a plan with its first version, a draft."""
    return {"key": operations.start_plan(by=by, region=code, given=NewPlan(**given.dict()), now=now)}


@writing.post("/plan-versions/{version}/revision", response={201: PlanVersionKey, **Refused}, summary="Revise a plan")
def revise(by: Standing, now: datetime, version: int, given: PlanReason) -> dict[str, int]:
    """Begin the next version as a copy of the one in force."""
    return {"key": operations.start_revision(by=by, version=version, reason=given.reason, now=now)}


@writing.put(
    "/plan-versions/{version}/statements/{part}", response={200: PlanVersionDetail, **Refused}, summary="Write a part"
)
def write(by: Standing, now: datetime, version: int, part: PlanPart, given: PlanStatementsIn) -> Detail:
    """Replace all statements of one part; unchanged ones keep their decision."""
    said = [Stated(**statement.dict()) for statement in given.statements]
    operations.write_part(by=by, version=version, part=StatementPart(part), given=said, seen=given.seen, now=now)
    return _detail(queries.version(version, scope=by))


@writing.post("/plan-versions/{version}/step", response={200: PlanVersionDetail, **Refused}, summary="Move a version")
def step(by: Standing, now: datetime, version: int, given: PlanStep) -> Detail:
    """Move to a state that needs no data, only its conditions; a repeated move changes nothing."""
    target = VersionState(given.state)
    operations.move_version(by=by, version=version, target=target, now=now)
    return _detail(queries.version(version, scope=by))


@writing.post("/plan-versions/{version}/return", response={200: PlanVersionDetail, **Refused}, summary="Send it back")
def send_back(by: Standing, now: datetime, version: int, given: PlanReason) -> Detail:
    """Send a version back from legal review to a further meeting."""
    operations.return_to_meeting(by=by, version=version, reason=given.reason, now=now)
    return _detail(queries.version(version, scope=by))


@writing.post("/plan-versions/{version}/decree", response={200: PlanVersionDetail, **Refused}, summary="Enter a decree")
def decree(by: Standing, now: datetime, version: int, given: PlanDecree) -> Detail:
    """Enter the regulation that sets a version, which makes it law."""
    said = Decree(LegalForm(given.form), given.number, given.day)
    operations.enter_decree(by=by, version=version, decree=said, file=given.file, now=now)
    return _detail(queries.version(version, scope=by))


@writing.post("/plan-versions/{version}/force", response={200: PlanVersionDetail, **Refused}, summary="Into force")
def force(by: Standing, now: datetime, version: int, given: PlanForce) -> Detail:
    """Bring a decreed version into force; the one that it revises ends the day before."""
    operations.bring_into_force(by=by, version=version, since=given.since, replaces=given.replaces, now=now)
    return _detail(queries.version(version, scope=by))


@writing.put(
    "/plan-versions/{version}/reporting", response={200: PlanVersionDetail, **Refused}, summary="When reports begin"
)
def begin_reporting(by: Standing, now: datetime, version: int, given: PlanReporting) -> Detail:
    """Set the first quarter for which a plan taken over while running owes reports; null: from its beginning."""
    plan = queries.version(version, scope=by).plan
    since = asked_quarter(given.since, "since") if given.since else None
    seen = asked_quarter(given.seen, "seen") if given.seen else None
    operations.begin_reporting(
        by=by, plan=plan.key, since=since, reason=given.reason, seen=seen_of(seen, plan.reports_reason), now=now
    )
    return _detail(queries.version(version, scope=by))


@writing.post("/plans/{plan}/bodies", response={201: PlanBody, **Refused}, summary="Add a body")
def add_body(by: Standing, plan: int, given: PlanBodyIn) -> PlanBody:
    """Add a body to a plan."""
    return _save_body(by, plan, given, None)


@writing.put("/plans/{plan}/bodies/{body}", response={200: PlanBody, **Refused}, summary="Change a body")
def change_body(by: Standing, plan: int, body: int, given: PlanBodyIn) -> PlanBody:
    """Change a body, including its members."""
    return _save_body(by, plan, given, body)


def _save_body(by: Standing, plan: int, given: PlanBodyIn, body: int | None) -> PlanBody:
    members = tuple(Member(**member.dict()) for member in given.members)
    said = NewBody(BodyKind(given.kind), given.title, given.decree, given.decreed_on, given.source, members, given.file)
    key = operations.save_body(by=by, plan=plan, given=said, body=body, seen=given.seen)
    return body_of(queries.body(plan, key))


def _detail(row: VersionRow) -> Detail:
    seen = {part: fingerprint(statement.stated for statement in rows) for part, rows in queries.statements(row).items()}
    return row, queries.programme_count(row), seen
