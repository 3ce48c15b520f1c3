"""Appointments about a case: one side proposes day, hour and place, the other agrees, moves or cancels."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction

from pilar.areas import queries as areas
from pilar.areas.reference import calendar, local, midnight_in, today_in
from pilar.people.operations import held, settle
from pilar.people.rules import Standing
from pilar.permits.models import Appointment, Case
from pilar.permits.operations.notices import tell_applicant, tell_officers
from pilar.permits.operations.steps import from_either_side, happened
from pilar.permits.rules.cases import CaseElsewhere, EventKind
from pilar.permits.rules.explaining import span
from pilar.permits.rules.roles import Role
from pilar.platform.calendar import hours_on
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_

KIND = "permits.appointment"
REMINDER = f"{KIND}-reminder"
MAX_PLACE = 200
MAX_AHEAD = timedelta(days=90)
"""assumption"""


@transaction.atomic
def arrange_appointment(*, by: Standing, case: int, day: date, hour: time, place: str, now: datetime) -> None:
    """Request, offer or move an appointment about a case; the other side has to agree. At the counter both sides agree
    in person.

    ``hour`` is in the region's time zone. Raises :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState`, Faults at
    ``day``, ``hour`` and ``place``.
    """
    row, office = from_either_side(by, case, now=now)
    at = _moment(row.region_id, day, hour, now)
    if not place.strip() or len(place) > MAX_PLACE or "\0" in place:
        sentence = N_("Write where, in at most %(most)s characters")
        raise Faults([Fault("no-place", sentence, {"most": MAX_PLACE}, "place")])
    appointment = to_come(row, now) or Appointment(case=row)
    appointment.at, appointment.place, appointment.from_office, appointment.by, appointment.reminded_at = (
        at,
        place.strip(),
        office,
        by.signature,
        None,
    )
    appointment.officer_id = by.account if office else appointment.officer_id
    appointment.agreed_at = now if row.at_counter else None
    appointment.save()
    happened(row, EventKind.APPOINTMENT, by=by, now=now, said={"at": at.isoformat(), "place": appointment.place})
    _tell(row, appointment, by, N_("An appointment about application %(number)s waits for your answer"), now)


@transaction.atomic
def answer_appointment(*, by: Standing, case: int, agreed: bool, now: datetime) -> None:
    """Agree to the appointment that the other side proposed, or cancel the coming one.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState`, :class:`CaseElsewhere` where there is none to
    agree to or cancel.
    """
    row, office = from_either_side(by, case, now=now)
    appointment = to_come(row, now)
    if appointment is None or (agreed and (appointment.agreed_at is not None or appointment.from_office is office)):
        raise CaseElsewhere
    appointment.agreed_at, appointment.ended_at = (now, None) if agreed else (appointment.agreed_at, now)
    appointment.officer_id = by.account if office and agreed else appointment.officer_id
    appointment.save(update_fields=["agreed_at", "ended_at", "officer"])
    happened(row, EventKind.APPOINTMENT, by=by, now=now, reason="agreed" if agreed else "cancelled")
    for kind in (KIND, REMINDER):
        settle(by=by, subject=f"permits.case:{row.pk}", kind=kind, now=now)
    _tell(row, appointment, by, N_("The appointment about application %(number)s was answered"), now)


@transaction.atomic
def remind_of(by: Standing, key: int, now: datetime) -> bool:
    """Remind both sides of an appointment on this or the next working day; return whether a reminder was sent."""
    row = held(Case.objects, pk=key)
    appointment = to_come(row, now)
    if (
        row.closed_at is not None
        or appointment is None
        or appointment.reminded_at is not None
        or appointment.agreed_at is None
    ):
        return False
    appointment.reminded_at = now
    appointment.save(update_fields=["reminded_at"])
    tell_applicant(row)
    _tell(row, appointment, by, N_("You have an appointment about application %(number)s"), now, kind=REMINDER)
    return True


def to_be_reminded(now: datetime) -> list[int]:
    """The unfinished cases with an appointment before the end of the next working day."""
    until = midnight_in("", areas.working_days("").after(today_in("", now), 1) + timedelta(days=1))
    rows = Appointment.objects.filter(case__closed_at=None, ended_at=None, reminded_at=None, agreed_at__isnull=False)
    return list(rows.filter(at__gt=now, at__lt=until).order_by("case").values_list("case", flat=True))


def to_come(case: Case, now: datetime) -> Appointment | None:
    """The appointment of a case that is still to come; there is one at most."""
    return Appointment.objects.filter(case=case, ended_at=None, at__gt=now).first()


def _tell(
    case: Case, appointment: Appointment, by: Standing, sentence: str, now: datetime, *, kind: str = KIND
) -> None:
    """Notify the applicant of what the office did, and the officers concerned of what somebody else did."""
    if by.account is None or appointment.officer_id != by.account:
        to = Role.FRONT if appointment.officer_id is None else appointment.officer_id
        tell_officers(case, to, by=by, kind=kind, sentence=sentence, deadline=appointment.at, now=now)
    if by.account is not None:
        tell_applicant(case)


def _moment(region: str, day: date, hour: time, now: datetime) -> datetime:
    """The moment of an appointment within opening hours; raises Faults at ``day`` and ``hour``."""
    today, days = today_in(region, now), areas.working_days(region)
    if not today <= day <= today + MAX_AHEAD or not days.is_working(day):
        sentence = N_("Choose a working day within the next %(days)s days")
        raise Faults([Fault("unfit-day", sentence, {"days": MAX_AHEAD.days}, "day")])
    at = datetime.combine(day, hour, tzinfo=local(now, region).tzinfo)
    parts = hours_on(day, calendar().hours).parts(day)
    if at <= now or not any(begin <= hour < end for begin, end in parts):
        spans = tuple(span(begin, end) for begin, end in parts)
        sentence = N_("Choose an hour to come within opening times: %(hours)s")
        raise Faults([Fault("unfit-hour", sentence, {"hours": spans}, "hour")])
    return at
