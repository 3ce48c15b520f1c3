"""Content of a report on a composite index, before it is written in any form."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from pilar.evaluation.commands.layout import heading
from pilar.index import composite
from pilar.platform.errors import PilarError
from pilar.platform.language import N_, translate

# A number is in floating point and unrounded; a blank is None.
Value = str | int | float | None
Columns = list[tuple[str, str]]


@dataclass(frozen=True)
class Report:
    """``columns``: key and heading of each; ``rows``: a value for each key; ``notes``: sentences below the table.

    ``raw``: the columns that are in units of their own, and so have significant digits in a table, not decimals.
    """

    spec: composite.Spec
    name: str
    columns: Sequence[tuple[str, str]]
    rows: Sequence[Mapping[str, Value]]
    notes: Sequence[str] = ()
    raw: frozenset[str] = frozenset()


class NoSuchYear(PilarError):
    """The data have no rows of the year asked for."""

    code = "no-such-year"
    sentence = N_("The data have no rows of %(year)s. There are: %(years)s.")


class NoSuchUnit(PilarError):
    """The data have no rows of the unit asked for."""

    code = "no-such-unit"
    sentence = N_("The data have no unit “%(unit)s”.")


class NothingUncertain(PilarError):
    """Nothing could have been chosen otherwise, so every run would be the index itself."""

    code = "nothing-uncertain"
    sentence = N_("Nothing could be otherwise: say “uncertainty” in the file, or give --weights or --weight-sets.")


def under_choices(built: composite.Built, options: argparse.Namespace) -> composite.Alternatives:
    """Return what could have been chosen instead, by the file and the command. Raises NothingUncertain."""
    alternatives = built.spec.alternatives
    if options.weights is not None:
        alternatives = replace(alternatives, weights=Decimal(options.weights))
    if alternatives == composite.Alternatives():
        raise NothingUncertain
    return alternatives


class NoSuchNode(PilarError):
    """The index has no node of that code."""

    code = "no-such-node"
    sentence = N_("The index has no node “%(node)s”. There are: %(nodes)s.")


def asked_node(built: composite.Built, options: argparse.Namespace) -> composite.Element:
    """The node asked for, or the root. Raises NoSuchNode."""
    code = options.node or built.spec.root.code
    if code not in built.spec.by_code:
        raise NoSuchNode(node=code, nodes=", ".join(built.spec.by_code))
    return built.spec.by_code[code]


def identified(data: composite.Data) -> Columns:
    """The columns that identify the unit of a row."""
    columns = [("unit", translate("Unit"))]
    columns += [("name", translate("Name"))] if data.names else []
    return columns + ([("year", translate("Year"))] if data.years else [])


def chosen_rows(built: composite.Built, options: argparse.Namespace) -> list[int]:
    """The rows of the year asked for; without one, all of them, or in a table the last year's."""
    data = built.data
    year = options.year
    if year is None and data.years is not None and options.format == "table":
        year = data.periods[-1]
    if year is None:
        return list(range(len(data)))
    check_year(data, year)
    return [int(row) for row in np.flatnonzero(data.rows_of(year))]


def check_year(data: composite.Data, year: int | None) -> None:
    """Raises NoSuchYear for a year that the data do not have."""
    if year is not None and year not in data.periods:
        raise NoSuchYear(
            year=year, years=", ".join(str(period) for period in data.periods if period is not None) or "-"
        )


def unit_row(data: composite.Data, options: argparse.Namespace) -> int:
    """The row of the unit asked for, by code or name. Raises NoSuchUnit, NoSuchYear."""
    check_year(data, options.year)
    named = [unit for unit, name in data.names.items() if name == options.unit]
    unit = named[0] if len(named) == 1 and options.unit not in data.units else options.unit
    try:
        return data.row(unit, options.year)
    except KeyError:
        raise NoSuchUnit(unit=options.unit) from None


def node_title(node: composite.Element) -> str:
    """A node's title in the reader's language."""
    return heading(node.title)
