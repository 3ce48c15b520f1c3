"""Hospitals, their clinics, doctors and coming sessions, for everybody."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from pilar.areas import queries as areas
from pilar.areas.reference import today_in
from pilar.design.conditional import everybody
from pilar.design.views import number
from pilar.hospital.queries import schedule
from pilar.hospital.queries.management import usual_waits
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import Channel, SessionState, window
from pilar.people.rules import PUBLIC, Standing
from pilar.people.views import Shown, page

SHOWN_DAYS, SOON = timedelta(days=30), timedelta(days=7)
"""The sessions of so many days are shown, those of the first days unfolded."""
TAKING = (SessionState.OPEN.value, SessionState.CLOSED.value)


@everybody
@page("hospital/hospitals.html", public=True)
def hospitals(request: HttpRequest, *, by: Standing) -> Shown:
    """The hospitals, for everybody; and where who works in one goes on."""
    ways = (
        (Action.READ, _("Sessions of today"), "day"),
        (Action.BOOK, _("Registration desk"), "desk"),
        (Action.KEEP_SCHEDULE, _("Schedules"), "schedules"),
        (Action.MANAGE, _("Figures"), "figures"),
        (Action.PROTECT, _("Data protection"), "protection"),
    )
    return {
        "rows": schedule.hospitals(),
        "ways": [
            (name, place.name, reverse(f"hospital:{to}", args=[place.code]))
            for action, name, to in ways
            for place in schedule.worked_at(by, action)
        ] + [
            (_("Hospitals of the region"), areas.region(region).name, reverse("hospital:compared", args=[region]))
            for region in sorted(AUTHORITY.extent(by, Action.COMPARE).touched)
        ],
    }  # fmt: skip


@everybody
@page("hospital/hospital.html", public=True)
def hospital(request: HttpRequest, hospital: str, *, now: datetime) -> Shown:
    """The clinics of a hospital: which doctors see patients there, when next, how many places are left."""
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
        (
            session,
            session.left(channel, now) if session.state is SessionState.OPEN else 0,
            window(session.policy, session.day)[0] <= today,
        )
        for session in sessions
        if session.ends_at > now
    ]
    soon = [shown for shown in rows if shown[0].day < today + SOON] or rows
    return {
        "hospital": row, "clinic": place, "patient": patient, "soon": soon, "later": rows[len(soon) :],
        "usual": usual_waits(hospital, today - SHOWN_DAYS, scope=PUBLIC).get(clinic),
    }  # fmt: skip
