"""The one lock of a village's books, and the refusals of the database under it."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import IntegrityError

from pilar.people.operations import there
from pilar.people.rules import NotFound, Standing
from pilar.platform.statements import planned
from pilar.platform.transactions import require_transaction
from pilar.villagefinance.models import Book, PaymentRequest
from pilar.villagefinance.queries.executors import case_of_request
from pilar.villagefinance.queries.years import is_year_closed
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of
from pilar.villagefinance.rules.refusals import Refused, refused


def locked_book(by: Standing, village: str, action: Action) -> None:
    """Lock the books of a village for a person who may do ``action`` there.

    Raises :class:`NotFound` if they may not know of the books, :class:`NotAllowed`.
    """
    case = case_of(village)
    AUTHORITY.require(by, action, case, known=AUTHORITY.holds(by, Action.READ_BOOKS, case))
    held_book(village)


def locked_request(
    by: Standing, village: str, year: int, number: int, action: Callable[[PaymentRequest], Action]
) -> PaymentRequest:
    """Return a payment request under the lock of its village's books, for a person who may do ``action`` with it.

    Raises :class:`NotFound` if they may not know of the books, :class:`NotAllowed`.
    """
    AUTHORITY.require(by, Action.READ_BOOKS, case_of(village), known=False)
    held_book(village)
    row = there(PaymentRequest.objects, region=village[:5], village=village, year=year, number=number)
    case = case_of_request(row)
    AUTHORITY.require(by, Action.READ_REQUESTS, case, known=False)
    AUTHORITY.require(by, action(row), case, known=True)
    return row


def held_book(village: str) -> None:
    """Lock the books of a village without a check of permission; raises :class:`NotFound`."""
    require_transaction("held_book")
    lock = "SELECT 1 FROM villagefinance_book WHERE region = %s AND village = %s FOR NO KEY UPDATE"
    with planned() as cursor:
        if "\0" not in village:  # no column can hold a text with a zero byte
            cursor.execute(lock, [village[:5], village])
        if "\0" in village or cursor.fetchone() is None:
            raise NotFound


def held_books(villages: Collection[str]) -> None:
    """Lock the books of villages of one region in the order of their codes; raises :class:`NotFound` if one is
    missing."""
    rows = Book.objects.filter(region__in={code[:5] for code in villages}, village__in=villages).order_by("village")
    if len(rows.select_for_update(no_key=True)) != len(set(villages)):
        raise NotFound


def require_open_year(village: str, year: int) -> None:
    """Raise :class:`Refused` for a year whose books are closed; they stay so while the lock is held."""
    if is_year_closed(village, year):
        raise Refused(rule="year_is_closed")


@contextmanager
def told() -> Iterator[None]:
    """Turn a refusal of the database into :class:`Refused`; the transaction is lost with it."""
    try:
        yield
    except IntegrityError as error:
        refusal = refused(*_named(error.__cause__))
        if refusal is None:
            raise
        raise refusal from error


def _named(error: BaseException | None) -> tuple[str, dict[str, Any]]:
    """Return the name of the rule by which the database refuses, and the facts it gives."""
    diag = error.diag if isinstance(error, psycopg.Error) else None
    if diag is None or diag.constraint_name:
        return (diag and diag.constraint_name) or "", {}
    if diag.table_name:  # no partition takes the year of the row
        return "year_not_kept", {}
    return diag.message_primary or "", json.loads(diag.message_detail or "{}")
