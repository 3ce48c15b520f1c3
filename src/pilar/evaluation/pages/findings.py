"""Findings of a panel: the list with a form, and one finding to change."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from pilar.design.final_acts import Check, Done, confirm
from pilar.evaluation import operations
from pilar.evaluation.forms.marking import FindingForm
from pilar.evaluation.queries.findings import finding as one_finding
from pilar.evaluation.queries.findings import findings as all_findings
from pilar.people.rules import NotAllowed, NotFound
from pilar.people.signin import standing_of
from pilar.platform.errors import Faults
from pilar.platform.versions import Outdated


@login_required
def findings(request: HttpRequest, key: int) -> HttpResponse:
    """What the panel found, and a form for more."""
    by = standing_of(request)
    found = all_findings(key, scope=by)
    sent, initial = request.POST if request.method == "POST" else None, {"node": request.GET.get("indikator", "")}
    form = FindingForm(sent, nodes=found.nodes, initial=initial)
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
def remove(request: HttpRequest, key: int) -> HttpResponse:
    """Take a finding back; ``dari`` of the address is the assessment, to which a second click leads."""
    by = standing_of(request)

    def look() -> Check | Done:
        try:
            found, row = one_finding(key, scope=by)
        except NotFound:
            gone = request.GET.get("dari", "")
            if request.method != "POST" or not gone.isdecimal() or len(gone) > 18:
                raise
            return _removed(all_findings(int(gone), scope=by).header.key)
        if not row.mine:
            raise NotAllowed
        return Check(
            title=_("Check before you take the finding back"),
            act=_("Take the finding back"),
            about=found.header.region,
            will=(
                _("“%(text)s” is deleted; only the log keeps it.") % {"text": Truncator(row.text).chars(200)},
                _("The panel, and later the region, no longer read it."),
            ),
            trail=((_("Finding"), reverse("evaluation:finding", args=[key])),),
            state=str(row.version),
        )

    def act() -> Done:
        found, _row = one_finding(key, scope=by)
        operations.remove_finding(by=by, finding=key)
        return _removed(found.header.key)

    return confirm(request, look, act)


def _removed(assessment: int) -> Done:
    return Done(_("The finding is taken back"), reverse("evaluation:findings", args=[assessment]))
