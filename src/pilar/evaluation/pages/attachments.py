"""Evidence of answers: attached by those who answer, verified in a queue."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from pilar.design.views import done
from pilar.evaluation import operations
from pilar.evaluation.pages.answers import evidence_places, frame, indicator_page
from pilar.evaluation.pages.marking import typed_version
from pilar.evaluation.queries.answers import form as form_for
from pilar.evaluation.queries.answers import indicator as indicator_for
from pilar.evaluation.queries.assessment_lists import waiting_evidence
from pilar.evaluation.rules.authority import Action
from pilar.evidence.forms import EvidenceForm, ReturnForm
from pilar.people.rules import NotFound, Standing
from pilar.people.signin import standing_of
from pilar.people.views import Shown, button, page
from pilar.platform.errors import Faults
from pilar.platform.language import translate


@button
def attach(request: HttpRequest, key: int, node: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Attach a piece of evidence that the region has (``evidence``), or add a new one."""
    indicator = indicator_for(key, node, scope=by, now=now)
    if "evidence" in request.POST:
        operations.attach(by=by, assessment=key, node=node, evidence=_key(request), now=now)
        return _back(request, key, node, _("The evidence is attached"))
    form = EvidenceForm(request.POST, request.FILES, places=evidence_places(indicator))
    form.full_clean()
    office = form.cleaned_data.get("office")
    content = form.take(by=by, region=indicator.form.header.region_code, office=office, now=now)
    if content is not None:
        try:
            operations.attach_new(
                by=by,
                assessment=key,
                node=node,
                title=form.cleaned_data["title"],
                content=content,
                note=form.cleaned_data["note"],
                now=now,
            )
        except Faults as refused:
            form.tell(refused)
        else:
            return _back(request, key, node, _("The evidence is added and attached"))
    return indicator_page(request, indicator, new=form, status=form.status)


@button
def detach(request: HttpRequest, key: int, node: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Take a piece of evidence from an answer."""
    operations.detach(by=by, assessment=key, node=node, evidence=_key(request), now=now)
    return _back(request, key, node, _("The evidence is no longer attached; it stays with the region"))


@page("evaluation/answers/verification.html", sends=True)
def verification(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """Show what waits for the verifier, piece by piece; ``outcome`` is ``verified`` or ``returned``."""
    form = form_for(key, scope=by, now=now)
    refused: tuple[UUID, ReturnForm] | None = None
    if request.method == "POST":
        refused = _verify(request, key)
        if refused is None:
            return redirect("evaluation:verification", key)
    waiting = [(waiting, _return_form(waiting.row.evidence, refused)) for waiting in waiting_evidence(form)]
    context = {**frame(form), "waiting": waiting, "why_not": form.why_not(Action.VERIFY)}
    return context, 422 if refused else 200


def _verify(request: HttpRequest, key: int) -> tuple[UUID, ReturnForm] | None:
    """Store the verifier's decision; return the form if a return was refused."""
    by, now, piece = standing_of(request), timezone.now(), _key(request)
    node, number = request.POST.get("node", ""), typed_version(request.POST.get("number", ""))
    if request.POST.get("outcome") == "verified":
        operations.verify_attached(by=by, assessment=key, node=node, evidence=piece, number=number, now=now)
        messages.success(request, _("The evidence is verified"))
        return None
    form = ReturnForm(request.POST, auto_id=f"id_%s_{piece}")
    try:
        operations.return_attached(
            by=by,
            assessment=key,
            node=node,
            evidence=piece,
            number=number,
            reason=request.POST.get("reason", ""),
            now=now,
        )
    except Faults as refused:
        form.errors.pop("reason", None)  # the operation says it better
        for fault in refused.faults:
            form.add_error("reason", translate(fault.sentence, **fault.fields))
        return piece, form
    messages.success(request, _("The evidence goes back to its owner"))
    return None


def _return_form(piece: UUID, refused: tuple[UUID, ReturnForm] | None) -> ReturnForm:
    return refused[1] if refused and refused[0] == piece else ReturnForm(auto_id=f"id_%s_{piece}")


def _key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("evidence", ""))
    except ValueError:
        raise NotFound from None


def _back(request: HttpRequest, key: int, node: str, said: str) -> HttpResponse:
    return done(request, said, "evaluation:indicator", key, node)
