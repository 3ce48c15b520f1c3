"""The minutes: missing conditions before signing off, reading, download, and checking a copy."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from pilar.design.final_acts import Check, Done, confirm
from pilar.design.views import file
from pilar.evidence.queries import signature
from pilar.evidence.serving import signed_answer
from pilar.masterplan import operations, queries, wording
from pilar.masterplan.documents.minutes import WRITERS, check_address, minutes_file, minutes_name
from pilar.masterplan.pages import checks
from pilar.masterplan.pages.deciding import listed
from pilar.masterplan.pages.frame import framed, version_page
from pilar.masterplan.pages.meetings import base
from pilar.masterplan.queries import meetings as reads
from pilar.masterplan.queries.agenda import AgendaRow
from pilar.masterplan.queries.meetings import MINUTES
from pilar.masterplan.rules.decisions import OUTCOME_NAMES, Outcome
from pilar.people.rules import Standing
from pilar.people.views import Shown, answer, page
from pilar.platform.language import translate


@answer
def sign_off(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Sign off the minutes, or show what is still missing."""
    minutes = reads.minutes(key, scope=by)

    def look() -> Check | Done:
        nonlocal minutes
        minutes = reads.minutes(key, scope=by)
        return checks.sign_off(minutes, by)

    def page(request: HttpRequest, shown: dict[str, Any], status: int) -> HttpResponse:
        context = {**base(request, by, minutes.row), **shown}
        template = "masterplan/meetings/sign_off.html"
        return framed(request, minutes.row.version, "meetings", template, context, status=status)

    return confirm(
        request, look, lambda: operations.sign_off(by=by, meeting=key, seen=minutes.row.saves, now=now), page=page
    )


@version_page("masterplan/meetings/minutes.html", tab="meetings")
def minutes(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """The minutes for reading; a draft while the meeting runs."""
    minutes = reads.minutes(key, scope=by)
    row = minutes.row
    reads.note_reading(row, minutes.attendance, by=by)
    offices = queries.office_names(row.version.plan.region)
    context = {"row": row.version, **base(request, by, row), "attendance": minutes.attendance, "agenda": minutes.agenda}
    if minutes.agenda is not None:
        pillars = listed(by, row, minutes.agenda)["pillars"]
        context["pillars"] = [(pillar, [(row, _changes(row, offices)) for row in rows]) for pillar, rows in pillars]
    context["reads_meetings"] = reads.reads_meetings(row.version.plan.region, scope=by)
    context["check"] = check_address(row.minutes) if row.minutes else ""
    context["signature"] = signature(MINUTES, key)
    return context


@answer
@require_safe
def minutes_download(request: HttpRequest, key: int, kind: str, *, by: Standing) -> HttpResponseBase:
    """The minutes as a file, in Indonesian: the signed one once it exists."""
    if kind not in WRITERS:
        raise Http404
    minutes = reads.minutes(key, scope=by)
    reads.note_reading(minutes.row, minutes.attendance, by=by)
    offices = queries.office_names(minutes.row.version.plan.region)
    signed = signature(MINUTES, key) if kind == "pdf" else None
    if signed is not None and signed.signed:
        response = signed_answer(request, signed, name=minutes_name(minutes, kind))
        response["Cache-Control"] = "private, no-store"
        return response
    name, media_type, content = minutes_file(minutes, offices, kind)
    return file(content, name, media_type, inline=kind == "pdf")


@page("masterplan/meetings/check.html", public=True)
def check(request: HttpRequest, sha256: str, *, by: Standing) -> Shown:
    """Tell everybody with a copy whether its hash is that of signed minutes."""
    checked_minutes = reads.checked_minutes(sha256)
    return {
        "found": checked_minutes,
        "sha256": sha256,
        "outcomes": [(translate(OUTCOME_NAMES[outcome][0]), count) for outcome, count in checked_minutes.outcomes],
        "reads_it": reads.reads_meetings(checked_minutes.region, scope=by),
    }


def _changes(row: AgendaRow, offices: dict[int, str]) -> tuple[wording.FieldChange, ...]:
    """Return the meeting's changes of a proposal."""
    changed = row.here and row.decision is not None and row.decision.outcome is Outcome.CHANGED
    if not (changed and row.content and row.decided):
        return ()
    return wording.content_changes(row.content, row.decided, offices)
