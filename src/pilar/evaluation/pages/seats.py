"""Seats on panels from a file, by the secretariat."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from pilar.design.import_files import template_workbook
from pilar.design.imports import ImportPage, look_then_store
from pilar.design.sheets import XLSX
from pilar.design.views import file
from pilar.evaluation.imports import PanelSeats
from pilar.evaluation.queries.campaigns import head
from pilar.evaluation.queries.seating import seating
from pilar.people.rules import Standing
from pilar.people.views import answer


@answer
def import_seats(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> HttpResponse:
    """The seats of many panels: looked at row by row, then given."""
    seating(code, by=by, now=now)
    page = ImportPage(
        done=reverse("evaluation:panels", args=[code]),
        label=_("Seats on panels"),
        hint=_("XLSX or CSV, a row for each seat. Seats that stand stay; nobody is told before you store."),
        templates=((_("Template (XLSX)"), reverse("evaluation:seats-template", args=[code])),),
        said=lambda count: ngettext("%(count)s seat is given", "%(count)s seats are given", count) % {"count": count},
        final=_("Who gets a seat is told. A chair that another one replaces keeps an ordinary seat."),
    )
    campaign = head(code, scope=by)

    def draw(request: HttpRequest, shown: dict[str, Any], status: int) -> HttpResponse:
        return render(request, "evaluation/campaigns/seats.html", {"row": campaign.row, **shown}, status=status)

    return look_then_store(request, PanelSeats(by, code, now), page, draw)


@answer
@require_safe
def seats_template(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> HttpResponse:
    """The workbook to begin with."""
    seating(code, by=by, now=now)
    content = template_workbook({_("Panels"): PanelSeats(by, code, now).columns()})
    return file(content, f"panel-{code}.xlsx", XLSX)
