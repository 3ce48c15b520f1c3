"""The minutes: what is missing before they are signed off, how they read, as a file, and whether a copy is theirs."""

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
    """Sign off the minutes; what is still missing is told."""
    found = reads.minutes(key, scope=by)

    def look() -> Check | Done:
        nonlocal found
        found = reads.minutes(key, scope=by)
        return checks.sign_off(found, by)

    def page(request: HttpRequest, shown: dict[str, Any], status: int) -> HttpResponse:
        context = {**base(request, by, found.row), **shown}
        template = "masterplan/meetings/sign_off.html"
        return framed(request, found.row.version, "meetings", template, context, status=status)

    return confirm(
        request, look, lambda: operations.sign_off(by=by, meeting=key, seen=found.row.saves, now=now), page=page
    )


@version_page("masterplan/meetings/minutes.html", tab="meetings")
def minutes(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """The minutes to read; a draft while the meeting runs."""
    found = reads.minutes(key, scope=by)
    row = found.row
    reads.note_reading(row, found.attendance, by=by)
    offices = queries.office_names(row.version.plan.region)
    context = {"row": row.version, **base(request, by, row), "attendance": found.attendance, "agenda": found.agenda}
    if found.agenda is not None:
        pillars = listed(by, row, found.agenda)["pillars"]
        context["pillars"] = [(pillar, [(one, _changes(one, offices)) for one in rows]) for pillar, rows in pillars]
    context["reads_meetings"] = reads.reads_meetings(row.version.plan.region, scope=by)
    context["check"] = check_address(row.minutes) if row.minutes else ""
    context["signature"] = signature(MINUTES, key)
    return context


@answer
@require_safe
def minutes_download(request: HttpRequest, key: int, kind: str, *, by: Standing) -> HttpResponseBase:
    """The minutes as a file, in Indonesian: the signed one once there is one."""
    if kind not in WRITERS:
        raise Http404
    found = reads.minutes(key, scope=by)
    reads.note_reading(found.row, found.attendance, by=by)
    offices = queries.office_names(found.row.version.plan.region)
    signed = signature(MINUTES, key) if kind == "pdf" else None
    if signed is not None and signed.signed:
        response = signed_answer(request, signed, name=minutes_name(found, kind))
        response["Cache-Control"] = "private, no-store"
        return response
    name, media_type, content = minutes_file(found, offices, kind)
    return file(content, name, media_type, inline=kind == "pdf")


@page("masterplan/meetings/check.html", public=True)
def check(request: HttpRequest, sha256: str, *, by: Standing) -> Shown:
    """Tell whether a hash is that of signed minutes, for everybody who holds a copy with it."""
    checked_minutes = reads.checked_minutes(sha256)
    return {
        "found": checked_minutes,
        "sha256": sha256,
        "outcomes": [(translate(OUTCOME_NAMES[one][0]), count) for one, count in checked_minutes.outcomes],
        "reads_it": reads.reads_meetings(checked_minutes.region, scope=by),
    }


def _changes(one: AgendaRow, offices: dict[int, str]) -> tuple[wording.FieldChange, ...]:
    """What the meeting changed of a proposal."""
    changed = one.here and one.decision is not None and one.decision.outcome is Outcome.CHANGED
    if not (changed and one.content and one.decided):
        return ()
    return wording.content_changes(one.content, one.decided, offices)
