"""Who takes a file of evidence stands in the audit log; what is released is read by everybody without a record."""

from __future__ import annotations

import pytest
from django.test import Client

from evidence.cast import Cast
from people.readings import readings

pytestmark = pytest.mark.django_db


def client_of(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.user(who), "allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_a_file_by_page_and_api_leaves_one_record_each(cast: Cast) -> None:
    piece = cast.add()
    client, record = client_of(cast, "verifier"), (str(cast.keys["verifier"]), f"{piece}/1", 1)
    for number, address in enumerate((f"/bukti/{piece}/1/", f"/api/v1/evidence/{piece}/1/file"), 1):
        answer = client.get(address)
        assert (answer.status_code, b"".join(answer.streaming_content)[:4]) == (200, b"%PDF"), address
        assert readings("evidence.file") == [record] * number
    assert client_of(cast, "neighbour").get(f"/bukti/{piece}/1/").status_code == 404
    assert Client().get(f"/bukti/{piece}/1/").status_code == 404
    assert len(readings("evidence.file")) == 2
