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

Key = tuple[str, int | None]
NO_SAMPLE = N_("%(node)s has no value in the rows by which it is to be normalised.")


@dataclass(frozen=True, eq=False)
class Scaled:
    """``treated`` and ``table``: values before and after normalisation, shape (n, leaves).

    ``treatments``, ``normalisations``: what was fitted, by leaf and year; the year is ``None`` where one fit holds for
    all rows.
    """

    treated: Floats
    table: Floats
    treatments: Mapping[Key, Treated]
    normalisations: Mapping[Key, Fitted]

    def fit(self, code: str, year: int | None) -> tuple[Treated, Fitted]:
        """Return what was fitted for a leaf in a year. ``KeyError`` for an unknown leaf."""
        own, every = (code, year), (code, None)
        return (
            self.treatments[own if own in self.treatments else every],
            self.normalisations[own if own in self.normalisations else every],
        )


def scaled(
    spec: Spec,
    data: Data,
    values: Floats,
    faults: list[Fault],
    broken: Collection[str] = frozenset(),
    *,
    alike: Scaled | None = None,
) -> Scaled:
    """Treat and normalise ``values`` of shape (n, leaves), but for leaves that are ``broken`` already.

    ``alike``: a table of the same values under the same treatment, which is taken from there.
    """
    treatments: dict[Key, Treated] = {}
    normalisations: dict[Key, Fitted] = {}
    made = Scaled(values.copy(), values.copy(), treatments, normalisations)
    for_treatment, for_normalisation = (list(_samples(spec, data, by)) for by in spec.fits_by)
    if alike is not None:
        made.treated[:], for_treatment = alike.treated, []
        treatments |= alike.treatments
    for column, leaf in enumerate(spec.leaves):
        if leaf.code in broken:
            continue
        before, treated, table = values[:, column], made.treated[:, column], made.table[:, column]
        misfits: list[Fault] = []
        for year, rows, sample in for_treatment:
            treatment = _treatment(data, leaf, before[sample], spec.treatment_of(leaf), year, faults=misfits)
            if treatment is not None:
                treatments[leaf.code, year] = treatment
                # What is not defined for a value outside the sample becomes infinite or NaN, and is told below.
                with np.errstate(divide="ignore", invalid="ignore"):
                    treated[rows] = treatment.apply(before[rows])
        table[:] = treated
        for year, rows, sample in () if misfits else for_normalisation:
            fitted = _normalisation(leaf, treated[sample], spec.normalisation_of(leaf), year, faults=misfits)
            if fitted is not None:
                normalisations[leaf.code, year] = fitted
                with np.errstate(divide="ignore", invalid="ignore"):
                    table[rows] = fitted.apply(treated[rows])
        faults += misfits
        if not np.isfinite(before).any():
            faults.append(Fault("no-sample", NO_SAMPLE, {"node": leaf.code}, leaf.code))
        faults += _undefined(data, leaf, treated, table)
    return made


def _undefined(data: Data, leaf: Element, treated: Floats, scores: Floats) -> Iterator[Fault]:
    for row in np.flatnonzero(np.isinf(treated) | np.isinf(scores)):
        if np.isinf(treated[row]):
            yield told(data, int(row), leaf.code, Fault("log-zero", "A logarithm needs values above 0."))
        else:
            sentence = N_("A distance to the best value needs values above 0.")
            yield told(data, int(row), leaf.code, Fault("zero-distance", sentence))


def _samples(spec: Spec, data: Data, by: Years) -> Iterator[tuple[int | None, Flags, Flags]]:
    """Year, the rows that a fit is for and the rows it is fitted to."""
    everyone = np.ones(len(data), dtype=np.bool_)
    if by is Years.YEARLY:
        for year in data.periods:
            yield year, data.rows_of(year), data.rows_of(year)
    elif by is Years.FIXED:
        yield None, everyone, data.rows_of(spec.base_year)
    else:
        yield None, everyone, everyone


def _treatment(
    data: Data, leaf: Element, sample: Floats, rule: Treatment, year: int | None, *, faults: list[Fault]
) -> Treated | None:
    """The treatment, or ``None`` with the reason told. A year without any value needs none."""
    known = sample[~np.isnan(sample)]
    if not known.size:
        _no_sample(leaf, year, faults)
        return None
    try:
        return fit_treatment(rule, known)
    except ValueError:
        faults.extend(_not_positive(data, leaf, year))
        return None


def _normalisation(
    leaf: Element, sample: Floats, rule: Normalisation, year: int | None, *, faults: list[Fault]
) -> Fitted | None:
    """The normalisation, or ``None`` with the reason told."""
    known = sample[np.isfinite(sample)]  # an infinite value is told by itself
    if not known.size:
        _no_sample(leaf, year, faults)
        return None
    try:
        with np.errstate(divide="ignore"):
            return fit_normalisation(rule, leaf.measured.direction, known)
    except NotNormalisable as refused:
        where = leaf.code if year is None else f"{year}, {leaf.code}"
        reasons = _REASONS if year is None else _REASONS_OF_A_YEAR
        fields = {"node": leaf.code, "year": year}
        faults.append(Fault(f"normalisation-{refused.code}", reasons[refused.code], fields, where))
        return None


def _no_sample(leaf: Element, year: int | None, faults: list[Fault]) -> None:
    if year is None:
        faults.append(Fault("no-sample", NO_SAMPLE, {"node": leaf.code, "year": year}, leaf.code))


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
