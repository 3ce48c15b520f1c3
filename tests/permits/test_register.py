"""The register that everybody reads, the tracking of a case, and the pages for deciding."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from people.citizens import entered
from permits.test_issuing import NUMBER, file_of, permit
from permits.world import OWN, World
from pilar.people.models import User
from pilar.permits.operations.issuing import document_of
from pilar.permits.rules.register import PermitState, document_key
from pilar.platform import sealing

# Pages and API


def test_everybody_finds_it_in_the_register(issued: World, client: Client) -> None:
    address = reverse("permits:register")
    for asked, there in (
        ({}, True), ({"q": "503/00001"}, True), ({"q": "puskesmas bala"}, True), ({"q": "503/9"}, False),
        ({"q": "klinik"}, False), ({"status": "revoked"}, False), ({"layanan": "sip-perawat"}, True),
        ({"q": "' OR 1=1 & | ! :*"}, False), ({"tahun": "2025"}, False), ({"daerah": "36.71"}, False),
    ):  # fmt: skip
        assert (NUMBER in client.get(address, asked).content.decode()) is there, asked
    page = client.get(reverse("permits:permit", args=[NUMBER])).content.decode()
    assert "F. A." in page
    assert "Fatimah" not in page
    assert client.get(reverse("permits:permit", args=["503/9"])).status_code == 404
    assert client.get(address, {"as": "csv"}).content.decode().count(NUMBER) == 1
    found = client.get("/api/v1/permits", {"search": NUMBER}).json()
    assert (found["total"], found["permits"][0]["number"], found["permits"][0]["holder"]) == (1, NUMBER, "F. A.")
    assert client.get(f"/api/v1/permits/{NUMBER}").json()["events"][0]["kind"] == "issued"


def test_the_search_of_the_site_finds_a_permit_by_its_whole_number_alone(issued: World, client: Client) -> None:
    address, way = reverse("portal:search"), f'href="{reverse("permits:permit", args=[NUMBER])}"'
    for asked, there in ((NUMBER, True), (NUMBER[:-1], False), ("Fatimah", False), ("puskesmas", False)):
        page = client.get(address, {"q": asked}).content.decode()
        assert (way in page) is there, asked
        assert "Fatimah" not in page.split('id="content"')[1].replace('value="Fatimah"', ""), asked
    assert (
        f'href="{reverse("permits:service", args=["36.03", "sip-perawat"])}"'
        in client.get(address, {"q": "perawat"}).content.decode()
    )


def test_a_case_is_tracked_by_number_and_digits_without_a_person(issued: World, client: Client) -> None:
    address, number = reverse("permits:tracking"), issued.row().number
    page = client.post(address, {"number": number, "digits": "0001"}).content.decode()
    assert NUMBER in page
    for personal in ("Fatimah", "Talaga", "3603014501900001", "0812"):
        assert personal not in page
    answers = [
        client.post(address, {"number": one, "digits": digits})
        for one, digits in ((number, "0002"), ("P2026-99999", "0001"))
    ]
    stripped = [
        one.content.decode().split('id="content"')[1].replace("0002", "").replace("P2026-99999", "") for one in answers
    ]
    assert {one.status_code for one in answers} == {422}
    assert all("Tidak ada permohonan" in one for one in stripped)
    found = client.post(
        "/api/v1/permit-tracking", {"number": number, "digits": "0001"}, content_type="application/json"
    )
    assert (found.status_code, found.json()["permit"]) == (200, NUMBER)
    wrong = client.post(
        "/api/v1/permit-tracking", {"number": number, "digits": "9999"}, content_type="application/json"
    )
    assert wrong.status_code == 404


def test_wrong_and_missing_take_the_same_statements(issued: World, client: Client) -> None:
    counted = []
    for number in (issued.row().number, "P2026-99999"):
        with CountQueries() as found:
            client.post(reverse("permits:tracking"), {"number": number, "digits": "9999"})
        counted.append(found.count)
    assert counted[0] == counted[1]


class CountQueries:
    count = 0

    def __enter__(self) -> CountQueries:
        self._wrapper: Any = connection.execute_wrapper(self._counted)
        self._wrapper.__enter__()
        return self

    def __exit__(self, *given: object) -> None:
        self._wrapper.__exit__(*given)

    def _counted(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        return execute(sql, params, many, context)


def test_guessing_is_limited(issued: World, client: Client) -> None:
    address = reverse("permits:tracking")
    statuses = [client.post(address, {"number": "P2026-1", "digits": "0000"}).status_code for _once in range(21)]
    assert (statuses[:20], statuses[20]) == ([422] * 20, 429)


def test_the_head_revokes_on_a_page(issued: World, client: Client) -> None:
    row = permit(issued)
    address = reverse("permits:permit-act", args=[row.pk, "cabut"])
    assert client.get(address).status_code == 302, "after signing in"
    client.force_login(User.objects.get(pk=issued.keys["front"]))
    assert client.get(address).status_code == 404
    client.force_login(User.objects.get(pk=issued.keys["head"]))
    page = client.get(address)
    assert (page.status_code, NUMBER in page.content.decode()) == (200, True)
    sent = {"reason": "Pelanggaran", "agreed": "on", "checked": page.context["check"].seen}
    assert client.post(address, {**sent, "reason": ""}).status_code == 422
    assert client.post(address, sent).status_code == 302
    row.refresh_from_db()
    assert row.state == PermitState.REVOKED
    assert "Pelanggaran" in client.get(reverse("permits:permit", args=[NUMBER])).content.decode()


def test_the_head_suspends_and_restores_on_pages(issued: World, client: Client) -> None:
    client.force_login(User.objects.get(pk=issued.keys["head"]))
    for slug, state in (("tangguhkan", PermitState.SUSPENDED), ("pulihkan", PermitState.VALID)):
        address = reverse("permits:permit-act", args=[permit(issued).pk, slug])
        page = client.get(address)
        sent = {"reason": f"Sebab {slug}", "agreed": "on", "checked": page.context["check"].seen}
        assert client.post(address, sent).status_code == 302
        assert permit(issued).state == state
        assert f"Sebab {slug}" in client.get(reverse("permits:permit", args=[NUMBER])).content.decode()


def test_the_document_is_the_same_however_often_it_is_made(issued: World) -> None:
    key = document_key(permit(issued).pk, 1)
    assert document_of(key) == document_of(key)
    assert io.BytesIO(file_of(permit(issued))).read(5) == b"%PDF-"


def test_only_the_applicant_and_officers_open_the_file(issued: World, client: Client) -> None:
    address = reverse("permits:own-permit", args=[issued.case])
    own = entered(Client(), "fatimah@contoh.invalid")
    answer = own.get(address)
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, file_of(permit(issued)))  # type: ignore[attr-defined]
    assert "no-cache" in answer["Cache-Control"]
    assert entered(Client(), "rahmat@contoh.invalid").get(address).status_code == 404
    assert client.get(address).status_code == 302, "to sign in"
    desk = reverse("permits:permit-file", args=[issued.case])
    for name, status in (("front", 200), ("treasury", 200), ("neighbour", 404), ("editor", 404)):
        client.force_login(User.objects.get(pk=issued.keys[name]))
        assert client.get(desk).status_code == status, name


def test_the_case_shows_what_came_of_it(issued: World) -> None:
    own = entered(Client(), "fatimah@contoh.invalid")
    page = own.get(reverse("permits:own-case", args=[issued.case])).content.decode()
    assert NUMBER in page
    assert reverse("permits:own-permit", args=[issued.case]) in page


def test_heads_are_dated_as_the_region_reads_its_clocks(issued: World) -> None:
    client = Client()
    with transaction.atomic():
        sealing.sign_heads(at=datetime(2026, 12, 1, 1, 30, tzinfo=UTC))
    for address in (reverse("permits:seals", args=[OWN]), reverse("permits:permit", args=[NUMBER])):
        page = client.get(address).content.decode()
        assert "1 Desember 2026 pukul 08.30 WIB" in page
        assert "2026-12-01T" not in page
