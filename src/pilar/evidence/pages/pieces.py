"""The evidence of a region, one piece with its versions, and the files themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilar.areas import queries as areas
from pilar.design.forms import stored
from pilar.design.tables import Asked
from pilar.design.views import done, drawn
from pilar.evidence import operations, queries, serving
from pilar.evidence.forms import EvidenceForm, ReturnForm, RevisionForm
from pilar.evidence.listing import EVIDENCE
from pilar.evidence.rules import VerificationState, readers_reach
from pilar.people.rules import NotAllowed, NotFound, Permission, Standing
from pilar.people.signin import standing_of
from pilar.people.views import Shown, button, page
from pilar.platform.errors import Faults

PIECE = "evidence/evidence.html"


@page("evidence/region.html", sends=True)
def region(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> Shown:
    """The evidence of a region as far as one reads it, and the form that adds to it."""
    asked = Asked.of(request)
    rows = queries.region_evidence(code, scope=by, **asked.part)
    if not readers_reach(by).covers(code) and not rows:
        raise NotFound
    where = areas.region(code)
    places = queries.places(code, scope=by)
    if request.method == "POST" and not places:
        raise NotAllowed
    form = EvidenceForm(*_sent(request), places=places) if places else None
    if form is not None and request.method == "POST":
        key = form.add(by=by, region=code, now=now)
        if key is not None:
            return done(request, _("The evidence is added"), "evidence:evidence", key=key)
    return {"region": where, "rows": EVIDENCE.of(rows, asked, about=code), "form": form}


@page(PIECE, sends=True)
def evidence(request: HttpRequest, key: UUID, *, by: Standing, now: datetime) -> Shown:
    """One piece of evidence with all its versions; a new version, and what the verifier says."""
    versions = queries.history(key, scope=by)
    newest = versions[0]
    adding = {"area": newest.region_code, "office": newest.office}
    form = RevisionForm(*_sent(request))
    if request.method == "POST":
        by.require(Permission.ADD_EVIDENCE, **adding)
        content = form.take(by=by, region=newest.region_code, office=newest.office, now=now)
        try:
            if content is not None:
                note = form.cleaned_data["note"]
                operations.add_revision(by=by, evidence=key, content=content, note=note, now=now)
                return done(request, _("The new version is added"), "evidence:evidence", key=key)
        except Faults as error:
            form.tell(error)
    return _piece(by, versions, form if by.may(Permission.ADD_EVIDENCE, **adding) else None, ReturnForm())


@require_safe
def file(request: HttpRequest, key: UUID, number: int) -> HttpResponseBase:
    """The file of one version, for anyone who may read it; what is released needs no account."""
    by = standing_of(request)
    return serving.answer(request, queries.stored_file(key, number, scope=by), by=by)


@button
def verify(request: HttpRequest, key: UUID, number: int, *, by: Standing, now: datetime) -> HttpResponse:
    """The verifier's buttons: ``outcome`` is ``verified`` or ``returned``."""
    if request.POST.get("outcome") == VerificationState.VERIFIED:
        operations.verify(by=by, evidence=key, number=number, now=now)
        return done(request, _("The evidence is verified"), "evidence:evidence", key=key)
    versions = queries.history(key, scope=by)
    by.require(Permission.VERIFY_EVIDENCE, area=versions[0].region_code)
    form = ReturnForm(request.POST)
    named = {"by": by, "evidence": key, "number": number, "now": now}
    if stored(form, lambda: operations.return_to_owner(**named, reason=form.cleaned_data["reason"])):
        return done(request, _("The evidence goes back to its owner"), "evidence:evidence", key=key)
    return drawn(request, PIECE, _piece(by, versions, None, form))


def _sent(request: HttpRequest) -> tuple[Any, ...]:
    """Return what a form was sent, also if that is nothing."""
    return (request.POST, request.FILES) if request.method == "POST" else ()


def _piece(
    by: Standing, versions: tuple[queries.RevisionRow, ...], form: RevisionForm | None, return_form: ReturnForm
) -> dict[str, Any]:
    newest = versions[0]
    verifies = (
        by.may(Permission.VERIFY_EVIDENCE, area=newest.region_code)
        and by.account != newest.uploaded_by
        and newest.number == newest.newest
    )
    return {
        "newest": newest,
        "versions": EVIDENCE.of(versions),
        "form": form,
        "return_form": return_form,
        "verifies": verifies,
    }
