"""Levies to be set, what is owed and what was paid."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.paginator import Page

from pilar.areas.reference import today_in
from pilar.people.queries import within
from pilar.people.rules import Standing, existing
from pilar.permits.models import Levy, MerchantCode, Payment, Task
from pilar.permits.rules.authority import AUTHORITY, Action, Case
from pilar.permits.rules.levies import LevyRow, LevyState, PaymentRow
from pilar.permits.rules.services import StageKind
from pilar.platform.paging import paged


def levies(
    region: str, *, scope: Standing, state: str = "", page: int | str = 1, size: int | None = 50
) -> Page[LevyRow]:  # fmt: skip
    """The levies of a region that the reader may see, the newest first."""
    rows = Levy.objects.filter(within(AUTHORITY.extent(scope, Action.TREASURY)), region=region).select_related("case")
    return paged(rows.filter(state=state) if state else rows, _levies, page=page, size=size)


def levy(key: int, *, scope: Standing) -> LevyRow:
    """A levy that the reader may see; raises :class:`NotFound`."""
    rows = Levy.objects.filter(within(AUTHORITY.extent(scope, Action.READ)), pk=key).select_related("case")
    return existing(next(iter(_levies(rows)), None))


def levy_of(case: int) -> LevyRow | None:
    """The levy of a case that is open or paid; None without one. Whoever has the case in hand may ask."""
    rows = Levy.objects.filter(case=case).exclude(state=LevyState.VOID).select_related("case")
    return next(iter(_levies(rows)), None)


def unmatched(region: str, *, scope: Standing) -> tuple[PaymentRow, ...]:
    """The payments of a region without a levy, the newest first."""
    rows = Payment.objects.filter(within(AUTHORITY.extent(scope, Action.TREASURY)), region=region, levy=None)
    return tuple(
        PaymentRow(one.pk, one.region_id, one.reference, one.paid_on, one.amount, one.text, "") for one in rows[:500]
    )


def reported(region: str, references: Iterable[str]) -> frozenset[str]:
    """Which of these references of payments are known. Asked by the import of who may store them."""
    rows = Payment.objects.filter(region=region, reference__in=list(references))
    return frozenset(rows.values_list("reference", flat=True))


def to_be_set(region: str, *, scope: Standing) -> tuple[tuple[int, str, str, datetime], ...]:
    """The cases whose levy is to be set: key and number of the case, its stage, and since when."""
    rows = Task.objects.filter(
        within(AUTHORITY.extent(scope, Action.TREASURY)), region=region, kind=StageKind.LEVY, done_at=None,
        case__state="running",
    )  # fmt: skip
    return tuple(rows.order_by("opened_at").values_list("case", "case__number", "stage", "opened_at")[:500])


def merchant_code(region: str, *, scope: Standing) -> str:
    """The static code of the treasury of a region; empty without one."""
    AUTHORITY.require(scope, Action.TREASURY, Case(region), known=False)
    return MerchantCode.objects.filter(region=region).order_by("-pk").values_list("text", flat=True).first() or ""


def _levies(rows: Iterable[Levy]) -> list[LevyRow]:
    return [
        LevyRow(
            one.pk, one.case_id, one.case.number, one.region_id, one.number, one.amount, one.formula, one.inputs,
            today_in(one.region_id, one.set_at), one.due_on, LevyState(one.state), one.reason, one.paid_on, one.code,
        )
        for one in rows
    ]  # fmt: skip
