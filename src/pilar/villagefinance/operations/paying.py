"""Pay approved requests with tax withheld; account for advances and take back their rest; remit tax."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Q

from pilar.areas.reference import today_in
from pilar.people.rules import Standing
from pilar.platform import audit, moves
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.platform.names import reference_of
from pilar.platform.statements import planned
from pilar.villagefinance import reference
from pilar.villagefinance.models import BudgetLine, PaymentRequest, Remittance, RequestEntry, Withholding
from pilar.villagefinance.operations.locking import locked_book, locked_request
from pilar.villagefinance.operations.posting import Document, Posted, booked
from pilar.villagefinance.operations.requesting import (
    TARGET,
    NewBill,
    NewProof,
    judged_bills,
    keep_proofs,
    key_of,
    move_of,
    other_year,
    promise,
    store_bills,
)
from pilar.villagefinance.operations.telling import tell_of_request, tell_of_tax
from pilar.villagefinance.queries import requests
from pilar.villagefinance.queries.requests import RequestRow
from pilar.villagefinance.queries.taxes import open_withholdings
from pilar.villagefinance.rules import journal
from pilar.villagefinance.rules.authority import Action
from pilar.villagefinance.rules.codes import ADVANCE, CASH, is_under
from pilar.villagefinance.rules.journal import Item, Kind
from pilar.villagefinance.rules.requests import REQUESTS, RequestElsewhere, RequestKind, RequestState

PAID, SETTLED = RequestState.PAID, RequestState.SETTLED
OF_KIND = {
    RequestKind.DIRECT: Kind.PAYMENT, RequestKind.ADVANCE: Kind.ADVANCE, RequestKind.FINANCING: Kind.INVESTMENT,
}  # fmt: skip
NTPN_LENGTH = 16


@transaction.atomic
def pay_request(
    *, by: Standing, village: str, year: int, number: int, bank_account: int | None = None, day: date,
    cash_reason: str = "", now: datetime,
) -> Posted:  # fmt: skip
    """Pay an approved request on a day from an account of the village, less the tax that is withheld.

    A request settled by a transfer outside the village's accounts needs no account. Paying a supplier a large amount in
    cash needs a reason (R22). Raises :class:`NotFound`, :class:`NotAllowed`, :class:`RequestElsewhere`, Faults,
    :class:`Refused`.
    """
    row = locked_request(by, village, year, number, lambda _row: Action.PAY)
    if day < row.date:
        raise Faults([Fault("before-request", N_("Nothing is paid before it is asked for"), {}, "day")])
    if faults := other_year(year, day):
        raise Faults(faults)
    request = requests.whole(row, day)
    move = move_of(row, PAID)
    move.require(requests.facts(request, by.signature, day))
    items = _paid(request, bank_account)
    _require_cash_reason(request, items, day, cash_reason)
    if request.kind is not RequestKind.ADVANCE:
        promise(row, promised=False)
        _withhold(row, request)
    kind = Kind.SETTLEMENT if request.income_line else OF_KIND[request.kind]
    posted = _booked(by, row, kind, day, items, now=now)
    fields = {"paid_on": day, "cash_reason": cash_reason.strip()}
    moves.make(move, row, by=by.actor, what=TARGET, key=key_of(row), area=row.region, fields=fields)
    if request.kind is not RequestKind.ADVANCE:
        settled = REQUESTS.move(PAID, SETTLED)
        moves.make(settled, row, by=by.actor, what=TARGET, key=key_of(row), area=row.region)
        if request.taxes:
            tell_of_tax(by, village, now, withheld=True)
    tell_of_request(by, row, now)
    return posted


@transaction.atomic
def account_for(
    *,
    by: Standing,
    village: str,
    year: int,
    number: int,
    bills: Sequence[NewBill],
    proofs: Sequence[NewProof] = (),
    now: datetime,
) -> None:
    """Write the bills that account for an advance (SPJ), in place of those written before; the secretary checks them.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`RequestElsewhere`, Faults at ``bills.N.line`` and so on.
    """
    row = locked_request(by, village, year, number, lambda _row: Action.WRITE_REQUEST)
    if (row.state, row.kind) != (PAID, RequestKind.ADVANCE):
        raise RequestElsewhere
    today = today_in(village[:5], now)
    request = requests.whole(row, today)
    asked = {line.line for line in request.lines}
    faults = judged_bills(village, bills, today)
    faults += [
        Fault("unfit-line", N_("Choose a line of the request"), {}, f"bills.{no}.line")
        for no, bill in enumerate(bills) if bill.line not in asked
    ]  # fmt: skip
    if sum((bill.amount for bill in bills), Decimal(0)) > request.amount:
        sentence = N_("The bills come to more than the advance of Rp%(amount)s")
        faults.append(Fault("above-advance", sentence, {"amount": request.amount}, f"bills.{len(bills) - 1}.amount"))
    if faults:
        raise Faults(faults)
    row.accounted_by = by.signature
    row.save(update_fields=["accounted_by"])
    store_bills(row, bills)
    keep_proofs(by, row, proofs, now)
    audit.record(
        by=by.actor, action="account", target=TARGET, key=key_of(row), area=row.region,
        after={"bills": [[bill.line, bill.amount, bill.payee] for bill in bills], "proofs": len(proofs)},
    )  # fmt: skip
    tell_of_request(by, row, now, accounted=True)


@transaction.atomic
def take_back(
    *, by: Standing, village: str, year: int, number: int, amount: Decimal, bank_account: int, day: date, now: datetime
) -> Posted:
    """Take back a part of an advance: money not spent, and tax withheld from bills.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`RequestElsewhere`, Faults at ``amount``, :class:`Refused`.
    """
    row = locked_request(by, village, year, number, lambda _row: Action.PAY)
    if (row.state, row.kind) != (PAID, RequestKind.ADVANCE):
        raise RequestElsewhere
    asked = sum((line.amount for line in requests.whole(row, day).lines), Decimal(0))
    if amount <= 0 or row.returned + amount > asked:
        raise Faults([Fault("above-advance", N_("Less is out of this advance"), {}, "amount")])
    items = [money(village, bank_account, amount, row.fund), Item(amount, ADVANCE, row.fund, row.activity)]
    posted = _booked(by, row, Kind.UNUSED, day, items, now=now)
    row.returned += amount
    row.save(update_fields=["returned"])
    return posted


@transaction.atomic
def settle_advance(*, by: Standing, village: str, year: int, number: int, day: date, now: datetime) -> Posted | None:
    """Confirm the bills of an advance and book them; nothing is booked where all of it was paid back.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`RequestElsewhere`, Faults, :class:`Refused`.
    """
    row = locked_request(by, village, year, number, lambda _row: Action.CHECK_REQUEST)
    request = requests.whole(row, day)
    facts = requests.facts(request, by.signature, today_in(village[:5], now))
    move = move_of(row, SETTLED)
    faults = [*move.faults(facts), *(other_year(year, day) if request.bills else ())]
    if facts.acting == facts.maker:
        faults.append(Fault("own-request", N_("Who made the request does not check it")))
    if facts.acting == reference_of(row.accounted_by):
        faults.append(Fault("own-account", N_("Who wrote the account of an advance does not confirm it")))
    if faults:
        raise Faults(faults)
    promise(row, promised=False)
    posted = None
    if request.bills:
        _withhold(row, request)
        items = [*_spent(request), Item(request.billed - request.withheld, ADVANCE, request.fund, request.activity)]
        posted = _booked(by, row, Kind.ACCOUNTED, day, items, now=now, checker=by.signature)
    moves.make(move, row, by=by.actor, what=TARGET, key=key_of(row), area=row.region)
    tell_of_request(by, row, now)
    if request.bills and request.taxes:
        tell_of_tax(by, village, now, withheld=True)
    return posted


@transaction.atomic
def remit_tax(
    *,
    by: Standing,
    village: str,
    tax: str,
    withheld: Sequence[tuple[int, int, int]],
    bank_account: int,
    day: date,
    ntpn: str,
    now: datetime,
) -> Posted:
    """Remit tax of one kind to the State: the withholdings named by year, request and number, each in full.

    The people who checked and approved the last of their payments are named on the entry. Raises :class:`NotFound`,
    :class:`NotAllowed`, Faults at ``withheld``, ``ntpn``, :class:`Refused`.
    """
    locked_book(by, village, Action.PAY)
    ntpn = read_ntpn(ntpn)
    picked = Q()
    for year, request, no in withheld:
        picked |= Q(year=year, request=request, no=no)
    rows = open_withholdings(village).filter(picked, tax=tax)
    withholdings = list(rows.order_by("year", "request", "no")) if withheld else []
    if not withholdings or len(withholdings) != len(set(withheld)):
        raise Faults([Fault("unfit-tax", N_("Choose tax that was withheld and not remitted yet"), {}, "withheld")])
    paid = {
        (payment_request.year, payment_request.number): payment_request
        for payment_request in PaymentRequest.objects.filter(region=village[:5], village=village).filter(
            year__in={withholding.year for withholding in withholdings},
            number__in={withholding.request for withholding in withholdings},
        )
    }
    owed: dict[tuple[str, str], Decimal] = {}
    for withholding in withholdings:
        where = (withholding.account, paid[withholding.year, withholding.request].fund)
        owed[where] = owed.get(where, Decimal(0)) + withholding.amount
    items = [Item(amount, account, fund, tax=tax) for (account, fund), amount in owed.items()]
    items += [money(village, bank_account, amount, fund) for (_account, fund), amount in owed.items()]
    last = max(
        (paid[withholding.year, withholding.request] for withholding in withholdings),
        key=lambda payment_request: (payment_request.paid_on, payment_request.number),
    )
    kinds = reference.tax_rules(region=village[:5], day=day).kinds
    title = kinds[tax].title.id if tax in kinds else tax
    document = Document(Kind.REMITTANCE, day, f"Setor pajak {title}", ntpn, last.checker, last.approver)
    posted = entry(by, village, document, items, now)
    try:
        with transaction.atomic():
            Remittance.objects.create(
                region=village[:5], ntpn=ntpn, village=village, year=posted.year, place=posted.place, tax=tax,
                amount=sum(owed.values(), Decimal(0)), date=day,
            )  # fmt: skip
    except IntegrityError:
        raise ntpn_known() from None
    Withholding.objects.filter(pk__in=[withholding.pk for withholding in withholdings]).update(ntpn=ntpn)
    tell_of_tax(by, village, now)
    return posted


def read_ntpn(text: str) -> str:
    """Return the number of a receipt of the State (NTPN) as it is stored; raises Faults at ``ntpn``."""
    ntpn = "".join(text.split()).upper()
    if len(ntpn) != NTPN_LENGTH or not ntpn.isascii() or not ntpn.isalnum():
        raise Faults([Fault("unfit-ntpn", N_("An NTPN has 16 letters and digits"), {}, "ntpn")])
    return ntpn


def ntpn_known() -> Faults:
    """Make the fault of a receipt of the State that was entered before."""
    return Faults([Fault("ntpn-known", N_("This NTPN was entered already"), {}, "ntpn")])


def _paid(row: RequestRow, bank_account: int | None) -> list[Item]:
    """Return the amounts that the payment of a request moves."""
    if row.income_line:
        income = BudgetLine.objects.get(
            region=row.village[:5], village=row.village, year=row.year, key=row.income_line
        )  # fmt: skip
        return [*_spent(row), Item(row.amount, income.account, income.fund, line=income.key)]
    out = [money(row.village, bank_account, row.net, row.fund)] if row.net else []
    if row.kind is RequestKind.ADVANCE:
        return [Item(row.amount, ADVANCE, row.fund, row.activity), *out]
    return [*_spent(row), *out]


def _require_cash_reason(row: RequestRow, items: Sequence[Item], day: date, reason: str) -> None:
    limit = reference.cash_limit("cash_paid", region=row.village[:5], day=day)
    in_cash = any(is_under(item.account, CASH) for item in items)
    most = max(payee.net for payee in row.payees)
    if row.kind is RequestKind.DIRECT and in_cash and most > limit and not reason.strip():
        sentence = N_("More than Rp%(limit)s is paid to a supplier in cash: pay from the bank, or say why")
        raise Faults([Fault("much-in-cash", sentence, {"limit": limit}, "cash_reason")])


def _spent(row: RequestRow) -> list[Item]:
    """Return the amounts that the bills of a request spend, line by line, and the taxes withheld from them."""
    sums: dict[tuple[int, str], Decimal] = {}
    for bill in row.bills:
        sums[bill.line, bill.account] = sums.get((bill.line, bill.account), Decimal(0)) + bill.amount
    owed: dict[tuple[str, str], Decimal] = {}
    for tax in row.taxes:
        owed[tax.tax, tax.account] = owed.get((tax.tax, tax.account), Decimal(0)) + tax.amount
    return [
        *(Item(amount, account, row.fund, row.activity, line) for (line, account), amount in sums.items()),
        *(Item(amount, account, row.fund, tax=tax) for (tax, account), amount in owed.items()),
    ]


def _withhold(row: PaymentRequest, request: RequestRow) -> None:
    Withholding.objects.bulk_create(
        Withholding(
            region=row.region, village=row.village, year=row.year, request=row.number, no=no, bill=tax.bill,
            tax=tax.tax, account=tax.account, rule=tax.rule, version=tax.version, base=tax.base, rate=tax.rate,
            amount=tax.amount, due=tax.due,
        )
        for no, tax in enumerate(request.taxes, 1)
    )  # fmt: skip


def money(village: str, key: int | None, amount: Decimal, fund: str) -> Item:
    """Make the item of an amount in a cash box or bank account of the village; raises Faults at ``bank_account``."""
    with planned() as cursor:
        cursor.execute(
            "SELECT account, key FROM villagefinance_bankaccount"
            " WHERE (region, village, key) = (%s, %s, %s) AND closed_on IS NULL",
            [village[:5], village, key],
        )
        open_one = cursor.fetchone()
    if open_one is None:
        raise Faults([Fault("no-account", N_("Choose a cash box or bank account"), {}, "bank_account")])
    return Item(amount, open_one[0], fund, bank_account=open_one[1])


def _booked(
    by: Standing, row: PaymentRequest, kind: Kind, day: date, items: Sequence[Item], *, now: datetime, checker: str = ""
) -> Posted:
    """Book an entry of a request in the names of those who made, checked and approved it."""
    document = Document(
        kind, day, row.told, f"SPP {row.number}/{row.year}", checker or row.checker, row.approver, row.maker
    )
    posted = entry(by, row.village, document, items, now)
    RequestEntry.objects.create(
        region=row.region, village=row.village, year=posted.year, place=posted.place, of_year=row.year,
        request=row.number,
    )  # fmt: skip
    return posted


def entry(by: Standing, village: str, document: Document, items: Sequence[Item], now: datetime) -> Posted:
    """Book items of a document, on the sides that its kind prescribes, in books that the caller has locked."""
    return booked(by, village, document, journal.lines(reference.journal()[document.kind], items), now)
