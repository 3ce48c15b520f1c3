"""A walk finds an operation that moves something as no lifecycle does, and a refusal that leaves something behind."""

from __future__ import annotations

import pytest

from areas.acts import Offices, found_offices
from areas.places import PLACES, load
from kit import wandering
from kit.acts import Acts
from kit.neighbours import own
from kit.wandering import attempt, wander
from kit.worlds import once
from pilar.areas.models import Office
from pilar.areas.rules import MANAGE_OFFICES
from pilar.people.rules import Standing

LEFT = """
operation | who | audit | rows
act | {who} | . | .
"""


@once
def offices() -> Offices:
    load(PLACES)
    return found_offices()


@pytest.fixture(autouse=True)
def _an_office_is_a_survey(offices: Offices, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its short name is its state: draft, open or closed."""
    set_state("draft")
    monkeypatch.setattr(wandering, "STATES", {"A survey": lambda: dict(own(Office).values_list("pk", "abbreviation"))})


def set_state(state: str) -> None:
    own(Office).update(abbreviation=state)


def goes_on(_world: Offices, by: Standing) -> None:
    by.require(MANAGE_OFFICES, area="36.03")
    set_state({"draft": "open", "open": "closed", "closed": "closed"}[own(Office).get().abbreviation])


def jumps(_world: Offices, _by: Standing) -> None:
    set_state("closed")


def asks_late(_world: Offices, by: Standing) -> None:
    set_state("open")
    by.require(MANAGE_OFFICES, area="36.03")


def lacks_its_row(_world: Offices, _by: Standing) -> None:
    jumps(_world, _by)
    Office.objects.get(name="Tidak ada")


def acts(call: object, who: str = "coordinator") -> Acts:
    return Acts("areas", {"act": call}, LEFT.format(who=who))  # type: ignore[dict-item]


def test_moves_by_the_table_are_told(offices: Offices) -> None:
    assert wander(acts(goes_on), offices) == {("A survey", "draft", "open"), ("A survey", "open", "closed")}
    assert own(Office).get().abbreviation == "draft"


def test_a_move_that_is_none_is_found(offices: Offices) -> None:
    with pytest.raises(AssertionError, match="act makes moves that are none"):
        attempt(acts(jumps), "act", offices)


def test_a_refusal_that_leaves_something_is_found(offices: Offices) -> None:
    with pytest.raises(AssertionError, match="the refusal of act leaves something behind"):
        attempt(acts(asks_late, "neighbour"), "act", offices)


def test_what_is_not_there_to_be_asked_for_is_no_refusal_and_undone(offices: Offices) -> None:
    assert attempt(acts(lacks_its_row), "act", offices) == set()
    assert own(Office).get().abbreviation == "draft"
