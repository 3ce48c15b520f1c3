"""Seats by hand and from a proposal; conflicts keep people out of both."""

from __future__ import annotations

import pytest

from evaluation.cycle.world import CODE, FAR, LEAVES, NEIGHBOUR, NOW, OWN, REGIONS, World
from pilar.evaluation import operations
from pilar.evaluation.models import Campaign, CampaignGroup, Conflict, Mark, MarkingDone, Participation, Seat
from pilar.evaluation.queries import panels as reads
from pilar.evaluation.rules.assignment import Bar, Sitting
from pilar.evaluation.rules.authority import WrongState
from pilar.evaluation.rules.panels import (
    AlreadyConflicting,
    Barred,
    NoAssessor,
    NoChair,
    PanelFull,
    SeatHasMarks,
    SeatsChanged,
)
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.people.models import Membership, Notice
from pilar.people.rules import NotAllowed, NotFound, Role
from pilar.platform import audit
from pilar.platform.errors import Faults


def seats(world: World, region: str = OWN) -> dict[str, bool]:
    names = {key: name for name, key in world.keys.items()}
    return {names[one.assessor_id]: one.is_chair for one in Seat.objects.filter(participation__region=region)}


def seat(world: World, name: str, region: str = OWN, *, is_chair: bool = False, by: str = "secretariat") -> None:
    operations.seat(
        by=world.who(by), campaign=CODE, region=region, assessor=world.key(name), is_chair=is_chair, now=NOW
    )


def unseat(world: World, name: str, reason: str = "") -> None:
    operations.unseat(
        by=world.who("secretariat"), campaign=CODE, region=OWN, assessor=world.key(name), reason=reason, now=NOW
    )


def conflict(world: World, name: str, region: str = OWN, kind: str = "home") -> int:
    return operations.declare_conflict(
        by=world.who("secretariat"), assessor=world.key(name), region=region, kind=kind, now=NOW
    )


def last_year(world: World, name: str, region: str = OWN) -> None:
    """The assessor sat there last year, and the campaign wants others."""
    before = Campaign.objects.create(
        code="2025-uji", year=2025, title_id="2025", title_en="2025", instrument=world.campaign.instrument
    )
    group = CampaignGroup.objects.create(campaign=before, code="regular", title_id="R", title_en="R")
    was = Participation.objects.create(campaign=before, region_id=region, group=group)
    Seat.objects.create(participation=was, assessor_id=world.key(name))
    Campaign.objects.filter(pk=world.campaign.pk).update(previous=before, no_repeat_panel=True)


def apply(world: World, proposed: reads.Proposed, by: str = "secretariat") -> int:
    return operations.apply_proposal(
        by=world.who(by), campaign=CODE, seats=proposed.proposal.seats, seen=proposed.seen, now=NOW
    )


def propose(world: World, **more: object) -> reads.Proposed:
    return reads.proposal(CODE, scope=world.who("secretariat"), now=NOW, **more)


def test_a_seat_is_given_once_and_its_assessor_told(world: World) -> None:
    seat(world, "assessor3")
    seat(world, "assessor3")
    assert seats(world) == {"chair": True, "assessor1": False, "assessor2": False, "assessor3": False}
    (told,) = Notice.objects.filter(kind="evaluation.seated")
    assert told.user_id == world.key("assessor3")
    (event,) = audit.events(target="evaluation.panel", key=world.participations[OWN].pk)
    assert (event.area, event.after["chair"]) == (OWN, world.key("chair"))


def test_a_new_chair_takes_over(world: World) -> None:
    Membership.objects.create(user=world.user("assessor3"), role=Role.PANEL_CHAIR, since=NOW)
    seat(world, "assessor3", is_chair=True)
    assert seats(world) == {"chair": False, "assessor1": False, "assessor2": False, "assessor3": True}
    operations.make_chair(by=world.who("secretariat"), campaign=CODE, region=OWN, assessor=world.key("chair"), now=NOW)
    assert [name for name, leads in seats(world).items() if leads] == ["chair"]


def test_who_is_no_chair_does_not_lead(world: World) -> None:
    with pytest.raises(NoChair):
        seat(world, "assessor3", is_chair=True)
    by = world.who("secretariat")
    with pytest.raises(NoChair):
        operations.make_chair(by=by, campaign=CODE, region=OWN, assessor=world.key("assessor1"), now=NOW)
    with pytest.raises(NotFound):
        operations.make_chair(by=by, campaign=CODE, region=OWN, assessor=world.key("assessor4"), now=NOW)
    assert seats(world) == {"chair": True, "assessor1": False, "assessor2": False}


@pytest.mark.parametrize("kind", ["home", "employer", "mentor"])
def test_a_conflict_keeps_out(world: World, kind: str) -> None:
    conflict(world, "assessor3", kind=kind)
    with pytest.raises(Barred) as refused:
        seat(world, "assessor3")
    assert "Asesor3" in refused.value.text()
    seat(world, "assessor3", NEIGHBOUR)


