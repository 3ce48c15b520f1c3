"""Records, emergencies and cancelled bookings of the tests of privacy."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.test import Client

from hospital.world import HERE, HOUR, NOW, World
from kit.neighbours import own
from pilar.hospital import operations as do
from pilar.hospital.models import Booking, Patient
from pilar.people.models import User
from pilar.people.signin import CITIZEN

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
REASON = "Pasien tidak sadar di IGD, riwayat alergi"
FACTS: dict[str, Any] = {
    "noticed_at": NOW - HOUR, "happened": "Laptop loket hilang", "data": "Nama dan NIK 12 pasien", "affected": 12,
    "consequences": "Penyalahgunaan NIK", "remedy": "Sandi diganti", "contact": "ppdp@contoh.invalid",
}  # fmt: skip


def client_of(world: World, name: str) -> Client:
    client = Client()
    if (by := world.who(name)).citizen is not None:
        session = client.session
        session[CITIZEN] = [by.citizen, 0]
        session.save()
    else:
        client.force_login(User.objects.get(pk=world.keys[name]), BACKEND)
    return client


def record(world: World) -> str:
    return Patient.objects.get(pk=world.patient).record


def broken(world: World, who: str = "nurse", **given: Any) -> int:
    asked = {"hospital": HERE, "record": record(world), "reason": REASON, "now": NOW, **given}
    return do.break_glass(by=world.who(who), **asked)


def cancelled(world: World, **given: Any) -> Booking:
    code = world.book(**given)
    do.cancel(by=world.who("desk"), booking=code, reason="Batal", key=uuid4(), now=NOW)
    return own(Booking).get(code=code)


def visited(world: World) -> Booking:
    """A visit that is over, as the rows keep it."""
    row = own(Booking).get(code=world.book("desk", session=world.session(NOW.date()).pk))
    own(Booking).filter(pk=row.pk).update(
        state="served", arrived_at=NOW, called_at=NOW, started_at=NOW, ended_at=NOW + HOUR
    )
    row.refresh_from_db()
    return row
