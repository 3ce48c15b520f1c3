"""Values that people report wait for those who may report them, once they are late."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from measures.world import NOW, World
from pilar.measures.queries.inbox import waiting
from pilar.people.rules import PUBLIC

pytestmark = pytest.mark.django_db
LATE = datetime(2026, 3, 20, tzinfo=UTC)


def test_late_values_wait_for_the_office_that_reports_them(world: World) -> None:
    said = [one.text for one in waiting(world.who("contributor"), LATE)]
    assert said == ["Laporkan “Desa daring” untuk Januari 2026"], "the other one is reported by a source system"
    (line,) = waiting(world.who("contributor"), LATE)
    assert line.address == "/ukuran/36.03/nilai/desa-daring/"
    assert line.due is not None
    assert line.due <= LATE
    for who in ("coordinator", "verifier"):
        assert [*waiting(world.who(who), LATE)] == []
    assert [*waiting(PUBLIC, LATE)] == []
    world.report(("desa-daring", "2026-01", "40"), by="contributor", now=NOW)
    assert "Januari" not in str([*waiting(world.who("contributor"), LATE)])
