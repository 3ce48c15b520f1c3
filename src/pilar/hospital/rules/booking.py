"""A booking (reservasi): its states, the conditions for booking, and the reasons for refusal. Pure."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from pilar.platform.errors import Fault, PilarError
from pilar.platform.language import N_, translate
from pilar.platform.lifecycle import Lifecycle, Move

CODE_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""Letters of a booking code, without ones that are easily confused."""
CODE_LENGTH = 12
"""30^12 codes: a million guesses an hour would need some 60 million years to hit one of 1,500 a day."""


class BookingState(StrEnum):
    BOOKED = "booked"
    ARRIVED = "arrived"
    """Checked in: waits for the clinic."""
    CALLED = "called"
    SERVING = "serving"
    SERVED = "served"
    CANCELLED = "cancelled"
    MOVED = "moved"
    """Moved to another session, by another booking."""
    ABSENT = "absent"


class SessionState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    """Takes no further bookings; existing ones are kept."""
    CANCELLED = "cancelled"
    DONE = "done"


class WaitingState(StrEnum):
    """States of an entry in the wait list."""

    WAITING = "waiting"
    OFFERED = "offered"
    TAKEN = "taken"
    OVER = "over"


class Channel(StrEnum):
    """The way in which a place is booked; the order is that of the columns of a session."""

    APP = "app"
    JKN = "jkn"
    DESK = "desk"
    KIOSK = "kiosk"


CHANNELS = tuple(Channel)


class Payer(StrEnum):
    GENERAL = "general"
    BPJS = "bpjs"
    OTHER = "other"


class Visit(StrEnum):
    """Kind of visit (jeniskunjungan of BPJS, 1 to 4)."""

    REFERRAL = "1"
    INTERNAL = "2"
    CONTROL = "3"
    BETWEEN = "4"


class Priority(StrEnum):
    NONE = ""
    ELDERLY = "elderly"
    DISABLED = "disabled"
    EMERGENCY = "emergency"


S = BookingState
STATE_NAMES = {
    S.BOOKED: N_("Reserved"),
    S.ARRIVED: N_("Waiting"),
    S.CALLED: N_("Called"),
    S.SERVING: N_("With the doctor"),
    S.SERVED: N_("Seen by the doctor"),
    S.CANCELLED: N_("Cancelled"),
    S.MOVED: N_("Moved to another time"),
    S.ABSENT: N_("Did not come"),
}
TONES = {S.CALLED: "caution", S.SERVED: "positive", S.ABSENT: "negative"}
CHANNEL_NAMES = {
    Channel.APP: N_("This site"),
    Channel.JKN: N_("Mobile JKN"),
    Channel.DESK: N_("Registration desk"),
    Channel.KIOSK: N_("Kiosk"),
}
PAYER_NAMES = {
    Payer.GENERAL: N_("Paid by the patient"),
    Payer.BPJS: N_("BPJS Kesehatan (JKN)"),
    Payer.OTHER: N_("Another insurer"),
}
VISIT_NAMES = {
    Visit.REFERRAL: N_("First visit (BPJS: by a referral)"),
    Visit.INTERNAL: N_("Referred within the hospital"),
    Visit.CONTROL: N_("Control visit"),
    Visit.BETWEEN: N_("Referred by another hospital"),
}
PRIORITY_NAMES = {
    Priority.NONE: N_("None"),
    Priority.ELDERLY: N_("Elderly"),
    Priority.DISABLED: N_("Disabled"),
    Priority.EMERGENCY: N_("Emergency"),
}
HERE = frozenset({S.ARRIVED, S.CALLED, S.SERVING})
"""In the hospital, not yet seen."""
HOLDS = frozenset({S.BOOKED, *HERE, S.SERVED, S.ABSENT})
"""States that hold a place of a session."""
OVER = frozenset({S.SERVED, S.CANCELLED, S.MOVED, S.ABSENT})
IN_VAIN = OVER - {S.SERVED}
"""Over without a visit: nobody can follow this number or is sent to it. Served patients may still wait for medicine."""

BOOKINGS: Lifecycle[BookingState, None] = Lifecycle(
    lambda source, target: WrongState(state=source),
    Move(S.BOOKED, S.ARRIVED, made_by="check_in"),
    Move(S.BOOKED, S.CANCELLED, made_by="cancel"),
    Move(S.BOOKED, S.MOVED, made_by="move"),
    Move(S.ARRIVED, S.MOVED, made_by="replan_session"),
    Move(S.ARRIVED, S.CANCELLED, made_by="cancel"),
    Move(S.BOOKED, S.ABSENT, made_by="end_session"),
    Move(S.ARRIVED, S.CALLED, made_by="call"),
    Move(S.CALLED, S.ARRIVED, made_by="skip"),
    Move(S.CALLED, S.SERVING, made_by="start"),
    Move(S.SERVING, S.SERVED, made_by="finish"),
    Move(S.SERVING, S.CALLED, made_by="take_back_start"),
    Move(S.ARRIVED, S.ABSENT, made_by="leave"),
    Move(S.CALLED, S.ABSENT, made_by="leave"),
    Move(S.ABSENT, S.ARRIVED, made_by="recall"),
)


