"""What the front page, the page about the method and a person's start page show, gathered from the rooms below."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pilar import index
from pilar.areas import queries as areas
from pilar.areas.queries import RegionRow
from pilar.evaluation import queries
from pilar.evaluation.queries import Bilingual, GroupRow, InstrumentRow, Statement, YearRow
from pilar.evaluation.queries.assessment_lists import OwnAssessment, OwnIndicator, own_assessments
from pilar.evaluation.queries.campaigns import may_create
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
from pilar.evaluation.rules.stages import PhaseState
from pilar.people.queries import AccountRow, NoticeRow, open_notices, own_account
from pilar.people.rules import Permission, Role, Standing, manages_accounts
from pilar.platform.actors import Authority

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Leaders:
    """The highest finals published of one group, or of a year whose sources name none.

    ``regions`` counts the regions with a statement; a rank means nothing outside its group, so groups stay apart.
    """

    group: GroupRow | None
    regions: int
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Front:
    """``newest`` is None while nothing is published."""

    years: tuple[YearRow, ...]
    newest: YearRow | None
    leaders: tuple[Leaders, ...]


@dataclass(frozen=True, slots=True)
class Weighted:
    """A dimension of an instrument with its weight in per cent; ``meaning``: what it measures, where known."""

    title: Bilingual
    weight: Decimal
    meaning: Bilingual | None


@dataclass(frozen=True, slots=True)
class Method:
    """The instrument of the newest scored year: scale, dimensions, rounding."""

    row: InstrumentRow
    lowest: Decimal
    highest: Decimal
    decimals: int
    dimensions: tuple[Weighted, ...]


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
        """Whether the region can look at the agreed marks."""
        return self.one.header.phase_state in (PhaseState.OBJECTION, PhaseState.FINAL)


@dataclass(frozen=True, slots=True)
class Home:
    """What somebody finds after signing in; ``notices`` are the first of ``open_notices``.

    ``regions``: those that the reader works for. ``runs_campaigns``: the reader sets campaigns up.
    """

    account: AccountRow
    notices: tuple[NoticeRow, ...]
    open_notices: int
    running: tuple[RunPhase, ...]
    assessments: tuple[RegionWork, ...]
    panels: tuple[PanelWork, ...]
    follow_ups: tuple[OpenFollowUps, ...]
    regions: tuple[RegionRow, ...]
    runs_campaigns: bool
    assesses: bool
    manages_accounts: bool
    manages_offices: bool
    reports: bool

    @property
    def has_work(self) -> bool:
        """Whether there is anything of an evaluation that runs."""
        return bool(self.running or self.assessments or self.panels)


def home(*, scope: Standing, now: datetime) -> Home:
    """The start page of a signed-in person; raises :class:`NotFound` for anybody else."""
    account = own_account(scope=scope, now=now)
    notices = open_notices(scope=scope)
    roles = {held.role for held in scope.memberships}
    regions = sorted({held.region for held in scope.memberships if held.region})
    return Home(
        account=account,
        notices=notices[:SHOWN],
        open_notices=len(notices),
        running=run_phases(scope=scope),
        assessments=_region_work(scope, now) if regions else (),
        panels=panel_work(scope=scope),
        follow_ups=open_follow_ups(scope=scope) if regions else (),
        regions=tuple(areas.region(code) for code in regions),
        runs_campaigns=may_create(scope),
        assesses=bool(roles & {Role.ASSESSOR, Role.PANEL_CHAIR}),
        manages_accounts=manages_accounts(scope),
        manages_offices=any(scope.may(Permission.MANAGE_OFFICES, area=code) for code in (None, *regions)),
        reports=Role.CONTRIBUTOR in roles,
    )


def _region_work(scope: Standing, now: datetime) -> tuple[RegionWork, ...]:
    """The self-assessments of phases that are not published."""
    own = own_assessments(scope=scope, now=now)
    ours = [one for one in own if one.header.phase_state is not PhaseState.PUBLISHED]
    waiting = evidence_waiting([one.header.key for one in ours if one.is_open], scope=scope)
    asked = requests_to_answer([one.header.key for one in ours if one.header.handed_in], scope=scope, now=now)
    held = {(row.role, row.region) for row in scope.memberships}
    return tuple(
        RegionWork(
            one=one,
            next=tuple(leaf for leaf in one.own if not leaf.answered)[:SHOWN] if one.is_open else (),
            waiting=waiting.get(one.header.key, 0),
            requests=asked.get(one.header.key, 0),
            coordinates=(Role.COORDINATOR, one.header.region_code) in held,
            verifies=(Role.VERIFIER, one.header.region_code) in held,
        )
        for one in ours
    )


def front(*, scope: Authority) -> Front:
    """The newest year and who stands highest in each of its groups; years of made-up results are left out."""
    years = tuple(row for row in queries.years(scope=scope) if not row.synthetic)
    newest = next((row for row in years if row.statements), None)
    if newest is None:
        return Front(years, None, ())
    groups = queries.coverage(newest.year, scope=scope).groups
    if groups:
        leaders = tuple(
            Leaders(one.group, one.regions, _highest(newest.year, one.group.code, scope))
            for one in groups
            if one.regions
        )
    else:
        leaders = (Leaders(None, newest.regions, _highest(newest.year, "", scope)),)
    return Front(years, newest, leaders)


def method(*, scope: Authority) -> Method | None:
    """How the newest scored year is scored; None while no instrument is loaded."""
    scored = queries.scoring_instruments(scope=scope)
    if not scored:
        return None
    row, instrument = scored[max(scored)]
    dimensions = tuple(
        Weighted(
            title=Bilingual(**node.title),
            weight=Decimal(index.decimal_text(share * 100)),
            meaning=None if node.meaning is None else Bilingual(**node.meaning.text),
        )
        for node, share in zip(instrument.root.children, instrument.root.shares, strict=True)
    )
    return Method(row, instrument.scale.minimum, instrument.scale.maximum, instrument.decimals, dimensions)


def _highest(year: int, group: str, scope: Authority) -> tuple[Statement, ...]:
    filters = queries.Filters(year=year, group=group)
    page = queries.results(filters, scope=scope, sort="-final", size=SHOWN)
    return tuple(one for one in page.object_list if one.final is not None)
