"""The call, and the proposals of a version: an office sees its own, the secretariat all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from pilar.design.final_acts import confirm
from pilar.design.forms import posted, stored
from pilar.design.views import done
from pilar.masterplan import operations, queries
from pilar.masterplan.forms.proposals import CallForm, MergeForm
from pilar.masterplan.pages import proposal_checks as checks
from pilar.masterplan.pages.frame import FEW, framed, version_page
from pilar.masterplan.queries import DecidedRow, ProposalRow, VersionRow
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.authority import Action, Case, holds, may, offices_of, require
from pilar.masterplan.rules.decisions import INTO_THE_PLAN, OUTCOME_NAMES
from pilar.masterplan.rules.stages import (
    BEING_WRITTEN,
    EDITABLE_PROPOSALS,
    KIND_NAMES,
    LAW,
    PROPOSAL_NAMES,
    ProposalKind,
    ProposalState,
    VersionState,
)
from pilar.people.rules import Standing
from pilar.people.views import Shown, answer
from pilar.platform.language import N_, translate

TONES = {
    ProposalState.DRAFT: "",
    ProposalState.SUBMITTED: "positive",
    ProposalState.RETURNED: "caution",
    ProposalState.MERGED: "brand",
    ProposalState.WITHDRAWN: "",
}
ORDERS = {"pillar": N_("Pillar"), "office": N_("Office"), "state": N_("State")}
MAX_MERGED = 20


@version_page("masterplan/proposals/list.html", tab="proposals")
def proposals(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """The proposals of a version, by pillar, office or state, and the reader's possible acts."""
    row = queries.proposing_version(key, scope=by)
    case = _case(row)
    rows = queries.proposals(row, scope=by)
    order = request.GET.get("by", "pillar") if request.GET.get("by") in ORDERS else "pillar"
    state, text = request.GET.get("state", ""), request.GET.get("q", "")[:100]
    decided = queries.decided_in(row.key)
    shown_rows = [
        shown(proposal, row.state, decided.get(proposal.key)) for proposal in rows if _holds_words(proposal, text)
    ]
    shown_rows = [row for row in shown_rows if state in ("", row["value"])]
    call = queries.call(row)
    oversees = holds(by, Action.READ_PLAN, case)
    own = proposing_offices(by, row)
    return {
        "row": row,
        "call": call,
        "open": call is not None and call.open_at(now),
        "reads_plan": oversees or row.state in LAW,
        "over": row.state not in BEING_WRITTEN,
        "groups": grouped(shown_rows, order),
        "unfolded": len(shown_rows) <= FEW or bool(state or text),
        "count": len(rows),
        "shown": len(shown_rows),
        "handed_in": sum(proposal.state is ProposalState.SUBMITTED for proposal in rows),
        "asked_back": sum(proposal.state is ProposalState.RETURNED for proposal in rows),
        "accepted": sum(decided_row.decision.outcome in INTO_THE_PLAN for decided_row in decided.values()),
        "order": order,
        "orders": [(name, translate(title)) for name, title in ORDERS.items()],
        "state_now": state,
        "states": [("", _("all")), *_states(bool(decided))],
        "q": text,
        "oversees": oversees,
        "silent": queries.silent_offices(row) if oversees and call else (),
        "may_call": may(by, Action.CALL_FOR_PROPOSALS, case),
        "may_edit": may(by, Action.EDIT_PROPOSALS, case),
        "own": own,
        "programmes": queries.own_programmes(row, [office for office, _name in own]) if own else (),
    }


