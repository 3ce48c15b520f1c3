"""Forecast when a case will be finished: an interval of a stated level, after each step.

Pure. Days are numbers of working days, counted from any first day. The duration is the time from a step to the end,
including stops, since an applicant waits through them too. Open and withdrawn cases are known to have lasted at least
so long (censored): quantiles are Kaplan-Meier estimates, which take that into account.

The older two thirds of the cases give the durations of cases with the same path, or with the same step if those are
few. The younger third measures the error of that (split conformal), among the cases of the same step that had waited as
long; the interval is widened or narrowed by it. So whatever the distribution of durations, the interval holds for the
promised share of cases, if they are exchangeable with those.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from math import ceil, floor

from pilar.permits.rules.cases import CaseState, EventKind

SHARE = 90
"""Of 100 cases: for how many the interval is to hold; half of the others may be earlier, half later."""
FEW = 30
"""With fewer cases of a path, or of a step, there is no forecast."""
STEPS = frozenset({
    EventKind.SUBMITTED, EventKind.RETURNED, EventKind.ACCEPTED, EventKind.DONE, EventKind.SENT_BACK, EventKind.STOPPED,
    EventKind.RESUMED, EventKind.LEVIED, EventKind.PAID, EventKind.SIGNED,
})  # fmt: skip
"""The events that make up a path."""
FINISHED = frozenset({CaseState.ISSUED, CaseState.REFUSED})
_OUTSIDE = (100 - SHARE) / 200
_EXACT = 1e-9

Path = tuple[str, ...]
Lasted = tuple[int, bool]
"""Working days, and whether they are final: an open case may take more."""


def step(kind: EventKind, stage: str = "") -> str:
    """A step of a path."""
    return f"{kind}:{stage}" if stage else str(kind)


@dataclass(frozen=True, slots=True)
class Past:
    """A case: its path with the day of each step, and the day of its end; if it is not ``finished``, the last day on
    which it was known to be open."""

    path: Path
    days: tuple[int, ...]
    end: int
    finished: bool

    def known_on(self, day: int) -> Past:
        """The case as known on a day on or after its beginning."""
        steps = sum(finished <= day for finished in self.days)
        known = self.finished and self.end <= day
        return replace(self, path=self.path[:steps], days=self.days[:steps], end=min(self.end, day), finished=known)

    def after(self, steps: int) -> Lasted:
        """Return the days after a number of steps, and whether they are final."""
        return self.end - self.days[steps - 1], self.finished


@dataclass(frozen=True, slots=True)
class Forecast:
    """The number of working days after its last step within which a case is finished: from ``first`` to ``last`` for
    :data:`SHARE` of 100, half of them by ``likely``; learned from so many ``cases``."""

    first: int
    likely: int
    last: int
    cases: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """The share of judged forecasts whose interval held."""

    held: int
    judged: int


def quantile(lasted: Iterable[Lasted], level: float) -> int | None:
    """The least number of days by which that share is finished (Kaplan-Meier); None if that share is never reached."""
    ordered = sorted(lasted)
    at_risk, going_on = len(ordered), 1.0
    for days, group in groupby(ordered, key=lambda pair: pair[0]):
        ends = [finished for _days, finished in group]
        going_on *= 1 - sum(ends) / at_risk
        if sum(ends) and 1 - going_on >= level - _EXACT:
            return days
        at_risk -= len(ends)
    return None


class Forecaster:
    """A forecaster of one service, learned from its cases as known now."""

    def __init__(self, cases: Iterable[Past]) -> None:
        ordered = sorted((past for past in cases if past.days), key=lambda past: past.days[0])
        older = len(ordered) * 2 // 3
        self._older: dict[Path | str, list[Lasted]] = defaultdict(list)
        self._younger: dict[str, list[tuple[Path, Lasted]]] = defaultdict(list)
        for place, case in enumerate(ordered):
            for steps, name in enumerate(case.path, start=1):
                if place < older:
                    self._older[case.path[:steps]].append(case.after(steps))
                    self._older[name].append(case.after(steps))
                else:
                    self._younger[name].append((case.path[:steps], case.after(steps)))
        self.forecast = cache(self._forecast)
        self._alike = cache(self._found_alike)

    def _forecast(self, path: Path, waited: int) -> Forecast | None:
        """Forecast a case with this path that has waited for a number of days since its last step; None if there are
        too few earlier cases."""
        alike = self._alike(path, waited)
        errors: tuple[list[Lasted], list[Lasted]] = [], []
        for other, (days, finished) in self._younger[path[-1]]:
            if days >= waited and (like := self._alike(other, waited)):
                errors[0].append((days - like[0], finished))
                errors[1].append((days - like[2], finished))
        judged = len(errors[0])
        if alike is None or judged < FEW:
            return None
        early = quantile(errors[0], floor((judged + 1) * _OUTSIDE) / judged)
        late = quantile(errors[1], ceil((judged + 1) * (1 - _OUTSIDE)) / judged)
        if early is None or late is None:
            return None
        first, last = max(alike[0] + early, waited), max(alike[2] + late, waited)
        return Forecast(first, min(max(alike[1], first), last), last, alike[3] + judged)

    def _found_alike(self, path: Path, waited: int) -> tuple[int, int, int, int] | None:
        """Bounds and median of the durations of the older cases, and their number."""
        for key in (path, path[-1]):
            rest = [lasted for lasted in self._older[key] if lasted[0] >= waited]
            first, likely, last = (quantile(rest, level) for level in (_OUTSIDE, 0.5, 1 - _OUTSIDE))
            if len(rest) >= FEW and first is not None and likely is not None and last is not None:
                return first, likely, last, len(rest)
        return None


def coverage(cases: Sequence[Past], *, since: int, until: int) -> Coverage:
    """Count how often the forecasts held for the cases that were finished after ``since`` up to ``until``: one for each
    of their steps, by what was known on the day ``since``."""
    model = Forecaster(past.known_on(since) for past in cases if past.days and past.days[0] <= since)
    held = judged = 0
    for case in cases:
        if not (case.finished and since < case.end <= until):
            continue
        for steps in range(1, len(case.path) + 1):
            if forecast := model.forecast(case.path[:steps], 0):
                judged += 1
                held += forecast.first <= case.after(steps)[0] <= forecast.last
    return Coverage(held, judged)
