"""Questions of the public about the budget of a village, and photographs that a village shows."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from pilar.areas.queries import working_days
from pilar.areas.reference import midnight_in, today_in
from pilar.people.operations import held, notify, settle
from pilar.people.rules import HeldRole, NotAllowed, NotFound, Permission, Standing
from pilar.platform import audit, locks, moves, retention, secrets
from pilar.platform.errors import Fault, Faults
from pilar.platform.jobs import every
from pilar.platform.language import N_
from pilar.villagefinance import reference
from pilar.villagefinance.models import Book, PublicPhoto, Question
from pilar.villagefinance.operations.flags import written
from pilar.villagefinance.operations.locking import locked_request
from pilar.villagefinance.queries.public import progress_photos
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of
from pilar.villagefinance.rules.clocks import due
from pilar.villagefinance.rules.questions import (
    CLOCK,
    DECIDED,
    MAX_A_DAY,
    MAX_ANSWER,
    MAX_CONTACT,
    MAX_QUESTION,
    QUESTIONS,
    QuestionElsewhere,
    QuestionState,
    TooManyQuestions,
)
from pilar.villagefinance.rules.roles import Role

TARGET, PHOTO = "villagefinance.question", "villagefinance.photo"


@transaction.atomic
def ask_question(
    *, by: Standing, village: str, year: int, activity: str = "", text: str, contact: str = "", now: datetime
) -> int:
    """Ask a village about its budget, as anybody may; return the number of the question. The asker is not recorded.

    Raises :class:`NotFound` where the village keeps no books, :class:`TooManyQuestions`, Faults at ``text`` and
    ``contact``.
    """
    region, today = village[:5], today_in(village[:5], now)
    if not Book.objects.filter(region=region, village=village).exists() or (
        activity and activity not in reference.activities()
    ):
        raise NotFound
    text, contact = written(text, "text", MAX_QUESTION), contact.strip()[:MAX_CONTACT]
    locks.take(f"{TARGET} {village}")
    rows, tomorrow = Question.objects.filter(region=region, village=village), today + timedelta(days=1)
    if rows.filter(asked_at__gte=midnight_in(region, today)).count() >= MAX_A_DAY:
        raise TooManyQuestions(seconds=(midnight_in(region, tomorrow) - now).total_seconds())
    clock = reference.clock_rules(region=region, day=today)[CLOCK]
    row = Question.objects.create(
        region=region, village=village, number=1 + (rows.aggregate(last=Max("number"))["last"] or 0), year=year,
        activity=activity, text=text, contact=contact or None, asked_at=now,
        due=due(clock, today, working_days(region)).day,
    )  # fmt: skip
    _tell(by, row, N_("Somebody asks about the budget of the village. Answer in time"), now)
    return row.number


@transaction.atomic
def answer_question(*, by: Standing, village: str, number: int, answer: str, now: datetime) -> None:
    """Answer for the village; sending the same answer twice counts once. Raises :class:`NotFound`, :class:`NotAllowed`,
    :class:`QuestionElsewhere`, Faults at ``answer``."""
    row = _locked(by, village, number, Action.ANSWER_QUESTION)
    move = QUESTIONS.move(QuestionState(row.state), QuestionState.ANSWERED)
    text = written(answer, "answer", MAX_ANSWER)
    if (row.state, row.answer) == (QuestionState.ANSWERED, text):
        return
    fields = {"answer": text, "answered_by": by.actor.name, "answered_at": now, "shown": ""}
    moves.make(move, row, by=by.actor, what=TARGET, action="answer", key=_key(row), area=row.region, fields=fields)
    settle(by=by, subject=_key(row), kind=TARGET, now=now)
    _tell(by, row, N_("A question about the budget is answered. Publish it"), now)


@transaction.atomic
def decide_question(
    *, by: Standing, village: str, number: int, to: QuestionState, shown: str = "", now: datetime
) -> None:
    """Publish a question as ``shown`` with its answer, take it off the public page again, or set it aside; deciding the
    same twice counts once.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`QuestionElsewhere`, Faults at ``shown``.
    """
    row = _locked(by, village, number, Action.PUBLISH)
    text = written(shown, "shown", MAX_QUESTION) if to is QuestionState.PUBLISHED else ""
    if row.state == to and row.shown == text and to in DECIDED:
        return
    move = QUESTIONS.move(QuestionState(row.state), to)
    if move.made_by:
        raise QuestionElsewhere
    moves.make(move, row, by=by.actor, what=TARGET, key=_key(row), area=row.region, fields={"shown": text})
    settle(by=by, subject=_key(row), kind=TARGET, now=now)


@every("villagefinance.forget-questions", cron="50 18 * * *")  # 1.50 WIB
@transaction.atomic
def forget_questions(*, by: Standing, now: datetime) -> int:
    """Erase the messages of questions that have expired; return their number. Published wording stays. Only for the
    schedule and the operator."""
    if not by.unrestricted:
        raise NotAllowed
    oldest = retention.oldest_kept("village-questions", now)
    rows = Question.objects.filter(asked_at__lt=oldest, text__isnull=False) if oldest else Question.objects.none()
    erased = rows.update(text=None, contact=None)
    if erased:
        audit.record(by=by.actor, action="erase", target=TARGET, key="all", after={"questions": erased})
    return erased


@transaction.atomic
def renew_questions(*, by: Standing) -> int:
    """Encrypt the messages of questions with the first key again; return the number of rows. Needs
    ``load-reference-data``."""
    by.require(Permission.LOAD_REFERENCE_DATA)
    count = secrets.renew_rows(Question, "text", "contact")
    if count:
        audit.record(by=by.actor, action="renew", target=TARGET, key="all", after={"rows": count})
    return count


@transaction.atomic
def show_photo(
    *,
    by: Standing,
    village: str,
    year: int,
    number: int,
    evidence: UUID,
    shown: bool,
    nobody: bool = False,
    now: datetime,
) -> None:
    """Show a photograph of the progress of works to everybody, or hide it again. ``nobody``: the declaration that
    nobody can be recognised on it.

    Raises :class:`NotFound` if it is no picture of this request, :class:`NotAllowed`, Faults at ``nobody``.
    """
    row = locked_request(by, village, year, number, lambda _row: Action.PUBLISH)
    of = {"region": row.region, "village": village, "year": year, "request": number, "evidence": evidence}
    photo = next((photo for photo in progress_photos(village, year, scope=by) if photo.evidence == evidence), None)
    if photo is None or photo.request != number:
        raise NotFound
    if shown and not nobody:
        sentence = N_("Show only what nobody can be recognised on")
        raise Faults([Fault("persons-on-photo", sentence, {}, "nobody")])
    if shown == photo.is_shown:
        return
    if shown:
        PublicPhoto.objects.create(**of, number=photo.number, shown_by=by.actor.name, shown_at=now)
    else:
        PublicPhoto.objects.filter(**of).delete()
    audit.record(
        by=by.actor, action="show" if shown else "hide", target=PHOTO, key=f"{village}/{evidence}", area=row.region
    )


def _tell(by: Standing, row: Question, sentence: str, now: datetime) -> None:
    notify(
        by=by, to=HeldRole(Role.SECRETARY, row.region, None, row.village), kind=TARGET, subject=_key(row),
        sentence=sentence, address=reverse("villagefinance:question", args=[row.village, row.number]),
        region=row.region, deadline=midnight_in(row.region, row.due + timedelta(days=1)), now=now,
    )  # fmt: skip


def _locked(by: Standing, village: str, number: int, action: Action) -> Question:
    case = case_of(village)
    AUTHORITY.require(by, action, case, known=AUTHORITY.holds(by, Action.READ_QUESTIONS, case))
    return held(Question.objects, region=village[:5], village=village, number=number)


def _key(row: Question) -> str:
    return f"{row.village}/{row.number}"
