"""Notices, tokens, accounts and offices as people see them: on a phone and on a desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from browser.conftest import PHONE, WIDE
from browser.walk import agree, decide
from pilar.people import operations
from pilar.people.rules import OPERATOR, HeldRole, Role

COORDINATOR, SECRETARIAT = "koordinator@contoh.invalid", "sekretariat@contoh.invalid"

Look = Callable[[Page], None]


@pytest.fixture(scope="module")
def told(chromium: Browser, site: LiveServer, django_db_blocker: Any) -> None:
    """Two notices of the example coordinator; sentences of the catalogue stand in for those of other rooms.

    The browser comes first, as for the site: its loop decides which database connections are closed at the end.
    """
    now = timezone.now()
    sentences = [
        "This is the last active account of the secretariat. Give the role to somebody else first",
        "There is no such office",
    ]
    with django_db_blocker.unblock(), transaction.atomic():
        for number, sentence in enumerate(sentences):
            operations.notify(
                by=OPERATOR, to=HeldRole(Role.COORDINATOR, "36.03"), kind="tests.look", subject=f"tests.look:{number}",
                sentence=sentence, address="/akun-saya/", region="36.03",
                deadline=now + timedelta(hours=24 * number - 1), now=now,
            )  # fmt: skip


@pytest.mark.parametrize("width", [PHONE, pytest.param(WIDE, marks=pytest.mark.thorough)])
@pytest.mark.parametrize(
    ("who", "name", "address"),
    [
        (COORDINATOR, "notices", "/pemberitahuan/"),
        (COORDINATOR, "tokens", "/akun-saya/token/"),
        (COORDINATOR, "accounts", "/akun/daftar/"),
        (COORDINATOR, "new-account", "/akun/baru/"),
        (COORDINATOR, "offices", "/perangkat-daerah/36.03/"),
        (SECRETARIAT, "accounts-all", "/akun/daftar/"),
        (SECRETARIAT, "new-account-anywhere", "/akun/baru/?region=Tangerangg"),
        (SECRETARIAT, "office-regions", "/perangkat-daerah/?q=tangerang"),
    ],
)
@pytest.mark.thorough
def test_every_page_fits_and_is_accessible(
    told: None, signed_in: Callable[..., Page], accessible: Look, fits: Look, snap: Callable[[Page, str], None],
    who: str, name: str, address: str, width: int,
) -> None:  # fmt: skip
    page = signed_in(who, width=width)
    page.goto(address)
    fits(page)
    accessible(page)
    snap(page, f"{name}-{width}")


@pytest.mark.thorough
def test_a_notice_is_read_and_a_token_is_made_and_revoked(
    told: None, signed_in: Callable[..., Page], accessible: Look, fits: Look, snap: Callable[[Page, str], None]
) -> None:
    page = signed_in(COORDINATOR, width=PHONE)
    page.locator(".site-navigation").get_by_role("link", name="Pemberitahuan").click()
    open_ones = page.get_by_role("button", name="Tandai sudah dibaca")
    count = open_ones.count()
    assert count >= 2
    expect(page.locator(".site-navigation .count")).to_have_text(str(count))
    open_ones.first.click()
    expect(open_ones).to_have_count(count - 1)

    page.goto("/akun-saya/")
    page.get_by_role("link", name="Token API").click()
    page.get_by_label("Kegunaan").fill("Skrip rekap")
    page.get_by_role("button", name="Buat token").click()
    expect(page.locator("code").first).to_contain_text("pilar_")
    fits(page)
    accessible(page)
    snap(page, "token-made")
    page.get_by_role("link", name="Cabut Skrip rekap").click()
    fits(page)
    accessible(page)
    agree(page, "Cabut")
    expect(page.get_by_text("dicabut")).to_be_visible()


def test_a_coordinator_opens_an_account_and_ends_its_role(
    signed_in: Callable[..., Page], accessible: Look, snap: Callable[[Page, str], None]
) -> None:
    page = signed_in(COORDINATOR)
    page.goto("/akun/daftar/")
    page.get_by_role("link", name="Buka akun baru").click()
    page.get_by_label("Nama").fill("Akun contoh baru")
    page.get_by_label("Alamat email").fill("baru@contoh.invalid")
    page.get_by_label("Peran", exact=True).select_option("contributor")
    page.get_by_role("button", name="Buka akun").click()
    expect(page.locator(".error-summary")).to_be_visible()
    page.get_by_label("Perangkat daerah").select_option(label="Dinas Komunikasi dan Informatika")
    page.get_by_role("button", name="Buka akun").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Akun contoh baru")
    accessible(page)
    snap(page, "account-of")
    decide(page, "Akhiri peran")
    expect(page.get_by_role("heading", level=1)).to_have_text("Akun")
    expect(page.get_by_text("baru@contoh.invalid")).to_have_count(0)
