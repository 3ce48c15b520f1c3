"""The tree of a composite index."""

from __future__ import annotations

from dataclasses import dataclass, field

from pilar.index.composite.reading.methods import read_imputation, read_normalisation, read_treatment
from pilar.index.composite.spec import (
    Aggregation,
    Combination,
    Direction,
    Element,
    Indicator,
    Normalisation,
    Weighting,
)
from pilar.index.faults import Fault
from pilar.index.instrument import MissingRule
from pilar.index.reading.document import Value
from pilar.index.reading.fields import CODE, Fields
from pilar.index.reading.nodes import MAX_DEPTH

COMBINING = ("aggregation", "power", "missing", "minimum_share", "weights")
LEAF_ONLY = ("indicator",)
REQUIRED = ("code", "title")
OPTIONAL = ("weight", "source", "weights_source", "note", "children", *LEAF_ONLY, *COMBINING)
INDICATOR_KEYS = ("unit", "denominator", "imputation", "treatment", "normalisation")


@dataclass
class ElementReader:
    """Reads nodes. ``levels``: the combinations said for each level from the root; the last holds for all below.

    ``blocks``: where each node stands, by code.
    """

    levels: tuple[Combination, ...]
    usual: Normalisation
    blocks: dict[str, Fields] = field(default_factory=dict)

    def node(self, around: Fields, value: Value, above: str = "", depth: int = 1) -> Element | None:
        """One node with all below it; ``None`` if it cannot be told at all."""
        block = around.inside(value, above, REQUIRED, OPTIONAL, "node")
        if block is None:
            return None
        code = block.text("code", CODE) or ""
        block.path = "/".join(filter(None, (above, code or "?")))
        self.blocks.setdefault(code, block)
        if depth > MAX_DEPTH:
            block.tell(Fault("depth", "The tree is deeper than %(limit)s nodes.", {"limit": MAX_DEPTH}))
            return None
        leaf = "children" not in block.values
        for key in COMBINING if leaf else LEAF_ONLY:
            if key in block.values and leaf:
                block.tell(Fault("leaf-key", "Only a node with children has %(key)s.", {"key": key}), key)
            elif key in block.values:
                block.tell(Fault("parent-key", "Only a leaf has %(key)s.", {"key": key}), key)
        below = [] if leaf else [self.node(block, item, block.path, depth + 1) for item in block.items("children")]
        weight = block.number("weight")
        if "weight" in block.values and weight is None:
            return None  # the sum of the siblings' weights would be told as a second fault
        children = tuple(child for child in below if child is not None)
        if len(children) < len(below):
            return None
        return Element(
            code,
            block.titles("title") or {},
            weight,
            children,
            Combination() if leaf else self._combination(block, depth),
            self._indicator(block) if leaf else None,
            block.source(),
            block.source("weights_source"),
            block.titles("note"),
        )

    def _combination(self, block: Fields, depth: int) -> Combination:
        """The node's own rules; what it leaves unsaid is as said for its level."""
        level = self.levels[min(depth, len(self.levels)) - 1] if self.levels else Combination()
        return read_combination(block, level)

    def _indicator(self, block: Fields) -> Indicator | None:
        inner = block.block("indicator", ("direction",), INDICATOR_KEYS)
        if inner is None:
            return None
        return Indicator(
            inner.choice("direction", Direction) or Direction.HIGHER,
            inner.titles("unit"),
            inner.text("denominator"),
            read_imputation(inner, "imputation"),
            read_treatment(inner, "treatment"),
            read_normalisation(inner, "normalisation", usual=self.usual),
        )


def read_combination(block: Fields, usual: Combination) -> Combination:
    """A mean with its power and a missing rule with its share go together: who says the one says the other."""
    mean = "aggregation" in block.values
    blank = "missing" in block.values
    power, share = block.number("power"), block.number("minimum_share")
    return Combination(
        block.choice("aggregation", Aggregation) or usual.aggregation,
        power if mean or power is not None else usual.power,
        block.choice("missing", MissingRule) or usual.missing,
        share if blank or share is not None else usual.minimum_share,
        block.choice("weights", Weighting) or usual.weighting,
    )
