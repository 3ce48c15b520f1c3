"""One search over what everybody may read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client

from pilar.portal import search

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]


def test_regions_are_found_by_name_and_code(client: Client) -> None:
    for asked in ("tangerang kabupaten", "36.03"):
        page = client.get("/cari/", {"q": asked}).content.decode()
        assert 'href="/wilayah/36.03/"' in page
        assert "Banten" in page
    assert 'href="/en/wilayah/36.03/"' in client.get("/en/cari/", {"q": "36.03"}).content.decode()


def test_of_many_some_are_shown_and_that_there_are_others(client: Client) -> None:
    page = client.get("/cari/", {"q": "kabupaten"}).content.decode()
    assert page.count('href="/wilayah/') == search.MOST
    assert "Masih ada lagi" in page


@pytest.mark.parametrize(("asked", "code"), [("tangrang", "36.03"), ("kab. bandng", "32.04"), ("Slemann", "34.04")])
def test_who_mistypes_a_region_is_led_to_it(client: Client, asked: str, code: str) -> None:
    page = client.get("/cari/", {"q": asked}).content.decode()
    assert "Mungkin maksud Anda" in page
    assert f'href="/wilayah/{code}/"' in page
    found = client.get("/cari/", {"q": "tangerang"}).content.decode()
    assert "Mungkin maksud Anda" not in found, "what is found needs no guess"


@pytest.mark.parametrize("asked", ["", "ab", "zzzzz", "' OR 1=1 --", "%%%", "x" * 5000])
def test_what_finds_nothing_says_so(client: Client, asked: str) -> None:
    answer = client.get("/cari/", {"q": asked})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert 'href="/wilayah/' not in page
    assert ("Tidak ada yang bernama demikian" in page) == (len(asked) >= search.SHORTEST)


def test_only_so_many_searches_come_from_one_network(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a span of time that no test outlasts."""
    monkeypatch.setattr(search, "SEARCHES", replace(search.SEARCHES, most=1, seconds=10**9))
    assert [client.get("/cari/").status_code for _time in range(3)] == [200, 200, 200], "without a word"
    assert [client.get("/cari/?q=tangerang").status_code for _time in range(2)] == [200, 429]
