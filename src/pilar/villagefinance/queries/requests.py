"""Payment requests (SPP): one with all facts that its moves depend on, and those that wait."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.paginator import Page
from django.db.models import Sum

from pilar.areas import queries as areas
from pilar.people.rules import NotFound, Standing
from pilar.platform.language import translate
from pilar.platform.names import reference_of
from pilar.platform.paging import PAGE, paged
from pilar.platform.statements import planned
from pilar.villagefinance import reference
from pilar.villagefinance.models import (
    Activity,
    BudgetLine,
    PaymentRequest,
    RequestLine,
)
from pilar.villagefinance.queries.cash import cash, lines_left, plan_left
from pilar.villagefinance.queries.executors import Named, case_of_request, named, readable
from pilar.villagefinance.queries.taxing import TaxRow, kept_taxes, taxes
from pilar.villagefinance.queries.versions import executed
from pilar.villagefinance.rules.authority import AUTHORITY, Action, ActivityCase, case_of
from pilar.villagefinance.rules.clocks import due
from pilar.villagefinance.rules.requests import (
    COMMITTED,
    REQUEST_NAMES,
    ProofKind,
    RequestFacts,
    RequestKind,
    RequestState,
)
from pilar.villagefinance.rules.taxes import PaymentKind

ZERO = Decimal(0)
ADVANCE_CLOCK = "account_for_advance"


@dataclass(frozen=True, slots=True)
class AskedLine:
    """The amount that a request asks from a budget line; ``left``: the part not spent or promised, also not by this
    request."""

    line: int
    account: str
    account_name: str
    amount: Decimal
    open: Decimal
    left: Decimal | None


@dataclass(frozen=True, slots=True)
class BillRow:
    """A receipt under a request; ``payee`` is a name."""

    no: int
    line: int
    account: str
    kind: PaymentKind
    parts: int
    amount: Decimal
    payee: str
    supplier: int | None
    told: str
    number: str
    day: date | None


@dataclass(frozen=True, slots=True)
class PaidRow:
    """A payee's share of a request; ``supplier`` is a key."""

    no: int
    payee: str
    supplier: int | None
    amount: Decimal
    withheld: Decimal

    @property
    def net(self) -> Decimal:
        return self.amount - self.withheld


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A payment request with its lines, bills, taxes and evidence (keys)."""

    village: str
    year: int
    number: int
    kind: RequestKind
    state: RequestState
    date: date
    activity: str
    activity_name: str
    fund: str
    payee: str
    supplier: int | None
    income_line: int | None
    told: str
    reason: str
    plan_reason: str
    cash_reason: str
    maker: str
    checker: str
    approver: str
    paid_on: date | None
    returned: Decimal
    amount: Decimal
    case: ActivityCase
    lines: tuple[AskedLine, ...] = ()
    bills: tuple[BillRow, ...] = ()
    taxes: tuple[TaxRow, ...] = ()
    receipts: tuple[UUID, ...] = ()
    progress: tuple[UUID, ...] = ()

    @property
    def key(self) -> str:
        """The name of the request in the audit log."""
        return f"{self.village}/{self.year}/{self.number}"

    @property
    def state_name(self) -> str:
        """The state in the reader's language; it says who must act next."""
        return translate(REQUEST_NAMES[self.state])

    @property
    def withheld(self) -> Decimal:
        return sum((tax.amount for tax in self.taxes), ZERO)

    @property
    def net(self) -> Decimal:
        """The amount that the payee gets."""
        return self.amount - self.withheld

    @property
    def payees(self) -> tuple[PaidRow, ...]:
        """The payees with their amounts; the maker of an advance gets all of it."""
        if not self.bills or self.kind is RequestKind.ADVANCE:
            return (PaidRow(1, self.payee or str(self.maker), self.supplier, self.amount, self.withheld),)
        bills_of: dict[tuple[int | None, str], list[int]] = {}
        for bill in self.bills:
            bills_of.setdefault((bill.supplier, bill.payee), []).append(bill.no)
        return tuple(
            PaidRow(
                no, payee or str(self.maker), supplier,
                sum((bill.amount for bill in self.bills if bill.no in bills), ZERO),
                sum((tax.amount for tax in self.taxes if tax.bill in bills), ZERO),
            )
            for no, ((supplier, payee), bills) in enumerate(bills_of.items(), 1)
        )  # fmt: skip

    @property
    def billed(self) -> Decimal:
        """The sum of its bills."""
        return sum((bill.amount for bill in self.bills), ZERO)

    @property
    def to_return(self) -> Decimal:
        """The part of an advance that still has to be paid back: money not spent, and tax withheld from bills."""
        return self.amount - self.returned - self.billed + self.withheld


