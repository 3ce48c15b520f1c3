"""One objection with all that it is advised on, decided and answered by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from pilar import index
from pilar.evaluation.models import Assessment, Mark, Objection, ObjectionAdvice, ObjectionEvidence
from pilar.evaluation.queries.answer_rows import AssessmentHeader, StoredAnswer
from pilar.evaluation.queries.answers import evidence_of, header_of, stored_answers
from pilar.evaluation.queries.cases import assessment_for, case_of, left_out_of, self_mark, tree_for
from pilar.evaluation.queries.marking import Choice, choices_of
from pilar.evaluation.queries.panel_marks import Agreed, GivenMark, agreed_marks, as_shown
from pilar.evaluation.queries.region_result import ObjectionRow, as_published, is_own, rows_of
from pilar.evaluation.rules.answers import trimmed
from pilar.evaluation.rules.authority import Action, Case, holds, obstacle
from pilar.evaluation.rules.objections import STANCE_NAMES, AdvisesOwn, DecisionAnswered, Stance
from pilar.evaluation.rules.publishing import DecidesOwn, ObjectionDecided
from pilar.evidence import queries as evidence_room
from pilar.evidence.models import Revision
from pilar.evidence.queries import RevisionRow
from pilar.people.rules import NotAllowed, Standing, existing
from pilar.platform.language import translate


@dataclass(frozen=True, slots=True)
class AdviceRow:
    """The advice of an assessor of the panel."""

    assessor: str
    stance: Stance
    text: str
    advised_at: datetime
    own: bool

    @property
    def stance_name(self) -> str:
        return translate(STANCE_NAMES[self.stance])


@dataclass(frozen=True, slots=True)
class ContestedMark:
    """An objection with what it is judged by. ``choices`` is None for the mean of a survey.

    The region reads neither ``marks`` nor ``advice``: who of the panel gave what is not for it; ``reads_panel`` tells
    who does. ``decides``, ``advises`` and ``answers`` say what the reader is there for, ``why_not_…`` why not now
    (empty: now). What an unpublished correction changes shows to anyone who decides alone.
    """

    header: AssessmentHeader
    row: ObjectionRow
    node: index.Node
    choices: tuple[Choice, ...] | None
    applies: bool
    answer: StoredAnswer
    self_mark: Decimal | None
    agreed: Agreed | None
    handed_in: tuple[RevisionRow, ...]
    evidence: tuple[RevisionRow, ...]
    marks: tuple[GivenMark, ...]
    advice: tuple[AdviceRow, ...]
    reads_panel: bool
    decides: bool
    advises: bool
    answers: bool
    why_not_decide: str = ""
    why_not_advise: str = ""
    why_not_answer: str = ""

    @property
    def may_be_left_out(self) -> bool:
        """Return whether the instrument lets the indicator be left out, and it is not yet."""
        return self.applies and self.node.not_applicable

    @property
    def own_advice(self) -> AdviceRow | None:
        return next((advice for advice in self.advice if advice.own), None)


def contested_mark(key: int, *, by: Standing) -> ContestedMark:
    """One objection for its region, the region's panel and the ministry. Seventeen queries at most.

    Raises NotFound, NotAllowed for anybody else who may know of the assessment.
    """
    stored = existing(Objection.objects.filter(pk=key).first())
    assessment = assessment_for(by, stored.assessment_id)
    case = case_of(assessment)
    decides, advises = holds(by, Action.DECIDE_OBJECTION, case), holds(by, Action.ADVISE, case)
    if not (decides or advises or holds(by, Action.SEE_AGREED_MARKS, case)):
        raise NotAllowed
    tree = tree_for(assessment)
    node = tree.node(stored.node)
    answer = stored_answers(assessment, node=node.code).get(node.code, StoredAnswer())
    reads_panel = decides or advises or holds(by, Action.SEE_RESULTS, case)
    (row,) = rows_of(Objection.objects.filter(pk=key))
    marks = {code: agreed for code, agreed in agreed_marks(assessment).items() if code == node.code}
    agreed = (marks if decides else as_shown(assessment, marks)).get(node.code)
    return ContestedMark(
        header=header_of(assessment),
        row=replace(row, agreed=None if agreed is None else agreed.value),
        node=node,
        choices=choices_of(node, tree.scale),
        applies=node.code not in left_out_of(assessment),
        answer=answer,
        self_mark=self_mark(tree, node, answer.given),
        agreed=agreed,
        handed_in=evidence_of(assessment, scope=by).get(node.code, ()),
        evidence=_evidence(stored, by),
        marks=tuple(_marks(assessment, node.code)) if reads_panel else (),
        advice=tuple(_advice(stored, by)) if reads_panel else (),
        reads_panel=reads_panel,
        decides=decides,
        advises=advises,
        answers=holds(by, Action.ANSWER_DECISION, case),
        why_not_decide=_why_not_decide(by, stored, case),
        why_not_advise=_why_not_advise(by, stored, case),
        why_not_answer=_why_not_answer(by, stored, case),
    )


def panel_objections(key: int, *, scope: Standing) -> tuple[ObjectionRow, ...]:
    """The objections of a region for its panel; empty for anyone who does not advise on them. Raises NotFound."""
    assessment = assessment_for(scope, key)
    if not holds(scope, Action.ADVISE, case_of(assessment)):
        return ()
    return as_published(rows_of(Objection.objects.filter(assessment=assessment)), assessment.phase_id)


def _evidence(objection: Objection, by: Standing) -> tuple[RevisionRow, ...]:
    """Return what the objection rests on, in the versions of then, as far as the reader reads it."""
    pieces = list(ObjectionEvidence.objects.filter(objection=objection).values_list("evidence", "number"))
    if not pieces:
        return ()
    versions = Revision.objects.filter(evidence__in=[evidence for evidence, _number in pieces])
    keys = {(evidence, number): key for key, evidence, number in versions.values_list("pk", "evidence", "number")}
    return evidence_room.revision_list([keys[piece] for piece in pieces], scope=by)


def _marks(assessment: Assessment, node: str) -> Iterable[GivenMark]:
    seats = [seat.assessor_id for seat in assessment.participation.seats.all()]
    given = Mark.objects.filter(assessment=assessment, node=node, assessor__in=seats).select_related("assessor")
    for row in given.order_by("assessor__name", "assessor"):
        yield GivenMark(row.assessor.name, trimmed(row.value), row.reason)


def _advice(objection: Objection, by: Standing) -> Iterable[AdviceRow]:
    for row in ObjectionAdvice.objects.filter(objection=objection).select_related("assessor").order_by("id"):
        yield AdviceRow(
            row.assessor.name, Stance(row.stance), row.text, row.advised_at, own=row.assessor_id == by.account
        )


def _why_not_decide(by: Standing, stored: Objection, case: Case) -> str:
    if stored.decision:
        return ObjectionDecided().text()
    refused = obstacle(by, Action.DECIDE_OBJECTION, case)
    if refused is None and is_own(stored, by.account):
        refused = DecidesOwn()
    return "" if refused is None else refused.text()


def _why_not_advise(by: Standing, stored: Objection, case: Case) -> str:
    if stored.decision:
        return ObjectionDecided().text()
    refused = obstacle(by, Action.ADVISE, case)
    if refused is None and stored.made_by_id == by.account:
        refused = AdvisesOwn()
    return "" if refused is None else refused.text()


def _why_not_answer(by: Standing, stored: Objection, case: Case) -> str:
    if stored.response:
        return DecisionAnswered().text()
    refused = obstacle(by, Action.ANSWER_DECISION, case)
    return "" if refused is None else refused.text()
