"""A region's self-assessment as it stands: answers, offices, evidence, last year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from pilar.evaluation.models import AgreedMark, Allocation, Answer, AnswerEvidence, Assessment, FilledIn, Finding
from pilar.evaluation.queries.answer_rows import (
    AssessmentHeader,
    EarlierAnswer,
    FilledRow,
    Form,
    Indicator,
    OfficeRef,
    Recommendation,
    StoredAnswer,
)
from pilar.evaluation.queries.cases import assessment_to, tree_for
from pilar.evaluation.queries.plan_figures import BesideAnswers
from pilar.evaluation.queries.published_marks import published_marks
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.rules.answer_sheets import Known, SheetAnswer, Verdict, judge
from pilar.evaluation.rules.answers import Given, trimmed
from pilar.evaluation.rules.authority import Action, Case
from pilar.evaluation.rules.marking import leaf_of
from pilar.evaluation.rules.stages import AssessmentState, FollowUpState, PhaseState
from pilar.evidence import queries as evidence
from pilar.evidence.models import Revision
from pilar.evidence.queries import RevisionRow
from pilar.people.rules import Standing, existing

MAX_NUMBER = 32_767
"""No piece of evidence has more versions: what a small integer of PostgreSQL holds."""
AGREED_SHOWS = (PhaseState.OBJECTION, PhaseState.FINAL, PhaseState.PUBLISHED)


def form(key: int, *, scope: Standing, now: datetime) -> Form:
    """A self-assessment for its region's team and the secretariat, as it can be worked on at ``now``. At most eleven
    queries, whatever its size; eleven more when it is asked what the master plan says.

    Raises :class:`NotFound` where the reader may not know of it, :class:`NotAllowed` for its panel, which reads what
    was handed in elsewhere.
    """
    assessment, case = assessment_to(scope, key, Action.READ_ASSESSMENT, now=now)
    return form_of(assessment, case, scope=scope)


def form_of(assessment: Assessment, case: Case, *, scope: Standing) -> Form:
    """The form of an assessment that the reader is known to read."""
    return Form(
        by=scope,
        header=header_of(assessment),
        instrument=tree_for(assessment),
        case=case,
        answers=stored_answers(assessment),
        offices=offices_of(assessment),
        evidence=evidence_of(assessment, scope=scope),
        previous=previous_marks(assessment),
        plan=BesideAnswers(assessment, case.now or timezone.now()),
        filled=filled_in(assessment),
    )


def indicator(key: int, node: str, *, scope: Standing, now: datetime) -> Indicator:
    """One indicator with its neighbours; raises as :func:`form`, and :class:`UnknownIndicator`."""
    assessment, case = assessment_to(scope, key, Action.READ_ASSESSMENT, now=now)
    of = form_of(assessment, case, scope=scope)
    leaf = leaf_of(of.instrument, node)
    above = [code for code in of.instrument.ancestors(node) if code != of.instrument.root.code]
    codes = [leaf.code for leaf in of.instrument.leaves]
    place = codes.index(node)
    return Indicator(
        form=of,
        node=leaf,
        above=tuple(Bilingual(**of.instrument.node(code).title) for code in reversed(above)),
        recommendations=_recommendations(assessment, {node, *above}),
        before=codes[place - 1] if place else "",
        after=codes[place + 1] if place + 1 < len(codes) else "",
    )


def header_of(assessment: Assessment) -> AssessmentHeader:
    participation, phase = assessment.participation, assessment.phase
    campaign = participation.campaign
    return AssessmentHeader(
        key=assessment.pk,
        campaign=campaign.code,
        title=campaign.title,
        year=campaign.year,
        synthetic=campaign.synthetic,
        phase=phase.number,
        phase_count=campaign.phase_count,
        region_code=participation.region_id,
        region=participation.region.name,
        phase_state=PhaseState(phase.state),
        state=AssessmentState(assessment.state),
        opens_at=phase.opens_at,
        closes_at=assessment.closes_at,
        extended=assessment.extended_until is not None,
        set_aside_reason=assessment.set_aside_reason,
        submitted_at=assessment.submitted_at,
    )


def stored(row: Answer) -> StoredAnswer:
    """An answer's row as rules know it."""
    return StoredAnswer(
        given=Given(
            mark=_trimmed(row.mark),
            quantity=_trimmed(row.quantity),
            realised=_trimmed(row.realised),
            planned=_trimmed(row.planned),
            not_applicable=row.not_applicable,
            explanation=row.explanation,
            source=row.source,
        ),
        version=row.version,
        changed_by=row.changed_by.name if row.changed_by else "",
        changed_at=row.changed_at,
    )


def judged(of: Form, answers: Sequence[SheetAnswer]) -> tuple[Verdict, ...]:
    """Return what would become of each answer if its reader saved it now. An unknown indicator carries its fault
    already."""
    return tuple(
        judge(
            of.instrument,
            answer,
            Known(
                given=of.answer(answer.node).given,
                version=of.answer(answer.node).version,
                changed_by=of.answer(answer.node).changed_by,
                why_not=of.why_not(Action.ANSWER, answer.node),
            ),
        )
        for answer in answers
    )


def stored_answers(assessment: Assessment, *, node: str = "") -> dict[str, StoredAnswer]:
    """All answers of an assessment, or the one to ``node``. One query."""
    rows = Answer.objects.filter(assessment=assessment).select_related("changed_by")
    if node:
        rows = rows.filter(node=node)
    return {row.node: stored(row) for row in rows}


