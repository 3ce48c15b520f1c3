"""``pilar instruments``: what stands in an instrument, whether its file is in order, what changed between two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from pilar import index
from pilar.evaluation import reference
from pilar.evaluation.commands.layout import instrument_line, number, percent, title
from pilar.evaluation.rules.standing import STATUS_NAMES
from pilar.platform.console import aligned, emit
from pilar.platform.language import translate

SHORT_HASH = 12

Step = tuple[index.Node, Fraction | None, int]


def run_list() -> int:
    """One line for each instrument of the data folder."""
    rows = [
        [
            instrument.code,
            instrument.version,
            str(instrument.year or "-"),
            instrument.sha256[:SHORT_HASH],
            translate(STATUS_NAMES[instrument.status]),
        ]
        for instrument in reference.instruments()
    ]
    header = [translate("Code"), translate("Version"), translate("Year"), "SHA-256", translate("Standing")]
    emit("\n".join(aligned([header, *rows], ("left",) * 5, (None,) * 5)) + "\n")
    return 0


def run_show(instrument: str) -> int:
    """Show the tree with weights, and the rules of the instrument."""
    emit("\n".join(_shown(reference.instrument(instrument))) + "\n")
    return 0


def run_check(instrument: str) -> int:
    """Say in one line that the file is in order. Raises Faults with all that is wrong."""
    read = reference.instrument(instrument)
    emit(translate("%(path)s is in order.", path=instrument) + " " + instrument_line(read) + "\n")
    return 0


def run_diff(before: str, after: str) -> int:
    """One line for each difference."""
    differences = index.compare(reference.instrument(before), reference.instrument(after))
    lines = [
        f"{': '.join(filter(None, (difference.path, difference.what)))}: "
        f"{difference.before or '-'} → {difference.after or '-'}"
        for difference in differences
    ]
    emit("\n".join(lines or [translate("The instruments say the same.")]) + "\n")
    return 0


def _shown(instrument: index.Instrument) -> Iterator[str]:
    """Head, tree and the list of addresses that the tree refers to by number."""
    sources = {address: f"[{number}]" for number, address in enumerate(instrument.sources, start=1)}
    sources[index.ASSUMPTION] = translate("assumption")
    yield from _head(instrument, sources)
    yield ""
    rows = [
        [
            "  " * depth + title(node.title),
            node.code,
            "" if share is None else str(share) if node.weight is None else percent(share),
            node.mark.kind if node.mark else node.aggregation,
            sources[node.source],
        ]
        for node, share, depth in _preorder(instrument.root)
    ]
    header = [translate("Node"), translate("Code"), translate("Weight"), translate("Rule"), translate("Source")]
    yield from aligned([header, *rows], ("left", "left", "right", "left", "left"), (None,) * 5)
    yield ""
    yield from (f"{reference} {address}" for address, reference in sources.items() if address != index.ASSUMPTION)


def _head(instrument: index.Instrument, sources: Mapping[str, str]) -> Iterator[str]:
    yield title(instrument.title)
    yield instrument_line(instrument)
    yield translate("Source: %(address)s", address=sources[instrument.source])
    yield translate("Standing: %(status)s", status=translate(STATUS_NAMES[instrument.status]))
    yield translate(
        "Scale %(minimum)s to %(maximum)s; %(decimals)s decimals, rounded %(rounding)s (%(source)s)",
        minimum=number(instrument.scale.minimum),
        maximum=number(instrument.scale.maximum),
        decimals=instrument.decimals,
        rounding=instrument.rounding,
        source=sources[instrument.rounding_source],
    )
    for predicate in instrument.predicates:
        yield translate(
            "Predicate “%(title)s” from %(threshold)s (%(source)s)",
            title=title(predicate.title),
            threshold=number(predicate.threshold),
            source=sources[predicate.threshold_source],
        )
    if instrument.note:
        yield title(instrument.note)


def _preorder(node: index.Node, share: Fraction | None = None, depth: int = 0) -> Iterator[Step]:
    """Each node before its children, with its share among its siblings and its depth."""
    yield node, share, depth
    for child, part in zip(node.children, node.shares, strict=True):
        yield from _preorder(child, part, depth + 1)
