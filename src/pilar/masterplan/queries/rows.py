"""Rows of plans for screens, documents and the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from pilar.masterplan.models import Decision, Statement, Version
from pilar.masterplan.models import Entry as StoredEntry
from pilar.masterplan.rules.bodies import Member, NewBody
from pilar.masterplan.rules.content import Content, read
from pilar.masterplan.rules.decisions import OUTCOME_NAMES, Outcome
from pilar.masterplan.rules.quarters import Quarter, quarter_of
from pilar.masterplan.rules.stages import FORM_NAMES, NOT_YET, OVER, VERSION_NAMES, LegalForm, VersionState
from pilar.masterplan.rules.statements import BODY_NAMES, BodyKind, Stated, StatementPart
from pilar.platform.language import translate
from pilar.platform.rows import row_of


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan; ``synthetic``: everything not from ``source`` is made up; ``reports_since``: the first quarter for which
    it owes reports, if it was taken over while running, with the reason."""

    key: int
    region: str
    region_name: str
    kind: str
    title: str
    first_year: int
    last_year: int
    source: str
    synthetic: bool
    reports_since: Quarter | None = None
    reports_reason: str = ""


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version of a plan with its law. ``base`` is the number of the version that it revises."""

    key: int
    plan: PlanRow
    number: int
    base: int | None
    base_key: int | None
    state: VersionState
    reason: str
    form: LegalForm | None
    decree_number: str
    decreed_on: date | None
    decree_file: UUID | None
    in_force_since: date | None
    in_force_until: date | None

    @property
    def state_name(self) -> str:
        return translate(VERSION_NAMES[self.state])

    def in_force_on(self, day: date) -> bool:
        """Return whether it was, is or will be in force on a day, by its days alone."""
        since, until = self.in_force_since, self.in_force_until
        return since is not None and until is not None and since <= day <= until

    def state_on(self, day: date) -> str:
        """Return the state as of a day: a version that begins later is not in force yet, and one that ends later still
        is."""
        return state_on(day, self.state, self.in_force_since, self.in_force_until)

    @property
    def decree(self) -> str:
        """Form and number of the regulation, empty before it is entered."""
        return f"{translate(FORM_NAMES[self.form])} {self.decree_number}" if self.form else ""


def state_on(day: date, state: VersionState, since: date | None, until: date | None) -> str:
    """Return what :meth:`VersionRow.state_on` returns, for a caller without a row."""
    if since is not None and day < since:
        return translate(NOT_YET)
    if until is not None and day <= until:
        return translate(VERSION_NAMES[VersionState.IN_FORCE])
    return translate(OVER if state is VersionState.IN_FORCE else VERSION_NAMES[state])


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision of a meeting, with the person, the moment and the meeting.

    ``taken_by`` is the person who recorded it.
    """

    key: int
    number: int
    outcome: Outcome
    reason: str
    decided_by: str
    position: str
    taken_by: str
    taken_at: datetime
    meeting: int
    meeting_title: str
    held_at: datetime
    proposal: int | None
    proposal_number: int | None

    @property
    def outcome_name(self) -> str:
        return translate(OUTCOME_NAMES[self.outcome][0])

    @property
    def tone(self) -> str:
        """The tone in which the outcome is shown."""
        return OUTCOME_NAMES[self.outcome][1]


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """A programme of a version: ``key`` is that of its line, through all versions; ``decision`` is the one that it is
    based on."""

    key: int
    code: str
    version: int
    content: Content
    owner_name: str
    owner_short: str
    decision: DecisionRow | None


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A statement of a version, its author, and the decision that adopted it."""

    part: StatementPart
    stated: Stated
    written_by: str
    written_at: datetime
    decision: DecisionRow | None

    @property
    def origin(self) -> tuple[object, ...]:
        """Return what a page says of its origin, equal for statements of one source that one meeting decided alike."""
        taken = self.decision
        decided = taken and (taken.outcome, taken.reason, taken.decided_by, taken.meeting)
        return self.stated.source, decided or (self.written_by, self.written_at.date())


@dataclass(frozen=True, slots=True)
class MemberRow:
    duty: str
    position: str
    person: str
    office: int | None
    office_name: str
    pillar: str


@dataclass(frozen=True, slots=True)
class BodyRow:
    key: int
    kind: BodyKind
    title: str
    decree: str
    decreed_on: date | None
    source: str
    members: tuple[MemberRow, ...]
    file: UUID | None
    """The evidence that is the text of the decree."""

    @property
    def kind_name(self) -> str:
        return translate(BODY_NAMES[self.kind])

    @property
    def given(self) -> NewBody:
        """Return it as the input of the operation."""
        members = tuple(
            Member(member.duty, member.position, member.person, member.office, member.pillar) for member in self.members
        )
        return NewBody(self.kind, self.title, self.decree, self.decreed_on, self.source, members, self.file)


def version_row(row: Version) -> VersionRow:
    """Make the row of a version whose plan, region and base are loaded."""
    plan = row.plan
    return row_of(
        VersionRow,
        row,
        plan=PlanRow(
            plan.pk,
            plan.region_id,
            plan.region.name,
            plan.region.kind,
            plan.title,
            plan.first_year,
            plan.last_year,
            plan.source,
            plan.synthetic,
            quarter_of(plan.reports_since) if plan.reports_since else None,
            plan.reports_reason,
        ),
        base=row.base.number if row.base else None,
        base_key=row.base_id,
        form=LegalForm(row.form) if row.form else None,
        decree_file=row.decree_file_id,
    )


def decision_row(row: Decision | None) -> DecisionRow | None:
    """Make the row of a decision whose meeting, decider and proposal are loaded."""
    if row is None:
        return None
    return row_of(
        DecisionRow,
        row,
        decided_by=row.decided_by.name,
        position=row.decided_by.position,
        meeting=row.meeting_id,
        meeting_title=row.meeting.title,
        held_at=row.meeting.held_at,
        proposal=row.proposal_id,
        proposal_number=row.proposal.number if row.proposal else None,
    )


def programme_row(row: StoredEntry) -> ProgrammeRow:
    """Make the row of an entry whose line, content, owner and decision are loaded."""
    owner = row.content.owner
    return ProgrammeRow(
        key=row.line_id,
        code=row.line.code,
        version=row.version_id,
        content=read(row.content.body),
        owner_name=owner.name,
        owner_short=owner.abbreviation or owner.name,
        decision=decision_row(row.decision),
    )


def statement_row(row: Statement) -> StatementRow:
    """Make the row of a statement whose decision is loaded."""
    return StatementRow(
        part=StatementPart(row.part),
        stated=Stated(row.text, row.key, row.level, row.source),
        written_by=row.written_by,
        written_at=row.written_at,
        decision=decision_row(row.decision),
    )
