"""A small instrument, a statement and a group to test with."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from pilar.evaluation.rules.published import Group, PublishedRow

WEIGHTS = {"baseline": 10, "output": 20, "outcome": 30, "impact": 20, "quick_win": 20}


def document(code: str = "smart-city-2023", version: str = "1.0", year: int = 2023, **weights: int) -> str:
    """The text of an instrument file with the five dimensions as leaves."""
    nodes = "".join(
        f"""
    - code: {node}
      title: {{id: {node} id, en: {node} en}}
      weight: {weight}
      source: assumption
      mark: {{kind: survey, minimum: 0, maximum: 4, source: assumption}}"""
        for node, weight in {**WEIGHTS, **weights}.items()
    )
    return f"""format: 1
code: {code}
version: "{version}"
title: {{id: Instrumen {year}, en: Instrument of {year}}}
year: {year}
status: confirmed
source: assumption
scale: {{minimum: 0, maximum: 4, minimum_source: assumption, maximum_source: https://example.org/scale}}
decimals: 2
rounding: half-up
rounding_source: assumption
ties: shared
ties_source: assumption
tree:
  code: final
  title: {{id: Nilai akhir, en: Final}}
  source: assumption
  aggregation: weighted-mean
  missing: require
  weights_source: https://example.org/weights
  children:{nodes}
"""


def row(**changed: object) -> PublishedRow:
    """Kabupaten Tangerang 2023 as printed, with ``changed`` fields."""
    tangerang = PublishedRow(
        region_code="36.03",
        region="Kabupaten Tangerang",
        year=2023,
        phase="",
        group="",
        scores={
            "baseline": Decimal("3.88"),
            "output": Decimal("3.26"),
            "outcome": Decimal("3.44"),
            "impact": Decimal("2.74"),
            "quick_win": Decimal("3.67"),
        },
        final=Decimal("3.35"),
        improvement=Decimal("0.12"),
        improvement_origin="printed",
        rank=None,
        rank_scope="141",
        letter="",
        source_url="https://example.org/tangerang",
        note_en="",
        note_id="",
    )
    return replace(tangerang, **changed)


def group(**changed: object) -> Group:
    """A group of 2023 with ``changed`` fields."""
    regular = Group("2023-regular", 2023, "Kategori reguler", "Regular category", 191, "https://example.org/group")
    return replace(regular, **changed)
