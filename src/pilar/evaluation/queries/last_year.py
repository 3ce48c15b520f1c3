"""Scores of the previous year, to stand beside those of a version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Subquery

from pilar import index
from pilar.evaluation.models import Phase, Publication, PublishedResult, Snapshot, SnapshotResult
from pilar.evaluation.rules.computing import PreviousOrigin
from pilar.evaluation.rules.reports import exact, shown_nodes

Scores = Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class LastYear:
    """Scores of the previous year, by the nodes that this year's instrument has too; ``origin`` as in the line."""

    year: int
    origin: str
    scores: Scores


def last_years(
    phase: Phase, instrument: index.Instrument, stored: Mapping[str, SnapshotResult], region: str
) -> dict[str, LastYear]:
    """Last year's scores by region, of ``region`` alone if it is named. Three queries at most.

    Only of those whose final then is still the one that the version was compared with, and stands on the same scale.
    """
    codes = {node.code for node in shown_nodes(instrument)}
    wanted = [
        one for code, one in stored.items() if region in ("", code) and (one.comparable or one.improvement is not None)
    ]
    computed = [one for one in wanted if one.previous_origin == PreviousOrigin.COMPUTED]
    stated = [one for one in wanted if one.previous_origin == PreviousOrigin.STATED]
    return {
        **(_computed_then(phase, codes, {one.region_id: one for one in computed}) if computed else {}),
        **(_stated_then(phase, codes, {one.region_id: one for one in stated}) if stated else {}),
    }


def _computed_then(phase: Phase, codes: set[str], rows: Mapping[str, SnapshotResult]) -> dict[str, LastYear]:
    before = phase.campaign.previous
    assert before is not None  # a previous final that Pilar computed is that of the previous campaign
    newest = Publication.objects.filter(snapshot__phase__campaign=before, snapshot__phase__number=2).order_by("-id")
    snapshot = Snapshot.objects.filter(pk=Subquery(newest.values("snapshot")[:1]))
    then = SnapshotResult.objects.filter(snapshot__in=snapshot, region__in=rows)
    return {
        one.region_id: LastYear(before.year, PreviousOrigin.COMPUTED, exact(one.scores, codes & one.scores.keys()))
        for one in then
        if one.final == rows[one.region_id].previous_final
    }


def _stated_then(phase: Phase, codes: set[str], rows: Mapping[str, SnapshotResult]) -> dict[str, LastYear]:
    campaign = phase.campaign
    year = campaign.year - 1 if campaign.previous is None else campaign.previous.year
    then = PublishedResult.objects.filter(year=year, phase__in=["", "II"], region__in=rows).prefetch_related("scores")
    found: dict[str, LastYear] = {}
    for one in then.order_by("pk"):
        scores = {score.node: Fraction(score.value) for score in one.scores.all() if score.node in codes}
        if one.final == rows[one.region_id].previous_final and scores:
            found.setdefault(one.region_id, LastYear(year, PreviousOrigin.STATED, scores))
    return found
