"""Requests that were written on a phone: each stored once, with its photographs, and sent on if it lacks nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evidence.samples import png
from kit.worlds import once
from pilar.design.outbox import ACCOUNT
from pilar.people.models import User
from pilar.people.operations import grant_membership
from pilar.people.rules import OPERATOR
from pilar.villagefinance.models import Bill, PaymentRequest, Proof
from pilar.villagefinance.rules.roles import Role
from villagefinance import payments as paid
from villagefinance.world import NOW, OFFICE, REGION, ROAD, VILLAGE, YEAR, World, budget

pytestmark = pytest.mark.django_db
PAGE = reverse("villagefinance:draft", args=[VILLAGE])
FILES = reverse("villagefinance:hold-proof", args=[VILLAGE])
SEND = reverse("villagefinance:take-drafts", args=[VILLAGE])
APRIL = NOW.replace(year=2025, month=4)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@once
def rich(world: World) -> World:
    paid.rich(world)
    grant_membership(
        by=OPERATOR, user=4, role=Role.EXECUTOR, region=REGION, unit=VILLAGE, valid_from=None, valid_until=None,
        now=APRIL - timedelta(60),
    )  # fmt: skip
    return world


@pytest.fixture
def phone(rich: World, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(timezone, "now", lambda: APRIL)
    client = Client(headers={ACCOUNT: "4"})
    client.force_login(User.objects.get(pk=4), BACKEND)
    return client


def held(phone: Client, content: bytes = b"") -> Any:
    return phone.post(FILES, {"file": SimpleUploadedFile("nota.png", content or png())})


def record(phone: Client, *, files: int = 2, key: str = "", **content: str) -> dict[str, Any]:
    names = [str(uuid4()) for _one in range(files)]
    said = {"line": f"{YEAR}-{ROAD}", "kind": "direct", "amount": "10.000.000", "told": "Batu", "payee": "Toko Maju",
            "payment": "untaxed"} | content  # fmt: skip
    return {
        "key": key or str(uuid4()), "began_at": "2025-04-20T03:00:00Z", "ended_at": "2025-04-20T03:05:00Z",
        "content": {**{name: [value] for name, value in said.items()}, "receipt": names[:1], "progress": names[1:]},
        "files": {name: held(phone).json()["held"] for name in names},
    }  # fmt: skip


def send(phone: Client, *records: dict[str, Any]) -> Any:
    found = phone.post(SEND, json.dumps({"records": records}), content_type="application/json")
    assert found.status_code == 200, found.content
    return found.json()


def test_it_is_stored_once_and_with_the_secretary(phone: Client) -> None:
    one = record(phone)
    assert send(phone, one) == {"stored": 1, "known": 0, "refused": []}
    again = {name: held(phone).json()["held"] for name in one["files"]}
    assert send(phone, {**one, "files": again})["known"] == 1
    row = PaymentRequest.objects.get(village=VILLAGE)
    assert (row.state, str(row.date), row.payee) == ("submitted", "2025-04-20", "Toko Maju")
    assert sorted(Proof.objects.values_list("kind", flat=True)) == ["progress", "receipt"]


def test_what_was_begun_in_december_stays_on_the_line_of_its_year(
    phone: Client, rich: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    budget(rich, YEAR + 1)
    monkeypatch.setattr(timezone, "now", lambda: APRIL.replace(year=YEAR + 1, month=1))
    phone.force_login(User.objects.get(pk=4), BACKEND)
    for began in (f"{YEAR}-12-30T03:00:00Z", f"{YEAR + 1}-01-02T03:00:00Z"):
        assert send(phone, {**record(phone), "began_at": began})["stored"] == 1
    rows = PaymentRequest.objects.filter(village=VILLAGE).order_by("number")
    assert [(row.year, str(row.date)) for row in rows] == [(YEAR, f"{YEAR}-12-30"), (YEAR, f"{YEAR}-12-31")]


def test_what_lacks_something_waits_as_a_draft(phone: Client) -> None:
    assert send(phone, record(phone, files=0))["stored"] == 1
    assert PaymentRequest.objects.get(village=VILLAGE).state == "draft"


def test_a_supplier_is_known_by_its_name(phone: Client, rich: World) -> None:
    key = paid.supplier(rich)
    send(phone, record(phone, payee=" cv  BATU "))
    assert Bill.objects.get(village=VILLAGE).supplier == key


def test_days_of_work_are_taxed_one_by_one_and_a_reason_comes_along(phone: Client, rich: World) -> None:
    send(phone, record(phone, amount="1.500.000", payment="wage", parts="10", plan_reason="Panen lebih awal"))
    row = PaymentRequest.objects.get(village=VILLAGE)
    assert (row.state, row.plan_reason, paid.shown(rich, 1).taxes) == ("submitted", "Panen lebih awal", ())
    assert Bill.objects.get(village=VILLAGE).parts == 10


def test_what_is_not_to_be_sent_yet_waits_for_further_rows(phone: Client, rich: World) -> None:
    key = paid.supplier(rich, name="CV. Batu")
    send(phone, record(phone, later="on", payee="cv batu"))
    assert PaymentRequest.objects.get(village=VILLAGE).state == "draft"
    assert Bill.objects.get(village=VILLAGE).supplier == key


def test_what_is_refused_is_told_at_its_field_and_stores_nothing(phone: Client) -> None:
    wrong = [
        record(phone, files=0, **one) for one in ({"payee": ""}, {"amount": "0"}, {"line": f"{YEAR}-2"}, {"kind": "x"})
    ]
    found = send(phone, *wrong)
    places = {one["key"]: [fault["place"] for fault in one["faults"]] for one in found["refused"]}
    assert [places[one["key"]] for one in wrong] == [["payee"], ["amount"], ["line"], ["kind"]]
    assert not PaymentRequest.objects.exists()
    gone = record(phone, files=0)
    name = str(uuid4())
    gone["content"]["receipt"], gone["files"] = [name], {name: str(uuid4())}
    assert send(phone, gone)["refused"]
    assert not PaymentRequest.objects.exists()
    assert held(phone, b"MZ not a picture").status_code == 422


def test_nobody_else_sends(phone: Client) -> None:
    assert Client().post(FILES).status_code == 401
    other = Client(headers={ACCOUNT: "7"})
    other.force_login(User.objects.get(pk=7), BACKEND)
    assert other.post(FILES, {"file": SimpleUploadedFile("nota.png", png())}).status_code in (403, 404)
    assert other.get(PAGE).status_code == 404
    body = json.dumps({"records": [{**record(phone, files=0)}]})
    assert other.post(SEND, body, content_type="application/json").json()["refused"]
    assert not PaymentRequest.objects.exists()


def test_the_page_names_no_person(phone: Client, rich: World) -> None:
    paid.supplier(rich, name="Tuan Toko")
    said = phone.get(PAGE).content.decode()
    assert "sisa Rp480.000.000" in said
    assert str(OFFICE) in said
    assert not [name for name in ("Tuan Toko", "Kasi", "Bendahara") if name in said]
