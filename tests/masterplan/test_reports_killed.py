"""A server that is killed while it takes a report leaves none or a whole one, and an audit log that agrees."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from kit.neighbours import own
from masterplan import killed
from masterplan.world import World
from pilar.masterplan.models import Report, ReportEvidence
from pilar.platform.models import AuditEvent

TESTS = Path(killed.__file__).parents[1]
MOST = 60


def stored() -> tuple[int, int, int]:
    """Reports, their evidence, and what the audit log says of them."""
    logged = AuditEvent.objects.filter(action="report", target="masterplan.report").count()
    return own(Report).count(), own(ReportEvidence).count(), logged


@pytest.mark.django_db(transaction=True)
def test_a_kill_before_any_statement_leaves_nothing(committed_world: World) -> None:
    line = committed_world.in_force()
    piece = committed_world.cast.add(link="https://contoh.invalid/laporan")
    environment = os.environ | {
        "PYTHONPATH": f"{TESTS.parent / 'src'}:{TESTS}",
        "DJANGO_SETTINGS_MODULE": "pilar.config.settings.test",
    }
    name = str(connection.settings_dict["NAME"])
    process = subprocess.Popen(
        [sys.executable, "-m", "masterplan.killed", name, str(line), str(piece)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    kills = 0
    for statement in range(1, MOST):
        process.stdin.write(f"{statement}\n")
        process.stdin.flush()
        answer = process.stdout.readline().strip()
        if answer == "done":
            break
        assert answer == "killed", statement
        assert stored() == (0, 0, 0), statement
        kills += 1
    assert kills > 8
    assert stored() == (1, 1, 1)
    process.communicate(timeout=30)
