"""Many regions in the small world's campaign: all 514, each with a panel, half of them submitted."""

from __future__ import annotations

from datetime import timedelta

from evaluation.cycle.world import NOW, World
from pilar.areas import reference
from pilar.areas.models import Province, Region
from pilar.evaluation.models import Answer, Assessment, EvidenceRequest, MarkingDone, Participation, Seat
from pilar.evaluation.rules.stages import AssessmentState
from pilar.people.models import Membership, User
from pilar.people.rules import Role

ASSESSORS = 48


def make_crowd(world: World) -> None:
    """Fill the tables directly; answers, finished marks and requests for every other region of phase I."""
    entries = list(reference.directory())
    Province.objects.bulk_create(
        [Province(code=code, name=name) for code, name in reference.provinces().items()], ignore_conflicts=True
    )
    Region.objects.bulk_create(
        [Region(code=one.code, province_id=one.province_code, name=one.name, kind=one.kind) for one in entries],
        ignore_conflicts=True,
    )
    users = User.objects.bulk_create(
        User(email=f"massal{number}@contoh.invalid", name=f"Asesor massal {number:02}") for number in range(ASSESSORS)
    )
    Membership.objects.bulk_create(
        Membership(user=user, role=Role.PANEL_CHAIR if place < 12 else Role.ASSESSOR, since=NOW)
        for place, user in enumerate(users)
    )
    new = [one.code for one in entries if one.code not in world.participations]
    participations = Participation.objects.bulk_create(
        Participation(campaign=world.campaign, region_id=code, group=world.group) for code in new
    )
    Seat.objects.bulk_create(
        Seat(participation=one, assessor=users[(place * 5 + seat) % ASSESSORS], is_chair=seat == 0)
        for place, one in enumerate(participations)
        for seat in range(5)
    )
    assessments = Assessment.objects.bulk_create(
        Assessment(
            participation=one,
            phase=world.phases[number],
            state=AssessmentState.SUBMITTED if place % 2 else AssessmentState.PREPARING,
            submitted_at=NOW if place % 2 else None,
        )
        for place, one in enumerate(participations)
        for number in (1, 2)
    )
    first = [one for one in assessments if one.phase_id == world.phases[1].pk]
    Answer.objects.bulk_create(
        Answer(assessment=one, node=node, mark=3) for one in first[::2] for node in ("policy", "budget")
    )
    MarkingDone.objects.bulk_create(
        MarkingDone(assessment=one, assessor=users[place * 5 % ASSESSORS]) for place, one in enumerate(first)
    )
    EvidenceRequest.objects.bulk_create(
        EvidenceRequest(assessment=one, node="policy", text="SK", deadline=NOW + timedelta(days=9_000))
        for one in first[::3]
    )
