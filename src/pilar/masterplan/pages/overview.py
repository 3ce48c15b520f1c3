"""A version of a plan as a whole: its state, next steps, law, and history."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilar.areas import queries as areas
from pilar.design.final_acts import Check, confirm, with_tick
from pilar.design.forms import posted
from pilar.evidence import queries as evidence
from pilar.masterplan import operations, queries
from pilar.masterplan.forms.plans import DecreeForm, ForceForm, ReasonForm
from pilar.masterplan.pages import checks
from pilar.masterplan.pages.frame import framed
from pilar.masterplan.queries import VersionRow
from pilar.masterplan.rules.authority import Action, Case, may
from pilar.masterplan.rules.stages import UNDER_WAY, VERSION_NAMES, VersionState
from pilar.people.rules import NotFound, Standing
from pilar.people.signin import standing_of
from pilar.people.views import answer
from pilar.platform.language import translate

LINE = (
    VersionState.DRAFT,
    VersionState.MEETING,
    VersionState.LEGAL_REVIEW,
    VersionState.DECREED,
    VersionState.IN_FORCE,
)
"""The states in order; the line ends with the version's own end."""
ENDS = (VersionState.REVISED, VersionState.EXPIRED, VersionState.DROPPED)
PAGES = {
    (VersionState.LEGAL_REVIEW, VersionState.MEETING): "return",
    (VersionState.LEGAL_REVIEW, VersionState.DECREED): "decree",
    (VersionState.DECREED, VersionState.IN_FORCE): "force",
}
"""Moves with a form of their own, and its page."""


@require_safe
def version(request: HttpRequest, key: int) -> HttpResponse:
    """The overview of a version."""
    return overview(request, queries.version(key, scope=standing_of(request)))


def overview(request: HttpRequest, row: VersionRow) -> HttpResponse:
    """Draw the overview."""
    by, now = standing_of(request), timezone.now()
    programmes = queries.programmes(row)
    contents = [programme.content for programme in programmes]
    steps = queries.history(row, scope=by)
    context = {
        "line": _line(row),
        "moves": _moves(row, by, now),
        "replaced_by": queries.replaced_by(row, scope=by),
        "may_take_over": row.state not in ENDS and may(by, Action.TAKE_OVER, Case(row.plan.region, None, row.state)),
        "may_revise": row.state is VersionState.IN_FORCE and _may_revise(row, by),
        "file": next(iter(evidence.evidence_list([row.decree_file], scope=by)), None) if row.decree_file else None,
        "programmes": len(contents),
        "quick_wins": sum(content.quick_win for content in contents),
        "offices": len({content.owner for content in contents}),
        "money": sum((content.budget_of(year) for content in contents for year in _years(row)), Decimal(0)),
        "steps": steps[:10],
        "earlier": steps[10:],
    }
    return framed(request, row, "version", "masterplan/version/overview.html", context)


@answer
def step(request: HttpRequest, key: int, target: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Make a move to the state ``target``, which needs no data, only its conditions."""
    if target not in set(VersionState):
        raise NotFound
    state = VersionState(target)

    return confirm(
        request,
        lambda: checks.step(key, state, by),
        lambda: operations.move_version(by=by, version=key, target=state, now=now),
    )


@answer
def decree(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Enter the regulation that sets the version: form, number, day, and its text."""
    row = queries.version(key, scope=by)
    pieces = evidence.region_evidence(row.plan.region, scope=by, size=evidence.MAX_PAGE).object_list
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = DecreeForm(*sent, city=areas.region(row.plan.region).kind == "city", evidence=pieces)
    content = None
    check = checks.decree(key, by)
    if request.method == "POST" and isinstance(check, Check):
        # First of all, so that an accepted file is kept whatever else has to be corrected.
        with_tick(form)
        content = form.take(by=by, region=row.plan.region, office=None, now=now)

    def act() -> None:
        file = content or form.cleaned_data.get("evidence")
        operations.enter_decree(by=by, version=key, decree=form.decree(), file=file, now=now)

    def page(request: HttpRequest, shown: dict[str, Any], status: int) -> HttpResponse:
        form.keep(content)
        return framed(request, row, "version", "masterplan/version/step.html", shown, status=status)

    return confirm(request, lambda: checks.decree(key, by), act, form=form, page=page)


@answer
def force(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Bring the version into force from a day on."""
    row = queries.version(key, scope=by)
    other = queries.other_in_force(row, scope=by)
    first = date(row.plan.first_year, 1, 1)
    form = ForceForm(posted(request), initial={"since": max(row.decreed_on or first, first)}, replaced=other)

    def act() -> None:
        replaces = other.key if other and form.cleaned_data.get("replaces") else None
        since = form.cleaned_data["since"]
        operations.bring_into_force(by=by, version=key, since=since, replaces=replaces, now=now)

    def page(request: HttpRequest, shown: dict[str, Any], status: int) -> HttpResponse:
        return framed(request, row, "version", "masterplan/version/step.html", shown, status=status)

    return confirm(request, lambda: checks.force(key, by), act, form=form, page=page)


@answer
def send_back(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Send a version back from legal review to a further meeting, with the findings."""
    row = queries.version(key, scope=by)
    form = ReasonForm(posted(request))
    form.fields["reason"].label = _("What legal review found")

    def page(request: HttpRequest, shown: dict[str, Any], status: int) -> HttpResponse:
        return framed(request, row, "version", "masterplan/version/step.html", shown, status=status)

    return confirm(
        request,
        lambda: checks.send_back(key, by),
        lambda: operations.return_to_meeting(by=by, version=key, reason=form.cleaned_data["reason"], now=now),
        form=form,
        page=page,
    )


def _may_revise(row: VersionRow, by: Standing) -> bool:
    if not may(by, Action.START_PLAN, Case(row.plan.region, None, row.state)):
        return False
    others = queries.versions(row.plan.region, scope=by)
    return not any(other.plan.key == row.plan.key and other.state in UNDER_WAY for other in others)


def _moves(row: VersionRow, by: Standing, now: datetime) -> list[dict[str, Any]]:
    """Return the buttons: each with its page, if it has one, and the reasons why it cannot be pressed yet."""
    plan = row.plan
    facts = queries.version_facts(row.key, region=plan.region, last_year=plan.last_year, now=now)
    return [
        {
            "name": translate(move.name),
            "target": move.target.value,
            "page": PAGES.get((move.source, move.target), ""),
            "danger": move.target in ENDS,
            "reasons": [translate(fault.sentence, **fault.fields) for fault in faults],
        }
        for move, faults in queries.moves(row, facts, scope=by)
    ]


def _line(row: VersionRow) -> list[tuple[str, str]]:
    """Return the states in order, each marked ``done``, ``current`` or ``ahead``."""
    if row.state is VersionState.DROPPED:
        states: tuple[VersionState, ...] = (VersionState.DRAFT, VersionState.DROPPED)
    elif row.state in ENDS:
        states = (*LINE, row.state)
    else:
        states = LINE
    here = states.index(row.state)
    return [
        (translate(VERSION_NAMES[state]), "current" if place == here else "done" if place < here else "ahead")
        for place, state in enumerate(states)
    ]


def _years(row: VersionRow) -> range:
    return range(row.plan.first_year, row.plan.last_year + 1)
