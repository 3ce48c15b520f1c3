"""The pages of results: what they say to each reader, in which state, and which doors are closed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from confirming import SEEN, confirmed
from evaluation.cycle.agreed import LETTER, agree, approve, compute, publish, published, recommend
from evaluation.cycle.world import CODE, FAR, NEIGHBOUR, OWN, World
from pilar.evaluation import operations
from pilar.evaluation.models import (
    AgreedMark,
    FollowUp,
    Objection,
    Phase,
    Publication,
    Snapshot,
)
from pilar.evaluation.rules.stages import PhaseState

SYNTHETIC = "Data contoh"
RANKING = f"/kerja/periode/{CODE}/peringkat/1/"
RESULTS = f"/kerja/periode/{CODE}/hasil/1/"
PUBLIC = f"/hasil/pilar/{CODE}/1/"


def signed_in(world: World, name: str, region: str = OWN) -> Client:
    client = Client()
    client.force_login(world.user(name, region))
    return client


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def period(world: World) -> None:
    """Let the objection period run now, whatever the clock says."""
    Phase.objects.filter(pk=world.phases[1].pk).update(
        state=PhaseState.OBJECTION, objection_until=timezone.now() + timedelta(days=3)
    )


def test_the_ranking_says_that_it_is_no_result_and_how_much_is_agreed(world: World) -> None:
    agree(world, state=PhaseState.REVIEW)
    AgreedMark.objects.filter(assessment=world.assessment(FAR)).delete()
    page = text(signed_in(world, "secretariat"), RANKING)
    assert "Bukan hasil" in page
    assert "2 dari 3" in page
    assert SYNTHETIC in page
    assert page.count("3,25") >= 2
    assert not Snapshot.objects.exists()


def test_the_ranking_of_a_group_and_of_nobody(world: World) -> None:
    agree(world)
    client = signed_in(world, "secretariat")
    assert "Kabupaten Tangerang" in text(client, f"{RANKING}?group=regular")
    assert "Tidak ada yang cocok" in text(client, f"{RANKING}?group=none")


def test_results_are_found_by_name_and_code(world: World) -> None:
    published(world)
    secretariat = signed_in(world, "secretariat")
    for client, address in ((secretariat, RANKING), (secretariat, f"{RESULTS}versi/1/"), (Client(), PUBLIC)):
        for wanted in ("tangerang kab", OWN):
            page = text(client, f"{address}?q={wanted}")
            assert f'value="{wanted}"' in page
            assert "Kabupaten Tangerang" in page
            assert "Kota Tangerang" not in page
        assert "Tidak ada yang cocok" in text(client, f"{address}?q=atlantis")
        assert "Kota Tangerang" in text(client, address)
    assert "3 dari 3" in text(secretariat, f"{RANKING}?q={OWN}"), "how far marking is does not depend on the search"


def test_the_ranking_takes_at_most_twelve_queries(world: World, django_assert_max_num_queries: Any) -> None:
    agree(world)
    client = signed_in(world, "secretariat")
    with django_assert_max_num_queries(12):
        text(client, RANKING)


@pytest.mark.parametrize("address", [RANKING, RESULTS, f"{RESULTS}versi/1/", f"/kerja/periode/{CODE}/sanggahan/1/"])
def test_pages_of_the_secretariat_are_closed_to_others(world: World, address: str) -> None:
    agree(world)
    compute(world)
    for name in ("coordinator", "chair", "verifier"):
        text(signed_in(world, name), address, 403)
    text(signed_in(world, "assessor4"), address, 404)
    assert Client().get(address).status_code == 302


def test_the_way_from_marks_to_publication_on_one_page(world: World) -> None:
    agree(world)
    client = signed_in(world, "secretariat")
    assert "Setujui hasil terlebih dahulu" in text(client, RESULTS)
    assert "menjadi versi 1" in text(client, f"{RESULTS}hitung/")
    confirmed(client, f"{RESULTS}hitung/")
    assert Snapshot.objects.get().computed_by_name == world.user("secretariat").name
    assert "Tidak ada yang berubah sejak versi 1" in text(client, RESULTS)
    assert "Anda menghitung versi 1: orang lain di sekretariat harus menyetujuinya" in text(client, RESULTS)
    check = text(client, f"{RESULTS}versi/1/setujui/")
    assert "orang lain di sekretariat harus menyetujuinya" in check
    assert 'name="checked"' not in check, "there is nothing to confirm"
    assert client.post(f"{RESULTS}versi/1/setujui/").status_code == 409
    approver = signed_in(world, "approver")
    assert approver.post(f"{RESULTS}versi/1/setujui/").status_code == 409, "nobody has looked"
    confirmed(approver, f"{RESULTS}versi/1/setujui/")
    assert "setelah masa sanggah berakhir" in text(client, RESULTS)
    world.set_phase(PhaseState.FINAL)
    assert "Anda menyetujui versi 1: orang lain di sekretariat harus mengumumkannya" in text(approver, RESULTS)
    answer = confirmed(client, f"{RESULTS}versi/1/terbitkan/", {"letter_number": LETTER, "letter_date": "2020-01-01"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert LETTER in page, "what was typed stays"
    assert "Surat bertanggal" in page
    today = timezone.localdate().isoformat()
    for _ in range(2):
        confirmed(client, f"{RESULTS}versi/1/terbitkan/", {"letter_number": LETTER, "letter_date": today})
    assert Publication.objects.count() == 1
    assert LETTER in text(client, RESULTS)


def test_computing_again_asks_for_a_reason_and_keeps_the_page(world: World) -> None:
    agree(world)
    compute(world)
    AgreedMark.objects.filter(assessment=world.assessment(), node="policy").update(value=Decimal(4))
    client = signed_in(world, "secretariat")
    assert confirmed(client, f"{RESULTS}hitung/", {"reason": ""}).status_code == 422
    assert Snapshot.objects.count() == 1
    assert confirmed(client, f"{RESULTS}hitung/", {"reason": "Sanggahan diterima"}).status_code == 302
    assert Snapshot.objects.get(version=2).reason == "Sanggahan diterima"


def test_a_version_shows_its_hashes_and_regions(world: World) -> None:
    agree(world)
    compute(world)
    page = text(signed_in(world, "secretariat"), f"{RESULTS}versi/1/")
    stored = Snapshot.objects.get()
    for sha256 in (stored.input_sha256, stored.result_sha256, stored.instrument_sha256):
        assert sha256 in page
    assert "Kabupaten Tangerang" in page
    text(signed_in(world, "secretariat"), f"{RESULTS}versi/9/", 404)


def test_the_region_reads_its_result_and_objects(world: World) -> None:
    agree(world)
    compute(world)
    approve(world)
    client, key = signed_in(world, "coordinator"), world.assessment().pk
    assert "mulai masa sanggah" in text(client, "/kerja/hasil/")
    text(client, f"/kerja/hasil/{key}/", 409)
    period(world)
    assert f"/kerja/hasil/{key}/" in text(client, "/kerja/hasil/")
    page = text(client, f"/kerja/hasil/{key}/")
    assert "Disetujui, belum diumumkan" in page
    assert f"/kerja/hasil/{key}/sanggah/policy/" in page
    assert SYNTHETIC in page
    assert confirmed(client, f"/kerja/hasil/{key}/terima/").status_code == 302
    assert "Hasil diterima" in text(client, f"/kerja/hasil/{key}/")
    form = f"/kerja/hasil/{key}/sanggah/policy/"
    assert "Kebijakan" in text(client, form)
    assert confirmed(client, form, {"text": ""}).status_code == 422
    assert confirmed(client, form, {"text": "Perbup sudah terbit"}).status_code == 302
    assert "Belum diputuskan" in text(client, f"/kerja/hasil/{key}/")
    assert client.get(form)["Location"] == f"/kerja/hasil/{key}/", "it is made already"
    again = {"text": "Sekali lagi", "agreed": "on"}
    answer = client.post(form, again)
    token = SEEN.search(answer.content.decode())
    assert token
    answer = client.post(form, again | {"checked": token[1]})
    assert (answer.status_code, "Sekali lagi" in answer.content.decode()) == (409, True)
    assert Objection.objects.count() == 1


def test_the_secretariat_decides_an_objection(world: World) -> None:
    agree(world)
    compute(world)
    approve(world)
    period(world)
    key = operations.make_objection(
        by=world.who("coordinator"), assessment=world.assessment().pk, node="policy", text="Perbup",
        now=timezone.now(),
    )  # fmt: skip
    client = signed_in(world, "secretariat")
    assert "Perbup" in text(client, f"/kerja/periode/{CODE}/sanggahan/1/")
    page = f"/kerja/sanggahan/{key}/"
    assert confirmed(client, page, {"accepted": "yes", "value": "", "reason": "Terbukti"}).status_code == 422
    lower = confirmed(client, page, {"accepted": "yes", "value": "2", "reason": "Terbukti"}).content.decode()
    assert "lebih rendah daripada nilai yang disepakati, 3" in lower
    lower_too = {"accepted": "yes", "value": "2", "reason": "Terbukti", "lower_confirmed": "on"}
    assert confirmed(client, page, lower_too).status_code == 302
    assert AgreedMark.objects.get(assessment=world.assessment(), node="policy").value == 2
    assert "Diterima" in text(client, page)
    assert "Diterima" in text(signed_in(world, "coordinator"), page)
    text(signed_in(world, "coordinator", FAR), page, 404)
    text(signed_in(world, "assessor4"), page, 404)


@pytest.mark.parametrize("path", ["", "sanggah/policy/", "koreksi/", "tindak-lanjut/"])
def test_pages_of_a_region_are_not_there_for_another(world: World, path: str) -> None:
    published(world)
    text(signed_in(world, "coordinator", NEIGHBOUR), f"/kerja/hasil/{world.assessment().pk}/{path}", 404)
    text(signed_in(world, "assessor4"), f"/kerja/hasil/{world.assessment().pk}/{path}", 404)


def test_a_correction_is_made_on_a_page_of_the_secretariat(world: World) -> None:
    published(world)
    page = f"/kerja/hasil/{world.assessment().pk}/koreksi/"
    text(signed_in(world, "coordinator"), page, 403)
    client = signed_in(world, "secretariat")
    assert "Kebijakan (3)" in text(client, page)
    assert confirmed(client, page, {"node": "survey", "value": "2,5", "reason": "Salah ketik"}).status_code == 302
    assert AgreedMark.objects.get(assessment=world.assessment(), node="survey").value == Decimal("2.5")
    assert Snapshot.objects.count() == 2


def test_follow_ups_are_kept_by_the_region(world: World) -> None:
    recommend(world)
    published(world)
    client, key = signed_in(world, "coordinator"), FollowUp.objects.get().pk
    assert "Tetapkan peraturan" in text(client, f"/kerja/hasil/{world.assessment().pk}/tindak-lanjut/")
    page = f"/kerja/tindak-lanjut/{key}/"
    assert "Tetapkan peraturan" in text(client, page)
    given = {"office": world.offices[OWN][0], "due": "2026-06-01", "state": "done", "note": "", "version": 1}
    answer = client.post(page, given)
    assert (answer.status_code, FollowUp.objects.get().state) == (422, "open")
    assert client.post(page, given | {"note": "Perbup 3/2026"}).status_code == 302
    answer = client.post(page, given | {"note": "Lain", "state": "dropped"})
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "Perbup 3/2026" in shown
    assert "Lain" in shown
    assert 'name="version" value="2"' in shown
    text(signed_in(world, "coordinator", FAR), page, 404)


def test_nothing_computed_is_public_before_publication(world: World) -> None:
    agree(world, state=PhaseState.FINAL)
    compute(world)
    approve(world)
    for address in (PUBLIC, f"{PUBLIC}{OWN}/", f"{PUBLIC}versi/1/", f"/api/v1/computed-results/{CODE}/1"):
        assert Client().get(address).status_code == 404
    assert "2026-uji" not in text(Client(), f"/wilayah/{OWN}/")


def test_published_results_stand_apart_from_statements_of_sources(world: World) -> None:
    published(world)
    page = text(Client(), PUBLIC)
    stored = Snapshot.objects.get()
    for shown in (LETTER, stored.input_sha256, stored.instrument_sha256, SYNTHETIC, "Kabupaten Tangerang"):
        assert shown in page
    region = text(Client(), f"{PUBLIC}{OWN}/")
    assert "dihitung Pilar" in region
    assert "3,25 → 3,25" in region
    assert "1,4" in region
    assert "Program terealisasi" not in region, "marks of single indicators are the region's"
    profile = text(Client(), f"/wilayah/{OWN}/")
    assert "dihitung Pilar" in profile
    assert f"{PUBLIC}{OWN}/" in profile
    year = text(Client(), f"/wilayah/{OWN}/2026/")
    assert "3,25 → 3,25" in year
    assert f'href="{PUBLIC}"' in text(Client(), "/hasil/2026/")
    assert text(Client(), "/hasil/2025/", 404)


def test_a_superseded_version_stays_readable_and_says_so(world: World) -> None:
    published(world)
    operations.correct_results(
        by=world.who("secretariat"), campaign=CODE, phase=1, region=OWN, marks={"policy": Decimal(2)},
        reason="Salah ketik", now=timezone.now(),
    )  # fmt: skip
    assert "3,25" in text(Client(), f"{PUBLIC}{OWN}/"), "the correction is not public yet"
    assert Client().get(f"{PUBLIC}versi/2/").status_code == 404
    approve(world, version=2)
    tag = Client().get(PUBLIC)["ETag"]
    operations.publish_results(
        by=world.who("secretariat"), campaign=CODE, phase=1, version=2, letter_number="B-13",
        letter_date=timezone.localdate(), now=timezone.now(),
    )  # fmt: skip
    assert Client().get(PUBLIC)["ETag"] != tag
    assert "3,05" in text(Client(), f"{PUBLIC}{OWN}/")
    old = text(Client(), f"{PUBLIC}versi/1/{OWN}/")
    assert "3,25" in old
    assert "Digantikan oleh versi 2" in old
    newest = text(Client(), PUBLIC)
    assert "Salah ketik" in newest
    assert f"{PUBLIC}versi/1/" in newest


@pytest.mark.parametrize("address", [f"{PUBLIC}99.99/", f"/hasil/pilar/{CODE}/2/", "/hasil/pilar/none/1/"])
def test_what_is_not_published_is_not_found(world: World, address: str) -> None:
    published(world)
    text(Client(), address, 404)


def test_pages_speak_english(world: World) -> None:
    published(world)
    assert "computed by Pilar" in text(Client(), f"/en{PUBLIC}{OWN}/")
    assert "Provisional ranking" in text(signed_in(world, "secretariat"), f"/en{RANKING}")


def test_pages_say_which_phase_of_how_many_it_is(world: World) -> None:
    published(world)
    assert all("tahap 1 dari 2" in text(Client(), address) for address in (PUBLIC, f"{PUBLIC}{OWN}/"))
    office, team = signed_in(world, "secretariat"), signed_in(world, "coordinator")
    assert all("tahap 1 dari 2" in text(office, address) for address in (RANKING, RESULTS))
    assert "tahap 1 dari 2" in text(team, f"/kerja/penilaian/{world.assessment().pk}/")
    told = Client().get(f"/api/v1/computed-results/{CODE}/1").json()["phase"]
    assert (told["phase"], told["phase_count"]) == (1, 2)


def test_no_page_costs_a_query_a_region(world: World, django_assert_max_num_queries: Any) -> None:
    published(world)
    secretariat = signed_in(world, "secretariat")
    for address, most, client in (
        (RESULTS, 14, secretariat),
        (f"{RESULTS}versi/1/", 12, secretariat),
        (PUBLIC, 12, Client()),
    ):
        with django_assert_max_num_queries(most):
            text(client, address)


def test_publishing_needs_the_forgery_token(world: World) -> None:
    agree(world, state=PhaseState.FINAL)
    compute(world)
    approve(world)
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.user("secretariat"))
    assert client.post(f"{RESULTS}versi/1/terbitkan/", {}).status_code == 403
    publish(world)
