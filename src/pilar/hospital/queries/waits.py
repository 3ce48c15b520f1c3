"""Read the wait list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pilar.hospital.models import Waiting
from pilar.hospital.queries.day import case_of
from pilar.hospital.queries.schedule import ClinicRow, clinic_row
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import WaitingState
from pilar.people.queries import acting_for
from pilar.people.rules import Standing


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """An entry of the wait list, with the code of the booking offered until a moment, if there is one."""

    key: int
    clinic: ClinicRow
    hospital_name: str
    doctor: str
    account: int | None
    first_day: date
    last_day: date
    offer: str
    offer_until: datetime | None
    patient: int
    record: str


def own_waiting(*, scope: Standing, now: datetime) -> tuple[WaitingRow, ...]:
    """The wait list entries of the reader and of the people they act for, offers first."""
    return _rows(patient__account__in=[acted.account for acted in acting_for(scope, purpose="hospital", now=now)])


def waiting_at(hospital: str, *, scope: Standing) -> tuple[WaitingRow, ...]:
    """The wait list of a hospital, for its desk; raises :class:`NotFound`."""
    AUTHORITY.require(scope, Action.BOOK, case_of(hospital), known=False)
    return _rows(hospital=hospital)


def _rows(**whose: Any) -> tuple[WaitingRow, ...]:
    open_ = (WaitingState.WAITING.value, WaitingState.OFFERED.value)
    rows = Waiting.objects.filter(**whose, state__in=open_)
    rows = rows.select_related("clinic", "hospital", "doctor", "patient", "offered").order_by("state", "since")
    return tuple(
        WaitingRow(
            row.pk, clinic_row(row.clinic), row.hospital.name, row.doctor.name if row.doctor else "",
            row.patient.account_id, row.first_day, row.last_day, row.offered.code if row.offered else "",
            row.offer_until, row.patient_id, row.patient.record,
        )
        for row in rows
    )  # fmt: skip
