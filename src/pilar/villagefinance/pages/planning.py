"""Plans that budgets are based on: of a year (RKPDes), and of the term of the head (RPJMDes), by form and by file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from pilar.design.forms import Rows, posted, stored
from pilar.design.import_files import template_workbook
from pilar.design.imports import ImportPage, look_then_store
from pilar.design.tables import KINDS
from pilar.design.views import done, file
from pilar.people.rules import Standing
from pilar.people.views import Shown, answer
from pilar.platform.versions import sign_of
from pilar.villagefinance import operations
from pilar.villagefinance.forms.budgets import ExecutorsForm, LongPlannedForm, PlannedForm, ProgrammeForm, SeenForm
from pilar.villagefinance.imports import PlannedWorks
from pilar.villagefinance.operations.planning import last_year
from pilar.villagefinance.pages.budgets import coded, sent_rows
from pilar.villagefinance.pages.frame import drawn_again, require, village_page
from pilar.villagefinance.queries import budgets as queries
from pilar.villagefinance.queries import executors as named
from pilar.villagefinance.queries import plans
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of


@village_page("villagefinance/plan.html", tab="plan", sends=True, kept=True)
def plan(request: HttpRequest, village: str, year: int, *, by: Standing, long: bool = False) -> Shown:
    """The plan of a year, initially filled from the plan of many years; or the plan of many years itself."""
    case = case_of(village)
    AUTHORITY.require(by, Action.READ_BOOKS, case, known=False)
    last, name = (last_year(village, year), "long-plan") if long else (year, "plan")
    works = plans.planned(village, year, last)
    taken = [] if works or long else plans.of_long_plan(village, year)
    begun, _ends = plans.long_plan_of(village, year) or (year, year)
    names, funds = queries.activity_names(village[:5]), queries.fund_names(village[:5])
    rows = Rows(
        LongPlannedForm if long else PlannedForm, "plan", first=works or taken, activities=coded(names),
        funds=coded(funds),
    )  # fmt: skip
    form = SeenForm(posted(request), initial={"sign": sign_of(works)})
    if request.method == "POST":

        def store() -> None:
            given = [planned_form.planned() for planned_form in rows.forms]
            operations.set_plan(by=by, village=village, year=year, given=given, long=long, seen=form.seen)

        AUTHORITY.require(by, Action.DRAW_UP, case, known=True)
        if sent_rows(request, form, rows, store):
            return done(request, _("The plan is kept"), f"villagefinance:{name}", village, year)
    return {
        "village": village, "year": year, "last": last, "long": long, "begun": begun, "form": form,
        "rows": rows, "taken": bool(taken),
        "planned": [{**work, "name": names.get(work["activity"], "")} for work in works or taken],
        "may_write": AUTHORITY.may(by, Action.DRAW_UP, case),
    }  # fmt: skip


@village_page("villagefinance/programmes.html", tab="books", sends=True, kept=True)
def programmes(request: HttpRequest, village: str, year: int, *, by: Standing) -> Shown:
    """Programmes of others in the village, for the account of the year (LPJ)."""
    AUTHORITY.require(by, Action.READ_BOOKS, case_of(village), known=False)
    programmes = plans.programmes(village, year)
    form, rows = (
        SeenForm(posted(request), initial={"sign": sign_of(programmes)}),
        Rows(ProgrammeForm, "of", first=programmes),
    )
    if request.method == "POST":
        require(by, Action.MAKE_ACCOUNT, village)

        def store() -> None:
            given = [operations.Programme(**programme_form.cleaned_data) for programme_form in rows.forms]
            operations.set_programmes(by=by, village=village, year=year, given=given, seen=form.seen)

        if sent_rows(request, form, rows, store):
            return done(request, _("The programmes of others are kept"), "villagefinance:papers", village, year)
    may_write = AUTHORITY.may(by, Action.MAKE_ACCOUNT, case_of(village))
    return {"village": village, "year": year, "form": form, "rows": rows, "found": programmes, "may_write": may_write}


@village_page("villagefinance/executors.html", tab="executors", sends=True)
def executors(request: HttpRequest, village: str, year: int, *, by: Standing, now: datetime) -> Shown:
    """Show the executors of the activities of a year (PKA); where nobody is named, the form suggests last year's."""
    case = case_of(village)
    AUTHORITY.require(by, Action.READ_BOOKS, case, known=False)
    rows, people = named.executors(village, year, now=now), named.holders(village, now)
    before = named.executors(village, year - 1, now=now) if not any(row.executor for row in rows) else ()
    first = {executor.activity: executor.account for executor in (*before, *rows) if executor.holds}
    sign = named.seen_of(named.named(village, [year]))
    form = ExecutorsForm(
        posted(request), rows=rows, people=[(str(key), name) for key, name in people], initial={**first, "sign": sign}
    )  # fmt: skip
    if request.method == "POST":
        AUTHORITY.require(by, Action.NAME_EXECUTORS, case, known=True)
        at: dict[str, Any] = {"by": by, "village": village, "year": year, "now": now}
        if stored(form, lambda: operations.name_executors(given=form.executors(), seen=form.seen, **at)):
            return done(request, _("The executors are named"), "villagefinance:executors", village, year)
    return {
        "village": village, "year": year, "form": form, "rows": rows, "taken": bool(first) and bool(before),
        "people": people, "may_name": AUTHORITY.may(by, Action.NAME_EXECUTORS, case),
    }  # fmt: skip


@answer
def imported(
    request: HttpRequest, village: str, year: int, *, by: Standing, now: datetime, long: bool = False
) -> HttpResponse:
    """Import a plan from a file, in two steps; ``?as=xlsx`` gives a template."""
    require(by, Action.DRAW_UP, village)
    importer = PlannedWorks(by, f"{village}/{year}/{'long' if long else ''}", now)
    name = "long-plan" if long else "plan"
    if request.GET.get("as") == "xlsx":
        works = plans.planned(village, year, last_year(village, year) if long else year)
        rows = [tuple(work[column.name] for column in importer.columns()) for work in works]
        content = template_workbook({_("Works"): importer.columns()}, {0: rows} if rows else None)
        return file(content, f"{'rpjmdes' if long else 'rkpdes'}-{village}-{year}.xlsx", KINDS["xlsx"])
    here = reverse(f"villagefinance:{name}", args=[village, year])
    shown = ImportPage(
        done=here,
        label=_("File with the plan"),
        hint=_("What the file says takes the place of the whole plan."),
        templates=((_("File to begin with (XLSX)"), f"{request.path}?as=xlsx"),),
    )

    def draw(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
        context = {"village": village, "year": year, "long": long, **context}
        return drawn_again(request, "villagefinance/plan_import.html", context, by=by, tab="plan", status=status)

    return look_then_store(request, importer, shown, draw)
