"""The decision of an objection: its reason, and the mark that an accepted one leads to."""

from __future__ import annotations

import pytest

from evaluation.cycle.agreed import LATER
from evaluation.cycle.test_results_objections import contested, decide, make
from evaluation.cycle.world import World
from pilar.evaluation import operations
from pilar.evaluation.models import AgreedMark, Objection
from pilar.platform.errors import Faults


def test_a_decision_has_a_reason_and_an_accepted_one_a_mark_that_fits(world: World) -> None:
    contested(world)
    key = make(world)
    for value, reason, place in (("4", " ", "reason"), ("5", "x", "value"), ("3.5", "x", "value")):
        with pytest.raises(Faults) as refused:
            decide(world, key, value, reason=reason)
        assert refused.value.faults[0].place == place
    with pytest.raises(Faults):
        operations.decide_objection(
            by=world.who("secretariat"), objection=key, accepted=True, reason="x", value=None, now=LATER
        )
    assert Objection.objects.get().decision == ""


def test_an_accepted_objection_brings_another_mark_and_a_lower_one_is_confirmed(world: World) -> None:
    contested(world)
    key = make(world)
    for value, code in (("3", "same-mark"), ("3.00", "same-mark"), ("2", "lower-mark"), ("2.5", "not-whole")):
        with pytest.raises(Faults) as refused:
            decide(world, key, value)
        assert [(fault.code, fault.place) for fault in refused.value.faults] == [(code, "value")]
    with pytest.raises(Faults) as refused:
        decide(world, key, "3", confirmed=True)
    assert refused.value.faults[0].code == "same-mark"
    assert Objection.objects.get().decision == ""
    decide(world, key, "2", confirmed=True)
    assert AgreedMark.objects.get(assessment=world.assessment(), node="policy").value == 2
