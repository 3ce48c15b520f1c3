"""``./pilar bench``: speed as ratios against a floor measured in the same run.

A line a measure, and whether it holds: by processor time, of Python and of PostgreSQL, so that other work on the
machine counts little. The elapsed time is printed with it and judges nothing.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from itertools import chain
from pathlib import Path

from pilar.areas import benchmark as areas_benchmark
from pilar.hospital import benchmark_forecast
from pilar.index import benchmark as index_benchmark
from pilar.index import benchmark_questions
from pilar.index.benchmark import Measure
from pilar.index.robustness import benchmark as robustness_benchmark
from pilar.platform.language import translate

MISSED = 1


def run(*, large: bool = False) -> int:
    """Print one line a measure; 1 if one does not hold. ``large``: those that take minutes, in place of the others."""
    name, limit = translate("measure"), translate("limit")
    wall, processor = translate("wall, ms"), translate("processor, ms")
    floor, ratio = translate("floor, ms"), translate("ratio")
    sys.stdout.write(f"{name:<58} {wall:>15} {processor:>13} {floor:>10} {ratio:>8}   {limit}\n")
    missed = sum(map(told, _large() if large else _usual()))
    sys.stdout.write(
        translate("All measures hold") if not missed else translate("%(count)s measures do not hold", count=missed)
    )
    sys.stdout.write("\n")
    return MISSED if missed else 0


def nation(shares: tuple[float, ...]) -> int:
    """Print how heavy pages grow with the share of all villages that keep books."""
    with _database():
        from pilar.config import bench_nation

        return bench_nation.run(shares)


def _usual() -> Iterator[Measure]:
    bare = (index_benchmark, robustness_benchmark, benchmark_questions, areas_benchmark, benchmark_forecast)
    yield from chain.from_iterable(room.benchmark() for room in bare)
    with _database():
        from pilar.evaluation import benchmark
        from pilar.hospital import benchmark as hospital_benchmark
        from pilar.masterplan import benchmark as masterplan_benchmark
        from pilar.masterplan import benchmark_books, benchmark_import
        from pilar.measures import benchmark as measures_benchmark
        from pilar.permits import benchmark as permits_benchmark
        from pilar.surveys import benchmark as surveys_benchmark
        from pilar.villagefinance import benchmark as villagefinance_benchmark

        rooms = (
            measures_benchmark, surveys_benchmark, villagefinance_benchmark, permits_benchmark, hospital_benchmark,
            masterplan_benchmark,
            benchmark_import, benchmark_books, benchmark,
        )  # fmt: skip
        yield from chain.from_iterable(room.benchmark() for room in rooms)


def _large() -> Iterator[Measure]:
    with _database():
        from pilar.config import bench_http, bench_pages, bench_readers
        from pilar.permits import benchmark, benchmark_issue, benchmark_register
        from pilar.villagefinance import benchmark_years

        yield from benchmark_register.benchmark()
        yield from benchmark_years.benchmark()
        yield from benchmark.large()
        yield from benchmark_issue.benchmark()
        yield from bench_http.benchmark()
        yield from bench_pages.benchmark()
        yield from bench_readers.benchmark()


def told(measure: Measure) -> bool:
    """Print a measure; whether it does not hold."""
    wall, processor, floor = measure.wall * 1000, measure.processor * 1000, measure.floor * 1000
    times = f"{wall:>15.3f} {processor:>13.3f} {floor:>10.3f} {measure.ratio:>8.2f}"
    sys.stdout.write(
        f"{measure.name:<58} {times}   ≤ {measure.limit:g} {'✓' if measure.holds else '✗'} {measure.missed}".rstrip()
        + "\n"
    )
    sys.stdout.flush()
    return not measure.holds


@contextmanager
def _database() -> Iterator[None]:
    """A database of its own with all areas: of a server that lives for this run, or on that of ``DATABASE_URL``."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "pilar.config.settings.test"
    with _server():
        import django

        django.setup()
        from django.db import connection

        from pilar.areas import loaders
        from pilar.people.rules import OPERATOR

        own = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            with redirect_stdout(io.StringIO()):  # a loader tells what it has loaded
                loaders.load(by=OPERATOR)
            yield
        finally:
            connection.creation.destroy_test_db(own, verbosity=0)


@contextmanager
def _server() -> Iterator[None]:
    if os.environ.get("DATABASE_URL"):
        yield
        return
    from pilar.config.embedded import PASSING, EmbeddedServer, Place

    home = Path(tempfile.mkdtemp(prefix="pilar-bench-"))
    home.chmod(0o711)
    server = EmbeddedServer(Place(home), options=PASSING)
    try:
        with server:
            os.environ["DATABASE_URL"] = server.place.url()
            yield
    finally:
        os.environ.pop("DATABASE_URL", None)
        shutil.rmtree(server.place.sockets, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)
