"""The budget: activities, cost items, what was posted, and the plan of cash."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from pilar.villagefinance.rules.siskeudes.records.fields import (
    date,
    economic,
    figure,
    functional,
    money,
    shared,
    table,
    text,
)


@table("Ta_Kegiatan")
class ActivityOfYear:
    """An activity that the village carries out, with its ceiling and output."""

    activity: str = functional("Kd_Keg", key=True)
    name: str = text("Nama_Kegiatan")
    ceiling: Decimal | None = money("Pagu")
    ceiling_after: Decimal | None = money("Pagu_PAK")
    place: str = text("Lokasi")
    time: str = text("Waktu")
    output: str = text("Keluaran")
    unit: str = text("Satuan", later=True)
    volume: Decimal | None = figure("Nilai", later=True)
    volume_after: Decimal | None = figure("NilaiPAK", later=True)


@table("Ta_AnggaranLog")
class Posting:
    """A budget that was posted: ``kind`` is 1, 2, 3 as Siskeudes numbers its postings; ``locked`` as it writes it."""

    kind: str = text("KdPosting", key=True)
    rule: str = text("No_Perdes")
    day: dt.date | None = date("TglPosting")
    locked: str = text("Kunci")
    head_rule: str = text("No_Perkades", later=True)


@table("Ta_Anggaran")
class PostedLine:
    """A line of a posted budget: activity, account and fund, before and after the change of the year."""

    posting: str = text("KdPosting", key=True)
    activity: str = functional("Kd_Keg", key=True)
    account: str = economic("Kd_Rincian", key=True)
    package: str = text("Kd_SubRinci", key=True, later=True)
    fund: str = text("SumberDana", key=True)
    amount: Decimal | None = money("Anggaran")
    change: Decimal | None = money("AnggaranPAK")
    amount_after: Decimal | None = money("AnggaranStlhPAK")


@shared
class _Item:
    """An item of cost: volume times price of one fund."""

    activity: str = functional("Kd_Keg", key=True)
    account: str = economic("Kd_Rincian", key=True)
    package: str = text("Kd_SubRinci", key=True)
    number: str = text("No_Urut", key=True)
    told: str = text("Uraian")
    fund: str = text("SumberDana")
    unit: str = text("Satuan")
    volume: Decimal | None = figure("JmlSatuan")
    price: Decimal | None = money("HrgSatuan")
    amount: Decimal | None = money("Anggaran")
    volume_after: Decimal | None = figure("JmlSatuanPAK")
    price_after: Decimal | None = money("HrgSatuanPAK")
    change: Decimal | None = money("AnggaranPAK")
    amount_after: Decimal | None = money("AnggaranStlhPAK")


@table("Ta_AnggaranRinci")
class PostedItem(_Item):
    """An item of a posted budget."""

    posting: str = text("KdPosting", key=True)


@table("Ta_RAB")
class CostLine:
    """A budget line as it stands: the sum of its items."""

    activity: str = functional("Kd_Keg", key=True)
    account: str = economic("Kd_Rincian", key=True)
    amount: Decimal | None = money("Anggaran")
    change: Decimal | None = money("AnggaranPAK")
    amount_after: Decimal | None = money("AnggaranStlhPAK")


@table("Ta_RABSub")
class Package:
    """A package of works or goods under a budget line."""

    activity: str = functional("Kd_Keg", key=True)
    account: str = economic("Kd_Rincian", key=True)
    package: str = text("Kd_SubRinci", key=True)
    name: str = text("Nama_SubRinci")
    amount: Decimal | None = money("Anggaran")
    change: Decimal | None = money("AnggaranPAK")
    amount_after: Decimal | None = money("AnggaranStlhPAK")


@table("Ta_RABRinci")
class CostItem(_Item):
    """An item of the RAB as it stands."""

    standard: str = text("Kode_SBU")


@table("Ta_Triwulan")
class CashPlan:
    """The RAK of a budget line and fund by months, as versions since 2.0 have it."""

    activity: str = functional("Kd_Keg", key=True)
    account: str = economic("Kd_Rincian", key=True)
    fund: str = text("SumberDana", key=True)
    amount: Decimal | None = money("Anggaran")
    amount_after: Decimal | None = money("AnggaranPAK")
    month_1: Decimal | None = money("Jan", later=True)
    month_2: Decimal | None = money("Peb", later=True)
    month_3: Decimal | None = money("Mar", later=True)
    month_4: Decimal | None = money("Apr", later=True)
    month_5: Decimal | None = money("Mei", later=True)
    month_6: Decimal | None = money("Jun", later=True)
    month_7: Decimal | None = money("Jul", later=True)
    month_8: Decimal | None = money("Agt", later=True)
    month_9: Decimal | None = money("Sep", later=True)
    month_10: Decimal | None = money("Okt", later=True)
    month_11: Decimal | None = money("Nop", later=True)
    month_12: Decimal | None = money("Des", later=True)
