"""The taxes of a payment request: withheld, or what would be withheld if it were paid on a day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from pilar.areas import queries as areas
from pilar.platform.language import Bilingual
from pilar.platform.statements import planned
from pilar.villagefinance import reference
from pilar.villagefinance.models import PaymentRequest, Supplier, Withholding
from pilar.villagefinance.rules.requests import COMMITTED, RequestState
from pilar.villagefinance.rules.taxes import Builder, Payee, Payment, PaymentKind, Withheld, due_on, withheld

if TYPE_CHECKING:
    from pilar.villagefinance.queries.requests import BillRow, RequestRow


_OTHERS = """
SELECT b.kind, sum(b.amount) FROM villagefinance_bill AS b JOIN villagefinance_paymentrequest AS q
ON (q.region, q.village, q.year, q.number) = (b.region, b.village, b.year, b.request)
WHERE (b.region, b.village, b.year) = (%(region)s, %(village)s, %(year)s) AND b.request <> %(request)s
AND b.supplier IS NOT DISTINCT FROM %(supplier)s AND b.payee = %(payee)s
AND q.activity = %(activity)s AND q.state = ANY(%(states)s) GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class TaxRow:
    """A tax of a bill: withheld, or what would be withheld if it were paid on the day."""

    bill: int
    tax: str
    title: Bilingual
    account: str
    rule: str
    version: int
    base: Decimal
    rate: Decimal
    amount: Decimal
    due: date
    assumed: bool


def kept_taxes(row: PaymentRequest) -> list[TaxRow]:
    if row.paid_on is None:
        return []
    rules = reference.tax_rules(region=row.region, day=row.paid_on)
    assumed = {(tax.origin.rule, tax.origin.version): tax.origin.is_assumption for tax in rules.taxes}
    kept = Withholding.objects.filter(region=row.region, village=row.village, year=row.year, request=row.number)
    return [
        TaxRow(
            withholding.bill,
            withholding.tax,
            rules.kinds[withholding.tax].title,
            withholding.account,
            withholding.rule,
            withholding.version,
            withholding.base,
            withholding.rate,
            withholding.amount,
            withholding.due,
            assumed.get((withholding.rule, withholding.version), False),
        )
        for withholding in kept.order_by("no")
    ]


def taxes(row: RequestRow, day: date) -> list[TaxRow]:
    if row.state in (RequestState.SETTLED, RequestState.CANCELLED) or row.income_line or not row.bills:
        return []
    rules = reference.tax_rules(region=row.village[:5], day=day)
    calendar = areas.working_days(row.village[:5])
    billed = defaultdict[tuple[int | None, str], list["BillRow"]](list)
    for bill in row.bills:
        billed[bill.supplier, bill.payee].append(bill)
    kept_back = []
    for bills in billed.values():
        payee, earlier = _payee(row.village, bills[0]), _others(row, bills[0])
        for bill in bills:
            same = [
                Payment(bill_row.kind, bill_row.amount, bill_row.parts) for bill_row in bills if bill_row.no != bill.no
            ]
            payment = Payment(bill.kind, bill.amount, bill.parts)
            for tax in withheld(payment, payee, [*same, *earlier], rules):
                if tax.amount:
                    kept_back.append(_tax(bill, tax, due_on(tax.kind, day, calendar)))
    return sorted(kept_back, key=lambda tax_row: tax_row.bill)


def _tax(bill: BillRow, tax: Withheld, due_day: date) -> TaxRow:
    origin = tax.rule.origin
    return TaxRow(
        bill.no, tax.rule.kind, tax.kind.title, tax.kind.account, origin.rule, origin.version, tax.base, tax.rate,
        tax.amount, due_day, origin.is_assumption,
    )  # fmt: skip


def _others(row: RequestRow, bill: BillRow) -> list[Payment]:
    """Read the other payments to the payee of a bill for the same activity in the year, one sum for each kind: an
    amount must not be split below a threshold. One query."""
    with planned() as cursor:
        cursor.execute(_OTHERS, {
            "region": row.village[:5], "village": row.village, "year": row.year, "request": row.number,
            "activity": row.activity, "supplier": bill.supplier, "payee": bill.payee,
            "states": [str(state) for state in (*COMMITTED, RequestState.PAID, RequestState.SETTLED)],
        })  # fmt: skip
        return [Payment(PaymentKind(kind), amount) for kind, amount in cursor.fetchall()]


def _payee(village: str, bill: BillRow) -> Payee:
    if bill.supplier is None:
        return Payee(numbered=False)
    supplier = Supplier.objects.get(region=village[:5], village=village, key=bill.supplier)
    return Payee(bool(supplier.npwp), supplier.taxable, supplier.small, Builder(supplier.builder))
