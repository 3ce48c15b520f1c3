"""Monte Carlo: what ranks the units take when weights, assessors and choices vary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pilar.index.faults import Fault
from pilar.index.instrument import Instrument
from pilar.index.robustness.choices import NO_CHOICE, Choices
from pilar.index.robustness.cut import Cut, Floats, RobustnessFaults, cut_through, table_faults, varied, zeros
from pilar.index.robustness.option import base_order, option_of
from pilar.index.robustness.panels import Panel, Resample, mean_marks
from pilar.index.robustness.result import Robustness
from pilar.index.robustness.running import Run, usable_cores
from pilar.index.robustness.spreads import Spread

MAX_UNITS = 2_000  # tables of units by units are held: five, and half of one for each core


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
    cores: int | None = None,
) -> Robustness:
    """Ranks of n units over ``draws`` draws in which everything named varies at once.

    ``columns``: node codes, no two in one branch. ``values``: scores on the scale, NaN blank, shape (n, columns), or
    marks of assessors, shape (n, columns, assessors), whose mean is the score. ``spread``: how the weights vary.
    ``resample``: whether assessors or single marks are resampled; ``marks``: those of the assessors where ``values``
    are what they agreed on. ``cores``: how many work at a time, all that the process may use if none is named. Same
    arguments, same result, bit for bit, on any number of cores. Raises :class:`RobustnessFaults`, all at once.
    """
    table = np.asarray(values, dtype=np.float64)
    given = table if marks is None and table.ndim == 3 else marks
    faults = _draw_faults(instrument, columns, table, draws, marks)
    if resample is not None and given is None:
        faults.append(Fault("no-marks", "To resample assessors, give the marks of each assessor."))
    cut, scores, options = checked(instrument, columns, table, seed=seed, spread=spread, choices=choices, faults=faults)
    panel = None
    if resample is not None and given is not None:
        panel = Panel(cut.clipped(np.asarray(given, dtype=np.float64)), scores, Resample(resample))
        _refuse_zeros([(ruled, replace(panel, agreed=cells).lowest(cut.minimum)) for ruled, cells in options])
    base, order = base_order(cut, scores)
    built = [option_of(ruled, cells, panel, order) for ruled, cells in options]
    return Run(cut, base, order, built, spread, seed, draws, cores or usable_cores()).result()


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
