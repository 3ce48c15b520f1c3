from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from kit.worlds import once
from permits import register_acts
from permits.around import fill_next_door
from permits.world import DAY, HOUR, NOW, SIGNER, World, apply_next_door, make_world
from pilar.evidence.operations import sign_documents
from pilar.people.rules import SCHEDULE


@once
def world() -> World:
    made = make_world()
    made.neighbour = apply_next_door(made)
    fill_next_door()
    register_acts.fill_next_door()
    return made


@pytest.fixture(autouse=True)
def signer(settings: Any) -> None:
    """The file of a permit is signed by the worker."""
    settings.PILAR_SIGNER = SIGNER


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    """For what happens between transactions."""
    return make_world()


@once
def decided(world: World) -> World:
    """A licence on the desk of the head."""
    world.to_sign()
    return world


@once
def issued(decided: World) -> World:
    """It is signed, by the head and by the worker."""
    with override_settings(PILAR_SIGNER=SIGNER):
        decided.sign()
        sign_documents(by=SCHEDULE, now=NOW + DAY + 3 * HOUR)
    return decided
