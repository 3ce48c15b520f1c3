"""Signed documents are checked without this site: by the program for everybody, and by a page that is kept."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from django.test import Client
from django.urls import reverse

from pilar.evidence import queries, store
from pilar.evidence.operations.signing import KINDS, Signatures, sign_documents
from pilar.evidence.rules.signing import SignatureRow, ToSign
from pilar.people.rules import OPERATOR, SCHEDULE
from pilar.platform import sealing
from pilar.platform.models import SealHead
from pilar.reports.document import Document, Paragraph
from pilar.reports.signing.lists import DocumentList, Listed, Standing, read, written
from pilar.reports.signing.record import Record
from pilar.reports.signing.record import written as record_text

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 4, 14, 3, 0, tzinfo=UTC)
DAY = date(2026, 4, 14)
KIND = "test.permit"
SCOPE = "test.lists:36.03"


def letter(key: str) -> Document:
    return Document(title=f"Izin {key}", language="id", author="Pilar", made_at=NOW, blocks=(Paragraph("Isi izin"),))


@pytest.fixture
def letters(settings: Any) -> Iterator[Signatures]:
    settings.PILAR_SIGNER = "pilar.reports.signing.signers.DemonstrationSigner"
    yield Signatures(KIND, letter, lists="/daftar/{scope}/{year}.txt")
    del KINDS[KIND]


@pytest.fixture
def signed(letters: Signatures) -> tuple[SignatureRow, bytes]:
    with transaction.atomic():
        given = ToSign("1", "Izin 1", "503/1/2026", DAY, "36.03", ("portal:about",))
        letters.order(by=OPERATOR, documents=[given], now=NOW)
    sign_documents(by=SCHEDULE, now=NOW)
    row = queries.signature(KIND, "1")
    assert row is not None
    with store.open_file(row.storage_key) as file:
        return row, file.read()


# The list


def test_a_list_is_read_as_it_was_written() -> None:
    given = (Listed("b" * 64, "2" * 64, Standing.REVOKED, DAY), Listed("a" * 64, "1" * 64, Standing.VALID, DAY))
    text = written(KIND, "36.03", 2026, DAY, given)
    found = read(text)
    assert (found.kind, found.scope, found.year, found.day, len(found.documents)) == (KIND, "36.03", 2026, DAY, 2)
    assert found.find("b" * 64) == Listed("b" * 16, "2" * 24, Standing.REVOKED, DAY)
    assert found.find("c" * 64) is None
    assert written(KIND, "36.03", 2026, DAY, reversed(given)) == text


@pytest.mark.parametrize("harm", [lambda text: text[:-20], lambda text: "x" + text, lambda text: text + "a b v c\n"])
def test_half_a_list_is_none(harm: Callable[[str], str]) -> None:
    text = written(KIND, "36.03", 2026, DAY, (Listed("a" * 64, "1" * 64, Standing.VALID, DAY),))
    with pytest.raises(ValueError, match=r"list|unpack"):
        read(harm(text))


# The program


@pytest.fixture
def checked(client: Client, tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """Run the program as a stranger does, on a machine without Pilar."""
    program = tmp_path / "periksa_dokumen.pyz"
    program.write_bytes(client.get(reverse("evidence:check-program")).content)

    def run(*arguments: str | Path, key: str = "") -> tuple[int, str]:
        command = [sys.executable, program, *map(str, arguments), "--key", key or sealing.known_keys()[0]]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env={})
        return done.returncode, done.stdout + done.stderr

    return run


def sealed_list(to: Path, *documents: Listed) -> tuple[str | Path, ...]:
    text = written(KIND, "36.03", 2026, date(2026, 4, 15), documents)
    with transaction.atomic():
        sealing.append(scope=SCOPE, subject="1", content={"sha256": hashlib.sha256(text.encode()).hexdigest()}, at=NOW)
        sealing.sign_heads(at=NOW)
    (to / "daftar.txt").write_text(text)
    (to / "daftar.json").write_text(json.dumps(sealing.proof_of(SCOPE, "1")))
    return "--list", to / "daftar.txt", "--proof", to / "daftar.json"


def test_the_program_finds_a_good_document_good(
    signed: tuple[SignatureRow, bytes], checked: Any, tmp_path: Path
) -> None:
    row, content = signed
    (tmp_path / "izin.pdf").write_bytes(content)
    given = sealed_list(tmp_path, Listed(row.pages_sha256, row.sha256, Standing.VALID, DAY))
    assert checked(tmp_path / "izin.pdf", *given) == (
        0,
        "ok  code of 503/1/2026, 2026-04-14, region 36.03 (test.permit)\n"
        "ok  the file has the pages that were signed, and nothing was changed or added\n"
        "ok  list of 1 documents, sealed as of 2026-04-15\n"
        "ok  in the register and valid as of 2026-04-15\n",
    )
    status, said = checked(f"https://pilar.contoh.go.id/periksa/{row.record}/")
    assert (status, said.count("ok")) == (0, 1)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda content: content + b"\n%%EOF\n", "something was added behind the signature"),
        (lambda content: content[:-30] + bytes([content[-30] ^ 1]) + content[-29:], "the signed file was changed"),
        (lambda content: content[:3000] + bytes([content[3000] ^ 1]) + content[3001:], "not those that were signed"),
        (lambda content: content[: content.index(b"/ContactInfo")], "no code"),
    ],
)
def test_the_program_refuses_what_was_changed(
    signed: tuple[SignatureRow, bytes], checked: Any, tmp_path: Path, harm: Callable[[bytes], bytes], said: str
) -> None:
    (tmp_path / "izin.pdf").write_bytes(harm(signed[1]))
    status, told = checked(tmp_path / "izin.pdf")
    assert (status, said in told) == (1, True), told


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"standing": Standing.REVOKED}, "revoked as of 2026-04-15"),
        ({"standing": Standing.SUSPENDED}, "suspended as of 2026-04-15"),
        ({"pages": "0" * 64}, "not in the register as of 2026-04-15"),
        ({"registered": date(2026, 4, 15)}, "dated 2026-04-14, but registered on 2026-04-15"),
        ({"file": "0" * 64}, "another file"),
    ],
)
def test_the_program_refuses_what_the_register_does_not_hold(
    signed: tuple[SignatureRow, bytes], checked: Any, tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    row, content = signed
    (tmp_path / "izin.pdf").write_bytes(content)
    listed = replace(Listed(row.pages_sha256, row.sha256, Standing.VALID, DAY), **change)
    status, told = checked(tmp_path / "izin.pdf", *sealed_list(tmp_path, listed))
    assert (status, said in told) == (1, True), told


def test_the_program_refuses_a_list_that_was_not_sealed(
    signed: tuple[SignatureRow, bytes], checked: Any, tmp_path: Path
) -> None:
    row, _content = signed
    given = sealed_list(tmp_path, Listed(row.pages_sha256, row.sha256, Standing.REVOKED, DAY))
    text = (tmp_path / "daftar.txt").read_text()
    (tmp_path / "daftar.txt").write_text(text.replace(" r ", " v "))
    assert checked(row.record, *given)[1].endswith("NOT valid: the list is not the one that was sealed\n")


def test_the_program_refuses_a_code_of_another_key(checked: Any) -> None:
    record = Record(KIND, "36.03", "1", DAY, "0" * 64)
    status, told = checked(record_text(record, Ed25519PrivateKey.generate()))
    assert (status, "not signed by this key" in told) == (1, True)
    assert checked("AAAA")[0] == 1


# The page


def test_the_page_knows_the_keys_and_lists_and_can_be_kept(client: Client, letters: Signatures, settings: Any) -> None:
    with transaction.atomic():
        sealing.append(scope=SCOPE, subject="1", content={}, at=NOW)
        sealing.sign_heads(at=NOW)
    (old,) = sealing.known_keys()
    settings.PILAR_SEAL_KEY = "another key of forty characters and more, chosen later"
    answer = client.get(reverse("evidence:check-offline"))
    given = answer.context["given"]
    assert answer["X-Outbox-Version"]
    assert (given["keys"], given["lists"][KIND]) == (sealing.known_keys(), "/daftar/{scope}/{year}.txt")
    assert (len(given["keys"]), given["keys"][1], SealHead.objects.get().told["key"]) == (2, old, old)
    worker = client.get(given["worker"])
    assert (worker.status_code, answer["X-Outbox-Version"] in worker.content.decode()) == (200, True)
    assert isinstance(read(written(KIND, "36.03", 2026, DAY, ())), DocumentList)
