"""The reports of ``pilar index``, by the word after ``--show``."""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np

from pilar.evaluation.commands.composite.report import Report, Value
from pilar.evaluation.commands.layout import heading
from pilar.index import composite
from pilar.platform.errors import PilarError
from pilar.platform.language import mark, translate


class NoSuchYear(PilarError):
    """The data have no rows of the year asked for."""

    code = "no-such-year"
    sentence = mark("The data have no rows of %(year)s. There are: %(years)s.")


def results(built: composite.Built, options: argparse.Namespace) -> Report:
    """Every unit by rank with the nodes below the root; in a table, those of one year."""
    spec, data = built.spec, built.data
    nodes = spec.root.children if options.format == "table" else spec.nodes[1:]
    columns = [("rank", "#"), ("unit", translate("Unit"))]
    columns += [("name", translate("Name"))] if data.names else []
    columns += [("year", translate("Year"))] if data.years else []
    columns += [(group, group) for group in spec.groups]
    columns += [(node.code, heading(node.title)) for node in nodes]
    columns += [(spec.root.code, translate("Index"))]
    rows = []
    for row in chosen_rows(built, options):
        found: dict[str, Value] = {"rank": built.ranks[row], "unit": data.units[row], "year": data.year(row)}
        found |= {"name": data.name(row)} if data.names else {}
        found |= {group: data.groups[group][row] for group in spec.groups}
        found |= {code: float(scores[row]) for code, scores in built.scores.items()}
        rows.append(found)
    if options.format == "table":
        rows.sort(key=lambda found: (found["rank"] is None, found["rank"] or 0))
    return Report(spec, "results", columns, rows)


def chosen_rows(built: composite.Built, options: argparse.Namespace) -> list[int]:
    """The rows of the year asked for; without one, all of them, or in a table the last year's."""
    data = built.data
    year = options.year
    if year is None and data.years is not None and options.format == "table":
        year = data.periods[-1]
    if year is None:
        return list(range(len(data)))
    if year not in data.periods:
        raise NoSuchYear(year=year, years=", ".join(str(one) for one in data.periods))
    return [int(row) for row in np.flatnonzero(data.rows_of(year))]


REPORTS: dict[str, Callable[[composite.Built, argparse.Namespace], Report]] = {"results": results}
