"""Workshops and the coordination meeting: the calendar of a version, one meeting, who is there, its beginning."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilar.areas import queries as areas
from pilar.design.final_acts import confirm
from pilar.masterplan import operations, queries
from pilar.masterplan.forms.meetings import AttendanceForm, MeetingForm, PlanMeetingForm, kind_name
from pilar.masterplan.pages import checks
from pilar.masterplan.pages.frame import framed
from pilar.masterplan.queries import meetings as reads
from pilar.masterplan.queries.meetings import MeetingRow
from pilar.masterplan.rules.authority import Action, Case, WrongState, holds, in_state, may, require
from pilar.masterplan.rules.stages import MEETING_NAMES, MeetingState
from pilar.people.keeping import kept_over_sign_in, person_sign, typed_before
from pilar.people.rules import Standing
from pilar.people.signin import standing_of
from pilar.platform.errors import Faults
from pilar.platform.language import translate
from pilar.platform.versions import Outdated

TONES = {MeetingState.PLANNED: "", MeetingState.RUNNING: "caution", MeetingState.SIGNED: "positive"}
WRITTEN = ("title", "held_at", "venue", "agenda", "notes")


@login_required
@require_safe
def meetings(request: HttpRequest, key: int) -> HttpResponse:
    """The workshops and meetings of a version, by day."""
    by = standing_of(request)
    row = queries.version(key, scope=by)
    found = reads.meetings(row, scope=by)
    case = Case(row.plan.region, None, row.state)
    manages = holds(by, Action.HOLD_MEETINGS, case)
    context = {
        "meetings": [(one, shown(one)) for one in found],
        "region": row.plan.region,
        "may_plan": manages and in_state(Action.HOLD_MEETINGS, case),
        "why_not": WrongState(state=row.state).text() if manages and not in_state(Action.HOLD_MEETINGS, case) else "",
    }
    return framed(request, row, "meetings", "masterplan/meetings/list.html", context)


@login_required
def plan(request: HttpRequest, key: int) -> HttpResponse:
    """Put a workshop or the coordination meeting into the calendar."""
    by, now = standing_of(request), timezone.now()
    row = queries.version(key, scope=by)
    require(by, Action.HOLD_MEETINGS, Case(row.plan.region, None, row.state), known=True)
    sent = request.POST if request.method == "POST" else None
    form = PlanMeetingForm(sent, region_code=row.plan.region, now=now)
    if sent is not None and form.is_valid():
        try:
            made = operations.plan_meeting(by=by, version=key, given=form.new_meeting(), now=now)
        except Faults as error:
            form.tell(error)
        else:
            messages.success(request, _("The meeting stands in the calendar"))
            return redirect("masterplan:meeting", made)
    return framed(request, row, "meetings", "masterplan/meetings/plan.html", {"form": form}, status=form.status)


@login_required
@require_safe
def meeting(request: HttpRequest, key: int) -> HttpResponse:
    """One meeting: time, place, agenda, who is there, notes, and what can be done with it."""
    by = standing_of(request)
    row = reads.meeting(key, scope=by)
    listed = reads.attendance(row)
    reads.note_reading(row, listed, by=by)
    context = {**base(request, by, row), "attendance": listed}
    return framed(request, row.version, "meetings", "masterplan/meetings/meeting.html", context)


@kept_over_sign_in
def edit(request: HttpRequest, key: int) -> HttpResponse:
    """Write time, place, agenda and notes; who has not seen the newest is shown it."""
    by, now = standing_of(request), timezone.now()
    row = _own(request, by, key)
    sent, stored, status = request.POST if request.method == "POST" else None, None, 200
    kept = typed_before(request)
    first = {name: getattr(row, name) for name in WRITTEN} | {"seen": row.saves}
    first |= {name: kept.get(name, "") for name in first} if kept else {}
    form = MeetingForm(sent, region_code=row.version.plan.region, now=now, initial=first)
    if sent is not None and form.is_valid():
        try:
            operations.save_meeting(by=by, meeting=key, **form.cleaned_data)
        except Faults as error:
            form.tell(error)
        except Outdated as error:
            stored, status = error.stored.values, error.status
            take_version(form, error)
        except (operations.MeetingNotRunning, WrongState) as error:
            status = error.status
            form.add_error(None, error.text())
        else:
            messages.success(request, _("The meeting is saved"))
            return redirect("masterplan:meeting", key)
    context = {**base(request, by, row), "form": form, "stored": stored}
    return framed(
        request, row.version, "meetings", "masterplan/meetings/edit.html", context,
        status=form.status if status == 200 else status,
    )  # fmt: skip


@kept_over_sign_in
def attendance(request: HttpRequest, key: int) -> HttpResponse:
    """The list of attendance: tick who is there and who signs, add many at once, remove."""
    by = standing_of(request)
    row = _own(request, by, key)
    sent, outdated, status = request.POST if request.method == "POST" else None, False, 200
    offices = areas.offices(row.version.plan.region, scope=by)
    named = {
        "listed": reads.attendance(row),
        "offices": {name: one.key for one in offices for name in (one.abbreviation, one.name)},
        "initial": {"seen": row.saves, "came": row.state is MeetingState.RUNNING},
        "kept": typed_before(request),
    }
    if sent is None:
        reads.note_reading(row, named["listed"], by=by)
    form = AttendanceForm(sent, **named)
    if sent is not None and form.is_valid():
        try:
            operations.save_attendance(by=by, meeting=key, given=form.attendees(), seen=form.cleaned_data["seen"])
        except Faults as error:
            form.tell(error)
        except Outdated as error:
            outdated, status = True, error.status
            take_version(form, error)
        except (operations.MeetingNotRunning, WrongState) as error:
            status = error.status
            form.add_error(None, error.text())
        else:
            messages.success(request, _("The list of attendance is kept"))
            return redirect("masterplan:attendance" if "more" in sent else "masterplan:meeting", key)
    context = {**base(request, by, row), "form": form, "outdated": outdated}
    return framed(
        request, row.version, "meetings", "masterplan/meetings/attendance.html", context,
        status=form.status if status == 200 else status,
    )  # fmt: skip


@login_required
def begin(request: HttpRequest, key: int) -> HttpResponse:
    """Begin a meeting."""
    by = standing_of(request)

    def act() -> None:
        operations.begin_meeting(by=by, meeting=key, now=timezone.now())

    return confirm(request, lambda: checks.begin(key, by), act)


def base(request: HttpRequest, by: Standing, row: MeetingRow) -> dict[str, Any]:
    """What every page of a meeting shows, and what its buttons are drawn from."""
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
    """Names of a meeting's kind and state, and its tone."""
    return {"kind": kind_name(row.kind), "state": translate(MEETING_NAMES[row.state]), "tone": TONES[row.state]}


def take_version(form: Any, error: Outdated) -> None:
    """Show that somebody was faster; sending again then counts as having seen what they saved."""
    form.data = form.data.copy()
    form.data["seen"] = str(error.stored.version)
    form.add_error(None, error.text())


def _own(request: HttpRequest, by: Standing, key: int) -> MeetingRow:
    """A meeting, for who holds it; what is sent too late is refused by the operation, on its form."""
    row = reads.meeting(key, scope=by)
    require(by, Action.HOLD_MEETINGS, row.case, known=True)
    if row.is_over and request.method != "POST":
        raise operations.MeetingNotRunning
    return row
