"""Chromium for the tests: one for a worker of the suite, and what every page has to keep in it."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve

from kit import selection
from pilar.config.suite import BROWSERS

if TYPE_CHECKING:  # they take their time to load, and only tests with a browser should wait for them
    from playwright.sync_api import Browser, Page

ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

PATIENCE = 60_000
"""Milliseconds that a page may take under whatever load: a condition that holds sooner is seen sooner."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A Chromium that runs, and the site shown in it, stay until the worker ends: no other test may come across them.

    Of these files the longest come first, so that no worker begins one when the others have nothing left to do.
    """
    shuffled = os.environ.get("PILAR_TEST_ORDER")
    sizes = {path: 0 if shuffled else path.stat().st_size for path in {item.path for item in items}}

    def place(item: pytest.Item) -> tuple[int, int, str]:
        late = 2 if "browser" in item.path.parts else int(item.path.stem.endswith("_browser"))
        return (late, -sizes[item.path], "" if shuffled else str(item.path)) if late else (0, 0, "")

    items.sort(key=place)


BEYOND = """(all, width) => all.filter(one => one.getBoundingClientRect().right > width)
    .map(one => one.outerHTML.slice(0, 200)).slice(-5)"""
"""What of a page lies beyond its edge, the innermost last."""


SHOWN = """all => all.filter(element => element.getClientRects().length)
    .map(element => element.outerHTML.slice(0, 200))"""


def chromium_path() -> str | None:
    """``PILAR_CHROMIUM`` if set, otherwise the first Chromium of the machine.

    The quick selection takes the one without windows if it is there: the same engine at a quarter of the work.
    """
    named = os.environ.get("PILAR_CHROMIUM")
    names = sorted(BROWSERS, key=lambda name: ("headless" in name) != selection.QUICK)
    return named or next((path for path in map(shutil.which, names) if path), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        said = "no Chromium found (PATH, PILAR_CHROMIUM): the browser tests were LEFT OUT"
        if os.environ.get("PILAR_REQUIRE_BROWSER") == "1":
            pytest.fail(said)
        pytest.skip(said)
    from playwright.sync_api import expect, sync_playwright

    # Playwright's own event loop runs in the test's thread; Django would refuse the database there.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def accessible(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Callable[[Page], None]:
    """Asserts that axe finds no violation on the page as it stands; asks once a pattern of addresses if QUICK, in the
    worker that comes to it first."""
    from axe_playwright_python.sync_playwright import Axe

    axe = Axe()
    base = tmp_path_factory.getbasetemp()
    asked = (base.parent if hasattr(request.config, "workerinput") else base) / "asked-of-axe"
    asked.mkdir(exist_ok=True)

    def check(page: Page) -> None:
        if selection.QUICK:
            try:
                (asked / hashlib.sha256(_pattern(page.url).encode()).hexdigest()).touch(exist_ok=False)
            except FileExistsError:
                return
        # Of what is in order it would gather the places too, which takes longer than looking.
        rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        found = axe.run(page, options={"runOnly": rules, "resultTypes": ["violations"]})
        said = [
            f"{one['id']}: {one['help']}\n   " + "\n   ".join(node["html"][:200] for node in one["nodes"][:5])
            for one in found.response["violations"]
        ]
        assert not said, f"{page.url}\n" + "\n".join(said)

    return check


def _pattern(address: str) -> str:
    """``/wilayah/36.03/2023/`` is the same page as ``/wilayah/32.73/2024/``, in every language."""
    path = urlsplit(address).path.removeprefix("/en")
    try:
        return resolve(path).route
    except Resolver404:
        return "not found"


@pytest.fixture(scope="session")
def fits() -> Callable[[Page], None]:
    """Asserts that the page itself never scrolls sideways, and that what is marked ``hidden`` is not shown."""

    def check(page: Page) -> None:
        page.wait_for_load_state()  # after a press the page may be between two documents
        shown = page.locator("[hidden]").evaluate_all(SHOWN)
        assert not shown, "\n".join([f"{page.url} shows what is hidden:", *shown])
        wide = page.locator("html").evaluate("page => [page.scrollWidth, page.clientWidth]")
        if wide[0] > wide[1]:
            found = page.locator("main *").evaluate_all(BEYOND, wide[1])
            said = f"{page.url} is {wide[0]} px wide in a window of {wide[1]} px"
            raise AssertionError("\n".join([said, *found]))

    return check
