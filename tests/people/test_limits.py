"""Who failed too often waits; a class behind one address does not, nor does a known visitor."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from unittest.mock import Mock

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from people.team import PASSWORD, Team
from pilar.people import operations
from pilar.people.limits import ACCOUNT_FROM_ANYWHERE, KNOWN_DEVICE, NETWORK, Limit
from pilar.people.models import FailedSignIn, User
from pilar.people.queries import Attempt
from pilar.people.rules import OPERATOR
from pilar.people.signin.devices import COOKIE
from pilar.platform import retention

pytestmark = pytest.mark.django_db

SITI, EDI = "siti@contoh.invalid", "edi@contoh.invalid"
REFUSED = HTTPStatus.TOO_MANY_REQUESTS


def sign_in(client: Client, email: str = SITI, password: str = PASSWORD, **more: object) -> Mock:
    return client.post("/akun/login/", {"login": email, "password": password}, **more)


def fail(times: int, email: str = SITI, client: Client | None = None, **more: object) -> list[int]:
    one = client or Client()
    return [sign_in(one, email, "salah", **more).status_code for _ in range(times)]


def failed(times: int, email: str = SITI, network: str = "127.0.0.1") -> None:
    """What so many wrong passwords leave, without asking the page for each (see below that it leaves the same)."""
    attempt, now = Attempt(email, network, "", "password"), timezone.now()
    for _ in range(times):
        operations.note_failure(attempt, now=now)


def test_a_failure_is_noted_as_these_tests_note_it(team: Team) -> None:
    fail(1)
    failed(1)
    by_page, noted = FailedSignIn.objects.order_by("pk").values("account", "network", "device", "what")
    assert by_page == noted


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def known(email: str = SITI, **more: object) -> Client:
    """A device that the account has been used on, signed out since."""
    client = Client(**more)
    assert sign_in(client, email).status_code == HTTPStatus.FOUND
    client.post("/akun/logout/")
    return client


def people(count: int) -> list[str]:
    """As many accounts with the usual password."""
    password = User.objects.get(email=SITI).password
    made = User.objects.bulk_create(
        User(email=f"peserta{number}@contoh.invalid", name=f"Peserta {number}", password=password)
        for number in range(count)
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=one, email=one.email, verified=True, primary=True) for one in made
    )
    return [one.email for one in made]


class TestAccount:
    def test_the_fifth_failure_closes_the_door_and_says_until_when(self, team: Team, client: Client) -> None:
        assert fail(4, client=client) == [200] * 4
        locked = sign_in(client, password="salah")
        assert locked.status_code == REFUSED
        assert "Coba lagi dalam 15 menit" in locked.content.decode()
        assert 14 * 60 < int(locked["Retry-After"]) <= 15 * 60
        assert sign_in(client).status_code == REFUSED
        assert sign_in(client, "SITI@contoh.invalid").status_code == REFUSED
        assert not signed_in(client)

    def test_it_is_said_in_the_readers_language(self, team: Team, client: Client) -> None:
        fail(5)
        answer = client.post("/en/akun/login/", {"login": SITI, "password": PASSWORD})
        assert answer.status_code == REFUSED
        assert "Try again in 15 minutes" in answer.content.decode()

    def test_other_accounts_and_other_networks_stay_open(self, team: Team) -> None:
        fail(5)
        assert sign_in(Client(), EDI).status_code == HTTPStatus.FOUND
        assert sign_in(Client(REMOTE_ADDR="10.0.0.9")).status_code == HTTPStatus.FOUND

    def test_it_opens_again_by_itself(self, team: Team, client: Client) -> None:
        fail(5)
        FailedSignIn.objects.update(failed_at=timezone.now() - timedelta(minutes=5))
        assert sign_in(client)["Retry-After"] in {"600", "599"}
        FailedSignIn.objects.update(failed_at=timezone.now() - timedelta(minutes=16))
        assert sign_in(client).status_code == HTTPStatus.FOUND

    def test_a_success_starts_the_count_anew_here_but_not_for_who_guesses_elsewhere(
        self, team: Team, client: Client
    ) -> None:
        fail(4)
        fail(4, REMOTE_ADDR="10.0.0.9")
        sign_in(client)
        assert fail(1) == [200]
        assert fail(1, REMOTE_ADDR="10.0.0.9") == [REFUSED]

    def test_guessing_from_many_networks_is_limited_too(self, team: Team) -> None:
        for network in range(6):
            failed(4, network=f"10.0.0.{network}")
        told = [fail(4, REMOTE_ADDR=f"10.0.0.{network}")[-1] for network in range(6, 9)]
        assert told == [200] + [REFUSED] * 2
        assert sign_in(Client(REMOTE_ADDR="10.0.9.9")).status_code == REFUSED

    def test_networks_of_ipv6_count_as_one_household(self, team: Team) -> None:
        assert fail(2, REMOTE_ADDR="2001:db8::1") + fail(3, REMOTE_ADDR="2001:db8::2") == [200] * 4 + [REFUSED]

    def test_who_resets_the_password_by_mail_gets_in_at_once(self, team: Team, client: Client) -> None:
        fail(5)
        client.post("/akun/password/reset/", {"email": SITI})
        link = next(word for word in mail.outbox[0].body.split() if "/password/reset/key/" in word)
        form = client.get(link, follow=True)
        new = "kata sandi lain 1234"
        client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
        assert sign_in(client, password=new).status_code == HTTPStatus.FOUND

    def test_no_address_is_kept_with_a_failure(self, team: Team) -> None:
        fail(1)
        row = FailedSignIn.objects.get()
        assert SITI not in f"{row.account} {row.device}"
        assert row.network == "127.0.0.1"


class TestNetwork:
    def test_a_class_behind_one_address_signs_in_within_a_minute_although_all_mistype_twice(self, team: Team) -> None:
        names = people(40)
        clients = {name: Client() for name in names}
        *most, last = names
        for name in most:
            failed(2, name)
        assert fail(2, last, clients[last]) == [200, 200]
        for name, client in clients.items():
            assert sign_in(client, name).status_code == HTTPStatus.FOUND, name

    def test_who_tries_one_password_at_many_accounts_is_stopped(self, team: Team) -> None:
        for number in range(NETWORK.most - 3):
            failed(1, f"nama{number}@contoh.invalid")
        told = [fail(1, f"nama{number}@contoh.invalid")[0] for number in range(NETWORK.most - 3, NETWORK.most + 2)]
        assert told == [200] * 2 + [REFUSED] * 3
        answer = sign_in(Client())
        assert answer.status_code == REFUSED
        assert "Coba lagi dalam 60 menit" in answer.content.decode()
        assert sign_in(Client(REMOTE_ADDR="10.0.0.9")).status_code == HTTPStatus.FOUND

    def test_a_class_chooses_its_passwords_within_a_minute(self, team: Team) -> None:
        for name in people(40):
            assert Client().post("/akun/password/reset/", {"email": name}).status_code == HTTPStatus.FOUND

    def test_other_limits_say_when_to_try_again_on_a_page_of_this_site(self, team: Team) -> None:
        answers = [Client().post("/akun/password/reset/", {"email": SITI}) for _ in range(6)]
        assert [one.status_code for one in answers] == [HTTPStatus.FOUND] * 5 + [REFUSED]
        assert answers[-1]["Retry-After"] == "60"
        assert "Tunggu satu menit" in answers[-1].content.decode()
        assert "Pilar" in answers[-1].content.decode()


class TestKnownDevice:
    def test_no_lock_of_others_reaches_it(self, team: Team) -> None:
        mine = known()
        fail(5)
        for number in range(NETWORK.most):
            failed(1, f"nama{number}@contoh.invalid")
        assert sign_in(Client()).status_code == REFUSED
        assert sign_in(mine).status_code == HTTPStatus.FOUND

    def test_it_has_a_limit_of_its_own_which_closes_nobody_else(self, team: Team) -> None:
        mine = known()
        assert fail(10, client=mine) == [200] * (KNOWN_DEVICE.most - 1) + [REFUSED]
        assert sign_in(mine).status_code == REFUSED
        assert sign_in(Client()).status_code == HTTPStatus.FOUND

    def test_it_is_known_to_its_own_accounts_only(self, team: Team) -> None:
        mine = known()
        fail(5, EDI)
        assert sign_in(mine, EDI).status_code == REFUSED

    def test_several_accounts_may_share_it(self, team: Team) -> None:
        shared = known()
        sign_in(shared, EDI)
        shared.post("/akun/logout/")
        fail(5)
        fail(5, EDI)
        assert sign_in(shared, EDI).status_code == HTTPStatus.FOUND
        shared.post("/akun/logout/")
        assert sign_in(shared).status_code == HTTPStatus.FOUND

    def test_a_mark_that_is_not_ours_counts_for_nothing(self, team: Team) -> None:
        fail(5)
        for forged in ("x", '["1","2"]', known(EDI).cookies[COOKIE].value):
            client = Client()
            client.cookies[COOKIE] = forged
            assert sign_in(client).status_code == REFUSED

    def test_the_mark_is_hidden_from_scripts_and_stays(self, team: Team) -> None:
        cookie = known().cookies[COOKIE]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["max-age"] == 400 * 24 * 3600
        assert SITI not in cookie.value

    def test_a_wrong_password_makes_no_device_known(self, team: Team, client: Client) -> None:
        fail(1, client=client)
        assert COOKIE not in client.cookies


class TestForgedHeaders:
    """``X-Forwarded-For`` neither avoids a lock nor closes the door for somebody else."""

    @pytest.fixture(params=[0, 1, 2])
    def proxies(self, request: pytest.FixtureRequest, settings: Settings) -> int:
        settings.PILAR_PROXIES = request.param
        return int(request.param)

    def from_(self, proxies: int, address: str, forged: str) -> dict[str, object]:
        """What reaches the site when somebody at this address forges the header."""
        if proxies == 0:
            return {"REMOTE_ADDR": address, "headers": {"X-Forwarded-For": forged}}
        hops = [forged, address, *["10.9.9.9"] * (proxies - 1)]
        return {"REMOTE_ADDR": "10.9.9.1", "headers": {"X-Forwarded-For": ", ".join(hops)}}

    def test_a_lock_is_not_avoided(self, team: Team, proxies: int) -> None:
        told = [fail(1, **self.from_(proxies, "203.0.113.7", f"1.1.1.{number}"))[0] for number in range(6)]
        assert told == [200] * 4 + [REFUSED] * 2

    def test_nobody_else_is_locked_out(self, team: Team, proxies: int) -> None:
        for _ in range(6):
            fail(1, **self.from_(proxies, "203.0.113.7", "198.51.100.1"))
        honest = {"REMOTE_ADDR": "198.51.100.1"} if proxies == 0 else self.from_(proxies, "198.51.100.1", "")
        assert sign_in(Client(), **honest).status_code == HTTPStatus.FOUND


def test_an_account_closes_for_all_networks_at_the_thirtieth_wrong_password() -> None:
    now = datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert ACCOUNT_FROM_ANYWHERE.closed_until([now] * 29, now) is None
    assert ACCOUNT_FROM_ANYWHERE.closed_until([now] * 30, now) == now + timedelta(hours=1)


def test_a_limit_tells_when_the_door_opens() -> None:
    limit, now = Limit(3, timedelta(minutes=10)), datetime(2026, 11, 30, 8, tzinfo=UTC)
    ago = [now - timedelta(minutes=minutes) for minutes in (1, 4, 7, 20)]
    assert limit.closed_until(ago[:2], now) is None
    assert limit.closed_until(ago, now) == now + timedelta(minutes=3)
    assert limit.closed_until(ago, now + timedelta(minutes=3)) is None


def test_old_failures_are_cleared_with_the_other_traces(team: Team) -> None:
    operations.load_retention(by=OPERATOR)
    fail(2)
    kept_since = retention.oldest_kept("sign-in", timezone.now())
    assert kept_since is not None
    old = kept_since - timedelta(hours=1)
    FailedSignIn.objects.filter(pk=FailedSignIn.objects.first().pk).update(failed_at=old)  # type: ignore[union-attr]
    operations.clear_sign_in_traces(by=OPERATOR, now=timezone.now())
    assert FailedSignIn.objects.count() == 1
