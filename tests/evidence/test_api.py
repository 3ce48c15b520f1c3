"""The same doors, as JSON."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from evidence import samples
from evidence.cast import OWN, Cast
from kit.neighbours import own
from pilar.evidence import queries
from pilar.evidence.models import Revision
from pilar.evidence.rules import VerificationState
from pilar.people.rules import OPERATOR

pytestmark = pytest.mark.django_db

LIST = f"/api/v1/regions/{OWN}/evidence"


def enter(cast: Cast, name: str, *, checked: bool = False) -> Client:
    client = Client(enforce_csrf_checks=checked)
    client.force_login(cast.user(name), "allauth.account.auth_backends.AuthenticationBackend")
    return client


def upload(content: bytes = b"", name: str = "bukti.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or samples.pdf())


def say(client: Client, key: UUID | str, given: dict[str, Any]) -> Any:
    address = f"/api/v1/evidence/{key}/1/verification"
    return client.post(address, json.dumps(given), content_type="application/json")


def test_the_whole_way(cast: Cast) -> None:
    contributor, verifier = enter(cast, "contributor"), enter(cast, "verifier")
    made = contributor.post(LIST, {"title": "SK", "office": cast.office, "file": upload()})
    assert made.status_code == HTTPStatus.CREATED
    key = made.json()["evidence"]
    assert made.json() == {"evidence": key, "number": 1}

    (row,) = verifier.get(LIST).json()["evidence"]
    assert (row["evidence"], row["title"], row["size"], row["scan"], row["verification"]) == (
        key, "SK", len(samples.pdf()), "not_scanned", "open",
    )  # fmt: skip
    answer = verifier.get(f"/api/v1/evidence/{key}/1/file")
    assert b"".join(answer.streaming_content) == samples.pdf()
    assert answer["Content-Security-Policy"].startswith("sandbox")

    assert say(verifier, key, {"outcome": "returned"}).json()["faults"][0]["place"] == "reason"
    assert say(verifier, key, {"outcome": "verified"}).status_code == HTTPStatus.NO_CONTENT
    assert say(verifier, key, {"outcome": "verified"}).status_code == HTTPStatus.CONFLICT
    assert queries.revision(UUID(key), 1, scope=OPERATOR).verification is VerificationState.VERIFIED

    newer = contributor.post(f"/api/v1/evidence/{key}/versions", {"link": "https://contoh.invalid/", "note": "baru"})
    assert newer.json() == {"evidence": key, "number": 2}
    rows = verifier.get(f"/api/v1/evidence/{key}").json()
    assert [(row["number"], row["link"], row["note"]) for row in rows] == [
        (2, "https://contoh.invalid/", "baru"),
        (1, "", ""),
    ]


@pytest.mark.parametrize("name", ["neighbour", "assessor", "chair"])
def test_strangers_find_nothing(cast: Cast, name: str) -> None:
    key, client = cast.add("contributor"), enter(cast, name)
    for address in (LIST, f"/api/v1/evidence/{key}", f"/api/v1/evidence/{key}/1/file"):
        answer = client.get(address)
        assert (answer.status_code, answer.json()["code"]) == (HTTPStatus.NOT_FOUND, "not-found")
    assert client.post(f"/api/v1/evidence/{key}/versions", {"link": "https://contoh.invalid/"}).status_code == 404
    assert say(client, key, {"outcome": "verified"}).status_code == HTTPStatus.NOT_FOUND
    assert client.post(LIST, {"title": "SK", "link": "https://contoh.invalid/"}).status_code == HTTPStatus.FORBIDDEN
    assert own(Revision).count() == 1


def test_without_sign_in_or_with_a_forged_form_nothing_happens(cast: Cast) -> None:
    key = cast.add("contributor")
    for address in (LIST, f"/api/v1/evidence/{key}", f"/api/v1/evidence/{key}/1/file"):
        assert Client().get(address).status_code == HTTPStatus.UNAUTHORIZED
    forged = enter(cast, "coordinator", checked=True)
    assert forged.post(LIST, {"title": "SK", "link": "https://contoh.invalid/"}).status_code == HTTPStatus.FORBIDDEN
    assert own(Revision).count() == 1


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"title": "SK"}, "file"),
        ({"title": "SK", "file": upload(), "link": "https://contoh.invalid/"}, "file"),
        ({"title": "SK", "file": upload(b"MZ", "a.exe")}, "file"),
        ({"title": " ", "link": "https://contoh.invalid/"}, "title"),
        ({"title": "SK", "link": "ftp://contoh.invalid/"}, "link"),
    ],
)
def test_faults_name_their_field(cast: Cast, given: dict[str, Any], place: str) -> None:
    answer = enter(cast, "coordinator").post(LIST, given)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert [fault["place"] for fault in answer.json()["faults"]] == [place]
