"""Reads of the meanings of words in a region's lists. Anyone who has the row may read them."""

from __future__ import annotations

from collections import defaultdict

from pilar.areas.models import Office
from pilar.masterplan.models import ListWord
from pilar.masterplan.queries.rows import VersionRow
from pilar.masterplan.rules.list_words import WordKind, Words
from pilar.platform.tables import folded


def list_words(row: VersionRow) -> Words:
    """Read the meanings that the region of a version has set. One query."""
    words: dict[WordKind, dict[str, str]] = defaultdict(dict)
    rows = ListWord.objects.filter(region=row.plan.region).values_list("kind", "word", "meaning")
    for kind, word, meaning in rows:
        words[WordKind(kind)][word] = meaning
    return Words(words)


def offices_by_word(row: VersionRow) -> dict[str, int]:
    """Read the keys of the region's open offices by folded name and abbreviation. One query."""
    rows = Office.objects.filter(region=row.plan.region, closed_at=None).order_by("-pk")
    named = list(rows.values_list("abbreviation", "name", "pk"))
    by_abbreviation = {folded(short): key for short, _name, key in named if short}
    return by_abbreviation | {folded(name): key for _short, name, key in named}
