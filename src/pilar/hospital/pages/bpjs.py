"""Pages on the exchange with BPJS: messages that wait or were refused, and times by both clocks."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from pilar.areas.reference import local, today_in
from pilar.design.forms import posted, stored
from pilar.design.tables import Asked, Column, Table
from pilar.design.views import done
from pilar.hospital import operations
from pilar.hospital.bpjs.access import access_of
from pilar.hospital.forms.operations import ChangeForm, PlanForm
from pilar.hospital.queries import bpjs as queries
from pilar.hospital.queries import fhir, pharmacy, schedule
from pilar.people.rules import Standing
from pilar.people.views import Shown, button, page

PAST = timedelta(days=30)


@page("hospital/bpjs.html")
def line(request: HttpRequest, hospital: str, *, by: Standing, now: datetime) -> Shown:
    """Show the management the messages that wait for BPJS or were not accepted."""
    row, asked = schedule.hospital(hospital), Asked.of(request)
    read_at, lists = queries.lists(hospital, scope=by)
    return {
        "hospital": row, "line": queries.line(hospital, scope=by, now=now), "tied": access_of(hospital) is not None,
        "unsent": _messages(row.region).of(queries.messages(hospital, scope=by, **asked.part), asked, about=hospital),
        "without": queries.without_code(hospital, scope=by, now=now),
        "read_at": read_at, "lists": lists,
        "alone": queries.alone(hospital, today_in(row.region, now), scope=by),
        "clocks": queries.clocks(hospital, scope=by), "months": queries.clocks(hospital, scope=by, month=True),
        "exchanges": queries.exchanges(hospital, scope=by),
        "encounters": fhir.encounters(hospital, scope=by), "not_taken": fhir.not_taken(hospital, scope=by),
    }  # fmt: skip


def _messages(region: str) -> Table:
    """The list of messages, with moments in the region's time zone."""
    return Table(
        _("What BPJS has not taken, or has otherwise"),
        Column("code", _("Booking")),
        Column("step", _("Step"), "step_name"),
        Column("at", _("When it happened"), lambda row: local(row.at, region)),
        Column("state", _("State"), "state_name"),
        Column("attempts", _("Attempts"), number=True),
        Column("told", _("What BPJS said")),
        Column("difference", _("Difference"), "difference_name"),
    )


@button
def again(request: HttpRequest, hospital: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Retry messages that BPJS or SATUSEHAT did not accept: one or all."""
    which = {name: _number(request, name) for name in ("message", "encounter")}
    count = operations.send_again(by=by, hospital=hospital, now=now, **which)
    return done(request, _("Will be sent again: %(count)s") % {"count": count}, "hospital:bpjs-line", hospital)


@button
def hours(request: HttpRequest, hospital: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Send BPJS the hours of a doctor in a clinic."""
    clinic, doctor = _number(request, "clinic"), _number(request, "doctor")
    operations.send_hours(by=by, clinic=clinic or 0, doctor=doctor or 0, now=now)
    said = _("The hours are sent. Whether BPJS has them you see here tomorrow")
    return done(request, said, "hospital:bpjs-line", hospital)


def _number(request: HttpRequest, name: str) -> int | None:
    """A key that a button sends."""
    given = request.POST.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else None


@page("hospital/operations.html", sends=True)
def planned(request: HttpRequest, hospital: str, *, by: Standing, now: datetime) -> Shown:
    """The planned operations, and a form for another one; for the desk."""
    row = schedule.hospital(hospital)
    rows = pharmacy.planned_operations(hospital, today_in(row.region, now) - PAST, scope=by)
    form = PlanForm(posted(request), clinics=schedule.clinics(hospital))
    if stored(form, lambda: operations.plan_operation(by=by, hospital=hospital, now=now, **form.cleaned_data)):
        return done(request, _("The operation is planned"), "hospital:operations", hospital)
    return {"hospital": row, "form": form, "rows": rows}


@page("hospital/operation.html", sends=True)
def change(request: HttpRequest, hospital: str, operation: str, *, by: Standing, now: datetime) -> Shown:
    """Move a planned operation to another day, or mark it as done."""
    row = schedule.hospital(hospital)
    operation_row = pharmacy.planned_operation(hospital, operation, scope=by)
    form = ChangeForm(posted(request), initial={"day": operation_row.day, "done": operation_row.done})
    if stored(form, lambda: operations.change_operation(by=by, operation=operation, now=now, **form.cleaned_data)):
        return done(request, _("The operation is changed"), "hospital:operations", hospital)
    return {"hospital": row, "operation": operation_row, "form": form}
