"""What a region shows first: the page, one sheet of paper, a picture to share, and a part for the region's own site."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from pilar.areas.reference import today_in
from pilar.design.embedding import embeddable
from pilar.evaluation import queries
from pilar.evaluation.documents.hub import CARD_SIZE, Hub, one_page, share_picture
from pilar.evaluation.documents.lead import lead_of
from pilar.evaluation.documents.writing import address, language
from pilar.evaluation.pages.regions import trends_of
from pilar.evaluation.queries import PUBLIC
from pilar.evaluation.queries.computed import computed_of_region
from pilar.evaluation.queries.hub import own_hub, region_hub
from pilar.evidence.documents import document
from pilar.people.rules import Standing
from pilar.people.views import Shown, knowing, page


@page("evaluation/region.html", public=True)
def region(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> Shown:
    """What a region shows first, and everything published about it; what was made up for a demonstration stands
    apart."""
    hub = hub_of(code, now)
    computed = hub.computed
    return {
        "profile": hub.profile,
        "lead": hub.lead,
        "hub": hub.around,
        "own": own_hub(code, scope=by),
        "today": hub.today,
        "share": _shared(code),
        "statements": [(row, explained.statement) for row in hub.profile.years for explained in row.explained],
        "computed": [result for result in computed if not result.phase.header.synthetic],
        "synthetic": [result for result in computed if result.phase.header.synthetic],
        "trends": trends_of(hub.profile),
    }


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
    name = f"{hub.profile.region.code}-{slugify(hub.profile.region.name)}-{language()}.pdf"
    return document(
        request, "hub", language(), *hub.made_of,
        by=by, make=lambda: one_page(hub), name=name, media_type="application/pdf", inline=True,
    )  # fmt: skip


@require_safe
@knowing
def picture(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> HttpResponse:
    """The picture that a link to the page is shown with elsewhere."""
    hub = hub_of(code, now)
    return document(
        request, "hub-picture", language(), *hub.made_of,
        by=by, make=lambda: share_picture(hub), name=f"{hub.profile.region.code}.png", media_type="image/png",
        inline=True,
    )  # fmt: skip


def hub_of(code: str, now: datetime) -> Hub:
    """All that everybody reads first of a region. Raises RegionNotFound."""
    profile = queries.region_profile(code, scope=PUBLIC)
    computed = computed_of_region(code, scope=PUBLIC)
    return Hub(profile, computed, lead_of(profile, computed), region_hub(code, now=now), today_in(code, now))


def _shared(code: str) -> dict[str, object]:
    """Whole addresses for who shares the page or takes it into another."""
    width, height = CARD_SIZE
    return {
        "page": address("evaluation:region", code),
        "picture": address("evaluation:region-picture", code),
        "width": width,
        "height": height,
        "part": address("evaluation:region-part", code) if settings.PILAR_EMBED_SITES else "",
    }
