"""Hospitals, their clinics, doctors and coming sessions, for everybody."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest

from pilar.areas.reference import local, today_in
from pilar.design.conditional import everybody
from pilar.design.views import number
from pilar.hospital.queries import schedule
from pilar.hospital.queries.management import usual_waits
from pilar.hospital.queries.schedule import SessionRow
from pilar.hospital.queries.ways import ways
from pilar.hospital.rules.booking import Asked, Channel, Offer, Payer, SessionState, Visit, faults
from pilar.people.rules import PUBLIC, Standing
from pilar.people.views import Shown, page
from pilar.platform.errors import Fault

SHOWN_DAYS, SOON = timedelta(days=30), timedelta(days=7)
"""The number of days shown, and how many of them are unfolded."""
TAKING = (SessionState.OPEN.value, SessionState.CLOSED.value)


def why_not_bookable(session: SessionRow, channel: Channel, region: str, now: datetime) -> tuple[Fault, ...]:
    """Return why a channel cannot take a place of a session now; whether one is left is another question."""
    offer = Offer(session.day, session.ends_at, session.state is SessionState.OPEN)
    return faults(Asked(channel, Payer.GENERAL, Visit.REFERRAL), offer, session.policy, local(now, region))


def soon_and_later(rows: list[Any], today: date) -> Shown:
    """Rows that begin with a session: those of the coming days, or all if there are none, and the rest to unfold."""
    soon = [shown for shown in rows if shown[0].day < today + SOON] or rows
    return {"soon": soon, "later": rows[len(soon) :]}


@everybody
@page("hospital/hospitals.html", public=True)
def hospitals(request: HttpRequest, *, by: Standing) -> Shown:
    """The hospitals, for everybody, with links for people who work in one."""
    return {"rows": schedule.hospitals(), "ways": ways(by)}


@everybody
@page("hospital/hospital.html", public=True)
def hospital(request: HttpRequest, hospital: str, *, now: datetime) -> Shown:
    """The clinics of a hospital: their doctors, next sessions and free places."""
    row = schedule.hospital(hospital)
    today = today_in(row.region, now)
    sessions = schedule.sessions(hospital, today, today + timedelta(days=7), states=TAKING)
    usual = usual_waits(hospital, today - SHOWN_DAYS, scope=PUBLIC)
    rows = [
        (row, next((place for place in sessions if place.clinic.key == row.key and place.ends_at > now), None),
         usual.get(row.code))
        for row in schedule.clinics(hospital)
    ]  # fmt: skip
    return {"hospital": row, "rows": rows, "patient": number(request, "pasien")}


@everybody
@page("hospital/clinic.html", public=True)
def clinic(request: HttpRequest, hospital: str, clinic: str, *, now: datetime) -> Shown:
    """The coming sessions of a clinic with what is left in each."""
    row, place = schedule.hospital(hospital), schedule.clinic(hospital, clinic)
    today = today_in(row.region, now)
    sessions = schedule.sessions(hospital, today, today + SHOWN_DAYS, clinic=clinic, states=TAKING)
    patient = number(request, "pasien")
    channel = Channel.DESK if patient else Channel.APP
    rows = [
        (session, session.left(channel, now) if session.state is SessionState.OPEN else 0,
         [fault.said() for fault in why_not_bookable(session, channel, row.region, now)])
        for session in sessions
        if session.ends_at > now
    ]  # fmt: skip
    return {
        "hospital": row, "clinic": place, "patient": patient, **soon_and_later(rows, today),
        "usual": usual_waits(hospital, today - SHOWN_DAYS, scope=PUBLIC).get(clinic),
    }  # fmt: skip
