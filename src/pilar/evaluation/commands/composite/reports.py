"""The reports of ``pilar index``, by the word after ``--show``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from decimal import Decimal

from pilar.evaluation.commands.composite import checks, datasets, moving, units
from pilar.evaluation.commands.composite.report import (
    Report,
    Value,
    chosen_rows,
    identified,
    node_title,
    under_choices,
)
from pilar.evaluation.commands.layout import heading, number
from pilar.index import composite
from pilar.index.composite.correlations import correlation_table
from pilar.index.composite.profile import group_summaries
from pilar.index.composite.spec import Years
from pilar.index.composite.uncertainty import uncertainty
from pilar.platform.language import translate

LOW, HIGH = 0.05, 0.95


def results(built: composite.Built, options: argparse.Namespace) -> Report:
    """Every unit by rank with the nodes below the root; in a table, those of one year."""
    spec, data = built.spec, built.data
    few = options.format == "table" and options.show == "results"
    nodes = spec.root.children if few else spec.nodes[1:]
    before = {(unit, year): row for row, (unit, year) in enumerate(zip(data.units, data.years or (), strict=False))}
    columns, rows = [("rank", "#"), *identified(data)], []
    columns += [(group, group) for group in spec.groups]
    columns += [(node.code, heading(node.title)) for node in nodes]
    columns += [(spec.root.code, translate("Index"))]
    columns += [("change", "+/-")] if data.years else []
    for row in chosen_rows(built, options):
        line: dict[str, Value] = {"rank": built.ranks[row], "unit": data.units[row], "name": data.name(row)}
        line |= {"year": data.year(row)} | {group: data.groups[group][row] for group in spec.groups}
        line |= {code: float(scores[row]) for code, scores in built.scores.items()}
        last = before.get((data.units[row], (data.year(row) or 0) - 1))
        line["change"] = None if last is None else float(built.final[row] - built.final[last])
        rows.append(line)
    if options.format == "table":
        rows.sort(key=lambda line: (line["rank"] is None, line["rank"] or 0))
    return Report(spec, options.show, columns, rows, list(_caution(built)))


def _caution(built: composite.Built) -> list[str]:
    notes = []
    if built.data.years and built.spec.years is Years.YEARLY:
        notes.append(translate("Every year is normalised by itself: scores of two years are not comparable."))
    blank = sum(rank is None for rank in built.ranks)
    if blank:
        notes.append(translate("%(count)s rows have no index, because too much is missing.", count=blank))
    return notes


def weights(built: composite.Built, _options: argparse.Namespace) -> Report:
    """Weights as given, in the index, and how much each node goes with the index."""
    spec = built.spec
    codes = [node.code for node in spec.nodes[1:]]
    with_index = correlation_table(built, codes, [spec.root.code], "pearson")[:, 0]
    rows: list[dict[str, Value]] = []
    for place, node in enumerate(spec.nodes[1:]):
        parent = spec.parents[node.code]
        own = float(built.weights[parent.code][parent.children.index(node)])
        rows.append(
            {
                "node": node.code,
                "title": node_title(node),
                "parent": parent.code,
                "from": parent.weighting.value,
                "weight": 100 * own,
                "effective": 100 * built.effective_weights[node.code],
                "squared_correlation": float(with_index[place] ** 2),
            }
        )
    columns = [
        ("node", translate("Node")),
        ("title", translate("Title")),
        ("parent", translate("Parent")),
        ("from", translate("From")),
        ("weight", translate("Weight")),
        ("effective", translate("Effective weight")),
        ("squared_correlation", "r²"),
    ]
    notes = [translate("r² is the squared correlation with the index: what a node really shares with it.")]
    return Report(spec, "weights", columns, rows, notes)


def groups(built: composite.Built, _options: argparse.Namespace) -> Report:
    """Each grouping's groups, with mean and range of their indices."""
    rows: list[dict[str, Value]] = [
        {
            "by": by,
            "group": summary.group,
            "year": summary.year,
            "units": summary.units,
            "mean": summary.mean,
            "median": summary.median,
            "lowest": summary.lowest,
            "highest": summary.highest,
            "first": summary.first,
        }
        for by in built.spec.groups
        for summary in group_summaries(built, by)
    ]
    columns = [("by", translate("Grouping")), ("group", translate("Group"))]
    columns += [("year", translate("Year"))] if built.data.years else []
    columns += [
        ("units", translate("Units")),
        ("mean", translate("Mean")),
        ("median", translate("Median")),
        ("lowest", translate("Lowest")),
        ("highest", translate("Highest")),
        ("first", translate("First")),
    ]
    return Report(built.spec, "groups", columns, rows)


def stress(built: composite.Built, options: argparse.Namespace) -> Report:
    """Ranks under other choices: median and the range of nine runs in ten."""
    alternatives = under_choices(built, options)
    ranks = uncertainty(built, options.runs, options.seed, alternatives)
    data = built.data
    bounds = {"low": ranks.quantile(LOW), "median": ranks.median, "high": ranks.quantile(HIGH)}
    rows: list[dict[str, Value]] = []
    for row in chosen_rows(built, options):
        base: dict[str, Value] = {"rank": built.ranks[row], "unit": data.units[row], "name": data.name(row)}
        places = {key: None if ranks[row] != ranks[row] else int(ranks[row]) for key, ranks in bounds.items()}
        rows.append(base | {"year": data.year(row), "index": float(built.final[row])} | places)
    if options.format == "table":
        rows.sort(key=lambda line: (line["rank"] is None, line["rank"] or 0))
    columns = [("rank", "#"), *identified(data), ("index", translate("Index"))]
    columns += [("low", "5 %"), ("median", translate("Median")), ("high", "95 %")]
    notes = [
        translate(
            "%(runs)s runs, seed %(seed)s; a rank moves by %(shift)s places on average.",
            runs=options.runs,
            seed=options.seed,
            shift=number(Decimal(f"{ranks.mean_shift.mean():.2f}")),
        ),
        translate(
            "Choices (imputation, treatment, normalisation, means), with weights ± %(weights)s %%:",
            weights=alternatives.weights,
        ),
        *(f"  {choice.text()}" for choice in ranks.tried),
    ]
    return Report(built.spec, "uncertainty", columns, rows, notes)


REPORTS: dict[str, Callable[[composite.Built, argparse.Namespace], Report]] = {
    "results": results,
    "weights": weights,
    "groups": groups,
    "indicators": checks.indicators,
    "correlations": checks.pairs,
    "consistency": checks.consistency,
    "removal": checks.removal,
    "profile": units.profile,
    "explanation": units.explanation,
    "uncertainty": stress,
    "sensitivity": moving.sensitivities,
    "weight-sets": moving.weight_sets,
    "outranking": datasets.matrix,
    "growth": datasets.grown,
    **dict.fromkeys(datasets.STEPS, datasets.table),
    "aggregated": results,
}
