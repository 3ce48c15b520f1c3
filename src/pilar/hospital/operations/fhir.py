"""Changes requested by FHIR clients: bookings, through the usual operations, each request once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from django.db import transaction

from pilar.hospital.models import Booking
from pilar.hospital.operations.booking import book, cancel, own_booking
from pilar.hospital.queries.bookings import BookingRow, booking
from pilar.hospital.queries.schedule import session
from pilar.hospital.rules.fhir.asking import Wanted
from pilar.people.rules import NotFound, Standing
from pilar.platform.errors import PilarError
from pilar.platform.language import N_


class VersionMoved(PilarError):
    """``If-Match`` names another version than the present one."""

    code = "version-moved"
    status = 412
    sentence = N_("This appointment has changed since it was read. Read it again")


def book_appointment(*, by: Standing, hospital: str, wanted: Wanted, now: datetime) -> tuple[str, bool]:
    """Book for a client; returns the code, and whether this request made it: the same identifier of the same account
    means the same booking (conditional create).

    Raises as :func:`book`, :class:`NotFound` for a slot or patient of another hospital.
    """
    if not (wanted.slot.isdecimal() and wanted.patient.isdecimal() and len(wanted.slot + wanted.patient) < 19):
        raise NotFound
    if session(int(wanted.slot)).hospital != hospital:
        raise NotFound
    key = _key(by, hospital, wanted.identifier)
    known = Booking.objects.filter(key=key).exists()
    made = book(by=by, session=int(wanted.slot), patient=int(wanted.patient), asked=wanted.asked, key=key, now=now)
    return made.code, not known


@transaction.atomic
def cancel_appointment(
    *, by: Standing, hospital: str, code: str, reason: str, unchanged: Callable[[BookingRow], bool], now: datetime
) -> None:
    """Cancel a booking if it is still as the client has read it; ``unchanged`` compares while the row is locked.

    Raises as :func:`cancel`, :class:`VersionMoved`.
    """
    row = own_booking(by, code, now)
    if row.hospital_id != hospital:
        raise NotFound
    if not unchanged(booking(code, scope=by, now=now)):
        raise VersionMoved
    cancel(by=by, booking=code, reason=reason, key=uuid4(), now=now)


def _key(by: Standing, hospital: str, identifier: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"fhir {hospital} {by.account} {identifier}") if identifier else uuid4()
