"""Sobol' indices of weights and choices, for each unit's rank and for the mean shift of ranks.

The inputs are independent: raw weights, each uniform within its limits, and choices. Weights that sum to 1 are not
independent, so scaling siblings to 1 is part of the model, not of the inputs: an index belongs to the raw weight.

Points are scrambled Sobol' points in twice as many dimensions as inputs, halved into A and B; what is made of them says
``pilar.index.variance``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pilar.index.faults import Fault
from pilar.index.instrument import Instrument
from pilar.index.robustness.choices import NO_CHOICE, Choices
from pilar.index.robustness.cut import Cut, Floats, Integers, RobustnessFaults
from pilar.index.robustness.option import Option, base_order, option_of
from pilar.index.robustness.points import sobol_points
from pilar.index.robustness.simulation import checked
from pilar.index.robustness.spreads import CHUNK, Source, Uniform, scaled, stream_of
from pilar.index.robustness.tally import ranks_of
from pilar.index.variance import Indices, estimated

MAX_RUNS = 2_000_000


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """``inputs``: node codes of the weights that vary, then the choices by kind.

    ``ranks``: outputs are the units' ranks, NaN for a unit that lacks a final under some choice (it is left out of the
    ranking here). ``shift``: the one output is the mean over units of the distance to the rank as given. ``runs``: how
    often the model was run.
    """

    inputs: tuple[str, ...]
    ranks: Indices
    shift: Indices
    runs: int


def sensitivity(
    instrument: Instrument,
    columns: Sequence[str],
    values: Floats,
    *,
    seed: int,
    spread: Uniform,
    points: int = 1024,
    choices: Choices = NO_CHOICE,
    unit: int | None = None,
) -> Sensitivity:
    """Sobol' indices of ranks; ``columns``, ``values``, ``choices`` as in :func:`simulate`, without assessors.

    ``spread``: which weights vary and how far (``at`` the root: the dimensions' weights alone). ``points``: a power of
    two; the model runs points · (inputs + 2) times. ``unit``: the one whose rank is asked for, which takes much less
    time; the other units and the shift then are NaN. Raises :class:`RobustnessFaults`.
    """
    table = np.asarray(values, dtype=np.float64)
    cut, scores, options = checked(instrument, columns, table, seed=seed, spread=spread, choices=choices, most=2)
    model = _Model(cut, scores, options, spread, choices=choices, unit=unit)
    runs = points * (len(model.inputs) + 2)
    faults = []
    if points < 8 or points & (points - 1):
        faults.append(Fault("points", "%(points)s points are no power of two from 8 upwards.", {"points": points}))
    if not model.inputs:
        faults.append(Fault("no-inputs", "Nothing varies: give a spread above 0 or something to choose from."))
    if runs > MAX_RUNS:
        faults.append(
            Fault(
                "too-many-runs",
                "%(points)s points for %(inputs)s inputs are %(runs)s runs; at most %(most)s are made.",
                {"points": points, "inputs": len(model.inputs), "runs": runs, "most": MAX_RUNS},
            )
        )
    if faults:
        raise RobustnessFaults(faults)
    indices = _indices(model, points, seed)
    ranks = Indices(*(np.full((len(part), len(table), *part.shape[2:]), np.nan) for part in indices))
    for whole, part in zip(vars(ranks).values(), indices, strict=True):
        whole[:, model.asked] = part[:, :-1]
    return Sensitivity(model.inputs, ranks, Indices(*(part[:, -1:] for part in indices)), runs)


class _Model:
    """Ranks, and their mean shift, as a function of points in the unit cube."""

    def __init__(
        self,
        cut: Cut,
        scores: Floats,
        options: Sequence[tuple[Cut, Floats]],
        spread: Uniform,
        *,
        choices: Choices,
        unit: int | None,
    ) -> None:
        self.cut = cut
        base, order = base_order(cut, scores)
        root = len(cut.columns) + len(cut.parents) - 1
        everywhere = np.logical_and.reduce([ruled.present(table)[root] for ruled, table in [(cut, scores), *options]])
        self.units: Integers = order[everywhere[order]]
        self._only = None if unit is None else np.flatnonzero(self.units == unit)
        self.asked = self.units if self._only is None else self.units[self._only]
        self._base = ranks_of(base[None, self.units].copy())
        self._options: list[Option] = [option_of(ruled, table, None, self.units) for ruled, table in options]
        low, high = spread.edges(cut)
        alone = [
            parent.start for parent in cut.parents if len(parent.children) == 1
        ]  # 1 after scaling, whatever it was
        self._rows = np.setdiff1d(np.flatnonzero((low < high)[:, 0]), alone)
        self._low, self._high = low[self._rows], high[self._rows]
        kinds = {
            "choice:missing": len(choices.missing),
            "choice:aggregation": len(choices.aggregation),
            "choice:table": 1 + len(choices.tables),
        }
        self._sizes = [max(size, 1) for size in kinds.values()]
        names = [name for parent in cut.parents for name in parent.names]
        chosen = [name for name, size in kinds.items() if size > 1]
        self.inputs = (*(names[row] for row in self._rows), *chosen)

    def __call__(self, points: Floats) -> Floats:
        """``points``: shape (runs, inputs); outputs of shape (runs, asked + 1), the shift last (NaN for one unit)."""
        outputs = np.empty((len(points), len(self.asked) + 1))
        for start in range(0, len(points), CHUNK):
            part = slice(start, start + CHUNK)
            outputs[part, :-1] = self._ranks(points[part])
        if self._only is not None:
            outputs[:, -1] = np.nan
        else:
            outputs[:, -1] = np.abs(outputs[:, :-1] - self._base).mean(axis=1) if len(self.units) else 0.0
        return outputs

    def _ranks(self, points: Floats) -> Integers:
        weights = np.repeat(self.cut.given(), len(points), axis=1)
        drawn = points.T[: len(self._rows)]
        weights[self._rows] = self._low + drawn * (self._high - self._low)
        scaled(self.cut, weights)
        option = np.zeros(len(points), dtype=np.int64)
        place = len(self._rows)
        for size in self._sizes:
            option *= size
            if size > 1:
                option += np.minimum((points[:, place] * size).astype(np.int64), size - 1)
                place += 1
        ranks = np.empty((len(points), len(self.asked)), dtype=np.int64)
        for number, chosen in enumerate(self._options):
            rows = np.flatnonzero(option == number)
            if len(rows):
                cells = chosen.cells(weights[:, rows])
                ranks[rows] = ranks_of(cells) if self._only is None else _ranks_in(cells, self._only)
        return ranks


def _ranks_in(cells: Integers, columns: Integers) -> Integers:
    """Ranks of single columns, shape (draws, columns), by counting those that are better instead of sorting."""
    better = [(cells < cells[:, [column]]).sum(axis=1) for column in columns]
    return np.asarray(1 + np.array(better, dtype=np.int64).reshape(len(columns), len(cells)).T)


def _indices(model: _Model, points: int, seed: int) -> tuple[Floats, Floats, Floats, Floats]:
    """First order, total and their intervals; outputs are the model's."""
    inputs = len(model.inputs)
    cube = sobol_points(2 * inputs, points, stream_of(seed, Source.POINTS, 0))
    a, b = cube[:, :inputs], cube[:, inputs:]

    def mixed() -> Iterator[Floats]:
        for column in range(inputs):
            changed = a.copy()
            changed[:, column] = b[:, column]
            yield model(changed)

    return estimated(model(a), model(b), mixed(), stream_of(seed, Source.BOOTSTRAP, 0))
