"""An appointment about a case, arranged by applicant and office."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pilar.design.forms import posted, stored
from pilar.design.views import done
from pilar.people.rules import Standing
from pilar.people.views import Shown, knowing, page
from pilar.permits import operations
from pilar.permits.forms.cases import AppointmentForm
from pilar.permits.pages.applying import applicants
from pilar.permits.queries import cases


def back_of(by: Standing, key: int) -> str:
    """The page of a case on the reader's side."""
    return reverse("permits:own-case" if by.account is None else "permits:desk-case", args=[key])


@applicants
@page("permits/cases/appointment.html", public=True, sends=True)
def appointment(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """Request, offer or move an appointment: day, hour and place."""
    read = cases.own_case if by.account is None else cases.officers_case
    row, form = read(key, scope=by, now=now), AppointmentForm(posted(request))
    if stored(form, lambda: operations.arrange_appointment(by=by, case=key, now=now, **form.given())):
        return done(request, _("The other side is told"), back_of(by, key))
    return {"row": row, "form": form, "back": back_of(by, key)}


@applicants
@require_POST
@knowing
def answer_appointment(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Agree to an appointment, or cancel it."""
    operations.answer_appointment(by=by, case=key, agreed=request.POST.get("do") == "agree", now=now)
    return done(request, _("The other side is told"), back_of(by, key))
