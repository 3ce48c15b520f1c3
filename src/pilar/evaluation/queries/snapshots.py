"""Results of a phase for the secretariat: the ranking while marking goes on, and every version that was computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.core.paginator import Page

from pilar import index
from pilar.areas.models import Region
from pilar.evaluation.models import CampaignGroup, Objection, Phase, Snapshot, SnapshotResult
from pilar.evaluation.queries.cases import case_of_phase, phase_for
from pilar.evaluation.queries.computing import inputs
from pilar.evaluation.queries.instruments import tree_of
from pilar.evaluation.queries.results import named
from pilar.evaluation.queries.rows import Bilingual, RegionRow
from pilar.evaluation.queries.statements import region_row
from pilar.evaluation.rules.authority import Action, holds
from pilar.evaluation.rules.computing import NO_FINAL, ResultRow, rank_rows
from pilar.evaluation.rules.publishing import (
    ResultFacts,
    SnapshotNotFound,
    why_not_approve,
    why_not_compute,
    why_not_publish,
)
from pilar.evaluation.rules.scales import YearScale, scale_of
from pilar.evaluation.rules.stages import PHASE_NAMES, PhaseState
from pilar.people.rules import NotAllowed, Permission, Standing, shown_name
from pilar.platform.errors import Fault
from pilar.platform.language import translate
from pilar.platform.paging import PAGE, paged
from pilar.platform.papers import Paper, paper_of
from pilar.platform.rows import row_of


@dataclass(frozen=True, slots=True)
class PhaseHeader:
    """A phase of a campaign. ``paper``: the document that its instrument is based on, if given."""

    campaign: str
    title: Bilingual
    year: int
    synthetic: bool
    number: int
    phase_count: int
    state: PhaseState
    scale: YearScale
    paper: Paper | None = None

    @property
    def state_name(self) -> str:
        """The state in the reader's language."""
        return translate(PHASE_NAMES[self.state])


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One region's result. ``no_score`` is the reason's code; ``missing`` counts blank parts.

    ``previous_origin``: ``computed`` by Pilar, ``stated`` by a source, or empty. ``previous_year``: that of the
    previous final, None also where the version was computed before Pilar kept it.
    """

    region: RegionRow
    group_code: str
    group: Bilingual
    final: Decimal | None
    no_score: str
    rank_in_group: int | None
    rank_in_province: int | None
    rank_in_nation: int | None
    improvement: Decimal | None
    previous_final: Decimal | None
    previous_origin: str
    comparable: bool
    predicate: Bilingual | None
    missing: int
    previous_year: int | None = None

    @property
    def other_scale(self) -> bool:
        """Return whether the previous final stands on another scale, so that nothing is subtracted."""
        return self.final is not None and self.previous_final is not None and self.improvement is None

    @property
    def no_score_reason(self) -> str:
        """Return why there is no score, in the reader's language."""
        return translate(NO_FINAL[self.no_score]) if self.no_score else ""


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """One computed version, with its approval and publication as far as they are; ``newest`` of its phase.

    ``superseded_by`` is the later version that was published in its place.
    """

    version: int
    instrument_code: str
    instrument_version: str
    instrument_sha256: str
    input_sha256: str
    input_form: int
    result_sha256: str
    reason: str
    computed_by: str
    computed_at: datetime
    approved_by: str
    approved_at: datetime | None
    letter_number: str
    letter_date: date | None
    published_by: str
    published_at: datetime | None
    newest: bool
    superseded_by: int | None


@dataclass(frozen=True, slots=True)
class PhaseResults:
    """All versions of a phase, newest first, and why a next step is not there yet (empty: it is)."""

    header: PhaseHeader
    snapshots: tuple[SnapshotRow, ...]
    open_objections: int
    why_not_compute: tuple[Fault, ...]
    why_not_approve: tuple[Fault, ...]
    why_not_publish: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """A page of the ranking from the agreed marks of this moment; ``scored`` of all ``regions`` have a final."""

    header: PhaseHeader
    page: Page[ResultLine]
    groups: Mapping[str, Bilingual]
    regions: int
    scored: int


