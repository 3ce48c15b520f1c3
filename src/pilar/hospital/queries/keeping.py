"""Read schedules for those who maintain them: weekly sessions, days off, versions of a clinic's rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.dates import WEEKDAYS

from pilar.hospital.models import Clinic, Doctor, Leave, PolicyVersion, Room, WeeklySession
from pilar.hospital.queries.schedule import ClinicRow, HospitalRow, clinic_row, hospital, hospital_row
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import Policy, policy_of
from pilar.hospital.rules.schedule import RULE_NAMES, GridRule
from pilar.people.rules import Standing, existing
from pilar.platform.language import hour, translate
from pilar.platform.names import Signature


@dataclass(frozen=True, slots=True)
class WeeklyRow:
    """When a doctor sees patients each week; ``shares`` in the order of the channels."""

    key: int
    doctor: int
    doctor_name: str
    room: int
    room_name: str
    weekday: int
    starts: time
    ends: time
    capacity: int
    shares: tuple[int, ...]
    valid_from: date
    valid_until: date | None

    @property
    def day_name(self) -> str:
        return str(WEEKDAYS[self.weekday - 1])

    @property
    def hours(self) -> str:
        return f"{hour(self.starts)} – {hour(self.ends)}"

    @property
    def name(self) -> str:
        return f"{self.day_name}, {hour(self.starts)}, {self.doctor_name}"


@dataclass(frozen=True, slots=True)
class LeaveRow:
    key: int
    doctor: str
    since: date
    until: date
    reason: str
    entered_by: Signature


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """``effect``: the result of the simulation, empty if there was none."""

    number: int
    valid_from: date
    policy: Policy
    effect: Mapping[str, float]
    reason: str
    decided_at: datetime
    decided_by: Signature

    @property
    def rule_name(self) -> str:
        return translate(RULE_NAMES[GridRule(self.policy.rule)])


@dataclass(frozen=True, slots=True)
class Kept:
    """The choices for maintaining a hospital's schedules: doctors and rooms by their keys."""

    hospital: HospitalRow
    doctors: Mapping[int, str]
    rooms: Mapping[int, str]
    leaves: tuple[LeaveRow, ...]


@dataclass(frozen=True, slots=True)
class KeptClinic:
    """A clinic with its weekly sessions that are not over, and its rules, the newest first."""

    clinic: ClinicRow
    hospital: HospitalRow
    weekly: tuple[WeeklyRow, ...]
    policies: tuple[PolicyRow, ...]


def kept(code: str, *, scope: Standing, today: date) -> Kept:
    """Read the schedules; raises :class:`NotFound` for users who do not maintain them."""
    row = hospital(code)
    AUTHORITY.require(scope, Action.KEEP_SCHEDULE, row.case, known=False)
    leaves = Leave.objects.filter(hospital=code, until__gte=today, ended_at=None).select_related("doctor")
    return Kept(
        row,
        dict(Doctor.objects.filter(hospital=code).exclude(ended_on__lt=today).values_list("pk", "name")),
        dict(Room.objects.filter(hospital=code).values_list("pk", "name")),
        tuple(
            LeaveRow(
                leave.pk,
                leave.doctor.name if leave.doctor else "",
                leave.since,
                leave.until,
                leave.reason,
                leave.entered_by,
            )
            for leave in leaves.order_by("since", "pk")
        ),
    )


def kept_clinic(key: int, *, scope: Standing, today: date) -> KeptClinic:
    """Read the schedules; raises :class:`NotFound` for users who do not maintain them."""
    row = existing(Clinic.objects.select_related("hospital").filter(pk=key).first())
    place = hospital_row(row.hospital)
    AUTHORITY.require(scope, Action.KEEP_SCHEDULE, place.case, known=False)
    weekly = WeeklySession.objects.filter(clinic=row).exclude(valid_until__lt=today).select_related("doctor", "room")
    return KeptClinic(
        clinic_row(row),
        place,
        tuple(
            WeeklyRow(session.pk, session.doctor_id, session.doctor.name, session.room_id, session.room.name,
                      session.weekday, session.starts, session.ends, session.capacity, tuple(session.shares),
                      session.valid_from, session.valid_until)
            for session in weekly
        ),
        tuple(
            PolicyRow(version.number, version.valid_from, policy_of(version.facts), version.effect, version.reason,
                      version.decided_at, version.decided_by)
            for version in PolicyVersion.objects.filter(clinic=row).order_by("-number")
        ),
    )  # fmt: skip
