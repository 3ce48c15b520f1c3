"""Officials of a village at a time."""

from __future__ import annotations

from datetime import date, timedelta

from pilar.areas.reference import midnight_in
from pilar.people.queries import current
from pilar.villagefinance.rules.roles import Role


def officials(village: str, day: date) -> dict[Role, str]:
    """Read the name of the holder of each role of a village at the end of a day; of several, the last to begin. One
    query."""
    night = midnight_in(village[:5], day + timedelta(days=1)) - timedelta(seconds=1)
    rows = current(night).filter(unit=village).order_by("since")
    return {Role(role): name for role, name in rows.values_list("role", "user__name") if role in {*Role}}
