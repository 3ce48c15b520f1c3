"""Monte Carlo: what ranks the units take when weights, assessors and choices vary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

import numpy as np

from pilar.index.faults import Fault
from pilar.index.instrument import Instrument
from pilar.index.robustness.choices import NO_CHOICE, Choices
from pilar.index.robustness.cut import (
    Booleans,
    Cut,
    Floats,
    Integers,
    RobustnessFaults,
    cut_through,
    table_faults,
    varied,
    zeros,
)
from pilar.index.robustness.grid import NOTHING, predicate_cells, score_at, whole_cells
from pilar.index.robustness.linear import LinearFinals
from pilar.index.robustness.nodewise import NodewiseFinals
from pilar.index.robustness.panels import Panel, PanelFinals, Resample, mean_marks
from pilar.index.robustness.result import Robustness
from pilar.index.robustness.spreads import CHUNK, Source, Spread, stream_of
from pilar.index.robustness.tally import KEPT, Tally

Finals: TypeAlias = LinearFinals | NodewiseFinals | PanelFinals

MAX_UNITS = 2_000  # five tables of units by units are held
FIRST = np.zeros(1, dtype=np.int64)


@dataclass(frozen=True)
class Option:
    """One combination of choices. ``units``: those with a final, best first; ``copies``: columns alike, and the first.

    Units alike in every column are scored once, so that they are tied in every draw.
    """

    finals: Finals
    cut: Cut
    units: Integers
    copies: tuple[Integers, Integers]

    def cells(self, weights: Floats, out: Floats, seed: int = 0, chunk: int = 0, rows: Integers = FIRST) -> Integers:
        """Finals as cells of the grid, shape (draws, units), in the memory of ``out``."""
        if isinstance(self.finals, PanelFinals):
            self.finals.below_minimum(weights, out, stream_of(seed, Source.ASSESSORS, chunk), rows)
        else:
            self.finals.below_minimum(weights, out)
        cells = whole_cells(out)
        copy, first = self.copies
        if len(copy):
            cells[:, copy] = cells[:, first]
        return cells


def simulate(
    instrument: Instrument,
    columns: Sequence[str],
    values: Floats,
    *,
    seed: int,
    draws: int = 10_000,
    spread: Spread | None = None,
    resample: Resample | str | None = None,
    marks: Floats | None = None,
    choices: Choices = NO_CHOICE,
) -> Robustness:
    """Ranks of n units over ``draws`` draws in which everything named varies at once.

    ``columns``: node codes, no two in one branch. ``values``: scores on the scale, NaN blank, shape (n, columns), or
    marks of assessors, shape (n, columns, assessors), whose mean is the score. ``spread``: how the weights vary.
    ``resample``: whether assessors or single marks are drawn anew; ``marks``: those of the assessors where ``values``
    are what they agreed on. Same arguments, same result, bit for bit. Raises :class:`RobustnessFaults`, all at once.
    """
    table = np.asarray(values, dtype=np.float64)
    given = table if marks is None and table.ndim == 3 else marks
    faults = _draw_faults(instrument, columns, table, draws, marks)
    if resample is not None and given is None:
        faults.append(Fault("no-marks", "To draw assessors anew, give the marks of each assessor."))
    cut, scores, options = checked(instrument, columns, table, seed=seed, spread=spread, choices=choices, faults=faults)
    panel = None
    if resample is not None and given is not None:
        panel = Panel(cut.clipped(np.asarray(given, dtype=np.float64)), scores, Resample(resample))
        _refuse_zeros([(ruled, replace(panel, agreed=cells).lowest(cut.minimum)) for ruled, cells in options])
    base, order = base_order(cut, scores)
    built = [option_of(ruled, cells, panel, order) for ruled, cells in options]
    return _Run(cut, base, order, built, spread, seed, draws).result()


def checked(
    instrument: Instrument,
    columns: Sequence[str],
    table: Floats,
    *,
    seed: int,
    spread: Spread | None,
    choices: Choices,
    faults: Sequence[Fault] = (),
    most: int = 3,
) -> tuple[Cut, Floats, list[tuple[Cut, Floats]]]:
    """The cut, one score for each unit and column, and every combination of choices.

    Raises :class:`RobustnessFaults` with ``faults`` and every further one.
    """
    misfits = [*faults, *_faults(table, seed, spread, choices)]
    try:
        cut = cut_through(instrument, columns, table, most=most)
        if spread is not None:
            varied(cut, spread.at)
    except RobustnessFaults as error:
        raise RobustnessFaults([*misfits, *error.faults]) from None
    alike = [np.asarray(other) for other in choices.tables if np.shape(other) == table.shape[:2]]
    misfits += [fault for other in alike for fault in table_faults(instrument, columns, other)]
    if misfits:
        raise RobustnessFaults(misfits)
    within = cut.clipped(table)
    scores = mean_marks(within) if table.ndim == 3 else within
    options = choices.options(cut, scores)
    _refuse_zeros([(cut, scores), *options])
    return cut, scores, options


def _refuse_zeros(tables: Sequence[tuple[Cut, Floats]]) -> None:
    names = [str(unit) for unit in range(1, len(tables[0][1]) + 1)]
    nought = {fault.text(): fault for cut, scores in tables for fault in zeros(cut, scores, names)}
    if nought:
        raise RobustnessFaults(nought.values())


@dataclass(frozen=True)
class _Run:
    """``base``: finals as given, as cells; ``order``: units by them, best first."""

    cut: Cut
    base: Integers
    order: Integers
    options: Sequence[Option]
    spread: Spread | None
    seed: int
    draws: int

    def result(self) -> Robustness:
        units = len(self.base)
        tally = Tally(units, min(self.draws, KEPT))
        above, beside, held, ranked = np.zeros((4, units), dtype=np.int64)
        low, high = predicate_cells(self.cut.instrument, self.base)
        for draws, option, cells in self._blocks():
            of = option.units
            ranked[of] += len(draws)
            held[of] += _count((cells >= low[of]) & (cells <= high[of]))
            neighbours = np.flatnonzero(np.diff(self._place[of]) == 1)
            beside[of[neighbours]] += len(draws)
            above[of[neighbours]] += _count(cells[:, :-1] < cells[:, 1:])[neighbours]
            tally.add(cells, of, draws)
        tally.finish()
        return Robustness(
            instrument=self.cut.instrument,
            seed=self.seed,
            draws=self.draws,
            final=score_at(self.cut, self.base),
            order=self.order,
            places=tally.places,
            shared=tally.shared,
            first_ranks=tally.ranks,
            ranked=ranked,
            held=held,
            above=above,
            beside=beside,
        )

    @cached_property
    def _place(self) -> Integers:
        """Place of each unit in the order."""
        return np.argsort(self.order)

    def _blocks(self) -> Iterator[tuple[Integers, Option, Integers]]:
        """Numbers of draws that take one option, the option, and their finals as cells."""
        given = np.repeat(self.cut.given(), CHUNK, axis=1)
        space = np.empty(CHUNK * len(self.base))
        for chunk, start in enumerate(range(0, self.draws, CHUNK)):
            number = min(CHUNK, self.draws - start)
            weights = given if self.spread is None else self._weights(self.spread, chunk)
            for option, picked in self._picked(chunk):
                rows = picked[picked < number]
                if len(rows) and len(option.units):
                    drawn = weights if len(rows) == CHUNK else weights[:, rows]
                    out = space[: len(rows) * len(option.units)].reshape(len(rows), len(option.units))
                    yield start + rows, option, option.cells(drawn, out, self.seed, chunk, rows)

    def _weights(self, spread: Spread, chunk: int) -> Floats:
        return spread.draw(self.cut, stream_of(self.seed, Source.WEIGHTS, chunk))

    def _picked(self, chunk: int) -> Iterator[tuple[Option, Integers]]:
        if len(self.options) == 1:
            yield self.options[0], np.arange(CHUNK)
            return
        picked = stream_of(self.seed, Source.CHOICES, chunk).integers(0, len(self.options), CHUNK)
        for number, option in enumerate(self.options):
            yield option, np.flatnonzero(picked == number)


def _count(true: Booleans) -> Integers:
    """Count how many are true in each column; at most a chunk's draws, so that 16 bits hold the sum."""
    return np.asarray(true.view(np.int8).sum(axis=0, dtype=np.int16), dtype=np.int64)


