"""The number of answers to a survey, live, and its links. Only numbers, never respondents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from pilar.areas import reference
from pilar.design.conditional import asking_with, part_tag, while_it_holds
from pilar.design.tables import Asked, Column, Table
from pilar.evidence import queries as evidence
from pilar.people.rules import Standing, existing
from pilar.people.signin import standing_of
from pilar.people.views import Shown, answer
from pilar.platform.language import translate
from pilar.reports.codes import qr_svg
from pilar.surveys import queries
from pilar.surveys.pages.frame import survey_page
from pilar.surveys.queries import CellRow, SurveyRow, Uncounted
from pilar.surveys.reference import pillars
from pilar.surveys.rules.answers import FLAG_NAMES
from pilar.surveys.rules.authority import Action, Case, SurveyState, may
from pilar.surveys.rules.surveys import GRACE, gaps_of
from pilar.surveys.wording import part_name, public_address

UNCOUNTED = Table(
    gettext_lazy("Answers that do not count"),
    Column("programme", gettext_lazy("Programme")),
    Column("office_name", gettext_lazy("Office")),
    Column("why", gettext_lazy("Why it does not count")),
    Column("count", gettext_lazy("Answers"), number=True),
)


@survey_page("surveys/survey.html", tab="survey")
def survey(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """A survey: its programmes, its progress, and the reader's possible acts."""
    row = queries.survey(key, scope=by)
    cells = queries.cells(row, scope=by)
    measured = queries.measured(row.key, scope=by, now=now)
    gaps = gaps_of([cell.pillar for cell in cells], row.questionnaire.quota, pillars())
    return {
        "row": row,
        **_counted(row, cells, queries.uncounted(row, scope=by)),
        "tag": asking_with(_tag(row, cells)),
        "opens": reference.local_time(row.opens_at, row.region),
        "closes": reference.local_end(row.closes_at, row.region),
        "changes": [(change, *_told(change, row.region)) for change in queries.date_changes(row)],
        "may_move": may(by, Action.MOVE_DATES, row.case)
        and not (row.state is SurveyState.OPEN and row.closes_at <= now),
        "may_end": may(by, Action.END, row.case) and row.opens_at < now < row.closes_at,
        "closable": reference.local_time(row.closes_at + GRACE, row.region),
        "gaps": [(part_name(gap.pillar), gap.programmes) for gap in gaps] if may(by, Action.SET_UP, row.case) else [],
        "asked_here": [cell for cell in cells if may(by, Action.ENTER, Case(row.region, cell.office, row.state))],
        "may_set_up": may(by, Action.SET_UP, row.case),
        "may_open": may(by, Action.OPEN, row.case) and bool(cells),
        "may_close": may(by, Action.CLOSE, row.case),
        "may_close_now": may(by, Action.CLOSE, row.case) and now >= row.closes_at + GRACE,
        "measured": measured,
        "unmeasured": [cell.programme for cell in cells if cell.key not in {row.cell for row in measured}],
        "stated_file": next(iter(evidence.evidence_list([row.stated_file], scope=by)), None)
        if row.stated_file
        else None,
    }


@survey_page("surveys/uncounted.html", tab="uncounted")
def uncounted(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """Show the numbers of answers that do not count, with the reasons."""
    row = queries.survey(key, scope=by)
    rows = queries.uncounted(row, scope=by)
    return {
        "row": row,
        "uncounted": UNCOUNTED.of(rows, Asked.of(request), about=str(row.key)),
        "reasons": _reasons(rows),
        "count": sum(row.count for row in rows),
    }


@require_safe
def counts(request: HttpRequest, key: int) -> HttpResponse:
    """The counts alone, for pages that poll every few seconds: 304 while nothing has changed."""
    if not request.user.is_authenticated:
        # A sign-in page does not fit into the place of a table, so the whole page is reloaded.
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponse(headers={"HX-Refresh": "true"})
        return redirect_to_login(request.get_full_path())
    row = queries.survey(key, scope=standing_of(request))
    cells = queries.cells(row, scope=standing_of(request))
    tag = _tag(row, cells)

    def drawn() -> HttpResponse:
        counted = _counted(row, cells, queries.uncounted(row, scope=standing_of(request)))
        return render(request, "surveys/parts/counts.html", {"row": row, **counted, "tag": asking_with(tag)})

    return while_it_holds(request, tag, drawn)


@survey_page("surveys/links.html", tab="links")
def links(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """A sheet of links with their QR codes, for printing and display."""
    row = queries.survey(key, scope=by)
    shown = [(cell, public_address(cell.token)) for cell in queries.cells(row, scope=by)]
    return {"row": row, "links": shown}


@answer
@require_safe
def code(request: HttpRequest, key: int, place: int, *, by: Standing) -> HttpResponse:
    """The QR code of a programme's link as SVG."""
    cells = queries.cells(queries.survey(key, scope=by), scope=by)
    cell = existing(next((cell for cell in cells if cell.place == place), None))
    headers = {"Content-Disposition": f'inline; filename="qr-{key}-{place + 1}.svg"'}
    return HttpResponse(qr_svg(public_address(cell.token)), content_type="image/svg+xml", headers=headers)


def _told(change: queries.DateChangeRow, region: str) -> tuple[str, str]:
    """Return the moments before and after, as one sentence each."""
    return (
        f"{reference.local_time(change.opened_before, region)} – {reference.local_end(change.closed_before, region)}",
        f"{reference.local_time(change.opens_at, region)} – {reference.local_end(change.closes_at, region)}",
    )


def _reasons(rows: Iterable[Uncounted]) -> list[tuple[str, int]]:
    return [(translate(FLAG_NAMES[flag]), count) for flag, count in queries.by_reason(rows)]


def _counted(row: SurveyRow, cells: tuple[CellRow, ...], uncounted: Iterable[Uncounted]) -> dict[str, Any]:
    return {
        "reasons": _reasons(uncounted),
        "cells": [(cell, part_name(cell.part or cell.pillar), min(cell.counting, cell.quota)) for cell in cells],
        "counting": sum(cell.counting for cell in cells),
        "count": sum(cell.count for cell in cells),
        "reached": sum(min(cell.counting, cell.quota) for cell in cells),
        "quota": sum(cell.quota for cell in cells),
        "polls": row.state is SurveyState.OPEN,
    }


def _tag(row: SurveyRow, cells: tuple[CellRow, ...]) -> str:
    return part_tag(row.state, [(cell.key, cell.count, cell.counting) for cell in cells])
