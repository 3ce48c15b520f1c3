"""Every page of the cycle is found from another, and leads back."""

from __future__ import annotations

import pytest
from django.test import Client

from evaluation.cycle.agreed import agree, approve, compute
from evaluation.cycle.panel import hand_in
from evaluation.cycle.world import CODE, FAR, World
from pilar.evaluation.models import Objection
from pilar.evaluation.rules.stages import AssessmentState, PhaseState

BOARD = f"/kerja/periode/{CODE}/kemajuan/1/"
RESULTS = f"/kerja/periode/{CODE}/hasil/1/"


def page(world: World, name: str, address: str) -> str:
    client = Client()
    client.force_login(world.user(name))
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode()


def way_back(text: str) -> str:
    """The breadcrumbs of a page."""
    assert 'class="breadcrumbs"' in text
    return text.partition('class="breadcrumbs"')[2].partition("</nav>")[0]


@pytest.mark.parametrize("name", ["secretariat", "coordinator", "contributor", "verifier"])
def test_the_assessment_leads_to_its_meetings_and_requests_once_handed_in(world: World, name: str) -> None:
    key = world.assessment().pk
    links = [f"/kerja/penilaian/{key}/pertemuan/", f"/kerja/penilaian/{key}/permintaan/"]
    world.set_phase(PhaseState.OPEN)
    text = page(world, name, f"/kerja/penilaian/{key}/")
    assert not any(f'href="{link}"' in text for link in links)
    hand_in(world)
    text = page(world, name, f"/kerja/penilaian/{key}/")
    assert all(f'href="{link}"' in text for link in links)
    assert ("Minta bukti yang kurang" in text) == (name == "secretariat")


def test_each_row_handed_in_leads_to_meetings_and_requests(world: World) -> None:
    key = hand_in(world)
    text = page(world, "secretariat", BOARD)
    for place in ("permintaan", "pertemuan"):
        assert text.count(f'href="/kerja/penilaian/{key}/{place}/"') == 1
    assert "Minta bukti" in text
    other = world.assessment(FAR).pk
    assert f"/kerja/penilaian/{other}/permintaan/" not in text
    world.set_phase(PhaseState.FINAL)
    text = page(world, "secretariat", BOARD)
    assert "Minta bukti" not in text
    assert f'href="/kerja/penilaian/{key}/permintaan/"' in text


@pytest.mark.parametrize("place", ["pertemuan", "permintaan"])
def test_meetings_and_requests_lead_back(world: World, place: str) -> None:
    key = hand_in(world)
    address = f"/kerja/penilaian/{key}/{place}/"
    here = f'href="/kerja/penilaian/{key}/"'
    region = way_back(page(world, "coordinator", address))
    assert here in region
    assert 'href="/kerja/penilaian/"' in region
    secretariat = way_back(page(world, "secretariat", address))
    assert here in secretariat
    assert f'href="{BOARD}"' in secretariat
    assert 'href="/kerja/asesor/"' in way_back(page(world, "assessor1", address))


@pytest.mark.parametrize("below", ["", "versi/1/", "../../peringkat/1/", "../../sanggahan/1/", "objection"])
def test_results_lead_back_to_the_campaign(world: World, below: str) -> None:
    agree(world, state=PhaseState.OBJECTION)
    compute(world)
    approve(world)
    made = Objection.objects.create(
        assessment=world.assessment(), node="policy", text="Mohon ditinjau", made_by_id=world.key("coordinator")
    )
    address = f"/kerja/sanggahan/{made.pk}/" if below == "objection" else f"/kerja/periode/{CODE}/hasil/1/{below}"
    address = address.replace("hasil/1/../../", "")
    back = way_back(page(world, "secretariat", address))
    assert f'href="/kerja/periode/{CODE}/"' in back
    assert 'href="/kerja/periode/"' in back
    assert (f'href="{RESULTS}"' in back) == (below != "")


def test_the_regions_marks_lead_back(world: World) -> None:
    agree(world, state=PhaseState.OBJECTION)
    key = world.assessment().pk
    assert f'href="/kerja/hasil/{key}/"' in way_back(page(world, "coordinator", f"/kerja/penilaian/{key}/nilai-panel/"))


def test_who_did_not_submit_has_not_submitted(world: World) -> None:
    key = world.assessment().pk
    world.set_phase(PhaseState.OPEN)
    shown = (f"/kerja/penilaian/{key}/", "/kerja/penilaian/", f"/kerja/periode/{CODE}/")
    assert all("Tidak mengajukan" not in page(world, "coordinator", address) for address in shown)
    assert "Tidak mengajukan" not in page(world, "secretariat", BOARD)
    world.set_phase(PhaseState.CLOSED)
    world.set_assessment(AssessmentState.SUBMITTED, FAR)
    for address in shown:
        text = page(world, "coordinator", address)
        assert "Tidak mengajukan" in text
        assert "Sedang disusun" not in text or address == shown[-1], "phase 2 is still being prepared"
    board = page(world, "secretariat", BOARD)
    assert board.count("Tidak mengajukan") == 2 + 2, "two regions, the count and the filter"
    assert "Tidak mengajukan" in page(world, "assessor1", "/beranda/")


def test_a_wrong_state_is_said_plainly_and_without_alarm(world: World) -> None:
    key = hand_in(world, phase=PhaseState.FINAL)
    text = page(world, "secretariat", f"/kerja/penilaian/{key}/permintaan/")
    assert "Ini tidak dapat dilakukan pada tahap ini (tahap: Hasil final, penilaian: Diajukan)" in text
    assert "alert neutral" in text
