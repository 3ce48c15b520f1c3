"""Write payment requests with their evidence; send, check, approve, return or cancel them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Max, Model, QuerySet

from pilar.areas.reference import today_in
from pilar.evidence.operations import HeldUpload, keep_made
from pilar.evidence.rules import MAX_TITLE
from pilar.people.operations import there
from pilar.people.rules import NotAllowed, Standing
from pilar.platform import audit, moves
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.platform.lifecycle import Move
from pilar.platform.statements import planned
from pilar.villagefinance.models import Bill, BudgetLine, PaymentRequest, Proof, RequestLine, Supplier
from pilar.villagefinance.operations.locking import locked_book, locked_request, told
from pilar.villagefinance.operations.telling import tell_of_request
from pilar.villagefinance.queries import executors, requests
from pilar.villagefinance.rules.authority import AUTHORITY, Action, action_of, case_of_own
from pilar.villagefinance.rules.codes import EXPENDITURE, FINANCING_OUT, TRANSFER, is_under
from pilar.villagefinance.rules.requests import (
    COMMITTED,
    REQUESTS,
    WRITTEN,
    ProofKind,
    RequestElsewhere,
    RequestFacts,
    RequestKind,
    RequestState,
)
from pilar.villagefinance.rules.taxes import PEOPLE_PAID, PaymentKind

TARGET = "villagefinance.request"
BY_HAND = frozenset({*COMMITTED, RequestState.RETURNED})
"""States that a request reaches without anything being booked."""

Row = TypeVar("Row", bound=Model)


class NotTheirs(NotAllowed):
    code = "not-their-activity"
    sentence = N_("Somebody else carries out this activity. The secretary says who, on the page of the executors")


@dataclass(frozen=True, slots=True)
class NewBill:
    """A receipt or invoice: budget line, kind of payment (for the taxes), payee.

    ``supplier`` is a key, ``payee`` the name of somebody who is no supplier; ``number`` and ``dated`` are copied from
    the paper.
    """

    line: int
    amount: Decimal
    kind: PaymentKind = PaymentKind.UNTAXED
    parts: int = 1
    supplier: int | None = None
    payee: str = ""
    told: str = ""
    number: str = ""
    dated: date | None = None


@dataclass(frozen=True, slots=True)
class NewRequest:
    """The input for a payment request. ``bills`` give the amounts by line; for an advance they are only estimates.
    ``plan_reason``: why it exceeds the cash plan of the months so far."""

    kind: RequestKind
    day: date
    told: str
    bills: tuple[NewBill, ...]
    income_line: int | None = None
    plan_reason: str = ""


@dataclass(frozen=True, slots=True)
class NewProof:
    """A file that is held for the request."""

    kind: ProofKind
    held: HeldUpload


@transaction.atomic
def write_request(
    *,
    by: Standing,
    village: str,
    year: int,
    given: NewRequest,
    number: int | None = None,
    proofs: Sequence[NewProof] = (),
    now: datetime,
) -> int:
    """Write a new request, or rewrite one of the year that was not sent yet; return its number.

    The lines determine the year; their keys are counted within a year. Evidence is added to the existing one. Raises
    :class:`NotFound`, :class:`NotAllowed`, :class:`NotTheirs`, Faults at ``bills.N.line``, ``bills.N.amount``,
    ``bills.N.payee``, ``day``, :class:`RequestElsewhere`, :class:`Refused`.
    """
    locked_book(by, village, Action.READ_BOOKS)
    named = executors.named(village, [year])
    AUTHORITY.require(by, Action.WRITE_REQUEST, case_of_own(by, village), known=True)
    of_year = {"region": village[:5], "village": village, "year": year}
    lines, sums = _judged(of_year, given, today_in(village[:5], now)), _sums(given.bills)
    rows = PaymentRequest.objects.filter(**of_year)
    if number is None:
        number = (rows.aggregate(last=Max("number"))["last"] or 0) + 1
        row = PaymentRequest(**of_year, number=number)
    else:
        row = there(rows, number=number)
        AUTHORITY.require(by, Action.READ_REQUESTS, executors.case_of_request(row, named), known=False)
        if row.state not in WRITTEN:
            raise RequestElsewhere
    first, bill = lines[given.bills[0].line], given.bills[0]
    case = executors.case_of_activity(village, year, first.activity, named)
    if not AUTHORITY.may(by, Action.WRITE_REQUEST, case):
        raise NotTheirs
    row.kind, row.date, row.told, row.income_line = given.kind, given.day, given.told, given.income_line
    row.plan_reason = given.plan_reason.strip()
    row.activity, row.fund, row.maker = first.activity, first.fund, by.signature
    row.supplier, row.payee = None, ""
    if given.kind is not RequestKind.ADVANCE:
        names = {(new_bill.supplier, new_bill.payee): _payee(village, new_bill) for new_bill in given.bills}
        row.supplier = bill.supplier if len(names) == 1 else None
        row.payee = together([*names.values()])
    row.save()
    of_request(Bill.objects, row).delete()
    of_request(RequestLine.objects, row).delete()
    RequestLine.objects.bulk_create(
        RequestLine(**of_year, request=number, line=key, amount=amount, open=0) for key, amount in sums.items()
    )
    if given.kind is not RequestKind.ADVANCE:
        store_bills(row, given.bills)
    keep_proofs(by, row, proofs, now)
    audit.record(
        by=by.actor, action="write", target=TARGET, key=key_of(row), area=row.region,
        after={"kind": row.kind, "told": row.told, "lines": {str(key): amount for key, amount in sums.items()},
               "proofs": len(proofs)},
    )  # fmt: skip
    return number


@transaction.atomic
def move_request(
    *, by: Standing, village: str, year: int, number: int, to: RequestState, reason: str = "", now: datetime
) -> None:
    """Send a request, confirm its check, approve it, or return it with a reason.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`RequestElsewhere`, Faults with every condition that does not
    hold.
    """
    row = locked_request(by, village, year, number, lambda row: action_of(row.state, to))
    if to not in BY_HAND:
        raise RequestElsewhere
    fields = {"reason": reason.strip()}
    match to:
        case RequestState.RETURNED if not fields["reason"]:
            raise Faults([Fault("no-reason", N_("Say what has to be mended"), {}, "reason")])
        case RequestState.SUBMITTED:
            fields |= {"checker": "", "approver": "", "maker": by.signature}
        case RequestState.CHECKED:
            fields["checker"] = by.signature
        case RequestState.APPROVED:
            fields["approver"] = by.signature
    _moved(by, row, to, fields, now)


@transaction.atomic
def cancel_request(*, by: Standing, village: str, year: int, number: int, reason: str, now: datetime) -> None:
    """Cancel an unpaid request with a reason: its amounts are free again, and the request stays cancelled.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`RequestElsewhere`, Faults at ``reason``.
    """
    cancelled = RequestState.CANCELLED
    row = locked_request(by, village, year, number, lambda row: action_of(row.state, cancelled))
    if not reason.strip():
        raise Faults([Fault("no-reason", N_("Say why"), {}, "reason")])
    _moved(by, row, cancelled, {"reason": reason.strip()}, now)


def _moved(by: Standing, row: PaymentRequest, to: RequestState, fields: dict[str, str], now: datetime) -> None:
    today, move = today_in(row.region, now), move_of(row, to)
    move.require(requests.facts(requests.whole(row, today), by.signature, today))
    moves.make(move, row, by=by.actor, what=TARGET, key=key_of(row), area=row.region, fields=fields)
    promise(row, promised=to in COMMITTED)
    tell_of_request(by, row, now)


def move_of(row: PaymentRequest, to: RequestState) -> Move[RequestState, RequestFacts]:
    """Return the move of a request to a state; raises :class:`RequestElsewhere`, also for a move that only a reversal
    makes."""
    move = REQUESTS.move(RequestState(row.state), to)
    if move.made_by:
        raise RequestElsewhere
    return move


def key_of(row: PaymentRequest) -> str:
    """Return the name of a request in the audit log."""
    return f"{row.village}/{row.year}/{row.number}"


def promise(row: PaymentRequest, *, promised: bool) -> None:
    """Reserve the amounts of a request on its budget lines, or release them; raises :class:`Refused`."""
    with told(), planned() as cursor:
        cursor.execute(
            "UPDATE villagefinance_requestline SET open = CASE WHEN %s THEN amount ELSE 0 END"
            " WHERE (region, village, year, request) = (%s, %s, %s, %s)",
            [promised, row.region, row.village, row.year, row.number],
        )


def of_request(rows: QuerySet[Row], row: PaymentRequest) -> QuerySet[Row]:
    """Filter rows of a request."""
    return rows.filter(region=row.region, village=row.village, year=row.year, request=row.number)


def store_bills(row: PaymentRequest, bills: Sequence[NewBill]) -> None:
    """Store the bills of a request, replacing earlier ones."""
    of_request(Bill.objects, row).delete()
    Bill.objects.bulk_create(
        Bill(
            region=row.region, village=row.village, year=row.year, request=row.number, no=no, line=bill.line,
            kind=bill.kind, parts=bill.parts, amount=bill.amount, supplier=bill.supplier,
            payee=_payee(row.village, bill), told=bill.told, number=bill.number.strip(), day=bill.dated,
        )
        for no, bill in enumerate(bills, 1)
    )  # fmt: skip


def keep_proofs(by: Standing, row: PaymentRequest, proofs: Sequence[NewProof], now: datetime) -> None:
    """Keep held files as evidence of a request, readable only for those who read the books of the village."""
    for proof in proofs:
        title = f"SPP {row.number}/{row.year} {row.village}: {row.told}"[:MAX_TITLE]
        evidence = keep_made(by=by, region=row.region, title=title, held=proof.held, reserved=True, now=now)
        Proof.objects.create(
            region=row.region,
            village=row.village,
            year=row.year,
            request=row.number,
            evidence=evidence,
            kind=proof.kind,
        )


def judged_bills(village: str, bills: Sequence[NewBill], today: date) -> list[Fault]:
    """Return the faults that bills can have in any request."""
    known = set(Supplier.objects.filter(region=village[:5], village=village).values_list("key", flat=True))
    faults = []
    for no, bill in enumerate(bills):
        if bill.amount <= 0 or bill.amount != round(bill.amount, 2):
            faults.append(Fault("no-amount", N_("An amount is more than zero"), {}, f"bills.{no}.amount"))
        if bill.supplier is not None and bill.supplier not in known:
            faults.append(Fault("unknown-supplier", N_("Choose one of the suppliers"), {}, f"bills.{no}.supplier"))
        if bill.dated is not None and bill.dated > today:
            faults.append(Fault("in-the-future", N_("Choose today or an earlier day"), {}, f"bills.{no}.dated"))
    return faults


def other_year(year: int, day: date) -> list[Fault]:
    """Return a fault if a day is outside the year of the budget lines: the same key is another line in another year."""
    if day.year == year:
        return []
    sentence = N_("This is of the budget of %(year)s: choose a day of that year")
    return [Fault("other-year", sentence, {"year": year}, "day")]


def _judged(of_year: dict[str, Any], given: NewRequest, today: date) -> dict[int, BudgetLine]:
    """Return the requested budget lines by key; raises Faults."""
    lines = {budget_line.key: budget_line for budget_line in BudgetLine.objects.filter(**of_year)}
    faults = [*judged_bills(of_year["village"], given.bills, today), *other_year(of_year["year"], given.day)]
    wanted = FINANCING_OUT if given.kind is RequestKind.FINANCING else EXPENDITURE
    if given.day > today:
        faults.append(Fault("in-the-future", N_("Choose today or an earlier day"), {}, "day"))
    if not given.bills:
        faults.append(Fault("nothing-asked", N_("The request asks for nothing yet"), {}, "bills.0.amount"))
    asked = []
    for no, bill in enumerate(given.bills):
        line = lines.get(bill.line)
        if line is None or not is_under(line.account, wanted):
            faults.append(Fault("unfit-line", N_("Choose a line of the budget"), {}, f"bills.{no}.line"))
        else:
            asked.append(line)
    if len({(line.activity, line.fund) for line in asked}) > 1:
        sentence = N_("A request is for one activity and one fund: write another one for the rest")
        faults.append(Fault("several-funds", sentence, {}, "bills.1.line"))
    if given.kind is RequestKind.DIRECT and given.income_line is None:
        faults += [
            Fault("no-payee", N_("Say who is paid"), {}, f"bills.{no}.payee")
            for no, new_bill in enumerate(given.bills) if new_bill.supplier is None and not new_bill.payee.strip()
        ]  # fmt: skip
        several = len({(bill.supplier, bill.payee) for bill in given.bills}) > 1
        if several and not PEOPLE_PAID.issuperset(bill.kind for bill in given.bills):
            sentence = N_("Only wages, honoraria and fixed income go to several payees: write another request")
            faults.append(Fault("several-payees", sentence, {}, "bills.1.payee"))
    if given.kind is RequestKind.ADVANCE and given.income_line:
        sentence = N_("An advance is paid from an account: choose another way of payment")
        faults.append(Fault("advance-outside", sentence, {}, "income_line"))
    income = lines.get(given.income_line) if given.income_line else None
    if given.income_line and (income is None or not is_under(income.account, TRANSFER)):
        faults.append(Fault("unfit-line", N_("Choose a line of the budget"), {}, "income_line"))
    if faults:
        raise Faults(faults)
    return lines


def _sums(bills: Sequence[NewBill]) -> dict[int, Decimal]:
    sums: dict[int, Decimal] = {}
    for bill in bills:
        sums[bill.line] = sums.get(bill.line, Decimal(0)) + bill.amount
    return sums


def together(names: Sequence[str]) -> str:
    """Return payees as papers name them."""
    first = next(filter(None, names), "")
    return first if len(names) == 1 else f"{first[:170]} dkk. ({len(names)} orang)"


def _payee(village: str, bill: NewBill) -> str:
    if bill.supplier is None:
        return bill.payee.strip()
    return Supplier.objects.values_list("name", flat=True).get(region=village[:5], village=village, key=bill.supplier)