def option_of(cut: Cut, values: Floats, panel: Panel | None, order: Integers) -> Option:
    scored = cut.present(values)[_final_place(cut)]
    units = order[scored[order]]
    none = np.empty(0, dtype=np.int64)
    if panel is not None:
        return Option(PanelFinals(cut, replace(panel, agreed=values), units), cut, units, (none, none))
    _, first, which = np.unique(
        np.nan_to_num(values[units], nan=-np.inf), axis=0, return_index=True, return_inverse=True
    )
    origin = first[which.ravel()]
    copies = np.flatnonzero(origin != np.arange(len(units)))
    return Option(_finals(cut, values[units]), cut, units, (copies, origin[copies]))


def _finals(cut: Cut, values: Floats) -> LinearFinals | NodewiseFinals:
    return LinearFinals(cut, values) if cut.linear else NodewiseFinals(cut, values)


def _final_place(cut: Cut) -> int:
    return len(cut.columns) + len(cut.parents) - 1


def base_order(cut: Cut, values: Floats) -> tuple[Integers, Integers]:
    """Finals by the weights and rules as given, as cells (``NOTHING`` without one), and the units, best first."""
    cells = np.full(len(values), NOTHING)
    scored = np.flatnonzero(cut.present(values)[_final_place(cut)])
    if len(scored):
        finals = NodewiseFinals(cut, values[scored]).below_minimum(cut.given(), np.empty((1, len(scored))))
        cells[scored] = whole_cells(finals)[0]
    return cells, np.argsort(cells, kind="stable")


