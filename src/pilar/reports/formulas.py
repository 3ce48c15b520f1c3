"""Means and roundings as spreadsheet formulas, so that a reader can compute a composite score again.

Only functions that every spreadsheet program has: IF, ISNUMBER, COUNT, LN, EXP, ROUND, ABS, MOD, COUNTIFS. The means
are those of the OECD/JRC Handbook on Constructing Composite Indicators (2008), step on weighting and aggregation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Mean = Literal["weighted-mean", "geometric-mean", "harmonic-mean", "power-mean"]
Missing = Literal["require", "reweight", "zero"]

TIED = 9
"""Finals are compared to so many decimals: a spreadsheet computes with 15 digits, and equal finals must tie."""


@dataclass(frozen=True, slots=True)
class Part:
    """A child: the cell of its weight (``E$4``) and of its score (``E6``); a blank score is an empty text or cell."""

    weight: str
    score: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by which parts become one score. ``power`` of the power mean; ``minimum_share`` of the weight for
    re-weighting; ``lowest`` is what a blank counts as under the rule ``zero``."""

    mean: Mean
    missing: Missing
    lowest: Decimal
    power: Decimal | None = None
    minimum_share: Decimal | None = None


def mean_formula(parts: Sequence[Part], rule: Rule) -> str:
    """The formula of a node over the parts whose weight is not zero; empty text where it has no score."""
    if not parts:
        raise ValueError("a mean has parts")
    scores = ",".join(part.score for part in parts)
    whole = "+".join(part.weight for part in parts)
    if rule.missing == "require":
        condition = f"COUNT({scores})={len(parts)}"
        terms = [f"{part.weight}*{_term(part.score, rule)}" for part in parts]
        weights = whole
    else:
        condition = f"COUNT({scores})>0"
        filled = rule.missing == "zero"
        blank = _term(f"{rule.lowest:f}", rule)
        terms = [
            f"IF(ISNUMBER({part.score}),{part.weight}*{_term(part.score, rule)},"
            + (f"{part.weight}*{blank})" if filled else "0)")
            for part in parts
        ]
        present = "+".join(f"IF(ISNUMBER({part.score}),{part.weight},0)" for part in parts)
        weights = whole if filled else present
        if rule.missing == "reweight" and rule.minimum_share:
            # A little less, since a share that is met exactly must not fail by the last binary digit.
            condition = f"IF({condition},({present})/({whole})>={rule.minimum_share:f}-1E-12,1=0)"
    return f'=IF({condition},{_mean("+".join(terms), weights, rule)},"")'


def rounded_formula(cell: str, decimals: int, *, half_even: bool) -> str:
    """The formula that rounds a score for publication; empty text stays so."""
    plain = f"ROUND({cell},{decimals})"
    if half_even:
        scaled = f"{cell}*{10**decimals}"
        tie = f"ABS(MOD({scaled},1)-0.5)<1E-{TIED}"
        plain = f"IF({tie},2*ROUND({scaled}/2,0)/{10**decimals},{plain})"
    return f'=IF(ISNUMBER({cell}),{plain},"")'


def compared_formula(cell: str) -> str:
    """The score as ranks compare it."""
    return f'=IF(ISNUMBER({cell}),ROUND({cell},{TIED}),"")'


def rank_formula(cell: str, scores: str, groups: str = "", group: str = "") -> str:
    """The shared rank (1, 1, 3) of ``cell`` among ``scores``, inside its group if ranges of groups are given."""
    within = f",{groups},{group}" if groups else ""
    return f'=IF(ISNUMBER({cell}),COUNTIFS({scores},">"&{cell}{within})+1,"")'


def _term(value: str, rule: Rule) -> str:
    if rule.mean == "geometric-mean":
        return f"LN({value})"
    if rule.mean == "harmonic-mean":
        return f"1/{value}"
    if rule.mean == "power-mean":
        return f"{value}^({_power(rule)})"
    return value


def _mean(terms: str, weights: str, rule: Rule) -> str:
    if rule.mean == "geometric-mean":
        return f"EXP(({terms})/({weights}))"
    if rule.mean == "harmonic-mean":
        return f"({weights})/({terms})"
    if rule.mean == "power-mean":
        return f"(({terms})/({weights}))^(1/({_power(rule)}))"
    return f"({terms})/({weights})"


def _power(rule: Rule) -> str:
    return f"{Decimal(1) if rule.power is None else rule.power:f}"
