"""Signing in: what opens, what locks, and which doors stay closed."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from unittest.mock import Mock

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.socialaccount.internal.flows.login import complete_login
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core import mail
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from people.team import NOW, PASSWORD, Team
from pilar.config.settings import base
from pilar.people import operations
from pilar.people.models import User
from pilar.people.rules import OPERATOR, PUBLIC
from pilar.people.signin import standing_of
from pilar.people.signin.passwords import NoWordsOfTheSite

pytestmark = pytest.mark.django_db

LOGIN = "/akun/login/"


def sign_in(client: Client, email: str = "siti@contoh.invalid", password: str = PASSWORD, **extra: str) -> Mock:
    return client.post(LOGIN, {"login": email, "password": password, **extra})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


class TestPassword:
    @pytest.mark.parametrize("email", ["siti@contoh.invalid", "SITI@Contoh.Invalid"])
    def test_the_right_password_opens_the_home_page_in_the_own_language(
        self, team: Team, client: Client, email: str
    ) -> None:
        answer = sign_in(client, email)
        assert answer.status_code == HTTPStatus.FOUND
        assert answer["Location"] == "/beranda/"
        assert signed_in(client)

    def test_who_chose_english_lands_in_english(self, team: Team, client: Client) -> None:
        operations.set_language(by=team.standing("coordinator"), language="en")
        assert sign_in(client)["Location"] == "/en/beranda/"

    @pytest.mark.parametrize(
        ("email", "password"),
        [("siti@contoh.invalid", "salah"), ("nobody@contoh.invalid", PASSWORD), ("siti@contoh.invalid", "")],
    )
    def test_anything_else_does_not(self, team: Team, client: Client, email: str, password: str) -> None:
        assert sign_in(client, email, password).status_code == HTTPStatus.OK
        assert not signed_in(client)

    def test_a_wrong_password_and_an_unknown_address_look_the_same(self, team: Team, client: Client) -> None:
        known = sign_in(client, "siti@contoh.invalid", "salah").context["form"].errors
        unknown = sign_in(client, "siapa@contoh.invalid", "salah").context["form"].errors
        assert known == unknown

    def test_a_blocked_account_does_not_sign_in_and_is_out_at_once(self, team: Team, client: Client) -> None:
        sign_in(client)
        operations.set_active(by=OPERATOR, user=team.coordinator, active=False, now=timezone.now())
        assert client.get("/akun-saya/").status_code == HTTPStatus.FOUND
        again = Client()
        sign_in(again)
        assert not signed_in(again)

    def test_opening_an_account_again_revives_no_session_and_no_link(self, team: Team, client: Client) -> None:
        sign_in(client)
        client.post("/akun/password/reset/", {"email": "siti@contoh.invalid"})
        link = next(word for word in mail.outbox[0].body.split() if "/password/reset/key/" in word)
        for active in (False, True):
            operations.set_active(by=OPERATOR, user=team.coordinator, active=active, now=timezone.now())
        assert client.get("/akun-saya/").status_code == HTTPStatus.FOUND
        assert Client().get(link, follow=True).context["token_fail"]
        assert sign_in(Client())["Location"] == "/beranda/"

    def test_a_new_password_ends_other_sessions(self, team: Team, client: Client) -> None:
        sign_in(client)
        operations.set_password(by=OPERATOR, user=team.coordinator, password="kata sandi lain 1234", now=timezone.now())
        assert client.get("/akun-saya/").status_code == HTTPStatus.FOUND

    def test_passwords_are_hashed_by_argon2(self, settings: Settings) -> None:
        settings.PASSWORD_HASHERS = base.PASSWORD_HASHERS
        assert identify_hasher(make_password(PASSWORD)).algorithm == "argon2"

    def test_those_of_a_demonstration_by_a_cheaper_one(self, settings: Settings) -> None:
        settings.PASSWORD_HASHERS = ["pilar.people.signin.passwords.DemonstrationHasher", *base.PASSWORD_HASHERS[1:]]
        kept = make_password(PASSWORD)
        assert kept.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
        assert check_password(PASSWORD, kept)
        assert not check_password(PASSWORD + "x", kept)

    def test_a_lost_password_is_reset_by_a_message(self, team: Team, client: Client) -> None:
        assert client.post("/akun/password/reset/", {"email": "siti@contoh.invalid"}).status_code == HTTPStatus.FOUND
        (message,) = mail.outbox
        assert message.to == ["siti@contoh.invalid"]
        link = next(word for word in message.body.split() if "/password/reset/key/" in word)
        form = client.get(link, follow=True)
        new = "kata sandi lain 1234"
        client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
        assert sign_in(Client(), password=new)["Location"] == "/beranda/"


class TestClosedDoors:
    @pytest.mark.parametrize("url", ["/akun/signup/", "/akun/3rdparty/signup/"])
    def test_nobody_registers(self, team: Team, client: Client, url: str) -> None:
        before = User.objects.count()
        for ask in (client.get, lambda url: client.post(url, {"email": "b@contoh.invalid", "password1": PASSWORD})):
            ask(url)
        assert User.objects.count() == before
        assert not signed_in(client)

    def test_the_page_for_registering_says_that_it_is_closed(self, client: Client) -> None:
        templates = [template.name for template in client.get("/akun/signup/").templates]
        assert "account/signup_closed.html" in templates

    @pytest.mark.parametrize("url", ["/akun/email/", "/akun/confirm-email/", "/akun/confirm-email/abc/"])
    def test_nobody_changes_the_own_address(self, team: Team, client: Client, url: str) -> None:
        sign_in(client)
        answer = client.post(url, {"email": "lain@contoh.invalid", "action_add": ""})
        assert answer.status_code == HTTPStatus.NOT_FOUND
        assert EmailAddress.objects.filter(user=team.coordinator).count() == 1

    @pytest.mark.parametrize(
        "target",
        [
            "https://jahat.invalid/",
            "//jahat.invalid/",
            "/\\jahat.invalid",
            "\\\\jahat.invalid",
            "javascript:alert(1)",
            "http:jahat.invalid",
            " https://jahat.invalid",
        ],
    )
    def test_signing_in_and_out_leads_nowhere_else(self, team: Team, client: Client, target: str) -> None:
        assert sign_in(client, next=target)["Location"] == "/beranda/"
        assert client.post("/akun/logout/", {"next": target})["Location"] == "/"

    def test_a_page_of_this_site_is_reached_after_signing_in(self, team: Team, client: Client) -> None:
        assert client.get("/akun-saya/")["Location"] == "/akun/login/?next=/akun-saya/"
        assert sign_in(client, next="/akun-saya/")["Location"] == "/akun-saya/"

    def test_signing_out_takes_more_than_a_link(self, team: Team, client: Client) -> None:
        sign_in(client)
        client.get("/akun/logout/")
        assert signed_in(client)
        client.post("/akun/logout/")
        assert not signed_in(client)

    def test_signing_in_and_out_changes_the_token_against_forged_requests(self, team: Team, client: Client) -> None:
        client.get("/akun/login/")
        before = client.cookies["csrftoken"].value
        sign_in(client)
        inside = client.cookies["csrftoken"].value
        client.post("/akun/logout/")
        assert len({"", before, inside, client.cookies["csrftoken"].value}) == 4

    def test_the_session_cookie_is_hidden_from_scripts_and_other_sites(self, team: Team, client: Client) -> None:
        sign_in(client)
        cookie = client.cookies["sessionid"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["max-age"] == "", "ends with the browser"
        assert client.session.get_expiry_age() <= 12 * 3600

    def test_who_wants_to_be_remembered_is_for_half_a_day(self, team: Team, client: Client) -> None:
        sign_in(client, remember="on")
        assert client.cookies["sessionid"]["max-age"] == 12 * 3600

    def test_forms_without_their_token_are_refused(self, team: Team) -> None:
        assert sign_in(Client(enforce_csrf_checks=True)).status_code == HTTPStatus.FORBIDDEN


class TestSecondFactor:
    def code(self, secret: str) -> str:
        return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))

    def turn_on(self, client: Client) -> str:
        """Turn the second factor of a signed-in person on; returns its secret."""
        activate = "/akun/2fa/totp/activate/"
        asked = client.get(activate)
        assert asked["Location"].startswith("/akun/reauthenticate/?next=")
        assert client.post(asked["Location"], {"password": "salah"}).status_code == HTTPStatus.OK
        assert client.post(asked["Location"], {"password": PASSWORD})["Location"] == activate
        secret: str = client.get(activate).context["form"].secret
        assert client.post(activate, {"code": self.code(secret)}).status_code == HTTPStatus.FOUND
        return secret

    def test_it_is_turned_on_and_then_asked_for(self, team: Team, client: Client) -> None:
        sign_in(client)
        self.turn_on(client)
        kinds = set(Authenticator.objects.filter(user=team.coordinator).values_list("type", flat=True))
        assert kinds == {Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES}
        assert client.get("/akun/2fa/").status_code == HTTPStatus.OK

        again = Client()
        assert sign_in(again)["Location"] == "/akun/2fa/authenticate/"
        assert not signed_in(again)
        assert again.get("/akun/2fa/authenticate/").status_code == HTTPStatus.OK
        assert again.post("/akun/2fa/authenticate/", {"code": "000000"}).status_code == HTTPStatus.OK
        assert not signed_in(again)
        recovery = Authenticator.objects.get(user=team.coordinator, type=Authenticator.Type.RECOVERY_CODES)
        (first, *_) = recovery.wrap().get_unused_codes()
        assert again.post("/akun/2fa/authenticate/", {"code": first}).status_code == HTTPStatus.FOUND
        assert signed_in(again)


class TestSingleSignOn:
    @pytest.fixture
    def come_back(self, settings: Settings, rf: RequestFactory) -> Callable[..., tuple[HttpRequest, Mock]]:
        """The moment when the provider has sent somebody back with what it says about them."""
        app = {"provider_id": "oidc", "name": "SSO", "client_id": "c", "secret": "s"}
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {"APPS": [{**app, "settings": {"server_url": "https://sso.invalid"}}]}
        }

        def come_back(**said: object) -> tuple[HttpRequest, Mock]:
            request = rf.get("/akun/oidc/oidc/login/callback/")
            request.user = AnonymousUser()
            request.session = Client().session
            request._messages = FallbackStorage(request)
            from allauth.core import context
            from allauth.socialaccount.adapter import get_adapter

            with context.request_context(request):
                provider = get_adapter().get_provider(request, "oidc")
                login: SocialLogin = provider.sociallogin_from_response(request, {"userinfo": {"sub": "77", **said}})
                login.state = {"process": "login"}
                return request, complete_login(request, login)

        return come_back

    def test_a_verified_address_opens_its_account_and_is_remembered(
        self, team: Team, come_back: Callable[..., tuple[HttpRequest, Mock]]
    ) -> None:
        request, answer = come_back(email="Siti@contoh.invalid", email_verified=True)
        assert answer.status_code == HTTPStatus.FOUND
        assert request.session["_auth_user_id"] == str(team.coordinator)
        assert SocialAccount.objects.get(user=team.coordinator).uid == "77"
        request, _answer = come_back(email="lain@contoh.invalid", email_verified=False)
        assert request.session["_auth_user_id"] == str(team.coordinator)

    @pytest.mark.parametrize(
        "said",
        [
            {"email": "siti@contoh.invalid", "email_verified": False},
            {"email": "siti@contoh.invalid"},
            {"email": "siapa@contoh.invalid", "email_verified": True},
            {},
        ],
    )
    def test_anybody_else_gets_no_account(
        self, team: Team, come_back: Callable[..., tuple[HttpRequest, Mock]], said: dict[str, object]
    ) -> None:
        before = User.objects.count()
        request, _answer = come_back(**said)
        assert "_auth_user_id" not in request.session
        assert User.objects.count() == before
        assert not SocialAccount.objects.exists()

    def test_a_blocked_account_stays_closed(
        self, team: Team, come_back: Callable[..., tuple[HttpRequest, Mock]]
    ) -> None:
        operations.set_active(by=OPERATOR, user=team.coordinator, active=False, now=NOW)
        request, _answer = come_back(email="siti@contoh.invalid", email_verified=True)
        assert "_auth_user_id" not in request.session

    def test_without_a_provider_nothing_is_offered(self, client: Client) -> None:
        assert not SocialApp.objects.exists()
        assert "oidc" not in client.get(LOGIN).content.decode()


def test_the_standing_of_a_request_is_looked_up_once(
    team: Team, rf: RequestFactory, django_assert_num_queries: Callable[[int], Mock]
) -> None:
    request = rf.get("/")
    request.user = User.objects.get(pk=team.coordinator)
    with django_assert_num_queries(1):
        assert standing_of(request).actor.name == "Siti"
        standing_of(request)
    request = rf.get("/")
    request.user = AnonymousUser()
    assert standing_of(request) == PUBLIC


def test_production_cookies_travel_encrypted_only() -> None:
    import os
    import subprocess
    import sys

    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "import json; from pilar.config.settings import production as p\n"
            "print(json.dumps([p.SESSION_COOKIE_SECURE, p.CSRF_COOKIE_SECURE, p.SESSION_COOKIE_HTTPONLY,"
            " p.PASSWORD_HASHERS[0], p.SESSION_COOKIE_NAME, p.SECURE_HSTS_INCLUDE_SUBDOMAINS]))",
        ],
        check=True,
        capture_output=True,
        text=True,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": "src",
            "DATABASE_URL": "postgres://a@b/c",
            "PILAR_SECRET_KEY": "x" * 50,
            "PILAR_ALLOWED_HOSTS": "contoh.invalid",
        },
    )
    argon2 = "django.contrib.auth.hashers.Argon2PasswordHasher"
    assert json.loads(said.stdout) == [True, True, True, argon2, "__Host-sesi", True]


@pytest.mark.parametrize(
    ("password", "fits"),
    [
        ("SmartCity-2026!", False), ("Pilar123456789", False), ("kabupaten-rahasia", False),
        ("kota yang hujan di pagi hari", True), ("kuda benar baterai staples", True), ("7#kQ!9z$Lm2&xW", True),
    ],
)  # fmt: skip
def test_a_password_is_not_made_of_words_of_the_site(password: str, fits: bool) -> None:
    if fits:
        NoWordsOfTheSite().validate(password)
    else:
        with pytest.raises(ValidationError):
            NoWordsOfTheSite().validate(password)


def test_the_names_that_pages_link_to_exist() -> None:
    for name in ("account_login", "account_logout", "account_change_password", "mfa_index", "people:account"):
        assert reverse(name)
