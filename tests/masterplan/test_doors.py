"""Every door of the plans, tried by everybody in every state; nobody gets through who may not."""

from __future__ import annotations

import inspect

import pytest
from django.db import transaction

from masterplan.doors import DOORS, open_in, put_into
from masterplan.world import World
from pilar.masterplan.operations import bodies, plans, taking_over, versions
from pilar.masterplan.rules.authority import WrongState
from pilar.masterplan.rules.stages import LAW, NoSuchMove, VersionState
from pilar.people.rules import NotAllowed, NotFound
from pilar.platform.errors import Faults
from pilar.platform.models import AuditEvent

pytestmark = pytest.mark.django_db

STRANGERS = ("public", "neighbour", "assessor", "contributor", "colleague")
OVERSEERS = ("secretariat", "verifier")


def outcome(world: World, door: str, who: str) -> str:
    """``open`` when the door opens, also where conditions then refuse; otherwise the name of the error."""
    before = AuditEvent.objects.count()
    try:
        with transaction.atomic():
            DOORS[door](world, world.who(who))
            transaction.set_rollback(True)
    except Faults:
        return "open"
    except (NotAllowed, NotFound, WrongState, NoSuchMove) as error:
        assert AuditEvent.objects.count() == before
        return type(error).__name__
    return "open"


def test_every_operation_has_its_door() -> None:
    found = {
        name
        for module in (plans, bodies, versions, taking_over)
        for name, one in inspect.getmembers(module, inspect.isfunction)
        if one.__module__ == module.__name__ and "by" in inspect.signature(one).parameters and not name.startswith("_")
    }
    assert {door.partition(" ")[0] for door in DOORS} == found
    assert [*DOORS] == [*open_in()]


@pytest.mark.parametrize("state", VersionState)
def test_who_gets_through_when(world: World, state: VersionState) -> None:
    put_into(world, state)
    differing = []
    for door, states in open_in().items():
        shut = {"WrongState", "NoSuchMove"}
        wanted = {"coordinator": {"open"} if state in states else shut}
        wanted |= {who: {"NotAllowed"} for who in OVERSEERS}
        # What is law everybody knows of; that a region begins a plan concerns no stranger.
        known = state in LAW and door != "start_plan"
        wanted |= {who: {"NotAllowed" if known else "NotFound"} for who in STRANGERS}
        for who, outcomes in wanted.items():
            found = outcome(world, door, who)
            if found not in outcomes:
                differing.append((door, who, found, outcomes))
    assert differing == []
