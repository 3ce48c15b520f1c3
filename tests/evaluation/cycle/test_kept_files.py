"""Files of published results: made once for everybody, again after a publication; unpublished ones are not kept."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from evaluation.cycle.agreed import LATER, LETTER_DATE, published
from evaluation.cycle.world import CODE, OWN, World
from pilar.evaluation import operations
from pilar.evaluation.models import AgreedMark
from pilar.evaluation.pages import downloads
from pilar.evidence.models import KeptDocument
from pilar.people import downloads as limit
from pilar.platform.limits import Limit

pytestmark = pytest.mark.django_db

PHASE = f"/hasil/pilar/{CODE}/1/"
SHEET = f"{PHASE}{OWN}/lembar.pdf"
FILES = [*(PHASE + file for file in downloads.KINDS), SHEET]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each file was made."""
    found: Counter[str] = Counter()

    def counting(name: str, make: Any) -> Any:
        def write(given: Any) -> bytes:
            found[name] += 1
            content: bytes = make(given)
            return content

        return write

    for file, kind in downloads.KINDS.items():
        told = downloads.Kind(kind.name, kind.media_type, counting(PHASE + file, kind.make))
        monkeypatch.setitem(downloads.KINDS, file, told)
    monkeypatch.setattr(downloads, "result_sheet", counting(SHEET, downloads.result_sheet))
    return found


def test_ten_readers_have_each_file_made_once(world: World, made: Counter[str]) -> None:
    published(world)
    for address in FILES:
        answers = [Client().get(address) for _reader in range(10)]
        assert {(one.status_code, one.content) for one in answers} == {(200, answers[0].content)}, address
        assert "public" in answers[0]["Cache-Control"]
        again = Client().get(address, headers={"If-None-Match": answers[0]["ETag"]})
        assert (again.status_code, again["ETag"]) == (304, answers[0]["ETag"])
        in_english = Client().get(f"/en{address}").content
        assert (in_english == answers[0].content) == address.endswith("segel.json"), address  # figures, no words
    client = Client()
    client.force_login(world.user("coordinator"))
    assert "private" in client.get(SHEET)["Cache-Control"]
    assert made == Counter(dict.fromkeys(FILES, 2))


def test_the_next_version_and_its_predecessor_are_made_anew(world: World, made: Counter[str]) -> None:
    published(world)
    first = Client().get(SHEET)
    again: dict[str, Any] = {"campaign": CODE, "phase": 1}
    secretariat = world.who("secretariat")
    AgreedMark.objects.filter(assessment=world.assessment(OWN), node="policy").update(value=Decimal(1))
    operations.compute_results(by=secretariat, **again, reason="Salah salin", now=LATER)
    operations.approve_results(by=world.who("approver"), **again, version=2, now=LATER)
    operations.publish_results(
        by=secretariat, **again, version=2, letter_number="B-9", letter_date=LETTER_DATE, now=LATER
    )
    second = Client().get(SHEET, headers={"If-None-Match": first["ETag"]})
    old = Client().get(f"{PHASE}versi/1/{OWN}/lembar.pdf", headers={"If-None-Match": first["ETag"]})
    assert (second.status_code, old.status_code) == (200, 200)
    assert len({first.content, second.content, old.content}) == 3
    assert made[SHEET] == 3


def test_what_is_for_some_readers_is_kept_nowhere(world: World) -> None:
    published(world)
    client = Client()
    client.force_login(world.user("secretariat"))
    private = [reverse("evaluation:version-file", args=[CODE, 1, 1, file]) for file in downloads.KINDS]
    for address in (*private, reverse("evaluation:version-sheet", args=[CODE, 1, 1, OWN])):
        answer = client.get(address)
        assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    assert Client().get(f"{PHASE}99.99/lembar.pdf").status_code == 404
    assert not KeptDocument.objects.exists()


def test_a_network_that_downloads_without_end_waits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limit, "DOWNLOADS", Limit("download", most=3, seconds=10**9))
    published(world)
    table = "/api/v1/results.csv"
    assert [Client().get(one).status_code for one in (SHEET, PHASE + "data.zip", table)] == [200] * 3
    for address in (SHEET, table):
        refused = Client().get(address)
        assert (refused.status_code, int(refused["Retry-After"]) >= 1) == (429, True)
    assert refused.json()["code"] == "too-many-requests"
    client = Client()
    client.force_login(world.user("coordinator"))
    assert client.get(SHEET).status_code == 200
