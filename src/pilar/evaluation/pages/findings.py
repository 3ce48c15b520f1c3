"""Findings of a panel: the list with a form, and one finding to change."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pilar.evaluation import operations
from pilar.evaluation.forms.marking import FindingForm
from pilar.evaluation.queries.findings import finding as one_finding
from pilar.evaluation.queries.findings import findings as all_findings
from pilar.people.signin import standing_of
from pilar.platform.errors import Faults
from pilar.platform.versions import Outdated


@login_required
def findings(request: HttpRequest, key: int) -> HttpResponse:
    """What the panel found, and a form for more."""
    by = standing_of(request)
    found = all_findings(key, scope=by)
    form = FindingForm(request.POST or None, nodes=found.nodes, initial={"node": request.GET.get("indikator", "")})
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("kind", "node", "text")}
        try:
            operations.write_finding(by=by, assessment=key, now=timezone.now(), **given)
        except Faults as error:
            form.tell(error)
        else:
            messages.success(request, _("The finding is kept"))
            return redirect("evaluation:findings", key)
    context = {"findings": found, "header": found.header, "form": form}
    return render(request, "evaluation/marking/findings.html", context)


@login_required
def finding(request: HttpRequest, key: int) -> HttpResponse:
    """One finding to change."""
    by = standing_of(request)
    found, row = one_finding(key, scope=by)
    initial = {"kind": row.kind, "node": row.node, "text": row.text, "version": row.version}
    form = FindingForm(request.POST or None, nodes=found.nodes, initial=initial)
    status, stored = 200, None
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("kind", "node", "text")}
        seen = form.cleaned_data["version"] or 0
        try:
            operations.edit_finding(by=by, finding=key, seen_version=seen, now=timezone.now(), **given)
        except Faults as error:
            form.tell(error)
        except Outdated as error:
            status, stored = error.status, error.stored
            form.data = form.data.copy()
            form.data["version"] = str(error.stored.version)
            form.add_error(None, error.text())
        else:
            messages.success(request, _("The finding is kept"))
            return redirect("evaluation:findings", found.header.key)
    context = {"row": row, "header": found.header, "form": form, "stored": stored}
    return render(request, "evaluation/marking/finding.html", context, status=status)


@login_required
@require_POST
def remove(request: HttpRequest, key: int) -> HttpResponse:
    """Take a finding back."""
    by = standing_of(request)
    found, _row = one_finding(key, scope=by)
    operations.remove_finding(by=by, finding=key)
    messages.success(request, _("The finding is taken back"))
    return redirect("evaluation:findings", found.header.key)
