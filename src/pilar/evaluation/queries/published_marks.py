"""Marks as they were published: what an unpublished correction changes shows to nobody but the secretariat."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from pilar import index
from pilar.evaluation.models import SnapshotResult
from pilar.evaluation.rules.answers import trimmed


@dataclass(frozen=True, slots=True)
class PublishedMarks:
    """The marks of one region in the newest published version of a phase, by indicator."""

    version: int
    computed_at: datetime
    marks: dict[str, Decimal]


def published_marks(phases: Collection[int], region: str) -> dict[int, PublishedMarks]:
    """Return what is published of a region in phases (by key); a phase without a publication is left out. One query.

    The scores also hold the nodes above the indicators: anyone who asks takes the indicators of the instrument.
    """
    return {phase: marks for (phase, _region), marks in published_marks_of(phases, [region]).items()}


def published_marks_of(phases: Collection[int], regions: Collection[str]) -> dict[tuple[int, str], PublishedMarks]:
    """The same of several regions, by phase and region. One query."""
    rows = (
        SnapshotResult.objects.filter(
            snapshot__phase__in=phases, region__in=regions, snapshot__publication__isnull=False
        )
        .select_related("snapshot")
        .order_by("snapshot__version")
    )
    return {
        (row.snapshot.phase_id, row.region_id): PublishedMarks(
            row.snapshot.version,
            row.snapshot.computed_at,
            {node: _mark(exact) for node, exact in row.scores.items()},
        )
        for row in rows
    }


def _mark(exact: str) -> Decimal:
    """An agreed mark ends in decimal notation; the score of a node above may not, and is cut off."""
    return trimmed(Decimal(index.decimal_text(Fraction(exact))))
