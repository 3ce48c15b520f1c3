"""Questions of everybody and photographs of works, for the village and as everybody sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.core.paginator import Page
from django.db.models import Case, When
from django.urls import reverse

from pilar.areas.reference import today_in
from pilar.evidence.pictures import PICTURES
from pilar.evidence.queries import evidence_list
from pilar.people.rules import Standing, existing
from pilar.platform.actors import Authority
from pilar.platform.language import translate
from pilar.platform.names import Signature
from pilar.platform.paging import PAGE, paged
from pilar.platform.secrets import Kept
from pilar.villagefinance import reference
from pilar.villagefinance.models import PaymentRequest, Proof, PublicPhoto, Question
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of
from pilar.villagefinance.rules.questions import QUESTION_NAMES, QuestionState
from pilar.villagefinance.rules.requests import ProofKind, RequestState

OPEN = (QuestionState.ASKED, QuestionState.ANSWERED)
MAX_SHOWN = 50


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question as the village works with it; ``late``: not answered by its last day. ``text`` and ``contact`` are the
    message as sent, empty in lists and once they are erased."""

    village: str
    number: int
    year: int
    activity: str
    activity_name: str
    asked_at: datetime
    due: date
    late: bool
    state: QuestionState
    answer: str
    answered_by: Signature
    answered_at: datetime | None
    shown: str
    text: str = ""
    contact: str = ""

    @property
    def state_name(self) -> str:
        """The state in the reader's language; it says who must act next."""
        return translate(QUESTION_NAMES[self.state])


@dataclass(frozen=True, slots=True)
class PublishedQuestion:
    """A question with its answer, as everybody reads it."""

    number: int
    activity: str
    activity_name: str
    asked_on: date
    text: str
    answer: str
    answered_on: date


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """A photograph of the progress of the works of an activity: the version ``number`` of a piece of evidence."""

    village: str
    evidence: UUID
    number: int
    request: int
    activity: str
    activity_name: str
    told: str
    day: date
    is_shown: bool = True

    @property
    def address(self) -> str:
        """The address of the small picture."""
        path = reverse("villagefinance:photo", args=[self.village, self.evidence])
        return settings.SITE_ADDRESS.rstrip("/") + path


def questions(
    village: str, *, scope: Standing, now: datetime, page: int | str = 1, size: int | None = PAGE
) -> Page[QuestionRow]:
    """The questions to a village, those waiting first. Raises :class:`NotFound`. Two queries."""
    _require_reading(village, scope)
    rows = Question.objects.filter(region=village[:5], village=village).defer("text", "contact")
    ordered = rows.order_by(Case(When(state__in=OPEN, then=0), default=1), "-number")
    return paged(ordered, lambda part: [_row(question, now) for question in part], page=page, size=size)


def waiting_questions(village: str, *, scope: Standing, now: datetime) -> tuple[QuestionRow, ...]:
    """Read the questions that wait for the reader: to be answered and, for the secretary, to be published. One
    query."""
    case = case_of(village)
    acts = {QuestionState.ASKED: Action.ANSWER_QUESTION, QuestionState.ANSWERED: Action.PUBLISH}
    states = [state for state, action in acts.items() if AUTHORITY.may(scope, action, case)]
    rows = Question.objects.filter(region=village[:5], village=village, state__in=states).defer("text", "contact")
    return tuple(_row(row, now) for row in rows.order_by("due", "number"))


def question(village: str, number: int, *, scope: Standing, now: datetime) -> QuestionRow:
    """Read a question with the message as sent; the read is recorded in the audit log. Raises :class:`NotFound`. One
    query."""
    _require_reading(village, scope)
    row = existing(Question.objects.filter(region=village[:5], village=village, number=number).first())
    sent = {name: _opened(getattr(row, name), scope, row) for name in ("text", "contact")}
    return _row(row, now, **sent)


