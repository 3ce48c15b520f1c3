"""An instrument of the evaluation as a composite index: its tree over scores that are already on its scale."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

import numpy as np

from pilar.index.answers import BandMark, RatioMark
from pilar.index.composite.data import Data, told
from pilar.index.composite.faults import DataFaults, SpecFaults
from pilar.index.composite.spec import (
    Aggregation,
    Combination,
    Element,
    Indicator,
    Normalisation,
    NormalisationMethod,
    Spec,
)
from pilar.index.faults import N_, Fault
from pilar.index.instrument import ROOT, Instrument, Node


def from_instrument(instrument: Instrument, columns: Collection[str] | None = None) -> Spec:
    """The instrument's tree, means, weights and missing rules, without normalisation.

    ``columns``: nodes for which there are scores, such as the dimensions of a published table; the tree ends there.
    A node that has no column at or below it stays as a leaf, so that it is told as missing. Raises
    :class:`SpecFaults` where an answer is not a score by itself, as with bands.
    """
    faults: list[Fault] = []
    root = _element(instrument.root, None if columns is None else frozenset(columns), faults)
    if faults:
        raise SpecFaults(faults)
    return Spec(
        instrument.code,
        instrument.version,
        root,
        title=instrument.title,
        decimals=instrument.decimals,
        ties=instrument.ties,
        normalisation=Normalisation(NormalisationMethod.NONE, instrument.scale.minimum, instrument.scale.maximum),
        source=instrument.source,
        note=instrument.note,
    )


def check_scale(instrument: Instrument, spec: Spec, data: Data) -> None:
    """Raises :class:`DataFaults` with every score that does not lie on the instrument's scale."""
    low, high = instrument.scale.minimum, instrument.scale.maximum
    sentence = N_("%(value)s does not lie on the scale from %(minimum)s to %(maximum)s.")
    faults = [
        told(data, int(row), leaf.code, Fault("off-scale", sentence, {"value": float(values[row]), **_ends(low, high)}))
        for leaf in spec.leaves
        if (values := data.values.get(leaf.code)) is not None
        for row in np.flatnonzero((values < float(low)) | (values > float(high)))
    ]
    if faults:
        raise DataFaults(faults)


def _ends(low: Decimal, high: Decimal) -> dict[str, Decimal]:
    return {"minimum": low, "maximum": high}


def _element(node: Node, columns: frozenset[str] | None, faults: list[Fault]) -> Element:
    ends = node.is_leaf or (columns is not None and (node.code in columns or not _reaches(node, columns)))
    if ends and node.code != ROOT:
        if isinstance(node.mark, BandMark | RatioMark):
            sentence = N_("%(node)s is marked by bands: its answers are no scores. Give a node above it.")
            faults.append(Fault("banded", sentence, {"node": node.code}, node.code))
        return Element(node.code, node.title, node.weight, indicator=Indicator(), source=node.source)
    return Element(
        node.code,
        node.title,
        node.weight,
        tuple(_element(child, columns, faults) for child in node.children),
        Combination(Aggregation(node.aggregation.value), node.power, node.missing, node.minimum_share),
        source=node.source,
        weights_source=node.weights_source,
        note=node.note,
    )


def _reaches(node: Node, columns: frozenset[str]) -> bool:
    return any(child.code in columns or _reaches(child, columns) for child in node.children)
