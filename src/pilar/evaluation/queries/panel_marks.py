"""The marks of a whole panel: hidden from everybody until every seat has finished, then side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef

from pilar import index
from pilar.evaluation.models import AgreedMark, Assessment, Mark, Seat
from pilar.evaluation.queries.answer_rows import AssessmentHeader, StoredAnswer
from pilar.evaluation.queries.answers import header_of, stored_answers
from pilar.evaluation.queries.cases import (
    Panel,
    assessment_to,
    case_of,
    left_out_of,
    marked_leaves,
    panel_of,
    result_for,
    self_mark,
    tree_for,
)
from pilar.evaluation.queries.marking import Choice, choices_of, path_to
from pilar.evaluation.queries.published_marks import PublishedMarks, published_marks
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.rules.answers import trimmed
from pilar.evaluation.rules.authority import Action, holds, may, obstacle, require
from pilar.evaluation.rules.marking import DECIDED, SETTLEMENT_NAMES
from pilar.evaluation.rules.stages import Settlement
from pilar.people.rules import Standing
from pilar.platform.audit import events
from pilar.platform.language import N_, translate

AGREED_MARK = "evaluation.agreed-mark"
"""What the history calls an agreed mark."""


@dataclass(frozen=True, slots=True)
class SeatRow:
    """An assessor of the panel and how far that one is: a count, never a value."""

    key: int
    name: str
    is_chair: bool
    marked: int
    finished: bool


@dataclass(frozen=True, slots=True)
class GivenMark:
    """The mark of one assessor for an indicator; ``value`` is None for a seat without a mark."""

    assessor: str
    value: Decimal | None
    reason: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """The agreed mark and how it came about; ``reason`` and ``by`` are of the person who decided: the chair, or
    ``of_secretariat`` on an objection or by a correction. Settling again names ``version``."""

    value: Decimal
    how: Settlement
    reason: str
    by: str
    at: datetime
    version: int = 0
    of_secretariat: bool = False

    @property
    def decided(self) -> str:
        """The way in which it was settled, as a code: ``secretariat`` if that decided on an objection or corrected."""
        return "secretariat" if self.of_secretariat else self.how.value

    @property
    def how_name(self) -> str:
        return translate(DECIDED if self.of_secretariat else SETTLEMENT_NAMES[self.how])


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One indicator with all that the panel gave it; ``agreed`` is None while it waits for the chair."""

    node: index.Node
    path: tuple[Bilingual, ...]
    choices: tuple[Choice, ...] | None
    answer: StoredAnswer
    self_mark: Decimal | None
    marks: tuple[GivenMark, ...]
    agreed: Agreed | None

    @property
    def title(self) -> Bilingual:
        return Bilingual(**self.node.title)

    @property
    def spread(self) -> Decimal:
        """Points between the highest and the lowest mark."""
        values = [given_mark.value for given_mark in self.marks if given_mark.value is not None]
        return max(values) - min(values) if values else Decimal(0)


@dataclass(frozen=True, slots=True)
class Board:
    """The panel's marks: ``rows`` is empty while one has not finished; what waits for the chair stands first.

    ``why_not`` says in the reader's language why they cannot settle.
    """

    header: AssessmentHeader
    seats: tuple[SeatRow, ...]
    total: int
    is_open: bool
    rows: tuple[BoardRow, ...]
    why_not: str

    @property
    def waiting(self) -> int:
        return sum(row.agreed is None for row in self.rows)

    @property
    def finished(self) -> int:
        return sum(seat.finished for seat in self.seats)


@dataclass(frozen=True, slots=True)
class Beside:
    """One indicator of the region's view: own level next to the agreed one; ``applies`` is False if it was left out.

    ``reasons`` are what the panel gave for a mark that came about by the rule, in no order that tells who gave which.
    """

    code: str
    title: Bilingual
    path: tuple[Bilingual, ...]
    own: Decimal | None
    agreed: Agreed | None
    applies: bool
    reasons: tuple[str, ...] = ()

    @property
    def contestable(self) -> bool:
        """Return whether the region may object: to a mark, or to being left out."""
        return self.agreed is not None or not self.applies

    @property
    def difference(self) -> Decimal | None:
        """Agreed less own."""
        return None if self.own is None or self.agreed is None else self.agreed.value - self.own


