"""The page of an import: a file is chosen, looked at, its columns named where they are not known, and stored.

A room writes an ``Importer`` (``platform.imports``) and draws its page around ``design/parts/import.html``; a GET shows
it, a POST does what its fields say.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pilar.platform.errors import Fault, Faults
from pilar.platform.imports import Importer, Report, keeping
from pilar.platform.imports.columns import LEFT_OUT
from pilar.platform.imports.kept import Kept
from pilar.platform.imports.states import ImportNotFound, ImportUnderWay, NotConfirmable, State
from pilar.platform.imports.verdicts import ShownRow, Told
from pilar.platform.language import N_, translate

SHOWN = 200
"""Faults, notes and rows of a preview; it says how many more there are."""
MAX_COLUMNS = 6
"""Of a preview; rows with more values list them in one cell."""

TOGETHER = 20
"""With more faults than these, the same one in several rows is told once, with its first ``MAX_ROWS`` rows."""
MAX_ROWS = 8

Draw = Callable[[HttpRequest, dict[str, Any], int], HttpResponse]
"""Draws a page of a room around ``design/parts/import.html``, from its context and a status."""


def _rows_stored(count: int) -> str:
    return ngettext("%(count)s row is stored", "%(count)s rows are stored", count) % {"count": count}


@dataclass(frozen=True, slots=True)
class _Cell:
    """A fault in a column, and the rows in which it stands."""

    sheet: str
    column: str
    said: str
    rows: list[int]

    @property
    def row(self) -> str:
        """The first rows, and how many more there are."""
        first, more = ", ".join(map(str, self.rows[:MAX_ROWS])), len(self.rows) - MAX_ROWS
        if more <= 0:
            return first
        return ngettext("%(rows)s and %(count)s more", "%(rows)s and %(count)s more", more) % {
            "rows": first, "count": more,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class ImportPage:
    """The words of the page: ``done`` is the address of what was stored, ``label`` and ``hint`` stand at the file,
    ``templates`` are files to begin with (text and address), ``said`` tells how much was stored, ``final`` what the
    reader should know before, ``act`` what storing is called; ``listed``: the values of a row stand below each other;
    ``several`` files can be chosen at once, and come in as an archive; ``partly``: each row is a file, and those with
    faults are left out while the others are stored."""

    done: str
    label: str
    hint: str
    templates: tuple[tuple[str, str], ...] = ()
    said: Callable[[int], str] = _rows_stored
    final: str = ""
    accept: str = ".xlsx,.csv"
    listed: bool = False
    act: str = ""
    several: bool = False
    partly: bool = False


def look_then_store(request: HttpRequest, importer: Importer, page: ImportPage, draw: Draw) -> HttpResponse:
    """The page of an import, or what its form asks for."""
    kept: Kept | None = None
    faults: list[str] = []
    status = 200
    try:
        if request.method == "POST":
            kept = _posted(request, importer, page)
            if kept is None:
                return redirect(request.path)
            if kept.state is State.DONE:
                return _done(request, kept, page)
            if kept.running:
                return redirect(f"{request.path}?import={kept.key}")
            status = _status(kept)
        elif "import" in request.GET:
            kept = keeping.kept(importer, _key(request.GET["import"]))
    except Faults as refused:
        faults, status = [fault.text() for fault in refused.faults], refused.status
    except (NotConfirmable, ImportUnderWay) as refused:
        faults, status = [refused.text()], refused.status
    if kept is None and importer.shared:
        kept = keeping.latest(importer)
    return draw(request, {"import": _context(request, importer, kept, page, faults)}, status)


def uploaded(request: HttpRequest) -> tuple[str, bytes]:
    """Name and content of the file that was sent; raises Faults for none, and for one that is too large."""
    upload = request.FILES.get("file")
    if upload is None:
        raise Faults([Fault("no-file", N_("Choose the file"))])
    if (upload.size or 0) > settings.PILAR_LARGEST_FILE:  # its content was not kept
        raise Faults([Fault("file-too-large", N_("The file is too large; send it in several parts"))])
    return upload.name or "", upload.read()


def _posted(request: HttpRequest, importer: Importer, page: ImportPage) -> Kept | None:
    """Do what a form asks for; None where nothing is left to show."""
    given = request.POST
    if "rows" in given:
        try:
            return keeping.confirm(importer, token=given["rows"])
        except ImportNotFound:
            sentence = N_("The preview is no longer there. Choose the file again")
            raise Faults([Fault("no-preview", sentence)]) from None
    if "import" in given:
        key = _key(given["import"])
        if "drop" in given:
            keeping.drop(importer, key=key)
            messages.success(request, _("The file is thrown away; nothing was stored"))
            return None
        headings = keeping.kept(importer, key).headings
        keys = [
            f"{sheet}|{heading.key}" if sheet else heading.key
            for sheet, of_sheet in headings.items()
            for heading in of_sheet
        ]
        chosen = {key: said for place, key in enumerate(keys) if (said := given.get(f"column-{place}"))}
        keeping.choose(importer, key=key, chosen=chosen)
        return keeping.kept(importer, key)
    several = page.several and len(request.FILES.getlist("file")) > 1
    name, content = _packed(request) if several else uploaded(request)
    return keeping.kept(importer, keeping.receive(importer, name=name, content=content))


def _packed(request: HttpRequest) -> tuple[str, bytes]:
    """The files that were chosen at once, as one archive; raises Faults where they are too large together."""
    uploads = request.FILES.getlist("file")
    if sum(upload.size or 0 for upload in uploads) > settings.PILAR_LARGEST_FILE:
        raise Faults([Fault("file-too-large", N_("The files are too large together; send them in several parts"))])
    packed, names = io.BytesIO(), set[str]()
    with zipfile.ZipFile(packed, "w") as archive:
        for number, upload in enumerate(uploads, start=1):
            name = upload.name or str(number)
            archive.writestr(f"{number} {name}" if name in names else name, upload.read())
            names.add(name)
    # Kept with the file and shown in whatever language: the first name and how many more.
    return f"{uploads[0].name or 1} +{len(uploads) - 1}", packed.getvalue()


def _key(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _status(kept: Kept) -> int:
    if kept.found.changed:
        return 409
    return 422 if kept.found.fault_count or not kept.checked else 200


def _done(request: HttpRequest, kept: Kept, page: ImportPage) -> HttpResponse:
    messages.success(request, page.said(kept.found.stored))
    return redirect(page.done)


def _context(
    request: HttpRequest, importer: Importer, kept: Kept | None, page: ImportPage, faults: list[str]
) -> dict[str, Any]:
    report = kept.report if kept and kept.state in _TOLD_IN else None
    whole = [fault.fault.text() for fault in report.faults if not fault.row] if report else []
    return {
        "page": page,
        "kept": kept,
        "report": report,
        "state_name": translate(kept.state_name) if kept else "",
        "here": f"{request.path}?import={kept.key}" if kept else "",
        "faults": [*faults, *whole],
        "done": page.said(kept.found.stored) if kept and kept.state is State.DONE and page.partly else "",
        **(_told(report, page) if report else {}),
        "headings": _headings(importer, kept) if kept and kept.state is State.CHECKED else [],
        "unplaced": any(fault.fault.code in _OF_HEADINGS for fault in report.faults) if report else False,
    }


_TOLD_IN = {State.CHECKED, State.DONE}
_OF_HEADINGS = {"unknown-column", "column-twice", "missing-column", "scaled-column"}


def _told(report: Report, page: ImportPage) -> dict[str, Any]:
    """Return what a report tells, as far as a page has room for it."""
    rows = report.rows[:SHOWN]
    labels = list(dict.fromkeys(value.name for row in rows for value in row.values))
    once = all(len({value.name for value in row.values}) == len(row.values) for row in rows)
    as_columns = once and len(labels) <= MAX_COLUMNS and not page.listed
    placed = [fault for fault in report.faults if fault.row]
    cells = _cells(placed)
    told = sum(len(cell.rows) for cell in cells[:SHOWN])
    return {
        "counts": ", ".join(f"{count} {outcome}" for outcome, count in report.counts.items()),
        "cells": cells[:SHOWN],
        "more_cells": report.fault_count - (len(report.faults) - len(placed)) - told,
        "notes": report.notes[:SHOWN],
        "more_notes": max(report.note_count - SHOWN, 0),
        "labels": labels if as_columns else [],
        "rows": [(row, _values(row, labels) if as_columns else ()) for row in rows],
        "titled": any(row.title for row in rows),
        "sheeted": any(told.sheet for told in (*report.faults, *report.notes, *rows)),
        "more_rows": max(report.row_count - SHOWN, 0),
    }


def _cells(faults: list[Told]) -> list[_Cell]:
    """Faults with their places; the same ones of many together, where the first of them stands."""
    if len(faults) <= TOGETHER:
        return [_Cell(fault.sheet, fault.column, fault.fault.said(), [fault.row]) for fault in faults]
    rows: dict[tuple[str, str, str], list[int]] = {}
    for fault in faults:
        rows.setdefault((fault.sheet, fault.column, fault.fault.said()), []).append(fault.row)
    return [_Cell(*of, places) for of, places in rows.items()]


def _values(row: ShownRow, labels: list[str]) -> list[tuple[str, str]]:
    said = {value.name: value.said for value in row.values}
    return [(label, said.get(label, "")) for label in labels]


def _headings(importer: Importer, kept: Kept) -> list[tuple[int, str, Any, list[tuple[str, str, bool]]]]:
    """The columns of a file, each with what it may be: place in the form, sheet, heading, and the choices."""
    shown = []
    sheets = importer.sheets()
    for sheet, headings in kept.headings.items():
        for heading in headings:
            choices = [(other.name, other.heading, other.name == heading.column) for other in sheets.get(sheet, ())]
            choices.append((LEFT_OUT, translate(N_("(leave out)")), heading.column == LEFT_OUT))
            shown.append((len(shown), sheet, heading, choices))
    return shown
