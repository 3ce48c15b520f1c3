"""Complaints and enquiries: in time, late, taken to the head, read by those who may, and forgotten."""

from __future__ import annotations

from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from kit.worlds import once
from people.readings import readings
from permits.around import CASE, NOW, OTHER, OWN, PEOPLE, letter, write
from permits.world import World
from pilar.people.models import Notice
from pilar.people.operations import load_retention
from pilar.people.rules import OPERATOR, PUBLIC, SCHEDULE, NotAllowed, NotFound
from pilar.permits import operations as do
from pilar.permits.models import Letter
from pilar.permits.queries import cases
from pilar.permits.queries import desk as queries
from pilar.permits.rules import desk
from pilar.permits.rules.desk import LetterElsewhere, LetterKind, LetterState, TooManyLetters
from pilar.platform.errors import Faults
from pilar.platform.models import AuditEvent

pytestmark = pytest.mark.django_db
LATE = NOW + timedelta(days=40)


@once
def token(world: World) -> str:
    return write()


def row(token: str, now: Any = NOW) -> Any:
    return queries.letter_of(token, scope=PUBLIC, now=now)


def answer(token: str, by: str = "front", text: str = "Diambil hari ini", now: Any = NOW) -> None:
    do.answer_letter(by=PEOPLE[by], letter=Letter.objects.get(token=token).pk, answer=text, now=now)


def test_a_complaint_is_due_after_working_days(token: str) -> None:
    """Tuesday 10 March 2026; Nyepi (19 March) and Idul Fitri lie behind."""
    found = row(token)
    assert (found.due, found.late, found.assumed) == (date(2026, 3, 17), False, True)
    assert row(token, LATE).late


def test_the_answer_stands_at_the_link(token: str) -> None:
    answer(token)
    found = row(token)
    assert (found.state, found.answer, found.text) == (LetterState.ANSWERED, "Diambil hari ini", "Lama")
    with pytest.raises(LetterElsewhere):
        answer(token)


def test_who_is_not_content_goes_to_the_head_once(token: str) -> None:
    answer(token)
    do.escalate_letter(by=PUBLIC, token=token, now=NOW)
    for who in ("front", "back"):
        with pytest.raises(NotAllowed):
            answer(token, who)
    assert row(token).answer == "Diambil hari ini"
    answer(token, "head", "Maaf, sudah selesai")
    assert row(token).answer == "Maaf, sudah selesai"
    with pytest.raises(LetterElsewhere):
        do.escalate_letter(by=PUBLIC, token=token, now=NOW)


def test_what_is_late_goes_to_the_head_by_itself(token: str) -> None:
    due = row(token).due
    early = NOW.replace(month=due.month, day=due.day)
    assert do.escalate_late_letters(by=SCHEDULE, now=early) == 0
    assert do.escalate_late_letters(by=SCHEDULE, now=early + timedelta(days=1)) == 2, "the neighbour's, too"
    assert row(token).state is LetterState.ESCALATED
    assert do.escalate_late_letters(by=SCHEDULE, now=LATE) == 0


def test_counts_tell_who_was_answered_in_time(token: str) -> None:
    answer(token)
    late = write()
    answer(late, now=LATE)
    taken = write()
    do.escalate_letter(by=PUBLIC, token=taken, now=NOW)
    write(kind=LetterKind.ENQUIRY)
    found = queries.letter_counts(OWN, date(2026, 1, 1), date(2026, 12, 31), scope=PUBLIC)
    assert [(one.kind, one.came, one.answered, one.in_time, one.escalated) for one in found] == [
        (LetterKind.COMPLAINT, 3, 2, 1, 1), (LetterKind.ENQUIRY, 1, 0, 0, 0),
    ]  # fmt: skip


def test_a_complaint_names_its_application(world: World) -> None:
    with pytest.raises(Faults) as refused:
        do.write_letter(by=PUBLIC, region=OWN, kind=LetterKind.COMPLAINT, text="Lama", now=NOW)
    assert [one.place for one in refused.value.faults] == ["case"]


@pytest.mark.parametrize("text", ["", "  ", "\0", "a" * 2_001])
def test_a_letter_says_something(world: World, text: str) -> None:
    with pytest.raises(Faults):
        write(text=text)


def test_a_day_has_an_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pilar.permits.operations.desk.MAX_A_DAY", 1)
    write()
    with pytest.raises(TooManyLetters):
        write()
    known = {"region": OWN, "kind": LetterKind.COMPLAINT, "text": "Lama", "case": world.submit(), "now": NOW}
    do.write_letter(by=PUBLIC, **known)
    with pytest.raises(TooManyLetters):
        do.write_letter(by=PUBLIC, **known)
    write(now=NOW + timedelta(days=1))
    assert desk.MAX_A_DAY == 200


def test_who_reads_a_letter_is_recorded_and_others_do_not_find_it(token: str) -> None:
    key = Letter.objects.get(token=token).pk
    assert queries.letter(key, scope=PEOPLE["inspectorate"], now=NOW).contact == "0812"
    assert [one[1] for one in readings("permits.letter.text")] == [str(key)]
    for who in ("neighbour", "public"):
        with pytest.raises(NotFound):
            queries.letter(key, scope=PEOPLE[who], now=NOW)
    with pytest.raises(NotFound):
        queries.letter_of("a" * 24, scope=PUBLIC, now=NOW)


