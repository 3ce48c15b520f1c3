"""Results as Vega-Lite: specifications that need no package, and SVG or PNG of them where vl-convert is installed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from pilar.index.composite.building import Built
from pilar.index.composite.sensitivity import Sensitivity
from pilar.index.composite.uncertainty import Uncertainty

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
COLOUR, SOFT = "#0a5866", "#7b8482"
STEP = 18
MISSING = "Pictures need vl-convert-python, which is not installed: pip install '.[charts]' in the folder of Pilar"

Chart = dict[str, Any]


def scores(built: Built, year: int | None = None) -> Chart:
    """The index of each unit in a year (the last if none is named) as bars, the highest first."""
    rows = [
        {"name": name, "value": float(built.final[row])}
        for row, name in _rows(built, year)
        if np.isfinite(built.final[row])
    ]
    return _frame(rows, "name", [_bars("value", _titled(built))], sort="-x")


def rank_intervals(uncertainty: Uncertainty, year: int | None = None) -> Chart:
    """Median rank of each unit with the range of nine runs in ten, the best first."""
    low, middle, high = uncertainty.quantile(0.05), uncertainty.median, uncertainty.quantile(0.95)
    rows = [
        {
            "name": name,
            "low": float(low[row]), "median": float(middle[row]), "high": float(high[row]),
        }
        for row, name in _rows(uncertainty.built, year)
        if np.isfinite(middle[row])
    ]  # fmt: skip
    order = [row["name"] for row in sorted(rows, key=lambda row: (row["median"], row["low"]))]
    return _frame(rows, "name", _ranges("low", "median", "high", "rank"), sort=order)


def weights(built: Built) -> Chart:
    """The weight of each indicator in the index, in per cent."""
    leaves = built.spec.leaves
    names = _apart([leaf.title.get("id", leaf.code) for leaf in leaves], [leaf.code for leaf in leaves])
    rows = [
        {"name": name, "value": 100 * built.effective_weights[leaf.code]}
        for name, leaf in zip(names, leaves, strict=True)
    ]
    return _frame(rows, "name", [_bars("value", "%")], sort="-x")


def sensitivity(analysis: Sensitivity, row: int | None = None) -> Chart:
    """Total index of each input, with its 95 % interval, and its first order index as a hollow point: of the mean shift
    of ranks, or of the rank of a row."""
    indices, output = (analysis.shift, 0) if row is None else (analysis.ranks, row)
    first, total, (low, high) = indices.first[:, output], indices.total[:, output], indices.total_interval[:, output].T
    title = "Sobol'" if row is None else f"Sobol': {analysis.built.data.name(row)}"
    rows = [
        {"name": name, "first": float(main), "total": float(whole), "low": float(least), "high": float(most)}
        for name, main, whole, least, most in zip(analysis.inputs, first, total, low, high, strict=True)
        if np.isfinite(whole)
    ]
    order = [row["name"] for row in sorted(rows, key=lambda row: -float(str(row["total"])))]
    hollow: Chart = {
        "mark": {"type": "point", "color": COLOUR},
        "encoding": {"x": {"field": "first", "type": "quantitative"}},
    }
    return _frame(rows, "name", [*_ranges("low", "total", "high", title), hollow], sort=order)


def drawn(chart: Chart, form: str = "svg") -> bytes:
    """The picture as ``svg`` or ``png``. ``ModuleNotFoundError`` says how to install what is missing."""
    try:
        import vl_convert
    except ModuleNotFoundError:
        raise ModuleNotFoundError(MISSING, name="vl_convert") from None
    if form == "png":
        return bytes(vl_convert.vegalite_to_png(chart, scale=2))
    return str(vl_convert.vegalite_to_svg(chart)).encode()


def _rows(built: Built, year: int | None) -> list[tuple[int, str]]:
    """The rows of a year, each with what stands next to it."""
    data = built.data
    rows = [int(row) for row in np.flatnonzero(data.rows_of(data.periods[-1] if year is None else year))]
    return list(zip(rows, _apart([data.name(row) for row in rows], [data.units[row] for row in rows]), strict=True))


def _apart(names: Sequence[str], codes: Sequence[str]) -> list[str]:
    """Add its code to each name that stands twice, as what has the same name would lie in one band."""
    often = Counter(names)
    return [f"{name} ({code})" if often[name] > 1 else name for name, code in zip(names, codes, strict=True)]


def _titled(built: Built) -> str:
    return built.spec.title.get("id", built.spec.code)


def _frame(rows: list[dict[str, Any]], label: str, layers: list[Chart], sort: str | list[Any]) -> Chart:
    y = {"field": label, "type": "nominal", "title": None, "sort": sort, "axis": {"labelLimit": 240}}
    encoding = {"y": y}
    return {
        "$schema": SCHEMA,
        "width": 360,
        "height": {"step": STEP},
        "data": {"values": rows},
        "encoding": encoding,
        "layer": layers,
    }


def _bars(field: str, title: str) -> Chart:
    x = {"field": field, "type": "quantitative", "title": title}
    return {"mark": {"type": "bar", "color": COLOUR}, "encoding": {"x": x}}


def _ranges(low: str, middle: str, high: str, title: str) -> list[Chart]:
    x = {"field": low, "type": "quantitative", "title": title, "scale": {"zero": False}}
    return [
        {"mark": {"type": "rule", "color": SOFT, "strokeWidth": 3}, "encoding": {"x": x, "x2": {"field": high}}},
        {
            "mark": {"type": "point", "filled": True, "color": COLOUR, "size": 60},
            "encoding": {"x": {"field": middle, "type": "quantitative"}},
        },
    ]
