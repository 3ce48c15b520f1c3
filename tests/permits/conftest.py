from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from kit.worlds import once
from permits import register_acts
from permits.around import fill_next_door
from permits.test_qris import STATIC
from permits.world import DAY, HOUR, NOW, OWN, SIGNER, World, apply_next_door, make_world
from pilar.evidence.operations import sign_documents
from pilar.people.rules import SCHEDULE
from pilar.permits.operations import set_levy, set_merchant_code


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


@once
def accepted(world: World) -> World:
    """A licence with a levy, on the desk of the treasury."""
    register_acts.to_levy(world, NOW + HOUR)
    return world


@once
def levied(accepted: World) -> World:
    """It is set, with a code to pay it."""
    treasury = accepted.who("treasury")
    set_merchant_code(by=treasury, region=OWN, text=STATIC, now=NOW)
    set_levy(by=treasury, case=accepted.case, stage="levy", now=NOW + 2 * HOUR)
    return accepted
