"""Plans that the budgets of a village are based on: of a year (RKPDes) and of its head's term (RPJMDes)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import transaction

from pilar.people.rules import Standing
from pilar.platform import audit
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.language import N_
from pilar.platform.versions import Stored, require_seen, sign_of
from pilar.villagefinance import reference
from pilar.villagefinance.models import OtherProgramme, PlannedWork, ReportStep
from pilar.villagefinance.operations.locking import locked_book
from pilar.villagefinance.queries.budgets import chart
from pilar.villagefinance.queries.plans import planned, programmes
from pilar.villagefinance.rules.authority import Action
from pilar.villagefinance.rules.evaluation import Chart
from pilar.villagefinance.rules.reports import ReportAct


class AccountAgreed(PilarError):
    code = "account-agreed"
    status = 409
    sentence = N_("The account of the year (LPJ) is agreed and on record: what belongs to it stays")


@dataclass(frozen=True, slots=True)
class Planned:
    """A planned work of an activity: description, place, volume, and the estimate in rupiah; ``fund`` may be open.

    ``since`` and ``until``: the years of the work in an RPJMDes; 0 means its first and last year.
    """

    activity: str
    told: str = ""
    amount: Decimal = Decimal(0)
    place: str = ""
    volume: Decimal | None = None
    unit: str = ""
    fund: str = ""
    since: int = 0
    until: int = 0

    def within(self, first: int, last: int) -> Planned:
        """Return the same work in a plan of these years."""
        return replace(self, since=self.since or first, until=self.until or last)


@transaction.atomic
def set_plan(
    *, by: Standing, village: str, year: int, given: Sequence[Planned], long: bool = False, seen: int | None = None
) -> None:
    """Replace the plan of a year, or the ``long`` one that begins with it. ``seen``: the checksum of the plan when the
    page was opened.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`Outdated`, Faults with the row of the input.
    """
    locked_book(by, village, Action.DRAW_UP)
    last = last_year(village, year) if long else year
    given, there = [work.within(year, last) for work in given], planned(village, year, last)
    if seen is not None and {Planned(**entry) for entry in there} != {*given}:
        require_seen(seen, Stored(sign_of(there)))
    faults = list(plan_faults(given, year, last, chart(village[:5])))
    if faults:
        raise Faults(faults)
    of = {"region": village[:5], "village": village, "first": year, "last": last}
    PlannedWork.objects.filter(**of).delete()
    PlannedWork.objects.bulk_create(
        PlannedWork(
            **of, no=no, activity=work.activity, told=work.told, place=work.place, volume=work.volume, unit=work.unit,
            fund=work.fund, amount=work.amount, since=work.since, until=work.until,
        )
        for no, work in enumerate(given, start=1)
    )  # fmt: skip
    audit.record(
        by=by.actor, action="set-plan", target="villagefinance.plan", key=f"{village}/{year}-{last}", area=village[:5],
        after={"works": len(given), "amount": sum((work.amount for work in given), Decimal(0))},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme of others in the village: its source of money, place, and cost in rupiah."""

    name: str
    source: str
    amount: Decimal
    place: str = ""


@transaction.atomic
def set_programmes(
    *, by: Standing, village: str, year: int, given: Sequence[Programme], seen: int | None = None
) -> None:
    """Replace the programmes of others in a year, until the account of the year is agreed.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`Outdated`, :class:`AccountAgreed`, Faults with the row.
    """
    locked_book(by, village, Action.MAKE_ACCOUNT)
    of, there = {"region": village[:5], "village": village, "year": year}, programmes(village, year)
    if ReportStep.objects.filter(**of, act=ReportAct.AGREED).exists():
        raise AccountAgreed
    if seen is not None and [Programme(**entry) for entry in there] != [*given]:
        require_seen(seen, Stored(sign_of(there)))
    faults = [
        Fault("unfit-amount", N_("An amount is not below 0"), {}, f"{no}.amount")
        for no, programme in enumerate(given) if programme.amount < 0
    ]  # fmt: skip
    if faults:
        raise Faults(faults)
    OtherProgramme.objects.filter(**of).delete()
    OtherProgramme.objects.bulk_create(
        OtherProgramme(
            **of, no=no, name=programme.name, source=programme.source, place=programme.place, amount=programme.amount
        )
        for no, programme in enumerate(given, start=1)
    )
    audit.record(
        by=by.actor, action="set", target="villagefinance.programmes", key=f"{village}/{year}", area=village[:5],
        after={"programmes": len(given), "amount": sum((programme.amount for programme in given), Decimal(0))},
    )  # fmt: skip


def last_year(village: str, first: int) -> int:
    """Return the last year of an RPJMDes that begins with a year."""
    return first + reference.plan_years(region=village[:5], first=first) - 1


def plan_faults(given: Iterable[Planned], first: int, last: int, known: Chart) -> Iterable[Fault]:
    """Yield faults of a plan, each with its row and field."""
    for place, work in enumerate(given):
        if work.activity not in known.activities:
            sentence = N_("“%(code)s” is no activity")
            yield Fault("unknown-activity", sentence, {"code": work.activity}, f"{place}.activity")
        if work.fund and work.fund not in known.funds:
            sentence = N_("“%(code)s” is no source of funds")
            yield Fault("unknown-fund", sentence, {"code": work.fund}, f"{place}.fund")
        if work.volume is not None and work.volume <= 0:
            yield Fault("unfit-volume", N_("A volume is more than 0"), {}, f"{place}.volume")
        if work.amount < 0:
            yield Fault("unfit-amount", N_("An amount is not below 0"), {}, f"{place}.amount")
        if not first <= work.since <= work.until <= last:
            sentence = N_("The years of a work lie within %(first)s to %(last)s")
            yield Fault("unfit-years", sentence, {"first": str(first), "last": str(last)}, f"{place}.since")
