"""The tree of an instrument file."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from pilar.index.answers import BandMark, LevelMark, MarkKind, RatioMark
from pilar.index.faults import Fault
from pilar.index.instrument import ROOT, Aggregation, Descriptor, MissingRule, Node, Scale
from pilar.index.reading.document import Scalar, Value
from pilar.index.reading.fields import CODE, Fields
from pilar.index.reading.marks import read_mark

MAX_DEPTH = 20
MAX_POWER = 100
REQUIRED = ("code", "title", "source")
PARENT_ONLY = (
    "aggregation",
    "missing",
    "weights_source",
    "power",
    "minimum_share",
    "aggregation_source",
    "missing_source",
)
PARENT_REQUIRED = PARENT_ONLY[:3]
LEAF_ONLY = ("not_applicable", "descriptors")
FOR_READERS = ("question", "guidance", "examples")
OPTIONAL = ("weight", "evidence", "meaning", "note", *FOR_READERS, "children", "mark", *LEAF_ONLY, *PARENT_ONLY)


@dataclass
class TreeReader:
    """Reads nodes, remembering the codes seen. ``marks`` are the instrument's named kinds of mark."""

    scale: Scale | None
    marks: dict[str, MarkKind | None]
    seen: dict[str, int] = field(default_factory=dict)

    def root(self, top: Fields) -> Node | None:
        value = top.value("tree")
        if value is None:
            return None
        node = self.node(top, value, "", 1)
        if node and node.code not in ("", ROOT):
            top.tell(Fault("root", "The root of the tree must have the code final."), "tree")
        if node and node.weight is not None:
            top.tell(Fault("root-weight", "The root of the tree has no weight."), "tree")
        if node and node.may_fall_away:
            top.tell(Fault("nothing-applicable", "Some indicator must always be applicable."), "tree")
        return node

    def node(self, around: Fields, value: Value, above: str, depth: int) -> Node | None:
        """One node with all below it; ``None`` if its weight cannot be told."""
        block = around.inside(value, above, REQUIRED, OPTIONAL, "node")
        if block is None:
            return None
        code = block.text("code", CODE)
        block.path = "/".join(filter(None, (above, code or "?")))
        if depth > MAX_DEPTH:
            block.tell(Fault("depth", "The tree is deeper than %(limit)s nodes.", {"limit": MAX_DEPTH}))
            return None
        if code:
            self._remember(block, code)
        leaf = "children" not in block.values
        _shape(block, leaf)
        weight = _weight(block)
        mark = self._mark(block)
        node = Node(
            code=code or "",
            title=block.titles("title") or {},
            weight=weight,
            aggregation=block.choice("aggregation", Aggregation) or Aggregation.WEIGHTED,
            power=block.number("power"),
            missing=block.choice("missing", MissingRule) or MissingRule.REQUIRE,
            minimum_share=block.number("minimum_share"),
            children=() if leaf else self._children(block, depth),
            mark=mark,
            source=block.source(),
            weights_source=block.source("weights_source"),
            aggregation_source=block.source("aggregation_source"),
            missing_source=block.source("missing_source"),
            evidence=block.statement("evidence"),
            meaning=block.statement("meaning"),
            note=block.titles("note"),
            not_applicable=block.yes("not_applicable"),
            question=block.titles("question"),
            guidance=block.titles("guidance"),
            examples=block.titles("examples"),
            descriptors=_descriptors(block, mark),
        )
        self._rules(block, node)
        return None if weight is None and "weight" in block.values else node

    def _remember(self, block: Fields, code: str) -> None:
        if code in self.seen:
            fields = {"code": code, "line": self.seen[code]}
            block.tell(Fault("repeated-code", "The code %(code)s is already used in line %(line)s.", fields), "code")
        self.seen.setdefault(code, block.lines["code"])

    def _children(self, block: Fields, depth: int) -> tuple[Node, ...]:
        nodes = [self.node(block, item, block.path, depth + 1) for item in block.items("children")]
        children = tuple(child for child in nodes if child is not None)
        if len(children) == len(nodes):
            _check_weights(block, children)
        return children

    def _mark(self, block: Fields) -> MarkKind | None:
        value = block.value("mark")
        if value is None:
            return None
        if not isinstance(value, Scalar):
            return read_mark(block, value, block.path, self.scale)
        if value.text not in self.marks:
            block.tell(Fault("unknown-mark", "There is no mark named %(mark)s.", {"mark": value.text}), "mark")
            return None
        return self.marks[value.text]

    def _rules(self, block: Fields, node: Node) -> None:
        """The rules of one node that only make sense together."""
        power = node.aggregation is Aggregation.POWER
        if power != (node.power is not None) or node.power == 0:
            block.tell(Fault("power", "A power mean, and only a power mean, needs a power other than 0."), "power")
        elif node.power is not None and abs(node.power) > MAX_POWER:
            # Beyond, a mean is all but the highest or lowest score, and its exact power has too many digits.
            fields = {"most": MAX_POWER}
            block.tell(
                Fault("power-range", "The power of a mean lies between -%(most)s and %(most)s.", fields), "power"
            )
        share = node.minimum_share
        if share is not None and (node.missing is not MissingRule.REWEIGHT or not 0 < share <= 1):
            block.tell(
                Fault("minimum-share", "minimum_share goes with missing: reweight and lies above 0 and up to 1."),
                "minimum_share",
            )
        lowest = self.scale.minimum if self.scale else Decimal(0)
        if node.aggregation is not Aggregation.WEIGHTED and lowest < 0:
            block.tell(Fault("negative-scale", "This mean needs a scale that does not go below 0."), "aggregation")
        if node.missing is MissingRule.ZERO and node.refuses_zero and lowest <= 0:
            block.tell(Fault("zero-rule", "missing: zero cannot go with a mean that has no place for zero."), "missing")
        falling = [child.code for child in node.children if child.may_fall_away]
        if falling and node.missing is not MissingRule.REWEIGHT:
            block.tell(
                Fault(
                    "not-applicable",
                    "%(nodes)s may be not applicable, which needs missing: reweight here.",
                    {"nodes": ", ".join(falling)},
                ),
                "missing",
            )


