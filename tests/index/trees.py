"""Small instruments built in code, and the text of one in a file."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from pilar.index import Instrument, Node, NoScore, Scale

DIMENSIONS = ("baseline", "output", "outcome", "impact", "quick_win")
TANGERANG_2023 = dict(zip(DIMENSIONS, map(Decimal, ("3.88", "3.26", "3.44", "2.74", "3.67")), strict=True))
KEDIRI_2022 = dict(zip(DIMENSIONS, map(Decimal, ("3.60", "3.21", "3.23", "3.07", "3.65")), strict=True))
JAMBI_2024 = dict(zip(DIMENSIONS, map(Decimal, ("3.84", "3.18", "3.53", "3.63", "3.35")), strict=True))


def node(code: str, weight: object = None, *children: Node, **rules: Any) -> Node:
    exact = None if weight is None else Decimal(str(weight))
    return Node(code, {"id": code, "en": code}, exact, children=children, **rules)


def instrument(root: Node, minimum: int = 0, maximum: int = 4, **settings: Any) -> Instrument:
    scale = Scale(Decimal(minimum), Decimal(maximum))
    return Instrument("test", "1", {"id": "uji", "en": "test"}, 2023, scale, root, **settings)


def five_dimensions(weights: tuple[int, ...] = (10, 20, 30, 20, 20), **rules: Any) -> Instrument:
    return instrument(node("final", None, *map(node, DIMENSIONS, weights), **rules))


def known(score: Fraction | NoScore) -> Fraction:
    assert isinstance(score, Fraction)
    return score


SMALL = """\
format: 1
code: small
version: 1.0
title: {id: Kecil, en: Small}
year: 2023
status: inferred
source: assumption
scale: {minimum: 0, maximum: 4, minimum_source: assumption, maximum_source: https://example.org/scale}
decimals: 2
rounding: half-up
rounding_source: assumption
ties: shared
ties_source: assumption
predicates:
  - {code: best, title: {id: Baik, en: Good}, title_source: assumption, from: 3.6, from_source: assumption}
  - {code: fair, title: {id: Cukup, en: Fair}, title_source: assumption, from: 2, from_source: assumption}
marks:
  whole:
    kind: level
    source: assumption
    levels:
      - {value: 0, title: {id: Nol, en: Zero}}
      - {value: 1, title: {id: Satu, en: One}}
      - {value: 2, title: {id: Dua, en: Two}}
tree:
  code: final
  title: {id: Akhir, en: Final}
  source: assumption
  aggregation: weighted-mean
  missing: reweight
  minimum_share: 0.25
  weights_source: assumption
  children:
    - code: policy
      title: {id: Kebijakan, en: Policy}
      weight: 40
      source: assumption
      mark: whole
    - code: poverty
      title: {id: Kemiskinan, en: Poverty}
      weight: 30
      source: assumption
      mark:
        kind: band
        source: assumption
        unit: {id: persen, en: per cent}
        bands:
          - {from: 0, to: 5, value: 4}
          - {from: 5, to: 20.5, value: 2}
          - {from: 20.5, to: 100, value: 0}
    - code: people
      title: {id: Masyarakat, en: People}
      weight: 30
      source: assumption
      aggregation: geometric-mean
      missing: require
      weights_source: assumption
      children:
        - code: programmes
          title: {id: Program, en: Programmes}
          source: assumption
          mark:
            kind: ratio
            source: assumption
            bands:
              - {from: 0, to: 50, value: 1}
              - {from: 50, value: 4}
        - code: survey
          title: {id: Survei, en: Survey}
          source: assumption
          evidence: {id: Rekap survei, en: Survey recap, source: assumption}
          mark: {kind: survey, source: assumption, minimum: 1, maximum: 4}
"""
