"""The minutes: what is missing before they are signed off, how they read, as a file, and whether a copy is theirs."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pilar.design.final_acts import Check, Done, confirm
from pilar.masterplan import operations, queries, wording
from pilar.masterplan.documents.minutes import WRITERS, check_address, minutes_file
from pilar.masterplan.pages import checks
from pilar.masterplan.pages.deciding import listed
from pilar.masterplan.pages.frame import framed
from pilar.masterplan.pages.meetings import base
from pilar.masterplan.queries import meetings as reads
from pilar.masterplan.queries.agenda import AgendaRow
from pilar.masterplan.rules.decisions import OUTCOME_NAMES, Outcome
from pilar.people.signin import standing_of
from pilar.platform.language import translate


@login_required
def sign_off(request: HttpRequest, key: int) -> HttpResponse:
    """Sign off the minutes; what is still missing is told."""
    by = standing_of(request)
    found = reads.minutes(key, scope=by)

    def look() -> Check | Done:
        nonlocal found
        found = reads.minutes(key, scope=by)
        return checks.sign_off(found, by)

    def act() -> None:
        operations.sign_off(by=by, meeting=key, seen=found.row.saves, now=timezone.now())

    def page(request: HttpRequest, shown: dict[str, Any], status: int) -> HttpResponse:
        context = {**base(request, by, found.row), **shown}
        template = "masterplan/meetings/sign_off.html"
        return framed(request, found.row.version, "meetings", template, context, status=status)

    return confirm(request, look, act, page=page)


@login_required
@require_safe
def minutes(request: HttpRequest, key: int) -> HttpResponse:
    """The minutes to read; a draft while the meeting runs."""
    by = standing_of(request)
    found = reads.minutes(key, scope=by)
    row = found.row
    reads.note_reading(row, found.attendance, by=by)
    offices = queries.office_names(row.version.plan.region)
    context = {**base(request, by, row), "attendance": found.attendance, "agenda": found.agenda}
    if found.agenda is not None:
        pillars = listed(by, row, found.agenda)["pillars"]
        context["pillars"] = [(pillar, [(one, _changes(one, offices)) for one in rows]) for pillar, rows in pillars]
    context["check"] = check_address(row.minutes) if row.minutes else ""
    return framed(request, row.version, "meetings", "masterplan/meetings/minutes.html", context)


@login_required
@require_safe
def minutes_download(request: HttpRequest, key: int, kind: str) -> HttpResponse:
    """The minutes as a file, in Indonesian."""
    if kind not in WRITERS:
        raise Http404
    by = standing_of(request)
    found = reads.minutes(key, scope=by)
    reads.note_reading(found.row, found.attendance, by=by)
    offices = queries.office_names(found.row.version.plan.region)
    name, media_type, content = minutes_file(found, offices, kind)
    shown = "inline" if kind == "pdf" else "attachment"
    headers = {
        "Content-Disposition": f'{shown}; filename="{name}"',
        "Content-Length": str(len(content)),
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type=media_type, headers=headers)


@require_safe
def check(request: HttpRequest, sha256: str) -> HttpResponse:
    """Whether a hash is that of signed minutes, for everybody who holds a copy with it."""
    found = reads.checked_minutes(sha256)
    context = {
        "found": found,
        "sha256": sha256,
        "outcomes": [(translate(OUTCOME_NAMES[one][0]), count) for one, count in found.outcomes],
        "reads_it": reads.reads_meetings(found.region, scope=standing_of(request)),
    }
    return render(request, "masterplan/meetings/check.html", context)


def _changes(one: AgendaRow, offices: dict[int, str]) -> tuple[wording.FieldChange, ...]:
    """What the meeting changed of a proposal."""
    changed = one.here and one.decision is not None and one.decision.outcome is Outcome.CHANGED
    if not (changed and one.content and one.decided):
        return ()
    return wording.content_changes(one.content, one.decided, offices)
