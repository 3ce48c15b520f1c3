"""The difference of two instruments."""

from __future__ import annotations

from dataclasses import dataclass

from pilar.index.canonical import flat, plain
from pilar.index.instrument import Instrument


@dataclass(frozen=True)
class Difference:
    """``what`` differs at ``path`` (empty at the top); ``before`` and ``after`` are texts, empty for nothing."""

    path: str
    what: str
    before: str
    after: str


def compare(before: Instrument, after: Instrument) -> tuple[Difference, ...]:
    """Return what changes from one instrument to the other.

    Nodes are the same when their code is the same; one that exists on one side only is a single difference.
    """
    first, second = _statements(before), _statements(after)
    differences = []
    for code, what in dict.fromkeys([*first, *second]):
        old, new = first.get((code, what), ""), second.get((code, what), "")
        one_sided = code and (code in before.by_code) != (code in after.by_code)
        if old != new and (what == "node" or not one_sided):
            path = (before if code in before.by_code else after).path(code) if code else ""
            differences.append(Difference(path, what, old, new))
    return tuple(differences)


def _statements(instrument: Instrument) -> dict[tuple[str, str], str]:
    """Everything the instrument says, by node code (empty at the top) and dotted name."""
    said = {("", what): text for what, text in flat(plain(instrument)) if not what.startswith("root.")}
    for node in instrument.nodes:
        said[node.code, "node"] = node.code
        said[node.code, "parent"] = next(instrument.ancestors(node.code), "")
        said |= {
            (node.code, what): text for what, text in flat(plain(node)) if not what.startswith(("children", "code"))
        }
    return said
