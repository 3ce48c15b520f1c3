"""Interviews and field reviews: their kinds, what a slot and a list of attendance must be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.language import N_

MAX_MEETING = timedelta(hours=12)
MAX_NAME, MAX_PLACE, MAX_ATTENDING = 200, 300, 200


class MeetingKind(StrEnum):
    """Ways in which a panel meets a region."""

    INTERVIEW = "interview"
    FIELD_REVIEW = "field_review"


MEETING_NAMES = {
    MeetingKind.INTERVIEW: N_("Interview"),
    MeetingKind.FIELD_REVIEW: N_("Field review"),
}


class DoubleBooked(PilarError):
    """An assessor of the panel has another meeting at that time."""

    code = "double-booked"
    status = 409
    sentence = N_("%(names)s: another meeting at that time. Choose another time")


class MeetingRecorded(PilarError):
    """A meeting that was held stays."""

    code = "meeting-recorded"
    status = 409
    sentence = N_("Notes or attendance of this meeting are written: it can no longer be called off")


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody who was at a meeting, and in what capacity."""

    name: str
    capacity: str = ""


def require_slot(starts_at: datetime, ends_at: datetime, place: str) -> None:
    """Raise Faults at ``ends_at`` or ``place`` unless the slot is one."""
    faults = []
    if ends_at <= starts_at:
        faults.append(Fault("ends-before-start", N_("The meeting must end after it begins"), {}, "ends_at"))
    elif ends_at - starts_at > MAX_MEETING:
        sentence = N_("A meeting takes at most %(hours)s hours: plan a second one for another day")
        faults.append(Fault("too-long-a-meeting", sentence, {"hours": MAX_MEETING.seconds // 3600}, "ends_at"))
    if not place.strip() or len(place) > MAX_PLACE or "\0" in place:
        sentence = N_("Write where the panel meets the region, or the address of the video meeting")
        faults.append(Fault("no-place", sentence, {}, "place"))
    if faults:
        raise Faults(faults)


def checked_attendance(given: Iterable[Attendee]) -> tuple[Attendee, ...]:
    """The list without blanks; raises Faults at ``attendance`` for a name that stands twice or is too long."""
    attendees = [
        Attendee(attendee.name.strip(), attendee.capacity.strip()) for attendee in given if attendee.name.strip()
    ]
    names = [attendee.name.casefold() for attendee in attendees]
    faults = []
    for person in {
        attendee.name: attendee for attendee in attendees if names.count(attendee.name.casefold()) > 1
    }.values():
        faults.append(Fault("attendance-twice", N_("“%(name)s” stands twice"), {"name": person.name}, "attendance"))
    if any(
        max(len(attendee.name), len(attendee.capacity)) > MAX_NAME or "\0" in attendee.name + attendee.capacity
        for attendee in attendees
    ):
        sentence = N_("A name or capacity has at most %(longest)s characters")
        faults.append(Fault("attendance-too-long", sentence, {"longest": MAX_NAME}, "attendance"))
    if len(attendees) > MAX_ATTENDING:
        sentence = N_("At most %(most)s people can be written down")
        faults.append(Fault("too-many-attending", sentence, {"most": MAX_ATTENDING}, "attendance"))
    if faults:
        raise Faults(faults)
    return tuple(attendees)


def read_attendance(text: str) -> tuple[Attendee, ...]:
    """Names from a text with one person a line, the capacity behind the first comma: ``Siti Aminah, Diskominfo``."""
    lines = (line.partition(",") for line in text.splitlines())
    return tuple(Attendee(name.strip(), capacity.strip()) for name, _comma, capacity in lines if name.strip())
