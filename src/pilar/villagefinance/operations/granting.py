"""Record the region's grants to its villages by fund (pagu), by its regulation, and its standard prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Max

from pilar.people.authority import Case
from pilar.people.rules import Standing
from pilar.platform import audit, locks
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.villagefinance.models import Ceiling, Fund, StandardPrice
from pilar.villagefinance.operations.flags import LOCK
from pilar.villagefinance.operations.locking import held_books
from pilar.villagefinance.queries.flags import dated_prices
from pilar.villagefinance.rules.authority import AUTHORITY, Action
from pilar.villagefinance.rules.flags import Standard
from pilar.villagefinance.rules.stages import STATUSES, UNKNOWN_STATUS


@dataclass(frozen=True, slots=True)
class Granted:
    """The amount granted to a village by a regulation of a day. ``status``: of the village in the index (IDM); empty
    leaves it unchanged."""

    village: str
    fund: str
    amount: Decimal
    rule: str
    made_on: date
    status: str = ""


@transaction.atomic
def set_prices(*, by: Standing, region: str, given: Sequence[Standard]) -> int:
    """Store the standard prices of a region; a changed price is a further one. Return the number of new prices.

    Raises :class:`NotFound`, :class:`NotAllowed`, Faults with the row.
    """
    AUTHORITY.require(by, Action.SET_CEILINGS, Case(region), known=False)
    faults = [
        Fault("unfit-amount", N_("An amount is more than zero"), {}, f"{place}.price")
        for place, standard in enumerate(given) if standard.price <= 0
    ]  # fmt: skip
    if faults:
        raise Faults(faults)
    locks.take(f"{LOCK} {region}")
    there = {key: (standard.price, standard.rule) for key, standard in dated_prices(region).items()}
    new = [
        standard
        for key, standard in {standard.dated: standard for standard in given}.items()
        if there.get(key) != (standard.price, standard.rule)
    ]
    last = StandardPrice.objects.filter(region=region).aggregate(last=Max("no"))["last"] or 0
    StandardPrice.objects.bulk_create(
        StandardPrice(
            region=region,
            no=no,
            item=standard.item,
            unit=standard.unit,
            price=standard.price,
            rule=standard.rule,
            since=standard.since,
        )
        for no, standard in enumerate(new, last + 1)
    )
    audit.record(
        by=by.actor, action="set", target="villagefinance.prices", key=region, area=region, after={"prices": len(new)}
    )
    return len(new)


@transaction.atomic
def set_ceilings(*, by: Standing, region: str, year: int, given: Sequence[Granted]) -> int:
    """Store the region's grants to its villages in a year; a changed amount is a correction. Return the number of new
    ones.

    Raises :class:`NotFound` also for a village without books, :class:`NotAllowed`, Faults with the row.
    """
    AUTHORITY.require(by, Action.SET_CEILINGS, Case(region), known=False)
    funds = set(Fund.objects.filter(region=region).values_list("code", flat=True))
    faults = list[Fault]()
    for place, granted in enumerate(given):
        if granted.village[:5] != region:
            faults.append(Fault("village-elsewhere", N_("This village is not of the region"), {}, f"{place}.village"))
        if granted.fund not in funds:
            sentence = N_("“%(code)s” is no source of funds")
            faults.append(Fault("unknown-fund", sentence, {"code": granted.fund}, f"{place}.fund"))
        if granted.amount < 0:
            faults.append(Fault("unfit-amount", N_("An amount is not below 0"), {}, f"{place}.amount"))
        if granted.status and granted.status not in STATUSES:
            faults.append(Fault("unknown-status", UNKNOWN_STATUS, {"code": granted.status}, f"{place}.status"))
    if faults:
        raise Faults(faults)
    held_books({granted.village for granted in given})
    known = {
        (ceiling.village, ceiling.fund): ceiling
        for ceiling in Ceiling.objects.filter(region=region, year=year).order_by("number")
    }
    new = []
    for ceiling in given:
        before = known.get((ceiling.village, ceiling.fund))
        status = ceiling.status or (before.status if before else "")
        if before is None or (before.amount, before.status) != (ceiling.amount, status):
            known[ceiling.village, ceiling.fund] = row = Ceiling(
                region=region, village=ceiling.village, year=year, fund=ceiling.fund, amount=ceiling.amount,
                rule=ceiling.rule, made_on=ceiling.made_on, status=status, number=(before.number if before else 0) + 1,
            )  # fmt: skip
            new.append(row)
    Ceiling.objects.bulk_create(new)
    audit.record(
        by=by.actor, action="set", target="villagefinance.ceilings", key=f"{region}/{year}", area=region,
        after={"ceilings": len(new)},
    )  # fmt: skip
    return len(new)
