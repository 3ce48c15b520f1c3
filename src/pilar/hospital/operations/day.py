"""The day of a session: calling, skipping and taking back patients, consultations, and absences.

The order is decided by ``rules.queue`` under one lock of the session's queue, so two simultaneous calls call two
people. Nothing here waits for BPJS, which is informed through tasks (``note``).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Exists, F, Min, OuterRef, Q

from pilar.hospital.models import Booking, Session, Task
from pilar.hospital.operations.booking import (
    TARGET,
    Booked,
    arrive,
    book,
    give_up,
    happened,
    note,
    own_booking,
    tell_queue,
)
from pilar.hospital.operations.telling import tell_of, tell_patient
from pilar.hospital.queries import day as queries
from pilar.hospital.queries.schedule import session_row, why_no_check_in
from pilar.hospital.rules import queue
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import (
    BOOKINGS,
    HERE,
    Asked,
    BookingState,
    Channel,
    Payer,
    Priority,
    SessionState,
    Visit,
    WrongState,
)
from pilar.hospital.rules.queue import (
    Kind,
    KioskUnknown,
    NobodyWaits,
    NotRegistered,
    Reason,
    StillCalled,
    StillHere,
    StillSeen,
)
from pilar.hospital.rules.tasks import TaskId
from pilar.people.authority import Case
from pilar.people.operations import held, locked, there
from pilar.people.queries import within
from pilar.people.rules import PUBLIC, Permission, Standing
from pilar.platform import audit, locks, moves
from pilar.platform.actors import Actor
from pilar.platform.errors import Faults
from pilar.platform.jobs import every
from pilar.platform.language import N_
from pilar.platform.lifecycle import Move
from pilar.platform.transactions import one_by_one

S = BookingState
AT_KIOSK = Standing(Actor("system", "kiosk", N_("Kiosk")))
"""A person at a kiosk, known only by the code of their booking."""
ENDED_AFTER = timedelta(hours=2)
"""assumption: how long after its end a session is ended automatically, once nobody waits in it."""


@transaction.atomic
def call_next(*, by: Standing, session: int, now: datetime) -> str:
    """Call the next patient by the rule of the clinic; returns the code of their booking.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`StillCalled`, :class:`NobodyWaits`.
    """
    row = queue_of(by, session, Action.CALL)
    _nobody_called(row)
    person = queries.next_in(row, now=now)
    if person is None:
        raise NobodyWaits
    booking = held(Booking.objects.select_related("hospital"), session=row, number=person.number)
    _call(booking, person.why, by=by, now=now)
    return booking.code


@transaction.atomic
def call(*, by: Standing, booking: str, reason: Reason, now: datetime) -> None:
    """Call somebody out of turn, for one of the listed reasons. Raises what :func:`call_next` raises, and
    :class:`QueueRefused`, :class:`WrongState`."""
    queue.require_reason(Kind.CALL, reason)
    row = _held(by, booking, Action.CALL)
    _nobody_called(row.session)
    if not queries.registered(row):
        raise NotRegistered
    _call(row, reason, by=by, now=now)


@transaction.atomic
def call_again(*, by: Standing, booking: str, now: datetime) -> None:
    """Repeat the call of the called patient: the board shows and speaks it again. Raises :class:`WrongState`."""
    row = _held(by, booking, Action.CALL)
    BOOKINGS.move(S(row.state), S.SERVING)
    if row.called_at is not None and abs(now - row.called_at) < queue.SECOND_CLICK:
        return
    Booking.objects.filter(pk=row.pk).update(calls=F("calls") + 1, called_at=now)
    happened(row, Kind.AGAIN, by=by, now=now)
    audit.record(by=by.actor, action="call-again", target=TARGET, key=row.pk, area=row.hospital.region_id)
    tell_queue(row.session)


@transaction.atomic
def skip(*, by: Standing, booking: str, reason: Reason, now: datetime) -> None:
    """Skip the called patient: they wait again, behind the next few. Raises Faults if they were not called often
    enough, :class:`QueueRefused`, :class:`WrongState`."""
    queue.require_reason(Kind.SKIP, reason)
    row = _held(by, booking, Action.CALL)
    move = BOOKINGS.move(S(row.state), S.ARRIVED)
    if faults := queue.skip_faults(reason, queries.calls_of(row.pk), now):
        raise Faults(faults)
    turn = queue.behind(queries.waiting(row.session), now)
    _moved(row, move, Kind.SKIP, reason, by=by, now=now, turn_at=turn)


@transaction.atomic
def leave(*, by: Standing, booking: str, reason: Reason, now: datetime) -> None:
    """Mark a patient as absent who was here. BPJS is told at the end of the session; until then they may come back
    (:func:`recall`). Raises :class:`QueueRefused`, :class:`WrongState`."""
    queue.require_reason(Kind.LEAVE, reason)
    row = _held(by, booking, Action.CALL)
    _moved(row, BOOKINGS.move(S(row.state), S.ABSENT), Kind.LEAVE, reason, by=by, now=now)


@transaction.atomic
def recall(*, by: Standing, booking: str, reason: Reason, now: datetime) -> None:
    """Take back a patient who was absent: their turn counts from now, as for all who come late. Raises
    :class:`QueueRefused`, :class:`WrongState`."""
    queue.require_reason(Kind.RECALL, reason)
    row = _held(by, booking, Action.CALL)
    move = BOOKINGS.move(S(row.state), S.ARRIVED)
    queries.require_open(row.session)
    _moved(row, move, Kind.RECALL, reason, by=by, now=now, turn_at=now)


@transaction.atomic
def start(*, by: Standing, booking: str, now: datetime) -> None:
    """The doctor begins with the called patient (task 4 of BPJS). Raises :class:`StillSeen` while another patient is
    with the doctor, :class:`WrongState`."""
    row = _held(by, booking, Action.SEE)
    move = BOOKINGS.move(S(row.state), S.SERVING)
    if Booking.objects.filter(session=row.session_id, state=S.SERVING).exists():
        raise StillSeen
    _moved(row, move, Kind.START, "", by=by, now=now, started_at=now)
    Session.objects.filter(pk=row.session_id, began_at=None).update(began_at=now)
    if not Task.objects.filter(booking=row, task=TaskId.CLINIC).exists():  # unless a start was undone
        note(row, TaskId.CLINIC, now)


@transaction.atomic
def take_back_start(*, by: Standing, booking: str, now: datetime) -> None:
    """Undo the start of a consultation that was begun by mistake: the patient is not there and counts as called again.
    BPJS keeps the time it was told. Raises :class:`WrongState`."""
    row = _held(by, booking, Action.SEE)
    move = BOOKINGS.move(S(row.state), S.CALLED)
    if move.source is not S.SERVING:
        raise WrongState(state=row.state)
    _moved(row, move, Kind.BACK, Reason.MISTAKE, by=by, now=now, started_at=None)
    others = Booking.objects.filter(session=row.session_id, started_at__isnull=False)
    Session.objects.filter(pk=row.session_id).update(began_at=others.aggregate(Min("started_at"))["started_at__min"])


@transaction.atomic
def finish(*, by: Standing, booking: str, now: datetime) -> None:
    """End the consultation (task 5 of BPJS); the number of remaining patients drops here. Raises
    :class:`WrongState`."""
    row = _held(by, booking, Action.SEE)
    move = BOOKINGS.move(S(row.state), S.SERVED)
    _moved(row, move, Kind.FINISH, "", by=by, now=now, ended_at=max(now, row.started_at or now))
    note(row, TaskId.PHARMACY_WAIT, now)


@transaction.atomic
def book_control(*, by: Standing, booking: str, session: int, key: UUID, now: datetime, reference: str = "") -> Booked:
    """Book the next visit of a patient who is or was with the doctor: by the desk's channel, with the same payer. The
    control letter (``reference``) may come later. Raises as ``book``, :class:`WrongState`."""
    row = _held(by, booking, Action.SEE)
    if row.state not in (S.SERVING, S.SERVED):
        raise WrongState(state=row.state)
    asked = Asked(Channel.DESK, Payer(row.payer), Visit.CONTROL, reference)
    again = Booking.objects.filter(key=key).exists()
    booked = book(
        by=by, session=session, patient=row.patient_id, asked=asked, priority=Priority(row.priority), key=key, now=now,
        right=Action.SEE,
    )  # fmt: skip
    if not again:
        tell_patient(row.patient_id, now, booking=booked.code)
    return booked


@transaction.atomic
def set_priority(*, by: Standing, booking: str, priority: Priority, now: datetime) -> None:
    """Set whether a waiting patient has priority. Raises :class:`WrongState` for a patient who is not waiting."""
    row = _held(by, booking, Action.CALL)
    BOOKINGS.move(S(row.state), S.CALLED)
    before, row.priority = row.priority, priority
    if before == priority:
        return
    row.save(update_fields=["priority"])
    audit.record(
        by=by.actor, action="set-priority", target=TARGET, key=row.pk, area=row.hospital.region_id,
        before={"priority": before}, after={"priority": priority},
    )  # fmt: skip
    tell_queue(row.session)


@transaction.atomic
def register_step(*, by: Standing, booking: str, now: datetime) -> None:
    """The desk begins with a new patient who has arrived (task 2 of BPJS), or has registered them (3), so that they
    wait for the clinic. Raises :class:`WrongState`, :class:`TaskOutOfOrder`."""
    row = _held(by, booking, Action.BOOK)
    BOOKINGS.move(S(row.state), S.CALLED)
    begun = Task.objects.filter(booking=row, task=TaskId.ADMISSION).first()
    if begun is not None and abs(now - begun.at) < queue.SECOND_CLICK:
        return
    note(row, TaskId.CLINIC_WAIT if begun else TaskId.ADMISSION, now)
    audit.record(by=by.actor, action="register-step", target=TARGET, key=row.pk, area=row.hospital.region_id)
    tell_queue(row.session)


@transaction.atomic
def walk_in(
    *, by: Standing, session: int, patient: int, asked: Asked, priority: Priority, key: UUID, now: datetime
) -> Booked:
    """Give somebody who came without a booking the next place of a session, and check them in if it is the time for it.
    Raises what ``book`` raises."""
    booked = book(by=by, session=session, patient=patient, asked=asked, priority=priority, key=key, now=now)
    row = own_booking(by, booked.code, now)
    place = session_row(row.session)
    if row.state == S.BOOKED and not why_no_check_in(row.at, place, row.hospital.region_id, now=now):
        arrive(row, by=by, key=uuid5(key, "check-in"), now=now)
    return booked


@transaction.atomic
def check_in_at_kiosk(*, by: Standing, kiosk: str, booking: str, key: UUID, now: datetime) -> int:
    """Check in the holder of a booking code at a kiosk of the hospital, no matter who they are; ``kiosk`` is the token
    that the desk gave the device (``set_up_kiosk``). Raises :class:`KioskUnknown`, and what ``check_in`` raises."""
    hospital = queries.kiosk_of(kiosk)
    if hospital is None:
        raise KioskUnknown
    row = held(Booking.objects.select_related("hospital"), code=booking, hospital=hospital)
    return arrive(row, by=AT_KIOSK if by == PUBLIC else by, key=key, now=now)


@transaction.atomic
def agree_earlier(*, by: Standing, booking: str, agreed: bool, now: datetime) -> None:
    """Record whether a patient agrees to be asked to come earlier. Raises :class:`NotFound`, :class:`WrongState`."""
    row = own_booking(by, booking, now)
    BOOKINGS.move(S(row.state), S.ARRIVED)
    if row.may_come_earlier == agreed:
        return
    row.may_come_earlier = agreed
    row.save(update_fields=["may_come_earlier"])
    happened(row, "agree", by=by, now=now, reason="yes" if agreed else "no")
    audit.record(
        by=by.actor, action="agree-earlier", target=TARGET, key=row.pk, area=row.hospital.region_id,
        after={"agreed": agreed},
    )  # fmt: skip


@transaction.atomic
def end_session(*, by: Standing, session: int, now: datetime) -> int:
    """End a session: patients who did not check in are absent, and BPJS is told of all absent ones (task 99); returns
    how many. Raises :class:`StillHere` while somebody waits, :class:`NotFound`, :class:`NotAllowed`."""
    row = queue_of(by, session, Action.CALL)
    if row.state in (SessionState.DONE, SessionState.CANCELLED):
        return 0
    if Booking.objects.filter(session=row, state__in=HERE).exists():
        raise StillHere
    return _end(row, by=by, now=now)


@every("hospital.end-sessions", cron="*/20 * * * *")
def end_sessions(*, by: Standing, now: datetime) -> int:
    """End past sessions that nobody has ended, if nobody waits in them; returns how many. Needs
    ``load-reference-data``."""
    by.require(Permission.LOAD_REFERENCE_DATA)
    over = Session.objects.filter(ends_at__lt=now - ENDED_AFTER).exclude(state=SessionState.DONE)
    waiting = Booking.objects.filter(state__in=HERE).values("session")
    told = Task.objects.filter(booking=OuterRef("pk"), task=TaskId.ABSENT)
    left = Booking.objects.filter(Q(state=S.BOOKED) | Q(~Exists(told), state=S.ABSENT)).values("session")
    rows = over.exclude(pk__in=waiting).exclude(~Q(pk__in=left), state=SessionState.CANCELLED)
    keys = list(rows.values_list("pk", flat=True))
    return one_by_one(keys, lambda session: _end_late(session, by=by, now=now), job="hospital.end-sessions")


def _end_late(session: int, *, by: Standing, now: datetime) -> bool:
    locks.take(queue_lock(session))
    row = there(Session.objects.select_related("hospital"), pk=session)
    if row.state == SessionState.DONE or Booking.objects.filter(session=row, state__in=HERE).exists():
        return False
    _end(row, by=by, now=now)
    return True


def _end(row: Session, *, by: Standing, now: datetime) -> int:
    """End the remaining bookings: the patient did not come, or the doctor was away. A cancelled session stays
    cancelled: it was not held."""
    away = row.state == SessionState.CANCELLED
    rows = Booking.objects.select_related("hospital").select_for_update(no_key=True, of=("self",))
    left = list(rows.filter(session=row, state=S.BOOKED).order_by("number"))
    for remaining in left:
        if away:
            give_up(remaining, S.CANCELLED, by=by, now=now, reason=Reason.AWAY)
            tell_of(remaining, by=by, now=now, place=False)
            continue
        move = BOOKINGS.move(S.BOOKED, S.ABSENT)
        moves.make(move, remaining, by=by.actor, what=TARGET, area=row.hospital.region_id, fields={"ended_at": now})
        happened(remaining, Kind.LEAVE, by=by, now=now, reason=Reason.NO_SHOW)
    told = Task.objects.filter(booking__session=row, task=TaskId.ABSENT).values("booking")
    never = Q(state=S.ABSENT) | Q(pk__in=[booking.pk for booking in left])
    for booking in Booking.objects.filter(never, session=row).exclude(pk__in=told):
        note(booking, TaskId.ABSENT, now)
    if not away:
        Session.objects.filter(pk=row.pk).update(state=SessionState.DONE, closed_at=now)
    audit.record(
        by=by.actor, action="end", target="hospital.session", key=row.pk, area=row.hospital.region_id,
        after={"absent": len(left)},
    )  # fmt: skip
    tell_queue(row)
    return len(left)


def queue_of(by: Standing, session: int, action: Action) -> Session:
    """A session with its queue locked until the transaction ends; raises :class:`NotFound`, :class:`NotAllowed`."""
    locks.take(queue_lock(session))
    row = there(Session.objects.select_related("hospital", "policy"), pk=session)
    case = Case(row.hospital.region_id, unit=row.hospital_id)
    AUTHORITY.require(by, action, case, known=AUTHORITY.holds(by, Action.READ, case))
    return row


def queue_lock(session: int) -> str:
    """The name of the lock of a session's queue."""
    return f"hospital.queue {session}"


