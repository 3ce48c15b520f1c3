"""Interviews and field reviews: of one region with a form, one meeting with its minutes, an assessor's own days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta, timezone
from itertools import groupby

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone as clock
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilar.areas import reference
from pilar.areas.rules import zone_of
from pilar.design.final_acts import Check, Done, Remark, confirm
from pilar.evaluation import operations
from pilar.evaluation.forms.marking import MeetingForm, MinutesForm
from pilar.evaluation.queries.final_acts import require_acting
from pilar.evaluation.queries.meetings import MeetingRow, calendar, note_reading
from pilar.evaluation.queries.meetings import meeting as one_meeting
from pilar.evaluation.queries.meetings import meetings as all_meetings
from pilar.evaluation.rules.authority import Action, runs_campaigns
from pilar.evaluation.rules.meetings import DoubleBooked
from pilar.people.rules import NotFound
from pilar.people.signin import standing_of
from pilar.platform.errors import Faults
from pilar.platform.versions import Outdated

SLOT = ("kind", "starts_at", "ends_at", "place")


@login_required
@require_safe
def days(request: HttpRequest) -> HttpResponse:
    """All coming meetings of the reader's panels, by day."""
    rows = calendar(scope=standing_of(request), now=clock.now())
    return render(request, "evaluation/marking/days.html", {"days": by_day(rows)})


@login_required
def meetings(request: HttpRequest, key: int) -> HttpResponse:
    """The meetings of a region, by day, and a form that plans one."""
    by, now = standing_of(request), clock.now()
    found = all_meetings(key, scope=by)
    form, status = MeetingForm(request.POST or None, region_code=found.header.region_code, now=now), 200
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in SLOT}
        try:
            operations.plan_meeting(by=by, assessment=key, now=now, **given)
        except Faults as error:
            form.tell(error)
        except DoubleBooked as error:
            status = error.status
            form.add_error(None, error.text())
        else:
            messages.success(request, _("The meeting is planned"))
            return redirect("evaluation:meetings", key)
    own = [row for row in calendar(scope=by, now=now) if row.assessment != key] if found.is_panel else []
    context = {"meetings": found, "header": found.header, "days": by_day(found.rows), "own": by_day(own), "form": form}
    context["runs"] = runs_campaigns(by)
    return render(request, "evaluation/marking/meetings.html", context, status=status)


@login_required
def meeting(request: HttpRequest, key: int) -> HttpResponse:
    """One meeting: its slot, attendance and notes."""
    by, now = standing_of(request), clock.now()
    found, row = one_meeting(key, scope=by)
    if request.method != "POST":
        note_reading([row], by=by)
    saving = request.POST.get("what", "")
    slot = MeetingForm(
        request.POST if saving == "slot" else None,
        region_code=found.header.region_code,
        now=now,
        initial={name: getattr(row, name) for name in (*SLOT, "version")},
        prefix="slot",
    )
    people = "\n".join(", ".join(part for part in (one.name, one.capacity) if part) for one in row.attendance)
    minutes = MinutesForm(
        request.POST if saving == "minutes" else None,
        initial={"attendance": people, "notes": row.notes, "version": row.version},
        prefix="minutes",
    )
    status, stored = 200, None
    form = slot if saving == "slot" else minutes
    if request.method == "POST" and form.is_valid():
        given, seen = form.cleaned_data, form.cleaned_data["version"] or 0
        try:
            if form is slot:
                what = {name: given[name] for name in SLOT}
                operations.move_meeting(by=by, meeting=key, seen_version=seen, now=now, **what)
            else:
                what = {"notes": given["notes"], "attendance": given["attendance"]}
                operations.record_meeting(by=by, meeting=key, seen_version=seen, now=now, **what)
        except Faults as error:
            form.tell(error)
        except Outdated as error:
            status, stored = error.status, error.stored
            form.data = form.data.copy()
            form.data[f"{form.prefix}-version"] = str(error.stored.version)
            form.add_error(None, error.text())
        except DoubleBooked as error:
            status = error.status
            form.add_error(None, error.text())
        else:
            messages.success(request, _("The meeting is kept"))
            return redirect("evaluation:meeting", key)
    context = {
        "meetings": found,
        "header": found.header,
        "row": row,
        "slot": slot,
        "minutes": minutes,
        "stored": stored,
    }
    return render(request, "evaluation/marking/meeting.html", context, status=status)


@login_required
def cancel(request: HttpRequest, key: int) -> HttpResponse:
    """Call a meeting off; ``dari`` of the address is the assessment, to which a second click leads."""
    by = standing_of(request)

    def look() -> Check | Done:
        try:
            found, row = one_meeting(key, scope=by)
        except NotFound:
            gone = request.GET.get("dari", "")
            if request.method != "POST" or not gone.isdecimal() or len(gone) > 18:
                raise
            return _cancelled(all_meetings(int(gone), scope=by).header.key)
        require_acting(found.header.key, Action.HOLD_MEETINGS, scope=by)
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
        found, _row = one_meeting(key, scope=by)
        operations.cancel_meeting(by=by, meeting=key, now=clock.now())
        return _cancelled(found.header.key)

    return confirm(request, look, act)


def _cancelled(assessment: int) -> Done:
    return Done(_("The meeting is called off"), reverse("evaluation:meetings", args=[assessment]))


def by_day(rows: Iterable[MeetingRow]) -> list[tuple[date, list[MeetingRow]]]:
    """Meetings under the day that they begin on, in the time of their region."""
    dated = sorted(((_day(row), row) for row in rows), key=lambda pair: (pair[0], pair[1].starts_at, pair[1].key))
    return [(day, [row for _day_of, row in found]) for day, found in groupby(dated, key=lambda pair: pair[0])]


def _day(row: MeetingRow) -> date:
    zone = zone_of(row.region_code, row.starts_at, reference.time_zones())
    return row.starts_at.astimezone(timezone(timedelta(hours=zone.hours))).date()
