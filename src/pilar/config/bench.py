"""``./pilar bench``: speed as ratios against a floor measured in the same run. Prints; judges nothing by the clock."""

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

from pilar.index import benchmark as index_benchmark
from pilar.index import benchmark_questions
from pilar.index.robustness import benchmark as robustness_benchmark
from pilar.platform.language import translate


def run() -> int:
    """Print one line a measure: median seconds, the floor's, their ratio and what is aimed at."""
    heads = (translate("measure"), "ms", translate("floor, ms"), translate("ratio"), translate("aim"))
    sys.stdout.write(f"{heads[0]:<58} {heads[1]:>10} {heads[2]:>10} {heads[3]:>7}   {heads[4]}\n")
    for measure in (*index_benchmark.benchmark(), *robustness_benchmark.benchmark(), *benchmark_questions.benchmark()):
        _line(measure.name, measure.seconds, measure.floor_seconds, f"≤ {measure.limit} ×")
    with _database():
        from pilar.evaluation import benchmark
        from pilar.masterplan import benchmark as masterplan_benchmark
        from pilar.masterplan import benchmark_books
        from pilar.measures import benchmark as measures_benchmark
        from pilar.surveys import benchmark as surveys_benchmark

        rooms = (measures_benchmark, masterplan_benchmark, benchmark_books, benchmark, surveys_benchmark)
        for one in chain.from_iterable(room.benchmark() for room in rooms):
            _line(one.name, one.seconds, one.floor_seconds, one.aim)
    return 0


def _line(name: str, seconds: float, floor: float, aim: str) -> None:
    sys.stdout.write(f"{name:<58} {seconds * 1000:>10.3f} {floor * 1000:>10.3f} {seconds / floor:>7.2f}   {aim}\n")
    sys.stdout.flush()


@contextmanager
def _database() -> Iterator[None]:
    """A database of its own with all areas: of a server that lives for this run, or beside that of ``DATABASE_URL``."""
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
    from pilar.config.embedded import EmbeddedServer, Place

    home = Path(tempfile.mkdtemp(prefix="pilar-bench-"))
    home.chmod(0o711)
    server = EmbeddedServer(Place(home), durable=False)
    try:
        with server:
            os.environ["DATABASE_URL"] = server.place.url()
            yield
    finally:
        os.environ.pop("DATABASE_URL", None)
        shutil.rmtree(server.place.sockets, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)
