"""What results are computed from, read as raw rows: agreed marks of all regions of a phase, and last year's finals."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.db.models import Subquery

from pilar import index
from pilar.evaluation.models import (
    Campaign,
    Instrument,
    Phase,
    Publication,
    PublishedResult,
    ScoringYear,
    Snapshot,
    SnapshotResult,
)
from pilar.evaluation.queries.instruments import tree_of
from pilar.evaluation.queries.rows import Bilingual, ProvinceRow, RegionRow
from pilar.evaluation.rules.computing import Entry, Previous, PreviousOrigin, input_hash, scores_alike
from pilar.evaluation.rules.scales import scale_of, scale_of_year
from pilar.evaluation.rules.stages import AssessmentState

# One row a region: objects of 100 marks reach Python several times sooner than 100 rows.
MARKS = """
    SELECT region.code, region.name, region.kind, province.code, province.name,
        grouped.code, grouped.title_id, grouped.title_en, marks.given
    FROM evaluation_assessment AS assessment
    JOIN evaluation_participation AS participation ON participation.id = assessment.participation_id
    JOIN evaluation_campaigngroup AS grouped ON grouped.id = participation.group_id
    JOIN areas_region AS region ON region.code = participation.region_id
    JOIN areas_province AS province ON province.code = region.province_id
    LEFT JOIN (
        SELECT mark.assessment_id, json_object_agg(mark.node, mark.value::text)::text AS given
        FROM evaluation_agreedmark AS mark
        JOIN evaluation_assessment AS marked ON marked.id = mark.assessment_id
        WHERE marked.phase_id = %(phase)s AND marked.state <> %(aside)s
        GROUP BY mark.assessment_id
    ) AS marks ON marks.assessment_id = assessment.id
    WHERE assessment.phase_id = %(phase)s
    ORDER BY region.code
"""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The instrument and an entry for each region of the phase; one without agreed marks has none, nor one that was set
    aside.

    ``regions`` and ``groups`` name what the entries have by code.
    """

    instrument: index.Instrument
    entries: tuple[Entry, ...]
    regions: Mapping[str, RegionRow]
    groups: Mapping[str, Bilingual]

    @property
    def sha256(self) -> str:
        """The hash of everything that results depend on."""
        return input_hash(self.instrument, self.entries)


def inputs(phase: Phase) -> Inputs:
    """What the results of a phase are computed from now; ``phase`` with its campaign. Five queries at most."""
    instrument = tree_of(phase.campaign.instrument)
    previous = previous_finals(phase.campaign, instrument)
    with connection.cursor() as cursor:
        cursor.execute(MARKS, {"phase": phase.pk, "aside": AssessmentState.SET_ASIDE})
        rows = cursor.fetchall()
    numbers: dict[str, Decimal] = {}
    entries: list[Entry] = []
    regions: dict[str, RegionRow] = {}
    groups: dict[str, Bilingual] = {}
    for code, name, kind, province_code, province, group, title_id, title_en, given in rows:
        regions[code] = RegionRow(code, name, kind, ProvinceRow(province_code, province))
        groups[group] = Bilingual(title_id, title_en)
        entries.append(Entry(code, province_code, group, _marks(given, numbers), previous.get(code)))
    return Inputs(instrument, tuple(entries), regions, groups)


def approved_current(phase: Phase) -> bool:
    """Tell whether the newest snapshot of a phase is approved and its input is what the agreed marks are now."""
    newest = newest_snapshot(phase)
    return newest is not None and hasattr(newest, "approval") and newest.input_sha256 == inputs(phase).sha256


def newest_snapshot(phase: Phase) -> Snapshot | None:
    """The newest snapshot of a phase with its approval and publication, if there is one."""
    rows = Snapshot.objects.filter(phase=phase).select_related("approval", "publication")
    return rows.order_by("-version").first()


def previous_finals(campaign: Campaign, instrument: index.Instrument) -> dict[str, Previous]:
    """Last year's final by region code: the newest publication of phase II of the previous campaign, otherwise what
    the sources of last year state, if they agree. A statement about phase I alone is no final of the year. Made-up
    results are not set against real statements.
    """
    year = campaign.year - 1 if campaign.previous is None else campaign.previous.year
    stated = {} if campaign.synthetic else _stated(year, instrument)
    return stated if campaign.previous is None else stated | _published(campaign.previous, instrument)


def _published(campaign: Campaign, instrument: index.Instrument) -> dict[str, Previous]:
    newest = Publication.objects.filter(snapshot__phase__campaign=campaign, snapshot__phase__number=2).order_by("-id")
    rows = SnapshotResult.objects.filter(snapshot=Subquery(newest.values("snapshot")[:1]), final__isnull=False)
    finals = rows.values_list("region", "final", "snapshot__instrument_code", "snapshot__instrument_version")
    found = list(finals.order_by())
    if not found:
        return {}
    code, version = found[0][2:]
    used = tree_of(Instrument.objects.get(code=code, version=version))
    alike, same = scores_alike(used, instrument), scale_of(used).ends == scale_of(instrument).ends
    return {region: Previous(final, PreviousOrigin.COMPUTED, alike, same) for region, final, _code, _version in found}


def _stated(year: int, instrument: index.Instrument) -> dict[str, Previous]:
    found: dict[str, set[Decimal]] = {}
    statements = PublishedResult.objects.filter(year=year, phase__in=["", "II"], final__isnull=False)
    for region, final in statements.order_by().values_list("region", "final"):
        found.setdefault(region, set()).add(final)
    if not found:
        return {}
    trees = {
        scoring_year.year: tree_of(scoring_year.instrument)
        for scoring_year in ScoringYear.objects.select_related("instrument")
    }
    alike = year in trees and scores_alike(trees[year], instrument)
    scale = scale_of_year(year, trees)
    same = scale is None or scale.ends == scale_of(instrument).ends
    return {
        region: Previous(next(iter(finals)), PreviousOrigin.STATED, alike, same)
        for region, finals in found.items()
        if len(finals) == 1
    }


def _marks(given: str | None, numbers: dict[str, Decimal]) -> Mapping[str, Decimal]:
    """Marks by node; ``numbers`` keeps the few different values."""
    if given is None:
        return {}
    marks: dict[str, str] = json.loads(given)
    for text in set(marks.values()) - numbers.keys():
        numbers[text] = Decimal(text)
    return {node: numbers[text] for node, text in marks.items()}
