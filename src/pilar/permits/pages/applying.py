"""Applications of citizens: from the draft to the end of the case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from pilar.areas.reference import today_in
from pilar.design.autosave import is_autosave, told
from pilar.design.final_acts import Check, Done, Remark, confirm
from pilar.design.forms import posted, stored, stored_once
from pilar.design.views import done, drawn, number
from pilar.evidence import serving
from pilar.evidence.operations import hold_private
from pilar.people.pages.citizens import to_sign_in
from pilar.people.queries import acting_for, proxies
from pilar.people.rules import Standing, existing
from pilar.people.signin import standing_of
from pilar.people.views import Shown, View, knowing, page
from pilar.permits import operations
from pilar.permits.forms.answers import answers_form
from pilar.permits.forms.cases import BeginForm, FileForm, MessageForm, PersonForm
from pilar.permits.pages.register import came_of, levy_answer, signed_file
from pilar.permits.queries import cases
from pilar.permits.queries.rows import CaseDetail
from pilar.permits.queries.services import service as service_on
from pilar.permits.rules.authority import RIGHTS, Right, WrongState
from pilar.permits.rules.cases import CaseState
from pilar.permits.rules.services import APPLICANT_NAMES, KIND_NAMES
from pilar.platform import limits
from pilar.platform.language import translate

UPLOADS = limits.Limit("permit-documents", most=60)
"""assumption: from one network in a minute, such as a class of nurses in one room."""


def applicants(view: View) -> View:
    """A page for people who have signed in by a code or work at the counter; others are redirected to sign in."""

    @wraps(view)
    def answered(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        by = standing_of(request)
        return to_sign_in(request) if by.citizen is None and by.account is None else view(request, *given, **named)

    return never_cache(answered)


@applicants
@page("permits/cases/own.html", public=True)
def own_cases(request: HttpRequest, *, by: Standing, now: datetime) -> Shown:
    """The applications of the reader and of the people they act for."""
    return {
        "rows": cases.own_cases(scope=by, now=now), "documents": cases.own_documents(scope=by, now=now),
        "handed": cases.handed_over(scope=by), "back": RIGHTS[Right.TRANSFER],
    }  # fmt: skip


@applicants
@require_POST
@knowing
def remove_document(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Stop offering a document for further applications."""
    operations.remove_own_document(by=by, document=key, now=now)
    return done(request, _("It is not used any more"), "permits:own-cases")


@applicants
@page("permits/cases/begin.html", public=True, sends=True)
def begin(request: HttpRequest, region: str, service: str, *, by: Standing, now: datetime) -> Shown:
    """Begin a draft: choose the applicant and the kind of application; the front office files it for the person at the
    counter."""
    row = service_on(region, service, today_in(region, now))
    form = BeginForm(posted(request))
    form.fields["kind"].choices = [(kind.value, translate(KIND_NAMES[kind])) for kind in row.service.kinds]
    given: dict[str, Any] = {"by": by, "region": region, "service": service, "now": now}
    start: Callable[..., int] = operations.begin_case if by.account is None else operations.begin_at_counter
    if by.account is None:
        given["renews"] = number(request, "dari")
        form.ask(account=[] if given["renews"] else _acted_for(by, now), applicant=[])
        del form.fields["proxy"]
    else:
        kinds = row.service.applicants
        given["applicant"] = kinds[0].value
        form.ask(account=[], applicant=[(kind.value, translate(APPLICANT_NAMES[kind])) for kind in kinds])
    if stored_once(form, lambda: start(**given | form.cleaned_data), **_once("permits.begun", by)):
        if form.outcome is None:  # a second click: the draft is in the list
            return redirect("permits:own-cases") if by.account is None else redirect("permits:desk", region)
        return redirect("permits:own-case", form.outcome)
    return {"row": row, "form": form}


