"""The pages of the loop in a real browser, in both languages: they fit a phone and are accessible."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from evaluation.cycle import plan
from evaluation.cycle.test_answers_operations import save
from evaluation.cycle.test_chains import AFTER
from evaluation.cycle.test_lifting import planned, revised
from evaluation.cycle.test_planning_browser import opened
from evaluation.cycle.world import LEAVES, OWN, World
from masterplan.reporting import bound, clock
from pilar.evaluation.rules.answers import Given

pytestmark = pytest.mark.browser


@pytest.fixture
def browser(chromium: Browser, committed_world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """Chromium, over a plan whose measured target lifts an indicator, and a version that takes proposals."""
    plan.ask_for_figures(monkeypatch)
    clock(monkeypatch, AFTER)
    planned(committed_world, bound())
    for node in LEAVES:
        realised = Given(realised=Decimal(0), planned=Decimal(2)) if node == "programmes" else None
        save(committed_world, node, given=realised)
    revised(committed_world)
    yield chromium
    for context in chromium.contexts:
        context.close()


@pytest.mark.thorough
def test_the_pages_of_the_loop_fit_and_are_accessible(
    browser: Browser,
    committed_world: World,
    live_server: LiveServer,
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
) -> None:
    key = committed_world.assessment().pk
    steps = f"/kerja/penilaian/{key}/langkah/ukuran/"
    for address in (
        steps,
        f"{steps}P001/1/usulan/",
        f"/kerja/penilaian/{key}/indikator/programmes/asal/",
        f"/kerja/tindak-lanjut/wilayah/{OWN}/",
    ):
        for language in ("", "/en"):
            page = opened(
                browser, committed_world, live_server, who="coordinator", address=f"{language}{address}", width=360
            )
            fits(page)
            accessible(page)
            page.context.close()