def published_questions(village: str, year: int, *, scope: Authority) -> tuple[PublishedQuestion, ...]:
    """The questions about a budget that are published, the newest first. One query."""
    del scope
    rows = Question.objects.filter(region=village[:5], village=village, year=year, state=QuestionState.PUBLISHED)
    return tuple(
        PublishedQuestion(
            row.number, row.activity, _activity(row.activity), today_in(row.region, row.asked_at), row.shown,
            row.answer, today_in(row.region, row.answered_at),
        )
        for row in rows.defer("text", "contact").order_by("-number")[:MAX_SHOWN] if row.answered_at
    )  # fmt: skip


def progress_photos(village: str, year: int, *, scope: Standing) -> tuple[PhotoRow, ...]:
    """Read the pictures among the progress evidence of a year's works, for those who choose which are public.

    Raises :class:`NotFound`. Five queries.
    """
    AUTHORITY.require(scope, Action.PUBLISH, case_of(village), known=False)
    of = {"region": village[:5], "village": village, "year": year}
    shown = set(PublicPhoto.objects.filter(**of).values_list("evidence", "number"))
    proofs = dict(Proof.objects.filter(**of, kind=ProofKind.PROGRESS).values_list("evidence", "request"))
    numbers = {
        revision.evidence: revision.number
        for revision in evidence_list(proofs, scope=scope)
        if revision.media_type in PICTURES
    }
    pairs = [(proofs[key], key, number, (key, number) in shown) for key, number in numbers.items()]
    return tuple(_photos(pairs, of))


def public_photos(village: str, year: int, *, scope: Authority) -> tuple[PhotoRow, ...]:
    """Read the public photographs of the works of a year, the newest first. Two queries."""
    del scope
    of = {"region": village[:5], "village": village, "year": year}
    rows = PublicPhoto.objects.filter(**of).values_list("request", "evidence", "number").order_by("-shown_at")
    return tuple(_photos([(*row, True) for row in rows[:MAX_SHOWN]], of))


def public_photo(village: str, evidence: UUID, *, scope: Authority) -> int:
    """Return the version of a public photograph; raises :class:`NotFound`, also once its request is cancelled. Two
    queries."""
    del scope
    of = {"region": village[:5], "village": village}
    row = existing(PublicPhoto.objects.filter(**of, evidence=evidence).first())
    asked = PaymentRequest.objects.filter(**of, year=row.year, number=row.request)
    existing(asked.exclude(state=RequestState.CANCELLED).first())
    return row.number


def _photos(pairs: Iterable[tuple[int, UUID, int, bool]], of: dict[str, object]) -> Iterable[PhotoRow]:
    pairs = list(pairs)
    requests = {
        request.number: request
        for request in PaymentRequest.objects.filter(**of, number__in={number for number, *_rest in pairs})
        if request.state != RequestState.CANCELLED
    }
    for number, evidence, version, is_shown in pairs:
        if number in requests:
            request = requests[number]
            name = _activity(request.activity)
            yield PhotoRow(
                request.village, evidence, version, number, request.activity, name, request.told, request.date, is_shown
            )


def _require_reading(village: str, scope: Standing) -> None:
    AUTHORITY.require(scope, Action.READ_QUESTIONS, case_of(village), known=False)


def _row(row: Question, now: datetime, **sent: str) -> QuestionRow:
    late = row.state == QuestionState.ASKED and row.due < today_in(row.region, now)
    return QuestionRow(
        row.village, row.number, row.year, row.activity, _activity(row.activity), row.asked_at, row.due, late,
        QuestionState(row.state), row.answer, row.answered_by, row.answered_at, row.shown, **sent,
    )  # fmt: skip


def _activity(code: str) -> str:
    activity = reference.activities().get(code)
    return activity.name if activity else ""


def _opened(kept: Kept | None, scope: Standing, row: Question) -> str:
    return kept.read(by=scope.actor, key=f"{row.village}/{row.number}", area=row.region) if kept else ""
