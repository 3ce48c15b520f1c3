"""Each day one root over the books of all villages goes into the register of seals, and the years ahead are made."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from pilar.areas.reference import today_in
from pilar.people.rules import NotAllowed, Standing
from pilar.platform import sealing
from pilar.platform.jobs import every
from pilar.platform.seal_checker import root_of
from pilar.villagefinance.models import Book, SealedBook
from pilar.villagefinance.queries.lines import sealed_books
from pilar.villagefinance.rules import chain

YEARS_AHEAD = 2


@every("villagefinance.seal-books", cron="5 17 * * *")  # 0.05 WIB
@transaction.atomic
def seal_books(*, by: Standing, now: datetime) -> int:
    """Seal how far the books of every village have come, once a day; returns how many have grown since.

    For the schedule and the operator only.
    """
    if not by.unrestricted:
        raise NotAllowed
    day = today_in("", now)
    if sealing.seal_of(chain.SCOPE, str(day)) is not None:
        return 0
    before = {one.village: one.entries for one in sealed_books(day)}
    grown = [one for one in Book.objects.order_by("village") if before.get(one.village) != one.entries]
    SealedBook.objects.bulk_create(
        SealedBook(region=one.region, village=one.village, day=day, entries=one.entries, head=one.head) for one in grown
    )
    leaves = [chain.leaf(one.village, one.entries, one.head) for one in sealed_books(day)]
    content = {"root": root_of(leaves).hex(), "villages": len(leaves)}
    sealing.append(scope=chain.SCOPE, subject=str(day), content=content, at=now)
    sealing.sign_heads(at=now)
    return len(grown)


@every("villagefinance.make-years", cron="0 18 * * *")
@transaction.atomic
def make_years(*, by: Standing, now: datetime) -> int:
    """Make the parts of the books for this year and the next ones; returns how many are new.

    For the schedule and the operator only.
    """
    if not by.unrestricted:
        raise NotAllowed
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE villagefinance_make_year(y)) FROM generate_series(%s, %s) AS y",
            [now.year - 1, now.year + YEARS_AHEAD],
        )
        return int(cursor.fetchone()[0])