def _shape(block: Fields, leaf: bool) -> None:
    """A leaf has a mark and no rules for children; a node with children has rules and no mark."""
    if leaf and "mark" not in block.values:
        block.tell(Fault("no-mark", "A leaf needs a mark."))
    if not leaf and "mark" in block.values:
        block.tell(Fault("mark-and-children", "A node has either children or a mark, not both."), "mark")
    for key in PARENT_ONLY:
        if leaf and key in block.values:
            block.tell(Fault("leaf-key", "Only a node with children has %(key)s.", {"key": key}), key)
    for key in LEAF_ONLY:
        if not leaf and key in block.values:
            block.tell(Fault("parent-key", "Only a leaf has %(key)s.", {"key": key}), key)
    for key in PARENT_REQUIRED:
        if not leaf and key not in block.values:
            block.tell(Fault("missing-key", "%(key)s is missing.", {"key": key}), key)


def _descriptors(block: Fields, mark: MarkKind | None) -> tuple[Descriptor, ...]:
    """Return what each mark asks for, by marks that the kind of mark can give; once each, in the order of the file."""
    descriptors: list[Descriptor] = []
    given = _marks_given(mark)
    for item in block.blocks("descriptors", ("value", "id", "en")):
        value, text = item.number("value"), item.both_languages()
        if value is None or text is None:
            continue
        if mark is not None and value not in given:
            item.tell(
                Fault("no-such-mark", "The indicator cannot be marked with %(value)s.", {"value": value}), "value"
            )
        elif value in [descriptor.value for descriptor in descriptors]:
            item.tell(Fault("repeated-key", "%(key)s stands here twice.", {"key": str(value)}), "value")
        descriptors.append(Descriptor(value, text))
    return tuple(descriptors)


def _marks_given(mark: MarkKind | None) -> set[Decimal]:
    match mark:
        case LevelMark():
            return {level.value for level in mark.levels}
        case BandMark() | RatioMark():
            return {band.value for band in mark.bands}
    return set()


def _weight(block: Fields) -> Decimal | None:
    weight = block.number("weight")
    if weight is not None and weight < 0:
        block.tell(Fault("negative-weight", "A weight must not be below 0."), "weight")
    return weight


def _check_weights(block: Fields, children: tuple[Node, ...]) -> None:
    """Siblings weigh 100 together, exactly; or none of them has a weight, and all weigh the same."""
    weights = [child.weight for child in children if child.weight is not None]
    if weights and len(weights) < len(children):
        block.tell(Fault("weights-partly", "Either all children have a weight or none has."), "children")
    elif weights and sum(weights) != 100:
        block.tell(
            Fault(
                "weights-sum",
                "The weights of the children sum to %(sum)s; they must sum to 100.",
                {"sum": sum(weights)},
            ),
            "children",
        )
