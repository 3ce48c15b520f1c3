"""Standard letters: written from data and facts, read before they go, kept as they were sent."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from permits.cases_acts import UNTIL, WRONG
from permits.test_case_pages import apply, checked, nurse, officer  # noqa: F401 - nurse is a fixture
from permits.world import DAY, NIK, NOW, NURSE, World
from pilar.people.rules import NotFound
from pilar.permits import operations as do
from pilar.permits.documents.case_letter import letter_document
from pilar.permits.models import CaseEvent, CaseLetter
from pilar.permits.operations.letters import preview_letter
from pilar.permits.queries import cases
from pilar.permits.queries.letters import LetterOut, letter_out
from pilar.permits.reference.letters import sentence, template
from pilar.permits.reference.reasons import Why, reasons
from pilar.permits.rules.cases import CaseState, Finding, Outcome
from pilar.permits.rules.letters import StandardLetter, Template
from pilar.platform.models import AuditEvent
from pilar.reports.document import Bullets, Paragraph

pytestmark = pytest.mark.django_db
FACTS = "name address service number sent day until findings reason text last_day law thing zero due"


def sent(world: World, who: str = "nurse") -> LetterOut:
    (row,) = cases.own_case(world.case, scope=world.who(who), now=NOW).letters
    return letter_out(world.case, row.key, scope=world.who(who), now=NOW)


@pytest.mark.parametrize("kind", StandardLetter)
def test_every_letter_can_be_filled(kind: StandardLetter) -> None:
    made = template(kind).filled(dict.fromkeys(FACTS.split(), "X"))
    assert made.title
    assert "{" not in made.text
    assert made.text.startswith("Yth. X\nX") or kind is StandardLetter.DRAFT


@pytest.mark.parametrize("why", [Why.FINDING, Why.STOP, Why.REFUSE])
def test_every_coded_reason_has_its_sentence(why: Why) -> None:
    assert all(sentence(why, code).endswith(".") for code in reasons(why))


def test_a_paragraph_without_its_facts_is_left_out() -> None:
    made = Template("T", ("Yth. {name}", "{text}", "{reason} {text}", "Salam")).filled(
        {"name": "A", "text": "", "reason": "Sebab."}
    )
    assert made.text == "Yth. A\n\nSebab.\n\nSalam"
    assert len({made.sign, Template("U", ()).filled({}).sign}) == 2


def test_a_return_lists_all_that_is_wrong_by_its_code(world: World) -> None:
    number = world.submit()
    world.refuse_file("str", "expired")
    found = [*WRONG, Finding("answer", text="Sebut jam praktik")]
    do.return_case(by=world.who("front"), case=world.case, findings=found, now=NOW)
    text = sent(world).text
    assert text.startswith(
        f"Yth. {NURSE.name}\n{NURSE.address}\n\nPermohonan Surat izin praktik perawat nomor {number}"
    )
    assert (
        "- Tempat praktik: Isian formulir keliru atau belum jelas; perbaiki isiannya. Alamat praktik belum jelas\n"
        "- Sebut jam praktik\n"
        "- STR: Masa berlaku dokumen sudah habis; lampirkan dokumen yang masih berlaku."
    ) in text
    document = letter_document(sent(world))
    assert [type(one) for one in document.blocks] == [Paragraph, Paragraph, Paragraph, Bullets, Paragraph]
    assert document.lead == f"{number}, 2 Maret 2026"
    assert document.stamp == "DATA CONTOH"


def test_a_stop_says_why_and_until_when(world: World) -> None:
    world.submit()
    world.accept(NOW)
    do.stop_clock(by=world.who("back"), case=world.case, reason="documents", findings=WRONG, until=UNTIL, now=NOW)
    text = sent(world).text
    assert "mulai 2 Maret 2026. Kami menunggu dokumen dari Saudara." in text
    assert "paling lambat 1 April 2026" in text


def test_a_refusal_says_until_when_it_can_be_objected_to(world: World) -> None:
    world.to_sign(Outcome.REFUSED, reason="unmet")
    world.sign()
    text = sent(world).text
    assert "Persyaratan dalam standar pelayanan tidak terpenuhi." in text
    assert "Lengkap dan benar" in text
    (ground,) = cases.own_case(world.case, scope=world.who("nurse"), now=NOW + DAY).grounds
    assert ground.decided_on == date(2026, 3, 3)
    assert f"{ground.last_day.day} April 2026 (UU 30/2014" in text
    assert "STR" not in text


def test_it_stays_as_it_was_and_names_nobody_in_the_database(world: World) -> None:
    world.submit()
    do.return_case(by=world.who("front"), case=world.case, findings=WRONG, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(one)::text FROM permits_caseletter one WHERE case_id = %s", [world.case])
        (stored,) = cursor.fetchone()
    assert not [one for one in (NIK, NURSE.name, NURSE.address) if one in stored]
    with pytest.raises(DatabaseError), transaction.atomic():
        CaseLetter.objects.filter(case=world.case).update(title="Lain")
    key = CaseLetter.objects.get(case=world.case).pk
    for who in ("other citizen", "neighbour", "elsewhere", "public"):
        with pytest.raises(NotFound):
            letter_out(world.case, key, scope=world.who(who), now=NOW)
    assert letter_out(world.case, key, scope=world.who("inspectorate"), now=NOW).text
    assert AuditEvent.objects.filter(action="read", target="permits.case-letter.text").count() == 1


def test_what_is_previewed_is_undone(world: World) -> None:
    world.submit()
    events = CaseEvent.objects.count()

    def act() -> None:
        do.return_case(by=world.who("front"), case=world.case, findings=WRONG, now=NOW)

    seen = preview_letter(act, case=world.case)
    assert (world.row().state, CaseEvent.objects.count()) == (CaseState.SUBMITTED, events)
    assert not CaseLetter.objects.filter(case=world.case).exists()
    act()
    assert seen
    assert seen.text == sent(world).text
    assert preview_letter(lambda: None, case=world.case) is None


def test_the_officer_reads_it_first(world: World, nurse: Client) -> None:  # noqa: F811
    row = apply(nurse)
    front, page = officer(world, "front"), reverse("permits:act", args=[row.pk, "kembalikan", "check"])
    first = checked(front, page, text="Sebut alamat praktik")
    body = first.content.decode()  # type: ignore[attr-defined]
    letter = re.search(r'name="letter" value="([0-9a-f]{32})"', body)
    assert letter
    assert "Sebut alamat praktik" in body
    assert (first.status_code, CaseLetter.objects.filter(case=row).count()) == (200, 0)  # type: ignore[attr-defined]
    changed = checked(front, page, text="Sebut jam praktik", letter=letter[1])
    assert changed.status_code == 200  # type: ignore[attr-defined]
    sent = checked(front, page, text="Sebut alamat praktik", letter=letter[1])
    assert sent.status_code == 302  # type: ignore[attr-defined]
    made = CaseLetter.objects.get(case=row)
    address = reverse("permits:case-letter", args=[row.pk, made.pk])
    assert address in nurse.get(reverse("permits:own-case", args=[row.pk])).content.decode()
    for reader in (nurse, front):
        answer = reader.get(address)
        assert (answer.headers["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert officer(world, "neighbour").get(address).status_code == 404
