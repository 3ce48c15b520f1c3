"""Reports on the making of an index: its indicators, how they hang together, what each one does to the ranks."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from pilar.evaluation.commands.composite.report import Columns, Report, Value, node_title
from pilar.index import composite
from pilar.index.composite.correlations import correlations
from pilar.index.composite.removal import removals
from pilar.index.composite.statistics import consistencies, indicator_statistics
from pilar.platform.language import N_, translate

FIGURES = {
    "known": N_("Values"),
    "blank": N_("Blank"),
    "distinct": N_("Distinct"),
    "commonest": N_("Commonest"),
    "minimum": N_("Minimum"),
    "lower": "Q1",
    "median": N_("Median"),
    "upper": "Q3",
    "maximum": N_("Maximum"),
    "mean": N_("Mean"),
    "deviation": N_("Deviation"),
    "skewness": N_("Skewness"),
    "kurtosis": N_("Kurtosis"),
    "moved": N_("Treated"),
}
RAW = frozenset({"minimum", "lower", "median", "upper", "maximum", "mean", "deviation"})
FEW = ("known", "blank", "minimum", "median", "maximum", "skewness", "kurtosis", "moved")


def indicators(built: composite.Built, options: argparse.Namespace) -> Report:
    """Figures of every indicator after its denominator; a table has the most telling ones."""
    shown = FEW if options.format == "table" else tuple(FIGURES)
    columns: Columns = [("code", translate("Indicator"))]
    columns += [(key, translate(FIGURES[key])) for key in shown]
    notes = [translate("Skewness and kurtosis are those of a sample; a normal distribution has a kurtosis of 0.")]
    return Report(
        built.spec, "indicators", columns, [asdict(statistic) for statistic in indicator_statistics(built)], notes, RAW
    )


def pairs(built: composite.Built, options: argparse.Namespace) -> Report:
    """Correlations within and across levels; a table has those with a flag alone."""
    relations = correlations(built, options.method)
    told = (
        [correlation for correlation in relations if correlation.flag is not None]
        if options.format == "table"
        else relations
    )
    rows: list[dict[str, Value]] = [
        {
            "first": correlation.first,
            "second": correlation.second,
            "relation": correlation.relation.value,
            "coefficient": correlation.coefficient,
            "rows": correlation.rows,
            "flag": None if correlation.flag is None else correlation.flag.value,
        }
        for correlation in told
    ]
    columns = [
        ("first", translate("Node")),
        ("second", translate("With")),
        ("relation", translate("Relation")),
        ("coefficient", options.method),
        ("rows", translate("Rows")),
        ("flag", translate("Flag")),
    ]
    notes = [
        translate("%(flagged)s of %(all)s correlations have a flag.", flagged=_flagged(relations), all=len(relations)),
        translate(
            "negative: below -0.4 · weak: below 0.3 with the parent or the index · collinear: siblings above 0.9 · "
            "misplaced: higher with a sibling of the parent than with the parent"
        ),
    ]
    return Report(built.spec, "correlations", columns, rows, notes)


def _flagged(rows: tuple[object, ...]) -> int:
    return sum(getattr(row, "flag", None) is not None for row in rows)


def consistency(built: composite.Built, _options: argparse.Namespace) -> Report:
    """Cronbach's alpha and principal components of the children of every node."""
    rows: list[dict[str, Value]] = []
    for consistency in consistencies(built):
        parts = consistency.components
        rows.append(
            {
                "node": consistency.code,
                "title": node_title(built.spec.by_code[consistency.code]),
                "children": len(consistency.children),
                "rows": consistency.rows,
                "alpha": consistency.alpha,
                "explained": None if parts is None else 100 * float(parts.explained[0]),
                "above_one": None if parts is None else parts.above_one,
            }
        )
    columns = [
        ("node", translate("Node")),
        ("title", translate("Title")),
        ("children", translate("Children")),
        ("rows", translate("Rows")),
        ("alpha", translate("Cronbach's alpha")),
        ("explained", translate("First component, %")),
        ("above_one", translate("Components above 1")),
    ]
    return Report(built.spec, "consistency", columns, rows)


def removal(built: composite.Built, _options: argparse.Namespace) -> Report:
    """Return what the ranks would be without each node."""
    rows: list[dict[str, Value]] = []
    for removal in removals(built):
        moved = None if removal.most is None or removal.most[0] == 0 else removal.most[1]
        rows.append(
            {
                "node": removal.code,
                "title": node_title(built.spec.by_code[removal.code]),
                "effective": 100 * built.effective_weights[removal.code],
                "mean_shift": removal.mean_shift,
                "most": None if removal.most is None else removal.most[0],
                "unit": None if moved is None else built.data.units[moved],
                "year": None if moved is None else built.data.year(moved),
            }
        )
    columns = [
        ("node", translate("Without")),
        ("title", translate("Title")),
        ("effective", translate("Effective weight")),
        ("mean_shift", translate("Mean rank shift")),
        ("most", translate("Largest shift")),
        ("unit", translate("Unit")),
    ]
    columns += [("year", translate("Year"))] if built.data.years else []
    return Report(built.spec, "removal", columns, rows)
