"""Signature on a visit's minutes by an applicant without an account: by a code sent to the address or number in the
application, on any device."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from pilar.design.final_acts import Check, Done, confirm
from pilar.design.forms import FaultsForm, posted, stored
from pilar.people.forms import CodeForm
from pilar.people.operations import enter_code
from pilar.people.public import CODE_LIFE, CodeRefused
from pilar.people.queries import contact_of_code
from pilar.people.rules import NotAllowed, Standing
from pilar.people.views import Shown, knowing, page
from pilar.permits import operations
from pilar.permits.forms.cases import SignMinutesForm
from pilar.permits.operations import visiting
from pilar.permits.queries import minutes as queries
from pilar.platform.language import reader_language
from pilar.platform.network import client_address, network_of
from pilar.platform.writing import in_words

KEPT = "permits-minutes"
"""Kept in the session: the case, and the reference of the requested code."""


def ask_to_sign(request: HttpRequest, case: int, form: FaultsForm, now: datetime) -> HttpResponse | None:
    """Have a code sent to the person who filed a case at the counter, and continue to the page where it is entered;
    None if nothing can be sent, and the form says so."""
    network, language = network_of(client_address(request) or ""), reader_language()
    if not stored(form, lambda: visiting.ask_to_sign(case=case, network=network, language=language, now=now)):
        return None
    request.session[KEPT] = {"case": case, "reference": str(form.outcome)}
    return redirect("permits:minutes-code")


@never_cache
@page("permits/register/minutes_code.html", sends=True, public=True)
def code(request: HttpRequest, *, now: datetime) -> Shown:
    """The code that was sent."""
    kept = request.session.get(KEPT)
    if kept is None:
        return redirect("permits:tracking")
    form, reference = CodeForm(posted(request)), UUID(kept["reference"])
    if stored(form, lambda: enter_code(reference=reference, now=now, **form.cleaned_data)):
        return redirect("permits:sign-minutes-by-code")
    contact = contact_of_code(reference)
    return {"form": form, "hint": contact.hint if contact else "–", "minutes": CODE_LIFE.seconds // 60}


@never_cache
@knowing
def sign(request: HttpRequest, *, by: Standing, now: datetime) -> HttpResponse:
    """Check before you sign the minutes of a visit."""
    kept, tracking = request.session.get(KEPT), reverse("permits:tracking")
    if kept is None:
        return redirect(tracking)
    if by.account is not None or by.citizen is not None:
        raise NotAllowed
    case, reference = kept["case"], UUID(kept["reference"])
    try:
        _number, _service, first = queries.by_code(case, reference, now)
    except CodeRefused:
        return redirect("permits:minutes-code")
    form = SignMinutesForm(posted(request))

    def look() -> Check | Done:
        number, service, minutes = queries.by_code(case, reference, now)
        if minutes is None:
            return Done(_("The minutes are signed"), tracking)
        return Check(
            title=_("Check before you sign the minutes"), act=_("Sign the minutes"), about=f"{number}, {service}",
            trail=((_("Where is my application?"), tracking),),
            will=(f"{in_words(minutes.day, reader_language())}: {minutes.found}",
                  *((_("Remarks: %(remarks)s") % {"remarks": minutes.remarks},) if minutes.remarks else ()),
                  _("Your answer stands beside the minutes, with the code by which you signed and the time")),
            state=str(minutes.number),
        )  # fmt: skip

    def act() -> Done:
        stage = first.stage if first else ""
        operations.sign_minutes_by_code(
            by=by, case=case, stage=stage, reference=reference, now=now, **form.given()
        )  # fmt: skip
        return Done(_("The minutes are signed"), tracking)  # minutes of another visit need a signature of their own

    return confirm(request, look, act, form=form)
