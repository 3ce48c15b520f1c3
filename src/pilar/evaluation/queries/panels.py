"""Panels of a campaign for the secretariat: the board, one panel, a proposal, and declared conflicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page
from django.db.models import Prefetch

from pilar.evaluation.models import Campaign, Conflict, Participation, Phase, Seat
from pilar.evaluation.queries.cases import case_of_phase
from pilar.evaluation.queries.participation import fitting, run_campaign
from pilar.evaluation.queries.phases import incomplete_panels
from pilar.evaluation.queries.seating import assessors, barred, marked_seats, panel_facts, sittings
from pilar.evaluation.rules import authority
from pilar.evaluation.rules.assignment import (
    BAR_NAMES,
    Assessor,
    Bar,
    Proposal,
    ProposedPanel,
    Sitting,
    Task,
    assign,
    fingerprint,
)
from pilar.evaluation.rules.authority import Action, Case
from pilar.evaluation.rules.panels import MIN_PANEL
from pilar.people.rules import Standing, existing
from pilar.platform.language import translate
from pilar.platform.paging import PAGE, paged


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A seat: ``bar`` is a conflict that came to light after it was given, ``marked`` whether marks came from it."""

    assessor: int
    name: str
    is_chair: bool
    marked: bool
    bar: Bar | None

    @property
    def bar_name(self) -> str:
        """The conflict in the reader's language."""
        return translate(BAR_NAMES[self.bar]) if self.bar else ""


@dataclass(frozen=True, slots=True)
class PanelRow:
    """The panel of one region, its chair first."""

    region_code: str
    region: str
    seats: tuple[SeatRow, ...]
    smallest: int
    largest: int

    @property
    def complete(self) -> bool:
        """Return whether the desk check can begin with it."""
        return (
            self.smallest <= len(self.seats) <= self.largest
            and any(seat.is_chair for seat in self.seats)
            and not any(seat.bar for seat in self.seats)
        )

    @property
    def full(self) -> bool:
        return len(self.seats) >= self.largest


@dataclass(frozen=True, slots=True)
class LoadRow:
    """An assessor and how many regions and chairs they have in the campaign."""

    assessor: Assessor
    regions: int
    chairs: int


@dataclass(frozen=True, slots=True)
class Board:
    """One page of panels, the loads of all assessors, and how many panels are not complete."""

    page: Page[PanelRow]
    loads: tuple[LoadRow, ...]
    incomplete: int


@dataclass(frozen=True, slots=True)
class PanelView:
    """One panel with anyone who else may sit on it (fewest regions first), and who may not and why."""

    row: PanelRow
    free: tuple[LoadRow, ...]
    barred: tuple[tuple[Assessor, str], ...]

    @property
    def may_be_smaller(self) -> bool:
        """Return whether the panel could decide with the assessors that it has, by an exception."""
        seats = self.row.seats
        return MIN_PANEL <= len(seats) < self.row.smallest and any(seat.is_chair for seat in seats)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal and the fingerprint of the seats that it was made from; ``size`` seats a panel.

    ``changed`` are the panels that are not as they stand today.
    """

    proposal: Proposal
    changed: tuple[ProposedPanel, ...]
    seen: str
    size: int


@dataclass(frozen=True, slots=True)
class ConflictRow:
    key: int
    assessor: str
    region_code: str
    region: str
    kind: Bar
    note: str

    @property
    def kind_name(self) -> str:
        """The kind in the reader's language."""
        return translate(BAR_NAMES[self.kind])


def board(
    code: str,
    *,
    scope: Standing,
    now: datetime,
    text: str = "",
    only_incomplete: bool = False,
    page: int = 1,
    size: int | None = PAGE,
) -> Board:
    """Panels by region code. Ten queries at most."""
    campaign = run_campaign(scope, code)
    rows = campaign.participations.select_related("region").prefetch_related(_SEATS).order_by("region")
    incomplete = incomplete_panels(campaign)
    if only_incomplete:
        rows = rows.filter(pk__in=incomplete.values("pk"))
    listed = paged(rows.filter(fitting(text)), lambda rows: _rows(campaign, list(rows)), page=page, size=size)
    return Board(listed, _loads(campaign, now), incomplete.count())


