"""Against other packages: flat weighted sums and products, Cronbach's alpha (figures written by ``peers.py``)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.composite.specs import NONE, branch, data, flat, leaf, mean, spec
from pilar.index.composite import Aggregation, Built, Direction, Normalisation, NormalisationMethod, Spec, build
from pilar.index.composite.statistics import cronbach_alpha

CODES = "abcdef"


@pytest.fixture(scope="module")
def peers() -> Any:
    return json.loads((Path(__file__).parent / "peers.json").read_text(encoding="utf-8"))


def built(of: Spec, values: list[list[float]]) -> Built:
    return build(of, data(dict(zip(CODES, map(list, zip(*values, strict=True)), strict=True))))


def directed(peers: Any, normalisation: Normalisation) -> Built:
    leaves = [
        leaf(code, round(100 * weight), direction=Direction.HIGHER if sign > 0 else Direction.LOWER)
        for code, weight, sign in zip(CODES, peers["weights"], peers["directions"], strict=True)
    ]
    return built(spec(branch("final", None, *leaves), normalisation=normalisation), peers["values"])


def test_pymcdm_min_max_sum(peers: Any) -> None:
    final = directed(peers, Normalisation(NormalisationMethod.MIN_MAX)).final
    assert final / 100 == pytest.approx(np.array(peers["pymcdm_minmax_sum"]), rel=1e-12)


def test_pymcdm_linear_sum_is_the_distance_to_the_maximum(peers: Any) -> None:
    final = directed(peers, Normalisation(NormalisationMethod.DISTANCE)).final
    assert final == pytest.approx(np.array(peers["pymcdm_linear_sum"]), rel=1e-12)


@pytest.mark.parametrize("name", ["sum", "product"])
def test_scikit_criteria_sum_and_product(peers: Any, name: str) -> None:
    rules = mean(Aggregation.WEIGHTED if name == "sum" else Aggregation.GEOMETRIC)
    weights = [round(100 * weight) for weight in peers["weights"]]
    of = built(spec(flat(CODES, weights, **rules), normalisation=NONE), peers["good"])
    scores = of.final if name == "sum" else np.log10(of.final)
    expected = peers["skcriteria_sum" if name == "sum" else "skcriteria_product_log"]
    assert scores == pytest.approx(np.array(expected), rel=1e-12)
    assert list(of.ranks) == peers[f"skcriteria_{name}_ranks"]


def test_pingouin_alpha(peers: Any) -> None:
    assert cronbach_alpha(np.array(peers["values"])[:, :2]) == pytest.approx(peers["pingouin_alpha"], rel=1e-12)
