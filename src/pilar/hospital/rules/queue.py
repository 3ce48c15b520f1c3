"""Order of the queue in a session: by booked time, then by the share kept for priority. Pure.

Every waiting patient has a turn, a moment. Patients who check in within ``late`` minutes of their booked place keep its
time as their turn; those who come later or take a number at the desk get the moment of their arrival; those who were
called and not there go behind the next ``BEHIND``. The earliest turn is next. Elderly and disabled people may overtake,
but at least one of ``every`` calls goes to a patient without priority while one waits. An emergency is always next and
never waits because of the share, so those calls are counted separately.

This implies the laws tested in ``tests/hospital/test_queue.py``: a patient without priority is overtaken at most
``every - 1`` times for each earlier call of somebody without priority, and nobody with priority waits longer than they
would without.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pilar.hospital.rules.booking import STATE_NAMES, Priority, SessionState
from pilar.platform.errors import Fault, PilarError
from pilar.platform.language import N_, translate

BEHIND = 2
"""How many waiting patients go before one who was called and was not there."""
CALLS = 2
"""How often a patient is called before they are skipped,"""
PAUSE = timedelta(minutes=2)
"""and how long after the last call."""


class Phase(StrEnum):
    """The progress of a session of the day, by which staff find it."""

    RUNNING = "running"
    LATER = "later"
    OVER = "over"


def phase_of(state: SessionState, starts: datetime, ends: datetime, *, here: int, now: datetime) -> Phase:
    """Return the progress of a session. It runs during its hours, and as long as a patient is ``here`` who has not been
    seen."""
    if state in (SessionState.DONE, SessionState.CANCELLED) or (ends <= now and not here):
        return Phase.OVER
    return Phase.RUNNING if here or starts <= now else Phase.LATER


class Kind(StrEnum):
    """Kinds of events of a patient in the queue."""

    CALL = "call"
    AGAIN = "again"
    """Called again: shown and spoken once more."""
    SKIP = "skip"
    START = "start"
    BACK = "back"
    """The start was undone: the called patient was not there."""
    FINISH = "finish"
    LEAVE = "leave"
    """Absent for today."""
    RECALL = "recall"
    """Taken back in: came after all."""
    SHIFT = "shift"
    """Got another time in the same session."""
    UNREACHED = "unreached"
    """There is news that cannot be sent as a message: the desk has to tell it by phone,"""
    TOLD = "told"
    """and has done so."""


class Reason(StrEnum):
    TURN = "turn"
    PRIORITY = "priority"
    EMERGENCY = "emergency"
    RESULTS = "results"
    WORSE = "worse"
    DOCTOR = "doctor"
    NOT_THERE = "not-there"
    EXAMINATION = "examination"
    ASKED = "asked"
    NO_SHOW = "no-show"
    LEFT = "left"
    RETURNED = "returned"
    MISTAKE = "mistake"
    LATE = "late"
    AWAY = "away"
    CHANGED = "changed"


SECOND_CLICK = timedelta(seconds=10)
"""A button pressed twice within this time counts once."""
K, R = Kind, Reason
KIND_NAMES = {
    K.CALL: N_("Called"),
    K.AGAIN: N_("Called again"),
    K.SKIP: N_("Skipped"),
    K.START: N_("Consultation begun"),
    K.BACK: N_("Consultation taken back"),
    K.FINISH: N_("Consultation ended"),
    K.LEAVE: N_("Absent"),
    K.RECALL: N_("Taken back into the queue"),
    K.SHIFT: N_("Has another time"),
    K.UNREACHED: N_("To be told by phone"),
    K.TOLD: N_("Told by phone"),
}
REASON_NAMES = {
    R.TURN: N_("It was their turn"),
    R.PRIORITY: N_("Priority for elderly and disabled people"),
    R.EMERGENCY: N_("Emergency"),
    R.RESULTS: N_("Is back with results that the doctor waits for"),
    R.WORSE: N_("Feels worse"),
    R.DOCTOR: N_("The doctor asks for them"),
    R.NOT_THERE: N_("Was called and was not there"),
    R.EXAMINATION: N_("Needs an examination first"),
    R.ASKED: N_("Asked to go later"),
    R.NO_SHOW: N_("Did not check in"),
    R.LEFT: N_("Has left"),
    R.RETURNED: N_("Came after all"),
    R.MISTAKE: N_("Was entered by mistake"),
    R.LATE: N_("The doctor comes later"),
    R.AWAY: N_("The doctor does not come"),
    R.CHANGED: N_("The hours of the session have changed"),
}
REASONS: dict[Kind, frozenset[Reason]] = {
    K.CALL: frozenset({R.RESULTS, R.WORSE, R.DOCTOR}),
    K.SKIP: frozenset({R.NOT_THERE, R.EXAMINATION, R.ASKED}),
    K.LEAVE: frozenset({R.NOT_THERE, R.NO_SHOW, R.LEFT, R.MISTAKE}),
    K.RECALL: frozenset({R.RETURNED, R.MISTAKE}),
}
"""The reasons that a person may give, the same list for everybody; the rule's own reasons are not among them."""


class QueueRefused(PilarError):
    code = "queue-reason"
    status = 422
    sentence = N_("Give one of the reasons of this list")


