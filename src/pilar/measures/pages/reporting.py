"""A value reported or corrected by hand."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from pilar.design.forms import posted, stored
from pilar.design.numbers import grouped
from pilar.design.views import done
from pilar.evidence import queries as evidence
from pilar.evidence.queries import RevisionRow
from pilar.measures import operations, queries
from pilar.measures.forms import CorrectionForm, ReportForm
from pilar.measures.queries import MeasureRow
from pilar.measures.rules.authority import Action, require
from pilar.measures.rules.periods import Period, parse_period
from pilar.measures.rules.reports import Outcome, Verdict
from pilar.people.rules import NotAllowed, NotFound, Standing, existing
from pilar.people.views import Shown, page
from pilar.platform.errors import Faults
from pilar.platform.language import reader_language
from pilar.platform.reading import typed_text


@page("measures/report.html", sends=True)
def report(request: HttpRequest, code: str, measure: str, *, by: Standing, now: datetime) -> Shown:
    """Report the value of a period; the next one that is missing is proposed."""
    row = _own(by, code, measure, Action.REPORT)
    proposed = {"period": row.next_period.text()}
    form = ReportForm(posted(request), row=row, evidence=_evidence(by, row), initial=proposed)
    named = {"by": by, "region": code, "measure": measure, "now": now}
    if stored(form, lambda: operations.report_value(**named, **form.given() | {"period": form.wanted})):
        return done(request, _told(row, form.outcome), "measures:measure", code, measure)
    return {"row": row, "form": form}


@page("measures/correct.html", sends=True)
def correct(request: HttpRequest, code: str, measure: str, period: str, *, by: Standing, now: datetime) -> Shown:
    """Correct the value of a period; who has not seen the newest one is shown it."""
    row = _own(by, code, measure, Action.CORRECT)
    wanted = _period(row, period)
    there = existing(queries.value_of(row, wanted, scope=by))
    first = {"value": typed_text(there.value), "seen": there.number}
    form = CorrectionForm(posted(request), row=row, evidence=_evidence(by, row), initial=first)
    named = {"by": by, "region": code, "measure": measure, "period": str(wanted), "now": now}
    if stored(form, lambda: operations.correct_value(**named, **form.given())):
        return done(request, _told(row, form.outcome), "measures:period", code, measure, str(wanted))
    if form.outdated:
        there = queries.value_of(row, wanted, scope=by)
    return {"row": row, "period": wanted, "there": there, "form": form}


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
    return tuple(evidence.region_evidence(row.region_code, scope=by, size=evidence.MAX_PAGE).object_list)


def _told(row: MeasureRow, verdict: Verdict) -> str:
    """Return what became of the value, and how it and its period were understood."""
    period, value = verdict.read.period, verdict.read.value
    assert period is not None
    assert value is not None
    said = {
        Outcome.ACCEPTED: _("The value is reported"),
        Outcome.CORRECTED: _("The value is corrected; the former one stays readable"),
        Outcome.UNCHANGED: _("This value was there already; nothing has changed"),
    }
    figure = f"{grouped(value, reader_language())} {row.unit}"
    return f"{said[verdict.outcome]} ({period.text()}: {figure})"
