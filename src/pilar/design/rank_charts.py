"""Charts of ranks that are not sure: an interval for each unit, and how often each rank is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pilar.design.charts import BRAND, CAUTION, CONTROL, INK, LINE, MUTED, Chart, Row, Spec, frame, stretched

STEP = 34
LABELS = 8


@dataclass(frozen=True)
class Interval:
    """Ranks of one unit; 1 is the best."""

    label: str
    rank: int
    lowest: int
    median: int
    highest: int


def intervals(units: Sequence[Interval], *, columns: tuple[str, str, str, str, str]) -> Chart:
    """A line for each unit from its lowest to its highest rank, a tick at the median, a dot at the rank as it is.

    The best rank of all is on the left, the worst on the right. ``columns`` names the label, the rank, the lower end,
    the median and the upper end in the table.
    """
    ends = [min((min(unit.lowest, unit.rank) for unit in units), default=1)]
    ends.append(max([ends[0] + 1, *(max(unit.highest, unit.rank) for unit in units)]))
    x = {
        "field": "lowest", "type": "quantitative", "scale": {"domain": ends, "nice": False, "zero": False},
        "axis": {"title": None, "orient": "top", "format": "d", "tickMinStep": 1, "tickCount": 5, "domain": False,
                 "ticks": False, "gridColor": LINE, "labelColor": MUTED, "labelPadding": 4},
    }  # fmt: skip
    y = {"field": "label", "type": "nominal", "sort": None, "axis": None}
    rows: list[Spec] = [vars(unit) for unit in units]
    spec = frame(
        height={"step": STEP},
        data=rows,
        encoding={"y": y},
        layer=[
            _layer("rule", {"x": x, "x2": {"field": "highest"}}, color=BRAND, strokeWidth=6, opacity=0.45, yOffset=8),
            _layer("tick", {"x": {**x, "field": "median"}}, color=BRAND, thickness=3, size=14, yOffset=8),
            _layer("point", {"x": {**x, "field": "rank"}}, color=CAUTION, filled=True, size=45, opacity=1, yOffset=8),
            _layer(
                "text", {"x": {"value": 0}, "text": {"field": "label"}},
                color=INK, align="left", baseline="middle", dy=-7,
            ),
        ],
    )  # fmt: skip
    table = tuple(
        Row(unit.label, tuple(map(Decimal, (unit.rank, unit.lowest, unit.median, unit.highest)))) for unit in units
    )
    return Chart(stretched(spec), columns, table, series=False)


def shares(values: Mapping[str, Decimal], *, columns: tuple[str, str], marked: str = "") -> Chart:
    """A column for each label, in the order given, as high as its share in per cent; the ``marked`` one stands out."""
    rows: list[Spec] = [
        {"label": label, "value": float(value), "marked": label == marked} for label, value in values.items()
    ]
    every = max(1, -(-len(rows) // LABELS))
    x = {
        "field": "label", "type": "ordinal", "sort": None,
        "axis": {"title": None, "labelAngle": 0, "ticks": False, "labelColor": MUTED, "labelPadding": 6,
                 "domainColor": CONTROL, "values": list(values)[::every]},
    }  # fmt: skip
    y = {
        "field": "value", "type": "quantitative",
        "axis": {"title": None, "tickCount": 4, "domain": False, "ticks": False, "gridColor": LINE,
                 "labelColor": MUTED, "labelPadding": 6, "labelExpr": "datum.label + ' %'"},
    }  # fmt: skip
    colour = {"condition": {"test": "datum.marked", "value": CAUTION}, "value": BRAND}
    spec = frame(
        height=180,
        data=rows,
        encoding={"x": x, "y": y},
        layer=[{"mark": {"type": "bar"}, "encoding": {"color": colour}}],
    )
    return Chart(stretched(spec), columns, tuple(Row(label, (value,)) for label, value in values.items()))


def _layer(kind: str, encoding: Spec, **look: object) -> Spec:
    return {"mark": {"type": kind, **look}, "encoding": encoding}
