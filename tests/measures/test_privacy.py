"""What a person reported is in the copy of their data."""

from __future__ import annotations

from measures.world import NOW, World
from pilar.people.queries import personal_data


def test_values_that_a_person_corrected_are_in_their_copy(world: World) -> None:
    world.report(("izin-terbit", "2026-03-01", "5"))
    world.report(("izin-terbit", "2026-03-01", "6", {"reason": "salah hitung"}), by="contributor")
    by = world.who("contributor")
    assert by.account is not None
    rows = personal_data(by.account, scope=by, now=NOW)["records"]["measures_value"]
    assert [int(row["value"]) for row in rows] == [6]
    assert "pk" not in rows[0]
