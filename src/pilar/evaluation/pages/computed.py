"""Published results that Pilar computed: open to everybody, apart from the statements of sources."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pilar.design.tables import Asked
from pilar.design.views import searched
from pilar.evaluation.conditional import public, signed
from pilar.evaluation.pages.changes import shown
from pilar.evaluation.pages.rank_figures import ranks_of
from pilar.evaluation.pages.snapshots import LINES, group_choices
from pilar.evaluation.queries import PUBLIC, seals
from pilar.evaluation.queries import computed as reads
from pilar.evaluation.queries.changes import NotKnown, public_change
from pilar.evaluation.rules.publishing import SHEET, sheet_key
from pilar.evidence.queries import signature
from pilar.people.signin import standing_of
from pilar.people.views import Shown, page


@public
@page("evaluation/computed.html", public=True)
def computed(request: HttpRequest, code: str, number: int, version: int | None = None) -> Shown:
    """The results of a phase, in the newest published version or in an older one."""
    group, asked = request.GET.get("group", ""), Asked.of(request)
    text = searched(request)
    computed_page = reads.computed_page(
        code, number, scope=PUBLIC, version=version, group=group, search=text, **asked.part
    )
    return {
        "found": computed_page,
        "header": computed_page.phase.header,
        "snapshot": computed_page.snapshot,
        "lines": LINES.of(computed_page.page, asked, about=f"{code} {number} v{computed_page.snapshot.version}"),
        "group": group,
        "q": text,
        "groups": group_choices(computed_page.groups),
        "seal": seals.seal(code, number, computed_page.snapshot.version, scope=PUBLIC),
    }


@signed
def computed_region(
    request: HttpRequest, code: str, number: int, region: str, version: int | None = None
) -> HttpResponse:
    """One region's result and how it came about."""
    result = reads.computed_result(code, number, region, scope=PUBLIC, version=version, intervals=True)
    change = public_change(code, number, region, scope=standing_of(request), version=version)
    context = {
        "one": result,
        "header": result.phase.header,
        "snapshot": result.snapshot,
        "line": result.line,
        "ranks": ranks_of(result.line, result.intervals),
        "change": None if change.unknown is NotKnown.NO_PREVIOUS else shown(change),
        "signature": signature(SHEET, sheet_key(code, number, result.snapshot.version, region)),
    }
    return render(request, "evaluation/computed_region.html", context)
