"""Link an account to a doctor, whose sessions then come first in the list of the day."""

from __future__ import annotations

from django.db import transaction

from pilar.hospital.models import Doctor, Session
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.people.authority import Case
from pilar.people.operations import held, there
from pilar.people.rules import NotAllowed, Standing
from pilar.platform import audit


@transaction.atomic
def be_doctor(*, by: Standing, session: int) -> None:
    """Link the acting account to the doctor of a session, replacing an earlier link in that hospital. Raises
    :class:`NotFound`, :class:`NotAllowed`."""
    at = there(Session.objects.select_related("hospital"), pk=session)
    case = Case(at.hospital.region_id, unit=at.hospital_id)
    AUTHORITY.require(by, Action.SEE, case, known=AUTHORITY.holds(by, Action.READ, case))
    if by.account is None:
        raise NotAllowed
    row = held(Doctor.objects, pk=at.doctor_id)
    if row.user_id == by.account:
        return
    Doctor.objects.filter(hospital=at.hospital, user=by.account).update(user=None)
    before, row.user_id = row.user_id, by.account
    row.save(update_fields=["user"])
    audit.record(
        by=by.actor, action="be", target="hospital.doctor", key=row.pk, area=case.region,
        before={"user": before}, after={"user": by.account},
    )  # fmt: skip
