"""Answering by link, page by page, as a browser does it without script."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from django.test import Client
from django.utils import timezone

from kit.neighbours import own
from kit.worlds import once
from pilar.areas import reference
from pilar.surveys.models import Contact, Response, Survey, Unfinished
from pilar.surveys.reference import questionnaire
from surveys.world import PROFILE, World, make_survey

pytestmark = pytest.mark.django_db
START = {**PROFILE, "group": "public", "consent": "on"}
PAGES = (
    {"used": "often"},
    {"easier": "4", "quicker": "3", "clearer": "4"},
    {"heard": "3", "involved": "2"},
    {"lasting": "4", "wanted": "4"},
    {"suggestion": " Tambah jam layanan "},
)


@once
def link(world: World) -> str:
    now = timezone.now()
    own(Survey).update(opens_at=now - timedelta(hours=1), closes_at=now + timedelta(days=30))
    world.open()
    return f"/s/{world.token()}/"


def begin(client: Client, link: str) -> None:
    assert client.post(link, START).headers["Location"] == f"{link}1/"


def fill(client: Client, link: str) -> None:
    begin(client, link)
    for number, page in enumerate(PAGES, start=1):
        assert client.get(f"{link}{number}/").status_code == 200
        following = f"{link}{number + 1}/" if number < len(PAGES) else f"{link}kirim/"
        assert client.post(f"{link}{number}/", page).headers["Location"] == following


def test_answers_arrive(client: Client, link: str) -> None:
    fill(client, link)
    done = client.post(f"{link}kirim/", {"contact": "warga@contoh.invalid"})
    assert done.headers["Location"] == f"{link}terima-kasih/"
    kept = own(Response).get()
    assert (kept.marks, kept.answers["suggestion"], kept.group) == (
        [4, 3, 4, 3, 2, 4, 4],
        "Tambah jam layanan",
        "public",
    )
    assert own(Contact).get().address == "warga@contoh.invalid"
    assert not own(Unfinished).exists()
    assert "terima kasih" in client.get(f"{link}terima-kasih/").content.decode().lower()


def test_nothing_is_kept_without_consent(client: Client, link: str) -> None:
    refused = client.post(link, {**START, "consent": ""})
    assert refused.status_code == 422
    assert "Tandai bahwa Anda bersedia" in refused.content.decode()
    assert 'value="from_30"' in refused.content.decode()
    assert not own(Unfinished).exists()


def test_what_is_missing_is_told_and_the_rest_is_kept(client: Client, link: str) -> None:
    begin(client, link)
    client.post(f"{link}1/", PAGES[0])
    refused = client.post(f"{link}2/", {"easier": "4", "quicker": "9"})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert page.count("Pilih salah satu jawaban") >= 1
    assert "Jawablah pertanyaan ini" in page
    again = client.get(f"{link}2/").content.decode()
    (four,) = re.findall(r'<input[^>]*name="easier" value="4"[^>]*>', again)
    assert "checked" in four


def test_who_has_not_used_it_is_not_asked_about_it(client: Client, link: str) -> None:
    begin(client, link)
    client.post(f"{link}1/", {"used": "never"})
    page = client.get(f"{link}2/").content.decode()
    assert ('name="easier"' in page, 'name="clearer"' in page) == (False, True)


def test_an_answer_with_a_gap_leads_back_to_its_page(client: Client, link: str) -> None:
    begin(client, link)
    client.post(f"{link}1/", PAGES[0])
    back = client.post(f"{link}kirim/", {"contact": ""})
    assert back.headers["Location"] == f"{link}2/"
    assert not own(Response).exists()


@pytest.mark.parametrize("page", ["kirim/", "5/", ""])
def test_who_lost_the_receipt_is_told_that_the_answer_arrived(client: Client, link: str, page: str) -> None:
    fill(client, link)
    before = dict(client.cookies)
    client.post(f"{link}kirim/", {})
    client.cookies.clear()
    client.cookies.update(before)
    again = client.post(f"{link}kirim/", {}) if page == "kirim/" else client.get(f"{link}{page}")
    assert again.headers["Location"] == f"{link}terima-kasih/"
    assert own(Response).count() == 1
    # The next one on this device begins again, and is known to be the second.
    fill(client, link)
    client.post(f"{link}kirim/", {})
    assert "repeated" in own(Response).order_by("pk")[1].flags


def test_who_begins_beside_a_lost_receipt_loses_nothing(client: Client, link: str) -> None:
    fill(client, link)
    before = dict(client.cookies)
    client.post(f"{link}kirim/", {})
    client.cookies.update(before)
    begin(client, link)


def test_a_second_answer_from_a_device_is_kept_and_flagged(client: Client, link: str) -> None:
    for _ in range(2):
        fill(client, link)
        client.post(f"{link}kirim/", {})
    # Whether it also was fast depends on the machine; times that are given are judged in test_main_path.
    assert [{*one.flags} - {"fast"} for one in own(Response).order_by("pk")] == [set(), {"repeated"}]


def test_going_on_and_another_link(client: Client, link: str, world: World) -> None:
    begin(client, link)
    assert "Lanjutkan" in client.get(link).content.decode()
    other = f"/s/{world.token(1)}/"
    assert client.get(f"{other}1/").headers["Location"] == other
    assert client.get("/s/tidakada12345/").status_code == 404
    assert client.get(f"{link}99/").status_code == 404


def test_a_program_that_fills_the_hidden_field_is_flagged(client: Client, link: str) -> None:
    fill(client, link)
    client.post(f"{link}kirim/", {"alamat_situs": "http://contoh.invalid"})
    assert "bot" in own(Response).get().flags


def test_a_closed_survey_says_so(client: Client, world: World) -> None:
    key = make_survey(world.cast, "ikm-2017")
    token = Survey.objects.get(pk=key).cells.first().token  # type: ignore[union-attr]
    assert "tidak lagi menerima jawaban" in client.get(f"/s/{token}/").content.decode()
    assert client.get(f"/s/{token}/1/").status_code == 302


@pytest.mark.parametrize("form", ["impact-2023", "ikm-2017"])
def test_consent_tells_that_single_answers_are_handed_on(form: str) -> None:
    consent = questionnaire(form).consent
    assert "satu per satu" in consent.id
    assert "singly" in consent.en


def test_how_long_something_is_kept_is_said(client: Client, link: str) -> None:
    assert "30 hari setelah" in client.get(link).content.decode()
    begin(client, link)
    assert "7 hari" in client.get(f"{link}1/").content.decode()
    assert "180 hari" in client.get(f"{link}kirim/").content.decode()


def test_moments_are_those_of_the_region(client: Client, link: str, world: World) -> None:
    """Midnight in the east is still the day before in Jakarta."""
    opens, closes = datetime(2099, 1, 31, 15, tzinfo=UTC), datetime(2099, 2, 28, 15, tzinfo=UTC)
    own(Survey).update(closes_at=closes)
    eastern = replace(reference.time_zones()[0], name="WIT", hours=9, province_code="36")
    with patch.object(reference, "time_zones", lambda: (eastern,)):
        assert "28 Februari 2099 pukul 23.59 WIT" in client.get(link).content.decode()
        own(Survey).update(opens_at=opens)
        assert "1 Februari 2099 pukul 00.00 WIT" in client.get(link).content.decode()


def test_a_survey_that_is_not_opened_in_time_has_not_ended(client: Client, world: World) -> None:
    now = timezone.now()
    own(Survey).update(opens_at=now - timedelta(hours=1), closes_at=now + timedelta(days=30))
    page = client.get(f"/s/{world.token()}/").content.decode()
    assert ("Survei ini belum dimulai" in page, "tidak lagi menerima jawaban" in page) == (True, False)


def test_the_satisfaction_survey_has_no_group(client: Client, world: World) -> None:
    world.survey = make_survey(world.cast, "ikm-2017")
    now = timezone.now()
    Survey.objects.filter(pk=world.survey).update(opens_at=now - timedelta(hours=1), closes_at=now + timedelta(days=9))
    world.open()
    page = client.get(f"/s/{world.token()}/").content.decode()
    assert ('name="group"' in page, 'name="age"' in page) == (False, True)
