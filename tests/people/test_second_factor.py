"""Second factors: asked for by role, set up before anything else, passed by every session, guessed by nobody."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from unittest.mock import Mock

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from people.team import PASSWORD, Team
from pilar.config.settings import base
from pilar.people import operations
from pilar.people.models import FailedSignIn, User
from pilar.people.rules import OPERATOR, PUBLIC, ROLES, SECOND_FACTOR, NotAllowed, Role
from pilar.platform import secrets

pytestmark = pytest.mark.django_db

ANI, SITI, EDI, RUDI = (f"{name}@contoh.invalid" for name in ("ani", "siti", "edi", "rudi"))
INDEX, ASKED = "/akun/2fa/", "/akun/2fa/authenticate/"
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def asked_for(settings: Settings) -> None:
    settings.PILAR_SECOND_FACTOR = True


def sign_in(email: str, **more: object) -> Client:
    client = Client(**more)
    client.post("/akun/login/", {"login": email, "password": PASSWORD})
    return client


def code(secret: str = SECRET) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def give_app(email: str) -> User:
    user = User.objects.get(email=email)
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    return user


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


class TestWhoIsAsked:
    def test_roles_that_decide_or_sign_are_asked(self) -> None:
        assert {role for role in Role if ROLES[role].second_factor} == {
            Role.SECRETARIAT,
            Role.PANEL_CHAIR,
            Role.COORDINATOR,
            Role.SIGNATORY,
            Role.AUDITOR,
        }

    @pytest.mark.parametrize("email", [ANI, SITI])
    def test_they_are_led_to_set_one_up_before_anything_else(self, team: Team, email: str) -> None:
        client = sign_in(email)
        for address in ("/beranda/", "/akun-saya/", "/akun/daftar/", "/", "/hasil/", "/akun/password/change/"):
            answer = client.get(address)
            assert (answer.status_code, answer["Location"]) == (HTTPStatus.FOUND, INDEX), address
        assert client.post("/akun-saya/token/", {"name": "x", "days": 30})["Location"] == INDEX
        shown = client.get(INDEX)
        assert "Aktifkan faktor kedua dahulu" in shown.content.decode()

    def test_the_api_with_a_session_says_so(self, team: Team) -> None:
        answer = sign_in(ANI).get("/api/v1/me")
        assert (answer.status_code, answer.json()["code"]) == (403, "second-factor-missing")
        assert answer["Content-Type"] == "application/problem+json"

    def test_a_header_that_is_no_token_opens_nothing(self, team: Team) -> None:
        client = sign_in(ANI)
        for given in ("x", "Basic YTpi", "Bearer", "Bearer x"):
            headers = {"authorization": given}
            assert client.get("/beranda/", headers=headers)["Location"] == INDEX, given
            assert client.get("/api/v1/me", headers=headers).status_code in (401, 403), given

    def test_a_page_that_replaces_a_part_leads_there_whole(self, team: Team) -> None:
        assert sign_in(ANI).get("/beranda/", headers={"HX-Request": "true"})["HX-Redirect"] == INDEX

    @pytest.mark.parametrize("email", [EDI, RUDI])
    def test_other_roles_are_not(self, team: Team, email: str) -> None:
        assert sign_in(email).get("/akun-saya/").status_code == HTTPStatus.OK

    def test_a_role_that_is_given_later_asks_from_then_on(self, team: Team) -> None:
        client = sign_in(RUDI)
        assert client.get("/akun-saya/").status_code == HTTPStatus.OK
        operations.grant_membership(by=OPERATOR, user=team.assessor, role=Role.PANEL_CHAIR, now=timezone.now())
        assert client.get("/akun-saya/")["Location"] == INDEX

    def test_nobody_is_where_the_installation_does_not(self, team: Team, settings: Settings) -> None:
        settings.PILAR_SECOND_FACTOR = base.PILAR_SECOND_FACTOR
        assert sign_in(ANI).get("/akun-saya/").status_code == HTTPStatus.OK

    def test_signing_out_is_always_possible(self, team: Team) -> None:
        client = sign_in(ANI)
        client.post("/akun/logout/")
        assert not signed_in(client)


class TestSettingUp:
    @pytest.mark.django_db(transaction=True)
    def test_the_app_is_set_up_with_recovery_codes_and_opens_the_site(self, team: Team) -> None:
        client = sign_in(ANI)
        activate = "/akun/2fa/totp/activate/"
        again = client.get(activate)["Location"]
        assert again.startswith("/akun/reauthenticate/?next=")
        assert client.post(again, {"password": PASSWORD})["Location"] == activate
        secret = client.get(activate).context["form"].secret
        done = client.post(activate, {"code": code(secret)})
        codes = client.get(done["Location"])
        assert len(codes.context["unused_codes"]) == 10
        assert client.get("/akun-saya/").status_code == HTTPStatus.OK
        kinds = set(Authenticator.objects.filter(user=team.secretariat).values_list("type", flat=True))
        assert kinds == {Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES}

    def test_the_last_one_stays_with_who_needs_it(self, team: Team) -> None:
        give_app(ANI)
        client = sign_in(ANI)
        client.post(ASKED, {"code": code()})
        off = "/akun/2fa/totp/deactivate/"
        client.post(client.get(off)["Location"], {"password": PASSWORD})
        assert client.post(off).status_code == HTTPStatus.OK
        assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).exists()

    def test_who_does_not_need_it_may_switch_it_off(self, team: Team) -> None:
        give_app(EDI)
        client = sign_in(EDI)
        client.post(ASKED, {"code": code()})
        off = "/akun/2fa/totp/deactivate/"
        client.post(client.get(off)["Location"], {"password": PASSWORD})
        assert client.post(off).status_code == HTTPStatus.FOUND
        assert not Authenticator.objects.exists()


class TestPassing:
    def test_who_has_one_passes_it_after_the_password(self, team: Team) -> None:
        give_app(ANI)
        client = sign_in(ANI)
        assert not signed_in(client)
        assert client.get(ASKED).status_code == HTTPStatus.OK
        assert client.post(ASKED, {"code": "000000"}).status_code == HTTPStatus.OK
        assert client.post(ASKED, {"code": code()}).status_code == HTTPStatus.FOUND
        assert client.get("/akun-saya/").status_code == HTTPStatus.OK

    def test_a_recovery_code_opens_once(self, team: Team) -> None:
        user = give_app(ANI)
        (first, *_) = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()
        for opens in (True, False):
            client = sign_in(ANI)
            client.post(ASKED, {"code": first})
            assert signed_in(client) is opens

    def test_a_session_from_before_shows_it_too_and_may_not_add_another(self, team: Team) -> None:
        before = sign_in(ANI)
        give_app(ANI)
        asked = before.get("/akun/daftar/?q=a")
        assert asked["Location"] == "/akun/2fa/reauthenticate/?next=%2Fakun%2Fdaftar%2F%3Fq%3Da"
        for closed in (INDEX, "/akun/2fa/webauthn/add/", "/akun/2fa/recovery-codes/", "/akun/reauthenticate/"):
            assert before.get(closed)["Location"].startswith("/akun/2fa/reauthenticate/"), closed
        assert before.get("/api/v1/me").status_code == HTTPStatus.FORBIDDEN
        assert before.post(asked["Location"], {"code": code()})["Location"] == "/akun/daftar/?q=a"
        assert before.get("/akun/daftar/").status_code == HTTPStatus.OK


class TestGuessing:
    def guess(self, client: Client, times: int) -> list[int]:
        return [client.post(ASKED, {"code": "000000"}).status_code for _ in range(times)]

    def test_codes_are_guessed_ten_times_in_a_quarter_of_an_hour_whatever_the_network(self, team: Team) -> None:
        give_app(SITI)
        told: list[int] = []
        for network in range(4):
            told += self.guess(sign_in(SITI, REMOTE_ADDR=f"10.0.0.{network}"), 3)
        assert told == [200] * 9 + [429] * 3
        late = sign_in(SITI, REMOTE_ADDR="10.0.0.77")
        answer: Mock = late.post(ASKED, {"code": code()})
        assert answer.status_code == 429
        assert 0 < int(answer["Retry-After"]) <= 900
        FailedSignIn.objects.update(failed_at=timezone.now() - timedelta(minutes=16))
        assert late.post(ASKED, {"code": code()}).status_code == HTTPStatus.FOUND

    def test_a_device_that_the_account_knows_is_not_locked_by_who_guesses(self, team: Team) -> None:
        give_app(SITI)
        mine = sign_in(SITI)
        mine.post(ASKED, {"code": code()})
        mine.post("/akun/logout/")
        self.guess(sign_in(SITI, REMOTE_ADDR="10.0.0.1"), 11)
        mine.post("/akun/login/", {"login": SITI, "password": PASSWORD})
        unused = Authenticator.objects.get(user=team.coordinator, type="recovery_codes").wrap().get_unused_codes()
        assert mine.post(ASKED, {"code": unused[0]}).status_code == HTTPStatus.FOUND
        assert signed_in(mine)


class TestKeptEncrypted:
    def stored(self) -> list[str]:
        rows = Authenticator.objects.order_by("type").values_list("data", flat=True)
        return [text for row in rows for name in ("secret", "seed") if (text := row.get(name))]

    def test_the_database_holds_no_secret_and_the_code_opens_the_site(self, team: Team) -> None:
        give_app(ANI)
        kept = self.stored()
        assert len(kept) == 2
        assert all(map(secrets.is_encrypted, kept))
        assert SECRET not in str(kept)
        client = sign_in(ANI)
        client.post(ASKED, {"code": code()})
        assert signed_in(client)

    def test_what_was_kept_plain_opens_the_site_and_is_encrypted_by_the_upgrade(self, team: Team) -> None:
        user = give_app(ANI)
        for row in Authenticator.objects.filter(user=user):
            for name in {"secret", "seed"} & set(row.data):
                row.data[name] = secrets.decrypt(row.data[name], context=SECOND_FACTOR)
            row.save()
        assert SECRET in self.stored()
        codes = user.authenticator_set.get(type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()
        client = sign_in(ANI)
        client.post(ASKED, {"code": code()})
        assert signed_in(client)
        assert operations.renew_second_factors(by=OPERATOR) == 2
        assert operations.renew_second_factors(by=OPERATOR) == 0
        assert all(map(secrets.is_encrypted, self.stored()))
        again = sign_in(ANI)
        again.post(ASKED, {"code": codes[0]})
        assert signed_in(again)
        with pytest.raises(NotAllowed):
            operations.renew_second_factors(by=PUBLIC)

    def test_a_new_key_takes_over_and_a_lost_one_is_told(self, team: Team, settings: Settings) -> None:
        give_app(ANI)
        kept_otherwise = {"migrated_codes": ["12345678"]}  # codes of another program have no seed
        Authenticator.objects.create(
            user_id=team.verifier, type=Authenticator.Type.RECOVERY_CODES, data=kept_otherwise
        )  # fmt: skip
        settings.PILAR_FIELD_KEYS = "new"
        assert operations.renew_second_factors(by=OPERATOR) == 2
        client = sign_in(ANI)
        client.post(ASKED, {"code": code()})
        assert signed_in(client)
        settings.PILAR_FIELD_KEYS = ""
        with pytest.raises(secrets.Unreadable):
            operations.renew_second_factors(by=OPERATOR)
