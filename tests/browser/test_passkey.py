"""A passkey from setting it up to signing in with it alone, in a browser with a virtual authenticator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test.utils import override_settings
from playwright.sync_api import CDPSession, Page, expect

from browser.conftest import PASSWORD, PHONE, OpenPage

CHAIR = "ketua.panel@contoh.invalid"


@pytest.fixture(autouse=True)
def asked_for(committed: Callable[[], AbstractContextManager[None]]) -> Iterator[None]:
    """The installation asks for second factors; afterwards the account is as it was."""
    with override_settings(PILAR_SECOND_FACTOR=True):
        yield
    from allauth.mfa.models import Authenticator

    with committed():
        Authenticator.objects.filter(user__email=CHAIR).delete()


def authenticator(page: Page) -> tuple[CDPSession, str]:
    """A device with a screen lock that says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options: dict[str, Any] = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    return session, session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def sign_in(page: Page) -> None:
    page.goto("/akun/login/")
    page.get_by_label("Email").fill(CHAIR)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("main form.form button[type=submit]").click()


@pytest.mark.thorough
def test_a_passkey_is_set_up_asked_for_and_opens_the_account_alone(
    open_page: OpenPage,
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
) -> None:
    page = open_page(width=PHONE)
    session, device = authenticator(page)

    def looked_at(name: str) -> None:
        accessible(page)
        fits(page)
        snap(page, f"passkey-{name}")

    sign_in(page)
    page.wait_for_url("**/akun/2fa/")
    expect(page.get_by_text("Aktifkan faktor kedua dahulu")).to_be_visible()
    looked_at("asked")

    page.get_by_role("link", name="Tambahkan kunci sandi").click()
    page.locator("input[type=password]").fill(PASSWORD)
    looked_at("again")
    page.locator("main form.form button[type=submit]").click()
    looked_at("add")
    page.get_by_role("button", name="Tambahkan").click()
    page.wait_for_url("**/akun/2fa/recovery-codes/")
    expect(page.locator("ul.codes li")).to_have_count(10)
    looked_at("codes")
    page.goto("/akun/2fa/webauthn/")
    expect(page.get_by_role("rowheader", name="Kunci sandi 1")).to_be_visible()
    looked_at("list")
    page.goto("/beranda/")
    expect(page).to_have_url("/beranda/")

    # The password alone no longer opens the account; the passkey after it does.
    page.get_by_role("button", name="Keluar").click()
    sign_in(page)
    page.wait_for_url("**/akun/2fa/authenticate/")
    looked_at("second")
    page.get_by_role("button", name="Gunakan kunci sandi").click()
    page.wait_for_url("**/beranda/")

    # And without the password.
    page.get_by_role("button", name="Keluar").click()
    page.goto("/akun/login/")
    looked_at("login")
    page.get_by_role("button", name="Masuk dengan kunci sandi").click()
    page.wait_for_url("**/beranda/")

    # A device that does not say yes is told on the page.
    page.get_by_role("button", name="Keluar").click()
    page.goto("/akun/login/")
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.get_by_role("button", name="Masuk dengan kunci sandi").click()
    expect(page.get_by_text("Kunci sandi tidak diterima")).to_be_visible()
    looked_at("refused")


@pytest.mark.thorough
def test_without_scripts_the_app_is_left(open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.goto("/akun/login/")
    expect(page.get_by_role("button", name="Masuk dengan kunci sandi")).to_be_hidden()
    sign_in(page)
    page.wait_for_url("**/akun/2fa/")
    expect(page.get_by_role("link", name="Aktifkan aplikasi")).to_be_visible()
