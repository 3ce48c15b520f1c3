"""A server that is killed while answers come in has lost none that it acknowledged, and stored none in part; an act on
surveys that is killed at a statement leaves everything or nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from kit.neighbours import own
from pilar.surveys.models import Response, Trace
from surveys import killed
from surveys.acts import ACTS
from surveys.world import World

TESTS = Path(killed.__file__).parents[1]


@pytest.mark.thorough
def test_no_acknowledged_answer_is_lost(committed_world: World) -> None:
    committed_world.open()
    acknowledged: set[UUID] = set()
    for answers in (1, 3, 8):
        acknowledged |= killed_after(committed_world.token(), answers)
    stored = set(own(Response).values_list("key", flat=True))
    assert len(acknowledged) >= 12
    assert acknowledged <= stored
    # Of each kill at most the one answer that was on its way is there without having been acknowledged.
    assert len(stored - acknowledged) <= 3
    assert own(Trace).count() == len(stored)


def killed_after(token: str, answers: int) -> set[UUID]:
    """The keys that a process has acknowledged until it was killed, some moment after so many."""
    environment = os.environ | {
        "PYTHONPATH": f"{TESTS.parent / 'src'}:{TESTS}",
        "DJANGO_SETTINGS_MODULE": "pilar.config.settings.test",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "surveys.killed", connection.settings_dict["NAME"], token],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert process.stdout is not None
    first = [process.stdout.readline() for _answer in range(answers)]
    process.send_signal(signal.SIGKILL)
    with process:  # not ``communicate``: with a time limit it leaves out what came in with the first line
        lines = [*first, *process.stdout]
    return {UUID(line.strip()) for line in lines if line.endswith("\n")}


@pytest.mark.parametrize("name", ACTS.killed("close_survey"))
def test_everything_or_nothing(committed_world: World, name: str) -> None:
    ACTS.survive(name, committed_world)
