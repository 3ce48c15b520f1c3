"""Which regions take part: invited many at once, withdrawn before they have answered, moved between groups."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from areas.places import every_region, load
from evaluation.cycle.agreed import agree, approve, compute, publish
from evaluation.cycle.world import CODE, FAR, NEIGHBOUR, NOW, OWN, REGIONS, World
from pilar.areas.models import Region
from pilar.evaluation import operations
from pilar.evaluation.models import Answer, Assessment, Mark, Participation, Seat
from pilar.evaluation.rules.campaigns import GroupPlan, RankedInGroup, RegionHasWork
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.people.models import Notice
from pilar.people.rules import NotFound
from pilar.platform import audit
from pilar.platform.errors import Faults
from pilar.platform.models import AuditEvent


def emptied(world: World) -> World:
    """The same campaign without regions."""
    Seat.objects.all().delete()
    Assessment.objects.all().delete()
    Participation.objects.all().delete()
    return world


def invite(world: World, *regions: str, group: str = "regular") -> operations.Invited:
    return operations.invite_regions(by=world.who("secretariat"), campaign=CODE, group=group, regions=regions, now=NOW)


def test_an_invited_region_gets_an_assessment_of_both_phases_and_its_coordinator_is_told(world: World) -> None:
    emptied(world)
    assert invite(world, OWN, FAR, OWN) == operations.Invited(new=2, already=0)
    found = Assessment.objects.order_by("participation__region", "phase__number")
    assert [(one.participation.region_id, one.phase.number, one.state) for one in found] == [
        (FAR, 1, "preparing"), (FAR, 2, "preparing"), (OWN, 1, "preparing"), (OWN, 2, "preparing"),
    ]  # fmt: skip
    told = {(one.user_id, one.kind, one.region_id) for one in Notice.objects.all()}
    assert told == {(world.key("coordinator", code), "evaluation.invited", code) for code in (OWN, FAR)}
    (event,) = audit.events(target="evaluation.participation", key=f"{CODE} {OWN}")
    assert event.area == OWN


def test_inviting_again_changes_nothing(world: World) -> None:
    emptied(world)
    invite(world, OWN)
    assert invite(world, OWN, NEIGHBOUR) == operations.Invited(new=1, already=1)
    assert Assessment.objects.count() == 4
    assert Notice.objects.count() == 2


def test_a_region_that_joins_between_the_phases_has_only_the_second(world: World) -> None:
    emptied(world)
    world.set_phase(PhaseState.DESK_CHECK, 1)
    invite(world, OWN)
    assert [one.phase.number for one in Assessment.objects.all()] == [2]


def test_a_region_invited_while_the_phase_is_open_is_told_at_once_until_when(world: World) -> None:
    emptied(world)
    world.set_phase(PhaseState.OPEN, 1)
    invite(world, OWN)
    kinds = {one.kind: one.deadline for one in Notice.objects.filter(user=world.key("coordinator"))}
    assert kinds == {"evaluation.invited": None, "evaluation.opened": world.phases[1].closes_at}


def test_one_wrong_region_and_none_is_invited(world: World) -> None:
    emptied(world)
    Region.objects.filter(code=FAR).update(ended_at=NOW)
    operations.add_group(by=world.who("secretariat"), campaign=CODE, group=GroupPlan("new", "Baru", "New"))
    invite(world, OWN)
    with pytest.raises(Faults) as refused:
        invite(world, NEIGHBOUR, FAR, OWN, "99.99", "nul\0", group="new")
    assert sorted(fault.code for fault in refused.value.faults) == ["in-other-group", *["unknown-region"] * 3]
    assert Participation.objects.count() == 1
    with pytest.raises(NotFound):
        invite(world, NEIGHBOUR, group="none")


def test_a_region_is_withdrawn_with_its_panel_and_its_notices_are_closed(world: World) -> None:
    emptied(world)
    invite(world, OWN)
    operations.withdraw_region(by=world.who("secretariat"), campaign=CODE, region=OWN, now=NOW)
    assert not Participation.objects.exists()
    assert not Notice.objects.filter(done_at=None).exists()
    with pytest.raises(NotFound):
        operations.withdraw_region(by=world.who("secretariat"), campaign=CODE, region=OWN, now=NOW)


def test_a_region_with_an_answer_a_mark_or_a_submission_stays(world: World) -> None:
    Answer.objects.create(assessment=world.assessment(OWN), node="policy", mark=3)
    Mark.objects.create(assessment=world.assessment(FAR), node="policy", assessor=world.user("assessor1"), value=3)
    world.set_assessment(AssessmentState.SUBMITTED, NEIGHBOUR, 2)
    for region in (OWN, FAR, NEIGHBOUR):
        with pytest.raises(RegionHasWork):
            operations.withdraw_region(by=world.who("secretariat"), campaign=CODE, region=region, now=NOW)
    assert Participation.objects.count() == 3


def test_regions_move_to_another_group(world: World) -> None:
    by = world.who("secretariat")
    operations.add_group(by=by, campaign=CODE, group=GroupPlan("new", "Baru", "New"))
    moved = [
        operations.move_to_group(by=by, campaign=CODE, regions=[OWN, FAR], group="new") for _ in ("first", "again")
    ]
    assert moved == [2, 0]
    assert set(Participation.objects.filter(group__code="new").values_list("region", flat=True)) == {OWN, FAR}
    with pytest.raises(NotFound):
        operations.move_to_group(by=by, campaign=CODE, regions=["99.99"], group="new")


def test_many_regions_are_invited_and_moved_with_few_queries(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    load(every_region())
    codes = [entry.code for entry in every_region() if entry.level == "region" and entry.code not in REGIONS]
    by = world.who("secretariat")
    with django_assert_max_num_queries(25):
        found = operations.invite_regions(by=by, campaign=CODE, group="regular", regions=codes, now=NOW)
    assert found.new == len(codes) > 500
    operations.add_group(by=by, campaign=CODE, group=GroupPlan("baru", "Baru", "New"))
    with django_assert_max_num_queries(25):
        assert operations.move_to_group(by=by, campaign=CODE, regions=codes, group="baru") == len(codes)
    assert world.campaign.participations.filter(group__code="baru").count() == len(codes)
    assert AuditEvent.objects.filter(action="move-to-group").count() == len(codes)


def test_a_region_stays_in_the_group_in_which_a_published_result_ranks_it(world: World) -> None:
    by = world.who("secretariat")
    operations.add_group(by=by, campaign=CODE, group=GroupPlan("new", "Baru", "New"))
    agree(world)
    compute(world)
    approve(world)
    assert operations.move_to_group(by=by, campaign=CODE, regions=[FAR], group="new") == 1
    assert operations.move_to_group(by=by, campaign=CODE, regions=[FAR], group="regular") == 1
    world.set_phase(PhaseState.FINAL)
    publish(world)
    with pytest.raises(RankedInGroup) as refused:
        operations.move_to_group(by=by, campaign=CODE, regions=[FAR, OWN], group="new")
    assert refused.value.text().endswith("Kabupaten Bogor, Kabupaten Tangerang")
    assert set(Participation.objects.values_list("group__code", flat=True)) == {"regular"}
    assert operations.move_to_group(by=by, campaign=CODE, regions=[FAR], group="regular") == 0
