"""Read the content of the front page, the page about the method and a user's start page from the rooms below."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pilar import index
from pilar.areas import queries as areas
from pilar.areas.queries import RegionRow
from pilar.evaluation import queries
from pilar.evaluation.queries import Bilingual, InstrumentRow, Statement, YearRow
from pilar.evaluation.queries import RegionRow as RegionName
from pilar.evaluation.queries.assessment_lists import OwnAssessment, OwnIndicator, own_assessments
from pilar.evaluation.queries.computed import GroupLeaders, leaders
from pilar.evaluation.queries.snapshots import ResultLine
from pilar.evaluation.queries.work import (
    OpenFollowUps,
    PanelWork,
    RunPhase,
    evidence_waiting,
    open_follow_ups,
    panel_work,
    requests_to_answer,
    run_phases,
)
from pilar.evaluation.rules.authority import provinces_read, reads_campaigns
from pilar.evaluation.rules.scales import YearScale, scale_of
from pilar.evaluation.rules.stages import PhaseState
from pilar.evidence.rules import readers_reach
from pilar.hospital.queries.ways import ways as ways_in_hospitals
from pilar.masterplan.rules import authority as plans
from pilar.measures.queries.measures import is_known
from pilar.people.queries import AccountRow, own_account
from pilar.people.queries.inbox import InboxRow, inbox
from pilar.people.rules import Role, Standing, manages_accounts, manages_offices
from pilar.permits.queries.cases import works_on_permits
from pilar.platform.actors import Authority
from pilar.portal.first_steps import FirstSteps, first_steps
from pilar.surveys.rules import authority as surveys
from pilar.villagefinance.queries.villages import works_with_villages

SHOWN = 5

Finals = tuple[tuple[RegionName, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Leaders:
    """The highest finals published of one group, or of a year whose sources name none: region and final.

    ``size``: how many regions were evaluated in the group, where that is stated; ``regions`` counts those with a
    result. A rank means nothing outside its group, so groups stay apart. ``computed``: by Pilar, not stated by sources;
    ``phase``: of ``phases`` of the campaign, where it is one before the last, which gives the finals of the year.
    """

    title: Bilingual | None
    size: int | None
    regions: int
    finals: Finals
    scale: YearScale | None
    computed: bool = False
    phase: int | None = None
    phases: int | None = None


@dataclass(frozen=True, slots=True)
class Front:
    """``newest`` is None while nothing is published."""

    years: tuple[YearRow, ...]
    newest: YearRow | None
    leaders: tuple[Leaders, ...]


@dataclass(frozen=True, slots=True)
class Weighted:
    """A dimension of an instrument with its weight in per cent; ``meaning``: what it measures, where known, and the
    source of that: an address, or ``assumption``."""

    title: Bilingual
    weight: Decimal
    meaning: Bilingual | None
    meaning_source: str


@dataclass(frozen=True, slots=True)
class Method:
    """The instrument of the newest year with results: scale, dimensions, how they become the final.

    ``mean`` is the kind of mean; sources are addresses, or ``assumption``.
    """

    year: int
    row: InstrumentRow
    scale: YearScale
    mean: index.Aggregation
    mean_source: str
    weights_source: str
    dimensions: tuple[Weighted, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A statement whose final can be computed again, to be looked at."""

    region: RegionName
    year: int


@dataclass(frozen=True, slots=True)
class RegionWork:
    """A self-assessment of the reader's region. ``next`` are unanswered indicators of the reader's office, a few.

    ``waiting``: pieces of evidence that wait for the reader as verifier; ``requests``: requests for evidence that the
    reader can answer.
    """

    one: OwnAssessment
    next: tuple[OwnIndicator, ...]
    waiting: int
    requests: int
    coordinates: bool
    verifies: bool

    @property
    def has_result(self) -> bool:
        """Return whether the region can look at the agreed marks."""
        return self.one.header.phase_state in (PhaseState.OBJECTION, PhaseState.FINAL)


@dataclass(frozen=True, slots=True)
class Home:
    """The page that somebody finds after signing in; ``waiting`` is the beginning of their inbox, of ``all_waiting``
    lines.

    ``first_steps``: those of regions that the reader coordinates, as long as one is left.
    ``regions``: those that the reader works for; ``planned``, ``surveyed``, ``measured``, ``evidenced``: those of
    them whose plans, surveys, measures and evidence the reader may know. ``oversees``: the reader reads all campaigns
    for the ministry. ``provinces``: they read a province. ``evaluates``: one of their roles is of the evaluation and
    the plan, not of a service alone.
    """

    account: AccountRow
    first_steps: tuple[FirstSteps, ...]
    waiting: tuple[InboxRow, ...]
    all_waiting: int
    running: tuple[RunPhase, ...]
    assessments: tuple[RegionWork, ...]
    panels: tuple[PanelWork, ...]
    follow_ups: tuple[OpenFollowUps, ...]
    regions: tuple[RegionRow, ...]
    planned: frozenset[str]
    surveyed: frozenset[str]
    measured: frozenset[str]
    evidenced: frozenset[str]
    oversees: bool
    provinces: bool
    evaluates: bool
    assesses: bool
    manages_accounts: bool
    manages_offices: bool
    reports: bool
    villages: bool
    permits: bool
    hospitals: list[tuple[str, str, str]]

    @property
    def has_work(self) -> bool:
        """Return whether there is anything of an evaluation that runs."""
        return bool(self.running or self.assessments or self.panels)


