"""Dated figures of regions with their sources, as JSON."""

from __future__ import annotations

from django.core.paginator import Page
from ninja.decorators import decorate_view

from pilar.areas import queries as areas
from pilar.areas.queries import FiguredRegion
from pilar.evaluation.api.changes import FigureOut
from pilar.evaluation.api.published import PageSize, Problem, ProvinceCode, Text
from pilar.evaluation.conditional import figured
from pilar.people.routes import Routes
from pilar.platform.api import PageNumber, PageOut, RowSchema

router = Routes(tags=["regions"])


class FiguredRegionOut(RowSchema, of=FiguredRegion, fields="code=region.code name=region.name figures=told"):
    """A region with the newest figure of each kind; what nobody has brought in is left out."""

    figures: list[FigureOut]


class FiguredPage(PageOut):
    regions: list[FiguredRegionOut]


@router.get(
    "/region-figures",
    response={200: FiguredPage, 422: Problem},
    summary="Population, SPBE index and fiscal capacity of regions",
)
@decorate_view(figured)
def figures(
    q: Text = "", province: ProvinceCode = "", page: PageNumber = 1, size: PageSize = 50
) -> Page[FiguredRegion]:  # fmt: skip
    return areas.figured_regions(search=q, province=province, page=page, size=size)
