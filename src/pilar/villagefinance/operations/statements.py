"""Keep bank statements; match movements of bank and books, and release matches again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from pilar.people.operations import there
from pilar.people.rules import NotFound, Standing
from pilar.platform import audit
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.imports.columns import LEFT_OUT
from pilar.platform.language import N_
from pilar.platform.tables import folded
from pilar.villagefinance.models import (
    BankAccount,
    BankFormat,
    BankMatch,
    BankRow,
    BankStatement,
    MatchedLine,
    MatchedRow,
)
from pilar.villagefinance.operations.locking import locked_book, told
from pilar.villagefinance.queries.statements import line_of
from pilar.villagefinance.rules.authority import Action
from pilar.villagefinance.rules.codes import BANK
from pilar.villagefinance.rules.statements.columns import COLUMNS
from pilar.villagefinance.rules.statements.matching import Match
from pilar.villagefinance.rules.statements.shape import Statement, StatementRow, continued

MAX_REFERENCE = 100
MAX_COLUMNS = 100


class OtherAccount(PilarError):
    """The statement belongs to another account than the one it was sent for."""

    code = "other-account"
    status = 409
    sentence = N_("This is the statement of account %(given)s; here is account %(number)s")


class NothingNew(PilarError):
    """Every movement of the statement is kept already."""

    code = "nothing-new"
    status = 409
    sentence = N_("All movements of this statement are kept already")


@transaction.atomic
def choose_columns(*, by: Standing, village: str, bank_account: int, columns: Mapping[str, str]) -> None:
    """Set the meaning of the headings of an account's statements for this and later files (:data:`COLUMNS`, or left
    out).

    Raises :class:`NotFound`, :class:`NotAllowed`, Faults for an unknown column.
    """
    locked_book(by, village, Action.RECONCILE)
    there(BankAccount.objects, region=village[:5], village=village, key=bank_account, account=BANK)
    known = {column.name for column in COLUMNS} | {LEFT_OUT}
    if not set(columns.values()) <= known or len(columns) > MAX_COLUMNS:
        raise Faults([Fault("unknown-column", N_("Choose one of the columns of a statement"))])
    of_account: dict[str, Any] = {"region": village[:5], "village": village, "bank_account": bank_account}
    row = BankFormat.objects.filter(**of_account).first() or BankFormat(**of_account, columns={})
    before, row.columns = row.columns, {**row.columns, **{folded(key): name for key, name in columns.items()}}
    if row.columns != before:
        row.save()
        _record(by, "choose-columns", of_account, "columns", dict(row.columns))


@transaction.atomic
def keep_statement(
    *, by: Standing, village: str, bank_account: int, statement: Statement, name: str, content: bytes, now: datetime
) -> int:
    """Keep the new movements of a statement of an account; return their number.

    ``content``: the file; its hash is kept. Raises :class:`NotFound`, :class:`NotAllowed`, :class:`OtherAccount`,
    :class:`NothingNew`, Faults where a statement is missing before it.
    """
    locked_book(by, village, Action.RECONCILE)
    account = there(BankAccount.objects, region=village[:5], village=village, key=bank_account, account=BANK)
    if statement.account and _digits(statement.account) != _digits(account.number):
        raise OtherAccount(given=statement.account, number=account.number)
    of_account: dict[str, Any] = {"region": village[:5], "village": village, "bank_account": bank_account}
    before = BankStatement.objects.filter(**of_account).order_by("-number").first()
    rows = BankRow.objects.filter(**of_account).order_by("-number")
    kept = [
        StatementRow(row.number, row.date, row.amount, row.text, row.reference, None)
        for row in rows[: len(statement.rows)]
    ][::-1]
    new = continued(kept, before.closing if before else None, statement)
    if before is not None and not new and statement.last <= before.last:
        raise NothingNew
    number, last = (before.number if before else 0) + 1, _last(rows)
    BankStatement.objects.create(
        **of_account, number=number, name=name[:200], digest=hashlib.sha256(content).hexdigest(),
        first=new[0].date if new and before else statement.first, last=statement.last,
        opening=before.closing if before else statement.opening, closing=statement.closing, kept_by=by.actor.name,
        kept_at=now,
    )  # fmt: skip
    BankRow.objects.bulk_create(
        BankRow(
            **of_account, number=last + at, statement=number, date=row.date, amount=row.amount, text=row.text,
            reference=row.reference[:MAX_REFERENCE],
        )
        for at, row in enumerate(new, start=1)
    )  # fmt: skip
    _record(by, "keep", of_account, f"statement/{number}", {"name": name, "rows": len(new), "last": statement.last})
    return len(new)


@transaction.atomic
def accept_matches(*, by: Standing, village: str, bank_account: int, matches: Sequence[Match], now: datetime) -> int:
    """Record that the movements of each of ``matches`` are the same, unless recorded already; return the number of new
    ones.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`Refused` for a movement that is matched already, and where
    the two sides have different sums.
    """
    locked_book(by, village, Action.RECONCILE)
    of_account: dict[str, Any] = {"region": village[:5], "village": village, "bank_account": bank_account}
    matches = _new(of_account, matches)
    last = _last(BankMatch.objects.filter(**of_account))
    with told(), transaction.atomic():
        for number, match in enumerate(matches, start=last + 1):
            BankMatch.objects.create(**of_account, number=number, accepted_by=by.actor.name, accepted_at=now)
            MatchedRow.objects.bulk_create(MatchedRow(**of_account, row=row, match=number) for row in match.bank)
            MatchedLine.objects.bulk_create(
                MatchedLine(**of_account, **line_of(village, key), match=number) for key in match.books
            )
        _check_now()
    parts = {str(last + at): [list(match.bank), list(match.books)] for at, match in enumerate(matches, start=1)}
    if matches:
        _record(by, "match", of_account, "matches", parts)
    return len(matches)


def _new(of_account: dict[str, Any], matches: Sequence[Match]) -> list[Match]:
    """Return those of ``matches`` that are not stored already, as when they are sent twice."""
    rows = MatchedRow.objects.filter(**of_account, row__in=[row for match in matches for row in match.bank])
    numbers = dict(rows.values_list("row", "match"))
    return [match for match in matches if not _is_of(of_account, numbers.get(match.bank[0]), match)]


def _is_of(of_account: dict[str, Any], number: int | None, given: Match) -> bool:
    """Return whether the match of this number has exactly these movements."""
    if number is None:
        return False
    bank = MatchedRow.objects.filter(**of_account, match=number).values_list("row", flat=True)
    lines = MatchedLine.objects.filter(**of_account, match=number).values_list("year", "place", "no")
    books = [tuple(line_of(of_account["village"], key).values()) for key in given.books]
    return (sorted(bank), sorted(lines)) == (sorted(given.bank), sorted(books))


@transaction.atomic
def release_match(*, by: Standing, village: str, bank_account: int, match: int, of: Match | None = None) -> None:
    """Release a match; its movements are open again. ``of``: its movements when the page was opened, because numbers
    are reused.

    Raises :class:`NotFound` (also if the number has other movements now), :class:`NotAllowed`.
    """
    locked_book(by, village, Action.RECONCILE)
    of_account: dict[str, Any] = {"region": village[:5], "village": village, "bank_account": bank_account}
    row = there(BankMatch.objects, **of_account, number=match)
    if of is not None and not _is_of(of_account, match, of):
        raise NotFound
    MatchedRow.objects.filter(**of_account, match=match).delete()
    MatchedLine.objects.filter(**of_account, match=match).delete()
    row.delete()
    _record(by, "release", of_account, f"match/{match}", None)


def _check_now() -> None:
    """Have the database check the matches before the transaction ends, so that a refusal becomes a sentence."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _last(rows: QuerySet[Any]) -> int:
    """Return the highest number so far."""
    return int(rows.aggregate(last=Max("number"))["last"] or 0)


def _digits(number: str) -> str:
    return "".join(letter for letter in number if letter.isdigit()).lstrip("0")


def _record(by: Standing, action: str, of_account: dict[str, Any], what: str, after: dict[str, Any] | None) -> None:
    key = f"{of_account['village']}/{of_account['bank_account']}/{what}"
    audit.record(
        by=by.actor,
        action=action,
        target="villagefinance.bank-account",
        key=key,
        area=of_account["region"],
        after=after,
    )
