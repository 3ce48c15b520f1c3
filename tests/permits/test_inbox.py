"""The stages of a desk wait for whoever may do them, and for nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from permits.world import NOW, World
from pilar.people.queries.inbox import inbox
from pilar.permits.queries import cases

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=2)


def test_a_stage_waits_for_the_office_that_does_it(world: World) -> None:
    world.submit()
    world.accept(NOW)
    (row,) = cases.desk("36.03", scope=world.who("technical"), now=LATER)
    (line,) = inbox(scope=world.who("technical"), now=LATER)
    assert (line.text, line.due) == (f"{row.stage_name}: permohonan {row.number}", row.desk_due)
    assert line.address == f"/perizinan/kerja/permohonan/{row.key}/"
    assert row.number not in str([one.text for one in inbox(scope=world.who("back"), now=LATER)])
