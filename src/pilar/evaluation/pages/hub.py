"""A region's hub: the page, one sheet of paper, a picture to share, and a part for the region's own site."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from pilar.areas.reference import today_in
from pilar.design.conditional import Alike, everybody
from pilar.design.embedding import embeddable
from pilar.design.views import drawn
from pilar.evaluation import queries
from pilar.evaluation.documents.hub import CARD_SIZE, Hub, one_page, share_picture
from pilar.evaluation.documents.lead import lead_of
from pilar.evaluation.documents.writing import address
from pilar.evaluation.pages.regions import trends_of
from pilar.evaluation.queries import PUBLIC
from pilar.evaluation.queries.computed import ComputedResult, computed_of_region
from pilar.evaluation.queries.freshness import results_stamp
from pilar.evaluation.queries.hub import own_hub, region_hub
from pilar.evaluation.queries.printed_changes import improved
from pilar.evidence.documents import document
from pilar.people.rules import Standing
from pilar.people.views import Shown, knowing, page
from pilar.platform.kept import Kept
from pilar.platform.language import reader_language

PAGES = Alike()
RESULTS: Kept[tuple[queries.RegionProfile, tuple[ComputedResult, ...]]] = Kept(60)
"""Of the regions that were asked for last: half of the work, and it changes a few times a year."""


@everybody
@require_safe
@knowing
def region(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Show what a region shows first, and everything published about it; what was made up for a demonstration stands
    apart."""

    def drawn_of(hub: Hub) -> HttpResponse:
        computed = hub.computed
        shown = {
            "profile": hub.profile,
            "lead": hub.lead,
            "hub": hub.around,
            "own": own_hub(code, scope=by),
            "today": hub.today,
            "share": _shared(code),
            "statements": [
                (row, explained.statement, improved(hub.profile, explained))
                for row in hub.profile.years
                for explained in row.explained
            ],
            "computed": [result for result in computed if not result.phase.header.synthetic],
            "synthetic": [result for result in computed if result.phase.header.synthetic],
            "trends": trends_of(hub.profile),
        }
        return drawn(request, "evaluation/region.html", shown)

    return PAGES.answer(
        request, today_in(code, now), read=lambda: hub_of(code, now),
        made_of=lambda hub: (*hub.made_of, hub.computed, queries.freshness(scope=PUBLIC), _shared(code)),
        draw=drawn_of,
    )  # fmt: skip


@everybody
@embeddable
@page("evaluation/region_part.html", public=True)
def part(request: HttpRequest, code: str, *, now: datetime) -> Shown:
    """The same as a part of the region's own site, without the frame of a page."""
    hub = hub_of(code, now)
    return {"profile": hub.profile, "lead": hub.lead, "hub": hub.around}


@require_safe
@knowing
def sheet(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> HttpResponse:
    """The same on one sheet of paper."""
    hub = hub_of(code, now)
    name = f"{hub.profile.region.code}-{slugify(hub.profile.region.name)}-{reader_language()}.pdf"
    return document(
        request, "hub", reader_language(), *hub.made_of,
        by=by, make=lambda: one_page(hub), name=name, media_type="application/pdf", inline=True,
    )  # fmt: skip


@require_safe
@knowing
def picture(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> HttpResponse:
    """The picture that a link to the page is shown with elsewhere."""
    hub = hub_of(code, now)
    return document(
        request, "hub-picture", reader_language(), *hub.made_of,
        by=by, make=lambda: share_picture(hub), name=f"{hub.profile.region.code}.png", media_type="image/png",
        inline=True,
    )  # fmt: skip


def hub_of(code: str, now: datetime) -> Hub:
    """All that everybody reads first of a region. Raises RegionNotFound."""
    stamp = (code, reader_language(), results_stamp(code, scope=PUBLIC))
    profile, computed = RESULTS.get(
        stamp, lambda: (queries.region_profile(code, scope=PUBLIC), computed_of_region(code, scope=PUBLIC))
    )
    return Hub(profile, computed, lead_of(profile, computed), region_hub(code, now=now), today_in(code, now))


def forget() -> None:
    """As in a process that has just begun."""
    PAGES.forget()
    RESULTS.forget()


def _shared(code: str) -> dict[str, object]:
    """Whole addresses for anyone who shares the page or takes it into another."""
    width, height = CARD_SIZE
    return {
        "page": address("evaluation:region", code),
        "picture": address("evaluation:region-picture", code),
        "width": width,
        "height": height,
        "part": address("evaluation:region-part", code) if settings.PILAR_EMBED_SITES else "",
    }
