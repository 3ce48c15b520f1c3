"""Suppliers of a village, and numbers of accounts that wait for a second person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pilar.people.rules import Standing
from pilar.villagefinance.models import AccountChange, BankAccount, Supplier
from pilar.villagefinance.models.accounts import WAIT
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of
from pilar.villagefinance.rules.taxes import Builder


@dataclass(frozen=True, slots=True)
class SupplierRow:
    """A supplier. ``bank`` and ``number`` are empty for readers who may not see them, ``npwp`` for those who do not
    keep suppliers."""

    key: int
    name: str
    npwp: str
    taxable: bool
    small: bool
    builder: Builder
    official: bool
    bank: str
    number: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A waiting account number: ``owner`` is a supplier or an account, ``holds_from`` the moment from which it may be
    confirmed."""

    no: int
    owner: str
    bank: str
    number: str
    asked_by: str
    asked_at: datetime
    holds_from: datetime


def suppliers(village: str, *, scope: Standing) -> tuple[SupplierRow, ...]:
    """The suppliers of a village by name; raises :class:`NotFound`. One query."""
    case = case_of(village)
    AUTHORITY.require(scope, Action.READ_BOOKS, case, known=False)
    reads = AUTHORITY.may(scope, Action.READ_ACCOUNTS, case)
    keeps = reads or AUTHORITY.may(scope, Action.KEEP_SUPPLIERS, case)
    return tuple(
        SupplierRow(
            supplier.key,
            supplier.name,
            supplier.npwp if keeps else "",
            supplier.taxable,
            supplier.small,
            Builder(supplier.builder),
            supplier.official,
            supplier.bank if reads else "",
            supplier.number if reads else "",
        )
        for supplier in Supplier.objects.filter(region=village[:5], village=village).order_by("name")
    )


def acted_on(village: str, no: int, how: str, *, by: Standing) -> bool:
    """Return whether ``by`` has confirmed or dropped a change of a number; ``how`` is the column. One query."""
    rows = AccountChange.objects.filter(region=village[:5], village=village, no=no)
    return rows.filter(**{how: by.signature}).exists()


def changes(village: str, *, scope: Standing) -> tuple[ChangeRow, ...]:
    """Read the numbers asked for that are neither confirmed nor dropped, newest first; per owner only the newest.

    Raises :class:`NotFound`, :class:`NotAllowed`.
    """
    case = case_of(village)
    known = AUTHORITY.holds(scope, Action.READ_BOOKS, case)
    AUTHORITY.require(scope, Action.READ_ACCOUNTS, case, known=known)
    of_village = {"region": village[:5], "village": village}
    suppliers_named = dict(Supplier.objects.filter(**of_village).values_list("key", "name"))
    accounts_named = dict(BankAccount.objects.filter(**of_village).values_list("key", "name"))
    seen, changed = set(), []
    for change in AccountChange.objects.filter(**of_village).order_by("-no"):
        owner = (change.supplier, change.bank_account, change.name)
        if owner not in seen and change.confirmed_at is None and change.dropped_at is None:
            name = suppliers_named.get(change.supplier) or accounts_named.get(change.bank_account) or change.name
            changed.append(
                ChangeRow(
                    change.no,
                    name,
                    change.bank,
                    change.number,
                    change.asked_by,
                    change.asked_at,
                    change.asked_at + WAIT,
                )
            )
        seen.add(owner)
    return tuple(changed)
