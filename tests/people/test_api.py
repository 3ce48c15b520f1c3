"""Signing in to the API: by token, by session, or not at all."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.test import Client
from django.utils import timezone

from people.team import Team
from people.test_notices import FILLED, notify
from pilar.people import operations
from pilar.people.models import Notice, User
from pilar.people.operations import NewToken
from pilar.people.rules import OPERATOR

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def token(team: Team) -> NewToken:
    return operations.create_token(by=team.standing("coordinator"), name="Skrip", days=1, now=timezone.now())


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def browser(team: Team) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(pk=team.coordinator), BACKEND)
    return client


def test_a_token_says_whom_it_acts_for(team: Team, token: NewToken, client: Client) -> None:
    assert client.get("/api/v1/me", headers=bearer(token.secret)).json() == {
        "email": "siti@contoh.invalid",
        "name": "Siti",
        "language": "id",
        "token": True,
        "roles": [
            {
                "role": "coordinator", "region": "36.03", "unit": "", "place": "Kabupaten Tangerang",
                "valid_from": "2026-03-01", "valid_until": None,
            }
        ],
    }  # fmt: skip


def test_a_session_too(team: Team) -> None:
    answer = browser(team).get("/api/v1/me").json()
    assert (answer["email"], answer["token"]) == ("siti@contoh.invalid", False)


def test_nobody_is_asked_to_sign_in(team: Team, client: Client) -> None:
    for answer in (
        client.get("/api/v1/me"),
        client.post("/api/v1/notices/1/read"),
        client.get("/api/v1/me", headers={"Authorization": "Basic YTpi"}),
    ):
        assert answer.status_code == HTTPStatus.UNAUTHORIZED
        assert answer["Content-Type"] == "application/problem+json"
        assert answer["WWW-Authenticate"] == "Bearer"
        assert answer.json()["code"] == "not-signed-in"


def test_a_token_that_opens_nothing_is_refused_even_beside_a_session(team: Team, token: NewToken) -> None:
    client = browser(team)
    operations.revoke_token(by=team.standing("coordinator"), token=token.key, now=timezone.now())
    for secret in ("", "pilar_wrong", token.secret):
        answer = client.get("/api/v1/me", headers=bearer(secret))
        assert answer.status_code == HTTPStatus.UNAUTHORIZED
        assert answer.json()["code"] == "bad-token"
        assert answer["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def test_a_blocked_account_is_out_both_ways(team: Team, token: NewToken, client: Client) -> None:
    signed_in = browser(team)
    operations.set_active(by=OPERATOR, user=team.coordinator, active=False, now=timezone.now())
    assert client.get("/api/v1/me", headers=bearer(token.secret)).status_code == HTTPStatus.UNAUTHORIZED
    assert signed_in.get("/api/v1/me").status_code == HTTPStatus.UNAUTHORIZED


class TestChanging:
    def test_a_token_needs_nothing_more(self, team: Team, token: NewToken) -> None:
        notify(team, sentence=FILLED, fields={"email": "x"}, region="36.03")
        client = Client(enforce_csrf_checks=True)
        (row,) = client.get("/api/v1/notices", headers=bearer(token.secret)).json()
        assert (row["text"], row["region"], row["read"]) == ("“x” bukan alamat email", "36.03", False)
        answer = client.post(f"/api/v1/notices/{row['key']}/read", headers=bearer(token.secret))
        assert answer.status_code == HTTPStatus.NO_CONTENT
        assert Notice.objects.get().read_at is not None

    def test_a_session_must_show_that_the_request_is_its_own(self, team: Team) -> None:
        notify(team)
        key = Notice.objects.get().pk
        client = browser(team)
        refused = client.post(f"/api/v1/notices/{key}/read")
        assert refused.status_code == HTTPStatus.FORBIDDEN
        assert refused.json()["code"] == "forged-request"
        assert Notice.objects.get().read_at is None
        client.get("/akun-saya/")
        shown = client.cookies["csrftoken"].value
        answer = client.post(f"/api/v1/notices/{key}/read", headers={"X-CSRFToken": shown})
        assert answer.status_code == HTTPStatus.NO_CONTENT

    def test_anothers_notice_is_not_there(self, team: Team, token: NewToken, client: Client) -> None:
        notify(team, to=[team.verifier])
        for key in (Notice.objects.get().pk, 10**9):
            answer = client.post(f"/api/v1/notices/{key}/read", headers=bearer(token.secret))
            assert answer.status_code == HTTPStatus.NOT_FOUND


def test_what_is_public_asks_for_nothing(client: Client, team: Team) -> None:
    assert client.get("/api/v1/years").status_code == HTTPStatus.OK
    assert client.get("/api/v1/years", headers=bearer("pilar_wrong")).status_code == HTTPStatus.OK


def test_the_secretariat_sees_and_revokes_tokens(team: Team, token: NewToken, client: Client) -> None:
    own = operations.create_token(by=team.standing("secretariat"), name="Admin", days=1, now=timezone.now())
    address = f"/api/v1/accounts/{team.coordinator}/tokens"
    (row,) = client.get(address, headers=bearer(own.secret)).json()
    assert (row["key"], row["name"], row["revoked_at"]) == (token.key, "Skrip", None)
    assert token.secret not in str(row)
    revoke = f"{address}/{token.key}/revoke"
    for secret in (
        token.secret,
        operations.create_token(by=team.standing("verifier"), name="x", days=1, now=timezone.now()).secret,
    ):
        assert client.get(address, headers=bearer(secret)).status_code == HTTPStatus.NOT_FOUND
        assert client.post(revoke, headers=bearer(secret)).status_code == HTTPStatus.NOT_FOUND
    elsewhere = f"/api/v1/accounts/{team.verifier}/tokens/{token.key}/revoke"
    assert client.post(elsewhere, headers=bearer(own.secret)).status_code == HTTPStatus.NOT_FOUND
    assert client.post(revoke, headers=bearer(own.secret)).status_code == HTTPStatus.NO_CONTENT
    assert client.get("/api/v1/me", headers=bearer(token.secret)).status_code == HTTPStatus.UNAUTHORIZED
