"""Sobol' points of our own are those of SciPy, bit by bit, so that what was stored by them stays true."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import qmc

from index.trees import instrument, node
from pilar.index.robustness import Uniform, sensitivity
from pilar.index.robustness.points import MOST, sobol_points


@given(dimensions=st.integers(1, MOST), doublings=st.integers(0, 9), seed=st.integers(0, 2**32))
def test_points_are_scipys(dimensions: int, doublings: int, seed: int) -> None:
    theirs = qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed)).random(2**doublings)
    ours = sobol_points(dimensions, 2**doublings, np.random.default_rng(seed))
    assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape)
    assert ours.tobytes() == theirs.tobytes()


def test_all_dimensions_with_many_points_are_scipys() -> None:
    theirs = qmc.Sobol(MOST, scramble=True, rng=np.random.default_rng(7)).random(2**13)
    assert sobol_points(MOST, 2**13, np.random.default_rng(7)).tobytes() == theirs.tobytes()


def test_more_dimensions_than_are_here_are_taken_from_scipy() -> None:
    theirs = qmc.Sobol(MOST + 1, scramble=True, rng=np.random.default_rng(7)).random(16)
    assert sobol_points(MOST + 1, 16, np.random.default_rng(7)).tobytes() == theirs.tobytes()


def test_which_weight_matters_is_told_without_scipy(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes 80 MB of a web process, and more than two seconds when it is first loaded."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "scipy"]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, "scipy", None)
    of = instrument(node("final", None, node("a"), node("b")))
    found = sensitivity(of, ("a", "b"), np.array([[4.0, 0], [0, 4]]), seed=1, spread=Uniform(0.25), points=64)
    assert found.inputs == ("a", "b")
