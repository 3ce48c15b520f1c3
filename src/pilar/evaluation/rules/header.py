"""The header of a mark sheet: which column is the region, which node each other column stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from pilar import index
from pilar.platform.errors import Fault
from pilar.platform.language import N_
from pilar.platform.tables import Column, Table, shown

REGION_COLUMNS = frozenset({"region", "wilayah", "daerah"})
NAME_COLUMNS = frozenset({"name", "nama"})


# A fault of a row, still without its place, and the column it stands in; None for one of the row as a whole.
Found = tuple[Column | None, Fault]


@dataclass(frozen=True, slots=True)
class Header:
    """Columns with their meaning. ``region`` is None where none or several claim it, which ``faults`` then say."""

    region: Column | None
    nodes: Mapping[str, Column]
    faults: tuple[Fault, ...]


def read_header(table: Table, instrument: index.Instrument, *, finals: bool = False) -> Header:
    """The meaning of each column.

    A node goes by its code, in any case and with spaces or hyphens for underscores, or by its Indonesian or English
    title where only one node has it. A column ``name`` in addition to ``region`` is for people and is not read. With
    ``finals``, a column of the root is enough and makes all other columns irrelevant: last year's result file is read
    that way.
    """
    regions: list[Column] = []
    nodes: dict[str, Column] = {}
    faults: list[Found] = []
    titles = _codes_by_title(instrument)
    codes = {node.code for node in instrument.nodes}
    for column in table.columns:
        key = _key(column.name)
        fitting = {key} if key in codes else titles.get(key, set())
        if key in REGION_COLUMNS:
            regions.append(column)
        elif len(fitting) == 1:
            earlier = nodes.setdefault(next(iter(fitting)), column)
            if earlier is not column:
                faults.append((column, _duplicate(earlier)))
        elif column.name and key not in NAME_COLUMNS:
            faults.append((column, _unknown(column, fitting, codes, titles)))
    if finals and instrument.root.code in nodes:
        nodes = {instrument.root.code: nodes[instrument.root.code]}
        faults = []
    else:
        faults += [(None, fault) for fault in _missing(instrument.root, nodes)]
    if not regions:
        faults.append((None, Fault("no-region-column", "There is no column “region” (or “wilayah”, “daerah”).")))
    faults += [(column, _duplicate(regions[0])) for column in regions[1:]]
    return Header(regions[0] if len(regions) == 1 else None, nodes, in_order(table, table.header_row, faults))


def in_order(table: Table, row: int, faults: Iterable[Found]) -> tuple[Fault, ...]:
    """The faults of one row with their places, by column; those of the row as a whole come last."""
    ordered = sorted(faults, key=lambda pair: len(table.columns) if pair[0] is None else pair[0].index)
    return tuple(replace(fault, place=table.place(row, column)) for column, fault in ordered)


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "_", name.casefold()).strip("_")


def _codes_by_title(instrument: index.Instrument) -> dict[str, set[str]]:
    titles: dict[str, set[str]] = {}
    for node in instrument.nodes:
        for title in node.title.values():
            titles.setdefault(_key(title), set()).add(node.code)
    return titles


def _duplicate(earlier: Column) -> Fault:
    return Fault("column-twice", "The column means the same as column %(earlier)s.", {"earlier": str(earlier)})


def _unknown(column: Column, fitting: set[str], codes: set[str], titles: Iterable[str]) -> Fault:
    given = shown(column.name)
    if fitting:
        sentence = N_("Several nodes have the title “%(given)s”. Write the code: %(codes)s.")
        return Fault("ambiguous-column", sentence, {"given": given, "codes": ", ".join(sorted(fitting))})
    near = get_close_matches(_key(column.name[:100]), [*codes, *titles], n=1)
    if near:
        sentence = N_("The instrument has no node “%(given)s”. Is “%(near)s” meant?")
        return Fault("unknown-column", sentence, {"given": given, "near": near[0]})
    return Fault("unknown-column", "The instrument has no node “%(given)s”.", {"given": given})


def _missing(root: index.Node, nodes: Mapping[str, Column]) -> Iterator[Fault]:
    """The highest nodes for which there is no column at or below them; one fault if that is the root itself."""
    if root.code in nodes:
        return
    bare = [child for child in root.children if not _covered(child, nodes)]
    if len(bare) == len(root.children):
        expected = ", ".join(child.code for child in root.children) or root.code
        sentence = N_("There is no column for any node of the instrument. Expected: %(expected)s.")
        yield Fault("no-mark-column", sentence, {"expected": expected})
        return
    for child in root.children:
        if child in bare:
            sentence = N_("The column “%(node)s” is missing. Where there is no mark, keep it and leave it blank.")
            yield Fault("missing-column", sentence, {"node": child.code})
        else:
            yield from _missing(child, nodes)


def _covered(node: index.Node, nodes: Mapping[str, Column]) -> bool:
    return node.code in nodes or any(_covered(child, nodes) for child in node.children)
