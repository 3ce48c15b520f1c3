from __future__ import annotations

from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from people.team import NOW, Team, account
from pilar.people.models import Membership, User
from pilar.people.rules import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(team: Team, client: Client) -> Client:
    client.force_login(User.objects.get(pk=team.contributor), "allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_the_own_account_shows_who_where_and_how(team: Team, reader: Client) -> None:
    page = reader.get("/akun-saya/").content.decode()
    for word in ("Dewi", "dewi@contoh.invalid", "Kontributor", "Dinas Komunikasi dan Informatika, Kabupaten Tangerang"):
        assert word in page
    assert "/akun/password/change/" in page
    assert "/akun/2fa/" in page
    assert "siti@" not in page
    english = reader.get("/en/akun-saya/").content.decode()
    assert "Contributor" in english
    assert "Kontributor" not in english


def test_a_role_for_the_nation_says_so_and_no_role_is_said_too(team: Team, client: Client) -> None:
    assessor = User.objects.get(pk=team.assessor)
    client.force_login(assessor, "allauth.account.auth_backends.AuthenticationBackend")
    assert "nasional" in client.get("/akun-saya/").content.decode()
    Membership.objects.filter(user=assessor).update(until=NOW)
    page = client.get("/akun-saya/").content.decode()
    assert "Anda belum memiliki peran" in page
    assert "Asesor" not in page


def test_a_visitor_is_asked_to_sign_in(client: Client) -> None:
    for ask in (client.get, client.post):
        answer = ask("/akun-saya/")
        assert answer.status_code == HTTPStatus.FOUND
        assert answer["Location"] == "/akun/login/?next=/akun-saya/"


def test_the_language_is_kept_and_the_page_comes_back_in_it(team: Team, reader: Client) -> None:
    answer = reader.post("/akun-saya/", {"language": "en"}, follow=True)
    assert answer.redirect_chain == [("/en/akun-saya/", HTTPStatus.FOUND)]
    assert "Your language is kept" in answer.content.decode()
    assert User.objects.get(pk=team.contributor).language == "en"


@pytest.mark.parametrize("language", ["", "jv", "id'--"])
def test_another_language_is_refused_on_the_page(team: Team, reader: Client, language: str) -> None:
    answer = reader.post("/akun-saya/", {"language": language})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert answer.context["form"].errors["language"]
    assert User.objects.get(pk=team.contributor).language == "id"


def test_many_roles_take_no_more_queries(team: Team, reader: Client) -> None:
    reader.get("/akun-saya/")
    with CaptureQueriesContext(connection) as few:
        reader.get("/akun-saya/")
    for role in (Role.ASSESSOR, Role.PANEL_CHAIR):
        Membership.objects.create(user_id=team.contributor, role=role, since=NOW)
    Membership.objects.create(user_id=team.contributor, role=Role.CONTRIBUTOR, office_id=team.other_office, since=NOW)
    with CaptureQueriesContext(connection) as many:
        page = reader.get("/akun-saya/").content.decode()
    assert "Ketua panel" in page
    assert len(many) == len(few) <= 6


def test_names_are_shown_as_text(team: Team, client: Client) -> None:
    made = account("jahat@contoh.invalid", Role.ASSESSOR)
    User.objects.filter(pk=made).update(name="<script>alert(1)</script>")
    client.force_login(User.objects.get(pk=made), "allauth.account.auth_backends.AuthenticationBackend")
    assert "<script>alert" not in client.get("/akun-saya/").content.decode()
