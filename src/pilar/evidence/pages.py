"""The evidence of a region, one piece with its versions, and the files themselves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pilar.areas import queries as areas
from pilar.evidence import operations, queries, serving
from pilar.evidence.forms import EvidenceForm, ReturnForm, RevisionForm
from pilar.evidence.rules import VerificationState, readers_reach
from pilar.people.rules import NotAllowed, NotFound, Permission
from pilar.people.signin import standing_of
from pilar.platform.errors import Faults


@login_required
def region(request: HttpRequest, code: str) -> HttpResponse:
    """The evidence of a region as far as one reads it, and the form that adds to it."""
    by = standing_of(request)
    rows = queries.region_evidence(code, scope=by, page=_page(request))
    if not readers_reach(by).covers(code) and not rows.object_list:
        raise NotFound
    where = areas.region(code)
    places = queries.places(code, scope=by)
    if request.method == "POST" and not places:
        raise NotAllowed
    form = EvidenceForm(*_sent(request), places=places) if places else None
    if form is not None and request.method == "POST":
        key = form.add(by=by, region=code, now=timezone.now())
        if key is not None:
            messages.success(request, _("The evidence is added"))
            return redirect("evidence:evidence", key=key)
    context = {"region": where, "rows": rows, "form": form}
    return render(request, "evidence/region.html", context, status=200 if form is None else form.status)


@login_required
def evidence(request: HttpRequest, key: UUID) -> HttpResponse:
    """One piece of evidence with all its versions; a new version, and what the verifier says."""
    by, now = standing_of(request), timezone.now()
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
                messages.success(request, _("The new version is added"))
                return redirect("evidence:evidence", key=key)
        except Faults as error:
            form.tell(error)
    return _piece(
        request, versions, form=form if by.may(Permission.ADD_EVIDENCE, **adding) else None, return_form=ReturnForm()
    )


@require_safe
def file(request: HttpRequest, key: UUID, number: int) -> HttpResponseBase:
    """The file of one version, for whoever may read it; what is released needs no account."""
    by = standing_of(request)
    return serving.answer(request, queries.stored_file(key, number, scope=by), by=by)


@login_required
@require_POST
def verify(request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    """The verifier's buttons: ``outcome`` is ``verified`` or ``returned``."""
    by, now = standing_of(request), timezone.now()
    if request.POST.get("outcome") == VerificationState.VERIFIED:
        operations.verify(by=by, evidence=key, number=number, now=now)
        messages.success(request, _("The evidence is verified"))
        return redirect("evidence:evidence", key=key)
    form = ReturnForm(request.POST)
    if form.is_valid():
        try:
            operations.return_to_owner(by=by, evidence=key, number=number, reason=form.cleaned_data["reason"], now=now)
        except Faults as error:
            form.tell(error)
        else:
            messages.success(request, _("The evidence goes back to its owner"))
            return redirect("evidence:evidence", key=key)
    return _piece(request, queries.history(key, scope=by), form=None, return_form=form)


def _sent(request: HttpRequest) -> tuple[Any, ...]:
    """What a form was sent, also if that is nothing."""
    return (request.POST, request.FILES) if request.method == "POST" else ()


def _piece(
    request: HttpRequest,
    versions: tuple[queries.RevisionRow, ...],
    *,
    form: RevisionForm | None,
    return_form: ReturnForm,
) -> HttpResponse:
    by, newest = standing_of(request), versions[0]
    verifies = (
        by.may(Permission.VERIFY_EVIDENCE, area=newest.region_code)
        and by.account != newest.uploaded_by
        and newest.number == newest.newest
    )
    shown = {"newest": newest, "versions": versions, "form": form, "return_form": return_form, "verifies": verifies}
    status = max(200 if form is None else form.status, return_form.status)
    return render(request, "evidence/evidence.html", shown, status=status)


def _page(request: HttpRequest) -> int:
    given = request.GET.get("page", "1")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 7 else 1
