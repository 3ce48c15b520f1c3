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
    found = hub_of(code, now)
    computed = found.computed
    return {
        "profile": found.profile,
        "lead": found.lead,
        "hub": found.around,
        "own": own_hub(code, scope=by),
        "today": found.today,
        "share": _shared(code),
        "statements": [(row, one.statement) for row in found.profile.years for one in row.explained],
        "computed": [one for one in computed if not one.phase.header.synthetic],
        "synthetic": [one for one in computed if one.phase.header.synthetic],
        "trends": trends_of(found.profile),
    }


@embeddable
@page("evaluation/region_part.html", public=True)
def part(request: HttpRequest, code: str, *, now: datetime) -> Shown:
    """The same as a part of the region's own site, without the frame of a page."""
    found = hub_of(code, now)
    return {"profile": found.profile, "lead": found.lead, "hub": found.around}


@require_safe
@knowing
def sheet(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> HttpResponse:
    """The same on one sheet of paper."""
    found = hub_of(code, now)
    name = f"{found.profile.region.code}-{slugify(found.profile.region.name)}-{language()}.pdf"
    return document(
        request, "hub", language(), *found.made_of,
        by=by, make=lambda: one_page(found), name=name, media_type="application/pdf", inline=True,
    )  # fmt: skip


@require_safe
@knowing
def picture(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> HttpResponse:
    """The picture that a link to the page is shown with elsewhere."""
    found = hub_of(code, now)
    return document(
        request, "hub-picture", language(), *found.made_of,
        by=by, make=lambda: share_picture(found), name=f"{found.profile.region.code}.png", media_type="image/png",
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
