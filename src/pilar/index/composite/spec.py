"""Specification of a composite index: a tree of indicators and the rule of each step.

The steps and their order follow OECD and JRC, Handbook on Constructing Composite Indicators (2008),
https://doi.org/10.1787/9789264043466-en: denominators, imputation, outliers, normalisation, weights, aggregation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from pilar.index.canonical import LATER, addresses, fingerprint
from pilar.index.instrument import ASSUMPTION, MissingRule, Ties


class Direction(StrEnum):
    """The direction in which values of an indicator are good."""

    HIGHER = "higher"
    LOWER = "lower"


class ImputationMethod(StrEnum):
    NONE = "none"
    MEAN = "mean"
    MEDIAN = "median"


class TreatmentMethod(StrEnum):
    NONE = "none"
    WINSORISE = "winsorise"
    LOG = "log"
    LOG_SHIFTED = "log-shifted"


class NormalisationMethod(StrEnum):
    NONE = "none"
    MIN_MAX = "min-max"
    Z_SCORE = "z-score"
    RANK = "rank"
    PERCENTILE_RANK = "percentile-rank"
    BORDA = "borda"
    DISTANCE = "distance-to-maximum"
    GOALPOSTS = "goalposts"


class Aggregation(StrEnum):
    """Ways of computing a node's score from its children: the means of an instrument, and outranking."""

    WEIGHTED = "weighted-mean"
    GEOMETRIC = "geometric-mean"
    HARMONIC = "harmonic-mean"
    POWER = "power-mean"
    COPELAND = "copeland"


class Weighting(StrEnum):
    """The origin of the weights among siblings."""

    GIVEN = "given"
    EQUAL = "equal"
    PCA = "pca"


class Years(StrEnum):
    """The rows of a panel that a treatment and a normalisation are fitted to.

    ``POOLED``: all years together. ``FIXED``: those of the base year, so that later years keep their scale.
    ``YEARLY``: each year by itself, so that scores of two years are not comparable.
    """

    POOLED = "pooled"
    FIXED = "fixed"
    YEARLY = "yearly"


@dataclass(frozen=True)
class Imputation:
    """The value that a blank is filled with: nothing, or the mean or median of the same year, within a group if one is
    named."""

    method: ImputationMethod = ImputationMethod.NONE
    by: str | None = None


@dataclass(frozen=True)
class Treatment:
    """The treatment of outliers.

    ``skewness``, ``kurtosis``: an indicator is treated if it exceeds both. ``most_points``: values moved at most.
    ``otherwise``: what is done instead when that does not suffice: nothing (it stays Winsorised), or a logarithm.
    """

    method: TreatmentMethod = TreatmentMethod.NONE
    skewness: Decimal = Decimal(2)
    kurtosis: Decimal = Decimal("3.5")
    most_points: int = 5
    otherwise: TreatmentMethod = TreatmentMethod.NONE


@dataclass(frozen=True)
class Normalisation:
    """The conversion of indicators to one scale.

    ``minimum``, ``maximum``: the scale of min-max, percentile rank and goalposts. ``mean``, ``deviation``: those of a
    z-score. ``lower``, ``upper``: the goalposts, in the indicator's unit; values beyond them are clipped.
    """

    method: NormalisationMethod = NormalisationMethod.MIN_MAX
    minimum: Decimal = Decimal(0)
    maximum: Decimal = Decimal(100)
    mean: Decimal = Decimal(0)
    deviation: Decimal = Decimal(1)
    lower: Decimal | None = None
    upper: Decimal | None = None

    @property
    def ranged(self) -> bool:
        """Return whether the method has a scale of its own."""
        return self.method in RANGED

    @property
    def floor(self) -> float | None:
        """The lowest score the method gives; ``None`` where there is none that holds for all data.

        Values that are taken as they are count as being on the index's scale.
        """
        if self.ranged or self.method is NormalisationMethod.NONE:
            return float(self.minimum)
        return FLOORS.get(self.method)


RANGED = (NormalisationMethod.MIN_MAX, NormalisationMethod.PERCENTILE_RANK, NormalisationMethod.GOALPOSTS)
FLOORS = {
    NormalisationMethod.RANK: 1.0,
    NormalisationMethod.BORDA: 0.0,
    NormalisationMethod.DISTANCE: 0.0,
}


@dataclass(frozen=True)
class Indicator:
    """The quantity that a leaf measures. A rule that is ``None`` is that of the whole index.

    ``denominator``: code of the column by which the values are divided.
    """

    direction: Direction = Direction.HIGHER
    unit: dict[str, str] | None = None
    denominator: str | None = None
    imputation: Imputation | None = None
    treatment: Treatment | None = None
    normalisation: Normalisation | None = None


@dataclass(frozen=True)
class Combination:
    """The computation of a node's score from its children. ``power`` is for the power mean, ``minimum_share`` for
    ``reweight``."""

    aggregation: Aggregation = Aggregation.WEIGHTED
    power: Decimal | None = None
    missing: MissingRule = MissingRule.REWEIGHT
    minimum_share: Decimal | None = None
    weighting: Weighting | None = None

    @property
    def refuses_zero(self) -> bool:
        """Return whether a score of zero has no place in this mean."""
        negative = self.aggregation is Aggregation.POWER and self.power is not None and self.power < 0
        return negative or self.aggregation in (Aggregation.GEOMETRIC, Aggregation.HARMONIC)


