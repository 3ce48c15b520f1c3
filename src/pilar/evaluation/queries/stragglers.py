"""Read the stragglers of a phase: regions that have not handed in while it is open, assessors while panels are at
work, and then also regions whose extension runs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.paginator import Page
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from pilar.areas.reference import today_in
from pilar.evaluation.models import Assessment, Campaign, Phase
from pilar.evaluation.queries.cases import case_of_phase
from pilar.evaluation.queries.instruments import tree_of
from pilar.evaluation.queries.participation import run_campaign
from pilar.evaluation.queries.phases import HANDED_IN, conflicting_seats, unfinished_seats
from pilar.evaluation.queries.progress import counted
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.rules.authority import EXTENDED, Action, in_time, may, provinces_read, reads_campaigns
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.people.models import Membership
from pilar.people.queries import current
from pilar.people.rules import NotFound, Role, Standing, existing
from pilar.platform.paging import PAGE, paged

HANDS_IN = (Role.COORDINATOR, Role.SIGNATORY)
"""Who brings a region's self-assessment to its submission."""


@dataclass(frozen=True, slots=True)
class Straggler:
    """A region that a phase waits for: how much is answered, or how many of its assessors have finished; ``whom``: the
    names of those who can act, none where nobody holds the role. ``reminded``: the day of the newest reminder.
    ``of_region``: the region is to act, else its panel; ``extended_until``: by then."""

    assessment: int
    region_code: str
    region: str
    province_code: str
    province: str
    percent: int
    finished: int
    seats: int
    whom: tuple[str, ...]
    reminded: date | None
    of_region: bool
    extended_until: datetime | None


@dataclass(frozen=True, slots=True)
class Stragglers:
    """One page of them, those who have done least first; ``of_region``: it waits for regions, and not for panels.
    ``handed_in`` of ``regions`` have submitted."""

    title: Bilingual
    campaign: str
    number: int
    phases: int
    state: PhaseState
    of_region: bool
    closes_at: datetime
    synthetic: bool
    regions: int
    handed_in: int
    page: Page[Straggler]
    names: bool
    """Whether the reader is told who can act."""
    may_remind: bool


@dataclass(frozen=True, slots=True)
class Remindable:
    """The regions that would be reminded today, by name with the people notified; ``alone``: regions in which nobody
    can be notified, ``today``: the number reminded today already, ``left``: no others are left."""

    people: int
    regions: tuple[tuple[str, tuple[str, ...]], ...]
    alone: tuple[str, ...]
    today: int


def stragglers(
    code: str,
    number: int,
    *,
    scope: Standing,
    now: datetime,
    province: str = "",
    page: int = 1,
    size: int | None = PAGE,
) -> Stragglers:
    """One page of the people a phase waits for, of the nation or of a province. Nine queries at most.

    Raises NotFound, NotAllowed.
    """
    phase = phase_run(scope, code, number, province)
    names = reads_campaigns(scope)
    leaves = len(tree_of(phase.campaign.instrument).leaves)

    def rows(late: QuerySet[Assessment]) -> list[Straggler]:
        listed = list(counted(late, now).annotate(reminded=Max("reminders__day")))
        told = whom(phase, listed, now) if names else {}
        return [
            Straggler(
                assessment.pk,
                assessment.participation.region_id,
                assessment.participation.region.name,
                assessment.participation.region.province_id,
                assessment.participation.region.province.name,
                assessment.answered * 100 // leaves,
                assessment.finished,
                assessment.seats,
                tuple(name for _key, name in told.get(assessment.pk, ())),
                assessment.reminded,
                is_with_its_region(assessment),
                assessment.extended_until,
            )
            for assessment in listed
        ]

    waiting = counted(waited_for(phase, province, now), now).order_by("answered", "finished", "participation__region")
    return Stragglers(
        title=phase.campaign.title,
        campaign=code,
        number=number,
        phases=phase.campaign.phase_count,
        state=PhaseState(phase.state),
        of_region=phase.state == PhaseState.OPEN,
        closes_at=phase.closes_at,
        synthetic=phase.campaign.synthetic,
        **phase.assessments.filter(**({"participation__region__province": province} if province else {})).aggregate(
            regions=Count("pk", filter=~Q(state=AssessmentState.SET_ASIDE)),
            handed_in=Count("pk", filter=Q(state__in=HANDED_IN)),
        ),
        page=paged(waiting, rows, page=page, size=size),
        names=names,
        may_remind=may(scope, Action.REMIND, case_of_phase(phase)),
    )


