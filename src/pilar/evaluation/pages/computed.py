"""Published results that Pilar computed: open to everybody, apart from the statements of sources."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pilar.evaluation.conditional import public
from pilar.evaluation.pages.changes import shown
from pilar.evaluation.pages.ranks import ranks_of
from pilar.evaluation.pages.results import page_number
from pilar.evaluation.pages.snapshots import group_choices
from pilar.evaluation.queries import PUBLIC, seals
from pilar.evaluation.queries import computed as reads
from pilar.evaluation.queries.changes import NotKnown, public_change
from pilar.people.signin import standing_of


@public
def computed(request: HttpRequest, code: str, number: int, version: int | None = None) -> HttpResponse:
    """The results of a phase, in the newest published version or in an older one."""
    group = request.GET.get("group", "")
    found = reads.computed_page(code, number, scope=PUBLIC, version=version, group=group, page=page_number(request))
    context = {
        "found": found,
        "header": found.phase.header,
        "snapshot": found.snapshot,
        "page": found.page,
        "group": group,
        "groups": group_choices(found.groups),
        "seal": seals.seal(code, number, found.snapshot.version, scope=PUBLIC),
    }
    return render(request, "evaluation/computed.html", context)


@public
def computed_region(
    request: HttpRequest, code: str, number: int, region: str, version: int | None = None
) -> HttpResponse:
    """One region's result and how it came about."""
    found = reads.computed_result(code, number, region, scope=PUBLIC, version=version, intervals=True)
    change = public_change(code, number, region, scope=standing_of(request), version=version)
    context = {
        "one": found,
        "header": found.phase.header,
        "snapshot": found.snapshot,
        "line": found.line,
        "ranks": ranks_of(found.line, found.intervals),
        "change": None if change.unknown is NotKnown.NO_PREVIOUS else shown(change),
    }
    return render(request, "evaluation/computed_region.html", context)
