"""Read the inputs of results as raw rows: agreed marks of all regions of a phase, and earlier finals."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import connection
from django.db.models import F

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
from pilar.evaluation.rules.computing import INPUT_FORM, Entry, Previous, PreviousOrigin, input_hash, scores_alike
from pilar.evaluation.rules.scales import scale_of, scale_of_year
from pilar.evaluation.rules.stages import AssessmentState

# One row a region: objects of 100 marks reach Python several times sooner than 100 rows.
MARKS = """
    SELECT region.code, region.name, region.kind, province.code, province.name,
        grouped.code, grouped.title_id, grouped.title_en, marks.given,
        assessment.state = %(aside)s
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

    def gave(self, sha256: str, form: int) -> bool:
        """Return whether results with this hash of their input were computed from it. The form is the least that the
        hash may have: it was not kept from the beginning."""
        forms = range(form, INPUT_FORM + 1)
        return any(sha256 == input_hash(self.instrument, self.entries, one) for one in forms)


def inputs(phase: Phase) -> Inputs:
    """Return what the results of a phase are computed from now; ``phase`` with its campaign. Five queries at most."""
    instrument = tree_of(phase.campaign.instrument)
    previous = previous_finals(phase.campaign, instrument)
    with connection.cursor() as cursor:
        cursor.execute(MARKS, {"phase": phase.pk, "aside": AssessmentState.SET_ASIDE})
        rows = cursor.fetchall()
    numbers: dict[str, Decimal] = {}
    entries: list[Entry] = []
    regions: dict[str, RegionRow] = {}
    groups: dict[str, Bilingual] = {}
    for code, name, kind, province_code, province, group, title_id, title_en, given, aside in rows:
        regions[code] = RegionRow(code, name, kind, ProvinceRow(province_code, province))
        groups[group] = Bilingual(title_id, title_en)
        entries.append(Entry(code, province_code, group, _marks(given, numbers), previous.get(code), aside))
    return Inputs(instrument, tuple(entries), regions, groups)


def approved_current(phase: Phase) -> bool:
    """Return whether the newest snapshot of a phase is approved and its input is what the agreed marks are now."""
    newest = newest_snapshot(phase)
    return (
        newest is not None
        and hasattr(newest, "approval")
        and inputs(phase).gave(newest.input_sha256, newest.input_form)
    )


def newest_snapshot(phase: Phase) -> Snapshot | None:
    """The newest snapshot of a phase with its approval and publication, if there is one."""
    rows = Snapshot.objects.filter(phase=phase).select_related("approval", "publication")
    return rows.order_by("-version").first()


def previous_finals(campaign: Campaign, instrument: index.Instrument) -> dict[str, Previous]:
    """The last final that exists of each region before the campaign, by code, with its year.

    It is the newest publication of the last phase of a campaign before (that of the year before, then the one before
    that), or what sources state of a year in which Pilar published none of the region. Where sources contradict each
    other about that year there is none: nothing is set against a year before it, as if the year in between had not
    been. A phase before the last gives no final of a year, nor does a statement about phase I alone. Made-up results
    are not set against real ones. Six queries at most, and one for each instrument.
    """
    links = campaigns_before(campaign)
    finals = {} if campaign.synthetic else _stated(campaign.year, instrument)
    for (region, year), final in _published(links, instrument).items():
        finals[region, year] = final
    newest: dict[str, int] = {}
    for region, year in finals:
        newest[region] = max(year, newest.get(region, year))
    default = year_before(campaign)
    latest = {region: finals[region, year] for region, year in newest.items()}
    return {
        region: replace(previous, gap=previous.year != default)
        for region, previous in latest.items()
        if previous is not None
    }


def year_before(campaign: Campaign) -> int:
    """The year that the campaign follows, where nothing says otherwise: that of the campaign before."""
    return campaign.year - 1 if campaign.previous is None else campaign.previous.year


def campaigns_before(campaign: Campaign) -> dict[int, int]:
    """The campaigns before, one leading to the other, as keys with their years. One query.

    A made-up one stands before a made-up one alone.
    """
    known = {
        key: (previous, year, synthetic)
        for key, previous, year, synthetic in Campaign.objects.order_by().values_list(
            "pk", "previous", "year", "synthetic"
        )
    }
    links: dict[int, int] = {}
    key = campaign.previous_id
    while key is not None and key not in links:
        previous, year, synthetic = known[key]
        if campaign.synthetic or not synthetic:
            links[key] = year
        key = previous
    return links


def newest_finals(campaigns: Collection[int]) -> dict[int, int]:
    """The newest published version of the last phase of campaigns: keys of campaigns and of snapshots. One query."""
    publications = Publication.objects.filter(
        snapshot__phase__campaign__in=campaigns, snapshot__phase__number=F("snapshot__phase__campaign__phase_count")
    ).order_by("id")
    return dict(publications.values_list("snapshot__phase__campaign", "snapshot"))


def _published(links: Mapping[int, int], instrument: index.Instrument) -> dict[tuple[str, int], Previous | None]:
    versions = newest_finals(links) if links else {}
    if not versions:
        return {}
    years = {snapshot: links[campaign] for campaign, snapshot in versions.items()}
    used = {
        snapshot: Instrument.objects.get(code=code, version=version)
        for snapshot, code, version in Snapshot.objects.filter(pk__in=years).values_list(
            "pk", "instrument_code", "instrument_version"
        )
    }
    alike = {snapshot: scores_alike(tree_of(content), instrument) for snapshot, content in used.items()}
    same = {
        snapshot: scale_of(tree_of(content)).ends == scale_of(instrument).ends for snapshot, content in used.items()
    }
    rows = SnapshotResult.objects.filter(snapshot__in=years, final__isnull=False).order_by()
    return {
        (region, years[of]): Previous(final, PreviousOrigin.COMPUTED, alike[of], same[of], years[of])
        for region, final, of in rows.values_list("region", "final", "snapshot")
    }


def _stated(before: int, instrument: index.Instrument) -> dict[tuple[str, int], Previous | None]:
    """Return what sources state of each region in each year ``before``; None where they contradict each other."""
    amounts: dict[tuple[str, int], set[Decimal]] = {}
    statements = PublishedResult.objects.filter(year__lt=before, phase__in=["", "II"], final__isnull=False)
    for region, year, final in statements.order_by().values_list("region", "year", "final"):
        amounts.setdefault((region, year), set()).add(final)
    if not amounts:
        return {}
    trees = {
        scoring_year.year: tree_of(scoring_year.instrument)
        for scoring_year in ScoringYear.objects.select_related("instrument")
    }
    years = {year for _region, year in amounts}
    alike = {year: year in trees and scores_alike(trees[year], instrument) for year in years}
    scales = {year: scale_of_year(year, trees) for year in years}
    same = {year: scale is None or scale.ends == scale_of(instrument).ends for year, scale in scales.items()}
    return {
        (region, year): Previous(next(iter(finals)), PreviousOrigin.STATED, alike[year], same[year], year)
        if len(finals) == 1
        else None
        for (region, year), finals in amounts.items()
    }


def _marks(given: str | None, numbers: dict[str, Decimal]) -> Mapping[str, Decimal]:
    """Marks by node; ``numbers`` keeps the few different values."""
    if given is None:
        return {}
    marks: dict[str, str] = json.loads(given)
    for text in set(marks.values()) - numbers.keys():
        numbers[text] = Decimal(text)
    return {node: numbers[text] for node, text in marks.items()}
