"""Quarterly reports: the tasks of one's own office, and the form of one report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from pilar.design.views import done
from pilar.evidence import queries as evidence
from pilar.evidence.queries import Place
from pilar.masterplan import operations
from pilar.masterplan.forms.reports import PieceForm, ReportForm, stored_texts, texts_of
from pilar.masterplan.queries.due import OwnPlan, OwnProgramme, ReportSheet, own_reports, report_sheet
from pilar.masterplan.rules.due import STATE_NAMES, Expected, ReportState, ended_quarters
from pilar.masterplan.rules.quarters import read_quarter
from pilar.masterplan.rules.reports import faults_of_quarter
from pilar.people.keeping import kept_over_sign_in, person_sign, typed_before
from pilar.people.rules import NotAllowed, NotFound, Standing, existing
from pilar.people.signin import standing_of
from pilar.people.views import Shown, page
from pilar.platform.errors import Faults, PilarError
from pilar.platform.language import translate
from pilar.platform.versions import Outdated


@dataclass(frozen=True, slots=True)
class Wanted:
    """A report that is due or late."""

    programme: OwnProgramme
    expected: Expected
    name: str
    tone: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two people filled in differently."""

    name: str
    mine: str
    stored: str


@page("masterplan/reports/own.html")
def reports(request: HttpRequest, *, by: Standing, now: datetime) -> Shown:
    """Show due, late and finished reports of the reader's own programmes, plan by plan."""
    plans = own_reports(scope=by, now=now)
    if not plans and not _is_contributor(by):
        raise NotFound
    shown = [_shown(plan, request.GET.get("year", "")) for plan in plans]
    return {"plans": shown}


@never_cache
@kept_over_sign_in
def report(request: HttpRequest, line: int, quarter: str) -> HttpResponse:
    """The report of a programme for a quarter, the first one or a correction."""
    wanted = existing(read_quarter(quarter))
    by, now = standing_of(request), timezone.now()
    sheet = report_sheet(line, wanted, scope=by, now=now)
    if by.account is None:
        raise NotAllowed
    if request.method == "POST":
        return _save(request, by, sheet)
    kept = typed_before(request)
    if kept is not None:
        messages.warning(request, _("Your sign-in had ended: this is what you typed, and it is not saved yet"))
    return _page(request, by, sheet, ReportForm(kept, sheet=sheet, evidence=_choices(by, sheet)))


def _save(request: HttpRequest, by: Standing, sheet: ReportSheet) -> HttpResponse:
    region = sheet.version.plan.region
    piece = PieceForm(request.POST, request.FILES, places=_places(sheet))
    added: UUID | None = None
    if piece.filled:
        added = piece.add(by=by, region=region, now=timezone.now())
    data = request.POST.copy()
    if added is not None:
        data.appendlist("evidence", str(added))
    form = ReportForm(data, sheet=sheet, evidence=_choices(by, sheet))
    refused = piece if piece.filled and added is None else None
    if not form.is_valid() or refused is not None:
        return _page(request, by, sheet, form, piece=refused, status=422)
    try:
        number = operations.report(
            by=by, line=sheet.row.key, quarter=sheet.quarter, given=form.given(),
            evidence=form.cleaned_data.get("evidence", ()), reason=form.cleaned_data.get("reason", ""),
            seen=form.cleaned_data["seen"], now=timezone.now(),
        )  # fmt: skip
    except Outdated as refused:
        return _outdated(request, by, sheet, data, refused)
    except Faults as refused:
        form.tell(refused)
        return _page(request, by, sheet, form, status=422)
    said = _("The report is handed in") if number == 1 else _("The report is corrected; the former one stays readable")
    if sheet.on_behalf:
        return done(request, said, "masterplan:programme-progress", sheet.version.key, sheet.row.code)
    return done(request, said, "masterplan:reports")


def _outdated(
    request: HttpRequest, by: Standing, sheet: ReportSheet, data: QueryDict, refused: PilarError
) -> HttpResponse:
    """Handle a report by somebody else in the meantime: show theirs next to the input, which stays in the form."""
    sheet = report_sheet(sheet.row.key, sheet.quarter, scope=by, now=timezone.now())
    kept = data.copy()
    kept["seen"] = str(sheet.seen)
    form = ReportForm(kept, sheet=sheet, evidence=_choices(by, sheet))
    form.fields["reason"].required = False
    stored, mine = stored_texts(sheet.rows[0], sheet), texts_of(form)
    differences = [
        Difference(str(form.fields[name].label), _told(form, name, mine[name]), _told(form, name, stored.get(name, "")))
        for name in form.fields
        if name not in ("seen", "quarter", "reason") and mine[name] != stored.get(name, "")
    ]
    return _page(request, by, sheet, form, outdated=refused.text(), differences=differences, status=refused.status)