def remindable(code: str, number: int, *, scope: Standing, now: datetime, province: str = "") -> Remindable:
    """Return who would be reminded now. Raises NotFound, NotAllowed."""
    phase = phase_run(scope, code, number)
    waiting = able(phase, waited_for(phase, province, now).order_by("participation__region"), now)
    due = not_reminded(waiting, today_in("", now))
    told = whom(phase, due, now)
    return Remindable(
        people=len({key for persons in told.values() for key, _name in persons}),
        regions=tuple(
            (assessment.participation.region.name, tuple(name for _key, name in told[assessment.pk]))
            for assessment in due
            if assessment.pk in told
        ),
        alone=tuple(assessment.participation.region.name for assessment in due if assessment.pk not in told),
        today=len(waiting) - len(due),
    )


def phase_run(scope: Standing, code: str, number: int, province: str = "") -> Phase:
    """A phase for anyone who reads it for the ministry, or of a province that they read."""
    if province in provinces_read(scope):
        campaign = existing(Campaign.objects.select_related("instrument").filter(code=code.replace("\0", "")).first())
    else:
        campaign = run_campaign(scope, code)
    phase = next((phase for phase in campaign.phases.all() if phase.number == number), None)
    if phase is None:
        raise NotFound
    phase.campaign = campaign
    return phase


def is_with_its_region(assessment: Assessment) -> bool:
    """Return whether the region is to act, and not its panel."""
    return assessment.state == AssessmentState.PREPARING


def waited_for(phase: Phase, province: str, now: datetime) -> QuerySet[Assessment]:
    """The assessments that wait, of all provinces or of one; none in a state in which nobody is reminded."""
    rows = phase.assessments.select_related("participation__region__province")
    if not in_time(Action.REMIND, case_of_phase(phase)):
        return rows.none()
    if province:
        rows = rows.filter(participation__region__province=province)
    if phase.state == PhaseState.OPEN:
        return rows.filter(state=AssessmentState.PREPARING)
    waiting = Q(Exists(_seats(phase).filter(participation=OuterRef("participation"))))
    if phase.state in EXTENDED:
        waiting |= Q(state=AssessmentState.PREPARING, extended_until__gt=now)
    return rows.filter(waiting)


def able(phase: Phase, waiting: Iterable[Assessment], now: datetime) -> list[Assessment]:
    """Those of them that can still act: a region until its own closing time."""
    assessments = list(waiting)
    for assessment in assessments:
        assessment.phase = phase
    return [assessment for assessment in assessments if phase.state != PhaseState.OPEN or assessment.closes_at > now]


def not_reminded(waiting: Iterable[Assessment], day: date) -> list[Assessment]:
    """Those of them that were not reminded on a day."""
    assessments = list(waiting)
    told = set(
        Assessment.objects.filter(pk__in=[assessment.pk for assessment in assessments], reminders__day=day).values_list(
            "pk", flat=True
        )
    )
    return [assessment for assessment in assessments if assessment.pk not in told]


def whom(phase: Phase, waiting: Collection[Assessment], now: datetime) -> dict[int, tuple[tuple[int, str], ...]]:
    """Return who can act on each assessment: keys and names of accounts. Two queries at most."""
    of = {assessment.participation_id: assessment for assessment in waiting if not is_with_its_region(assessment)}
    accounts: dict[int, list[tuple[int, str]]] = {}
    by_region = {
        assessment.participation.region_id: assessment.pk for assessment in waiting if is_with_its_region(assessment)
    }
    if by_region:
        for region, key, name in _of_regions(by_region, now):
            accounts.setdefault(by_region[region], []).append((key, name))
    if of:
        seats = _seats(phase).filter(participation__in=of, assessor__is_active=True)
        for of_participation, key, name in seats.values_list("participation", "assessor", "assessor__name"):
            accounts.setdefault(of[of_participation].pk, []).append((key, name))
    return {key: tuple(sorted(set(persons), key=lambda pair: (pair[1], pair[0]))) for key, persons in accounts.items()}


def _of_regions(regions: Collection[str], now: datetime) -> Iterable[tuple[str, int, str]]:
    held: QuerySet[Membership] = current(now).filter(role__in=HANDS_IN, user__is_active=True, region__in=regions)
    return held.order_by().values_list("region", "user", "user__name")


def _seats(phase: Phase) -> QuerySet:  # type: ignore[type-arg]
    """Seats whose assessor has marks to finish and may; a declared conflict keeps from marking."""
    return unfinished_seats(phase).exclude(pk__in=conflicting_seats().values("pk"))