@applicants
@require_safe
@knowing
def own_permit(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponseBase:
    """The permit of an application as it was signed."""
    cases.own_case(key, scope=by, now=now)
    return signed_file(request, key)


@applicants
@require_safe
@knowing
def own_levy(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """The notice of the levy of an application."""
    return levy_answer(cases.own_case(key, scope=by, now=now), now)


@applicants
@page("permits/cases/case.html", public=True, sends=True)
def own_case(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """An application: its form while it is a draft, what is still needed, when it will be finished, and whose turn it
    is."""
    row = cases.own_case(key, scope=by, now=now)
    answering = row.row.state is CaseState.WAITING and row.asks_answers
    writes = answering or row.row.state in (CaseState.DRAFT, CaseState.RETURNED)
    answers = answers_form(row.service, posted(request), initial=row.given)
    person = PersonForm(posted(request), initial={**row.person, "version": row.edition})
    if answering or not writes:
        person.keep_version()  # who applies has been checked
    elif not row.at_counter:
        del person.fields["email"]  # notices go to the account
    if request.method == "POST" and request.POST.get("do") != "look":
        answers.is_valid()  # valid answers are kept, even if others are missing
        given = dict(answers.answers)
        kept = writes and stored(person, lambda: operations.save_answers(
            by=by, case=key, seen=person.cleaned_data["version"], answers=given,
            person=None if answering else person.person, now=now,
        ))  # fmt: skip
        if not writes:  # an outdated window
            person.is_valid()
            person.refuse(WrongState(state=row.row.state))
        if is_autosave(request):
            outcome = "saved" if kept else "conflict" if person.there else "refused"
            row = cases.own_case(key, scope=by, now=now) if kept else row
            said = {"version": person.outcome or request.POST.get("version", ""), "form": person, "row": row}
            status = 200 if kept else person.status
            return told(request, "permits/cases/parts/kept.html", said, outcome=outcome, status=status)
        if kept and not answers.errors:
            return done(request, _("The draft is kept"), "permits:own-case", key)
        if kept:
            person.take_version(person.outcome)
        row = cases.own_case(key, scope=by, now=now)
    adds, steps = Right.CHANGE in row.acts, _steps(row)
    return {
        **came_of(key, own=True, now=now),
        "kept_files": [one for one in row.files if not (adds and one.asked)],
        "next_file": next((one.requirement for one in row.files if one.lacks), ""),
        "row": row, "writes": writes, "form": answers, "person": person, "file": FileForm(),
        "message": MessageForm() if Right.WRITE in row.acts else None,
        "first_steps": [step for step in steps if step[2] == "primary"],
        "steps": [step for step in steps if step[2] != "primary"],
        "renews": row.row.state is CaseState.ISSUED and not row.at_counter and "renewal" in row.service.kinds,
        "again": row.row.state is CaseState.REFUSED and not row.at_counter,
    }  # fmt: skip


@applicants
@require_POST
@knowing
def add_file(request: HttpRequest, key: int, requirement: str, *, by: Standing, now: datetime) -> HttpResponse:
    """A document of a requirement."""
    limits.count(request, UPLOADS, now=now)
    row = cases.own_case(key, scope=by, now=now)
    form = FileForm(request.POST, request.FILES)
    valid_until = form.cleaned_data.get("valid_until") if form.is_valid() else None
    sent = request.FILES.get("file")

    def keep() -> int:
        held = hold_private(by=by, upload=existing(sent), name=existing(sent).name or "", now=now)
        return operations.keep_file(
            by=by, case=key, requirement=requirement, held_file=held, valid_until=valid_until, now=now
        )

    if stored(form, keep):
        return done(request, _("The document is kept"), f"{reverse('permits:own-case', args=[key])}#{requirement}")
    name = next((file.name for file in row.files if file.requirement == requirement), requirement)
    return drawn(request, "permits/cases/file.html", {"row": row, "form": form, "name": name})


@applicants
@require_POST
@knowing
def reuse(request: HttpRequest, key: int, requirement: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Use an earlier document of the applicant."""
    operations.reuse_document(by=by, case=key, requirement=requirement, now=now)
    return done(request, _("The document is kept"), f"{reverse('permits:own-case', args=[key])}#{requirement}")


@applicants
@require_POST
@knowing
def write(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """A message to the other side of a case."""
    to = "permits:desk-case" if by.account is not None and "meja" in request.POST else "permits:own-case"
    form = MessageForm(request.POST)

    def send() -> None:
        operations.write_message(by=by, case=key, now=now, text=form.cleaned_data["text"])

    if stored_once(form, send, **_once("permits.message", by)):
        return done(request, _("The message is sent"), to, key)
    about = cases.officers_case if to == "permits:desk-case" else cases.own_case
    row = about(key, scope=by, now=now)
    shown = {"row": row, "form": form, "back": reverse(to, args=[key]), "meja": "meja" in request.POST}
    return drawn(request, "permits/cases/message.html", shown)


@applicants
@require_safe
@knowing
def show_file(request: HttpRequest, case: int, key: int, *, by: Standing, now: datetime) -> HttpResponseBase:
    """A document of a case, for the applicant and for the officers of the case."""
    return serving.answer(request, cases.file_for(case, key, scope=by, now=now), by=by)


def trail_of(row: CaseDetail) -> tuple[tuple[str, str], ...]:
    """The pages above an act of an applicant."""
    return ((_("My applications"), reverse("permits:own-cases")),
            (row.row.number or str(row.service.name), reverse("permits:own-case", args=[row.row.key])))  # fmt: skip


@applicants
@knowing
def submit(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Check before you send an application."""

    def look() -> Check | Done:
        row, address = cases.own_case(key, scope=by, now=now), reverse("permits:own-case", args=[key])
        if Right.SUBMIT not in row.acts:
            sent = row.row.state is not CaseState.WITHDRAWN and row.row.number
            said = _("Application %(number)s is sent") % {"number": sent} if sent else _("This is not to be done now")
            return Done(said, address)
        return Check(
            title=_("Check before you send the application"), act=_("Send the application"), final=False,
            about=str(row.service.name), trail=trail_of(row),
            will=(_("The office looks whether it is complete; then its clock begins"),
                  _("If something is missing, it comes back to you with one list of everything")),
            counts=((_("Documents"), str(sum(1 for file in row.files if file.key))),),
            blocked=tuple(Remark(gap.text, f"{address}#{gap.place}") for gap in row.gaps), state=str(row.edition),
        )  # fmt: skip

    form = _KeyForm(posted(request), initial={"key": uuid4()})

    def act() -> None:
        operations.submit(by=by, case=key, key=form.cleaned_data["key"], now=now)

    return confirm(request, look, act, form=form)


@applicants
@knowing
def withdraw(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Check before you withdraw an application."""

    def look() -> Check | Done:
        row = cases.own_case(key, scope=by, now=now)
        if Right.WITHDRAW not in row.acts:
            if row.row.state is CaseState.WITHDRAWN:
                return Done(_("The application is withdrawn"), reverse("permits:own-cases"))
            return Done(_("This is not to be done now"), reverse("permits:own-case", args=[key]))
        return Check(
            title=_("Check before you withdraw the application"), act=_("Withdraw the application"),
            about=str(row.service.name), trail=trail_of(row),
            will=(_("The office stops working on it, and no permit comes of it"),),
        )  # fmt: skip

    return confirm(request, look, lambda: operations.withdraw_case(by=by, case=key, now=now))


@applicants
@knowing
def hand_in(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Check before you hand in what was asked for."""

    def look() -> Check | Done:
        row = cases.own_case(key, scope=by, now=now)
        if Right.ANSWER not in row.acts:
            own = row.row.state is CaseState.RUNNING
            said = _("The office goes on with it") if own else _("This is not to be done now")
            return Done(said, reverse("permits:own-case", args=[key]))
        return Check(
            title=_("Check before you hand it in"), act=_("Hand it in"), final=False, about=str(row.service.name),
            trail=trail_of(row), will=(_("The clock goes on with what remained"), *row.asked),
        )  # fmt: skip

    return confirm(request, look, lambda: operations.hand_in(by=by, case=key, now=now))


def _once(kind: str, by: Standing) -> dict[str, Any]:
    """The key by which a second click is recognised; accounts of citizens have a separate range."""
    return {"kind": kind if by.citizen is None else f"{kind}-citizen", "owner": by.account or by.citizen}


def _acted_for(by: Standing, now: datetime) -> list[tuple[int, str]]:
    """Return the people a citizen may apply for: themselves, then people who have authorised them."""
    names = {proxy.key: proxy.name for proxy in proxies(scope=by, now=now)}
    fors = acting_for(by, purpose="permits", now=now)
    return [(acted_for.account, names[acted_for.proxy] if acted_for.proxy else _("for myself")) for acted_for in fors]


class _KeyForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)


def _steps(row: CaseDetail) -> list[tuple[str, str, str]]:
    """List the acts that are open to the applicant now: name, address, kind of button."""
    args = [row.row.key]
    return [
        (name, reverse(f"permits:{to}", args=args), kind)
        for right, name, to, kind in (
            (Right.SUBMIT, _("Send the application"), "submit", "primary"),
            (Right.ANSWER, _("Hand it in"), "hand-in", "primary"),
            (Right.OBJECT, _("Object to it"), "file-objection", "secondary"),
            (Right.TRANSFER, _("Hand it to who acts for you"), "transfer", "quiet"),
            (Right.WITHDRAW, _("Withdraw the application"), "withdraw", "quiet"),
        ) if right in row.acts and (right is not Right.OBJECT or row.grounds)
    ]  # fmt: skip
