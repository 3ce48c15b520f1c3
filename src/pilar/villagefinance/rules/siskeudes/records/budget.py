"""The budget: activities, cost items and the plan of cash, before and after the change of the year."""

from __future__ import annotations

from decimal import Decimal

from pilar.villagefinance.rules.siskeudes.records.fields import (
    economic,
    figure,
    functional,
    money,
    table,
    text,
)


@table("Ta_Kegiatan")
class ActivityOfYear:
    """An activity that the village carries out, with its output."""

    activity: str = functional("Kd_Keg", key=True)
    name: str = text("Nama_Kegiatan")
    output: str = text("Keluaran")


@table("Ta_RAB")
class CostLine:
    """A budget line: the sum of its items."""

    activity: str = functional("Kd_Keg", key=True)
    account: str = economic("Kd_Rincian", key=True)
    amount: Decimal | None = money("Anggaran")
    amount_after: Decimal | None = money("AnggaranStlhPAK", later=True)


@table("Ta_RABSub")
class Package:
    """A package of works or goods under a budget line."""

    activity: str = functional("Kd_Keg", key=True)
    account: str = economic("Kd_Rincian", key=True)
    package: str = text("Kd_SubRinci", key=True)
    name: str = text("Nama_SubRinci")


@table("Ta_RABRinci")
class CostItem:
    """An item of the RAB: volume times price of one fund."""

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
    volume_after: Decimal | None = figure("JmlSatuanPAK", later=True)
    price_after: Decimal | None = money("HrgSatuanPAK", later=True)
    amount_after: Decimal | None = money("AnggaranStlhPAK", later=True)


@table("Ta_Triwulan")
class CashPlan:
    """The RAK of a budget line and fund by months, as versions since 2.0 have it."""

    activity: str = functional("Kd_Keg", key=True)
    account: str = economic("Kd_Rincian", key=True)
    fund: str = text("SumberDana", key=True)
    amount: Decimal | None = money("Anggaran")
    amount_after: Decimal | None = money("AnggaranPAK", later=True)
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
