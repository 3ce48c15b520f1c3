"""Draw up and read a budget: line by line, next to last year and the plan, month by month, its evaluation sheet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from pilar.areas.reference import today_in
from pilar.design.forms import Rows, posted, shown_on, stored, stored_once
from pilar.design.import_files import template_workbook
from pilar.design.imports import ImportPage, look_then_store
from pilar.design.tables import KINDS
from pilar.design.views import done, file
from pilar.people.rules import NotFound, Standing
from pilar.people.views import Shown, answer, button
from pilar.villagefinance import operations, reference
from pilar.villagefinance.forms.budgets import (
    ActivityForm,
    AmountForm,
    BeginForm,
    ChangeForm,
    ItemForm,
    KindForm,
    LineForm,
    MonthsForm,
    PostsForm,
    SeenForm,
    item_fields,
)
from pilar.villagefinance.imports import BUDGET_COLUMNS, BudgetLines
from pilar.villagefinance.operations.correcting import WITH_PAPER, corrected_by
from pilar.villagefinance.operations.drafting import spread
from pilar.villagefinance.pages.frame import ShownCheck, drawn_again, require, village_page, waiting
from pilar.villagefinance.queries import budgets as queries
from pilar.villagefinance.queries.budgets import BudgetDetail
from pilar.villagefinance.queries.comparing import compared as compared_rows
from pilar.villagefinance.queries.corrections import CorrectionRow, about_step, corrections
from pilar.villagefinance.queries.plans import taken_over
from pilar.villagefinance.queries.versions import StepRow, VersionRow, in_force, version, versions
from pilar.villagefinance.queries.years import CarriedRow, carried_lines, carried_package, is_year_closed
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of
from pilar.villagefinance.rules.budgets import BudgetKind
from pilar.villagefinance.rules.codes import EXPENDITURE, FINANCING_IN, FINANCING_OUT, REVENUE

ZERO = Decimal(0)
OTHERS = (REVENUE, FINANCING_IN, FINANCING_OUT)


@village_page("villagefinance/posts.html", tab="home", sends=True)
def begin(request: HttpRequest, village: str, year: int, *, by: Standing) -> Shown:
    """Begin the budget of a year."""
    require(by, Action.DRAW_UP, village)
    form = BeginForm(posted(request))
    if stored_once(
        form, lambda: operations.begin_budget(by=by, village=village, year=year, posts=form.posts()),
        kind="villagefinance.begun", owner=by.account,
    ):  # fmt: skip
        return done(request, _("The draft is begun"), *_begun(village, year, form.outcome))
    return {"village": village, "year": year, "form": form}


@village_page("villagefinance/change.html", tab="home", sends=True)
def change(request: HttpRequest, village: str, year: int, *, by: Standing, now: datetime) -> Shown:
    """Begin a change of the budget in force, or the spending allowed before there is one."""
    require(by, Action.DRAW_UP, village)
    whole = any(row.enacted and row.kind is not BudgetKind.INTERIM for row in versions(village, year, scope=by))
    kinds = (BudgetKind.SHIFT, BudgetKind.AMENDED) if whole else (BudgetKind.INTERIM,)
    form = ChangeForm(posted(request), kinds=kinds, initial={"kind": kinds[0]})
    if stored_once(
        form, lambda: operations.begin_change(by=by, village=village, year=year, now=now, **form.cleaned_data),
        kind="villagefinance.begun", owner=by.account,
    ):  # fmt: skip
        return done(request, _("The change is begun"), *_begun(village, year, form.outcome))
    return {"village": village, "year": year, "form": form}


def _begun(village: str, year: int, number: int | None) -> tuple[Any, ...]:
    """Return the address of the version that was begun, or the home of the village if it was sent twice."""
    of_version = ("villagefinance:budget", village, year, number)
    return ("villagefinance:village", village) if number is None else of_version


@village_page("villagefinance/what_if.html", tab="home", sends=True)
def what_if(request: HttpRequest, village: str, year: int, *, by: Standing, now: datetime) -> Shown:
    """Show whether all rules would still hold with other amounts of lines in the budget in force; nothing is stored
    until the change is begun."""
    rows_of_year = versions(village, year, scope=by)
    counts = in_force(rows_of_year, today_in(village[:5], now))
    if counts is None:
        raise NotFound
    detail = queries.detail(counts)
    names = queries.account_names(village[:5], REVENUE, EXPENDITURE, FINANCING_IN, FINANCING_OUT)
    form, rows = KindForm(posted(request)), Rows(
        AmountForm, "lines", fixed=("activity", "account", "fund"), lines=detail.lines, accounts=coded(names),
        activities=coded(queries.activity_names(village[:5])), funds=coded(queries.fund_names(village[:5])),
    )  # fmt: skip
    shown: dict[str, Any] = {"village": village, "year": year, "form": form, "rows": rows}
    if request.method == "POST":
        do = request.POST.get("do", "look")
        if do not in ("look", "begin"):
            rows.read(request.POST)
        elif form.is_valid() and rows.judge(request.POST):
            amounts = {amount_form.of: amount_form.cleaned_data["amount"] for amount_form in rows.forms}
            kind = form.cleaned_data["kind"]
            if do == "begin":
                with shown_on(form, rows):
                    number = operations.begin_change(
                        by=by, village=village, year=year, kind=kind, amounts=amounts, now=now
                    )  # fmt: skip
                    return done(request, _("The change is begun"), "villagefinance:budget", village, year, number)
            thought = queries.imagined(detail, kind, amounts)
            shown["checks"] = [ShownCheck(check) for check in queries.sheet_of(thought, now=now).checks]
            may_draw_up = AUTHORITY.may(by, Action.DRAW_UP, case_of(village)) and not is_year_closed(village, year)
            shown["may_begin"] = may_draw_up and not any(row.is_open for row in rows_of_year)
    return shown


@village_page("villagefinance/budget.html", tab="budget")
def budget(_request: HttpRequest, village: str, year: int, number: int, *, by: Standing, now: datetime) -> Shown:
    """A budget by activity, with its sums and the findings of its evaluation."""
    detail = queries.budget(village, year, number, scope=by)
    sheet = queries.sheet_of(detail, now=now)
    return {
        "row": detail.version, "found": detail, "sums": _sums(detail), "steps": _steps(detail.version, by),
        "wait": waiting(by, detail.version, now, budget=detail, sheet=sheet), "sheet": sheet,
        "faults": [fault.text() for fault in sheet.faults] if detail.version.is_open else [],
        "share": next((check for check in sheet.checks if check.origin.rule == "operational_share"), None),
        "may_write": detail.version.is_written and AUTHORITY.may(by, Action.WRITE_LINES, detail.version.case),
        "goes_on": _goes_on(detail),
        "lacking": queries.lacking(detail) if detail.version.is_written else (),
    }  # fmt: skip


def _steps(row: VersionRow, by: Standing) -> list[tuple[StepRow, list[CorrectionRow], bool]]:
    """Return the steps of a version, each with its corrections and whether the reader may correct its paper."""
    known = corrections(row.village, f"step/{row.year}/{row.number}", below=True) if row.steps else ()
    return [
        (
            step, [of for of in known if of.about == about_step(row.year, row.number, no)],
            bool(step.paper) and step.act in WITH_PAPER and AUTHORITY.may(by, corrected_by(step.act), row.case),
        )
        for no, step in enumerate(row.steps, 1)
    ]  # fmt: skip


def _goes_on(detail: BudgetDetail) -> list[CarriedRow]:
    """Return the lines carried over from the year before (DPAL) that this draft does not have yet."""
    row, package = detail.version, carried_package(detail.version.year)
    taken = {
        (line.activity, line.account, line.fund)
        for line in detail.lines
        for item in line.items
        if item.package == package
    }
    there = carried_lines(row.village, row.year - 1) if row.is_written else ()
    return [carried for carried in there if (carried.activity, carried.account, carried.fund) not in taken]


@button
def take_over(
    request: HttpRequest, village: str, year: int, number: int, *, by: Standing
) -> HttpResponse:  # fmt: skip
    """Add the carried-over lines of the year before to a draft."""
    count = operations.take_over(by=by, village=village, year=year, number=number)
    said = _("Lines that were taken over: %(count)s") % {"count": count}
    return done(request, said, "villagefinance:budget", village, year, number)


@village_page("villagefinance/posts.html", tab="budget", sends=True)
def posts(request: HttpRequest, village: str, year: int, number: int, *, by: Standing) -> Shown:
    """Show and set the numbers of posts with a fixed income."""
    row = writer(by, village, year, number)
    first = {"head": row.posts.head, "secretary": row.posts.secretary, "staff": row.posts.staff}
    form = PostsForm(posted(request), initial=first)
    at = {"village": village, "year": year, "number": number}
    if stored(form, lambda: operations.set_posts(by=by, posts=form.posts(), **at)):
        return done(request, _("The posts are kept"), "villagefinance:budget", *row.key)
    return {"row": row, "form": form}


@village_page("villagefinance/activity.html", tab="budget", sends=True)
def add_activity(request: HttpRequest, village: str, year: int, number: int, *, by: Standing) -> Shown:
    """Choose an activity to add to the budget."""
    row = writer(by, village, year, number)
    form = ActivityForm(posted(request), activities=coded(queries.activity_names(row.region)))
    if form.is_bound and form.is_valid():
        return redirect("villagefinance:lines", *row.key, form.cleaned_data["activity"])
    return {"row": row, "form": form}


@village_page("villagefinance/lines.html", tab="budget", sends=True, kept=True)
def others(request: HttpRequest, village: str, year: int, number: int, *, by: Standing) -> Shown:
    """Revenue and financing of a budget."""
    detail = queries.budget(village, year, number, scope=by)
    return _written(request, by, detail, "", LineForm, *OTHERS)


@village_page("villagefinance/lines.html", tab="budget", sends=True, kept=True)
def lines(request: HttpRequest, village: str, year: int, number: int, activity: str, *, by: Standing) -> Shown:
    """The items of an activity (RAB)."""
    detail = queries.budget(village, year, number, scope=by)
    if activity not in queries.activity_names(detail.version.region):
        raise NotFound
    return _written(request, by, detail, activity, ItemForm, EXPENDITURE)


@answer
def imported(
    request: HttpRequest, village: str, year: int, number: int, *, by: Standing, now: datetime
) -> HttpResponse:
    """Import budget lines from a file, in two steps."""
    row = writer(by, village, year, number)
    here = reverse("villagefinance:import-book", args=row.key)
    shown = ImportPage(
        done=reverse("villagefinance:budget", args=row.key),
        label=_("File with the lines"),
        hint=_(
            "A list of items with their prices, or a budget (APBDes) as it is published. What the file says of an "
            "activity replaces all that the activity had; without an activity: of revenue and financing."
        ),
        templates=((_("File to begin with (XLSX)"), here),),
    )

    def draw(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
        return drawn_again(
            request, "villagefinance/import.html", {"row": row, **context}, by=by, tab="budget", status=status
        )

    return look_then_store(request, BudgetLines(by, "/".join(map(str, row.key)), now), shown, draw)


@answer
def book(_request: HttpRequest, village: str, year: int, number: int, *, by: Standing) -> HttpResponse:
    """A file with the present lines, as a template."""
    detail = queries.budget(village, year, number, scope=by)
    rows = [
        (
            line.activity, line.account, line.fund, item.description, item.volume, item.unit, item.unit_price,
            item.amount, item.package, item.output,
        )
        for line in detail.lines for item in line.items
    ]  # fmt: skip
    content = template_workbook({_("Lines"): BUDGET_COLUMNS}, {0: rows})
    return file(content, f"apbdes-{village}-{year}-{number}.xlsx", KINDS["xlsx"])


@village_page("villagefinance/compared.html", tab="compared")
def compared(_request: HttpRequest, village: str, year: int, number: int, *, by: Standing) -> Shown:
    """A budget, the year before and the year's plan side by side."""
    detail = queries.budget(village, year, number, scope=by)
    return {"row": detail.version, "rows": compared_rows(detail, scope=by), "sums": _sums(detail)}