@dataclass(frozen=True, slots=True)
class SnapshotPage:
    """A page of one version's results, by rank."""

    header: PhaseHeader
    snapshot: SnapshotRow
    page: Page[ResultLine]
    groups: Mapping[str, Bilingual]


def ranking(
    code: str, number: int, *, by: Standing, group: str = "", search: str = "", page: int = 1, size: int | None = PAGE
) -> Ranking:
    """The provisional ranking, highest first, regions without a score last; needs ``view-provisional``. ``search``: a
    name or code of regions.

    Eight queries at most. Raises NotFound, NotAllowed.
    """
    phase = phase_for(by, code, number)
    by.require(Permission.VIEW_PROVISIONAL)
    given = inputs(phase)
    predicates = predicates_of(given.instrument)
    rows = [row for row in rank_rows(given.instrument, given.entries, nodes=False) if group in ("", row.group)]
    rows.sort(key=lambda row: (row.rank_in_nation is None, row.rank_in_nation, row.region))
    listed = rows
    if search:
        fitting = set(Region.objects.filter(named(search)).values_list("code", flat=True))
        listed = [row for row in rows if row.region in fitting]
    return Ranking(
        header=header_of(phase),
        page=paged(
            listed,
            lambda part: [_line(row, given.regions[row.region], given.groups[row.group], predicates) for row in part],
            page=page,
            size=size,
        ),
        groups=given.groups,
        regions=len(rows),
        scored=sum(row.final is not None for row in rows),
    )


def phase_results(code: str, number: int, *, by: Standing) -> PhaseResults:
    """Every version of a phase and what can be done next; for the secretariat. Raises NotFound, NotAllowed."""
    phase = _phase_of_results(code, number, by)
    rows = snapshots_of(phase.pk)
    newest = rows[0] if rows else None
    computer, approver = _last_accounts(phase)
    facts = ResultFacts(
        phase=PhaseState(phase.state),
        newest=None if newest is None else newest.version,
        approved=newest is not None and newest.approved_at is not None,
        published=newest is not None and newest.published_at is not None,
        current=newest is not None and inputs(phase).gave(newest.input_sha256, newest.input_form),
        computed_by_reader=settings.PILAR_FOUR_EYES and computer == by.account,
        approved_by_reader=settings.PILAR_FOUR_EYES and approver == by.account,
    )
    return PhaseResults(
        header=header_of(phase),
        snapshots=rows,
        open_objections=Objection.objects.filter(assessment__phase=phase, decision="").count(),
        why_not_compute=why_not_compute(facts),
        why_not_approve=why_not_approve(facts),
        why_not_publish=why_not_publish(facts),
    )


def snapshot_page(
    code: str,
    number: int,
    version: int,
    *,
    by: Standing,
    group: str = "",
    search: str = "",
    page: int = 1,
    size: int | None = PAGE,
) -> SnapshotPage:
    """One version's results; for the secretariat. Raises NotFound, NotAllowed, SnapshotNotFound."""
    phase, snapshot = secretariat_version(code, number, version, by=by)
    lines = lines_of(phase, version, group=group, search=search, page=page, size=size)
    return SnapshotPage(header_of(phase), snapshot, lines, group_titles(phase))


def secretariat_version(code: str, number: int, version: int, *, by: Standing) -> tuple[Phase, SnapshotRow]:
    """A phase and one of its versions, for the secretariat. Raises NotFound, NotAllowed, SnapshotNotFound."""
    phase = _phase_of_results(code, number, by)
    snapshot = next((row for row in snapshots_of(phase.pk) if row.version == version), None)
    if snapshot is None:
        raise SnapshotNotFound(version=version)
    return phase, snapshot


def header_of(phase: Phase) -> PhaseHeader:
    """The header of a phase whose campaign is at hand."""
    campaign = phase.campaign
    return PhaseHeader(
        campaign=campaign.code,
        title=campaign.title,
        year=campaign.year,
        synthetic=campaign.synthetic,
        number=phase.number,
        phase_count=campaign.phase_count,
        state=PhaseState(phase.state),
        scale=scale_of(tree_of(campaign.instrument)),
        paper=paper_of(tree_of(campaign.instrument).basis),
    )


