"""Proxies between the people of the demonstration."""

from __future__ import annotations

from collections.abc import Mapping

from pilar.areas.queries import OfficeRow
from pilar.people.rules import HeldRole, Role, Standing


def in_the_place_of_all(*, by: Standing, region: str, offices: Mapping[str, OfficeRow]) -> Standing:
    """One account as the contributor of every office: there is not an example account for each."""
    return Standing(by.actor, tuple(HeldRole(Role.CONTRIBUTOR, region, office.key) for office in offices.values()))
