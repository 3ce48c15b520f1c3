"""A real Chromium for the tests of this folder, and what every page has to keep there.

One Chromium serves a worker of the suite; every test has contexts of its own in it, with a session where somebody is
signed in. Each opened page is watched: a request that leaves the server, a script error or a breach of the content
security policy fails the test, whatever the test itself looks at.

The site is loaded once for the whole run with what a newcomer gets: areas, instruments, published results, example
accounts. What a test changes there stays, so these tests run after all others; pytest-django's ``live_server`` would
empty the tables after each test and is not used.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from browser.tablet import Asked, make_survey
from kit import databases
from kit.chromium import PATIENCE
from kit.worlds import forget
from pilar.people.models import User

PHONE, SMALLEST, WIDE = 360, 320, 1280

HERE = f"{Path(__file__).parent}{os.sep}"

PASSWORD = "kata-sandi-contoh-2023"

SESSION = "sessionid"

OpenPage = Callable[..., Page]
Committed = Callable[[], AbstractContextManager[None]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _is_here(item):
            if {"live_server", "transactional_db"} & set(item.fixturenames):  # type: ignore[attr-defined]
                raise pytest.UsageError(f"{item.nodeid} would empty the tables of the site; use open_page alone")
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db)


def _is_here(item: pytest.Item) -> bool:
    return str(item.path).startswith(HERE)


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any) -> Iterator[LiveServer]:
    """A running server with everything loaded, for the tests of one file: what another file has published is not on its
    pages. The example accounts all have ``PASSWORD``."""
    with django_db_blocker.unblock():
        connections.close_all()
        databases.clone_filled(connection.settings_dict["NAME"], "site", _fill)
        forget()  # a service of the site before may have had the same key
        server = LiveServer("localhost")
        yield server
        server.stop()
        # While Playwright's loop runs, Django keeps other connections than before: nobody else would close them.
        connections.close_all()


def _fill() -> None:
    from pilar.config import setup

    setup.load_reference_data(say=lambda _sentence: None)
    setup.load_demo_accounts(password_of=lambda _email: PASSWORD)


@pytest.fixture
def committed(site: LiveServer) -> Committed:
    """``with committed():`` writes as the server sees it; the test's own connection rolls everything back."""

    @contextmanager
    def writing() -> Iterator[None]:
        other = connections.create_connection("default")
        kept, connections["default"] = connections["default"], other
        try:
            yield
        finally:
            connections["default"] = kept
            other.close()

    return writing


@pytest.fixture
def open_page(chromium: Browser, site: LiveServer) -> Iterator[OpenPage]:
    """``open_page(width=360, dark=False, javascript=True)`` gives a watched page whose addresses are relative."""
    faults: list[str] = []
    contexts = []

    def opened(*, width: int = WIDE, dark: bool = False, javascript: bool = True, **more: Any) -> Page:
        context = chromium.new_context(
            base_url=site.url,
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            reduced_motion="reduce",
            has_touch=width < 600,
            **more,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: _inside(request.url, site.url, faults))
        page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
        page.on("console", lambda message: _quiet(message, faults))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not faults, "\n".join(faults)


def _inside(address: str, server: str, faults: list[str]) -> None:
    if not address.startswith((server, "data:", "blob:", "about:")):
        faults.append(f"left the server: {address}")


def _quiet(message: Any, faults: list[str]) -> None:
    # Chromium reports every 4xx answer as a console error; the tests that ask for an error page expect it.
    if message.type == "error" and "Failed to load resource" not in message.text:
        faults.append(f"console: {message.text}")


@pytest.fixture
def signed_in(open_page: OpenPage, site: LiveServer, committed: Committed) -> Callable[..., Page]:
    """``signed_in("koordinator@contoh.invalid", width=360)``: a page of somebody who has signed in.

    With a session that stands already, unless ``by_form``.
    """

    def entered(email: str, *, by_form: bool = False, **look: Any) -> Page:
        page = open_page(**look)
        if by_form:
            page.goto("/akun/login/")
            page.get_by_label("Email").fill(email)
            page.locator("input[type=password]").fill(PASSWORD)
            page.locator("main form:has(input[type=password]) button[type=submit]").first.click()
            page.wait_for_url("**/beranda/")
        else:
            with committed():
                page.context.add_cookies([{"name": SESSION, "value": _session(email), "url": site.url}])
            page.goto("/beranda/")
        return page

    return entered


def _session(email: str) -> str:
    """The key of a session in which the person has just given the password."""
    client = Client()
    client.force_login(User.objects.get(email=email), backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "email": email}]
    session.save()
    return str(session.session_key)


@pytest.fixture(scope="session")
def snap() -> Callable[[Page, str], None]:
    """Keeps a picture of the whole page in the folder ``PILAR_SHOTS``; takes none if that is not set."""
    kept = os.environ.get("PILAR_SHOTS")
    folder = Path(kept) if kept else None
    if folder:
        folder.mkdir(parents=True, exist_ok=True)

    def taken(page: Page, name: str) -> None:
        if folder:
            page.screenshot(path=folder / f"{name}.png", full_page=True)

    return taken


@pytest.fixture
def asked(
    chromium: Browser,
    committed: Committed,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> Asked:
    """An open survey of this test alone; the tablet's page tries nothing again by the clock, nor gives up by it."""
    from pilar.design import outbox

    monkeypatch.setattr(outbox, "RETRY", 3_600_000)
    monkeypatch.setattr(outbox, "PATIENCE", 3_600_000)
    with committed():
        return make_survey(request.node.name)
