"""Links for hospital staff, on the list of hospitals and on their start page."""

from __future__ import annotations

from django.urls import reverse

from pilar.areas import queries as areas
from pilar.hospital.queries.schedule import worked_at, works_in_hospitals
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.people.rules import Standing
from pilar.platform.language import N_, translate

WAYS = (
    (Action.READ, N_("Sessions of today"), "day"),
    (Action.BOOK, N_("Registration desk"), "desk"),
    (Action.KEEP_SCHEDULE, N_("Schedules"), "schedules"),
    (Action.MANAGE, N_("Figures"), "figures"),
    (Action.PROTECT, N_("Data protection"), "protection"),
)


def ways(by: Standing) -> list[tuple[str, str, str]]:
    """The name, the hospital or region and the address of each; empty for users who work in no hospital."""
    if not works_in_hospitals(by):
        return []
    compared = translate(N_("Hospitals of the region"))
    return [
        (translate(name), place.name, reverse(f"hospital:{to}", args=[place.code]))
        for action, name, to in WAYS
        for place in worked_at(by, action)
    ] + [
        (compared, areas.region(region).name, reverse("hospital:compared", args=[region]))
        for region in sorted(AUTHORITY.extent(by, Action.COMPARE).touched)
    ]
