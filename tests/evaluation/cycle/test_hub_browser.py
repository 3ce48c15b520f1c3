"""The page of a region in a real browser: its story within one screen, on a phone, in large letters, in a frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from evaluation.cycle import plan
from evaluation.cycle.agreed import published
from evaluation.cycle.world import OWN, World
from kit.chromium import PATIENCE
from masterplan import reporting
from masterplan import world as plans
from pilar.evaluation.models import Campaign

pytestmark = pytest.mark.browser
WIDE, HIGH, PHONE = 1280, 800, 360
WINS = ("SIKD: keuangan desa daring", "SIPINTER: perizinan", "SIJEMPOL: rumah sakit")


@pytest.fixture
def browser(chromium: Browser, committed_world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """Chromium; the region has a published result and a plan with three measured quick wins and two others."""
    published(committed_world)
    Campaign.objects.update(synthetic=False)
    made = plan.start(committed_world)
    made.call()
    wins = []
    for number, title in enumerate(WINS):
        reporting.add_measure(made, code=f"angka-{number}")
        wins.append(made.submitted(title, quick_win=True, targets=(reporting.bound(f"angka-{number}"),)))
    wins += [made.submitted(title, quick_win=True) for title in ("Sekolah digital", "Bank sampah digital")]
    made.decreed(*wins)
    plans.operations.bring_into_force(
        by=made.who("coordinator"), version=made.version, since=plans.DECREED, now=plans.LATER
    )
    for number in range(len(WINS)):
        reporting.tell(made, ("2026-04", f"{1250 + number}"), code=f"angka-{number}")
    reporting.clock(monkeypatch, reporting.IN_TIME)
    yield chromium
    for context in chromium.contexts:
        context.close()


def opened(browser: Browser, address: str, width: int = WIDE) -> Page:
    page = browser.new_context(viewport={"width": width, "height": HIGH}).new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    return page


def bottom(page: Page, selector: str) -> float:
    return max(
        box["y"] + box["height"] for one in page.locator(selector).all() if (box := one.bounding_box()) is not None
    )


def test_the_story_stands_within_one_screen_and_in_large_letters(
    browser: Browser,
    live_server: LiveServer,
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    settings: Settings,
) -> None:
    page = opened(browser, f"{live_server.url}/wilayah/{OWN}/")
    expect(page.locator("#newest")).to_contain_text("Hasil 2026")
    assert page.locator(".wins li").count() == len(WINS)
    assert page.evaluate("scrollY") == 0
    assert bottom(page, ".story .stats, .story .ranking, .wins li") <= HIGH
    for address in (f"/wilayah/{OWN}/", f"/en/wilayah/{OWN}/"):
        page.goto(live_server.url + address)
        accessible(page)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    fits(page)
    page.set_viewport_size({"width": PHONE, "height": HIGH})
    page.evaluate("document.documentElement.style.fontSize = ''")
    fits(page)
    assert bottom(page, ".story .stats") <= HIGH, "the matter stands on the first screen of a phone"
    settings.PILAR_EMBED_SITES = (live_server.url,)
    page.goto(f"{live_server.url}/en/wilayah/{OWN}/bagian/")
    expect(page.locator(".wins li")).to_have_count(len(WINS))
    fits(page)
    accessible(page)
