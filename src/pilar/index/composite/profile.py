"""Profile of a unit and of a group: their most notable scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pilar.index.composite.building import Built
from pilar.index.composite.data import Flags


@dataclass(frozen=True)
class Standing:
    """A unit on one indicator, among its peers.

    ``value``: before normalisation, after the denominator, NaN if it was blank. ``score``: normalised. ``rank``: 1 for
    the best of ``among``. ``beaten``: share of the others that it is ahead of, a tie being half. ``weight``: the
    indicator's nominal weight in the index. ``gap``: score less the peers' mean.
    """

    code: str
    value: float
    score: float
    rank: int
    among: int
    beaten: float
    weight: float
    gap: float


def standings(built: Built, unit: str, year: int | None = None, by: str | None = None) -> tuple[Standing, ...]:
    """A unit on every indicator on which it has a score, in the order of the tree.

    Peers are the units of the same year, or those of the same group ``by``. ``KeyError`` for an unknown unit or group.
    """
    row = built.data.row(unit, year)
    peers = peers_of(built, row, by)
    standings_of = []
    for column, leaf in enumerate(built.spec.leaves):
        scores = built.scores[leaf.code]
        own, others = scores[row], scores[peers & ~np.isnan(scores)]
        if np.isnan(own):
            continue
        ahead, level = int((others > own).sum()), int((others == own).sum())
        rest = len(others) - 1
        beaten = (rest - ahead - (level - 1) / 2) / rest if rest else 0.5
        standings_of.append(
            Standing(
                leaf.code,
                float(built.divided[row, column]),
                float(own),
                ahead + 1,
                len(others),
                beaten,
                built.effective_weights[leaf.code],
                float(own - others.mean()),
            )
        )
    return tuple(standings_of)


def strengths(rows: tuple[Standing, ...], count: int = 5) -> tuple[Standing, ...]:
    """The indicators on which a unit is ahead of most others, the best first; of equal ones the weightier first."""
    ahead = [standing for standing in rows if standing.beaten > 0.5]
    return tuple(sorted(ahead, key=lambda standing: (-standing.beaten, -standing.weight))[:count])


def weaknesses(rows: tuple[Standing, ...], count: int = 5) -> tuple[Standing, ...]:
    """The indicators on which a unit is behind most others, the worst first; of equal ones the weightier first."""
    behind = [standing for standing in rows if standing.beaten < 0.5]
    return tuple(sorted(behind, key=lambda standing: (standing.beaten, -standing.weight))[:count])


def peers_of(built: Built, row: int, by: str | None) -> Flags:
    """Return which rows are of the same year, and of the same group ``by`` if one is named; shape (n,)."""
    same = built.data.rows_of(built.data.year(row))
    if by is not None:
        labels = built.data.groups[by]
        same = same & np.array([label == labels[row] for label in labels])
    return same


@dataclass(frozen=True)
class GroupSummary:
    """A group in a year, over its units with an index. ``units``: how many there are with one; ``of``: in all."""

    group: str
    year: int | None
    units: int
    of: int
    mean: float
    median: float
    lowest: float
    highest: float
    first: str | None


def group_summaries(built: Built, by: str) -> tuple[GroupSummary, ...]:
    """Each group of each year; every unit counts the same. NaN in a group without an index. ``KeyError`` if unknown."""
    labels = np.array(built.data.groups[by])
    summaries = []
    for year in built.data.periods:
        for group in dict.fromkeys(built.data.groups[by]):
            rows = np.flatnonzero((labels == group) & built.data.rows_of(year))
            known = rows[~np.isnan(built.final[rows])]
            values = built.final[known]
            empty = not len(known)
            summaries.append(
                GroupSummary(
                    group,
                    year,
                    len(known),
                    len(rows),
                    np.nan if empty else float(values.mean()),
                    np.nan if empty else float(np.median(values)),
                    np.nan if empty else float(values.min()),
                    np.nan if empty else float(values.max()),
                    None if empty else built.data.units[known[int(values.argmax())]],
                )
            )
    return tuple(summary for summary in summaries if summary.of)
