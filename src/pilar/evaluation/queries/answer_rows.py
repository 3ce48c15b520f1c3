"""One self-assessment as its readers know it: frozen rows, and what they come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from pilar import index
from pilar.evaluation.queries.plan_figures import BesideAnswers
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.rules.answers import NOTHING, Estimate, Given, Progress, derived_mark, estimate, progress
from pilar.evaluation.rules.authority import HANDED_IN, Action, Case, holds, in_time, is_over, may, obstacle
from pilar.evaluation.rules.plan_figures import NOTHING_BESIDE, Beside
from pilar.evaluation.rules.readiness import (
    NO_EVIDENCE,
    NOT_CONFIRMED,
    Attached,
    Readiness,
    Remark,
    Severity,
    readiness,
    remarks_on,
)
from pilar.evaluation.rules.stages import PHASE_NAMES, AssessmentState, FollowUpState, PhaseState, assessment_name
from pilar.evidence.queries import RevisionRow
from pilar.evidence.rules import ScanState, VerificationState
from pilar.people.rules import Standing
from pilar.platform.errors import Fault
from pilar.platform.language import N_, translate


@dataclass(frozen=True, slots=True)
class AssessmentHeader:
    """A self-assessment, for the head of a page. Moments have their offset."""

    key: int
    campaign: str
    title: Bilingual
    year: int
    synthetic: bool
    phase: int
    phase_count: int
    region_code: str
    region: str
    phase_state: PhaseState
    state: AssessmentState
    opens_at: datetime
    closes_at: datetime
    extended: bool
    set_aside_reason: str
    submitted_at: datetime | None

    @property
    def handed_in(self) -> bool:
        """Return whether the region has submitted it."""
        return self.state in HANDED_IN

    @property
    def phase_name(self) -> str:
        """The state of the phase in the reader's language."""
        return translate(PHASE_NAMES[self.phase_state])

    @property
    def state_name(self) -> str:
        """The state of the assessment in the reader's language."""
        return assessment_name(self.state, self.phase_state, extended=self.extended)


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer as stored; version 0 where there is none yet."""

    given: Given = NOTHING
    version: int = 0
    changed_by: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EarlierAnswer:
    """An answer of an earlier phase; ``assessment``: the key of its self-assessment."""

    assessment: int
    given: Given


@dataclass(frozen=True, slots=True)
class FilledRow:
    """Answers that the secretariat filled in from a file: the version of each, and the person of the region who
    confirms it."""

    key: int
    file: str
    nodes: Mapping[str, int]
    filled_by: str
    filled_at: datetime
    confirmed_by: str
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class OfficeRef:
    key: int
    name: str


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A recommendation by last year's panel; ``node`` is empty for the whole. ``follow_up`` is None where none
    began."""

    node: str
    text: str
    follow_up: FollowUpState | None
    note: str


@dataclass(frozen=True, slots=True)
class TreeRow:
    """One node as the tree shows it. ``mine``: the reader may answer it now; ``answer`` belongs to leaves."""

    code: str
    title: Bilingual
    depth: int
    is_leaf: bool
    progress: Progress
    office: OfficeRef | None
    mine: bool
    answer: StoredAnswer


_NO_ANSWER = StoredAnswer()


