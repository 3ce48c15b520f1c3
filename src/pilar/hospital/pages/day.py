"""The day of hospital staff: the desk, the queue of a session, one visit, a late doctor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from operator import itemgetter
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from pilar.areas.reference import local, midnight_in, today_in
from pilar.design.final_acts import Check, Done, Remark, confirm
from pilar.design.forms import posted, stored
from pilar.design.views import done, number, searched
from pilar.hospital import operations
from pilar.hospital.forms.day import ControlForm, LateForm, TriageForm
from pilar.hospital.pages.buttons import BEGIN, BUTTONS, CHECK_IN, SKIP, buttons_of
from pilar.hospital.queries import bookings, bpjs, day, lateness, records, schedule
from pilar.hospital.queries import pharmacy as medicine
from pilar.hospital.queries.bookings import BookingRow
from pilar.hospital.queries.schedule import HospitalRow, SessionRow
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import BookingState, SessionState
from pilar.hospital.rules.pharmacy import PHARMACY, PharmacyState
from pilar.hospital.rules.queue import Phase, SessionOver, StillSeen
from pilar.hospital.rules.replan import Effect
from pilar.hospital.rules.triage import COMPLAINT, SIGN_NAMES
from pilar.people.rules import NotFound, Standing
from pilar.people.views import Shown, answer, button, page
from pilar.platform.errors import NotAllowed, PilarError
from pilar.platform.language import N_, hour, translate

S = BookingState
_MINUTE, LATE = timedelta(minutes=1), timedelta(minutes=40)
"""The default delay of a late doctor."""
NEAREST = 20
"""The most expected patients that are shown without a search."""


@page("hospital/day/sessions.html")
def sessions(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> Shown:
    """The sessions of today and those that continue after midnight, with the numbers of patients expected, present and
    seen: running sessions first, then later ones, finished ones folded."""
    hospital = schedule.hospital(code)
    today = today_in(hospital.region, now)
    rows = day.sessions_of_day(code, today, scope=by, now=now)
    acts = [action for action in Action if AUTHORITY.holds(by, action, hospital.case)]
    phases = {phase.value: [row for row in rows if row.phase is phase] for phase in Phase}
    return {"hospital": hospital, "today": today, "acts": acts, **phases}


@page("hospital/day/arrivals.html")
def arrivals(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> Shown:
    """Check in patients at the desk, register new ones, and list patients of any day who have to be told of a change by
    phone. It works without BPJS."""
    hospital = schedule.hospital(code)
    AUTHORITY.require(by, Action.BOOK, hospital.case, known=False)
    today = today_in(hospital.region, now)
    rows = [row for row in bookings.bookings_of_day(code, today, scope=by) if row.state is S.BOOKED]
    text, clinic = searched(request), request.GET.get("poli", "")
    clinics = sorted({(row.session.clinic.code, row.session.clinic.name) for row in rows}, key=itemgetter(1))
    return {
        "hospital": hospital, "today": today, "q": text, "clinic": clinic,
        "to_come": [(row, _why_no_check_in(row, hospital, now)) for row in _sought(rows, text, clinic, now)],
        "all": len(rows), "clinics": [("", _("All clinics")), *clinics],
        "new": bookings.new_here(code, today, scope=by, now=now),
        "to_tell": bookings.to_tell(code, scope=by, now=now), "alone": bpjs.alone_today(code, today, scope=by),
        "topics": [f"hospital board {code}"],
    }  # fmt: skip


@page("hospital/day/session.html")
def session(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """The queue of a session: called patients, those with the doctor, those waiting in order, and those expected."""
    session_day = day.day_of(key, scope=by, now=now)
    hospital = schedule.hospital(session_day.session.hospital)
    shown = [
        (row, buttons_of(row, session_day.acts, quick=True, refused=_refused(row, session_day)))
        for row in (*session_day.called, *filter(None, [session_day.serving]))
    ]
    own = day.doctor_of(hospital.code, by) == session_day.session.doctor.key
    return {"day": session_day, "hospital": hospital, "shown": shown, "plans": lateness.replans(key),
            "triaged": records.triaged(key), "own": own}  # fmt: skip


def _refused(row: BookingRow, session_day: day.Day) -> dict[str, list[str]]:
    """Why a quick button on a called patient would be refused now: they were not called often enough to be skipped, or
    another patient is with the doctor."""
    too_soon = [fault.said() for fault in session_day.unskipped.get(row.key, ())]
    return {SKIP: too_soon, BEGIN: [StillSeen().text()] if session_day.serving else []}


@button
def be_doctor(request: HttpRequest, key: int, *, by: Standing) -> HttpResponse:
    """Declare oneself the doctor of a session."""
    return _done(request, lambda: operations.be_doctor(by=by, session=key), "hospital:session", key)


@button
def call_next(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Call the next patient."""
    return _done(request, lambda: operations.call_next(by=by, session=key, now=now), "hospital:session", key)


