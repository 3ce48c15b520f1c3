"""Close months and, with two people, reopen them; close years and carry them over."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.urls import reverse

from pilar.areas.reference import today_in
from pilar.people.operations import settle
from pilar.people.rules import Standing
from pilar.platform import audit
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.language import N_
from pilar.platform.names import reference_of
from pilar.villagefinance import reference
from pilar.villagefinance.models import BudgetLine, CarriedLine, Period
from pilar.villagefinance.operations.locking import locked_book, told
from pilar.villagefinance.operations.posting import Document, Posted, booked
from pilar.villagefinance.operations.telling import tell
from pilar.villagefinance.queries.positions import held_before, realised
from pilar.villagefinance.queries.years import Unspent, surplus_by_fund, unspent
from pilar.villagefinance.rules import journal
from pilar.villagefinance.rules.authority import Action
from pilar.villagefinance.rules.clocks import last_day
from pilar.villagefinance.rules.codes import SURPLUS, SURPLUS_BROUGHT
from pilar.villagefinance.rules.journal import Item, Kind

TARGET = "villagefinance.month"


class NotOver(PilarError):
    code = "not-over"
    status = 409
    sentence = N_("This is closed when it is over. Its last day is %(day)s")


class NothingToCarry(PilarError):
    code = "nothing-to-carry"
    status = 409
    sentence = N_("There is nothing to book: no balance is other than zero")


@transaction.atomic
def close_month(*, by: Standing, village: str, year: int, month: int, now: datetime) -> None:
    """Close the books of a month that is over (tutup buku, Permendagri 20/2018 Pasal 63).

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`NotOver`, :class:`Refused` if it is closed.
    """
    locked_book(by, village, Action.CLOSE_MONTH)
    if (last := last_day(year, month)) >= today_in(village[:5], now):
        raise NotOver(day=last)
    _period(by, village, (year, month), "closed", now)


@transaction.atomic
def ask_reopening(*, by: Standing, village: str, year: int, month: int, reason: str, now: datetime) -> None:
    """Ask the head to reopen a closed month; raises :class:`NotFound`, :class:`NotAllowed`, :class:`Refused`."""
    locked_book(by, village, Action.ASK_REOPENING)
    _period(by, village, (year, month), "asked", now, reason=reason)
    tell(
        by, village, Action.REOPEN_MONTH, kind=TARGET, subject=_subject(village, year, month),
        sentence=N_("A closed month of %(village)s is to be opened again: %(reason)s"),
        address=reverse("villagefinance:reopen-month", args=[village, year, month]), now=now, reason=reason,
    )  # fmt: skip


@transaction.atomic
def reopen_month(*, by: Standing, village: str, year: int, month: int, now: datetime) -> None:
    """Reopen a closed month at somebody else's request; raises :class:`NotFound`, :class:`NotAllowed`,
    :class:`Refused`."""
    locked_book(by, village, Action.REOPEN_MONTH)
    rows = Period.objects.filter(region=village[:5], village=village, year=year, month=month)
    asked = rows.order_by("-no").first()
    second, reason = (reference_of(asked.by), asked.reason) if asked else ("", "")
    _period(by, village, (year, month), "reopened", now, second=second, reason=reason)
    settle(by=by, subject=_subject(village, year, month), now=now)


@transaction.atomic
def close_year(*, by: Standing, village: str, year: int, now: datetime, carried: Collection[str] = ()) -> Posted:
    """Close a year that is over: transfer its realisation to the surplus (SiLPA); nothing more can be booked in it.

    ``carried``: unspent activities that continue in the next year (DPAL), as activity and fund (``2.3.10/DDS``). Raises
    :class:`NotFound`, :class:`NotAllowed`, :class:`NotOver`, :class:`NothingToCarry`, :class:`Refused`, Faults at
    ``carried``.
    """
    locked_book(by, village, Action.CLOSE_YEAR)
    last = date(year, 12, 31)
    if last >= today_in(village[:5], now):
        raise NotOver(day=last)
    surplus = surplus_by_fund(village, year)
    goes_on = _chosen(unspent(village, year), carried, surplus) if carried else ()
    items = []
    for line in realised(village, year):
        income = line.account[0] == "4" or line.account.startswith("6.1")
        side = "D" if income == (line.amount > 0) else "C"
        items.append(Item(abs(line.amount), line.account, line.fund, line.activity, side=side))
    items += [Item(abs(amount), SURPLUS, fund, side="C" if amount > 0 else "D") for fund, amount in surplus.items()]
    document = Document(Kind.CLOSING, last, f"Penutupan tahun {year}")
    posted = _carried(by, village, document, items, now)
    CarriedLine.objects.bulk_create(
        CarriedLine(region=village[:5], village=village, year=year, line=line, amount=amount)
        for unspent in goes_on for line, amount in unspent.lines
    )  # fmt: skip
    return posted


def _chosen(
    left_over: Iterable[Unspent], carried: Collection[str], surplus: Mapping[str, Decimal]
) -> tuple[Unspent, ...]:  # fmt: skip
    """Return the chosen lines that continue in the next year; per fund no more than its surplus."""
    chosen = tuple(unspent for unspent in left_over if unspent.key in carried)
    if {line.key for line in chosen} != {*carried}:
        raise Faults([Fault("nothing-unspent", N_("Choose what is budgeted and not spent"), {}, "carried")])
    sentence = N_("%(fund)s leaves Rp%(surplus)s, less than the Rp%(amount)s that would go on from it")
    faults = []
    for fund in sorted({line.fund for line in chosen}):
        amount, left = sum(line.amount for line in chosen if line.fund == fund), surplus.get(fund, Decimal(0))
        if amount > left:
            fields = {"fund": fund, "surplus": left, "amount": amount}
            faults.append(Fault("above-surplus", sentence, fields, "carried"))
    if faults:
        raise Faults(faults)
    return chosen


@transaction.atomic
def open_year(*, by: Standing, village: str, year: int, now: datetime, held: Sequence[Item] = ()) -> Posted:
    """Open a year with the amounts held and owed: the closing of the last year of the books, or, for the first year,
    counted amounts (``held``; owed with side C). The difference of each fund is its surplus brought forward.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`NothingToCarry`, :class:`WrongAccount`, :class:`Refused`.
    """
    locked_book(by, village, Action.OPEN_YEAR)
    items = list(held or held_before(village, year))
    event = reference.journal()[Kind.OPENING]
    funds = sorted({item.fund for item in items})
    for fund in funds:
        rest = sum(
            (item.amount if (item.side or event.side(item.account)) == "D" else -item.amount)
            for item in items if item.fund == fund
        )  # fmt: skip
        if rest:
            line = _line_of_surplus(village, year, fund)
            items.append(Item(abs(rest), SURPLUS_BROUGHT, fund, line=line, side="C" if rest > 0 else "D"))
    return _carried(by, village, Document(Kind.OPENING, date(year, 1, 1), f"Saldo awal {year}"), items, now)


def _carried(by: Standing, village: str, document: Document, items: Sequence[Item], now: datetime) -> Posted:
    if not items:
        raise NothingToCarry
    return booked(by, village, document, journal.lines(reference.journal()[document.kind], items), now)


def _line_of_surplus(village: str, year: int, fund: str) -> int:
    """Return the budget line for the surplus of a fund brought forward; create it where no version has one."""
    rows = BudgetLine.objects.filter(region=village[:5], village=village, year=year)
    line = rows.filter(account=SURPLUS_BROUGHT, fund=fund).values_list("key", flat=True).first()
    if line is None:
        last = rows.order_by("-key").values_list("key", flat=True).first()
        line = (last or 0) + 1
        BudgetLine.objects.create(
            region=village[:5], village=village, year=year, key=line, account=SURPLUS_BROUGHT, fund=fund
        )
    return int(line)


def _period(
    by: Standing, village: str, month: tuple[int, int], act: str, now: datetime, *, second: str = "", reason: str = ""
) -> None:
    with told():
        Period.objects.create(
            region=village[:5], village=village, year=month[0], month=month[1], no=0, act=act, by=by.signature,
            second=second, reason=reason, at=now,
        )  # fmt: skip
    audit.record(
        by=by.actor, action=act, target=TARGET, key=_key(village, *month), area=village[:5],
        after={"reason": reason} if reason else None,
    )  # fmt: skip


def _subject(village: str, year: int, month: int) -> str:
    """Return the subject of notices about a month."""
    return f"{TARGET}:{_key(village, year, month)}"


def _key(village: str, year: int, month: int) -> str:
    return f"{village}/{year}-{month:02}"
