"""Bookings of citizens."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from pilar.hospital.queries import bookings, schedule
from pilar.people.rules import Standing
from pilar.people.views import Shown, page


@page("hospital/hospitals.html", public=True)
def hospitals(request: HttpRequest) -> Shown:
    """The hospitals, for everybody."""
    return {"rows": schedule.hospitals()}


@page("hospital/own.html", public=True)
def own_bookings(request: HttpRequest, *, by: Standing, now: datetime) -> Shown:
    """The bookings of the reader and of whom they act for."""
    return {"rows": bookings.own_bookings(scope=by, now=now)}
