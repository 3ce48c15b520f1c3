"""Figures of other packages for ``test_packages``: written once to packages.json, where these are installed.

Not run by the tests: pymcdm, scikit-criteria, pingouin and SALib bring pandas, matplotlib and scikit-learn, which is
much for a few numbers. ``python tests/index/packages.py > tests/index/packages.json``
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version

import numpy as np

SEED, UNITS, INDICATORS = 20, 20, 6
PACKAGES = ("numpy", "pymcdm", "scikit-criteria", "pingouin", "SALib")


def table() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values with three digits, weights that sum to 1, and 1 or -1 for the direction."""
    draw = np.random.default_rng(SEED)
    values = np.round(draw.uniform(1, 100, (UNITS, INDICATORS)), 3)
    values[:, 1] = np.round(values[:, 0] + draw.normal(0, 20, UNITS) + 50, 3)
    weights = np.array([30, 25, 15, 10, 15, 5]) / 100
    return values, weights, np.array([1, 1, -1, 1, -1, 1])


def figures() -> dict[str, object]:
    """What the packages say about the table."""
    import pandas as pd
    import pingouin
    import skcriteria as skc
    from pymcdm import helpers, normalizations
    from skcriteria.agg.simple import WeightedProductModel, WeightedSumModel

    values, weights, directions = table()

    def scaled(by: object) -> np.ndarray:
        return helpers.normalize_matrix(values, by, directions)  # type: ignore[arg-type]

    linear, ratio = scaled(normalizations.minmax_normalization), scaled(normalizations.linear_normalization)
    good = np.where(directions > 0, values, values.max(axis=0) - values + 1)
    matrix = skc.mkdm(good, [max] * INDICATORS, weights=weights)
    summed = WeightedSumModel().evaluate(matrix)
    product = WeightedProductModel().evaluate(matrix)
    alpha, _ = pingouin.cronbach_alpha(data=pd.DataFrame(values[:, :2]))
    return {
        "versions": {name: version(name) for name in PACKAGES},
        "values": values.tolist(),
        "weights": weights.tolist(),
        "directions": directions.tolist(),
        "pymcdm_minmax_sum": (linear @ weights).tolist(),
        "pymcdm_linear_sum": (ratio @ weights).tolist(),
        "good": good.tolist(),
        "skcriteria_sum": np.asarray(summed.e_.score).tolist(),
        "skcriteria_sum_ranks": np.asarray(summed.rank_).tolist(),
        "skcriteria_product_log": np.asarray(product.e_.score).tolist(),
        "skcriteria_product_ranks": np.asarray(product.rank_).tolist(),
        "pingouin_alpha": float(alpha),
        **agreement(),
        **sensitivity(),
        **choices(),
    }


def agreement() -> dict[str, object]:
    """Two-way random intraclass correlations of absolute agreement of 15 items by 4 assessors."""
    import pandas as pd
    import pingouin

    draw = np.random.default_rng(SEED)
    marks = np.clip(np.round(draw.normal(2, 1, (15, 1)) + draw.normal(0, 0.6, (15, 4)) + [0, 0.3, -0.3, 0]), 0, 4)
    rows = [(item, assessor, marks[item, assessor]) for item in range(15) for assessor in range(4)]
    found = pingouin.intraclass_corr(
        pd.DataFrame(rows, columns=["item", "assessor", "mark"]), targets="item", raters="assessor", ratings="mark"
    ).set_index("Type")
    return {
        "marks": marks.tolist(),
        **{
            f"pingouin_{name}": [float(found.loc[key, "ICC"]), *map(float, found.loc[key, interval_column(found)])]
            for name, key in (("single", "ICC(A,1)"), ("average", "ICC(A,k)"))
        },
    }


def interval_column(found: object) -> str:
    """The column of the intervals, whose name changed with the version."""
    return next(name for name in found.columns if name.startswith("CI95"))  # type: ignore[attr-defined]


SCORES = [[4.0, 1, 2, 3], [2, 3, 3, 1], [1, 4, 2, 2], [3, 2, 1, 4], [2, 2, 4, 2]]


def sensitivity() -> dict[str, object]:
    """Sobol' indices of the ranks of five units below four weights, 40/30/20/10, each ± 30 % and then scaled."""
    from SALib.analyze import sobol as analyse
    from SALib.sample import sobol as sample

    given = np.array([0.4, 0.3, 0.2, 0.1])
    problem = {"num_vars": 4, "names": list("abcd"), "bounds": [[0.7 * one, 1.3 * one] for one in given]}
    weights = sample.sample(problem, 8192, calc_second_order=False, seed=SEED)
    finals = weights / weights.sum(axis=1, keepdims=True) @ np.array(SCORES).T
    ranks = 1 + (np.round(finals[:, None, :], 9) > np.round(finals[:, :, None], 9)).sum(axis=2)
    found = [analyse.analyze(problem, ranks[:, unit].astype(float), calc_second_order=False) for unit in range(5)]
    return {
        "scores": SCORES,
        "salib_first": [one["S1"].tolist() for one in found],
        "salib_total": [one["ST"].tolist() for one in found],
    }


CHOICE_UNITS, CHOICE_WEIGHTS, CHOICE_SPREAD = 12, (0.5, 0.3, 0.2), 0.4


def choice_values() -> np.ndarray:
    """Indicators of units that differ, three a unit, skewed."""
    return np.round(np.random.default_rng(SEED + 1).lognormal(0, 0.8, (CHOICE_UNITS, 3)), 4)


def choices() -> dict[str, object]:
    """Sobol' indices of the mean shift of ranks by normalisation, aggregation and weights; ours are computed apart."""
    from SALib.analyze import sobol as analyse
    from SALib.sample import sobol as sample

    values, spread = choice_values(), CHOICE_SPREAD
    low, high = values.min(axis=0), values.max(axis=0)
    scaled = [(values - low) / (high - low), values.argsort(axis=0).argsort(axis=0) / (CHOICE_UNITS - 1)]
    scaled = [1 + 99 * one for one in scaled]

    def ranks(point: np.ndarray) -> np.ndarray:
        weights = np.array(CHOICE_WEIGHTS) * (1 + spread * (2 * point[2:] - 1))
        weights /= weights.sum()
        table = scaled[int(point[0] >= 0.5)]
        finals = table @ weights if point[1] < 0.5 else np.exp(np.log(table) @ weights)
        return 1 + (finals[None, :] > finals[:, None]).sum(axis=1)

    names = ["normalisation", "aggregation", "first", "second", "third"]
    groups = ["normalisation", "aggregation", "weights", "weights", "weights"]
    problem = {"num_vars": 5, "names": names, "groups": groups, "bounds": [[0, 1]] * 5}
    points = sample.sample(problem, 16384, calc_second_order=False, seed=SEED)
    given = ranks(np.array([0, 0, 0.5, 0.5, 0.5]))
    shift = np.array([np.abs(ranks(point) - given).mean() for point in points])
    found = analyse.analyze(problem, shift, calc_second_order=False, seed=SEED)
    return {"choices_first": found["S1"].tolist(), "choices_total": found["ST"].tolist()}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(figures()) + "\n")