@version_page("masterplan/proposals/call.html", tab="proposals", sends=True)
def call(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """Open the call, or move its deadline."""
    row = queries.proposing_version(key, scope=by)
    require(by, Action.CALL_FOR_PROPOSALS, _case(row), known=True)
    stands = queries.call(row)
    first = {"closes_at": stands.closes_at, "text": stands.text} if stands else {}
    form = CallForm(posted(request), initial=first, region_code=row.plan.region, now=now)
    if stored(form, lambda: operations.open_call(by=by, version=key, now=now, **form.cleaned_data)):
        return done(request, _("The offices are told until when they may propose"), "masterplan:proposals", key)
    return {"row": row, "form": form, "call": stands}


@version_page("masterplan/proposals/alike.html", tab="proposals")
def alike(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """Similar proposals, side by side."""
    row = queries.proposing_version(key, scope=by)
    require(by, Action.EDIT_PROPOSALS, _case(row), known=True)
    proposal_rows = queries.proposals(row, scope=by)
    rows = {proposal.key: shown(proposal, row.state) for proposal in proposal_rows}
    pairs = queries.similar_proposals(proposal_rows)
    return {
        "row": row,
        "pairs": [(round(100 * pair.share), rows[pair.first], rows[pair.second]) for pair in pairs[:MAX_PAIRS]],
        "more": max(len(pairs) - MAX_PAIRS, 0),
    }


MAX_PAIRS = 50


@answer
def merge(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Merge some proposals (``p`` of the address), shown side by side, into one of them."""
    row = queries.proposing_version(key, scope=by)
    wanted = {
        int(number) for number in request.GET.getlist("p")[:MAX_MERGED] if number.isdecimal() and len(number) < 12
    }

    def chosen() -> tuple[ProposalRow, ...]:
        return tuple(proposal for proposal in queries.proposals(row, scope=by) if proposal.key in wanted)

    form = MergeForm(posted(request), rows=chosen())

    def act() -> None:
        into = form.cleaned_data["into"]
        operations.merge_proposals(
            by=by, into=into, merged=[number for number in wanted if number != into],
            reason=form.cleaned_data["reason"], now=now,
        )  # fmt: skip

    def page(request: HttpRequest, shown_there: dict[str, Any], status: int) -> HttpResponse:
        context = {"rows": [shown(proposal, row.state) for proposal in chosen()], **shown_there}
        return framed(request, row, "proposals", "masterplan/proposals/merge.html", context, status=status)

    return confirm(request, lambda: checks.merge(key, chosen(), by), act, form=form, page=page)


def proposing_offices(by: Standing, row: VersionRow) -> list[tuple[int, str]]:
    """Return the offices for which somebody may propose in a version now, with their names."""
    region = row.plan.region
    offices = offices_of(by, Action.PROPOSE, region)
    if offices == () or not may(by, Action.PROPOSE, Case(region, offices[0] if offices else None, row.state)):
        return []
    choices = queries.content_choices(row.plan, scope=by)
    return [(office.key, office.name) for office in choices.offices if offices is None or office.key in offices]


def shown(row: ProposalRow, version: VersionState, decided: DecidedRow | None = None) -> Mapping[str, Any]:
    """Return a proposal as lists show it: with its own state, or with a meeting's decision (``decided``) once that is
    signed off.

    ``version``: the state of the version; a proposal not handed in before the version moved on never will be.
    """
    part = framework().pillars.find(row.part)
    if decided is not None:
        value, state, tone = decided.decision.outcome.value, decided.decision.outcome_name, decided.decision.tone
    else:
        value, state, tone = row.state.value, translate(PROPOSAL_NAMES[row.state]), TONES[row.state]
        if version not in BEING_WRITTEN and row.state in EDITABLE_PROPOSALS:
            state, tone = _("Not handed in in time"), ""
    return {
        "row": row,
        "value": value,
        "state": state,
        "tone": tone,
        "decided": decided,
        "kind": "" if row.kind is ProposalKind.ADD else translate(KIND_NAMES[row.kind]),
        "part": str(part.title) if part else "",
        "pillar": str(framework().pillars.above(row.part).title) if part else "",
    }


def grouped(rows: Sequence[Mapping[str, Any]], order: str) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """Group proposals, converted by :func:`shown`, under the titles of pillars, offices or states; empty groups are
    left out."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    titles: list[str] = []
    match order:
        case "office":
            titles = sorted({row["row"].office_name for row in rows})
        case "state":
            titles = [name for _value, name in _states(decided=True)]
        case _:
            titles = [str(entry.title) for entry in framework().pillars.entries]
    for title in [*titles, ""]:
        groups[title] = []
    for row in rows:
        title = row["row"].office_name if order == "office" else row["state"] if order == "state" else row["pillar"]
        groups.setdefault(title, []).append(row)
    nameless = _("Without a pillar")
    return [(title or nameless, some) for title, some in groups.items() if some]


def _states(decided: bool) -> list[tuple[str, str]]:
    """Return the states that a proposal can be shown in, including outcomes of meetings if there are any."""
    names = {state.value: name for state, name in PROPOSAL_NAMES.items()}
    outcomes = {outcome.value: name for outcome, (name, _tone) in OUTCOME_NAMES.items()} if decided else {}
    return [(value, translate(name)) for value, name in {**outcomes, **names}.items()]


def _holds_words(row: ProposalRow, text: str) -> bool:
    said = f"{row.title} {row.aim} {row.office_name} {row.line_code}".lower()
    return all(word in said for word in text.lower().split())


def _case(row: VersionRow) -> Case:
    return Case(row.plan.region, None, row.state)
