"""Sheets of paper entered by hand: each once, by its number; what is typed is not lost."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from kit.neighbours import own
from pilar.areas.reference import today_in
from pilar.people.rules import NotAllowed, NotFound
from pilar.platform.errors import Faults
from pilar.platform.language import Bilingual
from pilar.surveys import operations
from pilar.surveys.forms.entering import SheetForm
from pilar.surveys.models import Response, Survey
from pilar.surveys.operations import Entered, SheetsStored
from pilar.surveys.rules.answers import Answered, Mode
from pilar.surveys.rules.authority import WrongSurveyState
from pilar.surveys.rules.paper import Sheet
from pilar.surveys.rules.questionnaire import Field, Option
from pilar.surveys.rules.surveys import SurveyClosed
from surveys.world import CLOSES, NOW, OWN, World, impact, make_survey, running

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 10)
TYPED = {
    "sheet_number": "17", "consent": "on", "group": "1", "age": "3", "sex": "2", "education": "SMA atau sederajat",
    "occupation": "farmer", "district": "36.03.01", "used": "1", "easier": "4", "quicker": "3", "clearer": "4",
    "heard": "3", "involved": "2", "lasting": "4", "wanted": "Sangat setuju", "suggestion": " Tambah jam ",
}  # fmt: skip


def enter(world: World, *sheets: Sheet, by: str = "contributor", **more: Any) -> SheetsStored:
    return operations.enter_sheets(
        by=world.who(by), survey=world.survey, mode=more.pop("mode", Mode.PAPER), sheets=sheets,
        now=more.pop("now", NOW + timedelta(days=3)), **more,
    )  # fmt: skip


def sheet(world: World, number: int = 1, given: Answered | None = None, day: date = DAY, place: int = 0) -> Sheet:
    return Sheet(world.cell(place), number, day, given or impact())


def refused(world: World, *sheets: Sheet, **more: Any) -> dict[str, str]:
    with pytest.raises(Faults) as caught:
        enter(world, *sheets, **more)
    return {one.place: one.code for one in caught.value.faults}


def test_a_sheet_is_stored_once(world: World) -> None:
    world.open()
    assert enter(world, sheet(world)) == SheetsStored(1, 0)
    assert enter(world, sheet(world, day=DAY + timedelta(days=1))) == SheetsStored(0, 1)
    assert refused(world, sheet(world, given=impact(answers={"easier": 1}))) == {"0.sheet_number": "sheet-differs"}
    assert enter(world, sheet(world, 2)) == SheetsStored(1, 0)
    kept = own(Response).order_by("pk").first()
    assert kept is not None
    assert (kept.mode, kept.ended_on, kept.entered_by_id, kept.flags) == (
        "paper", DAY, world.who("contributor").account, [],
    )  # fmt: skip
    assert own(Response).count() == 2


def test_numbers_are_those_of_a_programme(world: World) -> None:
    world.open()
    both = [sheet(world), sheet(world, place=1)]
    assert enter(world, *both, by="coordinator") == SheetsStored(2, 0)
    assert enter(world, *both, by="coordinator", mode=Mode.IMPORT) == SheetsStored(0, 2)
    assert set(own(Response).values_list("mode", flat=True)) == {"paper"}


def test_all_or_nothing(world: World) -> None:
    world.open()
    bad = sheet(world, 2, impact(answers={"easier": 7, "heard": None}))
    found = refused(
        world, sheet(world), bad, sheet(world, 1), sheet(world, 0), sheet(world, 5, day=DAY - timedelta(days=9)),
        sheet(world, 6, day=DAY + timedelta(days=9)), Sheet(0, 7, DAY, impact()),
    )  # fmt: skip
    assert found == {
        "1.easier": "no-mark", "1.heard": "not-answered", "2.sheet_number": "number-twice",
        "3.sheet_number": "number-outside", "4.sheet_day": "day-outside", "5.sheet_day": "day-to-come",
        "6.cell": "unknown-programme",
    }  # fmt: skip
    assert not own(Response).exists()


def test_a_rehearsal_leaves_nothing_behind(world: World) -> None:
    world.open()
    assert enter(world, sheet(world), rehearsal=True) == SheetsStored(1, 0)
    assert not own(Response).exists()
    assert enter(world, sheet(world)) == SheetsStored(1, 0)


def test_sheets_come_in_until_a_day_after_closing(world: World) -> None:
    world.open()
    closing = today_in(OWN, CLOSES)
    assert enter(world, sheet(world, day=closing), now=CLOSES + timedelta(hours=20)) == SheetsStored(1, 0)
    late = refused(world, sheet(world, 2, day=closing + timedelta(days=1)), now=CLOSES + timedelta(hours=20))
    assert late == {"0.sheet_day": "day-outside"}
    assert enter(world, sheet(world, 3, day=today_in(OWN, NOW)), now=NOW + timedelta(minutes=1)) == SheetsStored(1, 0)
    with pytest.raises(SurveyClosed):
        enter(world, sheet(world, 4), now=CLOSES + timedelta(hours=25))


def test_who_may_enter_sheets(world: World) -> None:
    world.open()
    for name, error in (("verifier", NotAllowed), ("colleague", NotAllowed), ("neighbour", NotFound)):
        with pytest.raises(error):
            enter(world, sheet(world), by=name)
    with pytest.raises(NotAllowed):
        enter(world, by="verifier")
    elsewhere = world.cell()
    world.survey = make_survey(world.cast, "ikm-2017")
    with pytest.raises(WrongSurveyState):
        enter(world, sheet(world), by="coordinator")
    world.open()
    assert refused(world, Sheet(elsewhere, 1, DAY, impact())) == {"0.cell": "unknown-programme"}


def test_a_stranger_cannot_take_the_key_of_a_sheet(world: World) -> None:
    """Keys of sheets are not to be guessed from their numbers, and they differ."""
    world.open()
    enter(world, sheet(world, 1), sheet(world, 2))
    keys = {*own(Response).values_list("key", flat=True)}
    assert len(keys) == 2
    one = Entered(uuid4(), impact(), None, NOW)
    by = world.who("contributor")
    assert operations.enter_answers(by=by, cell=world.cell(), mode=Mode.ENUMERATOR, entered=[one], now=NOW)[0] == 1


# Pages


@pytest.fixture
def client(world: World) -> Client:
    running(world)
    return world.client("contributor")


def at(world: World, place: int = 0) -> str:
    return f"/kerja/survei/{world.survey}/kertas/{place}/"


def typed(**changed: str) -> dict[str, str]:
    return TYPED | {"sheet_day": timezone.now().date().isoformat()} | changed


def said(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:2000]
    return html.unescape(answer.content.decode())


def test_figures_words_and_codes_are_understood(world: World, client: Client) -> None:
    page = said(client.get(at(world)))
    assert "2. Program ini memudahkan urusan saya." in page
    assert "Hanya jika pertanyaan 1 dijawab: Sering atau Pernah. 1–4" in page
    assert "1 = Laki-laki · 2 = Perempuan" in page
    assert 'name="district"' in page
    done = client.post(at(world), typed(district=district(world)))
    day = typed()["sheet_day"]
    assert (done.status_code, done.headers["Location"]) == (302, f"{at(world)}?nomor=18&tanggal={day}")
    kept = own(Response).get()
    assert kept.marks == [4, 3, 4, 3, 2, 4, 4]
    assert kept.profile == {
        "age": "from_30", "sex": "female", "education": "upper", "occupation": "farmer", "district": district(world),
    }  # fmt: skip
    assert (kept.group, kept.answers["suggestion"], kept.mode) == ("public", "Tambah jam", "paper")
    following = said(client.get(done.headers["Location"]))
    assert "Lembar 17 sudah disimpan" in following
    assert ('value="18"' in following, f'value="{day}"' in following) == (True, True)


def test_long_lists_are_chosen_from(world: World) -> None:
    form = world.row().questionnaire
    places = tuple(Option(f"36.03.{number:02}", Bilingual(f"Kecamatan {number}", "")) for number in range(29))
    long = replace(form, profile=(Field("district", Bilingual("Kecamatan", "District"), places),))
    page = str(SheetForm(None, questionnaire=long, cell=1)["district"])
    assert ("<select" in page, page.count("<option")) == (True, 30)


def district(world: World) -> str:
    found = world.row().questionnaire.district
    assert found is not None
    return found.options[0].code


def test_faults_stand_at_their_fields_and_nothing_is_lost(world: World, client: Client) -> None:
    page = said(client.post(at(world), typed(easier="9", heard="", sheet_day="kemarin", consent="", sex="3")), 422)
    assert page.count("Pilih salah satu jawaban") == 4
    assert "Jawablah pertanyaan ini" in page
    assert "Masukkan hanya lembar yang kotak ini ditandai" in page
    for kept in ('value="9"', 'value="kemarin"', 'value="17"', "Tambah jam", 'value="SMA atau sederajat"'):
        assert kept in page
    assert not own(Response).exists()


def test_what_no_keyboard_types_is_told(world: World, client: Client) -> None:
    odd = {"suggestion": "a\x00b", "easier": "4\x00", "sheet_number": "9" * 5000, "age": "x" * 5000}
    page = said(client.post(at(world), typed(**odd)), 422)
    assert page.count('class="field invalid"') == 4
    assert not own(Response).exists()


def test_what_was_not_to_be_answered_is_left_out(world: World, client: Client) -> None:
    client.post(at(world), typed(district="", used="3"))
    assert {"easier", "quicker"}.isdisjoint(own(Response).get().answers)


def test_the_same_sheet_again(world: World, client: Client) -> None:
    client.post(at(world), typed(district=""))
    again = said(client.post(at(world), typed(district=""), follow=True))
    assert "Lembar 17 sudah disimpan sebelumnya dengan jawaban yang sama" in again
    other = said(client.post(at(world), typed(district="", easier="1")), 422)
    assert "Lembar dengan nomor ini sudah disimpan dengan jawaban lain" in other
    assert 'value="1"' in other
    assert own(Response).count() == 1


def test_a_sheet_typed_after_the_sign_in_had_ended(world: World, client: Client) -> None:
    page = client.get(at(world)).content.decode()
    person = page.split('name="person" value="')[1].split('"')[0]
    client.logout()
    answer = client.post(at(world), typed(person=person, suggestion="Tambah loket"))
    assert answer.headers["Location"].startswith("/akun/login/")
    client.force_login(world.cast.user("contributor"), "allauth.account.auth_backends.AuthenticationBackend")
    shown = said(client.get(at(world)))
    assert ("Sesi masuk Anda telah berakhir" in shown, "Tambah loket" in shown, 'value="17"' in shown) == (True,) * 3
    assert not own(Response).exists()


def test_too_late_nothing_typed_is_lost(world: World, client: Client) -> None:
    own(Survey).update(closes_at=timezone.now() - timedelta(days=1, hours=1))
    assert "Saat ini lembar tidak dapat dimasukkan" in said(client.get(at(world)))
    page = said(client.post(at(world), typed(district="")), 422)
    assert "tidak lagi menerima jawaban" in page
    assert "Tambah jam" in page


def test_whose_sheets_the_page_takes(world: World, client: Client) -> None:
    refused = {"verifier": 403, "secretariat": 403, "colleague": 404, "neighbour": 404, "assessor": 404}
    assert {name: world.client(name).get(at(world)).status_code for name in refused} == refused
    assert {name: world.client(name).post(at(world), typed()).status_code for name in refused} == refused
    assert not own(Response).exists()


def test_a_sheet_costs_the_same_however_many_there_are(
    world: World, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.get(at(world))
    for count in (1, 30):
        enter(world, *(sheet(world, count + n, day=timezone.now().date()) for n in range(count)), now=timezone.now())
        with django_assert_max_num_queries(12):
            said(client.get(at(world)))
        with django_assert_max_num_queries(32):
            assert client.post(at(world), typed(district="", sheet_number=str(100 + count))).status_code == 302
