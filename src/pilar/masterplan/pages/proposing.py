"""One proposal: write it, hand it in, withdraw it, ask back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilar.design.final_acts import confirm
from pilar.design.forms import stored
from pilar.design.views import done
from pilar.masterplan import operations, queries, wording
from pilar.masterplan.forms.content import ContentForm
from pilar.masterplan.forms.proposals import ProposalForms, QuestionForm, ReasonForm
from pilar.masterplan.operations import Proposed
from pilar.masterplan.pages import proposal_checks as checks
from pilar.masterplan.pages.content_showing import shown_content
from pilar.masterplan.pages.frame import framed
from pilar.masterplan.pages.proposals import proposing_offices, shown
from pilar.masterplan.queries import DecidedRow, ProposalDetail, VersionRow
from pilar.masterplan.rules.authority import Action, Case, holds, may, require
from pilar.masterplan.rules.checking import missing_of
from pilar.masterplan.rules.content import Content
from pilar.masterplan.rules.proposals import NotEditable
from pilar.masterplan.rules.stages import (
    EDITABLE_PROPOSALS,
    KIND_NAMES,
    LAW,
    OPEN_PROPOSALS,
    ProposalKind,
    ProposalState,
)
from pilar.masterplan.wording import FieldChange
from pilar.people.keeping import kept_over_sign_in, person_sign, typed_before
from pilar.people.rules import NotAllowed, NotFound, Standing, existing
from pilar.people.signin import standing_of
from pilar.people.views import answer, button
from pilar.platform.errors import Faults, PilarError
from pilar.platform.language import translate
from pilar.platform.versions import Outdated, Stored


@dataclass(frozen=True)
class Draft:
    """The data of a proposal's form: kind, office, the programme concerned, its content so far."""

    kind: ProposalKind
    office: int
    line: int | None = None
    code: str = ""
    content: Content | None = None
    question: str = ""
    key: int | None = None
    seen: int = 0


@kept_over_sign_in
def propose(request: HttpRequest, key: int) -> HttpResponse:
    """Write a new proposal of the reader's office: a programme or, with ``programme``, new content of one, or its
    end."""
    by = standing_of(request)
    row = queries.proposing_version(key, scope=by)
    draft = _new_draft(request, by, row)
    forms = _forms(request, row, draft, by)
    if request.method == "POST" and not forms.rearranged and forms.is_valid():
        given = Proposed(draft.kind, forms.content and forms.content.content(), draft.line, forms.reason.said)
        try:
            made = operations.propose(by=by, version=key, office=draft.office, given=given, now=timezone.now())
        except Faults as error:
            forms.tell(error)
        except PilarError as error:
            _tell_whole(forms, error)
        else:
            return _after_save(request, by, made)
    return _page(request, row, draft, forms)


@kept_over_sign_in
def edit(request: HttpRequest, key: int) -> HttpResponse:
    """Edit a proposal that is with its office."""
    by = standing_of(request)
    detail = queries.proposal(key, scope=by)
    require(by, Action.PROPOSE, _case(detail), known=True)
    draft = _draft_of(detail)
    if request.method != "POST" and detail.row.state not in EDITABLE_PROPOSALS:
        raise NotEditable
    forms = _forms(request, detail.version, draft, by)
    if request.method == "POST" and not forms.rearranged and forms.is_valid():
        content = forms.content.content() if forms.content else None
        over = request.POST.get("over", "")
        seen = int(over) if over.isdecimal() and len(over) < 9 else forms.reason.cleaned_data["seen"]
        reason = forms.reason.said if "reason" in forms.reason.fields else detail.row.reason
        try:
            operations.save_proposal(
                by=by, proposal=key, content=content, reason=reason, seen=seen, now=timezone.now()
            )  # fmt: skip
        except Outdated as error:
            return _conflict(request, by, key, forms, error.stored)
        except Faults as error:
            forms.tell(error)
        except (NotAllowed, NotFound):
            raise
        except PilarError as error:
            _tell_whole(forms, error)
        else:
            return _after_save(request, by, key)
    return _page(request, detail.version, draft, forms)


@answer
@require_safe
def proposal(request: HttpRequest, key: int, *, by: Standing) -> HttpResponse:
    """One proposal for reading, and the reader's possible acts."""
    return _reading(request, by, queries.proposal(key, scope=by), QuestionForm())


