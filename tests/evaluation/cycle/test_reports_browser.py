"""The page of all result sheets in a real browser: progress without a reload, and without scripts."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from browser.conftest import ARGUMENTS, chromium_path
from evaluation.cycle.agreed import published
from evaluation.cycle.world import CODE, World
from pilar.evaluation.models import SheetBatch
from pilar.evidence.rules.batches import BatchState

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

pytestmark = pytest.mark.browser
PATIENCE = 8_000
PAGE = f"/en/kerja/periode/{CODE}/hasil/1/versi/1/lembar/"


@pytest.fixture
def browser(committed_world: World) -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        if os.environ.get("PILAR_REQUIRE_BROWSER") == "1":
            pytest.fail("no Chromium found")
        pytest.skip("no Chromium found (PATH, PILAR_CHROMIUM)")
    published(committed_world)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield launched
        launched.close()
        # While Playwright's loop runs, Django keeps other connections than before: nobody else would close them.
        connections.close_all()


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


def test_progress_is_shown_as_it_goes(browser: Browser, committed_world: World, live_server: LiveServer) -> None:
    wrong: list[str] = []
    page = opened(browser, committed_world, live_server, scripts=True)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.get_by_role("button", name="Make the sheets").click()
    expect(page.locator("#batches")).to_contain_text("0 / 3")
    assert Axe().run(page).violations_count == 0
    assert page.evaluate("document.documentElement.scrollWidth <= 360"), "nothing is cut off on a phone"
    page.evaluate("window.marked = true")
    SheetBatch.objects.update(state=BatchState.RUNNING, done=2)
    expect(page.locator("#batches")).to_contain_text("2 / 3", timeout=PATIENCE)
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
