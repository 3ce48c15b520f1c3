"""What plans look like as JSON. Numbers are text, so that none loses a digit; money is whole rupiah."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field, StringConstraints

from pilar.masterplan.rules.bodies import LONGEST_DUTY, MOST_MEMBERS
from pilar.masterplan.rules.content import LONGEST_TEXT, LONGEST_TITLE
from pilar.masterplan.rules.stages import FIRST_YEAR, LAST_YEAR, LONGEST_DECREE
from pilar.masterplan.rules.statements import MOST_STATEMENTS

PlanState = Literal["draft", "meeting", "legal_review", "decreed", "in_force", "revised", "expired", "dropped"]
PlanPart = Literal[
    "rpjmd", "readiness", "strength", "weakness", "opportunity", "threat", "gap", "vision", "mission", "strategy"
]
NO_NUL = r"^[^\x00]*$"
"""PostgreSQL keeps no NUL in a text."""
Text = Annotated[str, StringConstraints(max_length=LONGEST_TEXT, pattern=NO_NUL)]
Title = Annotated[str, StringConstraints(max_length=LONGEST_TITLE, pattern=NO_NUL)]
PlanYear = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]


class PlanFault(Schema):
    """A fault: ``code`` is stable, ``place`` names the field, ``text`` says what to do."""

    code: str
    place: str
    text: str


class PlanProblem(Schema):
    """RFC 9457 problem; ``code`` is stable, ``title`` says what to do."""

    type: str
    title: str
    status: int
    code: str
    faults: list[PlanFault] | None = None


class PlanDecision(Schema):
    """The decision of the meeting that something comes from."""

    outcome: Literal["accepted", "changed", "merged", "deferred", "refused"]
    reason: str
    decided_by: str
    position: str
    meeting: int
    meeting_title: str
    held_at: datetime


class PlanVersion(Schema):
    """A version of a plan with its law; ``synthetic``: what is not from ``source`` is made up."""

    key: int
    plan: int
    region: str
    region_name: str
    title: str
    first_year: int
    last_year: int
    source: str
    synthetic: bool
    number: int
    base: int | None
    state: PlanState
    reason: str
    form: Literal["regent", "mayor", "regional"] | None
    decree_number: str
    decreed_on: date | None
    decree_file: UUID | None
    in_force_since: date | None
    in_force_until: date | None


class PlanVersionDetail(PlanVersion):
    """A version with its size; ``seen`` of each part is what a change of it has to name."""

    programmes: int
    seen: dict[PlanPart, str]


class PlanPublic(Schema):
    """A region's newest plan that is law."""

    version: PlanVersion
    programmes: int
    quick_wins: int


class PlanStatement(Schema):
    """A sentence of a plan: ``key`` names the cell of the readiness grid or the pillar of a strategy."""

    part: PlanPart
    text: str
    key: str
    level: int | None
    source: str
    decision: PlanDecision | None


class PlanTarget(Schema):
    """A target indicator: ``yearly`` is the value to reach by the end of each year."""

    number: int
    title: str
    unit: str
    better: Literal["up", "down"]
    base: str | None
    base_year: int | None
    source: str
    measure: str
    yearly: dict[int, str]


class PlanBudget(Schema):
    year: int
    fund: Literal["apbd", "apbn", "csr", "other"]
    amount: str


class PlanActivity(Schema):
    """An activity from one quarter to another, both included; ``parent`` is the number of its activity."""

    number: int
    title: str
    starts: str
    ends: str
    parent: int | None


class PlanRisk(Schema):
    text: str
    response: str


class PlanMonitored(Schema):
    number: int
    group: str
    title: str
    year: int


class PlanJudged(Schema):
    criterion: str
    mark: int
    reason: str


class PlanProgramme(Schema):
    """A programme of a version in short."""

    code: str
    title: str
    pillar: str
    part: str
    owner: int
    owner_name: str
    horizon: Literal["short", "middle", "long"]
    quick_win: bool
    link: str
    money: str


class PlanProgrammeDetail(PlanProgramme):
    """All that a programme says, and the decision that it comes from."""

    description: str
    need: str
    partners: list[int]
    outside_partners: str
    targets: list[PlanTarget]
    budgets: list[PlanBudget]
    activities: list[PlanActivity]
    risks: list[PlanRisk]
    monitored: list[PlanMonitored]
    judged: list[PlanJudged]
    decision: PlanDecision | None


class PlanFieldChange(Schema):
    """A field that differs, in the caller's language; empty where there was or is nothing."""

    name: str
    before: str
    after: str


class PlanProgrammeChange(Schema):
    code: str
    title: str
    kinds: list[Literal["added", "dropped", "moved", "retargeted", "reworded"]]
    fields: list[PlanFieldChange]


class PlanTextChange(Schema):
    part: PlanPart
    gone: list[str]
    new: list[str]


class PlanChanges(Schema):
    """What a version changes of the one that it revises."""

    base: int
    unchanged: int
    programmes: list[PlanProgrammeChange]
    texts: list[PlanTextChange]


class PlanMember(Schema):
    duty: Annotated[str, StringConstraints(max_length=LONGEST_DUTY)]
    position: Title
    person: Title = ""
    office: int | None = None
    pillar: Annotated[str, StringConstraints(max_length=30)] = ""


class PlanBodyIn(Schema):
    """A body as it is given; ``file`` is the evidence that is the text of its decree.

    ``seen`` is that of the body which is changed, empty for a new one.
    """

    kind: Literal["council", "team", "forum"]
    title: Title
    decree: Title = ""
    decreed_on: date | None = None
    source: Text = ""
    members: Annotated[list[PlanMember], Field(max_length=MOST_MEMBERS)] = []
    file: UUID | None = None
    seen: Annotated[str, StringConstraints(max_length=64)] = ""


class PlanBody(PlanBodyIn):
    """A body with its key; ``seen`` is what a change of it has to name."""

    key: int


class PlanIn(Schema):
    """A plan to begin."""

    title: Title
    first_year: PlanYear
    last_year: PlanYear


class PlanReason(Schema):
    reason: Text


class PlanStep(Schema):
    """A move that needs nothing but its conditions."""

    state: Literal["meeting", "legal_review", "expired", "dropped"]


class PlanDecree(Schema):
    """The regulation that sets a version; ``file`` is evidence of the region."""

    form: Literal["regent", "mayor", "regional"]
    number: Annotated[str, StringConstraints(max_length=LONGEST_DECREE)]
    day: date
    file: UUID | None = None


class PlanForce(Schema):
    since: date


class PlanStatementIn(Schema):
    text: Text
    key: Annotated[str, StringConstraints(max_length=60)] = ""
    level: Annotated[int, Field(ge=0, le=100)] | None = None
    source: Text = ""


class PlanStatementsIn(Schema):
    """What is put in the place of all statements of a part; ``seen`` is that of the part as it was read."""

    statements: Annotated[list[PlanStatementIn], Field(max_length=MOST_STATEMENTS)]
    seen: Annotated[str, StringConstraints(max_length=64)]


class PlanVersionKey(Schema):
    """The key of the version that was made."""

    key: int