@dataclass(frozen=True, slots=True)
class Comparison:
    """The region's view of the panel's work, in the order of the instrument."""

    header: AssessmentHeader
    rows: tuple[Beside, ...]


def board(key: int, *, scope: Standing) -> Board:
    """The panel's marks for its members. Ten queries, and one more of each mark that was changed after publication.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState`.
    """
    assessment, case = assessment_to(scope, key, Action.READ_FOR_MARKING)
    panel, leaves = panel_of(assessment), marked_leaves(assessment)
    why_not = ""
    if not holds(scope, Action.SETTLE, case):
        why_not = translate(N_("Only the chair of the panel settles marks"))
    elif refused := obstacle(scope, Action.SETTLE, case):
        why_not = refused.text()
    return Board(
        header=header_of(assessment),
        seats=_seats(assessment, panel, leaves),
        total=len(leaves),
        is_open=panel.open,
        rows=_rows(assessment, panel, leaves) if panel.open else (),
        why_not=why_not,
    )


def agreed_beside_own(key: int, *, scope: Standing) -> Comparison:
    """The agreed marks next to the region's own, for its team and the secretariat from the objection period on.

    From publication on they are those of the newest published version, whatever is being corrected. Who gave what is
    not shown. Raises :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState`.
    """
    assessment = result_for(scope, key)
    case = case_of(assessment)
    if not may(scope, Action.SEE_PUBLISHED, case):
        require(scope, Action.SEE_AGREED_MARKS, case, known=True)
    return _compared(assessment, as_shown(assessment, agreed_marks(assessment)))


def as_shown(assessment: Assessment, agreed: Mapping[str, Agreed]) -> Mapping[str, Agreed]:
    """Agreed marks as anybody sees them who does not change them: from publication on those of the newest published
    version. One query, and one more of each mark that was changed since."""
    public = published_marks([assessment.phase_id], assessment.participation.region_id).get(assessment.phase_id)
    return agreed if public is None else _as_published(assessment, agreed, public)


def marks_to_correct(key: int, *, scope: Standing) -> Comparison:
    """The agreed marks as they are now, also those of a correction that is not published, for anyone who corrects them.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState`.
    """
    assessment, _case = assessment_to(scope, key, Action.CORRECT_RESULTS)
    return _compared(assessment, agreed_marks(assessment))


def _compared(assessment: Assessment, agreed: Mapping[str, Agreed]) -> Comparison:
    tree, answers, reasons = tree_for(assessment), stored_answers(assessment), _reasons(assessment, agreed)
    left_out = left_out_of(assessment)
    rows = []
    for leaf in tree.leaves:
        answer = answers.get(leaf.code, _NO_ANSWER)
        rows.append(
            Beside(
                code=leaf.code,
                title=Bilingual(**leaf.title),
                path=path_to(tree, leaf.code)[:-1],
                own=self_mark(tree, leaf, answer.given),
                agreed=agreed.get(leaf.code),
                applies=leaf.code not in left_out,
                reasons=reasons.get(leaf.code, ()),
            )
        )
    return Comparison(header_of(assessment), tuple(rows))


def _reasons(assessment: Assessment, agreed: Mapping[str, Agreed]) -> dict[str, tuple[str, ...]]:
    """Return what the panel's seats said, each sentence once and by the alphabet, where the chair has not decided."""
    by_rule = [node for node, mark in agreed.items() if mark.how is not Settlement.CHAIR]
    seats = [seat.assessor_id for seat in assessment.participation.seats.all()]
    rows = Mark.objects.filter(assessment=assessment, node__in=by_rule, assessor__in=seats).exclude(reason="")
    said: defaultdict[str, set[str]] = defaultdict(set)
    for node, reason in rows.values_list("node", "reason"):
        said[node].add(reason)
    return {node: tuple(sorted(texts)) for node, texts in said.items()}


