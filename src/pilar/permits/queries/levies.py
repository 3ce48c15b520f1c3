"""Levies to be set, amounts owed and payments."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from decimal import Decimal

from django.core.paginator import Page
from django.db.models import F, Q, QuerySet, Sum

from pilar.areas.reference import today_in
from pilar.people.queries import within
from pilar.people.rules import Standing, existing
from pilar.permits.models import Levy, MerchantCode, Objection, Payment, Task
from pilar.permits.reference.interest import late_interest
from pilar.permits.rules.authority import AUTHORITY, Action, Case
from pilar.permits.rules.cases import CaseState
from pilar.permits.rules.levies import ZERO, Account, LevyRow, LevyState, PaymentRow, account
from pilar.permits.rules.objections import About, ObjectionState
from pilar.permits.rules.services import StageKind
from pilar.platform.paging import paged

OVERPAID, OVERDUE = "overpaid", "overdue"
"""Filters: levies with a refund to be made, and levies not paid by their due day."""


def levies(
    region: str, *, scope: Standing, now: datetime, state: str = "", page: int | str = 1, size: int | None = 50
) -> Page[LevyRow]:
    """The levies of a region that the reader may see, the newest first; ``state`` may be :data:`OVERPAID` or
    :data:`OVERDUE`."""
    rows = Levy.objects.filter(within(AUTHORITY.extent(scope, Action.TREASURY)), region=region)
    if state == OVERPAID:
        over = Q(paid__gt=F("owed")) | Q(case__state=CaseState.WITHDRAWN, paid__gt=0)
        rows = rows.annotate(paid=Sum("payments__amount")).filter(over).order_by("-pk")
    elif state == OVERDUE:
        rows = rows.filter(state=LevyState.OPEN, due_on__lt=today_in(region, now)).order_by("due_on", "pk")
    elif state:
        rows = rows.filter(state=state)
    return paged(_whole(rows), lambda part: _levies(part, now), page=page, size=size)


def levy(key: int, *, scope: Standing, now: datetime) -> LevyRow:
    """A levy that the reader may see; raises :class:`NotFound`."""
    rows = Levy.objects.filter(within(AUTHORITY.extent(scope, Action.READ)), pk=key)
    return existing(next(iter(_levies(_whole(rows), now)), None))


def levy_of(case: int, *, now: datetime) -> LevyRow | None:
    """The levy of a case that is open or (partly) paid; None without one. For callers who may read the case."""
    paid = Payment.objects.filter(levy__case=case).values("levy")
    rows = Levy.objects.filter(~Q(state=LevyState.VOID) | Q(pk__in=paid), case=case)
    return next(iter(_levies(_whole(rows), now)), None)


def account_of(row: Levy, today: date) -> Account:
    """Compute the account of a levy: paid so far, and owed today."""
    paid = [(payment.paid_on, payment.amount) for payment in row.payments.all()]
    if row.state == LevyState.VOID:
        return Account(sum((amount for _on, amount in paid), ZERO), ZERO, None)
    if row.owed is not None:
        return Account(sum((amount for _on, amount in paid), ZERO), row.owed, row.paid_on)
    rule = late_interest(row.region_id, today_in(row.region_id, row.set_at))
    return account(row.amount, rule, row.due_on, paid, today)


def to_give_back(row: Levy) -> Decimal:
    """Return the highest possible refund of a levy: the overpayment, or everything paid if an objection to it was
    upheld or its case is withdrawn."""
    return _to_give_back(row, _upheld([row.number]))


def unmatched(region: str, *, scope: Standing) -> tuple[PaymentRow, ...]:
    """The payments of a region without a levy, the newest first."""
    rows = Payment.objects.filter(within(AUTHORITY.extent(scope, Action.TREASURY)), region=region, levy=None)
    return tuple(map(_payment, rows[:500]))


def reported(region: str, references: Iterable[str]) -> frozenset[str]:
    """Return which of these references of payments are known; for the import, by users who may store payments."""
    rows = Payment.objects.filter(region=region, reference__in=list(references))
    return frozenset(rows.values_list("reference", flat=True))


def to_be_set(region: str, *, scope: Standing) -> tuple[tuple[int, str, str, datetime], ...]:
    """The cases whose levy has to be set: key and number of the case, its stage, and since when it waits."""
    rows = Task.objects.filter(
        within(AUTHORITY.extent(scope, Action.TREASURY)), region=region, kind=StageKind.LEVY, done_at=None,
        case__state="running",
    )  # fmt: skip
    return tuple(rows.order_by("opened_at").values_list("case", "case__number", "stage", "opened_at")[:500])


def merchant_code(region: str, *, scope: Standing) -> str:
    """The static code of the treasury of a region; empty without one."""
    AUTHORITY.require(scope, Action.TREASURY, Case(region), known=False)
    return MerchantCode.objects.filter(region=region).order_by("-pk").values_list("text", flat=True).first() or ""


def _whole(rows: QuerySet[Levy]) -> QuerySet[Levy]:
    return rows.select_related("case").prefetch_related("payments")


def _levies(rows: Iterable[Levy], now: datetime) -> list[LevyRow]:
    rows = list(rows)
    upheld = _upheld([row.number for row in rows])
    return [
        LevyRow(
            row.pk, row.case_id, row.case.number, row.region_id, row.number, row.amount, row.formula, row.inputs,
            today_in(row.region_id, row.set_at), row.due_on, LevyState(row.state), row.reason, row.code,
            account_of(row, today_in(row.region_id, now)), _to_give_back(row, upheld),
            tuple(map(_payment, row.payments.all())),
        )
        for row in rows
    ]  # fmt: skip


def _upheld(numbers: Iterable[str]) -> frozenset[str]:
    rows = Objection.objects.filter(about=About.LEVY, state=ObjectionState.UPHELD, thing__in=numbers)
    return frozenset(rows.values_list("thing", flat=True))


def _to_give_back(row: Levy, upheld: Collection[str]) -> Decimal:
    if row.state == LevyState.OPEN:
        return ZERO
    owed = account_of(row, row.due_on)  # a closed levy owes the same on every day
    return owed.paid if row.number in upheld or row.case.state == CaseState.WITHDRAWN else owed.over


def _payment(row: Payment) -> PaymentRow:
    return PaymentRow(row.pk, row.reference, row.paid_on, row.amount, row.text)