def snapshots_of(phase: int) -> tuple[SnapshotRow, ...]:
    """Every version of the phase of this key, newest first. One query."""
    snapshots = Snapshot.objects.filter(phase=phase).select_related("approval", "publication")
    return snapshot_rows(snapshots.order_by("-version"))


def snapshot_rows(snapshots: Iterable[Snapshot]) -> tuple[SnapshotRow, ...]:
    """Frozen rows of versions of one phase, newest first, whose approval and publication are at hand."""
    listed = list(snapshots)
    rows: list[SnapshotRow] = []
    later: int | None = None
    for snapshot in listed:
        rows.append(_snapshot_row(snapshot, newest=snapshot is listed[0], superseded_by=later))
        if hasattr(snapshot, "publication"):
            later = snapshot.version
    return tuple(rows)


def lines_of(
    phase: Phase, version: int, *, group: str = "", search: str = "", page: int, size: int | None = PAGE
) -> Page[ResultLine]:
    """A page of the results of a version, by rank in the nation; ``search``: a name or code of regions. Three
    queries."""
    results = SnapshotResult.objects.filter(snapshot__phase=phase, snapshot__version=version)
    if group:
        results = results.filter(group=group.replace("\0", ""))
    if search:
        results = results.filter(named(search, "region__"))
    ordered = results.select_related("region__province").defer("scores").order_by("rank_in_nation", "region")
    groups, predicates = group_titles(phase), predicates_of(tree_of(phase.campaign.instrument))
    return paged(ordered, lambda rows: result_lines(rows, groups, predicates), page=page, size=size)


def result_lines(
    rows: Iterable[SnapshotResult], groups: Mapping[str, Bilingual], predicates: Mapping[str, Bilingual]
) -> list[ResultLine]:
    """Frozen rows of stored results whose region and province are at hand."""
    return [_line(row, region_row(row.region), groups[row.group], predicates) for row in rows]


def group_titles(phase: Phase) -> dict[str, Bilingual]:
    """The groups of a campaign by code. One query."""
    groups = CampaignGroup.objects.filter(campaign=phase.campaign_id)
    return {group.code: group.title for group in groups}


def predicates_of(instrument: index.Instrument) -> dict[str, Bilingual]:
    """The predicates of an instrument by code."""
    return {predicate.code: Bilingual(**predicate.title) for predicate in instrument.predicates}


def _last_accounts(phase: Phase) -> tuple[int | None, int | None]:
    """The accounts that computed and that approved the newest version."""
    snapshots = Snapshot.objects.filter(phase=phase).order_by("-version")
    return snapshots.values_list("computed_by", "approval__approved_by").first() or (None, None)


def _phase_of_results(code: str, number: int, by: Standing) -> Phase:
    phase = phase_for(by, code, number)
    if not holds(by, Action.SEE_RESULTS, case_of_phase(phase)):
        raise NotAllowed
    return phase


def _line(
    row: SnapshotResult | ResultRow, region: RegionRow, group: Bilingual, predicates: Mapping[str, Bilingual]
) -> ResultLine:
    return row_of(
        ResultLine,
        row,
        region=region,
        group_code=row.group,
        group=group,
        predicate=predicates.get(row.predicate),
        missing=len(row.missing),
    )


def _snapshot_row(snapshot: Snapshot, *, newest: bool, superseded_by: int | None) -> SnapshotRow:
    approval = getattr(snapshot, "approval", None)
    publication = getattr(snapshot, "publication", None)
    return row_of(
        SnapshotRow,
        snapshot,
        computed_by=shown_name(snapshot.computed_by_name),
        approved_by="" if approval is None else shown_name(approval.approved_by_name),
        approved_at=None if approval is None else approval.approved_at,
        letter_number="" if publication is None else publication.letter_number,
        letter_date=None if publication is None else publication.letter_date,
        published_by="" if publication is None else shown_name(publication.published_by_name),
        published_at=None if publication is None else publication.published_at,
        newest=newest,
        superseded_by=superseded_by if publication is not None else None,
    )