def test_last_years_panel_is_kept_out_if_the_campaign_says_so(world: World) -> None:
    last_year(world, "assessor3")
    with pytest.raises(Barred) as refused:
        seat(world, "assessor3")
    assert refused.value.bar is Bar.LAST_YEAR
    Campaign.objects.filter(code=CODE).update(no_repeat_panel=False)
    seat(world, "assessor3")


def test_a_panel_is_full_at_its_largest(world: World) -> None:
    Campaign.objects.filter(code=CODE).update(largest_panel=3)
    with pytest.raises(PanelFull):
        seat(world, "assessor3")


@pytest.mark.parametrize("name", ["coordinator", "secretariat"])
def test_only_assessors_sit(world: World, name: str) -> None:
    with pytest.raises(NoAssessor):
        seat(world, name)


def test_a_former_assessor_gets_no_seat(world: World) -> None:
    Membership.objects.filter(user=world.key("assessor3")).update(until=NOW)
    with pytest.raises(NoAssessor):
        seat(world, "assessor3")


@pytest.mark.parametrize(
    ("name", "error"), [("coordinator", NotAllowed), ("chair", NotAllowed), ("assessor4", NotFound)]
)
def test_only_the_secretariat_forms_panels(world: World, name: str, error: type[Exception]) -> None:
    by = world.who(name)
    proposed = propose(world)
    for refused in (
        lambda: seat(world, "assessor3", by=name),
        lambda: operations.unseat(by=by, campaign=CODE, region=OWN, assessor=world.key("assessor1"), now=NOW),
        lambda: operations.make_chair(by=by, campaign=CODE, region=OWN, assessor=world.key("chair"), now=NOW),
        lambda: apply(world, proposed, by=name),
        lambda: reads.proposal(CODE, scope=by, now=NOW),
        lambda: reads.board(CODE, scope=by, now=NOW),
        lambda: reads.panel(CODE, OWN, scope=by, now=NOW),
    ):
        with pytest.raises(error):
            refused()


def test_panels_are_closed_when_the_last_phase_is_agreed(world: World) -> None:
    world.set_phase(PhaseState.AGREED, 2)
    for refused in (lambda: seat(world, "assessor3"), lambda: unseat(world, "assessor1"), lambda: propose(world)):
        with pytest.raises(WrongState):
            refused()


def test_a_region_that_takes_no_part_has_no_panel(world: World) -> None:
    for region in ("99.99", "nul\0"):
        with pytest.raises(NotFound):
            seat(world, "assessor3", region)


def test_a_seat_without_marks_goes_without_a_word(world: World) -> None:
    unseat(world, "assessor1")
    assert seats(world) == {"chair": True, "assessor2": False}
    with pytest.raises(NotFound):
        unseat(world, "assessor1")


def test_a_seat_with_marks_takes_a_reason_and_the_marks_are_kept(world: World) -> None:
    Mark.objects.create(assessment=world.assessment(), node="policy", assessor=world.user("assessor1"), value=3)
    with pytest.raises(SeatHasMarks):
        unseat(world, "assessor1", " ")
    unseat(world, "assessor1", "Sakit")
    assert "assessor1" not in seats(world)
    assert Mark.objects.count() == 1
    (event,) = audit.events(target="evaluation.panel", key=world.participations[OWN].pk)
    assert event.after["reason"] == "Sakit"


def test_a_proposal_changes_nothing_until_it_is_applied_and_once(world: World) -> None:
    Seat.objects.all().delete()
    proposed = propose(world)
    assert not Seat.objects.exists()
    assert [apply(world, proposed), apply(world, proposed)] == [3, 0]
    assert set(reads.sittings(world.campaign)) == set(proposed.proposal.seats)
    for region in REGIONS:
        assert len(seats(world, region)) == 3
        assert seats(world, region)["chair"]
    assert len(audit.events(target="evaluation.panel", key=world.participations[OWN].pk)) == 1
    told = Notice.objects.filter(kind="evaluation.seated")
    assert told.count() == len({one.assessor for one in proposed.proposal.seats})


def test_a_proposal_keeps_seats_or_begins_anew(world: World) -> None:
    assert apply(world, propose(world)) == 0
    conflict(world, "assessor1")
    assert "assessor1" not in {one.assessor.name for one in propose(world).proposal.panels[1].seats}
    assert apply(world, propose(world)) == 1
    assert "assessor1" not in seats(world)
    loads = propose(world, keep=False).proposal.loads
    assert max(loads[world.key(f"assessor{n}")] for n in (1, 2, 3, 4)) <= 2


def test_marked_seats_stay_in_a_proposal_that_begins_anew(world: World) -> None:
    Mark.objects.create(assessment=world.assessment(), node="policy", assessor=world.user("assessor1"), value=3)
    proposed = propose(world, keep=False)
    assert Sitting(OWN, world.key("assessor1")) in proposed.proposal.seats
    without = [one for one in proposed.proposal.seats if one != Sitting(OWN, world.key("assessor1"))]
    with pytest.raises(Faults) as refused:
        operations.apply_proposal(
            by=world.who("secretariat"), campaign=CODE, seats=without, seen=proposed.seen, now=NOW
        )
    assert {fault.code for fault in refused.value.faults} == {"seat-has-marks"}


