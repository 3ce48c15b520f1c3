"""The wait list: join it, accept an offered place, leave it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pilar.areas.reference import local
from pilar.design.forms import posted, stored
from pilar.design.views import done, number
from pilar.hospital import operations
from pilar.hospital.forms.booking import WaitForm
from pilar.hospital.queries import patients, schedule
from pilar.people.pages.citizens import to_sign_in
from pilar.people.rules import Standing
from pilar.people.views import Shown, knowing, page


@page("hospital/booking/wait.html", public=True, sends=True)
def wait(request: HttpRequest, clinic: int, *, by: Standing, now: datetime) -> Shown:
    """Join the wait list of a clinic for one of some days; ``pasien`` names a patient at the desk."""
    patient = number(request, "pasien")
    if by.citizen is None and patient is None:
        return to_sign_in(request)
    row = schedule.clinic_by_key(clinic)
    hospital = schedule.hospital(row.hospital)
    today = local(now, hospital.region).date()
    form = WaitForm(posted(request), initial={"first_day": today, "last_day": today + timedelta(days=14)})
    if patient is None:
        whom = patients.relatives(row.hospital, scope=by, now=now)
        form.fields["patient"].choices = [(relative.patient, relative.name) for relative in whom if relative.patient]
    else:
        whom, patient_row = (), patients.patient(patient, scope=by, now=now)
        form.fields["patient"].choices = [(patient_row.key, f"{patient_row.person.name} ({patient_row.record})")]
    form.fields["doctor"].choices = [("", _("Any doctor")), *schedule.doctors_of(clinic, today).items()]
    if stored(form, lambda: operations.join_waiting(by=by, clinic=clinic, now=now, **form.given())):
        if by.citizen is None:
            return done(request, _("The patient is on the wait list"), "hospital:waiting", row.hospital)
        said = _("You are on the wait list. You get word as soon as a place is free")
        return done(request, said, "hospital:own-bookings")
    return {
        "clinic": row,
        "hospital": hospital,
        "form": form,
        "new": [relative for relative in whom if relative.patient is None],
    }


@require_POST
@knowing
def take_offer(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Accept the offered place."""
    code = operations.take_offer(by=by, waiting=key, now=now)
    return done(request, _("The place is yours"), "hospital:booking", code)


@require_POST
@knowing
def leave_waiting(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Leave the wait list."""
    hospital = operations.leave_waiting(by=by, waiting=key, now=now)
    if by.citizen is None:
        return done(request, _("The patient waits no longer"), "hospital:waiting", hospital)
    return done(request, _("You wait no longer"), "hospital:own-bookings")
