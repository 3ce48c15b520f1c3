"""Pages of the secretariat: what they show and say, and every closed door."""

from __future__ import annotations

import re
from http import HTTPStatus

import pytest
from django.test import Client

from confirming import confirmed
from evaluation.cycle.world import CODE, FAR, NOW, OWN, World
from pilar.evaluation.models import Assessment, Campaign, CampaignGroup, Conflict, Mark, Participation, Phase, Seat
from pilar.evaluation.rules.stages import AssessmentState, PhaseState

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
BASE = f"/kerja/periode/{CODE}/"
READ = [
    BASE, f"{BASE}ubah/", f"{BASE}tahap/1/jadwal/", f"{BASE}daerah/", f"{BASE}kelompok/regular/", f"{BASE}panel/",
    f"{BASE}panel-usulan/", f"{BASE}panel/{OWN}/", f"{BASE}kemajuan/1/", "/kerja/konflik/", "/kerja/periode-baru/",
    "/kerja/periode/",
]  # fmt: skip
SHARED = [BASE, "/kerja/periode/"]
NATIONAL = ["/kerja/konflik/", "/kerja/periode-baru/"]


@pytest.fixture
def office(world: World, client: Client) -> Client:
    """The secretariat's browser."""
    client.force_login(world.user("secretariat"), BACKEND)
    return client


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == HTTPStatus.OK, address
    return answer.content.decode()


def said(client: Client, address: str, given: dict[str, object]) -> str:
    """The page after a form was sent."""
    return client.post(address, given, follow=True).content.decode()


@pytest.mark.parametrize("address", READ)
@pytest.mark.parametrize("language", ["", "/en"])
def test_every_page_shows_and_says_that_data_are_synthetic(office: Client, address: str, language: str) -> None:
    page = text(office, language + address)
    if address not in NATIONAL:
        assert ("Synthetic data" if language else "Data contoh") in page
    assert page.count("<h1") == 1


