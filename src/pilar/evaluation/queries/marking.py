"""Read an assessor's view: own regions, and the form of one region with own marks only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Min
from django.utils import timezone

from pilar import index
from pilar.evaluation.models import Assessment, EvidenceRequest, Instrument, Mark, MarkingDone, Meeting, Seat
from pilar.evaluation.queries.answer_rows import AssessmentHeader, StoredAnswer
from pilar.evaluation.queries.answers import evidence_of, header_of, previous_marks, stored_answers
from pilar.evaluation.queries.cases import (
    CONFLICTING,
    Panel,
    assessment_to,
    case_of,
    left_out,
    left_out_of,
    panel_of,
    self_mark,
    tree_for,
)
from pilar.evaluation.queries.instruments import tree_of
from pilar.evaluation.queries.plan_figures import BesideAnswers, PlanNote, note_on
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.rules.answers import trimmed
from pilar.evaluation.rules.authority import Action, may, obstacle
from pilar.evaluation.rules.instrument_texts import Told, told_of
from pilar.evaluation.rules.marking import MarkingFinished, levels_of
from pilar.evaluation.rules.standing import Weight, weight_of
from pilar.evidence.queries import RevisionRow
from pilar.people.rules import Standing


@dataclass(frozen=True, slots=True)
class Duty:
    """A region that the reader marks: how far the marks are, how many of the panel have finished, what is due next."""

    header: AssessmentHeader
    marked: int
    total: int
    finished: bool
    panel_finished: int
    panel_seats: int
    is_chair: bool
    open_requests: int
    next_deadline: datetime | None
    """The nearest open request for evidence."""
    next_meeting: datetime | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A mark that can be given: its text (``3``), and what it means; of a band the quantities that get it. ``text``:
    what it asks for of this indicator, where the instrument says so."""

    value: Decimal
    title: Bilingual | None
    bands: tuple[tuple[Decimal, Decimal | None], ...]
    text: Bilingual | None = None

    @property
    def key(self) -> str:
        return f"{trimmed(self.value):f}"


@dataclass(frozen=True, slots=True)
class OwnMark:
    """The reader's own mark; version 0 where there is none yet."""

    value: Decimal | None = None
    reason: str = ""
    version: int = 0
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MarkingItem:
    """One indicator with everything that a mark is given by. ``choices`` is None for the mean of a survey."""

    node: index.Node
    number: int
    weight: Weight | None
    choices: tuple[Choice, ...] | None
    answer: StoredAnswer
    self_mark: Decimal | None
    previous: Decimal | None
    evidence: tuple[RevisionRow, ...]
    own: OwnMark
    applies: bool
    beside: BesideAnswers

    @property
    def plan(self) -> PlanNote | None:
        """Return what the master plan says about it."""
        beside = self.beside.by_node.get(self.node.code)
        return None if beside is None else note_on(beside, self.answer.given)

    @property
    def title(self) -> Bilingual:
        return Bilingual(**self.node.title)

    @property
    def above(self) -> Bilingual | None:
        """The title of the part that the indicator weighs in."""
        return None if self.weight is None else Bilingual(**self.weight.above.title)

    @property
    def told(self) -> Told:
        """Return what the instrument says of the indicator to anyone who marks it."""
        return told_of(self.node)

    @property
    def asked(self) -> Bilingual | None:
        """The evidence that the instrument asks for."""
        return None if self.node.evidence is None else Bilingual(**self.node.evidence.text)

    @property
    def unit(self) -> Bilingual | None:
        """The unit of a quantity."""
        return Bilingual(**self.node.mark.unit) if isinstance(self.node.mark, index.BandMark) else None


@dataclass(frozen=True, slots=True)
class Section:
    """The indicators of one dimension and branch; ``path`` are the titles from the dimension down."""

    code: str
    path: tuple[Bilingual, ...]
    items: tuple[MarkingItem, ...]

    @property
    def marked(self) -> int:
        return sum(item.own.version > 0 for item in self.items if item.applies)

    @property
    def total(self) -> int:
        return sum(item.applies for item in self.items)


@dataclass(frozen=True, slots=True)
class MarkingForm:
    """A region before its assessor. ``why_not`` says in the reader's language why marks cannot be changed."""

    header: AssessmentHeader
    sections: tuple[Section, ...]
    panel: Panel
    finished: bool
    is_chair: bool
    may_ask: bool
    """Whether the reader may ask for missing evidence now."""
    why_not: str

    @property
    def marked(self) -> int:
        return sum(section.marked for section in self.sections)

    @property
    def total(self) -> int:
        return sum(section.total for section in self.sections)

    @property
    def items(self) -> tuple[MarkingItem, ...]:
        return tuple(item for section in self.sections for item in section.items)


def duties(*, scope: Standing, now: datetime) -> tuple[Duty, ...]:
    """The regions that the reader marks or has marked, newest campaign first. Eight queries, whatever their number."""
    if scope.account is None:
        return ()
    seats = Seat.objects.filter(assessor=scope.account).values("participation")
    rows = (
        Assessment.objects.annotate(**CONFLICTING)
        .filter(participation__in=seats)
        .exclude(submitted_at=None)
        .select_related("phase", "participation__region", "participation__campaign")
        .prefetch_related("participation__seats")
        .order_by("-phase__campaign__year", "-phase__number", "participation__region__name")
    )
    mine = [row for row in rows if may(scope, Action.READ_FOR_MARKING, case_of(row))]
    counts = _Counts(mine, scope.account, now)
    return tuple(_duty(row, scope.account, counts) for row in mine)


