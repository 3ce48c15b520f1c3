"""Values from a file: first what it would change, row by row; then, confirmed, all of it or nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from pilar.areas import queries as areas
from pilar.evidence.receiving import OversizedFile
from pilar.measures import operations, queries
from pilar.measures.queries.judging import judged
from pilar.measures.rules.authority import Action, Case, may, reports_in
from pilar.measures.rules.reports import MOST_ROWS, OUTCOME_NAMES, Outcome, Report, Verdict, summary
from pilar.measures.rules.sheets import COLUMNS, LONGEST_CELL, SheetReading, read_sheet
from pilar.people.rules import NotAllowed, NotFound, Standing
from pilar.people.signin import standing_of
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import mark, translate
from pilar.platform.tables import inspect_content

SHOWN = 200
"""Rows of a preview; a file may have more."""


@login_required
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """A file of values of the reader's measures, in two steps."""
    by = _reporter(request, code)
    if request.method != "POST":
        return _page(request, code)
    try:
        if "rows" in request.POST:
            return _apply(request, by, code)
        reading = _uploaded(request)
    except Faults as refused:
        return _page(request, code, faults=[fault.text() for fault in refused.faults], status=422)
    verdicts = judged(code, reading.reports, scope=by, now=timezone.now())
    return _page(request, code, verdicts=verdicts, without=reading.without)


@login_required
@require_safe
def sample(request: HttpRequest, code: str) -> HttpResponse:
    """A file to begin with: the next period of each measure that the reader reports, without a value."""
    by, now = _reporter(request, code), timezone.now()
    lines = [";".join(words[0] for words in COLUMNS.values())]
    for row in queries.measures(code, scope=by, now=now, size=queries.LARGEST_PAGE):
        if may(by, Action.REPORT, row.case) and not row.closed:
            lines.append(f"{row.code};{row.next_period};;")
    content = "\ufeff" + "\r\n".join(lines) + "\r\n"
    headers = {"Content-Disposition": f'attachment; filename="nilai-{code}.csv"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


def _reporter(request: HttpRequest, code: str) -> Standing:
    by = standing_of(request)
    if not reports_in(by, code):
        raise NotAllowed if may(by, Action.READ, Case(code)) else NotFound
    return by


def _uploaded(request: HttpRequest) -> SheetReading:
    """What the file says; one that is too large was not kept (``evidence.receiving``)."""
    upload = request.FILES.get("file")
    if upload is None:
        raise Faults([Fault("no-file", mark("Choose the file with the values"))])
    if isinstance(upload, OversizedFile):
        raise Faults([Fault("file-too-large", mark("The file is too large; send it in several parts"))])
    table = inspect_content(upload.name or "", upload.read(), most_rows=MOST_ROWS, longest_cell=LONGEST_CELL)
    reading = read_sheet(table)
    if reading.faults:
        raise Faults(reading.faults)
    return reading


def _apply(request: HttpRequest, by: Standing, code: str) -> HttpResponse:
    """Take what the preview showed. It came back through the browser, so it is judged as if it were new."""
    reports = _confirmed(request)
    try:
        verdicts = operations.report_values(by=by, region=code, reports=reports, whole=True, now=timezone.now())
    except Faults:
        # Somebody was faster since the preview: show what is so now, nothing is stored.
        return _page(request, code, verdicts=judged(code, reports, scope=by, now=timezone.now()), status=409)
    count = sum(one.stored for one in verdicts)
    said = ngettext("%(count)s value is taken over", "%(count)s values are taken over", count)
    messages.success(request, said % {"count": count})
    return redirect("measures:measures", code)


def _confirmed(request: HttpRequest) -> list[Report]:
    try:
        return [
            Report(str(measure), str(period), str(value), reason=str(reason), seen=int(seen) or None, place=int(place))
            for measure, period, value, reason, seen, place in json.loads(request.POST["rows"])[:MOST_ROWS]
        ]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Faults([Fault("broken-preview", mark("The preview is no longer whole. Choose the file again"))]) from None


def _page(
    request: HttpRequest,
    code: str,
    *,
    verdicts: Sequence[Verdict] | None = None,
    faults: Sequence[str] = (),
    without: int = 0,
    status: int = 200,
) -> HttpResponse:
    found = verdicts or ()
    counted = summary(found)
    told = [one for one in found if one.outcome is Outcome.REFUSED] + [one for one in found if one.stored]
    stored = [one for one in found if one.stored]
    context = {
        "region": areas.region(code),
        "previewed": verdicts is not None,
        "faults": faults,
        "rows": [(one, *_named(one.outcome), _said(one)) for one in told[:SHOWN]],
        "more": max(len(told) - SHOWN, 0),
        "without": without,
        "count": {outcome.value: number for outcome, number in counted.items()},
        "applicable": bool(stored) and not counted[Outcome.REFUSED],
        "content": json.dumps([_row(one) for one in stored], ensure_ascii=False),
        "outdated": status == 409,
    }
    return render(request, "measures/import.html", context, status=status)


def _named(outcome: Outcome) -> tuple[str, str]:
    name, tone = OUTCOME_NAMES[outcome]
    return translate(name), tone


def _said(one: Verdict) -> list[str]:
    """Why a row is refused, without naming the place once more."""
    return [translate(fault.sentence, **fault.fields) for fault in one.faults]


def _row(one: Verdict) -> list[object]:
    """What comes back when it is confirmed: a correction names the value that it was shown against."""
    report, value = one.read.report, one.read.value
    assert value is not None
    seen = one.number - 1 if one.outcome is Outcome.CORRECTED else 0
    return [report.measure, str(one.read.period), f"{value:f}", report.reason, seen, report.place]
