"""Pages of change, peers, next steps and scenarios in a real browser: they fit, they are accessible, they answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from evaluation.cycle.next_year import NEXT, publish_next_year
from evaluation.cycle.world import OWN, World
from kit.chromium import PATIENCE
from pilar.evaluation.models import Assessment, Instrument

pytestmark = pytest.mark.browser
CHANGE = f"/en/hasil/pilar/{NEXT}/1/{OWN}/"
PEERS = f"{CHANGE}sebanding/"
SCENARIO = f"/en/kerja/periode/{NEXT}/hasil/1/versi/1/skenario/"


@pytest.fixture
def browser(chromium: Browser, committed_world: World) -> Iterator[Browser]:
    """Chromium, with no page of another test in it."""
    publish_next_year(committed_world)
    yield chromium
    for context in chromium.contexts:
        context.close()


def opened(
    browser: Browser,
    world: World,
    server: LiveServer,
    who: str,
    address: str,
    *,
    width: int = 1280,
    scripts: bool = True,
) -> Page:
    client = Client()
    client.force_login(world.user(who))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=scripts)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": server.url}])
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    answer = page.goto(server.url + address)
    assert answer is not None
    assert answer.status in {200, 422}
    return page


def steps_of() -> str:
    key = Assessment.objects.get(participation__campaign__code=NEXT, participation__region=OWN).pk
    return f"/en/kerja/penilaian/{key}/langkah/"


@pytest.mark.thorough
def test_every_page_fits_and_is_accessible(
    browser: Browser, committed_world: World, live_server: LiveServer, accessible: Callable[[Page], None]
) -> None:
    pages = {
        CHANGE: "coordinator",
        PEERS: "coordinator",
        steps_of(): "coordinator",
        f"{steps_of()}?goal=points&points=0.2": "verifier",
        f"{steps_of()}?goal=points&points=3": "contributor",
        f"{steps_of()}?goal=points&points=x": "secretariat",
        SCENARIO: "secretariat",
        f"{SCENARIO}?w.output=90&w.outcome=10&below=outcome": "secretariat",
        f"{SCENARIO}?w.output=90": "secretariat",
    }
    for address, who in pages.items():
        for width in (360, 1280):
            page = opened(browser, committed_world, live_server, who=who, address=address, width=width)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{address} is {wide} px wide in a window of {width} px"
            accessible(page)
            page.context.close()


@pytest.mark.parametrize("scripts", [True, pytest.param(False, marks=pytest.mark.thorough)])
def test_a_region_asks_for_its_next_steps(
    browser: Browser, committed_world: World, live_server: LiveServer, scripts: bool
) -> None:
    page = opened(browser, committed_world, live_server, who="coordinator", address=steps_of(), scripts=scripts)
    page.get_by_label("Points more").fill("0.1")
    page.get_by_role("button", name="Find the cheapest steps").first.click()
    expect(page.locator("#steps + *")).to_be_visible()
    # 3.6 now; poverty is the one indicator below its highest mark, and its next mark gives 0.4.
    expect(page.get_by_role("main")).to_contain_text("Final after these steps")
    assert "points=0.1" in page.url
    page.get_by_label("Cannot be raised: Poverty").check()
    page.get_by_role("button", name="Find the cheapest steps").last.click()
    expect(page.get_by_role("main")).to_contain_text("the highest is 3.60")
    assert "fixed=poverty" in page.url


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.thorough
def test_the_secretariat_tries_weights_and_keeps_them(
    browser: Browser, committed_world: World, live_server: LiveServer, scripts: bool
) -> None:
    page = opened(browser, committed_world, live_server, who="secretariat", address=SCENARIO, scripts=scripts)
    page.get_by_label("Weight in per cent: Output").fill("70")
    page.get_by_role("button", name="See who moves").click()
    expect(page.get_by_role("alert")).to_contain_text("they must sum to 100")
    page.get_by_role("link", name="Let the others keep their proportions").click()
    expect(page.get_by_role("heading", name="Who moves")).to_be_visible()
    expect(page.get_by_label("Weight in per cent: Outcome")).to_have_value("30.00")
    page.get_by_role("button", name="Save as a draft instrument").click()
    expect(page.get_by_role("main")).to_contain_text("draft of")
    assert Instrument.objects.filter(code="cycle-test-draft").count() == 1
