"""Citizens book, move and cancel for themselves and the people they act for; the desk does the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pilar.areas.reference import local_time, today_in
from pilar.design.final_acts import Check, Done, Remark, confirm
from pilar.design.forms import posted, stored
from pilar.design.views import done, drawn, file, number
from pilar.hospital import operations
from pilar.hospital.forms.booking import BookForm, CancelForm, KeyForm, LetterForm, OwnPersonForm, PersonForm
from pilar.hospital.operations.patients import NOT_ONE, TAKEN
from pilar.hospital.pages.schedules import SHOWN_DAYS, soon_and_later, why_not_bookable
from pilar.hospital.queries import bookings, patients, schedule, waits
from pilar.hospital.queries.bookings import BookingRow
from pilar.hospital.queries.patients import PatientRow
from pilar.hospital.queries.privacy import agree_to
from pilar.hospital.queries.schedule import HospitalRow, SessionRow
from pilar.hospital.reference.documents import documents
from pilar.hospital.rules.booking import (
    IN_VAIN,
    OVER,
    PAYER_NAMES,
    Channel,
    Payer,
    Priority,
    SessionState,
    may_leave,
    nik_missing,
)
from pilar.hospital.rules.patients import own_fields
from pilar.hospital.rules.privacy import Purpose
from pilar.people.pages.citizens import citizens, to_sign_in
from pilar.people.queries import public_names, reached_for
from pilar.people.rules import Standing, existing
from pilar.people.signin import standing_of
from pilar.people.views import Shown, knowing, page
from pilar.platform.errors import Faults
from pilar.platform.language import translate
from pilar.platform.limits import Limit, count, require_below
from pilar.reports.codes import qr_svg

WRONG_RECORDS = Limit("hospital-record", 5, seconds=3_600)
"""The most wrong record numbers, NIKs and cards from one network in an hour, with a record number and without."""
FINGERPRINTS = Limit("hospital.fingerprint", 30)
"""The most requests to BPJS for pages of bookings, from one network in a minute."""


@citizens
@page("hospital/own.html", public=True)
def own_bookings(request: HttpRequest, *, by: Standing, now: datetime) -> Shown:
    """The bookings of the reader and of the people they act for, with offered places and entries in the wait list."""
    rows, waiting = bookings.own_bookings(scope=by, now=now), waits.own_waiting(scope=by, now=now)
    names = public_names({row.account for row in (*rows, *waiting) if row.account is not None}, by=by)
    return {
        "rows": [(row, names.get(row.account or 0, "")) for row in rows],
        "waiting": [(entry, names.get(entry.account or 0, "")) for entry in waiting],
    }  # fmt: skip


@knowing
def book(request: HttpRequest, session: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Choose the patient, then check before a booking; ``untuk`` names an account, ``pasien`` a patient at the desk."""
    place = schedule.session(session)
    hospital = schedule.hospital(place.hospital)
    patient, account = number(request, "pasien"), number(request, "untuk")
    if standing_of(request).citizen is None and patient is None:
        return to_sign_in(request)
    if patient is None:
        rows = patients.relatives(place.hospital, scope=by, now=now)
        relative = next((row for row in rows if row.account == account), None)
        if relative is None:
            shown = {"session": place, "hospital": hospital, "rows": rows}
            return drawn(request, "hospital/booking/whom.html", shown)
        if relative.patient is None:
            to = reverse("hospital:person", args=[place.hospital, relative.account])
            return redirect(f"{to}?sesi={session}")
        patient = relative.patient
    who = patients.patient(patient, scope=by, now=now)
    return _check(request, place=place, hospital=hospital, who=who, by=by, now=now)


