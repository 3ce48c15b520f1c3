"""Siskeudes and our books: import its budget as a draft, and compare both for a year."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from pilar.design.imports import ImportPage, look_then_store, uploaded
from pilar.design.tables import KINDS
from pilar.design.views import file
from pilar.people.rules import Standing
from pilar.people.views import answer
from pilar.platform.errors import Faults
from pilar.platform.language import reader_language
from pilar.platform.tables.reading import PATIENCE_OF_A_PAGE
from pilar.platform.writing import in_words
from pilar.villagefinance.documents.siskeudes import import_workbook
from pilar.villagefinance.foreign import read_village_year
from pilar.villagefinance.imports import SiskeudesBudget
from pilar.villagefinance.pages.budgets import writer
from pilar.villagefinance.pages.frame import drawn_again, require
from pilar.villagefinance.queries.siskeudes import our_year
from pilar.villagefinance.rules.authority import Action
from pilar.villagefinance.rules.siskeudes.differences import Side, compare
from pilar.villagefinance.rules.siskeudes.records import village_code

SHOWN = 500
"""Differences shown on a page."""
ACCEPTED = ".mde,.mdb,.accdb,.xlsx,.zip"


@answer
def compared(request: HttpRequest, village: str, year: int, *, by: Standing) -> HttpResponse:
    """Show the differences between a file of Siskeudes and our books of a year; nothing is stored."""
    require(by, Action.DRAW_UP, village)
    shown: dict[str, Any] = {"village": village, "year": year, "accept": ACCEPTED}
    status = 200
    if request.method == "POST":
        try:
            name, content = uploaded(request)
            theirs = read_village_year(
                name, content, village=village_code(village), year=year, patience=PATIENCE_OF_A_PAGE
            )
            report = compare(theirs, our_year(village, year, scope=by))
            rows = [
                (
                    difference,
                    " / ".join(str(part) for part in difference.key if part),
                    _said(difference.theirs),
                    _said(difference.ours),
                )
                for difference in report.differences[:SHOWN]
            ]
            shown |= {
                "report": report,
                "rows": rows,
                "theirs": Side.THEIRS,
                "more": len(report.differences) - len(rows),
            }
        except Faults as refused:
            shown["faults"], status = [fault.text() for fault in refused.faults], refused.status
    return drawn_again(request, "villagefinance/siskeudes.html", shown, by=by, tab="siskeudes", status=status)


def _said(value: Any) -> str:
    return str(in_words(value, reader_language())) if value not in (None, "") else "–"


@answer
def workbook(_request: HttpRequest, village: str, year: int, *, by: Standing) -> HttpResponse:
    """Our books of a year as a workbook with the tables of Siskeudes."""
    content = import_workbook(our_year(village, year, scope=by))
    return file(content, f"siskeudes-{village}-{year}.xlsx", KINDS["xlsx"])


@answer
def imported(
    request: HttpRequest, village: str, year: int, number: int, *, by: Standing, now: datetime
) -> HttpResponse:
    """Import the budget in a file of Siskeudes as lines of a draft, in two steps."""
    row = writer(by, village, year, number)
    shown = ImportPage(
        done=reverse("villagefinance:budget", args=row.key),
        label=_("File of Siskeudes"),
        hint=_("The Access file, a workbook with a sheet for each table, or a zip of CSV files."),
        accept=ACCEPTED,
    )

    def draw(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
        context = {"row": row, **context}
        return drawn_again(request, "villagefinance/import.html", context, by=by, tab="budget", status=status)

    return look_then_store(request, SiskeudesBudget(by, "/".join(map(str, row.key)), now), shown, draw)
