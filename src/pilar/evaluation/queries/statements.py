"""From stored published results to frozen statements: one place for joins and for what counts as a contradiction."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.lookups import Exact

from pilar.areas.models import Region
from pilar.evaluation.models import PublishedResult, ResultGroup
from pilar.evaluation.queries.rows import (
    Bilingual,
    GroupRow,
    ProvinceRow,
    RegionRow,
    Statement,
)
from pilar.platform.rows import row_of


def published() -> QuerySet[PublishedResult]:
    """Published results with all that a statement needs: two database queries whatever their number.

    A final contradicts another of the same region, year and phase; a phase that no source names may be any.
    """
    others = PublishedResult.objects.filter(region=OuterRef("region"), year=OuterRef("year"), final__isnull=False)
    same_phase = Q(phase=OuterRef("phase")) | Q(phase="") | Q(Exact(OuterRef("phase"), Value("")))
    return (
        PublishedResult.objects.select_related("region__province", "group")
        .prefetch_related("scores")
        .annotate(conflicting=Exists(others.filter(same_phase).exclude(final=OuterRef("final"))))
    )


def statements(results: Iterable[PublishedResult]) -> tuple[Statement, ...]:
    """Frozen rows of what :func:`published` found."""
    return tuple(_statement(result) for result in results)


def _statement(result: PublishedResult) -> Statement:
    return row_of(
        Statement,
        result,
        region=region_row(result.region),
        group=None if result.group is None else group_row(result.group),
        scores={score.node: score.value for score in result.scores.all()},
        note=Bilingual(result.note_id, result.note_en),
    )


def region_row(region: Region) -> RegionRow:
    """The row of a region whose province is at hand."""
    province = ProvinceRow(region.province.code, region.province.name)
    return RegionRow(region.code, region.name, region.kind, province)


def group_row(group: ResultGroup) -> GroupRow:
    """The row of a group."""
    return GroupRow(group.code, group.year, Bilingual(group.title_id, group.title_en), group.size, group.source_url)
