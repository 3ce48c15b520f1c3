"""Every page and API route, read and sent to by everybody: nobody finds what is not theirs, and nothing breaks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from kit.selection import QUICK, turns
from kit.worlds import once
from kit.written import points_of
from people.citizens import EMAIL, entered
from permits import addresses, around
from permits.addresses import VALUES, route_arguments
from permits.cases_acts import objection
from permits.editing_acts import version
from permits.register_acts import to_levy
from permits.world import NIK, NOW, NURSE, OWN, World
from pilar.people.models import User
from pilar.permits import operations as do
from pilar.permits.models import (
    DeskBatch,
    HookDelivery,
    Letter,
    Levy,
    OssRecord,
    OwnDocument,
    Payment,
    Permit,
    ServiceVersion,
    Subscription,
)
from pilar.permits.operations.letters import send_letter
from pilar.permits.rules.letters import StandardLetter
from pilar.permits.rules.objections import About

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
OFFICERS = ("front", "back", "treasury", "head", "editor", "inspectorate", "technical", "surveyor")
OUTSIDERS = ("visitor", "other citizen", "neighbour", "elsewhere")
EVERYBODY = ("nurse", *OFFICERS, *OUTSIDERS)
PERSONAL = (NIK, NURSE.name, NURSE.phone, NURSE.address)
KNOW = {"nurse", *OFFICERS} - {"editor"}
"""Who may read who applies."""
CLOSED = ("/perizinan/kerja/", "/perizinan/kelola/versi/", "/perizinan/saya/", "/perizinan/dokumen/")
OWN_PAGES = {"own-cases", "own-desk", "visits-worker", "own-editing"}
"""What anybody may open: their own, whatever it holds."""
DESK = (f"/perizinan/kerja/{OWN}/", f"/perizinan/kerja/daerah/{OWN}/keberatan/")
"""An office of the region without a case has a desk and lists, which are empty."""


@once
def lived(issued: World) -> World:
    """One of each: a permit, a levy and an objection to it, letters, a system that is told, a draft of a service."""
    case = issued.case
    to_levy(issued)
    do.set_levy(by=issued.who("treasury"), case=issued.case, stage="levy", now=NOW)
    do.file_objection(by=issued.who("nurse"), case=issued.case, about=About.LEVY, text="Terlalu besar", now=NOW)
    issued.case = case
    send_letter(issued.row(), StandardLetter.RETURNED, by=issued.who("front"), now=NOW)
    around.letter()
    around.told()
    around.enter()
    do.save_potentials(by=around.PEOPLE["front"], region=OWN, given=[around.PLOT], now=NOW)
    version("draft")
    return issued


def arguments(world: World) -> dict[str, dict[str, Any]]:
    """What addresses are asked for: by the name of an argument, of a page's own where pages differ."""
    system = Subscription.objects.get(region=OWN).pk
    usual = {
        "region": OWN, "case": world.case, "stage": "health", "step": "rekomendasi", "slug": "tangguhkan",
        "requirement": "ktp", "year": 2026, "of": (2026, 1), "code": "10710", "what": "potensi",
        "service": "sip-perawat", "payment": 1,
        "number": Permit.objects.get(case=world.case).number, "token": Letter.objects.get(region=OWN).token,
        "delivery": HookDelivery.objects.get(subscription=system).pk, "entry": around.mine(around.Realised).pk,
        "version": ServiceVersion.objects.filter(region=OWN, state="draft").latest("pk").pk,
    }  # fmt: skip
    keys = {
        "letter": Letter.objects.get(region=OWN).pk, "system": system, "end-system": system, "deliver-again": system,
        "levy": Levy.objects.get(region=OWN).pk, "levy-void": Levy.objects.get(region=OWN).pk,
        "desk-batch": DeskBatch.objects.latest("pk").pk + 1_000,
        "payment-unmatch": Levy.objects.get(region=OWN).pk,
        "permit-act": Permit.objects.get(case=world.case).pk, "file": world.file("ktp").pk,
        "objection": objection(), "answer-objection": objection(), "case-letter": world.row().letters.get().pk,
        "remove-document": OwnDocument.objects.filter(account=world.who("nurse").citizen).latest("pk").pk,
    }  # fmt: skip
    slugs = {"service": "sip-perawat", "begin-version": "sip-perawat"}
    return {
        pattern.name: {
            name: {"key": keys.get(pattern.name) or slugs.get(pattern.name, world.case), **usual}[name]
            for name in pattern.pattern.converters
        }
        for pattern in patterns()
    }  # fmt: skip


def patterns() -> Iterator[URLPattern]:
    """Those of the room."""

    def rooms(resolver: Any) -> Iterator[Any]:
        for one in resolver.url_patterns:
            if hasattr(one, "url_patterns"):
                yield from (one,) if one.namespace == "permits" else rooms(one)

    yield from next(rooms(get_resolver())).url_patterns