def requests(
    village: str, *, scope: Standing, state: str = "", page: int | str = 1, size: int | None = PAGE
) -> Page[RequestRow]:
    """The requests of a village that the reader reads, newest first; raises :class:`NotFound`."""
    AUTHORITY.require(scope, Action.READ_BOOKS, case_of(village), known=False)
    rows = PaymentRequest.objects.filter(readable(village, scope), region=village[:5], village=village)
    if state:
        rows = rows.filter(state=state)
    return paged(rows.order_by("-year", "-number"), _listed, page=page, size=size)


def waiting(village: str, *, scope: Standing) -> tuple[RequestRow, ...]:
    """The requests that wait for somebody, the oldest first; raises :class:`NotFound`."""
    AUTHORITY.require(scope, Action.READ_BOOKS, case_of(village), known=False)
    ended = (RequestState.SETTLED, RequestState.CANCELLED)
    own = readable(village, scope)
    rows = PaymentRequest.objects.filter(own, region=village[:5], village=village).exclude(state__in=ended)
    return tuple(_listed(rows.order_by("date", "number")))


def request(village: str, year: int, number: int, *, scope: Standing, today: date) -> RequestRow:
    """Read a request with everything that belongs to it; raises :class:`NotFound`."""
    AUTHORITY.require(scope, Action.READ_BOOKS, case_of(village), known=False)
    row = PaymentRequest.objects.filter(region=village[:5], village=village, year=year, number=number).first()
    if row is None:
        raise NotFound
    AUTHORITY.require(scope, Action.READ_REQUESTS, case_of_request(row), known=False)
    return whole(row, today)


def whole(row: PaymentRequest, today: date) -> RequestRow:
    """A request with lines, bills, evidence, and the taxes that are withheld, or would be on the day."""
    of_year = {"region": row.region, "village": row.village, "year": row.year}
    asked = _of_request(row, "requestline", "line, amount, open")
    billed = _of_request(row, "bill", "no, line, kind, parts, amount, payee, supplier, told, number, day")
    keys = {line for line, *_asked in asked} | {line for _no, line, *_billed in billed}
    left = {left.key: left for left in lines_left(row.village, _within(row, today), keys)}
    accounts = {key: line.account for key, line in left.items()}
    if out_of_force := keys.difference(accounts):
        lines_of_year = BudgetLine.objects.filter(**of_year, key__in=out_of_force)
        accounts |= dict(lines_of_year.values_list("key", "account"))
    names = {account.code: account.name for account in reference.accounts().values()}
    lines = tuple(
        AskedLine(
            line, accounts[line], names.get(accounts[line], ""), amount, promised,
            left[line].left if line in left else None,
        )
        for line, amount, promised in asked
    )  # fmt: skip
    bills = tuple(BillRow(no, line, accounts[line], PaymentKind(kind), *said) for no, line, kind, *said in billed)
    titles = {line.activity: line.activity_name for line in left.values()}
    proofs = _of_request(row, "proof", "kind, evidence")
    request_row = replace(
        _row(row, sum((line.amount for line in lines), ZERO)),
        activity_name=titles[row.activity] if row.activity in titles else _activity(row.region, row.activity),
        lines=lines,
        bills=bills,
        receipts=tuple(key for kind, key in proofs if kind == ProofKind.RECEIPT),
        progress=tuple(key for kind, key in proofs if kind == ProofKind.PROGRESS),
    )
    # Tax on an advance is withheld where the advance is accounted for; books and flags do the same.
    paid = today if row.kind == RequestKind.ADVANCE else row.paid_on or today
    return replace(request_row, taxes=tuple(kept_taxes(row) or taxes(request_row, paid)))


def facts(row: RequestRow, acting: str, today: date) -> RequestFacts:
    """Return the facts that the moves of a request depend on, on a day, for the acting person (a reference)."""
    day = _within(row, today)
    counts, approved = executed(row.village, row.year, day)
    planned = plan_left(row.village, row.year, [asked_line.line for asked_line in row.lines], row.date)
    asks = row.state not in (RequestState.PAID, RequestState.SETTLED)
    return RequestFacts(
        row.kind,
        acting,
        reference_of(row.maker),
        checker=reference_of(row.checker),
        approver=reference_of(row.approver),
        amount=row.amount,
        withheld=row.withheld,
        evidence=len(row.receipts),
        progress_report=bool(row.progress),
        may_spend=counts,
        execution_approved=approved,
        cash_plan_approved=approved,
        late_advances=late_advances(row, today),
        over=_over(row, {asked_line.line: asked_line.left or ZERO for asked_line in row.lines})
        if counts and asks
        else {},
        over_plan=_over(row, {line: left for line, (left, _month) in planned.items()}) if asks else {},
        over_month=_over(row, {line: left for line, (_period, left) in planned.items()}) if asks else {},
        plan_reason=row.plan_reason,
        short=_short(row, day) if row.state is RequestState.APPROVED else {},
        used=row.billed - row.withheld,
        returned=row.returned,
    )


