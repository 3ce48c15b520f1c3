"""Who acts, as the books name them."""

from __future__ import annotations

from datetime import date, timedelta

from pilar.areas.reference import midnight_in
from pilar.people.queries import current
from pilar.people.rules import Standing
from pilar.platform.names import Signature
from pilar.villagefinance.rules.roles import Role


def signed(by: Standing) -> str:
    """Who acts, as the books name them: a person who acts by a token is still that person."""
    return reference_of(by.actor.name) if by.account is None else f"user:{by.account}"


def reference_of(name: str) -> str:
    """What stands for a name where it is stored."""
    return name.reference if isinstance(name, Signature) else name


def officials(village: str, day: date) -> dict[Role, str]:
    """The names of who held each role of a village at the end of a day, of several the last to begin. One query."""
    night = midnight_in(village[:5], day + timedelta(days=1)) - timedelta(seconds=1)
    rows = current(night).filter(unit=village).order_by("since")
    return {Role(role): name for role, name in rows.values_list("role", "user__name") if role in {*Role}}
