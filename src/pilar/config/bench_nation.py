"""``./pilar bench --nation``: the books of a year of a share of all villages of Indonesia, and how heavy pages grow.

Every region has begun and every village has its books from the first; then more and more of them have a year of
entries, the same in each, which comes in by COPY. What the whole nation takes is extrapolated by the slope of a
straight line through the logarithms, and says so.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import exp, log
from statistics import linear_regression, median

from django.db import connection

from pilar.areas.queries import regions
from pilar.people.rules import OPERATOR
from pilar.platform.benchmark import spent
from pilar.platform.language import translate
from pilar.villagefinance import benchmark_years
from pilar.villagefinance.benchmark_years import REGION
from pilar.villagefinance.operations import begin_region
from pilar.villagefinance.queries import realisation
from pilar.villagefinance.queries.books import BookKind, book
from pilar.villagefinance.queries.positions import differences
from pilar.villagefinance.queries.villages import without_books

SEED, REPEATS, MONTH, WHOLE = 514, 7, 6, 100
ANALYSE = "VACUUM ANALYZE"
"""What the server would do in addition to what is measured."""
FOUND = 20
"""How many villages a search shows."""


@dataclass(frozen=True)
class Step:
    """A share of the nation in per cent: its villages with entries and their regions, all lines, bytes of the database,
    seconds that the new ones took to come in, and of each page seconds of processor time and by the wall."""

    share: float
    villages: int
    regions: int
    lines: int
    size: int
    seconds: float
    pages: Mapping[str, tuple[float, float]]


def run(shares: Sequence[float]) -> int:
    """Print a line a share, and a line a page with its slope and what it would take for the whole nation."""
    year, every = datetime.now(UTC).year - 1, _begun()
    steps: list[Step] = []
    for share in shares:
        steps.append(_step(share, year, every, steps[-1] if steps else None))
        _tell(steps[-1], len(every))
    for name in steps[-1].pages:
        taken = [step.pages[name][0] for step in steps]
        slope, whole = grown([step.share for step in steps], taken)
        line = " ".join(f"{seconds * 1000:10.1f}" for seconds in taken)
        sys.stdout.write(f"{name:<46} {line} {slope:8.2f} {whole * 1000:12.1f}\n")
    sys.stdout.write(
        translate("Milliseconds of processor time by share, slope in logarithms, and all villages: an extrapolation")
        + "\n"
    )
    return 0


def grown(shares: Sequence[float], taken: Sequence[float]) -> tuple[float, float]:
    """Slope of a straight line through the logarithms, and what it says of all; of one share 0 and its own."""
    if len(shares) < 2:
        return 0.0, taken[-1]
    slope, start = linear_regression([log(share) for share in shares], [log(seconds) for seconds in taken])
    return slope, exp(start + slope * log(WHOLE))


def _begun() -> list[str]:
    """Every village of the nation with books: those of one region first, then region by region in a drawn order."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    codes = sorted(region.code for region in regions() if without_books(region.code))
    for code in codes:
        begin_region(by=OPERATOR, region=code)
    codes.remove(REGION)
    random.Random(SEED).shuffle(codes)  # noqa: S311 - an order
    return [village for code in (REGION, *codes) for village in realisation.overseen(code, scope=OPERATOR)]


def _step(share: float, year: int, every: Sequence[str], before: Step | None) -> Step:
    start, (done, lines) = time.perf_counter(), (before.villages, before.lines) if before else (0, 0)
    count = max(round(len(every) * share / WHOLE), done + 1)
    lines += benchmark_years.fill(every[done:count], range(year, year + 1))
    seconds = time.perf_counter() - start
    with connection.cursor() as cursor:
        cursor.execute(ANALYSE)
        cursor.execute("SELECT pg_database_size(current_database())")
        size = cursor.fetchone()[0]
    filled = every[:count]
    regions = sorted({village[:5] for village in filled})
    pages = {name: _timed(page) for name, page in _pages(filled[0], year, regions)}
    return Step(share, count, len(regions), lines, size, seconds, pages)


def _pages(village: str, year: int, regions: Sequence[str]) -> Iterable[tuple[str, Callable[[], object]]]:
    """Yield the measured reads: of a village, of its region, of the nation."""
    by = OPERATOR
    yield "cash book of a village, a month", lambda: book(village, year, MONTH, BookKind.GENERAL, scope=by)
    yield "public page of a village", lambda: realisation.public_year(village, year, MONTH, scope=by)
    yield "books of a village checked", lambda: [*differences(village)]
    yield "consolidation of a region", lambda: realisation.consolidated(REGION, year, MONTH, scope=by)
    yield "public list of a region's villages", lambda: realisation.public_villages(REGION, year, MONTH, scope=by)
    yield "search for a village in the nation", lambda: realisation.villages_named("suka", most=FOUND, scope=by)
    yield "list of regions with books", lambda: realisation.public_regions(scope=by)
    yield (
        "the nation, a total of each filled region",
        lambda: [realisation.public_total(region, year, MONTH, scope=by) for region in regions],
    )


def _timed(page: Callable[[], object]) -> tuple[float, float]:
    """Medians of processor time, of Python and PostgreSQL, and by the wall; the first run is left out."""
    taken = []
    for _ in range(REPEATS + 1):
        wall, start = time.perf_counter(), spent()
        page()
        taken.append((spent() - start, time.perf_counter() - wall))
    return median(processor for processor, _ in taken[1:]), median(wall for _, wall in taken[1:])


def _tell(step: Step, every: int) -> None:
    sys.stdout.write(
        translate(
            "%(share)s %% of the nation: %(villages)s of %(every)s villages in %(regions)s regions, %(lines)s lines,"
            " %(size)s GB; the new ones came in within %(seconds)s s",
            share=f"{step.share:g}", villages=step.villages, every=every, regions=step.regions, lines=step.lines,
            size=f"{step.size / 1e9:.1f}", seconds=f"{step.seconds:.0f}",
        )
        + "\n"
    )  # fmt: skip
    for name, (processor, wall) in step.pages.items():
        sys.stdout.write(f"  {name:<46} {processor * 1000:10.1f} ms {wall * 1000:10.1f} ms\n")
    sys.stdout.flush()
