"""Reports on what moves the ranks: each choice by Sobol' indices, and weights that somebody else would give."""

from __future__ import annotations

import argparse

import numpy as np

from pilar.evaluation.commands.composite.report import (
    Report,
    Value,
    chosen_rows,
    identified,
    under_choices,
    unit_row,
)
from pilar.index import composite
from pilar.index.composite.sensitivity import sensitivity
from pilar.index.composite.weightsets import under
from pilar.platform.errors import PilarError
from pilar.platform.language import N_, translate

FEWEST = 8


class NoWeightSets(PilarError):
    """No other weights are given."""

    code = "no-weight-sets"
    sentence = N_(
        "There are no other weights: say “weight_sets” below “uncertainty” in the file, or give --weight-sets."
    )


def sensitivities(built: composite.Built, options: argparse.Namespace) -> Report:
    """First order and total index of each choice, of the mean shift of ranks or of the rank of a unit."""
    alternatives = under_choices(built, options)
    effects = sensitivity(
        built, max(options.runs, FEWEST), options.seed, alternatives, each_weight=bool(options.each_weight)
    )
    indices, output = (effects.shift, 0) if options.unit is None else (effects.ranks, unit_row(built.data, options))
    rows: list[dict[str, Value]] = []
    for place, name in enumerate(effects.inputs):
        low, high = indices.first_interval[place, output]
        least, most = indices.total_interval[place, output]
        rows.append(
            {
                "input": name,
                "first": float(indices.first[place, output]),
                "first_low": float(low),
                "first_high": float(high),
                "total": float(indices.total[place, output]),
                "total_low": float(least),
                "total_high": float(most),
            }
        )
    columns = [
        ("input", translate("Choice")),
        ("first", translate("First order")),
        ("first_low", "2.5 %"),
        ("first_high", "97.5 %"),
        ("total", translate("Total effect")),
        ("total_low", "2.5 %"),
        ("total_high", "97.5 %"),
    ]
    about = (
        translate("Of how far ranks move on average.")
        if options.unit is None
        else translate("Of the rank of %(unit)s.", unit=built.data.name(output))
    )
    notes = [
        about,
        translate(
            "First order: the part of the variance that this choice makes alone; total: with all others together."
        ),
        translate("%(runs)s computed indices, seed %(seed)s.", runs=effects.runs, seed=options.seed),
    ]
    if options.unit is not None and effects.lacking[output]:
        notes.append(translate("It has no rank in some of the computed indices, so what moves it cannot be told."))
    elif np.isnan(indices.total[:, output]).all():
        notes.append(translate("It never varies, so nothing moves it."))
    return Report(built.spec, "sensitivity", columns, rows, notes)


def weight_sets(built: composite.Built, options: argparse.Namespace) -> Report:
    """Index and rank of each unit as built and under each set of weights."""
    if not built.spec.alternatives.weight_sets:
        raise NoWeightSets
    others = under(built)
    data = built.data
    rows: list[dict[str, Value]] = []
    for row in chosen_rows(built, options):
        line: dict[str, Value] = {"rank": built.ranks[row], "unit": data.units[row], "name": data.name(row)}
        line |= {"year": data.year(row), "index": float(built.final[row])}
        for code, other in others.items():
            line |= {f"{code}:rank": other.ranks[row], f"{code}:index": float(other.final[row])}
        rows.append(line)
    if options.format == "table":
        rows.sort(key=lambda line: (line["rank"] is None, line["rank"] or 0))
    columns = [("rank", "#"), *identified(data), ("index", translate("Index"))]
    for code in others:
        columns += [(f"{code}:rank", f"# {code}"), (f"{code}:index", code)]
    return Report(built.spec, "weight-sets", columns, rows)
