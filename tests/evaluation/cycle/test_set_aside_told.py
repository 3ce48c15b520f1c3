"""A region that was set aside has no final for that reason, which its result says."""

from __future__ import annotations

from django.utils import translation

from evaluation.cycle.panel import hand_in, mark_all
from evaluation.cycle.world import FAR, NOW, OWN, World
from pilar.evaluation import operations
from pilar.evaluation.models import Phase
from pilar.evaluation.queries.computing import inputs
from pilar.evaluation.rules.computing import NO_FINAL, compute
from pilar.platform.language import translate


def test_a_region_that_was_set_aside_is_not_told_as_blank(world: World) -> None:
    hand_in(world)
    mark_all(world, hand_in(world, FAR))
    phase = Phase.objects.select_related("campaign__instrument").get(pk=world.phases[1].pk)
    before = inputs(phase)
    by, key = world.who("secretariat"), world.assessment().pk
    operations.set_aside(by=by, assessment=key, reason="Tidak menjawab", now=NOW)
    after = inputs(phase)
    assert before.sha256 != after.sha256, "results of before are no longer current"
    assert {entry.region for entry in after.entries if entry.set_aside} == {OWN}
    reasons = {row.region: row.no_score for row in compute(after.instrument, after.entries).rows}
    assert (reasons[OWN], reasons[FAR]) == ("set_aside", "")
    with translation.override("id"):
        assert "dikesampingkan" in translate(NO_FINAL["set_aside"])
