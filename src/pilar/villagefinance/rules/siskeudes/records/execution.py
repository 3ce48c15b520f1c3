"""Events of the year: openings, receipts, requests, payments, settlements, cash, taxes."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from pilar.villagefinance.rules.siskeudes.records.fields import date, economic, functional, money, table, text


@table("Ta_SaldoAwal")
class Opening:
    """An opening balance of an account."""

    account: str = economic("Kd_Rincian", key=True)
    debit: Decimal | None = money("Debet")
    credit: Decimal | None = money("Kredit")
    day: dt.date | None = date("Tgl_Bukti")


@table("Ta_TBP")
class Receipt:
    """A receipt of revenue."""

    number: str = text("No_Bukti", key=True)
    day: dt.date | None = date("Tgl_Bukti")
    told: str = text("Uraian")
    amount: Decimal | None = money("Jumlah")


@table("Ta_TBPRinci")
class ReceiptLine:
    number: str = text("No_Bukti", key=True)
    account: str = economic("Kd_Rincian", key=True)
    fund: str = text("SumberDana", key=True)
    amount: Decimal | None = money("Nilai")


@table("Ta_SPP")
class Request:
    """A payment request: ``kind`` is UM (advance), LS (direct) or PBY (financing)."""

    number: str = text("No_SPP", key=True)
    day: dt.date | None = date("Tgl_SPP")
    kind: str = text("Jn_SPP")
    told: str = text("Keterangan")
    amount: Decimal | None = money("Jumlah")
    withheld: Decimal | None = money("Potongan")


@table("Ta_SPPRinci")
class RequestLine:
    number: str = text("No_SPP", key=True)
    activity: str = functional("Kd_Keg", key=True)
    account: str = economic("Kd_Rincian", key=True)
    fund: str = text("Sumberdana", key=True)
    amount: Decimal | None = money("Nilai")


@table("Ta_SPPBukti")
class RequestBill:
    """A receipt under a request, as on its paper."""

    request: str = text("No_SPP", key=True)
    activity: str = functional("Kd_Keg", key=True)
    account: str = economic("Kd_Rincian", key=True)
    fund: str = text("Sumberdana", key=True)
    paper: str = text("No_Bukti", key=True)
    day: dt.date | None = date("Tgl_Bukti")
    payee: str = text("Nm_Penerima")
    told: str = text("Keterangan")
    amount: Decimal | None = money("Nilai")


@table("Ta_SPPPot")
class RequestWithheld:
    """Tax that was withheld; ``account``: its kind."""

    number: str = text("No_SPP", key=True)
    account: str = economic("Kd_Rincian", key=True)
    amount: Decimal | None = money("Nilai")


@table("Ta_Pencairan")
class Payment:
    """A request that was paid out, by cheque or transfer."""

    request: str = text("No_SPP", key=True)
    number: str = text("No_Cek")
    day: dt.date | None = date("Tgl_Cek")
    told: str = text("Keterangan")
    amount: Decimal | None = money("Jumlah")
    withheld: Decimal | None = money("Potongan")


@table("Ta_SPJ")
class Settlement:
    """The settlement of an advance."""

    number: str = text("No_SPJ", key=True)
    day: dt.date | None = date("Tgl_SPJ")
    request: str = text("No_SPP")
    told: str = text("Keterangan")
    amount: Decimal | None = money("Jumlah")
    withheld: Decimal | None = money("Potongan")


@table("Ta_SPJRinci")
class SettlementLine:
    number: str = text("No_SPJ", key=True)
    activity: str = functional("Kd_Keg", key=True)
    account: str = economic("Kd_Rincian", key=True)
    fund: str = text("Sumberdana", key=True)
    amount: Decimal | None = money("Nilai")


@table("Ta_SPJBukti")
class SettlementBill:
    """A receipt that accounts for an advance, as on its paper."""

    number: str = text("No_SPJ", key=True)
    activity: str = functional("Kd_Keg", key=True)
    account: str = economic("Kd_Rincian", key=True)
    fund: str = text("Sumberdana", key=True)
    paper: str = text("No_Bukti", key=True)
    day: dt.date | None = date("Tgl_Bukti")
    payee: str = text("Nm_Penerima")
    told: str = text("Keterangan")
    amount: Decimal | None = money("Nilai")


@table("Ta_SPJPot")
class SettlementWithheld:
    number: str = text("No_SPJ", key=True)
    account: str = economic("Kd_Rincian", key=True)
    amount: Decimal | None = money("Nilai")


@table("Ta_SPJSisa")
class AdvanceRest:
    """The rest of an advance that was paid back."""

    number: str = text("No_Bukti", key=True)
    day: dt.date | None = date("Tgl_Bukti")
    request: str = text("No_SPP")
    activity: str = functional("Kd_Keg")
    told: str = text("Keterangan")
    amount: Decimal | None = money("Nilai")


@table("Ta_Mutasi")
class CashMove:
    """Money between bank and cash."""

    number: str = text("No_Bukti", key=True)
    day: dt.date | None = date("Tgl_Bukti")
    told: str = text("Keterangan")
    amount: Decimal | None = money("Nilai")


@table("Ta_Pajak")
class Remittance:
    """Tax that was paid to the treasury."""

    number: str = text("No_SSP", key=True)
    day: dt.date | None = date("Tgl_SSP")
    told: str = text("Keterangan")
    account: str = economic("Kd_Rincian")
    amount: Decimal | None = money("Jumlah")
    treasury_number: str = text("NTPN", later=True)


@table("Ta_PajakRinci")
class RemittanceLine:
    number: str = text("No_SSP", key=True)
    account: str = economic("Kd_Rincian", key=True)
    amount: Decimal | None = money("Nilai")
