"""The page of all result sheets in a real browser: progress without a reload, and without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from evaluation.cycle.agreed import published
from evaluation.cycle.world import CODE, World
from kit.chromium import PATIENCE
from pilar.evaluation.models import SheetBatch
from pilar.evidence.rules.batches import BatchState

pytestmark = pytest.mark.browser
PAGE = f"/en/kerja/periode/{CODE}/hasil/1/versi/1/lembar/"


@pytest.fixture
def browser(chromium: Browser, committed_world: World) -> Iterator[Browser]:
    """Chromium, with no page of another test in it."""
    published(committed_world)
    yield chromium
    for context in chromium.contexts:
        context.close()


def opened(browser: Browser, world: World, live_server: LiveServer, *, scripts: bool) -> Page:
    client = Client()
    client.force_login(world.user("secretariat"))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=scripts)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(live_server.url + PAGE)
    return page


def test_progress_is_shown_as_it_goes(
    browser: Browser, committed_world: World, live_server: LiveServer, accessible: Callable[[Page], None]
) -> None:
    wrong: list[str] = []
    page = opened(browser, committed_world, live_server, scripts=True)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.get_by_role("button", name="Make the sheets").click()
    expect(page.locator("#batches")).to_contain_text("0 / 3")
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= 360"), "nothing is cut off on a phone"
    page.evaluate("window.marked = true")
    SheetBatch.objects.update(state=BatchState.RUNNING, done=2)
    expect(page.locator("#batches")).to_contain_text("2 / 3")
    SheetBatch.objects.update(state=BatchState.DONE, done=3, size=5, sha256="0" * 64, storage_key="sheets/x.zip")
    expect(page.get_by_role("link", name="3 files")).to_be_visible(timeout=PATIENCE)
    assert page.evaluate("window.marked"), "the page was not loaded anew"
    assert wrong == []


def test_it_works_without_scripts(browser: Browser, committed_world: World, live_server: LiveServer) -> None:
    page = opened(browser, committed_world, live_server, scripts=False)
    page.get_by_label("Language").select_option("en")
    page.get_by_role("button", name="Make the sheets").click()
    expect(page.locator("#batches")).to_contain_text("0 / 3")
    assert SheetBatch.objects.get().language == "en"
    SheetBatch.objects.update(state=BatchState.RUNNING, done=2)
    page.get_by_role("link", name="See how far they are now").click()
    expect(page.locator("#batches")).to_contain_text("2 / 3")
