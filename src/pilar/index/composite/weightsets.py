"""The index under weights that somebody else would give: those of a ministry, of experts, of a survey."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pilar.index.composite.building import Built, build
from pilar.index.composite.spec import WeightSet
from pilar.index.composite.variants import weighed


def under(built: Built, sets: Iterable[WeightSet] | None = None) -> dict[str, Built]:
    """The index under each set of weights, by the set's code; without ``sets``, those of the spec.

    Raises :class:`SpecFaults` for weights that do not fit the tree, :class:`DataFaults` as :func:`build` does.
    """
    spec = built.spec
    given = spec.alternatives.weight_sets if sets is None else tuple(sets)
    checked = replace(spec, alternatives=replace(spec.alternatives, weight_sets=given))
    return {weight_set.code: build(weighed(checked, weight_set), built.data) for weight_set in given}
