"""Notices about events in a village: recipients and deadlines."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Min
from django.urls import reverse

from pilar.areas.queries import village_names
from pilar.areas.reference import midnight_in
from pilar.people.operations import notify, settle
from pilar.people.queries import current, standing_of_key
from pilar.people.rules import Standing
from pilar.platform.language import N_
from pilar.villagefinance import reference
from pilar.villagefinance.models import PaymentRequest
from pilar.villagefinance.queries.executors import account_of, case_of_request
from pilar.villagefinance.queries.requests import due_of_advance
from pilar.villagefinance.queries.taxes import open_withholdings
from pilar.villagefinance.rules.authority import AUTHORITY, TABLE, Action
from pilar.villagefinance.rules.requests import RequestState as R

REQUEST, TAX = "villagefinance.request", "villagefinance.tax"
NEXT = {
    R.SUBMITTED: (Action.CHECK_REQUEST, N_("Payment request %(number)s of %(village)s waits for your check")),
    R.CHECKED: (Action.APPROVE_REQUEST, N_("Payment request %(number)s of %(village)s waits for your approval")),
    R.APPROVED: (Action.PAY, N_("Payment request %(number)s of %(village)s is approved: pay it")),
}
"""The action of those who act on a request in a state, and the notice they get."""
ACCOUNTED = N_("The account of advance %(number)s of %(village)s waits for your check")
WITH_OTHERS = N_("Payment request %(number)s of %(village)s came back: who carries out its activity now mends it")
TO_MAKER = {
    R.RETURNED: N_("Payment request %(number)s of %(village)s came back to you: mend it"),
    R.PAID: N_("The advance of request %(number)s of %(village)s is paid: account for it in time"),
    R.SETTLED: N_("Payment request %(number)s of %(village)s is paid and accounted for"),
    R.CANCELLED: N_("Payment request %(number)s of %(village)s is cancelled"),
}
"""Notices to the maker of a request; the first two require action."""


def tell(
    by: Standing, place: str, to: Action | Collection[int], *, kind: str, subject: str, sentence: str, address: str,
    until: date | None = None, needs_action: bool = True, now: datetime, **fields: Any,
) -> None:  # fmt: skip
    """Notify these accounts, or everybody except ``by`` who may do an action in a village or region, through
    :func:`pilar.people.operations.notify`; ``until`` is their last day for it."""
    accounts = holders(place, to, now) - {by.account} if isinstance(to, Action) else to
    if not accounts:
        return
    notify(
        by=by, to=accounts, kind=kind, subject=subject,
        sentence=sentence, fields={"village": village_names(codes=[place]).get(place, place), **fields},
        address=address, region=place[:5], needs_action=needs_action, now=now,
        deadline=None if until is None else midnight_in(place[:5], until + timedelta(days=1)),
    )  # fmt: skip


def holders(place: str, action: Action, now: datetime) -> set[int]:
    """Return the keys of the accounts whose role allows an action in a village (or region): in itself, or in an area
    that contains it."""
    units = [place, place.rpartition(".")[0], ""]
    held = current(now).filter(region=place[:5], unit__in=units, role__in=TABLE[action].roles)
    return set(held.order_by().values_list("user", flat=True))


def tell_of_request(by: Standing, row: PaymentRequest, now: datetime, *, accounted: bool = False) -> None:
    """Notify those who act next on a request, or on the settlement of its advance (``accounted``); earlier notices
    about it are settled."""
    state, key = R(row.state), f"{row.village}/{row.year}/{row.number}"
    settle(by=by, subject=f"{REQUEST}:{key}", now=now)
    to: Action | Collection[int]
    if accounted:
        to, sentence = Action.CHECK_REQUEST, ACCOUNTED
    elif state in NEXT:
        to, sentence = NEXT[state]
    else:
        to, sentence = _makers(row) - {by.account or 0}, TO_MAKER[state]
    kind, address = f"{REQUEST}-{'accounted' if accounted else state}", [row.village, row.year, row.number]
    told: dict[str, Any] = {"kind": kind, "subject": f"{REQUEST}:{key}", "now": now, "number": row.number}
    if state is R.RETURNED:
        to, others = _who_mends(row, now)
        payments = reverse("villagefinance:payments", args=[row.village])
        tell(by, row.village, others, sentence=WITH_OTHERS, address=payments, needs_action=False, **told)
    tell(
        by, row.village, to, sentence=sentence, address=reverse("villagefinance:request", args=address),
        until=due_of_advance(row.village, row.paid_on) if state is R.PAID and row.paid_on else None,
        needs_action=state not in (R.SETTLED, R.CANCELLED), **told,
    )  # fmt: skip


def _who_mends(row: PaymentRequest, now: datetime) -> tuple[set[int], set[int]]:
    """For a returned request, return those who correct it, and those who sent it but no longer carry out its
    activity."""
    case, makers = case_of_request(row), _makers(row)
    left = {maker for maker in makers if not AUTHORITY.may(standing_of_key(maker, now), Action.WRITE_REQUEST, case)}
    return (makers - left) | case.executors, left - case.executors


def _makers(row: PaymentRequest) -> set[int]:
    """Return the account of the maker of a request, if there is one."""
    account = account_of(row.maker)
    return set() if account is None else {account}


def tell_of_tax(by: Standing, village: str, now: datetime, *, withheld: bool = False) -> None:
    """Notify those who pay, including ``by``, about each tax that is withheld and not remitted, with its earliest
    deadline. ``withheld``: more is owed than before, so no earlier notice is settled."""
    owed = dict(open_withholdings(village).order_by().values_list("tax").annotate(Min("due")))
    kinds = reference.tax_rules(region=village[:5], day=date.max).kinds
    if not withheld:
        settle(by=by, subject={f"{TAX}:{village}/{tax}" for tax in kinds if tax not in owed}, now=now)
    payers = holders(village, Action.PAY, now) if owed else ()
    for tax, due in sorted(owed.items()):
        tell(
            by, village, payers, kind=TAX, subject=f"{TAX}:{village}/{tax}",
            sentence=N_("Tax of %(village)s is to be remitted: %(tax)s"),
            address=reverse("villagefinance:taxes", args=[village]), until=due, now=now,
            tax=asdict(kinds[tax].title) if tax in kinds else tax,
        )  # fmt: skip
