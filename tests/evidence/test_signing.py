"""Documents that are signed: ordered by a room, signed by the worker, kept, shown and compared."""

from __future__ import annotations

import argparse
import hashlib
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader

from areas.places import PLACES, load
from pilar.evidence import queries, store
from pilar.evidence.commands import register
from pilar.evidence.models import SignedDocument
from pilar.evidence.operations import check_store, sign_again
from pilar.evidence.operations.signing import KINDS, Signatures, sign_documents
from pilar.evidence.rules import StoreFull
from pilar.evidence.rules.signing import Copy, SignatureRow, SigningState, ToSign, compared, pause
from pilar.people.rules import OPERATOR, PUBLIC, SCHEDULE, NotAllowed
from pilar.platform import sealing
from pilar.platform.models import AuditEvent
from pilar.reports.document import Document, Paragraph
from pilar.reports.signing import NotSigned, Reason
from pilar.reports.signing.pades import signed_by
from pilar.reports.signing.record import Record, read, written
from pilar.reports.signing.signers import DEMONSTRATION, DemonstrationSigner
from reports.reading import codes, words

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 4, 14, 3, 0, tzinfo=UTC)
LATER = datetime(2100, 1, 1, tzinfo=UTC)
KIND = "test.letter"


def letter(key: str) -> Document:
    if key == "broken":
        raise LookupError(key)
    return Document(title=f"Surat {key}", language="id", author="Pilar", made_at=NOW, blocks=(Paragraph("Isi surat"),))


@pytest.fixture
def letters(settings: Any) -> Iterator[Signatures]:
    settings.PILAR_SIGNER = "pilar.reports.signing.signers.DemonstrationSigner"
    yield Signatures(KIND, letter)
    del KINDS[KIND]


def given(key: str = "1") -> ToSign:
    return ToSign(key, f"Surat {key}", f"S/{key}/2026", date(2026, 4, 14), "36.03", ("portal:about",))


def order(letters: Signatures, *keys: str) -> None:
    with transaction.atomic():
        letters.order(by=OPERATOR, documents=[given(key) for key in keys], now=NOW)


def found(key: str = "1") -> SignatureRow:
    row = queries.signature(KIND, key)
    assert row is not None
    return row


def content(row: SignatureRow) -> bytes:
    with store.open_file(row.storage_key) as file:
        return bytes(file.read())


@pytest.fixture
def signed(letters: Signatures) -> SignatureRow:
    order(letters, "1")
    assert sign_documents(by=SCHEDULE, now=NOW) == 1
    return found()


def test_what_is_ordered_is_signed_by_the_worker_and_kept(letters: Signatures) -> None:
    with translation.override("en"):
        order(letters, "1", "2")
    assert [found(key).state for key in "12"] == [SigningState.WAITING] * 2
    assert (found().signed, found().why) == (False, "")
    with translation.override("en"):
        assert sign_documents(by=SCHEDULE, now=NOW) == 2
    row = found()
    assert (row.state, row.tries, row.signer, row.demonstration) == ("signed", 1, DEMONSTRATION, True)
    assert (row.signed_at, row.address) == (NOW, "/tentang/")
    made = content(row)
    assert (len(made), hashlib.sha256(made).hexdigest()) == (row.size, row.sha256)
    assert hashlib.sha256(made[: row.pages_size]).hexdigest() == row.pages_sha256
    assert signed_by(made) == DEMONSTRATION
    assert sign_documents(by=SCHEDULE, now=LATER) == 0
    assert found() == row


def test_the_document_says_what_it_is_and_its_code_leads_to_the_check(signed: SignatureRow, settings: Any) -> None:
    made = content(signed)
    assert codes(made) == [settings.SITE_ADDRESS + reverse("evidence:check", args=[signed.record])]
    said = words(made)
    assert "Peragaan: tanda tangan elektronik pada dokumen ini tidak berkekuatan hukum." in said
    assert "Isi surat" in said
    told = read(signed.record)
    assert told.record == Record(KIND, "36.03", "S/1/2026", date(2026, 4, 14), signed.pages_sha256)
    assert told.holds(signed.seal_key)
    fields: Any = PdfReader(io.BytesIO(made)).get_fields()
    assert fields["Pilar"]["/V"]["/Reason"] == "Peragaan: tanda tangan ini tidak berkekuatan hukum"


