"""The villages that a reader works with or oversees, and the home of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pilar.areas import queries as areas
from pilar.areas.reference import local_time, today_in
from pilar.design.forms import FaultsForm, posted
from pilar.design.import_files import template_workbook
from pilar.design.imports import ImportPage, look_then_store
from pilar.design.tables import KINDS, Asked, Column, Table
from pilar.design.views import file, number, searched
from pilar.people.authority import Case
from pilar.people.rules import NotFound, Standing
from pilar.people.views import OWN_REGION, Shown, answer, own_region, page
from pilar.platform.language import N_, translate
from pilar.platform.names import reference_of
from pilar.platform.reading import rupiah_text
from pilar.villagefinance import operations
from pilar.villagefinance.imports import Ceilings
from pilar.villagefinance.imports.prices import Prices
from pilar.villagefinance.pages.frame import village_page, waiting, years_around
from pilar.villagefinance.pages.oversight import LATE, STAGES
from pilar.villagefinance.pages.requests import waits_for
from pilar.villagefinance.pages.steps import Seen, Step, take
from pilar.villagefinance.pages.years import Due, due_of
from pilar.villagefinance.queries import oversight, requests
from pilar.villagefinance.queries.cash import cash
from pilar.villagefinance.queries.charts import new_in_charts
from pilar.villagefinance.queries.executors import executors
from pilar.villagefinance.queries.flags import prices_of, reads_flags, to_answer
from pilar.villagefinance.queries.public import waiting_questions
from pilar.villagefinance.queries.reports import reports
from pilar.villagefinance.queries.statements import unmatched
from pilar.villagefinance.queries.suppliers import changes
from pilar.villagefinance.queries.taxes import owed, remitted
from pilar.villagefinance.queries.versions import VersionRow, in_force, submitted, versions
from pilar.villagefinance.queries.villages import (
    SILENT,
    SILENT_NAME,
    own_villages,
    require_books,
    villages,
    without_books,
)
from pilar.villagefinance.queries.years import awaits_take_over, is_year_closed
from pilar.villagefinance.rules.authority import AUTHORITY, REPORTED_BY, Action, case_of
from pilar.villagefinance.rules.budgets import BUDGET_NAMES, INTERIM, BudgetState
from pilar.villagefinance.rules.clocks import FIRST_YEAR, LAST_YEAR

VILLAGES = Table(
    gettext_lazy("Villages"),
    Column("name", gettext_lazy("Village, district")),
    Column("code", gettext_lazy("Code"), on_page=False),
    Column("state_name", gettext_lazy("Budget")),
    Column("until", gettext_lazy("Next step due")),
)


@page(OWN_REGION)
def own(request: HttpRequest, *, by: Standing) -> Shown:
    """Redirect to the village or region of the reader."""
    units = own_villages(by)
    codes = [code for code in units if code.count(".") == 3]
    if codes and len(units) == 1:
        return redirect("villagefinance:village", codes[0])
    texts = (_("Village finance"), _("Look up the region whose villages you want to see."))
    return own_region(request, by, "villagefinance:villages", texts, _works_in(by))


@page("villagefinance/villages.html")
def listed(request: HttpRequest, region: str, *, by: Standing, now: datetime) -> Shown:
    """The villages of a region with the budget of a year; a camat sees the queue of all years first."""
    asked, year = Asked.of(request), year_of(request, region, now)
    state = request.GET.get("state", "")
    states = {budget_state.value: translate(name) for budget_state, name in BUDGET_NAMES.items()} | {
        SILENT: translate(SILENT_NAME)
    }
    state = state if state in states else ""
    begins = AUTHORITY.may(by, Action.BEGIN_REGION, Case(region)) and bool(without_books(region))
    try:
        page_of_books = villages(
            region, scope=by, year=year, now=now, search=searched(request), state=state, **asked.part
        )
    except NotFound:
        if not begins:
            raise
        return redirect("villagefinance:begin-region", region)
    asked_of = [waiting(by, version, now) for version in submitted(region, scope=by)]
    names = areas.village_names(codes=[budget.row.village for budget in asked_of]) if asked_of else {}
    queue = sorted(
        ((names.get(budget.row.village, budget.row.village), budget) for budget in asked_of),
        key=lambda pair: pair[1].until or date.max,
    )
    return {
        "region": areas.region(region), "year": year, "may_grant": AUTHORITY.may(by, Action.SET_CEILINGS, Case(region)),
        "villages": VILLAGES.of(page_of_books, asked, about=f"{region} {year}"),
        "begins": begins, "queue": queue, "reads_flags": reads_flags(by, region), "q": searched(request),
        "state": state,
        "states": [("", _("All")), *states.items()],
    }  # fmt: skip


@answer
def ceilings(request: HttpRequest, region: str, year: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Show the region's grants to its villages in a year, and import them from a file in two steps."""
    case = Case(region)
    AUTHORITY.require(by, Action.SET_CEILINGS, case, known=AUTHORITY.holds(by, Action.READ_BOOKS, case))
    shown = ImportPage(
        done=reverse("villagefinance:villages", args=[region]), label=_("File with the ceilings"),
        hint=_(
            "Each row names village, source of funds, ceiling, regulation and its day; another amount is a correction."
        ),
    )  # fmt: skip

    def draw(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
        about = {"region": areas.region(region), "about": year, "title": _("Ceilings of the villages")}
        return render(request, "villagefinance/region_import.html", {**about, **context}, status=status)

    return look_then_store(request, Ceilings(by, f"{region}/{year}", now), shown, draw)


@answer
def prices(request: HttpRequest, region: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Show standard prices of a region and import them in two steps; ``?as=xlsx`` gives a file with the present
    ones."""
    case = Case(region)
    AUTHORITY.require(by, Action.SET_CEILINGS, case, known=AUTHORITY.holds(by, Action.READ_BOOKS, case))
    importer = Prices(by, region, now)
    if request.GET.get("as") == "xlsx":
        rows = [
            (standard.item, standard.unit, standard.price, standard.rule, standard.since)
            for standard in prices_of(region)
        ]
        content = template_workbook({_("Standard prices"): importer.columns()}, {0: rows} if rows else None)
        return file(content, f"harga-{region}.xlsx", KINDS["xlsx"])
    shown = ImportPage(
        done=reverse("villagefinance:villages", args=[region]), label=_("File with the standard prices"),
        hint=_("A budget that pays more is a flag. Another price of the same thing holds from its day."),
        templates=((_("File to begin with (XLSX)"), f"{request.path}?as=xlsx"),),
    )  # fmt: skip

    def draw(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
        about = {"region": areas.region(region), "title": _("Standard prices")}
        return render(request, "villagefinance/region_import.html", {**about, **context}, status=status)

    return look_then_store(request, importer, shown, draw)


BEGIN = Step(
    operations.begin_region, N_("Check before you begin the books of the region"), N_("Begin the books"),
    N_("Charts and books of the region are there"),
    (
        N_("The charts are copied for the region alone; what is there already stays as it is."),
        N_("It can be done again when a village has come."),
    ),
    final=False,
)  # fmt: skip


@answer
def begin_region(request: HttpRequest, region: str, *, by: Standing) -> HttpResponse:
    """Begin the books of a region, or those of new villages."""
    AUTHORITY.require(by, Action.BEGIN_REGION, Case(region), known=False)

    def look() -> Seen:
        place, new, charts = areas.region(region), without_books(region), new_in_charts(region)
        told = ((_("Villages that get books"), len(new)), *((translate(name), count) for name, count in charts))
        trail = ((_("Village finance"), reverse("villagefinance:villages", args=[region])),)
        counts = tuple((name, str(count)) for name, count in told)
        return Seen(trail, place.name if place else region, counts=counts, done=not any(count for _name, count in told))

    return take(request, BEGIN, look, form=FaultsForm(posted(request)), by=by, region=region)


@village_page("villagefinance/village.html", tab="home")
def home(request: HttpRequest, village: str, *, by: Standing, now: datetime) -> Shown:
    """The home of a village: tasks of the reader in all years, the budget in force, late steps."""
    require_books(village, scope=by)
    region, today, year = village[:5], today_in(village[:5], now), year_of(request, village[:5], now)
    version_rows = versions(village, year, *years_around(today.year), scope=by)
    rows, of_year = (
        [version for version in version_rows if version.year == year],
        {"scope": by, "now": now, "village": village},
    )
    shown = [waiting(by, row, now) for row in rows]
    current = [
        waiting(by, version, now) for version in reversed(version_rows) if version.is_open or version.year >= today.year
    ]
    may_plan = AUTHORITY.may(by, Action.DRAW_UP, case_of(village))
    may_draw_up = may_plan and not is_year_closed(village, year)
    kept = [row for row in rows if row.state is not BudgetState.DROPPED]
    return {
        "village": village, "year": year, "years": years_around(year), "versions": shown,
        "in_force": in_force(rows, today),
        "mine": [budget for budget in current if any(not act.aside for act in budget.acts)],
        "asked": [row for row in requests.waiting(village, scope=by) if waits_for(by, row)],
        "due": [
            *due_of(by, village, year, now), *_to_take_over(rows, village, year, may_draw_up),
            *_to_name(by, village, [version for version in version_rows if version.year == today.year], now),
            *_to_record(by, village, year, now), *_waits_beside(by, village, now),
        ],
        "may_plan": may_plan, "may_begin": may_draw_up and not any(version.number > INTERIM for version in kept),
        "may_change": may_draw_up and any(version.enacted and version.number > INTERIM for version in kept)
        and not any(version.is_open for version in kept),
        "may_spend_before": may_draw_up and not any(version.enacted or version.number == INTERIM for version in kept),
        "questions": waiting_questions(village, scope=by, now=now), "cash": cash(village, today),
        "late": LATE.of(oversight.late(region, year, **of_year), without={"name"}),
        "stages": STAGES.of(oversight.next_stages(region, year, **of_year), without={"name"}),
        "reads_flags": reads_flags(by, region), "region": areas.region(region),
        "reads_questions": AUTHORITY.may(by, Action.READ_QUESTIONS, case_of(village)),
        "publishes": AUTHORITY.may(by, Action.PUBLISH, case_of(village)),
    }  # fmt: skip


def _to_name(by: Standing, village: str, rows: Sequence[VersionRow], now: datetime) -> Iterator[Due]:
    """Yield a task if activities of the budget in force have no executor to request their money."""
    counts = in_force(rows, today_in(village[:5], now))
    if counts and AUTHORITY.may(by, Action.NAME_EXECUTORS, case_of(village)):
        lacking = sum(not executor.holds for executor in executors(village, counts.year, now=now))
        if lacking:
            to = reverse("villagefinance:executors", args=[village, counts.year])
            said = ngettext("%(count)s activity without executor", "%(count)s activities without executor", lacking)
            yield Due(_("Name the executors of %(year)s") % {"year": counts.year}, to, told=said % {"count": lacking})


def _to_record(by: Standing, village: str, year: int, now: datetime) -> Iterator[Due]:
    """Yield the reports of this year and the one before that the reader can put on record now."""
    if any(AUTHORITY.may(by, action, case_of(village)) for action in REPORTED_BY.values()):
        both = {of: reports(village, of, scope=by, now=now) for of in years_around(year) if of <= year}
        for of, report in ((of, row) for of, rows in both.items() for row in rows):
            if not (report.done or report.faults) and AUTHORITY.may(by, REPORTED_BY[report.act], case_of(village)):
                to = reverse("villagefinance:record-report", args=[village, of, report.act])
                yield Due(f"{report.name}: {of}", to, report.due < today_in(village[:5], now))


def _waits_beside(by: Standing, village: str, now: datetime) -> Iterator[Due]:
    """Yield the reader's tasks of any year: flags, numbers of accounts and receipts, tax, the bank."""

    def may(action: Action) -> bool:
        return AUTHORITY.may(by, action, case_of(village))

    def until(day: date) -> str:
        return _("until %(day)s") % {"day": date_format(day, "j F Y")}

    today = today_in(village[:5], now)
    if may(Action.ANSWER_FLAG):
        count, last = to_answer(village, scope=by)
        if last:
            said = ngettext("Answer %(count)s flag", "Answer %(count)s flags", count) % {"count": count}
            to = f"{reverse('villagefinance:flags', args=[village[:5]])}?q={village}"
            yield Due(said, to, last < today, until(last))
    if may(Action.CONFIRM_ACCOUNT):
        for change in changes(village, scope=by):
            if reference_of(change.asked_by) != by.signature:
                told = _("from %(moment)s") % {"moment": local_time(change.holds_from, village[:5])}
                said = _("Confirm the account number of %(owner)s") % {"owner": change.owner}
                yield Due(said, reverse("villagefinance:accounts", args=[village]), told=told)
        for row in remitted(village, scope=by):
            if row.no and reference_of(row.asked_by) != by.signature:
                said = _("Confirm the corrected NTPN %(number)s") % {"number": row.correct}
                yield Due(said, reverse("villagefinance:taxes", args=[village]))
    if may(Action.PAY):
        for tax in owed(village, scope=by, today=today):
            told = f"Rp{rupiah_text(tax.amount)}, {until(tax.due)}"
            to = reverse("villagefinance:remit", args=[village, tax.tax])
            yield Due(_("Remit %(tax)s") % {"tax": tax.title}, to, tax.due < today, told)
    if may(Action.RECONCILE):
        for key, name, count in unmatched(village, scope=by):
            told = ngettext("%(count)s movement not matched", "%(count)s movements not matched", count)
            said = _("Match the bank statement of %(account)s") % {"account": name}
            yield Due(said, reverse("villagefinance:bank", args=[village, key]), told=told % {"count": count})


def _to_take_over(rows: Sequence[VersionRow], village: str, year: int, may: bool) -> Iterator[Due]:
    """Yield a task if activities of the year before continue and no version of this one has them."""
    if may and awaits_take_over(village, year):
        written = next((row for row in rows if row.is_written), None)
        to = ("budget", written.key) if written else ("change" if rows else "begin", (village, year))
        told = "" if written else _("Begin a change of the budget first") if rows else _("Begin the budget first")
        said = _("Take over what goes on from %(year)s (DPAL)") % {"year": year - 1}
        yield Due(said, reverse(f"villagefinance:{to[0]}", args=to[1]), told=told)


def year_of(request: HttpRequest, region: str, now: datetime) -> int:
    """Return the year that an address asks for, or the present one."""
    asked = number(request, "tahun", most=4)
    return asked if asked and FIRST_YEAR <= asked <= LAST_YEAR else today_in(region, now).year


def _works_in(by: Standing):  # type: ignore[no-untyped-def]
    reach = AUTHORITY.extent(by, Action.READ_BOOKS)
    return lambda code: code in reach.touched
