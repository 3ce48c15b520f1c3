"""Panels of a campaign: the board, one panel by hand, a proposal with its reasons; and declared conflicts."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pilar.design.forms import shown_on, stored
from pilar.design.tables import Asked, Column, Table
from pilar.design.views import done, searched
from pilar.evaluation import operations
from pilar.evaluation.forms.campaigns import ConflictForm, ProposalForm, ReasonForm, SeatForm
from pilar.evaluation.queries import panels as panel_queries
from pilar.evaluation.queries.campaigns import head
from pilar.evaluation.rules.assignment import Sitting
from pilar.evaluation.rules.authority import require_running, runs_campaigns
from pilar.evaluation.rules.panels import SeatHasMarks
from pilar.people.rules import NotAllowed, NotFound, Standing, existing
from pilar.people.signin import standing_of
from pilar.people.views import Shown, button, page
from pilar.platform.errors import Faults, PilarError

PANELS = Table(
    gettext_lazy("Panels"),
    Column("region", gettext_lazy("Region")),
    Column("region_code", gettext_lazy("Code"), on_page=False),
    Column("seats", gettext_lazy("Assessors"), lambda row: "; ".join(seat.name for seat in row.seats)),
    Column(
        "chair",
        gettext_lazy("Chair"),
        lambda row: next((seat.name for seat in row.seats if seat.is_chair), ""),
        on_page=False,
    ),
    Column("state", gettext_lazy("State"), lambda row: _("complete") if row.complete else _("not complete")),
)


@page("evaluation/campaigns/panels.html")
def board(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> Shown:
    """All panels, and how many regions each assessor has."""
    text, incomplete = searched(request), request.GET.get("show") == "incomplete"
    campaign_head, asked = head(code, scope=by), Asked.of(request)
    shown = panel_queries.board(code, scope=by, now=now, text=text, only_incomplete=incomplete, **asked.part)
    form = ProposalForm(initial={"size": campaign_head.rules.smallest_panel, "keep": True, "draw": 0})
    context = {"campaign": campaign_head, "row": campaign_head.row, "board": shown, "q": text, "form": form}
    choices = [("", _("All panels")), ("incomplete", _("Panels that are not complete"))]
    panels = PANELS.of(shown.page, asked, about=code)
    return context | {"panels": panels, "shows": choices, "show": "incomplete" if incomplete else ""}


@page("evaluation/campaigns/panel.html", sends=True)
def panel(request: HttpRequest, code: str, region: str, *, by: Standing, now: datetime) -> Shown:
    """The panel of one region: give a seat, take one away, choose who leads."""
    campaign_head = head(code, scope=by)
    view = panel_queries.panel(code, region, scope=by, now=now)
    form = SeatForm(request.POST or None, free=view.free)
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            given = form.cleaned_data
            operations.seat(
                by=by, campaign=code, region=region, assessor=given["assessor"], is_chair=given["is_chair"], now=now
            )
            return done(request, _("The seat is given"), "evaluation:panel-of", code, region)
    return {"campaign": campaign_head, "row": campaign_head.row, "view": view, "form": form}


@button
def make_chair(
    request: HttpRequest, code: str, region: str, assessor: int, *, by: Standing, now: datetime
) -> HttpResponse:
    """Let somebody on the panel lead it."""
    try:
        operations.make_chair(by=by, campaign=code, region=region, assessor=assessor, now=now)
    except (NotAllowed, NotFound):
        raise
    except PilarError as refused:
        messages.error(request, refused.text())
    return redirect("evaluation:panel-of", code, region)


@page("evaluation/campaigns/unseat.html", sends=True)
def unseat(request: HttpRequest, code: str, region: str, assessor: int, *, by: Standing, now: datetime) -> Shown:
    """Take a seat away, at once, or with a reason if marks were given from it."""
    view = panel_queries.panel(code, region, scope=by, now=now)
    require_running(by)
    seat = existing(next((row for row in view.row.seats if row.assessor == assessor), None))
    form = ReasonForm(request.POST if "reason" in request.POST else None)
    if request.method == "POST" and (form.is_valid() or not form.is_bound):
        reason = form.cleaned_data["reason"] if form.is_bound else ""
        try:
            operations.unseat(by=by, campaign=code, region=region, assessor=assessor, reason=reason, now=now)
        except SeatHasMarks as refused:
            form = ReasonForm()
            messages.error(request, refused.text())
        else:
            return done(request, _("The seat is taken away"), "evaluation:panel-of", code, region)
    campaign_head = head(code, scope=by)
    return {"campaign": campaign_head, "row": campaign_head.row, "view": view, "seat": seat, "form": form}


@page("evaluation/campaigns/proposal.html", sends=True)
def proposal(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> Shown:
    """Panels as they are proposed, with the reason of each seat; posted back, they are given."""
    if request.method == "POST":
        return _apply(request, code)
    campaign_head = head(code, scope=by)
    require_running(by)
    form = ProposalForm(request.GET or {"size": campaign_head.rules.smallest_panel, "keep": "on", "draw": 0})
    proposed, faults = None, ()
    if form.is_valid():
        given = form.cleaned_data
        try:
            proposed = panel_queries.proposal(
                code, scope=by, now=now, size=given["size"], keep=given["keep"], draw=given["draw"] or 0
            )
        except Faults as refused:
            faults = refused.faults
    context: dict[str, Any] = {"campaign": campaign_head, "row": campaign_head.row, "form": form, "faults": faults}
    if proposed is not None:
        seats = [[seat.region, seat.assessor, seat.is_chair] for seat in proposed.proposal.seats]
        loads, chaired = proposed.proposal.loads.values(), proposed.proposal.chaired.values()
        context |= {
            "proposed": proposed,
            "given": json.dumps(seats, separators=(",", ":")),
            "loads": (min(loads, default=0), max(loads, default=0)),
            "chaired": (min(chaired, default=0), max(chaired, default=0)),
        }
    return context


def _apply(request: HttpRequest, code: str) -> HttpResponse:
    try:
        seats = [_sitting(*load) for load in json.loads(request.POST.get("seats", ""))]
    except (ValueError, TypeError, RecursionError):
        raise NotFound from None
    try:
        changed = operations.apply_proposal(
            by=standing_of(request),
            campaign=code,
            seats=seats,
            seen=request.POST.get("seen", ""),
            now=timezone.now(),
        )
    except (NotAllowed, NotFound):
        raise
    except PilarError as refused:
        messages.error(request, refused.text())
    else:
        said = ngettext("%(count)s panel has changed", "%(count)s panels have changed", changed)
        messages.success(request, said % {"count": changed})
    return redirect("evaluation:panels", code)


def _sitting(region: Any, assessor: Any, is_chair: Any) -> Sitting:
    if not (isinstance(region, str) and isinstance(assessor, int) and isinstance(is_chair, bool)):
        raise TypeError
    return Sitting(region, assessor, is_chair)


CONFLICTS = Table(
    gettext_lazy("Conflicts of interest"),
    Column("assessor", gettext_lazy("Assessor")),
    Column("region", gettext_lazy("Region")),
    Column("kind_name", gettext_lazy("Conflict")),
    Column("note", gettext_lazy("Note")),
)


@page("evaluation/campaigns/conflicts.html", sends=True)
def conflicts(request: HttpRequest, *, by: Standing, now: datetime) -> Shown:
    """List who may not assess which region, and why; a form declares a conflict."""
    text = searched(request)
    rows = panel_queries.conflicts(scope=by, text=text)
    runs = runs_campaigns(by)
    people = panel_queries.assessor_choices(scope=by, now=now) if runs else ()
    form = ConflictForm(request.POST or None, assessors=people)
    if request.method == "POST":
        require_running(by)
    if stored(form, lambda: operations.declare_conflict(by=by, **form.cleaned_data, now=now)):
        return done(request, _("The conflict is on the list"), "evaluation:conflicts")
    return {"conflicts": CONFLICTS.of(rows, Asked.of(request)), "q": text, "form": form, "runs": runs}


@page("evaluation/campaigns/conflict.html", sends=True)
def remove_conflict(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """Take a conflict from the list, with the reason."""
    row = existing(next((conflict for conflict in panel_queries.conflicts(scope=by) if conflict.key == key), None))
    require_running(by)
    form = ReasonForm(request.POST or None)
    if stored(
        form, lambda: operations.remove_conflict(by=by, conflict=key, reason=form.cleaned_data["reason"], now=now)
    ):
        return done(request, _("The conflict is off the list"), "evaluation:conflicts")
    return {"conflict": row, "form": form}
