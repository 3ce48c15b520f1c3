"""Means of children's scores, and each child's part in them.

Source of the means: OECD and JRC, Handbook on Constructing Composite Indicators (2008), step on weighting and
aggregation, https://doi.org/10.1787/9789264043466-en. The parts follow from Euler's theorem: for a function that is
homogeneous of degree one, the sum of x·∂M/∂x is M.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction
from typing import TypeAlias

from pilar.index.instrument import Aggregation, Node

Term: TypeAlias = tuple[Fraction, Fraction]

PUBLISHED_DIGITS = Context(prec=50)
WORKING_DIGITS = Context(prec=60)


def mean(node: Node, terms: Sequence[Term]) -> Fraction:
    """The node's mean of ``terms``: pairs of weight (above 0, sum 1) and value (at least 0 in a nonlinear mean).

    Weighted and harmonic means are exact; geometric and power means carry 50 significant digits. Where zero is
    refused, a zero makes the mean zero, which is the limit.
    """
    if node.aggregation is Aggregation.WEIGHTED:
        return sum((weight * value for weight, value in terms), Fraction(0))
    values = [value for _, value in terms]
    if node.refuses_zero and 0 in values:
        return Fraction(0)
    if node.aggregation is Aggregation.HARMONIC:
        return 1 / sum((weight / value for weight, value in terms), Fraction(0))
    if node.aggregation is Aggregation.GEOMETRIC:
        unrounded = WORKING_DIGITS.exp(_sum_of_logarithms(terms))
    else:
        total = sum((weight * _raised(value, _power(node)) for weight, value in terms), Fraction(0))
        unrounded = _root(total, _power(node))
    # Rounding may leave the values' range by the last digit, where a mean of equal values must be that value.
    return min(max(Fraction(PUBLISHED_DIGITS.plus(unrounded)), min(values)), max(values))


def parts(node: Node, terms: Sequence[Term]) -> list[Fraction]:
    """Each term's part of the node's mean, exact and summing to 1.

    In proportion to w in the geometric, w/x in the harmonic, w·x^p in the power mean, w·x in the weighted mean.
    """
    if node.aggregation is Aggregation.GEOMETRIC:
        return [weight for weight, _ in terms]
    power = Decimal(-1) if node.aggregation is Aggregation.HARMONIC else _power(node)
    raw = [weight * _raised(value, power) for weight, value in terms]
    total = sum(raw, Fraction(0))
    return [part / total for part in raw] if total else [weight for weight, _ in terms]


def transformed(node: Node, value: Fraction) -> Fraction:
    """φ(value), where the node's mean of x is the φ-inverse of Σ w·φ(x): x, ln x, 1/x or x^p.

    Logarithms and roots carry 60 digits. ``ValueError`` for a zero where zero is refused.
    """
    if node.aggregation is Aggregation.WEIGHTED:
        return value
    if node.refuses_zero and value == 0:
        raise ValueError(f"the mean of {node.code} has no place for zero")
    if node.aggregation is Aggregation.HARMONIC:
        return 1 / value
    if node.aggregation is Aggregation.GEOMETRIC:
        return Fraction(WORKING_DIGITS.ln(_digits(value)))
    return _raised(value, _power(node))


def steepness(node: Node, value: Fraction) -> Fraction:
    """The derivative of φ of :func:`transformed` at ``value``."""
    if node.aggregation is Aggregation.WEIGHTED:
        return Fraction(1)
    if node.aggregation is Aggregation.HARMONIC:
        return -1 / value**2
    if node.aggregation is Aggregation.GEOMETRIC:
        return 1 / value
    power = _power(node)
    return Fraction(power) * _raised(value, power - 1)


def _power(node: Node) -> Decimal:
    return Decimal(1) if node.power is None else node.power


def _digits(value: Fraction) -> Decimal:
    return WORKING_DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator))


def _raised(value: Fraction, power: Decimal) -> Fraction:
    if power == int(power):
        return value ** int(power)
    return Fraction(WORKING_DIGITS.power(_digits(value), power))


def _root(value: Fraction, power: Decimal) -> Decimal:
    if not value:
        return Decimal(0)
    return WORKING_DIGITS.power(_digits(value), WORKING_DIGITS.divide(Decimal(1), power))


def _sum_of_logarithms(terms: Sequence[Term]) -> Decimal:
    total = Decimal(0)
    for weight, value in terms:
        total = WORKING_DIGITS.add(total, WORKING_DIGITS.multiply(_digits(weight), WORKING_DIGITS.ln(_digits(value))))
    return total
