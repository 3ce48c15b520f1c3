"""Hospitals, clinics, doctors and sessions for display; public unless a function takes a reader's scope."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from pilar.areas.reference import local
from pilar.hospital.models import Clinic, Doctor, Hospital, PolicyVersion, Session
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import Channel, Policy, SessionState, check_in_faults, left, policy_of
from pilar.people.authority import Case
from pilar.people.rules import NotFound, Standing, existing
from pilar.platform.errors import Fault
from pilar.platform.statements import planned

_HOSPITAL = """
    SELECT code, name, region_id, address, ppk, organization, source FROM hospital_hospital WHERE code = %s
"""


@dataclass(frozen=True, slots=True)
class HospitalRow:
    code: str
    name: str
    region: str
    address: str
    ppk: str
    organization: str
    source: str

    @property
    def case(self) -> Case:
        """Return the case for the permission table."""
        return Case(self.region, unit=self.code)

    @property
    def synthetic(self) -> bool:
        """Return whether the hospital belongs to the demonstration, so that all its data are made up."""
        return self.source == "synthetic"


@dataclass(frozen=True, slots=True)
class ClinicRow:
    key: int
    hospital: str
    code: str
    name: str
    prefix: str
    kind: str
    poli: str
    subspecialty: str
    fingerprint: bool
    discreet: bool
    group: str

    @property
    def shown(self) -> str:
        """The name for boards and messages: the group of a discreet clinic."""
        return self.group if self.discreet else self.name


@dataclass(frozen=True, slots=True)
class DoctorRow:
    key: int
    hospital: str
    name: str
    hfis: int | None
    practitioner: str


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session; ``left`` are the places still available to each channel, in the order of ``CHANNELS``."""

    key: int
    hospital: str
    clinic: ClinicRow
    doctor: DoctorRow
    room: str
    room_key: int
    day: date
    starts_at: datetime
    ends_at: datetime
    state: SessionState
    capacity: int
    taken: int
    places: tuple[datetime, ...]
    next_place: int
    free: tuple[int, ...]
    reserved: tuple[int, ...]
    taken_by: tuple[int, ...]
    release_at: tuple[datetime, ...]
    delay: int
    policy: Policy

    def left(self, channel: Channel, now: datetime) -> int:
        """The places still available to a channel."""
        return left(channel, self.capacity - self.taken, (self.reserved, self.taken_by, self.release_at), now)

    @property
    def next_at(self) -> datetime | None:
        """The time of the place that the next booking gets; None in a full session."""
        place = self.free[0] if self.free else self.next_place
        return self.places[place - 1] if place <= self.capacity else None


@dataclass(frozen=True, slots=True)
class Seats:
    """A session as needed for Mobile JKN, without the times of its places."""

    key: int
    clinic: str
    prefix: str
    doctor: str
    day: date
    starts_at: datetime
    ends_at: datetime
    capacity: int
    taken: int
    reserved: Sequence[int]
    taken_by: Sequence[int]
    release_at: Sequence[datetime]
    state: SessionState
    policy: Policy

    def left(self, channel: Channel, now: datetime) -> int:
        """As of a :class:`SessionRow`."""
        return left(channel, self.capacity - self.taken, (self.reserved, self.taken_by, self.release_at), now)


def hospital_names(*, region: str = "", codes: Collection[str] = ()) -> Mapping[str, str]:
    """Names of hospitals by their codes: those of a region, or the given ones."""
    rows = Hospital.objects.filter(region=region) if region else Hospital.objects.filter(code__in=codes)
    return dict(rows.values_list("code", "name"))


def hospitals(region: str = "") -> tuple[HospitalRow, ...]:
    """The hospitals of a region, or all."""
    rows = Hospital.objects.filter(region=region) if region else Hospital.objects.all()
    return tuple(hospital_row(row) for row in rows)


def hospital(code: str) -> HospitalRow:
    """Raises :class:`NotFound`."""
    with planned() as cursor:
        cursor.execute(_HOSPITAL, [code])
        row = cursor.fetchone()
    if row is None:
        raise NotFound
    return HospitalRow(*row)


def worked_at(by: Standing, action: Action) -> tuple[HospitalRow, ...]:
    """The hospitals at which a user may perform an action."""
    reach = AUTHORITY.extent(by, action)
    rows = Hospital.objects.all() if reach.everywhere else Hospital.objects.filter(pk__in=reach.units())
    return tuple(hospital_row(row) for row in rows)


