"""Suppliers, and the numbers of accounts, which two people change with a day between them (R23)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max, QuerySet
from django.urls import reverse

from pilar.areas.reference import local_time
from pilar.people.operations import settle, there
from pilar.people.rules import Standing
from pilar.platform import audit
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.language import N_
from pilar.platform.names import reference_of
from pilar.villagefinance.models import AccountChange, BankAccount, Supplier
from pilar.villagefinance.models.accounts import WAIT
from pilar.villagefinance.operations.locking import locked_book
from pilar.villagefinance.operations.telling import tell
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of
from pilar.villagefinance.rules.codes import BANK, CASH
from pilar.villagefinance.rules.taxes import Builder

TARGET = "villagefinance.account"


class TooEarly(PilarError):
    code = "too-early"
    status = 409
    sentence = N_("Another number of an account is confirmed a day after it was asked for: from %(moment)s")


class OwnChange(PilarError):
    code = "own-change"
    status = 409
    sentence = N_("Somebody else confirms the number than asked for it")


class ChangeElsewhere(PilarError):
    code = "change-elsewhere"
    status = 409
    sentence = N_("This change was confirmed or dropped already, or a newer one was asked for")


@dataclass(frozen=True, slots=True)
class NewSupplier:
    """A payee: with or without a tax number (NPWP), charging VAT or not, with or without the certificate of a small
    business; perhaps an ``official`` of the village."""

    name: str
    npwp: str = ""
    taxable: bool = False
    small: bool = False
    builder: Builder = Builder.NONE
    official: bool = False


@dataclass(frozen=True, slots=True)
class NewNumber:
    """A bank account number: of a supplier (key), of an account that the village has, or of a new one called
    ``name``."""

    bank: str
    number: str
    supplier: int | None = None
    bank_account: int | None = None
    name: str = ""


@transaction.atomic
def save_supplier(*, by: Standing, village: str, given: NewSupplier, key: int | None = None, now: datetime) -> int:
    """Enter a supplier, or change its facts; return its key.

    A supplier whose account number is confirmed, or waits for it, keeps its name: a change takes two people (R23).
    Raises :class:`NotFound`, :class:`NotAllowed`, Faults at ``name``.
    """
    locked_book(by, village, Action.KEEP_SUPPLIERS)
    rows = Supplier.objects.filter(region=village[:5], village=village)
    name = " ".join(given.name.split())
    if not name or rows.filter(name=name).exclude(key=key).exists():
        raise Faults([Fault("supplier-named", N_("Give a name that no other supplier has"), {}, "name")])
    if key is None:
        key = (rows.aggregate(last=Max("key"))["last"] or 0) + 1
        row = Supplier(region=village[:5], village=village, key=key)
    else:
        row = there(rows, key=key)
        asked = AccountChange.objects.filter(region=village[:5], village=village, supplier=key).order_by("no").last()
        waits = asked is not None and asked.confirmed_at is None and asked.dropped_at is None
        if (row.number or waits) and name != row.name:
            sentence = N_("Its account number was asked for under this name: enter another supplier for another name")
            raise Faults([Fault("supplier-confirmed", sentence, {}, "name")])
    before = _told(row) if row.name else None
    row.name, row.npwp, row.taxable, row.small, row.builder, row.official = (
        name, given.npwp.strip(), given.taxable, given.small, given.builder, given.official,
    )  # fmt: skip
    row.save()
    audit.record(
        by=by.actor, action="save", target="villagefinance.supplier", key=f"{village}/{key}", area=village[:5],
        before=before, after=_told(row),
    )  # fmt: skip
    return key


def _told(row: Supplier) -> dict[str, object]:
    """Return a supplier for the audit log; only the last digits of its tax number."""
    return {"name": row.name, "npwp": row.npwp[-4:], "taxable": row.taxable, "small": row.small, "builder": row.builder,
            "official": row.official}  # fmt: skip


@transaction.atomic
def open_cash_box(*, by: Standing, village: str, name: str, now: datetime) -> int:
    """Open a cash box of a village; return its key. Raises :class:`NotFound`, :class:`NotAllowed`."""
    locked_book(by, village, Action.ASK_ACCOUNT)
    key = _next(village)
    BankAccount.objects.create(region=village[:5], village=village, key=key, account=CASH, name=name)
    _record(by, village, "open", f"{village}/{key}", name=name)
    return key


@transaction.atomic
def ask_account(*, by: Standing, village: str, given: NewNumber, now: datetime) -> int:
    """Ask for a new number of an account; return the number of the change.

    Raises :class:`NotFound` (also for an unknown supplier or account), :class:`NotAllowed`, Faults at ``number``,
    ``name``.
    """
    locked_book(by, village, Action.ASK_ACCOUNT)
    of_village = {"region": village[:5], "village": village}
    number = "".join(letter for letter in given.number if letter.isdigit())
    if not number or not given.bank.strip():
        raise Faults([Fault("no-number", N_("Give the bank and the number of the account"), {}, "number")])
    name = ""
    if given.supplier is not None:
        there(Supplier.objects, **of_village, key=given.supplier)
    elif given.bank_account is not None:
        there(BankAccount.objects, **of_village, key=given.bank_account, account=BANK)
    elif not (name := " ".join(given.name.split())):
        raise Faults([Fault("unnamed-account", N_("Give the new account a name"), {}, "name")])
    no = (AccountChange.objects.filter(**of_village).aggregate(last=Max("no"))["last"] or 0) + 1
    row = AccountChange.objects.create(
        **of_village, no=no, supplier=given.supplier, bank_account=given.bank_account, name=name,
        bank=given.bank.strip(), number=number, asked_by=by.signature, asked_at=now,
    )  # fmt: skip
    _record(by, village, "ask", f"{village}/{no}", supplier=given.supplier, bank_account=given.bank_account)
    older = _same(row).filter(no__lt=no).values_list("no", flat=True)
    settle(by=by, subject=[f"{TARGET}:{village}/{number}" for number in older], now=now)
    tell(
        by, village, Action.CONFIRM_ACCOUNT, kind=TARGET, subject=f"{TARGET}:{village}/{no}",
        sentence=N_("Another account number of %(village)s waits for your confirmation, from tomorrow on"),
        address=reverse("villagefinance:accounts", args=[village]), now=now,
    )  # fmt: skip
    return no


@transaction.atomic
def confirm_account(*, by: Standing, village: str, no: int, now: datetime) -> None:
    """Confirm an account number that somebody else asked for at least a day ago.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`OwnChange`, :class:`TooEarly`, :class:`ChangeElsewhere`.
    """
    locked_book(by, village, Action.CONFIRM_ACCOUNT)
    of_village = {"region": village[:5], "village": village}
    row = _waiting(village, no)
    if by.signature == reference_of(row.asked_by):
        raise OwnChange
    if now < row.asked_at + WAIT:
        raise TooEarly(moment=local_time(row.asked_at + WAIT, village[:5]))
    row.confirmed_by, row.confirmed_at = by.signature, now
    row.save(update_fields=["confirmed_by", "confirmed_at"])
    changed = {"bank": row.bank, "number": row.number}
    if row.supplier is not None:
        Supplier.objects.filter(**of_village, key=row.supplier).update(**changed)
    elif row.bank_account is not None:
        BankAccount.objects.filter(**of_village, key=row.bank_account).update(**changed)
    else:
        BankAccount.objects.create(**of_village, key=_next(village), account=BANK, name=row.name, **changed)
    settle(by=by, subject=f"{TARGET}:{village}/{no}", now=now)
    _record(by, village, "confirm", f"{village}/{no}", supplier=row.supplier, bank_account=row.bank_account)


@transaction.atomic
def drop_account(*, by: Standing, village: str, no: int, now: datetime) -> None:
    """Drop a waiting number: it is withdrawn by the side that asks for numbers, or refused by the side that confirms
    them.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`ChangeElsewhere`.
    """
    asks = AUTHORITY.may(by, Action.ASK_ACCOUNT, case_of(village))
    locked_book(by, village, Action.ASK_ACCOUNT if asks else Action.CONFIRM_ACCOUNT)
    row = _waiting(village, no)
    row.dropped_by, row.dropped_at = by.signature, now
    row.save(update_fields=["dropped_by", "dropped_at"])
    settle(by=by, subject=f"{TARGET}:{village}/{no}", now=now)
    _record(by, village, "drop", f"{village}/{no}", supplier=row.supplier, bank_account=row.bank_account)
    tell(
        by, village, Action.ASK_ACCOUNT, kind=f"{TARGET}-dropped", subject=f"{TARGET}:{village}/{no}", now=now,
        sentence=N_("An account number that was asked for in %(village)s does not count"),
        address=reverse("villagefinance:accounts", args=[village]), needs_action=False,
    )  # fmt: skip


def _waiting(village: str, no: int) -> AccountChange:
    row = there(AccountChange.objects, region=village[:5], village=village, no=no)
    if row.confirmed_at or row.dropped_at or _same(row).filter(no__gt=no).exists():
        raise ChangeElsewhere
    return row


def _same(row: AccountChange) -> QuerySet[AccountChange]:
    """Select the changes asked for on the same account."""
    return AccountChange.objects.filter(
        region=row.region, village=row.village, supplier=row.supplier, bank_account=row.bank_account, name=row.name
    )


def _next(village: str) -> int:
    rows = BankAccount.objects.filter(region=village[:5], village=village)
    return (rows.aggregate(last=Max("key"))["last"] or 0) + 1


def _record(by: Standing, village: str, action: str, key: str, **after: object) -> None:
    audit.record(
        by=by.actor, action=action, target=TARGET, key=key, area=village[:5],
        after={name: value for name, value in after.items() if value is not None},
    )  # fmt: skip
