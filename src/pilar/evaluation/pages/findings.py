"""Findings of a panel: the list with a form, and one finding to change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from pilar.design.final_acts import Check, Done, confirm
from pilar.design.forms import posted, stored
from pilar.design.views import done
from pilar.evaluation import operations
from pilar.evaluation.forms.marking import FindingForm
from pilar.evaluation.queries.findings import finding as one_finding
from pilar.evaluation.queries.findings import findings as all_findings
from pilar.people.rules import NotAllowed, NotFound, Standing
from pilar.people.views import Shown, answer, page


@page("evaluation/marking/findings.html", sends=True)
def findings(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """Show what the panel found, and a form for more."""
    findings = all_findings(key, scope=by)
    form = FindingForm(posted(request), nodes=findings.nodes, initial={"node": request.GET.get("indikator", "")})
    if stored(form, lambda: operations.write_finding(by=by, assessment=key, now=now, **_given(form))):
        return done(request, _("The finding is kept"), "evaluation:findings", key)
    return {"findings": findings, "header": findings.header, "form": form}


@page("evaluation/marking/finding.html", sends=True)
def finding(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """One finding to change."""
    findings, row = one_finding(key, scope=by)
    initial = {"kind": row.kind, "node": row.node, "text": row.text, "version": row.version}
    form = FindingForm(posted(request), nodes=findings.nodes, initial=initial)
    named = {"by": by, "finding": key, "now": now}
    if stored(
        form,
        lambda: operations.edit_finding(seen_version=form.cleaned_data["version"] or 0, **named, **_given(form)),
    ):
        return done(request, _("The finding is kept"), "evaluation:findings", findings.header.key)
    return {"row": row, "header": findings.header, "form": form, "stored": form.there}


def _given(form: FindingForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("kind", "node", "text")}


@answer
def remove(request: HttpRequest, key: int, *, by: Standing) -> HttpResponse:
    """Take a finding back; ``dari`` of the address is the assessment, to which a second click leads."""

    def look() -> Check | Done:
        try:
            findings, row = one_finding(key, scope=by)
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
            about=findings.header.region,
            will=(
                _("“%(text)s” is deleted; only the log keeps it.") % {"text": Truncator(row.text).chars(200)},
                _("The panel, and later the region, no longer read it."),
            ),
            trail=((_("Finding"), reverse("evaluation:finding", args=[key])),),
            state=str(row.version),
        )

    def act() -> Done:
        findings, _row = one_finding(key, scope=by)
        operations.remove_finding(by=by, finding=key)
        return _removed(findings.header.key)

    return confirm(request, look, act)


def _removed(assessment: int) -> Done:
    return Done(_("The finding is taken back"), reverse("evaluation:findings", args=[assessment]))
