"""Plans for the public: the regions that have one, and the plan of a region in force."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.views.decorators.http import require_safe

from pilar.areas import queries as areas
from pilar.areas.reference import today_in
from pilar.design.conditional import Alike, everybody
from pilar.design.tables import Asked, Column, Table
from pilar.design.views import drawn, searched
from pilar.evidence import queries as evidence
from pilar.masterplan import queries, wording
from pilar.masterplan.forms.plans import DayForm
from pilar.masterplan.pages.bodies import seats
from pilar.masterplan.pages.programmes import by_pillar
from pilar.masterplan.pages.progress_shown import per_pillar
from pilar.masterplan.pages.texts import shown
from pilar.masterplan.queries import ProgrammeRow, VersionRow
from pilar.masterplan.queries.programmes import MAX_KEPT, stamped_programmes
from pilar.masterplan.rules.authority import Action, Case, holds
from pilar.masterplan.rules.content import Fund
from pilar.people.rules import PUBLIC, Standing
from pilar.people.views import Shown, knowing, page
from pilar.platform.kept import Kept

ROMAN = ("I", "II", "III", "IV")
PAGES = Alike()
ROAD_MAPS: Kept[SafeString] = Kept(MAX_KEPT)


PLANS = Table(
    gettext_lazy("Master plans"),
    Column("region", gettext_lazy("Region"), "version.plan.region_name"),
    Column("code", gettext_lazy("Code"), "version.plan.region", on_page=False),
    Column(
        "years",
        gettext_lazy("Years of the plan"),
        lambda row: f"{row.version.plan.first_year}–{row.version.plan.last_year}",
    ),
    Column("decree", gettext_lazy("Regulation"), "version.decree"),
    Column("state", gettext_lazy("State"), "state", on_page=False),
    Column("programmes", gettext_lazy("Programmes"), number=True),
    Column("quick_wins", gettext_lazy("Quick wins"), number=True),
)


@everybody
@page("masterplan/public/plans.html", public=True)
def plans(request: HttpRequest, *, now: datetime) -> Shown:
    """The regions whose plan is law."""
    search, today = searched(request), today_in("", now)
    return {"plans": PLANS.of(queries.public_plans(today, search=search), Asked.of(request)), "q": search}


@everybody
@require_safe
@knowing
def plan(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> HttpResponse:
    """The plan of a region in force: its aims, programmes on a road map, money, quick wins, law and bodies."""
    today = today_in(code, now)
    form = DayForm(request.GET if "day" in request.GET else None, initial={"day": today})
    asked = form.cleaned_data["day"] if form.is_bound and form.is_valid() else None
    return PAGES.answer(
        request, today, read=lambda: plan_shown(code, asked, by=by, now=now), made_of=lambda content: content,
        draw=lambda content: drawn(request, "masterplan/public/plan.html", {**content, "form": form}),
    )  # fmt: skip


def plan_shown(code: str, asked: date | None, *, by: Standing, now: datetime) -> dict[str, Any]:
    """Return all that the page of a plan shows but its form, of the plan ``asked`` for by a day or of today's: rows
    that tell by their ``repr`` all they hold."""
    region, today = areas.region(code), today_in(code, now)
    day = asked or today
    row = queries.public_plan(code, day)
    stamp, programmes = stamped_programmes(row)
    years = range(row.plan.first_year, row.plan.last_year + 1)
    law = queries.versions(code, scope=PUBLIC)
    return {
        **shown(row, by),
        "region": region,
        "row": row,
        "plan": row.plan,
        "current": in_force_on(row, day),
        "asked": asked,
        "replaced_by": queries.replaced_by(row, scope=PUBLIC),
        "years": years,
        "count": len(programmes),
        "road_map": _road_map(row, stamp, programmes, years),
        "money": _money(programmes, years),
        "quick_wins": [
            (programme, wording.part_name(wording.pillar_of(programme.content.part)))
            for programme in programmes
            if programme.content.quick_win
        ],
        "bodies": [(body, seats(body)) for body in queries.bodies(row.plan.key)],
        "file": next(iter(evidence.evidence_list([row.decree_file], scope=by)), None) if row.decree_file else None,
        "versions": [(version, version.state_on(today)) for version in law],
        "progress": per_pillar(row, now),
        "works_here": holds(by, Action.READ_PLAN, Case(code)),
    }


def in_force_on(row: VersionRow, day: date) -> bool:
    """Return whether a version was, is or will be in force on a day."""
    return row.in_force_since is not None and row.in_force_since <= day <= (row.in_force_until or day)


def _road_map(row: VersionRow, stamp: Hashable, programmes: Sequence[ProgrammeRow], years: range) -> SafeString:
    """Return the programmes on the road map as the page shows them: drawn again only when the plan was written to,
    since their rows cost more than the rest of the page."""

    def draw() -> SafeString:
        pillars = [{**group, "programmes": _active(group, years)} for group in by_pillar(programmes)]
        shown = {"pillars": pillars, "row": row, "years": years}
        return render_to_string("masterplan/public/road_map.html", shown)

    return ROAD_MAPS.get((row.key, stamp, get_language()), draw)


def _active(group: dict[str, Any], years: range) -> list[tuple[ProgrammeRow, list[str]]]:
    """Return the programmes of a pillar, each with the quarters of each year in which it is active."""
    return [
        (programme, [_quarters(spans, year) for year in years])
        for _part, programme, _money in group["rows"]
        for spans in [{(leaf.starts.place, leaf.ends.place) for leaf in programme.content.leaves}]
    ]


def _quarters(spans: set[tuple[int, int]], year: int) -> str:
    """Return the quarters of a year with an activity, such as ``I, IV``, neighbours joined; empty for none.

    ``spans``: the places of the first and the last quarter of each activity.
    """
    numbers = [number for number in range(1, 5) if any(first <= year * 4 + number - 1 <= last for first, last in spans)]
    if not numbers:
        return ""
    if numbers == list(range(numbers[0], numbers[-1] + 1)) and len(numbers) > 1:
        return f"{ROMAN[numbers[0] - 1]}–{ROMAN[numbers[-1] - 1]}"
    return ", ".join(ROMAN[number - 1] for number in numbers)


def _money(programmes: Sequence[ProgrammeRow], years: range) -> dict[str, Any]:
    """Return money by source of funds and year, in rupiah."""
    sums: dict[tuple[Fund, int], Decimal] = {}
    for programme in programmes:
        for budget in programme.content.budgets:
            sums[budget.fund, budget.year] = sums.get((budget.fund, budget.year), Decimal(0)) + budget.amount
    funds = [fund for fund in Fund if any(key[0] is fund for key in sums)]
    return {
        "funds": [
            (wording.fund_name(fund), [sums.get((fund, year)) for year in years], _sum(sums, fund=fund))
            for fund in funds
        ],
        "years": [_sum(sums, year=year) for year in years],
        "total": _sum(sums),
    }


def _sum(sums: dict[tuple[Fund, int], Decimal], *, fund: Fund | None = None, year: int | None = None) -> Decimal:
    wanted = (amount for (whose, when), amount in sums.items() if fund in (None, whose) and year in (None, when))
    return sum(wanted, Decimal(0))
