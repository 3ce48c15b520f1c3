"""Results as files: sheets of regions, and of a phase the report, the workbook and the data.

What is published is open to everybody; any other version only to who may read its page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from pilar.evaluation import queries
from pilar.evaluation.conditional import public
from pilar.evaluation.documents.national import national_report
from pilar.evaluation.documents.opendata import open_data
from pilar.evaluation.documents.sheet import result_sheet, sheet_name
from pilar.evaluation.documents.statements import statement_sheet
from pilar.evaluation.documents.workbook import results_workbook
from pilar.evaluation.documents.writing import language
from pilar.evaluation.queries import PUBLIC
from pilar.evaluation.queries import sheets as reads
from pilar.evaluation.queries.printed_changes import printed_changes
from pilar.evaluation.queries.sheets import Book, Sheet
from pilar.evaluation.workbooks import XLSX
from pilar.people.signin import standing_of

PDF, ZIP = "application/pdf", "application/zip"


@dataclass(frozen=True)
class Kind:
    """A file about a whole phase."""

    name: str
    media_type: str
    make: Callable[[Book], bytes]


KINDS = {
    "laporan.pdf": Kind("laporan-nasional", PDF, national_report),
    "buku-kerja.xlsx": Kind("buku-kerja", XLSX, results_workbook),
    "data.zip": Kind("data-terbuka", ZIP, open_data),
}
"""By the last part of their address."""


@public
def computed_file(request: HttpRequest, code: str, number: int, file: str, version: int | None = None) -> HttpResponse:
    """The report, the workbook or the open data of a published version."""
    return _whole(reads.public_book(code, number, scope=PUBLIC, version=version), file)


@login_required
@require_safe
def version_file(request: HttpRequest, code: str, number: int, version: int, file: str) -> HttpResponse:
    """The same of any version, for the secretariat."""
    return _private(_whole(reads.version_book(code, number, version, by=standing_of(request)), file))


@public
def computed_sheet(
    request: HttpRequest, code: str, number: int, region: str, version: int | None = None
) -> HttpResponse:
    """The sheet of a published result."""
    return _sheet(reads.public_sheet(code, number, region, scope=PUBLIC, version=version))


@public
def stated_sheet(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """What sources print about a region in one year."""
    profile = queries.region_profile(code, scope=PUBLIC)
    found = profile.year(year)
    if found is None:
        raise queries.NothingStated(region=profile.region.name, year=year)
    loaded_at = queries.freshness(scope=PUBLIC).loaded_at or timezone.now()
    name = f"hasil-terumumkan-{profile.region.code}-{slugify(profile.region.name)}-{year}-{language()}.pdf"
    content = statement_sheet(profile, found, printed_changes(profile, year), made_at=loaded_at)
    return _file(content, PDF, name, inline=True)


@login_required
@require_safe
def own_sheet(request: HttpRequest, key: int) -> HttpResponse:
    """The sheet of a region for its team, with what the panel wrote."""
    return _private(_sheet(reads.own_sheet(key, by=standing_of(request), now=timezone.now())))


@login_required
@require_safe
def version_sheet(request: HttpRequest, code: str, number: int, version: int, region: str) -> HttpResponse:
    """The sheet of any version, for the secretariat."""
    return _private(_sheet(reads.version_sheet(code, number, version, region, by=standing_of(request))))


def _whole(book: Book, file: str) -> HttpResponse:
    kind, header = KINDS[file], book.header
    said = (kind.name, slugify(header.campaign), header.number, f"v{book.snapshot.version}", language())
    name = "-".join(map(str, said)) + "." + file.rpartition(".")[2]
    return _file(kind.make(book), kind.media_type, name, inline=kind.media_type == PDF)


def _sheet(sheet: Sheet) -> HttpResponse:
    return _file(result_sheet(sheet), PDF, f"{sheet_name(sheet)}.pdf", inline=True)


def _file(content: bytes, media_type: str, name: str, *, inline: bool = False) -> HttpResponse:
    kind = "inline" if inline else "attachment"
    headers = {"Content-Disposition": f'{kind}; filename="{name}"', "Content-Length": str(len(content))}
    return HttpResponse(content, content_type=media_type, headers=headers)


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response
