"""The made-up campaigns of the demonstration: one of last year, published, one that runs, and one to practise with.

Every page of them says that their data are synthetic. What the example accounts would have done themselves goes through
the operations that they would have used; the rest is written at once.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

from django.db import transaction
from django.utils import timezone

from pilar import index
from pilar.areas.models import Region
from pilar.areas.queries import offices
from pilar.evaluation.models import (
    Assessment,
    Campaign,
    CampaignGroup,
    Conflict,
    Finding,
    FollowUp,
    Instrument,
    Participation,
    Phase,
    PhaseMove,
    Seat,
)
from pilar.evaluation.operations.allocation import allocate
from pilar.evaluation.operations.announcing import announce_open, announce_seats
from pilar.evaluation.operations.attachments import attach_new, return_attached, verify_attached
from pilar.evaluation.operations.drawing import Drawn
from pilar.evaluation.operations.follow_up import remind_of_follow_ups
from pilar.evaluation.operations.practice import make_practice
from pilar.evaluation.operations.results import approve_results, compute_results, publish_results
from pilar.evaluation.operations.synthetic import synthetic_address
from pilar.evaluation.queries.instruments import tree_of
from pilar.evaluation.queries.panels import proposal
from pilar.evaluation.rules import authority
from pilar.evaluation.rules import demonstration as plan
from pilar.evaluation.rules.answers import leaves_below
from pilar.evaluation.rules.authority import Action, Case
from pilar.evaluation.rules.campaigns import Period
from pilar.evaluation.rules.demonstration import PRACTICE, PREVIOUS, REGION, RUNNING, Piece, PlannedFinding, Stage
from pilar.evaluation.rules.stages import AssessmentState, FollowUpState, PhaseState
from pilar.evidence import operations as evidence
from pilar.evidence.operations import Content, Link
from pilar.people import queries as accounts
from pilar.people.models import Membership, User
from pilar.people.rules import SCHEDULE, Role, Standing
from pilar.platform import audit, locks

Panels = Mapping[str, Sequence[int]]
"""The assessors of each region, its chair first."""
_Found = list[tuple[Finding, PlannedFinding]]


@dataclass(frozen=True, slots=True)
class _Team:
    """The example accounts by role, the second of the secretariat, and the offices of their region by abbreviation."""

    people: Mapping[Role, Standing]
    second: Standing
    offices: Mapping[str, int]

    def key(self, role: Role) -> int:
        return int(self.people[role].actor.key)


def load_demo_campaigns(*, by: Standing, team: Mapping[Role, str], second: str, now: datetime) -> bool:
    """Make all campaigns unless they are there, which takes one query to see; says whether it made them.

    ``team``: e-mail address of the example account of each role, whose region and offices exist; ``second``: of the
    second of the secretariat, who approves what the first computes and publishes. All or nothing: a file
    that was put into the store and is not used after a failure is swept. Raises :class:`NotAllowed`.
    """
    authority.require(by, Action.CREATE_CAMPAIGN, Case(), known=True)
    if Campaign.objects.filter(code=RUNNING).exists():
        return False
    found = _team(team, second, by, now)
    contents = [_content(piece, found, now) for piece in plan.PIECES]
    with transaction.atomic():
        locks.take("evaluation.demonstration")
        if Campaign.objects.filter(code=RUNNING).exists():
            return False
        _Demonstration(by, found, now).build(contents)
    return True


def _team(team: Mapping[Role, str], second: str, by: Standing, now: datetime) -> _Team:
    users = {user.email: user for user in User.objects.filter(email__in=[*team.values(), second])}
    people = {role: accounts.standing(users[email], now) for role, email in team.items()}
    places = {row.abbreviation: row.key for row in offices(REGION, scope=by)}
    return _Team(people, accounts.standing(users[second], now), places)


def _content(piece: Piece, team: _Team, now: datetime) -> Content:
    """The piece's link, or its file in the store; a file is received outside the transaction that uses it."""
    if piece.link:
        return Link(piece.link)
    who = team.people[piece.role]
    office = next((held.office for held in who.memberships if held.role is piece.role), None)
    name = piece.title.split(":", maxsplit=1)[0].lower().replace(" ", "-")
    file = BytesIO(plan.sample_pdf(piece.title))
    return evidence.receive(by=who, region=REGION, office=office, upload=file, name=f"{name}.pdf", now=now)


