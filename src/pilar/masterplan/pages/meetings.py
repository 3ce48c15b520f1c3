"""Workshops and the coordination meeting: the calendar of a version, one meeting, its attendance, its beginning."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from pilar.areas import queries as areas
from pilar.design.final_acts import confirm
from pilar.design.forms import posted, stored
from pilar.design.views import done
from pilar.masterplan import operations, queries
from pilar.masterplan.forms.meetings import AttendanceForm, MeetingForm, PlanMeetingForm, kind_name
from pilar.masterplan.pages import checks
from pilar.masterplan.pages.frame import version_page
from pilar.masterplan.queries import meetings as reads
from pilar.masterplan.queries.meetings import MeetingRow
from pilar.masterplan.rules.authority import Action, Case, WrongState, holds, in_state, may, require
from pilar.masterplan.rules.stages import MEETING_NAMES, MeetingState
from pilar.people.keeping import person_sign, typed_before
from pilar.people.rules import Standing
from pilar.people.views import Shown, answer
from pilar.platform.language import translate

TONES = {MeetingState.PLANNED: "", MeetingState.RUNNING: "caution", MeetingState.SIGNED: "positive"}
WRITTEN = ("title", "held_at", "venue", "agenda", "notes")


@version_page("masterplan/meetings/list.html", tab="meetings")
def meetings(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """The workshops and meetings of a version, by day."""
    row = queries.version(key, scope=by)
    rows = reads.meetings(row, scope=by)
    case = Case(row.plan.region, None, row.state)
    manages = holds(by, Action.HOLD_MEETINGS, case)
    return {
        "row": row,
        "meetings": [(meeting_row, shown(meeting_row)) for meeting_row in rows],
        "region": row.plan.region,
        "may_plan": manages and in_state(Action.HOLD_MEETINGS, case),
        "why_not": WrongState(state=row.state).text() if manages and not in_state(Action.HOLD_MEETINGS, case) else "",
    }


@version_page("masterplan/meetings/plan.html", tab="meetings", sends=True)
def plan(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """Put a workshop or the coordination meeting into the calendar."""
    row = queries.version(key, scope=by)
    require(by, Action.HOLD_MEETINGS, Case(row.plan.region, None, row.state), known=True)
    form = PlanMeetingForm(posted(request), region_code=row.plan.region, now=now)
    if stored(form, lambda: operations.plan_meeting(by=by, version=key, given=form.new_meeting(), now=now)):
        return done(request, _("The meeting stands in the calendar"), "masterplan:meeting", form.outcome)
    return {"row": row, "form": form}


@version_page("masterplan/meetings/meeting.html", tab="meetings")
def meeting(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """One meeting: time, place, agenda, attendance, notes, and the reader's possible acts."""
    row = reads.meeting(key, scope=by)
    listed = reads.attendance(row)
    reads.note_reading(row, listed, by=by)
    return {"row": row.version, **base(request, by, row), "attendance": listed}


@version_page("masterplan/meetings/edit.html", tab="meetings", sends=True, kept=True)
def edit(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """Write time, place, agenda and notes; a reader with an outdated page is shown the newest content."""
    row = _own(request, by, key)
    kept = typed_before(request)
    first = {name: getattr(row, name) for name in WRITTEN} | {"seen": row.saves}
    first |= {name: kept.get(name, "") for name in first} if kept else {}
    form = MeetingForm(posted(request), region_code=row.version.plan.region, now=now, initial=first)
    if stored(form, lambda: operations.save_meeting(by=by, meeting=key, **form.cleaned_data)):
        return done(request, _("The meeting is saved"), "masterplan:meeting", key)
    there = form.there.values if form.there else None
    return {"row": row.version, **base(request, by, row), "form": form, "stored": there}


@version_page("masterplan/meetings/attendance.html", tab="meetings", sends=True, kept=True)
def attendance(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """Edit the list of attendance: tick those present and those who sign, add many at once, remove."""
    row = _own(request, by, key)
    offices = areas.offices(row.version.plan.region, scope=by)
    listed = reads.attendance(row)
    if request.method != "POST":
        reads.note_reading(row, listed, by=by)
    form = AttendanceForm(
        posted(request),
        listed=listed,
        offices={name: office.key for office in offices for name in (office.abbreviation, office.name)},
        initial={"seen": row.saves, "came": row.state is MeetingState.RUNNING},
        kept=typed_before(request),
    )
    if stored(
        form,
        lambda: operations.save_attendance(by=by, meeting=key, given=form.attendees(), seen=form.cleaned_data["seen"]),
    ):
        back = "masterplan:attendance" if "more" in request.POST else "masterplan:meeting"
        return done(request, _("The list of attendance is kept"), back, key)
    return {"row": row.version, **base(request, by, row), "form": form, "outdated": form.there is not None}


@answer
def begin(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Begin a meeting."""
    return confirm(
        request, lambda: checks.begin(key, by), lambda: operations.begin_meeting(by=by, meeting=key, now=now)
    )


def base(request: HttpRequest, by: Standing, row: MeetingRow) -> dict[str, Any]:
    """Return the values of every page of a meeting, also for its buttons."""
    return {
        "meeting": row,
        "kind": kind_name(row.kind),
        "shown": shown(row),
        "points": [line.strip() for line in row.agenda.splitlines() if line.strip()],
        "may_write": may(by, Action.HOLD_MEETINGS, row.case) and not row.is_over,
        "region": row.version.plan.region,
        "person": person_sign(request),
    }


def shown(row: MeetingRow) -> dict[str, str]:
    """Return the names of a meeting's kind and state, and its tone."""
    return {"kind": kind_name(row.kind), "state": translate(MEETING_NAMES[row.state]), "tone": TONES[row.state]}


def _own(request: HttpRequest, by: Standing, key: int) -> MeetingRow:
    """Return a meeting for a person who holds it; late input is refused by the operation, on its form."""
    row = reads.meeting(key, scope=by)
    require(by, Action.HOLD_MEETINGS, row.case, known=True)
    if row.is_over and request.method != "POST":
        raise operations.MeetingNotRunning
    return row
