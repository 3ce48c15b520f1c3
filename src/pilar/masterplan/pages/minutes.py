"""The minutes: what is missing before they are signed off, how they read, as a file, and whether a copy is theirs."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilar.masterplan import operations, queries, wording
from pilar.masterplan.documents.minutes import WRITERS, check_address, minutes_file
from pilar.masterplan.forms.meetings import SignOffForm
from pilar.masterplan.pages.deciding import listed
from pilar.masterplan.pages.frame import framed
from pilar.masterplan.pages.meetings import base, take_version
from pilar.masterplan.queries import meetings as reads
from pilar.masterplan.queries.agenda import AgendaRow
from pilar.masterplan.rules.authority import Action, require
from pilar.masterplan.rules.decisions import OUTCOME_NAMES, Outcome
from pilar.people.signin import standing_of
from pilar.platform.errors import Faults
from pilar.platform.language import translate
from pilar.platform.versions import Outdated


@login_required
def sign_off(request: HttpRequest, key: int) -> HttpResponse:
    """Sign off the minutes; what is still missing is told."""
    by = standing_of(request)
    found = reads.minutes(key, scope=by)
    row, status = found.row, 200
    require(by, Action.HOLD_MEETINGS, row.case, known=True)
    if row.is_over:
        return redirect("masterplan:minutes", key)
    sent = request.POST if request.method == "POST" else None
    form = SignOffForm(sent, initial={"seen": row.saves})
    if sent is not None and form.is_valid():
        try:
            operations.sign_off(by=by, meeting=key, seen=form.cleaned_data["seen"], now=timezone.now())
        except Faults:
            # Read again: somebody may have changed it since it was read above.
            found, status = reads.minutes(key, scope=by), 422
        except Outdated as error:
            found, status = reads.minutes(key, scope=by), error.status
            take_version(form, error)
        else:
            messages.success(request, _("The minutes are signed off; what was accepted stands in the plan"))
            return redirect("masterplan:minutes", key)
    context = {
        **base(request, by, found.row),
        "form": form,
        "missing": [translate(one.sentence, **one.fields) for one in reads.missing_for_minutes(found, timezone.now())],
        "agenda": found.agenda,
        "waiting": reads.proposals_waiting(found.row) if found.row.decides else 0,
        "counts": _counts(found),
    }
    return framed(
        request, row.version, "meetings", "masterplan/meetings/sign_off.html", context, status=max(status, form.status)
    )


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


def _counts(found: reads.Minutes) -> list[tuple[str, str, int]]:
    """Name, tone and number of decisions by outcome."""
    if found.agenda is None:
        return []
    taken = [one.decision.outcome for one in found.agenda.rows if one.here and one.decision]
    return [(translate(name), tone, taken.count(one)) for one, (name, tone) in OUTCOME_NAMES.items()]


def _changes(one: AgendaRow, offices: dict[int, str]) -> tuple[wording.FieldChange, ...]:
    """What the meeting changed of a proposal."""
    changed = one.here and one.decision is not None and one.decision.outcome is Outcome.CHANGED
    if not (changed and one.content and one.decided):
        return ()
    return wording.content_changes(one.content, one.decided, offices)
