"""The books of a village as an export, with the proof that they are those of a sealed day."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.core.paginator import Page
from django.db import connection

from pilar.people.rules import NotFound, Standing
from pilar.platform import seal, sealing
from pilar.platform.actors import Authority
from pilar.platform.paging import PAGE, paged
from pilar.villagefinance.models import SealedBook
from pilar.villagefinance.rules import chain
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of


@dataclass(frozen=True, slots=True)
class SealedDay:
    """A sealed day: the root of the tree over the books of all villages, and their number."""

    day: date
    root: str
    villages: int


def sealed_books(day: date) -> list[SealedBook]:
    """Read the state of each village's books when a day was sealed, by village. One query."""
    return list(SealedBook.objects.filter(day__lte=day).order_by("village", "-day").distinct("village"))


def books(village: str, *, scope: Standing, day: date | None = None) -> dict[str, Any]:
    """Return the whole chain of a village as ``rules.chain`` checks it, with the proof of a sealed day, by default the
    latest.

    Raises :class:`NotFound`, also for a day that was not sealed.
    """
    AUTHORITY.require(scope, Action.READ_BOOKS, case_of(village), known=False)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT villagefinance_entry_text(e),"
            " villagefinance_lines_text(e.region, e.village, e.year, e.place), e.hash"
            " FROM villagefinance_entry AS e WHERE e.region = %s AND e.village = %s ORDER BY e.place",
            [village[:5], village],
        )
        rows = cursor.fetchall()
    entries = [{"told": json.loads(told), "lines": json.loads(lines), "hash": made} for told, lines, made in rows]
    return {"village": village, "entries": entries, "day": _proof(village, day)}


def sealed(village: str, *, scope: Authority, day: date | None = None) -> dict[str, Any] | None:
    """Return the state of a village's books on a sealed day, by default the latest, with the proof; open to everybody.
    None before anything was sealed. Raises :class:`NotFound` for a day that was not sealed."""
    del scope
    proof = _proof(village, day)
    return {"village": village, "day": proof} if proof else None


def sealed_since(village: str, *, scope: Authority) -> date | None:
    """Return the first day whose seal covers books of a village. One query."""
    del scope
    rows = SealedBook.objects.filter(region=village[:5], village=village).order_by("day")
    return rows.values_list("day", flat=True).first()


def sealed_days(*, scope: Authority, page: int | str = 1, size: int | None = PAGE) -> Page[SealedDay]:
    """Read the sealed days, the newest first; open to everybody. Two queries."""
    del scope
    return paged(sealing.entries_of(chain.SCOPE), lambda part: map(_day, part), page=page, size=size)


def _proof(village: str, day: date | None) -> dict[str, Any] | None:
    latest = day or SealedBook.objects.order_by("-day").values_list("day", flat=True).first()
    proof = sealing.proof_of(chain.SCOPE, str(latest)) if latest else None
    places, tree = _tree(latest, proof["entry"]["content"]["root"]) if latest and proof else ({}, None)
    if tree is None or village not in places:
        if day:
            raise NotFound
        return None
    place, entries, head = places[village]
    return {
        "entries": entries, "head": head, "place": place, "size": len(places),
        "inclusion": [digest.hex() for digest in tree.inclusion(place)], "proof": proof,
    }  # fmt: skip


@lru_cache(maxsize=4)
def _tree(day: date, _root: str) -> tuple[dict[str, tuple[int, int, str]], seal.Tree]:
    """Return the place of each village in the tree of a day, the state of its books, and the tree. Sealed content never
    changes, so it is cached."""
    every = sealed_books(day)
    places = {book.village: (place, book.entries, book.head) for place, book in enumerate(every)}
    return places, seal.Tree([chain.leaf(book.village, book.entries, book.head) for book in every])


def _day(text: str) -> SealedDay:
    entry = json.loads(text)
    return SealedDay(date.fromisoformat(entry["subject"]), entry["content"]["root"], entry["content"]["villages"])
