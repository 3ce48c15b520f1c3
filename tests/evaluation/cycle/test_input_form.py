"""Results are held against the form that the hash of their input had when they were computed."""

from __future__ import annotations

import pytest

from evaluation.cycle.agreed import agree, approve, compute
from evaluation.cycle.world import FAR, World
from pilar.evaluation.models import Assessment, Phase, Snapshot
from pilar.evaluation.operations import results
from pilar.evaluation.queries.computing import approved_current, inputs
from pilar.evaluation.rules.computing import INPUT_FORM, input_hash
from pilar.evaluation.rules.publishing import SnapshotOutdated
from pilar.evaluation.rules.stages import AssessmentState


def computed(world: World, monkeypatch: pytest.MonkeyPatch, hashed: int, kept: int) -> Phase:
    """A phase with results whose hash has one form, kept with a form; one region is set aside."""
    agree(world)
    rows = Assessment.objects.filter(pk=world.assessment(FAR).pk)
    rows.update(state=AssessmentState.SET_ASIDE, set_aside_reason="Bencana", agreed_at=None)
    with monkeypatch.context() as patched:
        patched.setattr(Snapshot._meta.get_field("input_form"), "default", kept)
        patched.delattr(Snapshot._meta.get_field("input_form"), "_get_default", raising=False)
        phase = Phase.objects.select_related("campaign").get(pk=world.phases[1].pk)
        given = inputs(phase)
        patched.setattr(
            "pilar.evaluation.rules.computing.input_hash",
            lambda *_: input_hash(given.instrument, given.entries, hashed),
        )
        compute(world)
    return phase


@pytest.mark.parametrize(("hashed", "kept"), [(1, 1), (2, 1), (2, 2)])
def test_what_was_computed_before_stays_current(
    world: World, monkeypatch: pytest.MonkeyPatch, hashed: int, kept: int
) -> None:
    phase = computed(world, monkeypatch, hashed, kept)
    assert Snapshot.objects.get().input_form == kept
    assert compute(world) == results.Computed(1, new=False)
    approve(world)
    assert approved_current(phase)


def test_what_is_computed_now_is_not_held_against_an_older_form(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    computed(world, monkeypatch, 1, INPUT_FORM)
    with pytest.raises(SnapshotOutdated):
        approve(world)
