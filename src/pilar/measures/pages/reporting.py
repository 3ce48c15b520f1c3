"""A value reported or corrected by hand."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from pilar.design.numbers import grouped
from pilar.evidence import queries as evidence
from pilar.evidence.queries import RevisionRow
from pilar.measures import operations, queries
from pilar.measures.forms import CorrectionForm, ReportForm
from pilar.measures.queries import MeasureRow
from pilar.measures.rules.authority import Action, require
from pilar.measures.rules.periods import Period, parse_period
from pilar.measures.rules.reports import Outcome, OutdatedValue, Verdict
from pilar.people.rules import NotAllowed, NotFound, Standing
from pilar.people.signin import standing_of
from pilar.platform.errors import Faults
from pilar.platform.language import spoken
from pilar.platform.reading import typed_text


@login_required
def report(request: HttpRequest, code: str, measure: str) -> HttpResponse:
    """Report the value of a period; the next one that is missing is proposed."""
    by, now = standing_of(request), timezone.now()
    row = _own(by, code, measure, Action.REPORT)
    form = ReportForm(
        request.POST if request.method == "POST" else None,
        row=row,
        evidence=_evidence(by, row),
        initial={"period": row.next_period.text()},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            done = operations.report_value(
                by=by, region=code, measure=measure, period=str(given["period"]), value=f"{given['value']:f}",
                evidence=form.piece, now=now,
            )  # fmt: skip
        except Faults as error:
            form.tell(error)
            already = next((one for one in error.faults if one.code == "already-reported"), None)
            return _report_page(request, row, form, str(given["period"]) if already else "")
        _say(request, row, done)
        return redirect("measures:measure", code, measure)
    return _report_page(request, row, form, "")


@login_required
def correct(request: HttpRequest, code: str, measure: str, period: str) -> HttpResponse:
    """Correct the value of a period; who has not seen the newest one is shown it."""
    by, now = standing_of(request), timezone.now()
    row = _own(by, code, measure, Action.CORRECT)
    wanted = _period(row, period)
    there = queries.value_of(row, wanted, scope=by)
    if there is None:
        raise NotFound
    first = {"value": typed_text(there.value), "seen": there.number}
    sent, status, outdated = request.POST if request.method == "POST" else None, 200, False
    form = CorrectionForm(sent, row=row, evidence=_evidence(by, row), initial=first)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            done = operations.correct_value(
                by=by, region=code, measure=measure, period=str(wanted), value=f"{given['value']:f}",
                reason=given["reason"], seen=given["seen"], evidence=form.piece, now=now,
            )  # fmt: skip
        except OutdatedValue:
            there = queries.value_of(row, wanted, scope=by)
            assert there is not None
            kept = {**request.POST.dict(), "seen": str(there.number)}
            form, status, outdated = CorrectionForm(kept, row=row, evidence=_evidence(by, row)), 409, True
        except Faults as error:
            form.tell(error)
        else:
            _say(request, row, done)
            return redirect("measures:period", code, measure, str(wanted))
    context = {"row": row, "period": wanted, "there": there, "form": form, "outdated": outdated}
    return render(request, "measures/correct.html", context, status=status)


def _report_page(request: HttpRequest, row: MeasureRow, form: ReportForm, already: str) -> HttpResponse:
    context = {"row": row, "form": form, "already": str(_period(row, already)) if already else ""}
    return render(request, "measures/report.html", context)


def _own(by: Standing, code: str, measure: str, action: Action) -> MeasureRow:
    """The measure, for a person who may do this with it."""
    row = queries.measure(code, measure, scope=by, now=timezone.now())
    require(by, action, row.case, known=True)
    if by.account is None:
        raise NotAllowed
    return row


def _period(row: MeasureRow, text: str) -> Period:
    try:
        return parse_period(text, row.kind)
    except Faults:
        raise NotFound from None


def _evidence(by: Standing, row: MeasureRow) -> tuple[RevisionRow, ...]:
    """The newest pieces of evidence of the region, to choose from."""
    return tuple(evidence.region_evidence(row.region_code, scope=by, size=evidence.LARGEST_PAGE).object_list)


def _say(request: HttpRequest, row: MeasureRow, done: Verdict) -> None:
    """What became of the value, and how it and its period were understood."""
    period, value = done.read.period, done.read.value
    assert period is not None
    assert value is not None
    said = {
        Outcome.ACCEPTED: _("The value is reported"),
        Outcome.CORRECTED: _("The value is corrected; the former one stays readable"),
        Outcome.UNCHANGED: _("This value was there already; nothing has changed"),
    }
    figure = f"{grouped(value, spoken())} {row.unit}"
    messages.success(request, f"{said[done.outcome]} ({period.text()}: {figure})")
