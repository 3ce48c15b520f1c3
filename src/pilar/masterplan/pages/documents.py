"""The papers of a version: each as PDF and for Word, and all of them in one archive made in the background."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilar.design.views import done, file
from pilar.evidence.documents import document
from pilar.evidence.serving import archive_answer
from pilar.masterplan import operations, queries
from pilar.masterplan.documents import MEDIA_TYPES, PAPERS, Format, UnknownPaper, paper_of, written
from pilar.masterplan.documents.writing import file_name, law, stamp
from pilar.masterplan.pages.frame import framed
from pilar.masterplan.queries.books import beside_law, plan_book
from pilar.masterplan.queries.papers import may_order_papers, paper_batches
from pilar.masterplan.rules.stages import LAW
from pilar.people.rules import Standing
from pilar.people.signin import standing_of
from pilar.people.views import answer, button
from pilar.platform.language import translate


@require_safe
def documents(request: HttpRequest, key: int) -> HttpResponse:
    """The papers, and the newest archives for those who work on the plan."""
    by = standing_of(request)
    row = queries.version(key, scope=by)
    context = {
        "papers": [(paper.name, paper.title, translate(paper.says)) for paper in PAPERS],
        "law": law(row),
        "stamp": stamp(row),
        "may_order": may_order_papers(row, scope=by),
        "batches": paper_batches(row, scope=by, now=timezone.now()),
    }
    response = framed(request, row, "documents", "masterplan/documents.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def paper(request: HttpRequest, key: int, name: str, form: str) -> HttpResponse:
    """One paper as a file; for a version that is law it is cached, for a draft it is made on request."""
    by = standing_of(request)
    row = queries.version(key, scope=by)
    chosen = paper_of(name)
    if form not in list(Format):
        raise UnknownPaper
    kind = Format(form)
    title, media_type = file_name(row, chosen.name, kind.value), MEDIA_TYPES[kind]

    def make() -> bytes:
        return written(chosen, kind, plan_book(row))

    if row.state in LAW:
        response = document(
            request, chosen.name, kind, beside_law(row), by=by, make=make, name=title, media_type=media_type
        )
        # A law never changes, but the papers' own layout may: fresh for an hour.
        response["Cache-Control"] = "public, max-age=3600"
        return response
    return file(make(), title, media_type)


@button
def order(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Have all papers made."""
    operations.order_papers(by=by, version=key, now=now)
    return done(
        request, _("The documents are being made; this page shows how far they are"), "masterplan:documents", key
    )


@answer
@require_safe
def archive(request: HttpRequest, key: int, batch: int, *, by: Standing, now: datetime) -> HttpResponseBase:
    """The archive of a finished batch."""
    row = queries.version(key, scope=by)
    batch_row = paper_batches(row, scope=by, now=now).ready(batch)
    return archive_answer(batch_row, name=file_name(row, "dokumen", "zip"))
