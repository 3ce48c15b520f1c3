"""A permit is issued whole or not at all; what happens to it afterwards everybody sees, and no seal forgets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from kit.races import together
from permits.test_case_pages import checked, officer
from permits.world import DAY, HOUR, NOW, OWN, World
from pilar.evidence import queries as evidence
from pilar.evidence import store
from pilar.evidence.operations.signing import sign_documents
from pilar.evidence.queries import signature
from pilar.people.rules import PUBLIC, SCHEDULE, NotAllowed
from pilar.permits import operations as do
from pilar.permits.models import Case, CaseEvent, HookDelivery, Permit, PermitEdition, PermitEvent
from pilar.permits.operations.issuing import amend_permit, decide_permit, seal_lists
from pilar.permits.queries import register as queries
from pilar.permits.queries.cases import officers_case
from pilar.permits.rules.cases import CaseState, EventKind
from pilar.permits.rules.hooks import HookEvent
from pilar.permits.rules.register import KIND, PermitElsewhere, PermitState, document_key, initials, scope
from pilar.platform import seal_checker, sealing
from pilar.platform.errors import Faults
from pilar.platform.models import SealEntry
from pilar.reports.signing import NotSigned, Reason
from pilar.reports.signing.lists import Standing, read
from pilar.reports.signing.pades import signed_by
from pilar.reports.signing.record import read as read_record
from pilar.reports.signing.record_checker import check_file
from pilar.reports.signing.signers import DemonstrationSigner
from reports.reading import codes, words

SIGNED = NOW + DAY + 3 * HOUR
NUMBER = "503/00001/IZIN/36.03/2026"


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(Faults) as told:
        yield
    assert [one.code for one in told.value.faults] == [code]


def issue(world: World) -> Permit:
    world.sign()
    return Permit.objects.get(case=world.case)


def finish(now: Any = SIGNED) -> None:
    sign_documents(by=SCHEDULE, now=now)


def file_of(row: Permit, edition: int = 1) -> bytes:
    found = signature(KIND, document_key(row.pk, edition))
    assert found is not None
    with store.open_file(found.storage_key) as file:
        return bytes(file.read())


def decide(world: World, row: Permit, to: PermitState, reason: str = "Pelanggaran", now: Any = SIGNED + DAY) -> None:
    decide_permit(by=world.who("head"), permit=row.pk, to=to, reason=reason, now=now)


# Issue


def test_the_head_signs_and_the_register_has_the_permit(decided: World) -> None:
    row = issue(decided)
    assert (row.number, row.holder, row.issued_on, row.valid_until, row.state, row.synthetic) == (
        NUMBER, "F. A.", date(2026, 3, 3), date(2030, 1, 31), "valid", True,
    )  # fmt: skip
    assert decided.row().state == CaseState.SIGNING
    entry = json.loads(SealEntry.objects.get(scope=scope(OWN)).text)
    assert (entry["content"]["number"], entry["content"]["event"], entry["number"]) == (NUMBER, "issued", 1)
    assert "Fatimah" not in json.dumps(entry), "the sealed register names no person"
    found = signature(KIND, document_key(row.pk, 1))
    assert found is not None
    assert (found.state, found.number, found.scope) == ("waiting", NUMBER, OWN)


def test_with_the_signature_the_case_is_issued(decided: World) -> None:
    row = issue(decided)
    finish()
    assert (decided.row().state, decided.row().closed_at) == (CaseState.ISSUED, SIGNED)
    made, found = row.editions.get(), signature(KIND, document_key(row.pk, 1))
    assert found is not None
    assert (made.pages_sha256, made.sha256, made.signed_at) == (found.pages_sha256, found.sha256, SIGNED)
    sealed = [
        json.loads(one)["content"] for one in SealEntry.objects.filter(scope=scope(OWN)).values_list("text", flat=True)
    ]
    assert sealed[-1] == {
        "event": "signed",
        "number": NUMBER,
        "edition": 1,
        "pages": made.pages_sha256,
        "file": made.sha256,
    }
    issued = CaseEvent.objects.get(case=decided.case, kind=EventKind.ISSUED)
    assert issued.facts == {}


def test_the_file_says_what_was_granted_and_its_code_is_checked(decided: World) -> None:
    row = issue(decided)
    finish()
    content = file_of(row)
    said = words(content)
    for one in (
        NUMBER,
        "Fatimah Azzahra",
        "Kp. Talaga Sari RT 2, Balaraja",
        "Puskesmas Balaraja",
        "31 Januari 2030",
        "Data contoh",
    ):
        assert one in said, one
    (code,) = codes(content)
    record = read_record(code.rstrip("/").rsplit("/", 1)[-1])
    assert (record.record.number, record.record.day) == (NUMBER, date(2026, 3, 3))
    assert record.holds(sealing.known_keys()[0])
    check_file(content, record.record)
    assert signed_by(content)


def test_a_permit_whose_end_is_over_is_told_at_every_desk(world: World) -> None:
    with refused("over"):
        world.submit(str_until="2026-03-01")
    world.fill(str_until="2026-03-03")
    do.submit(by=world.who("nurse"), case=world.case, key=uuid4(), now=NOW)
    with refused("over"):
        world.accept(NOW + 2 * DAY)
    world.accept()
    shown = officers_case(world.case, scope=world.who("head"), now=NOW + HOUR)
    assert shown.ends == date(2026, 3, 3)
    world.recommend()
    with refused("over"):
        world.decide(now=NOW + 2 * DAY)
    world.decide()
    with refused("over"):
        world.sign(NOW + 2 * DAY)
    page = checked(officer(world, "head"), reverse("permits:act", args=[world.case, "tanda-tangan", "sign"]))
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "3 Maret 2026, yang sudah lewat" in page.content.decode()


def test_a_silent_signer_is_named_as_the_cause(decided: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row = issue(decided)

    def silent(_self: object, _digest: bytes) -> bytes:
        raise NotSigned(Reason.SILENT)

    with monkeypatch.context() as patched:
        patched.setattr(DemonstrationSigner, "cms", silent)
        finish()
    found = evidence.signature(KIND, document_key(row.pk, 1))
    assert found is not None
    assert (decided.row().state, found.state, found.why != "") == (CaseState.SIGNING, "waiting", True)
    assert row.editions.get().signed_at is None
    finish(SIGNED + 4 * DAY)
    assert decided.row().state == CaseState.ISSUED
    issued = CaseEvent.objects.get(case=decided.case, kind=EventKind.ISSUED)
    assert (issued.facts["waited_for"], issued.at) == ("silent", SIGNED + 4 * DAY)


def test_without_a_signer_the_permit_is_issued_at_once(decided: World, settings: Any) -> None:
    settings.PILAR_SIGNER = ""
    row = issue(decided)
    assert decided.row().state == CaseState.ISSUED
    assert signature(KIND, document_key(row.pk, 1)) is None


def test_initials_name_nobody() -> None:
    assert initials("Siti Nur Halimah, S.Kep.") == "S. N. H."
    assert initials("dr. Budi") == "D. B."


# Afterwards


def permit(world: World) -> Permit:
    return Permit.objects.get(case=world.case)


def test_it_is_suspended_is_valid_again_and_is_revoked(issued: World) -> None:
    row = permit(issued)
    for at, to in enumerate((PermitState.SUSPENDED, PermitState.VALID, PermitState.REVOKED)):
        decide(issued, row, to, f"Alasan {at}", SIGNED + at * DAY)
        row.refresh_from_db()
        assert row.state == to
    assert list(row.events.values_list("kind", "reason")) == [
        ("issued", ""), ("suspended", "Alasan 0"), ("resumed", "Alasan 1"), ("revoked", "Alasan 2"),
    ]  # fmt: skip
    for to in (PermitState.SUSPENDED, PermitState.REVOKED):
        with pytest.raises(PermitElsewhere):
            decide(issued, row, to)
    with refused("not-upheld"):
        decide(issued, row, PermitState.VALID)
    sealed = SealEntry.objects.filter(scope=scope(OWN)).order_by("number").values_list("text", flat=True)
    assert [json.loads(one)["content"]["event"] for one in sealed] == [
        "issued", "signed", "suspended", "resumed", "revoked",
    ]  # fmt: skip


def test_other_systems_are_told_of_each_change(issued: World) -> None:
    do.subscribe(
        by=issued.who("head"), region=OWN, title="SIMDA", address="https://contoh.invalid/izin",
        events=[HookEvent.SUSPENDED, HookEvent.RESTORED, HookEvent.AMENDED, HookEvent.REVOKED], now=SIGNED,
    )  # fmt: skip
    row = Permit.objects.get(case=issued.case)
    decide(issued, row, PermitState.SUSPENDED)
    decide(issued, row, PermitState.VALID)
    amend_permit(
        by=issued.who("head"), permit=row.pk, place="Klinik Cikupa", valid_until=row.valid_until, reason="Pindah",
        now=SIGNED + DAY,
    )  # fmt: skip
    finish(SIGNED + 2 * DAY)
    decide(issued, row, PermitState.REVOKED)
    told = HookDelivery.objects.filter(subscription__region=OWN).values_list("event", "body")
    assert {event for event, _body in told} == {
        "permit.suspended", "permit.restored", "permit.amended", "permit.revoked",
    }  # fmt: skip
    assert all(NUMBER in body for _event, body in told)


def test_only_the_head_decides_with_a_reason_and_after_the_signature(decided: World) -> None:
    row = issue(decided)
    with refused("not-signed"):
        decide(decided, row, PermitState.REVOKED)
    finish()
    with refused("no-reason"):
        decide(decided, row, PermitState.REVOKED, " ")
    for name in ("front", "back", "nurse", "neighbour", "inspectorate"):
        with pytest.raises(NotAllowed):
            decide_permit(by=decided.who(name), permit=row.pk, to=PermitState.REVOKED, reason="x", now=SIGNED)


def test_an_amendment_is_a_further_edition_with_a_document_of_its_own(issued: World, client: Client) -> None:
    row = permit(issued)
    given = {"place": "Klinik Baru, Cikupa", "valid_until": date(2029, 1, 1), "reason": "Pindah tempat"}
    amend_permit(by=issued.who("head"), permit=row.pk, now=SIGNED + DAY, **given)
    row.refresh_from_db()
    assert (row.edition, row.place, row.valid_until, row.state) == (2, "Klinik Baru, Cikupa", date(2029, 1, 1), "valid")
    with refused("not-signed"):
        decide(issued, row, PermitState.REVOKED)
    finish(SIGNED + DAY)
    said = words(file_of(row, 2))
    for one in (NUMBER, "Perubahan 1", "Pindah tempat", "Klinik Baru, Cikupa", "1 Januari 2029"):
        assert one in said, one
    old, new = (signature(KIND, document_key(row.pk, edition)) for edition in (1, 2))
    assert old is not None
    assert new is not None
    assert "Digantikan" in client.get(reverse("evidence:check", args=[old.record])).content.decode()
    assert "Digantikan" not in client.get(reverse("evidence:check", args=[new.record])).content.decode()
    seal_lists(by=SCHEDULE, now=SIGNED + 2 * DAY)
    found = read(queries.list_text(OWN, 2026, scope=PUBLIC))
    assert [found.find(one.pages_sha256).standing for one in (old, new)] == [Standing.REPLACED, Standing.VALID]  # type: ignore[union-attr]


@pytest.mark.parametrize(("change", "code"), [({}, "unchanged"), ({"valid_until": date(2026, 3, 1)}, "over")])
def test_an_amendment_changes_something_that_can_be(issued: World, change: dict[str, Any], code: str) -> None:
    row = permit(issued)
    given = {"place": row.place, "valid_until": row.valid_until, "reason": "x", **change}
    with refused(code):
        amend_permit(by=issued.who("head"), permit=row.pk, now=SIGNED, **given)


# The lists that are taken along


def test_a_list_says_what_became_of_each_document_and_is_sealed(issued: World, client: Client) -> None:
    row, seals = permit(issued), reverse("permits:seals", args=[OWN])
    address = reverse("permits:document-list", args=[OWN, 2026])
    assert address not in client.get(seals).content.decode(), "no list is there yet"
    assert seal_lists(by=SCHEDULE, now=SIGNED + HOUR) == 2, "the neighbour's, too"
    assert address in client.get(seals).content.decode()
    assert seal_lists(by=SCHEDULE, now=SIGNED + 2 * HOUR) == 0, "nothing has changed"
    made = row.editions.get()
    answer = client.get(address)
    found = read(answer.content.decode())
    listed = found.find(made.pages_sha256)
    assert listed is not None
    assert (listed.standing, listed.registered, found.day) == (Standing.VALID, date(2026, 3, 3), date(2026, 3, 3))
    assert client.get(address, headers={"if-none-match": answer["ETag"]}).status_code == 304
    proof = client.get(reverse("permits:list-proof", args=[OWN, 2026])).json()
    assert seal_checker.check_proof(proof)
    decide(issued, row, PermitState.REVOKED)
    assert seal_lists(by=SCHEDULE, now=SIGNED + DAY) == 2
    assert read(client.get(address).content.decode()).find(made.pages_sha256).standing == Standing.REVOKED  # type: ignore[union-attr]
    assert seal_checker.check_register(sealing.register_of(scope(OWN)))


def test_only_the_schedule_seals_lists(issued: World) -> None:
    with pytest.raises(NotAllowed):
        seal_lists(by=issued.who("head"), now=SIGNED)


def test_a_permit_deleted_from_the_database_shows(issued: World) -> None:
    sealing_before = sealing.register_of(scope(OWN))
    with transaction.atomic():
        sealing.sign_heads(at=SIGNED)
    kept = sealing.register_of(scope(OWN))["heads"][-1]
    assert seal_checker.check_register({**sealing_before, "heads": [kept]})
    fewer = {**sealing_before, "leaves": sealing_before["leaves"][:-1], "chain": sealing_before["chain"][:-1]}
    with pytest.raises(seal_checker.Refused):
        seal_checker.check_register({**fewer, "heads": [kept]})


# The database


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"number": "1"}, "permit_stays"), ({"holder": "X"}, "permit_stays"),
        ({"issued_on": date(2020, 1, 1)}, "permit_stays"),
        ({"place": "X"}, "permit_amended_by_edition"), ({"edition": 3}, "permit_amended_by_edition"),
        ({"state": "gone"}, "permit_state_known"),
    ],
)  # fmt: skip
def test_what_was_issued_stays(issued: World, change: dict[str, Any], named: str) -> None:
    with pytest.raises(DatabaseError, match=named), transaction.atomic():
        Permit.objects.filter(case=issued.case).update(**change)


def test_nothing_is_deleted_or_dated_back(issued: World) -> None:
    row = permit(issued)
    for rows in (Permit.objects.all(), PermitEdition.objects.all(), PermitEvent.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()
    for rows, change in (
        (PermitEvent.objects.all(), {"reason": "x"}), (PermitEdition.objects.all(), {"sha256": "0" * 64}),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    decide(issued, row, PermitState.REVOKED)
    with pytest.raises(DatabaseError, match="permit_revoked_stays"), transaction.atomic():
        Permit.objects.update(state="valid")
    other = Case.objects.filter(region=OWN).first()
    assert other is not None
    columns = [one.name for one in Permit._meta.concrete_fields if one.name not in ("id", "words")]
    values = {name: getattr(row, name) for name in columns}
    with pytest.raises(DatabaseError, match="permit_dated_back"), transaction.atomic():
        Permit.objects.create(**{**values, "number": "2", "issued_at": row.issued_at - timedelta(seconds=1)})
    with pytest.raises(DatabaseError, match="permit_dated_back"), transaction.atomic():
        Permit.objects.create(**{**values, "number": "2", "issued_on": row.issued_on - timedelta(days=1)})


# What goes wrong in between


@pytest.mark.django_db(transaction=True)
def test_two_permits_at_once_have_two_numbers(committed_world: World) -> None:
    worlds = []
    for _once in range(2):
        committed_world.case = 0
        committed_world.to_sign()
        worlds.append(committed_world.case)

    def sign(case: int) -> Callable[[], object]:
        from pilar.permits import operations

        head = committed_world.who("head")
        return lambda: operations.sign_case(by=head, case=case, stage="sign", now=NOW + DAY + 2 * HOUR)

    together(*(sign(case) for case in worlds))
    numbers = sorted(Permit.objects.values_list("number", flat=True))
    assert numbers == [NUMBER, NUMBER.replace("00001", "00002")]
    assert sorted(SealEntry.objects.filter(scope=scope(OWN)).values_list("number", flat=True)) == [1, 2]
