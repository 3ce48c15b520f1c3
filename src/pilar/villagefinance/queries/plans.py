"""Plans of a village for one year and for many, and the items that budgets take over from them."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.db.models import F

from pilar.villagefinance.models import OtherProgramme, PlannedWork

SEN = Decimal("0.01")


def planned(village: str, first: int, last: int) -> list[dict[str, Any]]:
    """The works of the plan of some years (RKPDes of one, RPJMDes of many), by activity, each as ``Planned``."""
    rows = PlannedWork.objects.filter(region=village[:5], village=village, first=first, last=last)
    names = ("activity", "told", "amount", "place", "volume", "unit", "fund", "since", "until")
    return list(rows.order_by("activity", "no").values(*names))


def programmes(village: str, year: int) -> list[dict[str, Any]]:
    """The programmes of others in a village and year, each as ``Programme``. One query."""
    rows = OtherProgramme.objects.filter(region=village[:5], village=village, year=year)
    return list(rows.order_by("no").values("name", "source", "amount", "place"))


def long_plan_of(village: str, year: int) -> tuple[int, int] | None:
    """First and last year of the latest plan of many years that a year belongs to."""
    rows = PlannedWork.objects.filter(region=village[:5], village=village, last__gt=F("first"))
    return rows.filter(first__lte=year, last__gte=year).order_by("-first").values_list("first", "last").first()


def of_long_plan(village: str, year: int) -> list[dict[str, Any]]:
    """Read the works that the latest plan of many years has for a year."""
    known = long_plan_of(village, year)
    works = planned(village, *known) if known else []
    return [{**work, "since": year, "until": year} for work in works if work["since"] <= year <= work["until"]]


def plan(village: str, year: int) -> dict[str, Decimal]:
    """Read the estimated cost of the activities in the year's plan, by code."""
    sums = defaultdict[str, Decimal](Decimal)
    for work in planned(village, year, year):
        sums[work["activity"]] += work["amount"]
    return dict(sums)


def taken_over(village: str, year: int, activity: str) -> list[dict[str, Any]]:
    """Read the works of an activity in the year's plan as items of a budget; the plan names no accounts."""
    items = []
    for work in planned(village, year, year):
        if work["activity"] == activity:
            volume = work["volume"] or Decimal(1)
            price = (work["amount"] / volume).quantize(SEN)
            if price * volume != work["amount"]:
                volume, price = Decimal(1), work["amount"]
            told = ", ".join(filter(None, (work["told"], work["place"])))
            items.append({
                "fund": work["fund"], "description": told, "volume": volume, "unit": work["unit"], "unit_price": price
            })  # fmt: skip
    return items
