"""A region's result for its own team: the final, own marks next to the agreed ones, objections."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db.models import Q, QuerySet

from pilar.evaluation.models import AgreedMark, Assessment, Mark, Objection, ObjectionAdvice, SnapshotResult
from pilar.evaluation.queries.answer_rows import AssessmentHeader
from pilar.evaluation.queries.answers import header_of
from pilar.evaluation.queries.cases import assessment_for, case_of, case_of_phase, phase_for, result_for, tree_for
from pilar.evaluation.queries.instruments import tree_of
from pilar.evaluation.queries.intervals import intervals_of
from pilar.evaluation.queries.panel_marks import Beside, agreed_beside_own
from pilar.evaluation.queries.published_marks import published_marks_of
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.queries.snapshots import (
    PhaseHeader,
    ResultLine,
    SnapshotRow,
    group_titles,
    predicates_of,
    result_lines,
    snapshots_of,
)
from pilar.evaluation.queries.snapshots import header_of as phase_header
from pilar.evaluation.rules.answers import trimmed
from pilar.evaluation.rules.authority import (
    Action,
    Case,
    WrongState,
    holds,
    may,
    may_know,
    provinces_read,
    runs_campaigns,
)
from pilar.evaluation.rules.marking import UnknownIndicator, leaf_of
from pilar.evaluation.rules.objections import RESPONSE_NAMES, WISH_NAMES, Response, Wish
from pilar.evaluation.rules.publishing import (
    DECISION_NAMES,
    DecidesOwn,
    ObjectionDecided,
    ObjectionPeriodOver,
    require_period,
)
from pilar.evaluation.rules.reports import RankIntervals
from pilar.evaluation.rules.scales import YearScale, scale_of
from pilar.evaluation.rules.stages import PhaseState
from pilar.people.rules import NotAllowed, Standing, existing
from pilar.platform.language import translate
from pilar.platform.rows import row_of


def is_own(objection: Objection, account: int | None) -> bool:
    """Return whether the account made the objection, advised on it, marked its indicator or settled the agreed mark."""
    if account is None:
        return False
    where = {"assessment": objection.assessment_id, "node": objection.node}
    if objection.made_by_id == account or Mark.objects.filter(**where, assessor=account).exists():
        return True
    if ObjectionAdvice.objects.filter(objection=objection, assessor=account).exists():
        return True
    # Who accepted an earlier objection set the mark by that decision, and settled nothing for the panel.
    decided = Objection.objects.filter(**where, decided_by=account, decision="accepted").exists()
    return not decided and AgreedMark.objects.filter(**where, settled_by=account).exists()


MARK = ("assessment", "node", "value")


@dataclass(frozen=True, slots=True)
class ObjectionRow:
    """An objection; ``decision`` is empty, ``accepted`` or ``refused``. ``agreed`` is the mark that its reader sees."""

    key: int
    assessment: int
    region_code: str
    region: str
    node: str
    title: Bilingual
    wish: Wish
    text: str
    made_by: str
    made_at: datetime
    decision: str
    decision_reason: str
    decided_by: str
    decided_at: datetime | None
    agreed: Decimal | None
    outcome: str = ""
    response: str = ""
    response_text: str = ""
    responded_by: str = ""
    responded_at: datetime | None = None

    @property
    def decision_name(self) -> str:
        """The decision in the reader's language."""
        return translate(DECISION_NAMES[self.decision])

    @property
    def wish_name(self) -> str:
        """Return what is asked for, in the reader's language."""
        return translate(WISH_NAMES[self.wish])

    @property
    def left_out(self) -> bool:
        """Return whether it was accepted by leaving the indicator out."""
        return self.outcome == Wish.NOT_APPLICABLE

    @property
    def response_name(self) -> str:
        """Return what the region said to the decision, in the reader's language."""
        return translate(RESPONSE_NAMES[Response(self.response)]) if self.response else ""


