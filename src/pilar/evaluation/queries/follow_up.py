"""Follow-up of recommendations: the region's list, and one of them to work on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from pilar.areas.queries import OfficeRow, offices
from pilar.evaluation.models import Assessment, FollowUp, FollowUpEvidence
from pilar.evaluation.queries.answer_rows import AssessmentHeader
from pilar.evaluation.queries.answers import header_of
from pilar.evaluation.queries.cases import assessment_for, case_of
from pilar.evaluation.queries.instruments import tree_of
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.rules.authority import Action, Case, WrongState, holds, may
from pilar.evaluation.rules.follow_up import FOLLOW_UP_NAMES
from pilar.evaluation.rules.stages import FollowUpState
from pilar.evidence import queries as evidence_room
from pilar.evidence.queries import RevisionRow
from pilar.masterplan import queries as plans
from pilar.masterplan.queries import OriginatedRow, ProgrammeRow, VersionRow
from pilar.masterplan.rules.proposals import Origin
from pilar.people.rules import NotAllowed, NotFound, Standing, existing
from pilar.platform.language import translate
from pilar.platform.rows import row_of


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    """A recommendation and what the region does about it; ``title`` is the node's, None for the whole."""

    key: int
    finding: int
    assessment: int
    node: str
    title: Bilingual | None
    recommendation: str
    office: int | None
    office_name: str
    due: date | None
    state: FollowUpState
    note: str
    version: int
    changed_by: str
    changed_at: datetime
    attachments: int

    @property
    def state_name(self) -> str:
        """The state in the reader's language."""
        return translate(FOLLOW_UP_NAMES[self.state])


@dataclass(frozen=True, slots=True)
class FollowUps:
    """The follow-ups of one assessment, the nearest due date first."""

    header: AssessmentHeader
    rows: tuple[FollowUpRow, ...]


@dataclass(frozen=True, slots=True)
class FollowUpForm:
    """One follow-up with its evidence and what can be chosen; ``why_not`` says why it is not changed now.

    ``may_assign``: the reader sets the office and the due date. ``proposals``: what of the master plan came of it.
    """

    header: AssessmentHeader
    row: FollowUpRow
    evidence: tuple[RevisionRow, ...]
    pieces: tuple[RevisionRow, ...]
    offices: tuple[OfficeRow, ...]
    may_assign: bool
    why_not: str
    proposals: tuple[OriginatedRow, ...]


@dataclass(frozen=True, slots=True)
class ToPropose:
    """The possible proposals from a recommendation in ``version``, None where no version of the plan is being written;
    ``programmes`` are those in it, ``open`` the waiting proposals."""

    header: AssessmentHeader
    row: FollowUpRow
    version: VersionRow | None
    programmes: tuple[ProgrammeRow, ...]
    offices: tuple[OfficeRow, ...]
    proposals: tuple[OriginatedRow, ...]


def follow_ups(key: int, *, by: Standing) -> FollowUps:
    """The follow-ups of an assessment, for the region's team and the secretariat. Raises NotFound, NotAllowed."""
    assessment = _readable(key, by)
    return FollowUps(header_of(assessment), rows_of(FollowUp.objects.filter(finding__assessment=assessment)))


def follow_up(key: int, *, by: Standing) -> FollowUpForm:
    """One follow-up to work on. Raises NotFound, NotAllowed."""
    rows = FollowUp.objects.filter(pk=key)
    assessment = existing(rows.values_list("finding__assessment", flat=True).first())
    held = _readable(assessment, by)
    row = rows_of(rows)[0]
    whole = case_of(held)
    region = whole.region
    office_case = Case(region=region, office=row.office, phase=whole.phase, assessment=whole.assessment)
    why_not = ""
    if not holds(by, Action.FOLLOW_UP, office_case):
        why_not = NotAllowed().text()
    elif not may(by, Action.FOLLOW_UP, office_case):
        why_not = WrongState(phase=whole.phase, assessment=whole.assessment).text()
    attached = list(FollowUpEvidence.objects.filter(follow_up=key).values_list("evidence", flat=True))
    pieces = () if why_not else tuple(evidence_room.region_evidence(region, scope=by).object_list)
    return FollowUpForm(
        header=header_of(held),
        row=row,
        evidence=evidence_room.evidence_list(attached, scope=by),
        pieces=tuple(piece for piece in pieces if piece.evidence not in attached),
        offices=_to_choose(row, region, by),
        may_assign=may(by, Action.FOLLOW_UP, Case(region=region, phase=whole.phase, assessment=whole.assessment)),
        why_not=why_not,
        proposals=plans.originated(Origin.RECOMMENDATION, [str(row.finding)], scope=by),
    )


def to_propose(key: int, *, by: Standing) -> ToPropose:
    """A recommendation for anyone who turns it into a proposal of the master plan: the coordinator. Raises NotFound,
    NotAllowed, WrongState."""
    form = follow_up(key, by=by)
    if not form.may_assign:
        raise NotAllowed
    region = form.header.region_code
    version = plans.version_being_written(region, scope=by)
    return ToPropose(
        header=form.header,
        row=form.row,
        version=version,
        programmes=() if version is None else plans.programmes(version),
        offices=tuple(office for office in form.offices if not office.closed),
        proposals=form.proposals,
    )


def address_of(key: str, scope: Standing) -> str:
    """The page of the follow-up of a finding, for anyone who reads it; empty for anybody else."""
    rows = FollowUp.objects.filter(finding=int(key)) if key.isascii() and key.isdigit() else FollowUp.objects.none()
    keys = rows.values_list("pk", "finding__assessment").first()
    if keys is None:
        return ""
    try:
        _readable(keys[1], scope)
    except (NotAllowed, NotFound):
        return ""
    return reverse("evaluation:follow-up", args=[keys[0]])


def _to_choose(row: FollowUpRow, region: str, by: Standing) -> tuple[OfficeRow, ...]:
    """The open offices, and the one that owns the follow-up, also where it has closed."""
    return tuple(office for office in offices(region, scope=by) if not office.closed or office.key == row.office)


def _readable(key: int, by: Standing) -> Assessment:
    assessment = assessment_for(by, key)
    if not holds(by, Action.READ_ASSESSMENT, case_of(assessment)):
        raise NotAllowed
    return assessment


def rows_of(followed: QuerySet[FollowUp]) -> tuple[FollowUpRow, ...]:
    """Recommendations by due date; anyone who asks has looked at who reads them. Two queries, whatever the number."""
    rows = followed.select_related(
        "finding__assessment__participation__campaign__instrument", "office", "changed_by"
    ).prefetch_related(Prefetch("attachments", FollowUpEvidence.objects.only("follow_up")))
    return tuple(_row(row) for row in rows.order_by("due", "id"))


def _row(row: FollowUp) -> FollowUpRow:
    finding = row.finding
    node = tree_of(finding.assessment.participation.campaign.instrument).by_code.get(finding.node)
    return row_of(
        FollowUpRow,
        row,
        finding=finding.pk,
        assessment=finding.assessment_id,
        node=finding.node,
        title=None if node is None else Bilingual(**node.title),
        recommendation=finding.text,
        office=row.office_id,
        office_name="" if row.office is None else row.office.name,
        changed_by="" if row.changed_by is None else row.changed_by.name,
        attachments=len(row.attachments.all()),
    )
