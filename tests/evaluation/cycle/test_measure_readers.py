"""The panel that marks a region reads its measures, while it has the region before it, and nobody else's panel does."""

from __future__ import annotations

import pytest

from evaluation.cycle.panel import hand_in
from evaluation.cycle.world import NEIGHBOUR, NOW, OWN, World
from kit.worlds import once
from measures.world import measures_of
from pilar.evaluation.models import Seat
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.measures import queries
from pilar.people.models import Membership
from pilar.people.operations import end_membership
from pilar.people.rules import OPERATOR, NotFound

pytestmark = pytest.mark.django_db

PRIVATE = "desa-daring"


@once
def measured(world: World) -> World:
    measures_of(world.who("coordinator"), world.offices[OWN][0])
    return world


def reads(world: World, who: str) -> bool:
    try:
        queries.measure(OWN, PRIVATE, scope=world.who(who), now=NOW)
    except NotFound:
        return False
    return True


def test_a_seat_reads_once_the_region_has_handed_in(measured: World) -> None:
    assert [reads(measured, who) for who in ("chair", "assessor1", "assessor3")] == [False, False, False]
    hand_in(measured)
    assert [reads(measured, who) for who in ("chair", "assessor1", "assessor3")] == [True, True, False]
    measured.set_phase(PhaseState.OPEN)
    assert not reads(measured, "assessor1")
    measured.set_phase(PhaseState.REVIEW)
    assert reads(measured, "assessor1")
    measured.set_assessment(AssessmentState.PREPARING)
    assert not reads(measured, "assessor1")


@pytest.mark.parametrize("phase", [PhaseState.AGREED, PhaseState.OBJECTION, PhaseState.FINAL, PhaseState.PUBLISHED])
def test_the_panel_is_former_once_the_results_are_published(measured: World, phase: PhaseState) -> None:
    hand_in(measured)
    measured.set_assessment(AssessmentState.AGREED)
    measured.set_phase(phase)
    assert reads(measured, "assessor1") is (phase is not PhaseState.PUBLISHED)
    assert [one.code for one in queries.measures(OWN, scope=measured.who("assessor1"), now=NOW)] == [
        *([PRIVATE] if phase is not PhaseState.PUBLISHED else []), "izin-terbit",
    ]  # fmt: skip


def test_a_member_whose_role_has_ended_reads_nothing(measured: World) -> None:
    hand_in(measured)
    held = Membership.objects.get(user=measured.key("assessor1"))
    end_membership(by=OPERATOR, membership=held.pk, now=NOW)
    assert not reads(measured, "assessor1")


def test_a_seat_elsewhere_reads_nothing_here(measured: World) -> None:
    hand_in(measured)
    Seat.objects.create(participation=measured.participations[NEIGHBOUR], assessor_id=measured.key("assessor3"))
    hand_in(measured, NEIGHBOUR)
    assert not reads(measured, "assessor3")


def test_the_panel_reports_nothing(measured: World) -> None:
    hand_in(measured)
    row = queries.measure(OWN, PRIVATE, scope=measured.who("assessor1"), now=NOW)
    assert row.code == PRIVATE
    assert [one.code for one in queries.measures(OWN, scope=measured.who("assessor1"), now=NOW)] == [
        PRIVATE, "izin-terbit",
    ]  # fmt: skip
