"""Devices at the entrance become kiosks, and are none any more."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from pilar.hospital.models import Hospital
from pilar.hospital.queries import day as queries
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.people.rules import Standing
from pilar.platform import audit

TARGET = "hospital.hospital"


@transaction.atomic
def set_up_kiosk(*, by: Standing, hospital: str) -> str:
    """Make a device a kiosk of a hospital: what it is known by from then on. Raises :class:`NotFound`."""
    case = queries.case_of(hospital)
    AUTHORITY.require(by, Action.BOOK, case, known=False)
    audit.record(by=by.actor, action="set-up-kiosk", target=TARGET, key=hospital, area=case.region)
    return queries.kiosk_token(hospital)


@transaction.atomic
def end_kiosks(*, by: Standing, hospital: str) -> None:
    """No device is a kiosk of a hospital any more, until the desk sets one up again. Raises :class:`NotFound`."""
    case = queries.case_of(hospital)
    AUTHORITY.require(by, Action.BOOK, case, known=False)
    Hospital.objects.filter(pk=hospital).update(kiosks=F("kiosks") + 1)
    audit.record(by=by.actor, action="end-kiosks", target=TARGET, key=hospital, area=case.region)
