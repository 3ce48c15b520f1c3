"""Data frames in and out, charts, flat tables, short words for results, and the notebook."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from index.composite.specs import NONE, branch, data, flat, leaf, spec
from pilar.index.composite import Aggregation, Alternatives, SpecFaults, build, charts
from pilar.index.composite.flat import spec_of
from pilar.index.composite.frames import data_of, frame_of
from pilar.index.composite.sensitivity import sensitivity
from pilar.index.composite.uncertainty import uncertainty

EXAMPLES = Path(__file__).parents[3] / "examples"
GIVEN = Alternatives(weights=Decimal(50), aggregations=((Aggregation.GEOMETRIC, None),))


def built() -> Any:
    values = np.random.default_rng(1).uniform(1, 9, (6, 2))
    columns = {"a": values[:, 0].tolist(), "b": values[:, 1].tolist()}
    units = ["p", "q", "r"] * 2
    return build(
        spec(flat("ab", [50, 50]), normalisation=NONE, alternatives=GIVEN),
        data(columns, units=units, years=[2024] * 3 + [2025] * 3),
    )


def test_a_frame_comes_back_as_it_went_in() -> None:
    made = built()
    frame = frame_of(made, "raw")
    assert (frame.index.names, list(frame.columns)) == (["unit", "year"], ["a", "b"])
    again = build(made.spec, data_of(frame, made.spec))
    assert list(again.final) == list(made.final)
    scores = frame_of(made)
    assert scores.loc[("q", 2025), "final"] == made.final[4]
    assert list(scores["rank"]) == list(made.ranks)
    assert frame_of(made, "normalised")["a"].tolist() == made.scaled.table[:, 0].tolist()
    with pytest.raises(ValueError, match="lacks the columns b"):
        data_of(frame.drop(columns="b"), made.spec)


def test_blanks_of_a_frame_are_blanks() -> None:
    frame = pd.DataFrame({"unit": ["p", "q"], "a": [1.0, None], "b": [2, 4]})
    found = data_of(frame, spec(flat("ab"), normalisation=NONE))
    assert (np.isnan(found.values["a"]).tolist(), found.years) == ([False, True], None)


def test_uncertainty_and_sensitivity_as_frames_charts_and_words() -> None:
    made = built()
    ranks, moved = uncertainty(made, runs=20), sensitivity(made, points=16)
    table = frame_of(ranks)
    assert table["median"].astype(float).tolist() == ranks.median.tolist()
    assert frame_of(moved)["total"].tolist() == moved.shift.total[:, 0].tolist()
    assert repr(made) == f"<Built test 1: 6 rows, 2 indicators; first {first(made)}>"
    assert repr(made.data) == "<Data of 3 units, 2 columns, 2024 to 2025>"
    assert repr(ranks).startswith("<Uncertainty of test, 20 runs, seed 1: a rank moves by ")
    assert repr(moved).startswith("<Sensitivity of test, 64 runs: total aggregation ")
    bars = charts.scores(made, 2025)["data"]["values"]
    assert {bar["name"]: bar["value"] for bar in bars} == dict(zip("pqr", made.final[3:], strict=True))
    assert [row["value"] for row in charts.weights(made)["data"]["values"]] == [50, 50]
    for chart in (charts.rank_intervals(ranks), charts.sensitivity(moved)):
        assert chart["data"]["values"]
        assert charts.drawn(chart).startswith(b"<svg")
    assert charts.drawn(charts.scores(made), "png").startswith(b"\x89PNG")


def test_what_has_the_same_name_has_its_code_beside_it() -> None:
    made = built()
    same = replace(made, data=replace(made.data, names={"p": "Sama", "q": "Sama", "r": "Lain"}))
    for chart in (charts.scores(same), charts.rank_intervals(uncertainty(same, runs=20))):
        assert {row["name"] for row in chart["data"]["values"]} == {"Sama (p)", "Sama (q)", "Lain"}
    root = branch("final", None, *(replace(leaf(code), title={"id": "Sama", "en": code}) for code in "ab"))
    alike = build(spec(root, normalisation=NONE), data({"a": [1, 2], "b": [2, 4]}))
    assert [row["name"] for row in charts.weights(alike)["data"]["values"]] == ["Sama (a)", "Sama (b)"]


def test_a_picture_of_a_unit_is_of_its_rank() -> None:
    moved = sensitivity(built(), points=16)
    drawn = charts.sensitivity(moved, 4)
    ranks = moved.ranks.total[:, 4]
    assert [row["total"] for row in drawn["data"]["values"]] == [total for total in ranks if np.isfinite(total)]
    assert drawn["layer"][0]["encoding"]["x"]["title"] == "Sobol': q"


def first(made: Any) -> str:
    return ", ".join(made.data.units[row] for row, rank in enumerate(made.ranks) if rank == 1)


ROWS = [
    {"code": "x", "parent": "", "weight": "3"},
    {"code": "y", "parent": "final", "weight": "1"},
    {"code": "a", "parent": "x", "direction": "lower", "title": "A"},
    {"code": "b", "parent": "x", "direction": "+"},
]


def test_a_flat_table_is_an_index_whose_weights_are_divided_by_their_sum() -> None:
    made = build(spec_of(ROWS, normalisation=NONE), data({"y": [8, 4], "a": [-2, -4], "b": [6, 0]}))
    # a is better where it is lower, so its sign changes: x is the mean of 2 and 6, and of 4 and 0.
    assert list(made.final) == [(3 * 4 + 8) / 4, (3 * 2 + 4) / 4]
    assert made.spec.by_code["a"].title == {"id": "A", "en": "A"}


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"code": "c", "parent": "z"}, "row 5: c lies below z, which has no row"),
        ({"code": "c", "parent": "x", "weight": "many"}, "row 5: The weight many is no number"),
        ({"code": "c", "parent": "x", "weight": "nan"}, "row 5: The weight nan is no number"),
        ({"code": "c", "parent": "x", "weight": "inf"}, "row 5: The weight inf is no number"),
        ({"code": "c", "parent": "x", "weight": "1e999999"}, "row 5: The weight 1e999999 is too far from 1"),
        ({"code": "c", "parent": "x", "direction": "up"}, "row 5: The direction is up"),
        ({"code": "a", "parent": "x"}, "row 5: The code a is used twice"),
        ({"code": "c", "parent": "c"}, "row 5: c lies below itself"),
        ({"code": "", "parent": "x"}, "row 5: The row has no code"),
        ({"code": "c", "parent": ""}, "all children have a weight or none"),
    ],
)
def test_a_flat_table_that_is_no_index_says_in_which_row(row: dict[str, str], told: str) -> None:
    with pytest.raises(SpecFaults, match=told):
        spec_of([*ROWS, row])


def test_the_notebook_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLES)
    cells = json.loads((EXAMPLES / "index.ipynb").read_text(encoding="utf-8"))["cells"]
    space: dict[str, Any] = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), space)
    assert (str(space["result"].published()), len(space["ranks"].ranks)) == ("3.35", 200)
    assert len(space["chart"]["data"]["values"]) == 12