def test_ordered_twice_is_signed_once(letters: Signatures, signed: SignatureRow) -> None:
    order(letters, "1")
    assert sign_documents(by=SCHEDULE, now=LATER) == 0
    assert found() == signed
    actions = AuditEvent.objects.filter(target="evidence.signed-document").order_by("pk").values_list("action", "key")
    assert list(actions)[:2] == [("order", KIND), ("sign", f"{KIND} 1")]


def test_where_nothing_signs_nothing_is_ordered(letters: Signatures, settings: Any) -> None:
    settings.PILAR_SIGNER = ""
    order(letters, "1")
    assert queries.signature(KIND, "1") is None


def test_only_the_schedule_signs(letters: Signatures) -> None:
    with pytest.raises(NotAllowed):
        sign_documents(by=PUBLIC, now=NOW)


# What goes wrong


def refusing(reason: Reason, *, final: bool = False) -> Any:
    def cms(_self: object, _digest: bytes) -> bytes:
        raise NotSigned(reason, final=final)

    return cms


def test_a_silent_provider_is_asked_again_later(letters: Signatures, monkeypatch: pytest.MonkeyPatch) -> None:
    order(letters, "1")
    with monkeypatch.context() as patched:
        patched.setattr(DemonstrationSigner, "cms", refusing(Reason.SILENT))
        assert sign_documents(by=SCHEDULE, now=NOW) == 0
        assert (found().state, found().reason, found().tries) == ("waiting", "silent", 1)
        assert found().why
        assert sign_documents(by=SCHEDULE, now=NOW + timedelta(seconds=59)) == 0
        assert found().tries == 1, "not yet"
        sign_documents(by=SCHEDULE, now=NOW + timedelta(minutes=1))
        assert found().tries == 2
    assert sign_documents(by=SCHEDULE, now=NOW + timedelta(minutes=3)) == 1
    assert (found().state, found().reason, found().tries) == ("signed", "", 3)


def test_the_pause_grows_to_an_hour() -> None:
    assert [pause(tries).total_seconds() for tries in (1, 2, 3, 7, 100)] == [60, 120, 240, 3600, 3600]


def test_a_refusal_is_the_end(letters: Signatures, monkeypatch: pytest.MonkeyPatch) -> None:
    order(letters, "1")
    monkeypatch.setattr(DemonstrationSigner, "cms", refusing(Reason.REFUSED, final=True))
    sign_documents(by=SCHEDULE, now=NOW)
    assert (found().state, found().reason, found().tone) == ("failed", "refused", "negative")
    assert sign_documents(by=SCHEDULE, now=LATER) == 0
    assert found().tries == 1


