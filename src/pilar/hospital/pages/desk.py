"""The registration desk: find or register a patient, book for them, merge double entries."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from pilar.design.final_acts import Check, Done, confirm
from pilar.design.forms import posted, stored
from pilar.design.views import done
from pilar.hospital import operations
from pilar.hospital.forms.booking import AccountForm, FindForm, PersonForm
from pilar.hospital.queries import bookings, patients, schedule, waits
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import CODE_LENGTH
from pilar.people.rules import NotFound, Standing
from pilar.people.views import Shown, answer, page


@never_cache
@page("hospital/desk/find.html", sends=True)
def desk(request: HttpRequest, hospital: str, *, by: Standing, now: datetime) -> Shown:
    """Find a patient by one of their numbers, or a booking by its code."""
    row = schedule.hospital(hospital)
    AUTHORITY.require(by, Action.BOOK, row.case, known=False)
    form = FindForm(posted(request))
    if form.is_bound and form.is_valid():
        sought = form.cleaned_data["sought"]
        if len(sought) == CODE_LENGTH and not sought.isdigit():
            with suppress(NotFound):
                return redirect("hospital:visit", bookings.booking(sought, scope=by, now=now).code)
        elif (patient_key := patients.found(hospital, row.region, sought, scope=by)) is not None:
            return redirect("hospital:desk-patient", patient_key)
        form.add_error("sought", _("Nobody is registered here with this number or code"))
    return {"hospital": row, "form": form}


@never_cache
@page("hospital/desk/register.html", sends=True)
def register(request: HttpRequest, hospital: str, *, by: Standing, now: datetime) -> Shown:
    """Register a new patient; a known NIK or card leads to the existing patient."""
    row = schedule.hospital(hospital)
    AUTHORITY.require(by, Action.BOOK, row.case, known=False)
    form = PersonForm(posted(request))
    sent = form.person() if form.is_bound and form.is_valid() else None
    numbers = [number for number in (sent.nik, sent.card) if number] if sent else []
    known = {patients.found(hospital, row.region, number, scope=by) for number in numbers}
    if stored(form, lambda: operations.register_patient(by=by, hospital=hospital, person=form.person(), now=now)):
        said = _("The patient is registered")
        if form.outcome in known:
            said = _("This patient is known here already. What is kept of them stays: correct it where it has changed")
        return done(request, said, "hospital:desk-patient", form.outcome)
    return {"hospital": row, "form": form}


@never_cache
@page("hospital/desk/patient.html", sends=True)
def patient(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """A patient with their bookings; link them to a public account, or merge a second row of the same person."""
    row = patients.patient(key, scope=by, now=now)
    sent = posted(request)
    merging = sent is not None and "sought" in sent
    account, other = AccountForm(None if merging else sent), FindForm(sent if merging else None)
    hospital = schedule.hospital(row.hospital)
    if stored(account, lambda: operations.join_account(by=by, patient=key, now=now, **account.cleaned_data)):
        return done(request, _("The account is joined"), "hospital:desk-patient", key)
    if other.is_bound and other.is_valid():
        patient_key = patients.found(row.hospital, hospital.region, other.cleaned_data["sought"], scope=by)
        if patient_key not in (None, key):
            return redirect("hospital:merge", patient_key, key)
        other.add_error("sought", _("No other patient has this number"))
    return {
        "row": row, "hospital": hospital, "account": account, "other": other,
        "rows": bookings.of_patient(key, scope=by, now=now),
    }  # fmt: skip


@page("hospital/desk/waiting.html")
def waiting(request: HttpRequest, hospital: str, *, by: Standing) -> Shown:
    """The wait list: patients without a way to receive messages are called when a place is offered, and accept it
    here."""
    return {"hospital": schedule.hospital(hospital), "rows": waits.waiting_at(hospital, scope=by)}


@never_cache
@answer
def merge(request: HttpRequest, key: int, into: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Check before you merge two rows of one person."""
    kept = patients.patient(into, scope=by, now=now)
    here = reverse("hospital:desk-patient", args=[into])

    def look() -> Check | Done:
        merged = patients.merged_into(key, scope=by)
        if merged == into:
            return Done(_("The two are one now"), here)
        gone = patients.patient(key, scope=by, now=now)
        rows = bookings.of_patient(key, scope=by, now=now)
        return Check(
            title=_("Check before you join two patients"), act=_("Join them"),
            about=f"{gone.record} → {kept.record}",
            will=(
                _("%(gone)s, born on %(born)s, is found as %(kept)s from now on") % {
                    "gone": gone.person.name, "born": gone.person.birth_date or "–", "kept": kept.person.name,
                },
                _("The bookings go to record number %(record)s; the other number is used no more")
                % {"record": kept.record},
            ),
            counts=((_("Bookings that go over"), str(len(rows))),),
            trail=((_("Registration desk"), reverse("hospital:desk", args=[kept.hospital])), (kept.record, here)),
        )  # fmt: skip

    return confirm(request, look, lambda: operations.merge_patients(by=by, patient=key, into=into, now=now))
