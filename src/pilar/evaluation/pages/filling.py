"""The workbooks of many regions as one file, by the secretariat; and the region's word for what was filled in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pilar.design.imports import ImportPage, look_then_store
from pilar.design.views import done
from pilar.evaluation import operations
from pilar.evaluation.imports import RegionForms
from pilar.evaluation.queries.campaigns import head
from pilar.evaluation.queries.filling import phase_to_fill
from pilar.people.rules import Standing
from pilar.people.views import answer, button


@answer
def fill_in(request: HttpRequest, code: str, number: int, *, by: Standing, now: datetime) -> HttpResponse:
    """The workbooks of a phase's regions: looked at file by file, then stored as drafts of those without faults."""
    phase = phase_to_fill(code, number, by=by)
    page = ImportPage(
        done=reverse("evaluation:progress", args=[code, number]),
        label=_("The regions’ workbooks"),
        hint=_(
            "A ZIP with the workbook of each region, or several workbooks at once: XLSX, as each region exports its "
            "form. You see first what each file would change."
        ),
        said=lambda count: (
            ngettext(
                "The draft of %(count)s region is stored; its coordinators are told",
                "The drafts of %(count)s regions are stored; their coordinators are told",
                count,
            )
            % {"count": count}
        ),
        final=_(
            "Files with faults are left out: nothing of them is stored. The others become drafts of their regions, "
            "marked as filled in by the secretariat; each region confirms or changes them before it submits."
        ),
        accept=".zip,.xlsx",
        act=_("Store the files without faults"),
        several=True,
        partly=True,
    )
    campaign = head(code, scope=by)

    def draw(request: HttpRequest, shown: dict[str, Any], status: int) -> HttpResponse:
        context = {"row": campaign.row, "number": number, **shown}
        return render(request, "evaluation/campaigns/fill_in.html", context, status=status)

    return look_then_store(request, RegionForms(by, phase.key, now), page, draw)


@button
def confirm_filled(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Stand by what the secretariat filled in."""
    seen = {}
    for text in request.POST.getlist("seen"):
        node, _space, version = text.rpartition(" ")
        if version.isascii() and version.isdigit() and len(version) < 10:
            seen[node] = int(version)
    count = operations.confirm_filled(by=by, assessment=key, seen=seen, now=now)
    said = ngettext("%(count)s answer is confirmed", "%(count)s answers are confirmed", count) % {"count": count}
    return done(request, said, "evaluation:assessment", key)
