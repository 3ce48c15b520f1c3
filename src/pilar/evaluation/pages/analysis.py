"""Page on the robustness of a version's ranks: public once published, for the secretariat before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from pilar.design.tables import Asked, Column, Table
from pilar.evaluation.conditional import public
from pilar.evaluation.pages import rank_figures as shown
from pilar.evaluation.pages.snapshots import group_choices
from pilar.evaluation.queries import PUBLIC
from pilar.evaluation.queries import analysis as reads
from pilar.evaluation.queries.analysis import PhaseAnalysis, RegionAnalysis, Subject
from pilar.evaluation.rules.analysis import DRAWS, SPREADS, Choices, Levels, Missing
from pilar.people.rules import Standing
from pilar.people.signin import standing_of
from pilar.people.views import Shown, page


def choices_of(asked: QueryDict) -> Choices:
    """Return what an address chooses; what it does not know stays as it is usually."""
    usual = Choices()
    spread, draws = asked.get("spread", ""), asked.get("draws", "")
    missing, levels = asked.get("missing", ""), asked.get("levels", "")
    return Choices(
        spread=int(spread) if spread in map(str, SPREADS) else usual.spread,
        assessors=asked.get("assessors") == "yes",
        missing=Missing(missing) if missing in list(Missing) else usual.missing,
        draws=int(draws) if draws in map(str, DRAWS) else usual.draws,
        group=asked.get("group", ""),
        levels=Levels(levels) if levels in list(Levels) else usual.levels,
    )


def _sure(name: str, head: str, *, number: bool = True) -> Column:
    """A column of what is said of a rank; rows are a region's line and the address of its page."""
    return Column(name, head, lambda row: row[0].sure and getattr(row[0], name), number=number)


RANKS = Table(
    gettext_lazy("How sure are the ranks?"),
    Column("name", gettext_lazy("Regency or city"), lambda row: row[0].line.region.name),
    Column("code", gettext_lazy("Code"), lambda row: row[0].line.region.code, on_page=False),
    Column("province", gettext_lazy("Province"), lambda row: row[0].line.region.province.name, on_page=False),
    Column("final", gettext_lazy("Final"), lambda row: row[0].line.final, number=True),
    _sure("rank", gettext_lazy("Rank (5–95 %)")),
    replace(_sure("lowest", gettext_lazy("Lowest rank")), on_page=False),
    replace(_sure("highest", gettext_lazy("Highest rank")), on_page=False),
    _sure("median", gettext_lazy("Median")),
    _sure("first_text", gettext_lazy("In the first ten")),
    _sure("holds_text", gettext_lazy("Predicate holds")),
    _sure("tier", gettext_lazy("Tier"), number=False),
    _sure("blank_text", gettext_lazy("Over blanks")),
)


@public
@page("evaluation/analysis/phase.html", public=True)
def phase(request: HttpRequest, code: str, number: int, version: int | None = None) -> Shown:
    """All regions of a published version."""
    asked = Asked.of(request)
    analysis = reads.published_analysis(
        code, number, scope=PUBLIC, choices=choices_of(request.GET), version=version, **asked.part
    )
    read = analysis.subject.snapshot.version
    return _phase(analysis, asked, lambda region: _published(code, number, read, region))


@public
def region(request: HttpRequest, code: str, number: int, region: str, version: int | None = None) -> HttpResponse:
    """One region of a published version."""
    analysis = reads.published_region_analysis(
        code, number, region, scope=PUBLIC, choices=choices_of(request.GET), version=version
    )
    read = analysis.subject.snapshot.version
    return _region(request, analysis, lambda region: _published(code, number, read, region))


@page("evaluation/analysis/phase.html")
def version_phase(request: HttpRequest, code: str, number: int, version: int, *, by: Standing) -> Shown:
    """All regions of any version, for the secretariat."""
    asked = Asked.of(request)
    analysis = reads.version_analysis(code, number, version, by=by, choices=choices_of(request.GET), **asked.part)
    return _phase(analysis, asked, lambda region: _inside(code, number, version, region), inside=True)


@login_required
@require_safe
def version_region(request: HttpRequest, code: str, number: int, version: int, region: str) -> HttpResponse:
    """One region of any version, for the secretariat."""
    analysis = reads.version_region_analysis(
        code, number, version, region, by=standing_of(request), choices=choices_of(request.GET)
    )
    return _region(request, analysis, lambda region: _inside(code, number, version, region), inside=True)


def _published(code: str, number: int, version: int, region: str) -> str:
    if not region:
        return reverse("evaluation:analysis-phase-version", args=(code, number, version))
    return reverse("evaluation:analysis-region-version", args=(code, number, version, region))


