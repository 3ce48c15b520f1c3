"""Results as files: sheets of regions, and of a phase the report, the workbook and the data.

What is published is open to everybody; any other version only to anyone who may read its page.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pilar.design.sheets import XLSX
from pilar.design.views import file as private
from pilar.evaluation import queries
from pilar.evaluation.conditional import public, signed
from pilar.evaluation.documents.national import national_report
from pilar.evaluation.documents.opendata import CHECKER, checker, open_data
from pilar.evaluation.documents.sheet import result_sheet, sheet_name
from pilar.evaluation.documents.statements import statement_sheet
from pilar.evaluation.documents.workbook import results_workbook
from pilar.evaluation.queries import PUBLIC, seals
from pilar.evaluation.queries import sheets as reads
from pilar.evaluation.queries.computed import ComputedNotFound
from pilar.evaluation.queries.printed_changes import printed_changes
from pilar.evaluation.queries.rows import RegionRow
from pilar.evaluation.queries.sheets import Book, Sheet
from pilar.evaluation.queries.snapshots import PhaseHeader, SnapshotRow
from pilar.evaluation.rules.publishing import SHEET, sheet_key
from pilar.evidence.documents import document
from pilar.evidence.queries import signature
from pilar.evidence.serving import signed_answer
from pilar.people.rules import Standing
from pilar.people.signin import standing_of
from pilar.people.views import Shown, answer, page
from pilar.platform import limits
from pilar.platform.language import reader_language

PUBLISHED = limits.Limit("published-now", most=10)
"""Read from all that is published (assumption)."""
PDF, ZIP, JSON = "application/pdf", "application/zip", "application/json"


MAX_SHOWN = 60
"""Lines of the page of seals; the files hold all of them."""


@dataclass(frozen=True)
class Kind:
    """A file about a whole phase."""

    name: str
    media_type: str
    make: Callable[[Book], bytes]


def _proof(book: Book) -> bytes:
    """Return what proves that a version was published as it is. Raises ComputedNotFound for one that is not
    published."""
    header = book.header
    proof = seals.proof(header.campaign, header.number, book.snapshot.version, scope=PUBLIC)
    if proof is None:
        raise ComputedNotFound
    return _json(proof)


def _json(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


KINDS = {
    "laporan.pdf": Kind("laporan-nasional", PDF, national_report),
    "hasil.xlsx": Kind("hasil", XLSX, results_workbook),
    "data.zip": Kind("data-terbuka", ZIP, open_data),
    "segel.json": Kind("segel", JSON, _proof),
}
"""By the last part of their address."""


@public
def computed_file(request: HttpRequest, code: str, number: int, file: str, version: int | None = None) -> HttpResponse:
    """The report, the workbook or the open data of a published version."""
    edition = reads.public_edition(code, number, scope=PUBLIC, version=version)
    kind = KINDS[file]
    return document(
        request, file, reader_language(), edition,
        by=standing_of(request),
        make=lambda: kind.make(reads.public_book(code, number, scope=PUBLIC, version=edition.snapshot.version)),
        name=_whole_name(file, edition.header, edition.snapshot),
        media_type=kind.media_type,
        inline=kind.media_type == PDF,
    )  # fmt: skip


@require_safe
def seal_register(request: HttpRequest) -> HttpResponse:
    """All leaves and heads of the register in which published results are sealed; it grows by night, too."""
    register = seals.register(scope=PUBLIC)
    return document(
        request, "seals", len(register["leaves"]), register["chain"][-1:], register["heads"][-1:],
        by=standing_of(request), make=lambda: _json(register), name="register-segel.json", media_type=JSON,
    )  # fmt: skip


@never_cache
@require_safe
def published_now(request: HttpRequest) -> HttpResponse:
    """Everything sealed as it is published at this moment, to be held against the register; never from a kept copy."""
    limits.count(request, PUBLISHED, now=timezone.now())
    return private(_json(seals.published(scope=PUBLIC)), "terbitan.json", JSON)


@public
def seal_checker(request: HttpRequest) -> HttpResponse:
    """The program that checks seals without Pilar."""
    return document(
        request, "seal-checker",
        by=standing_of(request), make=checker, name=CHECKER, media_type="text/x-python",
    )  # fmt: skip


@page("evaluation/seals.html", public=True)
def sealed(request: HttpRequest) -> Shown:
    """The register of publications: its signed heads, what was sealed last, and how anybody checks it."""
    return {
        "heads": seals.heads(most=MAX_SHOWN, scope=PUBLIC),
        "entries": seals.sealed_entries(most=MAX_SHOWN, scope=PUBLIC),
        "checker": CHECKER,
        "most": MAX_SHOWN,
    }


@answer
@require_safe
def version_file(
    request: HttpRequest, code: str, number: int, version: int, file: str, *, by: Standing
) -> HttpResponse:
    """The same of any version, for the secretariat."""
    book, kind = reads.version_book(code, number, version, by=by), KINDS[file]
    name = _whole_name(file, book.header, book.snapshot)
    return private(kind.make(book), name, kind.media_type, inline=kind.media_type == PDF)


@signed
def computed_sheet(
    request: HttpRequest, code: str, number: int, region: str, version: int | None = None
) -> HttpResponseBase:
    """The sheet of a published result: in Indonesian the signed one once there is one."""
    edition = reads.public_edition(code, number, scope=PUBLIC, version=version, region=region)
    snapshot = edition.snapshot
    name = f"{sheet_name(edition.header, snapshot.version, cast(RegionRow, edition.region))}.pdf"
    kept = signature(SHEET, sheet_key(code, number, snapshot.version, region)) if reader_language() == "id" else None
    if kept is not None and kept.signed:
        return signed_answer(request, kept, name=name)
    return document(
        request, "sheet", reader_language(), edition,
        by=standing_of(request),
        make=lambda: result_sheet(reads.public_sheet(code, number, region, scope=PUBLIC, version=snapshot.version)),
        name=name,
        media_type=PDF,
        inline=True,
    )  # fmt: skip


@public
def stated_sheet(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """Show what sources print about a region in one year."""
    profile = queries.region_profile(code, scope=PUBLIC)
    region_year = profile.year(year)
    if region_year is None:
        raise queries.NothingStated(region=profile.region.name, year=year)
    loaded_at = queries.freshness(scope=PUBLIC).loaded_at or timezone.now()
    instruments = [row for row, _tree in profile.instruments.values()]
    return document(
        request, "statements", reader_language(), year, profile.region, profile.years, instruments, loaded_at,
        by=standing_of(request),
        make=lambda: statement_sheet(profile, region_year, printed_changes(profile, year), made_at=loaded_at),
        name=f"hasil-terumumkan-{profile.region.code}-{slugify(profile.region.name)}-{year}-{reader_language()}.pdf",
        media_type=PDF,
        inline=True,
    )  # fmt: skip


@answer
@require_safe
def own_sheet(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """The sheet of a region for its team, with what the panel wrote."""
    return _sheet(reads.own_sheet(key, by=by, now=now))


@answer
@require_safe
def version_sheet(
    request: HttpRequest, code: str, number: int, version: int, region: str, *, by: Standing
) -> HttpResponse:
    """The sheet of any version, for the secretariat."""
    return _sheet(reads.version_sheet(code, number, version, region, by=by))


def _whole_name(file: str, header: PhaseHeader, snapshot: SnapshotRow) -> str:
    said = (KINDS[file].name, slugify(header.campaign), header.number, f"v{snapshot.version}", reader_language())
    return "-".join(map(str, said)) + "." + file.rpartition(".")[2]


def _sheet(sheet: Sheet) -> HttpResponse:
    name = sheet_name(sheet.header, sheet.snapshot.version, sheet.line.region)
    return private(result_sheet(sheet), f"{name}.pdf", PDF, inline=True)