@dataclass(frozen=True, eq=False)
class Element:
    """One node of the tree; a leaf has an ``indicator`` and no children.

    ``weight``: among siblings, which have 100 together or none at all.
    """

    code: str
    title: dict[str, str] = field(default_factory=dict)
    weight: Decimal | None = None
    children: tuple[Element, ...] = ()
    combination: Combination = Combination()
    indicator: Indicator | None = None
    source: str = ASSUMPTION
    weights_source: str = ASSUMPTION
    note: dict[str, str] | None = None

    @property
    def is_leaf(self) -> bool:
        return not self.children

    @property
    def measured(self) -> Indicator:
        """The leaf's indicator; without one, higher values are better and the rules are those of the index."""
        return self.indicator or Indicator()

    @property
    def weighting(self) -> Weighting:
        """As said, or else as given where the children have weights, and equal where they have none."""
        said = self.combination.weighting
        return said or (Weighting.GIVEN if any(c.weight is not None for c in self.children) else Weighting.EQUAL)


@dataclass(frozen=True)
class WeightSet:
    """Other weights of the index, by node. Where one child of a node has a weight, all of them have.

    They are divided by their sum. Nodes whose children are not named keep their weights.
    """

    code: str
    weights: dict[str, Decimal]

    def __hash__(self) -> int:
        return hash((self.code, tuple(self.weights.items())))


@dataclass(frozen=True)
class Alternatives:
    """Choices that could have been made instead; the index's own choice always counts as one of the choices.

    ``weights``: per cent by which every weight may be off, either way. An ``aggregations`` entry holds for all nodes;
    a normalisation, a treatment or an imputation takes the place of the index's own, not of one that an indicator has
    for itself. ``weight_sets``: weights that somebody else would give.
    """

    weights: Decimal = Decimal(0)
    normalisations: tuple[Normalisation, ...] = ()
    treatments: tuple[Treatment, ...] = ()
    imputations: tuple[Imputation, ...] = ()
    aggregations: tuple[tuple[Aggregation, Decimal | None], ...] = ()
    weight_sets: tuple[WeightSet, ...] = field(default=(), metadata=LATER)


@dataclass(frozen=True, eq=False, repr=False)
class Spec:
    """One version of a composite index.

    ``groups``, ``denominators``: codes of the data's columns that group the units, or that indicators are divided by.
    ``years``: of normalisation, and of treatment where ``treatment_years`` says nothing else. ``relative``: weights
    among siblings are divided by their sum, whatever it is; otherwise it must be 100.
    """

    code: str
    version: str
    root: Element
    title: dict[str, str] = field(default_factory=dict)
    decimals: int = 2
    ties: Ties = Ties.SHARED
    years: Years = Years.POOLED
    base_year: int | None = None
    groups: tuple[str, ...] = ()
    denominators: tuple[str, ...] = ()
    imputation: Imputation = Imputation()
    treatment: Treatment = Treatment()
    normalisation: Normalisation = Normalisation()
    alternatives: Alternatives = Alternatives()
    source: str = ASSUMPTION
    note: dict[str, str] | None = None
    treatment_years: Years | None = field(default=None, metadata=LATER)
    relative: bool = field(default=False, metadata=LATER)

    def __repr__(self) -> str:
        return f"<Spec {self.code} {self.version}: {len(self.leaves)} indicators, {len(self.nodes)} nodes>"

    @cached_property
    def nodes(self) -> tuple[Element, ...]:
        """All nodes, each before its children."""
        return tuple(_preorder(self.root))

    @cached_property
    def leaves(self) -> tuple[Element, ...]:
        return tuple(node for node in self.nodes if node.is_leaf)

    @cached_property
    def bottom_up(self) -> tuple[Element, ...]:
        """The nodes with children, each after those below it."""
        return tuple(node for node in reversed(self.nodes) if not node.is_leaf)

    @cached_property
    def by_code(self) -> dict[str, Element]:
        return {node.code: node for node in self.nodes}

    @cached_property
    def parents(self) -> dict[str, Element]:
        """The parent of every node but the root."""
        return {child.code: node for node in self.nodes for child in node.children}

    @property
    def fits_by(self) -> tuple[Years, Years]:
        """Return what treatment and what normalisation is fitted to."""
        return self.treatment_years or self.years, self.years

    def imputation_of(self, leaf: Element) -> Imputation:
        return leaf.measured.imputation or self.imputation

    def treatment_of(self, leaf: Element) -> Treatment:
        return leaf.measured.treatment or self.treatment

    def normalisation_of(self, leaf: Element) -> Normalisation:
        return leaf.measured.normalisation or self.normalisation

    @cached_property
    def sha256(self) -> str:
        """Hash of the content; comments, layout and the order of keys do not enter."""
        return fingerprint(self)

    @property
    def sources(self) -> tuple[str, ...]:
        """The addresses named, each once, in order."""
        return addresses(self)


def _preorder(node: Element) -> Iterator[Element]:
    yield node
    for child in node.children:
        yield from _preorder(child)