def _as_published(assessment: Assessment, agreed: Mapping[str, Agreed], public: PublishedMarks) -> dict[str, Agreed]:
    """The agreed marks of the published version. How a mark came about that was changed since stands in the history."""
    return {
        node: mark if mark.at <= public.computed_at else _before(assessment, node, mark, public)
        for node, mark in agreed.items()
        if node in public.marks
    }


def _before(assessment: Assessment, node: str, now: Agreed, public: PublishedMarks) -> Agreed:
    value = public.marks[node]
    for event in events(target=AGREED_MARK, key=f"{assessment.pk} {node}"):
        before = event.before
        if before is not None and Decimal(str(before["value"])) == value:
            return Agreed(value, Settlement(before["how"]), before["reason"], "", public.computed_at)
    # Nothing stands in the history: a mark of the same value was not changed.
    return now if now.value == value else replace(now, value=value, reason="", by="", at=public.computed_at)


def agreed_marks(assessment: Assessment) -> dict[str, Agreed]:
    """The agreed marks by indicator; the caller has decided that the reader may see them. One query."""
    theirs = {"assessor": OuterRef("settled_by")}
    of_panel = Exists(Mark.objects.filter(assessment=assessment, **theirs)) | Exists(
        Seat.objects.filter(participation=assessment.participation_id, **theirs)
    )
    rows = AgreedMark.objects.filter(assessment=assessment).select_related("settled_by").annotate(of_panel=of_panel)
    return {
        row.node: Agreed(
            value=trimmed(row.value),
            how=Settlement(row.how),
            reason=row.reason,
            by=row.settled_by.name if row.settled_by else "",
            at=row.settled_at,
            version=row.version,
            of_secretariat=row.how == Settlement.CHAIR and not row.of_panel,
        )
        for row in rows
    }


def _seats(assessment: Assessment, panel: Panel, leaves: tuple[index.Node, ...]) -> tuple[SeatRow, ...]:
    marks = Mark.objects.filter(assessment=assessment, node__in=[leaf.code for leaf in leaves])
    given = marks.order_by().values_list("assessor").annotate(Count("id"))
    marked: dict[int, int] = dict(given)
    seats = assessment.participation.seats.select_related("assessor")
    return tuple(
        SeatRow(
            key=seat.assessor_id,
            name=seat.assessor.name,
            is_chair=seat.is_chair,
            marked=marked.get(seat.assessor_id, 0),
            finished=seat.assessor_id in panel.finished,
        )
        for seat in seats
    )


def _rows(assessment: Assessment, panel: Panel, leaves: tuple[index.Node, ...]) -> tuple[BoardRow, ...]:
    tree, answers = tree_for(assessment), stored_answers(assessment)
    agreed = as_shown(assessment, agreed_marks(assessment))
    marks: defaultdict[str, list[GivenMark]] = defaultdict(list)
    given = Mark.objects.filter(assessment=assessment, assessor__in=panel.seats).select_related("assessor")
    for row in given.order_by("assessor__name", "assessor"):
        marks[row.node].append(GivenMark(row.assessor.name, trimmed(row.value), row.reason))
    rows = [
        BoardRow(
            node=leaf,
            path=path_to(tree, leaf.code)[:-1],
            choices=choices_of(leaf, tree.scale),
            answer=answers.get(leaf.code, _NO_ANSWER),
            self_mark=self_mark(tree, leaf, answers.get(leaf.code, _NO_ANSWER).given),
            marks=tuple(marks[leaf.code]),
            agreed=agreed.get(leaf.code),
        )
        for leaf in leaves
    ]
    return tuple(sorted(rows, key=lambda row: (row.agreed is not None, -row.spread)))


_NO_ANSWER = StoredAnswer()
