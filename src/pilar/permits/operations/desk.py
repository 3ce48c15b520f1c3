"""Complaints and enquiries: receive, answer, escalate to the head of the office and erase after a time; and the notes
of the office in its quarterly report."""

from __future__ import annotations

import secrets
from base64 import b32encode
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from pilar.areas import queries as areas
from pilar.areas.queries import working_days
from pilar.areas.reference import midnight_in, today_in
from pilar.people.operations import held, notify, settle
from pilar.people.rules import SCHEDULE, HeldRole, NotAllowed, Standing
from pilar.permits.models import Letter, ReportNote
from pilar.permits.operations.notices import tell_hands
from pilar.permits.queries.desk import case_named
from pilar.permits.reference.investment import desk_limit
from pilar.permits.rules.authority import AUTHORITY, Action, Case
from pilar.permits.rules.desk import (
    LETTERS,
    MAX_A_DAY,
    MAX_ANSWER,
    MAX_CONTACT,
    MAX_TEXT,
    LetterElsewhere,
    LetterKind,
    LetterState,
    TooManyLetters,
)
from pilar.permits.rules.quarterly import MAX_NOTE, Heading
from pilar.permits.rules.roles import Role
from pilar.platform import audit, locks, moves, retention
from pilar.platform.calendar import deadline
from pilar.platform.errors import Fault, Faults
from pilar.platform.jobs import every
from pilar.platform.language import N_
from pilar.platform.receipts import OtherContent
from pilar.platform.secrets import decrypt

TARGET = "permits.letter"


@transaction.atomic
def write_letter(
    *, by: Standing, region: str, kind: LetterKind, text: str, contact: str = "", case: str = "",
    key: UUID | None = None, now: datetime,
) -> str:  # fmt: skip
    """Write to the one-stop office, as anybody may; returns the token of the link to the answer. The author is not
    recorded. Sent again with the same ``key``, it is the same letter.

    Raises :class:`NotFound`, :class:`TooManyLetters`, :class:`OtherContent`, Faults at ``text``, ``contact`` and
    ``case``.
    """
    areas.region(region)
    today = today_in(region, now)
    text, contact = _written(text, "text", MAX_TEXT), contact.strip()[:MAX_CONTACT]
    if kind is LetterKind.COMPLAINT and not case.strip():
        sentence = N_("Write the number of the application that this is about")
        raise Faults([Fault("no-case", sentence, {}, "case")])
    locks.take(f"{TARGET} {region}")
    token = _token(key)
    if there := Letter.objects.filter(token=token).first():
        _require_same(there, (region, kind, case.strip(), text, contact))
        return token
    tomorrow = midnight_in(region, today + timedelta(days=1))
    sent = Letter.objects.filter(region=region, asked_at__gte=midnight_in(region, today))
    about = case_named(region, case.strip())
    first = about is not None and not sent.filter(case__iexact=about.number).exists()
    if sent.count() >= MAX_A_DAY and not first:  # otherwise strangers could keep somebody from complaining about a case
        raise TooManyLetters(seconds=(tomorrow - now).total_seconds())
    row = Letter.objects.create(
        region_id=region, kind=kind, token=token, case=case.strip(), text=text, contact=contact or None, asked_at=now,
        due=due(region, kind, now),
    )  # fmt: skip
    _tell(by, row, Role.FRONT, N_("Somebody has written to the office. Answer in time"), now)
    if about is not None:
        sentence = N_("There is a complaint about application %(number)s, which is in your hands")
        tell_hands(
            about, by=by, kind=TARGET, subject=f"{TARGET}:{row.pk}", sentence=sentence, now=now, deadline=_end_of(row)
        )  # fmt: skip
    return token


@transaction.atomic
def answer_letter(*, by: Standing, letter: int, answer: str, now: datetime) -> None:
    """Answer for the office. Raises :class:`NotFound`, :class:`NotAllowed`, :class:`LetterElsewhere`, Faults at
    ``answer``."""
    row = held(Letter.objects, pk=letter)
    escalated = row.state == LetterState.ESCALATED
    _require(by, row, Action.ANSWER_ESCALATED if escalated else Action.ANSWER_LETTER)
    move = LETTERS.move(LetterState(row.state), LetterState.ANSWERED)
    text = _written(answer, "answer", MAX_ANSWER)
    fields = {"answer": text, "answered_by": by.signature, "answered_at": now}
    moves.make(move, row, by=by.actor, what=TARGET, action="answer", area=row.region_id, fields=fields)
    settle(by=by, subject=f"{TARGET}:{row.pk}", kind=TARGET, now=now)


@transaction.atomic
def escalate_letter(*, by: Standing, token: str, now: datetime) -> None:
    """Escalate a letter to the head of the office, by anyone who has its link; they are not recorded. Raises
    :class:`NotFound`, :class:`LetterElsewhere`."""
    del by
    _escalate(SCHEDULE, held(Letter.objects, token=token), now)