def may_leave(state: BookingState, session: SessionState) -> bool:
    """Return whether a booking can be moved or cancelled: before its patient is here, then only if the session is not
    held."""
    return state is S.BOOKED or (state is S.ARRIVED and session is SessionState.CANCELLED)


class NotedAsGone(PilarError):
    """Refuse to check in again a patient who was absent when called: the nurse takes them back, as all who come
    late."""

    code = "noted-as-gone"
    status = 409
    sentence = N_("You are noted as gone. Tell the nurse of the clinic, who puts you back into the queue")


class WrongState(PilarError):
    code = "booking-state"
    status = 409
    sentence = N_("This cannot be done while the booking is “%(state)s”")

    def text(self) -> str:
        return translate(self.sentence, state=translate(STATE_NAMES[BookingState(self.fields["state"])]))


class LetterSent(PilarError):
    code = "letter-sent"
    status = 409
    sentence = N_("BPJS has this booking with its letter already. Cancel it and book again with the right one")


class SessionFull(PilarError):
    code = "session-full"
    status = 409
    sentence = N_("This session has no place left. Choose another day or doctor, or wait for a place")


class SessionClosed(PilarError):
    code = "session-closed"
    status = 409
    sentence = N_("Nothing can be booked in this session any more")


class AlreadyBooked(PilarError):
    code = "already-booked"
    status = 409
    sentence = N_("This patient has a booking for that day already. Move or cancel it first")


class ReferenceUsed(PilarError):
    code = "reference-used"
    status = 409
    sentence = N_("This referral or control letter is used by a booking of that day already")


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules by which a clinic takes bookings; each version is a row (``PolicyVersion``), each value an assumption
    until the hospital sets it.

    ``opens_before``, ``closes_before``: the first and the last day of booking, in days before the visit, in the
    hospital's time zone; ``from_hour`` applies to the first day. ``same_day``: whether it can still be booked on the
    day, until the end of the session. ``minutes``: mean time with the doctor. ``rule``: how places are spread over a
    session (``rules.schedule.GridRule``). ``early``, ``late``: minutes around the place within which a patient checks
    in. ``arrive``: minutes before the place to be there. ``every``: at least one of this many calls goes to a patient
    without priority. ``release``: hours before the session at which a channel's unused share is open to all.
    ``weight``: the cost of a minute of the doctor's idle time or overtime, relative to a minute of a patient's waiting
    (``rules.simulation``). ``offer``: minutes for which a freed place is held for a patient on the wait list.
    ``overbook``: places beyond the capacity that the risk of absence allows (``rules.noshow``), decided by a person.
    ``holidays``: whether its weekly sessions are held on public holidays too.
    """

    opens_before: int = 30
    closes_before: int = 0
    from_hour: time = time(0)
    same_day: bool = True
    minutes: int = 13
    rule: str = "individual"
    early: int = 60
    late: int = 30
    arrive: int = 30
    every: int = 2
    release: int = 24
    weight: int = 3
    offer: int = 30
    overbook: int = 0
    holidays: bool = False


def policy_of(facts: Mapping[str, Any]) -> Policy:
    """The rules of a clinic read from a row; missing settings have the defaults of :class:`Policy`."""
    given = dict(facts)
    if "from_hour" in given:
        given["from_hour"] = time.fromisoformat(given["from_hour"])
    return Policy(**given)


def facts_of(policy: Policy) -> dict[str, Any]:
    """As a row keeps it."""
    return asdict(policy) | {"from_hour": policy.from_hour.isoformat("minutes")}


@dataclass(frozen=True, slots=True)
class Offer:
    """A session as needed for booking; times are in the hospital's zone."""

    day: date
    ends_at: datetime
    open: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish to book: ``referred_until`` is the last day of the referral, if one is known."""

    channel: Channel
    payer: Payer
    visit: Visit
    reference: str = ""
    referred_until: date | None = None
    new: bool = False


REFERENCE_LENGTH = 19
"""Of a referral and of a control letter (BPJS catalogue, nomorreferensi)."""


def window(policy: Policy, day: date) -> tuple[date, date]:
    """The first and the last day on which a visit on ``day`` can be booked."""
    last = day if policy.same_day and policy.closes_before == 0 else day - timedelta(days=max(policy.closes_before, 1))
    return day - timedelta(days=policy.opens_before), last


def faults(asked: Asked, offer: Offer, policy: Policy, now: datetime) -> tuple[Fault, ...]:
    """All obstacles to a booking, each at its field; ``now`` in the hospital's zone."""
    faults: list[Fault] = []
    first, last = window(policy, offer.day)
    today = now.date()
    if offer.ends_at <= now:
        faults.append(_over("session-over", offer.ends_at.astimezone(now.tzinfo), now, "session"))
    elif not offer.open:
        faults.append(Fault("session-closed", N_("Nothing can be booked in this session any more"), {}, "session"))
    elif asked.channel in (Channel.APP, Channel.JKN, Channel.KIOSK):
        if now < datetime.combine(first, policy.from_hour, now.tzinfo):
            sentence = N_("Booking for this day opens on %(opens)s at %(hour)s")
            fields = {"opens": first, "hour": policy.from_hour}
            faults.append(Fault("too-early", sentence, fields, "session"))
        elif today > last:
            faults.append(
                Fault("too-late", N_("Booking for this day was open until %(last)s"), {"last": last}, "session")
            )
    faults += reference_faults(asked, offer.day)
    return tuple(faults)