def panel(code: str, region: str, *, scope: Standing, now: datetime) -> PanelView:
    """The panel of one region; raises :class:`NotFound`."""
    campaign = run_campaign(scope, code)
    rows = campaign.participations.select_related("region").prefetch_related(_SEATS)
    participation = existing(rows.filter(region=region).first() if "\0" not in region else None)
    (row,) = _rows(campaign, [participation])
    seated, bars = {seat.assessor for seat in row.seats}, barred(campaign)
    others = [load for load in _loads(campaign, now) if load.assessor.key not in seated]
    return PanelView(
        row,
        tuple(
            sorted(
                (other for other in others if (other.assessor.key, region) not in bars), key=lambda load: load.regions
            )
        ),
        tuple(
            (other.assessor, translate(BAR_NAMES[bars[other.assessor.key, region]]))
            for other in others
            if (other.assessor.key, region) in bars
        ),
    )


def proposal(
    code: str, *, scope: Standing, now: datetime, size: int | None = None, keep: bool = True, draw: int = 0
) -> Proposed:
    """Panels of ``size`` (the campaign's smallest, if not given) for every region of the campaign; nothing changes.

    ``keep``: seats of today stay, except where a conflict came to light; without it only those with marks stay. Raises
    Faults that name the regions for which there are too few assessors.
    """
    campaign = run_campaign(scope, code)
    authority.require(scope, Action.FORM_PANELS, case_of_phase(_last_phase(campaign)), known=True)
    facts, standing = panel_facts(campaign, now), sittings(campaign)
    marked = marked_seats(list(campaign.participations.all()))
    wanted = min(max(size or campaign.smallest_panel, campaign.smallest_panel), campaign.largest_panel)
    kept = [
        seat
        for seat in standing
        if (seat.region, seat.assessor) in marked or (keep and (seat.assessor, seat.region) not in facts.barred)
    ]
    task = Task(facts.regions, tuple(facts.assessors.values()), wanted, facts.barred, kept, draw)
    result = assign(task)
    changed = {seat.region for seat in set(standing) ^ set(result.seats)}
    panels = tuple(proposed_panel for proposed_panel in result.panels if proposed_panel.region in changed)
    return Proposed(result, panels, fingerprint(standing), wanted)


def conflicts(*, scope: Standing, text: str = "") -> tuple[ConflictRow, ...]:
    """All declared conflicts, by assessor; ``text`` is part of the assessor's or the region's name. One query."""
    authority.require(scope, Action.SEE_RESULTS, Case(), known=False)
    rows = Conflict.objects.select_related("assessor", "region").order_by("assessor__name", "region", "kind")
    word = text.casefold()
    return tuple(
        ConflictRow(row.pk, row.assessor.name, row.region_id, row.region.name, Bar(row.kind), row.note)
        for row in rows
        if word in row.assessor.name.casefold() or word in row.region.name.casefold()
    )


def assessor_choices(*, scope: Standing, now: datetime) -> tuple[Assessor, ...]:
    """Everybody who may sit on panels, by name."""
    authority.require(scope, Action.FORM_PANELS, Case(), known=False)
    return tuple(assessors(now).values())


_SEATS = Prefetch("seats", Seat.objects.select_related("assessor").order_by("-is_chair", "assessor__name", "id"))


def _rows(campaign: Campaign, participations: Collection[Participation]) -> list[PanelRow]:
    """Participations with their region and seats as rows. Four queries."""
    marked, bars = marked_seats(participations), barred(campaign)
    return [
        PanelRow(
            participation.region_id,
            participation.region.name,
            tuple(_seat(seat, participation.region_id, marked, bars) for seat in participation.seats.all()),
            min(participation.smallest_panel or campaign.smallest_panel, campaign.smallest_panel),
            campaign.largest_panel,
        )
        for participation in participations
    ]


def _seat(seat: Seat, region: str, marked: Collection[tuple[str, int]], bars: Mapping[tuple[int, str], Bar]) -> SeatRow:
    bar = bars.get((seat.assessor_id, region))
    # That the campaign wants other assessors than last year's keeps them from new seats, and makes no conflict of one
    # that the secretariat gave before it wanted so.
    shown = None if bar is Bar.LAST_YEAR else bar
    return SeatRow(seat.assessor_id, seat.assessor.name, seat.is_chair, (region, seat.assessor_id) in marked, shown)


def _loads(campaign: Campaign, now: datetime) -> tuple[LoadRow, ...]:
    standing: tuple[Sitting, ...] = sittings(campaign)
    regions = Counter(seat.assessor for seat in standing)
    chairs = Counter(seat.assessor for seat in standing if seat.is_chair)
    return tuple(LoadRow(assessor, regions[assessor.key], chairs[assessor.key]) for assessor in assessors(now).values())


def _last_phase(campaign: Campaign) -> Phase:
    phase = campaign.phases.order_by("-number").first()
    phase.campaign = campaign
    return phase