def client_of(world: World, who: str) -> Client:
    client = Client()
    if who == "nurse":
        return entered(client, EMAIL)
    if who == "other citizen":
        return entered(client, "rahmat@contoh.invalid")
    if who != "visitor":
        client.force_login(User.objects.get(pk=world.keys[who]), BACKEND)
    return client


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_finds_what_is_not_theirs_and_nothing_breaks(lived: World, who: str) -> None:
    client, wrong, found = client_of(lived, who), list[tuple[object, ...]](), 0
    alike = next((some for some in (OFFICERS, OUTSIDERS[1:]) if who in some), (who,))
    for name, given in arguments(lived).items():
        if who not in turns(dict.fromkeys(alike), at=name):
            continue
        address = reverse(f"permits:{name}", kwargs=given)
        for method in ("GET", "POST"):
            with transaction.atomic():
                answer = client.generic(method, address)
                transaction.set_rollback(True)
            text = "" if answer.streaming else answer.content.decode(errors="replace")
            told = [one for one in PERSONAL if one in text] if who not in KNOW else []
            opened = answer.status_code == 200 and address.startswith(CLOSED) and who in OUTSIDERS
            if answer.status_code >= 500 or told or points_of(answer):
                wrong.append((method, address, answer.status_code, told, points_of(answer)))
            elif opened and name not in OWN_PAGES and not (who == "elsewhere" and address.startswith(DESK)):
                wrong.append((method, address, answer.status_code))
            found += answer.status_code == 200
    assert wrong == []
    assert found > (0 if QUICK else 15)


ROUTES = """
GET  /regions/{code}/investment-potentials  200 200 200 200 200 200
GET  /regions/{code}/kbli/{kbli}            200 200 200 200 200 200
GET  /regions/{code}/oss-records            401 401 200 200 404 404
POST /regions/{code}/oss-records            401 401 200 403 404 404
POST /regions/{code}/permit-payments        401 401 404 404 200 404
GET  /permits                               200 200 200 200 200 200
GET  /permits/{number}                      200 200 200 200 200 200
POST /permit-tracking                       200 200 200 200 200 200
GET  /regions/{code}/permit-services        200 200 200 200 200 200
GET  /regions/{code}/permit-statistics      200 200 200 200 200 200
GET  /regions/{code}/permit-cases           401 401 200 404 200 404
"""
ASKING = ("visitor", "nurse", "front", "editor", "treasury", "neighbour")
RECORD = {"nib": "1234567890123", "kbli": "10710", "business": "PT Roti", "status": "Terbit", "as_of": "2026-03-01"}
PAYMENT = {"reference": "BANK-1", "paid_on": "2026-03-01", "amount": "250000", "text": "Tanpa nomor"}


def test_every_route_is_in_the_table() -> None:
    assert {" ".join(line.split()[:2]) for line in ROUTES.strip().splitlines()} == {*route_arguments()}


@pytest.mark.parametrize("who", ASKING)
def test_what_each_finds_by_the_api(lived: World, who: str) -> None:
    client, differing = client_of(lived, who), []
    sent = {"/regions/{code}/oss-records": {"records": [RECORD]},
            "/regions/{code}/permit-payments": {"payments": [PAYMENT]},
            "/permit-tracking": {"number": lived.row().number, "digits": NIK[-4:]}}  # fmt: skip
    for line in ROUTES.strip().splitlines():
        method, path, *statuses = line.split()
        expected = dict(zip(ASKING, map(int, statuses), strict=True))
        if who not in turns(expected, at=line):
            continue
        values = {**VALUES, "number": Permit.objects.get(case=lived.case).number}
        body = client._encode_json(sent[path], "application/json") if method == "POST" else ""
        asked = f"{path.format(**values)}{'?year=2026' if path.endswith('statistics') else ''}"
        answer = client.generic(method, addresses.API + asked, body, "application/json")
        if answer.status_code != expected[who]:
            differing.append((line, answer.status_code))
        assert not [one for one in PERSONAL if one in answer.content.decode()]
    assert differing == []


def test_what_is_posted_by_the_api_is_stored_of_who_may(lived: World) -> None:
    def post(who: str, what: str, given: dict[str, Any]) -> int:
        address = f"{addresses.API}/regions/{OWN}/{what}"
        return client_of(lived, who).post(address, given, "application/json").status_code

    def records() -> list[dict[str, Any]]:
        return [*OssRecord.objects.filter(region=OWN).values("nib", "kbli", "business", "risk", "status", "as_of")]

    def payments() -> list[dict[str, Any]]:
        rows = Payment.objects.filter(region=OWN, reference=PAYMENT["reference"])
        return [*rows.values("reference", "paid_on", "amount", "text", "levy")]

    for who in ("visitor", "nurse", "editor", "neighbour"):
        post(who, "oss-records", {"records": [RECORD]})
        post(who, "permit-payments", {"payments": [PAYMENT]})
    assert (records(), payments()) == ([], [])
    assert post("front", "oss-records", {"records": [RECORD]}) == 200
    assert post("treasury", "permit-payments", {"payments": [PAYMENT]}) == 200
    day = date(2026, 3, 1)
    assert records() == [{**RECORD, "risk": "", "as_of": day}]
    assert payments() == [{**PAYMENT, "amount": Decimal(250_000), "paid_on": day, "levy": None}]