def reference_faults(asked: Asked, day: date) -> tuple[Fault, ...]:
    """Find what is wrong with the referral or control letter of a visit on ``day``."""
    if asked.payer is not Payer.BPJS:
        return ()
    if not asked.reference and (asked.visit, asked.channel) == (Visit.CONTROL, Channel.DESK):
        return ()  # the hospital itself writes the control letter, perhaps after the booking
    if not asked.reference:
        sentence = N_("Patients of BPJS enter the number of their referral or control letter")
        return (Fault("reference-missing", sentence, {}, "reference"),)
    if len(asked.reference) != REFERENCE_LENGTH or not asked.reference.isalnum():
        return (Fault("reference-format", N_("The number has %(length)s letters and digits"),
                      {"length": REFERENCE_LENGTH}, "reference"),)  # fmt: skip
    if asked.referred_until is not None and day > asked.referred_until:
        return (Fault("reference-over", N_("This referral holds until %(until)s; ask for a new one before you come"),
                      {"until": asked.referred_until}, "reference"),)  # fmt: skip
    return ()


def arrive_by(at: datetime, earliest: datetime | None, policy: Policy) -> datetime:
    """Return when to be there for a place: some minutes before it, or before the forecast call if the session runs
    late; never after the place itself, since a late check-in loses it."""
    return min(at, max(at, earliest or at) - timedelta(minutes=policy.arrive))


def nik_missing() -> Fault:
    """BPJS accepts no visit of its patients without one."""
    sentence = N_("BPJS asks for the NIK of the patient: enter it first by “Correct the data”")
    return Fault("nik-missing", sentence, {}, "payer")


def check_in_faults(at: datetime, place: datetime, ends_at: datetime, policy: Policy) -> tuple[Fault, ...]:
    """Return why check-in is not possible at this moment: too early, or the session is over. Times are in the
    hospital's zone.

    Patients who come later than ``policy.late`` are still checked in, and wait by the rule of the queue.
    """
    opens = place - timedelta(minutes=policy.early)
    if at < opens:
        hour, day = opens.time(), opens.date()
        if at.astimezone(opens.tzinfo).date() == day:
            return (Fault("check-in-early", N_("Check-in opens at %(opens)s"), {"opens": hour}),)
        sentence = N_("This booking is for another day: check-in opens on %(day)s at %(opens)s")
        return (Fault("check-in-early", sentence, {"day": day, "opens": hour}),)
    return (_over("check-in-over", ends_at, at),) if at >= ends_at else ()


def _over(code: str, ends_at: datetime, now: datetime, place: str = "") -> Fault:
    """The sentence that a session has ended, with its day unless that is today. ``ends_at`` in the hospital's zone."""
    hour, day = ends_at.time(), ends_at.date()
    if now.astimezone(ends_at.tzinfo).date() == day:
        return Fault(code, N_("This session ended at %(ends)s"), {"ends": hour}, place)
    return Fault(code, N_("This session ended on %(day)s at %(ends)s"), {"day": day, "ends": hour}, place)


def left(
    channel: Channel, places: int, shares: tuple[Sequence[int], Sequence[int], Sequence[datetime]], now: datetime
) -> int:
    """Places that a channel can still take of ``places`` free ones: all less what is kept for others until its release.

    ``shares``: what is kept for each channel, what it has taken, and when the rest is released, in the order of
    :data:`CHANNELS`.
    """
    mine = CHANNELS.index(channel)
    kept = sum(
        max(0, share - used)
        for place, (share, used, release) in enumerate(zip(*shares, strict=True))
        if place != mine and now < release
    )
    return max(0, places - kept)


def new_code() -> str:
    """An unguessable booking code."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def label(prefix: str, number: int) -> str:
    """The number as shown on phone, slip and board: ``A-012``."""
    return f"{prefix}-{number:03d}"
