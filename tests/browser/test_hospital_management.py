"""The management of a hospital reads its month and decides on a rule; the health office and everybody else."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from hospital.past import past
from hospital.world import HERE, OWN, World, hospital
from people.team import account
from pilar.hospital import operations
from pilar.hospital.rules.roles import Role
from pilar.people.rules import OPERATOR, SCHEDULE

MANAGER, HEALTH = "manajemen.uji@contoh.invalid", "dinkes.uji@contoh.invalid"
FIGURES = f"/rumah-sakit/kelola/{HERE}/"


@pytest.fixture(autouse=True)
def demonstrated(chromium: object, committed: Callable[[], AbstractContextManager[None]]) -> None:
    """Eight weeks of a hospital that are over, and its open sessions."""
    now = timezone.now()
    with committed():
        operations.load_hospitals(by=OPERATOR, given=[hospital(HERE)], now=now)
        desk = account("loket.uji@contoh.invalid", Role.DESK, region=OWN, unit=HERE)
        account(MANAGER, Role.MANAGER, region=OWN, unit=HERE)
        account(HEALTH, Role.HEALTH_OFFICE, region=OWN)
        past(World({"desk": desk}, {}), absent=0.15, told=(0.7, 1.3), since=now - timedelta(days=56), until=now)
        operations.measure_forecasts(by=SCHEDULE, now=now)
        operations.open_sessions(by=SCHEDULE, now=now)


@pytest.mark.thorough
def test_figures_lead_to_a_rule_that_is_tried_and_decided(
    signed_in: Callable[..., Page],
    open_page: Callable[..., Page],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
) -> None:
    manager, health, anybody = signed_in(MANAGER), signed_in(HEALTH, width=360), open_page(width=360)
    manager.goto(FIGURES)
    accessible(manager)
    snap(manager, "hospital-figures")
    manager.get_by_role("link", name="Penyakit Dalam").click()
    accessible(manager)
    snap(manager, "hospital-rules")
    manager.get_by_label("Aturan janji temu").select_option("bailey-welch")
    manager.get_by_role("button", name="Coba").click()
    manager.get_by_label("Alasan").fill("Dokter sering menunggu")
    snap(manager, "hospital-rule-tried")
    accessible(manager)
    manager.get_by_role("button", name="Tetapkan").click()
    expect(manager.get_by_text("Aturan sudah ditetapkan")).to_be_visible()

    health.goto(f"/rumah-sakit/wilayah/{OWN}/")
    anybody.goto(f"/rumah-sakit/rs/{HERE}/")
    for page, name in ((health, "hospital-compared-360"), (anybody, "hospital-public-360")):
        fits(page)
        accessible(page)
        snap(page, name)
    month, show = health.locator(".filter select").bounding_box(), health.locator(".filter button").bounding_box()
    assert month
    assert show
    assert month["width"] > 155, "its year is read"
    assert show["y"] < month["y"] + month["height"], "the button stands beside it"
    manager.set_viewport_size({"width": 360, "height": 800})
    for address in (FIGURES, f"{FIGURES}dalam/aturan/"):
        manager.goto(address)
        fits(manager)
    snap(manager, "hospital-rules-360")
