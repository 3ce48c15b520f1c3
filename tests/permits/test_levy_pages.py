"""Pages of the treasury, and the notice of a levy."""

from __future__ import annotations

from decimal import Decimal
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from kit.neighbours import own
from people.citizens import entered
from permits.test_levies import NUMBER, PAID, levy, payment, report
from permits.test_qris import STATIC
from permits.world import OWN, World
from pilar.people.models import User
from pilar.permits.models import Levy, Payment
from pilar.permits.operations.levies import void_levy
from pilar.permits.rules.cases import CaseState
from reports.reading import codes, words


@pytest.fixture
def treasury(levied: World, client: Client) -> Client:
    client.force_login(User.objects.get(pk=levied.keys["treasury"]))
    return client


def test_the_program_of_the_treasury_reports_what_was_paid_once(treasury: Client, levied: World) -> None:
    address = f"/api/v1/regions/{OWN}/permit-payments"
    paid = {"reference": "FT1", "paid_on": "2026-03-03", "amount": "64000", "text": "TRSF SKRD-00001-36.03-2026"}

    def sent(*payments: dict[str, str]) -> tuple[int, dict[str, object]]:
        answer = treasury.post(address, {"payments": list(payments)}, content_type="application/json")
        return answer.status_code, answer.json()

    assert sent({**paid, "paid_on": "2999-01-01"})[0] == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sent({**paid, "amount": "-1"})[0] == HTTPStatus.UNPROCESSABLE_ENTITY
    status, said = sent(
        paid, {**paid, "reference": "FT2", "text": "BUDI"}, {**paid, "amount": "1", "reference": " FT1"}
    )
    assert status == HTTPStatus.UNPROCESSABLE_ENTITY, "which of the two it was is not guessed"
    assert [(one["code"], one["place"]) for one in said["faults"]] == [("twice", "payments.2.reference")]  # type: ignore[attr-defined,index]
    assert not own(Payment).exists()
    assert levied.row().state == "paying"
    assert sent(paid) == (HTTPStatus.OK, {"new": 1, "matched": 1})
    assert levied.row().state == "running"
    assert sent(paid) == (HTTPStatus.OK, {"new": 0, "matched": 0})


def test_the_treasury_sees_what_is_to_be_set_and_sets_it(accepted: World, client: Client) -> None:
    client.force_login(User.objects.get(pk=accepted.keys["treasury"]))
    desk = reverse("permits:treasury", args=[OWN])
    assert accepted.row().number in client.get(desk).content.decode()
    client.post(reverse("permits:levy-set", args=[OWN, accepted.case, "levy"]))
    assert accepted.row().state == CaseState.PAYING
    page = client.get(reverse("permits:levy", args=[levy(accepted).pk])).content.decode()
    assert "beds = 4" in page
    assert "64.000" in page


def pdf(answer: HttpResponse) -> bytes:
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    return answer.content


def test_the_notice_says_all_that_gives_the_amount_again_and_how_to_pay(
    levied: World, treasury: Client, client: Client
) -> None:
    address = reverse("permits:levy-file", args=[levied.case])
    assert address in treasury.get(reverse("permits:levy", args=[levy(levied).pk])).content.decode()
    made = pdf(treasury.get(address))
    said = words(made)
    for one in (NUMBER, "Fatimah Azzahra", "64.000", "enam puluh empat ribu rupiah", "beds * rate", "16000", "1 April"):
        assert one in said
    assert codes(made) == [levy(levied).code]
    assert "Tempat tidur" in said
    report(levied, payment("FT1", Decimal(24_000)))
    made = pdf(treasury.get(address))
    assert "Kurang bayar: Rp40.000" in words(made)
    assert codes(made) == [], "the code would pay all of it"
    page = treasury.get(reverse("permits:levy", args=[levy(levied).pk])).content.decode()
    assert f"Bayar sisanya dengan nomor {NUMBER}" in page
    report(levied, payment("FT2", Decimal(46_000)))
    assert "6.000" in words(pdf(treasury.get(address))), "what is to be given back"
    for who, status in (("neighbour", 404), ("technical", 404)):
        client.force_login(User.objects.get(pk=levied.keys[who]))
        assert client.get(address).status_code == status


