"""Effect of blanks on finals: the share that rests on them, bounds, and the gain from leaving something out.

All by the weights as given. A node without score below one with a score is dealt with by the rule there: re-weighted,
or counted as the minimum. A branch that was partly answered and yet has no score counts as blank here, since its
answers do not reach the final.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from pilar.index.instrument import Instrument, MissingRule
from pilar.index.robustness.cut import ABSENT, Booleans, Cut, Floats, Integers, RobustnessFaults, cut_through, zeros
from pilar.index.robustness.grid import score_at, whole_cells
from pilar.index.robustness.nodewise import NodewiseFinals

ALERT = 0.01


@dataclass(frozen=True, eq=False)
class BlankEffect:
    """Effects on n units; NaN (0 for ranks, false for alerts) without a final; ``lowest``, ``highest`` always known.

    ``reweighted``: share of the weight whose place was taken by the other answers; ``at_minimum``: share that counted
    as the scale's minimum. ``lowest``, ``highest``: the final if every blank were the scale's minimum or maximum.
    ``gain``: final less the final if the unit had, where it is blank, the median of the others that answered there.
    ``places``: ranks it would lose by that, all others as they are. ``column_gain``: the gain from each blank alone,
    shape (n, columns), NaN where there is an answer or nobody else has one.
    """

    final: Floats
    reweighted: Floats
    at_minimum: Floats
    lowest: Floats
    highest: Floats
    gain: Floats
    places: Integers
    column_gain: Floats = field(repr=False)
    least: float = ALERT

    @property
    def counted(self) -> Floats:
        """Share of the weight that stands behind the final, shape (n,)."""
        return 1 - self.reweighted - self.at_minimum

    @property
    def alert(self) -> Booleans:
        """Return whether leaving blank pays: a gain of at least ``least`` and of a place. A hint, no proof of
        intent."""
        return np.asarray((np.nan_to_num(self.gain) >= self.least) & (self.places > 0))


def blank_effect(
    instrument: Instrument, columns: Sequence[str], values: Floats, *, alert: float = ALERT
) -> BlankEffect:
    """Return what blanks do to each final; ``columns``, ``values`` as in :func:`simulate`, shape (n, columns).

    Nodes in no column are blanks of everybody. ``alert``: the gain, as a part of the scale's range, from which a blank
    is worth a look; 1 % is our assumption. Raises :class:`RobustnessFaults`.
    """
    table = np.asarray(values, dtype=np.float64)
    cut = cut_through(instrument, columns, table, most=2)
    names = [str(unit) for unit in range(1, len(table) + 1)]
    nought = list(zeros(cut, table, names))
    if nought:
        raise RobustnessFaults(nought)
    pairs = [pair for parent in cut.parents for pair in zip(parent.names, parent.children, strict=True)]
    absent = [name for name, child in pairs if child == ABSENT]
    wide = np.hstack([table, np.full((len(table), len(absent)), np.nan)])
    whole = cut_through(instrument, [*columns, *absent], wide)
    final = _finals(whole, wide)
    reweighted, at_minimum = _shares(whole, wide)
    unscored = np.isnan(final)
    reweighted[unscored] = at_minimum[unscored] = np.nan
    blank = np.isnan(wide)
    usual = _medians_of_others(wide)
    filled = np.where(blank, usual, wide)
    gain = final - _finals(whole, filled)
    return BlankEffect(
        final=final,
        reweighted=reweighted,
        at_minimum=at_minimum,
        lowest=_finals(whole, np.where(blank, whole.minimum, wide)),
        highest=_finals(whole, np.where(blank, whole.maximum, wide)),
        gain=gain,
        places=_places_lost(final, final - gain),
        column_gain=_column_gains(whole, wide, usual, final)[:, : len(columns)],
        least=alert * (cut.maximum - cut.minimum),
    )


def _finals(cut: Cut, values: Floats) -> Floats:
    """Finals by the weights as given, snapped to the grid that ranks are taken on; NaN without one."""
    finals = np.full(len(values), np.nan)
    scored = cut.present(values)[len(cut.columns) + len(cut.parents) - 1]
    if scored.any():
        with np.errstate(divide="ignore"):  # the limit of a mean with a zero in it is zero, and that is what comes out
            out = NodewiseFinals(cut, values[scored]).below_minimum(cut.given(), np.empty((1, int(scored.sum()))))
        finals[scored] = score_at(cut, whole_cells(out)[0])
    return finals


def _shares(cut: Cut, values: Floats) -> tuple[Floats, Floats]:
    """Shares of the weight that were re-weighted, and that counted as the minimum; each of shape (units,)."""
    present = cut.present(values)
    reweighted, at_minimum = np.zeros((2, len(values)))
    weight = {len(cut.columns) + len(cut.parents) - 1: np.ones(len(values))}
    for place in reversed(range(len(cut.columns), len(cut.columns) + len(cut.parents))):
        parent = cut.parents[place - len(cut.columns)]
        own = weight.pop(place)
        for child, share in zip(parent.children, parent.shares, strict=True):
            reaches = own * share
            gap = np.where(present[child], 0.0, reaches)
            if parent.missing is MissingRule.ZERO:
                at_minimum += gap
            else:
                reweighted += gap
            weight[child] = reaches - gap
    return reweighted, at_minimum


def _medians_of_others(values: Floats) -> Floats:
    """For each blank the median of its column, which is of others; NaN if the column is empty."""
    usual = np.full(values.shape[1], np.nan)
    answered = ~np.isnan(values).all(axis=0)
    usual[answered] = np.nanmedian(values[:, answered], axis=0)
    return np.broadcast_to(usual, values.shape)


def _places_lost(final: Floats, instead: Floats) -> Integers:
    """Ranks lost when a unit's own final becomes ``instead`` and all others stay."""
    known = np.sort(final[~np.isnan(final)])
    better = len(known) - np.searchsorted(known, final, side="right")
    then = len(known) - np.searchsorted(known, instead, side="right") - (instead < final)
    return np.where(np.isnan(final) | np.isnan(instead), 0, then - better)


def _column_gains(cut: Cut, values: Floats, usual: Floats, final: Floats) -> Floats:
    gains = np.full(values.shape, np.nan)
    for column in range(values.shape[1]):
        units = np.flatnonzero(np.isnan(values[:, column]) & ~np.isnan(final) & ~np.isnan(usual[:, column]))
        if len(units):
            changed = values[units].copy()
            changed[:, column] = usual[units, column]
            gains[units, column] = final[units] - _finals(cut, changed)
    return gains
