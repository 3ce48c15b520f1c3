"""The pages of a bank account: a statement is sent, movements are matched and released, a month is reconciled."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kit.selection import few
from pilar.platform.errors import Faults
from pilar.villagefinance.foreign import read_statements
from pilar.villagefinance.models import BankAccount, BankFormat, BankMatch, BankRow
from pilar.villagefinance.rules.codes import BANK
from villagefinance.accounts import client_of
from villagefinance.test_statements import BROKEN
from villagefinance.world import ACCOUNT, REGION, SISTER, VILLAGE, World

pytestmark = pytest.mark.django_db

ROWS = "01/02/2025;DANA DESA;;500,00;500,00\n11/03/2025;TRF TOKO;100,00;;400,00\n31/03/2025;BIAYA ADM;2,00;;398,00\n"
KNOWN = "Tanggal;Keterangan;Debet;Kredit;Saldo\n" + ROWS
UNKNOWN = "Tanggal;Keterangan;Uang keluar;Uang masuk;Sisa uang\n" + ROWS


def said(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[-3000:]
    return html.unescape(answer.content.decode())


def page(name: str = "bank", *more: object) -> str:
    return reverse(f"villagefinance:{name}", args=[VILLAGE, ACCOUNT, *more])


def send(client: Client, text: str) -> Any:
    return client.post(page(), {"file": SimpleUploadedFile("mutasi.csv", text.encode()), "year": ""})


@pytest.fixture
def treasurer(world: World) -> Client:
    world.receive(500)
    world.pay(100)
    return client_of(world, "treasurer")


def test_a_statement_is_sent_matched_reconciled_and_released(treasurer: Client) -> None:
    assert page() in said(treasurer.get(reverse("villagefinance:accounts", args=[VILLAGE])))
    assert send(treasurer, KNOWN).status_code == 302
    shown = said(treasurer.get(page()))
    assert "3 mutasi tersimpan" in shown
    keys = ["1:10001", "2:20002"]
    assert all(f'value="{key}"' in shown for key in keys)
    assert treasurer.post(page("bank-match"), {"proposal": keys}).status_code == 302
    assert treasurer.post(page("bank-match"), {"proposal": keys})["Location"] == page("bank"), "a second click"
    assert BankMatch.objects.count() == 2
    sheet = reverse("villagefinance:book", args=[VILLAGE, "rekonsiliasi", 2025, 3]) + f"?nomor={ACCOUNT}"
    month = said(treasurer.get(sheet))
    assert sheet in said(treasurer.get(page()))
    assert "BIAYA ADM" in month
    assert "398" in month
    for _click in range(2):
        assert treasurer.post(page("bank-release", 1))["Location"] == page("bank")
    assert treasurer.post(page("bank-release", 1).replace(f"/{ACCOUNT}/", "/99/")).status_code == 404
    assert BankMatch.objects.count() == 1


def test_who_closes_a_month_sees_what_the_bank_has_and_the_books_have_not(treasurer: Client) -> None:
    march = reverse("villagefinance:close-month", args=[VILLAGE, 2025, 3])
    assert "mutasi bank yang belum dipasangkan dengan pembukuan" not in said(treasurer.get(march))
    send(treasurer, KNOWN)
    shown = said(treasurer.get(march))
    assert "mutasi bank yang belum dipasangkan dengan pembukuan: 3" in shown
    assert page() in shown
    february = reverse("villagefinance:close-month", args=[VILLAGE, 2025, 2])
    assert "mutasi bank yang belum dipasangkan dengan pembukuan: 1" in said(treasurer.get(february))


def test_a_second_click_releases_no_match_that_has_got_the_number_since(treasurer: Client) -> None:
    send(treasurer, KNOWN)
    treasurer.post(page("bank-match"), {"proposal": "1:10001"})
    assert '<input type="hidden" name="of" value="1:10001">' in said(treasurer.get(page()))
    assert treasurer.post(page("bank-release", 1), {"of": "1:10001"})["Location"] == page("bank")
    treasurer.post(page("bank-match"), {"proposal": "2:20002"})
    assert treasurer.post(page("bank-release", 1), {"of": "1:10001"})["Location"] == page("bank")
    assert BankMatch.objects.count() == 1
    assert treasurer.post(page("bank-release", 1), {"of": "2:20002"})["Location"] == page("bank")
    assert not BankMatch.objects.exists()


def test_movements_that_are_ticked_become_a_match(treasurer: Client) -> None:
    send(treasurer, KNOWN)
    assert treasurer.post(page("bank-match"), {"bank": ["1"], "books": ["10001"]}).status_code == 302
    assert BankMatch.objects.count() == 1


@pytest.mark.parametrize("sent", [
    {"bank": ["1"]}, {"books": ["10001"]}, {"proposal": ["x:y"]}, {"proposal": ["1:10001,"], "bank": ["1"]},
    {"bank": ["2"], "books": ["10001"]}, {"bank": ["1"], "books": ["99999999999"]},
])  # fmt: skip
def test_what_is_no_match_is_refused(treasurer: Client, sent: dict[str, list[str]]) -> None:
    send(treasurer, KNOWN)
    assert treasurer.post(page("bank-match"), sent).status_code in (404, 409, 422)
    assert not BankMatch.objects.exists()


def test_headings_that_nobody_knows_are_named_once(treasurer: Client) -> None:
    shown = said(send(treasurer, UNKNOWN), 422)
    assert "Uang keluar" in shown
    given = {"heading": ["uang keluar", "uang masuk", "sisa uang"], "column": ["debit", "credit", "balance"]}
    assert treasurer.post(page("bank-columns"), given).status_code == 302
    assert send(treasurer, UNKNOWN).status_code == 302
    assert BankRow.objects.count() == 3


def test_what_another_village_has_said_of_the_headings_of_the_bank_counts(treasurer: Client) -> None:
    of_sister = {"region": REGION, "village": SISTER}
    sister = BankAccount.objects.create(**of_sister, key=1, account=BANK, name="RKD", bank="BJB", number="9")
    said_there = {"uang keluar": "debit", "uang masuk": "credit", "sisa uang": "balance"}
    BankFormat.objects.create(**of_sister, bank_account=1, columns=said_there)
    assert "Uang keluar" in said(send(treasurer, UNKNOWN), 422)  # that of another bank
    BankAccount.objects.filter(pk=sister.pk).update(bank="BANK")
    BankFormat.objects.update(columns=said_there | {"sisa uang": "reference"})
    assert "Uang keluar" in said(send(treasurer, UNKNOWN), 422)  # they do not fit: it is asked
    BankFormat.objects.update(columns=said_there)
    assert send(treasurer, UNKNOWN).status_code == 302
    assert BankRow.objects.count() == 3


@pytest.mark.parametrize(("text", "told"), [
    (KNOWN.replace("400,00", "401,00"), "Setelah baris ini saldonya"), ("", "kosong"),
    ("bukan tabel", "tidak ada baris data"),
])  # fmt: skip
def test_a_broken_file_is_told_and_nothing_is_stored(treasurer: Client, text: str, told: str) -> None:
    shown = said(send(treasurer, text), 422)
    assert not BankRow.objects.exists()
    assert told in shown


@pytest.mark.parametrize("name", few(BROKEN, 6))
def test_no_broken_file_stores_anything(treasurer: Client, name: str) -> None:
    content, _code, _place = BROKEN[name]
    with pytest.raises(Faults) as refused:
        read_statements("x.csv", content)
    shown = said(treasurer.post(page(), {"file": SimpleUploadedFile("x.csv", content), "year": ""}), 422)
    assert refused.value.faults[0].text() in shown
    assert not BankRow.objects.exists()


def test_who_only_reads_is_shown_no_button(treasurer: Client, world: World) -> None:
    send(treasurer, KNOWN)
    shown = said(client_of(world, "head").get(page()))
    assert 'name="proposal"' not in shown
    assert 'type="file"' not in shown
    assert client_of(world, "head").post(page("bank-match"), {"proposal": ["1:10001"]}).status_code == 403


@pytest.mark.parametrize("who", ["neighbour", "sister"])
def test_other_villages_find_nothing(treasurer: Client, world: World, who: str) -> None:
    send(treasurer, KNOWN)
    stranger = client_of(world, who)
    assert stranger.get(page()).status_code == 404
    for address in (page("bank-match"), page("bank-release", 1), page("bank-columns")):
        assert stranger.post(address).status_code == 404
