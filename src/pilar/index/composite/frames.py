"""Data frames in and out, where pandas is installed; nothing here asks for it before it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pilar.index.composite.building import Built
from pilar.index.composite.data import Data
from pilar.index.composite.sensitivity import Sensitivity
from pilar.index.composite.spec import Spec
from pilar.index.composite.uncertainty import Uncertainty

if TYPE_CHECKING:
    import pandas as pd

STEPS = ("raw", "divided", "imputed", "treated", "normalised", "aggregated")
MISSING = "Data frames need pandas, which is not installed: pip install pandas"


def data_of(frame: pd.DataFrame, spec: Spec, unit: str = "unit", year: str = "year", name: str = "name") -> Data:
    """The data of an index from a frame with the columns that the spec names.

    ``unit`` and ``year`` may be in the frame's index; a frame without ``year`` is a table of one year. ``ValueError``
    names the columns that are missing.
    """
    table = frame.reset_index() if frame.index.names != [None] else frame
    numbers = [*(leaf.code for leaf in spec.leaves), *spec.denominators]
    lacking = [column for column in (unit, *numbers, *spec.groups) if column not in table.columns]
    if lacking:
        raise ValueError(f"The frame lacks the columns {', '.join(lacking)}")
    units = [str(cell) for cell in table[unit]]
    values = {code: np.asarray(table[code], dtype=np.float64) for code in numbers}
    groups = {code: tuple(str(cell) for cell in table[code]) for code in spec.groups}
    years = tuple(int(cell) for cell in table[year]) if year in table.columns else None
    names = dict(zip(units, map(str, table[name]), strict=True)) if name in table.columns else {}
    return Data(tuple(units), values, groups, years, names)


def frame_of(result: Built | Uncertainty | Sensitivity, step: str = "aggregated") -> pd.DataFrame:
    """A result as a frame. Of an index the data after ``step``, one of ``STEPS``; the last has ranks and all scores.

    Of an uncertainty: rank as built, median and the range of nine runs in ten. Of a sensitivity: a row for each input.
    """
    pd = _pandas()
    if isinstance(result, Sensitivity):
        shift = result.shift
        ends = {"first": (shift.first, shift.first_interval), "total": (shift.total, shift.total_interval)}
        table: dict[str, Any] = {}
        for name, (value, interval) in ends.items():
            table |= {name: value[:, 0], f"{name}_low": interval[:, 0, 0], f"{name}_high": interval[:, 0, 1]}
        return pd.DataFrame(table, index=pd.Index(result.inputs, name="input"))
    if isinstance(result, Uncertainty):
        columns = {"rank": result.built.ranks, "low": result.quantile(0.05), "median": result.median}
        return pd.DataFrame(columns | {"high": result.quantile(0.95)}, index=_index(pd, result.built.data)).astype(
            "Float64"
        )
    if step == "aggregated":
        ranks = pd.array(result.ranks, dtype="Int64")
        return pd.DataFrame({"rank": ranks, **result.scores}, index=_index(pd, result.data))
    if step == "raw":
        return pd.DataFrame(dict(result.data.values), index=_index(pd, result.data))
    tables = {"divided": result.divided, "imputed": result.imputed}
    tables |= {"treated": result.scaled.treated, "normalised": result.scaled.table}
    codes = [leaf.code for leaf in result.spec.leaves]
    return pd.DataFrame(tables[step], columns=codes, index=_index(pd, result.data))


def _index(pd: Any, data: Data) -> Any:
    if data.years is None:
        return pd.Index(data.units, name="unit")
    return pd.MultiIndex.from_arrays([data.units, data.years], names=["unit", "year"])


def _pandas() -> Any:
    try:
        import pandas as pd
    except ModuleNotFoundError:
        raise ModuleNotFoundError(MISSING, name="pandas") from None
    return pd