@village_page("villagefinance/sheet.html", tab="sheet")
def sheet(_request: HttpRequest, village: str, year: int, number: int, *, by: Standing, now: datetime) -> Shown:
    """The evaluation sheet of a budget: as it was kept, or by today's rules while it is drawn up."""
    detail = queries.budget(village, year, number, scope=by)
    kept = None if detail.version.is_written else queries.stored_sheet(detail.version)
    shown = kept or queries.sheet_of(detail, now=now)
    return {"row": detail.version, "checks": [ShownCheck(check) for check in shown.checks], "kept": kept is not None}


@village_page("villagefinance/cash.html", tab="cash")
def cash(_request: HttpRequest, village: str, year: int, number: int, *, by: Standing) -> Shown:
    """The cash plan of a version (RAK): each line with its months."""
    detail = queries.budget(village, year, number, scope=by)
    planned = [line.months for line in detail.lines if line.activity and line.months]
    months = [sum((line[at] for line in planned), ZERO) for at in range(12)]
    return {
        "row": detail.version, "found": detail, "may_plan": _plans(by, detail.version),
        "months": list(zip(MONTHS.values(), months, strict=True)),
        "source": reference.budget_rules(region=village[:5], day=date(year, 1, 1)).execution.origin.source,
    }  # fmt: skip


