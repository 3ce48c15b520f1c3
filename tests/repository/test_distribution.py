"""How far the tables could be spread by region over several servers, as Citus asks for it: docs/scale.md says the same.

Citus itself is not here. Its rules are read from the catalogue: every key and every reference of a table that is
spread holds the column by which it is spread, which is never empty, and a reference leads to a table spread alike or to
one that is the same everywhere.
"""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection

DOCUMENT = Path(__file__).parents[2] / "docs" / "scale.md"
BEGIN, END = "<!-- spread by region -->\n", "<!-- end of spread by region -->"
EVERYWHERE = {"areas_district", "areas_office"}
"""Short lists that name a region and are read by those of others: the same on every server."""
_TABLES = """
SELECT c.relname, a.attname, a.attnotnull FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace JOIN pg_attribute AS a ON a.attrelid = c.oid
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
"""
_KEYS = """
SELECT indrelid::regclass::text, array(SELECT attname::text FROM pg_attribute WHERE attrelid = indrelid
    AND attnum = ANY(indkey)) FROM pg_index WHERE indisunique
"""
_REFERENCES = """
SELECT conrelid::regclass::text, confrelid::regclass::text,
    array(SELECT attname::text FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY(conkey)),
    array(SELECT attname::text FROM pg_attribute WHERE attrelid = confrelid AND attnum = ANY(confkey))
FROM pg_constraint WHERE contype = 'f' AND conparentid = 0
"""
FITS, KEYED, BELOW, SAME = "fits", "key or reference without it", "region by another table", "same everywhere"


@dataclass(frozen=True)
class Catalogue:
    """Of each table its columns and whether each must be filled, its unique keys, and to what its references lead."""

    columns: Mapping[str, Mapping[str, bool]]
    keys: Mapping[str, list[list[str]]]
    references: Mapping[str, list[tuple[str, list[str], list[str]]]]

    def region(self, table: str) -> str:
        """The column by which a table is spread; empty where it has none that is always filled."""
        names = [name for name in ("region", "region_id") if self.columns[table].get(name)]
        return names[0] if names and table not in EVERYWHERE else ""

    def spread(self) -> dict[str, str]:
        """Of each table, how it stands to the rules."""
        kinds = {table: KEYED if self.region(table) else SAME for table in self.columns}
        while more := [table for table, kind in kinds.items() if kind == SAME and self._below(table, kinds)]:
            kinds |= dict.fromkeys(more, BELOW)
        return kinds | {table: FITS for table, kind in kinds.items() if kind == KEYED and self._fits(table, kinds)}

    def _below(self, table: str, kinds: Mapping[str, str]) -> bool:
        return any(
            kinds[other] != SAME and all(self.columns[table][name] for name in own)
            for other, own, _theirs in self.references[table]
        )

    def _fits(self, table: str, kinds: Mapping[str, str]) -> bool:
        region = self.region(table)
        return all(region in key for key in self.keys[table]) and all(
            kinds[other] == SAME or (region in own and self.region(other) in theirs)
            for other, own, theirs in self.references[table]
        )


@pytest.fixture
def catalogue(db: None) -> Catalogue:
    columns: dict[str, dict[str, bool]] = defaultdict(dict)
    keys, references = defaultdict(list), defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        for table, name, filled in cursor.fetchall():
            columns[table][name] = filled
        cursor.execute(_KEYS)
        for table, names in cursor.fetchall():
            # Keys of lines stand below their whole (docs/adr/0023).
            keys[table.replace("villagefinance_years.line", "villagefinance_line")].append(names)
        cursor.execute(_REFERENCES)
        for table, *reference in cursor.fetchall():
            references[table.replace("villagefinance_years.line", "villagefinance_line")].append(tuple(reference))
    return Catalogue(columns, keys, references)


def test_books_of_villages_can_be_spread_by_region(catalogue: Catalogue) -> None:
    kinds = catalogue.spread()
    books = {table: kind for table, kind in kinds.items() if table.startswith("villagefinance_")}
    assert len(books) > 40
    assert [table for table, kind in books.items() if kind != FITS] == []


def test_no_list_that_is_the_same_everywhere_leads_to_rows_of_a_region(catalogue: Catalogue) -> None:
    """Where the reference may be empty, the row is of the nation or of a region, and told under its own reason."""
    kinds = catalogue.spread()
    leading = {
        table for table, kind in kinds.items() if kind == SAME
        for other, own, _theirs in catalogue.references[table] if kinds[other] != SAME
        and all(catalogue.columns[table][name] for name in own)
    }  # fmt: skip
    assert leading == set()


def test_the_document_says_of_every_table_how_it_stands(catalogue: Catalogue) -> None:
    told = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert told == drawn(catalogue.spread())


@pytest.mark.parametrize(("keys", "references", "kind"), [
    ([["region", "number"]], [], FITS),
    ([["number"]], [], KEYED),
    ([["region", "number"]], [("other", ["region", "of"], ["region", "number"])], FITS),
    ([["region", "number"]], [("other", ["of"], ["number"])], KEYED),
    ([["region", "number"]], [("list", ["of"], ["code"])], FITS),
])  # fmt: skip
def test_a_key_or_a_reference_without_the_region_is_seen(
    keys: list[list[str]], references: list[tuple[str, list[str], list[str]]], kind: str
) -> None:
    columns = {
        "table": {"region": True, "number": True, "of": True}, "other": {"region": True, "number": True},
        "below": {"of": True}, "list": {"code": True},
    }  # fmt: skip
    below = [("table", ["of"], ["number"])]
    made = Catalogue(columns, defaultdict(list, table=keys), defaultdict(list, table=references, below=below)).spread()
    assert (made["table"], made["below"], made["list"]) == (kind, BELOW, SAME)


def drawn(kinds: Mapping[str, str]) -> str:
    """The counts of each room as a table, and the names of all that does not fit."""
    rooms = sorted({table.partition("_")[0] for table in kinds})
    rows = [f"| room | {FITS} | {KEYED} | {BELOW} | {SAME} |", "|---|---|---|---|---|"]
    for room in rooms:
        of_room = [kind for table, kind in kinds.items() if table.partition("_")[0] == room]
        rows.append(f"| {room} | " + " | ".join(str(of_room.count(kind)) for kind in (FITS, KEYED, BELOW, SAME)) + " |")
    named = (f"*{kind}:* {_list(table for table in kinds if kinds[table] == kind)}" for kind in (KEYED, BELOW, SAME))
    return "\n".join(rows) + "\n\n" + "\n\n".join(textwrap.fill(text, 118) for text in named) + "\n"


def _list(tables: Iterable[str]) -> str:
    return ", ".join(f"`{table}`" for table in sorted(tables))
