"""docs/hospital-simulation.md: results of the simulation with made-up data, compared with published measurements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from pilar.hospital.reference.simulation import Assumed
from pilar.hospital.rules.schedule import GridRule, offsets
from pilar.hospital.rules.simulation import SEED, SESSIONS, Sessions

COLUMNS = {
    "wait": "mean wait", "ninth": "nine in ten wait at most", "within_hour": "within 60 min, %", "idle": "doctor idle",
    "overtime": "overtime", "late": "within 60 min, doctor late, %",
}  # fmt: skip
MANY = 200_000


def lines(given: Assumed) -> Iterator[str]:
    """The document, line by line."""
    yield "Each cell: what the simulation finds with made-up consultations (data/hospital/simulation.yaml); in brackets"
    yield "the distance to what was measured with real ones by others, where they published it. Minutes, if not said"
    yield f"otherwise; {given.patients} patients, {SESSIONS:,} sessions, seed {SEED}."
    yield ""
    yield "The simulation is our own, on NumPy arrays: the same function plays sessions for these figures and for the"
    yield "forecast of a patient's call, and the seed is kept, so that the same question has the same answer. Why no"
    yield "library of events is used: docs/adr/0018-simulation-of-a-session.md."
    yield from ("", "## Rules of appointments", "")
    yield from _head("rule", *COLUMNS.values())
    for rule, figures in rules(given).items():
        yield _row(str(rule), *(_beside(figures[name], given.measured[rule].get(name)) for name in COLUMNS))
    share = round(given.overbooked_no_show * 100)
    yield from ("", f"## More booked than seats, {share} % do not come", "")
    names = [name for name in COLUMNS if name != "late"]
    yield from _head("booked", *(COLUMNS[name] for name in names))
    for places, known in given.overbooked.items():
        figures = booked(given, places)
        yield _row(str(places), *(_beside(figures[name], known.get(name)) for name in names))
    yield from ("", "## The floor of a forecast", "")
    yield "Between what the consultations of those ahead sum up to in 80 of 100 cases: no forecast that knows only how"
    yield from ("many are ahead can be narrower.", "")
    yield from _head("ahead", "from", "to")
    for ahead, drawn_pair in floor(given).items():
        yield _row(
            str(ahead), *(_beside(drawn, known) for drawn, known in zip(drawn_pair, given.floor[ahead], strict=True))
        )
    yield ""


def rules(given: Assumed) -> dict[GridRule, dict[str, float]]:
    """Simulate each rule, with a doctor in time and with a late one."""
    sessions, length = Sessions(given.crowd, given.patients), given.patients * given.crowd.lasting.mean
    by_rule = {}
    for rule in GridRule:
        times = offsets(rule, given.patients, given.crowd.lasting.mean, length=length)
        late = sessions.run(times, length=length, late=given.late).within_hour
        by_rule[rule] = {**_figures(sessions, times, length), "late": late}
    return by_rule


def booked(given: Assumed, places: int) -> dict[str, float]:
    """Simulate more places than fit into the session, each at a time of its own."""
    length = given.patients * given.crowd.lasting.mean
    times = offsets(GridRule.INDIVIDUAL, places, length / places, length=length)
    return _figures(Sessions(replace(given.crowd, no_show=given.overbooked_no_show), places), times, length)


def floor(given: Assumed) -> dict[int, tuple[float, float]]:
    """Intervals by the number of people ahead, from the sums of their consultations."""
    drawn = given.consultations.draw(np.random.default_rng(SEED), (MANY // max(given.floor), max(given.floor)))
    sums = drawn.cumsum(axis=1)
    return {
        ahead: (float(np.quantile(sums[:, ahead - 1], 0.1)), float(np.quantile(sums[:, ahead - 1], 0.9)))
        for ahead in given.floor
    }


def _figures(sessions: Sessions, times: tuple[float, ...], length: float) -> dict[str, float]:
    outcome = sessions.run(times, length=length)
    return {name: getattr(outcome, name) for name in COLUMNS if name != "late"}


def _beside(drawn: float, known: float | None) -> str:
    return f"{drawn:.1f}" if known is None else f"{drawn:.1f} ({drawn - known:+.1f})"


def _head(*names: str) -> Iterator[str]:
    yield from (_row(*names), _row(*["---"] * len(names)))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