@village_page("villagefinance/months.html", tab="cash", sends=True)
def months(request: HttpRequest, village: str, year: int, number: int, line: int, *, by: Standing) -> Shown:
    """The twelve months of a line."""
    detail = queries.budget(village, year, number, scope=by)
    own = next((row for row in detail.lines if row.key == line), None)
    if own is None:
        raise NotFound
    AUTHORITY.require(by, Action.PLAN_CASH, detail.version.case, known=True)
    first = {f"month{at}": amount for at, amount in enumerate(own.months or spread(own.amount), start=1)}
    form = MonthsForm(posted(request), initial=first | {"sign": own.seen}, months=tuple(map(str, MONTHS.values())))
    at: dict[str, Any] = {"village": village, "year": year, "number": number}
    if stored(form, lambda: operations.set_cash_plan(by=by, months={line: form.months()}, seen=form.seen, **at)):
        return done(request, _("The months are kept"), "villagefinance:cash", *detail.version.key)
    return {"row": detail.version, "line": own, "form": form}


@village_page("villagefinance/cash.html", tab="cash", sends=True)
def spread_cash(request: HttpRequest, village: str, year: int, number: int, *, by: Standing) -> Shown:
    """Spread lines evenly over the months whose plan does not add up."""
    detail = queries.budget(village, year, number, scope=by)
    if request.method == "POST":
        plan = {line.key: spread(line.amount) for line in detail.unplanned}
        operations.set_cash_plan(by=by, village=village, year=year, number=number, months=plan)
        return done(request, _("What had no plan is spread over the year"), "villagefinance:cash", *detail.version.key)
    return redirect("villagefinance:cash", *detail.version.key)


