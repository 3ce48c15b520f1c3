"""Small composite indices built in code, and the text of one in a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pilar.index.composite import (
    Aggregation,
    Combination,
    Data,
    Direction,
    Element,
    Indicator,
    Normalisation,
    NormalisationMethod,
    Spec,
)

NONE = Normalisation(NormalisationMethod.NONE)


def leaf(code: str, weight: object = None, **rules: Any) -> Element:
    measured = Indicator(**{"direction": Direction.HIGHER, **rules})
    return Element(code, {"id": code, "en": code}, _weight(weight), indicator=measured)


def branch(code: str, weight: object, *children: Element, **rules: Any) -> Element:
    return Element(code, {"id": code, "en": code}, _weight(weight), children, Combination(**rules))


def flat(codes: Sequence[str] = ("a", "b"), weights: Sequence[object] | None = None, **rules: Any) -> Element:
    return branch("final", None, *map(leaf, codes, weights or [None] * len(codes)), **rules)


def spec(root: Element | None = None, **rules: Any) -> Spec:
    return Spec("test", "1", root or flat(), **{"title": {"id": "uji", "en": "test"}, **rules})


def mean(aggregation: Aggregation, power: object = None, **rules: Any) -> dict[str, Any]:
    return {"aggregation": aggregation, "power": _weight(power), **rules}


def data(columns: Mapping[str, Sequence[float | None]], **rest: Any) -> Data:
    size = len(next(iter(columns.values())))
    return Data.of(rest.pop("units", [f"u{place}" for place in range(1, size + 1)]), columns, **rest)


def _weight(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


SMALL = """\
format: composite-1
code: small
version: 1.0
title: {id: Kecil, en: Small}
source: assumption
groups: [kind]
denominators: [population]
normalisation: {method: min-max, minimum: 1, maximum: 10}
levels:
  - {aggregation: geometric-mean, missing: require}
  - {aggregation: weighted-mean, missing: reweight, minimum_share: 0.5}
tree:
  code: final
  title: {id: Akhir, en: Final}
  children:
    - code: people
      title: {id: Masyarakat, en: People}
      weight: 60
      children:
        - code: schools
          title: {id: Sekolah, en: Schools}
          indicator: {direction: higher, denominator: population}
        - code: poverty
          title: {id: Kemiskinan, en: Poverty}
          indicator:
            direction: lower
            normalisation: {method: goalposts, lower: 0, upper: 25}
    - code: water
      title: {id: Air, en: Water}
      weight: 40
      indicator: {direction: higher, imputation: {method: median, by: kind}}
"""