def home(*, scope: Standing, now: datetime) -> Home:
    """The start page of a signed-in person; raises :class:`NotFound` for anybody else."""
    account = own_account(scope=scope, now=now)
    waiting = inbox(scope=scope, now=now)
    roles = {held.role for held in scope.memberships}
    regions = sorted({held.region for held in scope.memberships if held.region})
    reach = readers_reach(scope)
    rows = tuple(areas.region(code) for code in regions)
    own = own_assessments(scope=scope, now=now) if regions else ()
    return Home(
        account=account,
        first_steps=first_steps(own, {row.code: row.name for row in rows}, scope=scope, now=now),
        waiting=waiting[:SHOWN],
        all_waiting=len(waiting),
        running=run_phases(scope=scope) if reads_campaigns(scope) else (),
        assessments=_region_work(own, scope, now) if own else (),
        panels=panel_work(scope=scope),
        follow_ups=open_follow_ups(scope=scope) if regions else (),
        regions=rows,
        planned=frozenset(code for code in regions if plans.works_for(scope, code)),
        surveyed=frozenset(code for code in regions if surveys.knows(scope, code)),
        measured=frozenset(code for code in regions if is_known(code, scope=scope)),
        evidenced=frozenset(code for code in regions if reach.covers(code)),
        oversees=reads_campaigns(scope),
        provinces=bool(provinces_read(scope)),
        evaluates=bool(roles & set(Role)) or not roles,
        assesses=bool(roles & {Role.ASSESSOR, Role.PANEL_CHAIR}),
        manages_accounts=manages_accounts(scope),
        manages_offices=manages_offices(scope),
        reports=Role.CONTRIBUTOR in roles,
        villages=works_with_villages(scope),
        permits=works_on_permits(scope),
        hospitals=ways_in_hospitals(scope),
    )


def _region_work(own: Iterable[OwnAssessment], scope: Standing, now: datetime) -> tuple[RegionWork, ...]:
    """The self-assessments of phases that are not published."""
    ours = [assessment for assessment in own if assessment.header.phase_state is not PhaseState.PUBLISHED]
    waiting = evidence_waiting([our.header.key for our in ours if our.is_open], scope=scope)
    asked = requests_to_answer([our.header.key for our in ours if our.header.handed_in], scope=scope, now=now)
    held = {(row.role, row.region) for row in scope.memberships}
    return tuple(
        RegionWork(
            one=our,
            next=tuple(leaf for leaf in our.own if not leaf.answered)[:SHOWN] if our.is_open else (),
            waiting=waiting.get(our.header.key, 0),
            requests=asked[our.header.key].count if our.header.key in asked else 0,
            coordinates=(Role.COORDINATOR, our.header.region_code) in held,
            verifies=(Role.VERIFIER, our.header.region_code) in held,
        )
        for our in ours
    )


def front(*, scope: Authority) -> Front:
    """The newest year and who stands highest in each of its groups; years of made-up results are left out."""
    years = tuple(row for row in queries.years(scope=scope) if not row.synthetic)
    if not years:
        return Front((), None, ())
    newest = years[0]
    computed = tuple(_computed(leader) for leader in leaders(newest.year, scope=scope, size=SHOWN))
    return Front(years, newest, (*_stated(newest, scope), *computed))


def _computed(leader: GroupLeaders) -> Leaders:
    header = leader.header
    last = header.number == header.phase_count
    return Leaders(
        leader.group, None, leader.regions, _finals(leader.lines), header.scale, computed=True,
        phase=None if last else header.number, phases=None if last else header.phase_count,
    )  # fmt: skip


def method(*, scope: Authority) -> Method | None:
    """Return how the newest year with results is scored; None while no instrument is loaded."""
    newest = queries.newest_instrument(scope=scope)
    if newest is None:
        return None
    year, row, instrument = newest
    root = instrument.root
    dimensions = tuple(
        Weighted(
            title=Bilingual(**node.title),
            weight=Decimal(index.decimal_text(share * 100)),
            meaning=None if node.meaning is None else Bilingual(**node.meaning.text),
            meaning_source="" if node.meaning is None else node.meaning.source,
        )
        for node, share in zip(root.children, root.shares, strict=True)
    )
    return Method(
        year=year,
        row=row,
        scale=scale_of(instrument),
        mean=root.aggregation,
        mean_source=root.aggregation_source,
        weights_source=root.weights_source,
        dimensions=dimensions,
    )


def example(*, scope: Authority) -> Example | None:
    """The newest statement with a score of every dimension, of these the one with the highest final."""
    scored = queries.scoring_instruments(scope=scope)
    for year in sorted(scored, reverse=True):
        wanted = {node.code for node in scored[year][1].root.children}
        for result in queries.results(queries.Filters(year=year), scope=scope, size=None):
            if result.final is not None and result.scores.keys() >= wanted:
                return Example(result.region, year)
    return None


def _stated(newest: YearRow, scope: Authority) -> tuple[Leaders, ...]:
    """The leaders of the statements of a year, by group where its sources name groups."""
    if not newest.statements:
        return ()
    scale, coverage = queries.scale_in(newest.year, scope=scope), queries.coverage(newest.year, scope=scope)
    if not coverage.groups:
        return (Leaders(None, None, coverage.regions, _highest(newest.year, "", scope), scale),)
    return tuple(
        Leaders(
            group.group.title, group.group.size, group.regions, _highest(newest.year, group.group.code, scope), scale
        )
        for group in coverage.groups
        if group.regions
    )


def _highest(year: int, group: str, scope: Authority) -> Finals:
    filters = queries.Filters(year=year, group=group)
    return _finals(queries.results(filters, scope=scope, sort="-final", size=SHOWN).object_list)


def _finals(rows: Iterable[Statement | ResultLine]) -> Finals:
    return tuple((row.region, row.final) for row in rows if row.final is not None)
