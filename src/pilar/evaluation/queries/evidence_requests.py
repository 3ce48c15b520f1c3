"""Requests for missing evidence, as panel, secretariat and region see them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from pilar import index
from pilar.evaluation.models import Allocation, Assessment, EvidenceRequest
from pilar.evaluation.queries.answer_rows import AssessmentHeader
from pilar.evaluation.queries.answers import evidence_of, header_of
from pilar.evaluation.queries.cases import assessment_for, case_of, tree_for
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.rules.authority import Action, holds, may, obstacle
from pilar.evaluation.rules.evidence_requests import REQUEST_NAMES, RequestState, may_withdraw, request_state
from pilar.evidence.queries import RevisionRow
from pilar.people.rules import Standing, existing
from pilar.platform.language import N_, translate
from pilar.platform.rows import row_of


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request; ``office`` answers its indicator, ``mine`` says that the reader may answer it now,
    ``withdrawable`` that they may take it back."""

    key: int
    node: str
    title: Bilingual
    text: str
    asked_by: str
    asked_at: datetime
    deadline: datetime
    state: RequestState
    office: str
    reply: str
    answered_by: str
    answered_at: datetime | None
    withdrawn_by: str
    withdrawn_at: datetime | None
    mine: bool
    withdrawable: bool

    @property
    def state_name(self) -> str:
        return translate(REQUEST_NAMES[self.state])


@dataclass(frozen=True, slots=True)
class Requests:
    """The requests of one assessment, the nearest deadline first; ``why_not``: why the reader cannot ask for more."""

    header: AssessmentHeader
    rows: tuple[RequestRow, ...]
    asks: bool
    is_panel: bool
    why_not: str
    hours: int
    """How long a region has by default."""
    leaves: tuple[tuple[str, Bilingual], ...]


def requests(key: int, *, scope: Standing, now: datetime) -> Requests:
    """The requests of an assessment for its panel, its region and the secretariat. Four queries.

    Raises :class:`NotFound`.
    """
    return _requests(assessment_for(scope, key), scope=scope, now=now)


def request(key: int, *, scope: Standing, now: datetime) -> tuple[Requests, RequestRow, tuple[RevisionRow, ...]]:
    """One request, with the evidence that stands at its indicator now; raises :class:`NotFound`."""
    assessment = existing(EvidenceRequest.objects.filter(pk=key).values_list("assessment", flat=True).first())
    loaded = assessment_for(scope, assessment)
    requests = _requests(loaded, scope=scope, now=now)
    row = next(row for row in requests.rows if row.key == key)
    return requests, row, evidence_of(loaded, scope=scope).get(row.node, ())


def _requests(assessment: Assessment, *, scope: Standing, now: datetime) -> Requests:
    case, tree = case_of(assessment), tree_for(assessment)
    asks = holds(scope, Action.REQUEST_EVIDENCE, case)
    why_not = ""
    if not asks:
        why_not = translate(N_("Only the panel and the secretariat ask for evidence"))
    elif refused := obstacle(scope, Action.REQUEST_EVIDENCE, case):
        why_not = refused.text()
    offices = {
        row.node: row.office
        for row in Allocation.objects.filter(participation=assessment.participation_id).select_related("office")
    }
    rows = []
    for row in EvidenceRequest.objects.filter(assessment=assessment).select_related(
        "asked_by", "answered_by", "withdrawn_by"
    ):
        office = offices.get(row.node)
        state = request_state(
            deadline=row.deadline, answered_at=row.answered_at, withdrawn_at=row.withdrawn_at, now=now
        )
        its_case = replace(case, office=office.pk if office else None)
        rows.append(
            row_of(
                RequestRow,
                row,
                title=_title(tree, row.node),
                asked_by=row.asked_by.name if row.asked_by else "",
                state=state,
                office=office.name if office else "",
                answered_by=row.answered_by.name if row.answered_by else "",
                withdrawn_by=row.withdrawn_by.name if row.withdrawn_by else "",
                withdrawable=state is RequestState.OPEN and may_withdraw(scope, row.asked_by_id, case),
                mine=state is RequestState.OPEN and may(scope, Action.ANSWER_REQUEST, its_case),
            )
        )
    return Requests(
        header=header_of(assessment),
        rows=tuple(rows),
        asks=asks,
        is_panel=holds(scope, Action.READ_FOR_MARKING, case),
        why_not=why_not,
        hours=assessment.participation.campaign.evidence_hours,
        leaves=tuple((leaf.code, Bilingual(**leaf.title)) for leaf in tree.leaves),
    )


def _title(tree: index.Instrument, node: str) -> Bilingual:
    return Bilingual(**tree.node(node).title)
