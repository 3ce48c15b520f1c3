"""Results as files: sheets of regions, and of a phase the report, the workbook and the data.

What is published is open to everybody; any other version only to who may read its page.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from pilar.evaluation.conditional import public
from pilar.evaluation.documents.sheet import result_sheet
from pilar.evaluation.queries import PUBLIC
from pilar.evaluation.queries import sheets as reads
from pilar.evaluation.queries.sheets import Sheet
from pilar.people.signin import standing_of

PDF = "application/pdf"


@public
def computed_sheet(
    request: HttpRequest, code: str, number: int, region: str, version: int | None = None
) -> HttpResponse:
    """The sheet of a published result."""
    return _sheet(reads.public_sheet(code, number, region, scope=PUBLIC, version=version))


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


def _sheet(sheet: Sheet) -> HttpResponse:
    return _file(result_sheet(sheet), PDF, f"{sheet_name(sheet)}.pdf", inline=True)


def sheet_name(sheet: Sheet) -> str:
    """``lembar-hasil-36.03-kabupaten-tangerang-2025-2-v1-id``."""
    region, header = sheet.line.region, sheet.header
    said = (region.code, slugify(region.name), header.year, header.number, f"v{sheet.snapshot.version}")
    return "-".join(["lembar-hasil", *map(str, said), (get_language() or "id")[:2]])


def _file(content: bytes, media_type: str, name: str, *, inline: bool = False) -> HttpResponse:
    kind = "inline" if inline else "attachment"
    headers = {"Content-Disposition": f'{kind}; filename="{name}"', "Content-Length": str(len(content))}
    return HttpResponse(content, content_type=media_type, headers=headers)


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response
