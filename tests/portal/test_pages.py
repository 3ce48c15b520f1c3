"""The front page, the page about the method, the home page; what each says in each language and to each reader."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from pilar.evaluation import queries as evaluation
from pilar.evaluation import reference
from pilar.evaluation.queries import PUBLIC
from pilar.people import operations
from pilar.people.models import Membership, User
from pilar.people.rules import OPERATOR, AnyRole, Role
from pilar.permits.rules.roles import Role as Permits
from pilar.portal import queries
from pilar.villagefinance.rules.roles import Role as Villages

pytestmark = pytest.mark.django_db


def _text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_front_page_without_data_says_what_to_do(client: Client) -> None:
    assert "Belum ada hasil yang dimuat" in _text(client, "/")
    assert "No results are loaded yet" in _text(client, "/en/")


@pytest.mark.usefixtures("published")
def test_the_front_page_shows_the_newest_year_group_by_group(client: Client) -> None:
    rows = [row for row in reference.published_results() if row.final is not None]
    newest = max(row.year for row in rows)
    shown = queries.front(scope=PUBLIC)
    codes = {group.title_id: group.code for group in reference.groups() if group.year == newest}
    assert shown.newest is not None
    assert shown.newest.year == newest
    assert shown.leaders
    for leaders in shown.leaders:
        code = codes[str(leaders.title)] if leaders.title else ""
        finals = sorted((row.final for row in rows if row.year == newest and row.group == code), reverse=True)
        assert [final for _region, final in leaders.finals] == finals[: queries.SHOWN]
    page = _text(client, "/")
    for region, final in shown.leaders[0].finals:
        assert region.name in page
        assert f"{final}".replace(".", ",") in page


@pytest.mark.usefixtures("published")
def test_the_front_page_searches_regions(client: Client) -> None:
    assert 'action="/cari/"' in _text(client, "/")
    assert 'action="/en/cari/"' in _text(client, "/en/")
    assert "Kabupaten Tangerang" in _text(client, "/wilayah/?q=tangerang")
    assert 'href="/wilayah/"' in _text(client, "/"), "one click from the front page"


@pytest.mark.usefixtures("published")
def test_the_front_page_asks_as_often_with_many_results_as_with_few(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(4 + 4 + 4 + 5 * 3):  # years, coverage, scale and campaigns, at most five groups
        client.get("/")


def test_the_method_page_stands_without_an_instrument(client: Client) -> None:
    page = _text(client, "/tentang/")
    assert "Dari mana sebuah hasil berasal" in page
    assert "Dimensi dan bobot" not in page


@pytest.mark.usefixtures("published")
def test_the_method_page_shows_the_weights_of_the_newest_instrument(client: Client) -> None:
    method = queries.method(scope=PUBLIC)
    assert method is not None
    assert sum(one.weight for one in method.dimensions) == 100
    page = _text(client, "/tentang/")
    assert "Dimensi dan bobot" in page
    for dimension in method.dimensions:
        assert dimension.title.id in page


def test_a_visitor_has_no_home_page(client: Client) -> None:
    answer = client.get("/beranda/")
    assert answer.status_code == 302
    assert answer["Location"] == "/akun/login/?next=/beranda/"


def _signed_in(client: Client, *, region: str | None = None, role: AnyRole = Role.COORDINATOR) -> int:
    user = operations.create_account(
        by=OPERATOR,
        email="orang@contoh.invalid",
        name="Akun contoh",
        role=role,
        region=region,
        now=timezone.now(),
    )
    client.force_login(User.objects.get(pk=user), backend="allauth.account.auth_backends.AuthenticationBackend")
    return user


@pytest.mark.usefixtures("published")
def test_a_coordinator_finds_the_own_region(client: Client) -> None:
    _signed_in(client, region="36.03")
    page = _text(client, "/beranda/")
    assert "Koordinator" in page
    assert "Kabupaten Tangerang" in page
    assert 'href="/wilayah/36.03/"' in page
    assert "Tidak ada evaluasi yang sedang berjalan" in page
    assert "Tidak ada yang menunggu tindakan Anda" in page
    assert 'href="/bukti/daerah/36.03/"' in page
    assert 'href="/perangkat-daerah/"' in page
    assert 'href="/akun/daftar/"' in page
    assert 'href="/kerja/periode/"' not in page
    assert "Anda belum memiliki peran" not in page


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.VERIFIER, Permits.FRONT, Villages.VILLAGE_OFFICE])
def test_every_way_from_the_own_pages_leads_somewhere(client: Client, role: AnyRole) -> None:
    _signed_in(client, role=role, region="36.03")
    home = _text(client, "/beranda/")
    evaluates = role in (Role.COORDINATOR, Role.VERIFIER)
    for wanted in ("/kerja/rencana/daerah/36.03/", "Penilaian mandiri", "Tidak ada evaluasi yang sedang berjalan"):
        assert (wanted in home) == evaluates, wanted
    ways = {*re.findall(r'href="(/[^"#?]+)', home + _text(client, "/akun-saya/"))}
    closed = {way for way in ways if not way.startswith(("/static/", "/en/")) and client.get(way).status_code >= 400}
    assert closed == set()


@pytest.mark.usefixtures("published")
def test_who_runs_campaigns_finds_them_and_no_region(client: Client) -> None:
    _signed_in(client, role=Role.SECRETARIAT)
    page = _text(client, "/beranda/")
    assert 'href="/kerja/periode/"' in page
    assert 'href="/akun/daftar/"' in page
    assert "/bukti/daerah/" not in page
    assert 'href="/kerja/asesor/"' not in page


@pytest.mark.usefixtures("published")
def test_an_assessor_finds_the_regions_to_mark_and_no_accounts(client: Client) -> None:
    _signed_in(client, role=Role.ASSESSOR)
    page = _text(client, "/beranda/")
    assert 'href="/kerja/asesor/"' in page
    assert 'href="/akun/daftar/"' not in page
    assert 'href="/perangkat-daerah/"' not in page


@pytest.mark.usefixtures("published")
def test_the_first_five_notices_stand_with_their_deadline_in_local_time(client: Client) -> None:
    user = _signed_in(client, region="91.03")
    now = timezone.now()
    for number in range(7):
        operations.notify(
            by=OPERATOR,
            to=[user],
            kind="test",
            subject=f"test:{number}",
            sentence="Tugas %(number)s",
            fields={"number": number},
            address="/beranda/",
            region="91.03",
            deadline=datetime(2100, 1, 1 + number, 3, tzinfo=UTC),
            now=now,
        )
    page = _text(client, "/beranda/")
    assert "1 Januari 2100 pukul 12.00 WIT" in page
    assert "Tugas 4" in page
    assert "Tugas 5" not in page
    assert "Semua 7 hal yang menunggu" in page
    assert "Tugas 6" in _text(client, "/beranda/menunggu/")
    assert "lewat batas waktu" not in page


@pytest.mark.usefixtures("published")
def test_the_front_page_leaves_out_years_that_are_made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    known = evaluation.years(scope=PUBLIC)
    made_up = evaluation.YearRow(2099, 0, 0, None, 2, synthetic=True)
    monkeypatch.setattr(evaluation, "years", lambda scope: (made_up, *known))
    assert queries.front(scope=PUBLIC).years == known


@pytest.mark.usefixtures("published")
def test_a_person_whose_role_has_ended_is_told_whom_to_ask(client: Client) -> None:
    user = _signed_in(client, region="36.03")
    operations.end_membership(
        by=OPERATOR, membership=Membership.objects.get(user=user).pk, now=timezone.now() + timedelta(seconds=1)
    )
    Membership.objects.filter(user=user).update(since=timezone.now() - timedelta(days=2), until=timezone.now())
    assert "Anda belum memiliki peran" in _text(client, "/beranda/")


def test_robots_and_favicon(client: Client) -> None:
    robots = client.get("/robots.txt")
    assert robots["Content-Type"].startswith("text/plain")
    assert b"Disallow: /akun/" in robots.content
    assert client.get("/favicon.ico")["Location"] == "/static/design/icon.svg"