def _inside(code: str, number: int, version: int, region: str) -> str:
    if not region:
        return reverse("evaluation:snapshot-analysis", args=(code, number, version))
    return reverse("evaluation:snapshot-analysis-region", args=(code, number, version, region))


def _phase(analysis: PhaseAnalysis, asked: Asked, address: Callable[[str], str], *, inside: bool = False) -> Shown:
    query, subject = _query(analysis.subject), analysis.subject
    lines = [(rank_line, address(rank_line.line.region.code) + query) for rank_line in analysis.page]
    said = {"first_text": subject.has_first, "holds_text": subject.predicates}
    return {
        "found": analysis,
        "lines": RANKS.of(
            Page(lines, analysis.page.number, analysis.page.paginator),
            asked,
            about=f"{subject.header.campaign} {subject.header.number} v{subject.snapshot.version}",
            without=[name for name, known in said.items() if not known],
        ),
        "chart": shown.intervals(analysis),
        "ends": shown.ends(analysis),
        "shift": shown.figure(analysis.shift, 1),
        "permanent": address("") + query,
        "machine": _machine(analysis.subject, "", query, inside=inside),
        **_shared(analysis.subject, inside=inside),
    }


def _region(
    request: HttpRequest, analysis: RegionAnalysis, address: Callable[[str], str], *, inside: bool = False
) -> HttpResponse:
    query = _query(analysis.subject)
    blanks = analysis.line.blanks
    context = {
        "found": analysis,
        "one": analysis.line,
        "line": analysis.line.line,
        "chart": shown.ranks(analysis),
        "neighbours": [
            (neighbour, address(neighbour.line.line.region.code) + query) for neighbour in analysis.neighbours
        ],
        "points": shown.lead(analysis),
        "moved": shown.moved(analysis),
        "mix": shown.mix(analysis),
        "weights": shown.deciding(analysis),
        "more_weights": len(analysis.weights) - shown.MAX_WEIGHTS,
        "blanks": None if blanks is None else shown.blanks(blanks, analysis.subject.instrument, nodes=inside),
        "phase_address": address("") + query,
        "permanent": address(analysis.line.line.region.code) + query,
        "machine": _machine(analysis.subject, analysis.line.line.region.code, query, inside=inside),
        **_shared(analysis.subject, inside=inside),
    }
    return render(request, "evaluation/analysis/region.html", context)


def _shared(subject: Subject, *, inside: bool) -> dict[str, object]:
    """Return what both pages say: of what version, by what choices, and the form to choose again."""
    choices = subject.choices
    return {
        "subject": subject,
        "header": subject.header,
        "snapshot": subject.snapshot,
        "inside": inside,
        "fewer": subject.draws < choices.draws,
        "made": shown.whole(subject.draws),
        "asked": shown.whole(choices.draws),
        "spread": choices.spread,
        "spreads": [(str(spread), f"±{spread} %" if spread else _("not at all")) for spread in SPREADS],
        "now_spread": str(choices.spread),
        "assessors": [("no", _("no")), ("yes", _("yes, panels resampled"))],
        "now_assessors": "yes" if choices.assessors else "no",
        "missing": [
            (Missing.INSTRUMENT.value, _("as the instrument says")),
            (Missing.VARIED.value, _("re-weighted or lowest score, by chance")),
        ],
        "draws": [(str(draw), shown.whole(draw)) for draw in DRAWS],
        "now_draws": str(choices.draws),
        "groups": group_choices(subject.groups),
        "levels": [
            (Levels.PARTS.value, _("of the parts above the indicators")),
            (Levels.ALL.value, _("of the indicators too")),
        ],
        "group": subject.groups.get(choices.group),
    }


def _machine(subject: Subject, region: str, query: str, *, inside: bool) -> str:
    """The same figures as JSON."""
    header, version = subject.header, subject.snapshot.version
    rest = (region,) if region else ()
    if inside:
        name = "api:version_region_analysis" if region else "api:version_analysis"
        return reverse(name, args=(header.campaign, header.number, version, *rest)) + query
    name = "api:region_analysis" if region else "api:phase_analysis"
    return (
        reverse(name, args=(header.campaign, header.number, *rest))
        + (f"{query}&" if query else "?")
        + f"version={version}"
    )


def _query(subject: Subject) -> str:
    """The choices as an address carries them; none where they are the usual ones."""
    choices, usual = subject.choices, Choices()
    carried = {
        "spread": (choices.spread, usual.spread),
        "assessors": ("yes" if choices.assessors else "no", "no"),
        "missing": (choices.missing.value, usual.missing.value),
        "draws": (choices.draws, usual.draws),
        "group": (choices.group, usual.group),
        "levels": (choices.levels.value, usual.levels.value),
    }
    differing = {name: now for name, (now, before) in carried.items() if now != before}
    return f"?{urlencode(differing)}" if differing else ""
