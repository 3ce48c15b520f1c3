"""Setting a campaign up: what it takes, who may, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from evaluation.cycle.world import CLOSES, CLOSES_AGAIN, CODE, NOW, OPENS, OPENS_AGAIN, OWN, World
from pilar.evaluation import operations
from pilar.evaluation.models import Campaign, CampaignGroup, Phase
from pilar.evaluation.queries.instruments import InstrumentNotFound
from pilar.evaluation.rules.authority import WrongState
from pilar.evaluation.rules.campaigns import (
    MAX_PHASES,
    CampaignCodeTaken,
    CampaignRules,
    GroupInUse,
    GroupPlan,
    Period,
)
from pilar.evaluation.rules.stages import PhaseState
from pilar.people.models import Notice
from pilar.people.rules import NotAllowed, NotFound, Standing
from pilar.platform import audit
from pilar.platform.errors import Faults

RULES = CampaignRules("Evaluasi 2027", "Evaluation 2027")
GROUP = GroupPlan("regular", "Reguler", "Regular")
PERIOD, LATER = Period(OPENS, CLOSES), Period(OPENS_AGAIN, CLOSES_AGAIN)


def create(by: Standing, **changed: Any) -> str:
    given: dict[str, Any] = {
        "code": "2027-uji",
        "year": 2027,
        "instrument": ("cycle-test", "1.0"),
        "rules": RULES,
        "periods": [PERIOD, LATER],
        "groups": [GROUP],
    }
    return operations.create_campaign(by=by, **given | changed)


def codes(refused: pytest.ExceptionInfo[Faults]) -> set[tuple[str, str]]:
    return {(fault.code, fault.place) for fault in refused.value.faults}


def test_a_campaign_begins_with_two_phases_in_draft_its_groups_and_last_years_campaign(world: World) -> None:
    create(world.who("secretariat"), previous=CODE, groups=[GROUP, GroupPlan("cohort-2023", "Angkatan", "Cohort")])
    found = Campaign.objects.get(code="2027-uji")
    assert found.previous == world.campaign
    assert [(one.number, one.state) for one in found.phases.order_by("number")] == [(1, "draft"), (2, "draft")]
    assert [one.code for one in found.groups.all()] == ["cohort-2023", "regular"]
    (event,) = audit.events(target="evaluation.campaign", key="2027-uji")
    assert event.after["instrument"] == "cycle-test 1.0"
    assert event.actor.name == "Ani"


@pytest.mark.parametrize("name", ["coordinator", "contributor", "verifier", "assessor1", "chair", "public"])
def test_nobody_else_sets_up_a_campaign(world: World, name: str) -> None:
    with pytest.raises(NotAllowed):
        create(world.who(name))


def test_everything_wrong_is_told_at_once_at_its_field(world: World) -> None:
    backwards = Period(CLOSES_AGAIN, OPENS_AGAIN)
    rules = replace(RULES, title_en=" ", evidence_hours=0, smallest_panel=5, largest_panel=4)
    with pytest.raises(Faults) as refused:
        create(
            world.who("secretariat"),
            code="2027 Uji",
            year=1999,
            rules=rules,
            periods=[PERIOD, backwards],
            groups=[GROUP, GROUP],
        )
    assert codes(refused) == {
        ("unfit-code", "code"),
        ("unfit-year", "year"),
        ("closes-before-opening", "closes_2"),
        ("group-twice", "groups"),
        ("unfit-title", "title_en"),
        ("unfit-number", "evidence_hours"),
        ("panel-sizes", "largest_panel"),
    }
    assert not Campaign.objects.filter(year__in=[1999, 2027]).exists()


def test_the_second_phase_opens_when_the_first_has_closed(world: World) -> None:
    by = world.who("secretariat")
    with pytest.raises(Faults) as refused:
        create(by, periods=[PERIOD, Period(CLOSES - timedelta(minutes=1), CLOSES_AGAIN)])
    assert codes(refused) == {("phases-overlap", "opens_2")}
    create(by, periods=[PERIOD, Period(CLOSES, CLOSES_AGAIN)])
    for number, period, place in (
        (1, Period(OPENS, OPENS_AGAIN + timedelta(minutes=1)), "closes_at"),
        (2, Period(CLOSES - timedelta(minutes=1), CLOSES_AGAIN), "opens_at"),
    ):
        with pytest.raises(Faults) as refused:
            operations.set_dates(by=by, campaign=CODE, phase=number, period=period, now=NOW)
        assert codes(refused) == {("phases-overlap", place)}


THIRD = Period(CLOSES_AGAIN + timedelta(days=1), CLOSES_AGAIN + timedelta(days=20))


@pytest.mark.parametrize("periods", [[PERIOD], [PERIOD, LATER, THIRD]])
def test_a_campaign_has_as_many_phases_as_it_is_given_dates(world: World, periods: list[Period]) -> None:
    create(world.who("secretariat"), periods=periods)
    found = Campaign.objects.get(code="2027-uji")
    assert found.phase_count == len(periods)
    phases = found.phases.order_by("number")
    assert [(one.number, one.state) for one in phases] == [(n, "draft") for n in range(1, len(periods) + 1)]
    assert [Period(one.opens_at, one.closes_at) for one in phases] == periods


@pytest.mark.parametrize("count", [0, MAX_PHASES + 1])
def test_nor_more_phases_than_six_nor_none(world: World, count: int) -> None:
    day = timedelta(days=1)
    periods = [Period(OPENS + place * day, OPENS + (place + 1) * day) for place in range(count)]
    with pytest.raises(Faults) as refused:
        create(world.who("secretariat"), periods=periods)
    assert codes(refused) == {("unfit-phases", "phases")}
    assert f"1 sampai {MAX_PHASES} tahap" in refused.value.faults[0].text()


def test_each_phase_of_three_opens_when_the_one_before_has_closed(world: World) -> None:
    by, minute = world.who("secretariat"), timedelta(minutes=1)
    for place, periods in {
        "opens_2": [PERIOD, replace(LATER, opens_at=CLOSES - minute), THIRD],
        "opens_3": [PERIOD, LATER, replace(THIRD, opens_at=CLOSES_AGAIN - minute)],
    }.items():
        with pytest.raises(Faults) as refused:
            create(by, periods=periods)
        assert codes(refused) == {("phases-overlap", place)}
    create(by, periods=[PERIOD, LATER, THIRD])
    for number, period, told in (
        (1, replace(PERIOD, closes_at=OPENS_AGAIN + minute), ("closes_at", 1, 2)),
        (2, replace(LATER, opens_at=CLOSES - minute), ("opens_at", 1, 2)),
        (2, replace(LATER, closes_at=THIRD.opens_at + minute), ("closes_at", 2, 3)),
        (3, replace(THIRD, opens_at=CLOSES_AGAIN - minute), ("opens_at", 2, 3)),
    ):
        with pytest.raises(Faults) as refused:
            operations.set_dates(by=by, campaign="2027-uji", phase=number, period=period, now=NOW)
        (fault,) = refused.value.faults
        assert (fault.place, fault.fields["earlier"], fault.fields["later"]) == told
    operations.set_dates(by=by, campaign="2027-uji", phase=3, period=replace(THIRD, opens_at=CLOSES_AGAIN), now=NOW)
    assert Phase.objects.get(campaign__code="2027-uji", number=3).opens_at == CLOSES_AGAIN


def test_a_code_is_taken_once(world: World) -> None:
    with pytest.raises(CampaignCodeTaken):
        create(world.who("secretariat"), code=CODE)


def test_the_instrument_must_be_loaded_and_the_previous_campaign_earlier(world: World) -> None:
    by = world.who("secretariat")
    with pytest.raises(InstrumentNotFound):
        create(by, instrument=("cycle-test", "9"))
    with pytest.raises(NotFound):
        create(by, previous="none")
    with pytest.raises(Faults) as refused:
        create(by, year=2026, previous=CODE)
    assert codes(refused) == {("previous-not-earlier", "previous")}


def test_editing_keeps_only_what_changed_in_the_log(world: World) -> None:
    by = world.who("secretariat")
    rules = CampaignRules("Evaluasi uji 2026", "Test evaluation 2026", evidence_hours=48)
    operations.edit_campaign(by=by, campaign=CODE, rules=rules)
    operations.edit_campaign(by=by, campaign=CODE, rules=rules)
    (event,) = audit.events(target="evaluation.campaign", key=CODE)
    assert (event.before, event.after) == ({"evidence_hours": 24}, {"evidence_hours": 48})


def test_a_campaign_is_set_up_until_its_last_phase_has_closed(world: World) -> None:
    by = world.who("secretariat")
    world.set_phase(PhaseState.PUBLISHED, 1)
    operations.add_group(by=by, campaign=CODE, group=replace(GROUP, code="new"))
    world.set_phase(PhaseState.CLOSED, 2)
    for refused in (
        lambda: operations.add_group(by=by, campaign=CODE, group=replace(GROUP, code="newer")),
        lambda: operations.remove_group(by=by, campaign=CODE, group="new"),
        lambda: operations.rename_group(by=by, campaign=CODE, group=replace(GROUP, code="new")),
        lambda: operations.edit_campaign(by=by, campaign=CODE, rules=RULES),
        lambda: operations.invite_regions(by=by, campaign=CODE, group="new", regions=[OWN], now=NOW),
        lambda: operations.withdraw_region(by=by, campaign=CODE, region=OWN, now=NOW),
        lambda: operations.move_to_group(by=by, campaign=CODE, regions=[OWN], group="new"),
        lambda: operations.set_dates(by=by, campaign=CODE, phase=2, period=PERIOD, now=NOW),
    ):
        with pytest.raises(WrongState):
            refused()


@pytest.mark.parametrize(
    ("name", "error"), [("coordinator", NotAllowed), ("chair", NotAllowed), ("assessor4", NotFound)]
)
def test_who_takes_part_may_not_change_it_and_strangers_do_not_know_it(
    world: World, name: str, error: type[Exception]
) -> None:
    by = world.who(name)
    for refused in (
        lambda: operations.edit_campaign(by=by, campaign=CODE, rules=RULES),
        lambda: operations.set_dates(by=by, campaign=CODE, phase=1, period=PERIOD, now=NOW),
        lambda: operations.add_group(by=by, campaign=CODE, group=GROUP),
        lambda: operations.rename_group(by=by, campaign=CODE, group=GROUP),
        lambda: operations.remove_group(by=by, campaign=CODE, group="regular"),
        lambda: operations.invite_regions(by=by, campaign=CODE, group="regular", regions=[OWN], now=NOW),
        lambda: operations.withdraw_region(by=by, campaign=CODE, region=OWN, now=NOW),
        lambda: operations.move_to_group(by=by, campaign=CODE, regions=[OWN], group="regular"),
        lambda: operations.move_phase(by=by, campaign=CODE, phase=1, target=PhaseState.OPEN, now=NOW),
    ):
        with pytest.raises(error):
            refused()


def test_a_new_closing_time_is_told_to_regions_that_have_not_submitted(world: World) -> None:
    by = world.who("secretariat")
    operations.move_phase(by=by, campaign=CODE, phase=1, target=PhaseState.OPEN, now=NOW)
    later = replace(PERIOD, closes_at=CLOSES + timedelta(days=3))
    operations.set_dates(by=by, campaign=CODE, phase=1, period=later, now=NOW)
    told = Notice.objects.filter(kind="evaluation.opened")
    assert {one.deadline for one in told} == {later.closes_at}
    assert {one.user_id for one in told} == {world.key("coordinator", region) for region in world.offices}
    (event,) = audit.events(target="evaluation.phase", key=world.phases[1].pk)[:1]
    assert event.action == "set-dates"


def test_dates_that_stay_are_no_change(world: World) -> None:
    by = world.who("secretariat")
    operations.set_dates(by=by, campaign=CODE, phase=1, period=PERIOD, now=NOW)
    assert not audit.events(target="evaluation.phase", key=world.phases[1].pk)
    with pytest.raises(Faults):
        operations.set_dates(by=by, campaign=CODE, phase=1, period=Period(CLOSES, OPENS), now=NOW)
    assert Phase.objects.get(pk=world.phases[1].pk).opens_at == OPENS


def test_a_group_is_renamed_and_removed_only_when_empty(world: World) -> None:
    by = world.who("secretariat")
    operations.rename_group(by=by, campaign=CODE, group=replace(GROUP, title_en="Ordinary"))
    assert CampaignGroup.objects.get(code="regular").title_en == "Ordinary"
    with pytest.raises(GroupInUse) as refused:
        operations.remove_group(by=by, campaign=CODE, group="regular")
    assert refused.value.fields["count"] == 3
    with pytest.raises(Faults):
        operations.add_group(by=by, campaign=CODE, group=GROUP)
    operations.add_group(by=by, campaign=CODE, group=replace(GROUP, code="new"))
    operations.remove_group(by=by, campaign=CODE, group="new")
    assert CampaignGroup.objects.count() == 1
    with pytest.raises(NotFound):
        operations.remove_group(by=by, campaign=CODE, group="new")
