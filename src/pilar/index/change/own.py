"""The change of a mean divided among its terms, exactly, whatever the mean.

All means of the index are φ-inverse of Σ w·φ(x). Between two sets of values the mean changes by ΔM and Φ = Σ w·φ(x) by
Σ w·Δφ(x), so that w·Δφ(x)·ΔM/ΔΦ is each term's part, with no rest. With φ = x it is w·Δx; with φ = ln x it is the
logarithmic mean Divisia split (B. W. Ang, Decomposition analysis for policymaking in energy, Energy Policy 32 (2004)).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from pilar.index.change.mixture import Scored
from pilar.index.instrument import Aggregation, Node
from pilar.index.means import steepness, transformed

NEARLY = Fraction(1, 10**40)


def parts(before: Scored, after: Scored) -> Iterator[tuple[str, Fraction]]:
    """Each answered node's part in the change of the final between two states of equal structure."""
    yield from _below(before, after, before.instrument.root, Fraction(1))


def _below(before: Scored, after: Scored, node: Node, slope: Fraction) -> Iterator[tuple[str, Fraction]]:
    if node.code not in before.terms:
        yield node.code, slope * (after.values[node.code] - before.values[node.code])
        return
    terms = [(code, share) for code, share, filled in before.terms[node.code] if not filled]
    old = [before.values[code] for code, _ in terms]
    new = [after.values[code] for code, _ in terms]
    change = after.values[node.code] - before.values[node.code]
    shares = [share for _, share in terms]
    values_below = slopes(node, shares, old, new, middle=before.values[node.code], change=change)
    for (code, _), value in zip(terms, values_below, strict=True):
        yield from _below(before, after, before.instrument.node(code), slope * value)


def slopes(
    node: Node,
    shares: Sequence[Fraction],
    old: Sequence[Fraction],
    new: Sequence[Fraction],
    *,
    middle: Fraction,
    change: Fraction,
) -> list[Fraction]:
    """Numbers s with Σ s·(new - old) = ``change``, the change of the node's mean from its old value ``middle``.

    Terms filled with the scale's minimum are left out by the caller: they do not change.
    """
    if node.aggregation is Aggregation.WEIGHTED:
        return list(shares)
    moves = [b - a for a, b in zip(old, new, strict=True)]
    if node.refuses_zero and 0 in (*old, *new):
        return _from_zero(shares, old, new, change)
    phi_old, phi_new = ([transformed(node, value) for value in values] for values in (old, new))
    secants = [
        (b - a) / move if move else (steepness(node, value) if value else Fraction(0))
        for a, b, move, value in zip(phi_old, phi_new, moves, old, strict=True)
    ]
    rise = sum((w * s * move for w, s, move in zip(shares, secants, moves, strict=True)), Fraction(0))
    factor = Fraction(0)
    if abs(rise) > NEARLY:
        factor = change / rise
    elif middle:  # opposite moves: the mean stays, and the secant becomes the derivative
        factor = 1 / steepness(node, middle)
    products = [factor * w * s for w, s in zip(shares, secants, strict=True)]
    return _without_rest(products, moves, change)


def _from_zero(
    shares: Sequence[Fraction], old: Sequence[Fraction], new: Sequence[Fraction], change: Fraction
) -> list[Fraction]:
    """A mean that zero makes zero: the whole change is of the terms that leave zero or fall to it, by weight."""
    freed = [a != b and 0 in (a, b) for a, b in zip(old, new, strict=True)]
    total = sum((w for w, free in zip(shares, freed, strict=True) if free), Fraction(0))
    return [
        change * w / total / (b - a) if free else Fraction(0)
        for w, free, a, b in zip(shares, freed, old, new, strict=True)
    ]


def _without_rest(slopes: list[Fraction], moves: Sequence[Fraction], change: Fraction) -> list[Fraction]:
    """The last digits of logarithms and roots go to the term that moved most, so that the parts sum exactly."""
    rest = change - sum((s * move for s, move in zip(slopes, moves, strict=True)), Fraction(0))
    if rest:
        most = max(range(len(moves)), key=lambda place: abs(moves[place]))
        slopes[most] += rest / moves[most]
    return slopes
