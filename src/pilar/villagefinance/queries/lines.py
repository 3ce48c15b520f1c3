"""The books of a village as they are handed out, with what proves that they are those of a day."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.db import connection

from pilar.people.rules import Standing
from pilar.platform import seal, sealing
from pilar.platform.actors import Authority
from pilar.villagefinance.models import SealedBook
from pilar.villagefinance.rules import chain
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of


def sealed_books(day: date) -> list[SealedBook]:
    """How far the books of each village had come when a day was sealed, by village. One query."""
    return list(SealedBook.objects.filter(day__lte=day).order_by("village", "-day").distinct("village"))


def books(village: str, *, scope: Standing, day: date | None = None) -> dict[str, Any]:
    """The whole chain of a village as ``rules.chain`` checks it, with the proof of a sealed day, by default the latest.

    Raises :class:`NotFound`.
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


def sealed(village: str, *, scope: Authority) -> dict[str, Any] | None:
    """How far the books of a village had come on the latest sealed day, with the proof, as everybody may read it; None
    before there is one."""
    del scope
    day = _proof(village, None)
    return {"village": village, "day": day} if day else None


def _proof(village: str, day: date | None) -> dict[str, Any] | None:
    latest = day or SealedBook.objects.order_by("-day").values_list("day", flat=True).first()
    proof = sealing.proof_of(chain.SCOPE, str(latest)) if latest else None
    every = sealed_books(latest) if latest else []
    own = [(place, one) for place, one in enumerate(every) if one.village == village]
    if not own or proof is None:
        return None
    place, sealed = own[0]
    leaves = [chain.leaf(one.village, one.entries, one.head) for one in every]
    return {
        "entries": sealed.entries, "head": sealed.head, "place": place, "size": len(leaves),
        "inclusion": [one.hex() for one in seal.inclusion(leaves, place)], "proof": proof,
    }  # fmt: skip