@dataclass(frozen=True)
class Form:
    """Everything of one self-assessment, loaded at once for a reader. Mappings go by the code of a leaf."""

    by: Standing
    header: AssessmentHeader
    instrument: index.Instrument
    case: Case
    answers: Mapping[str, StoredAnswer]
    offices: Mapping[str, OfficeRef]
    evidence: Mapping[str, tuple[RevisionRow, ...]]
    previous: Mapping[str, Decimal]
    plan: BesideAnswers
    filled: tuple[FilledRow, ...] = ()

    @property
    def beside(self) -> Mapping[str, Beside]:
        """Return what the master plan says."""
        return self.plan.by_node

    @cached_property
    def given(self) -> dict[str, Given]:
        return {code: stored.given for code, stored in self.answers.items()}

    @cached_property
    def progress(self) -> dict[str, Progress]:
        """Return how far the answers are at and below each node."""
        return progress(self.instrument, [code for code, given in self.given.items() if given.is_answered])

    @cached_property
    def estimate(self) -> Estimate:
        return estimate(self.instrument, self.given)

    @cached_property
    def readiness(self) -> Readiness:
        attached = {code: counted(rows) for code, rows in self.evidence.items()}
        return readiness(self.instrument, self.given, attached, self.previous, self.beside)

    @property
    def total(self) -> Progress:
        return self.progress[self.instrument.root.code]

    def answer(self, code: str) -> StoredAnswer:
        return self.answers.get(code, _NO_ANSWER)

    def filled_at(self, code: str) -> FilledRow | None:
        """The file from which the secretariat filled in the answer that stands there now; None for the region's own."""
        version = self.answer(code).version
        return next((row for row in reversed(self.filled) if version and row.nodes.get(code) == version), None)

    @cached_property
    def to_confirm(self) -> Mapping[str, int]:
        """The indicators that the secretariat filled in and the region has neither confirmed nor changed, each with the
        version of its answer."""
        filled = ((leaf.code, self.filled_at(leaf.code)) for leaf in self.instrument.leaves)
        return {code: self.answer(code).version for code, row in filled if row is not None and row.confirmed_at is None}

    @property
    def is_ready(self) -> bool:
        """Return whether no answer keeps it from being submitted."""
        return self.readiness.is_ready and not self.to_confirm

    def remarks(self, severity: Severity) -> tuple[Remark, ...]:
        """Return what is said about single indicators; what waits to be confirmed keeps it from being submitted too."""
        remarks = self.readiness.of(severity)
        if severity is Severity.ERROR:
            remarks += tuple(
                Remark(severity, node, Fault("not-confirmed", NOT_CONFIRMED, {}, node)) for node in self.to_confirm
            )
        return remarks

    def case_at(self, code: str) -> Case:
        """The case of one indicator."""
        office = self.offices.get(code)
        return replace(self.case, office=None if office is None else office.key)

    def may(self, action: Action, code: str = "") -> bool:
        return may(self.by, action, self.case_at(code) if code else self.case)

    def why_not(self, action: Action, code: str = "") -> str:
        """Return why the reader cannot do this now, in their language; empty if they can."""
        case = self.case_at(code) if code else self.case
        if not holds(self.by, action, case):
            office = self.offices.get(code)
            if action is Action.ANSWER and office is not None:
                return translate(N_("This indicator is answered by %(office)s"), office=office.name)
            return translate(N_("Your role in this region does not do this"))
        refused = obstacle(self.by, action, case)
        return refused.text() if refused else ""

    @property
    def is_over(self) -> bool:
        """Return whether the closing time has come before it was submitted."""
        return in_time(Action.SUBMIT, self.case) and is_over(Action.SUBMIT, self.case)

    @cached_property
    def tree(self) -> tuple[TreeRow, ...]:
        """Every node below the root, each before its children."""
        return tuple(self._row(node) for node in self.instrument.nodes[1:])

    @property
    def branches(self) -> tuple[tuple[TreeRow, tuple[TreeRow, ...]], ...]:
        """The dimensions in order, each with everything below it."""
        tops = [place for place, row in enumerate(self.tree) if row.depth == 1]
        return tuple(
            (self.tree[start], self.tree[start + 1 : end])
            for start, end in zip(tops, [*tops[1:], len(self.tree)], strict=True)
        )

    def _row(self, node: index.Node) -> TreeRow:
        return TreeRow(
            code=node.code,
            title=Bilingual(**node.title),
            depth=len(list(self.instrument.ancestors(node.code))),
            is_leaf=node.is_leaf,
            progress=self.progress[node.code],
            office=self.offices.get(node.code),
            mine=node.is_leaf and self.may(Action.ANSWER, node.code),
            answer=self.answer(node.code),
        )


@dataclass(frozen=True)
class Indicator:
    """One indicator of a form, with what stands next to its question."""

    form: Form
    node: index.Node
    above: tuple[Bilingual, ...]
    recommendations: tuple[Recommendation, ...]
    before: str
    after: str

    @property
    def answer(self) -> StoredAnswer:
        return self.form.answer(self.node.code)

    @property
    def title(self) -> Bilingual:
        return Bilingual(**self.node.title)

    @property
    def mark(self) -> Fraction | None:
        """The mark that the answer stands for."""
        return derived_mark(self.form.instrument, self.node, self.answer.given)

    @property
    def evidence(self) -> tuple[RevisionRow, ...]:
        return self.form.evidence.get(self.node.code, ())

    @property
    def previous(self) -> Decimal | None:
        return self.form.previous.get(self.node.code)

    @property
    def beside(self) -> Beside:
        """Return what the master plan says about it."""
        return self.form.beside.get(self.node.code, NOTHING_BESIDE)

    @property
    def remarks(self) -> tuple[Remark, ...]:
        attached = counted(self.evidence)
        return tuple(
            remarks_on(self.form.instrument, self.node, self.answer.given, attached, self.previous, beside=self.beside)
        )


def counted(rows: tuple[RevisionRow, ...]) -> Attached:
    """Return what was said of pieces of evidence, counted."""
    if not rows:
        return NO_EVIDENCE
    return Attached(
        pieces=len(rows),
        # What is reserved Pilar has made itself, and the verifier does not read it.
        unverified=sum(row.verification is VerificationState.OPEN and not row.reserved for row in rows),
        returned=sum(row.verification is VerificationState.RETURNED for row in rows),
        infected=sum(row.scan is ScanState.INFECTED for row in rows),
    )
