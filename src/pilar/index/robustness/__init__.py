"""Robustness of a rank: simulation, bounds without sampling, feasibility, sensitivity, and the effect of blanks.

Everything works on an instrument and a table of scores at any cut through its tree, in floating point (NumPy, SciPy),
except where a proof is given: proofs are checked in exact rationals. Import it by name, so that scoring a file starts
without NumPy.

    found = simulate(instrument, columns, values, seed=1, draws=10_000, spread=Uniform(0.25))
    found.interval, found.acceptability, found.above_next, found.holds_predicate, found.groups()
"""

from pilar.index.robustness.admissible import Shares
from pilar.index.robustness.blanks import BlankEffect, blank_effect
from pilar.index.robustness.bounds import RankBounds, UnitBounds, rank_bounds, unit_bounds
from pilar.index.robustness.choices import Choices
from pilar.index.robustness.cut import RobustnessFaults
from pilar.index.robustness.feasibility import Feasibility, Verdict, can_be_first
from pilar.index.robustness.panels import Resample
from pilar.index.robustness.result import Robustness
from pilar.index.robustness.simulation import simulate
from pilar.index.robustness.sobol import Indices, Sensitivity, sensitivity
from pilar.index.robustness.spreads import Dirichlet, Uniform
