"""The laws of operations: one that breaks a law is told which."""

from __future__ import annotations

import pytest
from django.db import transaction

from areas.acts import Offices, found_offices
from areas.places import PLACES, load
from kit.acts import Acts
from kit.neighbours import OWN, own
from kit.worlds import once
from pilar.areas.models import Office
from pilar.areas.rules import MANAGE_OFFICES
from pilar.people.rules import Standing

LEFT = """
operation | who | audit | rows
act | coordinator | . | office~1
"""


@once
def offices() -> Offices:
    load(PLACES)
    return found_offices()


def rename() -> None:
    own(Office).update(name="Nama lain")


def asks_nobody(_world: Offices, _by: Standing) -> None:
    rename()


def asks_late(_world: Offices, by: Standing) -> None:
    rename()
    by.require(MANAGE_OFFICES, area=OWN)


def forgets_the_region(_world: Offices, by: Standing) -> None:
    by.require(MANAGE_OFFICES, area=OWN)
    Office.objects.update(abbreviation="BPD")


def does_nothing(_world: Offices, by: Standing) -> None:
    by.require(MANAGE_OFFICES, area=OWN)


def in_two_steps(_world: Offices, by: Standing) -> None:
    by.require(MANAGE_OFFICES, area=OWN)
    rename()
    own(Office).update(abbreviation="BPD")


def time_and_again(_world: Offices, by: Standing) -> None:
    by.require(MANAGE_OFFICES, area=OWN)
    own(Office).update(abbreviation=f"{own(Office).get().abbreviation}x")


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (asks_nobody, "neighbour is let in"),
        (asks_late, "refusing neighbour leaves something behind"),
        (forgets_the_region, "rows of the neighbour have changed"),
        (does_nothing, r"It leaves\nact \| coordinator \| \. \| \."),
        (in_two_steps, "a break before the last statement leaves a part"),
        (time_and_again, "a second call changes something"),
    ],
)
def test_what_breaks_a_law_is_told(offices: Offices, act: object, said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        Acts("areas", {"act": act}, LEFT).hold("act", offices)  # type: ignore[dict-item]


def test_what_keeps_them_passes(offices: Offices) -> None:
    Acts("areas", {"act": transaction.atomic(in_two_steps)}, LEFT).hold("act", offices)
