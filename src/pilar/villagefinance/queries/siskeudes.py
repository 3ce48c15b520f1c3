"""A village-year of ours as the records of Siskeudes: its budget, realisation and cash book.

Left out: entries without a known table there (refunds of the year, transfers settled outside the accounts, closings),
and reversed ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from pilar.areas.queries import village_names
from pilar.people.rules import NotFound, Standing
from pilar.villagefinance.models import (
    Bill,
    BudgetLine,
    Entry,
    Line,
    PaymentRequest,
    Remittance,
    RequestEntry,
    RequestLine,
    Withholding,
)
from pilar.villagefinance.queries.budgets import ItemRow, LineRow, detail
from pilar.villagefinance.queries.versions import versions
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of
from pilar.villagefinance.rules.budgets import BudgetKind
from pilar.villagefinance.rules.codes import EXPENDITURE, MONEY, WITHHELD, is_under
from pilar.villagefinance.rules.journal import Kind
from pilar.villagefinance.rules.requests import RequestKind, RequestState
from pilar.villagefinance.rules.siskeudes.records import VillageYear, made, village_code
from pilar.villagefinance.rules.siskeudes.records import budget as b
from pilar.villagefinance.rules.siskeudes.records import execution as e

ZERO = Decimal(0)
REQUEST_KINDS = {RequestKind.ADVANCE: "UM", RequestKind.DIRECT: "LS", RequestKind.FINANCING: "PBY"}


def our_year(village: str, year: int, *, scope: Standing) -> VillageYear:
    """Read a village-year of our books, for a reader of all its payment requests; raises :class:`NotFound`, also where
    it has no budget, :class:`NotAllowed`."""
    AUTHORITY.require(scope, Action.READ_BOOKS, case_of(village), known=False)
    AUTHORITY.require(scope, Action.READ_REQUESTS, case_of(village), known=True)
    rows = [*_budget(village, year, scope), *_Books(village, year).rows()]
    name = village_names(codes=[village]).get(village, "")
    return VillageYear.made_of(rows, year=year, village=village_code(village), name=name)


def _budget(village: str, year: int, scope: Standing) -> Iterator[Any]:
    """Yield the budget as it was first enacted, and after its last change; where none is enacted, the draft."""
    every = versions(village, year, scope=scope)
    known = sorted(
        (version for version in every if version.kind is not BudgetKind.INTERIM), key=lambda version: version.number
    )
    enacted = [version for version in known if version.enacted] or [version for version in known if version.is_open]
    if not enacted:
        raise NotFound
    first, last = detail(enacted[0]).lines, detail(enacted[-1]).lines if len(enacted) > 1 else ()
    after = {row.key: row for row in last}
    lines = [(row, after.pop(row.key, None)) for row in first] + [(None, row) for row in after.values()]
    grouped = defaultdict[tuple[str, str], list[tuple[LineRow | None, LineRow | None]]](list)
    for before, other in lines:
        line = before or other
        assert line is not None
        grouped[line.activity, line.account].append((before, other))
    yield from _activities([*first, *last])
    for (activity, account), pairs in grouped.items():
        code = {"activity": activity, "account": account}
        changed = bool(last)
        yield made(
            b.CostLine, **code, amount=_sum(earlier for earlier, _other in pairs),
            amount_after=_sum(other for _one, other in pairs) if changed else None,
        )  # fmt: skip
        yield from _items(code, pairs, changed)
        for first_line, other in pairs:
            line = other if changed else first_line
            if line is not None and line.months:
                months = {f"month_{month}": amount for month, amount in enumerate(line.months, start=1)}
                amounts = {
                    "amount": first_line.amount if first_line else ZERO,
                    "amount_after": other.amount if other else None,
                }
                yield made(b.CashPlan, **code, fund=line.fund, **amounts, **months)


def _activities(lines: Sequence[LineRow]) -> Iterator[Any]:
    outputs = defaultdict[tuple[str, str], dict[str, None]](dict)
    for line in lines:
        if line.activity:
            own = outputs[line.activity, line.activity_name]
            own.update((item.output, None) for item in line.items if item.output)
    for (activity, name), own in outputs.items():
        yield made(b.ActivityOfYear, activity=activity, name=name, output=", ".join(own))


def _items(
    code: Mapping[str, str], pairs: Sequence[tuple[LineRow | None, LineRow | None]], changed: bool
) -> Iterator[Any]:
    """Yield the items of an account by their packages; those after a change by their place."""
    packages: dict[str, str] = {}
    numbers = defaultdict[str, int](int)
    for earlier, other in pairs:
        line = earlier or other
        before, after = (each.items if each else () for each in (earlier, other))
        for place in range(max(len(before), len(after))):
            old, new = (each[place] if place < len(each) else None for each in (before, after))
            item = old or new
            assert item is not None
            assert line is not None
            package = packages.setdefault(item.package, f"{len(packages) + 1:02}") if line.activity else ""
            numbers[package] += 1
            yield made(
                b.CostItem, **code, package=package, number=f"{numbers[package]:02}", told=item.description,
                fund=line.fund, unit=item.unit, **_counted(old, ""), **(_counted(new, "_after") if changed else {}),
            )  # fmt: skip
    for name, package in packages.items():
        if name:
            yield made(b.Package, **code, package=package, name=name)


def _counted(item: ItemRow | None, when: str) -> dict[str, Decimal]:
    if item is None:
        return {}
    return {f"volume{when}": item.volume, f"price{when}": item.unit_price, f"amount{when}": item.amount}


def _sum(lines: Iterator[LineRow | None]) -> Decimal:
    return sum((line.amount for line in lines if line), ZERO)


class _Books:
    """The entries of a year that were not reversed, each with its lines and its request or remittance."""

    def __init__(self, village: str, year: int) -> None:
        self.village, self.year = village, year
        of = {"region": village[:5], "village": village, "year": year}
        entries = list(Entry.objects.filter(**of).order_by("place"))
        reversed_ = {entry.reverses for entry in entries}
        self.entries = [entry for entry in entries if entry.kind != Kind.REVERSAL and entry.place not in reversed_]
        self.lines = defaultdict[int, list[Line]](list)
        for line in Line.objects.filter(**of).order_by("place", "no"):
            self.lines[line.place].append(line)
        self.of_entry = dict(RequestEntry.objects.filter(**of).values_list("place", "request"))
        self.paid = list(
            PaymentRequest.objects.filter(**of, state__in=[RequestState.PAID, RequestState.SETTLED]).order_by("number")
        )
        self.asked = defaultdict[int, list[RequestLine]](list)
        for asked in RequestLine.objects.filter(**of).order_by("line"):
            self.asked[asked.request].append(asked)
        self.bills = defaultdict[int, list[Bill]](list)
        for bill in Bill.objects.filter(**of).order_by("no"):
            self.bills[bill.request].append(bill)
        self.taxes = defaultdict[int, list[Withholding]](list)
        self.remitted = defaultdict[str | None, list[Withholding]](list)
        for tax in Withholding.objects.filter(region=of["region"], village=village).order_by("year", "request", "no"):
            self.remitted[tax.ntpn].append(tax)
            if tax.year == year:
                self.taxes[tax.request].append(tax)
        self.ntpn = dict(Remittance.objects.filter(**of).values_list("place", "ntpn"))
        self.budget = {budget_line.key: budget_line for budget_line in BudgetLine.objects.filter(**of)}

    def rows(self) -> Iterator[Any]:
        for request in self.paid:
            yield from self._request(request)
        tells: dict[str, Callable[[Entry], Iterator[Any]]] = {
            Kind.OPENING: self._opening, Kind.RECEIPT: self._receipt, Kind.LATE_REFUND: self._receipt,
            Kind.PAYMENT: self._payment, Kind.ADVANCE: self._payment, Kind.INVESTMENT: self._payment,
            Kind.ACCOUNTED: self._accounted, Kind.UNUSED: self._unused, Kind.WITHDRAWAL: self._moved,
            Kind.DEPOSIT: self._moved, Kind.REMITTANCE: self._remitted,
        }  # fmt: skip
        counted = defaultdict[str, int](int)
        for entry in self.entries:
            if entry.kind in tells:
                tell = tells[entry.kind]
                counted[tell.__name__] += 1
                self.count = counted[tell.__name__]
                yield from tell(entry)

    def _number(self, kind: str, number: int) -> str:
        """Return a document number as Siskeudes writes it: ``0001/SPP/01.2001/2025``."""
        return f"{number:04}/{kind}/{village_code(self.village).rstrip('.')}/{self.year}"

    def _under(self, entry: Entry, head: str) -> list[Line]:
        return [line for line in self.lines[entry.place] if is_under(line.account, head)]

    def _amount(self, entry: Entry, head: str) -> Decimal:
        return sum((line.amount for line in self._under(entry, head)), ZERO)

    def _request(self, row: PaymentRequest) -> Iterator[Any]:
        number = self._number("SPP", row.number)
        taxes = [] if row.kind == RequestKind.ADVANCE else self.taxes[row.number]
        asked = self.asked[row.number]
        yield made(
            e.Request,
            number=number,
            day=row.date,
            kind=REQUEST_KINDS[RequestKind(row.kind)],
            told=row.told,
            amount=sum((request_line.amount for request_line in asked), ZERO),
            withheld=sum((withholding.amount for withholding in taxes), ZERO),
        )
        for request_line in asked:
            line = self.budget[request_line.line]
            code = {"activity": line.activity, "account": line.account, "fund": line.fund}
            yield made(e.RequestLine, number=number, **code, amount=request_line.amount)
        if row.kind != RequestKind.ADVANCE:
            for bill in self.bills[row.number]:
                yield made(e.RequestBill, request=number, **self._bill(bill))
        for tax in taxes:
            yield made(e.RequestWithheld, number=number, account=tax.account, amount=tax.amount)

    def _bill(self, bill: Bill) -> dict[str, Any]:
        """Return the fields of a receipt; where its paper has no number, its place under the request is used."""
        line = self.budget[bill.line]
        return {
            "activity": line.activity, "account": line.account, "fund": line.fund, "payee": bill.payee,
            "paper": bill.number or f"{bill.no:02}", "day": bill.day, "told": bill.told, "amount": bill.amount,
        }  # fmt: skip

    def _opening(self, entry: Entry) -> Iterator[Any]:
        sums = defaultdict[str, list[Decimal]](lambda: [ZERO, ZERO])
        for line in self.lines[entry.place]:
            sums[line.account][line.side == "C"] += line.amount
        for account, (debit, credit) in sums.items():
            yield made(e.Opening, account=account, debit=debit, credit=credit, day=entry.date)

    def _receipt(self, entry: Entry) -> Iterator[Any]:
        number, amount = self._number("TBP", self.count), self._amount(entry, MONEY)
        yield made(e.Receipt, number=number, day=entry.date, told=entry.told, amount=amount)
        for line in self.lines[entry.place]:
            if line.line is not None:
                code = {"account": line.account, "fund": line.fund}
                yield made(e.ReceiptLine, number=number, **code, amount=line.amount)

    def _payment(self, entry: Entry) -> Iterator[Any]:
        withheld = self._amount(entry, WITHHELD)
        yield made(
            e.Payment, request=self._number("SPP", self.of_entry.get(entry.place, 0)), day=entry.date, told=entry.told,
            number=self._number("CAIR", self.count), amount=self._amount(entry, MONEY) + withheld, withheld=withheld,
        )  # fmt: skip

    def _accounted(self, entry: Entry) -> Iterator[Any]:
        request = self.of_entry.get(entry.place, 0)
        number, withheld = self._number("SPJ", self.count), self._amount(entry, WITHHELD)
        yield made(
            e.Settlement, number=number, day=entry.date, request=self._number("SPP", request), told=entry.told,
            amount=self._amount(entry, EXPENDITURE), withheld=withheld,
        )  # fmt: skip
        for line in self._under(entry, EXPENDITURE):
            code = {"activity": line.activity, "account": line.account, "fund": line.fund}
            yield made(e.SettlementLine, number=number, **code, amount=line.amount)
        for bill in self.bills[request]:
            yield made(e.SettlementBill, number=number, **self._bill(bill))
        for tax in self.taxes[request]:
            yield made(e.SettlementWithheld, number=number, account=tax.account, amount=tax.amount)

    def _unused(self, entry: Entry) -> Iterator[Any]:
        (rest,) = (line for line in self.lines[entry.place] if line.activity)
        yield made(
            e.AdvanceRest, number=self._number("STS", self.count), day=entry.date, activity=rest.activity,
            request=self._number("SPP", self.of_entry.get(entry.place, 0)), told=entry.told, amount=rest.amount,
        )  # fmt: skip

    def _moved(self, entry: Entry) -> Iterator[Any]:
        amount = sum((line.amount for line in self.lines[entry.place] if line.side == "D"), ZERO)
        number = self._number("MUTASI", self.count)
        yield made(e.CashMove, number=number, day=entry.date, told=entry.told, amount=amount)

    def _remitted(self, entry: Entry) -> Iterator[Any]:
        number, ntpn = self._number("SSP", self.count), self.ntpn[entry.place]
        taxes = self.remitted[ntpn]
        yield made(
            e.Remittance, number=number, day=entry.date, told=entry.told, account=taxes[0].account,
            amount=self._amount(entry, MONEY), treasury_number=ntpn,
        )  # fmt: skip
        for tax in taxes:
            yield made(e.RemittanceLine, number=number, account=tax.account, amount=tax.amount)