@dataclass(frozen=True, slots=True)
class RegionResult:
    """``line`` and ``snapshot`` are None before results are approved. ``why_not`` says why the reader does not object
    now; ``accepted_at`` when the region accepted the result, and ``may_accept`` whether the reader can do that now.
    ``intervals``: of the ranks, where they were asked for and there is a final.
    """

    header: AssessmentHeader
    snapshot: SnapshotRow | None
    line: ResultLine | None
    rows: tuple[Beside, ...]
    objections: tuple[ObjectionRow, ...]
    objection_until: datetime | None
    why_not: str
    accepted_at: datetime | None
    may_accept: bool
    scale: YearScale
    intervals: RankIntervals | None = None
    ours: bool = True
    """Whether the reader reads more of the assessment than its published result; nobody else reads ``objections``."""

    @property
    def outdated(self) -> bool:
        """Return whether a mark of this region was changed by an objection after the final was computed."""
        computed = None if self.snapshot is None else self.snapshot.computed_at
        return computed is not None and any(
            row.decision == "accepted" and row.decided_at is not None and row.decided_at > computed
            for row in self.objections
        )


@dataclass(frozen=True, slots=True)
class OwnResult:
    """A region's phase in the list of its team; ``visible`` once the agreed marks show. ``ours``: the reader works for
    the region, and reads more than its result."""

    header: AssessmentHeader
    visible: bool
    ours: bool = True


@dataclass(frozen=True, slots=True)
class Objections:
    """All objections of a phase, open ones first; ``why_not`` says why none is decided now."""

    header: PhaseHeader
    rows: tuple[ObjectionRow, ...]
    why_not: str


def own_results(*, by: Standing) -> tuple[OwnResult, ...]:
    """The assessments of the reader's own regions, newest year first. One query, and one of the panels."""
    regions = {held.region for held in by.memberships if held.region}
    published = Q(participation__region__province__in=provinces_read(by), phase__state=PhaseState.PUBLISHED)
    rows = (
        Assessment.objects.filter(Q(participation__region__in=regions) | published)
        .select_related("phase", "participation__region", "participation__campaign")
        .order_by("-participation__campaign__year", "-phase__number", "participation__region")
    )
    return tuple(
        OwnResult(
            header_of(row),
            any(
                may(by, action, Case(region=row.participation.region_id, phase=PhaseState(row.phase.state)))
                for action in (Action.SEE_AGREED_MARKS, Action.SEE_PUBLISHED)
            ),
            row.participation.region_id in regions,
        )
        for row in rows
    )


def region_result(key: int, *, by: Standing, now: datetime, intervals: bool = False) -> RegionResult:
    """The result of one assessment, from the objection period on; ``intervals``: with those of its ranks.

    Raises NotFound, NotAllowed, WrongState.
    """
    compared = agreed_beside_own(key, scope=by)
    assessment = result_for(by, key)
    snapshot = _shown(assessment)
    why_not = _why_no_objection(assessment, by, now)
    shown = {row.code: row.agreed.value for row in compared.rows if row.agreed is not None}
    ours = may_know(by, case_of(assessment))
    # An objection names people, and who reads the published result alone does not open it.
    rows = rows_of(Objection.objects.filter(assessment=assessment)) if ours else ()
    contested = tuple(replace(row, agreed=shown.get(row.node)) for row in rows)
    line = None if snapshot is None else _line(assessment, snapshot.version)
    return RegionResult(
        header=compared.header,
        snapshot=snapshot,
        line=line,
        rows=compared.rows,
        objections=contested,
        objection_until=assessment.phase.objection_until,
        why_not=why_not,
        accepted_at=assessment.accepted_at,
        may_accept=not why_not and assessment.accepted_at is None and all(row.decision for row in contested),
        scale=scale_of(tree_of(assessment.participation.campaign.instrument)),
        ours=ours,
        intervals=intervals_of(assessment.phase_id, snapshot, line) if intervals and snapshot and line else None,
    )


def indicator_to_object(key: int, node: str, *, by: Standing) -> tuple[AssessmentHeader, Beside, tuple[Wish, ...]]:
    """One indicator with its agreed mark, or one that is left out, and what may be asked for it.

    Raises UnknownIndicator where the panel agreed on no mark of an indicator that applies, and as above.
    """
    compared = agreed_beside_own(key, scope=by)
    leaf = leaf_of(tree_for(assessment_for(by, key)), node)
    for row in compared.rows:
        if row.code == node and row.contestable:
            left_out = row.applies and leaf.not_applicable
            return compared.header, row, (Wish.MARK, Wish.NOT_APPLICABLE) if left_out else (Wish.MARK,)
    raise UnknownIndicator(node=node)


