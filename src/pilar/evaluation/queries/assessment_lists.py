"""Self-assessments as lists: one's own, how far the offices of a region are, and what waits for its verifier."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q

from pilar.evaluation.models import Allocation, Answer, Assessment
from pilar.evaluation.queries.answer_rows import AssessmentHeader, Form, OfficeRef
from pilar.evaluation.queries.answers import header_of
from pilar.evaluation.queries.cases import tree_for
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.rules.answers import Progress, leaves_below
from pilar.evaluation.rules.authority import EXTENDED, REGION_TEAM
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.evidence.queries import RevisionRow
from pilar.evidence.rules import VerificationState
from pilar.people.rules import Standing

MAX_SHOWN = 50
UNANSWERED = Q(mark=None, quantity=None, realised=None, not_applicable=False)
"""Answers that are still open."""


@dataclass(frozen=True, slots=True)
class OwnIndicator:
    """An indicator that the reader's office answers."""

    code: str
    title: Bilingual
    answered: bool


@dataclass(frozen=True, slots=True)
class OwnAssessment:
    """A self-assessment that the reader takes part in; ``own`` are the indicators of the offices the reader is of.

    ``is_over``: its closing time came before it was submitted.
    """

    header: AssessmentHeader
    total: Progress
    own: tuple[OwnIndicator, ...]
    is_over: bool

    @property
    def own_progress(self) -> Progress:
        return Progress(sum(indicator.answered for indicator in self.own), len(self.own))

    @property
    def is_open(self) -> bool:
        """Return whether it can be worked on now."""
        return _is_being_prepared(self.header) and not self.is_over


@dataclass(frozen=True, slots=True)
class OfficeProgress:
    """The progress of one office, by dimension and in total; ``office`` is None for indicators without one."""

    office: OfficeRef | None
    dimensions: tuple[DimensionProgress, ...]
    total: Progress


@dataclass(frozen=True, slots=True)
class DimensionProgress:
    """The progress of one dimension; ``code`` is its node."""

    code: str
    title: Bilingual
    progress: Progress


@dataclass(frozen=True, slots=True)
class Waiting:
    """A piece of evidence of an answer that waits for the verifier; ``own``: the reader uploaded it."""

    node: str
    title: Bilingual
    row: RevisionRow
    own: bool


def own_assessments(*, scope: Standing, now: datetime) -> tuple[OwnAssessment, ...]:
    """The self-assessments of the reader's regions, those that can be worked on first, then newest first.

    Three queries, and one for each instrument that this process has not read yet.
    """
    held = [membership for membership in scope.memberships if membership.role in REGION_TEAM]
    regions, offices = (
        {held_role.region for held_role in held},
        {role.office for role in held if role.office is not None},
    )
    rows = list(
        Assessment.objects.filter(participation__region__in=regions)
        .exclude(phase__state=PhaseState.DRAFT)
        .select_related("phase", "participation__region", "participation__campaign__instrument")
        .order_by("-participation__campaign__year", "-phase__number", "participation__region")[:MAX_SHOWN]
    )
    answered = _answered(rows)
    given: dict[int, set[str]] = defaultdict(set)
    for participation, node in Allocation.objects.filter(
        participation__in={row.participation_id for row in rows}, office__in=offices
    ).values_list("participation", "node"):
        given[participation].add(node)
    assessments = [_own(row, answered[row.pk], given[row.participation_id], now) for row in rows]
    return tuple(sorted(assessments, key=lambda assessment: not assessment.is_open))


def dimensions(of: Form) -> tuple[DimensionProgress, ...]:
    """Return how far each dimension is."""
    return tuple(
        DimensionProgress(node.code, Bilingual(**node.title), of.progress[node.code])
        for node in of.instrument.root.children
    )


def office_progress(of: Form) -> tuple[OfficeProgress, ...]:
    """Return how far each office is, by name; what belongs to nobody comes last."""
    below = [[leaf.code for leaf in leaves_below(of.instrument, node.code)] for node in of.instrument.root.children]
    refs = sorted({ref.key: ref for ref in of.offices.values()}.values(), key=lambda ref: ref.name)
    rows = [_office(of, ref, below) for ref in refs]
    return (*rows, *[row for row in [_office(of, None, below)] if row.total.total])


def waiting_evidence(of: Form) -> tuple[Waiting, ...]:
    """Evidence that nobody has verified yet, in the order of the indicators; each piece at its first one."""
    return tuple(_waiting(of))


def _waiting(of: Form) -> Iterator[Waiting]:
    seen = set()
    for leaf in of.instrument.leaves:
        for row in of.evidence.get(leaf.code, ()):
            if row.verification is VerificationState.OPEN and not row.reserved and row.evidence not in seen:
                seen.add(row.evidence)
                yield Waiting(leaf.code, Bilingual(**leaf.title), row, own=row.uploaded_by == of.by.account)


def _office(of: Form, ref: OfficeRef | None, below: list[list[str]]) -> OfficeProgress:
    def counted(codes: list[str]) -> Progress:
        theirs = [code for code in codes if of.offices.get(code) == ref]
        return Progress(sum(of.answer(code).given.is_answered for code in theirs), len(theirs))

    parts = [counted(codes) for codes in below]
    total = Progress(sum(part.answered for part in parts), sum(part.total for part in parts))
    named = tuple(replace(progress, progress=part) for progress, part in zip(dimensions(of), parts, strict=True))
    return OfficeProgress(ref, named, total)


def _answered(rows: list[Assessment]) -> dict[int, set[str]]:
    answered: dict[int, set[str]] = defaultdict(set)
    answers = Answer.objects.filter(assessment__in=rows).exclude(UNANSWERED)
    for assessment, node in answers.values_list("assessment", "node"):
        answered[assessment].add(node)
    return answered


def _is_being_prepared(header: AssessmentHeader) -> bool:
    states = EXTENDED if header.extended else (PhaseState.OPEN,)
    return header.phase_state in states and header.state is AssessmentState.PREPARING


def _own(row: Assessment, answered: set[str], given: set[str], now: datetime) -> OwnAssessment:
    leaves, header = tree_for(row).leaves, header_of(row)
    return OwnAssessment(
        header=header,
        total=Progress(len(answered & {leaf.code for leaf in leaves}), len(leaves)),
        own=tuple(
            OwnIndicator(leaf.code, Bilingual(**leaf.title), leaf.code in answered)
            for leaf in leaves
            if leaf.code in given
        ),
        is_over=_is_being_prepared(header) and now >= header.closes_at,
    )
