"""Documents and answers that were made to hurt: each is refused with a sentence, and nothing of it is stored."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from evidence import samples
from people.citizens import entered
from permits.world import World
from pilar.evidence.models import HeldFile
from pilar.permits.models import Case, CaseFile

FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "empty": ("ktp.pdf", lambda: b""),
    "a program": ("ktp.exe", lambda: b"MZ\x90\x00" + b"\0" * 200),
    "a program called PDF": ("ktp.pdf", lambda: b"MZ\x90\x00" + b"\0" * 200),
    "an ELF called picture": ("ktp.png", lambda: b"\x7fELF" + b"\0" * 200),
    "a shell script": ("ktp.sh", lambda: b"#!/bin/sh\nrm -rf /\n"),
    "a page": ("ktp.html", lambda: b"<html><script>alert(1)</script></html>"),
    "a page called PDF": ("ktp.pdf", lambda: b"<html><script>alert(1)</script></html>"),
    "a drawing with a script": ("ktp.svg", lambda: b"<svg onload='alert(1)' xmlns='http://www.w3.org/2000/svg'/>"),
    "a drawing called picture": ("ktp.png", lambda: b"<svg onload='alert(1)' xmlns='http://www.w3.org/2000/svg'/>"),
    "macros": ("ktp.docm", samples.macro_office),
    "a protected document": ("ktp.docx", samples.protected_office),
    "an archive": ("ktp.zip", lambda: samples.archive({"a.txt": "a"})),
    "an archive called document": ("ktp.docx", lambda: samples.archive({"a.txt": "a"})),
    "a picture of too many points": ("ktp.png", lambda: samples.png(60_000, 60_000)),
    "a picture without points": ("ktp.png", lambda: samples.png(0, 0)),
    "half a picture": ("ktp.png", lambda: samples.png()[:12]),
    "no ending": ("ktp", samples.pdf),
    "another ending": ("ktp.pdf", samples.png),
    "a way out of the folder": ("../../etc/passwd", lambda: b"root:x:0:0"),
    "text": ("ktp.txt", lambda: b"KTP saya"),
}
ANSWERS: dict[str, dict[str, object]] = {
    "a number that is none": {"beds": "1e9999"}, "not a number": {"beds": "NaN"}, "below zero": {"beds": "-1"},
    "endless digits": {"beds": "9" * 400}, "a fraction": {"beds": "1,5"}, "markup": {"beds": "<b>1</b>"},
    "a day that is none": {"str_until": "2030-02-31"}, "a day of words": {"str_until": "besok"},
    "a year beyond all": {"str_until": "99999-01-01"}, "endless text": {"place": "x" * 100_000},
    "a NUL": {"place": "Klinik\0"}, "an endless number": {"str_number": "S" * 41},
    "an endless name": {"name": "x" * 5_000},
    "a NUL in the name": {"name": "Siti\0"}, "an endless identity": {"identity": "1" * 500},
    "an endless phone": {"phone": "0" * 500}, "an endless address": {"address": "x" * 5_000},
    "no version": {"version": "x"}, "a version of letters": {"version": "1; DROP TABLE"},
    "a list": {"beds": json.dumps([1])},
}  # fmt: skip

TYPED = {"below zero", "a fraction"}
"""Well formed: a draft keeps what was typed, and is not sent with it."""


@pytest.fixture
def nurse(world: World) -> Client:
    client = entered(Client(), "perawat@contoh.invalid", "Siti")
    client.post(reverse("permits:begin", args=["36.03", "sip-perawat"]), {"kind": "new"})
    return client


@pytest.mark.parametrize("name", FILES)
def test_a_document(nurse: Client, name: str) -> None:
    row, (file_name, content) = Case.objects.latest("pk"), FILES[name]
    file = io.BytesIO(content())
    file.name = file_name
    answer = nurse.post(reverse("permits:add-file", args=[row.pk, "ktp"]), {"file": file})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "error-summary" in answer.content.decode()
    assert not CaseFile.objects.filter(case=row).exists()
    assert not HeldFile.objects.exists()


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer(nurse: Client, name: str) -> None:
    row = Case.objects.latest("pk")
    answer = nurse.post(reverse("permits:own-case", args=[row.pk]), {"version": 0, **ANSWERS[name]})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "error-summary" in answer.content.decode()
    row.refresh_from_db()
    (field,) = ANSWERS[name]
    assert (name in TYPED) == (field in row.answers)