class _Demonstration:
    def __init__(self, by: Standing, team: _Team, now: datetime) -> None:
        self._by, self._team, self._now = by, team, now
        self._draw = random.Random(plan.SEED)  # noqa: S311 - made-up marks, no secret
        loaded = Instrument.objects.filter(code=plan.INSTRUMENT).order_by("loaded_at").last()
        assert loaded is not None
        self._loaded: Instrument = loaded
        self._instrument: index.Instrument = tree_of(loaded)
        self._regions = plan.chosen_regions(
            list(Region.objects.filter(ended_at=None).order_by().values_list("code", flat=True))
        )
        self._drawn = Drawn(self._instrument, self._draw, self._regions)

    def build(self, contents: Sequence[Content]) -> None:
        before = self._campaign(PREVIOUS, 2025, None)
        running = self._campaign(RUNNING, 2026, before)
        first, second = self._phases(running)
        past, present = self._participations(before), self._participations(running)
        panels = self._panels(past, present)
        found = self._finish(before, past, panels)
        own = self._run(first, present)
        _assessments(second, tuple(present.values()))
        make_practice(
            by=self._by, people=self._team.people, offices=self._team.offices, drawn=self._drawn, now=self._now
        )
        self._drawn.save()
        self._publish()
        self._follow_up(found, past[REGION])
        self._work(own, contents)
        audit.record(
            by=self._by.actor,
            action="build-synthetic",
            target="evaluation.campaign",
            key=f"{PREVIOUS} {RUNNING} {PRACTICE}",
            after={"regions": len(self._regions), "assessors": plan.ASSESSORS, "marks": len(self._drawn.marks)},
        )

    def _campaign(self, code: str, year: int, previous: Campaign | None) -> Campaign:
        made = Campaign.objects.create(
            code=code,
            year=year,
            title_id=f"Evaluasi contoh {year} (instrumen 2024, asumsi)",
            title_en=f"Synthetic evaluation {year} (instrument of 2024, assumption)",
            instrument=self._loaded,
            previous=previous,
            smallest_panel=plan.PANEL,
            synthetic=True,
        )
        for group, title_id, title_en in (("regular", "Reguler", "Regular"), ("new", "Baru", "New")):
            CampaignGroup.objects.create(campaign=made, code=group, title_id=title_id, title_en=title_en)
        return made

    def _phases(self, running: Campaign) -> tuple[Phase, Phase]:
        """The first one open, the second in draft."""
        periods = plan.periods(self._now)
        first = _phase(running, 1, PhaseState.OPEN, periods[1])
        _move(first, self._by, (periods[1].opens_at,))
        return first, _phase(running, 2, PhaseState.DRAFT, periods[2])

    def _participations(self, campaign: Campaign) -> dict[str, Participation]:
        groups = {row.code: row for row in campaign.groups.all()}
        made = Participation.objects.bulk_create(
            Participation(campaign=campaign, region_id=code, group=groups["new" if place % 4 == 3 else "regular"])
            for place, code in enumerate(self._regions)
        )
        return {one.region_id: one for one in made}

    def _panels(self, past: Mapping[str, Participation], present: Mapping[str, Participation]) -> Panels:
        """Panels of the running campaign as the proposal gives them, the example assessors on that of their region.

        Last year's were the same.
        """
        self._declare_conflicts(self._assessors())
        for role in (Role.PANEL_CHAIR, Role.ASSESSOR):
            Seat.objects.create(
                participation=present[REGION], assessor_id=self._team.key(role), is_chair=role is Role.PANEL_CHAIR
            )
        proposed = proposal(RUNNING, scope=self._by, now=self._now).proposal
        panels = {panel.region: [seat.assessor.key for seat in panel.seats] for panel in proposed.panels}
        Seat.objects.filter(participation=present[REGION]).delete()
        Seat.objects.bulk_create(
            Seat(participation=participations[region], assessor_id=key, is_chair=place == 0)
            for participations in (past, present)
            for region, panel in panels.items()
            for place, key in enumerate(panel)
        )
        return panels

    def _assessors(self) -> list[User]:
        """The made-up assessors, chairs first; nobody can sign in as one."""
        made = []
        for number in range(1, plan.ASSESSORS - 1):
            user = User(email=synthetic_address("demo", number), name=f"Asesor contoh {number}")
            user.set_unusable_password()
            made.append(user)
        User.objects.bulk_create(made)
        Membership.objects.bulk_create(
            Membership(user=user, role=Role.PANEL_CHAIR if place < plan.CHAIRS - 1 else Role.ASSESSOR, since=self._now)
            for place, user in enumerate(made)
        )
        return made

    def _declare_conflicts(self, assessors: Sequence[User]) -> None:
        """Every third one lives, and every twelfth works, in a region of the campaign."""
        others = [code for code in self._regions if code != REGION]
        pairs = [(user, Conflict.Kind.HOME) for user in assessors[::3]]
        pairs += [(user, Conflict.Kind.EMPLOYER) for user in assessors[1::12]]
        Conflict.objects.bulk_create(
            Conflict(
                assessor=user,
                region_id=self._draw.choice(others),
                kind=kind,
                note=plan.SYNTHETIC,
                declared_at=self._now,
            )
            for user, kind in pairs
        )

    def _finish(self, campaign: Campaign, participations: Mapping[str, Participation], panels: Panels) -> _Found:
        """Last year's phases as they stand before publication, with all that was answered, marked and found."""
        nodes = dict.fromkeys((leaf.code for leaf in self._instrument.leaves), None)
        for number, past in plan.PAST.items():
            phase = _phase(campaign, number, PhaseState.FINAL, past.period)
            _move(phase, self._by, past.moved)
            assessments = _assessments(phase, tuple(participations.values()), past.period.closes_at, past.agreed_at)
            for region, assessment in zip(participations, assessments, strict=True):
                gain = 0.1 * number
                self._drawn.answer(assessment, region, nodes, past.period.closes_at, gain=gain + 0.2)
                self._drawn.mark(assessment, region, panels[region], past, gain=gain)
        return self._find(dict(zip(participations, assessments, strict=True)), panels)

    def _find(self, assessments: Mapping[str, Assessment], panels: Panels) -> _Found:
        """Findings of some panels at the end of the year, saved, each with its plan."""
        found: _Found = []
        written_at = plan.PAST[max(plan.PAST)].agreed_at
        for region in dict.fromkeys((REGION, *self._regions[::7])):
            for planned in plan.findings(self._instrument, 5 if region == REGION else 2, self._draw):
                row = Finding(assessment=assessments[region], kind=planned.kind, node=planned.node, text=planned.text)
                row.written_by_id, row.written_at = panels[region][0], written_at
                found.append((row, planned))
        Finding.objects.bulk_create([row for row, _planned in found])
        return found

    def _run(self, first: Phase, participations: Mapping[str, Participation]) -> Assessment:
        """The open phase with regions in all stages; returns the example region's assessment."""
        stages, codes = plan.stages(list(participations), self._draw), [leaf.code for leaf in self._instrument.leaves]
        submitted = [one for region, one in participations.items() if stages[region] is Stage.SUBMITTED]
        preparing = [one for region, one in participations.items() if stages[region] is not Stage.SUBMITTED]
        made = _assessments(first, preparing) + _assessments(first, submitted, self._now - timedelta(days=1))
        by_region = {one.participation.region_id: one for one in made}
        for region, stage in stages.items():
            answered = {
                Stage.NOT_BEGUN: 0,
                Stage.UNDER_WAY: self._draw.randint(4, len(codes) - 4),
            }.get(stage, len(codes))
            nodes = self._own_nodes() if region == REGION else dict.fromkeys(codes[:answered], None)
            self._drawn.answer(by_region[region], region, nodes, self._now - timedelta(days=2), gain=0.5)
        return by_region[REGION]

    def _own_nodes(self) -> dict[str, int | None]:
        """The first half of what each office of the example region answers, and who answered it."""
        found: dict[str, int | None] = {}
        for office, branches in plan.OFFICES.items():
            leaves = [leaf.code for branch in branches for leaf in leaves_below(self._instrument, branch)]
            role = Role.CONTRIBUTOR if self._answers(office) else Role.COORDINATOR
            found |= dict.fromkeys(leaves[: len(leaves) // 2], self._team.key(role))
        return found

    def _answers(self, office: str) -> bool:
        """Whether the example contributor works in that office."""
        held = self._team.people[Role.CONTRIBUTOR].memberships
        return self._team.offices[office] in {one.office for one in held}

    def _publish(self) -> None:
        for number, past in plan.PAST.items():
            first, where = self._team.people[Role.SECRETARIAT], {"campaign": PREVIOUS, "phase": number}
            compute_results(by=first, **where, now=past.agreed_at)
            approve_results(by=self._team.second, **where, version=1, now=past.agreed_at)
            publish_results(
                by=first,
                **where,
                version=1,
                letter_number=past.letter,
                letter_date=timezone.localdate(past.published_at),
                now=past.published_at,
            )

    def _follow_up(self, found: _Found, own: Participation) -> None:
        """How far the regions are with their recommendations; offices and due dates in the example region."""
        planned = {row.pk: one for row, one in found}
        places = [self._team.offices[name] for name in plan.OFFICES]
        today, own_ones = timezone.localdate(self._now), 0
        rows = list(FollowUp.objects.filter(finding__in=planned).select_related("finding__assessment").order_by("id"))
        for row in rows:
            row.state = planned[row.finding_id].state or FollowUpState.OPEN
            row.note = plan.follow_up_note(row.state)
            row.changed_at = self._now
            if row.finding.assessment.participation_id == own.pk:
                row.office_id = places[own_ones % len(places)]
                row.due = today + timedelta(days=5 + 25 * own_ones)
                own_ones += 1
        FollowUp.objects.bulk_update(rows, ["state", "note", "changed_at", "office", "due"])

    def _work(self, own: Assessment, contents: Sequence[Content]) -> None:
        """What the example accounts did in the running campaign, and what they were told."""
        people, now = self._team.people, self._now
        announce_open(by=self._by, assessments=[own], phase=own.phase, now=now)
        for office, branches in plan.OFFICES.items():
            allocate(
                by=people[Role.COORDINATOR],
                assessment=own.pk,
                nodes=branches,
                office=self._team.offices[office],
                now=now,
            )
        verifier = people[Role.VERIFIER]
        for piece, content in zip(plan.PIECES, contents, strict=True):
            where = {"assessment": own.pk, "node": piece.node, "now": now}
            key = attach_new(by=people[piece.role], title=piece.title, content=content, **where)
            if piece.verified:
                verify_attached(by=verifier, evidence=key, number=1, **where)
            elif piece.verified is False:
                return_attached(by=verifier, evidence=key, number=1, reason=plan.RETURNED, **where)
        seated = [self._team.key(role) for role in (Role.ASSESSOR, Role.PANEL_CHAIR)]
        announce_seats(by=self._by, campaign=own.participation.campaign, assessors=seated, now=now)
        remind_of_follow_ups(by=SCHEDULE, now=now)


def _phase(campaign: Campaign, number: int, state: PhaseState, period: Period) -> Phase:
    over = plan.PAST[number].objection_until if state is PhaseState.FINAL else None
    return Phase.objects.create(
        campaign=campaign,
        number=number,
        state=state,
        opens_at=period.opens_at,
        closes_at=period.closes_at,
        objection_until=over,
    )


def _move(phase: Phase, by: Standing, moments: Sequence[datetime]) -> None:
    """The moves of a phase from draft on, one at each moment."""
    states = list(PhaseState)
    PhaseMove.objects.bulk_create(
        PhaseMove(
            phase=phase,
            from_state=states[place],
            to_state=states[place + 1],
            by_key=by.actor.key,
            by_name=by.actor.name,
            moved_at=moment,
        )
        for place, moment in enumerate(moments)
    )


def _assessments(
    phase: Phase,
    participations: Sequence[Participation],
    submitted_at: datetime | None = None,
    agreed_at: datetime | None = None,
) -> list[Assessment]:
    if agreed_at is not None:
        state = AssessmentState.AGREED
    else:
        state = AssessmentState.PREPARING if submitted_at is None else AssessmentState.SUBMITTED
    return Assessment.objects.bulk_create(
        Assessment(participation=one, phase=phase, state=state, submitted_at=submitted_at, agreed_at=agreed_at)
        for one in participations
    )
