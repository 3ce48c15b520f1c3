"""Result sheets as signed documents: ordered with the publication, given out once they are signed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from evaluation.cycle.agreed import LATER, LETTER, LETTER_DATE, published
from evaluation.cycle.world import CODE, OWN, REGIONS, World
from pilar.evaluation import operations
from pilar.evaluation.models import AgreedMark
from pilar.evaluation.rules.publishing import SHEET, sheet_key, sheet_of
from pilar.evidence.operations import sign_documents
from pilar.evidence.queries import signature
from pilar.people.rules import SCHEDULE
from pilar.reports.signing.pades import signed_by
from pilar.reports.signing.record import read
from reports.reading import archived, codes, words

pytestmark = pytest.mark.django_db

PAGE = f"/hasil/pilar/{CODE}/1/{OWN}/"
SHEET_FILE = f"{PAGE}lembar.pdf"


@pytest.fixture
def open_to_all(world: World, settings: Any) -> World:
    """Published results whose sheets wait to be signed."""
    settings.PILAR_SIGNER = "pilar.reports.signing.signers.DemonstrationSigner"
    published(world)
    return world


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_every_sheet_of_a_publication_is_signed(open_to_all: World) -> None:
    before = Client().get(SHEET_FILE)
    assert b"/ByteRange" not in body(before)
    assert "Menunggu tanda tangan elektronik" in Client().get(PAGE).content.decode()
    assert sign_documents(by=SCHEDULE, now=LATER) == len(REGIONS)

    answer = Client().get(SHEET_FILE, headers={"If-None-Match": before["ETag"]})
    made = body(answer)
    assert (answer.status_code, answer["Content-Disposition"].split(";")[0]) == (200, "inline")
    assert signed_by(made)
    assert body(Client().get(f"{PAGE.replace(OWN, f'versi/1/{OWN}')}lembar.pdf")) == made
    again = Client().get(SHEET_FILE, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304

    found = archived(made)
    assert (found.part, found.conformance, found.ua_part) == ("2", "A", "1")
    (address,) = codes(made)
    told = read(address.rstrip("/").rpartition("/")[2]).record
    assert (told.kind, told.scope, told.number, told.day) == (SHEET, OWN, LETTER, LETTER_DATE)
    assert LETTER in words(made)


def test_the_page_changes_for_who_has_it(open_to_all: World) -> None:
    before = Client().get(PAGE)
    assert Client().get(PAGE, headers={"If-None-Match": before["ETag"]}).status_code == 304
    sign_documents(by=SCHEDULE, now=LATER)
    after = Client().get(PAGE, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert "Ditandatangani secara elektronik" in after.content.decode()


def test_english_readers_get_their_sheet_and_the_way_to_the_signed_one(open_to_all: World) -> None:
    sign_documents(by=SCHEDULE, now=LATER)
    page = Client().get(f"/en{PAGE}").content.decode()
    assert "The signed sheet is in Indonesian" in page
    assert f'href="/hasil/pilar/{CODE}/1/versi/1/{OWN}/lembar.pdf" lang="id"' in page
    assert b"/ByteRange" not in body(Client().get(f"/en{SHEET_FILE}"))


def test_who_checks_an_older_sheet_is_told_of_the_newer(open_to_all: World) -> None:
    sign_documents(by=SCHEDULE, now=LATER)
    first = signature(SHEET, sheet_key(CODE, 1, 1, OWN))
    assert first is not None
    check = reverse("evidence:check", args=[first.record])
    assert "Digantikan" not in Client().get(check).content.decode()

    secretariat, again = open_to_all.who("secretariat"), {"campaign": CODE, "phase": 1}
    AgreedMark.objects.filter(assessment=open_to_all.assessment(OWN), node="policy").update(value=Decimal(1))
    operations.compute_results(by=secretariat, **again, reason="Salah salin", now=LATER)
    operations.approve_results(by=open_to_all.who("approver"), **again, version=2, now=LATER)
    operations.publish_results(
        by=secretariat, **again, version=2, letter_number="B-9", letter_date=LETTER_DATE, now=LATER
    )
    assert "versi 2" in Client().get(check).content.decode()
    assert sign_documents(by=SCHEDULE, now=LATER) == len(REGIONS)
    assert signature(SHEET, first.key) == first, "what was signed stays"
    assert body(Client().get(f"/hasil/pilar/{CODE}/1/versi/1/{OWN}/lembar.pdf")) != body(Client().get(SHEET_FILE))


def test_a_key_is_read_back() -> None:
    assert sheet_of(sheet_key("evaluation-2026", 2, 13, "36.03")) == ("evaluation-2026", 2, 13, "36.03")
