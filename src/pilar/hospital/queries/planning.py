"""Simulate a clinic's rules on its own records: the present ones, chosen alternatives, and the best."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime

from pilar.areas.reference import today_in
from pilar.hospital.models import Booking, WeeklySession
from pilar.hospital.queries.consultations import seen, served
from pilar.hospital.queries.schedule import ClinicRow, HospitalRow, clinic, hospital, policy
from pilar.hospital.reference.indicators import waiting
from pilar.hospital.reference.simulation import assumed
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import BookingState, Policy, Visit
from pilar.hospital.rules.noshow import Booked, Risks
from pilar.hospital.rules.schedule import RULE_NAMES, GridRule, offsets
from pilar.hospital.rules.simulation import Crowd, Observed, Outcome, Proposal, Sessions, choose, expecting, overbooked
from pilar.people.rules import Standing
from pilar.platform.language import translate

ENOUGH, DRAWN = 100, 1_000
"""The least numbers of consultations and of bookings for simulating a clinic from its own records; the number of
sessions to simulate."""
MAX_MORE, MAX_OVERTIME = 6, 30
"""assumption: the most places beyond the seats, and the most minutes of mean overtime."""


@dataclass(frozen=True, slots=True)
class Planning:
    """The input for simulating a clinic: its longest weekly session, the durations of its consultations and the
    arrivals of its patients. ``consultations`` and ``bookings`` count its own records; with too few of them assumptions
    are used."""

    hospital: HospitalRow
    clinic: ClinicRow
    policy: Policy
    seats: int
    length: int
    crowd: Crowd
    consultations: int
    bookings: int

    @property
    def lasting_known(self) -> bool:
        return self.consultations >= ENOUGH

    @property
    def absence_known(self) -> bool:
        return self.bookings >= ENOUGH

    @property
    def absence(self) -> float:
        """Return the expected percentage of booked patients who do not come."""
        return self.crowd.no_show * 100

    def outcome(self, rule: GridRule, minutes: int, places: int, *, late: int = 0) -> Simulated:
        """Simulate a rule."""
        times = offsets(rule, places, minutes, length=self.length)
        outcome = Sessions(self.crowd, places).run(times, length=self.length, late=late)
        return Simulated(rule, minutes, places, outcome, outcome.cost(self.policy.weight))

    def best(self, weight: int) -> Simulated:
        """Find what costs least by a weight, with as many places as the session has seats."""
        proposal = choose(self.crowd, self.seats, length=self.length, weight=weight, sessions=DRAWN)
        return replace(self.outcome(proposal.rule, proposal.minutes, self.seats), cost=proposal.outcome.cost(weight))

    def more(self) -> tuple[Proposal, ...]:
        """Simulate one, two, … places more than seats with the rule in force, as far as the limits of waiting and
        overtime allow."""
        return overbooked(
            self.crowd, self.seats, GridRule(self.policy.rule), minutes=self.policy.minutes, length=self.length,
            most=MAX_MORE, overtime=MAX_OVERTIME, within_hour=waiting().standard.share,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Simulated:
    """A rule with its effect."""

    rule: GridRule
    minutes: int
    places: int
    outcome: Outcome
    cost: float

    @property
    def name(self) -> str:
        return translate(RULE_NAMES[self.rule])


def planning(code: str, name: str, *, scope: Standing, now: datetime) -> Planning:
    """Gather the input for simulating a clinic, for the management of its hospital; raises :class:`NotFound`."""
    place, row = hospital(code), clinic(code, name)
    AUTHORITY.require(scope, Action.MANAGE, place.case, known=False)
    today = today_in(place.region, now)
    weekly = WeeklySession.objects.filter(clinic=row.key, valid_from__lte=today).exclude(valid_until__lt=today)
    longest = weekly.order_by("-capacity", "pk").first()
    given = assumed()
    hours = longest and (longest.ends.hour - longest.starts.hour) * 60 + longest.ends.minute - longest.starts.minute
    minutes = tuple(visit.minutes for visit in seen(served(today).filter(session__clinic=row.key), today))
    crowd = replace(given.crowd, lasting=Observed(minutes)) if len(minutes) >= ENOUGH else given.crowd
    past, coming = _bookings(row.key, today)
    if len(past) >= ENOUGH:
        risks = Risks(past, usual=given.crowd.no_show)
        crowd = expecting(crowd, [risks.of(booking) for booking in coming or [booked for booked, _absent in past]])
    return Planning(
        place, row, policy(row.key, today)[1], longest.capacity if longest else given.patients,
        hours or round(given.patients * given.consultations.mean), crowd, len(minutes), len(past),
    )  # fmt: skip


def _bookings(clinic: int, today: date) -> tuple[list[tuple[Booked, bool]], list[Booked]]:
    """Past bookings of a clinic, with whether the patient was absent, and coming ones."""
    over = (BookingState.SERVED, BookingState.ABSENT)
    rows = Booking.objects.filter(session__clinic=clinic, state__in=[*over, BookingState.BOOKED]).order_by("day", "pk")
    before, missed = Counter[int](), Counter[int]()
    past, coming = [], []
    for patient, state, booked_at, at, visit, day in rows.values_list(
        "patient", "state", "booked_at", "booked_for", "visit", "day"
    ):
        booked = Booked((at - booked_at).days, before[patient], missed[patient], visit == Visit.CONTROL)
        if state in over:
            past.append((booked, state == BookingState.ABSENT))
            before[patient] += 1
            missed[patient] += state == BookingState.ABSENT
        elif day >= today:
            coming.append(booked)
    return past, coming
