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
    """A supplier. ``bank`` and ``number`` are empty for who may not read them, ``npwp`` for who does not keep them."""

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
    """A number of an account that waits: ``owner`` is a supplier or an account, ``holds_from`` when it may be
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
            one.key, one.name, one.npwp if keeps else "", one.taxable, one.small, Builder(one.builder),
            one.official, one.bank if reads else "", one.number if reads else "",
        )
        for one in Supplier.objects.filter(region=village[:5], village=village).order_by("name")
    )  # fmt: skip


def acted_on(village: str, no: int, how: str, *, by: Standing) -> bool:
    """Read whether it was ``by`` who has confirmed or dropped (``how``, a column) a change of a number. One query."""
    rows = AccountChange.objects.filter(region=village[:5], village=village, no=no)
    return rows.filter(**{how: by.signature}).exists()


def changes(village: str, *, scope: Standing) -> tuple[ChangeRow, ...]:
    """The numbers that were asked for and neither confirmed nor dropped, newest first, of each owner the newest alone.

    Raises :class:`NotFound`, :class:`NotAllowed`.
    """
    case = case_of(village)
    known = AUTHORITY.holds(scope, Action.READ_BOOKS, case)
    AUTHORITY.require(scope, Action.READ_ACCOUNTS, case, known=known)
    of_village = {"region": village[:5], "village": village}
    suppliers_named = dict(Supplier.objects.filter(**of_village).values_list("key", "name"))
    accounts_named = dict(BankAccount.objects.filter(**of_village).values_list("key", "name"))
    seen, found = set(), []
    for one in AccountChange.objects.filter(**of_village).order_by("-no"):
        owner = (one.supplier, one.bank_account, one.name)
        if owner not in seen and one.confirmed_at is None and one.dropped_at is None:
            name = suppliers_named.get(one.supplier) or accounts_named.get(one.bank_account) or one.name
            found.append(ChangeRow(one.no, name, one.bank, one.number, one.asked_by, one.asked_at, one.asked_at + WAIT))
        seen.add(owner)
    return tuple(found)
