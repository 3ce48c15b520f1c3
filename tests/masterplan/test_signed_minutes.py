"""The minutes as a signed document, from signing off to the copy that somebody checks."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from kit.neighbours import own
from kit.worlds import once
from masterplan.test_meeting_pages import ask, client_of
from masterplan.world import World
from pilar.evidence.operations import sign_documents
from pilar.evidence.queries import signature
from pilar.masterplan.models import Meeting
from pilar.masterplan.queries.meetings import MINUTES
from pilar.people.rules import SCHEDULE
from pilar.reports.signing.pades import signed_by
from pilar.reports.signing.signers import DEMONSTRATION
from reports.reading import archived, codes, words

pytestmark = pytest.mark.django_db


@once
def running(world: World) -> int:
    """A coordination meeting that has decided everything."""
    world.call()
    first = world.submitted("Surat desa daring")
    meeting = world.meeting()
    world.decide(meeting, first)
    world.decide(meeting, None)
    return meeting


@pytest.fixture
def minuted(world: World, running: int, settings: Any) -> int:
    settings.PILAR_SIGNER = "pilar.reports.signing.signers.DemonstrationSigner"
    world.sign(running)
    return running


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_minutes_that_are_signed_off_are_signed_electronically(world: World, minuted: int) -> None:
    by = client_of(world)
    page = ask(by, "minutes", minuted).content.decode()
    assert "Menunggu tanda tangan elektronik" in page
    assert "belum memuat tanda tangan elektronik" in page
    assert b"/ByteRange" not in body(ask(by, "minutes-file", minuted, "pdf"))

    row = own(Meeting).get()
    assert row.signed_at is not None
    assert sign_documents(by=SCHEDULE, now=row.signed_at) == 1
    page = ask(by, "minutes", minuted).content.decode()
    assert "Ditandatangani secara elektronik" in page
    assert "tidak berkekuatan hukum" in page, "the demonstration says so"

    answer = ask(by, "minutes-file", minuted, "pdf")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    made = body(answer)
    assert signed_by(made) == DEMONSTRATION
    assert made == body(ask(by, "minutes-file", minuted, "pdf")), "never made again"
    said = words(made)
    assert row.number in said
    assert "Surat desa daring" in said
    found = archived(made)
    assert (found.part, found.conformance, found.ua_part) == ("2", "A", "1")

    (address,) = codes(made)
    shown = Client().get(address.removeprefix("http://localhost:8000")).content.decode()
    assert "Kode ini asli" in shown
    assert row.number in shown
    assert row.minutes in shown, "leads to what this site says of the minutes"


def test_only_who_reads_the_minutes_gets_the_signed_file(world: World, minuted: int) -> None:
    row = own(Meeting).get()
    assert row.signed_at is not None
    sign_documents(by=SCHEDULE, now=row.signed_at)
    assert ask(client_of(world, "verifier"), "minutes-file", minuted, "pdf").status_code == 200
    assert ask(client_of(world, "contributor"), "minutes-file", minuted, "pdf").status_code == 200
    assert ask(client_of(world, "neighbour"), "minutes-file", minuted, "pdf").status_code == 404
    assert ask(Client(), "minutes-file", minuted, "pdf").status_code == 302


def test_an_office_reads_the_minutes_once_they_are_signed_off(world: World, running: int) -> None:
    office = client_of(world, "contributor")
    assert ask(office, "minutes", running).status_code == 404
    world.sign(running)
    page = ask(office, "minutes", running).content.decode()
    assert "Sekretaris Daerah" in page
    assert f"/rapat/{running}/putusan" not in page
    assert f"/rapat/{running}/notulen/" in ask(office, "proposals", world.version).content.decode()


def test_without_a_signer_minutes_are_as_before(world: World, running: int) -> None:
    world.sign(running)
    assert signature(MINUTES, running) is None
    page = ask(client_of(world), "minutes", running).content.decode()
    assert "tanda tangan elektronik" not in page.lower()