def _held(by: Standing, code: str, action: Action) -> Booking:
    """A booking, locked with its queue; raises :class:`NotFound`, :class:`NotAllowed`."""
    locks.take(queue_lock(there(Booking.objects.only("session"), code=code).session_id))
    rows = Booking.objects.select_related("hospital", "session__policy")
    readable = within(AUTHORITY.extent(by, Action.READ), region="hospital__region", unit="hospital__code")
    return locked(rows, by=by, action=action, authority=AUTHORITY, case=_case, readable=readable, code=code)


def _case(row: Booking) -> Case:
    return Case(row.hospital.region_id, unit=row.hospital_id)


def _nobody_called(session: Session) -> None:
    queries.require_open(session)
    if Booking.objects.filter(session=session, state=S.CALLED).exists():
        raise StillCalled


def _call(row: Booking, why: Reason, *, by: Standing, now: datetime) -> None:
    move = BOOKINGS.move(S(row.state), S.CALLED)
    _moved(row, move, Kind.CALL, why, by=by, now=now, called_at=now, calls=row.calls + 1)


def _moved(
    row: Booking, move: Move[BookingState, None], kind: Kind, reason: str, *, by: Standing, now: datetime, **fields: Any
) -> None:
    moves.make(move, row, by=by.actor, what=TARGET, action=kind, area=row.hospital.region_id, fields=fields)
    happened(row, kind, by=by, now=now, reason=reason)
    tell_queue(row.session)
