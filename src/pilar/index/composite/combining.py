"""Children's scores into their parent's, for one set of weights or for many at once.

Source of the means: OECD and JRC, Handbook on Constructing Composite Indicators (2008), step on weighting and
aggregation. Outranking: A. H. Copeland's method (Saari and Merlin, The Copeland method I, Economic Theory 8, 1996),
with the weighted share of indicators on which one unit is ahead of another deciding each pair.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pilar.index.composite.data import Flags, Floats
from pilar.index.composite.spec import Aggregation, Combination
from pilar.index.instrument import MissingRule

TOLERANCE = 1e-9
EVEN = 1e-12
Terms: TypeAlias = Floats | list[Floats]

PAIRS = 4_000_000  # pairs of units by runs that are compared at once


@dataclass(frozen=True, eq=False)
class Children:
    """Scores of k children for n units, in R runs. ``scores``: each of shape (n,), or (R, n) where it depends on the
    run. ``weights``: shape (R, k), each row summing to 1. ``floor``: what a blank counts as under ``zero``.
    ``peers``: number of each unit's year; only units of the same year are compared by outranking. ``given``: the
    weights of the index itself, shape (k,): they decide who has too little for a score, so that this does not change
    from run to run.
    """

    scores: Sequence[Floats]
    weights: Floats
    given: Floats
    floor: float
    peers: NDArray[np.intp]

    @cached_property
    def terms(self) -> Terms:
        """The scores, in one table of shape (k, n) where none depends on the run."""
        alike = all(score.ndim == 1 for score in self.scores)
        return np.stack(self.scores) if alike else list(self.scores)


def suspect(rule: Combination, terms: Terms) -> bool:
    """Return whether any score has no place in the mean, if its child weighs something."""
    if rule.aggregation in (Aggregation.WEIGHTED, Aggregation.COPELAND):
        return False
    return any((score <= 0 if rule.refuses_zero else score < 0).any() for score in _parts(terms))


def misfits(rule: Combination, scores: Floats, weights: Floats) -> Flags:
    """Return where a score has no place in the mean: same shape as ``scores``, whose last axis is units.

    ``weights``: of this child, shape (R,); a child that never weighs anything does not matter.
    """
    if rule.aggregation in (Aggregation.WEIGHTED, Aggregation.COPELAND) or not weights.any():
        return np.zeros(scores.shape, dtype=np.bool_)
    return np.asarray(scores <= 0 if rule.refuses_zero else scores < 0)


def combined(rule: Combination, children: Children) -> Floats:
    """Scores of the parent, shape (R, n); NaN where there is none. Scores have been checked by :func:`misfits`."""
    present = _present(children)
    scores = _copeland(children) if rule.aggregation is Aggregation.COPELAND else _mean(rule, children, present)
    if present is not None:
        _leave_out(rule, children, scores)
    return scores


def shares_used(rule: Combination, weights: Floats, known: Flags) -> Floats:
    """The weight that each child really had, shape (k,), from the given ``weights`` and which are ``known``."""
    if rule.missing is MissingRule.ZERO:
        return weights
    held = np.where(known, weights, 0.0)
    total = held.sum()
    return held / total if total > 0 else held


def _present(children: Children) -> Floats | None:
    """Share of the weight that is present, shape (R, n); ``None`` if nothing is blank."""
    if not any(np.isnan(part).any() for part in _parts(children.terms)):
        return None
    return _summed(children.weights, _each(children.terms, lambda score: (~np.isnan(score)).astype(np.float64)))


def _parts(terms: Terms) -> Sequence[Floats]:
    return [terms] if isinstance(terms, np.ndarray) else terms


def _each(terms: Terms, change: Callable[[Floats], Floats]) -> Terms:
    return change(terms) if isinstance(terms, np.ndarray) else [change(score) for score in terms]


def _summed(weights: Floats, terms: Terms) -> Floats:
    """Σ weight·term, shape (R, n): one matrix product for the terms that do not depend on the run."""
    if isinstance(terms, np.ndarray):
        return np.asarray(weights @ terms)
    still = [place for place, term in enumerate(terms) if term.ndim == 1]
    units = terms[0].shape[-1]
    total = np.zeros((len(weights), units))
    if still:
        total = weights[:, still] @ np.stack([terms[place] for place in still])
    for place, term in enumerate(terms):
        if term.ndim == 2:
            total += weights[:, place, None] * term
    return np.asarray(total)


def _mean(rule: Combination, children: Children, present: Floats | None) -> Floats:
    """f⁻¹(Σ w·f(x)) over the children present: f is x, log x, 1/x or x^p."""
    blank = children.floor if rule.missing is MissingRule.ZERO else None
    scores = children.terms
    if blank is not None:
        scores = _each(scores, lambda score: np.where(np.isnan(score), blank, score))
    extent = None
    if rule.aggregation is Aggregation.POWER:
        weighs = np.flatnonzero((children.weights != 0).sum(axis=0))
        extent = leading(rule, [scores[place] for place in weighs])
        scores = _each(scores, lambda score: score / extent)
    total = _summed(children.weights, _each(scores, lambda score: _inward(rule, score)))
    if present is not None and blank is None:
        with np.errstate(invalid="ignore", divide="ignore"):
            total = total / present
    mean = _outward(rule, total)
    if rule.aggregation is Aggregation.WEIGHTED and any((part < 0).any() for part in _parts(scores)):
        # Parts that cancel out leave rounding behind, from which ranks and components would be made.
        size = _summed(np.abs(children.weights), _each(scores, lambda score: np.abs(_inward(rule, score))))
        mean = np.where(np.abs(mean) <= EVEN * size, 0.0, mean)
    return mean if extent is None else mean * extent


def leading(rule: Combination, scores: Sequence[Floats]) -> Floats:
    """The score that a power mean is nearest to when its power is large: the highest, or the lowest below 0.

    A power mean is homogeneous. With scores divided by this one, powers of them neither overflow nor all vanish.
    1 where there is none, or where it is 0.
    """
    best = reduce(np.fmax if (rule.power or 1) > 0 else np.fmin, scores)
    return np.where(best > 0, best, 1.0)


def _inward(rule: Combination, scores: Floats) -> Floats:
    # What does not count (a blank, or the zero of a child without weight) must not make a NaN or an infinity.
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        if rule.aggregation is Aggregation.GEOMETRIC:
            scores = np.log(scores)
        elif rule.aggregation is Aggregation.HARMONIC:
            scores = 1.0 / scores
        elif rule.aggregation is Aggregation.POWER:
            scores = scores ** float(rule.power or 1)
    return np.where(np.isfinite(scores), scores, 0.0)


def _outward(rule: Combination, total: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        if rule.aggregation is Aggregation.GEOMETRIC:
            return np.exp(total)
        if rule.aggregation is Aggregation.HARMONIC:
            return np.asarray(1.0 / total)
        if rule.aggregation is Aggregation.POWER:
            return np.asarray(total ** (1.0 / float(rule.power or 1)))
    return total


def _leave_out(rule: Combination, children: Children, scores: Floats) -> None:
    """NaN where the missing rule gives no score."""
    needed = TOLERANCE
    if rule.missing is MissingRule.REQUIRE:
        needed = 1.0 - TOLERANCE
    elif rule.missing is MissingRule.REWEIGHT and rule.minimum_share is not None:
        needed = float(rule.minimum_share) - TOLERANCE
    # Blanks are the same in every run, so the first one tells.
    known = [~np.isnan(score if score.ndim == 1 else score[0]) for score in children.scores]
    held = children.given @ np.stack(known).astype(np.float64)
    scores[:, held < needed] = np.nan


def _copeland(children: Children) -> Floats:
    """Pairs won less pairs lost, shape (R, n). A pair counts the children that both units have.

    Units of one year at a time, and some of them against all others, so that memory does not grow with the pairs.
    """
    runs, extents = len(children.weights), [np.nanmax(np.abs(score), initial=0.0) for score in children.scores]
    wins = np.zeros((runs, len(children.peers)))
    for year in np.unique(children.peers):
        peers = np.flatnonzero(children.peers == year)
        size = max(1, PAIRS // (runs * len(peers)))
        for start in range(0, len(peers), size):
            units = peers[start : start + size]
            balance = np.zeros((runs, len(units), len(peers)))
            for place, (scores, extent) in enumerate(zip(children.scores, extents, strict=True)):
                apart = scores[..., units, None] - scores[..., None, peers]
                lead = np.where(np.abs(apart) > EVEN * extent, np.sign(apart), 0.0)
                balance += children.weights[:, place, None, None] * lead
            wins[:, units] = np.where(np.abs(balance) > EVEN, np.sign(balance), 0.0).sum(axis=2)
    return wins
