"""A referral or control letter that arrives after the booking, or whose number was wrong."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from pilar.hospital.models import BpjsMessage
from pilar.hospital.models.bookings import REFERENCE
from pilar.hospital.operations.booking import TARGET, own_booking
from pilar.hospital.rules.booking import (
    OVER,
    Asked,
    Channel,
    LetterSent,
    Payer,
    ReferenceUsed,
    Visit,
    WrongState,
    reference_faults,
)
from pilar.hospital.rules.bpjs.sending import Sending, Step
from pilar.people.rules import NotFound, Standing
from pilar.platform import audit, secrets
from pilar.platform.errors import Faults


@transaction.atomic
def add_letter(*, by: Standing, booking: str, reference: str, referred_until: date | None, now: datetime) -> None:
    """Store the letter of a BPJS patient; messages about the booking that BPJS did not accept are sent again with it.

    Raises :class:`NotFound`, :class:`WrongState` after the visit, :class:`LetterSent`, :class:`ReferenceUsed`, Faults
    at the fields.
    """
    row = own_booking(by, booking, now)
    if row.payer != Payer.BPJS:
        raise NotFound
    if row.state in OVER:
        raise WrongState(state=row.state)
    asked = Asked(Channel.APP, Payer.BPJS, Visit(row.visit), reference, referred_until)
    if faults := reference_faults(asked, row.day):
        raise Faults(faults)
    same = row.reference_hash in secrets.lookups(reference, context=REFERENCE)
    if same and row.referred_until == referred_until:
        return
    messages = BpjsMessage.objects.filter(booking=row)
    if row.reference is not None and not same and messages.filter(step=Step.ADD, state=Sending.SENT).exists():
        raise LetterSent
    row.reference, row.reference_hash = reference, secrets.lookup(reference, context=REFERENCE)
    row.referred_until = referred_until
    try:
        with transaction.atomic():
            row.save(update_fields=["reference", "reference_hash", "referred_until"])
    except IntegrityError:
        raise ReferenceUsed from None
    messages.filter(state=Sending.DEAD).update(state=Sending.WAITING, made_at=now, next_at=now, attempts=0)
    audit.record(by=by.actor, action="add-letter", target=TARGET, key=row.pk, area=row.hospital.region_id)