@pytest.mark.parametrize("address", READ)
def test_a_visitor_is_asked_to_sign_in(world: World, client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == HTTPStatus.FOUND
    assert answer["Location"].startswith("/akun/login/")


@pytest.mark.parametrize("address", READ)
@pytest.mark.parametrize("name", ["coordinator", "contributor", "chair", "assessor4"])
def test_others_see_what_concerns_them_only(world: World, client: Client, address: str, name: str) -> None:
    client.force_login(world.user(name), BACKEND)
    status = client.get(address).status_code
    if address == "/kerja/periode/" or (address in SHARED and name != "assessor4"):
        assert status == HTTPStatus.OK
    elif name == "assessor4" or address in NATIONAL:
        assert status == HTTPStatus.NOT_FOUND
    else:
        assert status == HTTPStatus.FORBIDDEN


WRITE = [
    (f"{BASE}tahap/1/pindah/open/", {}),
    (f"{BASE}daerah/{FAR}/batal/", {}),
    (f"{BASE}kelompok/regular/hapus/", {}),
    (f"{BASE}panel-usulan/", {"seats": "[]", "seen": ""}),
    (f"{BASE}panel/{OWN}/", {"assessor": "1"}),
    (f"{BASE}panel/{OWN}/ketua/1/", {}),
    (f"{BASE}panel/{OWN}/cabut/1/", {}),
    (f"{BASE}ubah/", {"title_id": "Lain"}),
    ("/kerja/konflik/1/hapus/", {"reason": "Alasan"}),
]


@pytest.mark.parametrize(("address", "given"), WRITE)
@pytest.mark.parametrize(
    ("name", "status"), [("coordinator", HTTPStatus.FORBIDDEN), ("assessor4", HTTPStatus.NOT_FOUND)]
)
def test_others_change_nothing(
    world: World, client: Client, address: str, given: dict[str, str], name: str, status: int
) -> None:
    client.force_login(world.user(name), BACKEND)
    expected = HTTPStatus.NOT_FOUND if "konflik" in address else status
    assert client.post(address, given).status_code == expected
    assert Phase.objects.get(pk=world.phases[1].pk).state == PhaseState.DRAFT
    assert (Participation.objects.count(), Seat.objects.count(), CampaignGroup.objects.count()) == (3, 9, 1)


def test_a_region_sees_its_own_assessments_on_the_campaign(world: World, client: Client) -> None:
    client.force_login(world.user("coordinator"), BACKEND)
    page = text(client, BASE)
    assert f"/kerja/penilaian/{world.assessment().pk}/" in page
    assert f"/kerja/penilaian/{world.assessment(FAR).pk}/" not in page
    assert "pindah/" not in page


def test_every_page_of_a_campaign_says_which_phase_of_how_many(world: World, office: Client) -> None:
    world.set_phase(PhaseState.OPEN)
    assert "Kemajuan tahap 2 dari 2" in text(office, f"{BASE}daerah/")
    assert "tahap 1 dari 2" in text(office, f"{BASE}tahap/1/pindah/closed/")
    assert "Berkas Excel daerah, tahap 1 dari 2" in text(office, f"{BASE}formulir/1/")
    assert "tahap 1 dari 2" in text(office, "/beranda/"), "the start page"
    assert "tahap 1 dari 2" in text(office, f"/kerja/penilaian/{world.assessment().pk}/kesampingkan/")
    assert "tahap 1 dari 2" in text(office, "/kerja/nasional/")
    office.force_login(world.user("coordinator"), BACKEND)
    assert "Kabupaten Tangerang, tahap 1 dari 2" in text(office, BASE)
    assert "tahap 1 dari 2" in text(office, "/beranda/")
    world.set_phase(PhaseState.DESK_CHECK)
    Assessment.objects.filter(pk=world.assessment().pk).update(state=AssessmentState.SUBMITTED, submitted_at=NOW)
    office.force_login(world.user("assessor1"), BACKEND)
    assert "Beri nilai Kabupaten Tangerang, tahap 1 dari 2" in text(office, "/beranda/")


def test_a_button_that_is_not_there_says_why(world: World, office: Client) -> None:
    world.set_phase(PhaseState.OPEN)
    page = text(office, BASE)
    assert "Belum ada daerah yang mengajukan penilaian mandiri" in page
    assert "pindah/closed/" not in page
    asked = text(office, f"{BASE}tahap/1/pindah/closed/")
    assert "Belum ada daerah yang mengajukan penilaian mandiri" in asked
    assert f'href="{BASE}kemajuan/1/"' in asked, "where it is mended"
    assert "<button" not in asked.split("<main")[1]
    assert office.get(f"{BASE}tahap/1/pindah/nonsense/").status_code == HTTPStatus.NOT_FOUND


def test_a_move_is_made_and_stands_in_the_history(world: World, office: Client) -> None:
    page = confirmed(office, f"{BASE}tahap/1/pindah/open/", {"reason": "Rapat pimpinan"}, follow=True).content.decode()
    assert Phase.objects.get(pk=world.phases[1].pk).state == PhaseState.OPEN
    assert "Ani" in page
    assert "Rapat pimpinan" in page
    assert "Evaluasi uji 2026, tahap 1 dari 2 sekarang: Penilaian mandiri" in page


def test_only_a_move_back_asks_for_its_reason(world: World, office: Client) -> None:
    for source, target, optional in ((PhaseState.DRAFT, "open", True), (PhaseState.REVIEW, "desk_check", False)):
        world.set_phase(source)
        page = text(office, f"{BASE}tahap/1/pindah/{target}/")
        assert ("Alasan (tidak wajib)" in " ".join(re.sub("<[^>]+>", " ", page).split())) is optional
    refused = confirmed(office, f"{BASE}tahap/1/pindah/desk_check/", {"reason": " "})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Jelaskan mengapa tahap dikembalikan" in refused.content.decode()
    assert Phase.objects.get(pk=world.phases[1].pk).state == PhaseState.REVIEW


NEW = {
    "code": "2027-uji", "year": "2027", "title_id": "Evaluasi 2027", "title_en": "Evaluation 2027",
    "instrument": "cycle-test 1.0", "previous": CODE, "evidence_hours": "24", "objection_days": "7",
    "smallest_panel": "3", "largest_panel": "6", "opens_1": "2027-06-01T08:00", "closes_1": "2027-06-20T23:59",
    "opens_2": "2027-10-01T08:00", "closes_2": "2027-10-20T23:59", "group": "regular", "group_title_id": "Reguler",
    "group_title_en": "Regular",
}  # fmt: skip


def test_a_campaign_is_set_up_in_jakartas_time(world: World, office: Client) -> None:
    page = said(office, "/kerja/periode-baru/", NEW)
    assert "Evaluasi 2027" in page
    found = Campaign.objects.get(code="2027-uji")
    assert found.phases.get(number=1).opens_at.isoformat() == "2027-06-01T01:00:00+00:00"
    assert found.previous == world.campaign


def test_a_form_with_a_fault_keeps_what_was_typed(office: Client) -> None:
    page = said(office, "/kerja/periode-baru/", NEW | {"code": CODE, "title_id": "Judul yang saya ketik"})
    assert "Judul yang saya ketik" in page
    assert CODE in page
    backwards = said(office, "/kerja/periode-baru/", NEW | {"closes_2": "2027-09-01T00:00"})
    assert 'id="id_closes_2_error"' in backwards


def test_another_number_of_phases_keeps_what_was_typed(office: Client) -> None:
    typed = NEW | {"title_id": "Judul yang saya ketik", "opens_1": "bulan depan", "phases": "3", "show": "phases"}
    page = office.post("/kerja/periode-baru/", typed)
    text = page.content.decode()
    assert page.status_code == 200
    assert "Judul yang saya ketik" in text
    assert 'name="opens_3' in text
    assert "2027-10-20" in text, "the dates of the phases that stay"
    assert "_error" not in text, "nothing is judged before it is handed in"
    assert not Campaign.objects.filter(code="2027-uji").exists()
    fewer = office.post("/kerja/periode-baru/", typed | {"phases": "1"}).content.decode()
    assert 'name="opens_2' not in fewer
    said(office, "/kerja/periode-baru/", NEW | {"phases": "1"})
    assert Campaign.objects.get(code="2027-uji").phases.count() == 1


def test_settings_and_dates_are_changed(world: World, office: Client) -> None:
    given = {name: NEW[name] for name in ("title_id", "title_en", "objection_days", "smallest_panel", "largest_panel")}
    said(office, f"{BASE}ubah/", given | {"evidence_hours": "48", "no_repeat_panel": "on"})
    found = Campaign.objects.get(code=CODE)
    assert (found.evidence_hours, found.no_repeat_panel, found.title_id) == (48, True, "Evaluasi 2027")
    said(office, f"{BASE}tahap/2/jadwal/", {"opens_at": "2099-10-01T08:00", "closes_at": "2099-10-20T16:00"})
    assert Phase.objects.get(pk=world.phases[2].pk).closes_at.isoformat() == "2099-10-20T09:00:00+00:00"
    early = said(office, f"{BASE}tahap/2/jadwal/", {"opens_at": "2026-10-01T08:00", "closes_at": "2099-10-20T16:00"})
    assert 'id="id_opens_at_error"' in early
    assert "Tahap 2 dibuka setelah tahap 1 ditutup" in early
    assert office.get(f"{BASE}tahap/3/jadwal/").status_code == HTTPStatus.NOT_FOUND


def test_regions_are_invited_by_name_code_and_province(world: World, office: Client) -> None:
    for participation in world.participations.values():
        participation.delete()
    given = {"what": "invite", "to_group": "regular", "regions": "36.03\n Kab. Bogor ", "province": "36"}
    page = said(office, f"{BASE}daerah/", given)
    assert "3 daerah diundang" in page
    assert Participation.objects.count() == 3
    again = said(office, f"{BASE}daerah/", {"what": "invite", "to_group": "regular", "regions": "Kota Atlantis"})
    assert "Kota Atlantis" in again
    assert "Tidak ada kabupaten/kota" in again


def test_groups_are_added_renamed_used_and_removed(world: World, office: Client) -> None:
    group = {"group": "new", "group_title_id": "Baru", "group_title_en": "New"}
    said(office, f"{BASE}daerah/", {"what": "add"} | group)
    said(office, f"{BASE}kelompok/new/", {"group_title_id": "Peserta baru", "group_title_en": "New regions"})
    assert CampaignGroup.objects.get(code="new").title_id == "Peserta baru"
    said(office, f"{BASE}daerah/", {"what": "regroup", "into": "new", "region": "Kabupaten Bogor"})
    assert Participation.objects.get(region=FAR).group.code == "new"
    refused = said(office, f"{BASE}kelompok/new/hapus/", {})
    assert "1 daerah" in refused
    assert CampaignGroup.objects.filter(code="new").exists()
    said(office, f"{BASE}daerah/", {"what": "regroup", "into": "regular", "region": FAR})
    said(office, f"{BASE}kelompok/new/hapus/", {})
    assert not CampaignGroup.objects.filter(code="new").exists()


def test_a_region_is_withdrawn(world: World, office: Client) -> None:
    assert Participation.objects.filter(region=FAR).exists()
    office.post(f"{BASE}daerah/{FAR}/batal/")
    assert Participation.objects.filter(region=FAR).exists(), "nobody has looked"
    for _click in range(2):
        assert confirmed(office, f"{BASE}daerah/{FAR}/batal/")["Location"] == f"{BASE}daerah/"
    assert not Participation.objects.filter(region=FAR).exists()


def test_a_proposal_is_shown_with_its_reasons_and_applied(world: World, office: Client) -> None:
    Seat.objects.all().delete()
    Conflict.objects.create(assessor=world.user("assessor1"), region_id=OWN, kind="mentor")
    answer = office.get(f"{BASE}panel-usulan/", {"size": "3", "keep": "on", "draw": "2"})
    page = answer.content.decode()
    assert "Asesor1" in page
    assert "pembimbing" in page
    assert not Seat.objects.exists()
    given = {"seats": answer.context["given"], "seen": answer.context["proposed"].seen}
    assert "3 panel" in said(office, f"{BASE}panel-usulan/", given)
    assert Seat.objects.count() == 9
    assert "0 panel" in said(office, f"{BASE}panel-usulan/", given)


def test_a_proposal_that_is_none_or_stale_is_refused(world: World, office: Client) -> None:
    for seats in ("", "[{}]", "[[1,2,3]]", '[["36.03",true]]', "null"):
        assert office.post(f"{BASE}panel-usulan/", {"seats": seats}).status_code == HTTPStatus.NOT_FOUND
    stale = {"seats": f'[["{OWN}",{world.key("assessor4")},false]]', "seen": "stale"}
    assert "berubah" in said(office, f"{BASE}panel-usulan/", stale)
    assert Seat.objects.count() == 9


def test_too_few_assessors_are_told_by_region(world: World, office: Client) -> None:
    Seat.objects.all().delete()
    page = office.get(f"{BASE}panel-usulan/", {"size": "6", "keep": "on"}).content.decode()
    assert "Kabupaten Tangerang: panel membutuhkan 6 asesor" in page


def test_seats_by_hand(world: World, office: Client) -> None:
    said(office, f"{BASE}panel/{OWN}/", {"assessor": world.key("assessor4")})
    assert Seat.objects.filter(participation__region=OWN).count() == 4
    refused = said(office, f"{BASE}panel/{OWN}/ketua/{world.key('assessor4')}/", {})
    assert "Asesor4" in refused
    assert Seat.objects.get(participation__region=OWN, is_chair=True).assessor_id == world.key("chair")
    said(office, f"{BASE}panel/{OWN}/cabut/{world.key('assessor4')}/", {})
    assert Seat.objects.filter(participation__region=OWN).count() == 3
    Mark.objects.create(assessment=world.assessment(), node="policy", assessor=world.user("assessor1"), value=3)
    address = f"{BASE}panel/{OWN}/cabut/{world.key('assessor1')}/"
    assert "reason" in said(office, address, {})
    assert Seat.objects.filter(participation__region=OWN).count() == 3
    said(office, address, {"reason": "Sakit"})
    assert Seat.objects.filter(participation__region=OWN).count() == 2


def test_conflicts_are_declared_and_removed(world: World, office: Client) -> None:
    given = {"assessor": world.key("assessor1"), "region": "Kabupaten Bogor", "kind": "employer", "note": "Dosen tamu"}
    assert "Dosen tamu" in said(office, "/kerja/konflik/", given)
    found = Conflict.objects.get()
    assert found.region_id == FAR
    assert "Asesor1" not in text(office, "/kerja/konflik/?q=tangerang").split("<form")[1].split("</table>")[0]
    said(office, f"/kerja/konflik/{found.pk}/hapus/", {"reason": "Sudah selesai"})
    assert not Conflict.objects.exists()


def test_a_submitted_assessment_is_returned(world: World, office: Client) -> None:
    world.set_phase(PhaseState.OPEN)
    world.set_assessment(AssessmentState.SUBMITTED)
    address = f"/kerja/penilaian/{world.assessment().pk}/kembalikan/"
    assert address in text(office, f"{BASE}kemajuan/1/")
    assert "Kabupaten Tangerang" in text(office, address)
    confirmed(office, address, {"reason": ""})
    assert world.assessment().state == AssessmentState.SUBMITTED
    confirmed(office, address, {"reason": "Bukti belum terbaca"})
    assert world.assessment().state == AssessmentState.PREPARING
    office.force_login(world.user("coordinator"), BACKEND)
    assert office.get(address).status_code == HTTPStatus.FORBIDDEN
    office.force_login(world.user("coordinator", FAR), BACKEND)
    assert office.get(address).status_code == HTTPStatus.NOT_FOUND


def test_empty_lists_say_what_to_do(world: World, office: Client) -> None:
    for participation in world.participations.values():
        participation.delete()
    for address in ("daerah/", "panel/", "panel-usulan/", "kemajuan/1/"):
        assert "Belum ada daerah yang ikut serta" in text(office, BASE + address)
    Campaign.objects.all().delete()
    assert "Belum ada periode evaluasi" in text(office, "/kerja/periode/")
