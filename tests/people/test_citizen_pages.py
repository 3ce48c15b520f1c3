"""Pages of citizens: signing in and up by a code, the own account, and closed doors everywhere else."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from confirming import confirmed
from people.citizens import NAME, NUMBER, OTHER_NUMBER, Phones, code_in, entered, phones  # noqa: F401 - a fixture
from people.team import PASSWORD, Team
from pilar.people.models import Consent, Proxy, PublicAccount, PublicCode, User
from pilar.people.operations.codes import send_code
from pilar.people.rules import SCHEDULE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("phones")]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SIGN_IN, CODE, OPEN, HOME, PROXIES = (
    "/masuk-warga/", "/masuk-warga/kode/", "/masuk-warga/daftar/", "/akun-saya/", "/akun-saya/kuasa/",
)  # fmt: skip
OPENED = {"name": NAME, "kind": "person", "consent": "1", "agreed": "on"}


def said(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == HTTPStatus.OK, address
    return str(answer.content.decode())


def asked(client: Client, contact: str = NUMBER) -> str:
    """Ask for a code, which the phone gets; returns it."""
    answer = client.post(SIGN_IN, {"contact": contact})
    assert (answer.status_code, answer["Location"]) == (HTTPStatus.FOUND, CODE)
    send_code(by=SCHEDULE, code=str(PublicCode.objects.latest("asked_at").pk), now=timezone.now())
    return code_in(Phones.got[-1][1])


class TestSigningIn:
    def test_somebody_new_signs_up_and_then_in(self, client: Client) -> None:
        code = asked(client)
        assert "•••890" in said(client, CODE)
        assert client.post(CODE, {"code": code})["Location"] == OPEN
        shown = said(client, OPEN)
        for wanted in ("Saya setuju bahwa", "asumsi", "Versi 1"):
            assert wanted in shown
        assert client.post(OPEN, OPENED)["Location"] == HOME
        home = said(client, HOME)
        for wanted in (NAME, NUMBER, "Tarik persetujuan saya", "Data saya belum pernah ditampilkan"):
            assert wanted in home
        assert client.post("/akun-saya/keluar/").status_code == HTTPStatus.FOUND
        assert client.get(HOME)["Location"].startswith("/akun/login/")
        again = Client()
        assert again.post(CODE, {"code": asked(again)})["Location"] == HOME

    def test_whoever_was_led_to_the_sign_in_comes_back_to_where_they_wanted_to_go(self, client: Client) -> None:
        """Also by a second click; who has signed out since comes to their account."""
        assert client.get(f"{PROXIES}?a=1")["Location"] == SIGN_IN
        client.post(CODE, {"code": asked(client)})
        assert [client.post(OPEN, OPENED)["Location"] for _click in range(2)] == [f"{PROXIES}?a=1"] * 2
        assert not client.cookies["tujuan-warga"].value, "who takes the device next goes where they want to"
        client.post("/akun-saya/keluar/")
        assert client.post(CODE, {"code": asked(client)})["Location"] == HOME
        client.post("/akun-saya/keluar/")
        client.cookies["tujuan-warga"] = "https://contoh.invalid/"
        assert client.post(CODE, {"code": asked(client)})["Location"] == HOME

    def test_who_has_an_account_comes_straight_to_it(self, client: Client) -> None:
        entered(client, NUMBER)
        again = Client()
        code = asked(again)
        first, second = again.post(CODE, {"code": code}), again.post(CODE, {"code": code})
        assert (first["Location"], second["Location"]) == (HOME, HOME), "a second click"
        assert NAME in said(again, HOME)
        assert again.get(SIGN_IN)["Location"] == HOME

    def test_opening_needs_the_tick_the_name_and_the_text_as_it_is(self, client: Client) -> None:
        client.post(CODE, {"code": asked(client)})
        for wrong, field in (({"agreed": ""}, "agreed"), ({"name": " "}, "name"), ({"kind": "x"}, "kind")):
            answer = client.post(OPEN, OPENED | wrong)
            assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
            assert answer.context["form"].errors[field]
        answer = client.post(OPEN, OPENED | {"consent": "0"})
        assert answer.context["form"].errors["consent"] == ["Teksnya telah berubah. Baca sekali lagi"]
        assert not PublicAccount.objects.exists()

    def test_a_second_click_on_opening_is_the_same_account(self, client: Client) -> None:
        client.post(CODE, {"code": asked(client)})
        for _ in range(2):
            assert client.post(OPEN, OPENED)["Location"] == HOME
        assert PublicAccount.objects.count() == 1

    def test_a_code_on_another_device_opens_nothing(self, client: Client) -> None:
        code, other = asked(client), Client()
        assert other.get(CODE)["Location"] == SIGN_IN
        assert other.post(CODE, {"code": code})["Location"] == SIGN_IN
        assert other.get(OPEN)["Location"] == SIGN_IN
        other.cookies["kode-warga"] = f"{PublicCode.objects.get().pk}:forged"
        assert other.post(CODE, {"code": code})["Location"] == SIGN_IN

    def test_an_old_code_and_a_wrong_one_are_told_alike(self, client: Client) -> None:
        code = asked(client)
        wrong = client.post(CODE, {"code": f"{(int(code) + 1) % 10**6:06}"})
        assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        PublicCode.objects.update(asked_at=timezone.now() - timedelta(minutes=11))
        old = client.post(CODE, {"code": code})
        assert old.context["form"].non_field_errors() == wrong.context["form"].non_field_errors()

    def test_too_many_codes_are_told_on_the_form(self, client: Client) -> None:
        for _ in range(4):
            asked(client)
        answer = client.post(SIGN_IN, {"contact": NUMBER})
        assert answer.status_code in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.CONFLICT)
        assert "Terlalu banyak kode" in answer.content.decode()

    def test_a_device_that_was_used_before_has_a_limit_of_its_own(self, client: Client) -> None:
        entered(client, NUMBER)
        client.post("/akun-saya/keluar/")
        for _ in range(3):
            asked(Client())
        assert Client().post(SIGN_IN, {"contact": NUMBER}).status_code != HTTPStatus.FOUND
        assert asked(client)
        assert PublicCode.objects.latest("asked_at").device

    def test_a_known_and_an_unknown_contact_are_answered_alike(self, client: Client) -> None:
        entered(Client(), NUMBER)
        pages = []
        for contact in (NUMBER, "0812 0000 0890"):
            answer = client.post(SIGN_IN, {"contact": contact})
            shown = re.sub(r'value="[^"]{20,}"|nonce="[^"]+"', "", said(client, CODE))
            pages.append((answer.status_code, answer["Location"], shown))
        assert pages[0] == pages[1]


class TestTwoKindsOfAccount:
    def test_who_signs_in_as_a_citizen_is_signed_out_as_staff(self, team: Team, client: Client) -> None:
        client.force_login(User.objects.get(pk=team.coordinator), BACKEND)
        entered(client, NUMBER)
        assert client.get("/akun/daftar/")["Location"].startswith("/akun/login/")
        assert NAME in said(client, HOME)

    def test_and_the_other_way_round(self, team: Team, client: Client) -> None:
        entered(client, NUMBER)
        answer = client.post("/akun/login/", {"login": "siti@contoh.invalid", "password": PASSWORD})
        assert answer.status_code == HTTPStatus.FOUND
        assert "siti@contoh.invalid" in said(client, HOME)
        assert client.get(PROXIES)["Location"] == SIGN_IN

    def test_a_citizen_is_a_visitor_everywhere_else(self, team: Team, client: Client) -> None:
        """Every address that names nothing answers a citizen as it answers anybody."""
        entered(client, NUMBER)
        wrong, seen = [], 0
        for address in sorted(set(plain_addresses(get_resolver()))):
            own = ("/masuk-warga/", "/akun-saya/", "/akun/logout", "/perizinan/saya/", "/rumah-sakit/saya/")
            if address.startswith(own):
                continue
            answers = [
                (one.get(address).status_code, one.get(address).get("Location", "")) for one in (client, Client())
            ]
            seen += 1
            if answers[0] != answers[1]:
                wrong.append((address, answers))
        assert (wrong, seen > 40) == ([], True)
        for path in ("/api/v1/me", "/api/v1/notices"):
            assert client.get(path).status_code == HTTPStatus.UNAUTHORIZED
        assert client.get("/akun-saya/token/").status_code == HTTPStatus.FOUND
        assert client.get(f"/akun/{team.verifier}/").status_code == HTTPStatus.FOUND


def plain_addresses(resolver: URLResolver, before: str = "/") -> list[str]:
    found = []
    for one in resolver.url_patterns:
        here = before + str(one.pattern)
        if isinstance(one, URLResolver):
            found += plain_addresses(one, here)
        elif isinstance(one, URLPattern) and not re.search(r"[<^(\\]", here) and not here.startswith("/api/"):
            found.append(here)
    return found


class TestAccount:
    @pytest.fixture
    def home(self, client: Client) -> Client:
        return entered(client, NUMBER)

    def test_visitors_are_led_to_signing_in(self, client: Client) -> None:
        for address in ("persetujuan/", "persetujuan/tarik/", "salinan/", "hapus/", "keluar/semua/", "kuasa/",
                        "kuasa/1/setuju/", "kuasa/1/akhiri/"):  # fmt: skip
            for ask in (client.get, client.post):
                assert ask(HOME + address)["Location"] == SIGN_IN, address

    def test_consent_is_withdrawn_and_given_again(self, home: Client) -> None:
        assert "Periksa sebelum" in said(home, f"{HOME}persetujuan/tarik/")
        assert confirmed(home, f"{HOME}persetujuan/tarik/")["Location"] == HOME
        assert confirmed(home, f"{HOME}persetujuan/tarik/")["Location"] == HOME, "a second click"
        assert "tidak ada layanan yang dapat digunakan" in said(home, HOME)
        assert home.post(f"{HOME}persetujuan/", {"version": "1"})["Location"] == HOME
        assert "Tarik persetujuan saya" in said(home, HOME)
        assert Consent.objects.count() == 2

    def test_a_copy_is_taken_and_the_account_erased(self, home: Client) -> None:
        taken = home.get(f"{HOME}salinan/")
        assert json.loads(taken.content)["account"]["name"] == NAME
        assert "no-store" in taken["Cache-Control"]
        erase = f"{HOME}hapus/"
        assert home.post(erase).status_code == HTTPStatus.CONFLICT, "nobody has looked"
        assert confirmed(home, erase)["Location"] == SIGN_IN
        assert PublicAccount.objects.get().name is None
        assert home.get(f"{HOME}salinan/")["Location"] == SIGN_IN

    def test_signing_out_everywhere(self, home: Client) -> None:
        other = entered(Client(), NUMBER)
        assert home.post(f"{HOME}keluar/semua/")["Location"] == SIGN_IN
        for one in (home, other):
            assert one.get(PROXIES)["Location"] == SIGN_IN


class TestProxies:
    def test_a_proxy_is_named_confirmed_and_ended(self, client: Client) -> None:
        entered(client, NUMBER)
        given = {"side": "principal", "contact": OTHER_NUMBER, "purpose": "all", "valid_until": str(days_ahead(30))}
        assert client.post(PROXIES, given)["Location"] == PROXIES
        assert "menunggu persetujuan" in said(client, PROXIES)
        key = Proxy.objects.get().pk
        other = entered(Client(), OTHER_NUMBER, "Budi")
        assert f"Saya bertindak untuk {NAME}" in re.sub(r"\s+", " ", said(other, PROXIES))
        assert other.post(f"{PROXIES}{key}/setuju/")["Location"] == PROXIES
        assert "Budi bertindak untuk saya" in re.sub(r"\s+", " ", said(client, PROXIES))
        assert 'data-label="Siapa">Akun warga' in said(client, HOME), "who was shown my name"
        stranger = entered(Client(), "0812 1111 2222", "Citra")
        assert stranger.get(f"{PROXIES}{key}/akhiri/").status_code == HTTPStatus.NOT_FOUND
        assert stranger.post(f"{PROXIES}{key}/setuju/").status_code == HTTPStatus.NOT_FOUND
        assert confirmed(client, f"{PROXIES}{key}/akhiri/")["Location"] == PROXIES
        assert confirmed(client, f"{PROXIES}{key}/akhiri/")["Location"] == PROXIES, "a second click"
        assert Proxy.objects.get().ended_at is not None

    def test_a_mother_without_a_phone_is_declared(self, client: Client) -> None:
        entered(client, NUMBER)
        given = {"do": "declare", "declare-name": "Ibu Sumiyati", "declare-reason": "tanpa telepon",
                 "declare-purpose": "all", "declare-valid_until": str(days_ahead(30))}  # fmt: skip
        wrong = client.post(PROXIES, given | {"declare-reason": ""})
        assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert wrong.context["declare"].errors["reason"]
        assert not wrong.context["grant"].errors
        assert client.post(PROXIES, given)["Location"] == PROXIES
        shown = re.sub(r"\s+", " ", said(client, PROXIES))
        assert "Saya bertindak untuk Ibu Sumiyati" in shown
        assert "pernyataan, belum disetujui" in shown

    def test_what_is_refused_stands_at_its_field(self, client: Client) -> None:
        entered(client, NUMBER)
        given = {"side": "principal", "contact": NUMBER, "purpose": "all", "valid_until": "2020-01-01"}
        answer = client.post(PROXIES, given)
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert answer.context["grant"].errors["valid_until"]


def days_ahead(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)