def objections(code: str, number: int, *, by: Standing) -> Objections:
    """All objections of a phase, for anyone who reads for the ministry; what an unpublished correction changes shows to
    anyone who decides alone. Raises NotFound, NotAllowed."""
    phase = phase_for(by, code, number)
    case = case_of_phase(phase)
    if not holds(by, Action.SEE_RESULTS, case):
        raise NotAllowed
    rows = rows_of(Objection.objects.filter(assessment__phase=phase))
    if not holds(by, Action.DECIDE_OBJECTION, case):
        rows = as_published(rows, phase.pk)
    waiting = may(by, Action.DECIDE_OBJECTION, case)
    return Objections(
        header=phase_header(phase),
        rows=tuple(sorted(rows, key=lambda row: (row.decision != "", row.made_at))),
        why_not="" if waiting else WrongState(phase=case.phase, assessment=None).text(),
    )


def objection(key: int, *, by: Standing) -> tuple[AssessmentHeader, ObjectionRow, str]:
    """One objection with its assessment, for the secretariat, and why it is not decided now, empty if it can be.

    Raises NotFound, NotAllowed.
    """
    stored = existing(Objection.objects.filter(pk=key).first())
    assessment = assessment_for(by, stored.assessment_id)
    case = case_of(assessment)
    if not holds(by, Action.SEE_RESULTS, case):
        raise NotAllowed
    (row,) = rows_of(Objection.objects.filter(pk=key))
    why_not = ""
    if row.decision:
        why_not = ObjectionDecided().text()
    elif not runs_campaigns(by):
        why_not = NotAllowed().text()
    elif not may(by, Action.DECIDE_OBJECTION, case):
        why_not = WrongState(phase=case.phase, assessment=case.assessment).text()
    elif is_own(stored, by.account):
        why_not = DecidesOwn().text()
    return header_of(assessment), row, why_not


def _shown(assessment: Assessment) -> SnapshotRow | None:
    """The newest published version, before there is one the newest that is approved."""
    rows = snapshots_of(assessment.phase_id)
    published = next((row for row in rows if row.published_at is not None), None)
    return published or next((row for row in rows if row.approved_at is not None), None)


def _line(assessment: Assessment, version: int) -> ResultLine | None:
    rows = SnapshotResult.objects.filter(
        snapshot__phase=assessment.phase_id, snapshot__version=version, region=assessment.participation.region_id
    ).select_related("region__province")
    instrument = tree_for(assessment)
    return next(iter(result_lines(rows, group_titles(assessment.phase), predicates_of(instrument))), None)


def as_published(rows: tuple[ObjectionRow, ...], phase: int) -> tuple[ObjectionRow, ...]:
    """Objections of a phase with the marks that anybody sees who does not change them: from publication on those of
    the newest published version. One query."""
    public = published_marks_of([phase], {row.region_code for row in rows})
    return tuple(
        row
        if (there := public.get((phase, row.region_code))) is None
        else replace(row, agreed=there.marks.get(row.node))
        for row in rows
    )


def rows_of(objections: QuerySet[Objection]) -> tuple[ObjectionRow, ...]:
    """Objections with the marks that their indicators have now. Two queries, whatever the number."""
    rows = objections.select_related(
        "made_by",
        "decided_by",
        "responded_by",
        "assessment__participation__region",
        "assessment__participation__campaign__instrument",
    )
    now = AgreedMark.objects.filter(assessment__in=objections.values("assessment"), node__in=objections.values("node"))
    marks = {(assessment, node): trimmed(value) for assessment, node, value in now.values_list(*MARK)}
    return tuple(_row(row, marks.get((row.assessment_id, row.node))) for row in rows)


def _row(row: Objection, agreed: Decimal | None) -> ObjectionRow:
    participation = row.assessment.participation
    leaf = leaf_of(tree_of(participation.campaign.instrument), row.node)
    return row_of(
        ObjectionRow,
        row,
        assessment=row.assessment_id,
        region_code=participation.region_id,
        region=participation.region.name,
        title=Bilingual(**leaf.title),
        made_by=row.made_by.name,
        decided_by="" if row.decided_by is None else row.decided_by.name,
        responded_by="" if row.responded_by is None else row.responded_by.name,
        agreed=agreed,
    )


def _why_no_objection(assessment: Assessment, by: Standing, now: datetime) -> str:
    case = case_of(assessment)
    if not holds(by, Action.OBJECT, case):
        return NotAllowed().text()
    if not may(by, Action.OBJECT, case):
        return WrongState(phase=case.phase, assessment=case.assessment).text()
    try:
        require_period(assessment.phase.objection_until, now)
    except ObjectionPeriodOver as over:
        return over.text()
    return ""
