"""Once a version went on: no page, answer or mail asks for proposals, and each says what became of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kit.worlds import once
from masterplan import shown
from masterplan.pages import address, client_of
from masterplan.world import NOW, OWN, World, content
from pilar.masterplan import operations, queries
from pilar.masterplan.rules.decisions import Outcome
from pilar.masterplan.rules.stages import VersionState
from pilar.people.models import Notice

pytestmark = pytest.mark.django_db

TAKEN = ("Usulan diterima sampai", "diminta mengajukan usulan", "Usulan baru", "Minta usulan", "Tulis usulan kantor")


@once
def gone(world: World) -> dict[str, Any]:
    """Gone on while the call would still run: a proposal each that was accepted, accepted with changes, refused and
    merged, and one never handed in."""
    operations.open_call(
        by=world.who("coordinator"), version=world.version, text="Tulis usulan kantor", now=NOW,
        closes_at=timezone.now() + timedelta(days=9),
    )  # fmt: skip
    keys = {name: world.submitted(name) for name in ("Surat desa", "Izin daring", "Antrean", "Surat kelurahan")}
    keys["Rencana belum jadi"] = world.propose("Rencana belum jadi")
    meeting = world.meeting()
    world.decide(meeting, keys["Surat desa"])
    changed = content(world.office, "Izin daring terpadu")
    world.decide(meeting, keys["Izin daring"], Outcome.CHANGED, reason="Digabung dengan OSS", content=changed)
    world.decide(meeting, keys["Antrean"], Outcome.REFUSED, reason="Sudah ada")
    world.decide(meeting, keys["Surat kelurahan"], Outcome.MERGED, reason="Sama", into=keys["Surat desa"])
    world.decide(meeting, None)
    world.sign(meeting)
    operations.move_version(
        by=world.who("coordinator"), version=world.version, target=VersionState.LEGAL_REVIEW, now=NOW
    )
    return keys


def test_no_page_and_no_mail_asks_for_proposals(world: World, gone: dict[str, Any]) -> None:
    for name in ("contributor", "colleague", "coordinator"):
        client = client_of(world, name)
        for where in (
            address("proposals", world.version), address("region", OWN), address("proposal", gone["Surat desa"]),
            "/kerja/", "/pemberitahuan/?waiting=1",
        ):  # fmt: skip
            answer = client.get(where)
            if answer.status_code == 200:
                page = answer.content.decode()
                assert not [one for one in TAKEN if one in page], (name, where)
    page = client_of(world, "contributor").get(address("proposals", world.version)).content.decode()
    assert "Usulan tidak diterima lagi: " in page
    assert client_of(world, "contributor").get(address("propose", world.version)).status_code != 200
    assert not Notice.objects.filter(kind="masterplan.call", done_at=None).exists()
    call = queries.call(world.row())
    assert call is not None
    assert not call.open_at(timezone.now())
    assert queries.open_calls(scope=world.who("contributor"), now=timezone.now()) == ()


def test_each_proposal_says_what_was_decided_about_it(world: World, gone: dict[str, Any]) -> None:
    client = client_of(world, "contributor")
    page = client.get(address("proposals", world.version)).content.decode()
    for said in (
        ">Diterima<", ">Diterima dengan perubahan<", ">Ditolak<", "Tidak diajukan pada waktunya",
        "Rapat Koordinasi Finalisasi", "diputuskan oleh Sekretaris Daerah", "program P001", "program P002",
    ):  # fmt: skip
        assert said in page, said
    assert '<span class="tag positive">Diajukan<' not in page
    accepted = client.get(address("proposals", world.version) + "?state=accepted").content.decode()
    assert "Surat desa" in accepted
    assert "Antrean" not in accepted
    by_state = shown.said(client.get(address("proposals", world.version) + "?by=state"))
    assert "Diterima dengan perubahan 1" in by_state
    one = client.get(address("proposal", gone["Izin daring"])).content.decode()
    for said in ("Diterima dengan perubahan", "Izin daring terpadu", "Digabung dengan OSS", "program P002"):
        assert said in one, said
    assert address("programme", world.version, "P002") not in one, "the plan is not law yet: its office cannot read it"
    theirs = client_of(world, "coordinator").get(address("proposal", gone["Izin daring"])).content.decode()
    assert address("programme", world.version, "P002") in theirs
