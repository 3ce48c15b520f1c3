"""Correct number and day of a paper that went on record wrongly."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from pilar.design.forms import posted, stored_once
from pilar.design.views import done
from pilar.people.rules import NotFound, Standing
from pilar.people.views import Shown
from pilar.villagefinance import operations
from pilar.villagefinance.forms.budgets import CorrectPaperForm
from pilar.villagefinance.operations.correcting import WITH_PAPER, corrected_by
from pilar.villagefinance.pages.frame import require, village_page
from pilar.villagefinance.queries import reports as queries
from pilar.villagefinance.queries.versions import version
from pilar.villagefinance.rules.authority import REPORTED_BY
from pilar.villagefinance.rules.reports import WITHOUT_PAPER, ReportAct

KIND = "villagefinance.correction"


@village_page("villagefinance/paying/form.html", tab="books", sends=True)
def report(request: HttpRequest, village: str, year: int, act: str, *, by: Standing, now: datetime) -> Shown:
    """Correct the paper of a report of the year."""
    if act not in {*ReportAct} or ReportAct(act) in WITHOUT_PAPER:
        raise NotFound
    of = ReportAct(act)
    require(by, REPORTED_BY[of], village)
    row = next(report_row for report_row in queries.reports(village, year, scope=by, now=now) if report_row.act is of)
    if not row.done:
        raise NotFound
    form = _form(request, row.paper, row.day)
    at = {"by": by, "village": village, "year": year, "act": of, "now": now}
    if stored_once(
        form, lambda: operations.correct_report(**at, **form.cleaned_data), kind=KIND, owner=by.account
    ):  # fmt: skip
        return done(request, _("The correction is kept"), "villagefinance:papers", village, year)
    return _shown(village, year, form, row.name)


@village_page("villagefinance/paying/form.html", tab="budget", sends=True)
def step(
    request: HttpRequest, village: str, year: int, number: int, step: int, *, by: Standing, now: datetime
) -> Shown:
    """Correct the paper of a step of a budget."""
    row = version(village, year, number, scope=by)
    of = dict(enumerate(row.steps, 1)).get(step)
    if of is None or of.act not in WITH_PAPER or not of.paper:
        raise NotFound
    require(by, corrected_by(of.act), village)
    form = _form(request, of.paper, of.day)
    at = {"by": by, "village": village, "year": year, "number": number, "step": step, "now": now}
    if stored_once(
        form, lambda: operations.correct_step(**at, **form.cleaned_data), kind=KIND, owner=by.account
    ):  # fmt: skip
        return done(request, _("The correction is kept"), "villagefinance:budget", *row.key)
    return _shown(village, year, form, of.name)


def _form(request: HttpRequest, paper: str, day: date | None) -> CorrectPaperForm:
    return CorrectPaperForm(posted(request), initial={"paper": paper, "day": day})


def _shown(village: str, year: int, form: CorrectPaperForm, name: str) -> Shown:
    return {
        "village": village, "year": year, "form": form, "heading": _("Correct the paper: %(paper)s") % {"paper": name},
        "submit": _("Keep the correction"), "spp": None,
    }  # fmt: skip
