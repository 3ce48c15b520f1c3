"""A server that is killed while it publishes leaves everything or nothing, and an audit log that agrees."""

from __future__ import annotations

from evaluation.cycle.agreed import LATER, LETTER, LETTER_DATE, agree, approve, compute, recommend
from evaluation.cycle.world import CODE, World
from kit.killed import killed_at_every_statement
from pilar.evaluation import operations
from pilar.evaluation.models import FollowUp, Phase, PhaseMove, Publication
from pilar.evaluation.rules.stages import PhaseState
from pilar.people.models import Notice
from pilar.platform.models import AuditEvent


def stored() -> dict[str, object]:
    """Everything that a publication changes."""
    return {
        "state": Phase.objects.get(number=1).state,
        "publications": Publication.objects.count(),
        "moves": PhaseMove.objects.count(),
        "follow-ups": FollowUp.objects.count(),
        "notices": Notice.objects.filter(kind="evaluation.results-published").count(),
        "audit": sorted(AuditEvent.objects.filter(action__in=["publish", "move"]).values_list("action", flat=True)),
    }


NOTHING = {"state": "final", "publications": 0, "moves": 0, "follow-ups": 0, "notices": 0, "audit": []}
WHOLE = {
    "state": "published", "publications": 1, "moves": 1, "follow-ups": 1, "notices": 3, "audit": ["move", "publish"],
}  # fmt: skip


def test_a_publication_killed_at_any_statement_is_whole_or_never_was(committed_world: World) -> None:
    recommend(committed_world)
    agree(committed_world)
    compute(committed_world)
    approve(committed_world)
    committed_world.set_phase(PhaseState.FINAL)
    by = committed_world.who("secretariat")

    def publish() -> None:
        operations.publish_results(
            by=by, campaign=CODE, phase=1, version=1, letter_number=LETTER, letter_date=LETTER_DATE, now=LATER
        )

    assert killed_at_every_statement(publish, stored=stored, nothing=NOTHING) > 10
    assert stored() == WHOLE
    publish()
    assert stored() == WHOLE, "a second click after the restart"
