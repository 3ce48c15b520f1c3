"""Laws of agreement: names and order do not matter, and ordinal alpha knows only the order of marks."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilar.index.agreement import (
    Alpha,
    IntraclassCorrelation,
    NoCoefficient,
    Sampling,
    intraclass_correlation,
    ordinal_alpha,
    severities,
)
from property.test_index_laws import law

NONE = Sampling(draws=0)


@st.composite
def tables(draw: st.DrawFn) -> np.ndarray:
    items, assessors = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    one = st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0, np.nan])
    return np.array([[draw(one) for _ in range(assessors)] for _ in range(items)])


def value(found: Alpha | IntraclassCorrelation | NoCoefficient) -> object:
    if isinstance(found, NoCoefficient):
        return found
    return pytest.approx(found.value if isinstance(found, Alpha) else found.single.value, abs=1e-9)


def plain(found: Alpha | IntraclassCorrelation | NoCoefficient) -> object:
    if isinstance(found, NoCoefficient):
        return found
    return found.value if isinstance(found, Alpha) else found.single.value


@law
@given(tables(), st.randoms(use_true_random=False))
def test_order_changes_nothing(table: np.ndarray, random: Random) -> None:
    rows, columns = list(range(table.shape[0])), list(range(table.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    shuffled = table[np.ix_(rows, columns)]
    assert plain(ordinal_alpha(shuffled, sampling=NONE)) == value(ordinal_alpha(table, sampling=NONE))
    assert plain(intraclass_correlation(shuffled, sampling=NONE)) == value(intraclass_correlation(table, sampling=NONE))


@law
@given(tables())
def test_ordinal_alpha_knows_only_the_order_of_marks(table: np.ndarray) -> None:
    stretched = table**3 + 7
    found = plain(ordinal_alpha(table, sampling=NONE))
    assert plain(ordinal_alpha(stretched, sampling=NONE)) == value(ordinal_alpha(table, sampling=NONE))
    assert isinstance(found, NoCoefficient) or found <= 1


@law
@given(tables(), st.integers(-3, 3))
def test_a_shifted_scale_changes_neither_agreement_nor_severity(table: np.ndarray, shift: int) -> None:
    first, second = (intraclass_correlation(one, sampling=NONE) for one in (table, table + shift))
    assert plain(second) == value(first)
    for one, other in zip(severities(table), severities(table + shift), strict=True):
        assert (one is None) == (other is None)
        if one and other:
            assert other.difference == pytest.approx(one.difference, abs=1e-9)


@law
@given(tables())
def test_nothing_is_ever_nan(table: np.ndarray) -> None:
    for found in (ordinal_alpha(table, sampling=Sampling(draws=20)), intraclass_correlation(table)):
        if not isinstance(found, NoCoefficient):
            assert "nan" not in repr(found)
            assert "inf" not in repr(found)
    assert "nan" not in repr(severities(table))
