"""Treatment and normalisation of every indicator, fitted to the rows that the spec says."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from pilar.index.composite.data import Data, Flags, Floats, told
from pilar.index.composite.normalisation import Fitted, NotNormalisable, fit_normalisation
from pilar.index.composite.spec import Element, Normalisation, Spec, Treatment, Years
from pilar.index.composite.treatment import Treated, fit_treatment
from pilar.index.faults import N_, Fault

Fit = tuple[Treated, Fitted]


@dataclass(frozen=True, eq=False)
class Scaled:
    """``treated`` and ``table``: values before and after normalisation, shape (n, leaves).

    ``fits``: what was fitted, by leaf and year; the year is ``None`` where one fit holds for all rows.
    """

    treated: Floats
    table: Floats
    fits: Mapping[tuple[str, int | None], Fit]

    def fit(self, code: str, year: int | None) -> Fit:
        """What was fitted for a leaf in a year. ``KeyError`` for an unknown leaf."""
        return self.fits[code, year] if (code, year) in self.fits else self.fits[code, None]


def scaled(
    spec: Spec, data: Data, values: Floats, faults: list[Fault], broken: Collection[str] = frozenset()
) -> Scaled:
    """Treat and normalise ``values`` of shape (n, leaves), but for leaves that are ``broken`` already."""
    treated, table = values.copy(), values.copy()
    fits: dict[tuple[str, int | None], Fit] = {}
    for column, leaf in enumerate(spec.leaves):
        if leaf.code in broken:
            continue
        rules = spec.treatment_of(leaf), spec.normalisation_of(leaf)
        for year, rows, sample in _samples(spec, data):
            known = values[sample, column]
            fit = _fitted(data, leaf, known[~np.isnan(known)], rules, year, faults=faults)
            if fit is None:
                continue
            fits[leaf.code, year] = fit
            # What is not defined for a value outside the sample becomes infinite or NaN, and is told below.
            with np.errstate(divide="ignore", invalid="ignore"):
                treated[rows, column] = fit[0].apply(values[rows, column])
                table[rows, column] = fit[1].apply(treated[rows, column])
        if not np.isfinite(values[:, column]).any():
            sentence = N_("%(node)s has no value in the rows by which it is to be normalised.")
            faults.append(Fault("no-sample", sentence, {"node": leaf.code}, leaf.code))
        faults += _undefined(data, leaf, treated[:, column], table[:, column])
    return Scaled(treated, table, fits)


def _undefined(data: Data, leaf: Element, treated: Floats, scores: Floats) -> Iterator[Fault]:
    for row in np.flatnonzero(np.isinf(treated) | np.isinf(scores)):
        if np.isinf(treated[row]):
            yield told(data, int(row), leaf.code, Fault("log-zero", "A logarithm needs values above 0."))
        else:
            sentence = N_("A distance to the best value needs values above 0.")
            yield told(data, int(row), leaf.code, Fault("zero-distance", sentence))


def _samples(spec: Spec, data: Data) -> Iterator[tuple[int | None, Flags, Flags]]:
    """Year, the rows that a fit is for and the rows it is fitted to."""
    everyone = np.ones(len(data), dtype=np.bool_)
    if spec.years is Years.YEARLY:
        for year in data.periods:
            yield year, data.rows_of(year), data.rows_of(year)
    elif spec.years is Years.FIXED:
        yield None, everyone, data.rows_of(spec.base_year)
    else:
        yield None, everyone, everyone


def _fitted(
    data: Data,
    leaf: Element,
    sample: Floats,
    rules: tuple[Treatment, Normalisation],
    year: int | None,
    *,
    faults: list[Fault],
) -> Fit | None:
    """Both fits, or ``None`` with the reason told. A year without any value needs none."""
    where = leaf.code if year is None else f"{year}, {leaf.code}"
    fields = {"node": leaf.code, "year": year}
    if not sample.size:
        if year is None:
            sentence = N_("%(node)s has no value in the rows by which it is to be normalised.")
            faults.append(Fault("no-sample", sentence, fields, where))
        return None
    try:
        treated = fit_treatment(rules[0], sample)
    except ValueError:
        faults.extend(_not_positive(data, leaf, year))
        return None
    try:
        with np.errstate(divide="ignore"):
            return treated, fit_normalisation(rules[1], leaf.measured.direction, treated.apply(sample))
    except NotNormalisable as refused:
        reasons = _REASONS if year is None else _REASONS_OF_A_YEAR
        faults.append(Fault(f"normalisation-{refused.code}", reasons[refused.code], fields, where))
        return None


_REASONS = {
    "constant": N_("%(node)s is the same for all units, so this normalisation is not defined for it."),
    "single": N_("%(node)s has a single value, so this normalisation is not defined for it."),
    "not-positive": N_("%(node)s has values that are not above 0, which a distance to the best value needs."),
}
_REASONS_OF_A_YEAR = {
    "constant": N_("%(node)s is the same for all units of %(year)s, so this normalisation is not defined for it."),
    "single": N_("%(node)s has a single value in %(year)s, so this normalisation is not defined for it."),
    "not-positive": N_(
        "%(node)s has values of %(year)s that are not above 0, which a distance to the best value needs."
    ),
}


def _not_positive(data: Data, leaf: Element, year: int | None) -> Iterator[Fault]:
    values = data.values[leaf.code]
    for row in np.flatnonzero(values <= 0):
        if year in (None, data.year(int(row))):
            yield told(data, int(row), leaf.code, Fault("log-zero", "A logarithm needs values above 0."))