def _check(
    request: HttpRequest, *, place: SessionRow, hospital: HospitalRow, who: PatientRow, by: Standing, now: datetime
) -> HttpResponse:
    desk = by.citizen is None
    channel = Channel.DESK if desk else Channel.APP
    form = BookForm(posted(request), initial={"payer": Payer.BPJS if who.person.card else None})
    if not desk:
        del form.fields["priority"], form.fields["here"]
    else:
        del form.fields["disabled"]
    if agree_to({who.key}, Purpose.REMINDER) or not reached_for(who.account, purpose="hospital", now=now):
        del form.fields["remind"]
    clinic = reverse("hospital:clinic", args=[place.hospital, place.clinic.code])

    def look() -> Check | Done:
        # For readers who come back with the browser's button; a repeated request is recognised by its key.
        if request.method != "POST" and (kept := bookings.held_in(place.key, who.key, scope=by, now=now)):
            there = reverse("hospital:booking", args=[kept.code])
            return Done(_("Booked already in this session: number %(number)s") % {"number": kept.label}, there)
        will = [_("You get a number and a time, and are asked to come %(minutes)s minutes before it")
                % {"minutes": place.policy.arrive}]  # fmt: skip
        if place.clinic.fingerprint:
            will.append(_("This clinic asks patients of BPJS for a fingerprint: record it before you see the doctor"))
        # A repeated request is recognised by its key, whatever the state of the session.
        closed = why_not_bookable(place, channel, hospital.region, now) if request.method != "POST" else ()
        full = request.method != "POST" and not closed and place.left(channel, now) == 0
        waiting = reverse("hospital:wait", args=[place.clinic.key]) + (f"?pasien={who.key}" if desk else "")
        without_nik = _("BPJS takes no visit without the NIK: enter it first if BPJS is to pay")
        correct = f"{reverse('hospital:change-patient', args=[who.key])}?sesi={place.key}"
        return Check(
            title=_("Check before you book"), act=_("Book a place"), final=False, about=hospital.name, will=tuple(will),
            trail=((hospital.name, reverse("hospital:hospital", args=[place.hospital])), (place.clinic.name, clinic)),
            unready=() if who.person.nik else (Remark(without_nik, correct),),
            blocked=(
                *(Remark(translate(fault.sentence, **fault.fields), clinic) for fault in closed),
                *((Remark(_("This session is full. Join the wait list"), waiting),) if full else ()),
            ),
        )  # fmt: skip

    def act() -> Done:
        if form.cleaned_data["payer"] == Payer.BPJS and not who.person.nik:
            raise Faults([nik_missing()])
        old = Priority.ELDERLY if who.person.elderly(place.day) else Priority.NONE
        take = operations.walk_in if form.cleaned_data.get("here") else operations.book
        booked = take(
            by=by, session=place.key, patient=who.key, key=form.cleaned_data["key"], now=now,
            asked=form.asked(channel, new=not desk and who.new), priority=form.given_priority() or old,
        )  # fmt: skip
        if form.cleaned_data.get("remind"):
            operations.agree(by=by, patient=who.key, purpose=Purpose.REMINDER, now=now)
        return Done(_("It is booked: number %(number)s") % {"number": booked.label},
                    reverse("hospital:booking", args=[booked.code]))  # fmt: skip

    def draw(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
        lists = [(payer.value, translate(PAYER_NAMES[payer]), rows) for payer, rows in documents().items()]
        shown = {"session": place, "who": who, "hospital": hospital, "documents": lists}
        return drawn(request, "hospital/booking/check.html", {**context, **shown}, status=status)

    return confirm(request, look, act, form=form, page=draw)


@citizens
@page("hospital/booking/person.html", public=True, sends=True)
def person(request: HttpRequest, hospital: str, account: int, *, by: Standing, now: datetime) -> Shown:
    """Ask for the data of a new patient, then continue with the booking."""
    row = schedule.hospital(hospital)
    rows = patients.relatives(hospital, scope=by, now=now)
    who = existing(next((relative for relative in rows if relative.account == account), None))
    form = OwnPersonForm(posted(request), initial={"name": who.name})

    def register() -> int:
        return operations.register_patient(by=by, hospital=hospital, account=account, now=now, **form.given())

    if stored(form, lambda: _counted(request, register, now)):
        session = number(request, "sesi")
        if session is None:
            return redirect("hospital:hospital", hospital)
        return redirect(f"{reverse('hospital:book', args=[session])}?untuk={account}")
    return {"hospital": row, "form": form}


def _counted(request: HttpRequest, act: Callable[[], Any], now: datetime) -> Any:
    """Do something that reveals to a citizen whether a number belongs to somebody; after too many attempts they have to
    ask the desk."""
    require_below(request, WRONG_RECORDS, now=now)
    try:
        return act()
    except Faults as told:
        if {fault.code for fault in told.faults} & {TAKEN, NOT_ONE}:
            count(request, WRONG_RECORDS, now=now)
        raise


@never_cache
@page("hospital/booking/change.html", public=True, sends=True)
def change_person(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """Correct the data of a patient: everything at the desk, phone and address by the patient. ``sesi`` names the
    session whose booking continues afterwards."""
    who = patients.patient(key, scope=by, now=now)
    form = PersonForm(posted(request), initial=asdict(who.person))
    if by.citizen is not None:
        form.fields = {name: form.fields[name] for name in own_fields(who.person)}
    home = "hospital:desk-patient" if by.citizen is None else "hospital:own-record"

    def change() -> None:
        operations.change_patient(by=by, patient=key, person=replace(who.person, **form.cleaned_data), now=now)

    def tries() -> bool:
        return by.citizen is not None and any(form.cleaned_data.get(name) for name in ("nik", "card"))

    if stored(form, lambda: _counted(request, change, now) if tries() else change()):
        session = number(request, "sesi")
        whom = f"untuk={who.account}" if by.citizen is not None else f"pasien={key}"
        to = reverse(home, args=[key]) if session is None else f"{reverse('hospital:book', args=[session])}?{whom}"
        return done(request, _("It is corrected"), to)
    return {"who": who, "hospital": schedule.hospital(who.hospital), "form": form, "home": reverse(home, args=[key])}


@page("hospital/booking/booking.html", public=True)
def booking(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> Shown:
    """A booking: its number, QR code and time, what to bring, and the possible actions."""
    if by.citizen is None and by.account is None:
        return to_sign_in(request)
    row = bookings.booking(code, scope=by, now=now)
    return _shown(row, by) | {"moved": bookings.moved_to(code, scope=by, now=now)}


@page("hospital/booking/slip.html", public=True)
def slip(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> Shown:
    """A booking on paper, for people without a connection in the hospital."""
    return _shown(bookings.booking(code, scope=by, now=now), by)


def _shown(row: BookingRow, by: Standing) -> dict[str, Any]:
    place = row.session
    return {
        "row": row, "hospital": schedule.hospital(place.hospital), "documents": documents()[row.payer],
        "over": row.state in OVER, "followed": row.state not in IN_VAIN,
        "qr": mark_safe(qr_svg(row.code)),  # noqa: S308 - drawn by us
        "arrive_at": row.at - timedelta(minutes=place.policy.arrive),
        "opens_at": row.at - timedelta(minutes=place.policy.early),
        "open": may_leave(row.state, row.session.state), "own": by.citizen is not None,
        "fingerprint": place.clinic.fingerprint and row.payer is Payer.BPJS,
        "letter": row.payer is Payer.BPJS and row.state not in OVER,
    }  # fmt: skip


@page("hospital/parts/fingerprint.html", public=True)
def fingerprint(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> Shown:
    """The part of a booking's page that says whether BPJS has the fingerprint; nothing if BPJS does not say."""
    count(request, FINGERPRINTS, now=now)
    recorded = operations.fingerprint(by=by, booking=code, now=now)
    return HttpResponse(status=204) if recorded is None else {"recorded": recorded}


@page("hospital/booking/move.html", public=True)
def move(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> Shown:
    """The coming sessions of the same clinic to which a booking can be moved."""
    row = bookings.booking(code, scope=by, now=now)
    place = row.session
    hospital = schedule.hospital(place.hospital)
    today = today_in(hospital.region, now)
    sessions = schedule.sessions(
        place.hospital, today, today + SHOWN_DAYS, clinic=place.clinic.code, states=[SessionState.OPEN.value]
    )
    last = row.referred_until or date.max
    rows = [
        (to, left) for to in sessions
        if to.key != place.key and to.day <= last and not why_not_bookable(to, row.channel, hospital.region, now)
        and (left := to.left(row.channel, now)) > 0
    ]  # fmt: skip
    return {"row": row, "hospital": hospital, **soon_and_later(rows, today)}


@page("hospital/booking/letter.html", public=True, sends=True)
def letter(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> Shown:
    """The referral or control letter of a booking, if it came later or its number was wrong."""
    row = bookings.booking(code, scope=by, now=now)
    if row.state in OVER and request.method != "POST":  # typed input is answered with a sentence
        return redirect("hospital:booking", code)
    form = LetterForm(posted(request), initial={"referred_until": row.referred_until})
    if stored(form, lambda: operations.add_letter(by=by, booking=code, now=now, **form.letter())):
        return done(request, _("The letter is kept"), "hospital:booking", code)
    return {"row": row, "hospital": schedule.hospital(row.session.hospital), "form": form}


@knowing
def move_to(request: HttpRequest, code: str, session: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Check before you move a booking."""
    to = schedule.session(session)
    form = KeyForm(posted(request))

    def look() -> Check | Done:
        row = bookings.booking(code, scope=by, now=now)
        if (moved := bookings.moved_to(code, scope=by, now=now)) and moved.session.key == session:  # a second click
            return _moved(moved.label, moved.code)
        if not may_leave(row.state, row.session.state):
            return Done(_("This booking is “%(state)s”") % {"state": row.state_name}, _home(row, by))
        region = schedule.hospital(to.hospital).region
        will = [_("It is now: %(label)s, %(at)s") % {"label": row.label, "at": local_time(row.at, region)}]
        if to.next_at:
            will.append(_("Your time, if nobody is faster: %(at)s") % {"at": local_time(to.next_at, region)})
        return Check(
            title=_("Check before you move it"), act=_("Move it"), final=False,
            about=f"{to.clinic.shown}, {to.doctor.name}, {local_time(to.starts_at, region)}", trail=_trail(row, by),
            will=(*will, _("You get another number and another time; the old ones hold no more")),
        )  # fmt: skip

    def act() -> Done:
        made = operations.move(by=by, booking=code, session=session, key=form.cleaned_data["key"], now=now)
        return _moved(made.label, made.code)

    return confirm(request, look, act, form=form)


def _moved(number: str, code: str) -> Done:
    said = _("It is moved: your number is %(number)s now") % {"number": number}
    return Done(said, reverse("hospital:booking", args=[code]))


@knowing
def cancel(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Check before you cancel a booking."""
    form = CancelForm(posted(request))

    def look() -> Check | Done:
        row = bookings.booking(code, scope=by, now=now)
        if not may_leave(row.state, row.session.state):
            return Done(_("This booking is “%(state)s”") % {"state": row.state_name}, _home(row, by))
        return Check(
            title=_("Check before you cancel it"), act=_("Cancel the booking"), about=row.label, trail=_trail(row, by),
            will=(_("The place goes to somebody else, and the number is used no more"),), final=False,
        )  # fmt: skip

    def act() -> None:
        operations.cancel(by=by, booking=code, now=now, **form.cleaned_data)

    return confirm(request, look, act, form=form)


def _home(row: BookingRow, by: Standing) -> str:
    own = by.citizen is not None
    return reverse("hospital:own-bookings") if own else reverse("hospital:desk-patient", args=[row.patient])


def _trail(row: BookingRow, by: Standing) -> tuple[tuple[str, str], ...]:
    return ((_("Bookings"), _home(row, by)), (row.label, reverse("hospital:booking", args=[row.code])))


@require_safe
@knowing
def calendar(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> HttpResponse:
    """A booking for the calendar of a phone (RFC 5545): the hospital and the number, not the clinic."""
    row = bookings.booking(code, scope=by, now=now)
    hospital = schedule.hospital(row.session.hospital)
    begins = row.at - timedelta(minutes=row.session.policy.arrive)
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Pilar//hospital//ID", "BEGIN:VEVENT", f"UID:{row.code}@pilar",
        f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}", f"DTSTART:{begins:%Y%m%dT%H%M%SZ}",
        f"DTEND:{row.session.ends_at:%Y%m%dT%H%M%SZ}", f"SUMMARY:{hospital.name}, {row.label}",
        f"LOCATION:{hospital.address or hospital.name}".replace(",", "\\,"), "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    return file("\r\n".join(lines), f"{row.label}.ics", "text/calendar; charset=utf-8")
