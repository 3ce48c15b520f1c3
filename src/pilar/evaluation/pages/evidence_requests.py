"""Requests for missing evidence: the list with a form, and one request with the region's reply."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pilar.areas.reference import local
from pilar.design.final_acts import Check, Done, confirm, with_tick
from pilar.design.forms import posted, stored
from pilar.design.tables import Asked, Column, Table
from pilar.design.views import done
from pilar.evaluation import operations
from pilar.evaluation.forms.marking import ReplyForm, RequestForm
from pilar.evaluation.queries.evidence_requests import request as one_request
from pilar.evaluation.queries.evidence_requests import requests as all_requests
from pilar.evaluation.rules.authority import reads_campaigns
from pilar.evaluation.rules.evidence_requests import RequestClosed, RequestState
from pilar.evidence import queries as evidence
from pilar.evidence.forms import EvidenceForm
from pilar.evidence.listing import EVIDENCE
from pilar.people.rules import NotAllowed, NotFound, Standing
from pilar.people.views import Shown, answer, button, page


@page("evaluation/marking/requests.html", sends=True)
def requests(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """The requests of one region, and a form that asks for more."""
    requests = all_requests(key, scope=by, now=now)
    form = RequestForm(
        posted(request),
        leaves=requests.leaves,
        hours=requests.hours,
        region_code=requests.header.region_code,
        now=now,
        initial={"node": request.GET.get("indikator", "")},
    )
    if stored(form, lambda: operations.request_evidence(by=by, assessment=key, now=now, **form.cleaned_data)):
        return done(request, _("The region is asked"), "evaluation:requests", key)
    region = requests.header.region_code
    table = Table(
        _("Requests for evidence"),
        Column("title", _("Indicator")),
        Column("office", _("Office"), on_page=False),
        Column("text", _("Which evidence is missing")),
        Column("deadline", _("Deadline"), lambda row: local(row.deadline, region)),
        Column("state_name", _("State")),
        Column("reply", _("Reply"), on_page=False),
    )
    listed = table.of(requests.rows, Asked.of(request, beside=("indikator",)), about=region)
    return {"requests": requests, "rows": listed, "header": requests.header, "form": form, "runs": reads_campaigns(by)}


@answer
def evidence_request(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """One request; who may answer it gets a form, and another that adds evidence to the region's."""
    requests, row, _attached = one_request(key, scope=by, now=now)
    if not row.mine and (request.method != "POST" or row.answered_at is None):
        return _one(request, {}, key, by)
    reply = ReplyForm(
        posted(request),
        pieces=_pieces(requests.header.region_code, by),
        initial={"evidence": request.GET.getlist("bukti")},
    )

    def act() -> Done:
        keys = [UUID(key) for key in reply.cleaned_data.get("evidence", ())]
        text = reply.cleaned_data["reply"]
        operations.answer_request(by=by, request=key, reply=text, evidence=keys, now=now)
        return _answered(key)

    def page(request: HttpRequest, shown: dict[str, Any], status: int) -> HttpResponse:
        return _one(request, {"reply": reply, **shown}, key, by, status=status)

    return confirm(request, lambda: _answer_check(key, by), act, form=reply, page=page)


@answer
def withdraw(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Take an open request back."""
    done = Done(_("The request is withdrawn"), reverse("evaluation:request", args=[key]))

    def look() -> Check | Done:
        requests, row, _attached = one_request(key, scope=by, now=now)
        withdrawn = row.state is RequestState.WITHDRAWN and requests.asks
        if not row.withdrawable and not withdrawn:
            raise RequestClosed if requests.asks and row.state is not RequestState.OPEN else NotAllowed
        if withdrawn:
            return done
        return Check(
            title=_("Check before you withdraw the request"),
            act=_("Withdraw the request"),
            about=f"{row.title}, {requests.header.region}",
            will=(
                _("The region no longer answers it, and its notice is taken off the lists."),
                _("Anybody who needs the evidence after all has to ask again, with a new deadline."),
            ),
            trail=((f"{row.title}", done.address),),
            state=row.state,
        )

    def act() -> Done:
        operations.withdraw_request(by=by, request=key, now=now)
        return done

    return confirm(request, look, act)


def _answer_check(key: int, by: Standing) -> Check | Done:
    requests, row, attached = one_request(key, scope=by, now=timezone.now())
    if row.answered_at:
        return _answered(key)
    return Check(
        title=_("Check before you answer the request"),
        act=_("Send to the panel"),
        about=f"{row.title}",
        will=(
            _("%(name)s, who asked, gets a notice.") % {"name": row.asked_by},
            _("The evidence counts in the versions of now."),
            _("The reply is not changed any more; a further one needs a further request."),
        ),
        counts=((_("Evidence at this indicator"), str(len(attached))),),
        trail=((requests.header.region, reverse("evaluation:requests", args=[requests.header.key])),),
        state=row.state,
    )


def _answered(key: int) -> Done:
    return Done(_("The answer is with the panel"), reverse("evaluation:request", args=[key]))


@button
def add_evidence(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Add a piece of evidence to the region's and choose it for the reply."""
    requests, row, _attached = one_request(key, scope=by, now=now)
    places = evidence.places(requests.header.region_code, scope=by)
    if not row.mine or not places:
        raise NotFound
    form = EvidenceForm(request.POST, request.FILES, places=places)
    piece = form.add(by=by, region=requests.header.region_code, now=now)
    if piece is not None:
        return done(
            request,
            _("The evidence is added: send it with your reply"),
            f"{reverse('evaluation:request', args=[key])}?bukti={piece}",
        )
    reply = ReplyForm(pieces=_pieces(requests.header.region_code, by))
    shown = {"reply": reply, "new": form, "check": _answer_check(key, by), "form": with_tick(reply)}
    return _one(request, shown, key, by, status=422)


def _one(request: HttpRequest, shown: dict[str, Any], key: int, by: Standing, *, status: int = 200) -> HttpResponse:
    requests, row, attached = one_request(key, scope=by, now=timezone.now())
    places = evidence.places(requests.header.region_code, scope=by) if row.mine else ()
    context = {
        "header": requests.header,
        "row": row,
        "attached": EVIDENCE.of(attached),
        "new": EvidenceForm(places=places) if places else None,
        **shown,
    }
    return render(request, "evaluation/marking/request.html", context, status=status)


def _pieces(region: str, by: Standing) -> list[tuple[str, str]]:
    """The region's newest evidence, to choose from."""
    pieces = evidence.region_evidence(region, scope=by, size=evidence.MAX_PAGE)
    return [(str(piece.evidence), piece.title) for piece in pieces]