@page("hospital/day/visit.html")
def visit(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> Shown:
    """One visit: its events with their reasons, and the possible actions."""
    row = bookings.booking(code, scope=by, now=now)
    if by.citizen is not None:
        raise NotFound
    session_day = day.day_of(row.session.key, scope=by, now=now)
    hospital = schedule.hospital(row.session.hospital)
    who = records.treated(row.patient, at=hospital, by=by, now=now)
    return {
        "row": row, "hospital": hospital,
        "buttons": buttons_of(
            row,
            session_day.acts,
            registering=session_day.registering.get(row.key),
            refused={CHECK_IN: _why_no_check_in(row, hospital, now)},
        ),
        "signs": _signs(row, hospital, by),
        "asks": Action.CALL in session_day.acts and row.state in (S.ARRIVED, S.CALLED),
        "who": who, "born": date.fromisoformat(who.birth_date) if who and who.birth_date else None,
        "events": day.events_of(row, scope=by), "controls": Action.SEE in session_day.acts and row.state in _SEEN,
        "desk": Action.BOOK in session_day.acts,
    }  # fmt: skip


_SEEN = (S.SERVING, S.SERVED)


def _signs(row: BookingRow, hospital: HospitalRow, by: Standing) -> list[tuple[str, str]]:
    """Return the measurements with their names, if the reader may see them."""
    signs = records.signs(row.key, row.patient, at=hospital, by=by)
    names = {**SIGN_NAMES, COMPLAINT: N_("What the patient complains of")}
    return [(translate(name), number_format(Decimal(signs[sign])) if sign in SIGN_NAMES else signs[sign])
            for sign, name in names.items() if sign in signs]  # fmt: skip


@page("hospital/day/triage.html", sends=True)
def triage(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> Shown:
    """Enter questions and measurements before the doctor."""
    row = bookings.booking(code, scope=by, now=now)
    hospital = schedule.hospital(row.session.hospital)
    AUTHORITY.require(by, Action.CALL, hospital.case, known=False)
    who = records.treated(row.patient, at=hospital, by=by, now=now)
    known = records.signs(row.key, row.patient, at=hospital, by=by)
    first = {name: Decimal(text) if name in SIGN_NAMES else text for name, text in known.items()}
    form = TriageForm(posted(request), initial={**first, "priority": row.priority})
    if stored(form, lambda: operations.triage(by=by, booking=code, now=now, **form.given())):
        return done(request, _("Noted"), "hospital:session", row.session.key)
    return {"row": row, "hospital": hospital, "who": who, "form": form}


@button
def act(request: HttpRequest, code: str, step: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Press one of :data:`BUTTONS`."""
    if step not in BUTTONS:
        raise NotFound
    button = BUTTONS[step]
    given = button.read(request.POST.get("chosen", ""))
    row = bookings.booking(code, scope=by, now=now)
    to, key = "hospital:visit", code
    if "queue" in request.POST:
        to, key = "hospital:session", row.session.key
    elif "desk" in request.POST:
        to, key = "hospital:arrivals", row.session.hospital

    def said() -> str:
        after = bookings.booking(code, scope=by, now=now)
        return f"{after.label}: {after.state_name}"

    return _done(request, lambda: button.does(by=by, booking=code, now=now, **given), to, key, said)


@page("hospital/day/control.html", sends=True)
def control(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> Shown:
    """Book the next visit at the end of this one, on one of the days around the wanted date with the most free
    places."""
    row = bookings.booking(code, scope=by, now=now)
    days = number(request, "hari", most=3) or 28
    offers = day.control_offers(row, row.session.day + timedelta(days=days), scope=by, now=now)
    form = ControlForm(posted(request), initial={"session": offers[0].key if offers else None, "key": uuid4()})
    form.fields["session"].choices = [(offer.key, _offer(offer, row.session)) for offer in offers]
    if stored(form, lambda: operations.book_control(by=by, booking=code, now=now, **form.cleaned_data)):
        said = _("Booked: %(label)s") % {"label": form.outcome.label}
        return done(request, said, "hospital:visit", code)
    return {"row": row, "form": form, "days": days, "choices": (7, 14, 28, 84)}


@page("hospital/day/late.html")
def late(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """Ask when the doctor comes, if at all, before the effect is shown."""
    row, hospital = _late(key, by)
    starts, ends = (local(moment, hospital.region) for moment in (row.starts_at, row.ends_at))
    last = starts.replace(hour=23, minute=59)
    comes = max(starts, local(now, hospital.region).replace(second=0, microsecond=0)) + LATE
    until = min(ends + (comes - starts), last)
    first = {"resume": comes.time(), "until": until.time()} if comes < until else {}  # late in the evening
    form = LateForm(request.GET if "resume" in request.GET else None, starts=starts.time(), initial=first)
    if form.is_bound and form.is_valid():
        times = "-".join(f"{form.cleaned_data[name]:%H%M}" for name in ("resume", "until"))
        return redirect("hospital:replan", key, times)
    return {"row": row, "hospital": hospital, "form": form}


@answer
def replan(request: HttpRequest, key: int, times: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Check before you give new times: the effect of the plan compared with doing nothing."""
    row, hospital = _late(key, by)
    resume, until = _times(times, row, hospital.region)
    here = reverse("hospital:session", args=[key])

    def look() -> Check:
        plan = lateness.new_times(key, scope=by, resume=resume, until=until, now=now)
        count = len(plan.moved)
        will = [_("%(count)s patients get a new time and are told") % {"count": count},
                _("Nobody is asked to come earlier who did not agree to that")]  # fmt: skip
        if resume is None:
            will.append(_("The session is cancelled"))
        unready = [Remark(_("For %(count)s patients there is no place: they are told to choose another day") %
                          {"count": len(plan.unplaced)})] if plan.unplaced else []  # fmt: skip
        return Check(
            title=_("Check before you give new times"), act=_("Give the new times and tell all"), will=tuple(will),
            trail=((row.clinic.name, here),), counts=tuple(_compared(plan.nothing, plan.then)),
            unready=tuple(unready), synthetic=hospital.synthetic,
        )  # fmt: skip

    def do() -> Done:
        told = operations.replan_session(by=by, session=key, resume=resume, until=until, now=now)
        return Done(_("%(count)s patients have a new time or are told to choose one") % {"count": told}, here)

    return confirm(request, look, do)


@page("hospital/day/pharmacy.html")
def pharmacy(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> Shown:
    """The pharmacy's list of today in the order of its numbers, after the rest of the day before."""
    hospital = schedule.hospital(code)
    today = today_in(hospital.region, now)
    may = AUTHORITY.holds(by, Action.DISPENSE, hospital.case)
    rows = [(prescription, PHARMACY.moves(prescription.state) if may else ())
            for prescription in medicine.pharmacy(code, today, scope=by)]  # fmt: skip
    return {"hospital": hospital, "today": today, "rows": rows, "topics": [f"hospital pharmacy {code}"]}


@button
def dispense(request: HttpRequest, code: str, booking: str, to: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Move medicine on: begin, ready, handed over."""
    if to not in [*PharmacyState]:
        raise NotFound
    move = partial(operations.move_medicine, by=by, booking=booking, to=PharmacyState(to), now=now)
    return _done(request, move, "hospital:pharmacy", code)


@answer
def end(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Check before you end a session."""
    session_day = day.day_of(key, scope=by, now=now)
    here = reverse("hospital:session", args=[key])
    if not session_day.open:
        return redirect(here)
    if Action.CALL not in session_day.acts:
        raise NotAllowed
    waiting = (
        len(session_day.waiting) + len(session_day.to_register) + len(session_day.called) + bool(session_day.serving)
    )

    def look() -> Check:
        still = _("%(count)s patients still wait: see them, or say that they have left") % {"count": waiting}
        return Check(
            title=_("Check before you end this session"), act=_("End the session"),
            will=(_("Who did not check in is entered as absent, and BPJS is told"),),
            trail=((session_day.session.clinic.name, here),),
            counts=((_("Seen by the doctor"), str(len(session_day.seen))),
                    (_("Did not check in"), str(len(session_day.to_come)))),
            blocked=(Remark(still, here),) if waiting else (),
            synthetic=schedule.hospital(session_day.session.hospital).synthetic,
        )  # fmt: skip

    def do() -> Done:
        operations.end_session(by=by, session=key, now=now)
        return Done(_("The session has ended"), here)

    return confirm(request, look, do)


def _done(
    request: HttpRequest, act: Callable[[], object], to: str, key: object, said: Callable[[], str] | None = None
) -> HttpResponse:
    """Do an act, and show the result on the next page, in the words of ``said`` if given."""
    try:
        act()
    except PilarError as refused:
        if refused.status in (403, 404):
            raise
        messages.error(request, refused.text())
        return redirect(to, key)
    return done(request, said() if said else _("Noted"), to, key)


def _sought(rows: Sequence[BookingRow], text: str, clinic: str, now: datetime) -> list[BookingRow]:
    """Find expected patients by a part of their number, their code or a clinic; without a search, those whose time is
    near."""
    wanted = text.upper().replace(" ", "")
    found = [
        row for row in rows if clinic in ("", row.session.clinic.code) and (wanted in row.label or wanted == row.code)
    ]
    if text or clinic:
        return found
    return sorted(sorted(found, key=lambda row: abs(row.at - now))[:NEAREST], key=lambda row: row.at)


def _why_no_check_in(row: BookingRow, hospital: HospitalRow, now: datetime) -> list[str]:
    """Why an expected patient cannot be checked in now."""
    if row.session.state in (SessionState.DONE, SessionState.CANCELLED):
        return [SessionOver().text()]
    return [fault.said() for fault in schedule.why_no_check_in(row.at, row.session, hospital.region, now=now)]


def _offer(row: SessionRow, now: SessionRow) -> str:
    """A session in the list of offers: day, time, how much is free."""
    at = local(row.starts_at, schedule.hospital(row.hospital).region)
    doctor = "" if row.doctor.key == now.doctor.key else f", {row.doctor.name}"
    free = _("%(free)s of %(places)s places free") % {"free": row.capacity - row.taken, "places": row.capacity}
    return f"{date_format(row.day, 'l, j F Y')}, {hour(at)}{doctor} ({free})"


def _late(key: int, by: Standing) -> tuple[SessionRow, HospitalRow]:
    row = schedule.session(key)
    hospital = schedule.hospital(row.hospital)
    AUTHORITY.require(by, Action.CALL, hospital.case, known=False)
    return row, hospital


def _times(text: str, row: SessionRow, region: str) -> tuple[datetime | None, datetime]:
    """The hours given in an address; ``tidak-hadir`` means not at all."""
    if text == "tidak-hadir":
        return None, row.ends_at
    midnight = midnight_in(region, row.day)
    parts = text.split("-")
    if len(parts) != 2 or not all(len(part) == 4 and part.isdecimal() and part.isascii() for part in parts):
        raise NotFound
    resume, until = (midnight + timedelta(hours=int(part[:2]), minutes=int(part[2:])) for part in parts)
    if not row.starts_at <= resume < until:
        raise NotFound
    return resume, until


def _compared(nothing: Effect, then: Effect) -> list[tuple[str, str]]:
    def both(of: Callable[[Effect], int]) -> str:
        return _("%(then)s; without new times %(nothing)s") % {
            "then": number_format(of(then), use_l10n=True, force_grouping=True),
            "nothing": number_format(of(nothing), use_l10n=True, force_grouping=True),
        }

    return [
        (_("Minutes of waiting in the hospital, in all"), both(lambda effect: int(effect.waited / _MINUTE))),
        (_("Minutes after the booked times, in all"), both(lambda effect: int(effect.delay / _MINUTE))),
        (_("Patients who wait no longer than an hour"), both(lambda effect: effect.within)),
        (_("Patients who are not seen"), both(lambda effect: effect.unseen)),
    ]
