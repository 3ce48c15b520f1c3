"""The programmes of a version, one programme in full, its quick wins, and the version's changes of its base."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from pilar.areas.reference import today_in
from pilar.design.views import searched
from pilar.masterplan import queries, wording
from pilar.masterplan.pages.frame import FEW, version_page
from pilar.masterplan.queries import ProgrammeRow, VersionRow
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.authority import Action, Case, holds
from pilar.masterplan.rules.content import Content, Fund
from pilar.masterplan.rules.statements import PART_NAMES
from pilar.people.rules import Standing
from pilar.people.views import Shown
from pilar.platform.language import translate


@version_page("masterplan/programmes/programmes.html", tab="programmes", public=True)
def programmes(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """All programmes by pillar and sub-dimension, filtered by pillar, office and words."""
    row = queries.version(key, scope=by)
    every = queries.programmes(row)
    search = searched(request)
    pillar, office = request.GET.get("pillar", ""), request.GET.get("office", "")
    rows = [programme_row for programme_row in every if _fits(programme_row, search, pillar, office)]
    owners = sorted({(programme_row.owner_name, str(programme_row.content.owner)) for programme_row in every})
    return {
        "row": row,
        "groups": by_pillar(rows),
        "count": len(rows),
        "total": len(every),
        "money": sum((total(programme_row.content) for programme_row in rows), Decimal(0)),
        "q": search,
        "pillar": pillar,
        "office": office,
        "unfolded": len(rows) <= FEW or bool(search or pillar or office),
        "pillars": [("", _("All pillars")), *((entry.code, str(entry.title)) for entry in framework().pillars.entries)],
        "offices": [("", _("All offices")), *((key, name) for name, key in owners)],
    }


@version_page("masterplan/programmes/programme.html", tab="programmes", public=True)
def programme(request: HttpRequest, key: int, programme: str, *, by: Standing, now: datetime) -> Shown:
    """One programme, with its decision and its history through the versions of the plan."""
    row = queries.version(key, scope=by)
    today = today_in(row.plan.region, now)
    programme_row = queries.programme(row, programme)
    offices = queries.office_names(row.plan.region)
    appearances = queries.appearances(row, programme_row.key, scope=by)
    return {
        "row": row,
        "programme": programme_row,
        "reads_meetings": holds(by, Action.READ_MEETINGS, Case(row.plan.region)),
        "appearances": [
            (
                each,
                each.version.state_on(today),
                _kinds(each.change),
                wording.field_changes(each.change, offices) if each.change else (),
            )
            for each in reversed(appearances)
        ],
        **whole(row, programme_row.content, offices),
    }


@version_page("masterplan/programmes/quick_wins.html", tab="programmes", public=True)
def quick_wins(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """The quick wins by pillar, judged by the ten criteria."""
    row = queries.version(key, scope=by)
    rules = framework()
    rows = [programme_row for programme_row in queries.programmes(row) if programme_row.content.quick_win]
    groups = []
    for pillar in rules.pillars.entries:
        mine = [programme_row for programme_row in rows if wording.pillar_of(programme_row.content.part) == pillar.code]
        groups.append((str(pillar.title), [(programme_row, _judged(programme_row.content)) for programme_row in mine]))
    return {
        "row": row,
        "groups": groups,
        "without": [title for title, mine in groups if not mine],
        "several": [title for title, mine in groups if len(mine) > 1],
        "highest": rules.criteria_levels[-1],
        "assumed": rules.criteria.source,
        "here": "quick-wins",
    }


@version_page("masterplan/programmes/changes.html", tab="programmes", public=True)
def changes(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """Show the changes of a version against the one that it revises, field by field."""
    row = queries.version(key, scope=by)
    version_changes = queries.changes(row, scope=by)
    offices = queries.office_names(row.plan.region)
    return {
        "row": row,
        "base": version_changes.base,
        "unchanged": version_changes.unchanged,
        "counts": [(*_named(kind), count) for kind, count in version_changes.counts.items()],
        "changed": [
            (
                changed,
                changed.change.after or changed.change.before,
                _kinds(changed.change),
                wording.field_changes(changed.change, offices),
            )
            for changed in version_changes.programmes
        ],
        "texts": [(translate(PART_NAMES[text.part]), text) for text in version_changes.texts],
        "reads_meetings": holds(by, Action.READ_MEETINGS, Case(row.plan.region)),
        "here": "changes",
    }


def by_pillar(programme_rows: Sequence[ProgrammeRow]) -> list[dict[str, Any]]:
    """Group programmes by pillar and sub-dimension in the order of the framework, with their money; empty groups are
    left out."""
    groups = []
    for pillar in framework().pillars.entries:
        rows = [
            (str(part.title), row, total(row.content))
            for part in pillar.parts
            for row in programme_rows
            if row.content.part == part.code
        ]
        if rows:
            money = sum((amount for _part, _one, amount in rows), Decimal(0))
            groups.append({"code": pillar.code, "title": str(pillar.title), "rows": rows, "money": money})
    return groups


def total(content: Content) -> Decimal:
    """Sum all money of a programme, in rupiah."""
    return sum((budget.amount for budget in content.budgets), Decimal(0))


def whole(row: VersionRow, content: Content, offices: dict[int, str]) -> dict[str, Any]:
    """Return a content as the page of a programme shows it."""
    years = range(row.plan.first_year, row.plan.last_year + 1)
    funds = [fund for fund in Fund if any(budget.fund is fund for budget in content.budgets)]
    money = {(budget.year, budget.fund): budget.amount for budget in content.budgets}
    activities = []
    for activity in content.activities:
        if activity.parent is None:
            activities.append((activity, False))
            activities += [(sub, True) for sub in content.activities if sub.parent == activity.number]
    return {
        "content": content,
        "pillar_name": wording.part_name(wording.pillar_of(content.part)),
        "part_name": wording.part_name(content.part),
        "horizon": wording.horizon_name(content.horizon),
        "partners": [offices.get(partner, "") for partner in content.partners],
        "years": years,
        "targets": [
            (target, wording.value_text("better", target.better, offices), [target.planned_for(year) for year in years])
            for target in content.targets
        ],
        "budgets": [(wording.fund_name(fund), [money.get((year, fund)) for year in years]) for fund in funds],
        "sums": [content.budget_of(year) for year in years],
        "total": total(content),
        "activities": activities,
        "monitored": [(wording.group_name(monitored.group), monitored) for monitored in content.monitored],
        "judged": _judged(content),
    }


def _judged(content: Content) -> list[tuple[str, Any]]:
    """Return the ten criteria, each with its judgement or None; empty if it is no quick win."""
    if not content.quick_win:
        return []
    judgeds = {judged.criterion: judged for judged in content.judged}
    return [(str(entry.title), judgeds.get(entry.code)) for entry in framework().criteria.entries]


def _fits(row: ProgrammeRow, search: str, pillar: str, office: str) -> bool:
    content = row.content
    words = f"{row.code} {content.title} {content.description} {content.need}".lower()
    return (
        all(word in words for word in search.lower().split())
        and pillar in ("", wording.pillar_of(content.part))
        and office in ("", str(content.owner))
    )


def _kinds(change: Any) -> list[tuple[str, str]]:
    return [_named(kind) for kind in change.kinds] if change else []


def _named(kind: Any) -> tuple[str, str]:
    name, tone = wording.CHANGE_NAMES[kind]
    return translate(name), tone