def test_a_proposal_made_before_another_change_is_refused(world: World) -> None:
    proposed = propose(world, size=4)
    seat(world, "assessor4")
    with pytest.raises(SeatsChanged):
        apply(world, proposed)


def test_what_is_applied_is_checked_again(world: World) -> None:
    proposed = propose(world)
    conflict(world, "assessor3", FAR)
    given = [
        *proposed.proposal.seats,
        Sitting(FAR, world.key("assessor3")),
        Sitting(OWN, world.key("assessor4"), is_chair=True),
        Sitting(OWN, world.key("coordinator")),
        Sitting("99.99", world.key("assessor4")),
        Sitting(NEIGHBOUR, world.key("assessor3")),
        Sitting(NEIGHBOUR, world.key("assessor3")),
    ]
    with pytest.raises(Faults) as refused:
        operations.apply_proposal(by=world.who("secretariat"), campaign=CODE, seats=given, seen=proposed.seen, now=NOW)
    assert {fault.code for fault in refused.value.faults} == {
        "conflict-of-interest", "no-panel-chair", "no-assessor", "unknown-region", "two-chairs", "seat-twice",
    }  # fmt: skip
    assert len(seats(world)) == 3


def test_a_proposal_says_for_which_region_there_are_too_few(world: World) -> None:
    Seat.objects.all().delete()
    for number in (1, 2, 3):
        conflict(world, f"assessor{number}")
    with pytest.raises(Faults) as refused:
        propose(world)
    (fault,) = refused.value.faults
    assert fault.fields == {"region": "Kabupaten Tangerang", "size": 3, "free": 2}


def test_a_conflict_that_comes_to_light_shows_on_the_board(world: World) -> None:
    conflict(world, "assessor1")
    board = reads.board(CODE, scope=world.who("secretariat"), now=NOW, only_incomplete=True)
    (row,) = board.page.object_list
    assert [(one.name, one.bar) for one in row.seats if one.bar] == [("Asesor1", Bar.HOME)]
    assert board.incomplete == 1
    assert not row.complete


def test_a_conflict_is_declared_once_and_removed_with_a_reason(world: World) -> None:
    key = conflict(world, "assessor1", kind="mentor")
    with pytest.raises(AlreadyConflicting):
        conflict(world, "assessor1", kind="mentor")
    by = world.who("secretariat")
    with pytest.raises(Faults):
        operations.remove_conflict(by=by, conflict=key, reason="", now=NOW)
    operations.remove_conflict(by=by, conflict=key, reason="Salah orang", now=NOW)
    assert not Conflict.objects.exists()
    assert [one.action for one in audit.events(target="evaluation.conflict", key=key)] == ["remove", "declare"]
    with pytest.raises(NotFound):
        operations.remove_conflict(by=by, conflict=key, reason="Lagi", now=NOW)


def test_what_is_wrong_with_a_conflict_is_told(world: World) -> None:
    with pytest.raises(Faults) as refused:
        operations.declare_conflict(
            by=world.who("secretariat"),
            assessor=world.key("assessor1"),
            region="99.99",
            kind="x",
            note="n" * 301,
            now=NOW,
        )
    assert {fault.place for fault in refused.value.faults} == {"region", "kind", "note"}
    with pytest.raises(NoAssessor):
        operations.declare_conflict(
            by=world.who("secretariat"), assessor=world.key("coordinator"), region=OWN, kind="home", now=NOW
        )


@pytest.mark.parametrize("name", ["coordinator", "chair", "public"])
def test_conflicts_are_the_secretariats(world: World, name: str) -> None:
    by, key = world.who(name), conflict(world, "assessor1")
    with pytest.raises(NotAllowed):
        operations.declare_conflict(by=by, assessor=world.key("assessor2"), region=OWN, kind="home", now=NOW)
    with pytest.raises(NotAllowed):
        operations.remove_conflict(by=by, conflict=key, reason="Alasan", now=NOW)
    with pytest.raises(NotFound):
        reads.conflicts(scope=by)


def test_the_panel_of_a_region_offers_who_is_free_and_says_who_is_not(world: World) -> None:
    conflict(world, "assessor3")
    view = reads.panel(CODE, OWN, scope=world.who("secretariat"), now=NOW)
    assert [one.assessor.name for one in view.free] == ["Asesor4"]
    assert [one.name for one, _ in view.barred] == ["Asesor3"]
    for region in ("99.99", "nul\0"):
        with pytest.raises(NotFound):
            reads.panel(CODE, region, scope=world.who("secretariat"), now=NOW)


def test_a_seat_taken_away_lets_the_rest_of_the_panel_agree(world: World) -> None:
    world.let_two_decide()
    world.set_phase(PhaseState.DESK_CHECK)
    world.set_assessment(AssessmentState.SUBMITTED)
    for name in ("chair", "assessor2"):
        for node in LEAVES:
            Mark.objects.create(assessment=world.assessment(), node=node, assessor=world.user(name), value=3)
        MarkingDone.objects.create(assessment=world.assessment(), assessor=world.user(name))
    unseat(world, "assessor1")
    assert world.assessment().state == AssessmentState.AGREED
