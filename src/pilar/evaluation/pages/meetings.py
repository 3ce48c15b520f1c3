"""Interviews and field reviews: of one region with a form, one meeting with its minutes, an assessor's own days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from pilar.areas import reference
from pilar.areas.rules import zone_of
from pilar.design.final_acts import Check, Done, Remark, confirm
from pilar.design.forms import posted, stored
from pilar.design.views import done
from pilar.evaluation import operations
from pilar.evaluation.forms.marking import MeetingForm, MinutesForm
from pilar.evaluation.queries.final_acts import require_acting
from pilar.evaluation.queries.meetings import MeetingRow, calendar, note_reading
from pilar.evaluation.queries.meetings import meeting as one_meeting
from pilar.evaluation.queries.meetings import meetings as all_meetings
from pilar.evaluation.rules.authority import Action, reads_campaigns
from pilar.people.rules import NotFound, Standing
from pilar.people.views import Shown, answer, page

SLOT = ("kind", "starts_at", "ends_at", "place")


@page("evaluation/marking/days.html")
def days(request: HttpRequest, *, by: Standing, now: datetime) -> Shown:
    """All coming meetings of the reader's panels, by day."""
    rows = calendar(scope=by, now=now)
    return {"days": by_day(rows)}


@page("evaluation/marking/meetings.html", sends=True)
def meetings(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """The meetings of a region, by day, and a form that plans one."""
    meetings = all_meetings(key, scope=by)
    form = MeetingForm(posted(request), region_code=meetings.header.region_code, now=now)
    if stored(form, lambda: operations.plan_meeting(by=by, assessment=key, now=now, **_slot(form))):
        return done(request, _("The meeting is planned"), "evaluation:meetings", key)
    own = [row for row in calendar(scope=by, now=now) if row.assessment != key] if meetings.is_panel else []
    return {
        "meetings": meetings,
        "header": meetings.header,
        "days": by_day(meetings.rows),
        "own": by_day(own),
        "form": form,
        "runs": reads_campaigns(by),
    }


@page("evaluation/marking/meeting.html", sends=True)
def meeting(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """One meeting: its slot, attendance and notes."""
    meetings, row = one_meeting(key, scope=by)
    if request.method != "POST":
        note_reading([row], by=by)
    saving = request.POST.get("what", "")
    slot = MeetingForm(
        request.POST if saving == "slot" else None,
        region_code=meetings.header.region_code,
        now=now,
        initial={name: getattr(row, name) for name in (*SLOT, "version")},
        prefix="slot",
    )
    people = "\n".join(
        ", ".join(part for part in (attendee.name, attendee.capacity) if part) for attendee in row.attendance
    )
    minutes = MinutesForm(
        request.POST if saving == "minutes" else None,
        initial={"attendance": people, "notes": row.notes, "version": row.version},
        prefix="minutes",
    )
    form = slot if saving == "slot" else minutes

    def store() -> None:
        given, named = form.cleaned_data, {"by": by, "meeting": key, "now": now}
        seen = given["version"] or 0
        if form is slot:
            operations.move_meeting(seen_version=seen, **named, **_slot(slot))
        else:
            what = {"notes": given["notes"], "attendance": given["attendance"]}
            operations.record_meeting(seen_version=seen, **named, **what)

    if stored(form, store):
        return done(request, _("The meeting is kept"), "evaluation:meeting", key)
    return {
        "meetings": meetings,
        "header": meetings.header,
        "row": row,
        "slot": slot,
        "minutes": minutes,
        "stored": form.there,
    }


def _slot(form: MeetingForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in SLOT}


@answer
def cancel(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Call a meeting off; ``dari`` of the address is the assessment, to which a second click leads."""

    def look() -> Check | Done:
        try:
            meetings, row = one_meeting(key, scope=by)
        except NotFound:
            gone = request.GET.get("dari", "")
            if request.method != "POST" or not gone.isdecimal() or len(gone) > 18:
                raise
            return _cancelled(all_meetings(int(gone), scope=by).header.key)
        require_acting(meetings.header.key, Action.HOLD_MEETINGS, scope=by)
        here = reverse("evaluation:meeting", args=[key])
        held = Remark(_("Attendance or notes are written down: a meeting that was held is not called off"), here)
        return Check(
            title=_("Check before you call the meeting off"),
            act=_("Call the meeting off"),
            about=f"{row.kind_name}, {row.region}",
            will=(
                _("The meeting of %(moment)s leaves the days of the panel and of the region.")
                % {"moment": reference.local_time(row.starts_at, row.region_code)},
                _("Its notice is taken back. Nobody gets another one: tell the region yourself."),
                _("A new meeting has to be planned from the beginning."),
            ),
            blocked=(held,) if row.is_recorded else (),
            trail=((row.kind_name, here),),
            state=str(row.version),
        )

    def act() -> Done:
        meetings, _row = one_meeting(key, scope=by)
        operations.cancel_meeting(by=by, meeting=key, now=now)
        return _cancelled(meetings.header.key)

    return confirm(request, look, act)


def _cancelled(assessment: int) -> Done:
    return Done(_("The meeting is called off"), reverse("evaluation:meetings", args=[assessment]))


def by_day(rows: Iterable[MeetingRow]) -> list[tuple[date, list[MeetingRow]]]:
    """Meetings under the day that they begin on, in the time of their region."""
    dated = sorted(((_day(row), row) for row in rows), key=lambda pair: (pair[0], pair[1].starts_at, pair[1].key))
    return [
        (day, [row for _day_of, row in rows_of_day]) for day, rows_of_day in groupby(dated, key=lambda pair: pair[0])
    ]


def _day(row: MeetingRow) -> date:
    zone = zone_of(row.region_code, row.starts_at, reference.time_zones())
    return row.starts_at.astimezone(timezone(timedelta(hours=zone.hours))).date()
