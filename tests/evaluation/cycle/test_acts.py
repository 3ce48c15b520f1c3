"""The laws that every operation of the evaluation keeps (kit/acts.py)."""

from __future__ import annotations

import pytest

from evaluation.acts import ACTS
from evaluation.cycle.planted import Planted
from kit.wandering import wander
from pilar.evaluation.models import AgreedMark, Mark
from pilar.people.rules import OPERATOR


@pytest.mark.parametrize("name", ACTS.calls)
def test_keeps_the_laws(ready: Planted, name: str) -> None:
    ACTS.hold(name, ready)


def test_a_panel_agrees_on_its_own_marks(ready: Planted) -> None:
    """The same people mark the neighbour, otherwise."""
    ACTS.before["panels_changed"](ready)
    ACTS.calls["panels_changed"](ready, OPERATOR)
    marked = ready.key("marked")
    assert {*AgreedMark.objects.filter(assessment=marked).values_list("value", flat=True)} == {2}
    assert {*Mark.objects.exclude(assessment=marked).values_list("value", flat=True)} == {1}


def test_in_any_order_states_move_by_their_tables(ready: Planted) -> None:
    wander(ACTS, ready)
