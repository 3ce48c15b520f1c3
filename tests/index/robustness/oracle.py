"""The same by the exact engine, one draw at a time: slow and independent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pilar.index import Instrument, Node, NoScore, rank, score
from pilar.index.robustness.cut import Cut
from pilar.index.robustness.spreads import Source, Spread, stream_of

Floats = NDArray[np.float64]


def reweighted(of: Instrument, cut: Cut, weights: Floats) -> Instrument:
    """The instrument with the weights of one draw, shape (weights,)."""
    return with_shares(
        of,
        cut,
        {
            (parent.code, name): Decimal(float(weight))
            for parent in cut.parents
            for name, weight in zip(parent.names, weights[parent.rows], strict=True)
        },
    )


def with_shares(of: Instrument, cut: Cut, shares: Mapping[tuple[str, str], Decimal | Fraction]) -> Instrument:
    """The instrument with other weights; ``shares``: by parent and child, for the parents of the cut."""
    computed = {parent.code for parent in cut.parents}

    def grown(node: Node, above: str) -> Node:
        weight: Any = shares.get((above, node.code), Decimal(0) if above in computed else node.weight)
        return replace(node, weight=weight, children=tuple(grown(child, node.code) for child in node.children))

    return replace(of, root=grown(of.root, ""))


def answers(columns: Sequence[str], row: Floats) -> dict[str, Fraction | None]:
    return {
        code: None if np.isnan(value) else Fraction(Decimal(str(float(value))))
        for code, value in zip(columns, row, strict=True)
    }


def finals(of: Instrument, columns: Sequence[str], values: Floats) -> list[Fraction | NoScore]:
    return [score(of, answers(columns, row)).final for row in values]


def places(of: Instrument, cut: Cut, values: Floats, spread: Spread, seed: int, draws: int) -> list[list[int | None]]:
    """Rank of each unit in each of the first draws."""
    weights = spread.draw(cut, stream_of(seed, Source.WEIGHTS, 0))
    found = []
    for draw in range(draws):
        scores = finals(reweighted(of, cut, weights[:, draw]), cut.columns, values)
        # Two exact scores may differ by less than the grid that ranks are taken on.
        near = [s if isinstance(s, NoScore) else Fraction(round(s * 10**9), 10**9) for s in scores]
        found.append(list(rank(dict(enumerate(near))).values()))
    return found
