"""The result sheets of all regions: ordered, watched while they are made, fetched."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilar.design.views import done
from pilar.evaluation import operations
from pilar.evaluation.queries import batches as reads
from pilar.evaluation.rules.authority import runs_campaigns
from pilar.evaluation.rules.sheets import LANGUAGES
from pilar.evidence.serving import archive_answer
from pilar.people.rules import Standing
from pilar.people.views import answer
from pilar.platform.language import translate


@answer
def sheets(request: HttpRequest, code: str, number: int, version: int, *, by: Standing, now: datetime) -> HttpResponse:
    """The batches of a version and how far they are; order one."""
    if request.method == "POST":
        operations.order_sheets(
            by=by,
            campaign=code,
            phase=number,
            version=version,
            language=request.POST.get("language", "id"),
            now=now,
        )
        return done(
            request,
            _("The sheets are being made; this page shows how far they are"),
            "evaluation:sheets",
            code,
            number,
            version,
        )
    batches = reads.batches(code, number, version, by=by, now=now)
    languages = [(code, translate(name)) for code, name in LANGUAGES.items()]
    context = {
        "batches": batches.batches,
        "header": batches.header,
        "snapshot": batches.snapshot,
        "languages": languages,
        "runs": runs_campaigns(by),
    }
    response = render(request, "evaluation/cycle/results/sheets.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@answer
@require_safe
def sheets_file(
    request: HttpRequest, code: str, number: int, version: int, key: int, *, by: Standing, now: datetime
) -> HttpResponseBase:
    """The archive of a batch that is done."""
    batch = reads.batches(code, number, version, by=by, now=now).batches.ready(key)
    return archive_answer(batch, name=f"lembar-hasil-{code}-{number}-v{version}-{batch.variant}.zip")
