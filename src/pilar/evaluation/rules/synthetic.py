"""The made-up instrument of the large synthetic campaign: 100 indicators in a tree of four levels."""

from __future__ import annotations

CODE = "contoh-100"
WEIGHTS = (10, 20, 30, 20, 20)
GROUPS, LEAVES = 4, 5

HEAD = """\
format: 1
code: {code}
version: 1.0
title: {{id: Instrumen contoh, en: Synthetic instrument}}
status: inferred
source: assumption
scale: {{minimum: 0, maximum: 4, minimum_source: assumption, maximum_source: assumption}}
decimals: 2
rounding: half-up
rounding_source: assumption
ties: shared
ties_source: assumption
marks:
  level:
    kind: level
    source: assumption
    levels:
{levels}
tree:
  code: final
  title: {{id: Nilai akhir, en: Final}}
  source: assumption
  weights_source: assumption
  aggregation: weighted-mean
  missing: require
  children:
"""

BRANCH = """\
{indent}- code: {code}
{indent}  title: {{id: {id} {number}, en: {en} {number}}}
{weight}{indent}  source: assumption
{indent}  weights_source: assumption
{indent}  aggregation: weighted-mean
{indent}  missing: reweight
{indent}  children:
"""

LEAF = """\
{indent}- code: {code}
{indent}  title: {{id: {id} {number}, en: {en} {number}}}
{indent}  source: assumption
{indent}  mark: level
"""


def document() -> str:
    """The text of the instrument's file."""
    levels = "\n".join(f"      - {{value: {value}, title: {{id: L{value}, en: L{value}}}}}" for value in range(5))
    parts = [HEAD.format(code=CODE, levels=levels)]
    for place, weight in enumerate(WEIGHTS, 1):
        parts.append(_branch(f"d{place}", 4, ("Dimensi", "Dimension"), weight))
        for group in range(1, GROUPS + 1):
            parts.append(_branch(f"d{place}_{group}", 8, ("Kelompok", "Group")))
            parts += [
                LEAF.format(
                    indent=" " * 12,
                    code=f"d{place}_{group}_{leaf}",
                    id="Indikator",
                    en="Indicator",
                    number=f"{place}.{group}.{leaf}",
                )
                for leaf in range(1, LEAVES + 1)
            ]
    return "".join(parts)


def _branch(code: str, depth: int, title: tuple[str, str], weight: int | None = None) -> str:
    """A node with children; ``title`` is Indonesian and English, and the number of the code follows it."""
    indent = " " * depth
    line = "" if weight is None else f"{indent}  weight: {weight}\n"
    number = code.removeprefix("d").replace("_", ".")
    return BRANCH.format(indent=indent, code=code, id=title[0], en=title[1], number=number, weight=line)