def _over(row: RequestRow, left: Mapping[int, Decimal]) -> dict[str, Decimal]:
    """Return by how much a request exceeds the rest of its lines; promised amounts are counted already."""
    asked = {line.line: ZERO if row.state in COMMITTED else line.amount for line in row.lines}
    return {
        f"{row.activity} {line.account}".strip(): asked[line.line] - left[line.line]
        for line in row.lines
        if left.get(line.line, asked[line.line]) < asked[line.line]
    }


def settled_by(row: RequestRow) -> str:
    """Return the transfer that settles a request outside the accounts of the village; empty without one. One query if
    there is."""
    if row.income_line is None:
        return ""
    line = BudgetLine.objects.get(region=row.village[:5], village=row.village, year=row.year, key=row.income_line)
    return f"{line.account} {reference.accounts()[line.account].name}"


def late_advances(row: RequestRow, today: date) -> int:
    """Count earlier advances of a request's maker that are overdue for accounting (R10)."""
    if row.kind is not RequestKind.ADVANCE:
        return 0
    open_ones = PaymentRequest.objects.filter(
        region=row.village[:5], village=row.village, kind=RequestKind.ADVANCE, state=RequestState.PAID, maker=row.maker
    ).exclude(year=row.year, number=row.number)
    days = open_ones.values_list("paid_on", flat=True)
    return sum(today > due_of_advance(row.village, day) for day in days if day)


def due_of_advance(village: str, paid_on: date) -> date:
    """Return the last day for accounting for an advance."""
    clock = reference.clock_rules(region=village[:5], day=paid_on)[ADVANCE_CLOCK]
    return due(clock, paid_on, areas.working_days(village[:5])).day


def _within(row: PaymentRequest | RequestRow, day: date) -> date:
    """Return a day moved into the year of a request, and not before the request."""
    return max(row.date, min(day, date(row.year, 12, 31)))


def _listed(rows: Iterable[PaymentRequest]) -> list[RequestRow]:
    payment_requests = list(rows)
    if not payment_requests:
        return []
    village = payment_requests[0].village
    sums = {
        (line["year"], line["request"]): line["total"]
        for line in RequestLine.objects.filter(
            region=village[:5], village=village, year__in={payment_request.year for payment_request in payment_requests}
        )
        .values("year", "request")
        .annotate(total=Sum("amount"))
    }
    known = named(village, {payment_request.year for payment_request in payment_requests})
    return [
        _row(payment_request, sums.get((payment_request.year, payment_request.number), ZERO), known)
        for payment_request in payment_requests
    ]


def _of_request(row: PaymentRequest, table: str, columns: str) -> list[tuple[Any, ...]]:
    """Read the rows of a table that belong to a request, ordered by the first of these columns."""
    with planned() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM villagefinance_{table}"  # noqa: S608 - names of our own
            " WHERE (region, village, year, request) = (%s, %s, %s, %s) ORDER BY 1",
            [row.region, row.village, row.year, row.number],
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _row(row: PaymentRequest, amount: Decimal, known: Named | None = None) -> RequestRow:
    return RequestRow(
        row.village, row.year, row.number, RequestKind(row.kind), RequestState(row.state), row.date, row.activity, "",
        row.fund, row.payee, row.supplier, row.income_line, row.told, row.reason, row.plan_reason, row.cash_reason,
        row.maker, row.checker, row.approver, row.paid_on, row.returned, amount,
        case_of_request(row, known),
    )  # fmt: skip


def _short(row: RequestRow, today: date) -> dict[str, Decimal]:
    held = sum((box.amount for box in cash(row.village, today) if box.fund == row.fund), ZERO)
    missing = ZERO if row.income_line else row.net - held
    return {row.fund: missing} if missing > 0 else {}


def _activity(region: str, code: str) -> str:
    return Activity.objects.filter(region=region, code=code).values_list("name", flat=True).first() or ""
