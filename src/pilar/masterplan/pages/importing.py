"""Programmes as a workbook: taken away, sent, shown row by row, and stored when that is confirmed."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pilar.evidence.receiving import OversizedFile
from pilar.masterplan import operations, queries, wording
from pilar.masterplan.documents.programmes import XLSX, programmes_workbook
from pilar.masterplan.pages.frame import framed
from pilar.masterplan.queries import ImportRow, VerdictRow, VersionRow
from pilar.masterplan.rules.authority import Action, Case, require
from pilar.masterplan.rules.content import Content
from pilar.masterplan.wording import FieldChange
from pilar.people.signin import standing_of
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.language import mark, translate

ROWS = 25
"""Programmes on a page of a preview."""


@require_safe
def programmes(request: HttpRequest, key: int) -> HttpResponse:
    """The programmes of a version as a workbook: of law for everybody."""
    row = queries.version(key, scope=standing_of(request))
    rows = [(one.code, one.content) for one in queries.programmes(row)]
    return _workbook(request, row, rows, f"program-{slugify(row.plan.region_name)}-v{row.number}.xlsx")


@login_required
@require_safe
def proposals(request: HttpRequest, key: int) -> HttpResponse:
    """The proposals that the reader sees as a workbook; with ``blank`` the sheets alone."""
    by = standing_of(request)
    row = queries.proposing_version(key, scope=by)
    rows = [] if "blank" in request.GET else queries.proposed_contents(row, scope=by)
    name = "formulir-program.xlsx" if "blank" in request.GET else f"usulan-{slugify(row.plan.region_name)}.xlsx"
    return _workbook(request, row, rows, name)


@login_required
def imports(request: HttpRequest, key: int) -> HttpResponse:
    """Send a workbook; one that is being imported already is shown."""
    by, now = standing_of(request), timezone.now()
    row = queries.proposing_version(key, scope=by)
    require(by, Action.EDIT_PROPOSALS, Case(row.plan.region, None, row.state), known=True)
    faults: list[str] = []
    status = 200
    if request.method == "POST":
        try:
            name, content = _upload(request)
            made = operations.upload_programmes(by=by, version=key, name=name, content=content, now=now)
        except PilarError as error:
            told = error.faults if isinstance(error, Faults) else ()
            faults = [translate(one.sentence, **one.fields) for one in told] or [error.text()]
            status = error.status
        else:
            return redirect("masterplan:import", made)
    context = {"faults": faults, "open": queries.latest_import(row, now=now)}
    return framed(request, row, "proposals", "masterplan/proposals/imports.html", context, status=status)


@login_required
@require_safe
def one(request: HttpRequest, key: int) -> HttpResponse:
    """How far an import is, and what becomes of each row."""
    return _page(request, queries.import_row(key, scope=standing_of(request), now=timezone.now()))


@login_required
@require_POST
def confirm(request: HttpRequest, key: int) -> HttpResponse:
    """Store what the preview shows."""
    judged = request.POST.get("judged", "")
    operations.confirm_import(by=standing_of(request), key=key, judged=judged, now=timezone.now())
    return redirect("masterplan:import", key)


@login_required
@require_POST
def drop(request: HttpRequest, key: int) -> HttpResponse:
    """Give an import up; nothing was stored."""
    by, now = standing_of(request), timezone.now()
    version = queries.import_row(key, scope=by, now=now).version.key
    operations.drop_import(by=by, key=key, now=now)
    messages.success(request, _("The workbook is thrown away; nothing was stored"))
    return redirect("masterplan:imports", version)


def _page(request: HttpRequest, found: ImportRow) -> HttpResponse:
    counts = {outcome.value: count for outcome, count in found.counts.items()}
    offices = queries.office_names(found.version.plan.region)
    page = Paginator(found.rows, ROWS).get_page(request.GET.get("page"))
    context = {
        "found": found,
        "counts": counts,
        "more_faults": max(found.fault_count - len(found.faults), 0),
        "more_notes": max(found.note_count - len(found.notes), 0),
        "rows": [(one, _values(one, offices)) for one in page],
        "page": page,
        "more_rows": max(found.row_count - len(found.rows), 0),
    }
    return framed(request, found.version, "proposals", "masterplan/proposals/import.html", context)


def _values(one: VerdictRow, offices: Mapping[int, str]) -> tuple[FieldChange, ...]:
    """What would be stored of a programme: all of it, or what differs from what stands."""
    if one.content is None:
        return ()
    if one.before is None:
        return wording.content_fields(one.content, offices)
    return wording.content_changes(one.before, one.content, offices)


def _upload(request: HttpRequest) -> tuple[str, bytes]:
    upload = request.FILES.get("file")
    if upload is None:
        raise Faults([Fault("no-file", mark("Choose an Excel workbook (.xlsx)"), {}, "file")])
    if isinstance(upload, OversizedFile):
        raise Faults([Fault("file-too-large", mark("The file is too large; send it in several parts"), {}, "file")])
    return upload.name or "", upload.read()


def _workbook(request: HttpRequest, row: VersionRow, rows: list[tuple[str, Content]], name: str) -> HttpResponse:
    choices = queries.content_choices(row.plan, scope=standing_of(request))
    years = range(row.plan.first_year, row.plan.last_year + 1)
    content = programmes_workbook(rows, title=row.plan.title, years=years, choices=choices)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)
