"""The progress of an import changes on the page without a reload: told by the server, or asked by the clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from browser.tablet import REGION
from pilar.design import live as stream
from pilar.platform import live

Committed = Callable[[], AbstractContextManager[None]]
SignedIn = Callable[..., Page]

CONTRIBUTOR = "kontributor@contoh.invalid"


@pytest.fixture
def places(settings: Any, monkeypatch: pytest.MonkeyPatch, chromium: object) -> Iterator[None]:
    """Two listeners; when the test ends nobody listens any more."""
    settings.PILAR_LIVE_READERS = 2
    monkeypatch.setattr(stream, "PULSE", 0.2)
    monkeypatch.setattr(live, "STEP", 0.1)
    monkeypatch.setattr(live, "LINGER", 0.0)
    yield
    settings.PILAR_LIVE_READERS = 0
    for one in tuple(live.LISTENING._readers):
        live.LISTENING.leave(one)
    while live.LISTENING._thread is not None:
        time.sleep(0.05)


class Running:
    """An import that a worker is at, as its worker writes it down."""

    def __init__(self, committed: Committed) -> None:
        from pilar.people.models import User
        from pilar.platform.models import Import

        self.committed = committed
        with committed():
            owner = User.objects.get(email=CONTRIBUTOR)
            now = timezone.now()
            self.key = Import.objects.create(
                kind="measures.values", subject=REGION, owner=owner.pk, owner_name=str(owner), name="besar.csv",
                sha256="0" * 64, state="checking", attempt=1, total=5000, kept_at=now, progressed_at=now,
            ).pk  # fmt: skip
        self.address = f"/ukuran/{REGION}/impor/?import={self.key}"

    def reach(self, done: int, state: str = "checking") -> None:
        from pilar.platform.imports.kept import topic
        from pilar.platform.models import Import

        with self.committed():
            Import.objects.filter(pk=self.key).update(done=done, state=state)
            live.tell(topic(self.key))


def shows(page: Page, done: int) -> None:
    expect(page.locator("#import progress")).to_have_attribute("value", str(done))


def streams(page: Page) -> list[int]:
    """The answers of the stream, as they come."""
    found: list[int] = []
    page.on("response", lambda answer: "/langsung/" in answer.url and found.append(answer.status))
    return found


@pytest.mark.usefixtures("places")
def test_a_progress_that_is_told_is_shown_and_the_end_ends_the_line(signed_in: SignedIn, committed: Committed) -> None:
    running, page = Running(committed), signed_in(CONTRIBUTOR)
    answers = streams(page)
    page.goto(running.address)
    page.evaluate("window.same = true")
    shows(page, 0)
    for done in (1250, 2500):
        running.reach(done)
        shows(page, done)
    running.reach(5000, "failed")
    expect(page.get_by_text("Impor terhenti")).to_be_visible()
    assert page.evaluate("window.same")
    assert answers == [200]
    end = time.monotonic() + 60
    while live.LISTENING._readers:
        assert time.monotonic() < end, "a page that shows no progress any more still listens"
        time.sleep(0.05)


@pytest.mark.thorough
def test_without_a_place_the_page_asks_by_the_clock(signed_in: SignedIn, committed: Committed) -> None:
    running, page = Running(committed), signed_in(CONTRIBUTOR)
    answers = streams(page)
    page.goto(running.address)
    shows(page, 0)
    running.reach(1250)
    shows(page, 1250)
    assert answers == [204]


def test_without_a_script_the_page_says_how_to_see_more(signed_in: SignedIn, committed: Committed) -> None:
    running, page = Running(committed), signed_in(CONTRIBUTOR, javascript=False)
    page.goto(running.address)
    running.reach(1250)
    page.get_by_role("link", name="Lihat kemajuannya sekarang").click()
    shows(page, 1250)
