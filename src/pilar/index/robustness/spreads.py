"""Distributions of weights around those that the instrument gives, at every node of the tree at once.

Draws come in chunks of 1,000, each with random streams of its own (NumPy's ``SeedSequence``, the chunk as spawn key):
one for the weights, one for the assessors, one for the choices. So a result depends on seed and number of draws alone,
and varying one source more does not change the draws of the others.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby
from typing import TypeAlias

import numpy as np

from pilar.index.faults import N_, Fault
from pilar.index.robustness.cut import Cut, Floats, varied

CHUNK = 1000
LEAST = 1e-250  # a raw weight that vanished in floating point would be divided by where nothing else was answered


class Source(IntEnum):
    """A source of variation; the number is part of the random stream's key and must never change."""

    WEIGHTS = 0
    ASSESSORS = 1
    CHOICES = 2
    POINTS = 3
    BOOTSTRAP = 4


@dataclass(frozen=True)
class Uniform:
    """Each weight uniform within ± ``spread`` of itself (0.25: ± 25 %), then scaled so that siblings sum to 1.

    ``at``: the nodes whose children's weights vary; ``None`` for all.
    Source: Saisana, Saltelli and Tarantola, Uncertainty and sensitivity analysis techniques as tools for the quality
    assessment of composite indicators, Journal of the Royal Statistical Society A 168 (2005), 307-323.
    """

    spread: float
    at: Collection[str] | None = None

    def faults(self) -> list[Fault]:
        if 0 <= self.spread < 1:  # at 1 all that a unit answered may weigh nothing
            return []
        sentence = N_("The spread of the weights is %(spread)s; it must be at least 0 and less than 1.")
        return [Fault("spread", sentence, vars(self))]

    def edges(self, cut: Cut) -> tuple[Floats, Floats]:
        """Lowest and highest raw weight before siblings are scaled to 1, each of shape (weights, 1)."""
        given = cut.given()
        by = self.spread * varied(cut, self.at)
        return given * (1 - by), given * (1 + by)

    def draw(self, cut: Cut, stream: np.random.Generator) -> Floats:
        """1,000 draws of all weights, shape (weights, 1,000); siblings sum to 1."""
        low, high = self.edges(cut)
        drawn = stream.random((cut.weights, CHUNK))
        drawn *= high - low
        drawn += low
        return scaled(cut, drawn)


@dataclass(frozen=True)
class Dirichlet:
    """Siblings' weights by a Dirichlet distribution whose mean are the weights as given.

    A weight p has the variance p(1 - p)/(concentration + 1). The density is proportional to Π w^(a - 1) with
    a = concentration·p, so a concentration equal to the number of equal siblings is uniform on the simplex.
    """

    concentration: float
    at: Collection[str] | None = None

    def faults(self) -> list[Fault]:
        if 1 <= self.concentration <= 1e9:
            return []
        return [
            Fault(
                "concentration",
                "The concentration of the weights is %(concentration)s; it must be a number from 1 to 1,000,000,000.",
                vars(self),
            )
        ]

    def draw(self, cut: Cut, stream: np.random.Generator) -> Floats:
        """1,000 draws of all weights, shape (weights, 1,000); siblings sum to 1."""
        given = cut.given()
        drawn = stream.standard_gamma(self.concentration * given, (cut.weights, CHUNK))
        np.maximum(drawn, LEAST, out=drawn)
        if self.at is not None:
            drawn = np.where(varied(cut, self.at) > 0, drawn, given)
        return scaled(cut, drawn)


Spread: TypeAlias = Uniform | Dirichlet


def stream_of(seed: int, source: Source, chunk: int) -> np.random.Generator:
    """The random stream of one source in one chunk."""
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=(source, chunk))))


def scaled(cut: Cut, raw: Floats) -> Floats:
    """Raw weights, shape (weights, draws), scaled in place so that siblings sum to 1."""
    for size, alike in groupby(cut.parents, lambda parent: len(parent.children)):
        parents = list(alike)
        families = raw[parents[0].start : parents[-1].rows.stop].reshape(len(parents), size, -1)
        families /= families.sum(axis=1, keepdims=True)
    return raw
