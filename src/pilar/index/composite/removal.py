"""The index with one element left out at a time: what does each one do to the ranks?

Source: OECD and JRC, Handbook on Constructing Composite Indicators (2008), step on uncertainty and sensitivity
(inclusion and exclusion of individual indicators).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pilar.index.composite.building import Built, climbed, whole
from pilar.index.composite.data import Floats
from pilar.index.composite.places import places
from pilar.index.composite.variants import without
from pilar.index.faults import Fault


@dataclass(frozen=True, eq=False)
class Removal:
    """The index without the node ``code``. ``final``: scores, shape (n,); ``ranks``: within the year.

    ``mean_shift``: mean distance of a rank from the one with it; ``most``: the largest one, with its row. ``None``
    where no row has a rank both times.
    """

    code: str
    final: Floats
    ranks: tuple[int | None, ...]
    mean_shift: float | None
    most: tuple[int, int] | None


def removals(built: Built) -> tuple[Removal, ...]:
    """Each node but the root left out, in the order of the tree; nodes that cannot be spared are not in it.

    A node cannot be spared if nothing would be left of the index, or if principal components would give no weights.
    """
    return tuple(removal for node in built.spec.nodes[1:] if (removal := _removal(built, node.code)) is not None)


def _removal(built: Built, code: str) -> Removal | None:
    spec = without(built.spec, code)
    if spec is None:
        return None
    kept = {leaf.code for leaf in spec.leaves}
    columns = [column for column, leaf in enumerate(built.spec.leaves) if leaf.code in kept]
    faults: list[Fault] = []
    _, scores = climbed(spec, built.data, built.scaled.table[:, columns], faults)
    if faults:
        return None
    final = scores[spec.root.code]
    ranks = whole(places(final, built.data.period_of, spec.ties))
    apart = {
        row: abs(now - before)
        for row, (now, before) in enumerate(zip(ranks, built.ranks, strict=True))
        if now is not None and before is not None
    }
    most = max(apart, key=lambda row: apart[row]) if apart else None
    return Removal(
        code,
        final,
        ranks,
        float(np.mean(list(apart.values()))) if apart else None,
        None if most is None else (apart[most], most),
    )
