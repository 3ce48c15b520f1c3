"""What happened in the year: openings, receipts, requests, payments, settlements, taxes, journals."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from pilar.villagefinance.rules.siskeudes.records.fields import date, economic, functional, money, shared, table, text


@table("Ta_SaldoAwal")
class Opening:
    """An opening balance of an account."""

    account: str = economic("Kd_Rincian", key=True)
    kind: str = text("Jenis", key=True)
    debit: Decimal | None = money("Debet")
    credit: Decimal | None = money("Kredit")
    day: dt.date | None = date("Tgl_Bukti")


@table("Ta_TBP")
class Receipt:
    """A receipt of revenue; ``way``: in cash or by bank, as Siskeudes writes it."""

    number: str = text("No_Bukti", key=True)
    day: dt.date | None = date("Tgl_Bukti")
    told: str = text("Uraian")
    payer: str = text("Nm_Penyetor")
    amount: Decimal | None = money("Jumlah")
    way: str = text("KdBayar")


@table("Ta_TBPRinci")
class ReceiptLine:
    number: str = text("No_Bukti", key=True)
    activity: str = functional("Kd_Keg", key=True)
    account: str = economic("Kd_Rincian", key=True)
    fund: str = text("SumberDana", key=True)
    amount: Decimal | None = money("Nilai")


@table("Ta_STS")
class Deposit:
    """Cash revenue that the treasurer took to the bank."""

    number: str = text("No_Bukti", key=True)
    day: dt.date | None = date("Tgl_Bukti")
    told: str = text("Uraian")
    amount: Decimal | None = money("Jumlah")


@table("Ta_STSRinci")
class DepositLine:
    number: str = text("No_Bukti", key=True)
    receipt: str = text("No_TBP", key=True)
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
    package: str = text("Kd_SubRinci", key=True, later=True)
    fund: str = text("Sumberdana", key=True)
    amount: Decimal | None = money("Nilai")


@shared
class _Evidence:
    """A receipt, with who was paid."""

    activity: str = functional("Kd_Keg", key=True)
    account: str = economic("Kd_Rincian", key=True)
    fund: str = text("Sumberdana", key=True)
    evidence: str = text("No_Bukti", key=True)
    day: dt.date | None = date("Tgl_Bukti")
    payee: str = text("Nm_Penerima")
    bank: str = text("Nm_Bank")
    bank_account: str = text("Rek_Bank")
    tax_number: str = text("NPWP")
    told: str = text("Keterangan")
    amount: Decimal | None = money("Nilai")


@shared
class _Withheld:
    """Tax that was withheld from what a receipt says; ``account``: its kind."""

    activity: str = functional("Kd_Keg", key=True)
    evidence: str = text("No_Bukti", key=True)
    account: str = economic("Kd_Rincian", key=True)
    amount: Decimal | None = money("Nilai")


@table("Ta_SPPBukti")
class RequestEvidence(_Evidence):
    number: str = text("No_SPP", key=True)


@table("Ta_SPPPot")
class RequestWithheld(_Withheld):
    number: str = text("No_SPP", key=True)


@table("Ta_Pencairan")
class Payment:
    """A request that was paid out, by cheque or transfer."""

    number: str = text("No_Cek", key=True)
    request: str = text("No_SPP", key=True)
    day: dt.date | None = date("Tgl_Cek")
    told: str = text("Keterangan")
    amount: Decimal | None = money("Jumlah")
    withheld: Decimal | None = money("Potongan")
    way: str = text("KdBayar")


@table("Ta_SPJ")
class Settlement:
    """What became of an advance."""

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
    package: str = text("Kd_SubRinci", key=True, later=True)
    fund: str = text("Sumberdana", key=True)
    paid_out: Decimal | None = money("JmlCair")
    amount: Decimal | None = money("Nilai")
    rest: Decimal | None = money("Sisa")


@table("Ta_SPJBukti")
class SettlementEvidence(_Evidence):
    number: str = text("No_SPJ", key=True)


@table("Ta_SPJPot")
class SettlementWithheld(_Withheld):
    number: str = text("No_SPJ", key=True)


@table("Ta_SPJSisa")
class AdvanceRest:
    """What was left of an advance and given back."""

    number: str = text("No_Bukti", key=True)
    day: dt.date | None = date("Tgl_Bukti")
    settlement: str = text("No_SPJ")
    request: str = text("No_SPP")
    activity: str = functional("Kd_Keg", key=True)
    told: str = text("Keterangan")
    amount: Decimal | None = money("Nilai")


@table("Ta_Mutasi")
class CashMove:
    """Money between bank and cash, interest and fees; ``kind`` as Siskeudes numbers its moves."""

    number: str = text("No_Bukti", key=True)
    day: dt.date | None = date("Tgl_Bukti")
    kind: str = text("Kd_Mutasi")
    bank: str = economic("Kd_Bank")
    account: str = economic("Kd_Rincian")
    activity: str = functional("Kd_Keg")
    fund: str = text("Sumberdana")
    told: str = text("Keterangan")
    amount: Decimal | None = money("Nilai")


@table("Ta_Pajak")
class Remittance:
    """Tax that was paid to the treasury."""

    number: str = text("No_SSP", key=True)
    day: dt.date | None = date("Tgl_SSP")
    told: str = text("Keterangan")
    taxpayer: str = text("Nama_WP")
    tax_number: str = text("NPWP")
    map_code: str = text("Kd_MAP")
    account: str = economic("Kd_Rincian")
    amount: Decimal | None = money("Jumlah")
    way: str = text("KdBayar")
    treasury_number: str = text("NTPN", later=True)


@table("Ta_PajakRinci")
class RemittanceLine:
    number: str = text("No_SSP", key=True)
    evidence: str = text("No_Bukti", key=True)
    account: str = economic("Kd_Rincian", key=True)
    amount: Decimal | None = money("Nilai")


@table("Ta_JurnalUmum")
class Journal:
    """An entry that was made by hand."""

    number: str = text("NoBukti", key=True)
    day: dt.date | None = date("Tanggal")
    told: str = text("Keterangan")
    debit: Decimal | None = money("Debet")
    credit: Decimal | None = money("Kredit")
    posted: str = text("Posted")


@table("Ta_JurnalUmumRinci")
class JournalLine:
    number: str = text("NoBukti", key=True)
    line: str = text("NoID", key=True)
    activity: str = functional("Kd_Keg", key=True)
    account: str = economic("Kd_Rincian", key=True)
    fund: str = text("Sumberdana", key=True)
    side: str = text("DK")
    debit: Decimal | None = money("Debet")
    credit: Decimal | None = money("Kredit")
