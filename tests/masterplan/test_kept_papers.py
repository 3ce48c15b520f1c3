"""Papers of what is law: made once for everybody, and again when something in them changes; drafts are kept nowhere."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from masterplan.pages import client_of
from masterplan.test_plan_bodies import body, save
from masterplan.world import World
from pilar.areas.models import Office
from pilar.evidence.models import KeptDocument
from pilar.masterplan.documents import Format, papers
from pilar.people import downloads
from pilar.platform.limits import Limit

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each kind of file was written."""
    found: Counter[str] = Counter()

    def counting(form: Format, writer: Any) -> Any:
        def write(document: Any) -> bytes:
            found[form] += 1
            content: bytes = writer(document)
            return content

        return write

    for form, writer in papers.WRITERS.items():
        monkeypatch.setitem(papers.WRITERS, form, counting(form, writer))
    return found


def address(world: World, form: str = "pdf") -> str:
    return reverse("masterplan:paper", args=[world.version, "ringkasan", form])


def test_many_readers_have_a_paper_of_law_made_once(world: World, made: Counter[str]) -> None:
    world.in_force()
    for form in Format:
        answers = [Client().get(address(world, form)) for _reader in range(6)]
        assert {(one.status_code, one.content) for one in answers} == {(200, answers[0].content)}
        assert (made[form], answers[0]["Cache-Control"]) == (1, "public, max-age=3600")
        again = Client().get(address(world, form), headers={"If-None-Match": answers[0]["ETag"]})
        assert (again.status_code, again["Cache-Control"]) == (304, "public, max-age=3600")
    assert client_of(world, "coordinator").get(address(world)).content
    assert made[Format.PDF] == 1


def test_what_may_still_change_in_a_paper_of_law_makes_another(world: World, made: Counter[str]) -> None:
    world.in_force()
    seen = {Client().get(address(world))["ETag"]}
    save(world, body(world))
    seen.add(Client().get(address(world))["ETag"])
    Office.objects.filter(pk=world.office).update(abbreviation="Dinas X")
    seen.add(Client().get(address(world))["ETag"])
    assert (len(seen), made[Format.PDF]) == (3, 3)


def test_a_draft_is_made_when_it_is_asked_for_and_kept_nowhere(world: World, made: Counter[str]) -> None:
    client = client_of(world, "coordinator")
    for _time in range(2):
        assert client.get(address(world))["Cache-Control"] == "private, no-store"
    assert (made[Format.PDF], KeptDocument.objects.count()) == (2, 0)


def test_a_network_that_downloads_without_end_waits_and_who_is_signed_in_does_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "DOWNLOADS", Limit("download", most=2, seconds=10**9))
    world.in_force()
    assert [Client().get(address(world)).status_code for _time in range(4)] == [200, 200, 429, 429]
    refused = Client().get(address(world))
    assert int(refused["Retry-After"]) >= 1
    assert "Terlalu banyak permintaan" in refused.content.decode()
    assert client_of(world, "coordinator").get(address(world)).status_code == 200
