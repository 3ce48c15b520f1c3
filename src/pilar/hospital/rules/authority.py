"""Permission table of hospitals: a single table for auditors.

``tests/hospital/test_authority.py`` asserts every cell. Patients are not part of it: they act on bookings of their own
and of the people they may act for (``people.queries.acting_for``).
"""

from __future__ import annotations

from enum import StrEnum

from pilar.hospital.rules.roles import Role
from pilar.people.authority import Allowed, Authority, Case, Place


class Action(StrEnum):
    READ = "read"
    """See bookings of the day with the names of patients."""
    BOOK = "book"
    """Book, move, cancel and check in for somebody at the desk; register patients."""
    CALL = "call"
    """Call, skip and recall patients; record that somebody did not come, or that the doctor comes later."""
    SEE = "see"
    """Begin and end a consultation, book a control visit."""
    DISPENSE = "dispense"
    KEEP_SCHEDULE = "keep-schedule"
    """Sessions, exceptions, capacity, rules of clinics."""
    MANAGE = "manage"
    """Figures of the hospital, simulation, and messages waiting for BPJS."""
    PROTECT = "protect"
    """The log of readings; reports of breaches."""
    BREAK_GLASS = "break-glass"
    """Read a record in an emergency, with a reason."""
    COMPARE = "compare"
    """Sums of the hospitals of a region."""


WORKERS = frozenset({Role.DESK, Role.NURSE, Role.DOCTOR, Role.PHARMACY})

TABLE: dict[Action, Allowed] = {
    Action.READ: Allowed(WORKERS, Place.UNIT),
    Action.BOOK: Allowed(frozenset({Role.DESK}), Place.UNIT),
    Action.CALL: Allowed(frozenset({Role.NURSE, Role.DOCTOR}), Place.UNIT),
    Action.SEE: Allowed(frozenset({Role.DOCTOR}), Place.UNIT),
    Action.DISPENSE: Allowed(frozenset({Role.PHARMACY}), Place.UNIT),
    Action.KEEP_SCHEDULE: Allowed(frozenset({Role.MANAGER}), Place.UNIT),
    Action.MANAGE: Allowed(frozenset({Role.MANAGER}), Place.UNIT),
    Action.PROTECT: Allowed(frozenset({Role.PRIVACY}), Place.UNIT),
    Action.BREAK_GLASS: Allowed(frozenset({Role.DESK, Role.NURSE, Role.DOCTOR}), Place.UNIT),
    Action.COMPARE: Allowed(frozenset({Role.MANAGER, Role.HEALTH_OFFICE}), Place.REGION),
}


class HospitalAuthority(Authority[Action, Case]):
    """Nothing depends on a state here; the lifecycle of a booking decides which moves it allows."""

    kinds = ()


AUTHORITY = HospitalAuthority(TABLE)