def marking_form(key: int, *, scope: Standing) -> MarkingForm:
    """A region with the reader's own marks; of nobody else's mark anything is read. Ten queries, whatever its size;
    eleven more when it is asked what the master plan says.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState`.
    """
    assessment, case = assessment_to(scope, key, Action.READ_FOR_MARKING)
    panel = panel_of(assessment)
    finished = scope.account in panel.finished
    refused = obstacle(scope, Action.MARK, case) or (MarkingFinished() if finished else None)
    return MarkingForm(
        header=header_of(assessment),
        sections=_sections(assessment, scope),
        panel=panel,
        finished=finished,
        is_chair=scope.account == panel.chair,
        may_ask=may(scope, Action.REQUEST_EVIDENCE, case),
        why_not=refused.text() if refused else "",
    )


def choices_of(node: index.Node, scale: index.Scale) -> tuple[Choice, ...] | None:
    """The marks that an indicator takes, lowest first; None for the mean of a survey."""
    levels = levels_of(node, scale)
    if levels is None:
        return None
    titles: Mapping[Decimal, Bilingual] = {}
    asks = told_of(node).descriptors
    bands: tuple[index.Band, ...] = ()
    match node.mark:
        case index.LevelMark(levels=rubric):
            titles = {level.value: Bilingual(**level.title) for level in rubric}
        case index.BandMark(bands=given) | index.RatioMark(bands=given):
            bands = given
    return tuple(
        Choice(
            level,
            titles.get(level),
            tuple((band.start, band.end) for band in bands if band.value == level),
            asks.get(level),
        )
        for level in levels
    )


class _Counts:
    """Everything counted for a list of assessments, in one query each."""

    def __init__(self, rows: list[Assessment], account: int, now: datetime) -> None:
        keys = [row.pk for row in rows]
        self.left_out = left_out(keys)
        own = Mark.objects.filter(assessment__in=keys, assessor=account).order_by().values_list("assessment", "node")
        self.marked = Counter(key for key, node in own if node not in self.left_out[key])
        done = list(MarkingDone.objects.filter(assessment__in=keys).values_list("assessment", "assessor"))
        self.done = set(done)
        due = EvidenceRequest.objects.filter(assessment__in=keys, answered_at=None, withdrawn_at=None, deadline__gt=now)
        counted = due.order_by().values_list("assessment").annotate(Count("id"), Min("deadline"))
        self.requests = {key: (count, nearest) for key, count, nearest in counted}
        self.meeting = _by(Meeting.objects.filter(assessment__in=keys, ends_at__gt=now), n=Min("starts_at"))
        instruments = Instrument.objects.filter(pk__in={row.participation.campaign.instrument_id for row in rows})
        self.leaves = {instrument.pk: len(tree_of(instrument).leaves) for instrument in instruments}


def _by(rows: Any, **aggregate: Any) -> dict[int, Any]:
    return {row["assessment"]: row["n"] for row in rows.order_by().values("assessment").annotate(**aggregate)}


def _duty(row: Assessment, account: int, counts: _Counts) -> Duty:
    seats = row.participation.seats.all()
    open_requests, nearest = counts.requests.get(row.pk, (0, None))
    return Duty(
        header=header_of(row),
        marked=counts.marked[row.pk],
        total=counts.leaves[row.participation.campaign.instrument_id] - len(counts.left_out[row.pk]),
        finished=(row.pk, account) in counts.done,
        panel_finished=sum((row.pk, seat.assessor_id) in counts.done for seat in seats),
        panel_seats=len(seats),
        is_chair=any(seat.is_chair and seat.assessor_id == account for seat in seats),
        open_requests=open_requests,
        next_deadline=nearest,
        next_meeting=counts.meeting.get(row.pk),
    )


def _sections(assessment: Assessment, scope: Standing) -> tuple[Section, ...]:
    tree = tree_for(assessment)
    answers, previous = stored_answers(assessment), previous_marks(assessment)
    evidence, beside = evidence_of(assessment, scope=scope), BesideAnswers(assessment, timezone.now())
    own = {row.node: row for row in Mark.objects.filter(assessment=assessment, assessor=scope.account)}
    absent = left_out_of(assessment)
    sections: dict[str, list[MarkingItem]] = {}
    for number, leaf in enumerate(tree.leaves, start=1):
        answer = answers.get(leaf.code, _NO_ANSWER)
        item = MarkingItem(
            node=leaf,
            number=number,
            weight=weight_of(tree, leaf.code),
            choices=choices_of(leaf, tree.scale),
            answer=answer,
            self_mark=self_mark(tree, leaf, answer.given),
            previous=previous.get(leaf.code),
            evidence=evidence.get(leaf.code, ()),
            own=_own(own.get(leaf.code)),
            applies=leaf.code not in absent,
            beside=beside,
        )
        sections.setdefault(next(tree.ancestors(leaf.code), leaf.code), []).append(item)
    return tuple(Section(code, path_to(tree, code), tuple(items)) for code, items in sections.items())


def path_to(tree: index.Instrument, code: str) -> tuple[Bilingual, ...]:
    """The titles from the dimension down to a node, the root left out unless it is the node itself."""
    above = [ancestor for ancestor in tree.ancestors(code) if ancestor != tree.root.code]
    return tuple(Bilingual(**tree.node(step).title) for step in [*reversed(above), code])


def _own(row: Mark | None) -> OwnMark:
    return OwnMark() if row is None else OwnMark(trimmed(row.value), row.reason, row.version, row.changed_at)


_NO_ANSWER = StoredAnswer()