def _page(
    request: HttpRequest,
    by: Standing,
    sheet: ReportSheet,
    form: ReportForm,
    *,
    piece: PieceForm | None = None,
    outdated: str = "",
    differences: Sequence[Difference] = (),
    status: int = 200,
) -> HttpResponse:
    plan = sheet.version.plan
    faults = faults_of_quarter(
        sheet.quarter, first_year=plan.first_year, last_year=plan.last_year, life=sheet.life, today=sheet.today
    )
    context = {
        "sheet": sheet,
        "plan": plan,
        "row": sheet.row,
        "form": form,
        "piece": piece or PieceForm(places=_places(sheet)),
        "piece_open": piece is not None,
        "quarter_faults": [translate(fault.sentence, **fault.fields) for fault in faults],
        "quarters": reversed(ended_quarters(sheet.life, sheet.today)),
        "measured": [
            (target, sheet.measured.get(target.measure)) for target in sheet.row.content.targets if target.measure
        ],
        "outdated": outdated,
        "differences": differences,
        "person": person_sign(request),
        "late": not sheet.rows and sheet.due < sheet.today,
    }
    return render(request, "masterplan/reports/report.html", context, status=status)


def _shown(plan: OwnPlan, year: str) -> dict[str, Any]:
    """Return a plan for the page: due reports, the years, and the quarters of one year."""
    wanted = [
        Wanted(programme, expected, translate(STATE_NAMES[expected.state][0]), STATE_NAMES[expected.state][1])
        for programme in plan.programmes
        for expected in programme.open
    ]
    years = sorted({expected.quarter.year for programme in plan.programmes for expected in programme.quarters})
    chosen = int(year) if year.isdecimal() and int(year) in years else min(max(plan.today.year, years[0]), years[-1])
    return {
        "version": plan.version,
        "plan": plan.version.plan,
        "wanted": sorted(wanted, key=lambda row: (row.expected.quarter, row.programme.row.code)),
        "late": sum(report.expected.state is ReportState.LATE for report in wanted),
        "due": sum(report.expected.state is ReportState.DUE for report in wanted),
        "done": sum(
            expected.state is ReportState.DONE for programme in plan.programmes for expected in programme.quarters
        ),
        "year": str(chosen),
        "years": [(str(year), str(year)) for year in reversed(years)],
        "rows": [
            (own_programme, [_cell(quarter) for quarter in own_programme.quarters if quarter.quarter.year == chosen])
            for own_programme in plan.programmes
        ],
    }


def _cell(expected: Expected) -> dict[str, Any]:
    name, tone = STATE_NAMES[expected.state]
    return {
        "quarter": expected.quarter,
        "name": translate(name),
        "tone": tone,
        "open": expected.state is not ReportState.AHEAD,
        "due": expected.due,
    }


def _told(form: ReportForm, name: str, text: str) -> str:
    """Return choices by their names."""
    if name not in ("there", "evidence"):
        return text
    names = {str(key): str(title) for key, title in form.fields[name].choices}
    return ", ".join(names.get(key, key) for key in text.split(", ") if key)


def _choices(by: Standing, sheet: ReportSheet) -> list[tuple[str, str]]:
    """Return the evidence attached to the report, then the region's newest."""
    attached: Iterable[UUID] = sheet.rows[0].evidence if sheet.rows else ()
    rows = [
        *evidence.evidence_list(attached, scope=by),
        *evidence.region_evidence(sheet.version.plan.region, scope=by, size=evidence.MAX_PAGE).object_list,
    ]
    return list({str(row.evidence): row.title for row in rows}.items())


def _places(sheet: ReportSheet) -> tuple[Place, ...]:
    """Return the office of the programme as the only place of new evidence."""
    return (Place(sheet.owner, sheet.row.owner_name),)


def _is_contributor(by: Standing) -> bool:
    return any(membership.office is not None for membership in by.memberships)
