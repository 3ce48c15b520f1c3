"""A newcomer's way through the public results, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

OpenPage = Callable[..., Page]
Check = Callable[[Page], None]
Snap = Callable[[Page, str], None]

PAGES = {
    "results-2024": "/hasil/2024/",
    "results-2022": "/hasil/2022/",
    "results-nothing-fits": "/hasil/2023/?q=sleman",
    "regions": "/wilayah/?q=tangerang",
    "region-tangerang": "/wilayah/36.03/",
    "region-tabalong": "/wilayah/63.09/",
    "region-empty": "/wilayah/11.01/",
    "year-tangerang": "/wilayah/36.03/2023/",
    "year-banjar": "/wilayah/63.03/2020/",
    "year-bandung": "/wilayah/32.73/2022/",
    "year-kediri": "/wilayah/35.71/2022/",
    "instruments": "/instrumen/",
    "instrument": "/instrumen/smart-city-2023/{version}/",
}


@pytest.mark.parametrize(
    ("prefix", "width"),
    [
        ("", 360),
        ("/en", 1280),
        pytest.param("", 1280, marks=pytest.mark.thorough),
        pytest.param("/en", 360, marks=pytest.mark.thorough),
    ],
    ids=["id-360", "en-1280", "id-1280", "en-360"],
)
@pytest.mark.thorough
def test_every_page_is_accessible_fits_and_stays_on_the_server(
    open_page: OpenPage, accessible: Check, fits: Check, snap: Snap, prefix: str, width: int
) -> None:
    page = open_page(width=width)
    for name, address in PAGES.items():
        answer = page.goto(prefix + address.format(version=_version("smart-city-2023")))
        assert answer is not None
        assert answer.status == 200, address
        snap(page, f"{name}-{prefix.strip('/') or 'id'}-{width}")
        fits(page)
        accessible(page)


@pytest.mark.thorough
@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.thorough)])
def test_dark_screens_are_accessible_too(open_page: OpenPage, accessible: Check, snap: Snap, width: int) -> None:
    page = open_page(width=width, dark=True)
    for name in ("results-2024", "year-tangerang", "year-bandung"):
        page.goto(PAGES[name])
        snap(page, f"{name}-dark-{width}")
        accessible(page)


def test_a_newcomer_finds_how_tangerang_came_to_its_number(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/")
    page.get_by_role("searchbox").first.fill("Tangerang")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Kabupaten Tangerang", exact=True).click()
    page.get_by_role("main").locator("a[href='/wilayah/36.03/2023/']").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kabupaten Tangerang 2023")
    main = page.get_by_role("main")
    expect(main).to_contain_text("3,354 → 3,35")
    expect(main).to_contain_text("+0,12")
    expect(main.get_by_role("link", name=re.compile("halaman", re.IGNORECASE)).first).to_have_attribute(
        "href", re.compile("^https://sorotbanten.com/")
    )
    page.get_by_role("banner").get_by_role("link", name="English").click()
    expect(page).to_have_url(re.compile("/en/wilayah/36.03/2023/"))
    expect(page.get_by_role("main")).to_contain_text("3.354 → 3.35")
    expect(page.get_by_role("main")).to_contain_text("+0.12")


def test_the_way_is_open_to_the_keyboard(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/wilayah/?q=tangerang")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content", "the skip link leads to the content"
    for _step in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('href')") == "/wilayah/36.03/2023/":
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none", "the place of the focus is seen"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kabupaten Tangerang 2023")


def _names(page: Page) -> list[str]:
    return page.locator("#results tbody th a").all_inner_texts()


def test_filters_and_order_work_without_a_reload_and_back_again(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/hasil/2024/")
    page.evaluate("window.stayed = true")
    everything = _names(page)
    assert everything[0] == "Kota Madiun"
    page.get_by_label(re.compile("Provinsi")).select_option(label="Jambi")
    expect(page.locator("#results tbody tr")).to_have_count(4)
    expect(page).to_have_url(re.compile("province=15"))
    page.locator("#sort-name").click()
    expect(page.locator("#results th[aria-sort=ascending]")).to_have_count(1)
    assert _names(page) == sorted(_names(page))
    assert "province=15" in page.url, "the filter stays"
    page.get_by_label(re.compile("Provinsi")).select_option("")
    expect(page.locator("#results tbody tr")).to_have_count(len(everything))
    assert page.evaluate("window.stayed"), "no page was loaded anew"
    for address, rows in ((r"sort=name", 4), (r"province=15&kind=$", 4), (r"/hasil/2024/$", len(everything))):
        page.evaluate("history.back()")
        expect(page).to_have_url(re.compile(address))
        expect(page.locator("#results tbody tr")).to_have_count(rows)


def test_typing_narrows_the_list(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/hasil/2024/")
    page.get_by_role("searchbox").press_sequentially("jambi")
    expect(page.locator("#results tbody tr")).to_have_count(2)
    expect(page).to_have_url(re.compile("q=jambi"))


def test_everything_works_without_javascript(open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.goto("/hasil/2024/")
    page.get_by_label(re.compile("Provinsi")).select_option(label="Jambi")
    page.locator("form.filter").get_by_role("button").click()
    expect(page.locator("#results tbody tr")).to_have_count(4)
    page.locator("#sort-name").click()
    expect(page.locator("#results th[aria-sort=ascending]")).to_have_count(1)
    expect(page.locator("#results tbody tr")).to_have_count(4)


def test_both_figures_of_bandung_stand_with_their_sources(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/wilayah/32.73/2022/")
    main = page.get_by_role("main")
    for figure, host in (("3,71", "bewarajabar.com"), ("3,88", "inilahkoran.id")):
        section = main.locator("section", has=page.get_by_role("heading", level=2, name=re.compile(re.escape(host))))
        expect(section).to_contain_text(figure)
        expect(section.locator(f"a[href*='{host}']").first).to_be_visible()


def _version(code: str) -> str:
    from pilar.evaluation import reference

    return reference.instrument(code).version
