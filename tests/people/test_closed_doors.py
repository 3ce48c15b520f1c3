"""Every address for signing in, tried by somebody without an account: none opens one, none writes to a stranger."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from allauth.account import app_settings
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django.fixtures import Settings

from people.team import Team
from pilar.people.models import User

pytestmark = pytest.mark.django_db

STRANGER = "orang.asing@contoh.invalid"
GIVEN = {
    "email": STRANGER, "login": STRANGER, "username": STRANGER, "password": "kata-sandi-yang-panjang",
    "password1": "kata-sandi-yang-panjang", "password2": "kata-sandi-yang-panjang", "code": "123456",
    "action_add": "1", "action_send": "1", "process": "signup",
}  # fmt: skip


def addresses(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        here = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from addresses(one, here)
        elif isinstance(one, URLPattern) and one.callback.__module__.startswith(("allauth", "django.views")):
            yield here


def filled(pattern: str) -> str:
    for part, value in {
        "(?P<provider_id>[^/]+)": "oidc", r"(?P<key>[-:\w]+)": "MQ:1abc", "(?P<uidb36>[0-9A-Za-z]+)": "1",
        "(?P<key>.+)": "set-password", "<int:pk>": "1", "^": "", "$": "",
    }.items():  # fmt: skip
        pattern = pattern.replace(part, value)
    assert "<" not in pattern, pattern
    return "/" + pattern


def account_addresses() -> list[str]:
    return sorted({filled(one) for one in addresses(get_resolver()) if one.startswith("akun/")})


def counted() -> tuple[int, int, int]:
    return User.objects.count(), EmailAddress.objects.count(), SocialAccount.objects.count()


def test_no_address_opens_an_account_or_writes_to_a_stranger(team: Team, client: Client) -> None:
    before = counted()
    tried = account_addresses()
    assert {"/akun/signup/", "/akun/social/signup/", "/akun/3rdparty/signup/", "/akun/password/reset/"} <= set(tried)
    for address in tried:
        for answer in (client.get(address), client.post(address, GIVEN)):
            assert answer.status_code < 500, address
        assert counted() == before, address
        assert mail.outbox == [], address


def test_an_unknown_address_is_answered_like_a_known_one_and_gets_no_mail(team: Team, client: Client) -> None:
    unknown = client.post("/akun/password/reset/", {"email": STRANGER})
    assert mail.outbox == []
    known = client.post("/akun/password/reset/", {"email": "siti@contoh.invalid"})
    assert [message.to for message in mail.outbox] == [["siti@contoh.invalid"]]
    assert (unknown.status_code, unknown["Location"]) == (known.status_code, known["Location"])


def test_allauths_mail_goes_through_the_queue_in_every_installation(settings: Settings) -> None:
    from pilar.config.settings import base

    assert base.EMAIL_BACKEND == "pilar.platform.mail.QueueBackend"
    assert not app_settings.EMAIL_UNKNOWN_ACCOUNTS
