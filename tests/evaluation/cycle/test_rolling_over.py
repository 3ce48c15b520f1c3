"""A campaign takes over groups, regions, offices and panels of the one before it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from evaluation.cycle.agreed import LATER
from evaluation.cycle.world import CODE, LEAVES, NOW, OWN, World
from pilar.areas.models import Office
from pilar.evaluation import operations
from pilar.evaluation.models import Allocation, Assessment, Campaign, Conflict, Participation, Phase, Seat
from pilar.evaluation.rules.campaigns import GroupPlan
from pilar.evaluation.rules.stages import AssessmentState
from pilar.people.models import Notice
from pilar.platform.errors import Faults
from pilar.platform.models import AuditEvent

A = AssessmentState
NEXT = "2027-lanjut"


@pytest.fixture
def following(world: World) -> Campaign:
    """Next year's campaign, empty but for one group of its own."""
    campaign = Campaign.objects.create(
        code=NEXT, year=2027, title_id="Lanjutan", title_en="Next", instrument=world.campaign.instrument,
        previous=world.campaign,
    )  # fmt: skip
    Phase.objects.create(campaign=campaign, number=1, opens_at=LATER, closes_at=LATER + timedelta(days=30))
    return campaign


def roll(world: World) -> operations.RolledOver:
    return operations.roll_over(by=world.who("secretariat"), campaign=NEXT, now=NOW)


def test_a_campaign_takes_over_groups_regions_offices_and_panels(world: World, following: Campaign) -> None:
    rolled = roll(world)
    assert rolled == operations.RolledOver(groups=1, regions=3, indicators=3 * len(LEAVES), seats=9, left=0)

    def panels(campaign: Campaign) -> set[tuple[str, int, bool]]:
        rows = Seat.objects.filter(participation__campaign=campaign)
        return set(rows.values_list("participation__region", "assessor", "is_chair"))

    def offices(campaign: Campaign) -> set[tuple[str, str, int]]:
        rows = Allocation.objects.filter(participation__campaign=campaign)
        return set(rows.values_list("participation__region", "node", "office"))

    assert panels(following) == panels(world.campaign)
    assert offices(following) == offices(world.campaign)
    assert Assessment.objects.filter(phase__campaign=following, state=A.PREPARING).count() == 3
    assert Notice.objects.filter(kind="evaluation.invited").count() == 3
    assert Notice.objects.filter(kind="evaluation.seated").count() == 3
    events = AuditEvent.objects.filter(action="roll-over", target="evaluation.participation")
    told = {(one.key, one.area): one.after for one in events}
    assert told[f"{NEXT} {OWN}", OWN] == {
        "from": CODE,
        "offices": {node: office for region, node, office in offices(following) if region == OWN},
    }
    assert len(told) == 3
    assert roll(world) == operations.RolledOver(0, 0, 0, 0, 0)
    assert Notice.objects.count() == 6
    assert events.count() == 3


def test_who_may_not_sit_and_what_has_ended_is_left(world: World, following: Campaign) -> None:
    Conflict.objects.create(assessor_id=world.key("chair"), region_id=OWN, kind="mentor")
    Office.objects.filter(pk=world.offices[OWN][1]).update(closed_at=timezone.now())
    gone = Allocation.objects.filter(participation__region=OWN, office=world.offices[OWN][1]).count()
    rolled = roll(world)
    assert (rolled.seats, rolled.left) == (8, 1)
    assert rolled.indicators == 3 * len(LEAVES) - gone
    assert not Seat.objects.filter(participation__campaign=following, participation__region=OWN, is_chair=True).exists()


def test_last_years_panel_stays_away_where_the_campaign_wants_others(world: World, following: Campaign) -> None:
    Campaign.objects.filter(pk=following.pk).update(no_repeat_panel=True)
    assert (roll(world).seats, Seat.objects.filter(participation__campaign=following).count()) == (0, 0)


def test_what_a_campaign_has_already_stays(world: World, following: Campaign) -> None:
    operations.add_group(by=world.who("secretariat"), campaign=NEXT, group=GroupPlan("baru", "Baru", "New"))
    operations.invite_regions(by=world.who("secretariat"), campaign=NEXT, group="baru", regions=[OWN], now=NOW)
    operations.seat(by=world.who("secretariat"), campaign=NEXT, region=OWN, assessor=world.key("assessor3"), now=NOW)
    rolled = roll(world)
    assert (rolled.regions, rolled.seats) == (2, 6)
    row = Participation.objects.get(campaign=following, region=OWN)
    assert (row.group.code, [seat.assessor_id for seat in row.seats.all()]) == ("baru", [world.key("assessor3")])


def test_a_campaign_without_one_before_it_says_so(world: World) -> None:
    with pytest.raises(Faults) as refused:
        operations.roll_over(by=world.who("secretariat"), campaign=CODE, now=NOW)
    assert [fault.code for fault in refused.value.faults] == ["no-previous"]


def test_the_next_campaign_is_taken_over_by_one_click(world: World, following: Campaign) -> None:
    Conflict.objects.create(assessor_id=world.key("chair"), region_id=OWN, kind="mentor")
    client = Client()
    client.force_login(world.user("secretariat"))
    assert "/ambil-alih/" in client.get(f"/kerja/periode/{NEXT}/daerah/").text
    assert "/ambil-alih/" not in client.get(f"/kerja/periode/{CODE}/daerah/").text
    address = f"/kerja/periode/{NEXT}/ambil-alih/"
    seen = client.get(address).context["check"].seen
    page = client.post(address, {"checked": seen}, follow=True)
    assert following.participations.count() == 3
    assert "3 daerah" in page.text
    assert "1 penugasan tidak: asesornya kini tidak boleh ditugaskan di sana." in page.text
    assert client.get(f"/kerja/periode/{CODE}/ambil-alih/").status_code == 404
