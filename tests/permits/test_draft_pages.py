"""The page of a draft: what is wrong in it, its documents; and what leads to it and from it."""

from __future__ import annotations

import io
import re

import pytest
from django.test import Client
from django.urls import reverse

from evidence import samples
from people.citizens import entered
from permits.test_case_pages import FORM, act, apply, officer
from permits.world import NIK, World, definition
from pilar.permits.models import Case, CaseFile
from pilar.permits.rules.persons import open_of
from pilar.permits.rules.services import in_text, read
from pilar.platform.language import translate


@pytest.fixture
def nurse(world: World) -> Client:
    return entered(Client(), "perawat@contoh.invalid", "Siti Perawat")


def draft(client: Client) -> Case:
    client.post(reverse("permits:begin", args=["36.03", "sip-perawat"]), {"kind": "new"})
    return Case.objects.latest("pk")


def attach(client: Client, row: Case, requirement: str) -> None:
    file = io.BytesIO(samples.pdf())
    file.name = f"{requirement}.pdf"
    client.post(reverse("permits:add-file", args=[row.pk, requirement]), {"file": file})


def test_what_is_wrong_in_a_draft_is_said_at_once_with_a_way_to_it(world: World, nurse: Client) -> None:
    row = draft(nurse)
    address = reverse("permits:own-case", args=[row.pk])
    said = f'<a href="#id_identity">{translate("NIK, or NIB of a business")}: '
    given = {"version": 0, **FORM, "identity": "3603"}
    kept = nurse.post(address, given, headers={"X-Autosave": "1"}).content.decode()
    assert kept.count(said) == 2, "beside the button, and in the list of what is open"
    assert 'href="#ktp">KTP<' in kept
    attach(nurse, row, "ktp")
    CaseFile.objects.filter(case=row).update(valid_until="2020-01-31")
    asks = nurse.get(reverse("permits:submit", args=[row.pk])).content.decode()
    assert f'href="{address}#id_identity"' in asks
    assert f'href="{address}#ktp">KTP: hanya berlaku sampai 31 Januari 2020<' in asks
    row.refresh_from_db()
    again = nurse.post(address, {"version": row.edition, **FORM}, headers={"X-Autosave": "1"}).content.decode()
    assert "#id_identity" not in again


def test_documents_are_folded_and_the_next_one_is_open(world: World, nurse: Client) -> None:
    row = draft(nurse)
    address = reverse("permits:own-case", args=[row.pk])

    def opened() -> list[str]:
        page = nurse.get(address).content.decode()
        assert "paling besar 20" in page
        return re.findall(r'<details class="fold" id="([a-z]+)" open>', page)

    assert opened() == ["ktp"]
    attach(nurse, row, "ktp")
    assert opened() == ["str"]
    row = apply(nurse)
    page = nurse.get(reverse("permits:own-case", args=[row.pk])).content.decode()
    assert not re.search(r'<details class="fold" id=', page), "nothing more is added"
    assert "ktp.pdf" in page


def test_a_word_is_no_phone_number() -> None:
    person = {"name": "Fatimah", "identity": NIK, "phone": "abc", "address": "Balaraja"}
    assert [(fault.code, fault.place) for fault in open_of(person, "person")] == [("unfit-phone", "phone")]
    assert not open_of(person | {"phone": "(021) 555-0123"}, "person")


def test_who_has_no_application_is_led_to_the_services(world: World, nurse: Client) -> None:
    page = nurse.get(reverse("permits:own-cases")).content.decode()
    assert f'href="{reverse("permits:own-services")}"' in page.split('id="content"')[1]


def test_what_may_be_a_duplicate_is_one_remark_above_the_acts(world: World, nurse: Client) -> None:
    numbers = [apply(nurse).number for _time in range(3)]
    row = Case.objects.get(number=numbers[0])
    page = officer(world, "front").get(reverse("permits:desk-case", args=[row.pk])).content.decode()
    assert page.count(translate("It may be a duplicate")) == 1
    assert all(number in page for number in numbers)


def test_a_document_that_is_there_is_not_offered_in_its_own_place(world: World, nurse: Client) -> None:
    row = draft(nurse)
    attach(nurse, row, "ktp")
    again = reverse("permits:reuse", args=[row.pk, "ktp"])
    page = reverse("permits:own-case", args=[row.pk])
    assert again not in nurse.get(page).content.decode(), "it would be replaced by itself"
    another = draft(nurse)
    offered = nurse.get(reverse("permits:own-case", args=[another.pk])).content.decode()
    assert reverse("permits:reuse", args=[another.pk, "ktp"]) in offered


def test_what_is_asked_is_sent_from_below_the_documents(world: World, nurse: Client) -> None:
    row = apply(nurse)
    act(officer(world, "front"), row, "kembalikan", "check", text="Nomor STR keliru")
    page = nurse.get(reverse("permits:own-case", args=[row.pk])).content.decode()
    send = page.index(f'href="{reverse("permits:submit", args=[row.pk])}"')
    assert page.index('id="case-open"') < send < page.index(translate("What happened"))


@pytest.mark.parametrize(
    ("kind", "answer", "said"),
    [("flag", False, "tidak"), ("flag", True, "ya"), ("day", "2030-01-31", "31 Januari 2030"), ("number", "2.5", "2,5"),
     ("whole", 4, "4"), ("text", "12", "12"), ("text", "", ""), ("flag", None, "")],
)  # fmt: skip
def test_an_answer_is_written_for_its_reader(kind: str, answer: object, said: str) -> None:
    schema = {"flag": {"type": "boolean"}, "day": {"type": "string", "format": "date"}, "number": {"type": "number"},
              "whole": {"type": "integer"}, "text": {"type": "string"}}[kind]  # fmt: skip
    given = definition()
    given["form"]["properties"]["asked"] = {**schema, "title": "Ditanya"}
    asked = next(field for field in read(given).fields if field.key == "asked")
    assert in_text(asked, answer) == said