def filled_in(assessment: Assessment) -> tuple[FilledRow, ...]:
    """Return what was filled in for a region, oldest first. One query."""
    return tuple(
        FilledRow(
            key=row.pk,
            file=row.file,
            nodes=row.nodes,
            filled_by=row.filled_by_name,
            filled_at=row.filled_at,
            confirmed_by=row.confirmed_by_name,
            confirmed_at=row.confirmed_at,
        )
        for row in FilledIn.objects.filter(assessment=assessment).order_by("pk")
    )


def earlier_answers(of: Form) -> dict[str, EarlierAnswer]:
    """Return what the region answered last in phases before to indicators that are open here and the reader's to
    answer now. A phase in which it was set aside, or left an indicator out, does not hide the one before that.

    One query, none in the first phase.
    """
    if of.header.phase == 1:
        return {}
    rows = Answer.objects.filter(
        assessment__participation__assessments=of.header.key, assessment__phase__number__lt=of.header.phase
    )
    told = ((row, stored(row).given) for row in rows.select_related("changed_by").order_by("assessment__phase__number"))
    answers = {row.node: EarlierAnswer(row.assessment_id, given) for row, given in told if given.is_answered}
    return {
        leaf.code: answers[leaf.code]
        for leaf in of.instrument.leaves
        if leaf.code in answers and not of.answer(leaf.code).given.is_answered and of.may(Action.ANSWER, leaf.code)
    }


def earlier_evidence(of: Form, answers: Mapping[str, EarlierAnswer]) -> tuple[tuple[str, UUID], ...]:
    """The pieces attached to these answers, as far as the reader reads them, and what is reserved among them:
    (indicator, evidence), in their order. Four queries."""
    rows = AnswerEvidence.objects.filter(
        answer__assessment__in={answer.assessment for answer in answers.values()}, answer__node__in=answers
    )
    named = rows.order_by("id").values_list("answer__node", "answer__assessment", "evidence", "evidence__reserved")
    attached = [(node, key, reserved) for node, of_it, key, reserved in named if of_it == answers[node].assessment]
    readable = {row.evidence for row in evidence.evidence_list({piece[1] for piece in attached}, scope=of.by)}
    return tuple((node, key) for node, key, reserved in attached if reserved or key in readable)


def offices_of(assessment: Assessment) -> dict[str, OfficeRef]:
    """The office that answers each indicator. One query."""
    rows = Allocation.objects.filter(participation=assessment.participation_id).select_related("office")
    return {row.node: OfficeRef(row.office_id, row.office.name) for row in rows}


def evidence_of(assessment: Assessment, *, scope: Standing) -> dict[str, tuple[RevisionRow, ...]]:
    """Return what is attached to each indicator, as far as ``scope`` reads it: the version handed in, while the
    assessment is being prepared the newest. Three queries."""
    versions = Revision.objects.filter(
        evidence=OuterRef("evidence"), number__lte=Coalesce(OuterRef("number"), MAX_NUMBER)
    ).order_by("-number")
    attached = list(
        AnswerEvidence.objects.filter(answer__assessment=assessment)
        .annotate(revision=Subquery(versions.values("pk")[:1]))
        .order_by("id")
        .values_list("answer__node", "revision")
    )
    keys = dict.fromkeys(key for _node, key in attached)
    rows = {row.key: row for row in evidence.revision_list(keys, scope=scope)} if keys else {}
    by_node: dict[str, list[RevisionRow]] = defaultdict(list)
    for node, key in attached:
        if key in rows:
            by_node[node].append(rows[key])
    return {node: tuple(revisions) for node, revisions in by_node.items()}


def previous_marks(assessment: Assessment) -> dict[str, Decimal]:
    """The marks that last year's panel agreed on, of the last phase whose marks the region may see; as published, where
    they are. None stands next to an answer on another scale. Two queries."""
    campaign = assessment.participation.campaign
    if campaign.previous_id is None:
        return {}
    rows = AgreedMark.objects.filter(
        assessment__participation__campaign=campaign.previous_id,
        assessment__participation__campaign__instrument__scale_minimum=campaign.instrument.scale_minimum,
        assessment__participation__campaign__instrument__scale_maximum=campaign.instrument.scale_maximum,
        assessment__participation__region=assessment.participation.region_id,
        assessment__phase__state__in=AGREED_SHOWS,
    )
    agreed = list(rows.select_related("assessment").order_by("assessment__phase__number"))
    public = published_marks({row.assessment.phase_id for row in agreed}, assessment.participation.region_id)
    return {
        row.node: public[row.assessment.phase_id].marks[row.node]
        if row.assessment.phase_id in public
        else trimmed(row.value)
        for row in agreed
    }


def attached_piece(assessment: Assessment, node: str, key: object) -> AnswerEvidence:
    """The tie of a piece of evidence to an answer; raises :class:`NotFound`."""
    return existing(
        AnswerEvidence.objects.filter(answer__assessment=assessment, answer__node=node, evidence=key).first()
    )


def _recommendations(assessment: Assessment, nodes: set[str]) -> tuple[Recommendation, ...]:
    campaign = assessment.participation.campaign
    if campaign.previous_id is None:
        return ()
    rows = Finding.objects.filter(
        kind=Finding.Kind.RECOMMENDATION,
        node__in={"", *nodes},
        assessment__participation__campaign=campaign.previous_id,
        assessment__participation__region=assessment.participation.region_id,
        assessment__phase__state__in=AGREED_SHOWS,
    ).select_related("follow_up")
    return tuple(_recommendation(row) for row in rows.order_by("-node", "id"))


def _recommendation(row: Finding) -> Recommendation:
    begun = getattr(row, "follow_up", None)
    return Recommendation(
        row.node, row.text, FollowUpState(begun.state) if begun else None, begun.note if begun else ""
    )


def _trimmed(value: Decimal | None) -> Decimal | None:
    return None if value is None else trimmed(value)