class StillCalled(PilarError):
    code = "still-called"
    status = 409
    sentence = N_("Somebody is called already. Begin with them, call them again or skip them first")


class StillSeen(PilarError):
    code = "still-seen"
    status = 409
    sentence = N_("Another patient is with the doctor. End that consultation first")


class StillHere(PilarError):
    code = "still-here"
    status = 409
    sentence = N_("Patients still wait in this session. See them, or say that they have left")


class NobodyWaits(PilarError):
    code = "nobody-waits"
    status = 409
    sentence = N_("Nobody waits in this session now")


class NotRegistered(PilarError):
    code = "not-registered"
    status = 409
    sentence = N_("This patient is new and still has to be registered at the desk")


class SessionOver(PilarError):
    code = "session-over"
    status = 409
    sentence = N_("This session has ended")


class KioskUnknown(PilarError):
    code = "kiosk-unknown"
    status = 403
    sentence = N_("This device is no kiosk of a hospital any more. Ask the registration desk to set it up")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A waiting patient. ``number``: unique in the session; ``turn``: see :func:`turn`."""

    number: int
    turn: datetime
    priority: Priority = Priority.NONE

    @property
    def place(self) -> tuple[datetime, int]:
        return self.turn, self.number


@dataclass(frozen=True, slots=True)
class Called:
    """A past call: its reason, and whether the person had no priority."""

    why: Reason
    ordinary: bool


@dataclass(frozen=True, slots=True)
class Next:
    """The patient who is called, and why."""

    number: int
    why: Reason


def turn(at: datetime, arrived: datetime, *, late: timedelta) -> datetime:
    """The turn of a patient with a place at ``at`` who checks in at ``arrived``; for a number from the desk ``late`` is
    0."""
    return at if arrived <= at + late else arrived


def behind(waiting: Iterable[Waiting], now: datetime) -> datetime:
    """The turn of a patient who is skipped now: after the next few waiting ones, and not before now."""
    following = sorted(patient.turn for patient in waiting)[:BEHIND]
    return max([now, *(at + timedelta(seconds=1) for at in following)])


def overtaken(calls: Iterable[Called]) -> int:
    """Count the calls that overtook by priority since the last call of somebody without it; ``calls`` in their
    order."""
    count = 0
    for call in calls:
        count = 0 if call.ordinary else count + (call.why is Reason.PRIORITY)
    return count


def next_of(waiting: Sequence[Waiting], *, overtaken: int, every: int, early: timedelta, now: datetime) -> Next | None:
    """Choose who is next; None if nobody waits.

    ``overtaken``: see :func:`overtaken`. ``every``: at least one of this many calls goes to a patient without priority.
    Nobody overtakes earlier than ``early`` before their turn.
    """
    if not waiting:
        return None
    if urgent := [patient for patient in waiting if patient.priority is Priority.EMERGENCY]:
        return Next(min(urgent, key=_place).number, Reason.EMERGENCY)
    first = min(waiting, key=_place)
    if first.priority is Priority.NONE and overtaken < every - 1:
        ahead = [
            patient for patient in waiting if patient.priority is not Priority.NONE and now >= patient.turn - early
        ]
        if ahead:
            return Next(min(ahead, key=_place).number, Reason.PRIORITY)
    return Next(first.number, Reason.TURN)


def order(
    waiting: Iterable[Waiting], *, overtaken: int, every: int, early: timedelta, now: datetime
) -> tuple[Next, ...]:
    """All waiting patients in the order in which they are called if nobody else comes."""
    left = {patient.number: patient for patient in waiting}
    nexts: list[Next] = []
    while person := next_of([*left.values()], overtaken=overtaken, every=every, early=early, now=now):
        if left.pop(person.number).priority is Priority.NONE:
            overtaken = 0
        elif person.why is Reason.PRIORITY:
            overtaken += 1
        nexts.append(person)
    return tuple(nexts)


def kind_name(kind: str) -> str:
    """The name of an event, including events outside the queue."""
    return translate({**STATE_NAMES, **KIND_NAMES}.get(kind, kind))  # type: ignore[call-overload]


def reason_name(reason: str) -> str:
    """The name of a reason, or the free text."""
    return translate(REASON_NAMES[Reason(reason)]) if reason in REASON_NAMES else reason


def require_reason(kind: Kind, reason: Reason) -> None:
    """Raise unless a person may give this reason."""
    if reason not in REASONS[kind]:
        raise QueueRefused


def skip_faults(reason: Reason, calls: Sequence[datetime], now: datetime) -> tuple[Fault, ...]:
    """Return why a patient who was called at ``calls`` cannot be skipped yet: they have to be called often enough
    first."""
    if reason is not Reason.NOT_THERE:
        return ()
    if len(calls) < CALLS:
        return (Fault("called-too-few", N_("Call this number %(calls)s times before you skip it"), {"calls": CALLS}),)
    if now < calls[-1] + PAUSE:
        minutes = int(PAUSE.total_seconds() // 60)
        said = N_("Wait %(minutes)s minutes after the last call before you skip this number")
        return (Fault("called-just-now", said, {"minutes": minutes}),)
    return ()


def _place(waiting: Waiting) -> tuple[datetime, int]:
    return waiting.place
