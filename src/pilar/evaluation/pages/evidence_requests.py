"""Requests for missing evidence: the list with a form, and one request with the region's reply."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pilar.evaluation import operations
from pilar.evaluation.forms.marking import ReplyForm, RequestForm
from pilar.evaluation.queries.evidence_requests import request as one_request
from pilar.evaluation.queries.evidence_requests import requests as all_requests
from pilar.evaluation.rules.authority import runs_campaigns
from pilar.evidence import queries as evidence
from pilar.evidence.forms import EvidenceForm
from pilar.people.rules import NotFound, Standing
from pilar.people.signin import standing_of
from pilar.platform.errors import Faults


@login_required
def requests(request: HttpRequest, key: int) -> HttpResponse:
    """The requests of one region, and a form that asks for more."""
    by, now = standing_of(request), timezone.now()
    found = all_requests(key, scope=by, now=now)
    form = RequestForm(
        request.POST or None,
        leaves=found.leaves,
        hours=found.hours,
        region_code=found.header.region_code,
        now=now,
        initial={"node": request.GET.get("indikator", "")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            operations.request_evidence(by=by, assessment=key, now=now, **form.cleaned_data)
        except Faults as error:
            form.tell(error)
        else:
            messages.success(request, _("The region is asked"))
            return redirect("evaluation:requests", key)
    context = {"requests": found, "header": found.header, "form": form, "runs": runs_campaigns(by)}
    return render(request, "evaluation/marking/requests.html", context)


@login_required
def evidence_request(request: HttpRequest, key: int) -> HttpResponse:
    """One request; who may answer it gets a form, and another that adds evidence to the region's."""
    by, now = standing_of(request), timezone.now()
    found, row, attached = one_request(key, scope=by, now=now)
    reply = None
    if row.mine:
        chosen = request.GET.getlist("bukti")
        reply = ReplyForm(
            request.POST or None, pieces=_pieces(found.header.region_code, by), initial={"evidence": chosen}
        )
        if request.method == "POST" and reply.is_valid():
            keys = [UUID(key) for key in reply.cleaned_data.get("evidence", ())]
            try:
                text = reply.cleaned_data["reply"]
                operations.answer_request(by=by, request=key, reply=text, evidence=keys, now=now)
            except Faults as error:
                reply.tell(error)
            else:
                messages.success(request, _("Your answer is with the panel"))
                return redirect("evaluation:request", key)
    places = evidence.places(found.header.region_code, scope=by) if row.mine else ()
    context = {
        "header": found.header,
        "row": row,
        "attached": attached,
        "reply": reply,
        "new": EvidenceForm(places=places) if places else None,
    }
    return render(request, "evaluation/marking/request.html", context)


@login_required
@require_POST
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Take an open request back."""
    operations.withdraw_request(by=standing_of(request), request=key, now=timezone.now())
    messages.success(request, _("The request is withdrawn"))
    return redirect("evaluation:request", key)


@login_required
@require_POST
def add_evidence(request: HttpRequest, key: int) -> HttpResponse:
    """Add a piece of evidence to the region's and choose it for the reply."""
    by, now = standing_of(request), timezone.now()
    found, row, attached = one_request(key, scope=by, now=now)
    places = evidence.places(found.header.region_code, scope=by)
    if not row.mine or not places:
        raise NotFound
    form = EvidenceForm(request.POST, request.FILES, places=places)
    piece = form.add(by=by, region=found.header.region_code, now=now)
    if piece is not None:
        messages.success(request, _("The evidence is added: send it with your reply"))
        return redirect(f"{reverse('evaluation:request', args=[key])}?bukti={piece}")
    reply = ReplyForm(pieces=_pieces(found.header.region_code, by))
    context = {"header": found.header, "row": row, "attached": attached, "reply": reply, "new": form}
    return render(request, "evaluation/marking/request.html", context, status=422)


def _pieces(region: str, by: Standing) -> list[tuple[str, str]]:
    """The region's newest evidence, to choose from."""
    found = evidence.region_evidence(region, scope=by, size=evidence.LARGEST_PAGE)
    return [(str(piece.evidence), piece.title) for piece in found]