@every("permits.escalate-letters", cron="10 17 * * *")  # 0.10 WIB
@transaction.atomic
def escalate_late_letters(*, by: Standing, now: datetime) -> int:
    """Escalate letters that were not answered by their last day; returns how many. For the schedule and the operator
    only."""
    if not by.unrestricted:
        raise NotAllowed
    rows = Letter.objects.select_for_update().filter(state=LetterState.ASKED, due__lt=today_in("", now))
    letters = list(rows.order_by("pk"))
    for row in letters:
        _escalate(by, row, now)
    return len(letters)


@every("permits.forget-letters", cron="55 18 * * *")  # 1.55 WIB
@transaction.atomic
def forget_letters(*, by: Standing, now: datetime) -> int:
    """Erase the contents of expired letters; returns how many. For the schedule and the operator only."""
    if not by.unrestricted:
        raise NotAllowed
    oldest = retention.oldest_kept("permit-letters", now)
    rows = Letter.objects.filter(asked_at__lt=oldest, text__isnull=False) if oldest else Letter.objects.none()
    erased = rows.update(text=None, contact=None)
    if erased:
        audit.record(by=by.actor, action="erase", target=TARGET, key="all", after={"letters": erased})
    return erased


@transaction.atomic
def note_quarter(
    *, by: Standing, region: str, year: int, quarter: int, notes: Mapping[Heading, str], now: datetime
) -> None:
    """Write notes under headings of the quarterly report, for content that no record holds; an empty note deletes the
    previous one.

    Raises :class:`NotFound`, :class:`NotAllowed`, Faults at the headings.
    """
    case = Case(region)
    AUTHORITY.require(by, Action.REPORT, case, known=AUTHORITY.holds(by, Action.READ_AROUND, case))
    sentence = N_("At most %(most)s characters")
    long = [heading for heading, text in notes.items() if len(text) > MAX_NOTE]
    if long:
        raise Faults([Fault("too-long", sentence, {"most": MAX_NOTE}, heading.value) for heading in long])
    locks.take(f"permits.quarter {region}")
    of = {"region_id": region, "year": year, "quarter": quarter}
    rows = ReportNote.objects.filter(**of)
    there = dict(rows.values_list("heading", "text"))
    written = {heading.value: text.replace("\0", "").strip() for heading, text in notes.items()}
    changed = {heading: text for heading, text in written.items() if text != there.get(heading, "")}
    for heading, text in changed.items():
        if text:
            given = {"text": text, "written_by": by.signature, "written_at": now}
            ReportNote.objects.update_or_create(**of, heading=heading, defaults=given)
        else:
            rows.filter(heading=heading).delete()
    if changed:
        key = f"{region}/{year}-Q{quarter}"
        audit.record(by=by.actor, action="note", target="permits.quarter", key=key, area=region, after=changed)


def _escalate(by: Standing, row: Letter, now: datetime) -> None:
    move = LETTERS.move(LetterState(row.state), LetterState.ESCALATED)
    if row.escalated_at is not None:
        raise LetterElsewhere
    fields = {"escalated_at": now, "due": due(row.region_id, LetterKind(row.kind), now)}
    moves.make(move, row, by=by.actor, what=TARGET, action="escalate", area=row.region_id, fields=fields)
    settle(by=by, subject=f"{TARGET}:{row.pk}", kind=TARGET, now=now)
    _tell(by, row, Role.HEAD, N_("A letter to the office was not answered, or not well. Answer it yourself"), now)


def due(region: str, kind: LetterKind, now: datetime) -> date:
    """The last day for the answer to a letter that was received or escalated at a given moment."""
    today = today_in(region, now)
    return deadline(working_days(region), day_zero=today, days=desk_limit(kind, today).days).due


def _tell(by: Standing, row: Letter, role: Role, sentence: str, now: datetime) -> None:
    notify(
        by=by, to=HeldRole(role, row.region_id, None), kind=TARGET, subject=f"{TARGET}:{row.pk}", sentence=sentence,
        address=reverse("permits:letter", args=[row.pk]), region=row.region_id,
        deadline=_end_of(row), now=now,
    )  # fmt: skip


def _end_of(row: Letter) -> datetime:
    return midnight_in(row.region_id, row.due + timedelta(days=1))


def _require(by: Standing, row: Letter, action: Action) -> None:
    case = Case(row.region_id)
    AUTHORITY.require(by, action, case, known=AUTHORITY.holds(by, Action.READ_AROUND, case))


def _token(key: UUID | None) -> str:
    """Derive an unguessable token of 24 letters from the key of the form, so that a second click gives the same one."""
    given = secrets.token_bytes(16) if key is None else key.bytes
    return b32encode(sha256(b"permits.letter " + given).digest()).decode().lower()[:24]


def _require_same(row: Letter, sent: tuple[str, ...]) -> None:
    """Raise :class:`OtherContent` if another letter was already sent with this key."""
    kept = [sealed and decrypt(sealed.text, context=sealed.context) for sealed in (row.text, row.contact)]
    if (row.region_id, row.kind, row.case, *(text or "" for text in kept)) != sent:
        raise OtherContent


def _written(text: str, place: str, most: int) -> str:
    text = text.replace("\0", "").strip()
    if not text or len(text) > most:
        raise Faults([Fault("unfit-text", N_("Write 1 to %(most)s characters"), {"most": most}, place)])
    return text
