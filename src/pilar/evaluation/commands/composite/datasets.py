"""The data after each step, which unit is ahead of which, and what grew."""

from __future__ import annotations

import argparse

from pilar.evaluation.commands.composite.report import Report, Value, asked_node, check_year, chosen_rows, identified
from pilar.evaluation.commands.layout import heading
from pilar.index import composite
from pilar.index.composite.growth import growth
from pilar.index.composite.outranking import outranking
from pilar.platform.errors import PilarError
from pilar.platform.language import N_, translate

STEPS = ("raw", "imputed", "treated", "normalised")


class NoChildren(PilarError):
    """A unit is ahead of another on the children of a node, and an indicator has none."""

    code = "no-children"
    sentence = N_("%(node)s is an indicator: outranking compares units on the parts of a node above it.")


class NoYears(PilarError):
    """Nothing grows in a single year."""

    code = "no-years"
    sentence = N_("Growth needs data of two years or more: a column “year” and a row for each unit and year.")


def table(built: composite.Built, options: argparse.Namespace) -> Report:
    """The indicators after the step ``options.show``, in the order of the data."""
    data, spec = built.data, built.spec
    step = options.show
    values = {"imputed": built.imputed, "treated": built.scaled.treated, "normalised": built.scaled.table}.get(step)
    columns = [*identified(data), *((leaf.code, heading(leaf.title)) for leaf in spec.leaves)]
    columns += [(code, code) for code in spec.denominators] if step == "raw" else []
    rows: list[dict[str, Value]] = []
    for row in chosen_rows(built, options):
        row_of_unit: dict[str, Value] = {"unit": data.units[row], "name": data.name(row), "year": data.year(row)}
        if values is None:
            row_of_unit |= {code: float(data.values[code][row]) for code, _ in columns if code in data.values}
        else:
            row_of_unit |= {leaf.code: float(values[row, column]) for column, leaf in enumerate(spec.leaves)}
        rows.append(row_of_unit)
    raw = frozenset() if step == "normalised" else frozenset(code for code, _ in columns)
    return Report(spec, step, columns, rows, [_STEPS[step]()], raw)


_STEPS = {
    "raw": lambda: translate("As in the table."),
    "imputed": lambda: translate("After denominators, with blanks filled as the file says."),
    "treated": lambda: translate("After the treatment of outliers, in the unit of each indicator."),
    "normalised": lambda: translate("After normalisation, higher being better."),
}


def matrix(built: composite.Built, options: argparse.Namespace) -> Report:
    """Each unit against each other: the share of the weight on which the one of the row is ahead, in per cent."""
    node = asked_node(built, options)
    if node.is_leaf:
        raise NoChildren(node=node.code)
    check_year(built.data, options.year)
    outranks = outranking(built, node.code, options.year)
    # A unit may be called like a column of our own.
    keys = [f"over:{unit}" for unit in outranks.units]
    rows: list[dict[str, Value]] = [
        {"unit": unit, "name": built.data.name(int(row))}
        | {key: 100 * float(share) for key, share in zip(keys, shares, strict=True)}
        for unit, row, shares in zip(outranks.units, outranks.rows, outranks.shares, strict=True)
    ]
    columns = [column for column in identified(built.data) if column[0] != "year"]
    columns += list(zip(keys, outranks.units, strict=True))
    notes = [
        translate(
            "Per cent of the weight below %(node)s on which the unit of the row is ahead of that of the column; a tie "
            "counts half.",
            node=node.code,
        )
    ]
    if outranks.year is not None:
        notes.append(translate("Year %(year)s.", year=outranks.year))
    return Report(built.spec, "outranking", columns, rows, notes)


def grown(built: composite.Built, options: argparse.Namespace) -> Report:
    """From the first to the last year of each unit; JSON and CSV have all nodes unless one is named."""
    if len(built.data.periods) < 2:
        raise NoYears
    named = asked_node(built, options).code
    every = options.format != "table" and options.node is None
    codes = [node.code for node in built.spec.nodes] if every else [named]
    rows: list[dict[str, Value]] = [
        {
            "node": rate.code,
            "unit": rate.unit,
            "name": built.data.names.get(rate.unit, rate.unit),
            "first": rate.first,
            "last": rate.last,
            "known": rate.known,
            "start": rate.start,
            "end": rate.end,
            "change": rate.change,
            "yearly": rate.yearly,
            "slope": rate.slope,
            "rate": 100 * rate.rate,
        }
        for code in codes
        for rate in growth(built, code)
    ]
    columns = [("node", translate("Node"))] if every else []
    columns += [column for column in identified(built.data) if column[0] != "year"]
    columns += [
        ("first", translate("From")),
        ("last", translate("Until")),
        ("known", translate("Years")),
        ("start", translate("First value")),
        ("end", translate("Last value")),
        ("change", "+/-"),
        ("yearly", translate("A year")),
        ("slope", translate("Slope")),
        ("rate", translate("Growth, %")),
    ]
    notes = [
        translate("Growth is compound, a year; slope is by least squares over all years with a value."),
        translate("Indicators are those of the table after denominators, nodes above them are scores."),
    ]
    return Report(built.spec, "growth", columns, rows, [named, *notes] if not every else notes)
