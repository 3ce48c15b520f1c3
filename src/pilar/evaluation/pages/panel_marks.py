"""The panel's marks side by side, the chair's decisions, and the region's view of what was agreed."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilar.design.views import done
from pilar.evaluation import operations
from pilar.evaluation.pages.marking import typed_mark
from pilar.evaluation.queries.cases import highest_mark_of
from pilar.evaluation.queries.findings import findings
from pilar.evaluation.queries.objections import panel_objections
from pilar.evaluation.queries.panel_marks import agreed_beside_own, board
from pilar.evaluation.rules.stages import PhaseState
from pilar.people.rules import Standing
from pilar.people.signin import standing_of
from pilar.people.views import Shown, answer, button, page
from pilar.platform.errors import Faults
from pilar.platform.language import translate
from pilar.platform.versions import Outdated

AFTER_OBJECTIONS = frozenset({PhaseState.OBJECTION, PhaseState.FINAL, PhaseState.PUBLISHED})
"""From when on a region can have objected."""


@answer
@require_safe
def panel(request: HttpRequest, key: int) -> HttpResponse:
    """Return how far the panel is, and when all have finished its marks; what waits for the chair first."""
    return _board(request, key)


@button
def settle(request: HttpRequest, key: int, node: str, *, by: Standing, now: datetime) -> HttpResponse:
    """The chair decides one indicator."""
    value, reason = request.POST.get("value", ""), request.POST.get("reason", "")
    seen = request.POST.get("over") or request.POST.get("version", "")
    typed = {"node": node, "value": value, "reason": reason, "version": seen, "faults": {}}
    try:
        operations.settle_mark(
            by=by,
            assessment=key,
            node=node,
            value=typed_mark(value, highest_mark_of(key, scope=by)),
            reason=reason,
            seen_version=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 18 else 0,
            now=now,
        )
    except Faults as error:
        typed["faults"] = {fault.place: translate(fault.sentence, **fault.fields) for fault in error.faults}
        return _board(request, key, refused=typed, status=error.status)
    except Outdated as error:
        return _board(request, key, refused=typed | {"stored": error.stored, "said": error.text()}, status=error.status)
    return done(request, _("The mark is settled"), "evaluation:panel", key)


@button
def reopen(request: HttpRequest, key: int, assessor: int, *, by: Standing, now: datetime) -> HttpResponse:
    """The chair lets an assessor change marks again."""
    try:
        operations.reopen_marking(
            by=by,
            assessment=key,
            assessor=assessor,
            reason=request.POST.get("reason", ""),
            now=now,
        )
    except Faults as error:
        messages.error(request, error.text())
    else:
        messages.success(request, _("The marks are open again"))
    return redirect(f"{reverse('evaluation:panel', args=[key])}#panel")


@page("evaluation/marking/agreed.html")
def agreed(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """The agreed marks next to the region's own, with what the panel found."""
    comparison = agreed_beside_own(key, scope=by)
    return {"header": comparison.header, "rows": comparison.rows, "findings": findings(key, scope=by)}


def _board(
    request: HttpRequest, key: int, *, refused: dict[str, object] | None = None, status: int = 200
) -> HttpResponse:
    marks = board(key, scope=standing_of(request))
    by = standing_of(request)
    contested = panel_objections(key, scope=by) if marks.header.phase_state in AFTER_OBJECTIONS else ()
    context = {
        "board": marks,
        "objections": contested,
        "header": marks.header,
        "waiting": [row for row in marks.rows if row.agreed is None],
        "agreed": [row for row in marks.rows if row.agreed is not None],
        "refused": refused,
    }
    return render(request, "evaluation/marking/panel.html", context, status=status)