def test_the_operator_has_it_signed_once_the_cause_is_mended(
    letters: Signatures, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    order(letters, "1", "2")
    with monkeypatch.context() as patched:
        patched.setattr(DemonstrationSigner, "cms", refusing(Reason.REFUSED, final=True))
        sign_documents(by=SCHEDULE, now=NOW)
    with pytest.raises(NotAllowed):
        sign_again(by=PUBLIC, now=NOW)
    register(parser := argparse.ArgumentParser().add_subparsers())
    assert parser.choices["sign-again"].parse_args([]).run(None) == 0
    assert "2" in capsys.readouterr().out
    assert sign_documents(by=SCHEDULE, now=LATER) == 2
    assert sign_again(by=OPERATOR, now=LATER) == 0
    (event,) = AuditEvent.objects.filter(action="sign-again")
    assert (event.target, event.after) == ("evidence.signed-document", {"keys": [f"{KIND} 1", f"{KIND} 2"]})


def test_a_missing_key_waits_for_the_operator(letters: Signatures, settings: Any) -> None:
    order(letters, "1")
    settings.PILAR_SIGNER = "pilar.reports.signing.signers.LocalSigner"
    settings.PILAR_SIGNING_FILE = "/nowhere"
    sign_documents(by=SCHEDULE, now=NOW)
    assert (found().state, found().reason) == ("waiting", "no-key")


def test_a_full_store_keeps_nothing_and_is_tried_again(letters: Signatures, monkeypatch: pytest.MonkeyPatch) -> None:
    order(letters, "1")

    def full(_key: str, _file: object) -> None:
        raise StoreFull(seconds=1)

    with monkeypatch.context() as patched:
        patched.setattr(store, "put", full)
        sign_documents(by=SCHEDULE, now=NOW)
    assert (found().state, found().reason) == ("waiting", "not-kept")
    assert sign_documents(by=SCHEDULE, now=LATER) == 1


def test_one_that_cannot_be_made_holds_up_no_other_and_is_given_up(letters: Signatures) -> None:
    order(letters, "broken", "1")
    assert sign_documents(by=SCHEDULE, now=NOW) == 1
    assert (found("broken").state, found("broken").reason) == ("waiting", "broken")
    for days in range(1, 5):
        sign_documents(by=SCHEDULE, now=NOW + timedelta(days=days))
    assert (found("broken").state, found("broken").tries) == ("failed", 5)


@pytest.mark.parametrize("moment", ["before the file", "after the file"])
def test_a_killed_worker_leaves_nothing_behind(
    letters: Signatures, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    order(letters, "1")
    put = store.put

    def killed(key: str, file: io.BytesIO) -> None:
        if moment == "after the file":
            put(key, file)
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(store, "put", killed)
        with pytest.raises(SystemExit):
            sign_documents(by=SCHEDULE, now=NOW)
    left = found()
    assert (left.state, left.sha256) == ("waiting", "")
    assert sign_documents(by=SCHEDULE, now=NOW) == 0, "its time is not over"
    assert sign_documents(by=SCHEDULE, now=LATER) == 1
    assert store.size(left.storage_key) is None
    assert store.size(found().storage_key) == found().size


def test_an_attempt_taken_for_dead_puts_nothing_off(letters: Signatures, monkeypatch: pytest.MonkeyPatch) -> None:
    """It fails after another has begun; until then it has the document for itself, for two minutes of the clock."""
    order(letters, "1")

    def overtaken(_self: object, _digest: bytes) -> bytes:
        if found().tries == 1:
            assert sign_documents(by=SCHEDULE, now=timezone.now() + timedelta(seconds=110)) == 0
            assert found().tries == 1
            sign_documents(by=SCHEDULE, now=timezone.now() + timedelta(seconds=130))
            raise NotSigned(Reason.REFUSED, final=True)
        raise NotSigned(Reason.SILENT, final=False)

    monkeypatch.setattr(DemonstrationSigner, "cms", overtaken)
    sign_documents(by=SCHEDULE, now=NOW)
    assert (found().state, found().reason, found().tries) == ("waiting", "silent", 2)


def test_an_attempt_taken_for_dead_writes_nothing(letters: Signatures, monkeypatch: pytest.MonkeyPatch) -> None:
    order(letters, "1")
    put = store.put
    keys: list[str] = []

    def overtaken(key: str, file: io.BytesIO) -> None:
        put(key, file)
        keys.append(key)
        if len(keys) == 1:
            assert sign_documents(by=SCHEDULE, now=LATER) == 1

    monkeypatch.setattr(store, "put", overtaken)
    sign_documents(by=SCHEDULE, now=NOW)
    assert found().storage_key == keys[1]
    assert store.size(keys[0]) is None
    assert found().tries == 2


# The database


@pytest.mark.parametrize("change", [{"state": "waiting"}, {"sha256": "0" * 64}, {"title": "Lain"}])
def test_what_is_signed_stays(signed: SignatureRow, change: dict[str, str]) -> None:
    rows = SignedDocument.objects.filter(kind=KIND)
    with pytest.raises(DatabaseError, match="signed_document_stays"), transaction.atomic():
        rows.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()


def test_signed_means_whole(letters: Signatures) -> None:
    order(letters, "1")
    rows = SignedDocument.objects.filter(kind=KIND)
    with pytest.raises(DatabaseError, match="signed_document_is_whole"), transaction.atomic():
        rows.update(state="signed")
    with pytest.raises(DatabaseError, match="signed_document_state_known"), transaction.atomic():
        rows.update(state="done")


def test_a_signed_file_that_is_gone_is_reported(signed: SignatureRow) -> None:
    assert check_store(by=OPERATOR) == ()
    store.delete(signed.storage_key)
    (missing,) = check_store(by=OPERATOR)
    assert (missing.what, missing.size, missing.found) == (f"{KIND} 1", signed.size, None)


# The page that checks


def page(record: str) -> str:
    return reverse("evidence:check", args=[record])


def test_anybody_sees_that_the_record_is_genuine(client: Client, signed: SignatureRow) -> None:
    answer = client.get(page(signed.record))
    text = answer.content.decode()
    assert answer.status_code == 200
    for said in ("Kode ini asli", "S/1/2026", "14 April 2026", signed.sha256, signed.pages_sha256, DEMONSTRATION):
        assert said in text, said
    assert "tidak berkekuatan hukum" in text


def test_a_record_of_another_key_is_not_genuine(client: Client, signed: SignatureRow) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    forged = written(read(signed.record).record, Ed25519PrivateKey.generate())
    text = client.get(page(forged)).content.decode()
    assert "Kode ini tidak dibuat oleh situs ini" in text
    assert signed.sha256 not in text


def test_a_genuine_record_without_its_document_says_so(client: Client, signed: SignatureRow) -> None:
    other = written(Record(KIND, "36.03", "S/9", date(2026, 1, 1), "0" * 64), sealing.signing_key())
    assert "tidak ada dokumen" in client.get(page(other)).content.decode()
    assert client.get(page("AAAA")).status_code == 404


@pytest.mark.parametrize(("scope", "shown"), [("36.03", "Kabupaten Tangerang"), ("99.99", "99.99")])
def test_a_region_has_its_name_where_it_is_known(client: Client, signed: SignatureRow, scope: str, shown: str) -> None:
    load(PLACES)
    record = written(Record(KIND, scope, "S/9", date(2026, 1, 1), "0" * 64), sealing.signing_key())
    assert shown in client.get(page(record)).content.decode()


def test_a_new_key_leaves_old_records_genuine(client: Client, signed: SignatureRow, settings: Any) -> None:
    settings.PILAR_SEAL_KEY = "another key of forty characters and more, chosen later"
    assert "Kode ini asli" in client.get(page(signed.record)).content.decode()


def test_a_copy_is_the_signed_file_its_pages_or_another(signed: SignatureRow) -> None:
    made = content(signed)
    assert compared(made, signed) is Copy.SAME
    assert compared(made + b"\n", signed) is Copy.PAGES
    assert compared(made[: signed.pages_size], signed) is Copy.PAGES
    assert compared(b"x" + made[1:], signed) is Copy.OTHER
    assert compared(b"", signed) is Copy.OTHER


@pytest.mark.parametrize(("change", "shown"), [(b"", "same"), (b"\n%%EOF", "pages"), (None, "other")])
def test_without_scripts_the_file_is_sent_and_compared(
    client: Client, signed: SignatureRow, change: bytes | None, shown: str
) -> None:
    file = b"%PDF-1.7" if change is None else content(signed) + change
    answer = client.post(page(signed.record), {"file": SimpleUploadedFile("salinan.pdf", file)})
    assert answer.status_code == 200
    text = answer.content.decode()
    visible = [one for one in ("same", "pages", "other") if f'data-copy="{one}">' in text]
    assert visible == [shown]


def test_too_large_a_file_is_another_and_too_many_are_refused(
    client: Client, signed: SignatureRow, settings: Any
) -> None:
    settings.PILAR_LARGEST_FILE = 100
    answer = client.post(page(signed.record), {"file": SimpleUploadedFile("salinan.pdf", content(signed))})
    assert 'data-copy="other">' in answer.content.decode()
    assert client.post(page(signed.record), {}).status_code == 422
    for _once in range(signing_limit()):
        last = client.post(page(signed.record), {})
    assert last.status_code == 429


def signing_limit() -> int:
    from pilar.evidence.pages.checking import CHECKS

    return CHECKS.most
