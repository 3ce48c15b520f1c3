"""Sign-in by OpenID Connect against a provider on this machine: who has no account asks for one and waits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from time import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from pytest_django.fixtures import Settings

from people.readings import readings
from people.team import LATER, NOW, Team
from pilar.config.oidc import read_providers
from pilar.people import operations, queries
from pilar.people.models import AccountRequest, Membership, Notice, User
from pilar.people.rules import OPERATOR, NotAllowed, NotFound, Role
from pilar.people.single_sign_on import Provider, wished
from pilar.platform.errors import Fault
from pilar.platform.models import AuditEvent

pytestmark = pytest.mark.django_db

APP = "tangerangkab"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SIGN_IN = f"/akun/oidc/{APP}/login/"
TRUST = {"region_claim": "kode_wilayah", "role_claim": "groups", "roles": {"smartcity": "verifier"}}


@dataclass
class LocalProvider:
    """A provider with one person, who is always signed in there."""

    claims: dict[str, Any]
    address: str = ""
    asked: list[str] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        ends = {"authorization_endpoint": "a", "token_endpoint": "t", "userinfo_endpoint": "u", "jwks_uri": "k"}
        return {"issuer": self.address, **{name: f"{self.address}/{end}" for name, end in ends.items()}}

    def token(self) -> dict[str, Any]:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        said = {"iss": self.address, "aud": "pilar", "iat": int(time()), "exp": int(time()) + 300, **self.claims}
        return {"access_token": "kunci", "token_type": "Bearer", "id_token": jwt.encode(said, key, "RS256")}


@pytest.fixture
def provider(settings: Settings) -> Iterator[LocalProvider]:
    served = LocalProvider({"sub": "77", "email": "tono@contoh.invalid", "email_verified": True, "name": "Tono"})

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._tell(served.claims if self.path == "/u" else served.document())

        def do_POST(self) -> None:
            served.asked.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self._tell(served.token())

        def _tell(self, said: dict[str, Any]) -> None:
            content = json.dumps(said).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *arguments: Any) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answers)
    served.address = f"http://127.0.0.1:{server.server_port}"
    app = {
        "provider_id": APP, "name": "SSO", "client_id": "pilar", "secret": "rahasia",
        "settings": {"server_url": served.address, "oauth_pkce_enabled": True},
    }  # fmt: skip
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    settings.PILAR_OIDC = {APP: TRUST}
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield served
    server.shutdown()
    thread.join()
    server.server_close()


def come(client: Client, **more: str) -> Any:
    """Sign in there and come back."""
    sent = client.post(SIGN_IN, more)
    asked = parse_qs(urlsplit(sent["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    return client.get(f"{SIGN_IN}callback/", {"code": "sekali", "state": asked["state"][0]})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_stranger_gets_nothing_but_a_request_until_somebody_confirms_it(
    team: Team, client: Client, provider: LocalProvider
) -> None:
    provider.claims |= {"groups": ["pegawai", "smartcity"], "kode_wilayah": "36.03"}
    accounts = User.objects.count(), Membership.objects.count()
    answer = come(client)
    assert answer.status_code == 200
    assert "Permintaan akun Anda menunggu" in answer.content.decode()
    assert not signed_in(client)
    assert (User.objects.count(), Membership.objects.count()) == accounts
    assert "rahasia" in provider.asked[0]
    come(client)
    row = AccountRequest.objects.get()
    assert (row.email, row.name, row.role, row.region_id) == ("tono@contoh.invalid", "Tono", "verifier", "36.03")
    assert [notice.user_id for notice in Notice.objects.filter(kind="people.account-request")] == [team.coordinator]

    user = operations.grant_request(
        by=team.standing("coordinator"), request=row.pk, name="Tono", role=Role.VERIFIER, region="36.03", now=NOW
    )
    assert not Notice.objects.filter(kind="people.account-request", done_at=None).exists()
    assert SocialAccount.objects.get(user=user).uid == "77"
    assert not User.objects.get(pk=user).has_usable_password()
    provider.claims["email"] = "tono.baru@contoh.invalid"  # the person is the subject, whatever the address
    assert come(client)["Location"] == "/beranda/"
    assert client.session["_auth_user_id"] == str(user)
    assert not AccountRequest.objects.exists()


def test_an_address_that_is_not_verified_asks_for_nothing(team: Team, client: Client, provider: LocalProvider) -> None:
    provider.claims["email_verified"] = False
    assert come(client).status_code == 403
    assert not AccountRequest.objects.exists()


def test_the_sign_in_of_a_region_opens_no_account_with_a_role_elsewhere(
    team: Team, client: Client, provider: LocalProvider, settings: Settings
) -> None:
    settings.PILAR_OIDC = {APP: TRUST | {"region": "36.03"}}
    for email in ("ani@contoh.invalid", "budi@contoh.invalid", "rudi@contoh.invalid"):
        provider.claims |= {"email": email, "sub": email}
        assert come(client).status_code == 403
        assert not signed_in(client)
    assert not SocialAccount.objects.exists()
    provider.claims |= {"email": "siti@contoh.invalid", "sub": "1"}
    come(client)
    assert client.session["_auth_user_id"] == str(team.coordinator)


@pytest.mark.parametrize("region", [None, "36.71"])
def test_a_role_that_waits_keeps_the_sign_in_of_another_region_out(
    team: Team, client: Client, provider: LocalProvider, settings: Settings, region: str | None
) -> None:
    settings.PILAR_OIDC = {APP: TRUST | {"region": "36.03"}}
    if region:
        Membership.objects.filter(user=team.neighbour).update(since=datetime(2200, 1, 1, tzinfo=UTC))
    else:
        Membership.objects.filter(user=team.neighbour).delete()
    provider.claims |= {"email": "budi@contoh.invalid", "sub": "5"}
    assert come(client).status_code == 403
    assert not signed_in(client)
    assert not SocialAccount.objects.exists()


def test_the_sign_in_of_a_region_opens_an_account_whose_role_there_begins_later(
    team: Team, client: Client, provider: LocalProvider, settings: Settings
) -> None:
    settings.PILAR_OIDC = {APP: TRUST | {"region": "36.03"}}
    Membership.objects.filter(user=team.verifier).update(since=datetime(2200, 1, 1, tzinfo=UTC))
    provider.claims |= {"email": "edi@contoh.invalid", "sub": "6"}
    come(client)
    assert client.session["_auth_user_id"] == str(team.verifier)


def test_who_is_signed_in_asks_for_no_account(team: Team, client: Client, provider: LocalProvider) -> None:
    client.force_login(User.objects.get(pk=team.verifier), BACKEND)
    answer = come(client, process="connect")
    assert "Anda sudah masuk" in answer.content.decode()
    assert not AccountRequest.objects.exists()
    assert not SocialAccount.objects.exists()


def ask(**more: Any) -> int:
    said = {"provider_id": APP, "subject": "9", "email": "tono@contoh.invalid", "name": "Tono", "claims": {}} | more
    return operations.ask_for_account(app=APP, now=NOW, **said)


def test_only_who_gives_roles_there_sees_and_decides(team: Team, settings: Settings) -> None:
    settings.PILAR_OIDC = {APP: TRUST}
    key, of_nobody = ask(claims={"kode_wilayah": "36.03"}), ask(subject="10")
    assert [row.key for row in queries.account_requests(scope=team.standing("coordinator"))] == [key]
    assert [row.key for row in queries.account_requests(scope=team.standing("secretariat"))] == [key, of_nobody]
    secretariat = Client()
    secretariat.force_login(User.objects.get(pk=team.secretariat), BACKEND)
    for address in ("/akun/permintaan/", f"/akun/permintaan/{key}/"):
        assert secretariat.get(address).status_code == 200
    assert readings("people.account-requests") == [(str(team.secretariat), "1", 2)]
    assert readings("people.account-request") == [(str(team.secretariat), str(key), 1)]
    for name in ("neighbour", "verifier", "contributor", "assessor"):
        assert queries.account_requests(scope=team.standing(name)) == ()
        with pytest.raises(NotFound):
            operations.refuse_request(by=team.standing(name), request=key, now=NOW)
    with pytest.raises(NotFound):
        operations.refuse_request(by=team.standing("coordinator"), request=of_nobody, now=NOW)
    given = {"request": key, "name": "Tono", "now": NOW}
    with pytest.raises(NotAllowed):
        operations.grant_request(by=team.standing("coordinator"), role=Role.SECRETARIAT, **given)
    operations.refuse_request(by=team.standing("coordinator"), request=key, now=NOW)
    assert [row.pk for row in AccountRequest.objects.all()] == [of_nobody]
    assert AuditEvent.objects.filter(action="refuse", target="people.account-request", area="36.03").count() == 1


def test_a_request_for_coordinator_goes_to_the_secretariat(team: Team, settings: Settings) -> None:
    settings.PILAR_OIDC = {APP: TRUST | {"roles": {"smartcity": "coordinator"}}}
    ask(claims={"kode_wilayah": "36.03", "groups": "smartcity"})
    assert [notice.user_id for notice in Notice.objects.filter(kind="people.account-request")] == [team.secretariat]


def test_the_pages_confirm_with_another_role_and_refuse(team: Team, client: Client, settings: Settings) -> None:
    settings.PILAR_OIDC = {APP: TRUST}
    key = ask(claims={"kode_wilayah": "36.03"})
    other = ask(subject="10", email="lain@contoh.invalid", claims={"kode_wilayah": "36.03"})
    client.force_login(User.objects.get(pk=team.coordinator), BACKEND)
    assert "Tono" in client.get("/akun/permintaan/").content.decode()
    where = f"/akun/permintaan/{key}/"
    assert client.get(where).status_code == 200
    answer = client.post(where, {"name": "Tono S.", "role": "contributor", "office": str(team.office)})
    assert answer.status_code == 302
    user = User.objects.get(email="tono@contoh.invalid")
    assert user.name == "Tono S."
    assert [held.role for held in Membership.objects.filter(user=user)] == ["contributor"]
    check = client.get(f"/akun/permintaan/{other}/tolak/")
    client.post(f"/akun/permintaan/{other}/tolak/", {"checked": check.context["check"].seen})
    assert not AccountRequest.objects.exists()
    again = client.post(where, {"name": "Tono S.", "role": "contributor", "office": str(team.office)}, follow=True)
    assert again.redirect_chain == [("/akun/permintaan/", 302)]
    assert "Permintaan ini tidak lagi menunggu" in again.content.decode()
    assert client.get(where).status_code == 404


def told() -> list[int]:
    """Who has an open notice about a request."""
    return [notice.user_id for notice in Notice.objects.filter(kind="people.account-request", done_at=None)]


def test_who_asks_anew_for_another_region_or_role_waits_for_who_decides_there(team: Team, settings: Settings) -> None:
    settings.PILAR_OIDC = {APP: TRUST | {"roles": {"a": "verifier", "b": "coordinator"}}}
    key = ask(claims={"kode_wilayah": "36.03", "groups": "a"})
    assert told() == [team.coordinator]
    assert ask(claims={"kode_wilayah": "36.71", "groups": "a"}) == key
    assert told() == [team.neighbour]
    assert ask(claims={"kode_wilayah": "36.71", "groups": "b"}) == key
    assert told() == [team.secretariat]
    count = Notice.objects.count()
    assert ask(claims={"kode_wilayah": "36.71", "groups": "b"}, name="Tono S.") == key
    assert Notice.objects.count() == count


def test_a_request_is_done_once_its_person_has_an_account(team: Team, settings: Settings) -> None:
    settings.PILAR_OIDC = {APP: TRUST}
    ask(claims={"kode_wilayah": "36.03"})
    other = ask(subject="10", email="lain@contoh.invalid")
    operations.create_account(
        by=team.standing("secretariat"), email="Tono@contoh.invalid", name="Tono", role=Role.ASSESSOR, now=LATER
    )
    assert [row.pk for row in AccountRequest.objects.all()] == [other]
    assert told() == [team.secretariat]


def test_who_comes_by_the_sign_in_of_a_region_gets_no_role_elsewhere(team: Team, settings: Settings) -> None:
    settings.PILAR_OIDC = {APP: TRUST | {"region": "36.03"}}
    key, by = ask(), team.standing("secretariat")
    for role, region in ((Role.ASSESSOR, None), (Role.VERIFIER, "36.71")):
        with pytest.raises(operations.OutsideProvider, match="Tangerang"):
            operations.grant_request(by=by, request=key, name="Tono", role=role, region=region, now=NOW)
    assert operations.grant_request(by=by, request=key, name="Tono", role=Role.CONTRIBUTOR, office=team.office, now=NOW)


def test_an_old_request_is_deleted(team: Team) -> None:
    operations.load_retention(by=OPERATOR)
    ask()
    operations.clear_sign_in_traces(by=OPERATOR, now=LATER)
    assert AccountRequest.objects.count() == 1
    assert told() == [team.secretariat]
    operations.clear_sign_in_traces(by=OPERATOR, now=LATER.replace(year=LATER.year + 5))
    assert not AccountRequest.objects.exists()
    assert told() == []


@pytest.mark.parametrize(
    ("claims", "found"),
    [
        ({}, ("", "")),
        ({"groups": ["x", "smartcity"], "kode_wilayah": "36.03"}, ("verifier", "36.03")),
        ({"groups": "smartcity", "kode_wilayah": "99.99"}, ("verifier", "")),
        ({"groups": {"smartcity": 1}, "kode_wilayah": ["36.03"]}, ("", "")),
    ],
)
def test_claims_propose_only_what_is_known_here(claims: dict[str, Any], found: tuple[str, str]) -> None:
    wish = wished(Provider("", "kode_wilayah", "groups", {"smartcity": "verifier", "pegawai": "raja"}), claims)
    assert (wish.role, wish.region) == found


GOOD = {"code": "kab", "name": "SSO", "server": "https://sso.example/realms/a", "client": "c", "secret": "s"}


def test_the_file_of_providers_is_read_and_a_wrong_one_is_refused(tmp_path: Any) -> None:
    def read(rows: object) -> tuple[int, list[str]]:
        file = tmp_path / "oidc.json"
        file.write_text(rows if isinstance(rows, str) else json.dumps(rows))
        faults: list[Fault] = []
        found = read_providers({"PILAR_OIDC_FILE": str(file)}, faults)
        assert "rahasia" not in repr(found)
        return len(found), [fault.code for fault in faults]

    assert read([{**GOOD, "secret": "rahasia", "region": "36.03", "roles": {"a": "verifier"}}]) == (1, [])
    assert read([GOOD, GOOD])[1] == ["oidc-twice"]
    for wrong in (
        "{",
        [{**GOOD, "secret": ""}],
        [{**GOOD, "more": "x"}],
        [{**GOOD, "server": "http://sso.example"}],
        [1],
    ):
        assert read(wrong) == (0, ["oidc-file-unfit"]), wrong
    faults: list[Fault] = []
    (one,) = read_providers(
        {"PILAR_OIDC_SERVER": "https://sso.example/x", "PILAR_OIDC_CLIENT": "c", "PILAR_OIDC_SECRET": "s"}, faults
    )
    assert (one.code, one.origins, faults) == ("oidc", ("https://sso.example",), [])
