"""A hospital with two clinics, a daughter who books for her mother, and staff; another hospital as its neighbour."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from areas.places import PLACES, load
from kit.neighbours import Neighbour
from people.citizens import citizen
from people.team import account
from pilar.areas.reference import local
from pilar.hospital import operations
from pilar.hospital.models import Booking, Session
from pilar.hospital.reference.hospitals import ClinicEntry, HospitalFile, WeeklyEntry
from pilar.hospital.rules.booking import Asked, Channel, Payer, Visit
from pilar.hospital.rules.roles import Role
from pilar.people import queries
from pilar.people.models import User
from pilar.people.rules import OPERATOR, PUBLIC, SCHEDULE, Standing

OWN, OTHER = "36.03", "36.71"
EAST = "81.01"
"""Whose clocks are two hours ahead of those of ``OWN``."""
HERE, THERE, BEYOND = "rsu-contoh", "rsu-sebelah", "rsu-kota"
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
"""Monday, 2 March 2026, eight in the morning."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TUESDAY = date(2026, 3, 3)
GENERAL = Asked(Channel.APP, Payer.GENERAL, Visit.REFERRAL)
NIK = "3603014501500001"
MOTHER = operations.Person("Siti Aminah", nik=NIK, card="0001234567890", phone="081234567890",
                           birth_date=date(1950, 1, 5), sex="P")  # fmt: skip


def away_from_midnight(now: datetime) -> str:
    """Name a region where no day begins or ends about this moment, for what has to stay in one day of the real clock:
    an hour has passed of its day, and another is left."""
    return next(one for one in (OWN, EAST) if 1 <= local(now, one).hour < 23)


def hospital(code: str, region: str = OWN, capacity: int = 4) -> HospitalFile:
    """Two clinics, one of which reveals a disease, open every weekday from nine to eleven."""
    days = [WeeklyEntry("dr. Ana", "Ruang 1", day, time(9), time(11), capacity, (1, 1, 1, 0)) for day in range(1, 6)]
    other = [WeeklyEntry("dr. Budi", "Ruang 2", day, time(9), time(11), capacity, (0, 0, 0, 0)) for day in range(1, 6)]
    clinics = (
        ClinicEntry({"code": "dalam", "name": "Penyakit Dalam", "prefix": "A", "kind": "umum", "poli": "INT",
                     "subspecialty": "INT"}, {}, tuple(days)),
        ClinicEntry({"code": "jiwa", "name": "Kesehatan Jiwa", "prefix": "H", "kind": "khusus", "discreet": True,
                     "group": "Poli Terpadu"}, {}, tuple(other)),
    )  # fmt: skip
    return HospitalFile(
        code, region, f"RSU {code}", "", "", "", "synthetic", date(2026, 1, 1), ("Ruang 1", "Ruang 2"),
        {"dr. Ana": 900001, "dr. Budi": 900002}, clinics,
    )  # fmt: skip


@dataclass
class World:
    """``who("desk")`` is a standing; ``daughter`` is a citizen, ``stranger`` another one."""

    keys: dict[str, int]
    citizens: dict[str, Standing]
    patient: int = 0
    code: str = ""
    neighbour: Neighbour | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    def who(self, name: str) -> Standing:
        named = {"public": PUBLIC, "operator": OPERATOR, "schedule": SCHEDULE, **self.citizens}
        return named[name] if name in named else queries.standing(User.objects.get(pk=self.keys[name]), NOW)

    def session(self, day: date = TUESDAY, clinic: str = "dalam", hospital: str = HERE) -> Session:
        return Session.objects.get(hospital=hospital, clinic__code=clinic, day=day)

    def row(self) -> Booking:
        return Booking.objects.get(code=self.code)

    def book(self, who: str = "daughter", *, asked: Asked = GENERAL, now: datetime = NOW, **given: Any) -> str:
        """A booking of the patient for Tuesday; returns its code."""
        session = given.pop("session", None) or self.session().pk
        made = operations.book(
            by=self.who(who), session=session, patient=given.pop("patient", self.patient), asked=asked,
            key=given.pop("key", None) or uuid4(), now=now, **given,
        )  # fmt: skip
        self.code = made.code
        return made.code

    def stranger(self, number: int, hospital: str = HERE) -> int:
        """Another patient, registered at the desk."""
        person = operations.Person(f"Pasien {number}", nik=f"36030145017{number:05d}")
        return operations.register_patient(by=self.who("desk"), hospital=hospital, person=person, now=NOW)


def make_world() -> World:
    """The hospital with its open sessions, and one patient: the daughter herself."""
    load(PLACES)
    operations.load_hospitals(
        by=OPERATOR, given=[hospital(HERE), hospital(THERE), hospital(BEYOND, OTHER)], now=NOW - DAY
    )
    operations.open_sessions(by=SCHEDULE, now=NOW)
    roles = {"desk": Role.DESK, "nurse": Role.NURSE, "doctor": Role.DOCTOR, "pharmacy": Role.PHARMACY,
             "manager": Role.MANAGER, "privacy": Role.PRIVACY}  # fmt: skip
    keys = {name: account(f"{name}@contoh.invalid", role, region=OWN, unit=HERE) for name, role in roles.items()}
    keys["elsewhere"] = account("sebelah@contoh.invalid", Role.DESK, region=OWN, unit=THERE)
    keys["neighbour"] = account("kota@contoh.invalid", Role.DESK, region=OTHER, unit=BEYOND)
    keys["health"] = account("dinkes@contoh.invalid", Role.HEALTH_OFFICE, region=OWN)
    citizens = {
        "daughter": citizen("anak@contoh.invalid", now=NOW - DAY),
        "stranger": citizen("lain@contoh.invalid", "Rahmat", now=NOW - DAY),
    }
    world = World(keys, citizens)
    daughter = world.who("daughter")
    world.patient = operations.register_patient(
        by=daughter, hospital=HERE, person=MOTHER, account=daughter.citizen, now=NOW
    )
    return world
