"""Who keeps the schedules: weekly sessions, days off, rules of clinics, and sessions that change."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from pilar.areas.reference import today_in
from pilar.design.final_acts import Check, Done, confirm
from pilar.design.forms import posted, stored
from pilar.design.views import done, drawn, number
from pilar.hospital import operations
from pilar.hospital.forms.schedule import LeaveForm, PolicyForm, ReasonForm, SessionForm, WeeklyForm
from pilar.hospital.queries import keeping, schedule
from pilar.hospital.queries.changes import hits
from pilar.hospital.queries.keeping import Kept
from pilar.hospital.queries.schedule import SessionRow
from pilar.hospital.rules.booking import CHANNELS, Policy, SessionState
from pilar.people.rules import Standing
from pilar.people.views import Shown, answer, page

COMING = timedelta(days=14)


@page("hospital/keeping/schedule.html", sends=True)
def schedules(request: HttpRequest, hospital: str, *, by: Standing, now: datetime) -> Shown:
    """The clinics and coming sessions of a hospital, and days off, which are entered here."""
    today = today_in(schedule.hospital(hospital).region, now)
    kept = keeping.kept(hospital, scope=by, today=today)
    form = LeaveForm(posted(request), kept=kept)
    if stored(form, lambda: operations.add_leave(by=by, hospital=hospital, now=now, **form.cleaned_data)):
        said = _("The days off are kept. Look below which sessions of these days are still open")
        return done(request, said, "hospital:schedules", hospital)
    off = [(one.since, one.until, one.doctor) for one in kept.leaves]
    rows = [
        (one, any(since <= one.day <= until and who in ("", one.doctor.name) for since, until, who in off))
        for one in schedule.sessions(hospital, today, today + COMING, states=["open", "closed"])
        if one.ends_at > now
    ]
    rows += [
        (one, True)
        for since, until, who in off
        for one in schedule.sessions(hospital, max(since, today + COMING), until, states=["open", "closed"])
        if who in ("", one.doctor.name) and one.day > today + COMING
    ]
    shown = {"kept": kept, "clinics": schedule.clinics(hospital), "form": form}
    return shown | {"rows": sorted(rows, key=lambda one: (not one[1], one[0].starts_at))}


@page("hospital/keeping/clinic.html", sends=True)
def clinic(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """The weekly sessions and rules of a clinic; ``ganti`` names the weekly session that another takes the place of."""
    row = schedule.clinic_by_key(key)
    today = today_in(schedule.hospital(row.hospital).region, now)
    found = keeping.kept_clinic(key, scope=by, today=today)
    kept = keeping.kept(row.hospital, scope=by, today=today)
    replaced = next((one for one in found.weekly if one.key == number(request, "ganti")), None)
    first: dict[str, Any] = {"valid_from": today + timedelta(days=1)}
    if replaced is not None:
        first |= {name: getattr(replaced, name) for name in
                  ("doctor", "room", "weekday", "starts", "ends", "capacity")}  # fmt: skip
        first |= dict(zip((one.value for one in CHANNELS), replaced.shares, strict=True))
    sent = posted(request)
    deciding = sent is not None and "rules-rule" in sent
    weekly = WeeklyForm(None if deciding else sent, kept=kept, initial=first)
    policy = PolicyForm(
        sent if deciding else None, policy=found.policies[0].policy if found.policies else Policy(), prefix="rules"
    )
    ends = replaced.key if replaced else None
    if stored(weekly, lambda: operations.set_weekly(
        by=by, clinic=key, ends_weekly=ends, now=now, **weekly.given()
    )):  # fmt: skip
        said = _("The weekly session is set. Sessions that are open already stay as they are")
        return done(request, said, "hospital:keep-clinic", key)
    if stored(policy, lambda: operations.decide_policy(by=by, clinic=key, now=now, **policy.given())):
        said = _("The rules are decided. Sessions that are open already keep the rules that they began with")
        return done(request, said, "hospital:keep-clinic", key)
    return {"found": found, "weekly": weekly, "policy": policy, "replaced": replaced}


@page("hospital/keeping/session.html", sends=True)
def session(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """Room, capacity, channels of a session; and whether it still takes bookings."""
    row, kept = _kept(key, by, now)
    room = next((number for number, name in kept.rooms.items() if name == row.room), None)
    first = {"room": room, "capacity": row.capacity, "closed": row.state is SessionState.CLOSED}
    form = SessionForm(posted(request), kept=kept, initial=first)
    if stored(form, lambda: operations.change_session(by=by, session=key, now=now, **form.cleaned_data)):
        return done(request, _("The session is changed"), "hospital:keep-session", key)
    open_ = row.state in (SessionState.OPEN, SessionState.CLOSED)
    return {"row": row, "kept": kept, "form": form, "open": open_, "hits": hits(key, now=now)}


@answer
def cancel_session(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Check before you cancel a session: whom it hits, and which time each is given."""
    row, kept = _kept(key, by, now)
    here = reverse("hospital:schedules", args=[row.hospital])
    form = ReasonForm(posted(request))
    found = hits(key, now=now)

    def look() -> Check | Done:
        place = schedule.session(key)
        if place.state is SessionState.CANCELLED:
            return Done(_("The session is cancelled. Everybody gets another time and is told"), here)
        moved = sum(one.proposed is not None for one in found)
        return Check(
            title=_("Check before you cancel the session"), act=_("Cancel the session"),
            about=f"{place.clinic.name}, {place.doctor.name}",
            counts=((_("Bookings"), str(len(found))), (_("Get another time"), str(moved)),
                    (_("Find no place"), str(len(found) - moved))),
            will=(_("Everybody who has booked is moved to the time below, and is told at once"),
                  _("Who finds no place within two weeks is cancelled, and told so")),
            trail=((kept.hospital.name, here), (_("Session"), reverse("hospital:keep-session", args=[key]))),
        )  # fmt: skip

    def draw(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
        return drawn(request, "hospital/keeping/cancel.html", {**context, "hits": found, "row": row, "kept": kept},
                     status=status)  # fmt: skip

    def act() -> None:
        operations.cancel_session(by=by, session=key, now=now, reason=form.cleaned_data["reason"])

    return confirm(request, look, act, form=form, page=draw)


def _kept(key: int, by: Standing, now: datetime) -> tuple[SessionRow, Kept]:
    row = schedule.session(key)
    today = today_in(schedule.hospital(row.hospital).region, now)
    return row, keeping.kept(row.hospital, scope=by, today=today)