@answer
def submit(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Hand a proposal in."""
    return confirm(
        request, lambda: checks.submit(key, by), lambda: operations.submit_proposal(by=by, proposal=key, now=now)
    )


@answer
def withdraw(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Take a proposal back."""
    return confirm(
        request, lambda: checks.withdraw(key, by), lambda: operations.withdraw_proposal(by=by, proposal=key, now=now)
    )


@button
def ask(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Send a proposal back to its office with a question."""
    detail = queries.proposal(key, scope=by)
    require(by, Action.EDIT_PROPOSALS, _case(detail), known=True)
    form = QuestionForm(request.POST)
    if stored(form, lambda: operations.ask_back(by=by, proposal=key, question=form.cleaned_data["question"], now=now)):
        return done(request, _("The office has the proposal back and is told what you ask"), "masterplan:proposal", key)
    # Somebody else may have acted on it: its present state is shown next to the typed question.
    return _reading(request, by, queries.proposal(key, scope=by), form)


def _new_draft(request: HttpRequest, by: Standing, row: VersionRow) -> Draft:
    """Prepare the draft of a new proposal. Raises :class:`NotFound` for a programme of another office,
    :class:`NotAllowed`."""
    own = dict(proposing_offices(by, row))
    if not own:
        require(by, Action.PROPOSE, Case(row.plan.region, None, row.state), known=True)
        raise NotAllowed
    code = request.GET.get("programme", "")
    if not code:
        office = request.GET.get("office", "")
        wanted = int(office) if office.isdecimal() and len(office) < 12 else next(iter(own))
        if wanted not in own:
            raise NotFound
        return Draft(ProposalKind.ADD, wanted)
    own_programme = existing(
        next((programme for programme in queries.own_programmes(row, own) if programme.code == code), None)
    )
    kind = ProposalKind.DROP if request.GET.get("kind") == "drop" else ProposalKind.CHANGE
    content = queries.programme(row, code).content if kind is ProposalKind.CHANGE else None
    return Draft(kind, own_programme.office, own_programme.line, code, content)


def _draft_of(detail: ProposalDetail) -> Draft:
    row = detail.row
    question = row.question if row.state is ProposalState.RETURNED else ""
    return Draft(row.kind, row.office, row.line, row.line_code, detail.content, question, row.key, row.saves)


def _forms(request: HttpRequest, row: VersionRow, draft: Draft, by: Standing) -> ProposalForms:
    sent: QueryDict | None = request.POST if request.method == "POST" else typed_before(request)
    content = None
    if draft.kind is not ProposalKind.DROP:
        content = ContentForm(
            sent,
            plan=row.plan,
            choices=queries.content_choices(row.plan, scope=by, keep=draft.content),
            initial=draft.content,
            owner=draft.office,
            above=queries.highest_numbers(draft.line),
        )
    first = {"seen": draft.seen}
    if (draft.key is not None and draft.kind is not ProposalKind.ADD) or draft.question:
        first["reason"] = queries.proposal(draft.key, scope=by).row.reason if draft.key else ""
    reason = ReasonForm(sent, initial=first, kind=draft.kind, question=draft.question)
    forms = ProposalForms(content, reason)
    if request.method != "POST" and sent is not None:
        forms.is_valid()
        messages.warning(request, _("Your sign-in had ended: this is what you typed, and it is not saved yet"))
    return forms


def _tell_whole(forms: ProposalForms, error: PilarError) -> None:
    """Show an expected error that belongs to no field."""
    forms.reason.add_error(None, error.text())


def _after_save(request: HttpRequest, by: Standing, key: int) -> HttpResponse:
    if "submit" in request.POST:
        return _hand_in(request, by, key)
    return done(request, _("The proposal is saved. It is not handed in yet"), "masterplan:proposal", key)


def _hand_in(request: HttpRequest, by: Standing, key: int) -> HttpResponse:
    """Redirect to the check page for handing in a proposal; missing content is shown on its form at once."""
    detail = queries.proposal(key, scope=by)
    lacking = missing_of(detail.content) if detail.content else []
    if not lacking:
        return done(request, _("The proposal is saved. It is not handed in yet"), "masterplan:proposal-submit", key)
    draft = _draft_of(detail)
    forms = _saved_forms(detail, draft, by)
    forms.tell(Faults(lacking))
    said = _("The proposal is saved, but not handed in: it lacks something")
    return _page(request, detail.version, draft, forms, lacking=said)


def _saved_forms(detail: ProposalDetail, draft: Draft, by: Standing) -> ProposalForms:
    """Return the forms of stored content as if it had been typed, so that faults find their fields."""
    choices = queries.content_choices(detail.version.plan, scope=by, keep=detail.content)
    named: dict[str, Any] = {"plan": detail.version.plan, "choices": choices, "initial": detail.content}
    blank = ContentForm(owner=draft.office, **named)
    typed = ContentForm(blank.as_typed(), owner=draft.office, **named)
    typed.is_valid()
    first = {"seen": draft.seen, "reason": detail.row.reason}
    return ProposalForms(typed, _valid(ReasonForm(first, kind=draft.kind, question=draft.question)))


def _valid(form: ReasonForm) -> ReasonForm:
    form.is_valid()
    return form


def _conflict(request: HttpRequest, by: Standing, key: int, forms: ProposalForms, stored: Stored) -> HttpResponse:
    """Handle a save by somebody else in the meantime: show both versions; the typed input stays in the form."""
    detail = queries.proposal(key, scope=by)
    names = queries.office_names(detail.version.plan.region)
    rows: list[tuple[str, str, str]] = []
    if forms.content is not None and detail.content is not None:
        differing = wording.content_changes(detail.content, forms.content.content(), names)
        rows = [(change.name, change.before, change.after) for change in differing]
    if "reason" in forms.reason.fields and forms.reason.said != detail.row.reason:
        rows.append((forms.reason.fields["reason"].label, detail.row.reason, forms.reason.said))
    conflict = {"stored": stored, "rows": rows, "editable": detail.row.state in EDITABLE_PROPOSALS}
    return _page(request, detail.version, _draft_of(detail), forms, conflict=conflict)


def _page(request: HttpRequest, row: VersionRow, draft: Draft, forms: ProposalForms, **more: Any) -> HttpResponse:
    refused = forms.reason.errors if forms.reason.is_bound and not forms.rearranged else {}
    status = 409 if "conflict" in more else 422 if refused or (forms.content and forms.content.errors) else 200
    if "lacking" in more:
        status = 422
    context = {
        "draft": draft,
        "kind": translate(KIND_NAMES[draft.kind]),
        "office": queries.office_names(row.plan.region).get(draft.office, ""),
        "form": forms.content,
        "reason": forms.reason,
        "refused": refused,
        "person": person_sign(request),
        "action": reverse("masterplan:proposal-edit", args=[draft.key]) if draft.key else request.get_full_path(),
        **more,
    }
    return framed(request, row, "proposals", "masterplan/proposals/edit.html", context, status=status)


def _reading(request: HttpRequest, by: Standing, detail: ProposalDetail, form: QuestionForm) -> HttpResponse:
    row, version, case = detail.row, detail.version, _case(detail)
    names = queries.office_names(version.plan.region)
    years = range(version.plan.first_year, version.plan.last_year + 1)
    content = detail.content or detail.before
    mine = may(by, Action.PROPOSE, case)
    edits = may(by, Action.EDIT_PROPOSALS, case)
    changed = row.kind is ProposalKind.CHANGE and detail.before is not None and detail.content is not None
    decided = decisions_shown(row.key, names)
    context = {
        "found": detail,
        "proposal": shown(row, version.state, decided[0][0] if decided else None),
        "kind": translate(KIND_NAMES[row.kind]),
        "origin": queries.origin_of(row.key, scope=by),
        "shown": shown_content(content, years, names) if content else None,
        "changes": wording.content_changes(detail.before, detail.content, names) if changed else (),
        "may_edit": mine and row.state in EDITABLE_PROPOSALS,
        "may_withdraw": mine and row.state in OPEN_PROPOSALS,
        "may_ask": edits and row.state is ProposalState.SUBMITTED,
        "form": form,
        "decisions": decided,
        "reads_plan": version.state in LAW or holds(by, Action.READ_PLAN, case),
        "region": version.plan.region,
    }
    return framed(request, version, "proposals", "masterplan/proposals/one.html", context, status=form.status)


def _case(detail: ProposalDetail) -> Case:
    return Case(detail.version.plan.region, detail.row.office, detail.version.state)


def decisions_shown(
    proposal: int, offices: Mapping[int, str]
) -> tuple[tuple[DecidedRow, tuple[FieldChange, ...]], ...]:
    """Return each decision of a signed meeting, the newest first, with its changes; ``offices``: names by key."""
    return tuple(
        (
            decided,
            wording.content_changes(decided.before, decided.after, offices) if decided.before and decided.after else (),
        )
        for decided in queries.decisions_of(proposal)
    )
