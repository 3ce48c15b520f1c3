"""Two who move one version of a plan, or write one body, at the same moment."""

from __future__ import annotations

from datetime import date

import pytest

from kit.neighbours import own
from kit.races import together
from masterplan.replacing import REPLACED, decreed_next
from masterplan.world import DECREED, LATER, NOW, World
from pilar.masterplan import operations
from pilar.masterplan.models import Body, Version
from pilar.masterplan.operations import Member, NewBody
from pilar.masterplan.rules.bodies import body_fingerprint
from pilar.masterplan.rules.stages import VersionState
from pilar.masterplan.rules.statements import BodyKind
from pilar.platform import audit
from pilar.platform.versions import Outdated


def states(version: int) -> list[object]:
    """The states that the log says a version has come to."""
    found = audit.events(target="masterplan.version", key=version)
    return [one.after["state"] for one in reversed(found) if "state" in one.after]


def test_a_version_comes_into_force_once_and_ends_the_one_before_it_once(committed_world: World) -> None:
    world = committed_world
    world.in_force()
    by, former = world.who("coordinator"), world.version
    world.version = operations.start_revision(by=by, version=former, reason="Evaluasi", now=NOW)
    world.call()
    world.decreed(world.submitted("Antrean puskesmas"))

    def begin(day: int) -> None:
        operations.bring_into_force(by=by, version=world.version, since=date(2026, 5, day), now=LATER)

    found = together(lambda: begin(1), lambda: begin(2))
    assert [type(one).__name__ for one in found] == ["NoneType", "NoSuchMove"]
    assert Version.objects.get(pk=former).in_force_until == DECREED
    assert (states(former)[-2:], states(world.version)[-2:]) == (["in_force", "revised"], ["decreed", "in_force"])


@pytest.mark.parametrize("first", ["revised", "replaced"])
def test_a_plan_is_revised_or_replaced_at_once_and_not_both(committed_world: World, first: str) -> None:
    world = committed_world
    former = decreed_next(world)
    by = world.who("coordinator")
    acts = {
        "revised": lambda: operations.start_revision(by=by, version=former, reason="Evaluasi", now=LATER),
        "replaced": lambda: operations.bring_into_force(
            by=by, version=world.version, since=REPLACED, replaces=former, now=LATER
        ),
    }
    found = together(acts[first], *[act for name, act in acts.items() if name != first])
    assert [isinstance(one, Exception) for one in found] in ([True, False], [False, True]), found
    begun = own(Version).filter(base=former).exists()
    assert begun is (Version.objects.get(pk=former).state == VersionState.IN_FORCE)


def test_a_version_that_went_on_has_gone_on_once_and_comes_back_once(committed_world: World) -> None:
    world = committed_world
    world.call()
    world.met(world.submitted())
    by, before = world.who("coordinator"), len(states(world.version))

    def go() -> None:
        operations.move_version(by=by, version=world.version, target=VersionState.LEGAL_REVIEW, now=LATER)

    def back() -> None:
        operations.return_to_meeting(by=by, version=world.version, reason="Pasal 4", now=LATER)

    assert together(go, go) == [None, None]
    assert states(world.version)[before:] == ["legal_review"]
    assert [type(came).__name__ for came in together(back, back)] == ["NoneType", "NoSuchMove"]
    assert states(world.version)[before:] == ["legal_review", "meeting"]


def test_of_two_who_write_one_body_one_is_told(committed_world: World) -> None:
    by, plan = committed_world.who("coordinator"), committed_world.row().plan.key
    first = NewBody(BodyKind.COUNCIL, "Dewan Smart City", members=(Member("ketua", "Bupati"),))
    key, seen = operations.save_body(by=by, plan=plan, given=first), body_fingerprint(first)

    def saves(position: str) -> int:
        given = NewBody(BodyKind.COUNCIL, "Dewan Smart City", members=(Member("ketua", position),))
        return operations.save_body(by=by, plan=plan, given=given, body=key, seen=seen)

    found = together(lambda: saves("Wakil Bupati"), lambda: saves("Sekretaris Daerah"))
    assert [type(one) for one in found] == [int, Outdated]
    assert [one.position for one in own(Body).get().members.all()] == ["Wakil Bupati"]
