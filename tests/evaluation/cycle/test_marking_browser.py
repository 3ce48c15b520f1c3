"""The marking form in a real browser: by keyboard alone, and with a line that drops."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from browser.walk import decide
from evaluation.cycle.panel import hand_in
from evaluation.cycle.world import World
from kit.chromium import PATIENCE
from pilar.evaluation.models import Mark, MarkingDone

pytestmark = pytest.mark.browser


@pytest.fixture
def page(chromium: Browser, committed_world: World, live_server: LiveServer) -> Iterator[Page]:
    """The marking form of a region before assessor1; a script error or a breach of the security policy fails."""
    key = hand_in(committed_world)
    client = Client()
    client.force_login(committed_world.user("assessor1"))
    wrong: list[str] = []
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    opened.goto(f"{live_server.url}/en/kerja/asesor/{key}/")
    yield opened
    context.close()
    assert wrong == []


def stored() -> dict[str, tuple[str, str]]:
    return {row.node: (f"{row.value.normalize():f}", row.reason) for row in Mark.objects.all()}


def state(page: Page, node: str, text: str) -> None:
    expect(page.locator(f"#state-{node} [data-state]")).to_have_text(text)


def test_the_whole_list_is_marked_by_keyboard(page: Page) -> None:
    page.keyboard.press("j")
    expect(page.locator("#policy")).to_be_focused()
    page.keyboard.press("3")
    state(page, "policy", "Saved")
    page.keyboard.press("j")
    page.keyboard.press("1")  # not the region's own mark: a reason is due
    expect(page.locator("#reason-error-budget")).to_be_visible()
    page.keyboard.press("r")
    page.keyboard.type("Anggaran turun 3")
    state(page, "budget", "Saved")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("4")
    state(page, "programmes", "Saved")
    page.keyboard.press("n")
    page.keyboard.press("2")
    state(page, "poverty", "Saved")
    page.keyboard.press("n")
    page.keyboard.type("3.2")
    state(page, "survey", "Saved")
    assert stored() == {
        "policy": ("3", ""),
        "budget": ("1", "Anggaran turun 3"),
        "programmes": ("4", ""),
        "poverty": ("2", ""),
        "survey": ("3.2", ""),
    }
    expect(page.locator("#marked .figures")).to_have_text("5 / 5")
    decide(page, "My marks are finished")
    expect(page.get_by_text("1 of 3 have")).to_be_visible()
    assert MarkingDone.objects.count() == 1


def test_the_keys_are_shown_and_can_be_switched_off(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Keys switched on").click()
    page.locator("#policy").focus()
    page.keyboard.press("3")
    page.keyboard.press("j")
    expect(page.locator("#policy")).to_be_focused()
    page.reload()
    page.locator("#policy").focus()
    page.keyboard.press("3")
    assert stored() == {}
    expect(page.locator("#policy input:checked")).to_have_count(0)


def test_a_dropped_line_loses_no_mark(page: Page) -> None:
    page.context.set_offline(True)
    page.locator("#policy").focus()
    page.keyboard.press("3")
    expect(page.locator("#state-policy [data-state]")).to_contain_text("No connection")
    assert stored() == {}
    page.context.set_offline(False)
    state(page, "policy", "Saved")
    assert stored() == {"policy": ("3", "")}


def test_a_sign_in_that_ended_loses_no_mark(page: Page) -> None:
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.locator("#policy").focus()
    page.keyboard.press("3")
    expect(page.locator("#policy [data-expired]")).to_be_visible()
    assert stored() == {}
    page.context.add_cookies(cookies)
    page.reload()
    state(page, "policy", "Saved")
    assert stored() == {"policy": ("3", "")}


def test_two_windows_on_one_mark_are_told(page: Page) -> None:
    other = page.context.new_page()
    other.goto(page.url)
    page.locator("#policy").focus()
    page.keyboard.press("3")
    state(page, "policy", "Saved")
    other.locator("#policy").focus()
    other.keyboard.press("r")
    other.keyboard.type("Jendela dua")
    other.keyboard.press("Escape")
    other.keyboard.press("1")
    expect(other.locator("#state-policy")).to_contain_text("Stored: 3")
    assert stored() == {"policy": ("3", "")}
    other.get_by_role("button", name="Keep what I typed").click()
    state(other, "policy", "Saved")
    assert stored() == {"policy": ("1", "Jendela dua")}
