"""The frame, the components, the account and error pages in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

OpenPage = Callable[..., Page]
Check = Callable[[Page], None]
Snap = Callable[[Page, str], None]

COORDINATOR = "koordinator@contoh.invalid"
OPEN_PAGES = {
    "front": "/",
    "about": "/tentang/",
    "components": "/komponen/",
    "login": "/akun/login/",
    "password-reset": "/akun/password/reset/",
    "password-reset-done": "/akun/password/reset/done/",
    "signup": "/akun/signup/",
    "not-found": "/tidak-ada/",
}
OWN_PAGES = {
    "home": "/beranda/",
    "password-change": "/akun/password/change/",
    "logout": "/akun/logout/",
    "second-factor": "/akun/2fa/",
    "email": "/akun/email/",
    "connections": "/akun/3rdparty/",
}
LOOKS = [
    pytest.param({"width": 320}, id="320"),
    pytest.param({"width": 360, "dark": True}, id="360-dark", marks=pytest.mark.thorough),
    pytest.param({"width": 1280}, id="1280", marks=pytest.mark.thorough),
    pytest.param({"width": 1280, "dark": True}, id="1280-dark", marks=pytest.mark.thorough),
]
LANGUAGES = [pytest.param("", id="id"), pytest.param("/en", id="en", marks=pytest.mark.thorough)]


@pytest.mark.parametrize("name", OPEN_PAGES)
@pytest.mark.parametrize("prefix", LANGUAGES)
@pytest.mark.parametrize("look", LOOKS)
def test_an_open_page_is_accessible_and_fits(
    open_page: OpenPage, accessible: Check, fits: Check, snap: Snap, name: str, prefix: str, look: dict[str, object],
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    page = open_page(**look)
    page.goto(prefix + OPEN_PAGES[name])
    assert page.locator("html").get_attribute("lang") == ("en" if prefix else "id")
    snap(page, request.node.callspec.id)
    fits(page)
    accessible(page)


@pytest.mark.parametrize("look", LOOKS)
def test_the_pages_of_a_signed_in_person(
    signed_in: OpenPage, accessible: Check, fits: Check, snap: Snap, look: dict[str, object],
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    page = signed_in(COORDINATOR, **look)
    for name, address in OWN_PAGES.items():
        page.goto(address)
        snap(page, f"{request.node.callspec.id}-own-{name}")
        fits(page)
        accessible(page)
    page.goto("/akun/2fa/totp/activate/")
    if "reauthenticate" in page.url:
        accessible(page)
        page.locator("main input[type=password]").fill("kata-sandi-contoh-2023")
        page.locator("main form:has(input[type=password]) button[type=submit]").first.click()
    expect(page.locator("img.code")).to_be_visible()
    snap(page, f"{request.node.callspec.id}-own-totp")
    fits(page)
    accessible(page)


def test_everything_on_a_phone_can_be_hit_with_a_finger(open_page: OpenPage) -> None:
    page = open_page(width=360)
    for address in OPEN_PAGES.values():
        page.goto(address)
        small = page.evaluate(
            """() => [...document.querySelectorAll("a, button, select, summary, input:not([type=hidden])")]
              .filter(one => !one.closest("p, dd, caption, .skip") && one.getClientRects().length)
              .map(one => [one.outerHTML.slice(0, 120), Math.round(one.getBoundingClientRect().height)])
              .filter(([html, height]) => height < 44 && !/type="(checkbox|radio)"/.test(html))"""
        )
        assert small == [], address


def test_many_ticks_keep_what_comes_after_them_near_on_a_phone(open_page: OpenPage) -> None:
    page = open_page(width=360)
    page.goto(OPEN_PAGES["about"])
    heights = page.locator("main").evaluate(
        """main => [8, 40].map(count => {
          const tick = "<div><label><input type=checkbox> Dinas</label></div>";
          main.innerHTML = `<div class=field><fieldset><div>${tick.repeat(count)}</div></fieldset></div>`;
          return main.querySelector("fieldset > div").offsetHeight;
        })"""
    )
    assert heights[0] > 8 * 40
    assert heights[1] <= 330


def test_the_language_switch_keeps_the_page_and_its_query(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/komponen/?page=3")
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(re.compile(r"/en/komponen/\?page=3$"))
    page.get_by_role("link", name="Bahasa Indonesia").click()
    expect(page).to_have_url(re.compile(r"[^n]/komponen/\?page=3$"))


def test_a_page_of_a_list_comes_without_a_reload_and_the_way_back_works(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/komponen/")
    page.evaluate("window.notReloaded = true")
    page.locator(".pagination").get_by_role("link", name="Halaman 2", exact=True).click()
    expect(page.locator(".pagination [aria-current]")).to_have_text(re.compile("2"))
    assert page.evaluate("window.notReloaded")
    expect(page).to_have_url(re.compile(r"\?page=2$"))
    page.locator("#sort-score").click()
    expect(page.locator("th[aria-sort=descending]")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?sort=-score$"))
    page.go_back()
    expect(page.locator(".pagination [aria-current]")).to_have_text(re.compile("2"))


def test_a_filter_narrows_while_one_types_and_also_without_javascript(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/komponen/")
    page.evaluate("window.notReloaded = true")
    page.locator("#query-q").fill("tangerang")
    expect(page).to_have_url(re.compile(r"q=tangerang"))
    assert page.evaluate("window.notReloaded")

    plain = open_page(javascript=False)
    plain.goto("/komponen/")
    plain.locator("#query-q").fill("tangerang")
    plain.locator(".filter button").click()
    expect(plain).to_have_url(re.compile(r"q=tangerang"))


def test_a_refused_form_leads_to_its_first_wrong_field(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/akun/login/")
    page.locator("main form:has(input[type=password]) button[type=submit]").first.click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.locator(".error-summary a").first.click()
    expect(page.get_by_label("Email")).to_be_focused()
    assert page.get_by_label("Email").get_attribute("aria-invalid") == "true"


def test_the_keyboard_reaches_the_content_first(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("main input[type=search]")).to_be_focused()


@pytest.mark.thorough
def test_paper_gets_the_content_without_the_controls(open_page: OpenPage, snap: Snap) -> None:
    page = open_page(dark=True)
    page.goto("/komponen/")
    page.emulate_media(media="print", color_scheme="light")
    for control in (".site-navigation", ".site-tools", ".filter", ".pagination"):
        expect(page.locator(control).first).to_be_hidden()
    expect(page.locator("svg.chart").first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).color") == "rgb(0, 0, 0)"
    snap(page, "print")


@pytest.mark.thorough
def test_the_api_pages_work_under_the_content_security_policy(open_page: OpenPage, snap: Snap) -> None:
    page = open_page()
    page.goto("/api/v1/docs")
    expect(page.locator("#swagger-ui .info")).to_be_visible()
    snap(page, "api-docs")


def test_signing_out_ends_the_session(signed_in: OpenPage) -> None:
    page = signed_in(COORDINATOR, by_form=True)
    page.get_by_role("button", name="Keluar").click()
    page.goto("/beranda/")
    expect(page).to_have_url(re.compile("/akun/login/"))


@pytest.mark.parametrize(("width", "path"), [(320, "/komponen/"), (1280, "/wilayah/36.03/2023/")])
def test_text_in_a_chart_is_never_below_twelve_pixels(open_page: OpenPage, width: int, path: str) -> None:
    page = open_page(width=width)
    page.goto(path)
    sizes = page.evaluate(
        """() => [...document.querySelectorAll("svg.chart text")].filter(text => text.checkVisibility()).map(text => {
          const drawn = text.closest("svg"), scale = drawn.getBoundingClientRect().width / drawn.viewBox.baseVal.width;
          return parseFloat(text.getAttribute("font-size")) * scale;
        })"""
    )
    assert sizes
    assert min(sizes) >= 12


@pytest.mark.parametrize(("width", "least"), [(360, 300), (1280, 500)])
def test_a_chart_fills_its_place_and_is_heard_once(open_page: OpenPage, width: int, least: int) -> None:
    page = open_page(width=width)
    page.goto("/wilayah/36.03/2023/")
    bars = page.get_by_role("img", name="Nilai tiap dimensi")
    expect(bars).to_have_count(1)
    box = bars.bounding_box()
    assert box is not None
    assert least <= box["width"] <= width


def test_on_a_phone_the_frame_takes_two_lines_and_signing_in_says_nothing_more(signed_in: OpenPage) -> None:
    page = signed_in(COORDINATOR, by_form=True, width=360)
    expect(page.get_by_role("status")).to_have_count(0)
    frame = page.get_by_role("banner")
    for name in ("Cari", "English", "Akun contoh Koordinator"):
        expect(frame.get_by_role("link", name=name)).to_have_count(1)
    tools, mark = page.locator(".site-tools").bounding_box(), page.locator(".wordmark").bounding_box()
    assert tools is not None
    assert mark is not None
    assert tools["height"] <= 50
    assert tools["y"] <= mark["y"] + mark["height"] / 2
