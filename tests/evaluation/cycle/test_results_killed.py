"""A server that is killed while it publishes leaves everything or nothing, and an audit log that agrees."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from evaluation.cycle import killed
from evaluation.cycle.agreed import agree, approve, compute, recommend
from evaluation.cycle.world import World
from pilar.evaluation.models import FollowUp, Phase, PhaseMove, Publication
from pilar.evaluation.rules.stages import PhaseState
from pilar.people.models import Notice
from pilar.platform.models import AuditEvent

TESTS = Path(killed.__file__).parents[2]
MOST = 200


@pytest.fixture
def publisher(committed_world: World) -> Iterator[subprocess.Popen[str]]:
    recommend(committed_world)
    agree(committed_world)
    compute(committed_world)
    approve(committed_world)
    committed_world.set_phase(PhaseState.FINAL)
    environment = os.environ | {
        "PYTHONPATH": f"{TESTS.parent / 'src'}:{TESTS}",
        "DJANGO_SETTINGS_MODULE": "pilar.config.settings.test",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "evaluation.cycle.killed", connection.settings_dict["NAME"]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    yield process
    process.communicate(timeout=30)


def ask(publisher: subprocess.Popen[str], statement: int) -> str:
    assert publisher.stdin is not None
    assert publisher.stdout is not None
    publisher.stdin.write(f"{statement}\n")
    publisher.stdin.flush()
    return publisher.stdout.readline().strip()


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


def test_a_publication_killed_at_any_statement_is_whole_or_never_was(publisher: subprocess.Popen[str]) -> None:
    for statement in range(1, MOST):
        answer = ask(publisher, statement)
        if answer == "done":
            break
        assert answer == "killed"
        assert stored() == NOTHING, f"killed before statement {statement}"
    assert 10 < statement < MOST, "the kill hit the middle of the publication"
    assert stored() == WHOLE
    assert ask(publisher, 0) == "done", "a second click after the restart"
    assert stored() == WHOLE
