"""The texts of a version outside its programmes: vision, missions, analysis, strategies; for reading, and for writing
by part."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from pilar.design.forms import Rows, shown_on
from pilar.design.views import done
from pilar.masterplan import operations, queries
from pilar.masterplan.forms.plans import StatementForm
from pilar.masterplan.pages.frame import version_page
from pilar.masterplan.queries import StatementRow, VersionRow
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.authority import Action, Case, holds, may, require
from pilar.masterplan.rules.stages import BEING_WRITTEN
from pilar.masterplan.rules.statements import PART_NAMES, SWOT, Stated, StatementPart, fingerprint
from pilar.people.keeping import person_sign, typed_before
from pilar.people.rules import NotFound, Standing
from pilar.people.views import Shown
from pilar.platform.language import translate
from pilar.platform.versions import Outdated


@version_page("masterplan/texts/texts.html", tab="texts", public=True)
def texts(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """All texts of a version, each with the decision that it is based on."""
    row = queries.version(key, scope=by)
    return {
        "row": row,
        **shown(row, by),
        "part_names": [(part.value, translate(PART_NAMES[part])) for part in StatementPart],
    }


@version_page("masterplan/texts/write.html", tab="texts", sends=True, kept=True)
def write(request: HttpRequest, key: int, part: str, *, by: Standing, now: datetime) -> Shown:
    """Write one part; a reader with an outdated page is shown the newest text."""
    row = queries.version(key, scope=by)
    if part not in list(StatementPart):
        raise NotFound
    wanted = StatementPart(part)
    require(by, Action.WRITE_PLAN, Case(row.plan.region, None, row.state), known=True)
    there = queries.statements(row)[wanted]
    rows = _rows(wanted, there)
    page = {"seen": fingerprint(statement.stated for statement in there), "outdated": (), "status": 200}
    if request.method == "POST":
        page["seen"] = request.POST.get("seen", "")
        if request.POST.get("do", "save") != "save":
            rows.read(request.POST.dict())
        elif rows.judge(request.POST.dict()):
            try:
                with shown_on(rows):
                    operations.write_part(
                        by=by, version=key, part=wanted, given=[form.stated() for form in rows.forms],
                        seen=page["seen"], now=now,
                    )  # fmt: skip
                    return done(
                        request,
                        _("“%(part)s” is kept") % {"part": translate(PART_NAMES[wanted])},
                        "masterplan:texts",
                        key,
                    )
                page["status"] = rows.status
            except Outdated as error:
                now_there = queries.statements(row)[wanted]
                page.update(
                    seen=fingerprint(statement.stated for statement in now_there),
                    outdated=now_there,
                    said=error.text(),
                    status=409,
                )
        else:
            page["status"] = 422
    elif (kept := typed_before(request)) is not None:
        page["seen"] = kept.get("seen", "")
        rows.read(kept.dict())
        messages.warning(request, _("Your sign-in had ended: this is what you typed, and it is not saved yet"))
    context = {
        "row": row,
        **page,
        "person": person_sign(request),
        "part": wanted.value,
        "part_name": translate(PART_NAMES[wanted]),
        "rows": rows,
        "cells": _cells(rows) if wanted is StatementPart.READINESS else (),
        "one": wanted is StatementPart.VISION,
    }
    return context, page["status"]


def shown(row: VersionRow, by: Any) -> dict[str, Any]:
    """Return the texts as a page shows them. One query."""
    statements = queries.statements(row)
    rules = framework()
    cells = {statement.stated.key: statement for statement in statements[StatementPart.READINESS]}
    return {
        "vision": statements[StatementPart.VISION],
        "missions": statements[StatementPart.MISSION],
        "rpjmd": statements[StatementPart.RPJMD],
        "readiness": [
            (str(group.title), [(str(cell.title), cells.get(cell.code)) for cell in group.parts])
            for group in rules.readiness.entries
        ]
        if cells
        else [],
        "levels": rules.readiness_levels,
        "swot": [(part.value, translate(PART_NAMES[part]), statements[part]) for part in SWOT],
        "swot_written": any(statements[part] for part in SWOT),
        "gaps": statements[StatementPart.GAP],
        "strategies": _by_pillar(statements[StatementPart.STRATEGY]),
        "may_write": may(by, Action.WRITE_PLAN, Case(row.plan.region, None, row.state)),
        "draft": row.state in BEING_WRITTEN,
        "reads_meetings": holds(by, Action.READ_MEETINGS, Case(row.plan.region)),
        "empty": not any(statements.values()),
    }


def _by_pillar(rows: tuple[StatementRow, ...]) -> list[tuple[str, list[StatementRow]]]:
    """Return general strategies first, then those of each pillar; empty groups are left out."""
    pillars = [("", ""), *((entry.code, str(entry.title)) for entry in framework().pillars.entries)]
    groups = [(title, [row for row in rows if row.stated.key == code]) for code, title in pillars]
    return [(title, group) for title, group in groups if group]


def _rows(part: StatementPart, there: tuple[StatementRow, ...]) -> Rows[StatementForm]:
    if part is not StatementPart.READINESS:
        return Rows(StatementForm, "rows", first=[_first(statement.stated) for statement in there], part=part)
    cells = {statement.stated.key: statement.stated for statement in there}
    first = [_first(cells.get(named.code, Stated("", named.code))) for named in framework().readiness.parts()]
    return Rows(StatementForm, "rows", first=first, fixed=("key",), part=part)


def _first(stated: Stated) -> dict[str, Any]:
    return {"text": stated.text, "key": stated.key, "level": stated.level, "source": stated.source}


def _cells(rows: Rows[StatementForm]) -> list[tuple[str, str, StatementForm]]:
    """Return the forms of the grid, each with the names of its row and cell; an empty cell has one, too."""
    forms = {str(form["key"].value()): form for form in rows.forms}
    rules = framework().readiness
    cells = []
    for group in rules.entries:
        for cell in group.parts:
            if cell.code not in forms:
                place = len(rows.forms)
                rows.append({"key": cell.code})
                forms[cell.code] = rows.forms[place]
            cells.append((str(group.title), str(cell.title), forms[cell.code]))
    return cells
