"""The instrument (instrumen evaluasi): a dated, hashed tree of what is scored and by which rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from pilar.index.answers import MarkKind
from pilar.index.canonical import LATER, addresses, fingerprint
from pilar.index.numbers import Rounding

ASSUMPTION = "assumption"
ROOT = "final"


class Aggregation(StrEnum):
    """Ways of computing a node's score from its children."""

    WEIGHTED = "weighted-mean"
    GEOMETRIC = "geometric-mean"
    HARMONIC = "harmonic-mean"
    POWER = "power-mean"


class MissingRule(StrEnum):
    """The effect of a child without score to its parent; a child of weight 0 never does anything."""

    REQUIRE = "require"
    REWEIGHT = "reweight"
    ZERO = "zero"


class Ties(StrEnum):
    """The rank after a tie: 1, 1, 3 when the rank is shared, 1, 1, 2 when ranks are dense."""

    SHARED = "shared"
    DENSE = "dense"


class Status(StrEnum):
    """Knowledge of an instrument's weights: they reproduce a published result, no result tells, or they fail to."""

    CONFIRMED = "confirmed"
    INFERRED = "inferred"
    UNMATCHED = "unmatched"


class Paper(StrEnum):
    """The paper that an instrument rests on."""

    DECREE = "decree"
    LETTER = "letter"
    FILE = "file"


class Certainty(StrEnum):
    """Knowledge of the rules of an instrument: stated by the paper, inferred from it, or set without one."""

    OFFICIAL = "official"
    INFERRED = "inferred"
    ASSUMPTION = "assumption"


@dataclass(frozen=True)
class Basis:
    """The paper (dasar) by which an instrument holds, and how sure that is. ``number``: of a file its name."""

    kind: Paper
    number: str
    dated: date
    status: Certainty
    title: dict[str, str] | None = None


@dataclass(frozen=True)
class Scale:
    """Lowest and highest score."""

    minimum: Decimal
    maximum: Decimal
    minimum_source: str = ASSUMPTION
    maximum_source: str = ASSUMPTION


@dataclass(frozen=True)
class Predicate:
    """A named band of finals (predikat): published finals from ``threshold`` up to the next higher predicate."""

    code: str
    title: dict[str, str]
    threshold: Decimal
    title_source: str = ASSUMPTION
    threshold_source: str = ASSUMPTION


@dataclass(frozen=True)
class Statement:
    """A sentence in both languages with its source."""

    text: dict[str, str]
    source: str = ASSUMPTION


@dataclass(frozen=True)
class Descriptor:
    """The description of what earns the mark ``value``."""

    value: Decimal
    text: dict[str, str]


@dataclass(frozen=True, eq=False)
class Node:
    """One node of the tree; a leaf has a ``mark`` and no children.

    ``question``, ``guidance`` and ``examples`` are for anyone who answers and who marks, ``descriptors`` say of a leaf
    what each mark asks for; none of them changes a score. ``not_applicable``: the leaf may be answered “not applicable”
    (tidak berlaku), which is a blank to the score. ``weight`` is the weight among siblings as given; ``None`` at the
    root, and among siblings that all weigh the same.
    """

    code: str
    title: dict[str, str]
    weight: Decimal | None = None
    aggregation: Aggregation = Aggregation.WEIGHTED
    power: Decimal | None = None
    missing: MissingRule = MissingRule.REQUIRE
    minimum_share: Decimal | None = None
    children: tuple[Node, ...] = ()
    mark: MarkKind | None = None
    source: str = ASSUMPTION
    weights_source: str = ASSUMPTION
    aggregation_source: str = ASSUMPTION
    missing_source: str = ASSUMPTION
    evidence: Statement | None = None
    meaning: Statement | None = None
    note: dict[str, str] | None = None
    not_applicable: bool = field(default=False, metadata=LATER)
    question: dict[str, str] | None = field(default=None, metadata=LATER)
    guidance: dict[str, str] | None = field(default=None, metadata=LATER)
    examples: dict[str, str] | None = field(default=None, metadata=LATER)
    descriptors: tuple[Descriptor, ...] = field(default=(), metadata=LATER)

    @property
    def is_leaf(self) -> bool:
        return not self.children

    @property
    def refuses_zero(self) -> bool:
        """Return whether a score of zero has no place in this node's mean."""
        negative = self.aggregation is Aggregation.POWER and self.power is not None and self.power < 0
        return negative or self.aggregation in (Aggregation.GEOMETRIC, Aggregation.HARMONIC)

    @cached_property
    def may_fall_away(self) -> bool:
        """Return whether the node can be left without score by “not applicable” alone."""
        if self.is_leaf:
            return self.not_applicable
        return all(child.may_fall_away for child in self.children if child.weight != 0)

    @cached_property
    def shares(self) -> tuple[Fraction, ...]:
        """The children's weights, exact and summing to 1, in their order."""
        weights = [child.weight for child in self.children]
        if weights and all(weight is None for weight in weights):
            return (Fraction(1, len(weights)),) * len(weights)
        exact = [Fraction(weight) for weight in weights if weight is not None]
        if len(exact) < len(weights):
            raise ValueError(f"some children of {self.code} have a weight and some have none")
        total = sum(exact)
        return tuple(weight / total for weight in exact)


@dataclass(frozen=True, eq=False)
class Instrument:
    """One version of the evaluation's rules. ``year`` is ``None`` where the source is undated."""

    code: str
    version: str
    title: dict[str, str]
    year: int | None
    scale: Scale
    root: Node
    decimals: int = 2
    rounding: Rounding = Rounding.HALF_UP
    rounding_source: str = ASSUMPTION
    ties: Ties = Ties.SHARED
    ties_source: str = ASSUMPTION
    predicates: tuple[Predicate, ...] = ()
    status: Status = Status.INFERRED
    source: str = ASSUMPTION
    note: dict[str, str] | None = None
    basis: Basis | None = field(default=None, metadata=LATER)

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """All nodes, each before its children."""
        return tuple(_preorder(self.root))

    @cached_property
    def leaves(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if node.is_leaf)

    @cached_property
    def inner(self) -> tuple[str, ...]:
        """The codes of the nodes that have others below them."""
        return tuple(node.code for node in self.nodes if not node.is_leaf)

    @cached_property
    def by_code(self) -> dict[str, Node]:
        return {node.code: node for node in self.nodes}

    @cached_property
    def parents(self) -> dict[str, Node]:
        """The parent of every node but the root."""
        return {child.code: node for node in self.nodes for child in node.children}

    def node(self, code: str) -> Node:
        """The node of that code; ``KeyError`` if there is none."""
        return self.by_code[code]

    def ancestors(self, code: str) -> Iterator[str]:
        """Codes of the nodes above, nearest first."""
        above = self.parents.get(code)
        while above is not None:
            yield above.code
            above = self.parents.get(above.code)

    def path(self, code: str) -> str:
        """``final/output/output_policy``."""
        return "/".join([*reversed(list(self.ancestors(code))), code])

    @cached_property
    def sha256(self) -> str:
        """Hash of the content; comments, layout and the order of keys do not enter."""
        return fingerprint(self)

    @property
    def sources(self) -> tuple[str, ...]:
        """The addresses named in the instrument, each once, in order."""
        return addresses(self)

    def predicate(self, published: Decimal) -> Predicate | None:
        """The predicate of a published final; the list runs from high to low."""
        return next((predicate for predicate in self.predicates if published >= predicate.threshold), None)


def _preorder(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _preorder(child)
