"""Least-cost choice as a linear programme, solved by SciPy's HiGHS.

Only for choices that form a network (each variable in at most one bound on either side): there the solver's corner
solutions are whole numbers by themselves, which ``solve`` checks.
"""

from __future__ import annotations

from collections.abc import Sequence

INFINITE = float("inf")
NEAR = 1e-6


class NoSolution(Exception):
    """No choice keeps all bounds; a bug of the caller, who checks before."""


class Programme:
    """Collects variables and bounds; ``solve`` gives the value of each variable in the order of their making."""

    def __init__(self) -> None:
        self._costs: list[float] = []
        self._least: list[float] = []
        self._rows: list[int] = []
        self._columns: list[int] = []
        self._factors: list[float] = []
        self._bounds: list[tuple[float, float]] = []

    def variable(self, *, chosen: bool = False, cost: float = 0) -> int:
        """A variable of 0 or 1, 1 if it is chosen beforehand; returns its place."""
        self._costs.append(cost)
        self._least.append(int(chosen))
        return len(self._costs) - 1

    def bound(self, variables: Sequence[int], least: float, most: float = INFINITE) -> None:
        """Bound how many of some variables are chosen."""
        self._row(variables, 1)
        self._bounds.append((least, most))

    def even(self, variables: Sequence[int]) -> None:
        """Add to the cost the square of how many are chosen: each further one costs two more than the one before."""
        steps = [self.variable(cost=2 * place + 1) for place in range(len(variables))]
        self._row(variables, 1)
        self._row(steps, -1)
        self._bounds.append((0, 0))

    def solve(self) -> list[bool]:
        """The choice of least cost. Raises :class:`NoSolution`."""
        import numpy
        from scipy import optimize, sparse  # type: ignore[import-untyped]

        if not self._costs:
            return []
        shape = (len(self._bounds), len(self._costs))
        matrix = sparse.csr_array((self._factors, (self._rows, self._columns)), shape=shape)
        least, most = numpy.array(self._bounds).T
        solution = optimize.milp(
            numpy.array(self._costs),
            bounds=optimize.Bounds(numpy.array(self._least), 1),
            constraints=optimize.LinearConstraint(matrix, least, most),
        )
        if solution.x is None or numpy.abs(solution.x - solution.x.round()).max() > NEAR:
            raise NoSolution(solution.message)
        return [bool(value) for value in solution.x.round()]

    def _row(self, variables: Sequence[int], factor: float) -> None:
        self._rows += [len(self._bounds)] * len(variables)
        self._columns += variables
        self._factors += [factor] * len(variables)