def works_in_hospitals(by: Standing) -> bool:
    """Return whether somebody holds a role of a hospital, or oversees those of a region."""
    return any(AUTHORITY.extent(by, action).touched for action in Action)


def clinics(code: str) -> tuple[ClinicRow, ...]:
    """The clinics of a hospital, by name."""
    return tuple(clinic_row(clinic) for clinic in Clinic.objects.filter(hospital=code))


def clinic(code: str, name: str) -> ClinicRow:
    """A clinic of a hospital by its code; raises :class:`NotFound`."""
    return clinic_row(existing(Clinic.objects.filter(hospital=code, code=name).first()))


def clinic_by_key(key: int) -> ClinicRow:
    """Raises :class:`NotFound`."""
    return clinic_row(existing(Clinic.objects.filter(pk=key).first()))


def doctors_of(clinic: int, today: date) -> Mapping[int, str]:
    """The names of the doctors who see patients in a clinic each week, by their keys."""
    rows = Doctor.objects.filter(weekly__clinic=clinic).exclude(ended_on__lt=today).order_by("name")
    return dict(rows.values_list("pk", "name").distinct())


def sessions(
    code: str, first: date, last: date, *, clinic: str = "", doctor: int | None = None, states: Collection[str] = ()
) -> tuple[SessionRow, ...]:
    """Sessions of a hospital on some days, in order of time; three queries, however many there are."""
    rows = _rows().filter(hospital=code, day__gte=first, day__lte=last)
    if clinic:
        rows = rows.filter(clinic__code=clinic)
    if doctor is not None:
        rows = rows.filter(doctor=doctor)
    if states:
        rows = rows.filter(state__in=states)
    return tuple(session_row(row) for row in rows)


def filled(code: str) -> bool:
    """Return whether anybody has ever booked at a hospital; raises :class:`NotFound`."""
    return Session.objects.filter(hospital=hospital(code).code, taken__gt=0).exists()


def session(key: int) -> SessionRow:
    """Raises :class:`NotFound`."""
    return session_row(existing(_rows().filter(pk=key).first()))


def policy(clinic: int, day: date) -> tuple[int, Policy]:
    """The version of a clinic's rules in force on a day, with its content; raises :class:`NotFound`."""
    row = PolicyVersion.objects.filter(clinic=clinic, valid_from__lte=day).order_by("-number").first()
    if row is None:
        raise NotFound
    return row.pk, policy_of(row.facts)


def _rows() -> QuerySet[Session]:
    return Session.objects.select_related("clinic", "doctor", "room", "policy").order_by("starts_at", "id")


def hospital_row(row: Hospital) -> HospitalRow:
    return HospitalRow(row.code, row.name, row.region_id, row.address, row.ppk, row.organization, row.source)


def clinic_row(row: Clinic) -> ClinicRow:
    return ClinicRow(
        row.pk, row.hospital_id, row.code, row.name, row.prefix, row.kind, row.poli, row.subspecialty, row.fingerprint,
        row.discreet, row.group,
    )  # fmt: skip


def doctor_row(row: Doctor) -> DoctorRow:
    return DoctorRow(row.pk, row.hospital_id, row.name, row.hfis, row.practitioner)


def why_no_check_in(place: datetime, session: SessionRow, region: str, *, now: datetime) -> tuple[Fault, ...]:
    """Return why nobody can check in now for a place of a session that is held; the hours of a late doctor count."""
    ends = session.ends_at + timedelta(minutes=session.delay)
    return check_in_faults(now, local(place, region), local(ends, region), session.policy)


def session_row(row: Session) -> SessionRow:
    """Sessions with their clinic, doctor, room and policy loaded."""
    given: Any = (tuple(numbers) for numbers in (row.places, row.free, row.reserved, row.taken_by, row.release_at))
    places, free, reserved, taken_by, release_at = given
    return SessionRow(
        row.pk, row.hospital_id, clinic_row(row.clinic), doctor_row(row.doctor), row.room.name, row.room_id, row.day,
        row.starts_at, row.ends_at, SessionState(row.state), row.capacity, row.taken, places, row.next_place, free,
        reserved, taken_by, release_at, row.delay, policy_of(row.policy.facts),
    )  # fmt: skip
