"""Marks, blind to each other; their agreement; the chair."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from evaluation.cycle.panel import PANEL, SELF, finish, give, hand_in, mark_all, settled_version
from evaluation.cycle.world import LEAVES, NEIGHBOUR, NOW, OWN, World
from pilar.evaluation import operations
from pilar.evaluation.models import AgreedMark, Answer, Mark, MarkingDone, Seat
from pilar.evaluation.rules.authority import WrongState
from pilar.evaluation.rules.marking import MarkingFinished, StillBlind, UnknownIndicator
from pilar.evaluation.rules.stages import AssessmentState, PhaseState, Settlement
from pilar.people.models import Notice
from pilar.people.rules import NotAllowed, NotFound
from pilar.platform.errors import Faults
from pilar.platform.models import AuditEvent
from pilar.platform.versions import Outdated

D = Decimal
EVERYBODY_ELSE = ["secretariat", "coordinator", "verifier", "contributor"]


def save(world: World, key: int, who: str = "assessor1", **changed: Any) -> int:
    given = {"node": "policy", "value": D(3), "reason": "", "seen_version": 0, **changed}
    return operations.save_mark(by=world.who(who), assessment=key, now=NOW, **given)


def codes(refused: pytest.ExceptionInfo[Faults]) -> list[tuple[str, str]]:
    return [(fault.code, fault.place) for fault in refused.value.faults]


def agreed(key: int) -> dict[str, tuple[Decimal, str]]:
    return {row.node: (row.value, row.how) for row in AgreedMark.objects.filter(assessment=key)}


# Marks


def test_a_mark_is_kept_with_its_reason_and_counted_in_versions(world: World, key: int) -> None:
    assert save(world, key) == 1
    assert save(world, key, value=D(2), reason=" Belum ditetapkan \r\n", seen_version=1) == 2
    stored = Mark.objects.get()
    assert (stored.value, stored.reason, stored.version) == (2, "Belum ditetapkan", 2)
    assert stored.assessor_id == world.key("assessor1")
    event = AuditEvent.objects.filter(target="evaluation.mark").latest("id")
    assert (event.before["value"], event.after["value"]) == ("3.0000", "2")


def test_the_same_again_changes_nothing_even_from_an_older_version(world: World, key: int) -> None:
    save(world, key)
    save(world, key, value=D(2), reason="x", seen_version=1)
    assert save(world, key, value=D(2), reason="x", seen_version=1) == 2
    assert AuditEvent.objects.filter(target="evaluation.mark").count() == 2


def test_who_saves_over_an_unseen_version_is_told_what_stands_there(world: World, key: int) -> None:
    save(world, key, value=D(1), reason="satu")
    with pytest.raises(Outdated) as refused:
        save(world, key, value=D(4), reason="empat")
    assert refused.value.stored.version == 1
    assert refused.value.stored.values == {"value": D(1), "reason": "satu"}
    assert Mark.objects.get().value == 1


def test_marks_of_one_assessor_in_two_regions_are_told_apart(world: World, key: int) -> None:
    other = hand_in(world, NEIGHBOUR)
    give(world, key, "assessor1")
    with pytest.raises(Faults) as refused:
        finish(world, other, "assessor1")
    assert codes(refused) == [("unmarked", "")]
    Answer.objects.filter(assessment=other, node="policy").update(mark=2)
    with pytest.raises(Faults) as refused:
        save(world, other)
    assert codes(refused) == [("no-reason", "reason")]
    give(world, other, "assessor1", policy=1)
    finish(world, other, "assessor1")
    assert {*Mark.objects.filter(node="policy").values_list("assessment", "value")} == {(key, 3), (other, 1)}
    assert {*MarkingDone.objects.values_list("assessment", flat=True)} == {other}


def test_what_does_not_apply_next_door_is_settled_here(world: World, key: int) -> None:
    other = hand_in(world, NEIGHBOUR)
    Answer.objects.filter(assessment=other, node="policy").update(mark=None, not_applicable=True)
    mark_all(world, key, assessor1={"policy": 1})
    operations.settle_mark(
        by=world.who("chair"), assessment=key, node="policy", value=D(2), reason="Sesuai", seen_version=0, now=NOW
    )
    assert agreed(key)["policy"] == (2, Settlement.CHAIR)


@pytest.mark.parametrize(
    ("node", "value", "fault"),
    [
        ("policy", "5", "out-of-scale"),
        ("policy", "2.5", "not-whole"),
        ("policy", "-1", "out-of-scale"),
        ("poverty", "3", "no-such-level"),  # its bands give 1, 2 and 4
        ("programmes", "9", "out-of-scale"),
        ("survey", "0.5", "out-of-scale"),
        ("survey", "3.125", "too-many-decimals"),
        ("survey", "NaN", "not-a-number"),
    ],
)
def test_a_value_that_the_indicator_does_not_have_is_refused(
    world: World, key: int, node: str, value: str, fault: str
) -> None:
    with pytest.raises(Faults) as refused:
        save(world, key, node=node, value=D(value), reason="x")
    assert codes(refused) == [(fault, "value")]
    assert not Mark.objects.exists()


@pytest.mark.parametrize(("node", "value"), [("poverty", "4"), ("programmes", "0"), ("survey", "3.13")])
def test_a_mark_of_a_quantity_a_ratio_and_a_survey(world: World, key: int, node: str, value: str) -> None:
    save(world, key, node=node, value=D(value), reason="x")
    assert Mark.objects.get().value == D(value)


@pytest.mark.parametrize("node", LEAVES)
def test_the_regions_own_mark_needs_no_reason_another_one_does(world: World, key: int, node: str) -> None:
    save(world, key, node=node, value=D(SELF[node]))
    with pytest.raises(Faults) as refused:
        save(world, key, node=node, value=D(1), reason="  ", seen_version=1)
    assert codes(refused) == [("no-reason", "reason")]


def test_what_does_not_apply_to_the_region_takes_no_mark(world: World, key: int) -> None:
    Answer.objects.filter(node="policy").update(mark=None, not_applicable=True)
    with pytest.raises(Faults) as refused:
        save(world, key, reason="x")
    assert codes(refused) == [("not-applicable", "value")]
    for who in PANEL:
        for node in LEAVES[1:]:
            save(world, key, who, node=node, value=D(SELF[node]))
        finish(world, key, who)
    assert set(agreed(key)) == set(LEAVES[1:])
    assert world.assessment().state == AssessmentState.AGREED


@pytest.mark.parametrize("node", ["output", "none"])
def test_only_indicators_are_marked(world: World, key: int, node: str) -> None:
    with pytest.raises(UnknownIndicator):
        save(world, key, node=node, reason="x")


@pytest.mark.parametrize(("reason", "fault"), [("x" * 10_001, "too-long"), ("a\0b", "not-text")])
def test_a_reason_that_is_no_text_is_refused(world: World, key: int, reason: str, fault: str) -> None:
    with pytest.raises(Faults) as refused:
        save(world, key, value=D(1), reason=reason)
    assert codes(refused) == [(fault, "reason")]


@pytest.mark.parametrize("who", EVERYBODY_ELSE)
def test_nobody_but_the_panel_marks(world: World, key: int, who: str) -> None:
    with pytest.raises(NotAllowed):
        save(world, key, who)
    with pytest.raises(NotAllowed):
        finish(world, key, who)


@pytest.mark.parametrize("who", ["assessor3", "public"])
def test_to_an_assessor_without_a_seat_there_is_nothing(world: World, key: int, who: str) -> None:
    with pytest.raises(NotFound):
        save(world, key, who)


def test_the_console_has_no_marks_of_its_own(world: World, key: int) -> None:
    with pytest.raises(NotAllowed):
        save(world, key, "operator")


@pytest.mark.parametrize("phase", [state for state in PhaseState if state not in ("desk_check", "review")])
def test_marks_are_given_in_desk_check_and_review_only(world: World, key: int, phase: PhaseState) -> None:
    world.set_phase(phase)
    with pytest.raises(WrongState):
        save(world, key)
    with pytest.raises(WrongState):
        finish(world, key, "assessor1")
    with pytest.raises(WrongState):
        operations.settle_mark(
            by=world.who("chair"), assessment=key, node="policy", value=D(1), reason="x", seen_version=0, now=NOW
        )


def test_a_region_that_has_not_submitted_is_not_marked(world: World, key: int) -> None:
    world.set_assessment(AssessmentState.PREPARING)
    with pytest.raises(WrongState):
        save(world, key)


# Finishing


def test_finishing_takes_a_mark_of_every_indicator(world: World, key: int) -> None:
    save(world, key)
    with pytest.raises(Faults) as refused:
        finish(world, key, "assessor1")
    assert refused.value.faults[0].fields == {"count": 4, "nodes": "Anggaran; Program terealisasi; Kemiskinan; Survei"}
    assert not MarkingDone.objects.exists()


def test_finished_marks_are_fixed_until_the_chair_reopens_them(world: World, key: int) -> None:
    give(world, key, "assessor1")
    finish(world, key, "assessor1")
    finish(world, key, "assessor1")
    assert AuditEvent.objects.filter(action="finish-marking").count() == 1
    with pytest.raises(MarkingFinished):
        save(world, key, value=D(4), reason="x", seen_version=1)
    reopen(world, key)
    assert save(world, key, value=D(4), reason="x", seen_version=1) == 2
    notice = Notice.objects.get(user=world.key("assessor1"))
    assert "Salah baca" in notice.sentence % notice.fields
    assert notice.address.endswith(f"/kerja/asesor/{key}/")
    finish(world, key, "assessor1")
    notice.refresh_from_db()
    assert notice.done_at is not None


def reopen(world: World, key: int, who: str = "chair", reason: str = "Salah baca") -> None:
    operations.reopen_marking(
        by=world.who(who), assessment=key, assessor=world.key("assessor1"), reason=reason, now=NOW
    )


def test_only_the_chair_reopens_and_says_why(world: World, key: int) -> None:
    give(world, key, "assessor1")
    finish(world, key, "assessor1")
    for who in ("assessor1", "assessor2", *EVERYBODY_ELSE):
        with pytest.raises(NotAllowed):
            reopen(world, key, who)
    with pytest.raises(NotFound):
        reopen(world, key, "assessor3")
    with pytest.raises(Faults) as refused:
        reopen(world, key, reason=" ")
    assert codes(refused) == [("no-reason", "reason")]
    assert MarkingDone.objects.count() == 1


def test_who_has_not_finished_cannot_be_reopened(world: World, key: int) -> None:
    with pytest.raises(NotFound):
        reopen(world, key)


# Agreement


def test_nothing_is_agreed_before_the_last_seat_has_finished(world: World, key: int) -> None:
    for who in PANEL[:2]:
        give(world, key, who)
        finish(world, key, who)
    assert agreed(key) == {}
    give(world, key, PANEL[2])
    finish(world, key, PANEL[2])
    assert {node: value for node, (value, _how) in agreed(key).items()} == {n: D(v) for n, v in SELF.items()}
    assert world.assessment().state == AssessmentState.AGREED
    assert world.assessment().agreed_at == NOW


def test_clear_marks_are_written_and_the_rest_waits_for_the_chair(world: World, key: int) -> None:
    mark_all(world, key, assessor1={"policy": 1, "budget": 3, "survey": "3.4"})
    assert agreed(key) == {
        "budget": (2, "median"),
        "programmes": (4, "unanimous"),
        "poverty": (2, "unanimous"),
        "survey": (D("3.2"), "median"),
    }
    assert world.assessment().state == AssessmentState.SUBMITTED
    notice = Notice.objects.get(kind="evaluation.settle")
    assert (notice.user_id, notice.fields["count"]) == (world.key("chair"), 1)


def test_the_chair_settles_the_last_one_and_the_region_is_agreed_once(world: World, key: int) -> None:
    mark_all(world, key, assessor1={"policy": 1})
    settle(world, key)
    stored = AgreedMark.objects.get(node="policy")
    assert (stored.value, stored.how, stored.reason) == (2, Settlement.CHAIR, "Perbup belum diundangkan")
    assert stored.settled_by_id == world.key("chair")
    assert world.assessment().state == AssessmentState.AGREED
    assert Notice.objects.get(kind="evaluation.settle").done_at == NOW
    settle(world, key)
    assert AuditEvent.objects.filter(action="agree").count() == 1
    assert AuditEvent.objects.filter(action="settle").count() == 1


def settle(world: World, key: int, who: str = "chair", **changed: Any) -> None:
    given = {"node": "policy", "value": D(2), "reason": "Perbup belum diundangkan", **changed}
    given.setdefault("seen_version", settled_version(key, given["node"]))
    operations.settle_mark(by=world.who(who), assessment=key, **({"now": NOW} | given))


def test_the_chair_settles_also_what_the_rule_found(world: World, key: int) -> None:
    mark_all(world, key, assessor1={"policy": 1})
    settle(world, key, node="budget", value=D(4))
    assert agreed(key)["budget"] == (4, "chair")
    settle(world, key, node="budget", value=D(4))
    assert AuditEvent.objects.filter(action="settle").count() == 1
    assert world.assessment().state == AssessmentState.SUBMITTED


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"value": D(5)}, ("out-of-scale", "value")),
        ({"reason": "\n"}, ("no-reason", "reason")),
        ({"node": "poverty", "value": D(3)}, ("no-such-level", "value")),
    ],
)
def test_a_settlement_must_fit_and_say_why(world: World, key: int, changed: dict[str, Any], fault: Any) -> None:
    mark_all(world, key, assessor1={"policy": 1})
    with pytest.raises(Faults) as refused:
        settle(world, key, **changed)
    assert codes(refused) == [fault]


def test_the_chair_settles_nothing_while_the_panel_is_blind(world: World, key: int) -> None:
    give(world, key, "chair")
    finish(world, key, "chair")
    with pytest.raises(StillBlind) as refused:
        settle(world, key)
    assert refused.value.fields == {"finished": 1, "seats": 3}


@pytest.mark.parametrize("who", ["assessor1", *EVERYBODY_ELSE])
def test_nobody_but_the_chair_settles(world: World, key: int, who: str) -> None:
    mark_all(world, key, assessor1={"policy": 1})
    with pytest.raises(NotAllowed):
        settle(world, key, who)


def test_in_an_even_panel_the_chairs_own_mark_breaks_a_tie(world: World, key: int) -> None:
    Seat.objects.create(participation=world.participations[OWN], assessor_id=world.key("assessor3"))
    give(world, key, "assessor3", policy=2, budget=3)
    finish(world, key, "assessor3")
    mark_all(world, key, chair={"policy": 2, "budget": 3}, assessor1={"budget": 4})
    assert agreed(key)["policy"] == (2, "tie")  # 2, 3, 3 and the 2 of the fourth
    assert "budget" not in agreed(key)  # 3, 4, 2, 3: two levels apart
    assert AgreedMark.objects.get(assessment=key, node="policy").settled_by is None


# A panel that changes


def test_reopening_takes_back_what_the_rule_found_and_keeps_what_the_chair_settled(world: World, key: int) -> None:
    mark_all(world, key, assessor1={"policy": 1}, assessor2={"budget": 4})
    settle(world, key)
    assert world.assessment().state == AssessmentState.SUBMITTED
    reopen(world, key)
    assert agreed(key) == {"policy": (2, "chair")}
    save(world, key, "assessor1", node="poverty", value=D(4), reason="Angka lama", seen_version=1)
    finish(world, key, "assessor1")
    assert agreed(key) == {"policy": (2, "chair"), "programmes": (4, "unanimous"), "survey": (D("3.2"), "unanimous")}


def test_a_seat_that_is_added_makes_the_panel_blind_again(world: World, key: int) -> None:
    mark_all(world, key, assessor1={"policy": 1})
    participation = world.assessment().participation
    Seat.objects.create(participation=participation, assessor_id=world.key("assessor3"))
    operations.panels_changed(by=world.who("secretariat"), participations=[participation], now=NOW)
    assert agreed(key) == {}
    with pytest.raises(StillBlind):
        settle(world, key)
    give(world, key, "assessor3")
    finish(world, key, "assessor3")
    assert set(agreed(key)) == {"budget", "programmes", "poverty", "survey"}


def test_a_seat_that_is_taken_counts_no_longer(world: World, key: int) -> None:
    world.let_two_decide()
    mark_all(world, key, assessor1={"policy": 1})
    participation = world.assessment().participation
    Seat.objects.filter(participation=participation, assessor=world.key("assessor1")).delete()
    operations.panels_changed(by=world.who("secretariat"), participations=[participation], now=NOW)
    assert agreed(key)["policy"] == (3, "unanimous")
    assert world.assessment().state == AssessmentState.AGREED


def test_taking_the_seat_of_who_had_not_finished_lets_the_others_agree(world: World, key: int) -> None:
    world.let_two_decide()
    for who in PANEL[:2]:
        give(world, key, who)
        finish(world, key, who)
    participation = world.assessment().participation
    Seat.objects.filter(participation=participation, assessor=world.key("assessor2")).delete()
    operations.panels_changed(by=world.who("secretariat"), participations=[participation], now=NOW)
    assert world.assessment().state == AssessmentState.AGREED


def test_a_later_seat_changes_nothing_that_is_agreed(world: World, key: int) -> None:
    mark_all(world, key)
    before = agreed(key)
    participation = world.assessment().participation
    Seat.objects.create(participation=participation, assessor_id=world.key("assessor3"))
    operations.panels_changed(by=world.who("secretariat"), participations=[participation], now=NOW)
    assert agreed(key) == before
    assert world.assessment().state == AssessmentState.AGREED
