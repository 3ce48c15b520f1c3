"""Once a day: put one root over the books of all villages into the register of seals, recompute stored sums, and make
the tables of the years ahead."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import connection, transaction
from django.urls import reverse

from pilar.areas.reference import today_in
from pilar.people.operations import settle
from pilar.people.rules import NotAllowed, Standing
from pilar.platform import sealing
from pilar.platform.jobs import every
from pilar.platform.language import N_
from pilar.platform.seal_checker import root_of
from pilar.platform.transactions import one_by_one
from pilar.villagefinance.models import Book, SealedBook
from pilar.villagefinance.operations.telling import tell
from pilar.villagefinance.queries import positions
from pilar.villagefinance.queries.lines import sealed_books
from pilar.villagefinance.rules import chain
from pilar.villagefinance.rules.authority import Action

YEARS_AHEAD = 2
DIFFER = "villagefinance.books-differ"

log = structlog.get_logger(__name__)


@every("villagefinance.seal-books", cron="5 17 * * *")  # 0.05 WIB
@transaction.atomic
def seal_books(*, by: Standing, now: datetime) -> int:
    """Seal the state of every village's books, once a day; return the number of books with new entries.

    Only for the schedule and the operator.
    """
    if not by.unrestricted:
        raise NotAllowed
    day = today_in("", now)
    if sealing.seal_of(chain.SCOPE, str(day)) is not None:
        return 0
    before = {book.village: book.entries for book in sealed_books(day)}
    grown = [book for book in Book.objects.order_by("village") if before.get(book.village) != book.entries]
    SealedBook.objects.bulk_create(
        SealedBook(region=book.region, village=book.village, day=day, entries=book.entries, head=book.head)
        for book in grown
    )
    leaves = [chain.leaf(book.village, book.entries, book.head) for book in sealed_books(day)]
    content = {"root": root_of(leaves).hex(), "villages": len(leaves)}
    sealing.append(scope=chain.SCOPE, subject=str(day), content=content, at=now)
    sealing.sign_heads(at=now)
    return len(grown)


class BooksDiffer(RuntimeError):
    """Stored sums of books differ from their lines: the job fails, so that monitoring shows it."""


@every("villagefinance.recount-books", cron="0 20 * * *")  # 3.00 WIB
def recount_books(*, by: Standing, now: datetime) -> None:
    """Recompute all positions, numbers and chains of each village; log each difference and tell the inspectorate. Only
    for the schedule and the operator. Raises :class:`BooksDiffer`."""
    if not by.unrestricted:
        raise NotAllowed
    job = "villagefinance.recount-books"
    if differences := one_by_one(positions.books_begun(), lambda village: _recount(by, village, now), job=job):
        raise BooksDiffer(f"{differences} differences")


def _recount(by: Standing, village: str, now: datetime) -> int:
    differences, subject = list(positions.differences(village)), f"{DIFFER}:{village}"
    for difference in differences:
        log.error(
            "books-differ",
            village=village,
            year=difference.year,
            rule=difference.rule,
            of=difference.of,
            kept=difference.kept,
            computed=difference.computed,
        )
    if differences:
        tell(
            by, village, Action.OVERSEE_FLAGS, kind=DIFFER, subject=subject, now=now,
            sentence=N_("The books of %(village)s do not add up: tell who runs the system, and do not rely on them"),
            address=reverse("villagefinance:papers", args=[village, today_in(village[:5], now).year]),
        )  # fmt: skip
    else:
        settle(by=by, subject=subject, now=now)
    return len(differences)


@every("villagefinance.make-years", cron="0 18 * * *")
@transaction.atomic
def make_years(*, by: Standing, now: datetime) -> int:
    """Make the partitions of the books for this year and the next ones; return the number of new ones.

    Only for the schedule and the operator.
    """
    if not by.unrestricted:
        raise NotAllowed
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE villagefinance_make_year(y)) FROM generate_series(%s, %s) AS y",
            [now.year - 1, now.year + YEARS_AHEAD],
        )
        return int(cursor.fetchone()[0])
