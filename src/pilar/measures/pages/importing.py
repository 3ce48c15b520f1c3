"""Values from a file."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from pilar.areas import queries as areas
from pilar.design.import_files import template_text, template_workbook
from pilar.design.imports import ImportPage, look_then_store
from pilar.design.tables import KINDS
from pilar.design.views import file
from pilar.measures import queries
from pilar.measures.imports import COLUMNS, Values
from pilar.measures.rules.authority import Action, Case, may, reports_in
from pilar.people.rules import NotAllowed, NotFound, Standing
from pilar.people.signin import standing_of


@login_required
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """A file of values of the reader's measures, in two steps."""
    page = ImportPage(
        done=reverse("measures:measures", args=[code]),
        label=_("File with the values"),
        hint=_("XLSX or CSV with the columns ukuran, periode, nilai and, for corrections, alasan."),
        templates=(
            (_("File to begin with (XLSX)"), reverse("measures:import-book", args=[code])),
            (_("File to begin with (CSV)"), reverse("measures:import-sample", args=[code])),
        ),
        said=lambda count: (
            ngettext("%(count)s value is taken over", "%(count)s values are taken over", count) % {"count": count}
        ),
    )

    def draw(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
        return render(request, "measures/import.html", {"region": areas.region(code), **context}, status=status)

    return look_then_store(request, Values(reporter_of(request, code), code, timezone.now()), page, draw)


@login_required
@require_safe
def sample(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """A file to begin with: the next period of each measure that the reader reports, without a value."""
    by, now = reporter_of(request, code), timezone.now()
    rows = [
        (row.code, row.next_period, "", "")
        for row in queries.measures(code, scope=by, now=now, size=None)
        if may(by, Action.REPORT, row.case) and not row.closed
    ]
    content = template_text(COLUMNS, rows) if kind == "csv" else template_workbook({_("Values"): COLUMNS}, {0: rows})
    return file(content, f"nilai-{code}.{kind}", KINDS[kind])


def reporter_of(request: HttpRequest, code: str) -> Standing:
    by = standing_of(request)
    if not reports_in(by, code):
        raise NotAllowed if may(by, Action.READ, Case(code)) else NotFound
    return by
