"""Pages of schedules: weekly sessions, days off, rules of clinics, and changed sessions."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pilar.areas.reference import local, today_in
from pilar.design.final_acts import Check, Done, Remark, confirm
from pilar.design.forms import posted, stored
from pilar.design.views import done, drawn, number
from pilar.hospital import operations
from pilar.hospital.forms.schedule import LastForm, LeaveForm, PolicyForm, ReasonForm, SessionForm, WeeklyForm
from pilar.hospital.queries import keeping, opening, schedule
from pilar.hospital.queries.changes import Change, change, hits
from pilar.hospital.queries.keeping import Kept
from pilar.hospital.queries.schedule import SessionRow
from pilar.hospital.rules.booking import CHANNELS, Policy, SessionState
from pilar.people.rules import Standing
from pilar.people.views import Shown, answer, button, page
from pilar.platform.language import hour

COMING = timedelta(days=14)


@page("hospital/keeping/schedule.html", sends=True)
def schedules(request: HttpRequest, hospital: str, *, by: Standing, now: datetime) -> Shown:
    """The clinics and coming sessions of a hospital, and a form for days off."""
    today = today_in(schedule.hospital(hospital).region, now)
    kept = keeping.kept(hospital, scope=by, today=today)
    form = LeaveForm(posted(request), kept=kept)
    if stored(form, lambda: operations.add_leave(by=by, hospital=hospital, now=now, **form.cleaned_data)):
        said = _("The days off are kept. Sessions that nobody has booked are gone; those below wait for you")
        return done(request, said, "hospital:schedules", hospital)
    apart = {differs.session.key: differs for differs in opening.apart(hospital, now=now)}
    rows = [
        (row, apart.pop(row.key, None))
        for row in schedule.sessions(hospital, today, today + COMING, states=["open", "closed", "cancelled"])
        if row.ends_at > now
    ]
    rows = [*((differs.session, differs) for differs in apart.values()), *rows]
    rows.sort(key=lambda row: (row[1] is None or not row[1].off, row[1] is None, row[0].starts_at))
    marked = [(session, differs) for session, differs in rows if differs is not None]
    off = sum(differs.off for _session, differs in marked)
    by_day = groupby(rows[len(marked) :], key=lambda row: row[0].day)
    groups = [(_("These wait for you"), marked)] if marked else []
    groups += [(date_format(day, "l, j F Y"), list(sessions_of_day)) for day, sessions_of_day in by_day]
    shown = {"kept": kept, "clinics": schedule.clinics(hospital), "form": form}
    return shown | {"groups": groups, "off": off, "apart": len(marked) > off}


@button
def end_leave(request: HttpRequest, hospital: str, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Withdraw days off."""
    operations.end_leave(by=by, leave=key, now=now)
    said = _("The days off are taken back, and their sessions are open again but for those that were cancelled")
    return done(request, said, "hospital:schedules", hospital)