def test_the_database_keeps_it_in_order(token: str) -> None:
    for values in ({"state": "answered"}, {"state": "x"}, {"kind": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Letter.objects.filter(token=token).update(**values)
    assert "Lama" not in Letter.objects.filter(token=token).values_list("text", flat=True)[0].text


def test_nothing_tells_who_wrote(token: str) -> None:
    assert not AuditEvent.objects.filter(target="permits.letter").exists()


def test_what_was_sent_is_erased_and_a_new_key_takes_over(token: str, settings: Any) -> None:
    load_retention(by=OPERATOR)
    with pytest.raises(NotAllowed):
        do.forget_letters(by=PEOPLE["head"], now=NOW)
    settings.PILAR_FIELD_KEYS = "kunci-baru"
    # Text and contact of two letters lie in two rows; the third is the secret of the neighbour's system.
    assert (do.renew_kept(by=OPERATOR), do.renew_kept(by=OPERATOR)) == (3, 0)
    assert row(token).text == "Lama"
    assert [do.forget_letters(by=SCHEDULE, now=NOW + timedelta(days)) for days in (729, 731, 800)] == [0, 2, 0]
    assert (row(token).text, row(token).case) == ("", CASE)


def test_anybody_writes_by_the_page_and_programs_do_not(world: World) -> None:
    client = Client()
    address = reverse("permits:complain", args=[OWN])
    assert 'value="503/9"' in client.get(f"{address}?nomor=503/9").content.decode()
    refused = client.post(address, {"case": "", "text": ""})
    assert refused.status_code == 422
    program = client.post(address, {"case": CASE, "text": "Beli", "alamat_situs": "x"})
    assert (program.status_code, Letter.objects.filter(region=OWN).count()) == (200, 0)
    sent = client.post(address, {"case": CASE, "text": "Sudah sebulan", "contact": ""})
    assert sent.status_code == 302
    page = client.get(sent.headers["Location"]).content.decode()
    assert "Sudah sebulan" in page
    assert CASE in page
    assert client.post(sent.headers["Location"]).status_code == 302
    assert Letter.objects.get(region=OWN).state == LetterState.ESCALATED
    assert client.post(sent.headers["Location"]).status_code == 409
    enquiry = client.post(reverse("permits:enquire", args=[OWN]), {"text": "Boleh pabrik roti?"})
    assert Letter.objects.get(region=OWN, kind="enquiry").token in enquiry.headers["Location"]
    assert letter(OTHER) > 0


def test_a_complaint_is_tied_to_its_case_for_who_may_open_it(world: World) -> None:
    number = world.submit()
    world.accept()
    do.take_stage(by=world.who("technical"), case=world.case, stage="health", now=NOW)
    given = {"region": OWN, "kind": LetterKind.COMPLAINT, "text": "Lama sekali", "now": NOW}
    token = do.write_letter(by=PUBLIC, case=f" {number.lower()} ", **given)
    do.write_letter(by=PUBLIC, case="P-TIDAK-ADA", **given)
    rows = {one.case: one.case_key for one in queries.letters(OWN, scope=world.who("front"), now=NOW)}
    assert (rows[number.lower()], rows["P-TIDAK-ADA"]) == (world.case, 0)
    editor = queries.letters(OWN, scope=world.who("editor"), now=NOW)
    assert all(not one.case_key for one in editor), "who opens no case is led to none"
    (seen,) = cases.officers_case(world.case, scope=world.who("back"), now=NOW).complaints
    key = Letter.objects.get(token=token).pk
    assert (seen.key, seen.text) == (key, "")
    assert cases.officers_case(world.case, scope=world.who("technical"), now=NOW).complaints == ()
    told = Notice.objects.filter(subject=f"permits.letter:{key}", user=world.keys["technical"])
    assert told.get().address == reverse("permits:desk-case", args=[world.case])
    do.answer_letter(by=world.who("front"), letter=key, answer="Selesai besok", now=NOW)
    assert told.filter(done_at=None).count() == 0


def test_a_double_click_sends_one_letter(world: World) -> None:
    client, address = Client(), reverse("permits:complain", args=[OWN])
    once = client.get(address).context["form"]["once"].value()
    given = {"case": "P-1", "text": "Lama", "contact": "0812", "once": once, "alamat_situs": ""}
    first, second = (client.post(address, given)["Location"] for _ in range(2))
    assert first == second
    other = client.post(address, {**given, "text": "Masih lama"})
    assert other.status_code == HTTPStatus.CONFLICT, "another text by the same page is another letter"
    anew = other.context["form"]["once"].value()
    assert client.post(address, {**given, "text": "Masih lama", "once": anew})["Location"] != first
    assert sorted(row(one.token).text for one in Letter.objects.filter(case="P-1")) == ["Lama", "Masih lama"]
