"""The list of notices, the number in the frame, and the page of API tokens."""

from __future__ import annotations

import re
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from confirming import confirmed
from people.team import NOW, Team
from people.test_notices import FILLED, notify
from pilar.people import operations
from pilar.people.models import ApiToken, Notice, User
from pilar.people.rules import OPERATOR

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def reader(team: Team, client: Client) -> Client:
    client.force_login(User.objects.get(pk=team.coordinator), BACKEND)
    return client


class TestNotices:
    def test_what_waits_with_its_deadline_and_what_was_done(self, team: Team, reader: Client) -> None:
        notify(team, sentence=FILLED, fields={"email": "<b>"}, deadline=NOW, region="36.03")
        notify(team, subject="tests.thing:2", deadline=timezone.now() + timedelta(days=2))
        notify(team, subject="tests.thing:3", now=timezone.now() - timedelta(minutes=1))
        operations.settle(by=team.standing("verifier"), subject="tests.thing:3", now=timezone.now())
        page = reader.get("/pemberitahuan/").content.decode()
        assert "“&lt;b&gt;” bukan alamat email" in page
        assert "1 Maret 2026 pukul 15.00 WIB" in page
        assert page.count("lewat batas waktu") == 1
        assert page.index("Edi") > page.index("Selesai pada")
        english = reader.get("/en/pemberitahuan/").content.decode()
        assert "“&lt;b&gt;” is not an e-mail address" in english
        assert "1 March 2026 at 15:00 WIB" in english
        assert 'href="/en/akun-saya/"' in english

    def test_reading_one_and_all(self, team: Team, reader: Client) -> None:
        for number in range(3):
            notify(team, subject=f"tests.thing:{number}")
        first = Notice.objects.first()
        assert first is not None
        answer = reader.post("/pemberitahuan/dibaca/", {"notice": first.pk})
        assert answer["Location"] == "/pemberitahuan/"
        assert Notice.objects.exclude(read_at=None).count() == 1
        reader.post("/pemberitahuan/dibaca/")
        assert not Notice.objects.filter(read_at=None).exists()
        assert "Tandai" not in reader.get("/pemberitahuan/").content.decode()

    @pytest.mark.parametrize("given", ["x", "-1", "9" * 40, "٣", "1"])
    def test_what_is_not_mine_is_not_there(self, team: Team, reader: Client, given: str) -> None:
        notify(team, to=[team.verifier])
        assert reader.post("/pemberitahuan/dibaca/", {"notice": given}).status_code == HTTPStatus.NOT_FOUND
        assert "Tidak ada yang menunggu tindakan Anda" in reader.get("/pemberitahuan/").content.decode()

    def test_a_visitor_and_a_link_change_nothing(self, team: Team, reader: Client) -> None:
        assert Client().get("/pemberitahuan/")["Location"].startswith("/akun/login/")
        assert Client().post("/pemberitahuan/dibaca/")["Location"].startswith("/akun/login/")
        assert reader.get("/pemberitahuan/dibaca/")["Location"] == "/pemberitahuan/"

    def test_many_are_as_few_queries(self, team: Team, reader: Client) -> None:
        notify(team)
        with CaptureQueriesContext(connection) as few:
            reader.get("/pemberitahuan/")
        for number in range(2, 150):
            notify(team, subject=f"tests.thing:{number}", region="36.03")
        with CaptureQueriesContext(connection) as many:
            assert reader.get("/pemberitahuan/").content.decode().count("<tr>") == 150
        assert len(many) == len(few) <= 7


class TestFrame:
    def test_the_number_stands_on_every_page_of_the_reader(self, team: Team, reader: Client) -> None:
        assert 'class="count"' not in reader.get("/akun-saya/").content.decode()
        notify(team)
        notify(team, subject="tests.thing:2")
        notify(team, to=[team.verifier])
        page = reader.get("/akun-saya/").content.decode()
        assert re.search(r'href="/pemberitahuan/"[^>]*>Pemberitahuan\s*<span class="count">2</span>', page)
        operations.settle(by=OPERATOR, subject="tests.thing:1", now=timezone.now())
        assert '<span class="count">1</span>' in reader.get("/tentang/").content.decode()

    def test_it_costs_a_reader_one_query_and_a_visitor_none(self, team: Team, reader: Client) -> None:
        reader.get("/akun-saya/")
        with CaptureQueriesContext(connection) as asked:
            reader.get("/akun-saya/")
        assert sum("people_notice" in query["sql"] for query in asked) == 1
        with CaptureQueriesContext(connection) as asked:
            Client().get("/tentang/")
        assert not any("people_notice" in query["sql"] for query in asked)


class TestTokens:
    def test_the_secret_is_shown_once(self, team: Team, reader: Client) -> None:
        answer = reader.post("/akun-saya/token/", {"name": "Skrip rekap", "days": "30"})
        (secret,) = re.findall(r"pilar_[\w-]{40,}", answer.content.decode())
        assert "no-store" in answer["Cache-Control"]
        assert operations.use_token(secret=secret, now=timezone.now()).account == team.coordinator
        page = reader.get("/akun-saya/token/").content.decode()
        assert secret not in page
        assert f"{secret[:14]}…" in page

    def test_a_token_is_revoked(self, team: Team, reader: Client) -> None:
        made = operations.create_token(by=team.standing("coordinator"), name="x", days=1, now=timezone.now())
        theirs = operations.create_token(by=team.standing("verifier"), name="y", days=1, now=timezone.now())
        assert (
            "Periksa sebelum Anda mencabut token" in reader.get(f"/akun-saya/token/{made.key}/cabut/").content.decode()
        )
        assert reader.post(f"/akun-saya/token/{made.key}/cabut/").status_code == HTTPStatus.CONFLICT, (
            "nobody has looked"
        )
        assert confirmed(reader, f"/akun-saya/token/{made.key}/cabut/")["Location"] == "/akun-saya/token/"
        assert confirmed(reader, f"/akun-saya/token/{theirs.key}/cabut/").status_code == HTTPStatus.NOT_FOUND
        assert list(ApiToken.objects.filter(revoked_at=None).values_list("pk", flat=True)) == [theirs.key]
        assert "dicabut" in reader.get("/akun-saya/token/").content.decode()

    @pytest.mark.parametrize("form", [{"name": "", "days": "30"}, {"name": "x", "days": "9999"}, {"name": " "}])
    def test_an_unfit_form_makes_none(self, team: Team, reader: Client, form: dict[str, str]) -> None:
        assert reader.post("/akun-saya/token/", form).context["form"].errors
        assert not ApiToken.objects.exists()

    def test_a_visitor_is_asked_to_sign_in(self, client: Client) -> None:
        for ask in (client.get, client.post):
            assert ask("/akun-saya/token/")["Location"].startswith("/akun/login/")
