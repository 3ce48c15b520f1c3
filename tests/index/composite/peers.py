"""Figures of other packages for ``test_peers``: written once to peers.json, where these packages are installed.

Not run by the tests: pymcdm, scikit-criteria and pingouin bring pandas, matplotlib and scikit-learn, which is much for
three numbers. ``python tests/index/composite/peers.py > tests/index/composite/peers.json``
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version

import numpy as np

SEED, UNITS, INDICATORS = 20, 20, 6
PACKAGES = ("numpy", "pymcdm", "scikit-criteria", "pingouin")


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
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(figures()) + "\n")
