"""Composite indicators: from raw indicators to an index, with its statistics and its uncertainty.

Pure: NumPy, PyYAML and the standard library. ``from pilar.index import composite``. Scores are in floating point; the
exact scores of the national evaluation come from ``pilar.index.score``.
"""

from pilar.index.composite.building import Built, build
from pilar.index.composite.data import Data
from pilar.index.composite.faults import DataFaults, SpecFaults
from pilar.index.composite.instruments import check_scale, from_instrument
from pilar.index.composite.reading import check_spec, is_composite, parse_spec, read_spec
from pilar.index.composite.spec import (
    Aggregation,
    Alternatives,
    Combination,
    Direction,
    Element,
    Imputation,
    ImputationMethod,
    Indicator,
    Normalisation,
    NormalisationMethod,
    Spec,
    Treatment,
    TreatmentMethod,
    Weighting,
    WeightSet,
    Years,
)