def _faults(table: Floats, seed: int, spread: Spread | None, choices: Choices) -> list[Fault]:
    faults = [*(spread.faults() if spread else ()), *choices.faults()]
    if seed < 0:
        faults.append(Fault("seed", "The seed is %(seed)s; it must be 0 or more.", {"seed": seed}))
    if len(table) > MAX_UNITS:
        faults.append(
            Fault(
                "too-many-units",
                "The table has %(units)s units; the ranks of at most %(most)s can be counted.",
                {"units": len(table), "most": MAX_UNITS},
            )
        )
    for number, other in enumerate(choices.tables, 1):
        if np.shape(other) != table.shape[:2]:
            faults.append(
                Fault(
                    "table-shape",
                    "Table %(number)s to choose from has the shape %(shape)s; it must be %(wanted)s.",
                    {"number": number, "shape": np.shape(other), "wanted": table.shape[:2]},
                )
            )
    return faults


def _draw_faults(
    instrument: Instrument, columns: Sequence[str], table: Floats, draws: int, marks: Floats | None
) -> list[Fault]:
    faults = []
    if draws < 1:
        faults.append(Fault("draws", "There are %(draws)s draws; at least one is needed.", {"draws": draws}))
    if marks is not None:
        if table.ndim != 2 or np.ndim(marks) != 3 or np.shape(marks)[:2] != table.shape:
            faults.append(
                Fault(
                    "marks-shape",
                    "The marks have the shape %(shape)s, the scores %(scores)s; the first two numbers must agree.",
                    {"shape": np.shape(marks), "scores": table.shape},
                )
            )
        else:
            faults += table_faults(instrument, columns, np.asarray(marks, dtype=np.float64))
    return faults