def _written(
    request: HttpRequest, by: Standing, detail: BudgetDetail, activity: str, kind: type[LineForm], *heads: str
) -> Shown:
    """The lines of an activity, as a form for those who may write them."""
    row, own = detail.version, tuple(line for line in detail.lines if line.activity == activity)
    may_write = row.is_written and AUTHORITY.may(by, Action.WRITE_LINES, row.case)
    accounts, funds = queries.account_names(row.region, *heads), queries.fund_names(row.region)
    first = [item for line in own for item in item_fields(line)] or taken_over(row.village, row.year, activity)
    rows = Rows(
        kind, "items", first=first,
        accounts=coded(accounts), funds=coded(funds),
    )  # fmt: skip
    form = SeenForm(posted(request), initial={"sign": queries.items_seen(own)})
    if request.method == "POST":
        AUTHORITY.require(by, Action.WRITE_LINES, row.case, known=True)

        def store() -> None:
            operations.set_lines(
                by=by, village=row.village, year=row.year, number=row.number, activities={activity},
                given=[line_form.given(activity) for line_form in rows.forms], seen=form.seen,
            )  # fmt: skip

        if sent_rows(request, form, rows, store):
            return done(request, _("The lines are kept"), "villagefinance:budget", *row.key)
    return {
        "row": row, "form": form, "rows": rows, "lines": own, "activity": activity, "may_write": may_write,
        "total": sum((line.amount for line in own), ZERO),
        "activity_name": queries.activity_names(row.region).get(activity),
    }  # fmt: skip


def sent_rows(request: HttpRequest, form: SeenForm, rows: Rows[Any], store: Callable[[], None]) -> bool:
    """Return whether the rows that were sent are stored; a button that adds or removes a row only redraws the form."""
    if request.POST.get("do", "save") != "save":
        rows.read(request.POST)
        return False
    return rows.judge(request.POST) and stored(form, store, rows)


def writer(by: Standing, village: str, year: int, number: int) -> VersionRow:
    row = version(village, year, number, scope=by)
    AUTHORITY.require(by, Action.WRITE_LINES, row.case, known=True)
    return row


def _plans(by: Standing, row: VersionRow) -> bool:
    return not row.checked and AUTHORITY.may(by, Action.PLAN_CASH, row.case)


def coded(names: dict[str, str]) -> list[tuple[str, str]]:
    return [(code, f"{code} {name}") for code, name in names.items()]


def _sums(detail: BudgetDetail) -> dict[str, Any]:
    draft = detail.draft
    revenue, spent = draft.total(REVENUE), draft.total(EXPENDITURE)
    financing = draft.total(FINANCING_IN) - draft.total(FINANCING_OUT)
    return {"revenue": revenue, "expenditure": spent, "financing": financing, "rest": revenue - spent + financing}