@page("hospital/keeping/clinic.html", sends=True)
def clinic(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """The weekly sessions and rules of a clinic; ``ganti`` names the weekly session to replace, ``akhiri`` one to
    end."""
    row = schedule.clinic_by_key(key)
    today = today_in(schedule.hospital(row.hospital).region, now)
    kept_clinic = keeping.kept_clinic(key, scope=by, today=today)
    kept = keeping.kept(row.hospital, scope=by, today=today)
    replaced, ending = (
        next((weekly for weekly in kept_clinic.weekly if weekly.key == number(request, name)), None)
        for name in ("ganti", "akhiri")
    )
    first: dict[str, Any] = {"valid_from": today + timedelta(days=1)}
    if replaced is not None:
        first |= {name: getattr(replaced, name) for name in
                  ("doctor", "room", "weekday", "starts", "ends", "capacity")}  # fmt: skip
        first |= dict(zip((channel.value for channel in CHANNELS), replaced.shares, strict=True))
    sent = posted(request)
    deciding = sent is not None and "rules-reason" in sent
    weekly = WeeklyForm(None if deciding or ending else sent, kept=kept, initial=first)
    policy = PolicyForm(
        sent if deciding else None,
        policy=kept_clinic.policies[0].policy if kept_clinic.policies else Policy(),
        prefix="rules",
    )
    last = LastForm(None if deciding or not ending else sent, initial={"last": today})
    ends = replaced.key if replaced else None
    follow = _("Coming sessions that nobody has booked follow it at once, the others stand in the list of schedules")
    if ending and stored(last, lambda: operations.end_weekly(
        by=by, weekly=ending.key, now=now, **last.cleaned_data
    )):  # fmt: skip
        return done(request, _("The weekly session ends. %(follow)s") % {"follow": follow}, "hospital:keep-clinic", key)
    if stored(weekly, lambda: operations.set_weekly(
        by=by, clinic=key, ends_weekly=ends, now=now, **weekly.given()
    )):  # fmt: skip
        said = _("The weekly session is set. %(follow)s") % {"follow": follow}
        return done(request, said, "hospital:keep-clinic", key)
    if stored(policy, lambda: operations.decide_policy(by=by, clinic=key, now=now, **policy.given())):
        said = _("The rules are decided. %(follow)s") % {"follow": follow}
        return done(request, said, "hospital:keep-clinic", key)
    return {
        "found": kept_clinic,
        "weekly": weekly,
        "policy": policy,
        "replaced": replaced,
        "ending": ending,
        "last": last,
    }


@page("hospital/keeping/session.html", sends=True)
def session(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown | HttpResponse:
    """Doctor, room, hours, capacity, channels of a session, and whether it still takes bookings. The affected patients
    are shown first (:func:`change_session`)."""
    row, kept = _kept(key, by, now)
    form = _session_form(posted(request), row, kept, now)
    if form.is_bound and form.is_valid() and _changed(key, form).told:
        sent = request.POST.copy()
        sent.pop("csrfmiddlewaretoken", None)
        return redirect(f"{reverse('hospital:change-session', args=[key])}?{sent.urlencode()}")
    if stored(form, lambda: operations.change_session(by=by, session=key, now=now, **form.cleaned_data)):
        return done(request, _("The session is changed"), "hospital:keep-session", key)
    cancelled = row.state is SessionState.CANCELLED and row.ends_at > now
    open_ = row.state in (SessionState.OPEN, SessionState.CLOSED)
    return {"row": row, "kept": kept, "form": form, "open": open_, "cancelled": cancelled, "hits": hits(key, now=now)}


@answer
def change_session(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Check before you change a session with bookings: who is notified, and the new time of each."""
    row, kept = _kept(key, by, now)
    here = reverse("hospital:keep-session", args=[key])
    given = _session_form(request.GET, row, kept, now)
    if not given.is_valid():
        return redirect(here)
    new = _changed(key, given)
    other = sum(told.then != told.at for told in new.told)
    doctor = kept.doctors[given.cleaned_data["doctor"]]

    def look() -> Check | Done:
        if not new.told:
            return Done(_("Nobody is left to be told of this change"), here)
        return Check(
            title=_("Check before you change the session"), act=_("Change it and tell them"),
            about=f"{row.clinic.name}, {doctor}",
            counts=((_("Are told"), str(len(new.told))), (_("Have another time"), str(other))),
            will=(
                _("The session is held from %(starts)s to %(ends)s in %(room)s") % {
                    "starts": hour(given.cleaned_data["starts"]), "ends": hour(given.cleaned_data["ends"]),
                    "room": kept.rooms[given.cleaned_data["room"]],
                },
                _("Those below are told at once; who cannot come then moves or cancels"),
            ),
            trail=((kept.hospital.name, reverse("hospital:schedules", args=[row.hospital])), (_("Session"), here)),
            state=f"{new}", final=False,
        )  # fmt: skip

    def act() -> Done:
        told = operations.change_session(by=by, session=key, now=now, **given.cleaned_data)
        return Done(_("The session is changed, and %(count)s patients are told") % {"count": told}, here)

    def draw(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
        return drawn(request, "hospital/keeping/change.html", {**context, "told": new.told, "row": row, "kept": kept},
                     status=status)  # fmt: skip

    return confirm(request, look, act, page=draw)


def _session_form(sent: Any, row: SessionRow, kept: Kept, now: datetime) -> SessionForm:
    starts, ends = (local(moment, kept.hospital.region).time() for moment in (row.starts_at, row.ends_at))
    first = {"doctor": row.doctor.key, "starts": starts, "ends": ends, "room": row.room_key, "capacity": row.capacity,
             "closed": row.state is SessionState.CLOSED, "release": max(row.release_at) <= now}  # fmt: skip
    return SessionForm(sent, kept=kept, initial=first)


def _changed(key: int, form: SessionForm) -> Change:
    given = {name: form.cleaned_data[name] for name in ("room", "doctor", "starts", "ends", "capacity")}
    return change(key, **given)


@answer
def cancel_session(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Check before you cancel a session: the affected bookings, and the proposed time of each."""
    row, kept = _kept(key, by, now)
    here = reverse("hospital:schedules", args=[row.hospital])
    form = ReasonForm(posted(request))
    concerned = hits(key, now=now)

    def look() -> Check | Done:
        place = schedule.session(key)
        if place.state is SessionState.CANCELLED:
            return Done(_("The session is cancelled. Everybody gets another time and is told"), here)
        moved = sum(hit.proposed is not None for hit in concerned)
        return Check(
            title=_("Check before you cancel the session"), act=_("Cancel the session"),
            about=f"{place.clinic.name}, {place.doctor.name}",
            counts=((_("Bookings"), str(len(concerned))), (_("Get another time"), str(moved)),
                    (_("Find no place"), str(len(concerned) - moved))),
            will=(_("Everybody who has booked is moved to the time below, and is told at once"),
                  _("Who finds no place within two weeks is cancelled, and told so")),
            trail=((kept.hospital.name, here), (_("Session"), reverse("hospital:keep-session", args=[key]))),
        )  # fmt: skip

    def draw(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
        return drawn(request, "hospital/keeping/cancel.html", {**context, "hits": concerned, "row": row, "kept": kept},
                     status=status)  # fmt: skip

    def act() -> None:
        operations.cancel_session(by=by, session=key, now=now, reason=form.cleaned_data["reason"])

    return confirm(request, look, act, form=form, page=draw)


@answer
def cancel_days_off(request: HttpRequest, hospital: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Check before you cancel all sessions on days off: the affected bookings."""
    today = today_in(schedule.hospital(hospital).region, now)
    place = keeping.kept(hospital, scope=by, today=today).hospital
    here, form = reverse("hospital:schedules", args=[hospital]), ReasonForm(posted(request))

    def look() -> Check | Done:
        apart = [differs for differs in opening.apart(hospital, now=now) if differs.off]
        off, stay = ([differs.session for differs in apart if differs.here is some] for some in (False, True))
        if not off:
            only = _("On days off only those sessions are left in which patients are here")
            return Done(only if stay else _("No session is left on a day off"), here)
        told = [f"{_named(row)}: " + _("%(taken)s places taken") % {"taken": row.taken} for row in off]
        waits = _("%(session)s: it stays, since patients are here")
        return Check(
            title=_("Check before you cancel these sessions"), act=_("Cancel all of them"), about=place.name,
            counts=((_("Sessions"), str(len(off))), (_("Places taken"), str(sum(differs.taken for differs in off)))),
            will=(*told, _("Everybody who has booked is moved to the next session of the clinic that has a place, and "
                           "is told at once; who finds none is cancelled, and told so")),
            unready=tuple(
                Remark(waits % {"session": _named(differs)}, reverse("hospital:keep-session", args=[differs.key]))
                for differs in stay
            ),
            trail=((_("Schedules"), here),), state=" ".join(str(differs.key) for differs in off),
        )  # fmt: skip

    def act() -> None:
        operations.cancel_days_off(by=by, hospital=hospital, now=now, reason=form.cleaned_data["reason"])

    return confirm(request, look, act, form=form)


def _named(row: SessionRow) -> str:
    return f"{date_format(row.day, 'j F Y')}, {row.clinic.name}, {row.doctor.name}"


def _kept(key: int, by: Standing, now: datetime) -> tuple[SessionRow, Kept]:
    row = schedule.session(key)
    today = today_in(schedule.hospital(row.hospital).region, now)
    return row, keeping.kept(row.hospital, scope=by, today=today)