def test_who_applies_opens_the_notice(levied: World) -> None:
    nurse, other = (
        entered(Client(), "fatimah@contoh.invalid", "Fatimah"),
        entered(Client(), "rahmat@contoh.invalid", "Rahmat"),
    )
    address = reverse("permits:own-levy", args=[levied.case])
    assert NUMBER in words(pdf(nurse.get(address)))
    assert address in nurse.get(reverse("permits:own-case", args=[levied.case])).content.decode()
    assert other.get(address).status_code == 404
    void_levy(by=levied.who("treasury"), levy=levy(levied).pk, reason="Salah", now=PAID)
    assert nurse.get(address).status_code == 404


def test_a_report_is_looked_at_and_then_stored(levied: World, treasury: Client) -> None:
    text = f"Tanggal,Keterangan,Kredit,Referensi\n03/03/2026,TRSF {NUMBER},64.000,FT1\n03/03/2026,BUDI,10.000,FT2\n"
    address = reverse("permits:payments", args=[OWN])
    sent = {"file": SimpleUploadedFile("mutasi.csv", text.encode())}
    shown = treasury.post(address, sent)
    assert (shown.status_code, own(Payment).count()) == (200, 0)
    assert NUMBER in shown.content.decode()
    treasury.post(address, {"rows": shown.context["import"]["kept"].token})
    assert sorted(own(Payment).values_list("reference", "levy__number")) == [("FT1", NUMBER), ("FT2", None)]
    assert levied.row().state == CaseState.RUNNING


def test_a_payment_is_matched_on_the_desk(levied: World, treasury: Client) -> None:
    report(levied, payment(text="BUDI"))
    key = own(Payment).get().pk
    desk = reverse("permits:treasury", args=[OWN])
    assert "BUDI" in treasury.get(desk).content.decode()
    assert treasury.post(desk, {"payment": key, "levy": "SKRD-9"}).status_code == 404
    assert treasury.post(desk, {"payment": key, "levy": NUMBER}).status_code == 302
    assert levied.row().state == CaseState.RUNNING


def test_a_levy_is_voided_on_a_page(levied: World, treasury: Client) -> None:
    address = reverse("permits:levy-void", args=[levy(levied).pk])
    check = treasury.get(address).context["check"]
    treasury.post(address, {"reason": "Salah", "agreed": "on", "checked": check.seen})
    assert Levy.objects.get(case=levied.case).state == "void"


def test_what_was_given_back_is_noted_on_a_page(levied: World, treasury: Client) -> None:
    report(levied, payment(amount=Decimal(70_000)))
    key = levy(levied).pk
    address = reverse("permits:levy-refund", args=[key])
    assert address in treasury.get(reverse("permits:levy", args=[key])).content.decode()
    check = treasury.get(address).context["check"]
    sent = {"amount": "6.000", "given_on": "02/03/2026", "reference": "K1", "agreed": "on", "checked": check.seen}
    assert treasury.post(address, {**sent, "amount": "7.000"}).status_code == 422
    assert treasury.post(address, sent).status_code == 302
    assert treasury.get(address).status_code == 302
    assert address not in treasury.get(reverse("permits:levy", args=[key])).content.decode()


def test_the_code_is_set_on_a_page(accepted: World, client: Client) -> None:
    client.force_login(User.objects.get(pk=accepted.keys["treasury"]))
    address = reverse("permits:merchant-code", args=[OWN])
    assert client.post(address, {"text": "abc"}).status_code == 422
    assert client.post(address, {"text": STATIC}).status_code == 302
    client.force_login(User.objects.get(pk=accepted.keys["front"]))
    assert client.get(address).status_code == 404
